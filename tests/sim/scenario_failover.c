#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static void standby_takes_over_when_the_active_peer_falls_silent(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_silence(sim, "tun1");
	sim_run_for(sim, SECONDS(90));
	sim_expect(sim, "90.000 tun1 session down: Hold Timer Expired\n"
			"90.000 fib chain 2 -> tun2,tun1\n"
			"90.000 tun1 role active -> unusable\n"
			"90.000 tun2 role standby -> active\n"
			"90.000 tun2 hears 10.60.0.0/16 path 65010 med 99\n");
	sim_free(sim);
}

static void silence_of_the_standby_moves_nothing(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_silence(sim, "tun2");
	sim_run_for(sim, SECONDS(91));
	sim_expect(sim, "90.000 tun2 session down: Hold Timer Expired\n"
			"90.000 tun2 role standby -> unusable\n");
	sim_free(sim);
}

/* The kernel has moved by itself, so there is nothing to be told to it.  The far side may not have
 * seen it: until its hold timer ends it holds what tun1 said, which MED 99 on tun2 beats. */
static void device_that_goes_is_followed_in_the_same_instant(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_link_down(sim, "tun1");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_expect(sim, "0.000 tun1 role active -> unusable\n"
			"0.000 tun2 role standby -> active\n"
			"0.000 tun1 session down: interface is down\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 99\n");
	sim_run_for(sim, SECONDS(100));
	sim_expect(sim, "93.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n");
	sim_free(sim);
}

/* The session over tun1 outlives its SA for a while, and with it what was announced there. */
static void evidence_of_a_signal_moves_the_chain_at_once(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	sim_expect(sim, "0.000 fib chain 2 -> tun2,tun1\n"
			"0.000 tun1 role active -> unusable\n"
			"0.000 tun2 role standby -> active\n"
			"0.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 65010 65010 "
			"65010 med 2000\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 99\n");
	sim_free(sim);
}

/* The chain first; then the session ends, too (RFC 9384), and comes again when the path is well. */
static void bfd_moves_the_chain_and_ends_the_session(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	for (size_t i = 0; i < 2; i++)
		sim->plan.tunnels[i].required_signals |= SIGNAL_BIT(SIGNAL_BFD);
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16");
	sim_announce(sim, "tun2", "10.50.0.0/16");
	sim_say_bfd(sim, "tun1", STATE_UP);
	sim_forget(sim);
	sim_say_bfd(sim, "tun1", STATE_DOWN);
	sim_expect(sim, "0.000 fib chain 2 -> tun2,tun1\n"
			"0.000 tun1 role active -> unusable\n"
			"0.000 tun2 role standby -> active\n"
			"0.000 tun1 session down: Cease/BFD Down\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 99\n");
	assert_int_equal(session_last_error(sim_neighbor(sim, "tun1").session)->notification.subcode,
			 CEASE_BFD_DOWN);
	sim_say_bfd(sim, "tun1", STATE_DOWN);
	sim_run_for(sim, SECONDS(5));
	assert_true(sim_is_up(sim, "tun1"));
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_UNUSABLE);
	sim_say_bfd(sim, "tun1", STATE_UP);
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_STANDBY);
	sim_free(sim);
}

/* A peer that turns BFD off, or has none, loses nothing; nor does a tunnel that does not ask for it. */
static void bfd_that_is_not_known_or_not_required_moves_nothing(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.tunnels[0].required_signals |= SIGNAL_BIT(SIGNAL_BFD);
	sim_start(sim);
	sim_say_bfd(sim, "tun1", STATE_UP);
	sim_say_bfd(sim, "tun2", STATE_UP);
	sim_forget(sim);
	sim_say_bfd(sim, "tun1", STATE_UNKNOWN);
	sim_say_bfd(sim, "tun2", STATE_DOWN);
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "");
	sim_free(sim);
}

/* What tun1 itself says takes the place of what it said before: with MED 100 it leaves room below for
 * tun2, should it fail again. */
static void a_tunnel_that_fails_again_right_after_its_return_is_outdone_again(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	sim_run_for(sim, 500);
	sim_say_ipsec(sim, "tun1", STATE_UP);
	speaker_tunnel_resume(sim->gateway, "tun1", sim->now);
	sim_settle(sim);
	assert_string_equal(sim_hears(sim, "tun1", "10.60.0.0/16"), "path 65010 med 100");
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	assert_string_equal(sim_hears(sim, "tun2", "10.60.0.0/16"), "path 65010 med 99");
	sim_free(sim);
}

/* MED 99 beats what the far side heard on tun1 as long as the session there was that of the active
 * one: without an SA the new announcement would not reach it. */
static void failover_costs_one_message(unsigned int prefixes)
{
	struct sim *sim = sim_with_tunnels(2);

	sim_be_quiet(sim, true);
	sim_announce_many(sim, "tun1", prefixes);
	sim_announce_many(sim, "tun2", prefixes);
	assert_int_equal(sim_routes(sim), prefixes);
	sim_be_quiet(sim, false);
	sim->chain_messages = 0;
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	assert_int_equal(sim->chain_messages, 1);
	sim_run_for(sim, SECONDS(10));
	sim_expect(sim, "0.000 fib chain 2 -> tun2,tun1\n"
			"0.000 tun1 role active -> unusable\n"
			"0.000 tun2 role standby -> active\n"
			"0.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 65010 65010 "
			"65010 med 2000\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 99\n");
	assert_int_equal(sim->chain_messages, 1);
	assert_string_equal(sim_carrier(sim, "10.64.9.0/24"), "tun2");
	sim_free(sim);
}

static void failover_of_ten_prefixes_is_one_message(void **unused)
{
	(void)unused;
	failover_costs_one_message(10);
}

static void failover_of_ten_thousand_prefixes_is_one_message(void **unused)
{
	(void)unused;
	failover_costs_one_message(10000);
}

static void return_announces_first_and_moves_our_direction_after_settle(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_link_down(sim, "tun1");
	sim_forget(sim);
	sim_run_for(sim, SECONDS(10));
	sim_link_up(sim, "tun1");
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "10.000 fib egress tun1 -> 169.254.11.1 dev 11\n"
			"10.000 fib chain 2 -> tun2,tun1\n"
			"12.000 tun1 session established\n"
			"12.000 tun1 role unusable -> standby\n"
			"12.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"15.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"42.000 tun2 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"42.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"47.000 fib chain 2 -> tun1,tun2\n"
			"47.000 tun2 role active -> standby\n"
			"47.000 tun1 role standby -> active\n");
	sim_free(sim);
}

static void inbound_traffic_that_has_moved_ends_the_settling(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_send_traffic(sim, "10.50.0.0/16", 1000000);
	sim_reset(sim, "tun1");
	sim_run_for(sim, SECONDS(30));
	sim_forget(sim);
	sim_run_for(sim, SECONDS(2));
	sim_expect(sim, "31.000 tun2 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"31.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"31.400 fib chain 2 -> tun1,tun2\n"
			"31.400 tun2 role active -> standby\n"
			"31.400 tun1 role standby -> active\n");
	sim_free(sim);
}

static msec_t held_for(struct sim *sim)
{
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	sim_say_ipsec(sim, "tun1", STATE_UP);
	return sim_tunnel(sim, "tun1").held_until - sim_tunnel(sim, "tun1").role_since;
}

static void tunnel_that_flaps_is_held_longer_each_time(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	assert_int_equal(held_for(sim), SECONDS(30));
	assert_int_equal(held_for(sim), SECONDS(60));
	assert_int_equal(held_for(sim), SECONDS(120));
	assert_int_equal(held_for(sim), SECONDS(240));
	assert_int_equal(held_for(sim), SECONDS(480));
	assert_int_equal(held_for(sim), SECONDS(600));
	sim_run_for(sim, SECONDS(599));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_run_for(sim, SECONDS(6));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

/* RFC 4271 6.8: each end thought that the other connection had lost. */
static void collision_after_established_is_no_flap(void **unused)
{
	struct sim *sim = sim_with_route(2);
	struct notification collision = { .code = NOTIFY_CEASE, .subcode = CEASE_COLLISION };

	(void)unused;
	assert_int_equal(held_for(sim), SECONDS(30));
	assert_int_equal(sim_tunnel(sim, "tun1").liveness->flaps, 1);
	session_reset(sim_peer(sim, "tun1")->session, &collision, 0, sim->now);
	sim_settle(sim);
	assert_false(sim_is_up(sim, "tun1"));
	sim_run_for(sim, SECONDS(5));
	assert_true(sim_is_up(sim, "tun1"));
	assert_int_equal(sim_tunnel(sim, "tun1").liveness->flaps, 1);
	assert_in_range(sim_tunnel(sim, "tun1").held_until - sim->now, 0, SECONDS(30));
	assert_int_equal(held_for(sim), SECONDS(60));
	sim_free(sim);
}

static void held_tunnel_carries_what_has_no_other(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_reset(sim, "tun1");
	sim_run_for(sim, SECONDS(5));
	sim_announce(sim, "tun1", "10.51.0.0/16");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun1");
	sim_reset(sim, "tun2");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void traffic_stays_in_the_box_when_both_tunnels_are_lost(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.accept_count = 0;
	plan_accept(&sim->plan, "10.50.0.0/16");
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16");
	sim_announce(sim, "tun2", "10.50.0.0/16");
	sim_link_down(sim, "tun1");
	sim_forget(sim);
	sim_link_down(sim, "tun2");
	sim_run_for(sim, SECONDS(300));
	sim_expect(sim, "0.000 tun2 role active -> unusable\n"
			"0.000 tun2 session down: interface is down\n"
			"0.000 fib route 10.50.0.0/16 metric 20 removed\n");
	assert_int_equal(fake_fib_find(sim->kernel, "10.50.0.0/16", SIM_METRIC + 10000)->kind,
			 FIB_UNREACHABLE);
	sim_link_up(sim, "tun2");
	sim_run_for(sim, SECONDS(10));
	sim_expect(sim, "300.000 fib egress tun2 -> 169.254.12.1 dev 12\n"
			"300.000 tun2 session established\n"
			"300.000 tun2 role unusable -> active\n"
			"300.000 fib chain 1 -> tun2\n"
			"300.000 fib route 10.50.0.0/16 metric 20 -> chain 1\n"
			"300.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n");
	sim_free(sim);
}

/* Found by fuzz_speaker: the walk that drops them, which begins where the last one ended, was one prefix
 * short for each that came meanwhile. */
static void all_routes_of_a_dead_session_go_also_while_new_ones_come(void **unused)
{
	struct sim *sim = sim_with_tunnels(2);

	(void)unused;
	sim_be_quiet(sim, true);
	sim_announce_many(sim, "tun1", 1000);
	for (unsigned int count = 1100; count <= 1300; count += 100) {
		speaker_neighbor_shutdown(sim->gateway, "tun1", NULL, sim->now);
		peer_announce_many(sim_peer(sim, "tun2"), count);
		sim_settle(sim);
		assert_int_equal(sim_neighbor(sim, "tun1").received, 0);
		assert_int_equal(speaker_memory(sim->gateway).paths, 1 + count);
		speaker_neighbor_enable(sim->gateway, "tun1", sim->now);
		sim_run_for(sim, SECONDS(60));
		assert_int_equal(sim_neighbor(sim, "tun1").received, 1000);
	}
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standby_takes_over_when_the_active_peer_falls_silent),
		cmocka_unit_test(silence_of_the_standby_moves_nothing),
		cmocka_unit_test(device_that_goes_is_followed_in_the_same_instant),
		cmocka_unit_test(evidence_of_a_signal_moves_the_chain_at_once),
		cmocka_unit_test(bfd_moves_the_chain_and_ends_the_session),
		cmocka_unit_test(bfd_that_is_not_known_or_not_required_moves_nothing),
		cmocka_unit_test(a_tunnel_that_fails_again_right_after_its_return_is_outdone_again),
		cmocka_unit_test(failover_of_ten_prefixes_is_one_message),
		cmocka_unit_test(failover_of_ten_thousand_prefixes_is_one_message),
		cmocka_unit_test(return_announces_first_and_moves_our_direction_after_settle),
		cmocka_unit_test(inbound_traffic_that_has_moved_ends_the_settling),
		cmocka_unit_test(tunnel_that_flaps_is_held_longer_each_time),
		cmocka_unit_test(collision_after_established_is_no_flap),
		cmocka_unit_test(held_tunnel_carries_what_has_no_other),
		cmocka_unit_test(traffic_stays_in_the_box_when_both_tunnels_are_lost),
		cmocka_unit_test(all_routes_of_a_dead_session_go_also_while_new_ones_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
