/* bgpd/rib/attr_set.h - Attributes that many paths share: stored once, counted, never changed.
 *
 * A set holds what struct attrs holds in one block, variable parts back to back behind it (some 100
 * bytes on an Internet-like table).  Equal attributes always give the same set, so that sets are
 * compared by address. */
#ifndef BGPD_RIB_ATTR_SET_H
#define BGPD_RIB_ATTR_SET_H

#include "bgpd/wire/attrs.h"

/* A set that a policy has made of another one knows that one, so that a route needs no room for what
 * was received: only routes that a policy changes cost more. */
struct attr_set;

struct attr_sets {
	struct attr_set **slots;
	size_t slot_count, count;
	size_t bytes;                   /* memory of sets and slots */
	size_t large_bytes;             /* of sets of more than ATTR_SET_LARGE */
};

/* So that no peer can make us hold 64 KiB for each prefix: a set of more than ATTR_SET_LARGE bytes has
 * room only while all such sets take no more than ATTR_SETS_LARGE together.  Others are bounded by the
 * number of prefixes. */
#define ATTR_SET_LARGE  1024
#define ATTR_SETS_LARGE (64u << 20)

void attr_sets_init(struct attr_sets *sets);
void attr_sets_clear(struct attr_sets *sets);   /* all sets must have been dropped */

/* The set with these attributes, counted once more for the caller. */
const struct attr_set *attr_sets_intern(struct attr_sets *sets, const struct attrs *attrs);
/* The same for attributes that a policy has made of a received set, which lives as long as this one. */
const struct attr_set *attr_sets_intern_changed(struct attr_sets *sets, const struct attrs *attrs,
						const struct attr_set *received);
/* False for one that is large, when they take too much: it is to be dropped again. */
bool attr_sets_have_room(const struct attr_sets *sets, const struct attr_set *set);
const struct attr_set *attr_set_ref(const struct attr_set *set);
void attr_sets_drop(struct attr_sets *sets, const struct attr_set *set);       /* NULL is fine */

struct attrs attr_set_view(const struct attr_set *set);        /* spans lend from the set */

const struct attr_set *attr_set_received(const struct attr_set *set);  /* itself if unchanged */

/* What the decision looks at, without taking the set apart. */
uint32_t attr_set_hops(const struct attr_set *set);             /* AS path length */
uint32_t attr_set_neighbor_as(const struct attr_set *set);      /* first AS; 0: none */
uint32_t attr_set_med(const struct attr_set *set);              /* missing is 0 */
bool attr_set_has_med(const struct attr_set *set);
uint32_t attr_set_metric(const struct attr_set *set);           /* of a policy; 0: none */
bool attr_set_local_pref(const struct attr_set *set, uint32_t *local_pref);    /* false: none */
uint8_t attr_set_origin(const struct attr_set *set);
bool attr_set_originator(const struct attr_set *set, uint32_t *router_id);      /* false: none */
uint32_t attr_set_cluster_length(const struct attr_set *set);   /* CLUSTER_LIST entries */

#endif
