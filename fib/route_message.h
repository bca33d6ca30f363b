/* fib/route_message.h - Routes as RTM_*ROUTE messages: bytes, no kernel.
 *
 * A route of ours carries our protocol number and its chain's nexthop id.  Builders return a
 * message of the caller's, without sequence number. */
#ifndef FIB_ROUTE_MESSAGE_H
#define FIB_ROUTE_MESSAGE_H

#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "fib/fib.h"
#include "fib/nexthop_id.h"

struct nl_msg *route_message_set(const struct kernel_mark *mark, const struct fib_route *route);
/* The same where there are no nexthop objects: the route names the ways, of which several share by
 * weight. */
struct route_way {
	struct fib_egress at;
	uint8_t weight;
};
struct nl_msg *route_message_set_ways(const struct kernel_mark *mark, const struct fib_route *route,
				      const struct route_way *ways, size_t count);
struct nl_msg *route_message_remove(const struct kernel_mark *mark, const struct fib_route *route);
/* 0: of any protocol, of any table. */
struct nl_msg *route_message_dump(enum family family, uint8_t protocol, uint32_t table);
/* What the kernel does with a packet to the address; RTM_F_FIB_MATCH: and by which route. */
struct nl_msg *route_message_lookup(const struct address *address, uint32_t flags);

/* Any route, ours or not. */
struct route {
	struct prefix prefix;
	uint32_t table, metric;
	uint8_t protocol, type;                 /* RTPROT_, RTN_ */
	uint32_t nexthop;                       /* id; 0: none */
	struct fib_egress way;                  /* the first of several */
	struct route_way ways[CHAIN_WIDTH];     /* where it leads by, if it names that itself */
	size_t way_count;
	struct address preferred_source;
	uint16_t mtu, advmss;
	bool is_cached;                         /* of one destination; not in a table */
	bool is_dead;                           /* its device is down */
};

/* RTM_NEWROUTE or RTM_DELROUTE; false for others and for nonsense. */
bool route_message_parse(struct nlmsghdr *header, struct route *route);
/* One with our protocol as what it was made from.  A chain of 0: it points at no chain of ours. */
struct fib_route route_message_to_ours(const struct kernel_mark *mark, const struct route *route);

#endif
