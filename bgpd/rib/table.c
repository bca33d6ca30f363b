#include "bgpd/rib/table.h"

#include "bgpd/base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_NETS 4096u
#define CARRIED_PER_ADD 4       /* more than one, so that all are before the hash grows again */

_Static_assert(sizeof(struct net) == 32, "a prefix costs 32 bytes");
_Static_assert(sizeof(struct route) == 24, "a path costs 24 bytes");

void table_init(struct table *table)
{
	*table = (struct table){ 0 };
	pool_init(&table->routes, sizeof(struct route));
}

void table_clear(struct table *table, struct attr_sets *sets)
{
	for (uint32_t id = 0; id < table->end; id++) {
		struct net *net = table_net(table, id);

		while (net && net->routes)
			net_remove_route(table, net, net->routes, sets);
	}
	for (uint32_t page = 0; page < table->page_count; page++)
		free(table->pages[page]);
	free(table->pages);
	free(table->hash.at);
	free(table->old.at);
	free(table->free_ids);
	pool_clear(&table->routes);
	table_init(table);
}

static struct net *net_at(const struct table *table, uint32_t id)
{
	return &table->pages[id / PAGE_NETS][id % PAGE_NETS];
}

/* The slot that holds the prefix, or the free one where it belongs. */
static uint32_t slot_of(const struct table *table, const struct slots *slots,
			const struct prefix *prefix)
{
	uint32_t mask = slots->count - 1;
	uint32_t slot = prefix_hash(prefix) & mask;

	while (slots->at[slot] &&
	       !prefix_equal(&net_at(table, slots->at[slot] - 1)->prefix, prefix))
		slot = (slot + 1) & mask;
	return slot;
}

static struct net *find_in(const struct table *table, const struct slots *slots,
			   const struct prefix *prefix)
{
	uint32_t id = slots->at ? slots->at[slot_of(table, slots, prefix)] : 0;

	return id ? net_at(table, id - 1) : NULL;
}

struct net *table_find(const struct table *table, const struct prefix *prefix)
{
	struct net *net = find_in(table, &table->hash, prefix);

	return net ? net : find_in(table, &table->old, prefix);
}

static void put(struct table *table, const struct net *net)
{
	table->hash.at[slot_of(table, &table->hash, &net->prefix)] = net->id + 1;
}

static void carry(struct table *table, uint32_t nets)
{
	for (; nets && table->carried < table->end; nets--) {
		const struct net *net = table_net(table, table->carried++);

		if (net)
			put(table, net);
	}
	if (table->carried < table->end)
		return;
	free(table->old.at);
	table->old = (struct slots){ 0 };
}

/* To fill the larger hash at once would take as long as there are nets: 50 ms for a million. */
static void grow(struct table *table)
{
	uint32_t count = table->hash.count ? table->hash.count * 2 : 64;

	if (table->old.at)
		carry(table, UINT32_MAX);
	table->old = table->hash;
	table->hash = (struct slots){ xcalloc(count, sizeof(*table->hash.at)), count };
	table->carried = 0;
}

static uint32_t new_id(struct table *table)
{
	if (table->free_ids_count)
		return table->free_ids[--table->free_ids_count];
	if (table->end == table->page_count * PAGE_NETS) {
		table->pages = xrealloc(table->pages, (table->page_count + 1) * sizeof(*table->pages));
		table->pages[table->page_count++] = xcalloc(PAGE_NETS, sizeof(struct net));
	}
	return table->end++;
}

struct net *table_add(struct table *table, const struct prefix *prefix)
{
	struct net *net = table_find(table, prefix);

	if (net)
		return net;
	if ((table->count + 1) * 4 > table->hash.count * 3)
		grow(table);
	uint32_t id = new_id(table);
	net = net_at(table, id);
	*net = (struct net){ .id = id, .prefix = *prefix };
	put(table, net);
	if (table->old.at)
		carry(table, CARRIED_PER_ADD);
	table->count++;
	return net;
}

static void give_back_id(struct table *table, uint32_t id)
{
	if (table->free_ids_count == table->free_ids_size) {
		table->free_ids_size = table->free_ids_size ? table->free_ids_size * 2 : 64;
		table->free_ids = xrealloc(table->free_ids,
					   table->free_ids_size * sizeof(*table->free_ids));
	}
	table->free_ids[table->free_ids_count++] = id;
}

/* As in attr_set.c: no tombstones, what follows the hole moves up if it may. */
static void close_hole(const struct table *table, struct slots *slots, uint32_t hole)
{
	uint32_t mask = slots->count - 1;

	slots->at[hole] = 0;
	for (uint32_t slot = (hole + 1) & mask; slots->at[slot]; slot = (slot + 1) & mask) {
		uint32_t home = prefix_hash(&net_at(table, slots->at[slot] - 1)->prefix) & mask;

		if (((slot - home) & mask) < ((slot - hole) & mask))
			continue;
		slots->at[hole] = slots->at[slot];
		slots->at[slot] = 0;
		hole = slot;
	}
}

static void take_out(const struct table *table, struct slots *slots, const struct prefix *prefix)
{
	if (find_in(table, slots, prefix))
		close_hole(table, slots, slot_of(table, slots, prefix));
}

void table_remove(struct table *table, struct net *net)
{
	uint32_t id = net->id;

	take_out(table, &table->hash, &net->prefix);
	take_out(table, &table->old, &net->prefix);
	*net = (struct net){ 0 };
	give_back_id(table, id);
	table->count--;
}

struct net *table_net(const struct table *table, uint32_t id)
{
	struct net *net = id < table->end ? net_at(table, id) : NULL;

	return net && net->prefix.family != FAMILY_NONE ? net : NULL;
}

uint32_t table_end(const struct table *table)
{
	return table->end;
}

size_t table_bytes(const struct table *table)
{
	return table->page_count * (PAGE_NETS * sizeof(struct net) + sizeof(*table->pages)) +
	       (table->hash.count + table->old.count) * sizeof(*table->hash.at) +
	       table->free_ids_size * sizeof(*table->free_ids);
}

struct route *net_find_route(const struct net *net, neighbor_id neighbor)
{
	struct route *route = net->routes;

	while (route && route->neighbor != neighbor)
		route = route->next;
	return route;
}

struct route *net_add_route(struct table *table, struct net *net)
{
	struct route *route = pool_alloc(&table->routes);

	*route = (struct route){ .next = net->routes };
	net->routes = route;
	return route;
}

static void unlink_route(struct net *net, struct route *route)
{
	struct route **link = &net->routes;

	while (*link != route)
		link = &(*link)->next;
	*link = route->next;
}

void net_remove_route(struct table *table, struct net *net, struct route *route,
		      struct attr_sets *sets)
{
	unlink_route(net, route);
	attr_sets_drop(sets, route->set);
	pool_release(&table->routes, route);
}

void net_put_first(struct net *net, struct route *route)
{
	if (net->routes == route)
		return;
	unlink_route(net, route);
	route->next = net->routes;
	net->routes = route;
}
