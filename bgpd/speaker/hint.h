/* bgpd/speaker/hint.h - What the far side says about its own tunnels.
 *
 * A tunnel is yielded when its peer asks for that by GRACEFUL_SHUTDOWN (RFC 8326) on all it announces;
 * a provider that moves traffic by MED (AWS) makes another tunnel the preferred one.  Both are told as
 * the signal `peer`, obeyed where "maintenance" is "yield", and end when the far side takes them back.
 * In follow-provider the lowest MED leads at any time. */
#ifndef BGPD_SPEAKER_HINT_H
#define BGPD_SPEAKER_HINT_H

#include "bgpd/speaker/state.h"

/* To be called now and then: a far side that changes its mind tells it route by route. */
void hint_look(struct speaker *speaker, struct group *group);

#endif
