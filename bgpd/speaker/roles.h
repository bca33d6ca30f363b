/* bgpd/speaker/roles.h - Signals of tunnels become standings, standings move chains, and what is
 * announced follows.
 *
 * The order within one event: chains first (the failover path: no allocation, O(chains)), then roles
 * and the log, then announcements, which go out with the bulk work. */
#ifndef BGPD_SPEAKER_ROLES_H
#define BGPD_SPEAKER_ROLES_H

#include "bgpd/speaker/state.h"

/* One piece of evidence; ends with chains where they should be. */
void roles_signal(struct speaker *speaker, struct tunnel *tunnel, enum signal_kind kind,
		  enum signal_state state, const char *reason);
/* The interface: its state is a signal, its index decides whether the tunnel is armed. */
void roles_link(struct speaker *speaker, struct tunnel *tunnel, const struct link_state *link);
/* Something that failover asked about has changed: drained, pinned, time has passed. */
void roles_update(struct speaker *speaker, struct group *group);
/* All usable tunnels of the group have told what they had, or one is the only one that there is. */
void roles_report(struct speaker *speaker, struct group *group);
msec_t roles_deadline(const struct speaker *speaker);
void roles_tick(struct speaker *speaker);

/* Keeps traffic of groups without a tunnel in the box, and the way to outer endpoints free. */
void roles_guard(struct speaker *speaker);
bool roles_is_tunnel_device(void *speaker, int ifindex);        /* for fib/guard.h */

#endif
