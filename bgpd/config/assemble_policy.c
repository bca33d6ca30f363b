#include "bgpd/config/assemble_policy.h"

#include <string.h>

static uint32_t number_of(const struct settings *settings, enum key_id id)
{
	return (uint32_t)settings->at[id].number;
}

static struct policy_match match_of(const struct settings *settings)
{
	const struct setting *at = settings->at;

	return (struct policy_match){
		.prefixes = at[KEY_MATCH_PREFIX].rules,
		.as_paths = at[KEY_MATCH_AS_PATH].paths,
		.as_path_count = at[KEY_MATCH_AS_PATH].path_count,
		.communities = {
			[COMMUNITY_PLAIN] = at[KEY_MATCH_COMMUNITY].communities,
			[COMMUNITY_LARGE] = at[KEY_MATCH_LARGE_COMMUNITY].communities,
			[COMMUNITY_EXTENDED] = at[KEY_MATCH_EXT_COMMUNITY].communities,
		},
		.neighbors = at[KEY_MATCH_NEIGHBOR].names,
		.neighbor_count = at[KEY_MATCH_NEIGHBOR].name_count,
		.origins = (uint8_t)number_of(settings, KEY_MATCH_ORIGIN),
	};
}

static const struct policy_set *set_of(struct config *config, const struct settings *settings)
{
	struct policy_set *set = arena_alloc(&config->arena, sizeof(*set));
	const struct setting *at = settings->at;

	*set = (struct policy_set){
		.has_local_pref = at[KEY_SET_LOCAL_PREF].is_given,
		.local_pref = number_of(settings, KEY_SET_LOCAL_PREF),
		.has_med = at[KEY_SET_MED].is_given,
		.med = number_of(settings, KEY_SET_MED),
		.metric = number_of(settings, KEY_SET_METRIC),
		.prepend = (uint8_t)number_of(settings, KEY_SET_PREPEND),
		.next_hop = at[KEY_SET_NEXT_HOP].address,
		.removed = {
			[COMMUNITY_PLAIN] = at[KEY_REMOVE_COMMUNITY].communities,
			[COMMUNITY_LARGE] = at[KEY_REMOVE_LARGE_COMMUNITY].communities,
			[COMMUNITY_EXTENDED] = at[KEY_REMOVE_EXT_COMMUNITY].communities,
		},
		.added = {
			[COMMUNITY_PLAIN] = at[KEY_ADD_COMMUNITY].communities,
			[COMMUNITY_LARGE] = at[KEY_ADD_LARGE_COMMUNITY].communities,
			[COMMUNITY_EXTENDED] = at[KEY_ADD_EXT_COMMUNITY].communities,
		},
	};
	return set;
}

static struct policy_rule rule_of(struct config *config, const struct settings *settings)
{
	const struct setting *match = &settings->at[KEY_MATCH], *set = &settings->at[KEY_SET];
	struct policy_rule rule = {
		.action = (enum policy_action)settings->at[KEY_RULE_ACTION].number,
	};

	if (match->is_given)
		rule.match = match_of(match->items);
	if (set->is_given)
		rule.set = set_of(config, set->items);
	return rule;
}

static const struct policy *policy_of(struct config *config, const struct settings *settings)
{
	const struct setting *list = &settings->at[KEY_POLICIES];
	struct policy *policy = arena_alloc(&config->arena, sizeof(*policy));
	struct policy_rule *rules = arena_alloc(&config->arena, list->count * sizeof(*rules));

	for (size_t i = 0; i < list->count; i++)
		rules[i] = rule_of(config, &list->items[i]);
	*policy = (struct policy){
		.name = settings->at[KEY_NAME].text,
		.source = list->source,
		.rules = rules,
		.rule_count = list->count,
	};
	return policy;
}

void assemble_policies(struct config *config, const struct setting *list)
{
	if (!list)
		return;
	const struct policy **policies = arena_alloc(&config->arena, list->count * sizeof(*policies));

	for (size_t i = 0; i < list->count; i++)
		policies[i] = policy_of(config, &list->items[i]);
	config->policies = policies;
	config->policy_count = list->count;
}

static bool is_called(const struct policy *policy, const char *name)
{
	return policy->name && strcmp(policy->name, name) == 0;
}

const struct policy *assemble_policy(struct config *config, const struct settings *settings,
				     enum key_id id, const struct policy *otherwise)
{
	const char *name = settings_text(settings, id);

	if (!name)
		return otherwise;
	if (is_called(&policy_any, name))
		return &policy_any;
	if (is_called(&policy_none, name))
		return &policy_none;
	for (size_t i = 0; i < config->policy_count; i++)
		if (is_called(config->policies[i], name))
			return config->policies[i];
	struct policy *unknown = arena_alloc(&config->arena, sizeof(*unknown));

	unknown->name = name;
	return unknown;
}
