/* What policies do to a running gateway: to what it decides, what it tells, and where packets go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

#define EAST "10.50.0.0/16"
#define WEST "10.51.0.0/16"

static const struct prefix_rule east = { { FAMILY_IPV4, 16, { 10, 50 } }, 16, 24 };
static const struct prefix_rule near = { { FAMILY_IPV4, 16, { 10, 60 } }, 16, 16 };

static const struct community_pattern no_export = {
	.value = { 0xff, 0xff, 0xff, 0x01 }, .mask = { 0xff, 0xff, 0xff, 0xff },
};
static const struct community_pattern shutdown = {
	.value = { 0xff, 0xff, 0, 0 }, .mask = { 0xff, 0xff, 0xff, 0xff },
};

static const struct policy_set pref_300 = { .has_local_pref = true, .local_pref = 300 };
static const struct policy_set metric_7 = { .metric = 7 };
static const struct policy_set med_5_prepend_2 = { .has_med = true, .med = 5, .prepend = 2 };
static const struct policy_set with_no_export = { .added[COMMUNITY_PLAIN] = { &no_export, 1 } };
static const struct policy_set without_shutdown = { .removed[COMMUNITY_PLAIN] = { &shutdown, 1 } };

/* What is done to EAST; all else is taken as it is. */
#define POLICY_FOR_EAST(title, setting)                                                            \
	{                                                                                          \
		.name = title, .source = title, .rule_count = 2,                                   \
		.rules = (const struct policy_rule[]){                                             \
			{ .match.prefixes = { &east, 1 }, .set = setting },                        \
			{ .action = POLICY_ACCEPT },                                               \
		},                                                                                 \
	}

static const struct policy prefers_east = POLICY_FOR_EAST("prefers-east", &pref_300);
static const struct policy east_by_metric = POLICY_FOR_EAST("east-by-metric", &metric_7);
static const struct policy steers_east = POLICY_FOR_EAST("steers-east", &med_5_prepend_2);
static const struct policy hides_east = POLICY_FOR_EAST("hides-east", &with_no_export);
static const struct policy ignores_shutdown = POLICY_FOR_EAST("ignores-shutdown",
							      &without_shutdown);
static const struct policy rejects_east = {
	.name = "rejects-east", .source = "rejects-east", .rule_count = 2,
	.rules = (const struct policy_rule[]){
		{ .match.prefixes = { &east, 1 }, .action = POLICY_REJECT },
		{ .action = POLICY_ACCEPT },
	},
};
static const struct policy steers_near = {
	.name = "steers-near", .source = "steers-near", .rule_count = 2,
	.rules = (const struct policy_rule[]){
		{ .match.prefixes = { &near, 1 }, .set = &med_5_prepend_2 },
		{ .action = POLICY_ACCEPT },
	},
};

static void both_offer(struct sim *sim, const char *prefix)
{
	sim_announce(sim, "tun1", prefix);
	sim_announce(sim, "tun2", prefix);
}

/* Two tunnels that offer EAST and WEST; the second one's import is this. */
static struct sim *sim_with_import(const struct policy *policy)
{
	struct sim *sim = sim_new(2);

	sim->plan.tunnels[1].import = policy;
	sim_start(sim);
	both_offer(sim, EAST);
	both_offer(sim, WEST);
	sim_forget(sim);
	return sim;
}

/* ---- the chain follows the policy ---- */

static void preference_of_a_policy_orders_the_chain_of_its_prefixes(void **unused)
{
	struct sim *sim = sim_with_import(&prefers_east);

	(void)unused;
	assert_string_equal(sim_carrier(sim, EAST), "tun2");
	assert_string_equal(sim_carrier(sim, WEST), "tun1");
	speaker_tunnel_signal(sim->gateway, "tun2", SIGNAL_IPSEC, STATE_DOWN, "SA deleted", sim->now);
	assert_string_equal(sim_carrier(sim, EAST), "tun1");
	assert_string_equal(sim_carrier(sim, WEST), "tun1");
	sim_free(sim);
}

static void failover_moves_what_the_policy_left_where_it_was(void **unused)
{
	struct sim *sim = sim_with_import(&prefers_east);

	(void)unused;
	speaker_tunnel_signal(sim->gateway, "tun1", SIGNAL_IPSEC, STATE_DOWN, "SA deleted", sim->now);
	assert_string_equal(sim_carrier(sim, EAST), "tun2");
	assert_string_equal(sim_carrier(sim, WEST), "tun2");
	sim_free(sim);
}

static void drained_tunnel_carries_nothing_whatever_a_policy_says(void **unused)
{
	struct sim *sim = sim_with_import(&prefers_east);

	(void)unused;
	assert_null(speaker_tunnel_drain(sim->gateway, "tun2", sim->now));
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, EAST), "tun1");
	assert_null(speaker_tunnel_resume(sim->gateway, "tun2", sim->now));
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, EAST), "tun2");
	sim_free(sim);
}

static void in_ecmp_a_preferred_tunnel_has_the_others_for_standby(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.group.failover.mode = MODE_ECMP;
	sim->plan.tunnels[1].import = &prefers_east;
	sim_start(sim);
	both_offer(sim, EAST);
	assert_string_equal(sim_carrier(sim, EAST), "tun2");
	sim_reset(sim, "tun2");
	assert_string_equal(sim_carrier(sim, EAST), "tun1");
	sim_free(sim);
}

/* ---- RFC 8326 ---- */

static void what_the_far_side_shuts_down_goes_to_the_other_tunnel(void **unused)
{
	struct sim *sim = sim_with_import(NULL);

	(void)unused;
	sim_announce(sim, "tun1", EAST " community 65535:0");
	assert_string_equal(sim_carrier(sim, EAST), "tun2");
	assert_string_equal(sim_carrier(sim, WEST), "tun1");
	sim_announce(sim, "tun1", EAST);
	assert_string_equal(sim_carrier(sim, EAST), "tun1");
	sim_free(sim);
}

static void policy_may_take_the_community_away_and_keep_the_tunnel(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.tunnels[0].import = &ignores_shutdown;
	sim_start(sim);
	sim_announce(sim, "tun2", EAST);
	sim_announce(sim, "tun1", EAST " community 65535:0");
	assert_string_equal(sim_carrier(sim, EAST), "tun1");
	sim_free(sim);
}

/* ---- what is seen ---- */

struct seen {
	struct route_view view;
	size_t count;
};

static void see(void *arg, const struct route_view *view)
{
	struct seen *seen = arg;

	seen->view = *view;
	seen->count++;
}

static struct seen look(struct sim *sim, struct route_query query, const char *prefix)
{
	struct seen seen = { .count = 0 };
	uint32_t cursor = 0;

	query.has_prefix = true;
	assert_true(prefix_parse(prefix, &query.prefix));
	speaker_routes(sim->gateway, &query, &cursor, 1, see, &seen, sim->now);
	return seen;
}

static void changed_and_received_attributes_are_both_there(void **unused)
{
	struct sim *sim = sim_with_import(&prefers_east);
	struct seen changed = look(sim, (struct route_query){ .from = "tun2" }, EAST);
	struct seen received = look(sim, (struct route_query){ .from = "tun2", .received = true }, EAST);
	struct seen other = look(sim, (struct route_query){ .from = "tun2" }, WEST);

	(void)unused;
	assert_int_equal(changed.view.local_pref, 300);
	assert_true(changed.view.attrs.has_local_pref);
	assert_string_equal(changed.view.policy, "prefers-east[0]");
	assert_false(received.view.attrs.has_local_pref);
	assert_string_equal(other.view.policy, "prefers-east[1]");
	assert_int_equal(other.view.local_pref, 100);
	sim_free(sim);
}

static void rejected_route_says_by_which_rule(void **unused)
{
	struct sim *sim = sim_with_import(&rejects_east);
	struct seen taken = look(sim, (struct route_query){ .from = "tun2" }, EAST);
	struct seen refused = look(sim, (struct route_query){ .from = "tun2", .filtered = true }, EAST);

	(void)unused;
	assert_int_equal(taken.count, 0);
	assert_int_equal(refused.count, 1);
	assert_int_equal(look(sim, (struct route_query){ .from = "tun2", .received = true,
							 .filtered = true }, WEST).count, 0);
	assert_int_equal(refused.view.verdict, IMPORT_POLICY);
	assert_string_equal(refused.view.policy, "rejects-east[0]");
	sim_free(sim);
}

/* A route that no policy changes has no set of its own. */
static void only_changed_routes_cost_memory(void **unused)
{
	struct sim *plain = sim_with_import(NULL), *changed = sim_with_import(&prefers_east);
	struct memory_view without = speaker_memory(plain->gateway);
	struct memory_view with = speaker_memory(changed->gateway);

	(void)unused;
	assert_int_equal(with.path_bytes, without.path_bytes);
	assert_int_equal(with.attribute_sets, without.attribute_sets + 1);
	sim_free(plain);
	sim_free(changed);
}

static void metric_of_a_policy_is_that_of_the_kernels_route(void **unused)
{
	struct sim *sim = sim_new(1);

	(void)unused;
	sim->plan.tunnels[0].import = &east_by_metric;
	sim_start(sim);
	sim_announce(sim, "tun1", EAST);
	sim_announce(sim, "tun1", WEST);
	assert_non_null(strstr(sim->trace, "fib route 10.50.0.0/16 metric 7 ->"));
	assert_non_null(strstr(sim->trace, "fib route 10.51.0.0/16 metric 20 ->"));
	sim_free(sim);
}

/* ---- reload ---- */

static uint64_t refreshes_asked_for(struct sim *sim, const char *name)
{
	return session_counters(sim_neighbor(sim, name).session)->sent[MESSAGE_ROUTE_REFRESH];
}

static void changed_import_is_applied_without_asking_again(void **unused)
{
	struct sim *sim = sim_with_import(&rejects_east);

	(void)unused;
	assert_string_equal(sim_carrier(sim, EAST), "tun1");
	sim->plan.tunnels[1].import = &prefers_east;
	assert_int_equal(sim_reload(sim), 0);
	assert_string_equal(sim_carrier(sim, EAST), "tun2");
	sim->plan.tunnels[1].import = NULL;
	sim_reload(sim);
	assert_string_equal(sim_carrier(sim, EAST), "tun1");
	assert_int_equal(sim_neighbor(sim, "tun2").accepted, 2);
	assert_int_equal(refreshes_asked_for(sim, "tun2"), 0);
	sim_free(sim);
}

static void changed_export_is_said_again_to_whom_it_concerns(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim_start(sim);
	sim->plan.tunnels[0].export = &steers_near;
	sim_reload(sim);
	sim_expect(sim, "0.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 med 5\n");
	sim_reload(sim);
	sim_expect(sim, "");
	sim->plan.tunnels[0].export = &policy_none;
	sim_reload(sim);
	sim_expect(sim, "0.000 tun1 hears 10.60.0.0/16 withdrawn\n");
	sim_free(sim);
}

/* ---- export ---- */

/* core1 tells, core2 hears under this policy. */
static struct sim *sim_with_export(const struct policy *policy)
{
	struct sim *sim = sim_new(0);

	sim->plan.neighbor_count = 2;
	sim->plan.neighbors[0].import = &policy_any;
	sim->plan.neighbors[1].export = policy;
	sim_start(sim);
	return sim;
}

/* They came in one message with equal attributes, and leave in two. */
static void prefixes_that_a_policy_tells_apart_are_told_apart(void **unused)
{
	struct sim *sim = sim_with_export(&steers_east);

	(void)unused;
	sim_announce(sim, "core1", EAST);
	sim_announce(sim, "core1", WEST);
	assert_string_equal(sim_hears(sim, "core2", EAST), "path 65010 65010 65010 65020 med 5");
	assert_string_equal(sim_hears(sim, "core2", WEST), "path 65010 65020");
	sim_reset(sim, "core2");
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(sim_hears(sim, "core2", EAST), "path 65010 65010 65010 65020 med 5");
	assert_string_equal(sim_hears(sim, "core2", WEST), "path 65010 65020");
	sim_free(sim);
}

static void rejected_prefix_is_not_told_and_says_why(void **unused)
{
	struct sim *sim = sim_with_export(&rejects_east);

	(void)unused;
	sim_announce(sim, "core1", EAST);
	sim_announce(sim, "core1", WEST);
	assert_string_equal(sim_hears(sim, "core2", EAST), "");
	assert_string_equal(sim_hears(sim, "core2", WEST), "path 65010 65020");
	struct seen seen = look(sim, (struct route_query){ .to = "core2", .filtered = true }, EAST);
	assert_int_equal(seen.view.exported, EXPORT_POLICY);
	assert_string_equal(seen.view.policy, "rejects-east[0]");
	sim_free(sim);
}

/* RFC 1997: the community counts for others, not for the one whom a policy tells it to. */
static void no_export_set_on_import_keeps_a_route_here(void **unused)
{
	struct sim *sim = sim_with_export(&policy_any);

	(void)unused;
	sim->plan.neighbors[0].import = &hides_east;
	sim_reload(sim);
	sim_announce(sim, "core1", EAST);
	sim_announce(sim, "core1", WEST);
	assert_string_equal(sim_hears(sim, "core2", EAST), "");
	assert_string_equal(sim_hears(sim, "core2", WEST), "path 65010 65020");
	sim_free(sim);
}

static void no_export_set_on_export_goes_along(void **unused)
{
	struct sim *sim = sim_with_export(&hides_east);

	(void)unused;
	sim_announce(sim, "core1", EAST);
	assert_string_equal(sim_hears(sim, "core2", EAST), "path 65010 65020 community no-export");
	sim_free(sim);
}

static void steering_of_a_tunnel_and_its_policy_add_up(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.tunnels[1].export = &steers_near;
	sim_start(sim);
	assert_string_equal(sim_hears(sim, "tun1", "10.60.0.0/16"), "path 65010 med 100");
	assert_string_equal(sim_hears(sim, "tun2", "10.60.0.0/16"),
			    "path 65010 65010 65010 65010 65010 65010 med 5");
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(preference_of_a_policy_orders_the_chain_of_its_prefixes),
		cmocka_unit_test(failover_moves_what_the_policy_left_where_it_was),
		cmocka_unit_test(drained_tunnel_carries_nothing_whatever_a_policy_says),
		cmocka_unit_test(in_ecmp_a_preferred_tunnel_has_the_others_for_standby),
		cmocka_unit_test(what_the_far_side_shuts_down_goes_to_the_other_tunnel),
		cmocka_unit_test(policy_may_take_the_community_away_and_keep_the_tunnel),
		cmocka_unit_test(changed_and_received_attributes_are_both_there),
		cmocka_unit_test(rejected_route_says_by_which_rule),
		cmocka_unit_test(only_changed_routes_cost_memory),
		cmocka_unit_test(metric_of_a_policy_is_that_of_the_kernels_route),
		cmocka_unit_test(changed_import_is_applied_without_asking_again),
		cmocka_unit_test(changed_export_is_said_again_to_whom_it_concerns),
		cmocka_unit_test(prefixes_that_a_policy_tells_apart_are_told_apart),
		cmocka_unit_test(rejected_prefix_is_not_told_and_says_why),
		cmocka_unit_test(no_export_set_on_import_keeps_a_route_here),
		cmocka_unit_test(no_export_set_on_export_goes_along),
		cmocka_unit_test(steering_of_a_tunnel_and_its_policy_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
