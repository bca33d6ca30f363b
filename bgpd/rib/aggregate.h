/* bgpd/rib/aggregate.h - One prefix announced for the many that lie in it (RFC 4271 9.2.2.2).
 *
 * Remembers which nets contribute, as bits, so that a change of one of them costs the same however
 * many there are.  The path of the aggregate begins here: what the contributing paths said is left
 * out, and ATOMIC_AGGREGATE says so; AS_SETs are not made any more (RFC 9774). */
#ifndef BGPD_RIB_AGGREGATE_H
#define BGPD_RIB_AGGREGATE_H

#include "bgpd/base/bitmap.h"
#include "bgpd/rib/table.h"

struct aggregate {
	struct prefix prefix;
	bool summary_only;              /* what lies in it is not announced beside it */
	bool is_active;                 /* announced: the owner's */
	bool has_changed;               /* since the owner has looked at it */
	struct bitmap nets, with_path, egp, incomplete;
};

void aggregate_init(struct aggregate *aggregate, const struct prefix *prefix);
void aggregate_clear(struct aggregate *aggregate);

/* Lies in it, and is not it itself. */
bool aggregate_covers(const struct aggregate *aggregate, const struct prefix *prefix);
/* What a net that it covers has come to; NULL: no route of it may be chosen. */
void aggregate_see(struct aggregate *aggregate, uint32_t net, const struct attr_set *best);
bool aggregate_has_any(const struct aggregate *aggregate);
/* ORIGIN is the least certain of the contributors'. */
struct attrs aggregate_attrs(const struct aggregate *aggregate, uint32_t asn, uint32_t router_id);

#endif
