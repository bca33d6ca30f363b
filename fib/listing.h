/* fib/listing.h - What of ours the kernel has: nexthops by id range, routes by protocol. */
#ifndef FIB_LISTING_H
#define FIB_LISTING_H

#include "fib/fib.h"
#include "fib/nexthop_id.h"
#include "fib/rtnl_socket.h"
#include "fib/wanted_chains.h"

/* 0 or -errno, with the kernel's words in `text`. */
int listing_nexthops(struct rtnl_socket *socket, const struct kernel_mark *mark,
		     const struct wanted_chains *wanted, const struct fib_visitor *visitor,
		     char text[RTNL_TEXT]);
int listing_routes(struct rtnl_socket *socket, const struct kernel_mark *mark, enum family family,
		   const struct fib_visitor *visitor, char text[RTNL_TEXT]);

#endif
