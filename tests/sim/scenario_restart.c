#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

/* Time enough for patience and for the sweep. */
static void restart(struct sim *sim)
{
	sim_forget(sim);
	sim_restart(sim);
	sim_run_for(sim, SECONDS(90));
}

static void restart_writes_nothing_that_is_right(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_announce(sim, "tun2", "10.51.0.0/16");
	sim_kill(sim);
	restart(sim);
	sim_expect(sim, "1.000 tun1 session established\n"
			"1.000 tun1 role unusable -> active\n"
			"1.000 tun2 session established\n"
			"1.000 tun2 role unusable -> standby\n"
			"1.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"1.000 tun2 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n");
	sim_free(sim);
}

static void restart_of_ten_thousand_prefixes_writes_none(void **unused)
{
	struct sim *sim = sim_with_tunnels(2);

	(void)unused;
	sim_be_quiet(sim, true);
	sim_announce_many(sim, "tun1", 10000);
	sim_announce_many(sim, "tun2", 10000);
	sim_kill(sim);
	sim_be_quiet(sim, false);
	sim->chain_messages = 0;
	restart(sim);
	assert_int_equal(sim->chain_messages, 0);
	assert_null(strstr(sim->trace, "fib route"));
	assert_int_equal(sim_routes(sim), 10000);
	assert_string_equal(sim_carrier(sim, "10.99.0.0/24"), "tun1");
	sim_free(sim);
}

static void what_is_offered_no_more_goes_after_end_of_rib(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_announce(sim, "tun1", "10.51.0.0/16");
	sim_kill(sim);
	sim_withdraw(sim, "tun1", "10.51.0.0/16");
	restart(sim);
	sim_expect(sim, "1.000 tun1 session established\n"
			"1.000 tun1 role unusable -> active\n"
			"1.000 tun2 session established\n"
			"1.000 tun2 role unusable -> standby\n"
			"1.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"1.000 tun2 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"1.000 fib route 10.51.0.0/16 metric 20 removed\n"
			"1.000 fib chain 1 removed\n");
	sim_free(sim);
}

static void leftovers_stay_while_a_peer_is_missing_but_for_a_minute(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_announce(sim, "tun1", "10.51.0.0/16");
	sim_kill(sim);
	sim_withdraw(sim, "tun1", "10.51.0.0/16");
	sim_crash(sim, "tun2");
	sim_restart(sim);
	sim_run_for(sim, SECONDS(59));
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun1");
	sim_run_for(sim, SECONDS(1));
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "none");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

/* An ordinary neighbor tells first of a prefix that import refuses from it. */
static void refused_path_does_not_remove_what_the_kernel_has(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.neighbor_count = 1;
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16");
	sim_kill(sim);
	sim_announce(sim, "core1", "10.50.0.0/16");
	sim_silence(sim, "tun1");
	sim_restart(sim);
	sim_run_for(sim, SECONDS(3));
	assert_true(sim_is_up(sim, "core1"));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_mend(sim, "tun1");
	sim_forget(sim);
	sim_run_for(sim, SECONDS(60));
	assert_null(strstr(sim->trace, "fib"));
	sim_free(sim);
}

/* Traffic goes on by tun1 all the time, although tun2 is there before it. */
static void active_tunnel_that_comes_last_keeps_the_traffic(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_kill(sim);
	sim_silence(sim, "tun1");
	sim_forget(sim);
	sim_restart(sim);
	sim_run_for(sim, SECONDS(4));
	sim_mend(sim, "tun1");
	sim_run_for(sim, SECONDS(90));
	sim_expect(sim, "1.000 tun2 session established\n"
			"1.000 tun2 role unusable -> active\n"
			"1.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"4.000 tun1 session established\n"
			"4.000 tun1 role unusable -> standby\n"
			"4.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"4.000 tun2 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"9.000 tun2 role active -> standby\n"
			"9.000 tun1 role standby -> active\n");
	sim_free(sim);
}

static void standby_that_comes_last_changes_nothing(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_kill(sim);
	sim_silence(sim, "tun2");
	sim_forget(sim);
	sim_restart(sim);
	sim_run_for(sim, SECONDS(4));
	sim_mend(sim, "tun2");
	sim_run_for(sim, SECONDS(90));
	assert_null(strstr(sim->trace, "fib"));
	sim_free(sim);
}

static void patience_with_an_active_tunnel_that_never_comes_ends(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_kill(sim);
	sim_crash(sim, "tun1");
	sim_restart(sim);
	sim_forget(sim);
	sim_run_for(sim, SECONDS(90));
	sim_expect(sim, "1.000 tun2 session established\n"
			"1.000 tun2 role unusable -> active\n"
			"1.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"10.000 fib chain 1 -> tun2\n"
			"10.000 fib route 10.50.0.0/16 metric 20 -> chain 1\n"
			"10.000 fib chain 2 removed\n");
	sim_free(sim);
}

static void device_that_went_while_we_were_away_is_followed_at_once(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_kill(sim);
	sim_link_down(sim, "tun1");
	sim_restart(sim);
	sim_run_for(sim, SECONDS(2));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_free(sim);
}

static void stop_leaves_the_kernel_as_it_is(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_stop(sim);
	assert_null(strstr(sim->trace, "fib"));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	restart(sim);
	assert_null(strstr(sim->trace, "fib"));
	sim_free(sim);
}

static void stop_leaves_no_trace_where_on_exit_says_remove(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.config.fib.on_exit = ON_EXIT_REMOVE;
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16");
	sim_stop(sim);
	assert_int_equal(sim->kernel->routes.count, 0);
	assert_int_equal(sim->kernel->chain_count, 0);
	assert_int_equal(sim->kernel->egress_count, 0);
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restart_writes_nothing_that_is_right),
		cmocka_unit_test(restart_of_ten_thousand_prefixes_writes_none),
		cmocka_unit_test(what_is_offered_no_more_goes_after_end_of_rib),
		cmocka_unit_test(leftovers_stay_while_a_peer_is_missing_but_for_a_minute),
		cmocka_unit_test(refused_path_does_not_remove_what_the_kernel_has),
		cmocka_unit_test(active_tunnel_that_comes_last_keeps_the_traffic),
		cmocka_unit_test(standby_that_comes_last_changes_nothing),
		cmocka_unit_test(patience_with_an_active_tunnel_that_never_comes_ends),
		cmocka_unit_test(device_that_went_while_we_were_away_is_followed_at_once),
		cmocka_unit_test(stop_leaves_the_kernel_as_it_is),
		cmocka_unit_test(stop_leaves_no_trace_where_on_exit_says_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
