#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

/* Peers that can restart gracefully, within restart_s. */
static struct sim *sim_with_graceful_peers(size_t tunnels, uint16_t restart_s)
{
	struct sim *sim = sim_new(tunnels);

	for (size_t i = 0; i < tunnels; i++) {
		sim->peers[i].params.graceful_restart = true;
		sim->peers[i].params.restart_time_s = restart_s;
	}
	sim_start(sim);
	for (size_t i = 0; i < tunnels; i++)
		sim_announce(sim, sim->peers[i].name, "10.50.0.0/16");
	sim_forget(sim);
	return sim;
}

/* ---- End-of-RIB ---- */

static void returning_tunnel_does_not_capture_what_it_no_longer_offers(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_announce(sim, "tun1", "10.51.0.0/16");
	sim_announce(sim, "tun2", "10.51.0.0/16");
	sim_reset(sim, "tun1");
	sim_withdraw(sim, "tun1", "10.51.0.0/16");
	for (int i = 0; i < 60; i++) {
		assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun2");
		sim_run_for(sim, SECONDS(1));
	}
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

/* Without End-of-RIB we wait for it, but not for ever. */
static void tunnel_without_end_of_rib_is_trusted_after_five_seconds(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_peer(sim, "tun1")->withholds_end_of_rib = true;
	sim_reset(sim, "tun1");
	sim_run_for(sim, SECONDS(1));
	assert_true(sim_is_up(sim, "tun1"));
	sim_forget(sim);
	sim_run_for(sim, SECONDS(10));
	sim_expect(sim, "4.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"6.000 tun1 role unusable -> standby\n"
			"6.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n");
	sim_free(sim);
}

/* Who can restart gracefully marks the end, be it late. */
static void end_of_rib_of_a_graceful_peer_is_waited_for(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(2, 60);

	(void)unused;
	sim_peer(sim, "tun1")->withholds_end_of_rib = true;
	sim_reset(sim, "tun1");
	sim_run_for(sim, SECONDS(60));
	assert_true(sim_is_up(sim, "tun1"));
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_UNUSABLE);
	sim_run_for(sim, SECONDS(1));
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_STANDBY);
	sim_free(sim);
}

/* ---- graceful restart ---- */

static void routes_of_a_peer_that_restarts_are_kept(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	sim_crash(sim, "tun1");
	sim_run_for(sim, SECONDS(20));
	sim_revive(sim, "tun1");
	sim_run_for(sim, SECONDS(100));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_expect(sim, "0.000 tun1 session down: connection closed by peer\n"
			"0.000 tun1 role active -> unusable\n"
			"32.000 tun1 session established\n"
			"32.000 tun1 role unusable -> active\n"
			"32.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n");
	sim_free(sim);
}

static void routes_of_a_peer_that_does_not_return_go_after_its_time(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	sim_crash(sim, "tun1");
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "0.000 tun1 session down: connection closed by peer\n"
			"0.000 tun1 role active -> unusable\n"
			"60.000 fib route 10.50.0.0/16 metric 20 removed\n"
			"60.000 fib chain 1 removed\n");
	sim_free(sim);
}

static void what_is_not_offered_again_goes_with_end_of_rib(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	sim_announce(sim, "tun1", "10.51.0.0/16");
	sim_crash(sim, "tun1");
	sim_withdraw(sim, "tun1", "10.51.0.0/16");
	sim_revive(sim, "tun1");
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun1");
	sim_run_for(sim, SECONDS(50));
	assert_true(sim_is_up(sim, "tun1"));
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "none");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

/* The standby's announcement beats what the peers keep of the one that is gone: med 0. */
static void graceful_restart_never_beats_a_live_tunnel(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(2, 60);

	(void)unused;
	sim_announce(sim, "tun1", "10.51.0.0/16");
	sim_forget(sim);
	sim_crash(sim, "tun1");
	sim_expect(sim, "0.000 tun1 session down: connection closed by peer\n"
			"0.000 fib chain 2 -> tun2,tun1\n"
			"0.000 tun1 role active -> unusable\n"
			"0.000 tun2 role standby -> active\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 99\n");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun1");
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "none");
	sim_free(sim);
}

static void tunnel_without_its_sa_keeps_nothing(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	sim_crash(sim, "tun1");
	sim_run_for(sim, SECONDS(20));
	sim_forget(sim);
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	sim_settle(sim);
	sim_expect(sim, "20.000 fib route 10.50.0.0/16 metric 20 removed\n"
			"20.000 fib chain 1 removed\n");
	sim_free(sim);
}

static void tunnel_without_its_device_keeps_nothing(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	sim_crash(sim, "tun1");
	sim_run_for(sim, SECONDS(20));
	sim_link_down(sim, "tun1");
	sim_link_up(sim, "tun1");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "none");
	sim_free(sim);
}

static void peer_that_says_cease_keeps_nothing(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);
	struct notification cease = { .code = NOTIFY_CEASE, .subcode = CEASE_SHUTDOWN };

	(void)unused;
	session_stop(sim_peer(sim, "tun1")->session, &cease, sim->now);
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "none");
	sim_free(sim);
}

/* RFC 8538 4: both say that a NOTIFICATION is no end for good. */
static void routes_of_a_peer_that_resets_the_session_are_kept(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);
	struct notification cease = { .code = NOTIFY_CEASE, .subcode = CEASE_RESET };

	(void)unused;
	session_stop(sim_peer(sim, "tun1")->session, &cease, sim->now);
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_run_for(sim, SECONDS(61));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "none");
	sim_free(sim);
}

/* Nor is it the end when it is we who miss the peer, and say so. */
static void routes_of_a_peer_whose_hold_timer_expires_are_kept(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	sim_silence(sim, "tun1");
	sim_run_for(sim, SECONDS(140));
	assert_false(sim_is_up(sim, "tun1"));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_mend(sim, "tun1");
	while (!sim_is_up(sim, "tun1"))
		sim_run_for(sim, SECONDS(1));
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void routes_of_a_peer_that_we_reset_are_kept(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	assert_null(speaker_neighbor_reset(sim->gateway, "tun1", sim->now));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	assert_null(speaker_neighbor_shutdown(sim->gateway, "tun1", NULL, sim->now));
	sim_run_for(sim, SECONDS(61));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "none");
	sim_free(sim);
}

static void a_hard_reset_is_for_good(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	assert_null(speaker_neighbor_shutdown(sim->gateway, "tun1", NULL, sim->now));
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "none");
	sim_free(sim);
}

static struct sim *sim_with_peer_of_rfc_4724(void)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	sim_peer(sim, "tun1")->knows_no_notification_restart = true;
	sim_reset(sim, "tun1");
	sim_run_for(sim, SECONDS(5));
	assert_true(sim_is_up(sim, "tun1"));
	assert_false(session_common(sim_neighbor(sim, "tun1").session)->notification_restart);
	return sim;
}

static void without_rfc_8538_a_notification_ends_it(void **unused)
{
	struct sim *sim = sim_with_peer_of_rfc_4724();

	(void)unused;
	sim_silence(sim, "tun1");
	while (sim_is_up(sim, "tun1"))
		sim_run_for(sim, SECONDS(1));
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "none");
	sim_free(sim);
}

/* Restarts twice before it has told all, and offers 10.51.0.0/16 no more. */
static void restart_twice(struct sim *sim)
{
	sim_announce(sim, "tun1", "10.51.0.0/16");
	sim_peer(sim, "tun1")->withholds_end_of_rib = true;
	sim_crash(sim, "tun1");
	sim_withdraw(sim, "tun1", "10.51.0.0/16");
	sim_revive(sim, "tun1");
	while (!sim_is_up(sim, "tun1"))
		sim_run_for(sim, SECONDS(1));
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun1");
	sim_crash(sim, "tun1");
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
}

/* RFC 4724 4.2: what was stale already is not kept over a second restart. */
static void routes_are_kept_over_one_restart_only(void **unused)
{
	struct sim *sim = sim_with_peer_of_rfc_4724();

	(void)unused;
	restart_twice(sim);
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "none");
	sim_free(sim);
}

/* RFC 8538 4.1 keeps it. */
static void routes_are_kept_over_several_restarts_where_both_say_so(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	restart_twice(sim);
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun1");
	sim_peer(sim, "tun1")->withholds_end_of_rib = false;
	sim_revive(sim, "tun1");
	sim_run_for(sim, SECONDS(60));
	assert_true(sim_is_up(sim, "tun1"));
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "none");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

/* Or else one that never comes to its End-of-RIB would keep us hoping for ever. */
static void a_peer_that_restarts_again_and_again_is_not_believed_for_ever(void **unused)
{
	struct sim *sim = sim_with_graceful_peers(1, 60);

	(void)unused;
	restart_twice(sim);
	for (int i = 0; i < 8; i++) {
		sim_revive(sim, "tun1");
		while (!sim_is_up(sim, "tun1"))
			sim_run_for(sim, SECONDS(1));
		sim_crash(sim, "tun1");
		sim_settle(sim);
	}
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "none");
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(returning_tunnel_does_not_capture_what_it_no_longer_offers),
		cmocka_unit_test(tunnel_without_end_of_rib_is_trusted_after_five_seconds),
		cmocka_unit_test(end_of_rib_of_a_graceful_peer_is_waited_for),
		cmocka_unit_test(routes_of_a_peer_that_restarts_are_kept),
		cmocka_unit_test(routes_of_a_peer_that_does_not_return_go_after_its_time),
		cmocka_unit_test(what_is_not_offered_again_goes_with_end_of_rib),
		cmocka_unit_test(graceful_restart_never_beats_a_live_tunnel),
		cmocka_unit_test(tunnel_without_its_sa_keeps_nothing),
		cmocka_unit_test(tunnel_without_its_device_keeps_nothing),
		cmocka_unit_test(peer_that_says_cease_keeps_nothing),
		cmocka_unit_test(routes_of_a_peer_that_resets_the_session_are_kept),
		cmocka_unit_test(routes_of_a_peer_whose_hold_timer_expires_are_kept),
		cmocka_unit_test(routes_of_a_peer_that_we_reset_are_kept),
		cmocka_unit_test(a_hard_reset_is_for_good),
		cmocka_unit_test(without_rfc_8538_a_notification_ends_it),
		cmocka_unit_test(routes_are_kept_over_one_restart_only),
		cmocka_unit_test(routes_are_kept_over_several_restarts_where_both_say_so),
		cmocka_unit_test(a_peer_that_restarts_again_and_again_is_not_believed_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
