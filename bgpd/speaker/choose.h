/* bgpd/speaker/choose.h - The routes of a net as the decision sees them, and the best one. */
#ifndef BGPD_SPEAKER_CHOOSE_H
#define BGPD_SPEAKER_CHOOSE_H

#include "bgpd/speaker/state.h"

/* Local preference in effect for a route of this neighbor; NULL: ourselves. */
uint32_t choose_local_pref(const struct neighbor *neighbor, const struct attr_set *set);
struct candidate choose_candidate(const struct speaker *speaker, const struct route *route);
/* The routes of a net that may be chosen; returns how many. */
size_t choose_candidates(const struct speaker *speaker, const struct net *net,
			 struct candidate candidates[DECISION_MAX],
			 struct route *routes[DECISION_MAX]);
/* Puts the best route first and returns it; NULL when none may be chosen. */
struct route *choose_best(const struct speaker *speaker, struct net *net);

#endif
