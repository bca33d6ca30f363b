#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static void reload_of_the_same_disturbs_nothing(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	assert_int_equal(sim_reload(sim), 0);
	sim_run_for(sim, SECONDS(300));
	sim_expect(sim, "");
	sim_free(sim);
}

static void prefix_that_is_added_is_announced_and_no_other(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	plan_announce(&sim->plan, "10.61.0.0/16");
	assert_int_equal(sim_reload(sim), 0);
	sim_expect(sim, "0.000 tun1 hears 10.61.0.0/16 path 65010 med 100\n"
			"0.000 tun2 hears 10.61.0.0/16 path 65010 65010 65010 65010 med 200\n");
	sim->plan.announce_count = 1;
	assert_int_equal(sim_reload(sim), 0);
	sim_expect(sim, "0.000 tun1 hears 10.61.0.0/16 withdrawn\n"
			"0.000 tun2 hears 10.61.0.0/16 withdrawn\n");
	sim_free(sim);
}

static void tunnel_that_is_added_joins_the_chains(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_announce(sim, "tun3", "10.50.0.0/16");
	sim->plan.tunnel_count = 3;
	assert_int_equal(sim_reload(sim), 0);
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "0.000 fib egress tun3 -> 169.254.13.1 dev 13\n"
			"0.000 tun3 session established\n"
			"0.000 fib chain 1 -> tun1,tun2,tun3\n"
			"0.000 tun3 role unusable -> standby\n"
			"0.000 fib route 10.50.0.0/16 metric 20 -> chain 1\n"
			"0.000 fib chain 2 removed\n"
			"0.000 tun3 hears 10.60.0.0/16 path 65010 65010 65010 65010 65010 "
			"med 300\n");
	sim->plan.tunnel_count = 2;
	assert_int_equal(sim_reload(sim), 1);
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "60.000 tun3 session down: Cease/Peer De-configured\n"
			"60.000 tun3 role standby -> unusable\n"
			"60.000 fib chain 2 -> tun1,tun2\n"
			"60.000 fib route 10.50.0.0/16 metric 20 -> chain 2\n"
			"60.000 fib chain 1 removed\n"
			"60.000 fib egress tun3 removed\n");
	sim_free(sim);
}

/* Without a refresh: what was refused is known. */
static void accept_that_changes_is_applied_to_what_was_told(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_announce(sim, "tun1", "172.16.0.0/16");
	plan_accept(&sim->plan, "172.16.0.0/12 le 16");
	assert_int_equal(sim_reload(sim), 0);
	sim_expect(sim, "0.000 fib route 172.16.0.0/12 metric 10020 -> unreachable\n"
			"0.000 fib chain 1 -> tun1\n"
			"0.000 fib route 172.16.0.0/16 metric 20 -> chain 1\n");
	sim->plan.accept[0] = sim->plan.accept[1];
	sim->plan.accept_count = 1;
	assert_int_equal(sim_reload(sim), 0);
	sim_expect(sim, "0.000 fib route 10.0.0.0/8 metric 10020 removed\n"
			"0.000 fib route 10.50.0.0/16 metric 20 removed\n"
			"0.000 fib chain 2 removed\n");
	sim_free(sim);
}

/* The chain moves as on any other loss, and no route is written. */
static void hold_time_of_one_tunnel_resets_its_session_alone(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim->plan.tunnels[0].session.hold_time_s = 30;
	assert_int_equal(sim_reload(sim), 1);
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "0.000 tun1 session down: Cease/Other Configuration Change\n"
			"0.000 fib chain 2 -> tun2,tun1\n"
			"0.000 tun1 role active -> unusable\n"
			"0.000 tun2 role standby -> active\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"1.000 tun1 session established\n"
			"1.000 tun1 role unusable -> standby\n"
			"1.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"31.000 tun2 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"31.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"36.000 fib chain 2 -> tun1,tun2\n"
			"36.000 tun2 role active -> standby\n"
			"36.000 tun1 role standby -> active\n");
	assert_int_equal(session_hold_time_s(sim_neighbor(sim, "tun1").session), 30);
	sim_free(sim);
}

static void other_metric_is_written_before_the_old_route_goes(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim->plan.group.style.metric = 30;
	assert_int_equal(sim_reload(sim), 0);
	sim_expect(sim, "0.000 fib route 10.0.0.0/8 metric 10030 -> unreachable\n"
			"0.000 fib route 10.0.0.0/8 metric 10020 removed\n"
			"0.000 fib chain 1 -> tun1,tun2\n"
			"0.000 fib route 10.50.0.0/16 metric 30 -> chain 1\n"
			"0.000 fib route 10.50.0.0/16 metric 20 removed\n"
			"0.000 fib chain 2 removed\n");
	sim_run_for(sim, SECONDS(300));
	sim_expect(sim, "");
	sim_free(sim);
}

static void what_the_operator_said_outlives_a_reload(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	speaker_tunnel_drain(sim->gateway, "tun1", sim->now);
	sim_run_for(sim, SECONDS(60));
	sim->plan.tunnels[1].session.hold_time_s = 30;
	assert_int_equal(sim_reload(sim), 1);
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim->plan.tunnel_count = 3;
	assert_int_equal(sim_reload(sim), 0);
	sim_run_for(sim, SECONDS(60));
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_DRAINED);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_free(sim);
}

static void pin_outlives_a_tunnel_that_is_added(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	speaker_tunnel_pin(sim->gateway, "tun2", sim->now);
	sim_run_for(sim, SECONDS(60));
	sim->plan.tunnel_count = 3;
	assert_int_equal(sim_reload(sim), 0);
	sim_run_for(sim, SECONDS(60));
	assert_true(sim_tunnel(sim, "tun2").is_pinned);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_free(sim);
}

static void signal_that_is_required_now_speaks_at_once(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	speaker_tunnel_signal(sim->gateway, "tun1", SIGNAL_PING, STATE_DOWN, "no answer", sim->now);
	sim_expect(sim, "");
	sim->plan.tunnels[0].required_signals |= SIGNAL_BIT(SIGNAL_PING);
	assert_int_equal(sim_reload(sim), 0);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_free(sim);
}

static void neighbor_that_is_taken_away_leaves_nothing(void **unused)
{
	struct sim *sim = sim_new(1);

	(void)unused;
	sim->plan.neighbor_count = 2;
	for (size_t i = 0; i < 2; i++)
		sim->plan.neighbors[i].import = sim->plan.neighbors[i].export = &policy_any;
	plan_group_announce(&sim->plan, "172.16.0.0/12");
	sim_start(sim);
	sim_announce(sim, "core1", "172.16.0.0/12");
	sim_announce(sim, "core2", "172.16.0.0/12 path 65021 65100");
	assert_string_equal(sim_hears(sim, "tun1", "172.16.0.0/12"), "path 65010 65020 med 100");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65020");
	sim->plan.neighbors[0] = sim->plan.neighbors[1];
	sim->plan.neighbor_count = 1;
	assert_int_equal(sim_reload(sim), 1);
	assert_true(sim_is_up(sim, "core2"));
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "");
	assert_string_equal(sim_hears(sim, "tun1", "172.16.0.0/12"),
			    "path 65010 65021 65100 med 100");
	assert_int_equal(fake_fib_find(sim->kernel, "172.16.0.0/12", SIM_METRIC)->kind, FIB_CHAIN);
	assert_int_equal(speaker_memory(sim->gateway).paths, 2);
	sim_withdraw(sim, "core2", "172.16.0.0/12");
	assert_int_equal(speaker_memory(sim->gateway).prefixes, 1);
	assert_int_equal(speaker_memory(sim->gateway).chains, 0);
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reload_of_the_same_disturbs_nothing),
		cmocka_unit_test(prefix_that_is_added_is_announced_and_no_other),
		cmocka_unit_test(tunnel_that_is_added_joins_the_chains),
		cmocka_unit_test(accept_that_changes_is_applied_to_what_was_told),
		cmocka_unit_test(hold_time_of_one_tunnel_resets_its_session_alone),
		cmocka_unit_test(other_metric_is_written_before_the_old_route_goes),
		cmocka_unit_test(what_the_operator_said_outlives_a_reload),
		cmocka_unit_test(pin_outlives_a_tunnel_that_is_added),
		cmocka_unit_test(signal_that_is_required_now_speaks_at_once),
		cmocka_unit_test(neighbor_that_is_taken_away_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
