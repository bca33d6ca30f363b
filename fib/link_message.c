#include "fib/link_message.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "fib/netlink_message.h"

/* Counters make up most of a link's message and are asked for by themselves. */
struct nl_msg *link_message_dump(void)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct nl_msg *message = netlink_message_new(RTM_GETLINK, NLM_F_DUMP, &head, sizeof(head));

	nla_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return message;
}

struct nl_msg *link_message_dump_addresses(void)
{
	struct ifaddrmsg head = { .ifa_family = AF_UNSPEC };

	return netlink_message_new(RTM_GETADDR, NLM_F_DUMP, &head, sizeof(head));
}

struct nl_msg *link_message_counters(int ifindex)
{
	struct if_stats_msg head = {
		.ifindex = (uint32_t)ifindex,
		.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64),
	};

	return netlink_message_new(RTM_GETSTATS, 0, &head, sizeof(head));
}

/* IFLA_LINK of a device whose lower one is elsewhere is a number of that other namespace. */
static int parse_lower(struct nlattr *const attributes[IFLA_MAX + 1], int ifindex)
{
	int lower = (int)netlink_get_u32(attributes[IFLA_LINK]);

	return attributes[IFLA_LINK_NETNSID] || lower == ifindex ? 0 : lower;
}

static uint32_t parse_if_id(struct nlattr *link_info)
{
	struct nlattr *info[IFLA_INFO_MAX + 1], *xfrm[IFLA_XFRM_MAX + 1];

	if (!link_info || nla_parse_nested(info, IFLA_INFO_MAX, link_info, NULL) < 0 ||
	    !info[IFLA_INFO_KIND] || !info[IFLA_INFO_DATA] ||
	    nla_strcmp(info[IFLA_INFO_KIND], "xfrm") != 0 ||
	    nla_parse_nested(xfrm, IFLA_XFRM_MAX, info[IFLA_INFO_DATA], NULL) < 0)
		return 0;
	return netlink_get_u32(xfrm[IFLA_XFRM_IF_ID]);
}

/* A bridge sends messages of its own family about its ports: a port that leaves is not gone. */
bool link_message_parse(struct nlmsghdr *header, struct link *link)
{
	struct nlattr *attributes[IFLA_MAX + 1];
	struct ifinfomsg head;

	if ((header->nlmsg_type != RTM_NEWLINK && header->nlmsg_type != RTM_DELLINK) ||
	    nlmsg_parse(header, sizeof(head), attributes, IFLA_MAX, NULL) < 0)
		return false;
	memcpy(&head, nlmsg_data(header), sizeof(head));
	if (head.ifi_family != AF_UNSPEC || !attributes[IFLA_IFNAME])
		return false;
	*link = (struct link){
		.ifindex = head.ifi_index,
		.is_up = head.ifi_flags & IFF_UP,
		.has_carrier = head.ifi_flags & IFF_RUNNING,
		.lower = parse_lower(attributes, head.ifi_index),
		.if_id = parse_if_id(attributes[IFLA_LINKINFO]),
	};
	nla_strlcpy(link->name, attributes[IFLA_IFNAME], sizeof(link->name));
	return true;
}

static bool is_usable(uint32_t flags)
{
	return !(flags & IFA_F_DADFAILED) &&
	       (!(flags & IFA_F_TENTATIVE) || (flags & IFA_F_OPTIMISTIC));
}

/* Of a point-to-point address IFA_ADDRESS is the far end; IPv6 mostly has no IFA_LOCAL. */
bool link_message_parse_address(struct nlmsghdr *header, struct link_address *address)
{
	struct nlattr *attributes[IFA_MAX + 1], *local;
	struct ifaddrmsg head;

	if ((header->nlmsg_type != RTM_NEWADDR && header->nlmsg_type != RTM_DELADDR) ||
	    nlmsg_parse(header, sizeof(head), attributes, IFA_MAX, NULL) < 0)
		return false;
	memcpy(&head, nlmsg_data(header), sizeof(head));
	local = attributes[IFA_LOCAL] ? attributes[IFA_LOCAL] : attributes[IFA_ADDRESS];
	*address = (struct link_address){
		.ifindex = (int)head.ifa_index,
		.address = netlink_get_address(local, netlink_family_parse(head.ifa_family)),
		.is_usable = is_usable(attributes[IFA_FLAGS] ?
				       netlink_get_u32(attributes[IFA_FLAGS]) : head.ifa_flags),
	};
	return address_is_set(&address->address);
}

bool link_message_parse_counters(struct nlmsghdr *header, struct link_counters *counters)
{
	struct nlattr *attributes[IFLA_STATS_MAX + 1], *found;
	struct rtnl_link_stats64 stats = { 0 };

	if (header->nlmsg_type != RTM_NEWSTATS ||
	    nlmsg_parse(header, sizeof(struct if_stats_msg), attributes, IFLA_STATS_MAX, NULL) < 0)
		return false;
	found = attributes[IFLA_STATS_LINK_64];
	if (!found)
		return false;
	nla_memcpy(&stats, found, sizeof(stats));       /* older kernels have fewer fields */
	*counters = (struct link_counters){
		.rx_bytes = stats.rx_bytes, .tx_bytes = stats.tx_bytes,
		.rx_packets = stats.rx_packets, .tx_packets = stats.tx_packets,
	};
	return true;
}
