#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bgpd/daemon/ack_probe.h"

#define FIRST  1
#define SECOND 2

static enum signal_state look(struct ack_probe *probe, uint64_t acknowledged, uint32_t in_flight,
			      uint32_t timeouts, msec_t now)
{
	const struct conn_progress progress = { acknowledged, in_flight, timeouts, 0 };

	ack_probe_look(probe, FIRST, &progress, now);
	return probe->state;
}

static void what_is_acknowledged_is_up(void **unused)
{
	struct ack_probe probe = { 0 };

	(void)unused;
	assert_int_equal(look(&probe, 100, 0, 0, 0), STATE_UP);
	assert_int_equal(look(&probe, 100, 1, 0, 250), STATE_UP);
	assert_int_equal(look(&probe, 119, 0, 0, 500), STATE_UP);
}

static void nothing_acknowledged_within_the_deadline_is_down(void **unused)
{
	struct ack_probe probe = { 0 };

	(void)unused;
	look(&probe, 100, 0, 0, 0);
	assert_int_equal(look(&probe, 100, 1, 0, 1000), STATE_UP);
	assert_int_equal(look(&probe, 100, 2, 3, 2400), STATE_UP);
	assert_int_equal(look(&probe, 100, 2, 3, 2500), STATE_DOWN);
}

static void an_acknowledgement_brings_it_up_again(void **unused)
{
	struct ack_probe probe = { 0 };

	(void)unused;
	look(&probe, 100, 1, 0, 0);
	assert_int_equal(look(&probe, 100, 1, 3, 2000), STATE_DOWN);
	assert_int_equal(look(&probe, 119, 1, 0, 2250), STATE_UP);
	assert_int_equal(look(&probe, 119, 1, 3, 3700), STATE_UP);      /* waiting anew */
	assert_int_equal(look(&probe, 119, 1, 3, 3800), STATE_DOWN);
}

static void a_long_transfer_that_moves_on_is_up(void **unused)
{
	struct ack_probe probe = { 0 };

	(void)unused;
	for (msec_t now = 0; now < 60000; now += 250)
		assert_int_not_equal(look(&probe, (uint64_t)now, 40, 0, now), STATE_DOWN);
	assert_int_equal(probe.state, STATE_UP);
}

/* After a stop of the machine the time has passed, but TCP has not tried yet. */
static void our_own_lateness_is_no_evidence(void **unused)
{
	struct ack_probe probe = { 0 };

	(void)unused;
	look(&probe, 100, 1, 0, 0);
	assert_int_equal(look(&probe, 100, 1, 1, 60000), STATE_UNKNOWN);
	assert_int_equal(look(&probe, 119, 0, 0, 60250), STATE_UP);
}

static void the_last_attempt_has_time_for_its_answer(void **unused)
{
	struct ack_probe probe = { 0 };
	struct conn_progress far = { .acknowledged = 100, .round_trip = 150 };

	(void)unused;
	assert_true(ack_probe_look(&probe, FIRST, &far, 0));
	far.in_flight = 1;
	ack_probe_look(&probe, FIRST, &far, 0);
	far.timeouts = 3;
	assert_false(ack_probe_look(&probe, FIRST, &far, 3000));
	assert_false(ack_probe_look(&probe, FIRST, &far, 3100));
	assert_true(ack_probe_look(&probe, FIRST, &far, 3200));
	assert_int_equal(probe.state, STATE_DOWN);
}

static void a_slow_estimate_of_tcp_is_not_waited_for(void **unused)
{
	struct ack_probe probe = { 0 };

	(void)unused;
	look(&probe, 100, 1, 0, 0);
	look(&probe, 100, 1, 0, 1600);
	assert_int_equal(look(&probe, 100, 1, 1, 1700), STATE_UNKNOWN);
	assert_int_equal(look(&probe, 100, 1, 1, 1900), STATE_UNKNOWN);
	assert_int_equal(look(&probe, 100, 1, 1, 2000), STATE_DOWN);
}

static void a_suspected_connection_has_half_of_the_time_for_a_while(void **unused)
{
	struct ack_probe probe = { 0 }, unsuspected;

	(void)unused;
	look(&probe, 100, 1, 0, 0);
	ack_probe_suspect(&probe, 500);
	unsuspected = probe;
	assert_int_equal(look(&probe, 100, 1, 1, 1250), STATE_UNKNOWN);
	assert_int_equal(look(&probe, 100, 1, 2, 1250), STATE_DOWN);
	assert_int_equal(look(&unsuspected, 119, 0, 0, 10000), STATE_UP);
	look(&unsuspected, 119, 1, 0, 10500);
	assert_int_equal(look(&unsuspected, 119, 1, 2, 11750), STATE_UP);
}

static void without_a_session_nothing_is_known(void **unused)
{
	struct ack_probe probe = { 0 };
	const struct conn_progress fresh = { .acknowledged = 0, .in_flight = 1 };

	(void)unused;
	look(&probe, 100, 1, 0, 0);
	look(&probe, 100, 1, 3, 2000);
	assert_true(ack_probe_look(&probe, CONN_NONE, NULL, 2250));
	assert_int_equal(probe.state, STATE_UNKNOWN);
	assert_false(ack_probe_look(&probe, SECOND, &fresh, 9000));
	assert_int_equal(probe.state, STATE_UNKNOWN);
}

static void a_new_connection_does_not_inherit_the_wait(void **unused)
{
	struct ack_probe probe = { 0 };
	const struct conn_progress fresh = { .acknowledged = 100, .in_flight = 1, .timeouts = 3 };

	(void)unused;
	look(&probe, 100, 1, 0, 0);
	ack_probe_look(&probe, SECOND, &fresh, 5000);
	assert_int_equal(probe.state, STATE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_acknowledged_is_up),
		cmocka_unit_test(nothing_acknowledged_within_the_deadline_is_down),
		cmocka_unit_test(an_acknowledgement_brings_it_up_again),
		cmocka_unit_test(a_long_transfer_that_moves_on_is_up),
		cmocka_unit_test(our_own_lateness_is_no_evidence),
		cmocka_unit_test(the_last_attempt_has_time_for_its_answer),
		cmocka_unit_test(a_slow_estimate_of_tcp_is_not_waited_for),
		cmocka_unit_test(a_suspected_connection_has_half_of_the_time_for_a_while),
		cmocka_unit_test(without_a_session_nothing_is_known),
		cmocka_unit_test(a_new_connection_does_not_inherit_the_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
