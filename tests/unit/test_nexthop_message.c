/* Egresses and chains as netlink messages.  Numbers are in host order, so that attributes are asked
 * for and not compared as a dump. */
#include "fib/nexthop_message.h"

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "fib/netlink_message.h"

#define BASE 0xba000000u

static const struct kernel_mark mark = { .protocol = 186, .nexthop_base = BASE };

static struct nlattr *attribute(struct nl_msg *message, int type)
{
	return nlmsg_find_attr(nlmsg_hdr(message), sizeof(struct nhmsg), type);
}

static uint32_t number(struct nl_msg *message, int type)
{
	struct nlattr *found = attribute(message, type);

	assert_non_null(found);
	return nla_get_u32(found);
}

static struct nhmsg head_of(struct nl_msg *message)
{
	struct nhmsg head;

	memcpy(&head, nlmsg_data(nlmsg_hdr(message)), sizeof(head));
	return head;
}

static struct address address_from(const char *text)
{
	struct address address;

	assert_true(address_parse(text, &address));
	return address;
}

/* ---- ids ---- */

static void every_name_has_an_id_of_its_own_in_the_range(void **unused)
{
	static const uint16_t numbers[] = { 0, 1, EGRESS_MAX, CHAIN_MAX };

	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
		for (size_t i = 0; i < 2 * 4; i++) {
			struct nexthop_name name = { family, i % 2, numbers[i / 2] }, back;
			uint32_t id = nexthop_id_of(BASE, name);

			assert_in_range(id, BASE, BASE + NEXTHOP_ID_RANGE - 1);
			assert_true(nexthop_id_parse(BASE, id, &back));
			assert_int_equal(back.family, name.family);
			assert_int_equal(back.is_chain, name.is_chain);
			assert_int_equal(back.number, name.number);
		}
	}
	(void)unused;
}

static void an_id_outside_the_range_is_not_ours(void **unused)
{
	struct nexthop_name name;

	assert_true(nexthop_id_parse(BASE, BASE, &name));
	assert_true(nexthop_id_parse(BASE, BASE + 0xffff, &name));
	assert_false(nexthop_id_parse(BASE, BASE - 1, &name));
	assert_false(nexthop_id_parse(BASE, BASE + 0x10000, &name));
	assert_false(nexthop_id_parse(BASE, 1, &name));
	(void)unused;
}

/* ---- egress ---- */

static void an_egress_is_a_gateway_on_its_device_whatever_the_addresses_say(void **unused)
{
	struct fib_egress egress = { .family = FAMILY_IPV4, .ifindex = 7,
				     .gateway = address_from("169.254.10.1") };
	struct nl_msg *message = nexthop_message_egress(&mark, 5, &egress);
	struct nlmsghdr *header = nlmsg_hdr(message);

	assert_int_equal(header->nlmsg_type, RTM_NEWNEXTHOP);
	assert_int_equal(header->nlmsg_flags, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE);
	assert_int_equal(head_of(message).nh_family, AF_INET);
	assert_int_equal(head_of(message).nh_protocol, 186);
	assert_int_equal(head_of(message).nh_flags, RTNH_F_ONLINK);
	assert_int_equal(number(message, NHA_ID), BASE + 5);
	assert_int_equal(number(message, NHA_OIF), 7);
	assert_memory_equal(nla_data(attribute(message, NHA_GATEWAY)), egress.gateway.bytes, 4);
	nlmsg_free(message);
	(void)unused;
}

static void an_egress_without_gateway_is_its_device(void **unused)
{
	struct fib_egress egress = { .family = FAMILY_IPV6, .ifindex = 7 };
	struct nl_msg *message = nexthop_message_egress(&mark, 5, &egress);

	assert_int_equal(head_of(message).nh_family, AF_INET6);
	assert_int_equal(head_of(message).nh_flags, 0);
	assert_int_equal(number(message, NHA_ID), BASE + 0x8000 + 5);
	assert_null(attribute(message, NHA_GATEWAY));
	nlmsg_free(message);
	(void)unused;
}

/* RFC 8950: the object is of the gateway's family, its id of the routes'. */
static void an_egress_for_ipv4_may_have_a_gateway_of_ipv6(void **unused)
{
	struct fib_egress egress = { .family = FAMILY_IPV4, .ifindex = 7,
				     .gateway = address_from("fe80::1") };
	struct nl_msg *message = nexthop_message_egress(&mark, 5, &egress);

	assert_int_equal(head_of(message).nh_family, AF_INET6);
	assert_int_equal(number(message, NHA_ID), BASE + 5);
	assert_int_equal(nla_len(attribute(message, NHA_GATEWAY)), 16);
	nlmsg_free(message);
	(void)unused;
}

/* ---- chains ---- */

static struct fib_member members[CHAIN_WIDTH] = {
	{ 3, 10 }, { 1, 20 }, { 4, 0 }, { 2, 255 }, { 5, 1 }, { 6, 1 }, { 7, 1 }, { 8, 1 },
};

static struct fib_chain chain_of(size_t count, bool is_ecmp)
{
	return (struct fib_chain){ .family = FAMILY_IPV4, .is_ecmp = is_ecmp, .members = members,
				   .count = count };
}

static size_t group_of(struct nl_msg *message, struct nexthop_grp group[CHAIN_WIDTH])
{
	struct nlattr *found = attribute(message, NHA_GROUP);

	assert_non_null(found);
	assert_in_range(nla_len(found), sizeof(*group), CHAIN_WIDTH * sizeof(*group));
	memcpy(group, nla_data(found), (size_t)nla_len(found));
	return (size_t)nla_len(found) / sizeof(*group);
}

static uint16_t buckets_of(struct nl_msg *message)
{
	struct nlattr *values[NHA_RES_GROUP_MAX + 1];

	assert_int_equal(nla_get_u16(attribute(message, NHA_GROUP_TYPE)), NEXTHOP_GRP_TYPE_RES);
	assert_int_equal(nla_parse_nested(values, NHA_RES_GROUP_MAX,
					  attribute(message, NHA_RES_GROUP), NULL), 0);
	assert_int_equal(nla_get_u32(values[NHA_RES_GROUP_IDLE_TIMER]), 0);
	return nla_get_u16(values[NHA_RES_GROUP_BUCKETS]);
}

static void a_pair_is_a_resilient_group_of_one_bucket(void **unused)
{
	struct fib_chain chain = chain_of(2, false);
	struct nl_msg *message = nexthop_message_chain(&mark, 9, &chain, true);
	struct nexthop_grp group[CHAIN_WIDTH];

	assert_int_equal(head_of(message).nh_family, AF_UNSPEC);
	assert_int_equal(number(message, NHA_ID), BASE + 0x4000 + 9);
	assert_int_equal(group_of(message, group), 2);
	assert_int_equal(group[0].id, BASE + 3);
	assert_int_equal(group[1].id, BASE + 1);
	assert_int_equal(buckets_of(message), 1);
	nlmsg_free(message);
	(void)unused;
}

/* The member with at least half of the weights has the bucket, so it must outweigh all behind
 * it. */
static void each_member_of_a_pair_outweighs_all_behind_it(void **unused)
{
	for (size_t count = 1; count <= CHAIN_WIDTH; count++) {
		struct fib_chain chain = chain_of(count, false);
		struct nl_msg *message = nexthop_message_chain(&mark, 9, &chain, true);
		struct nexthop_grp group[CHAIN_WIDTH];
		unsigned int behind = 0;

		assert_int_equal(group_of(message, group), count);
		for (size_t i = count; i-- > 0; behind += group[i].weight + 1u)
			assert_true(group[i].weight + 1u > behind);
		nlmsg_free(message);
	}
	(void)unused;
}

static void ecmp_takes_the_weights_of_its_members(void **unused)
{
	struct fib_chain chain = chain_of(4, true);
	struct nl_msg *message = nexthop_message_chain(&mark, 9, &chain, true);
	struct nexthop_grp group[CHAIN_WIDTH];

	assert_int_equal(group_of(message, group), 4);
	assert_int_equal(group[0].weight + 1, 10);
	assert_int_equal(group[2].weight + 1, 1);       /* 0: the least there is */
	assert_int_equal(group[3].weight + 1, 255);
	assert_int_equal(buckets_of(message), NEXTHOP_ECMP_BUCKETS);
	nlmsg_free(message);
	(void)unused;
}

static void an_empty_chain_is_a_group_of_the_blackhole(void **unused)
{
	struct fib_chain chain = chain_of(0, false);
	struct nl_msg *message = nexthop_message_chain(&mark, 9, &chain, true);
	struct nl_msg *blackhole = nexthop_message_blackhole(&mark, FAMILY_IPV4);
	struct nexthop_grp group[CHAIN_WIDTH];

	assert_int_equal(group_of(message, group), 1);
	assert_int_equal(group[0].id, number(blackhole, NHA_ID));
	assert_non_null(attribute(blackhole, NHA_BLACKHOLE));
	nlmsg_free(message);
	nlmsg_free(blackhole);
	(void)unused;
}

static void without_resilient_groups_a_pair_is_its_first_member(void **unused)
{
	struct fib_chain pair = chain_of(2, false), ecmp = chain_of(2, true);
	struct nl_msg *message = nexthop_message_chain(&mark, 9, &pair, false);
	struct nl_msg *shared = nexthop_message_chain(&mark, 9, &ecmp, false);
	struct nexthop_grp group[CHAIN_WIDTH];

	assert_int_equal(group_of(message, group), 1);
	assert_int_equal(group[0].id, BASE + 3);
	assert_int_equal(group_of(shared, group), 2);
	assert_null(attribute(message, NHA_GROUP_TYPE));
	assert_null(attribute(message, NHA_RES_GROUP));
	nlmsg_free(message);
	nlmsg_free(shared);
	(void)unused;
}

/* ---- parsing ---- */

static void expect_round_trip(const struct fib_chain *chain)
{
	struct nl_msg *message = nexthop_message_chain(&mark, 9, chain, true);
	struct fib_member found[CHAIN_WIDTH];
	struct fib_chain back;
	struct nexthop nexthop;

	assert_true(nexthop_message_parse(nlmsg_hdr(message), &nexthop));
	assert_true(nexthop.is_group);
	nexthop_message_to_chain(&mark, &nexthop, &back, found);
	assert_int_equal(back.family, chain->family);
	assert_int_equal(back.is_ecmp, chain->is_ecmp);
	assert_int_equal(back.count, chain->count);
	for (size_t i = 0; i < chain->count; i++) {
		assert_int_equal(found[i].egress, chain->members[i].egress);
		if (chain->is_ecmp && chain->members[i].weight)
			assert_int_equal(found[i].weight, chain->members[i].weight);
	}
	nlmsg_free(message);
}

static void a_chain_comes_back_as_it_was_written(void **unused)
{
	for (size_t count = 0; count <= CHAIN_WIDTH; count++) {
		struct fib_chain pair = chain_of(count, false), ecmp = chain_of(count, true);

		pair.family = FAMILY_IPV6;
		expect_round_trip(&pair);
		expect_round_trip(&ecmp);
	}
	(void)unused;
}

static void the_order_of_a_pair_is_that_of_its_weights(void **unused)
{
	struct nexthop nexthop = {
		.id = BASE + 0x4000 + 9, .is_group = true, .buckets = 1, .member_count = 3,
		.members = { { .id = BASE + 1, .weight = 0 }, { .id = BASE + 2, .weight = 254 },
			     { .id = BASE + 3, .weight = 15 } },
	};
	struct fib_member found[CHAIN_WIDTH];
	struct fib_chain chain;

	nexthop_message_to_chain(&mark, &nexthop, &chain, found);
	assert_int_equal(found[0].egress, 2);
	assert_int_equal(found[1].egress, 3);
	assert_int_equal(found[2].egress, 1);
	(void)unused;
}

static void members_that_are_not_ours_are_left_out(void **unused)
{
	struct nexthop nexthop = {
		.id = BASE + 0x4000 + 9, .is_group = true, .buckets = 1, .member_count = 2,
		.members = { { .id = 7, .weight = 254 }, { .id = BASE + 2, .weight = 0 } },
	};
	struct fib_member found[CHAIN_WIDTH];
	struct fib_chain chain;

	nexthop_message_to_chain(&mark, &nexthop, &chain, found);
	assert_int_equal(chain.count, 1);
	assert_int_equal(found[0].egress, 2);
	(void)unused;
}

static void what_is_not_a_nexthop_is_refused(void **unused)
{
	struct nhmsg head = { .nh_family = AF_INET };
	struct nl_msg *without_id = netlink_message_new(RTM_NEWNEXTHOP, 0, &head, sizeof(head));
	struct nl_msg *other = netlink_message_new(RTM_NEWROUTE, 0, &head, sizeof(head));
	struct nl_msg *cut = netlink_message_new(RTM_NEWNEXTHOP, 0, &head, 1);
	struct nexthop nexthop;

	assert_false(nexthop_message_parse(nlmsg_hdr(without_id), &nexthop));
	assert_false(nexthop_message_parse(nlmsg_hdr(other), &nexthop));
	assert_false(nexthop_message_parse(nlmsg_hdr(cut), &nexthop));
	nlmsg_free(without_id);
	nlmsg_free(other);
	nlmsg_free(cut);
	(void)unused;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_has_an_id_of_its_own_in_the_range),
		cmocka_unit_test(an_id_outside_the_range_is_not_ours),
		cmocka_unit_test(an_egress_is_a_gateway_on_its_device_whatever_the_addresses_say),
		cmocka_unit_test(an_egress_without_gateway_is_its_device),
		cmocka_unit_test(an_egress_for_ipv4_may_have_a_gateway_of_ipv6),
		cmocka_unit_test(a_pair_is_a_resilient_group_of_one_bucket),
		cmocka_unit_test(each_member_of_a_pair_outweighs_all_behind_it),
		cmocka_unit_test(ecmp_takes_the_weights_of_its_members),
		cmocka_unit_test(an_empty_chain_is_a_group_of_the_blackhole),
		cmocka_unit_test(without_resilient_groups_a_pair_is_its_first_member),
		cmocka_unit_test(a_chain_comes_back_as_it_was_written),
		cmocka_unit_test(the_order_of_a_pair_is_that_of_its_weights),
		cmocka_unit_test(members_that_are_not_ours_are_left_out),
		cmocka_unit_test(what_is_not_a_nexthop_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
