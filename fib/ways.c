#include "fib/ways.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

void ways_clear(struct ways *ways)
{
	free(ways->egresses);
	free(ways->chains);
	*ways = (struct ways){ .egresses = NULL };
}

/* ---- egresses ---- */

static struct ways_egress *find_egress(const struct ways *ways, egress_id id, uint8_t family)
{
	for (size_t i = 0; i < ways->egress_count; i++) {
		struct ways_egress *egress = &ways->egresses[i];

		if (egress->id == id && egress->at.family == family)
			return egress;
	}
	return NULL;
}

static const struct ways_egress *find_place(const struct ways *ways, const struct fib_egress *at)
{
	for (size_t i = 0; i < ways->egress_count; i++) {
		const struct fib_egress *known = &ways->egresses[i].at;

		if (known->family == at->family && known->ifindex == at->ifindex &&
		    address_equal(&known->gateway, &at->gateway))
			return &ways->egresses[i];
	}
	return NULL;
}

void ways_set_egress(struct ways *ways, egress_id id, const struct fib_egress *at)
{
	struct ways_egress *egress = find_egress(ways, id, at->family);

	if (egress) {
		egress->at = *at;
		return;
	}
	if (ways->egress_count == ways->egress_size) {
		ways->egress_size = 2 * ways->egress_size + 16;
		ways->egresses = xrealloc(ways->egresses,
					  ways->egress_size * sizeof(*ways->egresses));
	}
	ways->egresses[ways->egress_count++] = (struct ways_egress){ id, *at };
}

void ways_remove_egress(struct ways *ways, egress_id id, enum family family)
{
	struct ways_egress *egress = find_egress(ways, id, (uint8_t)family);

	if (egress)
		*egress = ways->egresses[--ways->egress_count];
}

/* ---- chains ---- */

static struct ways_chain *find_chain(const struct ways *ways, chain_number number, uint8_t family)
{
	for (size_t i = 0; i < ways->chain_count; i++) {
		struct ways_chain *chain = &ways->chains[i];

		if (chain->number == number && chain->chain.family == family)
			return chain;
	}
	return NULL;
}

static struct ways_chain *add_chain(struct ways *ways, chain_number number)
{
	if (ways->chain_count == ways->chain_size) {
		ways->chain_size = 2 * ways->chain_size + 16;
		ways->chains = xrealloc(ways->chains, ways->chain_size * sizeof(*ways->chains));
	}
	struct ways_chain *added = &ways->chains[ways->chain_count++];

	*added = (struct ways_chain){ .number = number };
	return added;
}

static void fill_chain(struct ways_chain *known, const struct fib_chain *chain)
{
	known->chain = *chain;
	if (chain->count)
		memcpy(known->members, chain->members, chain->count * sizeof(*chain->members));
}

void ways_set_chain(struct ways *ways, chain_number number, const struct fib_chain *chain)
{
	struct ways_chain *known = find_chain(ways, number, chain->family);

	fill_chain(known ? known : add_chain(ways, number), chain);
}

void ways_remove_chain(struct ways *ways, chain_number number, enum family family)
{
	struct ways_chain *chain = find_chain(ways, number, (uint8_t)family);

	if (chain)
		*chain = ways->chains[--ways->chain_count];
}

void ways_list(const struct ways *ways, const struct fib_visitor *visitor)
{
	for (size_t i = 0; visitor->egress && i < ways->egress_count; i++)
		visitor->egress(visitor->arg, ways->egresses[i].id, &ways->egresses[i].at);
	for (size_t i = 0; visitor->chain && i < ways->chain_count; i++) {
		struct fib_chain chain = ways->chains[i].chain;

		chain.members = ways->chains[i].members;
		visitor->chain(visitor->arg, ways->chains[i].number, &chain);
	}
}

/* ---- writing ---- */

static size_t ways_of(const struct ways *ways, const struct ways_chain *chain,
		      struct route_way list[CHAIN_WIDTH])
{
	size_t count = 0;

	for (size_t i = 0; i < chain->chain.count; i++) {
		const struct fib_member *member = &chain->members[i];
		const struct ways_egress *egress = find_egress(ways, member->egress,
							       chain->chain.family);

		if (egress)
			list[count++] = (struct route_way){ egress->at, member->weight };
	}
	return count;
}

static struct fib_route standby_of(const struct fib_route *route)
{
	struct fib_route standby = *route;

	standby.metric += WAYS_STANDBY_METRIC;
	return standby;
}

/* One that may stand by from earlier, when the pair had two members. */
static void remove_standby(const struct kernel_mark *mark, struct route_batch *batch,
			   const struct fib_route *route)
{
	const struct fib_route standby = standby_of(route);

	route_batch_add(batch, route, true, route_message_remove(mark, &standby));
}

static void set_blackhole(const struct kernel_mark *mark, struct route_batch *batch,
			  const struct fib_route *route)
{
	struct fib_route blackhole = *route;

	blackhole.kind = FIB_BLACKHOLE;
	route_batch_add(batch, route, false, route_message_set(mark, &blackhole));
}

void ways_set_route(const struct ways *ways, const struct kernel_mark *mark,
		    struct route_batch *batch, const struct fib_route *route)
{
	const struct ways_chain *chain = find_chain(ways, route->chain, route->prefix.family);
	const struct fib_route standby = standby_of(route);
	struct route_way list[CHAIN_WIDTH];
	size_t count = chain ? ways_of(ways, chain, list) : 0;
	size_t shared = chain && chain->chain.is_ecmp ? count : 1;

	if (count)
		route_batch_add(batch, route, false,
				route_message_set_ways(mark, route, list, shared));
	else
		set_blackhole(mark, batch, route);
	if (count > shared)
		route_batch_add(batch, route, false,
				route_message_set_ways(mark, &standby, list + 1, 1));
	else if (route->is_ours)
		remove_standby(mark, batch, route);
}

void ways_remove_route(const struct kernel_mark *mark, struct route_batch *batch,
		       const struct fib_route *route)
{
	route_batch_add(batch, route, true, route_message_remove(mark, route));
	if (route->kind == FIB_CHAIN)
		remove_standby(mark, batch, route);
}

/* ---- reading ---- */

/* A route and, in a pair, what stands by. */
struct read {
	struct fib_route route;
	struct route_way ways[CHAIN_WIDTH];
	size_t count;
	bool is_ecmp;
};

static bool leads_by(const struct ways *ways, const struct ways_chain *chain,
		     const struct read *read)
{
	struct route_way list[CHAIN_WIDTH];
	size_t count = ways_of(ways, chain, list);

	if (!chain->chain.is_ecmp && count > 2)         /* the others stand by in memory alone */
		count = 2;
	if (chain->chain.family != read->route.prefix.family || count != read->count ||
	    (count > 1 && chain->chain.is_ecmp != read->is_ecmp))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (find_place(ways, &list[i].at) != find_place(ways, &read->ways[i].at) ||
		    (read->is_ecmp && list[i].weight != read->ways[i].weight))
			return false;
	}
	return true;
}

static bool stands_like(const struct fib_route *a, const struct fib_route *b)
{
	return a->table == b->table && a->metric == b->metric && a->mtu == b->mtu &&
	       a->advmss == b->advmss && address_equal(&a->preferred_source, &b->preferred_source);
}

/* The chains that were made out of routes hold those that stand alike. */
static const struct ways_chain *chain_of(const struct ways *ways, const struct read *read)
{
	const struct ways_chain *other = NULL;

	for (size_t i = 0; i < ways->chain_count; i++) {
		const struct ways_chain *chain = &ways->chains[i];

		if (!leads_by(ways, chain, read))
			continue;
		if (chain->like.table && stands_like(&chain->like, &read->route))
			return chain;
		if (!chain->like.table)
			other = chain;
	}
	return other;
}

static egress_id adopt_egress(struct ways *ways, const struct fib_egress *at)
{
	const struct ways_egress *known = find_place(ways, at);
	egress_id id = 1;

	if (known)
		return known->id;
	while (find_egress(ways, id, at->family))
		id++;
	ways_set_egress(ways, id, at);
	return id;
}

static const struct ways_chain *adopt_chain(struct ways *ways, const struct read *read)
{
	struct fib_member members[CHAIN_WIDTH];
	const struct fib_chain wanted = { read->route.prefix.family, read->is_ecmp, members,
					  read->count };
	chain_number number = 1;

	for (size_t i = 0; i < read->count; i++)
		members[i] = (struct fib_member){ adopt_egress(ways, &read->ways[i].at),
						  read->is_ecmp ? read->ways[i].weight : 1 };
	while (find_chain(ways, number, FAMILY_IPV4) || find_chain(ways, number, FAMILY_IPV6))
		number++;
	struct ways_chain *chain = add_chain(ways, number);
	fill_chain(chain, &wanted);
	chain->like = read->route;
	return chain;
}

/* A lone host route by none of our egresses keeps a tunnel's endpoint reachable. */
static bool is_pin(const struct ways *ways, const struct read *read)
{
	const struct prefix *prefix = &read->route.prefix;

	return read->count == 1 && prefix->length == family_bits(prefix->family) &&
	       (ways->is_adopting || !find_place(ways, &read->ways[0].at));
}

static void tell(struct ways *ways, struct read *read, const struct fib_visitor *visitor)
{
	const struct ways_chain *chain = chain_of(ways, read);

	if (read->count && is_pin(ways, read)) {
		read->route.kind = FIB_PIN;
		read->route.via = read->ways[0].at;
	} else if (read->count) {
		if (!chain && ways->is_adopting)
			chain = adopt_chain(ways, read);
		read->route.kind = FIB_CHAIN;
		read->route.chain = chain ? chain->number : 0;
		read->route.via = (struct fib_egress){ 0 };
	}
	if (visitor->route)
		visitor->route(visitor->arg, &read->route);
}

static struct read read_of(const struct kernel_mark *mark, const struct route *route)
{
	struct read read = { .route = route_message_to_ours(mark, route),
			     .count = route->way_count, .is_ecmp = route->way_count > 1 };

	memcpy(read.ways, route->ways, sizeof(read.ways));
	return read;
}

static bool is_pair(const struct route *active, const struct route *standby)
{
	return active->way_count == 1 && standby->way_count == 1 &&
	       active->table == standby->table && prefix_equal(&active->prefix, &standby->prefix) &&
	       active->metric + WAYS_STANDBY_METRIC == standby->metric;
}

void ways_read_end(struct ways *ways, const struct kernel_mark *mark,
		   const struct fib_visitor *visitor)
{
	struct read read;

	if (!ways->holds_one)
		return;
	ways->holds_one = false;
	read = read_of(mark, &ways->held);
	tell(ways, &read, visitor);
}

void ways_read(struct ways *ways, const struct kernel_mark *mark, const struct route *route,
	       const struct fib_visitor *visitor)
{
	if (ways->holds_one && is_pair(&ways->held, route)) {
		struct read read = read_of(mark, &ways->held);

		read.ways[read.count++] = route->ways[0];
		ways->holds_one = false;
		tell(ways, &read, visitor);
		return;
	}
	ways_read_end(ways, mark, visitor);
	ways->held = *route;
	ways->holds_one = true;
}
