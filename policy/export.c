#include "policy/export.h"

#include <string.h>

#include "bgpd/wire/as_path.h"

static const char *const verdict_texts[EXPORT_VERDICTS] = {
	[EXPORT_ANNOUNCED] = "announced",
	[EXPORT_NOT_LISTED] = "not in announce",
	[EXPORT_BACK_TO_SOURCE] = "learned from this neighbor",
	[EXPORT_IBGP_TO_IBGP] = "learned from another iBGP neighbor",
	[EXPORT_COMMUNITY] = "has the community no-export or no-advertise",
	[EXPORT_LEAK] = "for customers only (RFC 9234)",
	[EXPORT_SAME_GROUP] = "learned from a tunnel of the same group",
	[EXPORT_NO_NEXT_HOP] = "we have no address of its family on this session",
	[EXPORT_FAMILY] = "its family is not negotiated",
	[EXPORT_SUMMARY] = "its aggregate is announced in its place",
	[EXPORT_POLICY] = "rejected by policy",
	[EXPORT_OVER_BUDGET] = "held back: the far side takes no more prefixes",
};

/* RFC 1997: no-export-subconfed is no-export to us, who know of no confederations. */
static bool stays_here(const struct attrs *attrs, bool ibgp)
{
	if (attrs_has_community(attrs, COMMUNITY_NO_ADVERTISE))
		return true;
	return !ibgp && (attrs_has_community(attrs, COMMUNITY_NO_EXPORT) ||
			 attrs_has_community(attrs, COMMUNITY_NO_EXPORT_SUBCONFED));
}

static enum export_verdict judge(const struct export_params *params, const struct prefix *prefix,
				 const struct attrs *from, const struct export_source *source)
{
	if (source->is_neighbor)
		return EXPORT_BACK_TO_SOURCE;
	if (source->is_same_group)
		return EXPORT_SAME_GROUP;
	if (source->is_ibgp && params->ibgp)
		return EXPORT_IBGP_TO_IBGP;
	if (stays_here(from, params->ibgp))
		return EXPORT_COMMUNITY;
	if (bgp_role_keeps_back(params->role, from->otc))
		return EXPORT_LEAK;
	if (!params->announces_any && !prefix_rules_match(&params->announce, prefix))
		return EXPORT_NOT_LISTED;
	return EXPORT_ANNOUNCED;
}

/* RFC 4360 2: bit 0x40 of the type says that the community does not leave its AS. */
static struct span leave_as(struct span communities, struct arena *arena)
{
	uint8_t *kept = arena_alloc(arena, communities.length);
	size_t length = 0;

	for (size_t at = 0; at + 8 <= communities.length; at += 8) {
		if (communities.bytes[at] & 0x40)
			continue;
		memcpy(kept + length, communities.bytes + at, 8);
		length += 8;
	}
	return (struct span){ kept, length };
}

/* RFC 4271 5.1.4: the MED that another AS gave us is not passed on. */
static void dress_for_ebgp(const struct export_params *params, const struct policy_outcome *outcome,
			   struct arena *arena, struct attrs *to)
{
	const struct steering *steering = params->steering;
	unsigned int times = 1 + (steering ? steering->prepend : 0u) + outcome->prepend;

	to->as_path = as_path_prepend(to->as_path, params->local_asn, times, arena);
	to->has_local_pref = false;
	if (!outcome->sets_med) {
		to->has_med = steering && steering->sends_med;
		to->med = to->has_med ? steering->med : 0;
	}
	if (bgp_role_marks_sent(params->role) && !to->otc.is_there)
		to->otc = (struct bgp_otc){ true, params->local_asn };
	if (to->ext_communities.length)
		to->ext_communities = leave_as(to->ext_communities, arena);
}

/* An AS of ours in the path would be a loop to another speaker of it: the neighbor's is repeated. */
static void dress_for_ibgp(const struct policy_outcome *outcome, const struct export_source *source,
			   struct arena *arena, struct attrs *to)
{
	uint32_t first = as_path_first(to->as_path);

	if (first)
		to->as_path = as_path_prepend(to->as_path, first, outcome->prepend, arena);
	if (!outcome->sets_local_pref)
		to->local_pref = source->local_pref;
	to->has_local_pref = true;
}

/* False: we have no address of the family. */
static bool leave_here(const struct export_params *params, const struct prefix *prefix,
		       struct attrs *to)
{
	to->next_hop = params->next_hop[prefix->family];
	to->link_local = prefix->family == FAMILY_IPV6 ? params->link_local : (struct address){ 0 };
	return address_is_set(&to->next_hop);
}

enum export_verdict export_route(const struct export_params *params, const struct prefix *prefix,
				 const struct attrs *from, const struct export_source *source,
				 struct arena *arena, struct attrs *to,
				 struct policy_outcome *outcome)
{
	const struct policy_route route = { *prefix, source->neighbor, source->group };
	enum export_verdict verdict = judge(params, prefix, from, source);

	*outcome = (struct policy_outcome){ .rule = POLICY_NO_RULE };
	if (verdict != EXPORT_ANNOUNCED)
		return verdict;
	*to = *from;
	*outcome = policy_evaluate(params->policy, &route, arena, to);
	if (!outcome->is_accepted)
		return EXPORT_POLICY;
	if (!outcome->sets_next_hop && !leave_here(params, prefix, to))
		return EXPORT_NO_NEXT_HOP;
	to->has_originator_id = false;          /* RFC 4456: for reflectors, which we are not */
	to->originator_id = 0;
	to->cluster_list = (struct span){ 0 };
	if (params->ibgp)
		dress_for_ibgp(outcome, source, arena, to);
	else
		dress_for_ebgp(params, outcome, arena, to);
	if (params->steering && params->steering->graceful_shutdown)
		attrs_add_community(to, COMMUNITY_GRACEFUL_SHUTDOWN, arena);
	return EXPORT_ANNOUNCED;
}

const char *export_verdict_text(enum export_verdict verdict)
{
	return verdict_texts[verdict];
}
