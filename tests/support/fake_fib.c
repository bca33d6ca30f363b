#include "tests/support/fake_fib.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

static struct fake_fib *fake_of(struct fib *fib)
{
	return (struct fake_fib *)fib;          /* fib is its first member */
}

static struct prefix prefix_from(const char *text)
{
	struct prefix prefix;

	if (!prefix_parse(text, &prefix)) {
		fprintf(stderr, "fake_fib: not a prefix: %s\n", text);
		abort();
	}
	return prefix;
}

/* ---- trace ---- */

__attribute__((format(printf, 2, 3)))
static void trace(struct fake_fib *fake, const char *format, ...)
{
	char text[160];
	va_list arguments;
	size_t length;

	if (fake->is_silent)
		return;
	va_start(arguments, format);
	length = (size_t)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (fake->trace_length + length + 1 > fake->trace_size) {
		fake->trace_size = 2 * (fake->trace_size + length + 1);
		fake->trace = xrealloc(fake->trace, fake->trace_size);
	}
	memcpy(fake->trace + fake->trace_length, text, length + 1);
	fake->trace_length += length;
}

static const char *family_suffix(uint8_t family)
{
	return family == FAMILY_IPV6 ? " ipv6" : "";
}

static void trace_egress_name(struct fake_fib *fake, egress_id id)
{
	if (id < FAKE_EGRESSES && fake->names[id])
		trace(fake, "%s", fake->names[id]);
	else
		trace(fake, "e%u", id);
}

static void trace_way(struct fake_fib *fake, const struct fib_egress *egress)
{
	char text[ADDRESS_TEXT];

	if (address_is_set(&egress->gateway))
		trace(fake, "%s ", address_format(&egress->gateway, text));
	trace(fake, "dev %d", egress->ifindex);
}

static void trace_chain(struct fake_fib *fake, chain_number number, const struct fib_chain *chain)
{
	trace(fake, "chain %u%s -> ", number, family_suffix(chain->family));
	for (size_t i = 0; i < chain->count; i++) {
		if (i)
			trace(fake, chain->is_ecmp ? "+" : ",");
		trace_egress_name(fake, chain->members[i].egress);
		if (chain->is_ecmp)
			trace(fake, "*%u", chain->members[i].weight);
	}
	trace(fake, chain->count ? "\n" : "blackhole\n");
}

static void trace_route(struct fake_fib *fake, const struct fib_route *route)
{
	char text[PREFIX_TEXT];

	trace(fake, "route %s ", prefix_format(&route->prefix, text));
	if (route->table != 254)
		trace(fake, "table %u ", route->table);
	trace(fake, "metric %u ", route->metric);
}

static void trace_route_target(struct fake_fib *fake, const struct fib_route *route)
{
	trace(fake, "-> ");
	switch (route->kind) {
	case FIB_CHAIN:
		trace(fake, "chain %u", route->chain);
		break;
	case FIB_UNREACHABLE:
		trace(fake, "unreachable");
		break;
	case FIB_BLACKHOLE:
		trace(fake, "blackhole");
		break;
	case FIB_PIN:
		trace_way(fake, &route->via);
		break;
	}
	trace(fake, "\n");
}

/* ---- finding ---- */

static struct fake_egress *find_egress(struct fake_fib *fake, egress_id id, uint8_t family)
{
	for (size_t i = 0; i < fake->egress_count; i++) {
		struct fake_egress *egress = &fake->egresses[i];

		if (egress->id == id && egress->egress.family == family)
			return egress;
	}
	return NULL;
}

static struct fake_chain *find_chain(const struct fake_fib *fake, chain_number number,
				     uint8_t family)
{
	for (size_t i = 0; i < fake->chain_count; i++) {
		const struct fake_chain *chain = &fake->chains[i];

		if (chain->number == number && chain->chain.family == family)
			return (struct fake_chain *)(uintptr_t)chain;
	}
	return NULL;
}

static struct fake_route *find_route(const struct fake_fib *fake, const struct fib_route *like)
{
	for (size_t i = 0; i < fake->routes.count; i++) {
		struct fake_route *item = &fake->routes.items[i];

		if (item->route.table == like->table && item->route.metric == like->metric &&
		    prefix_equal(&item->route.prefix, &like->prefix))
			return item;
	}
	return NULL;
}

static void push_route(struct fake_routes *routes, struct fake_route item)
{
	if (routes->count == routes->size) {
		routes->size = 2 * routes->size + 16;
		routes->items = xrealloc(routes->items, routes->size * sizeof(*routes->items));
	}
	routes->items[routes->count++] = item;
}

static void drop_route(struct fake_routes *routes, struct fake_route *item)
{
	*item = routes->items[--routes->count];
}

static int injected_failure(struct fake_fib *fake, const char *text)
{
	int error = fake->fail_next;

	fake->fail_next = 0;
	if (error)
		snprintf(fake->fib.error, sizeof(fake->fib.error), "%s", text);
	return -error;
}

static int decline(struct fake_fib *fake, int error, const char *text)
{
	snprintf(fake->fib.error, sizeof(fake->fib.error), "%s", text);
	return -error;
}

/* ---- egresses and chains ---- */

static void drop_chain(struct fake_fib *fake, struct fake_chain *chain)
{
	for (size_t i = fake->routes.count; i-- > 0; ) {
		struct fake_route *item = &fake->routes.items[i];

		if (!item->is_foreign && item->route.kind == FIB_CHAIN &&
		    item->route.chain == chain->number &&
		    item->route.prefix.family == chain->chain.family)
			drop_route(&fake->routes, item);
	}
	*chain = fake->chains[--fake->chain_count];
	chain->chain.members = chain->members;
}

static void leave_chain(struct fake_chain *chain, egress_id id)
{
	size_t kept = 0;

	for (size_t i = 0; i < chain->chain.count; i++) {
		if (chain->members[i].egress != id)
			chain->members[kept++] = chain->members[i];
	}
	chain->chain.count = kept;
}

/* As the kernel does it: an egress leaves its chains, and a chain that loses its last one goes. */
static void drop_egress(struct fake_fib *fake, struct fake_egress *egress)
{
	struct fake_egress gone = *egress;

	*egress = fake->egresses[--fake->egress_count];
	for (size_t i = fake->chain_count; i-- > 0; ) {
		struct fake_chain *chain = &fake->chains[i];
		size_t before = chain->chain.count;

		if (chain->chain.family != gone.egress.family)
			continue;
		leave_chain(chain, gone.id);
		if (before && !chain->chain.count)
			drop_chain(fake, chain);
	}
}

static int fake_set_egress(struct fib *fib, egress_id id, const struct fib_egress *egress)
{
	struct fake_fib *fake = fake_of(fib);
	struct fake_egress *known = find_egress(fake, id, egress->family);
	int error = injected_failure(fake, "Device for nexthop is not up");

	if (error)
		return error;
	if (!known) {
		if (fake->egress_count == FAKE_EGRESSES)
			return decline(fake, ENOSPC, "fake_fib: too many egresses");
		known = &fake->egresses[fake->egress_count++];
	}
	*known = (struct fake_egress){ .id = id, .egress = *egress };
	trace(fake, "egress ");
	trace_egress_name(fake, id);
	trace(fake, "%s -> ", family_suffix(egress->family));
	trace_way(fake, egress);
	trace(fake, "\n");
	return 0;
}

static int fake_remove_egress(struct fib *fib, egress_id id, enum family family)
{
	struct fake_fib *fake = fake_of(fib);
	struct fake_egress *known = find_egress(fake, id, (uint8_t)family);
	int error = injected_failure(fake, "refused");

	if (error)
		return error;
	trace(fake, "egress ");
	trace_egress_name(fake, id);
	trace(fake, "%s removed\n", family_suffix((uint8_t)family));
	if (known)
		drop_egress(fake, known);
	return 0;
}

static int check_chain(struct fake_fib *fake, const struct fake_chain *known,
		       const struct fib_chain *chain)
{
	if (chain->count > CHAIN_WIDTH)
		return decline(fake, EINVAL, "too many members");
	if (known && known->chain.is_ecmp != chain->is_ecmp)
		return decline(fake, EINVAL,
			       "Can not change number of buckets of a resilient nexthop group");
	for (size_t i = 0; i < chain->count; i++) {
		if (!find_egress(fake, chain->members[i].egress, chain->family))
			return decline(fake, EINVAL, "Invalid nexthop id");
	}
	return 0;
}

static int fake_set_chain(struct fib *fib, chain_number number, const struct fib_chain *chain)
{
	struct fake_fib *fake = fake_of(fib);
	struct fake_chain *known = find_chain(fake, number, chain->family);
	int error = injected_failure(fake, "refused");

	if (!error)
		error = check_chain(fake, known, chain);
	if (error)
		return error;
	if (!known) {
		if (fake->chain_count == FAKE_CHAINS)
			return decline(fake, ENOSPC, "fake_fib: too many chains");
		known = &fake->chains[fake->chain_count++];
	}
	known->number = number;
	known->chain = *chain;
	known->chain.members = known->members;
	if (chain->count)
		memmove(known->members, chain->members, chain->count * sizeof(*chain->members));
	trace_chain(fake, number, &known->chain);
	return 0;
}

static int fake_remove_chain(struct fib *fib, chain_number number, enum family family)
{
	struct fake_fib *fake = fake_of(fib);
	struct fake_chain *known = find_chain(fake, number, (uint8_t)family);
	int error = injected_failure(fake, "refused");

	if (error)
		return error;
	trace(fake, "chain %u%s removed\n", number, family_suffix((uint8_t)family));
	if (known)
		drop_chain(fake, known);
	return 0;
}

/* ---- routes ---- */

static int fake_set_route(struct fib *fib, const struct fib_route *route)
{
	push_route(&fake_of(fib)->queue, (struct fake_route){ .route = *route });
	return 0;
}

static int fake_remove_route(struct fib *fib, const struct fib_route *route)
{
	push_route(&fake_of(fib)->queue, (struct fake_route){ .route = *route,
							      .is_removal = true });
	return 0;
}

static int write_route(struct fake_fib *fake, const struct fib_route *route)
{
	struct fake_route *known = find_route(fake, route);
	int error = injected_failure(fake, "refused");

	if (error)
		return error;
	if (known && !route->is_ours)
		return decline(fake, EEXIST, "a route that is not ours");
	if (route->kind == FIB_CHAIN && !find_chain(fake, route->chain, route->prefix.family))
		return decline(fake, EINVAL, "Nexthop id does not exist");
	trace_route(fake, route);
	trace_route_target(fake, route);
	if (known)
		*known = (struct fake_route){ .route = *route };
	else
		push_route(&fake->routes, (struct fake_route){ .route = *route });
	return 0;
}

static int erase_route(struct fake_fib *fake, const struct fib_route *route)
{
	struct fake_route *known = find_route(fake, route);
	int error = injected_failure(fake, "refused");

	if (error)
		return error;
	trace_route(fake, route);
	trace(fake, "removed\n");
	if (known && !known->is_foreign)
		drop_route(&fake->routes, known);
	return 0;
}

static int fake_flush(struct fib *fib, fib_failed *failed, void *arg)
{
	struct fake_fib *fake = fake_of(fib);
	struct fake_routes queue = fake->queue;

	fake->queue = (struct fake_routes){ 0 };
	for (size_t i = 0; i < queue.count; i++) {
		const struct fake_route *item = &queue.items[i];
		int error = item->is_removal ? erase_route(fake, &item->route)
					     : write_route(fake, &item->route);

		if (error && failed)
			failed(arg, &item->route, error, fake->fib.error);
	}
	free(queue.items);
	return 0;
}

/* ---- asking ---- */

static int fake_list_chains(struct fib *fib, const struct fib_visitor *visitor)
{
	struct fake_fib *fake = fake_of(fib);
	int error = injected_failure(fake, "refused");

	if (error)
		return error;
	for (size_t i = 0; visitor->egress && i < fake->egress_count; i++)
		visitor->egress(visitor->arg, fake->egresses[i].id, &fake->egresses[i].egress);
	for (size_t i = 0; visitor->chain && i < fake->chain_count; i++)
		visitor->chain(visitor->arg, fake->chains[i].number, &fake->chains[i].chain);
	return 0;
}

static void visit_route(const struct fake_fib *fake, const struct fib_visitor *visitor,
			const struct fake_route *item)
{
	struct fib_route route = item->route;

	if (fake->listed_table && fake->listed_table != route.table)
		return;
	route.is_ours = !item->is_foreign;
	if (route.is_ours && visitor->route)
		visitor->route(visitor->arg, &route);
	else if (!route.is_ours && visitor->foreign)
		visitor->foreign(visitor->arg, &route);
}

static void visit_way(const struct fake_fib *fake, const struct fib_visitor *visitor,
		      const struct fake_way *way)
{
	struct fib_route route = { .prefix = way->to, .table = 254, .kind = FIB_PIN,
				   .via = way->egress };

	if (visitor->foreign && (!fake->listed_table || fake->listed_table == route.table))
		visitor->foreign(visitor->arg, &route);
}

/* As the kernel does, a slice goes on at the place where the last one ended, whatever was removed. */
static int fake_list_routes(struct fib *fib, const struct fib_visitor *visitor, uint32_t table,
			    bool from_start, size_t items)
{
	struct fake_fib *fake = fake_of(fib);
	int error = injected_failure(fake, "refused");

	if (error)
		return error;
	if (from_start) {
		fake->listed = 0;
		fake->listed_table = table;
		for (size_t i = 0; i < fake->way_count; i++)
			visit_way(fake, visitor, &fake->ways[i]);
	}
	for (; items && fake->listed < fake->routes.count; items--)
		visit_route(fake, visitor, &fake->routes.items[fake->listed++]);
	return fake->listed < fake->routes.count;
}

static int fake_resolve(struct fib *fib, const struct address *address, const char *interface,
			uint32_t table, struct fib_egress *egress)
{
	struct fake_fib *fake = fake_of(fib);
	const struct fake_way *best = NULL;

	(void)table, (void)interface;
	fake->questions++;
	for (size_t i = 0; i < fake->way_count; i++) {
		const struct fake_way *way = &fake->ways[i];

		if (prefix_contains_address(&way->to, address) &&
		    (!best || way->to.length > best->to.length))
			best = way;
	}
	if (!best)
		return decline(fake, ENETUNREACH, "Network is unreachable");
	*egress = best->egress;
	return 0;
}

static const char *fake_describe(struct fib *fib)
{
	(void)fib;
	return "a fake";
}

static const struct fib fake_operations = {
	.set_egress = fake_set_egress,
	.remove_egress = fake_remove_egress,
	.set_chain = fake_set_chain,
	.remove_chain = fake_remove_chain,
	.set_route = fake_set_route,
	.remove_route = fake_remove_route,
	.flush = fake_flush,
	.list_chains = fake_list_chains,
	.list_routes = fake_list_routes,
	.resolve = fake_resolve,
	.describe = fake_describe,
};

/* ---- the test's side ---- */

struct fake_fib *fake_fib_new(void)
{
	struct fake_fib *fake = xcalloc(1, sizeof(*fake));

	fake->fib = fake_operations;
	fake->fib.holds_standbys = fake->fib.moves_routes = true;
	return fake;
}

void fake_fib_free(struct fake_fib *fake)
{
	if (!fake)
		return;
	free(fake->routes.items);
	free(fake->queue.items);
	free(fake->trace);
	free(fake);
}

void fake_fib_name(struct fake_fib *fake, egress_id id, const char *name)
{
	if (id < FAKE_EGRESSES)
		fake->names[id] = name;
}

const char *fake_fib_trace(struct fake_fib *fake)
{
	if (!fake->trace_length)
		return "";
	fake->trace_length = 0;
	return fake->trace;
}

const struct fib_route *fake_fib_find(const struct fake_fib *fake, const char *prefix,
				      uint32_t metric)
{
	struct fib_route like = { .prefix = prefix_from(prefix), .table = 254, .metric = metric };
	const struct fake_route *item = find_route(fake, &like);

	return item && !item->is_foreign ? &item->route : NULL;
}

const struct fib_chain *fake_fib_chain(const struct fake_fib *fake, enum family family,
				       chain_number number)
{
	const struct fake_chain *chain = find_chain(fake, number, (uint8_t)family);

	return chain ? &chain->chain : NULL;
}

int fake_fib_carrier(const struct fake_fib *fake, const char *prefix, uint32_t metric)
{
	const struct fib_route *route = fake_fib_find(fake, prefix, metric);
	const struct fib_chain *chain;

	if (!route || route->kind != FIB_CHAIN)
		return route && route->kind == FIB_PIN ? route->via.ifindex : 0;
	chain = fake_fib_chain(fake, route->prefix.family, route->chain);
	if (!chain || !chain->count)
		return 0;
	for (size_t i = 0; i < fake->egress_count; i++) {
		const struct fake_egress *egress = &fake->egresses[i];

		if (egress->id == chain->members[0].egress &&
		    egress->egress.family == chain->family)
			return egress->egress.ifindex;
	}
	return 0;
}

void fake_fib_link_down(struct fake_fib *fake, int ifindex)
{
	for (size_t i = fake->egress_count; i-- > 0; ) {
		if (fake->egresses[i].egress.ifindex == ifindex)
			drop_egress(fake, &fake->egresses[i]);
	}
	for (size_t i = fake->routes.count; i-- > 0; ) {
		struct fake_route *item = &fake->routes.items[i];

		if (item->route.kind == FIB_PIN && item->route.via.ifindex == ifindex)
			drop_route(&fake->routes, item);
	}
}

void fake_fib_add_foreign(struct fake_fib *fake, const char *prefix, uint32_t table,
			  uint32_t metric)
{
	push_route(&fake->routes, (struct fake_route){
		.route = { .prefix = prefix_from(prefix), .table = table, .metric = metric,
			   .kind = FIB_UNREACHABLE },
		.is_foreign = true,
	});
}

bool fake_fib_lose(struct fake_fib *fake, const char *prefix, uint32_t metric)
{
	struct fib_route like = { .prefix = prefix_from(prefix), .table = 254, .metric = metric };
	struct fake_route *item = find_route(fake, &like);

	if (item)
		drop_route(&fake->routes, item);
	return item;
}

void fake_fib_add_way(struct fake_fib *fake, const char *prefix, int ifindex, const char *gateway)
{
	struct fake_way way = { .to = prefix_from(prefix), .egress.ifindex = ifindex };

	way.egress.family = way.to.family;
	if (gateway && !address_parse(gateway, &way.egress.gateway))
		abort();
	if (fake->way_count < sizeof(fake->ways) / sizeof(fake->ways[0]))
		fake->ways[fake->way_count++] = way;
}
