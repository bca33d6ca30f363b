#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static struct sim *sim_with_traffic(size_t tunnels)
{
	struct sim *sim = sim_with_route(tunnels);

	sim_send_traffic(sim, "10.50.0.0/16", 1000000);
	sim_run_for(sim, SECONDS(2));
	sim_forget(sim);
	return sim;
}

/* ---- failover ---- */

static void failover_is_told_with_what_was_seen_and_when_the_far_side_followed(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	assert_string_equal(sim_record(sim), "");
	sim_run_for(sim, SECONDS(2));
	assert_string_equal(sim_record(sim),
			    "2.200 failover cloud tun1 -> tun2 0 ms: ipsec down: SA deleted, "
			    "first_signal ipsec, first_seen_ms 0, far_side_ms 200, "
			    "from_rx_packets 0, from_tx_packets 0, "
			    "to_rx_packets 200, to_tx_packets 200");
	sim_free(sim);
}

/* The SA is not required here: it was seen, nothing followed, and that is what the record says. */
static void failover_names_the_evidence_that_came_before_the_hold_timer(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.tunnels[0].required_signals = SIGNAL_BIT(SIGNAL_LINK);
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16");
	sim_announce(sim, "tun2", "10.50.0.0/16");
	sim_silence(sim, "tun1");
	sim_run_for(sim, SECONDS(30));
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	sim_run_for(sim, SECONDS(130));
	assert_string_equal(sim_record(sim),
			    "150.000 failover cloud tun1 -> tun2 0 ms: bgp down: Hold Timer Expired, "
			    "first_signal ipsec, first_seen_ms 60000, "
			    "from_rx_packets 0, from_tx_packets 0, "
			    "to_rx_packets 0, to_tx_packets 0");
	sim_free(sim);
}

static void outage_without_a_standby_lasts_until_the_tunnel_is_back(void **unused)
{
	struct sim *sim = sim_with_traffic(1);

	(void)unused;
	sim_link_down(sim, "tun1");
	sim_run_for(sim, SECONDS(20));
	assert_string_equal(sim_record(sim), "");
	sim_link_up(sim, "tun1");
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(sim_record(sim),
			    "24.200 failover cloud tun1 -> tun1 22000 ms: "
			    "link down: interface is down, first_signal link, first_seen_ms 22000, "
			    "far_side_ms 200, from_rx_packets 200, from_tx_packets 200");
	sim_free(sim);
}

static void second_failure_ends_the_record_of_the_first(void **unused)
{
	struct sim *sim = sim_with_route(3);

	(void)unused;
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	sim_run_for(sim, SECONDS(1));
	sim_say_ipsec(sim, "tun2", STATE_DOWN);
	assert_string_equal(sim_record(sim),
			    "1.000 failover cloud tun1 -> tun2 0 ms: ipsec down: SA deleted, "
			    "first_signal ipsec, first_seen_ms 0, from_rx_packets 0, "
			    "from_tx_packets 0, to_rx_packets 0, to_tx_packets 0");
	sim_free(sim);
}

/* ---- drain ---- */

static void drained_tunnel_is_told_to_be_quiet_when_both_directions_have_left(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	assert_null(speaker_tunnel_drain(sim->gateway, "tun1", sim->now));
	sim_run_for(sim, SECONDS(5));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	assert_string_equal(sim_record(sim),
			    "3.200 drain tun1 200 ms: tunnel is quiet, both directions have left it, "
			    "rx_packets 0, tx_packets 200");
	sim_free(sim);
}

static void drained_tunnel_that_has_to_carry_is_not_quiet(void **unused)
{
	struct sim *sim = sim_with_traffic(1);

	(void)unused;
	speaker_tunnel_drain(sim->gateway, "tun1", sim->now);
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_record(sim), "");
	sim_free(sim);
}

/* The far side ignores what it is told: traffic comes on, and nobody says that the tunnel is quiet. */
static void tunnel_that_was_resumed_is_not_waited_for(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	speaker_tunnel_drain(sim->gateway, "tun1", sim->now);
	assert_true(speaker_waits_for_traffic(sim->gateway));
	speaker_tunnel_resume(sim->gateway, "tun1", sim->now);
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_record(sim), "");
	assert_false(speaker_waits_for_traffic(sim->gateway));
	sim_free(sim);
}

/* ---- damping ---- */

/* 100 flaps in 10 minutes: it is left once, and returned to when it has been well for as long as the
 * damping asks. */
static void tunnel_that_flaps_moves_traffic_once(void **unused)
{
	struct sim *sim = sim_with_traffic(2);
	unsigned int moves;

	(void)unused;
	sim_be_quiet(sim, true);
	sim->chain_messages = 0;
	for (int flap = 0; flap < 100; flap++) {
		sim_say_ipsec(sim, "tun1", STATE_DOWN);
		sim_run_for(sim, SECONDS(1));
		sim_say_ipsec(sim, "tun1", STATE_UP);
		sim_run_for(sim, SECONDS(5));
		assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	}
	moves = sim->chain_messages;
	assert_int_equal(moves, 1);
	sim_run_for(sim, SECONDS(590));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_run_for(sim, SECONDS(20));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	assert_int_equal(sim->chain_messages, 2);
	sim_free(sim);
}

/* Both flap in turn, so that each failure must move: but no return ever does. */
static void two_tunnels_that_flap_in_turn_move_traffic_only_by_failure(void **unused)
{
	struct sim *sim = sim_with_traffic(2);
	static const char *const names[] = { "tun1", "tun2" };

	(void)unused;
	sim_be_quiet(sim, true);
	sim->chain_messages = 0;
	for (int flap = 0; flap < 100; flap++) {
		sim_say_ipsec(sim, names[flap % 2], STATE_DOWN);
		assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), names[(flap + 1) % 2]);
		sim_run_for(sim, SECONDS(1));
		sim_say_ipsec(sim, names[flap % 2], STATE_UP);
		sim_run_for(sim, SECONDS(5));
	}
	assert_int_equal(sim->chain_messages, 100);
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failover_is_told_with_what_was_seen_and_when_the_far_side_followed),
		cmocka_unit_test(failover_names_the_evidence_that_came_before_the_hold_timer),
		cmocka_unit_test(outage_without_a_standby_lasts_until_the_tunnel_is_back),
		cmocka_unit_test(second_failure_ends_the_record_of_the_first),
		cmocka_unit_test(drained_tunnel_is_told_to_be_quiet_when_both_directions_have_left),
		cmocka_unit_test(drained_tunnel_that_has_to_carry_is_not_quiet),
		cmocka_unit_test(tunnel_that_was_resumed_is_not_waited_for),
		cmocka_unit_test(tunnel_that_flaps_moves_traffic_once),
		cmocka_unit_test(two_tunnels_that_flap_in_turn_move_traffic_only_by_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
