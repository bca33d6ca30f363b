/* tests/support/fake_fib.h - struct fib on arrays, which behaves as the kernel does: a device that
 * goes takes its egresses away without a word, chains shrink, and an empty chain takes its routes.
 *
 * What is done leaves a line in the trace; routes do so when flush writes them:
 *
 *     egress tun1 -> 169.254.10.1 dev 3
 *     chain 1 -> tun1,tun2                     (ecmp: tun1*2+tun2*1; empty: blackhole)
 *     chain 1 ipv6 -> tun1
 *     route 10.0.0.0/8 metric 20 -> chain 1    (unreachable, blackhole, 192.0.2.1 dev 2)
 *     route 10.0.0.0/8 metric 20 removed */
#ifndef TESTS_SUPPORT_FAKE_FIB_H
#define TESTS_SUPPORT_FAKE_FIB_H

#include "fib/fib.h"

#define FAKE_EGRESSES 64
#define FAKE_CHAINS   256

struct fake_egress {
	egress_id id;
	struct fib_egress egress;
};

struct fake_chain {
	chain_number number;
	struct fib_chain chain;                 /* members: those below */
	struct fib_member members[CHAIN_WIDTH];
};

struct fake_route {
	struct fib_route route;
	bool is_foreign;
	bool is_removal;                        /* in the queue only */
};

struct fake_routes {
	struct fake_route *items;
	size_t count, size;
};

struct fake_way {
	struct prefix to;
	struct fib_egress egress;
};

struct fake_fib {
	struct fib fib;                         /* what the code under test gets */
	int fail_next;                          /* errno of the next set or remove; then 0 again */
	struct fake_egress egresses[FAKE_EGRESSES];
	size_t egress_count;
	struct fake_chain chains[FAKE_CHAINS];
	size_t chain_count;
	struct fake_routes routes, queue;
	size_t listed;                          /* routes visited by list_routes */
	uint32_t listed_table;
	unsigned int questions;         /* that resolve was asked */
	struct fake_way ways[16];               /* of others; what resolve answers: the longest match */
	size_t way_count;
	const char *names[FAKE_EGRESSES];       /* of egress ids in the trace; else "e7" */
	char *trace;
	size_t trace_length, trace_size;
	bool is_silent;                         /* no trace: for loads */
};

struct fake_fib *fake_fib_new(void);
void fake_fib_free(struct fake_fib *fake);

void fake_fib_name(struct fake_fib *fake, egress_id id, const char *name);      /* borrowed */
/* The trace since the last call; valid until the next thing happens. */
const char *fake_fib_trace(struct fake_fib *fake);
const struct fib_route *fake_fib_find(const struct fake_fib *fake, const char *prefix,
				      uint32_t metric);
const struct fib_chain *fake_fib_chain(const struct fake_fib *fake, enum family family,
				       chain_number number);
/* The device that carries what goes to the prefix now; 0: none, or dropped. */
int fake_fib_carrier(const struct fake_fib *fake, const char *prefix, uint32_t metric);

/* ---- what happens to a kernel ---- */
void fake_fib_link_down(struct fake_fib *fake, int ifindex);
void fake_fib_add_foreign(struct fake_fib *fake, const char *prefix, uint32_t table,
			  uint32_t metric);
/* Deleted by hand, and nobody told us.  False: it was not there. */
bool fake_fib_lose(struct fake_fib *fake, const char *prefix, uint32_t metric);
void fake_fib_add_way(struct fake_fib *fake, const char *prefix, int ifindex, const char *gateway);

#endif
