#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgpd/speaker/next_hops.h"
#include "tests/support/fake_fib.h"

static struct fake_fib *fake;
static struct next_hops hops;

static int start(void **unused)
{
	(void)unused;
	fake = fake_fib_new();
	fake_fib_add_way(fake, "10.60.0.0/24", 2, NULL);
	fake_fib_add_way(fake, "192.0.2.0/24", 3, "10.60.0.9");
	next_hops_init(&hops);
	return 0;
}

static int stop(void **unused)
{
	(void)unused;
	next_hops_clear(&hops);
	fake_fib_free(fake);
	return 0;
}

static const struct fib_egress *find(const char *text)
{
	struct address next_hop;

	assert_true(address_parse(text, &next_hop));
	return next_hops_way(&hops, &fake->fib, &next_hop, "eth1", 254);
}

static bool change(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return next_hops_route_changed(&hops, &prefix);
}

static void the_way_to_a_neighbor_on_the_link_is_its_address(void **unused)
{
	const struct fib_egress *way = find("10.60.0.2");
	struct address itself = address_ipv4(0x0a3c0002), router = address_ipv4(0x0a3c0009);

	(void)unused;
	assert_int_equal(way->ifindex, 2);
	assert_true(address_equal(&way->gateway, &itself));
	way = find("192.0.2.1");
	assert_int_equal(way->ifindex, 3);
	assert_true(address_equal(&way->gateway, &router));
}

static void the_kernel_is_asked_once_for_each_next_hop(void **unused)
{
	(void)unused;
	for (int i = 0; i < 10; i++) {
		assert_non_null(find("10.60.0.2"));
		assert_non_null(find("192.0.2.1"));
		assert_null(find("198.51.100.1"));
	}
	assert_int_equal(fake->questions, 3);
	next_hops_forget(&hops);
	assert_non_null(find("10.60.0.2"));
	assert_int_equal(fake->questions, 4);
}

static void what_a_changed_route_concerns_is_asked_for_again(void **unused)
{
	(void)unused;
	find("10.60.0.2");
	assert_null(find("198.51.100.1"));
	assert_false(change("203.0.113.0/24"));
	assert_false(change("2001:db8::/32"));
	fake_fib_add_way(fake, "198.51.100.0/24", 4, NULL);
	assert_null(find("198.51.100.1"));
	assert_true(change("198.51.100.0/24"));
	assert_int_equal(find("198.51.100.1")->ifindex, 4);
	assert_int_equal(fake->questions, 3);
	assert_true(change("0.0.0.0/0"));
	find("10.60.0.2");
	assert_int_equal(fake->questions, 4);
}

/* More than are kept: none is taken for another. */
static void any_number_of_next_hops_is_answered(void **unused)
{
	(void)unused;
	for (uint32_t round = 0; round < 2; round++) {
		for (uint32_t host = 0; host < 3000; host++) {
			struct address next_hop = address_ipv4(0x0a3c0000 + host);
			const struct fib_egress *way = next_hops_way(&hops, &fake->fib,
								     &next_hop, NULL, 254);

			assert_int_equal(way != NULL, host < 256);
			if (way)
				assert_true(address_equal(&way->gateway, &next_hop));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_way_to_a_neighbor_on_the_link_is_its_address,
						start, stop),
		cmocka_unit_test_setup_teardown(the_kernel_is_asked_once_for_each_next_hop, start, stop),
		cmocka_unit_test_setup_teardown(what_a_changed_route_concerns_is_asked_for_again,
						start, stop),
		cmocka_unit_test_setup_teardown(any_number_of_next_hops_is_answered, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
