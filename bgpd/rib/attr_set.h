/* bgpd/rib/attr_set.h - Attributes that many paths share: stored once, counted, never changed.
 *
 * A set holds what struct attrs holds in one block, variable parts back to back behind it (some 100
 * bytes on an Internet-like table).  Equal attributes always give the same set, so that sets are
 * compared by address. */
#ifndef BGPD_RIB_ATTR_SET_H
#define BGPD_RIB_ATTR_SET_H

#include "bgpd/wire/attrs.h"

struct attr_set;

struct attr_sets {
	struct attr_set **slots;
	size_t slot_count, count;
	size_t bytes;                   /* memory of sets and slots */
};

void attr_sets_init(struct attr_sets *sets);
void attr_sets_clear(struct attr_sets *sets);   /* all sets must have been dropped */

/* The set with these attributes, counted once more for the caller. */
const struct attr_set *attr_sets_intern(struct attr_sets *sets, const struct attrs *attrs);
const struct attr_set *attr_set_ref(const struct attr_set *set);
void attr_sets_drop(struct attr_sets *sets, const struct attr_set *set);       /* NULL is fine */

struct attrs attr_set_view(const struct attr_set *set);        /* spans lend from the set */

/* What the decision looks at, without taking the set apart. */
uint32_t attr_set_hops(const struct attr_set *set);             /* AS path length */
uint32_t attr_set_neighbor_as(const struct attr_set *set);      /* first AS; 0: none */
uint32_t attr_set_med(const struct attr_set *set);              /* missing is 0 */

#endif
