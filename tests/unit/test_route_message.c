/* Routes as netlink messages. */
#include "fib/route_message.h"

#include <netlink/attr.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "fib/netlink_message.h"

#define BASE 0xba000000u

static const struct kernel_mark mark = { .protocol = 186, .nexthop_base = BASE };

static struct nlattr *attribute(struct nl_msg *message, int type)
{
	return nlmsg_find_attr(nlmsg_hdr(message), sizeof(struct rtmsg), type);
}

static uint32_t number(struct nl_msg *message, int type)
{
	struct nlattr *found = attribute(message, type);

	assert_non_null(found);
	return nla_get_u32(found);
}

static struct rtmsg head_of(struct nl_msg *message)
{
	struct rtmsg head;

	memcpy(&head, nlmsg_data(nlmsg_hdr(message)), sizeof(head));
	return head;
}

static struct address address_from(const char *text)
{
	struct address address;

	assert_true(address_parse(text, &address));
	return address;
}

static struct fib_route route_to(const char *prefix, enum fib_kind kind)
{
	struct fib_route route = { .table = 254, .metric = 20, .kind = kind, .chain = 9 };

	assert_true(prefix_parse(prefix, &route.prefix));
	return route;
}

static int flags_of(const struct fib_route *route)
{
	struct nl_msg *message = route_message_set(&mark, route);
	int flags = nlmsg_hdr(message)->nlmsg_flags;

	nlmsg_free(message);
	return flags;
}

/* ---- set and remove ---- */

static void a_route_names_the_group_of_its_chain(void **unused)
{
	struct fib_route route = route_to("10.50.0.0/16", FIB_CHAIN);
	struct nl_msg *message = route_message_set(&mark, &route);
	struct rtmsg head = head_of(message);

	assert_int_equal(nlmsg_hdr(message)->nlmsg_type, RTM_NEWROUTE);
	assert_int_equal(head.rtm_family, AF_INET);
	assert_int_equal(head.rtm_dst_len, 16);
	assert_int_equal(head.rtm_table, 254);
	assert_int_equal(head.rtm_protocol, 186);
	assert_int_equal(head.rtm_type, RTN_UNICAST);
	assert_int_equal(number(message, RTA_TABLE), 254);
	assert_int_equal(number(message, RTA_PRIORITY), 20);
	assert_int_equal(number(message, RTA_NH_ID), BASE + 0x4000 + 9);
	assert_null(attribute(message, RTA_OIF));
	nlmsg_free(message);
	(void)unused;
}

/* NLM_F_REPLACE would overwrite the route of another protocol, NLM_F_EXCL never does. */
static void only_what_is_known_to_be_ours_is_replaced(void **unused)
{
	struct fib_route route = route_to("10.50.0.0/16", FIB_CHAIN);

	assert_int_equal(flags_of(&route), NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL);
	route.is_ours = true;
	assert_int_equal(flags_of(&route), NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE);
	(void)unused;
}

static void a_table_above_255_is_named_in_its_attribute_alone(void **unused)
{
	struct fib_route route = route_to("10.50.0.0/16", FIB_CHAIN);
	struct nl_msg *message;

	route.table = 1000;
	message = route_message_set(&mark, &route);
	assert_int_equal(head_of(message).rtm_table, RT_TABLE_UNSPEC);
	assert_int_equal(number(message, RTA_TABLE), 1000);
	nlmsg_free(message);
	(void)unused;
}

static void a_removal_asks_for_the_key_and_our_protocol_and_nothing_else(void **unused)
{
	struct fib_route route = route_to("10.50.0.0/16", FIB_UNREACHABLE);
	struct nl_msg *message = route_message_remove(&mark, &route);

	assert_int_equal(nlmsg_hdr(message)->nlmsg_type, RTM_DELROUTE);
	assert_int_equal(head_of(message).rtm_protocol, 186);
	assert_int_equal(head_of(message).rtm_type, RTN_UNSPEC);
	assert_int_equal(head_of(message).rtm_scope, RT_SCOPE_NOWHERE);
	assert_int_equal(number(message, RTA_PRIORITY), 20);
	assert_null(attribute(message, RTA_NH_ID));
	nlmsg_free(message);
	(void)unused;
}

static void a_pin_goes_to_its_gateway_or_to_its_device(void **unused)
{
	struct fib_route route = route_to("192.0.2.1/32", FIB_PIN);
	struct nl_msg *direct, *through;

	route.via = (struct fib_egress){ .family = FAMILY_IPV4, .ifindex = 7 };
	direct = route_message_set(&mark, &route);
	route.via.gateway = address_from("198.51.100.1");
	through = route_message_set(&mark, &route);
	assert_int_equal(head_of(direct).rtm_scope, RT_SCOPE_LINK);
	assert_int_equal(head_of(through).rtm_scope, RT_SCOPE_UNIVERSE);
	assert_int_equal(number(direct, RTA_OIF), 7);
	assert_null(attribute(direct, RTA_GATEWAY));
	assert_int_equal(nla_len(attribute(through, RTA_GATEWAY)), 4);
	nlmsg_free(direct);
	nlmsg_free(through);
	(void)unused;
}

/* ---- round trip ---- */

static void expect_round_trip(const struct fib_route *route)
{
	struct nl_msg *message = route_message_set(&mark, route);
	struct route parsed;
	struct fib_route back;

	assert_true(route_message_parse(nlmsg_hdr(message), &parsed));
	back = route_message_to_ours(&mark, &parsed);
	assert_int_equal(parsed.protocol, 186);
	assert_true(prefix_equal(&back.prefix, &route->prefix));
	assert_int_equal(back.table, route->table);
	assert_int_equal(back.metric, route->metric);
	assert_int_equal(back.kind, route->kind);
	assert_int_equal(back.chain, route->kind == FIB_CHAIN ? route->chain : 0);
	assert_int_equal(back.via.ifindex, route->via.ifindex);
	assert_true(address_equal(&back.via.gateway, &route->via.gateway));
	assert_true(address_equal(&back.preferred_source, &route->preferred_source));
	assert_int_equal(back.mtu, route->mtu);
	assert_int_equal(back.advmss, route->advmss);
	assert_true(back.is_ours);
	nlmsg_free(message);
}

static void routes_come_back_as_they_were_written(void **unused)
{
	static const char *const prefixes[] = { "0.0.0.0/0", "10.50.0.0/16", "::/0",
						"2001:db8:50::/48", "2001:db8::1/128" };
	static const enum fib_kind kinds[] = { FIB_CHAIN, FIB_UNREACHABLE, FIB_BLACKHOLE };

	for (size_t i = 0; i < 5 * 3; i++) {
		struct fib_route route = route_to(prefixes[i / 3], kinds[i % 3]);

		expect_round_trip(&route);
		route.table = 70000;
		route.mtu = 1400;
		expect_round_trip(&route);
		route.advmss = 1360;
		route.preferred_source = address_from(route.prefix.family == FAMILY_IPV6 ?
						      "fd00::1" : "10.60.0.1");
		expect_round_trip(&route);
	}
	(void)unused;
}

static void pins_come_back_as_they_were_written(void **unused)
{
	struct fib_route route = route_to("192.0.2.1/32", FIB_PIN);

	route.via = (struct fib_egress){ .family = FAMILY_IPV4, .ifindex = 7 };
	expect_round_trip(&route);
	route.via.gateway = address_from("198.51.100.1");
	expect_round_trip(&route);
	route.via.gateway = address_from("fe80::1");    /* RTA_VIA */
	expect_round_trip(&route);
	(void)unused;
}

/* The kernel gives an unreachable IPv6 route the device lo. */
static void an_unreachable_route_has_no_way(void **unused)
{
	struct rtmsg head = { .rtm_family = AF_INET6, .rtm_type = RTN_UNREACHABLE };
	struct nl_msg *message = netlink_message_new(RTM_NEWROUTE, 0, &head, sizeof(head));
	struct route route;

	nla_put_u32(message, RTA_OIF, 1);
	assert_true(route_message_parse(nlmsg_hdr(message), &route));
	assert_int_equal(route.way_count, 0);
	nlmsg_free(message);
	(void)unused;
}

static void a_route_of_ours_to_anything_else_has_no_chain(void **unused)
{
	struct route route = { .prefix = { .family = FAMILY_IPV4 }, .type = RTN_UNICAST,
			       .nexthop = 7 };
	struct route other_family = route;

	other_family.nexthop = BASE + 0x8000 + 0x4000 + 9;
	assert_int_equal(route_message_to_ours(&mark, &route).kind, FIB_CHAIN);
	assert_int_equal(route_message_to_ours(&mark, &route).chain, 0);
	assert_int_equal(route_message_to_ours(&mark, &other_family).chain, 0);
	(void)unused;
}

/* ---- routes of others ---- */

static void of_several_ways_the_first_is_taken(void **unused)
{
	struct rtmsg head = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST };
	struct nl_msg *message = netlink_message_new(RTM_NEWROUTE, 0, &head, sizeof(head));
	struct address gateway = address_from("198.51.100.1");
	struct {
		struct rtnexthop head;
		struct nlattr gateway;
		uint8_t address[4];
		struct rtnexthop second;
	} ways = {
		.head = { .rtnh_len = 16, .rtnh_ifindex = 7 },
		.gateway = { .nla_len = 8, .nla_type = RTA_GATEWAY },
		.address = { 198, 51, 100, 1 },
		.second = { .rtnh_len = 8, .rtnh_ifindex = 8 },
	};
	struct route route;

	nla_put(message, RTA_MULTIPATH, sizeof(ways), &ways);
	assert_true(route_message_parse(nlmsg_hdr(message), &route));
	assert_int_equal(route.way.ifindex, 7);
	assert_true(address_equal(&route.way.gateway, &gateway));
	nlmsg_free(message);
	(void)unused;
}

static void ways_that_end_too_early_do_no_harm(void **unused)
{
	struct rtmsg head = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST };
	struct rtnexthop way = { .rtnh_len = 200, .rtnh_ifindex = 7 };
	struct route route;

	for (int length = 0; length <= (int)sizeof(way); length++) {
		struct nl_msg *message = netlink_message_new(RTM_NEWROUTE, 0, &head, sizeof(head));

		nla_put(message, RTA_MULTIPATH, length, &way);
		nla_put(message, RTA_VIA, length % 4, &way);
		assert_true(route_message_parse(nlmsg_hdr(message), &route));
		assert_int_equal(route.way.ifindex, 0);
		nlmsg_free(message);
	}
	(void)unused;
}

/* Found by fuzz_netlink: an empty list as the last of a message. */
static void no_ways_at_all_are_none(void **unused)
{
	struct rtmsg head = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST, .rtm_table = 254 };
	struct nl_msg *message = netlink_message_new(RTM_NEWROUTE, 0, &head, sizeof(head));
	struct route route;

	nla_put(message, RTA_MULTIPATH, 0, NULL);
	size_t length = nlmsg_hdr(message)->nlmsg_len;
	struct nlmsghdr *exact = malloc(length);        /* so that ASan sees its end */
	memcpy(exact, nlmsg_hdr(message), length);
	assert_true(route_message_parse(exact, &route));
	assert_int_equal(route.way_count, 0);
	free(exact);
	nlmsg_free(message);
	(void)unused;
}

static void what_is_not_a_route_is_refused(void **unused)
{
	struct rtmsg bridge = { .rtm_family = AF_BRIDGE };
	struct rtmsg too_long = { .rtm_family = AF_INET, .rtm_dst_len = 33 };
	struct nl_msg *messages[] = {
		netlink_message_new(RTM_NEWROUTE, 0, &bridge, sizeof(bridge)),
		netlink_message_new(RTM_NEWROUTE, 0, &too_long, sizeof(too_long)),
		netlink_message_new(RTM_NEWLINK, 0, &too_long, sizeof(too_long)),
		netlink_message_new(RTM_NEWROUTE, 0, &too_long, 3),
	};
	struct route route;

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		assert_false(route_message_parse(nlmsg_hdr(messages[i]), &route));
		nlmsg_free(messages[i]);
	}
	(void)unused;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_names_the_group_of_its_chain),
		cmocka_unit_test(only_what_is_known_to_be_ours_is_replaced),
		cmocka_unit_test(a_table_above_255_is_named_in_its_attribute_alone),
		cmocka_unit_test(a_removal_asks_for_the_key_and_our_protocol_and_nothing_else),
		cmocka_unit_test(a_pin_goes_to_its_gateway_or_to_its_device),
		cmocka_unit_test(routes_come_back_as_they_were_written),
		cmocka_unit_test(pins_come_back_as_they_were_written),
		cmocka_unit_test(an_unreachable_route_has_no_way),
		cmocka_unit_test(a_route_of_ours_to_anything_else_has_no_chain),
		cmocka_unit_test(of_several_ways_the_first_is_taken),
		cmocka_unit_test(ways_that_end_too_early_do_no_harm),
		cmocka_unit_test(no_ways_at_all_are_none),
		cmocka_unit_test(what_is_not_a_route_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
