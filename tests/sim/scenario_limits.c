#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/as_path.h"
#include "tests/sim/sim.h"

/* ---- the budget: what the far side takes ---- */

static struct sim *sim_with_budget(uint32_t budget, unsigned int own)
{
	struct sim *sim = sim_new(1);

	sim->plan.group.budget = budget;
	sim->plan.group.budget_warn = budget - 1;
	for (unsigned int i = 1; i < own; i++) {
		char rule[PREFIX_TEXT];

		snprintf(rule, sizeof(rule), "10.61.%u.0/24", i);
		plan_announce(&sim->plan, rule);
	}
	sim_start(sim);
	return sim;
}

static void budget_holds_back_and_the_session_lives(void **unused)
{
	struct sim *sim = sim_with_budget(10, 12);

	(void)unused;
	sim_run_for(sim, SECONDS(600));
	sim_expect(sim, "");
	assert_true(sim_is_up(sim, "tun1"));
	assert_int_equal(sim_peer(sim, "tun1")->hearing_count, 10);
	assert_int_equal(sim_neighbor(sim, "tun1").sent, 10);
	assert_int_equal(sim_neighbor(sim, "tun1").held_back, 2);
	sim_free(sim);
}

static void freed_place_announces_the_next(void **unused)
{
	struct sim *sim = sim_with_budget(10, 12);

	(void)unused;
	sim->plan.announce_count -= 1;          /* one of those that were held back */
	sim_reload(sim);
	sim_forget(sim);
	memmove(&sim->plan.announce[1], &sim->plan.announce[2], 9 * sizeof(sim->plan.announce[0]));
	sim->plan.announce_count -= 1;
	sim_reload(sim);
	sim_expect(sim, "0.000 tun1 hears 10.61.1.0/24 withdrawn\n"
			"0.000 tun1 hears 10.61.10.0/24 path 65010 med 100\n");
	assert_int_equal(sim_neighbor(sim, "tun1").held_back, 0);
	sim_free(sim);
}

static void withdrawn_prefix_gives_its_place_to_one_that_was_held_back(void **unused)
{
	struct sim *sim = sim_new(1);

	(void)unused;
	sim->plan.group.budget = 2;
	sim->plan.neighbor_count = 1;
	sim->plan.neighbors[0].import = &policy_any;
	plan_group_announce(&sim->plan, "172.16.0.0/12 le 16");
	sim_start(sim);
	sim_announce(sim, "core1", "172.16.0.0/16");
	sim_announce(sim, "core1", "172.17.0.0/16");
	sim_announce(sim, "core1", "172.18.0.0/16");
	assert_string_equal(sim_hears(sim, "tun1", "172.18.0.0/16"), "");
	sim_withdraw(sim, "core1", "172.17.0.0/16");
	assert_string_equal(sim_hears(sim, "tun1", "172.17.0.0/16"), "");
	assert_string_equal(sim_hears(sim, "tun1", "172.18.0.0/16"), "path 65010 65020 med 100");
	sim_free(sim);
}

/* ---- max_prefixes: what we take ---- */

static struct sim *sim_with_limit(struct prefix_limit limit)
{
	struct sim *sim = sim_new(1);

	sim->plan.tunnels[0].limit = limit;
	sim_start(sim);
	return sim;
}

static void peer_over_its_limit_is_torn_down_and_comes_back(void **unused)
{
	struct sim *sim = sim_with_limit((struct prefix_limit){ 10, LIMIT_RESET, 60 });
	static const char over[] =
		"0.000 limit tun1: neighbor sent more prefixes than max_prefixes allows: 10 of at "
		"most 10 prefixes\n"
		"0.000 tun1 session down: Cease/Maximum Number of Prefixes Reached\n"
		"0.000 tun1 role active -> unusable\n";

	(void)unused;
	sim_announce_many(sim, "tun1", 10);
	sim_forget(sim);
	sim_announce(sim, "tun1", "10.50.0.0/24");
	sim_withdraw(sim, "tun1", "10.50.0.0/24");
	assert_int_equal(strncmp(sim->trace, over, strlen(over)), 0);
	assert_int_equal(sim_routes(sim), 0);
	sim_run_for(sim, SECONDS(59));
	assert_false(sim_is_up(sim, "tun1"));
	sim_run_for(sim, SECONDS(1));
	assert_true(sim_is_up(sim, "tun1"));
	assert_int_equal(sim_routes(sim), 10);
	sim_free(sim);
}

static void neighbor_is_warned_of_at_four_fifths(void **unused)
{
	struct sim *sim = sim_with_limit((struct prefix_limit){ 5, LIMIT_RESET, 60 });

	(void)unused;
	sim_announce_many(sim, "tun1", 4);
	sim_forget(sim);
	sim_announce(sim, "tun1", "10.50.0.0/24");
	sim_expect(sim, "0.000 limit tun1: neighbor is close to its prefix limit: 4 of at most 5 "
			"prefixes\n"
			"0.000 fib route 10.50.0.0/24 metric 20 -> chain 1\n");
	sim_free(sim);
}

static void peer_over_its_limit_without_restart_stays_down(void **unused)
{
	struct sim *sim = sim_with_limit((struct prefix_limit){ 10, LIMIT_RESET, 0 });

	(void)unused;
	sim_announce_many(sim, "tun1", 11);
	sim_run_for(sim, SECONDS(3600));
	assert_false(sim_is_up(sim, "tun1"));
	sim_free(sim);
}

static void what_is_over_the_limit_can_be_discarded(void **unused)
{
	struct sim *sim = sim_with_limit((struct prefix_limit){ 10, LIMIT_DISCARD, 0 });

	(void)unused;
	sim_announce_many(sim, "tun1", 9);
	sim_forget(sim);
	sim_announce_many(sim, "tun1", 5000);
	sim_expect(sim, "0.000 limit tun1: neighbor sends more prefixes than max_prefixes allows, "
			"they are discarded: 10 of at most 10 prefixes\n"
			"0.000 fib route 10.64.9.0/24 metric 20 -> chain 1\n");
	assert_true(sim_is_up(sim, "tun1"));
	assert_int_equal(sim_routes(sim), 10);
	assert_int_equal(speaker_memory(sim->gateway).paths, 11);
	sim_free(sim);
}

static uint64_t refreshes_asked_for(struct sim *sim)
{
	return session_counters(sim_neighbor(sim, "tun1").session)->sent[MESSAGE_ROUTE_REFRESH];
}

static void discarded_prefixes_are_asked_for_once_there_is_room(void **unused)
{
	struct sim *sim = sim_with_limit((struct prefix_limit){ 10, LIMIT_DISCARD, 0 });

	(void)unused;
	sim_announce_many(sim, "tun1", 12);
	assert_int_equal(sim_routes(sim), 10);
	sim_withdraw(sim, "tun1", "10.64.0.0/24");
	sim_withdraw(sim, "tun1", "10.64.1.0/24");
	assert_int_equal(refreshes_asked_for(sim), 0);
	sim_withdraw(sim, "tun1", "10.64.2.0/24");
	assert_int_equal(refreshes_asked_for(sim), 1);
	assert_int_equal(sim_routes(sim), 9);
	sim_free(sim);
}

static void higher_limit_asks_for_what_was_discarded(void **unused)
{
	struct sim *sim = sim_with_limit((struct prefix_limit){ 10, LIMIT_DISCARD, 0 });

	(void)unused;
	sim_announce_many(sim, "tun1", 12);
	sim->plan.tunnels[0].limit.max = 100;
	sim_reload(sim);
	assert_int_equal(sim_routes(sim), 12);
	sim_free(sim);
}

/* ---- attributes that are large ---- */

/* An UPDATE of about 4 KiB: 950 communities, of which the first one tells it from others. */
static void announce_large(struct sim *sim, unsigned int number)
{
	static uint8_t communities[950 * 4];
	uint8_t bytes[MESSAGE_MAX], path[] = { AS_SEQUENCE, 1, 0, 0, 0xfc, 0 };
	struct prefix prefix = { FAMILY_IPV4, 24, { 10, (uint8_t)(number >> 8), (uint8_t)number } };
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct sim_peer *peer = sim_peer(sim, "tun1");
	struct update_context context = session_context(peer->session);
	struct attrs attrs = { .as_path = { path, sizeof(path) },
			       .next_hop = peer->params.local_address,
			       .communities = { communities, sizeof(communities) } };

	memcpy(communities, &number, sizeof(number));
	assert_int_equal(update_build_announce(&context, &attrs, &prefix, 1, &to), 1);
	session_send(peer->session, bytes, write_length(&to), sim->now);
	if (number % 64 == 0)
		sim_settle(sim);
}

static void large_attributes_are_kept_up_to_a_bound(void **unused)
{
	struct sim *sim = sim_with_tunnels(1);

	(void)unused;
	sim_be_quiet(sim, true);
	for (unsigned int number = 0; number < 20000; number++)
		announce_large(sim, number);
	sim_be_quiet(sim, false);
	sim_settle(sim);
	assert_true(sim_is_up(sim, "tun1"));
	assert_in_range(speaker_memory(sim->gateway).attribute_bytes, 64u << 20, 66u << 20);
	assert_in_range(sim_neighbor(sim, "tun1").received, 16000, 19000);
	/* Small ones are still taken, and what was known of a prefix is not kept for something else. */
	sim_announce(sim, "tun1", "10.200.0.0/24");
	assert_string_equal(sim_carrier(sim, "10.200.0.0/24"), "tun1");
	announce_large(sim, 200 << 8);
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, "10.200.0.0/24"), "none");
	sim_reset(sim, "tun1");
	assert_true(speaker_memory(sim->gateway).attribute_bytes < 1u << 20);
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(budget_holds_back_and_the_session_lives),
		cmocka_unit_test(freed_place_announces_the_next),
		cmocka_unit_test(withdrawn_prefix_gives_its_place_to_one_that_was_held_back),
		cmocka_unit_test(peer_over_its_limit_is_torn_down_and_comes_back),
		cmocka_unit_test(neighbor_is_warned_of_at_four_fifths),
		cmocka_unit_test(peer_over_its_limit_without_restart_stays_down),
		cmocka_unit_test(what_is_over_the_limit_can_be_discarded),
		cmocka_unit_test(discarded_prefixes_are_asked_for_once_there_is_room),
		cmocka_unit_test(higher_limit_asks_for_what_was_discarded),
		cmocka_unit_test(large_attributes_are_kept_up_to_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
