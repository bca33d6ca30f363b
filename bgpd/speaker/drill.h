/* bgpd/speaker/drill.h - A tunnel is taken out for a bounded time to see that the others carry.
 *
 * Drained, or cut: as good as down, though its session lives.  It comes back by itself when its time is
 * over, an operator resumes it, the configuration changes, or no other tunnel can carry traffic; a
 * daemon that starts knows of no drill.  What the counters and the signals showed is one event "drill"
 * of the tunnel, at the end. */
#ifndef BGPD_SPEAKER_DRILL_H
#define BGPD_SPEAKER_DRILL_H

#include "bgpd/speaker/state.h"

void drill_init(struct drill *drill);
/* NULL: begun; else a static text that says why not. */
const char *drill_begin(struct speaker *speaker, struct tunnel *tunnel, bool cuts, msec_t time);
/* The tunnel comes back now; false: it is in no drill. */
bool drill_end(struct speaker *speaker, struct tunnel *tunnel);
bool drill_is_on(const struct drill *drill);    /* until it has been reported */
/* The counters of the group are new. */
void drill_look(struct speaker *speaker, struct group *group, msec_t interval);
msec_t drill_deadline(const struct group *group);
void drill_tick(struct speaker *speaker, struct group *group);
/* For a configuration that is about to change: the tunnel comes back, and that was the report. */
void drill_give_up(struct speaker *speaker, struct group *group);

#endif
