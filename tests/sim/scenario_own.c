/* What we announce ourselves on conditions, and for what lies in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

#define METRIC_UNREACHABLE (SIM_METRIC + 10000)

/* 10.60.0.0/16 as ever, and one more on this condition.  core1 tells, core2 hears all. */
static struct sim *sim_with_condition(const char *prefix, struct announce_condition condition)
{
	static struct announce_condition conditions[2];
	struct sim *sim = sim_new(1);

	conditions[1] = condition;
	plan_announce(&sim->plan, prefix);
	sim->plan.config.conditions = conditions;
	sim->plan.neighbor_count = 2;
	sim->plan.neighbors[0].import = &policy_any;
	sim->plan.neighbors[1].export = &policy_any;
	sim->plan.config.fib.style = sim->plan.group.style;
	sim_start(sim);
	return sim;
}

/* ---- when: route ---- */

#define LAN "10.61.0.0/16"

static const struct announce_condition with_route = { .when = ANNOUNCE_WITH_ROUTE };

/* The daemon hears of it from the kernel. */
static void add_lan(struct sim *sim, const char *text, uint32_t table)
{
	struct fib_route route = { .table = table };

	fake_fib_add_foreign(sim->kernel, text, table, 0);
	assert_true(prefix_parse(text, &route.prefix));
	speaker_route_changed(sim->gateway, &route, false, sim->now);
	sim_settle(sim);
}

static void remove_lan(struct sim *sim, const char *text)
{
	struct fib_route route = { .table = 254 };

	assert_true(fake_fib_lose(sim->kernel, text, 0));
	assert_true(prefix_parse(text, &route.prefix));
	speaker_route_changed(sim->gateway, &route, true, sim->now);
	sim_settle(sim);
}

static void prefix_is_announced_while_the_kernel_has_a_way_to_it(void **unused)
{
	struct sim *sim = sim_with_condition(LAN, with_route);

	(void)unused;
	assert_string_equal(sim_hears(sim, "tun1", LAN), "");
	add_lan(sim, LAN, 254);
	sim_expect(sim, "0.000 announce 10.61.0.0/16: prefix is announced: route\n"
			"0.000 tun1 hears 10.61.0.0/16 path 65010 med 100\n"
			"0.000 core2 hears 10.61.0.0/16 path 65010\n");
	remove_lan(sim, LAN);
	sim_expect(sim, "0.000 announce 10.61.0.0/16: prefix is not announced any more: route\n"
			"0.000 tun1 hears 10.61.0.0/16 withdrawn\n"
			"0.000 core2 hears 10.61.0.0/16 withdrawn\n");
	sim_free(sim);
}

static void way_into_the_prefix_is_enough_and_one_around_it_is_not(void **unused)
{
	struct sim *sim = sim_with_condition(LAN, with_route);

	(void)unused;
	add_lan(sim, "10.0.0.0/8", 254);
	assert_string_equal(sim_hears(sim, "tun1", LAN), "");
	add_lan(sim, "10.61.7.1/32", 255);      /* our own address, in the kernel's own table */
	assert_string_equal(sim_hears(sim, "tun1", LAN), "");
	add_lan(sim, "10.61.7.0/24", 254);
	assert_string_equal(sim_hears(sim, "tun1", LAN), "path 65010 med 100");
	sim_free(sim);
}

static void our_own_routes_are_no_reason_to_announce(void **unused)
{
	struct sim *sim = sim_with_condition(LAN, with_route);

	(void)unused;
	sim_announce(sim, "tun1", "10.61.7.0/24");
	assert_string_equal(sim_hears(sim, "core2", LAN), "");
	sim_free(sim);
}

/* Two gateways of one site: the other one may have the way that we have lost. */
static void without_the_condition_the_prefix_is_anybodys(void **unused)
{
	struct sim *sim = sim_with_condition(LAN, with_route);

	(void)unused;
	sim_announce(sim, "core1", LAN);
	assert_string_equal(sim_hears(sim, "core2", LAN), "path 65010 65020");
	assert_string_equal(sim_carrier(sim, LAN), "core1");
	sim_free(sim);
}

static void device_that_goes_takes_its_routes_without_a_word(void **unused)
{
	struct sim *sim = sim_with_condition(LAN, with_route);
	struct link_state eth1 = { .name = "eth1" };

	(void)unused;
	add_lan(sim, LAN, 254);
	assert_true(fake_fib_lose(sim->kernel, LAN, 0));
	speaker_link(sim->gateway, &eth1, sim->now);
	sim_settle(sim);
	assert_string_equal(sim_hears(sim, "tun1", LAN), "");
	sim_free(sim);
}

static void reload_does_not_disturb_what_holds(void **unused)
{
	struct sim *sim = sim_with_condition(LAN, with_route);

	(void)unused;
	add_lan(sim, LAN, 254);
	sim_forget(sim);
	sim_reload(sim);
	sim_expect(sim, "");
	sim->plan.announce_count = 1;
	sim_reload(sim);
	sim_expect(sim, "0.000 tun1 hears 10.61.0.0/16 withdrawn\n"
			"0.000 core2 hears 10.61.0.0/16 withdrawn\n");
	sim_free(sim);
}

/* ---- when: interface ---- */

static void tell_link(struct sim *sim, bool is_up, bool has_carrier)
{
	struct link_state eth1 = { .name = "eth1", .ifindex = 7, .is_up = is_up,
				   .has_carrier = has_carrier, .lower_is_up = true };

	speaker_link(sim->gateway, &eth1, sim->now);
	sim_settle(sim);
}

static void prefix_is_announced_while_its_interface_is_up(void **unused)
{
	struct sim *sim = sim_with_condition(LAN, (struct announce_condition){
		.when = ANNOUNCE_WITH_INTERFACE, .interface = "eth1" });

	(void)unused;
	assert_string_equal(sim_hears(sim, "tun1", LAN), "");
	tell_link(sim, true, true);
	assert_string_equal(sim_hears(sim, "tun1", LAN), "path 65010 med 100");
	tell_link(sim, true, false);
	assert_string_equal(sim_hears(sim, "tun1", LAN), "");
	tell_link(sim, true, true);
	sim_forget(sim);
	sim_reload(sim);
	sim_expect(sim, "");
	assert_string_equal(sim_hears(sim, "tun1", LAN), "path 65010 med 100");
	sim_free(sim);
}

/* ---- aggregates ---- */

#define WHOLE "172.16.0.0/12"

static const struct announce_condition aggregate = { .when = ANNOUNCE_AGGREGATE };
static const struct announce_condition summary = { .when = ANNOUNCE_AGGREGATE,
						   .summary_only = true };

static void aggregate_is_announced_while_something_lies_in_it(void **unused)
{
	struct sim *sim = sim_with_condition(WHOLE, aggregate);

	(void)unused;
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "");
	sim_announce(sim, "core1", "172.16.1.0/24");
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "path 65010");
	assert_string_equal(sim_hears(sim, "core2", "172.16.1.0/24"), "path 65010 65020");
	sim_announce(sim, "core1", "172.16.2.0/24");
	sim_forget(sim);
	sim_withdraw(sim, "core1", "172.16.1.0/24");
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "path 65010");
	sim_withdraw(sim, "core1", "172.16.2.0/24");
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "");
	sim_free(sim);
}

static void aggregate_has_no_use_for_itself_and_for_what_lies_beside_it(void **unused)
{
	struct sim *sim = sim_with_condition(WHOLE, aggregate);

	(void)unused;
	sim_announce(sim, "core1", WHOLE);
	sim_announce(sim, "core1", "172.32.0.0/16");
	sim_announce(sim, "core1", "172.0.0.0/8");
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "path 65010 65020");
	sim_free(sim);
}

static void summary_alone_is_announced_in_place_of_what_lies_in_it(void **unused)
{
	struct sim *sim = sim_with_condition(WHOLE, summary);

	(void)unused;
	sim_announce(sim, "core1", "172.16.1.0/24");
	sim_announce(sim, "core1", "172.16.2.0/24");
	sim_announce(sim, "core1", "192.168.1.0/24");
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "path 65010");
	assert_string_equal(sim_hears(sim, "core2", "172.16.1.0/24"), "");
	assert_string_equal(sim_hears(sim, "core2", "172.16.2.0/24"), "");
	assert_string_equal(sim_hears(sim, "core2", "192.168.1.0/24"), "path 65010 65020");
	assert_string_equal(sim_carrier(sim, "172.16.1.0/24"), "core1");
	sim_free(sim);
}

static void reload_can_hide_what_lies_in_it_and_show_it_again(void **unused)
{
	static const struct announce_condition other[2] = {
		[1] = { .when = ANNOUNCE_AGGREGATE, .summary_only = true } };
	struct sim *sim = sim_with_condition(WHOLE, aggregate);
	const struct announce_condition *before = sim->plan.config.conditions;

	(void)unused;
	sim_announce(sim, "core1", "172.16.1.0/24");
	sim->plan.config.conditions = other;
	sim_reload(sim);
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "path 65010");
	assert_string_equal(sim_hears(sim, "core2", "172.16.1.0/24"), "");
	sim->plan.config.conditions = before;
	sim_reload(sim);
	assert_string_equal(sim_hears(sim, "core2", "172.16.1.0/24"), "path 65010 65020");
	sim->plan.announce_count = 1;
	sim_reload(sim);
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "");
	sim->plan.announce_count = 2;
	sim_reload(sim);
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "path 65010");
	sim_free(sim);
}

/* RFC 4632 5.1 */
static void what_nobody_offers_of_an_aggregate_is_unreachable(void **unused)
{
	struct sim *sim = sim_with_condition(WHOLE, aggregate);

	(void)unused;
	assert_null(fake_fib_find(sim->kernel, WHOLE, METRIC_UNREACHABLE));
	sim_announce(sim, "core1", "172.16.1.0/24");
	assert_int_equal(fake_fib_find(sim->kernel, WHOLE, METRIC_UNREACHABLE)->kind,
			 FIB_UNREACHABLE);
	sim_withdraw(sim, "core1", "172.16.1.0/24");
	assert_null(fake_fib_find(sim->kernel, WHOLE, METRIC_UNREACHABLE));
	sim_free(sim);
}

static void aggregate_of_routes_that_go_with_their_session_goes_too(void **unused)
{
	struct sim *sim = sim_with_condition(WHOLE, aggregate);

	(void)unused;
	sim_announce(sim, "core1", "172.16.1.0/24");
	speaker_neighbor_shutdown(sim->gateway, "core1", NULL, sim->now);
	sim_settle(sim);
	assert_string_equal(sim_hears(sim, "core2", WHOLE), "");
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefix_is_announced_while_the_kernel_has_a_way_to_it),
		cmocka_unit_test(way_into_the_prefix_is_enough_and_one_around_it_is_not),
		cmocka_unit_test(our_own_routes_are_no_reason_to_announce),
		cmocka_unit_test(without_the_condition_the_prefix_is_anybodys),
		cmocka_unit_test(device_that_goes_takes_its_routes_without_a_word),
		cmocka_unit_test(reload_does_not_disturb_what_holds),
		cmocka_unit_test(prefix_is_announced_while_its_interface_is_up),
		cmocka_unit_test(aggregate_is_announced_while_something_lies_in_it),
		cmocka_unit_test(aggregate_has_no_use_for_itself_and_for_what_lies_beside_it),
		cmocka_unit_test(summary_alone_is_announced_in_place_of_what_lies_in_it),
		cmocka_unit_test(reload_can_hide_what_lies_in_it_and_show_it_again),
		cmocka_unit_test(what_nobody_offers_of_an_aggregate_is_unreachable),
		cmocka_unit_test(aggregate_of_routes_that_go_with_their_session_goes_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
