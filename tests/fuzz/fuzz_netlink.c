/* tests/fuzz/fuzz_netlink.c - Whatever a netlink socket brings: each message goes to all parsers of links,
 * addresses, routes, nexthops and security associations.
 *
 *	make fuzz && build-fuzz/tests/fuzz/make_corpus netlink corpus &&
 *	build-fuzz/tests/fuzz/fuzz_netlink corpus */
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "fib/link_message.h"
#include "fib/nexthop_message.h"
#include "fib/route_message.h"
#include "fib/rtnl_socket.h"
#include "fib/xfrm_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct kernel_mark mark = { .protocol = 186, .nexthop_base = 0x42000000 };

static void expect(bool claim)
{
	if (!claim)
		abort();
}

static void expect_prefix(const struct prefix *prefix)
{
	char text[PREFIX_TEXT];
	struct prefix again;

	expect(prefix_parse(prefix_format(prefix, text), &again) && prefix_equal(prefix, &again));
}

static void try_route(struct nlmsghdr *message)
{
	struct route route;

	if (!route_message_parse(message, &route))
		return;
	expect_prefix(&route.prefix);
	struct fib_route ours = route_message_to_ours(&mark, &route);
	expect(prefix_equal(&ours.prefix, &route.prefix) && ours.chain <= CHAIN_MAX);
}

static void try_nexthop(struct nlmsghdr *message)
{
	struct fib_member members[CHAIN_WIDTH];
	struct fib_chain chain;
	struct nexthop nexthop;

	if (!nexthop_message_parse(message, &nexthop))
		return;
	expect(nexthop.member_count <= CHAIN_WIDTH);
	if (!nexthop.is_group)
		return;
	nexthop_message_to_chain(&mark, &nexthop, &chain, members);
	expect(chain.count <= CHAIN_WIDTH);
}

static void try_link(struct nlmsghdr *message)
{
	struct link link;
	struct link_address address;
	struct link_counters counters;
	char text[ADDRESS_TEXT];

	if (link_message_parse(message, &link))
		expect(memchr(link.name, '\0', sizeof(link.name)));
	if (link_message_parse_address(message, &address))
		address_format(&address.address, text);
	link_message_parse_counters(message, &counters);
}

static void try_sa(struct nlmsghdr *message)
{
	struct xfrm_sa sa;

	if (xfrm_message_parse(message, &sa) == XFRM_SA_THERE)
		expect(sa.from.family == sa.to.family);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *messages = malloc(size + 1);   /* aligned, and ASan sees its end */
	int left = (int)size;
	char text[RTNL_TEXT];

	memcpy(messages, data, size);
	for (struct nlmsghdr *message = messages; nlmsg_ok(message, left);
	     message = nlmsg_next(message, &left)) {
		try_route(message);
		try_nexthop(message);
		try_link(message);
		try_sa(message);
		if (message->nlmsg_type == NLMSG_ERROR)
			rtnl_error(message, text);
	}
	free(messages);
	return 0;
}
