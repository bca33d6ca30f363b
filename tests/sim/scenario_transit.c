#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

/* Two ordinary neighbors of these ASes, import and export any, and no tunnel. */
static struct sim *sim_transit(uint32_t first_asn, uint32_t second_asn)
{
	struct sim *sim = sim_new(0);
	const uint32_t asns[] = { first_asn, second_asn };

	sim->plan.neighbor_count = 2;
	for (size_t i = 0; i < 2; i++) {
		sim->plan.neighbors[i].import = sim->plan.neighbors[i].export = &policy_any;
		sim->plan.neighbors[i].session.asn = asns[i];
		sim->peers[SIM_TUNNELS + i].params.local_asn = asns[i];
	}
	sim_start(sim);
	return sim;
}

static void ebgp_to_ebgp_prepends_our_as_and_drops_the_med(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 path 65020 65100 med 50 community 65020:7");
	sim_expect(sim, "0.000 fib egress e1 -> 10.60.0.2 dev 2\n"
			"0.000 fib chain 1 -> e1\n"
			"0.000 fib route 172.16.0.0/12 metric 20 -> chain 1\n"
			"0.000 core2 hears 172.16.0.0/12 path 65010 65020 65100 "
			"community 65020:7\n");
	assert_string_equal(sim_next_hop(sim, "core2", "172.16.0.0/12"), "10.60.0.1");
	sim_withdraw(sim, "core1", "172.16.0.0/12");
	sim_expect(sim, "0.000 fib route 172.16.0.0/12 metric 20 removed\n"
			"0.000 fib chain 1 removed\n"
			"0.000 fib egress e1 removed\n"
			"0.000 core2 hears 172.16.0.0/12 withdrawn\n");
	sim_free(sim);
}

static void other_attributes_of_the_best_route_are_passed_on(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 path 65020 65100");
	sim_announce(sim, "core1", "172.16.0.0/12 path 65020 65200");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65020 65200");
	sim_forget(sim);
	sim_announce(sim, "core1", "172.16.0.0/12 path 65020 65200");
	sim_expect(sim, "");
	sim_free(sim);
}

static void ebgp_to_ibgp_keeps_path_and_med_and_adds_preference(void **unused)
{
	struct sim *sim = sim_transit(65010, 65021);

	(void)unused;
	sim_announce(sim, "core2", "172.17.0.0/16 path 65021 65100 med 50");
	assert_string_equal(sim_hears(sim, "core1", "172.17.0.0/16"),
			    "path 65021 65100 med 50 pref 100");
	assert_string_equal(sim_next_hop(sim, "core1", "172.17.0.0/16"), "10.60.0.1");
	sim_free(sim);
}

static void ibgp_to_ebgp_drops_preference_and_med(void **unused)
{
	struct sim *sim = sim_transit(65010, 65021);

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 path 65100 med 50 pref 200");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65100");
	sim_free(sim);
}

static void ibgp_is_not_told_what_ibgp_told(void **unused)
{
	struct sim *sim = sim_transit(65010, 65010);

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 path 65100 pref 200");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "");
	assert_string_equal(sim_hears(sim, "core1", "172.16.0.0/12"), "");
	sim_free(sim);
}

static void no_export_stays_within_our_as(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 community 65535:65281");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "");
	assert_string_equal(sim_carrier(sim, "172.16.0.0/12"), "core1");
	sim_free(sim);
}

static void higher_preference_wins_and_its_end_brings_the_other_back(void **unused)
{
	struct sim *sim = sim_transit(65010, 65021);

	(void)unused;
	sim_announce(sim, "core2", "172.16.0.0/12 path 65021");
	sim_announce(sim, "core1", "172.16.0.0/12 path 65100 65101 pref 200");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65100 65101");
	assert_string_equal(sim_hears(sim, "core1", "172.16.0.0/12"), "");
	sim_reset(sim, "core1");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "");
	sim_run_for(sim, SECONDS(30));
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65100 65101");
	sim_free(sim);
}

static void same_next_hop_again_after_its_gateway_was_forgotten(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12");
	sim_withdraw(sim, "core1", "172.16.0.0/12");
	sim_announce(sim, "core2", "172.17.0.0/16");    /* takes the id that is free now */
	sim_forget(sim);
	sim_announce(sim, "core1", "172.16.0.0/12");
	sim_expect(sim, "0.000 fib egress e2 -> 10.60.0.2 dev 2\n"
			"0.000 fib chain 2 -> e2\n"
			"0.000 fib route 172.16.0.0/12 metric 20 -> chain 2\n"
			"0.000 core2 hears 172.16.0.0/12 path 65010 65020\n");
	sim_free(sim);
}

static void next_hop_without_a_way_is_looked_for_again(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);

	(void)unused;
	sim->kernel->way_count = 0;
	sim_announce(sim, "core1", "172.16.0.0/12");
	assert_string_equal(sim_carrier(sim, "172.16.0.0/12"), "none");
	fake_fib_add_way(sim->kernel, "10.60.0.0/24", SIM_LAN, NULL);
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "172.16.0.0/12"), "core1");
	sim_free(sim);
}

static void a_next_hop_follows_the_routes_of_the_kernel(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);
	struct fib_route route = { .table = 254, .kind = FIB_PIN };

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 via 192.0.2.7");
	sim_expect(sim, "0.000 fib egress e1 -> 192.0.2.1 dev 1\n"
			"0.000 fib chain 1 -> e1\n"
			"0.000 fib route 172.16.0.0/12 metric 20 -> chain 1\n"
			"0.000 core2 hears 172.16.0.0/12 path 65010 65020\n");
	fake_fib_add_way(sim->kernel, "192.0.2.0/24", SIM_LAN, "10.60.0.9");
	assert_true(prefix_parse("192.0.2.0/24", &route.prefix));
	speaker_route_changed(sim->gateway, &route, false, sim->now);
	sim_settle(sim);
	sim_expect(sim, "0.000 fib egress e2 -> 10.60.0.9 dev 2\n"
			"0.000 fib chain 2 -> e2\n"
			"0.000 fib route 172.16.0.0/12 metric 20 -> chain 2\n"
			"0.000 fib chain 1 removed\n"
			"0.000 fib egress e1 removed\n");
	sim_free(sim);
}

/* A LAN that goes takes its gateways along, and nobody but the audit tells us of it. */
static void gateway_of_a_lan_that_went_and_returned_is_written_again(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12");
	fake_fib_link_down(sim->kernel, SIM_LAN);
	assert_string_equal(sim_carrier(sim, "172.16.0.0/12"), "none");
	sim->kernel->fail_next = 100;           /* ENETDOWN */
	speaker_audit(sim->gateway, sim->now);
	sim_settle(sim);
	sim->kernel->fail_next = 0;
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "172.16.0.0/12"), "core1");
	assert_int_equal(speaker_memory(sim->gateway).fib_divergence, 0);
	sim_free(sim);
}

static void ten_thousand_prefixes_pass_through(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);

	(void)unused;
	sim_be_quiet(sim, true);
	sim_announce_many(sim, "core1", 10000);
	assert_int_equal(sim_peer(sim, "core2")->hearing_count, 10001);         /* and our own */
	assert_int_equal(sim_routes(sim), 10000);
	peer_withdraw_all(sim_peer(sim, "core1"));
	sim_settle(sim);
	assert_int_equal(sim_peer(sim, "core2")->hearing_count, 1);
	assert_int_equal(sim_routes(sim), 0);
	sim_free(sim);
}

/* ---- between tunnels and neighbors ---- */

static void inside_our_as_the_preference_is_that_of_the_role(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.neighbor_count = 1;
	sim->plan.neighbors[0].export = &policy_any;
	sim->plan.neighbors[0].session.asn = 65010;
	sim_peer(sim, "core1")->params.local_asn = 65010;
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16");
	assert_string_equal(sim_hears(sim, "core1", "10.50.0.0/16"), "path 64512 pref 200");
	sim_reset(sim, "tun1");
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(sim_hears(sim, "core1", "10.50.0.0/16"), "path 64512 pref 100");
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_hears(sim, "core1", "10.50.0.0/16"), "path 64512 pref 200");
	sim_free(sim);
}

static void tunnels_hear_of_a_neighbor_what_announce_lists(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.neighbor_count = 1;
	sim->plan.neighbors[0].import = &policy_any;
	plan_group_announce(&sim->plan, "172.16.0.0/12 ge 16 le 24");
	sim_start(sim);
	sim_announce(sim, "core1", "172.16.0.0/16");
	sim_announce(sim, "core1", "192.168.0.0/16");
	assert_string_equal(sim_hears(sim, "tun1", "172.16.0.0/16"), "path 65010 65020 med 100");
	assert_string_equal(sim_hears(sim, "tun2", "172.16.0.0/16"),
			    "path 65010 65010 65010 65010 65020 med 200");
	assert_string_equal(sim_hears(sim, "tun1", "192.168.0.0/16"), "");
	sim_free(sim);
}

static void tunnels_are_not_told_what_the_group_told(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	plan_group_announce(&sim->plan, "10.0.0.0/8 le 24");
	sim_start(sim);
	sim_announce(sim, "tun1", "10.50.0.0/16");
	assert_string_equal(sim_hears(sim, "tun2", "10.50.0.0/16"), "");
	sim_free(sim);
}

/* RFC 4271 8.1.3, DelayOpen: of two ends that wait for each other one gives up first. */
static void ends_that_wait_for_each_other_meet_after_the_shorter_delay(void **unused)
{
	struct sim *sim = sim_new(0);

	(void)unused;
	sim->plan.neighbor_count = 1;
	sim->plan.neighbors[0].session.delay_open_s = 20;
	sim_peer(sim, "core1")->params.delay_open_s = 60;
	sim_start(sim);                         /* ten seconds */
	assert_false(sim_is_up(sim, "core1"));
	sim_run_for(sim, SECONDS(9));
	assert_false(sim_is_up(sim, "core1"));
	sim_run_for(sim, SECONDS(2));
	assert_true(sim_is_up(sim, "core1"));
	sim_free(sim);
}

/* ---- IPv6 ---- */

/* Over a session of IPv4; not started. */
static struct sim *sim_with_ipv6(void)
{
	struct sim *sim = sim_new(1);

	sim->plan.tunnels[0].session.families |= FAMILY_BIT(FAMILY_IPV6);
	sim_peer(sim, "tun1")->params.families |= FAMILY_BIT(FAMILY_IPV6);
	plan_accept(&sim->plan, "2001:db8:50::/48 le 64");
	plan_announce(&sim->plan, "2001:db8:60::/48");
	return sim;
}

static void ipv6_goes_over_a_session_of_ipv4(void **unused)
{
	struct sim *sim = sim_with_ipv6();

	(void)unused;
	sim_start(sim);
	assert_string_equal(sim_hears(sim, "tun1", "2001:db8:60::/48"), "path 65010 med 100");
	assert_string_equal(sim_next_hop(sim, "tun1", "2001:db8:60::/48"), "2001:db8::2");
	sim_announce(sim, "tun1", "2001:db8:50::/48");
	sim_expect(sim, "0.000 fib egress tun1 ipv6 -> 2001:db8:fe0b::1 dev 11\n"
			"0.000 fib chain 1 ipv6 -> tun1\n"
			"0.000 fib route 2001:db8:50::/48 metric 20 -> chain 1\n");
	sim_link_down(sim, "tun1");
	assert_string_equal(sim_carrier(sim, "2001:db8:50::/48"), "none");
	sim_link_up(sim, "tun1");
	sim_run_for(sim, SECONDS(30));
	assert_string_equal(sim_carrier(sim, "2001:db8:50::/48"), "tun1");
	sim_free(sim);
}

/* The nexthop moves, and with it all routes that the tunnel carries, none of which is written anew. */
static void a_far_end_that_changes_its_ipv6_address_is_followed(void **unused)
{
	struct sim *sim = sim_with_ipv6();

	(void)unused;
	sim_start(sim);
	sim_announce(sim, "tun1", "2001:db8:50::/48");
	sim_forget(sim);
	sim_announce(sim, "tun1", "2001:db8:50::/48 via 2001:db8:fe0b::77");
	sim_announce(sim, "tun1", "2001:db8:50:1::/64 via 2001:db8:fe0b::77");
	sim_expect(sim, "0.000 fib egress tun1 ipv6 -> 2001:db8:fe0b::77 dev 11\n"
			"0.000 fib route 2001:db8:50:1::/64 metric 20 -> chain 1\n");
	sim_link_down(sim, "tun1");
	sim_forget(sim);
	sim_link_up(sim, "tun1");
	sim_run_for(sim, SECONDS(30));
	assert_string_equal(sim_carrier(sim, "2001:db8:50::/48"), "tun1");
	sim_free(sim);
}

static void ipv6_is_announced_once_the_interface_has_an_address(void **unused)
{
	struct sim *sim = sim_with_ipv6();
	struct sim_peer *peer = sim_peer(sim, "tun1");

	(void)unused;
	peer->lacks_ipv6 = true;
	sim_start(sim);
	assert_string_equal(sim_hears(sim, "tun1", "10.60.0.0/16"), "path 65010 med 100");
	assert_string_equal(sim_hears(sim, "tun1", "2001:db8:60::/48"), "");
	peer->lacks_ipv6 = false;
	sim_link_up(sim, "tun1");
	assert_string_equal(sim_next_hop(sim, "tun1", "2001:db8:60::/48"), "2001:db8::2");
	peer->lacks_ipv6 = true;
	sim_link_up(sim, "tun1");
	assert_string_equal(sim_hears(sim, "tun1", "2001:db8:60::/48"), "");
	assert_true(sim_is_up(sim, "tun1"));
	sim_free(sim);
}

/* Found by fuzz_speaker: two routes of ours were to stand in one place of the kernel's table. */
static void host_route_to_an_endpoint_is_left_to_the_pin(void **unused)
{
	struct sim *sim = sim_new(1);

	(void)unused;
	sim->plan.neighbor_count = 1;
	sim->plan.neighbors[0].import = &policy_any;
	sim_start(sim);
	sim_announce(sim, "core1", "198.51.100.0/24");
	assert_int_equal(sim_neighbor(sim, "core1").accepted, 1);
	sim_announce(sim, "core1", "198.51.100.1/32");
	assert_int_equal(sim_neighbor(sim, "core1").received, 2);
	assert_int_equal(sim_neighbor(sim, "core1").accepted, 1);
	sim_free(sim);
}

/* Sessions go on, but for the bulk work there is no time. */
static void reset_under_load(struct sim *sim, const char *name)
{
	speaker_neighbor_shutdown(sim->gateway, name, NULL, sim->now);
	speaker_neighbor_enable(sim->gateway, name, sim->now);
	for (int i = 0; i < 1000 && !sim_is_up(sim, name); i++) {
		sim->now += 100;
		speaker_tick(sim->gateway, sim->now);
		session_tick(sim_peer(sim, name)->session, sim->now);
		while (wires_deliver(sim))
			;
	}
	assert_true(sim_is_up(sim, name));
}

/* Found by fuzz_speaker: what the old session had said counted no longer, and so seemed untold. */
static void what_the_old_session_said_is_withdrawn_before_it_is_cleared_up(void **unused)
{
	struct sim *sim = sim_transit(65020, 65021);

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 path 65020 65100");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65020 65100");
	peer_announce(sim_peer(sim, "core1"), "172.16.0.0/12 path 65020 65010");
	reset_under_load(sim, "core1");
	sim_settle(sim);
	assert_int_equal(sim_neighbor(sim, "core1").received, 1);
	assert_int_equal(sim_neighbor(sim, "core1").accepted, 0);
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "");
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ebgp_to_ebgp_prepends_our_as_and_drops_the_med),
		cmocka_unit_test(other_attributes_of_the_best_route_are_passed_on),
		cmocka_unit_test(ebgp_to_ibgp_keeps_path_and_med_and_adds_preference),
		cmocka_unit_test(ibgp_to_ebgp_drops_preference_and_med),
		cmocka_unit_test(ibgp_is_not_told_what_ibgp_told),
		cmocka_unit_test(no_export_stays_within_our_as),
		cmocka_unit_test(higher_preference_wins_and_its_end_brings_the_other_back),
		cmocka_unit_test(same_next_hop_again_after_its_gateway_was_forgotten),
		cmocka_unit_test(next_hop_without_a_way_is_looked_for_again),
		cmocka_unit_test(a_next_hop_follows_the_routes_of_the_kernel),
		cmocka_unit_test(gateway_of_a_lan_that_went_and_returned_is_written_again),
		cmocka_unit_test(ten_thousand_prefixes_pass_through),
		cmocka_unit_test(inside_our_as_the_preference_is_that_of_the_role),
		cmocka_unit_test(tunnels_hear_of_a_neighbor_what_announce_lists),
		cmocka_unit_test(tunnels_are_not_told_what_the_group_told),
		cmocka_unit_test(ends_that_wait_for_each_other_meet_after_the_shorter_delay),
		cmocka_unit_test(ipv6_goes_over_a_session_of_ipv4),
		cmocka_unit_test(a_far_end_that_changes_its_ipv6_address_is_followed),
		cmocka_unit_test(ipv6_is_announced_once_the_interface_has_an_address),
		cmocka_unit_test(what_the_old_session_said_is_withdrawn_before_it_is_cleared_up),
		cmocka_unit_test(host_route_to_an_endpoint_is_left_to_the_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
