/* fib/resolve.h - The way to an address through the network as it would be without us: the outer
 * endpoint of a tunnel must not be reached through what was learned over the tunnel, nor does a pin
 * of ours tell where the endpoint is to be pinned. */
#ifndef FIB_RESOLVE_H
#define FIB_RESOLVE_H

#include "fib/fib.h"
#include "fib/nexthop_id.h"
#include "fib/rtnl_socket.h"

/* Usually two questions to the kernel.  Where it would use a route of ours, or in a table other
 * than main, which cannot be asked for an address, the table is read as a whole.  -ENETUNREACH:
 * no way. */
int resolve_address(struct rtnl_socket *socket, const struct kernel_mark *mark,
		    const struct address *address, uint32_t table, struct fib_egress *egress,
		    char text[RTNL_TEXT]);

#endif
