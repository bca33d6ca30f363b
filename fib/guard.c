#include "fib/guard.h"

#include "bgpd/base/xalloc.h"

#include <stdlib.h>

#define TABLE_MAIN 254

void guard_init(struct guard *guard, guard_avoids *avoids, void *arg)
{
	*guard = (struct guard){ .avoids = avoids, .arg = arg };
}

void guard_clear(struct guard *guard)
{
	free(guard->points);
	guard_init(guard, guard->avoids, guard->arg);
}

/* ---- endpoints ---- */

void guard_ask_begin(struct guard *guard)
{
	for (size_t i = 0; i < guard->count; i++)
		guard->points[i].is_wanted = false;
}

static struct guard_point *find_point(const struct guard *guard, const struct address *outside,
				      uint32_t table)
{
	for (size_t i = 0; i < guard->count; i++) {
		struct guard_point *point = &guard->points[i];

		if (point->table == table && address_equal(&point->outside, outside))
			return point;
	}
	return NULL;
}

static struct guard_point *add_point(struct guard *guard, const struct address *outside,
				     uint32_t table)
{
	if (guard->count == guard->size) {
		guard->size = guard->size * 2 + 8;
		guard->points = xrealloc(guard->points, guard->size * sizeof(*guard->points));
	}
	struct guard_point *point = &guard->points[guard->count++];
	*point = (struct guard_point){ .outside = *outside, .table = table };
	guard->needs_look = true;
	return point;
}

const struct fib_egress *guard_way(struct guard *guard, const struct address *outside,
				   uint32_t table)
{
	struct guard_point *point = find_point(guard, outside, table);

	if (!point)
		point = add_point(guard, outside, table);
	point->is_wanted = true;
	return point->way.ifindex ? &point->way : NULL;
}

void guard_ask_end(struct guard *guard)
{
	size_t kept = 0;

	for (size_t i = 0; i < guard->count; i++)
		if (guard->points[i].is_wanted)
			guard->points[kept++] = guard->points[i];
	guard->count = kept;
}

/* ---- looking ---- */

void guard_look_begin(struct guard *guard)
{
	guard->needs_look = false;
	for (size_t i = 0; i < guard->count; i++)
		guard->points[i].is_found = false;
}

/* As the kernel chooses within a table: the longest match, then the lowest metric. */
static bool is_better(const struct guard_point *point, const struct fib_route *route)
{
	const struct fib_route *best = &point->best;

	if (!point->is_found)
		return true;
	if (route->table != best->table)
		return route->table == point->table;
	if (route->prefix.length != best->prefix.length)
		return route->prefix.length > best->prefix.length;
	return route->metric < best->metric;
}

void guard_see(struct guard *guard, const struct fib_route *route)
{
	for (size_t i = 0; i < guard->count; i++) {
		struct guard_point *point = &guard->points[i];

		if ((route->table != point->table && route->table != TABLE_MAIN) ||
		    !prefix_contains_address(&route->prefix, &point->outside) ||
		    guard->avoids(guard->arg, route->via.ifindex) || !is_better(point, route))
			continue;
		point->best = *route;
		point->is_found = true;
	}
}

static bool is_same_way(const struct fib_egress *a, const struct fib_egress *b)
{
	return a->ifindex == b->ifindex && address_equal(&a->gateway, &b->gateway);
}

/* An endpoint to which nothing leads any more keeps its last way: the tunnel's own would be worse. */
void guard_look_end(struct guard *guard)
{
	for (size_t i = 0; i < guard->count; i++) {
		struct guard_point *point = &guard->points[i];
		struct fib_egress way = { 0 };

		if (point->best.kind == FIB_PIN)
			way = point->best.via;
		if (!point->is_found || is_same_way(&way, &point->way))
			continue;
		point->way = way;
		guard->has_changed = true;
	}
}

bool guard_concerns(const struct guard *guard, const struct prefix *prefix)
{
	for (size_t i = 0; i < guard->count; i++)
		if (prefix_contains_address(prefix, &guard->points[i].outside))
			return true;
	return false;
}
