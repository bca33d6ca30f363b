#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/as_path.h"
#include "policy/export.h"

static const uint8_t from_64512[] = { 2, 1, 0, 0, 0xFC, 0x00 };
static const uint8_t cluster[] = { 10, 0, 0, 9 };
static const uint8_t unknown[] = { 0xE0, 99, 0, 1, 0x2A };
/* A route target, then one that does not leave its AS. */
static const uint8_t ext_communities[] = { 0x00, 2, 0, 1, 0, 0, 0, 7, 0x43, 0, 0, 0, 0, 0, 0, 1 };

struct fixture {
	struct arena arena;
	struct export_params params;
	struct prefix_rule announce[2];
	struct steering steering;
	struct export_source source;
	struct attrs from, to;
	struct policy_outcome outcome;
	char text[100];
};

static struct prefix_rule rule_of(const char *text)
{
	struct prefix_rule rule;
	const char *why;

	assert_true(prefix_rule_parse(text, &rule, &why));
	return rule;
}

/* To a tunnel at 65010 -> 64600: a route learned from 64512 by an ordinary eBGP neighbor. */
static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	arena_init(&fixture->arena);
	fixture->announce[0] = rule_of("10.60.0.0/16 le 24");
	fixture->announce[1] = rule_of("2001:db8::/32");
	fixture->params = (struct export_params){
		.local_asn = 65010,
		.announce = { fixture->announce, 2 },
		.policy = &policy_any,
		.steering = &fixture->steering,
	};
	fixture->params.next_hop[FAMILY_IPV4] = address_ipv4(0xA9FE0A02u);
	fixture->source.local_pref = 150;
	fixture->from = (struct attrs){
		.origin = ORIGIN_INCOMPLETE,
		.as_path = { from_64512, sizeof(from_64512) },
		.next_hop = address_ipv4(0xC0000201u),
		.has_med = true, .med = 77,
		.has_local_pref = true, .local_pref = 150,
		.has_originator_id = true, .originator_id = 9,
		.cluster_list = { cluster, sizeof(cluster) },
		.unknown = { unknown, sizeof(unknown) },
		.ext_communities = { ext_communities, sizeof(ext_communities) },
	};
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_clear(&fixture->arena);
	free(fixture);
	return 0;
}

static enum export_verdict tell(struct fixture *fixture, const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return export_route(&fixture->params, &prefix, &fixture->from, &fixture->source,
			    &fixture->arena, &fixture->to, &fixture->outcome);
}

static const char *path(struct fixture *fixture)
{
	return as_path_format(fixture->to.as_path, fixture->text, sizeof(fixture->text));
}

static void what_announce_lists_is_announced_and_nothing_else(void **state)
{
	assert_int_equal(tell(*state, "10.60.0.0/16"), EXPORT_ANNOUNCED);
	assert_int_equal(tell(*state, "10.60.1.0/24"), EXPORT_ANNOUNCED);
	assert_int_equal(tell(*state, "10.61.0.0/16"), EXPORT_NOT_LISTED);
}

static void without_a_list_nothing_is_said_but_any_says_all(void **state)
{
	struct fixture *fixture = *state;

	fixture->params.announce.count = 0;
	assert_int_equal(tell(fixture, "10.60.0.0/16"), EXPORT_NOT_LISTED);
	fixture->params.announces_any = true;
	assert_int_equal(tell(fixture, "10.61.0.0/16"), EXPORT_ANNOUNCED);
}

static void ebgp_gets_our_as_our_address_and_nothing_internal(void **state)
{
	struct fixture *fixture = *state;

	tell(fixture, "10.60.0.0/16");
	assert_string_equal(path(fixture), "65010 64512");
	assert_true(address_equal(&fixture->to.next_hop, &fixture->params.next_hop[FAMILY_IPV4]));
	assert_false(fixture->to.has_local_pref);
	assert_false(fixture->to.has_originator_id);
	assert_int_equal(fixture->to.cluster_list.length, 0);
	assert_int_equal(fixture->to.origin, ORIGIN_INCOMPLETE);
}

static void the_med_of_another_as_is_not_passed_on(void **state)
{
	struct fixture *fixture = *state;

	tell(fixture, "10.60.0.0/16");
	assert_false(fixture->to.has_med);
	fixture->params.steering = NULL;
	tell(fixture, "10.60.0.0/16");
	assert_false(fixture->to.has_med);
}

static void steering_sets_med_and_prepends(void **state)
{
	struct fixture *fixture = *state;

	fixture->steering = (struct steering){ .sends_med = true, .med = 100, .prepend = 3 };
	tell(fixture, "10.60.0.0/16");
	assert_string_equal(path(fixture), "65010 65010 65010 65010 64512");
	assert_true(fixture->to.has_med);
	assert_int_equal(fixture->to.med, 100);
}

static void a_local_route_has_our_as_alone(void **state)
{
	struct fixture *fixture = *state;

	fixture->source.is_local = true;
	fixture->from = (struct attrs){ .origin = ORIGIN_IGP };
	tell(fixture, "10.60.0.0/16");
	assert_string_equal(path(fixture), "65010");
	assert_int_equal(fixture->to.origin, ORIGIN_IGP);
}

static void ibgp_gets_local_preference_and_med_and_the_path_as_it_is(void **state)
{
	struct fixture *fixture = *state;

	fixture->params.ibgp = true;
	fixture->params.steering = NULL;
	fixture->source.local_pref = 200;
	assert_int_equal(tell(fixture, "10.60.0.0/16"), EXPORT_ANNOUNCED);
	assert_string_equal(path(fixture), "64512");
	assert_true(fixture->to.has_local_pref);
	assert_int_equal(fixture->to.local_pref, 200);
	assert_int_equal(fixture->to.med, 77);
	assert_true(address_equal(&fixture->to.next_hop, &fixture->params.next_hop[FAMILY_IPV4]));
}

static void a_draining_tunnel_says_graceful_shutdown(void **state)
{
	struct fixture *fixture = *state;

	tell(fixture, "10.60.0.0/16");
	assert_false(attrs_has_community(&fixture->to, COMMUNITY_GRACEFUL_SHUTDOWN));
	fixture->steering.graceful_shutdown = true;
	tell(fixture, "10.60.0.0/16");
	assert_true(attrs_has_community(&fixture->to, COMMUNITY_GRACEFUL_SHUTDOWN));
}

static void what_we_do_not_know_is_carried_on(void **state)
{
	struct fixture *fixture = *state;

	attrs_add_community(&fixture->from, 65001u << 16 | 100, &fixture->arena);
	tell(fixture, "10.60.0.0/16");
	assert_memory_equal(fixture->to.unknown.bytes, unknown, sizeof(unknown));
	assert_true(attrs_has_community(&fixture->to, 65001u << 16 | 100));
}

static void a_non_transitive_extended_community_stays_in_its_as(void **state)
{
	struct fixture *fixture = *state;

	tell(fixture, "10.60.0.0/16");
	assert_int_equal(fixture->to.ext_communities.length, 8);
	assert_memory_equal(fixture->to.ext_communities.bytes, ext_communities, 8);
	fixture->params.ibgp = true;
	tell(fixture, "10.60.0.0/16");
	assert_int_equal(fixture->to.ext_communities.length, 16);
}

static void nothing_is_told_back_to_where_it_was_learned(void **state)
{
	struct fixture *fixture = *state;

	fixture->source = (struct export_source){ .is_neighbor = true, .is_same_group = true };
	assert_int_equal(tell(fixture, "10.60.0.0/16"), EXPORT_BACK_TO_SOURCE);
	fixture->source = (struct export_source){ .is_same_group = true };
	assert_int_equal(tell(fixture, "10.60.0.0/16"), EXPORT_SAME_GROUP);
}

static void ibgp_routes_go_to_ebgp_neighbors_only(void **state)
{
	struct fixture *fixture = *state;

	fixture->source.is_ibgp = true;
	assert_int_equal(tell(fixture, "10.60.0.0/16"), EXPORT_ANNOUNCED);
	fixture->params.ibgp = true;
	assert_int_equal(tell(fixture, "10.60.0.0/16"), EXPORT_IBGP_TO_IBGP);
}

static void well_known_communities_are_honoured(void **state)
{
	static const struct { uint32_t community; bool to_ebgp, to_ibgp; } cases[] = {
		{ COMMUNITY_NO_EXPORT, false, true },
		{ COMMUNITY_NO_EXPORT_SUBCONFED, false, true },
		{ COMMUNITY_NO_ADVERTISE, false, false },
		{ COMMUNITY_GRACEFUL_SHUTDOWN, true, true },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fixture->from.communities = (struct span){ 0 };
		attrs_add_community(&fixture->from, cases[i].community, &fixture->arena);
		fixture->params.ibgp = false;
		assert_int_equal(tell(fixture, "10.60.0.0/16"),
				 cases[i].to_ebgp ? EXPORT_ANNOUNCED : EXPORT_COMMUNITY);
		fixture->params.ibgp = true;
		assert_int_equal(tell(fixture, "10.60.0.0/16"),
				 cases[i].to_ibgp ? EXPORT_ANNOUNCED : EXPORT_COMMUNITY);
	}
}

static void ipv6_needs_an_address_of_ours_and_brings_its_link_local_one(void **state)
{
	static const uint8_t global[16] = { 0xfd, 0, [15] = 2 }, local[16] = { 0xfe, 0x80, [15] = 2 };
	struct fixture *fixture = *state;

	assert_int_equal(tell(fixture, "2001:db8::/32"), EXPORT_NO_NEXT_HOP);
	fixture->params.next_hop[FAMILY_IPV6] = address_ipv6(global);
	fixture->params.link_local = address_ipv6(local);
	assert_int_equal(tell(fixture, "2001:db8::/32"), EXPORT_ANNOUNCED);
	assert_true(address_equal(&fixture->to.link_local, &fixture->params.link_local));
	tell(fixture, "10.60.0.0/16");
	assert_false(address_is_set(&fixture->to.link_local));
}

static void a_policy_may_give_the_address_that_we_lack(void **state)
{
	struct fixture *fixture = *state;
	struct policy_set set = { .prepend = 1 };
	struct policy_rule rule = { .set = &set };
	struct policy policy = { .name = "p", .rules = &rule, .rule_count = 1 };

	fixture->params.policy = &policy;
	assert_int_equal(tell(fixture, "2001:db8::/32"), EXPORT_NO_NEXT_HOP);
	assert_true(address_parse("2001:db8::9", &set.next_hop));
	assert_int_equal(tell(fixture, "2001:db8::/32"), EXPORT_ANNOUNCED);
	assert_true(address_equal(&fixture->to.next_hop, &set.next_hop));
}

static void every_verdict_has_words(void **state)
{
	(void)state;
	for (enum export_verdict verdict = 0; verdict < EXPORT_VERDICTS; verdict++)
		assert_non_null(export_verdict_text(verdict));
}

#define test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

/* ---- the neighbor's policy ---- */

static const struct policy_rule policy_rules[] = {
	{
		.match.prefixes = { (const struct prefix_rule[]){
			{ { FAMILY_IPV4, 16, { 10, 60 } }, 16, 16 } }, 1 },
		.set = &(const struct policy_set){
			.has_med = true, .med = 5, .has_local_pref = true, .local_pref = 300,
			.prepend = 2, .next_hop = { FAMILY_IPV4, { 192, 0, 2, 9 } },
		},
	},
};
static const struct policy policy = { .name = "p", .rules = policy_rules, .rule_count = 1 };

static void what_a_policy_sets_goes_before_steering_and_prepends_add_up(void **state)
{
	struct fixture *fixture = *state;

	fixture->params.policy = &policy;
	fixture->steering = (struct steering){ .sends_med = true, .med = 100, .prepend = 1 };
	assert_int_equal(tell(fixture, "10.60.0.0/16"), EXPORT_ANNOUNCED);
	assert_int_equal(fixture->to.med, 5);
	assert_string_equal(path(fixture), "65010 65010 65010 65010 64512");
	assert_int_equal(address_to_ipv4(&fixture->to.next_hop), 0xC0000209u);
	assert_false(fixture->to.has_local_pref);
}

/* Our own AS in the path would be a loop to another speaker of it. */
static void inside_our_as_a_policy_prepends_the_neighbors_as(void **state)
{
	struct fixture *fixture = *state;

	fixture->params.policy = &policy;
	fixture->params.ibgp = true;
	assert_int_equal(tell(fixture, "10.60.0.0/16"), EXPORT_ANNOUNCED);
	assert_string_equal(path(fixture), "64512 64512 64512");
	assert_int_equal(fixture->to.local_pref, 300);
	assert_int_equal(fixture->to.med, 5);
}

static void what_no_rule_of_a_policy_accepts_is_not_announced(void **state)
{
	struct fixture *fixture = *state;

	fixture->params.policy = &policy;
	assert_int_equal(tell(fixture, "10.60.1.0/24"), EXPORT_POLICY);
	assert_int_equal(fixture->outcome.rule, POLICY_NO_RULE);
	assert_int_equal(tell(fixture, "10.61.0.0/16"), EXPORT_NOT_LISTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_announce_lists_is_announced_and_nothing_else),
		test(without_a_list_nothing_is_said_but_any_says_all),
		test(ebgp_gets_our_as_our_address_and_nothing_internal),
		test(the_med_of_another_as_is_not_passed_on),
		test(steering_sets_med_and_prepends),
		test(a_local_route_has_our_as_alone),
		test(ibgp_gets_local_preference_and_med_and_the_path_as_it_is),
		test(a_draining_tunnel_says_graceful_shutdown),
		test(what_we_do_not_know_is_carried_on),
		test(a_non_transitive_extended_community_stays_in_its_as),
		test(nothing_is_told_back_to_where_it_was_learned),
		test(ibgp_routes_go_to_ebgp_neighbors_only),
		test(well_known_communities_are_honoured),
		test(ipv6_needs_an_address_of_ours_and_brings_its_link_local_one),
		test(what_a_policy_sets_goes_before_steering_and_prepends_add_up),
		test(inside_our_as_a_policy_prepends_the_neighbors_as),
		test(what_no_rule_of_a_policy_accepts_is_not_announced),
		test(a_policy_may_give_the_address_that_we_lack),
		test(every_verdict_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
