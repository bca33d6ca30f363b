/* tests/netns/xfrm_kernel.c - fib/xfrm_watch.c against the real kernel, changed by iproute2.  Where the
 * kernel has no ESP, only what needs none. */
#include "fib/xfrm_watch.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/judge.h"

#define KEY "0x0000000000000000000000000000000000000000"

static struct xfrm_watch *watch;
static size_t changes;

static const struct sa_key by_id = { .if_id = 7 };
static const struct sa_key by_address = { .outside = { FAMILY_IPV4, { 10, 99, 1, 2 } } };

static void see_change(void *arg)
{
	(void)arg;
	changes++;
}

static int start(void **state)
{
	(void)state;
	changes = 0;
	judge_new_namespace();
	watch = xfrm_watch_new(see_change, NULL);
	assert_non_null(watch);
	assert_int_equal(xfrm_watch_refresh(watch), 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	xfrm_watch_free(watch);
	return 0;
}

/* A netlink message is there as soon as the command that caused it has ended. */
static void read_what_came(void)
{
	struct pollfd waiting = { .fd = xfrm_watch_fd(watch), .events = POLLIN };

	while (poll(&waiting, 1, 0) == 1)
		assert_int_equal(xfrm_watch_read(watch), 0);
}

static bool has_pair(const struct sa_key *key)
{
	read_what_came();
	return xfrm_watch_has_pair(watch, key);
}

static void add_sa(const char *from, const char *to, unsigned int spi, const char *more)
{
	judge_run("ip xfrm state add src %s dst %s proto esp spi %u reqid 1 mode tunnel %s "
		  "aead 'rfc4106(gcm(aes))' " KEY " 128", from, to, spi, more);
}

static bool kernel_has_esp(void)
{
	return system("ip xfrm state add src 10.9.9.1 dst 10.9.9.2 proto esp spi 1 mode tunnel "
		      "aead 'rfc4106(gcm(aes))' " KEY " 128 2>/dev/null") == 0;
}

static void need_esp(void)
{
	if (!kernel_has_esp()) {
		print_message("# this kernel has no ESP: it is tested in a machine that has it\n");
		skip();
	}
	read_what_came();
}

/* ---- without ESP ---- */

static void an_spi_that_is_only_allocated_is_no_sa(void **unused)
{
	(void)unused;
	judge_run("ip xfrm state allocspi src 10.99.1.1 dst 10.99.1.2 proto esp mode tunnel reqid 1 "
		  "min 0x100 max 0x200 >/dev/null");
	judge_run("ip xfrm state allocspi src 10.99.1.2 dst 10.99.1.1 proto esp mode tunnel reqid 1 "
		  "min 0x100 max 0x200 >/dev/null");
	assert_false(has_pair(&by_address));
	assert_int_equal(xfrm_watch_refresh(watch), 0);
	assert_false(has_pair(&by_address));
}

static void policies_are_not_listened_to(void **unused)
{
	(void)unused;
	changes = 0;
	judge_run("ip xfrm policy add src 10.0.0.0/24 dst 10.1.0.0/24 dir out tmpl src 10.99.1.1 "
		  "dst 10.99.1.2 proto esp reqid 1 mode tunnel");
	read_what_came();
	assert_int_equal(changes, 0);
}

static void a_flush_is_seen(void **unused)
{
	(void)unused;
	changes = 0;
	judge_run("ip xfrm state flush");
	read_what_came();
	assert_true(changes <= 1);
	assert_false(has_pair(&by_address));
}

/* ---- with ESP ---- */

static void sas_are_found_that_were_there_before(void **unused)
{
	(void)unused;
	need_esp();
	add_sa("10.99.1.1", "10.99.1.2", 100, "if_id 7");
	add_sa("10.99.1.2", "10.99.1.1", 101, "if_id 7");
	struct xfrm_watch *another = xfrm_watch_new(see_change, NULL);
	assert_non_null(another);
	assert_int_equal(xfrm_watch_refresh(another), 0);
	assert_true(xfrm_watch_has_pair(another, &by_id));
	assert_false(xfrm_watch_has_pair(another, &by_address));
	xfrm_watch_free(another);
}

static void a_pair_comes_and_goes(void **unused)
{
	(void)unused;
	need_esp();
	add_sa("10.99.1.1", "10.99.1.2", 100, "");
	assert_false(has_pair(&by_address));
	add_sa("10.99.1.2", "10.99.1.1", 101, "");
	assert_true(has_pair(&by_address));
	judge_run("ip xfrm state delete dst 10.99.1.2 proto esp spi 100");
	assert_false(has_pair(&by_address));
}

static void a_flush_takes_all_pairs(void **unused)
{
	(void)unused;
	need_esp();
	add_sa("10.99.1.1", "10.99.1.2", 100, "if_id 7");
	add_sa("10.99.1.2", "10.99.1.1", 101, "if_id 7");
	assert_true(has_pair(&by_id));
	judge_run("ip xfrm state flush");
	assert_false(has_pair(&by_id));
}

/* Of a flush that names another protocol nothing of ours is gone. */
static void a_flush_of_others_takes_none(void **unused)
{
	(void)unused;
	need_esp();
	add_sa("10.99.1.1", "10.99.1.2", 100, "if_id 7");
	add_sa("10.99.1.2", "10.99.1.1", 101, "if_id 7");
	judge_run("ip xfrm state flush proto ah");
	assert_true(has_pair(&by_id));
}

static void an_sa_whose_time_is_over_is_gone(void **unused)
{
	struct pollfd waiting = { .fd = xfrm_watch_fd(watch), .events = POLLIN };

	(void)unused;
	need_esp();
	add_sa("10.99.1.1", "10.99.1.2", 100, "limit time-hard 1");
	add_sa("10.99.1.2", "10.99.1.1", 101, "");
	assert_true(has_pair(&by_address));
	assert_int_equal(poll(&waiting, 1, 10000), 1);
	assert_false(has_pair(&by_address));
}

static void thousands_of_others_do_not_hide_it(void **unused)
{
	(void)unused;
	need_esp();
	judge_run("for i in $(seq 2000); do echo \"xfrm state add src 10.99.2.1 dst 10.99.2.2 proto esp "
		  "spi $((1000 + i)) mode tunnel aead rfc4106(gcm(aes)) " KEY " 128\"; "
		  "done | ip -batch -");
	add_sa("10.99.1.2", "10.99.1.1", 101, "");
	add_sa("10.99.1.1", "10.99.1.2", 100, "");
	assert_true(has_pair(&by_address));
	judge_run("ip xfrm state delete dst 10.99.1.2 proto esp spi 100");
	assert_int_equal(xfrm_watch_refresh(watch), 0);
	assert_false(has_pair(&by_address));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_spi_that_is_only_allocated_is_no_sa),
		TEST(policies_are_not_listened_to),
		TEST(a_flush_is_seen),
		TEST(sas_are_found_that_were_there_before),
		TEST(a_pair_comes_and_goes),
		TEST(a_flush_takes_all_pairs),
		TEST(a_flush_of_others_takes_none),
		TEST(an_sa_whose_time_is_over_is_gone),
		TEST(thousands_of_others_do_not_hide_it),
	};
	const char *missing = judge_missing();

	if (missing) {
		printf("1..0 # SKIP %s\n", missing);
		return JUDGE_SKIP;
	}
	return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
