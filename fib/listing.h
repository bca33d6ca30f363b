/* fib/listing.h - What the kernel has: nexthops of our id range, routes of our protocol, and if asked
 * for the routes of others. */
#ifndef FIB_LISTING_H
#define FIB_LISTING_H

#include "fib/fib.h"
#include "fib/nexthop_id.h"
#include "fib/nexthop_message.h"
#include "fib/rtnl_socket.h"
#include "fib/wanted_chains.h"
#include "fib/ways.h"

/* A look at all routes that is under way, on a socket of its own. */
struct listing {
	struct rtnl_socket socket;
	bool is_open;
	uint32_t table;                 /* 0: all.  The local one shares its trie with main, so that the
					 * kernel walks all of main to find it */
	enum family family;             /* that is being read; FAMILY_COUNT: none */
	struct ways *ways;              /* where routes of ours name their ways; else NULL */
	struct nexthop *nexthops;       /* of anybody: routes of others may name them */
	size_t count, size;
};

void listing_clear(struct listing *listing);

/* 0 or -errno, with the kernel's words in `text`. */
int listing_nexthops(struct rtnl_socket *socket, const struct kernel_mark *mark,
		     const struct wanted_chains *wanted, const struct fib_visitor *visitor,
		     char text[RTNL_TEXT]);
/* Removes our groups of the type, and with them their routes: a type is for ever.  All: nexthops, too. */
enum listing_groups { LISTING_MULTIPATH, LISTING_RESILIENT, LISTING_ALL };
int listing_remove_groups(struct rtnl_socket *socket, const struct kernel_mark *mark,
			  enum listing_groups type, char text[RTNL_TEXT]);
/* Where there is no group of ours, removes the routes of ours that name their ways themselves; not
 * host routes, which may keep tunnels up. */
int listing_remove_ways(struct rtnl_socket *socket, const struct kernel_mark *mark,
			struct route_batch *batch, char text[RTNL_TEXT]);
/* As list_routes of fib/fib.h. */
int listing_routes(struct listing *listing, const struct kernel_mark *mark,
		   const struct fib_visitor *visitor, bool from_start, size_t items,
		   char text[RTNL_TEXT]);

#endif
