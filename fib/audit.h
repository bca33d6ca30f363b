/* fib/audit.h - Holds what the kernel has against what it should have, and puts right what differs.
 *
 * The kernel drops routes and nexthops without a word, others change them, and answers get lost.  A
 * look at the whole table is taken in slices, so that a million routes stop nothing else; what we
 * write ourselves meanwhile is left out of it.  What others do is told as it happens (audit_notice)
 * and costs a look at that route alone.  Egresses and chains are few and compared at once. */
#ifndef FIB_AUDIT_H
#define FIB_AUDIT_H

#include "fib/foreign.h"
#include "fib/guard.h"
#include "fib/sync.h"

enum audit_state { AUDIT_IDLE, AUDIT_READING, AUDIT_JUDGING };

struct audit {
	struct sync *sync;
	struct guard *guard;            /* are shown the routes of others */
	struct foreign *foreign;
	enum audit_state state;
	bool is_due;                    /* a look at everything, from its start */
	bool chains_due;
	struct bitmap seen;             /* nets that are accounted for in this look */
	uint32_t *tables;               /* that are looked at */
	size_t table_count, table_size;
	size_t table;                   /* the one that is being read */
	bool is_table_begun;
	uint32_t cursor;                /* the net that is judged next */
	struct fib_route *strays;       /* ours by protocol, but nobody's */
	size_t stray_count, stray_size;
};

void audit_init(struct audit *audit, struct sync *sync, struct guard *guard,
		struct foreign *foreign);
void audit_clear(struct audit *audit);

/* Anything may have changed.  Chains are compared now, routes with the bulk work. */
void audit_begin(struct audit *audit, msec_t now);
/* A route of somebody else's has come or gone, or one of ours (route->is_ours) has been removed by
 * somebody else. */
void audit_notice(struct audit *audit, const struct fib_route *route, bool is_removal, msec_t now);
/* Egresses or chains may have changed. */
void audit_chains(struct audit *audit, msec_t now);

/* Visits up to about `items` routes.  True: there is more to do. */
bool audit_work(struct audit *audit, size_t items, msec_t now);
bool audit_has_work(const struct audit *audit);

#endif
