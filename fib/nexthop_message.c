#include "fib/nexthop_message.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "fib/netlink_message.h"

static struct nl_msg *nexthop_message(uint16_t type, int flags, struct nhmsg head)
{
	return netlink_message_new(type, flags, &head, sizeof(head));
}

/* The object has the family of its gateway: IPv4 routes may leave through an IPv6 one (RFC 8950).
 * Onlink: an inside link is a /30 or a /32, and the peer is behind the device by definition. */
struct nl_msg *nexthop_message_egress(const struct kernel_mark *mark, egress_id id,
				      const struct fib_egress *egress)
{
	bool has_gateway = address_is_set(&egress->gateway);
	struct nl_msg *message = nexthop_message(
		RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_REPLACE, (struct nhmsg){
			.nh_family = netlink_family(has_gateway ? egress->gateway.family
								: egress->family),
			.nh_protocol = mark->protocol,
			.nh_flags = has_gateway ? RTNH_F_ONLINK : 0,
		});

	nla_put_u32(message, NHA_ID, nexthop_id_egress(mark->nexthop_base, egress->family, id));
	nla_put_u32(message, NHA_OIF, (uint32_t)egress->ifindex);
	if (has_gateway)
		netlink_put_address(message, NHA_GATEWAY, &egress->gateway);
	return message;
}

struct nl_msg *nexthop_message_blackhole(const struct kernel_mark *mark, enum family family)
{
	struct nl_msg *message = nexthop_message(
		RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_EXCL, (struct nhmsg){
			.nh_family = netlink_family(family), .nh_protocol = mark->protocol,
		});

	nla_put_u32(message, NHA_ID,
		    nexthop_id_egress(mark->nexthop_base, family, NEXTHOP_BLACKHOLE));
	nla_put_flag(message, NHA_BLACKHOLE);
	return message;
}

/* The kernel gives the one bucket to the member that has half of the weights or more.  With
 * powers of two each member outweighs all behind it, whichever of those before it are gone. */
static uint8_t pair_weight(size_t position)
{
	return (uint8_t)(1u << (CHAIN_WIDTH - 1 - position));
}

static uint8_t member_weight(const struct fib_chain *chain, size_t position)
{
	uint8_t weight = chain->members[position].weight;

	if (!chain->is_ecmp)
		return pair_weight(position);
	return weight ? weight : 1;
}

static size_t fill_group(const struct kernel_mark *mark, const struct fib_chain *chain,
			 bool is_resilient, struct nexthop_grp group[CHAIN_WIDTH])
{
	size_t count = chain->count < CHAIN_WIDTH ? chain->count : CHAIN_WIDTH;

	if (!count) {
		group[0] = (struct nexthop_grp){ .id = nexthop_id_egress(
			mark->nexthop_base, chain->family, NEXTHOP_BLACKHOLE) };
		return 1;
	}
	if (!is_resilient && !chain->is_ecmp)
		count = 1;
	for (size_t i = 0; i < count; i++)
		group[i] = (struct nexthop_grp){
			.id = nexthop_id_egress(mark->nexthop_base, chain->family,
						chain->members[i].egress),
			.weight = (uint8_t)(member_weight(chain, i) - 1),
		};
	return count;
}

/* Idle timer 0: a bucket moves at once, whatever flows through it. */
static void put_buckets(struct nl_msg *message, bool is_ecmp)
{
	struct nlattr *nest = nla_nest_start(message, NHA_RES_GROUP);

	nla_put_u16(message, NHA_RES_GROUP_BUCKETS, is_ecmp ? NEXTHOP_ECMP_BUCKETS : 1);
	nla_put_u32(message, NHA_RES_GROUP_IDLE_TIMER, 0);
	nla_nest_end(message, nest);
}

struct nl_msg *nexthop_message_chain(const struct kernel_mark *mark, chain_number number,
				     const struct fib_chain *chain, bool is_resilient)
{
	struct nexthop_grp group[CHAIN_WIDTH];
	size_t count = fill_group(mark, chain, is_resilient, group);
	struct nl_msg *message = nexthop_message(
		RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_REPLACE, (struct nhmsg){
			.nh_family = AF_UNSPEC, .nh_protocol = mark->protocol,
		});

	nla_put_u32(message, NHA_ID, nexthop_id_chain(mark->nexthop_base, chain->family, number));
	nla_put(message, NHA_GROUP, (int)(count * sizeof(group[0])), group);
	if (is_resilient) {
		nla_put_u16(message, NHA_GROUP_TYPE, NEXTHOP_GRP_TYPE_RES);
		put_buckets(message, chain->is_ecmp);
	}
	return message;
}

static struct nl_msg *message_with_id(uint16_t type, int flags, uint32_t id)
{
	struct nl_msg *message = nexthop_message(type, flags, (struct nhmsg){ 0 });

	nla_put_u32(message, NHA_ID, id);
	return message;
}

struct nl_msg *nexthop_message_remove(uint32_t id)
{
	return message_with_id(RTM_DELNEXTHOP, 0, id);
}

struct nl_msg *nexthop_message_get(uint32_t id)
{
	return message_with_id(RTM_GETNEXTHOP, 0, id);
}

struct nl_msg *nexthop_message_dump(void)
{
	return nexthop_message(RTM_GETNEXTHOP, NLM_F_DUMP, (struct nhmsg){ 0 });
}

struct nl_msg *nexthop_message_dump_buckets(uint32_t id)
{
	return message_with_id(RTM_GETNEXTHOPBUCKET, NLM_F_DUMP, id);
}

static void parse_group(const struct nlattr *group, struct nexthop *nexthop)
{
	size_t count = (size_t)nla_len(group) / sizeof(struct nexthop_grp);

	nexthop->is_group = true;
	nexthop->member_count = count < CHAIN_WIDTH ? count : CHAIN_WIDTH;
	memcpy(nexthop->members, nla_data(group),
	       nexthop->member_count * sizeof(struct nexthop_grp));
}

static uint16_t parse_buckets(struct nlattr *resilient)
{
	struct nlattr *attributes[NHA_RES_GROUP_MAX + 1];

	if (nla_parse_nested(attributes, NHA_RES_GROUP_MAX, resilient, NULL) < 0 ||
	    !attributes[NHA_RES_GROUP_BUCKETS])
		return 0;
	return nla_get_u16(attributes[NHA_RES_GROUP_BUCKETS]);
}

bool nexthop_message_parse(struct nlmsghdr *header, struct nexthop *nexthop)
{
	struct nlattr *attributes[NHA_MAX + 1];
	struct nhmsg head;

	if ((header->nlmsg_type != RTM_NEWNEXTHOP && header->nlmsg_type != RTM_DELNEXTHOP) ||
	    nlmsg_parse(header, sizeof(head), attributes, NHA_MAX, NULL) < 0 ||
	    !attributes[NHA_ID])
		return false;
	memcpy(&head, nlmsg_data(header), sizeof(head));
	*nexthop = (struct nexthop){
		.id = netlink_get_u32(attributes[NHA_ID]),
		.way.family = (uint8_t)netlink_family_parse(head.nh_family),
		.way.ifindex = (int)netlink_get_u32(attributes[NHA_OIF]),
	};
	if (attributes[NHA_GROUP])
		parse_group(attributes[NHA_GROUP], nexthop);
	if (attributes[NHA_RES_GROUP])
		nexthop->buckets = parse_buckets(attributes[NHA_RES_GROUP]);
	nexthop->way.gateway = netlink_get_address(attributes[NHA_GATEWAY], nexthop->way.family);
	return true;
}

/* By weight, as the kernel chooses; equal ones stay in their order. */
static void sort_members(struct nexthop_grp *members, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct nexthop_grp member = members[i];
		size_t at = i;

		for (; at > 0 && members[at - 1].weight < member.weight; at--)
			members[at] = members[at - 1];
		members[at] = member;
	}
}

void nexthop_message_to_chain(const struct kernel_mark *mark, const struct nexthop *nexthop,
			      struct fib_chain *chain, struct fib_member members[CHAIN_WIDTH])
{
	bool is_pair = nexthop->buckets == 1 || (!nexthop->buckets && nexthop->member_count <= 1);
	struct nexthop sorted = *nexthop;
	struct nexthop_name name;

	nexthop_id_parse(mark->nexthop_base, nexthop->id, &name);
	*chain = (struct fib_chain){
		.family = (uint8_t)name.family, .is_ecmp = !is_pair, .members = members,
	};
	if (is_pair)
		sort_members(sorted.members, sorted.member_count);
	for (size_t i = 0; i < sorted.member_count; i++) {
		const struct nexthop_grp *member = &sorted.members[i];

		if (!nexthop_id_parse(mark->nexthop_base, member->id, &name) || name.is_chain ||
		    name.number == NEXTHOP_BLACKHOLE)
			continue;
		members[chain->count++] = (struct fib_member){
			.egress = name.number,
			.weight = is_pair ? 0 : (uint8_t)(member->weight + 1),
		};
	}
}
