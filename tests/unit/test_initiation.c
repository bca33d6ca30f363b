/* When the IKE daemon is asked for an SA that is missing. */
#include "policy/initiation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct initiation initiation;

static int set_up(void **unused)
{
	(void)unused;
	initiation_init(&initiation);
	return 0;
}

static bool sees(enum ike_view view, msec_t now)
{
	return initiation_see(&initiation, view, true, now);
}

/* Looks whenever the deadline comes, as the rim does; the time of the next attempt. */
static msec_t next_attempt(void)
{
	msec_t now;

	do {
		now = initiation_deadline(&initiation);
		assert_int_not_equal(now, NEVER);
	} while (!sees(IKE_WITHOUT, now));
	return now;
}

static void what_is_there_is_not_asked_for(void **unused)
{
	(void)unused;
	assert_int_equal(initiation_deadline(&initiation), NEVER);
	assert_false(sees(IKE_INSTALLED, 100));
	assert_int_equal(initiation_deadline(&initiation), NEVER);
}

static void the_daemon_has_a_second_to_do_it_by_itself(void **unused)
{
	(void)unused;
	assert_false(sees(IKE_WITHOUT, 1000));
	assert_int_equal(initiation_deadline(&initiation), 2000);
	assert_false(sees(IKE_WITHOUT, 1999));
	assert_true(sees(IKE_WITHOUT, 2000));
}

static void attempts_come_ever_more_rarely_but_each_minute(void **unused)
{
	static const msec_t pauses[] = { 2, 4, 8, 16, 32, 60, 60, 60 };
	msec_t at;

	(void)unused;
	sees(IKE_WITHOUT, 0);
	at = next_attempt();
	assert_int_equal(at, SECONDS(1));
	for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
		at += SECONDS(pauses[i]);
		assert_int_equal(next_attempt(), at);
	}
	assert_int_equal(initiation.attempts, 9);
	assert_int_equal(initiation.missing_since, 0);
}

static void nothing_is_asked_while_one_is_negotiated(void **unused)
{
	(void)unused;
	sees(IKE_WITHOUT, 0);
	for (msec_t now = 0; now < SECONDS(600); now += 500)
		assert_false(sees(IKE_NEGOTIATING, now));
	assert_true(next_attempt() >= SECONDS(600));
	assert_int_equal(initiation.attempts, 1);
}

/* Its end is seen at a deadline, and the next attempt is no earlier than it would have been. */
static void a_negotiation_that_fails_is_followed_by_another_attempt(void **unused)
{
	(void)unused;
	sees(IKE_WITHOUT, 0);
	assert_int_equal(next_attempt(), SECONDS(1));
	assert_false(sees(IKE_NEGOTIATING, 1100));
	assert_int_equal(initiation_deadline(&initiation), 3100);
	assert_true(sees(IKE_WITHOUT, 3100));
}

static void a_daemon_that_is_gone_is_not_asked_and_has_its_second_when_it_is_back(void **unused)
{
	(void)unused;
	sees(IKE_WITHOUT, 0);
	assert_false(sees(IKE_SILENT, 500));
	assert_int_equal(initiation_deadline(&initiation), NEVER);
	assert_false(sees(IKE_WITHOUT, 5000));
	assert_int_equal(next_attempt(), 6000);
}

static void a_tunnel_that_is_drained_is_left_alone_and_asked_for_when_it_is_not(void **unused)
{
	(void)unused;
	for (msec_t now = 0; now < SECONDS(600); now += 1000)
		assert_false(initiation_see(&initiation, IKE_WITHOUT, false, now));
	assert_int_equal(next_attempt(), SECONDS(600));
}

static void an_sa_that_stands_begins_it_all_anew(void **unused)
{
	(void)unused;
	sees(IKE_WITHOUT, 0);
	for (int i = 0; i < 6; i++)
		next_attempt();
	sees(IKE_INSTALLED, SECONDS(100));
	assert_int_equal(initiation.attempts, 0);
	sees(IKE_WITHOUT, SECONDS(200));
	assert_int_equal(next_attempt(), SECONDS(201));
	assert_int_equal(initiation.missing_since, SECONDS(200));
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		STORY(what_is_there_is_not_asked_for),
		STORY(the_daemon_has_a_second_to_do_it_by_itself),
		STORY(attempts_come_ever_more_rarely_but_each_minute),
		STORY(nothing_is_asked_while_one_is_negotiated),
		STORY(a_negotiation_that_fails_is_followed_by_another_attempt),
		STORY(a_daemon_that_is_gone_is_not_asked_and_has_its_second_when_it_is_back),
		STORY(a_tunnel_that_is_drained_is_left_alone_and_asked_for_when_it_is_not),
		STORY(an_sa_that_stands_begins_it_all_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
