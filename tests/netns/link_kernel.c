/* tests/netns/link_kernel.c - fib/link_watch.c against the real kernel, changed by iproute2. */
#include "fib/link_watch.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/judge.h"

struct seen {
	struct link_state last[JUDGE_TUNNELS + 1];      /* of tun1 .. tun4 */
	size_t changes, resyncs;
};

static struct seen seen;                /* by the running test */
static struct link_watch *watch;

static void see_change(void *arg, const struct link_state *link)
{
	(void)arg;
	seen.last[link->name[3] - '0'] = *link;
	seen.changes++;
}

static void see_resync(void *arg)
{
	(void)arg;
	seen.resyncs++;
}

/* Watches tun1, tun2 and tun4.  tun1 is named twice, and tun2 may well not exist. */
static void start_watching(void)
{
	static const char *const names[] = { "tun4", "tun1", "tun2", "tun1" };

	watch = link_watch_new(names, 4, see_change, see_resync, NULL);
	assert_non_null(watch);
	assert_int_equal(link_watch_refresh(watch), 0);
}

static int start(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	judge_new_namespace();
	start_watching();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	link_watch_free(watch);
	return 0;
}

/* Some things the kernel does a little later (carrier, IPv6 addresses): what is awaited is a
 * state. */
#define WAIT_UNTIL(claim) \
	do { \
		for (int tries = 0; !(claim) && tries < 50; tries++) \
			read_what_comes(); \
		assert_true(claim); \
	} while (0)

static void read_what_comes(void)
{
	struct pollfd waiting = { .fd = link_watch_fd(watch), .events = POLLIN };

	poll(&waiting, 1, 100);
	assert_int_equal(link_watch_read(watch), 0);
}

/* Reads until the kernel has had nothing to say for a while, and forgets it. */
static void settle(void)
{
	struct pollfd waiting = { .fd = link_watch_fd(watch), .events = POLLIN };

	while (poll(&waiting, 1, 200) == 1)
		assert_int_equal(link_watch_read(watch), 0);
	seen.changes = seen.resyncs = 0;
}

static bool has_address(unsigned int tunnel, const char *text)
{
	const struct link_state *link = &seen.last[tunnel];
	struct address address;

	assert_true(address_parse(text, &address));
	for (size_t i = 0; i < link->address_count; i++) {
		if (address_equal(&link->addresses[i], &address))
			return true;
	}
	return false;
}

/* ---- links ---- */

static void each_watched_link_is_told_once_with_its_state_and_addresses(void **unused)
{
	const struct link_state *link = &seen.last[1];

	assert_int_equal(seen.changes, 3);
	assert_string_equal(link->name, "tun1");
	assert_int_equal(link->ifindex, judge_ifindex(1));
	assert_true(link->is_up && link->has_carrier && link->lower_is_up);
	assert_true(has_address(1, "169.254.1.1"));
	assert_true(has_address(1, "fd00:1::1"));
	assert_int_equal(seen.last[3].ifindex, 0);
	(void)unused;
}

static void what_did_not_change_is_not_told_again(void **unused)
{
	settle();
	judge_run("ip link set tun1 mtu 1400");
	judge_run("ip link set tun3 mtu 1400");
	assert_int_equal(link_watch_read(watch), 0);
	assert_int_equal(link_watch_refresh(watch), 0);
	assert_int_equal(seen.changes, 0);
	assert_int_equal(seen.resyncs, 0);
	(void)unused;
}

static void a_link_that_goes_down_is_told(void **unused)
{
	settle();
	judge_run("ip link set tun1 down");
	WAIT_UNTIL(!seen.last[1].is_up);
	assert_false(seen.last[1].has_carrier);
	(void)unused;
}

static void carrier_and_being_up_are_told_apart(void **unused)
{
	judge_run("ip link set far1 down");
	WAIT_UNTIL(!seen.last[1].has_carrier);
	assert_true(seen.last[1].is_up);
	(void)unused;
}

static void a_link_that_was_down_between_two_reads_asks_for_a_resync(void **unused)
{
	settle();
	judge_run("ip link set tun1 down && ip link set tun1 up");
	WAIT_UNTIL(seen.last[1].has_carrier && seen.resyncs);
	assert_int_equal(seen.resyncs, 1);
	(void)unused;
}

static void another_interface_that_goes_or_comes_asks_for_a_resync(void **unused)
{
	settle();
	judge_run("ip link set tun3 down");
	WAIT_UNTIL(seen.resyncs == 1);
	judge_run("ip link set tun3 up");
	WAIT_UNTIL(seen.resyncs == 2);
	assert_int_equal(seen.changes, 0);
	(void)unused;
}

static void an_address_of_any_interface_that_comes_or_goes_asks_for_a_resync(void **unused)
{
	settle();
	judge_run("ip addr add 192.0.2.1/32 dev tun3");
	WAIT_UNTIL(seen.resyncs == 1);
	judge_run("ip addr change 192.0.2.1/32 dev tun3 valid_lft 1000 preferred_lft 1000");
	judge_run("ip addr del 192.0.2.1/32 dev tun3");
	WAIT_UNTIL(seen.resyncs == 2);
	assert_int_equal(seen.changes, 0);
	(void)unused;
}

static void a_link_that_is_deleted_has_no_ifindex(void **unused)
{
	judge_run("ip link del tun1");
	WAIT_UNTIL(seen.last[1].ifindex == 0);
	assert_string_equal(seen.last[1].name, "tun1");
	assert_int_equal(seen.last[1].address_count, 0);
	(void)unused;
}

static void a_link_that_comes_back_has_its_new_ifindex(void **unused)
{
	judge_run("ip link del tun1");
	judge_run("ip link add tun1 type veth peer name far1");
	judge_run("ip link set far1 up && ip link set tun1 up");
	WAIT_UNTIL(seen.last[1].ifindex && seen.last[1].ifindex != judge_ifindex(1));
	WAIT_UNTIL(seen.last[1].is_up && seen.last[1].has_carrier);
	(void)unused;
}

static void a_link_that_is_renamed_is_gone_under_its_old_name(void **unused)
{
	judge_run("ip link set tun1 down && ip link set tun1 name other1");
	judge_run("ip link set tun2 down && ip link del tun4 && ip link set tun3 name tun4");
	WAIT_UNTIL(seen.last[1].ifindex == 0);
	WAIT_UNTIL(seen.last[4].ifindex == judge_ifindex(3));
	assert_true(has_address(4, "169.254.3.1"));
	(void)unused;
}

static void a_link_that_moves_to_another_namespace_is_gone(void **unused)
{
	pid_t elsewhere = judge_other_namespace();

	judge_run("ip link set tun1 netns %d", elsewhere);
	WAIT_UNTIL(seen.last[1].ifindex == 0);
	judge_end(elsewhere);
	(void)unused;
}

static void a_port_that_leaves_a_bridge_is_not_gone(void **unused)
{
	judge_run("ip link add bridge9 type bridge && ip link set tun1 master bridge9");
	judge_run("ip link set tun1 nomaster && ip link set tun4 down");
	WAIT_UNTIL(!seen.last[4].is_up);
	assert_int_equal(seen.last[1].ifindex, judge_ifindex(1));
	assert_true(has_address(1, "169.254.1.1"));
	(void)unused;
}

static void addresses_come_and_go(void **unused)
{
	judge_run("ip addr add 192.0.2.1/32 dev tun1");
	judge_run("ip addr del 169.254.1.1/30 dev tun1");
	WAIT_UNTIL(has_address(1, "192.0.2.1") && !has_address(1, "169.254.1.1"));
	judge_run("ip addr flush dev tun1");
	WAIT_UNTIL(seen.last[1].address_count == 0);
	(void)unused;
}

static void the_own_end_of_a_point_to_point_address_is_told(void **unused)
{
	judge_run("ip addr add 192.0.2.1 peer 192.0.2.2 dev tun1");
	WAIT_UNTIL(has_address(1, "192.0.2.1"));
	assert_false(has_address(1, "192.0.2.2"));
	(void)unused;
}

/* An address that may be a duplicate cannot be used yet. */
static void an_ipv6_address_is_told_when_it_can_be_used(void **unused)
{
	judge_run("echo 1 > /proc/sys/net/ipv6/conf/tun1/dad_transmits");
	judge_run("ip addr add fd00:9::1/64 dev tun1");
	assert_int_equal(link_watch_refresh(watch), 0);
	assert_false(has_address(1, "fd00:9::1"));
	WAIT_UNTIL(has_address(1, "fd00:9::1"));
	(void)unused;
}

static void more_addresses_than_fit_do_no_harm(void **unused)
{
	for (unsigned int i = 1; i <= 40; i++)
		judge_run("ip addr add 192.0.2.%u/32 dev tun1", i);
	WAIT_UNTIL(seen.last[1].address_count == LINK_ADDRESSES);
	for (unsigned int i = 1; i <= 39; i++)
		judge_run("ip addr del 192.0.2.%u/32 dev tun1", i);
	WAIT_UNTIL(has_address(1, "192.0.2.40"));
	(void)unused;
}

/* The stand-in for an XFRM interface, which would keep its carrier as well. */
static void the_lower_device_counts(void **unused)
{
	judge_run("ip link del tun1");
	judge_run("ip link add link tun3 name tun1 type macvlan");
	judge_run("ip link set tun1 up");
	WAIT_UNTIL(seen.last[1].has_carrier && seen.last[1].lower_is_up);
	judge_run("ip link set tun3 down");
	WAIT_UNTIL(!seen.last[1].lower_is_up);
	assert_true(seen.last[1].is_up);
	(void)unused;
}

static void a_lower_device_in_another_namespace_counts_as_up(void **unused)
{
	pid_t elsewhere = judge_other_namespace();

	judge_run("ip link set far1 netns %d", elsewhere);
	WAIT_UNTIL(!seen.last[1].has_carrier);  /* a veth that moves goes down */
	assert_true(seen.last[1].lower_is_up);
	judge_end(elsewhere);
	(void)unused;
}

static void an_overrun_ends_in_the_truth_and_a_resync(void **unused)
{
	int small = 1;

	settle();
	assert_int_equal(setsockopt(link_watch_fd(watch), SOL_SOCKET, SO_RCVBUF, &small,
				    sizeof(small)), 0);
	for (unsigned int i = 1; i <= 40; i++)
		judge_run("ip addr add 192.0.2.%u/32 dev tun1", i);
	judge_run("ip link set tun4 down");
	WAIT_UNTIL(seen.resyncs);
	assert_false(seen.last[4].is_up);
	assert_int_equal(seen.last[1].address_count, LINK_ADDRESSES);
	(void)unused;
}

static void send_to_far_end(size_t packets, size_t bytes)
{
	static const uint8_t nothing[1000];
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, "169.254.1.2", &to.sin_addr);
	for (size_t i = 0; i < packets; i++)
		assert_int_equal(sendto(fd, nothing, bytes, 0, (struct sockaddr *)&to, sizeof(to)),
				 bytes);
	close(fd);
}

static void counters_are_those_of_the_interface(void **unused)
{
	struct link_counters before, after, other;

	judge_run("ip neigh add 169.254.1.2 lladdr 02:00:00:00:00:01 dev tun1");
	settle();
	assert_true(link_watch_counters(watch, "tun1", &before));
	assert_true(link_watch_counters(watch, "tun2", &other));
	send_to_far_end(100, 1000);
	assert_true(link_watch_counters(watch, "tun1", &after));
	assert_in_range(after.tx_packets - before.tx_packets, 100, 120);
	assert_in_range(after.tx_bytes - before.tx_bytes, 100000, 120000);
	assert_in_range(other.tx_packets, 0, 99);
	assert_false(link_watch_counters(watch, "tun3", &other));
	assert_false(link_watch_counters(watch, "nosuch", &other));
	(void)unused;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_watched_link_is_told_once_with_its_state_and_addresses),
		TEST(what_did_not_change_is_not_told_again),
		TEST(a_link_that_goes_down_is_told),
		TEST(carrier_and_being_up_are_told_apart),
		TEST(a_link_that_was_down_between_two_reads_asks_for_a_resync),
		TEST(another_interface_that_goes_or_comes_asks_for_a_resync),
		TEST(an_address_of_any_interface_that_comes_or_goes_asks_for_a_resync),
		TEST(a_link_that_is_deleted_has_no_ifindex),
		TEST(a_link_that_comes_back_has_its_new_ifindex),
		TEST(a_link_that_is_renamed_is_gone_under_its_old_name),
		TEST(a_link_that_moves_to_another_namespace_is_gone),
		TEST(a_port_that_leaves_a_bridge_is_not_gone),
		TEST(addresses_come_and_go),
		TEST(the_own_end_of_a_point_to_point_address_is_told),
		TEST(an_ipv6_address_is_told_when_it_can_be_used),
		TEST(more_addresses_than_fit_do_no_harm),
		TEST(the_lower_device_counts),
		TEST(a_lower_device_in_another_namespace_counts_as_up),
		TEST(an_overrun_ends_in_the_truth_and_a_resync),
		TEST(counters_are_those_of_the_interface),
	};
	const char *missing = judge_missing();

	if (missing) {
		printf("1..0 # SKIP %s\n", missing);
		return JUDGE_SKIP;
	}
	return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
