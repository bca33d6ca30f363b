/* fib/sync.h - Keeps the kernel's table equal to the wanted one, also after lost messages.
 *
 * The speaker says for each net by which egresses it should leave (sync_want); the net then points at a
 * chain (fib/chain.h), and one route is written, in batches, by sync_work.  Failover is sync_move: the
 * chains move, routes are not touched.  At start sync_adopt takes over what the kernel has of ours;
 * whatever nobody asks for until sync_sweep is removed then, and not before.  fib/audit.c compares. */
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
	bool is_pending;                /* to be written */
	bool is_seen;                   /* in the look that is under way */
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
	struct bitmap touched;          /* nets written or removed since the audit's look began */
	bool is_looked_at;              /* a look is under way: touched counts */
	uint32_t divergence;            /* found missing or wrong, and not written anew yet */
	uint64_t restored;              /* routes that were, ever */
	bool statics_pending;
	bool must_audit;                /* answers of the kernel were lost */
	bool must_flush;                /* the fib has something queued that no net stands for */
	struct {
		size_t count;           /* refused for another reason than a foreign route, not told yet */
		struct fib_route first;
		char text[128];
	} failures;
	uint32_t displaced;             /* of which a foreign route has the place, not told in sum yet */
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
void sync_remove_all(struct sync *sync, msec_t now);    /* on exit, when told to */

/* ---- what is seen of the kernel ---- */
/* Is it the route that we want, or wanted, in the same place of the same table? */
bool sync_is_route_of(const struct sync *sync, const struct net *net, const struct fib_route *route);
void sync_found(struct sync *sync, struct net *net, const struct fib_route *route);     /* it is there */
void sync_missed(struct sync *sync, struct net *net);           /* it is not, nor is a foreign one */
void sync_displaced(struct sync *sync, struct net *net);        /* a foreign one is, in its place */
void sync_is_free(struct sync *sync, struct net *net);          /* a foreign one was, and is gone */
/* Ours is there in its place, so that it may be replaced; true: it is as it should be. */
bool sync_static_found(struct sync_static *fixed, const struct fib_route *route);
struct sync_static *sync_find_static(const struct sync *sync, const struct fib_route *route);
void sync_static_missed(struct sync *sync, struct sync_static *fixed);
void sync_static_displaced(struct sync *sync, struct sync_static *fixed);
/* Chains as the kernel has them: what differs is put right, and their routes are written again. */
void sync_chains_found(struct sync *sync, const struct chains *found);
void sync_remove_stray(struct sync *sync, const struct fib_route *route);        /* ours, but nobody's */
/* Tells of routes that failed though their chains are there. */
void sync_tell_failures(struct sync *sync);
/* The first route that has to stand back is told at once, the others when all is done. */
void sync_tell_displaced(struct sync *sync);

/* Nothing of the net is in the kernel, nor on its way. */
bool sync_is_done_with(const struct sync *sync, const struct net *net);

#endif
