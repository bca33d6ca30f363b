/* fib/netlink.h - struct fib on libnl-3: the kernel's own table.
 *
 * Three sockets: chains and egresses are set on the first, a message and its answer each, so that a
 * failover never waits for the routes that are queued on the second or read from the third.
 * Nothing here blocks: rtnetlink has answered when a send returns.
 *
 * A chain is a resilient nexthop group (Linux 5.13), else a multipath group of the active member
 * alone (5.3), which needs us to move it, else each route names the ways itself (fib/ways.h).
 * Neither a chain's type nor the number of its buckets can change while it lives, so a chain number
 * stays a pair, or stays ecmp.
 *
 * Like a nexthop on any device, a blackhole needs its device (lo) to be up. */
#ifndef FIB_NETLINK_H
#define FIB_NETLINK_H

#include "fib/fib.h"
#include "fib/table_watch.h"

/* 64 Ki ids from here are ours; the base has its lower 16 bits clear. */
#define NETLINK_NEXTHOP_BASE 0xba000000u

struct netlink_params {
	uint8_t protocol;               /* of our routes and nexthops: rtm_protocol, nh_protocol */
	uint32_t nexthop_base;          /* 0: NETLINK_NEXTHOP_BASE */
	enum fib_groups groups;
};

#define NETLINK_ERROR 128

/* NULL when the kernel refuses, and why in `error`.  Sets net.ipv4.nexthop_compat_mode to 0 where
 * that is allowed, so that moving a chain costs the same under any number of routes. */
struct fib *netlink_fib_new(const struct netlink_params *params, char error[NETLINK_ERROR]);
void netlink_fib_free(struct fib *fib);

/* What is ours in the kernel's notifications. */
struct table_ours netlink_fib_ours(const struct fib *fib);

#endif
