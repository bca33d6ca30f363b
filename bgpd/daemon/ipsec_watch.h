/* bgpd/daemon/ipsec_watch.h - The signal ipsec of every tunnel: asks the IKE daemons and the
 * kernel, hears hooks and operators, and tells the speaker what differs from what it knows
 * (policy/ipsec.h).  Where a tunnel is configured so, it has the IKE daemon make an SA that is
 * missing (policy/initiation.h). */
#ifndef BGPD_DAEMON_IPSEC_WATCH_H
#define BGPD_DAEMON_IPSEC_WATCH_H

#include <event2/event.h>

#include "bgpd/speaker.h"

struct ipsec_watch;

struct ipsec_watch_events {
	void (*settle)(void *arg);      /* the speaker has been told something */
	/* IKE gets no answer, although the SA stands: a closer look is worth it. */
	void (*suspect)(void *arg, const char *tunnel);
	/* Is it an address of this machine? */
	bool (*is_ours)(void *arg, const struct address *address);
	void *arg;
};

/* events is copied. */
struct ipsec_watch *ipsec_watch_new(struct event_base *base, int priority, struct speaker *speaker,
				    struct journal *journal,
				    const struct ipsec_watch_events *events);
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
