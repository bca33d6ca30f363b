/* bgpd/speaker/attend.h - Which neighbors need attention: whose timers come due, and who has something to
 * be told.  Of a thousand idle ones hardly any does, and not all are asked at each event.
 *
 * Whatever may bring a timer of a neighbor forward, or give it something to be told, stirs it; those
 * stirred are asked when the answer is wanted.  A timer that is put off needs no word: it is found due
 * too early, and nothing happens. */
#ifndef BGPD_SPEAKER_ATTEND_H
#define BGPD_SPEAKER_ATTEND_H

#include "bgpd/speaker/state.h"

void attend_clear(struct speaker *speaker);
/* There are other neighbors than before. */
void attend_renew(struct speaker *speaker);

static inline void attend_stir(struct speaker *speaker, const struct neighbor *neighbor)
{
	bitmap_add(&speaker->stirred, neighbor->id);
}

msec_t attend_deadline(struct speaker *speaker);
bool attend_is_due(struct speaker *speaker, neighbor_id id);
/* The next one from this id on that has something to be told, BITMAP_END: none. */
uint32_t attend_next_talk(struct speaker *speaker, uint32_t id);

#endif
