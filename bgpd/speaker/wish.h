/* bgpd/speaker/wish.h - The chain that a net wants: of a group all tunnels that offer it, in the order
 * in which they are to carry it; of an ordinary neighbor the way to its next hop. */
#ifndef BGPD_SPEAKER_WISH_H
#define BGPD_SPEAKER_WISH_H

#include "bgpd/speaker/state.h"

/* best: the chosen route of the net; NULL: none. */
void wish_for(struct speaker *speaker, struct net *net, const struct route *best);

#endif
