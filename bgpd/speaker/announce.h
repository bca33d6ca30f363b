/* bgpd/speaker/announce.h - What neighbors are told: the table, through export, into UPDATEs.
 *
 * Nets that a neighbor may have to hear of are bits in neighbor->pending, what it has been told bits in
 * neighbor->sent; the attributes are made anew when they are sent, so no copy of them is kept. */
#ifndef BGPD_SPEAKER_ANNOUNCE_H
#define BGPD_SPEAKER_ANNOUNCE_H

#include "bgpd/speaker/state.h"

void announce_session_up(struct speaker *speaker, struct neighbor *neighbor);
void announce_session_down(struct speaker *speaker, struct neighbor *neighbor);
/* The peer may keep what it was told, and nothing that we say now may reach it. */
void announce_is_held_there(struct speaker *speaker, struct neighbor *neighbor);
/* What we say does reach it again. */
void announce_is_heard_there(struct speaker *speaker, struct neighbor *neighbor);
/* Everything is said again, with other attributes. */
void announce_again(struct speaker *speaker, struct neighbor *neighbor);
/* The neighbor asks for a refresh, RFC 2918: everything is said again once the rest is said, between
 * begin and end where both know RFC 7313.  However often it asks meanwhile, that is one more time. */
void announce_refresh(struct neighbor *neighbor, enum family family);
/* The neighbor shall say everything again (RFC 2918).  False: it cannot, or its session is down. */
bool announce_ask_again(struct speaker *speaker, struct neighbor *neighbor);
/* What is told and should not be any more, or the other way round; the rest is not said again. */
void announce_difference(struct speaker *speaker, struct neighbor *neighbor);
/* Sends to all neighbors what waits; items left of the budget. */
size_t announce_work(struct speaker *speaker, size_t items);

/* What the neighbor would be told of the net now, and what its policy says to it. */
enum export_verdict announce_judge(const struct speaker *speaker, const struct neighbor *neighbor,
				   const struct net *net, struct arena *arena, struct attrs *attrs,
				   struct policy_outcome *outcome);

#endif
