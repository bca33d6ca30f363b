#include "policy/import.h"

#include "bgpd/wire/as_path.h"

static const char *const verdict_texts[IMPORT_VERDICTS] = {
	[IMPORT_ACCEPTED] = "accepted",
	[IMPORT_NOT_LISTED] = "not in accept",
	[IMPORT_OWN_AS] = "our own AS is in the path",
	[IMPORT_ORIGINATOR] = "our own route, reflected back",
	[IMPORT_DEFAULT_ROUTE] = "a default route that accept does not name",
	[IMPORT_INSIDE_LINK] = "lies in a tunnel's inside link",
	[IMPORT_MARTIAN] = "link-local, loopback, multicast or this-network address",
	[IMPORT_OWN_PREFIX] = "one that we announce ourselves",
	[IMPORT_NEXT_HOP] = "its next hop is our own address",
	[IMPORT_ENDPOINT] = "covers the outer endpoint of a tunnel",
	[IMPORT_LEAK] = "leaked: it was for customers only (RFC 9234)",
	[IMPORT_POLICY] = "rejected by policy",
};

/* RFC 6890: addresses that no neighbor can have a route to. */
static const struct prefix martians[] = {
	{ FAMILY_IPV4, 8, { 0 } },
	{ FAMILY_IPV4, 8, { 127 } },
	{ FAMILY_IPV4, 16, { 169, 254 } },
	{ FAMILY_IPV4, 4, { 224 } },
	{ FAMILY_IPV6, 128, { 0 } },
	{ FAMILY_IPV6, 128, { [15] = 1 } },
	{ FAMILY_IPV6, 10, { 0xfe, 0x80 } },
	{ FAMILY_IPV6, 8, { 0xff } },
};

static bool lies_in_one_of(const struct prefix *prefix, const struct prefix *outer, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (prefix_contains(&outer[i], prefix))
			return true;
	return false;
}

static bool is_own_next_hop(const struct import_params *params, const struct attrs *attrs)
{
	for (size_t i = 0; i < params->local_count; i++)
		if (address_equal(&params->local_addresses[i], &attrs->next_hop))
			return true;
	return false;
}

/* A default route takes everything, so a wide rule ("0.0.0.0/0 le 24") does not stand for it. */
static bool names_default_route(const struct prefix_rules *rules, const struct prefix *prefix)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->rules[i].max_length == 0 &&
		    rules->rules[i].prefix.family == prefix->family)
			return true;
	return false;
}

static enum import_verdict judge_path(const struct import_params *params, const struct attrs *attrs,
				      bool ibgp)
{
	if (as_path_count(attrs->as_path, params->local_asn) > 0)
		return IMPORT_OWN_AS;
	if (ibgp && attrs->has_originator_id && attrs->originator_id == params->router_id)
		return IMPORT_ORIGINATOR;
	if (is_own_next_hop(params, attrs))
		return IMPORT_NEXT_HOP;
	if (bgp_role_sees_leak(params->role, attrs->otc, params->neighbor_asn))
		return IMPORT_LEAK;
	return IMPORT_ACCEPTED;
}

static enum import_verdict judge_prefix(const struct import_params *params,
					const struct prefix *prefix)
{
	if (lies_in_one_of(prefix, params->inside_links, params->inside_count))
		return IMPORT_INSIDE_LINK;
	if (lies_in_one_of(prefix, martians, sizeof(martians) / sizeof(martians[0])))
		return IMPORT_MARTIAN;
	if (prefix_rules_match(&params->own, prefix))
		return IMPORT_OWN_PREFIX;
	if (params->accepts_any)
		return IMPORT_ACCEPTED;
	if (prefix->length == 0)
		return names_default_route(&params->accept, prefix) ? IMPORT_ACCEPTED :
								      IMPORT_DEFAULT_ROUTE;
	return prefix_rules_match(&params->accept, prefix) ? IMPORT_ACCEPTED : IMPORT_NOT_LISTED;
}

enum import_verdict import_route(const struct import_params *params, const struct prefix *prefix,
				 const struct attrs *attrs, bool ibgp)
{
	enum import_verdict verdict = judge_path(params, attrs, ibgp);

	return verdict == IMPORT_ACCEPTED ? judge_prefix(params, prefix) : verdict;
}

static bool is_shutting_down(const struct attrs *attrs, bool ibgp)
{
	return !ibgp && attrs_has_community(attrs, COMMUNITY_GRACEFUL_SHUTDOWN);
}

static bool is_to_be_marked(const struct import_params *params, const struct attrs *attrs)
{
	return bgp_role_marks_received(params->role) && !attrs->otc.is_there;
}

bool import_may_change(const struct import_params *params, const struct attrs *attrs, bool ibgp)
{
	return params->policy != &policy_any || is_shutting_down(attrs, ibgp) ||
	       is_to_be_marked(params, attrs);
}

static void prepend_first(struct attrs *attrs, unsigned int times, struct arena *arena)
{
	uint32_t first = as_path_first(attrs->as_path);

	if (first)
		attrs->as_path = as_path_prepend(attrs->as_path, first, times, arena);
}

struct import_change import_change(const struct import_params *params, const struct prefix *prefix,
				   bool ibgp, struct arena *arena, struct attrs *attrs)
{
	const struct policy_route route = { *prefix, params->neighbor, params->group };
	struct policy_outcome outcome = policy_evaluate(params->policy, &route, arena, attrs);
	bool is_shut_down = is_shutting_down(attrs, ibgp);
	bool is_marked = is_to_be_marked(params, attrs);

	prepend_first(attrs, outcome.prepend, arena);
	if (is_shut_down) {
		attrs->has_local_pref = true;
		attrs->local_pref = 0;
	}
	if (is_marked)
		attrs->otc = (struct bgp_otc){ true, params->neighbor_asn };
	return (struct import_change){
		.verdict = outcome.is_accepted ? IMPORT_ACCEPTED : IMPORT_POLICY,
		.is_changed = outcome.applied || is_shut_down || is_marked,
		.outcome = outcome,
	};
}

const char *import_verdict_text(enum import_verdict verdict)
{
	return verdict_texts[verdict];
}
