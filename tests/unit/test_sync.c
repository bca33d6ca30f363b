#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/allocations.h"
#include "tests/support/sync_lab.h"

#define expect(lab, wanted) assert_string_equal(sync_lab_trace(lab), wanted)

static const struct route_style elsewhere = { .table = 254, .metric = 30 };

/* ---- routes ---- */

static void prefixes_share_a_chain_and_have_one_route_each(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_pair(&lab, "10.1.0.0/16");
	expect(&lab, "chain 1 -> tun1,tun2\n"
		     "route 10.0.0.0/8 metric 20 -> chain 1\n"
		     "route 10.1.0.0/16 metric 20 -> chain 1\n");
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	expect(&lab, "");
	sync_lab_end(&lab);
}

static void unwanted_prefix_goes_with_its_chain(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	sync_lab_want(&lab, "10.0.0.0/8", 0, 0);
	expect(&lab, "route 10.0.0.0/8 metric 20 removed\n"
		     "chain 1 removed\n");
	assert_int_equal(lab.table.count, 0);
	sync_lab_end(&lab);
}

static void wish_that_is_taken_back_in_time_is_never_written(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want(&lab, "10.0.0.0/8", 0, 0);
	expect(&lab, "chain 1 -> tun1,tun2\n"
		     "chain 1 removed\n");
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	sync_lab_want(&lab, "10.0.0.0/8", 0, 0);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	assert_non_null(fake_fib_find(lab.kernel, "10.0.0.0/8", 20));
	sync_lab_end(&lab);
}

static void other_wish_replaces_the_route(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	sync_lab_want(&lab, "10.0.0.0/8", lab.tun2, 0);
	expect(&lab, "chain 2 -> tun2\n"
		     "route 10.0.0.0/8 metric 20 -> chain 2\n"
		     "chain 1 removed\n");
	sync_lab_end(&lab);
}

static void move_to_another_metric_writes_the_new_route_first(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	sync_lab_want_styled(&lab, "10.0.0.0/8", &elsewhere);
	expect(&lab, "chain 2 -> tun1,tun2\n"
		     "route 10.0.0.0/8 metric 30 -> chain 2\n"
		     "route 10.0.0.0/8 metric 20 removed\n"
		     "chain 1 removed\n");
	sync_lab_end(&lab);
}

/* ---- failover ---- */

static void failover_is_one_message_and_routes_are_untouched(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_pair(&lab, "10.1.0.0/16");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	sync_lab_stand(&lab, lab.tun1, STANDING_DOWN);
	expect(&lab, "chain 1 -> tun2,tun1\n");
	assert_int_equal(fake_fib_carrier(lab.kernel, "10.1.0.0/16", 20), 12);
	sync_lab_end(&lab);
}

static unsigned int messages_of_a_failover(unsigned int nets)
{
	struct sync_lab lab;

	sync_lab_begin(&lab);
	lab.kernel->is_silent = true;
	for (unsigned int i = 0; i < nets; i++) {
		char text[PREFIX_TEXT];

		snprintf(text, sizeof(text), "10.%u.%u.0/24", i / 256, i % 256);
		sync_lab_want_pair(&lab, text);
	}
	sync_lab_work(&lab);
	uint64_t written = lab.sync.written;
	lab.chain_messages = 0;
	size_t before = allocations();
	assert_int_not_equal(before, 0);        /* they are counted */
	sync_lab_stand(&lab, lab.tun1, STANDING_DOWN);
	assert_int_equal(allocations(), before);
	unsigned int messages = lab.chain_messages;
	sync_lab_work(&lab);
	assert_int_equal(lab.sync.written, written);
	sync_lab_end(&lab);
	return messages;
}

static void failover_costs_the_same_for_any_number_of_prefixes(void **unused)
{
	(void)unused;
	assert_int_equal(messages_of_a_failover(10), 1);
	assert_int_equal(messages_of_a_failover(10000), 1);
}

static void device_that_goes_is_left_by_the_kernel_itself(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	sync_lab_lose_device(&lab, lab.tun1, 11);
	expect(&lab, "");
	assert_int_equal(fake_fib_carrier(lab.kernel, "10.0.0.0/8", 20), 12);
	sync_lab_regain_device(&lab, lab.tun1, 11);
	expect(&lab, "egress tun1 -> 169.254.11.1 dev 11\n"
		     "chain 1 -> tun1,tun2\n");
	sync_lab_end(&lab);
}

/* As kernels without nexthop objects are: a route stays where it is until it is set again. */
static void routes_that_do_not_move_along_are_set_again(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	lab.kernel->fib.moves_routes = false;
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_pair(&lab, "10.1.0.0/16");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	sync_lab_stand(&lab, lab.tun1, STANDING_DOWN);
	expect(&lab, "chain 1 -> tun2,tun1\n"
		     "route 10.0.0.0/8 metric 20 -> chain 1\n"
		     "route 10.1.0.0/16 metric 20 -> chain 1\n");
	sync_lab_stand(&lab, lab.tun1, STANDING_DOWN);
	expect(&lab, "");
	assert_string_equal(sync_lab_notes(&lab), "");
	sync_lab_end(&lab);
}

static void device_that_goes_has_its_routes_set_again_where_they_do_not_move_along(void **unused)
{
	struct fib_egress nowhere = { .family = FAMILY_IPV4 };
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	lab.kernel->fib.moves_routes = false;
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	chains_place(&lab.sync.chains, lab.tun1, &nowhere);
	sync_lab_stand(&lab, lab.tun1, STANDING_DOWN);
	expect(&lab, "chain 1 -> tun2\n"
		     "route 10.0.0.0/8 metric 20 -> chain 1\n");
	chains_place(&lab.sync.chains, lab.tun2, &nowhere);
	sync_lab_stand(&lab, lab.tun2, STANDING_DOWN);
	expect(&lab, "");
	sync_lab_regain_device(&lab, lab.tun1, 11);
	expect(&lab, "egress tun1 -> 169.254.11.1 dev 11\n"
		     "chain 1 -> tun1\n"
		     "route 10.0.0.0/8 metric 20 -> chain 1\n");
	assert_string_equal(sync_lab_notes(&lab), "");
	sync_lab_end(&lab);
}

/* Some time lies between, in which the daemon had work to do. */
static void last_device_that_returns_has_its_routes_written_again(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	sync_lab_lose_device(&lab, lab.tun1, 11);
	sync_lab_lose_device(&lab, lab.tun2, 12);
	assert_null(fake_fib_find(lab.kernel, "10.0.0.0/8", 20));
	sync_lab_work(&lab);
	sync_lab_audit(&lab);
	fake_fib_trace(lab.kernel);
	sync_lab_regain_device(&lab, lab.tun2, 12);
	expect(&lab, "egress tun2 -> 169.254.12.1 dev 12\n"
		     "chain 1 -> tun2\n"
		     "route 10.0.0.0/8 metric 20 -> chain 1\n");
	sync_lab_regain_device(&lab, lab.tun1, 11);
	expect(&lab, "egress tun1 -> 169.254.11.1 dev 11\n"
		     "chain 1 -> tun1,tun2\n");
	sync_lab_end(&lab);
}

static void prefix_learned_without_any_device_is_written_when_there_is_one(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_lose_device(&lab, lab.tun1, 11);
	sync_lab_want(&lab, "10.0.0.0/8", lab.tun1, 0);
	expect(&lab, "");
	sync_lab_regain_device(&lab, lab.tun1, 11);
	expect(&lab, "egress tun1 -> 169.254.11.1 dev 11\n"
		     "chain 1 -> tun1\n"
		     "route 10.0.0.0/8 metric 20 -> chain 1\n");
	sync_lab_end(&lab);
}

/* The kernel dropped our route, and somebody else took its place meanwhile. */
static void route_of_a_stranger_is_not_replaced_after_ours_was_lost(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want(&lab, "10.0.0.0/8", lab.tun1, 0);
	sync_lab_work(&lab);
	sync_lab_lose_device(&lab, lab.tun1, 11);
	fake_fib_add_foreign(lab.kernel, "10.0.0.0/8", 254, 20);
	fake_fib_trace(lab.kernel);
	sync_lab_want(&lab, "10.0.0.0/8", lab.tun2, 0);
	expect(&lab, "chain 2 -> tun2\n");
	assert_string_equal(sync_lab_notes(&lab), "10.0.0.0/8: a route of somebody else's is there, "
						  "ours is not installed\n");
	sync_lab_end(&lab);
}

/* ---- restart ---- */

static void restart_changes_nothing_that_is_right(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_fixed(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	sync_lab_restart(&lab);
	sync_lab_want_fixed(&lab, "10.0.0.0/8");
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	expect(&lab, "");
	sync_sweep(&lab.sync, 0);
	sync_lab_audit(&lab);
	expect(&lab, "");
	sync_lab_end(&lab);
}

static void leftovers_go_with_the_sweep_and_not_before(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want(&lab, "10.1.0.0/16", lab.tun2, 0);
	sync_lab_want_fixed(&lab, "10.2.0.0/16");
	sync_lab_work(&lab);
	sync_lab_restart(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_fixed(&lab, "");
	sync_lab_want(&lab, "10.1.0.0/16", 0, 0);            /* refused by import: no news of it */
	sync_lab_audit(&lab);
	expect(&lab, "");
	sync_sweep(&lab.sync, 0);
	expect(&lab, "route 10.2.0.0/16 metric 10020 removed\n"
		     "route 10.1.0.0/16 metric 20 removed\n"
		     "chain 2 removed\n");
	sync_lab_end(&lab);
}

static void restart_with_another_metric_moves_the_routes(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	sync_lab_restart(&lab);
	sync_lab_want_styled(&lab, "10.0.0.0/8", &elsewhere);
	expect(&lab, "chain 2 -> tun1,tun2\n"
		     "route 10.0.0.0/8 metric 30 -> chain 2\n"
		     "route 10.0.0.0/8 metric 20 removed\n"
		     "chain 1 removed\n");
	sync_lab_end(&lab);
}

static void kernel_that_cannot_be_read_is_an_error(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	lab.kernel->fail_next = 1;
	assert_int_equal(sync_adopt(&lab.sync, 0), -1);
	sync_lab_end(&lab);
}

/* ---- fixed routes ---- */

static void fixed_routes_are_written_once_changed_in_place_and_removed(void **unused)
{
	struct sync_lab lab;
	struct fib_route pin = { .table = 254, .metric = 20, .kind = FIB_PIN,
				 .via = { FAMILY_IPV4, 2, address_ipv4(0xc0000201) } };

	(void)unused;
	sync_lab_begin(&lab);
	assert_true(prefix_parse("192.0.2.7/32", &pin.prefix));
	for (int i = 0; i < 2; i++) {
		sync_statics_begin(&lab.sync);
		sync_static(&lab.sync, &pin, 0);
		sync_statics_end(&lab.sync);
	}
	expect(&lab, "route 192.0.2.7/32 metric 20 -> 192.0.2.1 dev 2\n");
	pin.via.ifindex = 3;
	sync_statics_begin(&lab.sync);
	sync_static(&lab.sync, &pin, 0);
	sync_statics_end(&lab.sync);
	expect(&lab, "route 192.0.2.7/32 metric 20 -> 192.0.2.1 dev 3\n");
	sync_lab_want_fixed(&lab, "");
	expect(&lab, "route 192.0.2.7/32 metric 20 removed\n");
	sync_lab_end(&lab);
}

static void fixed_route_beside_a_stranger_is_told_once(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	fake_fib_add_foreign(lab.kernel, "10.0.0.0/8", 254, 10020);
	for (int i = 0; i < 3; i++) {
		sync_lab_want_fixed(&lab, "10.0.0.0/8");
		sync_lab_audit(&lab);
	}
	assert_string_equal(sync_lab_notes(&lab), "10.0.0.0/8: a route of somebody else's is there, "
						  "ours is not installed\n");
	fake_fib_lose(lab.kernel, "10.0.0.0/8", 10020);
	sync_lab_audit(&lab);
	expect(&lab, "route 10.0.0.0/8 metric 10020 -> unreachable\n");
	sync_lab_want_fixed(&lab, "");
	expect(&lab, "route 10.0.0.0/8 metric 10020 removed\n");
	sync_lab_end(&lab);
}

/* ---- on exit ---- */

static void remove_all_leaves_nothing_of_ours(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_fixed(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_add_foreign(lab.kernel, "10.3.0.0/16", 254, 20);
	sync_lab_restart(&lab);
	sync_remove_all(&lab.sync, 0);
	assert_int_equal(lab.kernel->routes.count, 1);
	assert_int_equal(lab.kernel->chain_count, 0);
	assert_int_equal(lab.kernel->egress_count, 0);
	sync_sweep(&lab.sync, 0);
	sync_lab_end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_share_a_chain_and_have_one_route_each),
		cmocka_unit_test(unwanted_prefix_goes_with_its_chain),
		cmocka_unit_test(wish_that_is_taken_back_in_time_is_never_written),
		cmocka_unit_test(other_wish_replaces_the_route),
		cmocka_unit_test(move_to_another_metric_writes_the_new_route_first),
		cmocka_unit_test(failover_is_one_message_and_routes_are_untouched),
		cmocka_unit_test(failover_costs_the_same_for_any_number_of_prefixes),
		cmocka_unit_test(device_that_goes_is_left_by_the_kernel_itself),
		cmocka_unit_test(routes_that_do_not_move_along_are_set_again),
		cmocka_unit_test(device_that_goes_has_its_routes_set_again_where_they_do_not_move_along),
		cmocka_unit_test(last_device_that_returns_has_its_routes_written_again),
		cmocka_unit_test(prefix_learned_without_any_device_is_written_when_there_is_one),
		cmocka_unit_test(route_of_a_stranger_is_not_replaced_after_ours_was_lost),
		cmocka_unit_test(restart_changes_nothing_that_is_right),
		cmocka_unit_test(leftovers_go_with_the_sweep_and_not_before),
		cmocka_unit_test(restart_with_another_metric_moves_the_routes),
		cmocka_unit_test(kernel_that_cannot_be_read_is_an_error),
		cmocka_unit_test(fixed_routes_are_written_once_changed_in_place_and_removed),
		cmocka_unit_test(fixed_route_beside_a_stranger_is_told_once),
		cmocka_unit_test(remove_all_leaves_nothing_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
