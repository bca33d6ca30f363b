/* Interfaces, addresses and counters in netlink messages, and the picture that they make. */
#include "fib/link_message.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "fib/interfaces.h"
#include "fib/netlink_message.h"

static struct address address_from(const char *text)
{
	struct address address;

	assert_true(address_parse(text, &address));
	return address;
}

/* ---- links ---- */

static struct nl_msg *link_of(int ifindex, const char *name, unsigned int flags)
{
	struct ifinfomsg head = { .ifi_index = ifindex, .ifi_flags = flags };
	struct nl_msg *message = netlink_message_new(RTM_NEWLINK, 0, &head, sizeof(head));

	nla_put_string(message, IFLA_IFNAME, name);
	return message;
}

static struct link parsed(struct nl_msg *message)
{
	struct link link;

	assert_true(link_message_parse(nlmsg_hdr(message), &link));
	nlmsg_free(message);
	return link;
}

static void being_up_and_running_are_told_apart(void **unused)
{
	struct link up = parsed(link_of(7, "ipsec1", IFF_UP | IFF_RUNNING));
	struct link no_carrier = parsed(link_of(7, "ipsec1", IFF_UP));

	assert_int_equal(up.ifindex, 7);
	assert_string_equal(up.name, "ipsec1");
	assert_true(up.is_up && up.has_carrier);
	assert_true(no_carrier.is_up && !no_carrier.has_carrier);
	(void)unused;
}

static void a_lower_device_counts_if_it_can_be_seen(void **unused)
{
	struct nl_msg *here = link_of(7, "ipsec1", IFF_UP);
	struct nl_msg *elsewhere = link_of(7, "ipsec1", IFF_UP);
	struct nl_msg *itself = link_of(7, "eth0", IFF_UP);

	nla_put_u32(here, IFLA_LINK, 2);
	nla_put_u32(elsewhere, IFLA_LINK, 2);
	nla_put_s32(elsewhere, IFLA_LINK_NETNSID, 0);
	nla_put_u32(itself, IFLA_LINK, 7);
	assert_int_equal(parsed(here).lower, 2);
	assert_int_equal(parsed(elsewhere).lower, 0);
	assert_int_equal(parsed(itself).lower, 0);
	(void)unused;
}

static struct nl_msg *link_of_kind(const char *kind, int attribute, uint32_t value)
{
	struct nl_msg *message = link_of(7, "ipsec1", IFF_UP);
	struct nlattr *info = nla_nest_start(message, IFLA_LINKINFO), *data;

	nla_put_string(message, IFLA_INFO_KIND, kind);
	data = nla_nest_start(message, IFLA_INFO_DATA);
	nla_put_u32(message, attribute, value);
	nla_nest_end(message, data);
	nla_nest_end(message, info);
	return message;
}

static void only_an_xfrm_interface_has_an_id_that_its_sas_share(void **unused)
{
	assert_int_equal(parsed(link_of_kind("xfrm", IFLA_XFRM_IF_ID, 31)).if_id, 31);
	assert_int_equal(parsed(link_of_kind("vxlan", IFLA_XFRM_IF_ID, 31)).if_id, 0);
	assert_int_equal(parsed(link_of(7, "ipsec1", IFF_UP)).if_id, 0);
	(void)unused;
}

/* Of the family AF_BRIDGE: "this port left the bridge", not "this interface is gone". */
static void what_a_bridge_says_about_its_ports_is_not_about_links(void **unused)
{
	struct ifinfomsg head = { .ifi_family = AF_BRIDGE, .ifi_index = 7 };
	struct nl_msg *message = netlink_message_new(RTM_DELLINK, 0, &head, sizeof(head));
	struct link link;

	nla_put_string(message, IFLA_IFNAME, "eth0");
	assert_false(link_message_parse(nlmsg_hdr(message), &link));
	nlmsg_free(message);
	(void)unused;
}

/* ---- addresses ---- */

static struct nl_msg *address_of(int ifindex, const char *address, const char *local,
				 uint32_t flags)
{
	struct address far = address_from(address);
	struct ifaddrmsg head = { .ifa_family = netlink_family(far.family),
				  .ifa_index = (unsigned int)ifindex };
	struct nl_msg *message = netlink_message_new(RTM_NEWADDR, 0, &head, sizeof(head));

	netlink_put_address(message, IFA_ADDRESS, &far);
	if (local) {
		struct address near = address_from(local);

		netlink_put_address(message, IFA_LOCAL, &near);
	}
	nla_put_u32(message, IFA_FLAGS, flags);
	return message;
}

static struct link_address parsed_address(struct nl_msg *message)
{
	struct link_address address;

	assert_true(link_message_parse_address(nlmsg_hdr(message), &address));
	nlmsg_free(message);
	return address;
}

static void the_local_end_is_the_address(void **unused)
{
	struct link_address pair = parsed_address(address_of(7, "192.0.2.2", "192.0.2.1", 0));
	struct link_address ipv6 = parsed_address(address_of(7, "fd00::1", NULL, IFA_F_PERMANENT));
	struct address near = address_from("192.0.2.1"), alone = address_from("fd00::1");

	assert_int_equal(pair.ifindex, 7);
	assert_true(address_equal(&pair.address, &near));
	assert_true(address_equal(&ipv6.address, &alone));
	(void)unused;
}

static void an_address_that_may_be_a_duplicate_is_not_usable(void **unused)
{
	const struct {
		uint32_t flags;
		bool is_usable;
	} rows[] = {
		{ 0, true },
		{ IFA_F_PERMANENT, true },
		{ IFA_F_TENTATIVE, false },
		{ IFA_F_TENTATIVE | IFA_F_OPTIMISTIC, true },
		{ IFA_F_DADFAILED, false },
		{ IFA_F_DADFAILED | IFA_F_TENTATIVE | IFA_F_OPTIMISTIC, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(parsed_address(address_of(7, "fd00::1", NULL,
							   rows[i].flags)).is_usable,
				 rows[i].is_usable);
	(void)unused;
}

/* ---- counters ---- */

static void counters_of_older_kernels_are_shorter(void **unused)
{
	struct if_stats_msg head = { .ifindex = 7 };
	struct rtnl_link_stats64 stats = { .rx_packets = 1, .tx_packets = 2, .rx_bytes = 3,
					   .tx_bytes = 4 };

	for (int cut = 0; cut <= 16; cut += 8) {
		struct nl_msg *message = netlink_message_new(RTM_NEWSTATS, 0, &head, sizeof(head));
		struct link_counters counters;

		nla_put(message, IFLA_STATS_LINK_64, (int)sizeof(stats) - cut, &stats);
		assert_true(link_message_parse_counters(nlmsg_hdr(message), &counters));
		assert_int_equal(counters.rx_packets, 1);
		assert_int_equal(counters.tx_packets, 2);
		assert_int_equal(counters.rx_bytes, 3);
		assert_int_equal(counters.tx_bytes, 4);
		nlmsg_free(message);
	}
	(void)unused;
}

/* ---- the picture ---- */

static void add(struct interfaces *interfaces, int ifindex, const char *name)
{
	struct link link = parsed(link_of(ifindex, name, IFF_UP));

	interfaces_set(interfaces, &link);
}

static void interfaces_are_found_whatever_the_order_in_which_they_came(void **unused)
{
	struct interfaces interfaces = { .items = NULL };
	static const int order[] = { 5, 1, 9, 3, 7, 2, 8 };

	for (size_t i = 0; i < 7; i++)
		add(&interfaces, order[i], "eth0");
	add(&interfaces, 3, "renamed");
	interfaces_remove(&interfaces, 9);
	interfaces_remove(&interfaces, 1);
	interfaces_remove(&interfaces, 4);
	assert_int_equal(interfaces.count, 5);
	for (int ifindex = 0; ifindex < 11; ifindex++) {
		bool is_there = ifindex == 2 || ifindex == 3 || ifindex == 5 || ifindex == 7 ||
				ifindex == 8;
		const struct interface *found = interfaces_find(&interfaces, ifindex);

		assert_int_equal(found != NULL, is_there);
		assert_true(!found || found->link.ifindex == ifindex);
	}
	assert_string_equal(interfaces_find(&interfaces, 3)->link.name, "renamed");
	interfaces_clear(&interfaces);
	(void)unused;
}

static void addresses_stay_in_order_and_are_held_once(void **unused)
{
	struct interfaces interfaces = { .items = NULL };
	struct link_address one = { 7, address_from("192.0.2.1"), true };
	struct link_address two = { 7, address_from("192.0.2.2"), true };
	struct link_address stranger = { 8, address_from("192.0.2.3"), true };
	const struct interface *item;

	add(&interfaces, 7, "tun1");
	interfaces_set_address(&interfaces, &one);
	interfaces_set_address(&interfaces, &two);
	interfaces_set_address(&interfaces, &one);
	interfaces_set_address(&interfaces, &stranger);
	interfaces_remove_address(&interfaces, &stranger);
	item = interfaces_find(&interfaces, 7);
	assert_non_null(item);
	assert_int_equal(item->address_count, 2);
	interfaces_remove_address(&interfaces, &one);
	assert_int_equal(item->address_count, 1);
	assert_true(address_equal(&item->addresses[0], &two.address));
	two.is_usable = false;                  /* found to be a duplicate later */
	interfaces_set_address(&interfaces, &two);
	assert_int_equal(item->address_count, 0);
	interfaces_clear(&interfaces);
	(void)unused;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(being_up_and_running_are_told_apart),
		cmocka_unit_test(a_lower_device_counts_if_it_can_be_seen),
		cmocka_unit_test(only_an_xfrm_interface_has_an_id_that_its_sas_share),
		cmocka_unit_test(what_a_bridge_says_about_its_ports_is_not_about_links),
		cmocka_unit_test(the_local_end_is_the_address),
		cmocka_unit_test(an_address_that_may_be_a_duplicate_is_not_usable),
		cmocka_unit_test(counters_of_older_kernels_are_shorter),
		cmocka_unit_test(interfaces_are_found_whatever_the_order_in_which_they_came),
		cmocka_unit_test(addresses_stay_in_order_and_are_held_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
