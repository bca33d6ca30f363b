/* Policies and conditions in bgpd.json -> the tree, or every error of them with its place and advice. */
#include "bgpd/config/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bgpd/base/text.h"

static void note(void *arg, const char *line)
{
	text_add(arg, "%s\n", line);
}

/* A file that is right but for what is put in as line 3: "policies", and a neighbor's settings. */
static struct config *load(const char *policies, const char *neighbor, const char *expected)
{
	static const char frame[] =
		"{ \"asn\": 65010, \"router_id\": \"203.0.113.10\",\n"
		"  \"neighbors\": [ { \"name\": \"core1\", \"address\": \"10.60.0.2\", \"asn\": 65020%s } ],\n"
		"%s }\n";
	char json[4000], found[4000] = "";
	struct text text = text_of(found, sizeof(found));

	snprintf(json, sizeof(json), frame, neighbor, policies);
	struct config *config = config_load_text("f", json, strlen(json), note, &text);
	assert_string_equal(found, expected);
	assert_int_equal(config == NULL, *expected != '\0');
	return config;
}

static void refuses(const char *rules, const char *expected)
{
	char policies[2000];

	snprintf(policies, sizeof(policies), "\"policies\": { \"p\": %s }", rules);
	assert_null(load(policies, "", expected));
}

static void everything_that_can_be_said_of_a_rule_is_kept(void **state)
{
	struct config *config = load(
		"\"policies\": { \"from-core\": [ { \"match\": {"
		" \"prefix\": [\"10.0.0.0/8 le 24\"], \"as_path\": [\"^65020 .*\", \"^$\"],"
		" \"community\": [\"65010:*\"], \"large_community\": [\"1:2:3\"],"
		" \"ext_community\": [\"rt:65010:1\"], \"neighbor\": [\"core1\", \"local\"],"
		" \"origin\": [\"igp\", \"egp\"] }, \"set\": {"
		" \"local_pref\": 150, \"med\": 0, \"prepend\": 2, \"next_hop\": \"10.60.0.9\","
		" \"metric\": 30, \"add_community\": [\"65010:1\", \"no-export\"],"
		" \"remove_community\": [\"*:*\"], \"add_large_community\": [\"1:2:3\"],"
		" \"remove_large_community\": [\"1:*:*\"], \"add_ext_community\": [\"soo:1:1\"],"
		" \"remove_ext_community\": [\"rt:65010:*\"] }, \"action\": \"next\" },"
		" { \"action\": \"accept\" } ] }",
		", \"import\": \"from-core\", \"export\": \"any\"", "");
	const struct policy *policy = config->neighbors[0].import;
	const struct policy_match *match = &policy->rules[0].match;
	const struct policy_set *set = policy->rules[0].set;

	(void)state;
	assert_ptr_equal(policy, config->policies[0]);
	assert_ptr_equal(config->neighbors[0].export, &policy_any);
	assert_string_equal(policy->name, "from-core");
	assert_int_equal(policy->rule_count, 2);
	assert_int_equal(match->prefixes.count, 1);
	assert_int_equal(match->as_path_count, 2);
	for (size_t kind = 0; kind < COMMUNITY_KINDS; kind++) {
		assert_int_equal(match->communities[kind].count, 1);
		assert_int_equal(set->removed[kind].count, 1);
	}
	assert_int_equal(match->neighbor_count, 2);
	assert_int_equal(match->origins, 1u << ORIGIN_IGP | 1u << ORIGIN_EGP);
	assert_true(set->has_local_pref && set->local_pref == 150);
	assert_true(set->has_med && set->med == 0);
	assert_int_equal(set->prepend, 2);
	assert_int_equal(set->metric, 30);
	assert_int_equal(set->next_hop.family, FAMILY_IPV4);
	assert_int_equal(set->added[COMMUNITY_PLAIN].count, 2);
	assert_int_equal(policy->rules[0].action, POLICY_NEXT);
	assert_null(policy->rules[1].set);
	config_free(config);
}

static void a_neighbor_takes_and_tells_nothing_unless_it_is_said(void **state)
{
	struct config *config = load("\"listen_port\": 0", "", "");

	(void)state;
	assert_ptr_equal(config->neighbors[0].import, &policy_none);
	assert_ptr_equal(config->neighbors[0].export, &policy_none);
	config_free(config);
}

static void equal_rules_are_equal_policies_however_they_are_laid_out(void **state)
{
	struct config *config = load(
		"\"policies\": { \"a\": [{\"action\":\"accept\"}], \"b\": [ { \"action\" : \"accept\" } ],"
		" \"c\": [ { \"action\": \"reject\" } ] }", "", "");

	(void)state;
	assert_true(policy_equal(config->policies[0], config->policies[1]));
	assert_false(policy_equal(config->policies[0], config->policies[2]));
	config_free(config);
}

static void a_policy_that_is_not_there_cannot_be_named(void **state)
{
	(void)state;
	load("\"policies\": { \"p\": [ { \"action\": \"accept\" } ] }", ", \"import\": \"q\"",
	     "f:2:85: neighbors[0].import: no policy is called q: use p, any or none\n");
	load("\"listen_port\": 0", ", \"export\": 7",
	     "f:2:85: neighbors[0].export: 7 is not the name of a policy in quotes\n");
}

static void names_of_policies_are_names_and_not_taken(void **state)
{
	(void)state;
	load("\"policies\": { \"any\": [ { \"action\": \"accept\" } ] }", "",
	     "f:3:22: policies.any: any is built in: use another name\n");
	load("\"policies\": { \"a b\": [ { \"action\": \"accept\" } ] }", "",
	     "f:3:22: policies.a b: a b is no name: use letters, digits and . _ - :, not - at the "
	     "start\n");
	load("\"policies\": { \"a.b\": [ { \"action\": \"accept\" } ] }", "",
	     "f:3:13: policies.a.b: has a dot in its name, which paths of keys are made with: use - or "
	     "_\n");
	load("\"policies\": [ ]", "",
	     "f:3:13: policies: a list is not an object of lists, { \"NAME\": [ { }, ... ] }\n");
	load("\"policies\": { \"p\": { } }", "",
	     "f:3:20: policies.p: an object is not a list of objects, [ { }, ... ]\n");
}

static void every_error_of_a_rule_is_told_with_its_place(void **state)
{
	(void)state;
	refuses("[ { \"match\": { \"prefix\": [\"10.0.0.1/8\"], \"as_path\": [\"1.10\", \"^$\"],"
		" \"community\": [\"65010\"], \"origin\": [\"bgp\"], \"prefixes\": [] },"
		" \"action\": \"take\" } ]",
		"f:3:46: policies.p[0].match.prefix[0]: \"10.0.0.1/8\": not a prefix: write its first "
		"address and its length, like 10.50.0.0/16\n"
		"f:3:73: policies.p[0].match.as_path[0]: \"1.10\": AS numbers need a space between them, "
		"in their plain form like 65546; only *, + or ? may follow one at once, and ^ and $ stand "
		"at the ends\n"
		"f:3:102: policies.p[0].match.community[0]: \"65010\": a community is two numbers up to "
		"65535 like 65010:100, or a well-known name like no-export; * stands for any number\n"
		"f:3:123: policies.p[0].match.origin[0]: \"bgp\" is not known: use igp, egp or "
		"incomplete\n"
		"f:3:131: policies.p[0].match.prefixes: unknown key: did you mean prefix?\n"
		"f:3:159: policies.p[0].action: \"take\" is not known: use accept, reject or next\n");
	refuses("[ { \"match\": { \"community\": [] } } ]",
		"f:3:22: policies.p[0].action: is missing. What becomes of a route that matches: it is "
		"accepted, rejected, or goes on to the next rule, which sees what has been set.\n"
		"f:3:48: policies.p[0].match.community: is empty: name at least one\n");
}

static void rules_that_cannot_work_are_refused(void **state)
{
	(void)state;
	refuses("[ ]", "f:3:20: policies.p: is empty and would reject everything: use none for that\n");
	refuses("[ { \"action\": \"accept\" }, { \"action\": \"reject\" } ]",
		"f:3:46: policies.p[1]: is never reached: p[0] above decides for all routes\n");
	refuses("[ { \"action\": \"next\" } ]",
		"f:3:34: policies.p[0].action: next leads to no rule, and the route would be rejected: use "
		"accept or reject\n");
	refuses("[ { \"set\": { \"med\": 1 }, \"action\": \"reject\" } ]",
		"f:3:31: policies.p[0].set: changes a route that the rule rejects: take it out, or use "
		"accept or next\n");
	refuses("[ { \"set\": { \"add_community\": [\"1:1\", \"1:*\"] }, \"action\": \"accept\" } ]",
		"f:3:58: policies.p[0].set.add_community[1]: \"1:*\" stands for many: only a whole "
		"community can be added\n");
	refuses("[ { \"match\": { \"neighbor\": [\"core1\", \"core2\"] }, \"action\": \"accept\" } ]",
		"f:3:57: policies.p[0].match.neighbor[1]: no neighbor, tunnel or group is called core2\n");
	refuses("[ { \"set\": { \"next_hop\": \"0.0.0.0\" }, \"action\": \"accept\" } ]",
		"f:3:45: policies.p[0].set.next_hop: 0.0.0.0 is no address of a single machine\n");
}

static void rules_that_set_something_are_counted(void **state)
{
	char rules[64 * (POLICY_SETTERS + 1)] = "[ ", *end = rules + 2;

	(void)state;
	for (int i = 0; i < POLICY_SETTERS; i++)
		end += sprintf(end, "{\"set\":{\"med\":1},\"action\":\"next\"}, ");
	sprintf(end, "{\"set\":{\"med\":1},\"action\":\"accept\"} ]");
	char *json = malloc(sizeof(rules) + 200), found[500] = "";
	struct text text = text_of(found, sizeof(found));

	sprintf(json, "{ \"asn\": 65010, \"router_id\": \"203.0.113.10\", \"policies\": { \"p\": %s } }", rules);
	assert_null(config_load_text("f", json, strlen(json), note, &text));
	assert_string_equal(found, "f:1:65: policies.p: has 65 rules that set something: at most 64 may\n");
	free(json);
}

/* ---- what we announce on a condition ---- */

static void an_announcement_is_a_prefix_or_has_a_condition(void **state)
{
	struct config *config = load(
		"\"announce\": [ \"10.60.0.0/16\", { \"prefix\": \"10.61.0.0/16\" },"
		" { \"prefix\": \"10.62.0.0/16\", \"when\": \"route\" },"
		" { \"prefix\": \"10.63.0.0/16\", \"when\": \"interface:eth1\" } ],"
		" \"aggregate\": [ { \"prefix\": \"10.64.0.0/10\" },"
		" { \"prefix\": \"172.16.0.0/12\", \"summary_only\": true } ]", "", "");
	static const enum announce_when expected[] = {
		ANNOUNCE_ALWAYS, ANNOUNCE_ALWAYS, ANNOUNCE_WITH_ROUTE, ANNOUNCE_WITH_INTERFACE,
		ANNOUNCE_AGGREGATE, ANNOUNCE_AGGREGATE,
	};

	(void)state;
	assert_int_equal(config->announce.count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(config->conditions[i].when, expected[i]);
	assert_string_equal(config->conditions[3].interface, "eth1");
	assert_false(config->conditions[4].summary_only);
	assert_true(config->conditions[5].summary_only);
	assert_int_equal(config->announce.rules[5].prefix.length, 12);
	config_free(config);
}

static void wrong_conditions_are_told_with_their_place(void **state)
{
	(void)state;
	load("\"announce\": [ { \"prefix\": \"10.62.0.0/16\", \"when\": \"eth1\" } ]", "",
	     "f:3:51: announce[0].when: \"eth1\" is not a condition: \"route\", or an interface like "
	     "\"interface:eth1\"\n");
	load("\"announce\": [ { \"when\": \"route\" } ]", "",
	     "f:3:15: announce[0].prefix: is missing. The prefix.\n");
	load("\"announce\": [ { \"prefix\": \"10.62.0.0/16\", \"if\": \"route\" } ]", "",
	     "f:3:43: announce[0].if: unknown key: bgpd.json(5) lists those of announce\n");
	load("\"announce\": [ \"10.60.0.0/16\" ], \"aggregate\": [ { \"prefix\": \"10.60.0.0/16\" } ]",
	     "", "f:3:46: aggregate: 10.60.0.0/16 is announced on two conditions: keep one\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_can_be_said_of_a_rule_is_kept),
		cmocka_unit_test(a_neighbor_takes_and_tells_nothing_unless_it_is_said),
		cmocka_unit_test(equal_rules_are_equal_policies_however_they_are_laid_out),
		cmocka_unit_test(a_policy_that_is_not_there_cannot_be_named),
		cmocka_unit_test(names_of_policies_are_names_and_not_taken),
		cmocka_unit_test(every_error_of_a_rule_is_told_with_its_place),
		cmocka_unit_test(rules_that_cannot_work_are_refused),
		cmocka_unit_test(rules_that_set_something_are_counted),
		cmocka_unit_test(an_announcement_is_a_prefix_or_has_a_condition),
		cmocka_unit_test(wrong_conditions_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
