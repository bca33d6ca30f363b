#include "bgpd/speaker/refresh.h"

#define MARK_BITS  0x07u                /* of route->mark */
#define MARKS_MOST 6                    /* between two walks: never back to one that is in use */

void refresh_begin(struct neighbor *neighbor, enum family family)
{
	struct refresh *refresh = &neighbor->refresh[family];

	if (refresh->given == MARKS_MOST)
		return;
	refresh->given++;
	refresh->mark = (refresh->mark + 1u) & MARK_BITS;
	refresh->is_open = true;
}

void refresh_end(struct speaker *speaker, struct neighbor *neighbor, enum family family)
{
	struct refresh *refresh = &neighbor->refresh[family];

	if (!refresh->is_open)
		return;
	refresh->is_open = false;
	speaker_revisit(speaker);
}

void refresh_abandon(struct neighbor *neighbor)
{
	for (size_t family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		neighbor->refresh[family].is_open = false;
}

void refresh_mark(const struct neighbor *neighbor, const struct net *net, struct route *route)
{
	route->mark = neighbor->refresh[net->prefix.family].mark & MARK_BITS;
}

bool refresh_left_out(const struct neighbor *neighbor, const struct net *net,
		      const struct route *route)
{
	const struct refresh *refresh = &neighbor->refresh[net->prefix.family];

	return !refresh->is_open && route->mark != refresh->mark;
}

void refresh_walk_done(struct speaker *speaker)
{
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		for (size_t family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
			struct refresh *refresh = &speaker->neighbors[id]->refresh[family];

			if (!refresh->is_open)
				refresh->given = 0;
		}
}
