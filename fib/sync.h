/* fib/sync.h - Keeps the kernel's table equal to the wanted one, also after lost messages.
 *
 * The speaker says for each net by which egresses it should leave (sync_want); the net then points at a
 * chain (fib/chain.h), and one route is written, in batches, by sync_work.  Failover is sync_move: the
 * chains move, routes are not touched.  At start sync_adopt takes over what the kernel has of ours;
 * whatever nobody asks for until sync_sweep is removed then, and not before.  sync_audit compares. */
#ifndef FIB_SYNC_H
#define FIB_SYNC_H

#include "bgpd/base/bitmap.h"
#include "bgpd/config/config.h"
#include "bgpd/journal.h"
#include "bgpd/rib/table.h"
#include "fib/chain.h"

struct sync_static {                    /* a route that does not come from a neighbor */
	struct fib_route route;
	bool is_wanted, is_installed;
	bool is_adopted;                /* the kernel had it when we started, nobody has asked for it */
	bool is_refused;                /* the kernel did not take it, which has been told */
	bool is_seen;                   /* by the audit that is under way */
};

/* Nothing of the net is in the kernel any more: it may be freed, if it has no routes either. */
typedef void sync_released(void *arg, struct net *net);

struct sync {
	struct fib *fib;
	struct table *table;
	struct journal *journal;
	sync_released *released;
	void *arg;
	struct chains chains;
	struct bitmap pending;          /* nets whose route must be written or removed */
	struct bitmap adopted;          /* nets of the kernel's that nobody has asked for yet */
	struct bitmap refused;          /* nets whose route the kernel did not take, which has been told */
	struct fib_route *leaving;      /* old routes of nets that move to another table or metric */
	size_t leaving_count, leaving_size;
	uint32_t work_cursor, rescan_left, rescan_cursor;
	struct sync_static *statics;
	size_t static_count, static_size;
	uint32_t divergence;            /* found wrong by an audit and not written anew yet */
	bool must_audit;                /* answers of the kernel were lost */
	uint64_t written;               /* routes, ever */
	msec_t now;
};

void sync_init(struct sync *sync, struct fib *fib, struct table *table, struct journal *journal,
	       sync_released *released, void *arg);
void sync_clear(struct sync *sync);

int sync_adopt(struct sync *sync, msec_t now);  /* 0 or -errno */
void sync_sweep(struct sync *sync, msec_t now);

/* Chains follow the standings of their egresses.  The failover path. */
void sync_move(struct sync *sync, msec_t now);

/* The net should leave by the wish; count 0: by nothing.  Cheap when that is so already. */
void sync_want(struct sync *sync, struct net *net, const struct chain_wish *wish, msec_t now);

/* Routes that stand by themselves: unreachable ones that keep traffic from leaking, pins to outer
 * endpoints.  What was wanted before and is not set again between begin and end is removed. */
void sync_statics_begin(struct sync *sync);
void sync_static(struct sync *sync, const struct fib_route *route, msec_t now);
void sync_statics_end(struct sync *sync);

/* Writes up to `items` routes.  True: there is more to do. */
bool sync_work(struct sync *sync, size_t items, msec_t now);
bool sync_has_work(const struct sync *sync);
void sync_audit(struct sync *sync, msec_t now);
void sync_remove_all(struct sync *sync, msec_t now);    /* on exit, when told to */

/* Nothing of the net is in the kernel, nor on its way. */
bool sync_is_done_with(const struct sync *sync, const struct net *net);

#endif
