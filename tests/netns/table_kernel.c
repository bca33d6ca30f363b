/* tests/netns/table_kernel.c - fib/table_watch.c against the real kernel, changed by iproute2. */
#include "fib/table_watch.h"
#include "fib/netlink.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "tests/support/judge.h"

static struct {                         /* by the running test */
	struct fib_route route;         /* the last one */
	bool is_removal;
	size_t routes, nexthops, overruns;
} seen;
static struct table_watch *watch;
static struct fib *kernel;

/* The kernel's own of an IPv6 device come a second or two after it is up. */
static bool comes_with_a_device(const struct fib_route *route)
{
	struct address address = prefix_address(&route->prefix);

	return address.family == FAMILY_IPV6 &&
	       (address_is_link_local(&address) || address_is_multicast(&address));
}

static void see_route(void *arg, const struct fib_route *route, bool is_removal)
{
	(void)arg;
	if (comes_with_a_device(route))
		return;
	seen.route = *route;
	seen.is_removal = is_removal;
	seen.routes++;
}

static void see_nexthop(void *arg)
{
	(void)arg;
	seen.nexthops++;
}

static void see_overrun(void *arg)
{
	(void)arg;
	seen.overruns++;
}

static int start(void **state)
{
	static const struct table_events events = { see_route, see_nexthop, see_overrun, NULL };
	struct netlink_params params = { .protocol = 186 };
	char error[NETLINK_ERROR];
	struct table_ours ours;

	(void)state;
	judge_new_namespace();
	kernel = netlink_fib_new(&params, error);
	assert_non_null(kernel);
	ours = netlink_fib_ours(kernel);
	watch = table_watch_new(&ours, &events);
	assert_non_null(watch);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	table_watch_free(watch);
	netlink_fib_free(kernel);
	return 0;
}

/* Until the kernel has had nothing to say for a while: some of it comes a little later. */
static void read_all(void)
{
	struct pollfd waiting = { .fd = table_watch_fd(watch), .events = POLLIN };

	while (poll(&waiting, 1, 200) == 1)
		assert_int_equal(table_watch_read(watch, 16), 0);
}

static void forget(void)
{
	read_all();
	memset(&seen, 0, sizeof(seen));
}

static void expect_route(const char *text, uint32_t metric, bool is_ours, bool is_removal)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	assert_true(prefix_equal(&seen.route.prefix, &prefix));
	assert_int_equal(seen.route.metric, metric);
	assert_int_equal(seen.route.table, 254);
	assert_int_equal(seen.route.is_ours, is_ours);
	assert_int_equal(seen.is_removal, is_removal);
	seen.route.metric = UINT32_MAX;         /* each is looked at once */
}

static struct fib_route route_to(const char *prefix)
{
	struct fib_route route = { .table = 254, .metric = 20, .kind = FIB_BLACKHOLE };

	assert_true(prefix_parse(prefix, &route.prefix));
	return route;
}

static void write_table(void)
{
	struct fib_route ipv4 = route_to("10.50.0.0/16"), ipv6 = route_to("2001:db8:50::/48");
	struct fib_egress egress = { .family = FAMILY_IPV4, .ifindex = judge_ifindex(1) };
	struct fib_member member = { .egress = 1 };
	struct fib_chain chain = { .family = FAMILY_IPV4, .members = &member, .count = 1 };

	kernel->set_route(kernel, &ipv4);
	kernel->set_route(kernel, &ipv6);
	assert_int_equal(kernel->flush(kernel, NULL, NULL), 0);
	assert_int_equal(kernel->set_egress(kernel, 1, &egress), 0);
	assert_int_equal(kernel->set_chain(kernel, 1, &chain), 0);
}

static void what_we_do_ourselves_is_no_news(void **unused)
{
	struct fib_route ipv4 = route_to("10.50.0.0/16"), ipv6 = route_to("2001:db8:50::/48");

	forget();
	write_table();
	kernel->remove_route(kernel, &ipv4);
	kernel->remove_route(kernel, &ipv6);
	assert_int_equal(kernel->flush(kernel, NULL, NULL), 0);
	assert_int_equal(kernel->remove_chain(kernel, 1, FAMILY_IPV4), 0);
	assert_int_equal(kernel->remove_egress(kernel, 1, FAMILY_IPV4), 0);
	assert_int_equal(judge_number("ip route show proto 186 | wc -l"), 0);
	read_all();
	assert_int_equal(seen.routes + seen.nexthops, 0);
	(void)unused;
}

static void a_route_of_ours_deleted_by_hand_is_told(void **unused)
{
	write_table();
	forget();
	judge_run("ip route del blackhole 10.50.0.0/16");
	read_all();
	expect_route("10.50.0.0/16", 20, true, true);
	judge_run("ip -6 route del blackhole 2001:db8:50::/48");
	read_all();
	expect_route("2001:db8:50::/48", 20, true, true);
	assert_int_equal(seen.routes, 2);
	(void)unused;
}

static void routes_of_others_are_told_as_they_come_and_go(void **unused)
{
	forget();
	judge_run("ip route add 192.0.2.0/24 via 169.254.2.2 metric 7");
	read_all();
	expect_route("192.0.2.0/24", 7, false, false);
	judge_run("ip route del 192.0.2.0/24");
	read_all();
	expect_route("192.0.2.0/24", 7, false, true);
	judge_run("ip -6 route add default dev tun2");
	read_all();
	expect_route("::/0", 1024, false, false);
	assert_int_equal(seen.routes, 3);
	(void)unused;
}

static void a_route_put_in_the_place_of_ours_is_told(void **unused)
{
	write_table();
	forget();
	judge_run("ip route replace 10.50.0.0/16 dev tun2 metric 20");
	read_all();
	expect_route("10.50.0.0/16", 20, false, false);
	assert_int_equal(judge_number("ip route show proto 186 | wc -l"), 0);
	(void)unused;
}

static void a_nexthop_of_ours_deleted_by_hand_is_told(void **unused)
{
	write_table();
	forget();
	judge_run("ip nexthop del id %u", NETLINK_NEXTHOP_BASE + 1);
	read_all();
	assert_int_not_equal(seen.nexthops, 0);
	(void)unused;
}

static void nexthops_of_others_are_no_news(void **unused)
{
	forget();
	judge_run("ip nexthop add id 7 dev tun2 && ip nexthop del id 7");
	read_all();
	assert_int_equal(seen.nexthops, 0);
	(void)unused;
}

static void what_is_lost_to_a_full_buffer_is_told(void **unused)
{
	int small = 1;

	forget();
	assert_int_equal(setsockopt(table_watch_fd(watch), SOL_SOCKET, SO_RCVBUF, &small,
				    sizeof(small)), 0);
	for (unsigned int i = 1; i <= 40; i++)
		judge_run("ip route add 192.0.2.%u/32 dev tun1", i);
	read_all();
	assert_int_not_equal(seen.overruns, 0);
	assert_in_range(seen.routes, 1, 39);
	judge_run("ip route del 192.0.2.1/32");
	read_all();
	expect_route("192.0.2.1/32", 0, false, true);
	(void)unused;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_we_do_ourselves_is_no_news),
		TEST(a_route_of_ours_deleted_by_hand_is_told),
		TEST(routes_of_others_are_told_as_they_come_and_go),
		TEST(a_route_put_in_the_place_of_ours_is_told),
		TEST(a_nexthop_of_ours_deleted_by_hand_is_told),
		TEST(nexthops_of_others_are_no_news),
		TEST(what_is_lost_to_a_full_buffer_is_told),
	};
	const char *missing = judge_missing();

	if (missing) {
		printf("1..0 # SKIP %s\n", missing);
		return JUDGE_SKIP;
	}
	return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
