#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgpd/rib/aggregate.h"
#include "bgpd/wire/as_path.h"

struct fixture {
	struct aggregate aggregate;
	struct attr_sets sets;
	const struct attr_set *igp, *egp, *incomplete, *ours;   /* by origin; the last without a path */
};

static const struct attr_set *set_of(struct fixture *fixture, enum origin origin, bool has_path)
{
	static const uint8_t path[] = { AS_SEQUENCE, 1, 0, 0, 0xfc, 0x00 };
	struct attrs attrs = { .origin = (uint8_t)origin };

	if (has_path)
		attrs.as_path = (struct span){ path, sizeof(path) };
	return attr_sets_intern(&fixture->sets, &attrs);
}

static int set_up(void **state)
{
	static struct fixture fixture;
	const struct prefix prefix = { FAMILY_IPV4, 12, { 172, 16 } };

	aggregate_init(&fixture.aggregate, &prefix);
	attr_sets_init(&fixture.sets);
	fixture.igp = set_of(&fixture, ORIGIN_IGP, true);
	fixture.egp = set_of(&fixture, ORIGIN_EGP, true);
	fixture.incomplete = set_of(&fixture, ORIGIN_INCOMPLETE, true);
	fixture.ours = set_of(&fixture, ORIGIN_IGP, false);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	aggregate_clear(&fixture->aggregate);
	attr_sets_drop(&fixture->sets, fixture->igp);
	attr_sets_drop(&fixture->sets, fixture->egp);
	attr_sets_drop(&fixture->sets, fixture->incomplete);
	attr_sets_drop(&fixture->sets, fixture->ours);
	attr_sets_clear(&fixture->sets);
	return 0;
}

static bool covers(const struct fixture *fixture, const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return aggregate_covers(&fixture->aggregate, &prefix);
}

static void it_covers_what_lies_in_it_but_not_itself(void **state)
{
	assert_true(covers(*state, "172.16.0.0/13"));
	assert_true(covers(*state, "172.31.255.255/32"));
	assert_false(covers(*state, "172.16.0.0/12"));
	assert_false(covers(*state, "172.0.0.0/8"));
	assert_false(covers(*state, "172.32.0.0/16"));
	assert_false(covers(*state, "2001:db8::/32"));
}

static struct attrs attrs_now(struct fixture *fixture)
{
	return aggregate_attrs(&fixture->aggregate, 65010, 7);
}

static void it_is_there_while_one_contributes(void **state)
{
	struct fixture *fixture = *state;

	assert_false(aggregate_has_any(&fixture->aggregate));
	aggregate_see(&fixture->aggregate, 5, fixture->igp);
	aggregate_see(&fixture->aggregate, 6, fixture->igp);
	aggregate_see(&fixture->aggregate, 5, NULL);
	assert_true(aggregate_has_any(&fixture->aggregate));
	aggregate_see(&fixture->aggregate, 6, NULL);
	assert_false(aggregate_has_any(&fixture->aggregate));
}

static void only_the_first_and_the_last_one_change_it(void **state)
{
	struct fixture *fixture = *state;

	aggregate_see(&fixture->aggregate, 5, fixture->igp);
	assert_true(fixture->aggregate.has_changed);
	fixture->aggregate.has_changed = false;
	aggregate_see(&fixture->aggregate, 6, fixture->igp);
	aggregate_see(&fixture->aggregate, 5, NULL);
	aggregate_see(&fixture->aggregate, 5, NULL);
	assert_false(fixture->aggregate.has_changed);
	aggregate_see(&fixture->aggregate, 6, NULL);
	assert_true(fixture->aggregate.has_changed);
}

/* RFC 4271 9.2.2.2: INCOMPLETE before EGP before IGP. */
static void its_origin_is_the_least_certain_one(void **state)
{
	struct fixture *fixture = *state;

	aggregate_see(&fixture->aggregate, 1, fixture->igp);
	assert_int_equal(attrs_now(fixture).origin, ORIGIN_IGP);
	aggregate_see(&fixture->aggregate, 2, fixture->egp);
	assert_int_equal(attrs_now(fixture).origin, ORIGIN_EGP);
	aggregate_see(&fixture->aggregate, 3, fixture->incomplete);
	assert_int_equal(attrs_now(fixture).origin, ORIGIN_INCOMPLETE);
	aggregate_see(&fixture->aggregate, 3, fixture->igp);
	assert_int_equal(attrs_now(fixture).origin, ORIGIN_EGP);
}

static void it_says_when_paths_were_left_out_and_who_made_it(void **state)
{
	struct fixture *fixture = *state;

	aggregate_see(&fixture->aggregate, 1, fixture->ours);
	assert_false(attrs_now(fixture).atomic_aggregate);
	aggregate_see(&fixture->aggregate, 2, fixture->igp);
	assert_true(attrs_now(fixture).atomic_aggregate);
	assert_int_equal(attrs_now(fixture).as_path.length, 0);
	assert_true(attrs_now(fixture).has_aggregator);
	assert_int_equal(attrs_now(fixture).aggregator_as, 65010);
	assert_int_equal(attrs_now(fixture).aggregator_id, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_covers_what_lies_in_it_but_not_itself, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(it_is_there_while_one_contributes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_the_first_and_the_last_one_change_it, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(its_origin_is_the_least_certain_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_says_when_paths_were_left_out_and_who_made_it,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
