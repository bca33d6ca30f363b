#include "fib/foreign.h"

#include "bgpd/base/xalloc.h"

#include <stdlib.h>

#define TABLE_MAIN 254

void foreign_init(struct foreign *foreign)
{
	*foreign = (struct foreign){ .table = TABLE_MAIN };
}

void foreign_clear(struct foreign *foreign)
{
	free(foreign->points);
	foreign_init(foreign);
}

/* ---- prefixes ---- */

void foreign_ask_begin(struct foreign *foreign, uint32_t table)
{
	foreign->needs_look |= foreign->table != table && foreign->count > 0;
	foreign->table = table;
	for (size_t i = 0; i < foreign->count; i++)
		foreign->points[i].is_wanted = false;
}

static struct foreign_point *find_point(const struct foreign *foreign, const struct prefix *prefix)
{
	for (size_t i = 0; i < foreign->count; i++)
		if (prefix_equal(&foreign->points[i].prefix, prefix))
			return &foreign->points[i];
	return NULL;
}

static struct foreign_point *add_point(struct foreign *foreign, const struct prefix *prefix)
{
	if (foreign->count == foreign->size) {
		foreign->size = foreign->size * 2 + 8;
		foreign->points = xrealloc(foreign->points,
					   foreign->size * sizeof(*foreign->points));
	}
	struct foreign_point *point = &foreign->points[foreign->count++];
	*point = (struct foreign_point){ .prefix = *prefix };
	foreign->needs_look = true;
	return point;
}

bool foreign_leads_to(struct foreign *foreign, const struct prefix *prefix)
{
	struct foreign_point *point = find_point(foreign, prefix);

	if (!point)
		point = add_point(foreign, prefix);
	point->is_wanted = true;
	return point->is_there;
}

void foreign_ask_end(struct foreign *foreign)
{
	size_t kept = 0;

	for (size_t i = 0; i < foreign->count; i++)
		if (foreign->points[i].is_wanted)
			foreign->points[kept++] = foreign->points[i];
	foreign->count = kept;
}

/* ---- looking ---- */

void foreign_look_begin(struct foreign *foreign)
{
	foreign->needs_look = false;
	for (size_t i = 0; i < foreign->count; i++)
		foreign->points[i].is_found = false;
}

/* A route that drops what comes counts, too: so operators anchor what they announce. */
void foreign_see(struct foreign *foreign, const struct fib_route *route)
{
	if (route->table != foreign->table && route->table != TABLE_MAIN)
		return;
	for (size_t i = 0; i < foreign->count; i++)
		if (prefix_contains(&foreign->points[i].prefix, &route->prefix))
			foreign->points[i].is_found = true;
}

void foreign_look_end(struct foreign *foreign)
{
	for (size_t i = 0; i < foreign->count; i++) {
		struct foreign_point *point = &foreign->points[i];

		foreign->has_changed |= point->is_there != point->is_found;
		point->is_there = point->is_found;
	}
}

bool foreign_concerns(const struct foreign *foreign, const struct prefix *prefix)
{
	for (size_t i = 0; i < foreign->count; i++)
		if (prefix_contains(&foreign->points[i].prefix, prefix))
			return true;
	return false;
}
