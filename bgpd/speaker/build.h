/* bgpd/speaker/build.h - From a config to neighbors, groups and tunnels, and from one config to the next
 * without disturbing what did not change. */
#ifndef BGPD_SPEAKER_BUILD_H
#define BGPD_SPEAKER_BUILD_H

#include "bgpd/speaker/state.h"

void build_parts(struct speaker *speaker, const struct config *config);
void build_clear(struct speaker *speaker);
/* A session lives on when all its parameters are the same, a group keeps its roles when its tunnels
 * and its failover do.  Returns how many established sessions had to end. */
size_t build_change(struct speaker *speaker, const struct config *config);

#endif
