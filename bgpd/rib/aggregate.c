#include "bgpd/rib/aggregate.h"

void aggregate_init(struct aggregate *aggregate, const struct prefix *prefix)
{
	*aggregate = (struct aggregate){ .prefix = *prefix };
}

void aggregate_clear(struct aggregate *aggregate)
{
	bitmap_clear(&aggregate->nets);
	bitmap_clear(&aggregate->with_path);
	bitmap_clear(&aggregate->egp);
	bitmap_clear(&aggregate->incomplete);
}

bool aggregate_covers(const struct aggregate *aggregate, const struct prefix *prefix)
{
	return prefix->length > aggregate->prefix.length &&
	       prefix_contains(&aggregate->prefix, prefix);
}

/* True when the set has become empty, or stopped being it. */
static bool put(struct bitmap *bitmap, uint32_t net, bool is_in)
{
	bool was_empty = bitmap->count == 0;

	if (is_in)
		bitmap_add(bitmap, net);
	else
		bitmap_remove(bitmap, net);
	return was_empty != (bitmap->count == 0);
}

void aggregate_see(struct aggregate *aggregate, uint32_t net, const struct attr_set *best)
{
	struct attrs attrs = best ? attr_set_view(best) : (struct attrs){ 0 };

	aggregate->has_changed |= put(&aggregate->nets, net, best);
	aggregate->has_changed |= put(&aggregate->with_path, net, attrs.as_path.length);
	aggregate->has_changed |= put(&aggregate->egp, net, attrs.origin == ORIGIN_EGP);
	aggregate->has_changed |= put(&aggregate->incomplete, net,
				      attrs.origin == ORIGIN_INCOMPLETE);
}

bool aggregate_has_any(const struct aggregate *aggregate)
{
	return aggregate->nets.count > 0;
}

struct attrs aggregate_attrs(const struct aggregate *aggregate, uint32_t asn, uint32_t router_id)
{
	return (struct attrs){
		.origin = aggregate->incomplete.count ? ORIGIN_INCOMPLETE :
			  aggregate->egp.count	      ? ORIGIN_EGP : ORIGIN_IGP,
		.atomic_aggregate = aggregate->with_path.count > 0,
		.has_aggregator = true,
		.aggregator_as = asn,
		.aggregator_id = router_id,
	};
}
