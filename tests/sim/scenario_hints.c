#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static struct sim *sim_of_provider(const char *provider, bool obeys)
{
	struct sim *sim = sim_new(2);

	sim->plan.group.provider = provider_find(provider);
	sim->plan.group.obeys_maintenance = obeys;
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16 med 200");
	sim_announce(sim, "tun1", "10.51.0.0/16 med 200");
	sim_announce(sim, "tun2", "10.50.0.0/16 med 200");
	sim_announce(sim, "tun2", "10.51.0.0/16 med 200");
	sim_run_for(sim, SECONDS(9));
	sim_forget(sim);
	return sim;
}

static void expect_peer(struct sim *sim, const char *tunnel, enum signal_state state,
			const char *reason)
{
	struct signal signal = sim_tunnel(sim, tunnel).liveness->signals[SIGNAL_PEER];

	assert_int_equal(signal.state, state);
	assert_string_equal(signal.reason, reason);
}

#define SHUTS_DOWN "asks for graceful shutdown (RFC 8326)"

static void graceful_shutdown_of_the_peer_is_yielded_to_and_ends(void **unused)
{
	struct sim *sim = sim_of_provider("generic", true);

	(void)unused;
	expect_peer(sim, "tun1", STATE_UP, "asks for nothing");
	sim_announce(sim, "tun1", "10.50.0.0/16 community 65535:0");
	sim_run_for(sim, SECONDS(2));
	expect_peer(sim, "tun1", STATE_UP, "asks for nothing");         /* not all of them */
	sim_announce(sim, "tun1", "10.51.0.0/16 community 65535:0");
	sim_run_for(sim, SECONDS(10));
	expect_peer(sim, "tun1", STATE_DOWN, SHUTS_DOWN);
	expect_peer(sim, "tun2", STATE_UP, "asks for nothing");
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_DRAINED);
	assert_int_equal(sim_tunnel(sim, "tun2").role, ROLE_ACTIVE);
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun2");
	assert_string_equal(sim_hears(sim, "tun2", "10.60.0.0/16"), "path 65010 med 100");
	sim_announce(sim, "tun1", "10.50.0.0/16");
	sim_announce(sim, "tun1", "10.51.0.0/16");
	sim_run_for(sim, SECONDS(10));
	expect_peer(sim, "tun1", STATE_UP, "asks for nothing");
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_ACTIVE);
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun1");
	sim_free(sim);
}

static void tunnel_that_all_depend_on_carries_through_its_shutdown(void **unused)
{
	struct sim *sim = sim_of_provider("generic", true);

	(void)unused;
	sim_say_ipsec(sim, "tun2", STATE_DOWN);
	sim_announce(sim, "tun1", "10.50.0.0/16 community 65535:0");
	sim_announce(sim, "tun1", "10.51.0.0/16 community 65535:0");
	sim_run_for(sim, SECONDS(10));
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_ACTIVE);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void maintenance_by_med_is_seen_as_the_signal_peer(void **unused)
{
	struct sim *sim = sim_of_provider("aws-vgw", true);

	(void)unused;
	sim_announce(sim, "tun2", "10.50.0.0/16 med 100");
	sim_announce(sim, "tun2", "10.51.0.0/16 med 100");
	sim_run_for(sim, SECONDS(10));
	expect_peer(sim, "tun1", STATE_DOWN, "maintenance: MED 200 here, 100 on tun2");
	expect_peer(sim, "tun2", STATE_UP, "asks for nothing");
	assert_int_equal(sim_tunnel(sim, "tun2").role, ROLE_ACTIVE);
	sim_announce(sim, "tun2", "10.50.0.0/16 med 200");
	sim_announce(sim, "tun2", "10.51.0.0/16 med 200");
	sim_run_for(sim, SECONDS(10));
	expect_peer(sim, "tun1", STATE_UP, "asks for nothing");
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_ACTIVE);
	sim_free(sim);
}

static void hint_that_is_to_be_ignored_is_seen_and_moves_nothing(void **unused)
{
	struct sim *sim = sim_of_provider("aws-vgw", false);

	(void)unused;
	sim_announce(sim, "tun2", "10.50.0.0/16 med 100");
	sim_announce(sim, "tun2", "10.51.0.0/16 med 100");
	sim_run_for(sim, SECONDS(10));
	expect_peer(sim, "tun1", STATE_DOWN, "maintenance: MED 200 here, 100 on tun2");
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_ACTIVE);
	sim_free(sim);
}

static void peer_without_a_session_says_nothing(void **unused)
{
	struct sim *sim = sim_of_provider("generic", true);

	(void)unused;
	sim_crash(sim, "tun1");
	sim_run_for(sim, SECONDS(2));
	expect_peer(sim, "tun1", STATE_UNKNOWN, "no session");
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(graceful_shutdown_of_the_peer_is_yielded_to_and_ends),
		cmocka_unit_test(tunnel_that_all_depend_on_carries_through_its_shutdown),
		cmocka_unit_test(maintenance_by_med_is_seen_as_the_signal_peer),
		cmocka_unit_test(hint_that_is_to_be_ignored_is_seen_and_moves_nothing),
		cmocka_unit_test(peer_without_a_session_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
