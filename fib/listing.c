#include "fib/listing.h"

#include <errno.h>
#include <stdlib.h>

#include "bgpd/base/xalloc.h"
#include "fib/nexthop_message.h"
#include "fib/route_message.h"

#define LISTING_TRIES 10

struct listing {
	const struct kernel_mark *mark;
	const struct fib_visitor *visitor;
	struct nexthop *nexthops;
	size_t count, size;
};

static void collect_nexthop(void *arg, struct nlmsghdr *message)
{
	struct listing *listing = arg;
	struct nexthop_name name;
	struct nexthop nexthop;

	if (!nexthop_message_parse(message, &nexthop) ||
	    !nexthop_id_parse(listing->mark->nexthop_base, nexthop.id, &name))
		return;
	if (listing->count == listing->size) {
		listing->size = 2 * listing->size + 16;
		listing->nexthops = xrealloc(listing->nexthops,
					     listing->size * sizeof(*listing->nexthops));
	}
	listing->nexthops[listing->count++] = nexthop;
}

static void visit_chain(const struct listing *listing, const struct wanted_chains *wanted,
			const struct nexthop *nexthop, chain_number number)
{
	struct fib_member members[CHAIN_WIDTH];
	struct fib_chain chain;

	if (!listing->visitor->chain || !nexthop->is_group)
		return;
	nexthop_message_to_chain(listing->mark, nexthop, &chain, members);
	wanted_chains_restore(wanted, number, &chain);
	listing->visitor->chain(listing->visitor->arg, number, &chain);
}

static void visit_egress(const struct listing *listing, const struct nexthop *nexthop,
			 const struct nexthop_name *name)
{
	struct fib_egress egress = nexthop->way;

	if (!listing->visitor->egress || name->number == NEXTHOP_BLACKHOLE)
		return;
	egress.family = (uint8_t)name->family;
	listing->visitor->egress(listing->visitor->arg, name->number, &egress);
}

static void visit_nexthops(const struct listing *listing, const struct wanted_chains *wanted)
{
	for (size_t i = 0; i < listing->count; i++) {
		const struct nexthop *nexthop = &listing->nexthops[i];
		struct nexthop_name name;

		nexthop_id_parse(listing->mark->nexthop_base, nexthop->id, &name);
		if (name.is_chain)
			visit_chain(listing, wanted, nexthop, name.number);
		else
			visit_egress(listing, nexthop, &name);
	}
}

/* Collected first, because a dump that was disturbed is read again. */
int listing_nexthops(struct rtnl_socket *socket, const struct kernel_mark *mark,
		     const struct wanted_chains *wanted, const struct fib_visitor *visitor,
		     char text[RTNL_TEXT])
{
	struct listing listing = { .mark = mark, .visitor = visitor };
	int error, tries = 0;

	do {
		listing.count = 0;
		error = rtnl_ask(socket, nexthop_message_dump(), collect_nexthop, &listing, text);
	} while (error == -EAGAIN && ++tries < LISTING_TRIES);
	if (!error)
		visit_nexthops(&listing, wanted);
	free(listing.nexthops);
	return error;
}

static void visit_route(void *arg, struct nlmsghdr *message)
{
	const struct listing *listing = arg;
	struct fib_route ours;
	struct route route;

	if (!route_message_parse(message, &route) || route.is_cached ||
	    route.protocol != listing->mark->protocol)
		return;
	ours = route_message_to_ours(listing->mark, &route);
	listing->visitor->route(listing->visitor->arg, &ours);
}

int listing_routes(struct rtnl_socket *socket, const struct kernel_mark *mark, enum family family,
		   const struct fib_visitor *visitor, char text[RTNL_TEXT])
{
	struct listing listing = { .mark = mark, .visitor = visitor };

	if (!visitor->route)
		return 0;
	return rtnl_ask(socket, route_message_dump(family, mark->protocol, 0), visit_route,
			&listing, text);
}
