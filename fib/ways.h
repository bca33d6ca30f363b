/* fib/ways.h - For kernels without nexthop objects (before Linux 5.3): egresses and chains are
 * remembered here, and each route names the ways of its chain itself.
 *
 * A pair is two routes: the active member's, and at a worse metric that of the next one, which the
 * kernel uses by itself when the first one's device goes.  ecmp is one route of several ways.  After
 * a restart the chains are made out again from the routes that there are. */
#ifndef FIB_WAYS_H
#define FIB_WAYS_H

#include "fib/fib.h"
#include "fib/route_batch.h"
#include "fib/route_message.h"

/* What stands by is worse by this: between a route and the unreachable one that keeps traffic in. */
#define WAYS_STANDBY_METRIC 5001u

struct ways_egress {
	egress_id id;
	struct fib_egress at;
};

struct ways_chain {
	chain_number number;
	struct fib_chain chain;                 /* members: those below */
	struct fib_member members[CHAIN_WIDTH];
	struct fib_route like;                  /* of an adopted one: how its routes stand; else table 0 */
};

struct ways {
	struct ways_egress *egresses;
	size_t egress_count, egress_size;
	struct ways_chain *chains;
	size_t chain_count, chain_size;
	bool is_adopting;                       /* what is read makes egresses and chains */
	bool holds_one;                         /* that was read, and may be the first of a pair */
	struct route held;
};

void ways_clear(struct ways *ways);

void ways_set_egress(struct ways *ways, egress_id id, const struct fib_egress *at);
void ways_remove_egress(struct ways *ways, egress_id id, enum family family);
void ways_set_chain(struct ways *ways, chain_number number, const struct fib_chain *chain);
void ways_remove_chain(struct ways *ways, chain_number number, enum family family);
void ways_list(const struct ways *ways, const struct fib_visitor *visitor);

/* Queues the messages for a route, and those for what stands by. */
void ways_set_route(const struct ways *ways, const struct kernel_mark *mark,
		    struct route_batch *batch, const struct fib_route *route);
void ways_remove_route(const struct kernel_mark *mark, struct route_batch *batch,
		       const struct fib_route *route);

/* Routes of ours as they are read, in the kernel's order: the two of a pair are visited as one. */
void ways_read(struct ways *ways, const struct kernel_mark *mark, const struct route *route,
	       const struct fib_visitor *visitor);
void ways_read_end(struct ways *ways, const struct kernel_mark *mark,
		   const struct fib_visitor *visitor);

#endif
