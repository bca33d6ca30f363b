/* The fake kernel of the simulations does what tests/netns/fib_kernel.c sees the real one do. */
#include "tests/support/fake_fib.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct fake_fib *fake;
static struct fib *fib;

static int start(void **state)
{
	(void)state;
	fake = fake_fib_new();
	fib = &fake->fib;
	fake_fib_name(fake, 1, "tun1");
	fake_fib_name(fake, 2, "tun2");
	for (egress_id id = 1; id <= 2; id++) {
		struct fib_egress egress = { .family = FAMILY_IPV4, .ifindex = 10 + id };

		assert_int_equal(fib->set_egress(fib, id, &egress), 0);
	}
	return 0;
}

static int stop(void **state)
{
	(void)state;
	fake_fib_free(fake);
	return 0;
}

static int set_pair(egress_id first, egress_id second, bool is_ecmp)
{
	struct fib_member members[] = { { first, 2 }, { second, 1 } };
	struct fib_chain chain = { .family = FAMILY_IPV4, .is_ecmp = is_ecmp,
				   .members = members, .count = 2 };

	return fib->set_chain(fib, 1, &chain);
}

static void count_failure(void *arg, const struct fib_route *route, int error, const char *text)
{
	(void)route;
	(void)text;
	*(int *)arg = error;
}

static int write_route(const char *prefix, enum fib_kind kind, bool is_ours)
{
	struct fib_route route = { .table = 254, .metric = 20, .kind = kind, .chain = 1,
				   .is_ours = is_ours };
	int failure = 0;

	assert_true(prefix_parse(prefix, &route.prefix));
	assert_int_equal(fib->set_route(fib, &route), 0);
	assert_int_equal(fib->flush(fib, count_failure, &failure), 0);
	return failure;
}

static void what_is_done_can_be_read(void **unused)
{
	assert_string_equal(fake_fib_trace(fake), "egress tun1 -> dev 11\negress tun2 -> dev 12\n");
	set_pair(1, 2, false);
	write_route("10.0.0.0/8", FIB_CHAIN, false);
	write_route("10.0.0.0/8", FIB_UNREACHABLE, true);
	assert_string_equal(fake_fib_trace(fake), "chain 1 -> tun1,tun2\n"
			    "route 10.0.0.0/8 metric 20 -> chain 1\n"
			    "route 10.0.0.0/8 metric 20 -> unreachable\n");
	assert_string_equal(fake_fib_trace(fake), "");
	(void)unused;
}

static void the_next_member_carries_when_a_device_goes(void **unused)
{
	set_pair(1, 2, false);
	write_route("10.0.0.0/8", FIB_CHAIN, false);
	assert_int_equal(fake_fib_carrier(fake, "10.0.0.0/8", 20), 11);
	fake_fib_link_down(fake, 11);
	assert_int_equal(fake_fib_carrier(fake, "10.0.0.0/8", 20), 12);
	assert_int_equal(set_pair(1, 2, false), -EINVAL);
	(void)unused;
}

static void a_chain_that_loses_its_last_member_takes_its_routes_along(void **unused)
{
	set_pair(1, 2, false);
	write_route("10.0.0.0/8", FIB_CHAIN, false);
	write_route("11.0.0.0/8", FIB_UNREACHABLE, false);
	fake_fib_link_down(fake, 11);
	fake_fib_link_down(fake, 12);
	assert_null(fake_fib_chain(fake, FAMILY_IPV4, 1));
	assert_null(fake_fib_find(fake, "10.0.0.0/8", 20));
	assert_non_null(fake_fib_find(fake, "11.0.0.0/8", 20));
	(void)unused;
}

static void a_route_of_others_stays(void **unused)
{
	set_pair(1, 2, false);
	fake_fib_add_foreign(fake, "10.0.0.0/8", 254, 20);
	assert_int_equal(write_route("10.0.0.0/8", FIB_CHAIN, false), -EEXIST);
	assert_null(fake_fib_find(fake, "10.0.0.0/8", 20));
	(void)unused;
}

static void a_chain_stays_a_pair_or_stays_ecmp(void **unused)
{
	assert_int_equal(set_pair(1, 2, false), 0);
	assert_int_equal(set_pair(1, 2, true), -EINVAL);
	(void)unused;
}

static void a_failure_can_be_ordered(void **unused)
{
	set_pair(1, 2, false);
	fake->fail_next = ENOMEM;
	assert_int_equal(write_route("10.0.0.0/8", FIB_CHAIN, false), -ENOMEM);
	assert_int_equal(write_route("10.0.0.0/8", FIB_CHAIN, false), 0);
	(void)unused;
}

static void resolve_takes_the_longest_match(void **unused)
{
	struct fib_egress egress;
	struct address address = address_ipv4(0xc0000201);

	assert_int_equal(fib->resolve(fib, &address, NULL, 0, &egress), -ENETUNREACH);
	fake_fib_add_way(fake, "0.0.0.0/0", 2, "198.51.100.1");
	fake_fib_add_way(fake, "192.0.2.0/24", 3, NULL);
	assert_int_equal(fib->resolve(fib, &address, NULL, 0, &egress), 0);
	assert_int_equal(egress.ifindex, 3);
	(void)unused;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_done_can_be_read),
		TEST(the_next_member_carries_when_a_device_goes),
		TEST(a_chain_that_loses_its_last_member_takes_its_routes_along),
		TEST(a_route_of_others_stays),
		TEST(a_chain_stays_a_pair_or_stays_ecmp),
		TEST(a_failure_can_be_ordered),
		TEST(resolve_takes_the_longest_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
