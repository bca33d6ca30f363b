/* bgpd/speaker/own.h - What we announce ourselves: always, on a condition, or as an aggregate.
 *
 * Level-triggered: own_settle compares what holds now with what is announced, whoever calls it. */
#ifndef BGPD_SPEAKER_OWN_H
#define BGPD_SPEAKER_OWN_H

#include "bgpd/speaker/state.h"

/* What is not in this config any more is withdrawn, while the speaker still has the old one. */
void own_part_with(struct speaker *speaker, const struct config *config);
/* By the config that the speaker has now; what is known of conditions and contributors is kept. */
void own_build(struct speaker *speaker);
void own_clear(struct speaker *speaker);

void own_settle(struct speaker *speaker);
/* True after a change that own_settle has not seen. */
bool own_has_changed(const struct speaker *speaker);
void own_link(struct speaker *speaker, const struct link_state *link);

/* The prefixes that we announce whatever happens; nobody else can have a route to them. */
struct prefix_rules own_always(const struct speaker *speaker);

#endif
