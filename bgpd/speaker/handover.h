/* bgpd/speaker/handover.h - The record of a failover: what failed, what was seen first, when our own
 * direction had moved, when the far side followed, and what passed in each direction meanwhile.
 *
 * One event "failover" of the group when inbound traffic is seen on the tunnel that took over, or after
 * a minute without any.  Its duration_ms is the time for which no tunnel carried our direction. */
#ifndef BGPD_SPEAKER_HANDOVER_H
#define BGPD_SPEAKER_HANDOVER_H

#include "bgpd/speaker/state.h"

void handover_init(struct handover *handover);
/* The tunnel that carried traffic has failed. */
void handover_begin(struct speaker *speaker, struct tunnel *failed, const char *reason);
/* Roles are told: somebody may have taken over. */
void handover_move(struct speaker *speaker, struct group *group);
/* The counters of the group are new. */
void handover_look(struct speaker *speaker, struct group *group);
bool handover_is_open(const struct handover *handover);

#endif
