#include "fib/resolve.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

#include "fib/nexthop_message.h"
#include "fib/route_message.h"

struct search {
	const struct kernel_mark *mark;
	struct address address;
	uint32_t table;
	struct route best;
	bool is_found;
};

static void keep_answer(void *arg, struct nlmsghdr *message)
{
	struct search *search = arg;

	search->is_found |= route_message_parse(message, &search->best);
}

static bool is_better(const struct route *route, const struct route *best)
{
	if (route->prefix.length != best->prefix.length)
		return route->prefix.length > best->prefix.length;
	return route->metric < best->metric;
}

static void keep_longest(void *arg, struct nlmsghdr *message)
{
	struct search *search = arg;
	struct route route;

	if (!route_message_parse(message, &route) || route.is_cached || route.is_dead ||
	    route.protocol == search->mark->protocol || route.table != search->table ||
	    !prefix_contains_address(&route.prefix, &search->address))
		return;
	if (!search->is_found || is_better(&route, &search->best))
		search->best = route;
	search->is_found = true;
}

static bool ask_kernel(struct rtnl_socket *socket, struct search *search, uint32_t flags,
		       char text[RTNL_TEXT])
{
	search->is_found = false;
	return rtnl_ask(socket, route_message_lookup(&search->address, flags), keep_answer, search,
			text) == 0 && search->is_found;
}

static bool search_table(struct rtnl_socket *socket, struct search *search, uint32_t table,
			 char text[RTNL_TEXT])
{
	search->is_found = false;
	search->table = table;
	rtnl_ask(socket, route_message_dump(search->address.family, 0, table), keep_longest, search,
		 text);
	return search->is_found;
}

/* The match says whose route it is; without RTM_F_FIB_MATCH the kernel says where packets go, also
 * where the route points at a nexthop object. */
static bool search_main(struct rtnl_socket *socket, struct search *search, char text[RTNL_TEXT])
{
	if (ask_kernel(socket, search, RTM_F_FIB_MATCH, text) &&
	    search->best.protocol != search->mark->protocol)
		return ask_kernel(socket, search, 0, text);
	return search_table(socket, search, RT_TABLE_MAIN, text);
}

static void keep_nexthop(void *arg, struct nlmsghdr *message)
{
	nexthop_message_parse(message, arg);
}

/* In nexthop_compat_mode 0 a dump names the nexthop object alone. */
static void follow_nexthop(struct rtnl_socket *socket, uint32_t id, struct fib_egress *egress,
			   char text[RTNL_TEXT])
{
	struct nexthop nexthop = { .id = 0 };

	rtnl_ask(socket, nexthop_message_get(id), keep_nexthop, &nexthop, text);
	if (nexthop.is_group && nexthop.member_count) {
		id = nexthop.members[0].id;
		rtnl_ask(socket, nexthop_message_get(id), keep_nexthop, &nexthop, text);
	}
	egress->ifindex = nexthop.way.ifindex;
	egress->gateway = nexthop.way.gateway;
}

int resolve_address(struct rtnl_socket *socket, const struct kernel_mark *mark,
		    const struct address *address, uint32_t table, struct fib_egress *egress,
		    char text[RTNL_TEXT])
{
	struct search search = { .mark = mark, .address = *address };
	bool is_found = false;

	if (table && table != RT_TABLE_MAIN)
		is_found = search_table(socket, &search, table, text);
	if (!is_found)
		is_found = search_main(socket, &search, text);
	if (is_found && (search.best.type == RTN_UNICAST || search.best.type == RTN_LOCAL)) {
		*egress = search.best.way;
		if (!egress->ifindex && search.best.nexthop)
			follow_nexthop(socket, search.best.nexthop, egress, text);
		if (egress->ifindex)
			return 0;
	}
	snprintf(text, RTNL_TEXT, "no route that is not ours leads there");
	return -ENETUNREACH;
}
