#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgpd/rib/attr_set.h"
#include "bgpd/wire/as_path.h"

static const uint8_t path[] = { AS_SEQUENCE, 2, 0, 0, 0xfc, 0x00, 0, 0, 0xfd, 0xe9 };
static const uint8_t communities[] = { 0xfd, 0xf2, 0, 100 };

static struct attrs attrs_of_route(void)
{
	return (struct attrs){
		.origin = ORIGIN_EGP,
		.has_med = true, .med = 50,
		.next_hop = { FAMILY_IPV4, { 169, 254, 10, 1 } },
		.as_path = { path, sizeof(path) },
		.communities = { communities, sizeof(communities) },
	};
}

static void equal_attributes_are_one_set(void **unused)
{
	struct attrs attrs = attrs_of_route();
	struct attr_sets sets;

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *one = attr_sets_intern(&sets, &attrs);
	const struct attr_set *same = attr_sets_intern(&sets, &attrs);
	attrs.med = 51;
	const struct attr_set *other = attr_sets_intern(&sets, &attrs);
	assert_ptr_equal(one, same);
	assert_ptr_not_equal(one, other);
	assert_int_equal(sets.count, 2);
	attr_sets_drop(&sets, one);
	attr_sets_drop(&sets, same);
	attr_sets_drop(&sets, other);
	assert_int_equal(sets.count, 0);
	attr_sets_clear(&sets);
}

static void a_set_gives_back_what_was_put_in(void **unused)
{
	struct attrs attrs = attrs_of_route();
	struct attr_sets sets;
	uint32_t local_pref;
	char text[64];

	(void)unused;
	attrs.metric = 30;
	attrs.has_aggregator = true;
	attrs.aggregator_as = 65010;
	attr_sets_init(&sets);
	const struct attr_set *set = attr_sets_intern(&sets, &attrs);
	struct attrs view = attr_set_view(set);
	assert_int_equal(view.origin, ORIGIN_EGP);
	assert_int_equal(view.med, 50);
	assert_int_equal(view.metric, 30);
	assert_int_equal(view.aggregator_as, 65010);
	assert_string_equal(as_path_format(view.as_path, text, sizeof(text)), "64512 65001");
	assert_int_equal(attr_set_metric(set), 30);
	assert_int_equal(attr_set_hops(set), 2);
	assert_int_equal(attr_set_neighbor_as(set), 64512);
	assert_false(attr_set_local_pref(set, &local_pref));
	attr_sets_drop(&sets, set);
	attr_sets_clear(&sets);
}

static void a_changed_set_keeps_what_was_received(void **unused)
{
	struct attrs attrs = attrs_of_route();
	struct attr_sets sets;
	uint32_t local_pref;

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *received = attr_sets_intern(&sets, &attrs);
	attrs.has_local_pref = true;
	attrs.local_pref = 150;
	const struct attr_set *changed = attr_sets_intern_changed(&sets, &attrs, received);
	attr_sets_drop(&sets, received);
	assert_int_equal(sets.count, 2);
	assert_true(attr_set_local_pref(changed, &local_pref));
	assert_int_equal(local_pref, 150);
	assert_ptr_equal(attr_set_received(changed), received);
	assert_ptr_equal(attr_set_received(received), received);
	assert_false(attr_set_view(attr_set_received(changed)).has_local_pref);
	attr_sets_drop(&sets, changed);
	assert_int_equal(sets.count, 0);
	attr_sets_clear(&sets);
}

/* The same values, but not the same story. */
static void what_came_so_and_what_was_made_so_are_two_sets(void **unused)
{
	struct attrs attrs = attrs_of_route();
	struct attr_sets sets;

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *received = attr_sets_intern(&sets, &attrs);
	const struct attr_set *changed = attr_sets_intern_changed(&sets, &attrs, received);
	const struct attr_set *again = attr_sets_intern_changed(&sets, &attrs, received);
	assert_ptr_not_equal(changed, received);
	assert_ptr_equal(changed, again);
	attr_sets_drop(&sets, received);
	attr_sets_drop(&sets, changed);
	attr_sets_drop(&sets, again);
	assert_int_equal(sets.count, 0);
	attr_sets_clear(&sets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_attributes_are_one_set),
		cmocka_unit_test(a_set_gives_back_what_was_put_in),
		cmocka_unit_test(a_changed_set_keeps_what_was_received),
		cmocka_unit_test(what_came_so_and_what_was_made_so_are_two_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
