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
	return attr_set_origin(a->set) < attr_set_origin(b->set);
}

static uint32_t med_in_effect(const struct decision_params *params, const struct attr_set *set)
{
	return params->missing_med_is_worst && !attr_set_has_med(set) ? UINT32_MAX
								      : attr_set_med(set);
}

static bool lower_med(const struct decision_params *params, const struct candidate *a,
		      const struct candidate *b)
{
	return (params->always_compare_med ||
		attr_set_neighbor_as(a->set) == attr_set_neighbor_as(b->set)) &&
	       med_in_effect(params, a->set) < med_in_effect(params, b->set);
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
	return !params->ignores_router_id && a->router_id < b->router_id;
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
	bool compares_all;              /* any two, not only some */
} rules[] = {
	{ "stale", live_over_stale, true },
	{ "announced here", own_announcement, true },
	{ "local preference", higher_local_pref, true },
	{ "AS path length", shorter_as_path, true },
	{ "origin", lower_origin, true },
	{ "MED", lower_med, false },
	{ "external over internal", external_over_internal, true },
	{ "router id", lower_router_id, true },
	{ "cluster list length", shorter_cluster_list, true },
	{ "peer address", lower_peer_address, true },
};

#define RULES           (sizeof(rules) / sizeof(rules[0]))
#define FIRST_TIE_BREAK 7

/* Those of `left` that the rule removes because candidate a is there. */
static uint64_t beaten_by(const struct rule *rule, const struct decision_params *params,
			  const struct candidate *candidates, size_t a, uint64_t left)
{
	uint64_t beaten = 0;

	for (; left; left &= left - 1) {
		size_t b = (size_t)__builtin_ctzll(left);

		if (rule->beats(params, &candidates[a], &candidates[b]))
			beaten |= (uint64_t)1 << b;
	}
	return beaten;
}

/* A member of the set that no other one beats, by a rule that compares any two. */
static size_t unbeaten(const struct rule *rule, const struct decision_params *params,
		       const struct candidate *candidates, uint64_t left)
{
	size_t best = (size_t)__builtin_ctzll(left);

	for (left &= left - 1; left; left &= left - 1) {
		size_t other = (size_t)__builtin_ctzll(left);

		if (rule->beats(params, &candidates[other], &candidates[best]))
			best = other;
	}
	return best;
}

/* Removes from the set all that some member of it beats.  True if anything was removed. */
static bool eliminate(const struct rule *rule, const struct decision_params *params,
		      const struct candidate *candidates, size_t count, uint64_t *left,
		      const char *reasons[])
{
	uint64_t beaten = 0;

	if (rule->compares_all)
		beaten = beaten_by(rule, params, candidates,
				   unbeaten(rule, params, candidates, *left), *left);
	else
		for (size_t a = 0; a < count; a++)
			beaten |= *left >> a & 1 ? beaten_by(rule, params, candidates, a, *left) : 0;
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
