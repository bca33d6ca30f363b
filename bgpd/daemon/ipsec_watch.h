/* bgpd/daemon/ipsec_watch.h - The signal ipsec of every tunnel: asks the IKE daemons and the
 * kernel, hears hooks and operators, and tells the speaker what differs from what it knows
 * (policy/ipsec.h). */
#ifndef BGPD_DAEMON_IPSEC_WATCH_H
#define BGPD_DAEMON_IPSEC_WATCH_H

#include <event2/event.h>

#include "bgpd/speaker.h"

struct ipsec_watch;

/* settle is called whenever the speaker has been told something. */
struct ipsec_watch *ipsec_watch_new(struct event_base *base, int priority, struct speaker *speaker,
				    void (*settle)(void *arg), void *arg);
void ipsec_watch_free(struct ipsec_watch *watch);       /* NULL is fine */

/* The speaker has a configuration, or another one; the one before is still there.  What is known
 * of a tunnel that stays is kept. */
void ipsec_watch_config(struct ipsec_watch *watch);
/* An interface has changed, and perhaps its id with it. */
void ipsec_watch_links(struct ipsec_watch *watch);
/* An updown hook or an operator says so; believed where nobody sees better. */
void ipsec_watch_tell(struct ipsec_watch *watch, const char *tunnel, enum signal_state state,
		      const char *reason);

#endif
