/* bgpd/daemon/notify.h - sd_notify(3) by hand: tells systemd, if it started us. */
#ifndef BGPD_DAEMON_NOTIFY_H
#define BGPD_DAEMON_NOTIFY_H

void notify_systemd(const char *state);         /* "READY=1" */

#endif
