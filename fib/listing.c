#include "fib/listing.h"

#include <errno.h>
#include <stdlib.h>

#include "bgpd/base/xalloc.h"
#include "fib/route_message.h"

#define LISTING_TRIES 10

/* ---- nexthops ---- */

static void collect_nexthop(void *arg, struct nlmsghdr *message)
{
	struct listing *listing = arg;
	struct nexthop nexthop;

	if (!nexthop_message_parse(message, &nexthop))
		return;
	if (listing->count == listing->size) {
		listing->size = 2 * listing->size + 16;
		listing->nexthops = xrealloc(listing->nexthops,
					     listing->size * sizeof(*listing->nexthops));
	}
	listing->nexthops[listing->count++] = nexthop;
}

/* Collected first, because a dump that was disturbed is read again. */
static int collect_nexthops(struct listing *listing, struct rtnl_socket *socket,
			    char text[RTNL_TEXT])
{
	int error, tries = 0;

	do {
		listing->count = 0;
		error = rtnl_ask(socket, nexthop_message_dump(), collect_nexthop, listing, text);
	} while (error == -EAGAIN && ++tries < LISTING_TRIES);
	return error;
}

static void visit_chain(const struct kernel_mark *mark, const struct fib_visitor *visitor,
			const struct wanted_chains *wanted, const struct nexthop *nexthop,
			chain_number number)
{
	struct fib_member members[CHAIN_WIDTH];
	struct fib_chain chain;

	if (!visitor->chain || !nexthop->is_group)
		return;
	nexthop_message_to_chain(mark, nexthop, &chain, members);
	wanted_chains_restore(wanted, number, &chain);
	visitor->chain(visitor->arg, number, &chain);
}

static void visit_egress(const struct fib_visitor *visitor, const struct nexthop *nexthop,
			 const struct nexthop_name *name)
{
	struct fib_egress egress = nexthop->way;

	if (!visitor->egress || name->number == NEXTHOP_BLACKHOLE)
		return;
	egress.family = (uint8_t)name->family;
	visitor->egress(visitor->arg, name->number, &egress);
}

int listing_nexthops(struct rtnl_socket *socket, const struct kernel_mark *mark,
		     const struct wanted_chains *wanted, const struct fib_visitor *visitor,
		     char text[RTNL_TEXT])
{
	struct listing listing = { .family = FAMILY_COUNT };
	int error = collect_nexthops(&listing, socket, text);

	for (size_t i = 0; !error && i < listing.count; i++) {
		const struct nexthop *nexthop = &listing.nexthops[i];
		struct nexthop_name name;

		if (!nexthop_id_parse(mark->nexthop_base, nexthop->id, &name))
			continue;
		if (name.is_chain)
			visit_chain(mark, visitor, wanted, nexthop, name.number);
		else
			visit_egress(visitor, nexthop, &name);
	}
	free(listing.nexthops);
	return error;
}

static bool is_of_type(const struct nexthop *nexthop, enum listing_groups type)
{
	bool is_resilient = nexthop->buckets > 0;

	return type == LISTING_ALL ||
	       (nexthop->is_group && is_resilient == (type == LISTING_RESILIENT));
}

int listing_remove_groups(struct rtnl_socket *socket, const struct kernel_mark *mark,
			  enum listing_groups type, char text[RTNL_TEXT])
{
	struct listing listing = { .family = FAMILY_COUNT };
	int error = collect_nexthops(&listing, socket, text);

	for (size_t i = 0; !error && i < listing.count; i++) {
		const struct nexthop *nexthop = &listing.nexthops[i];
		struct nexthop_name name;

		if (!is_of_type(nexthop, type) ||
		    !nexthop_id_parse(mark->nexthop_base, nexthop->id, &name))
			continue;
		error = rtnl_ask(socket, nexthop_message_remove(nexthop->id), NULL, NULL, text);
		if (error == -ENOENT)           /* it went with its last member */
			error = 0;
	}
	free(listing.nexthops);
	return error;
}

/* ---- routes ---- */

struct slice {
	const struct listing *listing;
	const struct kernel_mark *mark;
	const struct fib_visitor *visitor;
	size_t visited;
};

static const struct nexthop *find_nexthop(const struct listing *listing, uint32_t id)
{
	for (size_t i = 0; i < listing->count; i++)
		if (listing->nexthops[i].id == id)
			return &listing->nexthops[i];
	return NULL;
}

/* In nexthop_compat_mode 0 a dump names the nexthop object alone. */
static void follow_nexthop(const struct listing *listing, struct route *route)
{
	const struct nexthop *nexthop = find_nexthop(listing, route->nexthop);

	if (nexthop && nexthop->is_group && nexthop->member_count)
		nexthop = find_nexthop(listing, nexthop->members[0].id);
	if (!nexthop)
		return;
	route->way.ifindex = nexthop->way.ifindex;
	route->way.gateway = nexthop->way.gateway;
}

static void visit_foreign(const struct slice *slice, struct route *route)
{
	struct fib_route foreign = {
		.prefix = route->prefix, .table = route->table, .metric = route->metric,
		.kind = FIB_UNREACHABLE,
	};

	if (route->is_dead)
		return;
	if (route->type == RTN_UNICAST && !route->way.ifindex && route->nexthop)
		follow_nexthop(slice->listing, route);
	if (route->type == RTN_UNICAST && route->way.ifindex) {
		foreign.kind = FIB_PIN;
		foreign.via = route->way;
	}
	slice->visitor->foreign(slice->visitor->arg, &foreign);
}

static void visit_ours(const struct slice *slice, const struct route *route)
{
	struct ways *ways = slice->listing->ways;
	struct fib_route ours;

	if (ways) {
		ways_read(ways, slice->mark, route, slice->visitor);
	} else if (slice->visitor->route) {
		ours = route_message_to_ours(slice->mark, route);
		slice->visitor->route(slice->visitor->arg, &ours);
	}
}

static void visit_route(void *arg, struct nlmsghdr *message)
{
	struct slice *slice = arg;
	struct route route;

	slice->visited++;
	if (!route_message_parse(message, &route) || route.is_cached)
		return;
	if (route.protocol == slice->mark->protocol) {
		visit_ours(slice, &route);
	} else if (slice->visitor->foreign) {
		visit_foreign(slice, &route);
	}
}

static void stop(struct listing *listing)
{
	if (listing->is_open)
		rtnl_close(&listing->socket);
	listing->is_open = false;
	listing->family = FAMILY_COUNT;
}

/* A look that was not finished is given up with its socket. */
static int start(struct listing *listing, const struct fib_visitor *visitor, char text[RTNL_TEXT])
{
	int error;

	if (listing->family != FAMILY_COUNT)
		stop(listing);
	error = listing->is_open ? 0 : rtnl_open(&listing->socket);
	listing->is_open = !error;
	listing->count = 0;
	if (listing->ways)
		listing->ways->holds_one = false;
	if (!error && visitor->foreign)
		error = collect_nexthops(listing, &listing->socket, text);
	return error;
}

static int ask(struct listing *listing, const struct kernel_mark *mark,
	       const struct fib_visitor *visitor, enum family family, char text[RTNL_TEXT])
{
	uint8_t protocol = visitor->foreign ? 0 : mark->protocol;

	if (listing->ways)              /* the family before may have ended with half a pair */
		ways_read_end(listing->ways, mark, visitor);
	listing->family = family;
	return family == FAMILY_COUNT ? 0 : rtnl_ask_long(
		&listing->socket, route_message_dump(family, protocol, listing->table), text);
}

int listing_routes(struct listing *listing, const struct kernel_mark *mark,
		   const struct fib_visitor *visitor, bool from_start, size_t items,
		   char text[RTNL_TEXT])
{
	struct slice slice = { .listing = listing, .mark = mark, .visitor = visitor };
	int error = from_start ? start(listing, visitor, text) : 0;

	if (!error && from_start)
		error = ask(listing, mark, visitor, FAMILY_IPV4, text);
	while (error >= 0 && listing->family < FAMILY_COUNT && slice.visited < items) {
		error = rtnl_read_on(&listing->socket, visit_route, &slice, text);
		if (error == 0 || error == -ENOENT)     /* no such table: no routes */
			error = ask(listing, mark, visitor, listing->family + 1, text);
	}
	if (error < 0)
		stop(listing);
	return error < 0 ? error : listing->family < FAMILY_COUNT;
}

void listing_clear(struct listing *listing)
{
	stop(listing);
	free(listing->nexthops);
	*listing = (struct listing){ .family = FAMILY_COUNT };
}

struct removal {
	const struct kernel_mark *mark;
	struct route_batch *batch;
};

static void remove_way(void *arg, struct nlmsghdr *message)
{
	const struct removal *removal = arg;
	struct route route;

	if (!route_message_parse(message, &route) || route.protocol != removal->mark->protocol ||
	    !route.way_count || route.prefix.length == family_bits(route.prefix.family))
		return;
	const struct fib_route ours = route_message_to_ours(removal->mark, &route);
	route_batch_add(removal->batch, &ours, true, route_message_remove(removal->mark, &ours));
}

static bool has_groups(const struct listing *listing, const struct kernel_mark *mark)
{
	struct nexthop_name name;

	for (size_t i = 0; i < listing->count; i++)
		if (listing->nexthops[i].is_group &&
		    nexthop_id_parse(mark->nexthop_base, listing->nexthops[i].id, &name))
			return true;
	return false;
}

int listing_remove_ways(struct rtnl_socket *socket, const struct kernel_mark *mark,
			struct route_batch *batch, char text[RTNL_TEXT])
{
	struct listing listing = { .family = FAMILY_COUNT };
	struct removal removal = { mark, batch };
	int error = collect_nexthops(&listing, socket, text);
	bool is_needless = has_groups(&listing, mark);

	free(listing.nexthops);
	if (error || is_needless)
		return error;
	for (enum family family = FAMILY_IPV4; !error && family < FAMILY_COUNT; family++) {
		error = rtnl_ask(socket, route_message_dump(family, mark->protocol, 0), remove_way,
				 &removal, text);
		if (error == -EAGAIN || error == -ENOENT)       /* ours are what changed */
			error = 0;
	}
	route_batch_send(batch);
	route_batch_report(batch, NULL, NULL);
	return error;
}
