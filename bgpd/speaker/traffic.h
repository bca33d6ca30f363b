/* bgpd/speaker/traffic.h - The interfaces' counters: has inbound traffic moved, have both directions
 * left a drained tunnel, do they use the same one? */
#ifndef BGPD_SPEAKER_TRAFFIC_H
#define BGPD_SPEAKER_TRAFFIC_H

#include "bgpd/speaker/state.h"

/* The group is looked at when the last of its tunnels has been counted. */
void traffic_count(struct speaker *speaker, struct tunnel *tunnel, const struct link_counters *now);
/* Something is waited for that counters show: they are to come more often. */
bool traffic_is_waited_for(const struct group *group);

#endif
