#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static struct sim *sim_of_mode(enum group_mode mode, const char *provider)
{
	struct sim *sim = sim_new(2);

	sim->plan.group.failover.mode = mode;
	sim->plan.group.provider = provider_find(provider);
	sim_start(sim);
	return sim;
}

static void follow_provider_follows_its_med(void **unused)
{
	struct sim *sim = sim_of_mode(MODE_FOLLOW_PROVIDER, "ibm");

	(void)unused;
	sim_announce(sim, "tun1", "10.50.0.0/16 med 200");
	sim_announce(sim, "tun2", "10.50.0.0/16 med 100");
	sim_run_for(sim, SECONDS(2));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_forget(sim);
	sim_announce(sim, "tun2", "10.50.0.0/16 med 300");
	sim_run_for(sim, SECONDS(2));
	sim_expect(sim, "2.000 fib chain 1 -> tun2,tun1\n"
			"2.000 fib route 10.50.0.0/16 metric 20 -> chain 1\n"
			"2.000 fib chain 2 removed\n"
			"3.000 fib chain 1 -> tun1,tun2\n"
			"3.000 tun2 role active -> standby\n"
			"3.000 tun1 role standby -> active\n");
	sim_free(sim);
}

static void maintenance_hint_yields_and_ends(void **unused)
{
	struct sim *sim = sim_of_mode(MODE_ACTIVE_STANDBY, "aws-vgw");

	(void)unused;
	sim_announce(sim, "tun1", "10.50.0.0/16 med 200");
	sim_announce(sim, "tun2", "10.50.0.0/16 med 200");
	sim_run_for(sim, SECONDS(9));
	sim_forget(sim);
	sim_announce(sim, "tun2", "10.50.0.0/16 med 100");
	sim_run_for(sim, SECONDS(10));
	sim_expect(sim, "10.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"10.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"15.000 fib chain 2 -> tun2,tun1\n"
			"15.000 tun1 role active -> standby\n"
			"15.000 tun2 role standby -> active\n");
	sim_announce(sim, "tun2", "10.50.0.0/16 med 200");
	sim_run_for(sim, SECONDS(10));
	sim_expect(sim, "20.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"20.000 tun2 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"25.000 fib chain 2 -> tun1,tun2\n"
			"25.000 tun2 role active -> standby\n"
			"25.000 tun1 role standby -> active\n");
	sim_free(sim);
}

/* A preference that was there from the beginning is no maintenance: our order rules. */
static void preference_that_always_was_is_no_hint(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.group.provider = provider_find("aws-vgw");
	sim_announce(sim, "tun1", "10.50.0.0/16 med 200");
	sim_announce(sim, "tun2", "10.50.0.0/16 med 100");
	sim_start(sim);
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

/* Of three tunnels the last one has no interface, which must not hide what the others say. */
static void hint_is_seen_while_the_last_tunnel_is_missing(void **unused)
{
	struct sim *sim = sim_new(3);

	(void)unused;
	sim->plan.group.provider = provider_find("aws-vgw");
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16 med 200");
	sim_announce(sim, "tun2", "10.50.0.0/16 med 200");
	sim_remove_interface(sim, "tun3");
	sim_run_for(sim, SECONDS(9));
	sim_announce(sim, "tun2", "10.50.0.0/16 med 100");
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	sim_free(sim);
}

/* Alibaba chooses by rules of its own, and says nothing by MED. */
static struct sim *sim_of_a_far_side_that_cannot_be_steered(bool follows)
{
	struct sim *sim = sim_new(2);

	cloud_become(sim, "alibaba", MODE_FOLLOW_PROVIDER);
	sim->plan.group.follows_inbound = follows;
	sim_start(sim);
	cloud_announce(sim);
	sim_send_traffic(sim, "10.50.0.0/16", 1000000);
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_forget(sim);
	return sim;
}

static void traffic_that_returns_elsewhere_is_reported(void **unused)
{
	struct sim *sim = sim_of_a_far_side_that_cannot_be_steered(false);

	(void)unused;
	cloud_prefer(sim, 1);
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	assert_string_equal(speaker_group(sim->gateway, 0).symmetric, "no");
	assert_non_null(strstr(speaker_group(sim->gateway, 0).cause, "list tun2 first"));
	sim_free(sim);
}

static void inbound_traffic_is_followed_when_it_stays_where_it_is(void **unused)
{
	struct sim *sim = sim_of_a_far_side_that_cannot_be_steered(true);

	(void)unused;
	cloud_prefer(sim, 1);
	sim_run_for(sim, SECONDS(8));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	cloud_prefer(sim, 0);           /* a change of mind is not followed */
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	cloud_prefer(sim, 1);
	sim_run_for(sim, SECONDS(20));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	assert_string_equal(speaker_group(sim->gateway, 0).symmetric, "yes");
	cloud_prefer(sim, 0);
	sim_run_for(sim, SECONDS(20));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void tunnel_that_fails_is_followed_no_more(void **unused)
{
	struct sim *sim = sim_of_a_far_side_that_cannot_be_steered(true);

	(void)unused;
	cloud_prefer(sim, 1);
	sim_run_for(sim, SECONDS(20));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	cloud_delete_sa(sim, 1);
	sim_settle(sim);
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_run_for(sim, SECONDS(120));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void ecmp_uses_all_tunnels_by_weight(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.group.failover.mode = MODE_ECMP;
	sim->plan.group.provider = provider_find("aws-tgw");
	sim->plan.tunnels[0].weight = 3;
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16");
	sim_forget(sim);
	sim_announce(sim, "tun2", "10.50.0.0/16");
	sim_expect(sim, "0.000 fib chain 2 -> tun1*3+tun2*1\n"
			"0.000 fib route 10.50.0.0/16 metric 20 -> chain 2\n"
			"0.000 fib chain 1 removed\n");
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_ACTIVE);
	assert_int_equal(sim_tunnel(sim, "tun2").role, ROLE_ACTIVE);
	sim_reset(sim, "tun1");
	sim_run_for(sim, SECONDS(60));
	sim_expect(sim, "0.000 tun1 session down: connection reset by peer\n"
			"0.000 fib chain 2 -> tun2*1\n"
			"0.000 tun1 role active -> unusable\n"
			"0.000 tun2 hears 10.60.0.0/16 path 65010 med 99\n"
			"1.000 tun1 session established\n"
			"1.000 tun1 role unusable -> standby\n"
			"1.000 tun1 hears 10.60.0.0/16 path 65010 65010 65010 65010 med 200\n"
			"4.000 tun2 hears 10.60.0.0/16 path 65010 med 100\n"
			"31.000 tun1 hears 10.60.0.0/16 path 65010 med 100\n"
			"36.000 fib chain 2 -> tun1*3+tun2*1\n"
			"36.000 tun1 role standby -> active\n");
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follow_provider_follows_its_med),
		cmocka_unit_test(maintenance_hint_yields_and_ends),
		cmocka_unit_test(preference_that_always_was_is_no_hint),
		cmocka_unit_test(hint_is_seen_while_the_last_tunnel_is_missing),
		cmocka_unit_test(traffic_that_returns_elsewhere_is_reported),
		cmocka_unit_test(inbound_traffic_is_followed_when_it_stays_where_it_is),
		cmocka_unit_test(tunnel_that_fails_is_followed_no_more),
		cmocka_unit_test(ecmp_uses_all_tunnels_by_weight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
