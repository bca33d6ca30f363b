/* bgpd/speaker/refresh.h - RFC 7313: what a neighbor does not say again in a refresh is gone.
 *
 * A refresh begins with a new mark for what arrives from then on, and no route has to be touched.  When
 * it ends, the walk over all nets drops what still has an older mark.  Marks are few: a neighbor that
 * begins more refreshes than there are marks, before the walk is done, begins none. */
#ifndef BGPD_SPEAKER_REFRESH_H
#define BGPD_SPEAKER_REFRESH_H

#include "bgpd/speaker/state.h"

void refresh_begin(struct neighbor *neighbor, enum family family);
void refresh_end(struct speaker *speaker, struct neighbor *neighbor, enum family family);
void refresh_abandon(struct neighbor *neighbor);        /* its session is down */

/* For a route that is said now, and for the walk: whether the route was left out. */
void refresh_mark(const struct neighbor *neighbor, const struct net *net, struct route *route);
bool refresh_left_out(const struct neighbor *neighbor, const struct net *net,
		      const struct route *route);
void refresh_walk_done(struct speaker *speaker);

#endif
