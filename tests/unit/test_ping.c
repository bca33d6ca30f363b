#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/ping.h"

static const struct ping_params params = { 500, 3, 5 };

static struct ping fresh(void)
{
	struct ping ping;

	ping_init(&ping, &params, 0);
	return ping;
}

/* As the rim does it until `end`: of the echoes that leave, bit n of `answered` tells whether the
 * n-th is answered, 50 ms later. */
static void run(struct ping *ping, msec_t *now, size_t echoes, uint32_t answered)
{
	for (size_t i = 0; i < echoes; i++) {
		uint16_t sequence;

		*now = later(*now, ping->send_at);
		ping_tick(ping, *now);
		assert_true(ping_send(ping, &sequence, *now));
		if (answered & 1u << i)
			ping_answered(ping, sequence, *now + 50);
	}
}

/* As well, but no echo can be sent. */
static void pass(struct ping *ping, msec_t *now, msec_t time)
{
	msec_t end = *now + time;
	uint16_t sequence;

	while (ping_deadline(ping) <= end) {
		*now = later(*now, ping_deadline(ping));
		ping_tick(ping, *now);
		if (ping_send(ping, &sequence, *now))
			ping_unsent(ping, sequence);
	}
	*now = end;
	ping_tick(ping, end);
}

static void without_an_answer_nothing_is_known(void **unused)
{
	struct ping ping = fresh();
	msec_t now = 0;
	char text[SIGNAL_REASON];

	(void)unused;
	run(&ping, &now, 30, 0);
	assert_int_equal(ping.state, STATE_UNKNOWN);
	assert_string_equal(ping_reason(&ping, text), "no echo was answered yet");
}

static void the_first_answer_is_up_whatever_was_lost_before(void **unused)
{
	struct ping ping = fresh();
	msec_t now = 0;

	(void)unused;
	run(&ping, &now, 10, 1u << 9);
	assert_int_equal(ping.state, STATE_UP);
	run(&ping, &now, 10, 0x3ff);
	assert_int_equal(ping.state, STATE_UP);
}

static void as_many_as_configured_must_be_lost(void **unused)
{
	struct ping ping = fresh();
	msec_t now = 0;
	char text[SIGNAL_REASON];

	(void)unused;
	run(&ping, &now, 5, 0x1f);
	run(&ping, &now, 5, 0x15);                      /* 2 of 5 */
	pass(&ping, &now, PING_PATIENCE);
	assert_int_equal(ping.state, STATE_UP);
	ping = fresh();
	now = 0;
	run(&ping, &now, 5, 0x1f);
	run(&ping, &now, 5, 0x0a);                      /* 3 of 5 */
	pass(&ping, &now, PING_PATIENCE - 1);           /* the last one may still be answered */
	assert_int_equal(ping.state, STATE_UP);
	pass(&ping, &now, 1);
	assert_int_equal(ping.state, STATE_DOWN);
	assert_string_equal(ping_reason(&ping, text), "3 of the last 5 echoes were not answered");
}

static void answers_bring_it_up_again(void **unused)
{
	struct ping ping = fresh();
	msec_t now = 0;

	(void)unused;
	run(&ping, &now, 1, 1);
	run(&ping, &now, 8, 0);
	assert_int_equal(ping.state, STATE_DOWN);
	run(&ping, &now, 2, 3);
	assert_int_equal(ping.state, STATE_DOWN);
	run(&ping, &now, 3, 7);
	assert_int_equal(ping.state, STATE_UP);
}

/* Ten are under way at any time: when the outage ends, ten more are still awaited in vain. */
static void the_end_of_an_outage_is_one_change(void **unused)
{
	const struct ping_params quick = { 100, 3, 5 };
	struct ping ping;
	unsigned int changes = 0;
	msec_t now = 0;

	(void)unused;
	ping_init(&ping, &quick, 0);
	run(&ping, &now, 1, 1);
	run(&ping, &now, 30, 0);
	assert_int_equal(ping.state, STATE_DOWN);
	for (size_t i = 0; i < 30; i++) {
		enum signal_state before = ping.state;

		run(&ping, &now, 1, 1);
		changes += ping.state != before;
	}
	assert_int_equal(ping.state, STATE_UP);
	assert_int_equal(changes, 1);
}

static void only_what_was_asked_and_once_is_an_answer(void **unused)
{
	struct ping ping = fresh();
	uint16_t sequence;

	(void)unused;
	ping_answered(&ping, 0, 0);
	ping_answered(&ping, 7, 0);
	assert_int_equal(ping.state, STATE_UNKNOWN);
	assert_true(ping_send(&ping, &sequence, 0));
	ping_answered(&ping, (uint16_t)(sequence + PING_FLIGHT), 10);
	ping_answered(&ping, (uint16_t)(sequence - PING_FLIGHT), 10);
	assert_int_equal(ping.state, STATE_UNKNOWN);
	ping_answered(&ping, sequence, 10);
	ping_answered(&ping, sequence, 11);
	assert_int_equal(ping.state, STATE_UP);
	assert_int_equal(ping.outcomes, 0);
	assert_false(ping_send(&ping, &sequence, 499));
}

static void what_could_not_be_sent_is_not_lost(void **unused)
{
	struct ping ping = fresh();
	msec_t now = 0;
	uint16_t sequence;

	(void)unused;
	run(&ping, &now, 1, 1);
	for (size_t i = 0; i < 20; i++) {
		now = ping.send_at;
		ping_tick(&ping, now);
		assert_true(ping_send(&ping, &sequence, now));
		ping_unsent(&ping, sequence);
	}
	pass(&ping, &now, PING_PATIENCE);
	assert_int_equal(ping.state, STATE_UP);
}

static void our_own_lateness_is_no_evidence(void **unused)
{
	struct ping ping = fresh();
	msec_t now = 0;

	(void)unused;
	run(&ping, &now, 1, 1);
	for (size_t i = 0; i < 100; i++) {
		uint16_t sequence;

		now += 5000;                            /* each time the machine was stopped */
		ping_tick(&ping, now);
		assert_true(ping_send(&ping, &sequence, now));
	}
	assert_int_equal(ping.state, STATE_UP);
}

static void sequence_numbers_go_round(void **unused)
{
	struct ping ping = fresh();
	msec_t now = 0;

	(void)unused;
	ping.next = UINT16_MAX - 2;
	run(&ping, &now, 6, 0x3f);
	assert_int_equal(ping.state, STATE_UP);
	assert_int_equal(ping.next, 3);
	assert_int_equal(ping.outcomes, 0);
}

static void a_window_may_be_as_wide_as_it_gets(void **unused)
{
	const struct ping_params wide = { 100, PING_WINDOW, PING_WINDOW };
	struct ping ping;
	msec_t now = 0;

	(void)unused;
	ping_init(&ping, &wide, 0);
	run(&ping, &now, 1, 1);
	run(&ping, &now, 32, 0);
	assert_int_equal(ping.state, STATE_UP);
	pass(&ping, &now, PING_PATIENCE);
	assert_int_equal(ping.state, STATE_DOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_an_answer_nothing_is_known),
		cmocka_unit_test(the_first_answer_is_up_whatever_was_lost_before),
		cmocka_unit_test(as_many_as_configured_must_be_lost),
		cmocka_unit_test(answers_bring_it_up_again),
		cmocka_unit_test(the_end_of_an_outage_is_one_change),
		cmocka_unit_test(only_what_was_asked_and_once_is_an_answer),
		cmocka_unit_test(what_could_not_be_sent_is_not_lost),
		cmocka_unit_test(our_own_lateness_is_no_evidence),
		cmocka_unit_test(sequence_numbers_go_round),
		cmocka_unit_test(a_window_may_be_as_wide_as_it_gets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
