/* bgpd/daemon/privileges.h - What the process may do: no more than a routing daemon needs. */
#ifndef BGPD_DAEMON_PRIVILEGES_H
#define BGPD_DAEMON_PRIVILEGES_H

#include <stdbool.h>

/* Whether the kernel's table may be changed (CAP_NET_ADMIN). */
bool privileges_suffice(void);
/* Keeps the capabilities of a routing daemon, of those that there are, and gives up all others for
 * good.  0 or -errno. */
int privileges_drop(void);

#endif
