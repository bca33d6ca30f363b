/* bgpd/speaker/next_hops.h - Next hops of ordinary neighbors, and the kernel's ways to them.
 *
 * The kernel is asked once for each, and again after a route that concerns it has changed, or when
 * next_hops_forget says that anything may have.  That nothing leads there is an answer, too. */
#ifndef BGPD_SPEAKER_NEXT_HOPS_H
#define BGPD_SPEAKER_NEXT_HOPS_H

#include "fib/fib.h"

struct next_hop;

struct next_hops {
	struct next_hop *known;
	size_t count, size;
	size_t last;                    /* asked for: routes come in runs of one next hop */
};

void next_hops_init(struct next_hops *hops);
void next_hops_clear(struct next_hops *hops);

/* NULL: nothing leads there.  interface: of the session, where a link-local address lies; NULL: any.
 * Lends until the next call. */
const struct fib_egress *next_hops_way(struct next_hops *hops, struct fib *fib,
				       const struct address *address, const char *interface,
				       uint32_t table);
void next_hops_forget(struct next_hops *hops);
/* True: something that was asked for has to be asked for again. */
bool next_hops_route_changed(struct next_hops *hops, const struct prefix *prefix);

#endif
