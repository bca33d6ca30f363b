#include "policy/policy.h"

#include <stdio.h>
#include <string.h>

static const struct policy_rule accept_all = { .action = POLICY_ACCEPT };

const struct policy policy_any = { .name = "any", .rules = &accept_all, .rule_count = 1 };
const struct policy policy_none = { .name = "none" };

bool policy_equal(const struct policy *a, const struct policy *b)
{
	return a == b || (a->source && b->source && strcmp(a->source, b->source) == 0);
}

/* ---- match ---- */

static bool prefix_matches(const struct policy_match *match, const struct policy_route *route)
{
	return match->prefixes.count == 0 || prefix_rules_match(&match->prefixes, &route->prefix);
}

static bool as_path_matches(const struct policy_match *match, const struct attrs *attrs)
{
	for (size_t i = 0; i < match->as_path_count; i++)
		if (path_pattern_matches(&match->as_paths[i], attrs->as_path))
			return true;
	return match->as_path_count == 0;
}

static bool communities_match(const struct policy_match *match, const struct attrs *attrs)
{
	for (enum community_kind kind = 0; kind < COMMUNITY_KINDS; kind++)
		if (match->communities[kind].count &&
		    !community_is_in(kind, attrs, &match->communities[kind]))
			return false;
	return true;
}

static bool neighbor_matches(const struct policy_match *match, const struct policy_route *route)
{
	const char *name = route->neighbor ? route->neighbor : POLICY_OURSELVES;

	for (size_t i = 0; i < match->neighbor_count; i++)
		if (strcmp(match->neighbors[i], name) == 0 ||
		    (route->group && strcmp(match->neighbors[i], route->group) == 0))
			return true;
	return match->neighbor_count == 0;
}

static bool matches(const struct policy_match *match, const struct policy_route *route,
		    const struct attrs *attrs)
{
	return (!match->origins || match->origins & 1u << attrs->origin) &&
	       prefix_matches(match, route) && neighbor_matches(match, route) &&
	       communities_match(match, attrs) && as_path_matches(match, attrs);
}

/* ---- set ---- */

static void set_communities(const struct policy_set *set, struct arena *arena, struct attrs *attrs)
{
	for (enum community_kind kind = 0; kind < COMMUNITY_KINDS; kind++) {
		if (set->removed[kind].count)
			community_remove(kind, attrs, &set->removed[kind], arena);
		if (set->added[kind].count)
			community_add(kind, attrs, &set->added[kind], arena);
	}
}

static void set_next_hop(const struct policy_set *set, struct attrs *attrs)
{
	attrs->next_hop = set->next_hop;
	attrs->link_local = (struct address){ 0 };
}

static void perform(const struct policy_set *set, const struct policy_route *route,
		    struct arena *arena, struct attrs *attrs, struct policy_outcome *outcome)
{
	if (set->has_local_pref) {
		attrs->has_local_pref = outcome->sets_local_pref = true;
		attrs->local_pref = set->local_pref;
	}
	if (set->has_med) {
		attrs->has_med = outcome->sets_med = true;
		attrs->med = set->med;
	}
	if (set->metric)
		attrs->metric = set->metric;
	if (set->next_hop.family == route->prefix.family) {
		set_next_hop(set, attrs);
		outcome->sets_next_hop = true;
	}
	outcome->prepend += set->prepend;
	set_communities(set, arena, attrs);
}

/* ---- the whole ---- */

struct policy_outcome policy_evaluate(const struct policy *policy, const struct policy_route *route,
				      struct arena *arena, struct attrs *attrs)
{
	struct policy_outcome outcome = { .rule = POLICY_NO_RULE };
	uint64_t bit = 1;

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct policy_rule *rule = &policy->rules[i];
		bool holds = matches(&rule->match, route, attrs);

		if (holds && rule->set) {
			perform(rule->set, route, arena, attrs, &outcome);
			outcome.applied |= bit;
		}
		if (rule->set)
			bit <<= 1;
		if (!holds || rule->action == POLICY_NEXT)
			continue;
		outcome.is_accepted = rule->action == POLICY_ACCEPT;
		outcome.rule = i;
		break;
	}
	return outcome;
}

const char *policy_format(const struct policy *policy, const struct policy_outcome *outcome,
			  char text[POLICY_TEXT])
{
	if (outcome->rule == POLICY_NO_RULE)
		snprintf(text, POLICY_TEXT, "%s", policy->name);
	else
		snprintf(text, POLICY_TEXT, "%s[%zu]", policy->name, outcome->rule);
	return text;
}
