#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/text.h"
#include "bgpd/wire/as_path.h"
#include "policy/policy.h"

/* ---- rules in words ---- */

#define LIST_MAX 3

struct rule_words {
	const char *prefix[LIST_MAX], *as_path[LIST_MAX], *neighbor[LIST_MAX];
	const char *community[LIST_MAX], *large[LIST_MAX], *extended[LIST_MAX];
	uint8_t origins;
	int local_pref, med, metric, prepend;           /* 0: not set; -1: to 0 */
	const char *next_hop, *add[LIST_MAX], *remove[LIST_MAX], *add_large[LIST_MAX];
	enum policy_action action;
};

static size_t length_of(const char *const words[LIST_MAX])
{
	size_t length = 0;

	while (length < LIST_MAX && words[length])
		length++;
	return length;
}

static struct community_patterns communities(struct arena *arena, enum community_kind kind,
					     const char *const words[LIST_MAX])
{
	struct community_patterns list = { NULL, length_of(words) };
	struct community_pattern *patterns = arena_alloc(arena, LIST_MAX * sizeof(*patterns));
	const char *why;

	for (size_t i = 0; i < list.count; i++)
		assert_true(community_parse(kind, words[i], &patterns[i], &why));
	list.patterns = patterns;
	return list;
}

static struct policy_match match_of(struct arena *arena, const struct rule_words *words)
{
	struct prefix_rule *prefixes = arena_alloc(arena, LIST_MAX * sizeof(*prefixes));
	struct path_pattern *paths = arena_alloc(arena, LIST_MAX * sizeof(*paths));
	struct policy_match match = {
		.prefixes = { prefixes, length_of(words->prefix) },
		.as_paths = paths,
		.as_path_count = length_of(words->as_path),
		.communities = {
			[COMMUNITY_PLAIN] = communities(arena, COMMUNITY_PLAIN, words->community),
			[COMMUNITY_LARGE] = communities(arena, COMMUNITY_LARGE, words->large),
			[COMMUNITY_EXTENDED] = communities(arena, COMMUNITY_EXTENDED,
							   words->extended),
		},
		.neighbors = words->neighbor,
		.neighbor_count = length_of(words->neighbor),
		.origins = words->origins,
	};
	const char *why;

	for (size_t i = 0; i < match.prefixes.count; i++)
		assert_true(prefix_rule_parse(words->prefix[i], &prefixes[i], &why));
	for (size_t i = 0; i < match.as_path_count; i++)
		assert_true(path_pattern_parse(words->as_path[i], arena, &paths[i], &why));
	return match;
}

static uint32_t value_of(int word)
{
	return word > 0 ? (uint32_t)word : 0;
}

static const struct policy_set *set_of(struct arena *arena, const struct rule_words *words)
{
	struct policy_set *set = arena_alloc(arena, sizeof(*set));

	*set = (struct policy_set){
		.has_local_pref = words->local_pref, .local_pref = value_of(words->local_pref),
		.has_med = words->med, .med = value_of(words->med),
		.metric = value_of(words->metric), .prepend = (uint8_t)words->prepend,
		.removed[COMMUNITY_PLAIN] = communities(arena, COMMUNITY_PLAIN, words->remove),
		.added = {
			[COMMUNITY_PLAIN] = communities(arena, COMMUNITY_PLAIN, words->add),
			[COMMUNITY_LARGE] = communities(arena, COMMUNITY_LARGE, words->add_large),
		},
	};
	if (words->next_hop)
		assert_true(address_parse(words->next_hop, &set->next_hop));
	bool sets = words->local_pref || words->med || words->metric || words->prepend ||
		    words->next_hop || *words->add || *words->remove || *words->add_large;
	return sets ? set : NULL;
}

static struct policy policy_of(struct arena *arena, const struct rule_words *words, size_t count)
{
	struct policy_rule *rules = arena_alloc(arena, count * sizeof(*rules));

	for (size_t i = 0; i < count; i++)
		rules[i] = (struct policy_rule){ match_of(arena, &words[i]), set_of(arena, &words[i]),
						 words[i].action };
	return (struct policy){ .name = "p", .rules = rules, .rule_count = count };
}

/* ---- one route for all: 10.50.1.0/24 from tun1 of group aws, path 64512 65001 ---- */

static const uint8_t path[] = { AS_SEQUENCE, 2, 0, 0, 0xfc, 0x00, 0, 0, 0xfd, 0xe9 };
static const uint8_t plain[] = { 0xfd, 0xf2, 0, 100 };                          /* 65010:100 */
static const uint8_t large[] = { 0, 0, 0xfd, 0xf2, 0, 0, 0, 1, 0, 0, 0, 2 };     /* 65010:1:2 */
static const uint8_t extended[] = { 0, 2, 0xfd, 0xf2, 0, 0, 0, 9 };              /* rt:65010:9 */

static struct attrs attrs_of_route(void)
{
	return (struct attrs){
		.origin = ORIGIN_IGP, .has_med = true, .med = 100,
		.next_hop = { FAMILY_IPV4, { 169, 254, 10, 1 } },
		.as_path = { path, sizeof(path) },
		.communities = { plain, sizeof(plain) },
		.large_communities = { large, sizeof(large) },
		.ext_communities = { extended, sizeof(extended) },
	};
}

static const struct policy_route route = {
	.prefix = { FAMILY_IPV4, 24, { 10, 50, 1 } }, .neighbor = "tun1", .group = "aws",
};

/* "accept p[0] local_pref 150 ...": the verdict, who gave it, and what is unlike before. */
static const char *tell(const struct policy *policy, const struct policy_outcome *outcome,
			const struct attrs *attrs, char *buffer, size_t size)
{
	struct attrs before = attrs_of_route();
	char words[256], who[POLICY_TEXT], address[ADDRESS_TEXT];
	struct text text = text_of(buffer, size);

	text_add(&text, "%s %s", outcome->is_accepted ? "accept" : "reject",
		 policy_format(policy, outcome, who));
	if (attrs->has_local_pref)
		text_add(&text, " local_pref %u", attrs->local_pref);
	if (attrs->med != before.med)
		text_add(&text, " med %u", attrs->med);
	if (attrs->metric)
		text_add(&text, " metric %u", attrs->metric);
	if (outcome->prepend)
		text_add(&text, " prepend %u", outcome->prepend);
	if (!address_equal(&attrs->next_hop, &before.next_hop))
		text_add(&text, " next_hop %s", address_format(&attrs->next_hop, address));
	communities_format(attrs->communities, words, sizeof(words));
	if (strcmp(words, "65010:100") != 0)
		text_add(&text, " communities \"%s\"", words);
	large_communities_format(attrs->large_communities, words, sizeof(words));
	if (strcmp(words, "65010:1:2") != 0)
		text_add(&text, " large \"%s\"", words);
	return buffer;
}

#define RULES(...) { __VA_ARGS__ }
#define REJECT .action = POLICY_REJECT
#define NEXT   .action = POLICY_NEXT
#define ALL    .action = POLICY_ACCEPT
#define BIT(origin) (uint8_t)(1u << (origin))

static const struct {
	const char *title;
	struct rule_words rules[3];
	size_t count;
	const char *outcome;
} cases[] = {
	{ "no rule at all", RULES({ ALL }), 0, "reject p" },
	{ "a rule without match takes all", RULES({ ALL }), 1, "accept p[0]" },
	{ "a rule that does not match decides nothing", RULES({ .prefix = { "10.51.0.0/16 le 24" } }),
	  1, "reject p" },

	{ "prefix", RULES({ .prefix = { "10.50.0.0/16 le 24" } }), 1, "accept p[0]" },
	{ "prefix, too long", RULES({ .prefix = { "10.50.0.0/16 le 23" } }), 1, "reject p" },
	{ "one of several prefixes", RULES({ .prefix = { "10.1.0.0/16", "10.50.1.0/24" } }), 1,
	  "accept p[0]" },
	{ "as_path", RULES({ .as_path = { "^64512 .* 65001$" } }), 1, "accept p[0]" },
	{ "as_path, another neighbor", RULES({ .as_path = { "^65001" } }), 1, "reject p" },
	{ "one of several paths", RULES({ .as_path = { "^$", "65001$" } }), 1, "accept p[0]" },
	{ "community", RULES({ .community = { "65010:*" } }), 1, "accept p[0]" },
	{ "community that it has not", RULES({ .community = { "no-export" } }), 1, "reject p" },
	{ "large_community", RULES({ .large = { "65010:1:*" } }), 1, "accept p[0]" },
	{ "large_community that it has not", RULES({ .large = { "65010:2:*" } }), 1, "reject p" },
	{ "ext_community", RULES({ .extended = { "rt:65010:9" } }), 1, "accept p[0]" },
	{ "neighbor by its name", RULES({ .neighbor = { "tun2", "tun1" } }), 1, "accept p[0]" },
	{ "neighbor by its group", RULES({ .neighbor = { "aws" } }), 1, "accept p[0]" },
	{ "another neighbor", RULES({ .neighbor = { "tun2" } }), 1, "reject p" },
	{ "what others told is not ours", RULES({ .neighbor = { "local" } }), 1, "reject p" },
	{ "origin", RULES({ .origins = BIT(ORIGIN_EGP) | BIT(ORIGIN_IGP) }), 1, "accept p[0]" },
	{ "another origin", RULES({ .origins = BIT(ORIGIN_INCOMPLETE) }), 1, "reject p" },
	{ "all of a rule must match",
	  RULES({ .prefix = { "10.50.0.0/16 le 24" }, .neighbor = { "tun2" } }), 1, "reject p" },

	{ "the first rule that matches decides",
	  RULES({ .neighbor = { "tun2" } }, { REJECT }, { .local_pref = 7 }), 3, "reject p[1]" },
	{ "next goes on and keeps what was set",
	  RULES({ .local_pref = 150, NEXT }, { .med = 5, NEXT }, { .metric = 30 }), 3,
	  "accept p[2] local_pref 150 med 5 metric 30" },
	{ "what a rule that does not match would set is not set",
	  RULES({ .neighbor = { "tun2" }, .local_pref = 150, NEXT }, { ALL }), 2, "accept p[1]" },
	{ "a later rule sees what an earlier one set",
	  RULES({ .add = { "65010:7" }, NEXT }, { .community = { "65010:7" } }), 2,
	  "accept p[1] communities \"65010:100 65010:7\"" },
	{ "a later value goes before an earlier one",
	  RULES({ .local_pref = 150, NEXT }, { .local_pref = 160 }), 2, "accept p[1] local_pref 160" },
	{ "prepends add up", RULES({ .prepend = 2, NEXT }, { .prepend = 3 }), 2,
	  "accept p[1] prepend 5" },
	{ "next in the last rule accepts nothing", RULES({ .local_pref = 150, NEXT }), 1,
	  "reject p local_pref 150" },

	{ "local_pref 0 is a value", RULES({ .local_pref = -1 }), 1, "accept p[0] local_pref 0" },
	{ "med 0 is a value", RULES({ .med = -1 }), 1, "accept p[0] med 0" },
	{ "next_hop", RULES({ .next_hop = "10.9.9.9" }), 1, "accept p[0] next_hop 10.9.9.9" },
	{ "a next_hop of the other family is not for this prefix",
	  RULES({ .next_hop = "2001:db8::1" }), 1, "accept p[0]" },
	{ "communities are removed before others are added",
	  RULES({ .remove = { "*:*" }, .add = { "65010:1", "no-export" } }), 1,
	  "accept p[0] communities \"65010:1 no-export\"" },
	{ "large communities", RULES({ .add_large = { "65010:3:4" } }), 1,
	  "accept p[0] large \"65010:1:2 65010:3:4\"" },
};

static void rules_do_what_their_words_say(void **unused)
{
	struct arena arena;
	char text[512];

	(void)unused;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct policy policy = policy_of(&arena, cases[i].rules, cases[i].count);
		struct attrs attrs = attrs_of_route();
		struct policy_outcome outcome = policy_evaluate(&policy, &route, &arena, &attrs);

		tell(&policy, &outcome, &attrs, text, sizeof(text));
		if (strcmp(text, cases[i].outcome) != 0)
			fail_msg("%s: %s, not %s", cases[i].title, text, cases[i].outcome);
	}
	arena_clear(&arena);
}

static void what_we_announce_ourselves_has_a_neighbor_of_its_own(void **unused)
{
	static const struct rule_words words = { .neighbor = { "local" } };
	const struct policy_route own = { .prefix = { FAMILY_IPV4, 16, { 10, 60 } } };
	struct attrs attrs = { .origin = ORIGIN_IGP };
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	struct policy policy = policy_of(&arena, &words, 1);
	assert_true(policy_evaluate(&policy, &own, &arena, &attrs).is_accepted);
	arena_clear(&arena);
}

static void any_takes_a_route_as_it_is_and_none_takes_nothing(void **unused)
{
	struct attrs attrs = attrs_of_route();
	struct arena arena;
	char text[256];

	(void)unused;
	arena_init(&arena);
	struct policy_outcome any = policy_evaluate(&policy_any, &route, &arena, &attrs);
	assert_string_equal(tell(&policy_any, &any, &attrs, text, sizeof(text)), "accept any[0]");
	assert_int_equal(any.applied, 0);
	assert_false(policy_evaluate(&policy_none, &route, &arena, &attrs).is_accepted);
	arena_clear(&arena);
}

/* Announcements with equal attributes share a message when the same rules have changed them. */
static void which_rules_have_set_something_is_told(void **unused)
{
	static const struct rule_words words[] = {
		{ .neighbor = { "tun1" }, NEXT },               /* sets nothing: has no bit */
		{ .local_pref = 150, NEXT },
		{ .neighbor = { "tun2" }, .med = 5, NEXT },
		{ .med = 6 },
	};
	struct attrs attrs = attrs_of_route();
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	struct policy policy = policy_of(&arena, words, 4);
	struct policy_outcome outcome = policy_evaluate(&policy, &route, &arena, &attrs);
	assert_int_equal(outcome.applied, 5);
	assert_true(outcome.sets_local_pref);
	assert_true(outcome.sets_med);
	assert_false(outcome.sets_next_hop);
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_do_what_their_words_say),
		cmocka_unit_test(what_we_announce_ourselves_has_a_neighbor_of_its_own),
		cmocka_unit_test(any_takes_a_route_as_it_is_and_none_takes_nothing),
		cmocka_unit_test(which_rules_have_set_something_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
