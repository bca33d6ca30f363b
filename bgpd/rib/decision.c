#include "bgpd/rib/decision.h"

#include <string.h>

typedef bool beats(const struct decision_params *params, const struct candidate *a,
		   const struct candidate *b);

static bool live_over_stale(const struct decision_params *params, const struct candidate *a,
			    const struct candidate *b)
{
	(void)params;
	return !a->is_stale && b->is_stale;
}

static bool own_announcement(const struct decision_params *params, const struct candidate *a,
			     const struct candidate *b)
{
	(void)params;
	return a->is_local && !b->is_local;
}

static bool higher_local_pref(const struct decision_params *params, const struct candidate *a,
			      const struct candidate *b)
{
	(void)params;
	return a->local_pref > b->local_pref;
}

static bool shorter_as_path(const struct decision_params *params, const struct candidate *a,
			    const struct candidate *b)
{
	(void)params;
	return attr_set_hops(a->set) < attr_set_hops(b->set);
}

static bool lower_origin(const struct decision_params *params, const struct candidate *a,
			 const struct candidate *b)
{
	(void)params;
	return attr_set_view(a->set).origin < attr_set_view(b->set).origin;
}

static bool lower_med(const struct decision_params *params, const struct candidate *a,
		      const struct candidate *b)
{
	return (params->always_compare_med ||
		attr_set_neighbor_as(a->set) == attr_set_neighbor_as(b->set)) &&
	       attr_set_med(a->set) < attr_set_med(b->set);
}

static bool external_over_internal(const struct decision_params *params, const struct candidate *a,
				   const struct candidate *b)
{
	(void)params;
	return !a->is_ibgp && b->is_ibgp;
}

static bool lower_router_id(const struct decision_params *params, const struct candidate *a,
			    const struct candidate *b)
{
	(void)params;
	return a->router_id < b->router_id;
}

/* RFC 4456 9 */
static bool shorter_cluster_list(const struct decision_params *params, const struct candidate *a,
				 const struct candidate *b)
{
	(void)params;
	return a->cluster_length < b->cluster_length;
}

static bool lower_peer_address(const struct decision_params *params, const struct candidate *a,
			       const struct candidate *b)
{
	(void)params;
	return address_compare(&a->peer, &b->peer) < 0;
}

/* RFC 4271 9.1.2.2, in its order.  All rules before `first_tie_break` say something of the route. */
static const struct rule {
	const char *name;
	beats *beats;
} rules[] = {
	{ "stale", live_over_stale },
	{ "announced here", own_announcement },
	{ "local preference", higher_local_pref },
	{ "AS path length", shorter_as_path },
	{ "origin", lower_origin },
	{ "MED", lower_med },
	{ "external over internal", external_over_internal },
	{ "router id", lower_router_id },
	{ "cluster list length", shorter_cluster_list },
	{ "peer address", lower_peer_address },
};

#define RULES           (sizeof(rules) / sizeof(rules[0]))
#define FIRST_TIE_BREAK 7

/* Removes from the set all that some member of it beats.  True if anything was removed. */
static bool eliminate(const struct rule *rule, const struct decision_params *params,
		      const struct candidate *candidates, size_t count, uint64_t *left,
		      const char *reasons[])
{
	uint64_t beaten = 0;

	for (size_t a = 0; a < count; a++)
		for (size_t b = 0; b < count; b++)
			if (*left >> a & 1 && *left >> b & 1 &&
			    rule->beats(params, &candidates[a], &candidates[b]))
				beaten |= (uint64_t)1 << b;
	for (size_t b = 0; reasons && b < count; b++)
		if (beaten >> b & 1)
			reasons[b] = rule->name;
	*left &= ~beaten;
	return beaten != 0;
}

size_t decision_make(const struct decision_params *params, const struct candidate *candidates,
		     size_t count, const char *reasons[])
{
	uint64_t left = count < 64 ? ((uint64_t)1 << count) - 1 : UINT64_MAX;
	const char *decided_by = "only path";

	for (size_t i = 0; i < RULES && (left & (left - 1)); i++)
		if (eliminate(&rules[i], params, candidates, count, &left, reasons))
			decided_by = rules[i].name;

	size_t best = (size_t)__builtin_ctzll(left);
	if (reasons)
		reasons[best] = decided_by;
	return best;
}

bool decision_equal(const struct candidate *a, const struct candidate *b)
{
	static const struct decision_params params = { .always_compare_med = true };

	for (size_t i = 0; i < FIRST_TIE_BREAK; i++)
		if (rules[i].beats(&params, a, b) || rules[i].beats(&params, b, a))
			return false;
	return true;
}
