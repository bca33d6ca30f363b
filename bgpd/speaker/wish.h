/* bgpd/speaker/wish.h - The chain that a net wants: of a group all tunnels that offer it, in the order
 * in which they are to carry it; of an ordinary neighbor the way to its next hop. */
#ifndef BGPD_SPEAKER_WISH_H
#define BGPD_SPEAKER_WISH_H

#include "bgpd/speaker/state.h"

/* An accepted IPv6 route of the tunnel names its far end, where the session's addresses do not: the
 * tunnel's nexthop leads there from now on, and with it all routes that it carries. */
void wish_see_far_end(struct speaker *speaker, struct tunnel *tunnel, const struct attrs *attrs);

/* best: the chosen route of the net; NULL: none. */
void wish_for(struct speaker *speaker, struct net *net, const struct route *best);

#endif
