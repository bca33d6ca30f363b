#include "bgpd/config/check_policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bgpd/base/text.h"

#define KEY_SIZE 128

/* The rule whose turn it is. */
struct turn {
	struct check *check;
	const struct policy *policy;
	size_t rule;
};

/* Reports "policies.NAME[2].KEY" and the text. */
static void __attribute__((format(printf, 3, 4)))
blame_rule(const struct turn *turn, const char *key, const char *format, ...)
{
	char path[KEY_SIZE], text[CHECK_TEXT];
	va_list args;

	snprintf(path, sizeof(path), "policies.%s[%zu]%s%s", turn->policy->name, turn->rule,
		 *key ? "." : "", key);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	blame(turn->check, OF_ALL, path, "%s", text);
}

/* ---- rules of a policy ---- */

static bool matches_all(const struct policy_match *match)
{
	bool has_communities = false;

	for (size_t kind = 0; kind < COMMUNITY_KINDS; kind++)
		has_communities |= match->communities[kind].count > 0;
	return !has_communities && !match->prefixes.count && !match->as_path_count &&
	       !match->neighbor_count && !match->origins;
}

static void rule_can_be_reached(const struct turn *turn, const struct policy_rule *rule)
{
	(void)rule;
	for (size_t i = 0; i < turn->rule; i++) {
		const struct policy_rule *above = &turn->policy->rules[i];

		if (above->action == POLICY_NEXT || !matches_all(&above->match))
			continue;
		blame_rule(turn, "", "is never reached: %s[%zu] above decides for all routes",
			   turn->policy->name, i);
		return;
	}
}

static void next_has_a_next(const struct turn *turn, const struct policy_rule *rule)
{
	if (rule->action == POLICY_NEXT && turn->rule + 1 == turn->policy->rule_count)
		blame_rule(turn, "action", "next leads to no rule, and the route would be rejected: use "
			   "accept or reject");
}

static void what_is_rejected_is_not_changed(const struct turn *turn, const struct policy_rule *rule)
{
	if (rule->action == POLICY_REJECT && rule->set)
		blame_rule(turn, "set", "changes a route that the rule rejects: take it out, or use "
			   "accept or next");
}

static void check_added(const struct turn *turn, const struct policy_set *set,
			enum community_kind kind, const char *key)
{
	char path[KEY_SIZE];

	for (size_t i = 0; i < set->added[kind].count; i++) {
		const struct community_pattern *added = &set->added[kind].patterns[i];

		if (community_is_whole(kind, added))
			continue;
		snprintf(path, sizeof(path), "set.%s[%zu]", key, i);
		blame_rule(turn, path, "\"%.60s\" stands for many: only a whole community can be added",
			   added->text);
	}
}

static void what_is_added_is_whole(const struct turn *turn, const struct policy_rule *rule)
{
	if (!rule->set)
		return;
	check_added(turn, rule->set, COMMUNITY_PLAIN, "add_community");
	check_added(turn, rule->set, COMMUNITY_LARGE, "add_large_community");
	check_added(turn, rule->set, COMMUNITY_EXTENDED, "add_ext_community");
}

static void next_hop_is_an_address(const struct turn *turn, const struct policy_rule *rule)
{
	char text[ADDRESS_TEXT];

	if (rule->set && address_is_set(&rule->set->next_hop) &&
	    (address_is_zero(&rule->set->next_hop) || address_is_multicast(&rule->set->next_hop)))
		blame_rule(turn, "set.next_hop", "%s is no address of a single machine",
			   address_format(&rule->set->next_hop, text));
}

static bool is_neighbor(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->group_count; i++) {
		const struct group_config *group = &config->groups[i];

		if (same_text(group->name, name))
			return true;
		for (size_t t = 0; t < group->tunnel_count; t++)
			if (same_text(group->tunnels[t].name, name))
				return true;
	}
	for (size_t i = 0; i < config->neighbor_count; i++)
		if (same_text(config->neighbors[i].session.name, name))
			return true;
	return false;
}

static void neighbors_are_there(const struct turn *turn, const struct policy_rule *rule)
{
	char path[KEY_SIZE];

	for (size_t i = 0; i < rule->match.neighbor_count; i++) {
		const char *name = rule->match.neighbors[i];
		bool is_ours = strcmp(name, POLICY_OURSELVES) == 0;

		if (is_neighbor(turn->check->config, name) != is_ours)
			continue;
		snprintf(path, sizeof(path), "match.neighbor[%zu]", i);
		blame_rule(turn, path,
			   is_ours ? "%s stands for what we announce ourselves, and is the name of a "
				     "neighbor, tunnel or group, too: rename that"
				   : "no neighbor, tunnel or group is called %s", name);
	}
}

static void (*const rule_rules[])(const struct turn *turn, const struct policy_rule *rule) = {
	rule_can_be_reached,
	next_has_a_next,
	what_is_rejected_is_not_changed,
	what_is_added_is_whole,
	next_hop_is_an_address,
	neighbors_are_there,
};

/* ---- a policy ---- */

static void check_name(struct check *check, const struct policy *policy, const char *path)
{
	if (strcmp(policy->name, policy_any.name) == 0 || strcmp(policy->name, policy_none.name) == 0)
		blame(check, OF_ALL, path, "%s is built in: use another name", policy->name);
}

static void check_size(struct check *check, const struct policy *policy, const char *path)
{
	size_t setters = 0;

	for (size_t i = 0; i < policy->rule_count; i++)
		setters += policy->rules[i].set != NULL;
	if (policy->rule_count == 0)
		blame(check, OF_ALL, path, "is empty and would reject everything: use none for that");
	if (setters > POLICY_SETTERS)
		blame(check, OF_ALL, path, "has %zu rules that set something: at most %d may", setters,
		      POLICY_SETTERS);
}

static void check_policy(struct check *check, const struct policy *policy)
{
	struct turn turn = { check, policy, 0 };
	char path[KEY_SIZE];

	snprintf(path, sizeof(path), "policies.%s", policy->name);
	check_name(check, policy, path);
	check_size(check, policy, path);
	for (; turn.rule < policy->rule_count; turn.rule++)
		for (size_t i = 0; i < sizeof(rule_rules) / sizeof(rule_rules[0]); i++)
			rule_rules[i](&turn, &policy->rules[turn.rule]);
}

void check_policies(struct check *check)
{
	for (size_t i = 0; i < check->config->policy_count; i++)
		if (check->config->policies[i]->name)   /* else the loader has said why not */
			check_policy(check, check->config->policies[i]);
}

/* ---- those who name one ---- */

static bool is_there(const struct config *config, const struct policy *policy)
{
	for (size_t i = 0; i < config->policy_count; i++)
		if (config->policies[i] == policy)
			return true;
	return !policy || policy == &policy_any || policy == &policy_none;
}

static void check_reference(struct check *check, enum subject subject, const char *key,
			    const struct policy *policy)
{
	char names[CHECK_TEXT / 2];
	struct text text = text_of(names, sizeof(names));

	if (is_there(check->config, policy))
		return;
	for (size_t i = 0; i < check->config->policy_count; i++)
		text_add(&text, "%s, ", name_or_unknown(check->config->policies[i]->name));
	blame(check, subject, key, "no policy is called %s: use %sany or none", policy->name, names);
}

void check_policy_names(struct check *check, enum subject subject, const struct policy *import,
			const struct policy *export)
{
	check_reference(check, subject, "import", import);
	check_reference(check, subject, "export", export);
}
