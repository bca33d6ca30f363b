/* bgpd/speaker/learn.h - What neighbors tell us: into the table, through import and decision, to the
 * chain that each prefix wants. */
#ifndef BGPD_SPEAKER_LEARN_H
#define BGPD_SPEAKER_LEARN_H

#include "bgpd/speaker/state.h"

void learn_update(struct speaker *speaker, struct neighbor *neighbor, struct reader body);
/* Our own announcements, as routes of NEIGHBOR_LOCAL. */
void learn_own(struct speaker *speaker, const struct prefix *prefix, const struct attrs *attrs);
void learn_forget_own(struct speaker *speaker, const struct prefix *prefix);

/* After a reload: ids[] gives each neighbor its new id, 0: it is gone and its routes with it; what is
 * left is judged by the import of today.  NULL: each keeps its id. */
void learn_renumber(struct speaker *speaker, const neighbor_id *ids);

/* For more prefixes than it has told: few enough that one more is no reason to warn. */
bool learn_has_room(const struct neighbor *neighbor);
void learn_session_up(struct speaker *speaker, struct neighbor *neighbor);
void learn_session_down(struct speaker *speaker, struct neighbor *neighbor, uint8_t families_kept);
/* The neighbor has told all it had, or we wait no longer. */
void learn_heard_all(struct speaker *speaker, struct neighbor *neighbor);
/* What was kept of the last session counts no more. */
void learn_drop_stale(struct speaker *speaker, struct neighbor *neighbor);
/* Whether the link and the SA to the peer are there, so that its routes may outlive the session. */
bool learn_way_is_there(const struct neighbor *neighbor);
void learn_look_at_stale(struct speaker *speaker, struct neighbor *neighbor);
bool learn_has_heard_all(const struct neighbor *neighbor);

/* Part of the walk over all nets: drops what is stale, decides, wants.  Items left of the budget. */
size_t learn_revisit(struct speaker *speaker, size_t items);

/* What the import policy says of a route that it has accepted or rejected, as "from-core[1]"; "" when it
 * was not asked. */
const char *learn_explain(const struct speaker *speaker, const struct net *net,
			  const struct route *route, char text[POLICY_TEXT]);

/* Frees the net if nobody needs it any more: no route, nothing in the kernel, told to nobody. */
void learn_release(struct speaker *speaker, struct net *net);

#endif
