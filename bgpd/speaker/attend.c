#include "bgpd/speaker/attend.h"

#include <stdlib.h>

#include "bgpd/base/xalloc.h"

static msec_t deadline_of(const struct neighbor *neighbor)
{
	msec_t deadline = session_deadline(neighbor->session);

	deadline = sooner(deadline, sooner(neighbor->heard_by, neighbor->stale_until));
	return sooner(deadline, neighbor->held_there_until);
}

static bool is_to_be_told(const struct neighbor *neighbor)
{
	return neighbor_is_up(neighbor) && !neighbor->is_blocked &&
	       (neighbor->pending.count || neighbor->eor_due || neighbor->refresh_due ||
		neighbor->refresh_runs);
}

static void ask_stirred(struct speaker *speaker)
{
	for (uint32_t id = bitmap_next(&speaker->stirred, 0); id != BITMAP_END;
	     id = bitmap_next(&speaker->stirred, id + 1)) {
		const struct neighbor *neighbor = speaker->neighbors[id];

		speaker->due[id] = deadline_of(neighbor);
		if (is_to_be_told(neighbor))
			bitmap_add(&speaker->talks, id);
		else
			bitmap_remove(&speaker->talks, id);
		bitmap_remove(&speaker->stirred, id);
	}
}

void attend_clear(struct speaker *speaker)
{
	bitmap_clear(&speaker->stirred);
	bitmap_clear(&speaker->talks);
	free(speaker->due);
}

void attend_renew(struct speaker *speaker)
{
	bitmap_empty(&speaker->talks);
	bitmap_empty(&speaker->stirred);
	bitmap_add_below(&speaker->stirred, (uint32_t)speaker->neighbor_end);
	bitmap_remove(&speaker->stirred, NEIGHBOR_LOCAL);
	speaker->due = xrealloc(speaker->due, speaker->neighbor_end * sizeof(*speaker->due));
}

msec_t attend_deadline(struct speaker *speaker)
{
	msec_t deadline = NEVER;

	ask_stirred(speaker);
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		deadline = sooner(deadline, speaker->due[id]);
	return deadline;
}

bool attend_is_due(struct speaker *speaker, neighbor_id id)
{
	ask_stirred(speaker);
	return speaker->due[id] <= speaker->now;
}

uint32_t attend_next_talk(struct speaker *speaker, uint32_t id)
{
	ask_stirred(speaker);
	return bitmap_next(&speaker->talks, id);
}
