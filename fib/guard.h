/* fib/guard.h - The ways to the outer endpoints of tunnels, as they would be without us.
 *
 * What the far side announces may cover the address at which the tunnel itself ends; a host route of
 * ours through the underlay keeps the tunnel out of itself.  Asked for the way the kernel answers with
 * that very route, so guard is shown all routes that are not ours, and for each endpoint takes the
 * longest match. */
#ifndef FIB_GUARD_H
#define FIB_GUARD_H

#include "fib/fib.h"

struct guard_point {
	struct address outside;
	uint32_t table;                 /* where its group's routes are; what it lacks, main may have */
	struct fib_egress way;          /* as a look found it last; ifindex 0: none */
	struct fib_route best;          /* in the look that is under way */
	bool is_found, is_wanted;
};

/* Is this the device of a tunnel?  What leads there is no underlay. */
typedef bool guard_avoids(void *arg, int ifindex);

struct guard {
	struct guard_point *points;
	size_t count, size;
	guard_avoids *avoids;
	void *arg;
	bool needs_look;                /* there is an endpoint that no look has been taken for */
	bool has_changed;               /* a way differs: the pins are to be set anew */
};

void guard_init(struct guard *guard, guard_avoids *avoids, void *arg);
void guard_clear(struct guard *guard);

/* The way to an endpoint, which is watched from now on.  NULL: none that is known.  What is not asked
 * for between begin and end is forgotten. */
void guard_ask_begin(struct guard *guard);
const struct fib_egress *guard_way(struct guard *guard, const struct address *outside,
				   uint32_t table);
void guard_ask_end(struct guard *guard);

/* A look at all routes of others. */
void guard_look_begin(struct guard *guard);
void guard_see(struct guard *guard, const struct fib_route *route);
void guard_look_end(struct guard *guard);

/* A change of a route to this prefix may change a way. */
bool guard_concerns(const struct guard *guard, const struct prefix *prefix);

#endif
