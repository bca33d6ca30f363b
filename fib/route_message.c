#include "fib/route_message.h"

#include <string.h>

#include "fib/netlink_message.h"

static struct nl_msg *route_message(uint16_t type, int flags, struct rtmsg head)
{
	return netlink_message_new(type, flags, &head, sizeof(head));
}

static uint8_t short_table(uint32_t table)
{
	return table < 256 ? (uint8_t)table : RT_TABLE_UNSPEC;
}

/* What names a route: prefix, table, metric. */
static void put_key(struct nl_msg *message, const struct fib_route *route)
{
	struct address network = prefix_address(&route->prefix);

	netlink_put_address(message, RTA_DST, &network);
	nla_put_u32(message, RTA_TABLE, route->table);
	if (route->metric)
		nla_put_u32(message, RTA_PRIORITY, route->metric);
}

/* A gateway of the other family goes into a RTA_VIA (RFC 8950). */
static void put_gateway(struct nl_msg *message, enum family family, const struct address *gateway)
{
	struct {
		uint16_t af;
		uint8_t bytes[16];
	} via = { .af = netlink_family(gateway->family) };

	if (gateway->family == family) {
		netlink_put_address(message, RTA_GATEWAY, gateway);
		return;
	}
	memcpy(via.bytes, gateway->bytes, sizeof(via.bytes));
	nla_put(message, RTA_VIA, (int)(sizeof(via.af) + family_bits(gateway->family) / 8), &via);
}

static void put_way(struct nl_msg *message, enum family family, const struct fib_egress *way)
{
	nla_put_u32(message, RTA_OIF, (uint32_t)way->ifindex);
	if (address_is_set(&way->gateway))
		put_gateway(message, family, &way->gateway);
}

static void put_metrics(struct nl_msg *message, const struct fib_route *route)
{
	struct nlattr *nest;

	if (!route->mtu && !route->advmss)
		return;
	nest = nla_nest_start(message, RTA_METRICS);
	if (route->mtu)
		nla_put_u32(message, RTAX_MTU, route->mtu);
	if (route->advmss)
		nla_put_u32(message, RTAX_ADVMSS, route->advmss);
	nla_nest_end(message, nest);
}

static uint8_t type_of(enum fib_kind kind)
{
	static const uint8_t types[] = {
		[FIB_CHAIN] = RTN_UNICAST, [FIB_UNREACHABLE] = RTN_UNREACHABLE,
		[FIB_BLACKHOLE] = RTN_BLACKHOLE, [FIB_PIN] = RTN_UNICAST,
	};

	return types[kind];
}

/* NLM_F_REPLACE looks at the key alone and would overwrite a route of another protocol, so it is
 * for what is known to be ours; NLM_F_EXCL refuses where anything is there. */
static int set_flags(const struct fib_route *route)
{
	return NLM_F_CREATE | (route->is_ours ? NLM_F_REPLACE : NLM_F_EXCL);
}

/* way NULL: the route names none. */
static struct rtmsg set_head(const struct kernel_mark *mark, const struct fib_route *route,
			     const struct fib_egress *way)
{
	bool has_gateway = way && address_is_set(&way->gateway);

	return (struct rtmsg){
		.rtm_family = netlink_family(route->prefix.family),
		.rtm_dst_len = route->prefix.length,
		.rtm_table = short_table(route->table),
		.rtm_protocol = mark->protocol,
		.rtm_scope = way && !has_gateway ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
		.rtm_type = type_of(route->kind),
		.rtm_flags = has_gateway ? RTNH_F_ONLINK : 0,
	};
}

static struct nl_msg *message_to_set(const struct kernel_mark *mark, const struct fib_route *route,
				     const struct fib_egress *way)
{
	struct nl_msg *message = route_message(RTM_NEWROUTE, set_flags(route),
					       set_head(mark, route, way));

	put_key(message, route);
	if (address_is_set(&route->preferred_source))
		netlink_put_address(message, RTA_PREFSRC, &route->preferred_source);
	put_metrics(message, route);
	return message;
}

struct nl_msg *route_message_set(const struct kernel_mark *mark, const struct fib_route *route)
{
	bool is_pin = route->kind == FIB_PIN;
	struct nl_msg *message = message_to_set(mark, route, is_pin ? &route->via : NULL);

	if (route->kind == FIB_CHAIN)
		nla_put_u32(message, RTA_NH_ID, nexthop_id_chain(
			mark->nexthop_base, route->prefix.family, route->chain));
	if (is_pin)
		put_way(message, route->prefix.family, &route->via);
	return message;
}

static void put_hop(struct nl_msg *message, enum family family, const struct route_way *way)
{
	bool has_gateway = address_is_set(&way->at.gateway);
	struct rtnexthop *hop = nlmsg_reserve(message, sizeof(*hop), NLMSG_ALIGNTO);

	*hop = (struct rtnexthop){
		.rtnh_flags = has_gateway ? RTNH_F_ONLINK : 0,
		.rtnh_hops = (uint8_t)(way->weight ? way->weight - 1 : 0),
		.rtnh_ifindex = way->at.ifindex,
	};
	if (has_gateway)
		put_gateway(message, family, &way->at.gateway);
	hop->rtnh_len = (uint16_t)((char *)nlmsg_tail(nlmsg_hdr(message)) - (char *)hop);
}

struct nl_msg *route_message_set_ways(const struct kernel_mark *mark, const struct fib_route *route,
				      const struct route_way *ways, size_t count)
{
	struct nl_msg *message = message_to_set(mark, route, count == 1 ? &ways[0].at : NULL);
	enum family family = route->prefix.family;

	if (count == 1) {
		put_way(message, family, &ways[0].at);
		return message;
	}
	struct nlattr *hops = nla_nest_start(message, RTA_MULTIPATH);
	for (size_t i = 0; i < count; i++)
		put_hop(message, family, &ways[i]);
	nla_nest_end(message, hops);
	return message;
}

/* Scope nowhere and type unspecified: whatever of ours has this key. */
struct nl_msg *route_message_remove(const struct kernel_mark *mark, const struct fib_route *route)
{
	struct nl_msg *message = route_message(RTM_DELROUTE, 0, (struct rtmsg){
		.rtm_family = netlink_family(route->prefix.family),
		.rtm_dst_len = route->prefix.length,
		.rtm_table = short_table(route->table),
		.rtm_protocol = mark->protocol,
		.rtm_scope = RT_SCOPE_NOWHERE,
	});

	put_key(message, route);
	return message;
}

struct nl_msg *route_message_dump(enum family family, uint8_t protocol, uint32_t table)
{
	struct nl_msg *message = route_message(RTM_GETROUTE, NLM_F_DUMP, (struct rtmsg){
		.rtm_family = netlink_family(family),
		.rtm_protocol = protocol,
		.rtm_table = short_table(table),
	});

	if (table)
		nla_put_u32(message, RTA_TABLE, table);
	return message;
}

struct nl_msg *route_message_lookup(const struct address *address, uint32_t flags)
{
	struct nl_msg *message = route_message(RTM_GETROUTE, 0, (struct rtmsg){
		.rtm_family = netlink_family(address->family),
		.rtm_dst_len = (uint8_t)family_bits(address->family),
		.rtm_flags = flags,
	});

	netlink_put_address(message, RTA_DST, address);
	return message;
}

static struct address parse_via(const struct nlattr *via)
{
	uint16_t af;
	struct address address = { .family = FAMILY_NONE };

	if (nla_len(via) < (int)sizeof(af))
		return address;
	memcpy(&af, nla_data(via), sizeof(af));
	address.family = (uint8_t)netlink_family_parse((uint8_t)af);
	if ((size_t)nla_len(via) < sizeof(af) + family_bits(address.family) / 8)
		return (struct address){ .family = FAMILY_NONE };
	memcpy(address.bytes, (const uint8_t *)nla_data(via) + sizeof(af),
	       family_bits(address.family) / 8);
	return address;
}

static void parse_way(struct nlattr *const attributes[RTA_MAX + 1], struct fib_egress *way)
{
	way->gateway = netlink_get_address(attributes[RTA_GATEWAY], way->family);
	if (attributes[RTA_VIA])
		way->gateway = parse_via(attributes[RTA_VIA]);
	way->ifindex = (int)netlink_get_u32(attributes[RTA_OIF]);
}

static bool parse_hop(struct rtnexthop *hop, enum family family, struct route_way *way)
{
	struct nlattr *attributes[RTA_MAX + 1];

	if (nla_parse(attributes, RTA_MAX, (struct nlattr *)(hop + 1),
		      (int)(hop->rtnh_len - sizeof(*hop)), NULL) < 0)
		return false;
	way->at.family = (uint8_t)family;
	parse_way(attributes, &way->at);
	way->at.ifindex = hop->rtnh_ifindex;
	way->weight = (uint8_t)(hop->rtnh_hops + 1);
	return true;
}

static void parse_multipath(struct nlattr *multipath, struct route *route)
{
	struct rtnexthop *hop = nla_data(multipath);
	int left = nla_len(multipath);

	while (left >= (int)sizeof(*hop) && RTNH_OK(hop, left) &&
	       route->way_count < CHAIN_WIDTH &&
	       parse_hop(hop, route->prefix.family, &route->ways[route->way_count])) {
		route->way_count++;
		left -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
	if (route->way_count)
		route->way = route->ways[0].at;
}

static void parse_metrics(struct nlattr *metrics, struct route *route)
{
	struct nlattr *values[RTAX_MAX + 1];

	if (nla_parse_nested(values, RTAX_MAX, metrics, NULL) < 0)
		return;
	route->mtu = (uint16_t)netlink_get_u32(values[RTAX_MTU]);
	route->advmss = (uint16_t)netlink_get_u32(values[RTAX_ADVMSS]);
}

static void parse_attributes(struct nlattr *attributes[RTA_MAX + 1], struct route *route)
{
	enum family family = route->prefix.family;
	struct address network = netlink_get_address(attributes[RTA_DST], family);

	if (address_is_set(&network))
		route->prefix = prefix_of(&network, route->prefix.length);
	if (attributes[RTA_TABLE])
		route->table = netlink_get_u32(attributes[RTA_TABLE]);
	route->metric = netlink_get_u32(attributes[RTA_PRIORITY]);
	route->nexthop = netlink_get_u32(attributes[RTA_NH_ID]);
	route->preferred_source = netlink_get_address(attributes[RTA_PREFSRC], family);
	route->way.family = (uint8_t)family;
	parse_way(attributes, &route->way);
	if (attributes[RTA_MULTIPATH])
		parse_multipath(attributes[RTA_MULTIPATH], route);
	else if (route->type == RTN_UNICAST && route->way.ifindex && !route->nexthop)
		route->ways[route->way_count++] = (struct route_way){ route->way, 1 };
	if (attributes[RTA_METRICS])
		parse_metrics(attributes[RTA_METRICS], route);
}

bool route_message_parse(struct nlmsghdr *header, struct route *route)
{
	struct nlattr *attributes[RTA_MAX + 1];
	struct rtmsg head;

	if ((header->nlmsg_type != RTM_NEWROUTE && header->nlmsg_type != RTM_DELROUTE) ||
	    nlmsg_parse(header, sizeof(head), attributes, RTA_MAX, NULL) < 0)
		return false;
	memcpy(&head, nlmsg_data(header), sizeof(head));
	*route = (struct route){
		.prefix.family = (uint8_t)netlink_family_parse(head.rtm_family),
		.prefix.length = head.rtm_dst_len,
		.table = head.rtm_table,
		.protocol = head.rtm_protocol,
		.type = head.rtm_type,
		.is_cached = head.rtm_flags & RTM_F_CLONED,
		.is_dead = head.rtm_flags & RTNH_F_DEAD,
	};
	if (!route->prefix.family || head.rtm_dst_len > family_bits(route->prefix.family))
		return false;
	parse_attributes(attributes, route);
	return true;
}

static enum fib_kind kind_of(const struct route *route)
{
	if (route->type == RTN_UNREACHABLE)
		return FIB_UNREACHABLE;
	if (route->type == RTN_BLACKHOLE)
		return FIB_BLACKHOLE;
	return route->nexthop || !route->way.ifindex ? FIB_CHAIN : FIB_PIN;
}

struct fib_route route_message_to_ours(const struct kernel_mark *mark, const struct route *route)
{
	struct fib_route ours = {
		.prefix = route->prefix, .table = route->table, .metric = route->metric,
		.kind = kind_of(route), .preferred_source = route->preferred_source,
		.mtu = route->mtu, .advmss = route->advmss, .is_ours = true,
	};
	struct nexthop_name name;

	if (ours.kind == FIB_CHAIN && nexthop_id_parse(mark->nexthop_base, route->nexthop, &name) &&
	    name.is_chain && name.family == route->prefix.family)
		ours.chain = name.number;
	if (ours.kind == FIB_PIN)
		ours.via = route->way;
	return ours;
}
