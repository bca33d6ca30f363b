#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/sync_lab.h"

#define expect(lab, wanted) assert_string_equal(sync_lab_trace(lab), wanted)

/* ---- routes of somebody else's ---- */

static void foreign_route_is_reported_once_left_alone_and_tried_at_each_audit(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	fake_fib_add_foreign(lab.kernel, "10.0.0.0/8", 254, 20);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	expect(&lab, "chain 1 -> tun1,tun2\n");
	assert_string_equal(sync_lab_notes(&lab), "10.0.0.0/8: a route of somebody else's is there, "
						  "ours is not installed\n");
	sync_lab_audit(&lab);
	expect(&lab, "");
	assert_string_equal(sync_lab_notes(&lab), "");
	assert_int_equal(lab.sync.refused.count, 1);
	fake_fib_lose(lab.kernel, "10.0.0.0/8", 20);
	sync_lab_audit(&lab);
	expect(&lab, "route 10.0.0.0/8 metric 20 -> chain 1\n");
	assert_int_equal(lab.sync.refused.count, 0);
	sync_lab_end(&lab);
}

static void prefix_that_was_refused_can_go(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	fake_fib_add_foreign(lab.kernel, "10.0.0.0/8", 254, 20);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	sync_lab_want(&lab, "10.0.0.0/8", 0, 0);
	sync_lab_work(&lab);
	assert_int_equal(lab.sync.refused.count, 0);
	assert_int_equal(lab.table.count, 0);
	sync_lab_audit(&lab);
	sync_lab_end(&lab);
}

/* ---- what is not as it should be ---- */

static void audit_of_what_is_right_writes_nothing(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_fixed(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	sync_lab_audit(&lab);
	expect(&lab, "");
	assert_int_equal(lab.sync.divergence, 0);
	sync_lab_end(&lab);
}

static void lost_route_is_put_back(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_pair(&lab, "10.1.0.0/16");
	sync_lab_want_fixed(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	fake_fib_lose(lab.kernel, "10.1.0.0/16", 20);
	fake_fib_lose(lab.kernel, "10.0.0.0/8", 10020);
	sync_lab_audit(&lab);
	expect(&lab, "route 10.0.0.0/8 metric 10020 -> unreachable\n"
		     "route 10.1.0.0/16 metric 20 -> chain 1\n");
	assert_int_equal(lab.sync.divergence, 0);
	sync_lab_end(&lab);
}

/* The kernel takes an IPv6 address that is removed out of the routes that prefer it. */
static void route_that_lost_its_preferred_source_is_set_again(void **unused)
{
	struct route_style style = sync_lab_style;
	struct sync_lab lab;

	(void)unused;
	address_parse("10.60.0.1", &style.preferred_source[FAMILY_IPV4]);
	sync_lab_begin(&lab);
	sync_lab_want_styled(&lab, "10.0.0.0/8", &style);
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	lab.kernel->routes.items[0].route.preferred_source = (struct address){ 0 };
	sync_lab_audit(&lab);
	expect(&lab, "route 10.0.0.0/8 metric 20 -> chain 1\n");
	sync_lab_audit(&lab);
	expect(&lab, "");
	sync_lab_end(&lab);
}

/* A device went and returned between two looks: nexthop, chain and routes went with it. */
static void lost_nexthop_is_put_back_with_all_that_hung_on_it(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want(&lab, "10.0.0.0/8", lab.tun1, 0);
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	fake_fib_link_down(lab.kernel, 11);
	sync_lab_audit(&lab);
	expect(&lab, "egress tun1 -> 169.254.11.1 dev 11\n"
		     "chain 1 -> tun1\n"
		     "route 10.0.0.0/8 metric 20 -> chain 1\n");
	sync_lab_end(&lab);
}

static void chain_that_somebody_changed_is_set_right(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	fake_fib_trace(lab.kernel);
	lab.kernel->chains[0].members[0].egress = lab.tun2;
	lab.kernel->chains[0].members[1].egress = lab.tun1;
	sync_lab_audit(&lab);
	expect(&lab, "chain 1 -> tun1,tun2\n");
	sync_lab_end(&lab);
}

static void route_of_ours_that_nobody_wants_is_removed(void **unused)
{
	struct sync_lab lab;
	struct fib_route route = { .table = 254, .metric = 10020, .kind = FIB_UNREACHABLE };

	(void)unused;
	sync_lab_begin(&lab);
	assert_true(prefix_parse("10.9.0.0/16", &route.prefix));
	lab.kernel->fib.set_route(&lab.kernel->fib, &route);
	lab.kernel->fib.flush(&lab.kernel->fib, NULL, NULL);
	fake_fib_trace(lab.kernel);
	sync_lab_audit(&lab);
	expect(&lab, "route 10.9.0.0/16 metric 10020 removed\n");
	sync_lab_end(&lab);
}

static void refused_write_is_told_and_heals_with_the_audit(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	lab.kernel->fail_next = 12;         /* ENOMEM */
	sync_lab_work(&lab);
	assert_string_equal(sync_lab_notes(&lab), "10.0.0.0/8: the kernel refused routes\n");
	assert_null(fake_fib_find(lab.kernel, "10.0.0.0/8", 20));
	sync_lab_audit(&lab);
	assert_non_null(fake_fib_find(lab.kernel, "10.0.0.0/8", 20));
	assert_string_equal(sync_lab_notes(&lab), "");
	sync_lab_end(&lab);
}

/* Found by fuzz_speaker: it stayed behind when its removal failed, and was taken for a stranger's. */
static void own_route_that_could_not_be_removed_is_taken_back(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_fixed(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	lab.kernel->fail_next = 16;         /* EBUSY */
	sync_lab_want_fixed(&lab, "");
	sync_lab_want_fixed(&lab, "10.0.0.0/8");
	sync_lab_work(&lab);
	assert_false(lab.sync.statics[0].is_installed);
	sync_lab_audit(&lab);
	assert_true(lab.sync.statics[0].is_installed);
	assert_false(lab.sync.statics[0].is_refused);
	fake_fib_trace(lab.kernel);
	sync_lab_want_fixed(&lab, "");
	expect(&lab, "route 10.0.0.0/8 metric 10020 removed\n");
	sync_lab_end(&lab);
}

/* ---- what is told as it happens ---- */

static struct fib_route route_at(const char *prefix, uint32_t metric, bool is_ours)
{
	struct fib_route route = { .table = 254, .metric = metric, .is_ours = is_ours };

	assert_true(prefix_parse(prefix, &route.prefix));
	return route;
}

static void route_of_ours_that_somebody_deletes_is_put_back_by_itself(void **unused)
{
	struct sync_lab lab;
	struct fib_route gone = route_at("10.0.0.0/8", 20, true);

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_want_pair(&lab, "10.1.0.0/16");
	sync_lab_trace(&lab);
	fake_fib_lose(lab.kernel, "10.0.0.0/8", 20);
	audit_notice(&lab.audit, &gone, true, 0);
	expect(&lab, "route 10.0.0.0/8 metric 20 -> chain 1\n");
	assert_string_equal(sync_lab_notes(&lab),
			    "-: what was missing or wrong in the kernel is put right\n");
	assert_int_equal(lab.sync.restored, 1);
	sync_lab_end(&lab);
}

static void foreign_route_that_displaces_ours_is_told_and_its_end_brings_ours_back(void **unused)
{
	struct sync_lab lab;
	struct fib_route foreign = route_at("10.0.0.0/8", 20, false);

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_trace(&lab);
	fake_fib_lose(lab.kernel, "10.0.0.0/8", 20);
	fake_fib_add_foreign(lab.kernel, "10.0.0.0/8", 254, 20);
	audit_notice(&lab.audit, &foreign, false, 0);
	expect(&lab, "");
	assert_string_equal(sync_lab_notes(&lab), "10.0.0.0/8: a route of somebody else's is there, "
						  "ours is not installed\n");
	fake_fib_lose(lab.kernel, "10.0.0.0/8", 20);
	audit_notice(&lab.audit, &foreign, true, 0);
	expect(&lab, "route 10.0.0.0/8 metric 20 -> chain 1\n");
	sync_lab_end(&lab);
}

static void what_others_do_elsewhere_is_not_our_business(void **unused)
{
	struct sync_lab lab;
	struct fib_route other = route_at("10.0.0.0/8", 99, false);

	(void)unused;
	sync_lab_begin(&lab);
	sync_lab_want_pair(&lab, "10.0.0.0/8");
	sync_lab_trace(&lab);
	audit_notice(&lab.audit, &other, false, 0);
	audit_notice(&lab.audit, &other, true, 0);
	expect(&lab, "");
	assert_string_equal(sync_lab_notes(&lab), "");
	sync_lab_end(&lab);
}

/* ---- in slices ---- */

/* What is written while a look is under way was not there when its slice was read. */
static void own_writes_during_a_look_are_not_taken_for_faults(void **unused)
{
	struct sync_lab lab;

	(void)unused;
	sync_lab_begin(&lab);
	lab.kernel->is_silent = true;
	for (unsigned int i = 0; i < 1000; i++) {
		char text[PREFIX_TEXT];

		snprintf(text, sizeof(text), "10.%u.%u.0/24", i / 256, i % 256);
		sync_lab_want_pair(&lab, text);
	}
	sync_lab_work(&lab);
	lab.kernel->is_silent = false;
	audit_begin(&lab.audit, 0);
	audit_work(&lab.audit, 100, 0);
	sync_lab_want_pair(&lab, "192.0.2.0/24");
	sync_lab_want(&lab, "10.0.7.0/24", 0, 0);
	expect(&lab, "route 192.0.2.0/24 metric 20 -> chain 1\n"
		     "route 10.0.7.0/24 metric 20 removed\n");
	assert_int_equal(lab.sync.divergence, 0);
	assert_int_equal(lab.sync.restored, 0);
	sync_lab_end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(foreign_route_is_reported_once_left_alone_and_tried_at_each_audit),
		cmocka_unit_test(prefix_that_was_refused_can_go),
		cmocka_unit_test(audit_of_what_is_right_writes_nothing),
		cmocka_unit_test(lost_route_is_put_back),
		cmocka_unit_test(route_that_lost_its_preferred_source_is_set_again),
		cmocka_unit_test(lost_nexthop_is_put_back_with_all_that_hung_on_it),
		cmocka_unit_test(chain_that_somebody_changed_is_set_right),
		cmocka_unit_test(route_of_ours_that_nobody_wants_is_removed),
		cmocka_unit_test(refused_write_is_told_and_heals_with_the_audit),
		cmocka_unit_test(own_route_that_could_not_be_removed_is_taken_back),
		cmocka_unit_test(route_of_ours_that_somebody_deletes_is_put_back_by_itself),
		cmocka_unit_test(foreign_route_that_displaces_ours_is_told_and_its_end_brings_ours_back),
		cmocka_unit_test(what_others_do_elsewhere_is_not_our_business),
		cmocka_unit_test(own_writes_during_a_look_are_not_taken_for_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
