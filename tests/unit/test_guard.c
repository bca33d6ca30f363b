/* Which way leads to a tunnel's outer endpoint without us: the longest match among the routes of
 * others, looked at as a whole. */
#include "fib/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TUNNEL_DEVICE 9
#define MAIN          254

static struct guard guard;

static bool avoids(void *arg, int ifindex)
{
	(void)arg;
	return ifindex == TUNNEL_DEVICE;
}

static int start(void **state)
{
	(void)state;
	guard_init(&guard, avoids, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	guard_clear(&guard);
	return 0;
}

static struct address address_from(const char *text)
{
	struct address address;

	assert_true(address_parse(text, &address));
	return address;
}

static struct prefix prefix_from(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static void see_in(uint32_t table, const char *prefix, uint32_t metric, int ifindex)
{
	struct fib_route route = { .prefix = prefix_from(prefix), .table = table,
				   .metric = metric, .kind = ifindex ? FIB_PIN : FIB_UNREACHABLE,
				   .via.ifindex = ifindex };

	guard_see(&guard, &route);
}

static void see(const char *prefix, uint32_t metric, int ifindex)
{
	see_in(MAIN, prefix, metric, ifindex);
}

/* The device of the way to an endpoint; 0: none. */
static int way_in(uint32_t table, const char *outside)
{
	struct address address = address_from(outside);

	guard_ask_begin(&guard);
	const struct fib_egress *way = guard_way(&guard, &address, table);
	int ifindex = way ? way->ifindex : 0;
	guard_ask_end(&guard);
	guard.has_changed = false;
	return ifindex;
}

static int way(const char *outside)
{
	return way_in(MAIN, outside);
}

static void an_endpoint_that_is_new_needs_a_look(void **unused)
{
	assert_false(guard.needs_look);
	assert_int_equal(way("192.0.2.1"), 0);
	assert_true(guard.needs_look);
	guard_look_begin(&guard);
	assert_false(guard.needs_look);
	see("0.0.0.0/0", 0, 2);
	guard_look_end(&guard);
	assert_true(guard.has_changed);
	assert_int_equal(way("192.0.2.1"), 2);
	assert_false(guard.needs_look);
	(void)unused;
}

static void the_longest_match_wins_then_the_lowest_metric(void **unused)
{
	static const struct { const char *prefix; uint32_t metric; int ifindex; } routes[] = {
		{ "0.0.0.0/0", 0, 2 }, { "192.0.2.0/24", 100, 3 }, { "192.0.2.0/24", 50, 4 },
		{ "192.0.2.128/25", 0, 5 }, { "192.0.0.0/8", 0, 6 }, { "::/0", 0, 7 },
	};
	enum { COUNT = sizeof(routes) / sizeof(routes[0]) };

	way("192.0.2.1");
	for (size_t first = 0; first < COUNT; first++) {
		guard_look_begin(&guard);
		for (size_t i = 0; i < COUNT; i++)
			see(routes[(first + i) % COUNT].prefix, routes[(first + i) % COUNT].metric,
			    routes[(first + i) % COUNT].ifindex);
		guard_look_end(&guard);
		assert_int_equal(way("192.0.2.1"), 4);
	}
	(void)unused;
}

static void what_leads_through_a_tunnel_is_no_underlay(void **unused)
{
	way("2001:db8::1");
	guard_look_begin(&guard);
	see("2001:db8::/64", 0, TUNNEL_DEVICE);
	see("::/0", 1024, 3);
	guard_look_end(&guard);
	assert_int_equal(way("2001:db8::1"), 3);
	(void)unused;
}

static void a_route_in_the_table_of_the_group_goes_before_main(void **unused)
{
	way_in(100, "192.0.2.1");
	guard_look_begin(&guard);
	see_in(MAIN, "192.0.2.0/24", 0, 2);
	see_in(100, "0.0.0.0/0", 0, 3);
	see_in(200, "192.0.2.1/32", 0, 4);
	guard_look_end(&guard);
	assert_int_equal(way_in(100, "192.0.2.1"), 3);
	guard_look_begin(&guard);
	see_in(MAIN, "192.0.2.0/24", 0, 2);
	guard_look_end(&guard);
	assert_int_equal(way_in(100, "192.0.2.1"), 2);
	(void)unused;
}

static void a_look_that_finds_the_same_changes_nothing(void **unused)
{
	way("192.0.2.1");
	for (int i = 0; i < 2; i++) {
		guard_look_begin(&guard);
		see("0.0.0.0/0", 0, 2);
		guard_look_end(&guard);
		assert_int_equal(guard.has_changed, i == 0);
		way("192.0.2.1");
	}
	(void)unused;
}

static void an_endpoint_that_nothing_leads_to_keeps_its_last_way(void **unused)
{
	way("192.0.2.1");
	guard_look_begin(&guard);
	see("0.0.0.0/0", 0, 2);
	guard_look_end(&guard);
	guard_look_begin(&guard);
	see("198.51.100.0/24", 0, 3);
	guard_look_end(&guard);
	assert_int_equal(way("192.0.2.1"), 2);
	(void)unused;
}

static void what_somebody_made_unreachable_has_no_way(void **unused)
{
	way("192.0.2.1");
	guard_look_begin(&guard);
	see("0.0.0.0/0", 0, 2);
	guard_look_end(&guard);
	guard_look_begin(&guard);
	see("0.0.0.0/0", 0, 2);
	see("192.0.2.1/32", 0, 0);
	guard_look_end(&guard);
	assert_true(guard.has_changed);
	assert_int_equal(way("192.0.2.1"), 0);
	(void)unused;
}

static void what_is_not_asked_for_any_more_is_forgotten(void **unused)
{
	struct prefix cover = prefix_from("192.0.2.0/24"), other = prefix_from("198.51.100.0/24");

	way("192.0.2.1");
	assert_true(guard_concerns(&guard, &cover));
	assert_false(guard_concerns(&guard, &other));
	way("198.51.100.1");
	assert_false(guard_concerns(&guard, &cover));
	assert_true(guard_concerns(&guard, &other));
	(void)unused;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_endpoint_that_is_new_needs_a_look),
		TEST(the_longest_match_wins_then_the_lowest_metric),
		TEST(what_leads_through_a_tunnel_is_no_underlay),
		TEST(a_route_in_the_table_of_the_group_goes_before_main),
		TEST(a_look_that_finds_the_same_changes_nothing),
		TEST(an_endpoint_that_nothing_leads_to_keeps_its_last_way),
		TEST(what_somebody_made_unreachable_has_no_way),
		TEST(what_is_not_asked_for_any_more_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
