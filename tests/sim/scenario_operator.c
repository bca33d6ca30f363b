#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static void drained_tunnel_is_left_by_both_directions(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	assert_null(speaker_tunnel_drain(sim->gateway, "tun1", sim->now));
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "0.000 tunnel tun1: tunnel is drained: operator\n"
			"0.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 65010 65010 "
			"65010 med 2000 community graceful-shutdown\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"5.000 fib chain 2 -> tun2,tun1\n"
			"5.000 tun1 role active -> drained\n"
			"5.000 tun2 role standby -> active\n");
	assert_true(sim_is_up(sim, "tun1"));
	assert_null(speaker_tunnel_resume(sim->gateway, "tun1", sim->now));
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "60.000 tunnel tun1: tunnel is resumed: operator\n"
			"60.000 tun1 role drained -> standby\n"
			"60.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"60.000 tun2 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"65.000 fib chain 2 -> tun1,tun2\n"
			"65.000 tun2 role active -> standby\n"
			"65.000 tun1 role standby -> active\n");
	sim_free(sim);
}

static void drained_tunnel_carries_when_nothing_else_is_left(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	speaker_tunnel_drain(sim->gateway, "tun1", sim->now);
	sim_run_for(sim, SECONDS(10));
	sim_link_down(sim, "tun2");
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_link_up(sim, "tun2");
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_free(sim);
}

static void pin_goes_before_the_order_until_unpin(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	assert_null(speaker_tunnel_pin(sim->gateway, "tun2", sim->now));
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "0.000 tunnel tun2: traffic is pinned to the tunnel: operator\n"
			"0.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"5.000 fib chain 2 -> tun2,tun1\n"
			"5.000 tun1 role active -> standby\n"
			"5.000 tun2 role standby -> active\n");
	assert_string_equal(speaker_tunnel_unpin(sim->gateway, "tun1", sim->now),
			    "the tunnel is not pinned");
	assert_null(speaker_tunnel_unpin(sim->gateway, "tun2", sim->now));
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void pinned_tunnel_that_fails_is_left_at_once(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	speaker_tunnel_pin(sim->gateway, "tun2", sim->now);
	sim_run_for(sim, SECONDS(10));
	sim_link_down(sim, "tun2");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_link_up(sim, "tun2");
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_free(sim);
}

static void neighbor_that_is_shut_down_stays_down_until_enabled(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	assert_null(speaker_neighbor_shutdown(sim->gateway, "tun1", "new cable", sim->now));
	sim_run_for(sim, SECONDS(600));
	assert_false(sim_is_up(sim, "tun1"));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	assert_non_null(speaker_neighbor_reset(sim->gateway, "tun1", sim->now));
	assert_null(speaker_neighbor_enable(sim->gateway, "tun1", sim->now));
	sim_run_for(sim, SECONDS(120));
	assert_true(sim_is_up(sim, "tun1"));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void refresh_asks_for_everything_again_and_changes_nothing(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	assert_null(speaker_neighbor_refresh(sim->gateway, "tun1", sim->now));
	sim_settle(sim);
	sim_expect(sim, "");
	assert_string_equal(speaker_neighbor_refresh(sim->gateway, "tun9", sim->now),
			    "there is no neighbor of that name");
	sim_free(sim);
}

static void what_we_see_ourselves_cannot_be_told(void **unused)
{
	struct sim *sim = sim_with_tunnels(1);

	(void)unused;
	assert_non_null(speaker_tunnel_signal(sim->gateway, "tun1", SIGNAL_LINK, STATE_UP, "",
					      sim->now));
	assert_non_null(speaker_tunnel_signal(sim->gateway, "tun9", SIGNAL_IPSEC, STATE_UP, "",
					      sim->now));
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drained_tunnel_is_left_by_both_directions),
		cmocka_unit_test(drained_tunnel_carries_when_nothing_else_is_left),
		cmocka_unit_test(pin_goes_before_the_order_until_unpin),
		cmocka_unit_test(pinned_tunnel_that_fails_is_left_at_once),
		cmocka_unit_test(neighbor_that_is_shut_down_stays_down_until_enabled),
		cmocka_unit_test(refresh_asks_for_everything_again_and_changes_nothing),
		cmocka_unit_test(what_we_see_ourselves_cannot_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
