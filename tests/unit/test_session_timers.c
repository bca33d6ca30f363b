/* Hold, keepalive and send hold timers, ConnectRetry and the rest in Idle, on a virtual clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/hex.h"
#include "tests/support/session_lab.h"

#define END_OF_RIB "ffffffffffffffff ffffffffffffffff 0017 02 0000 0000"

static struct lab lab;

static void begin(void)
{
	struct session_params params = lab_params();

	lab_begin(&lab, &params);
}

static void begin_with_hold_time(uint16_t hold_time_s)
{
	begin();
	lab.peer.hold_time_s = hold_time_s;
	lab_establish(&lab);
}

static void send_update(void)
{
	struct span end_of_rib = hex(END_OF_RIB);

	session_send(lab.session, end_of_rib.bytes, end_of_rib.length, lab.now);
}

/* ---- hold ---- */

static void a_silent_peer_is_given_up_after_the_hold_time(void **unused)
{
	(void)unused;
	begin_with_hold_time(30);
	lab_run_until(&lab, SECONDS(30) - 1);
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	lab_forget(&lab);
	lab_run_until(&lab, SECONDS(30));
	lab_expect(&lab, "30.000 send 1 NOTIFICATION 4/0\n"
			 "30.000 close 1\n"
			 "30.000 state established -> idle\n"
			 "30.000 down\n");
	assert_string_equal(session_last_error(lab.session)->text, "Hold Timer Expired");
	assert_true(session_last_error(lab.session)->sent);
	assert_int_equal(session_last_error(lab.session)->when, SECONDS(30));
	lab_end(&lab);
}

static void keepalives_and_updates_hold_a_session(void **unused)
{
	(void)unused;
	begin_with_hold_time(30);
	lab_run_until(&lab, SECONDS(29));
	lab_peer_says_keepalive(&lab, 1);
	lab_run_until(&lab, SECONDS(58));
	lab_peer_says_update(&lab, 1);
	lab_run_until(&lab, SECONDS(88) - 1);
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	lab_run_until(&lab, SECONDS(88));
	assert_int_equal(session_state(lab.session), SESSION_IDLE);
	lab_end(&lab);
}

/* RFC 4271 4.4: a third of the hold time. */
static void a_peer_whose_messages_come_too_far_apart_is_known(void **unused)
{
	(void)unused;
	begin_with_hold_time(30);
	for (int i = 1; i <= 3; i++) {
		assert_false(session_is_kept_slowly(lab.session));
		lab_run_until(&lab, SECONDS(20 * i));
		lab_peer_says_keepalive(&lab, 1);
	}
	assert_true(session_is_kept_slowly(lab.session));
	assert_int_equal(session_silence_ms(lab.session), SECONDS(20));
	lab_run_until(&lab, SECONDS(70));
	lab_peer_says_keepalive(&lab, 1);
	assert_false(session_is_kept_slowly(lab.session));
	lab_end(&lab);
}

static void one_message_that_is_late_says_nothing(void **unused)
{
	(void)unused;
	begin_with_hold_time(30);
	for (int i = 1; i <= 9; i++) {
		lab_run_until(&lab, SECONDS(10 * i + (i % 3 == 0 ? 4 : 0)));
		lab_peer_says_keepalive(&lab, 1);
		assert_false(session_is_kept_slowly(lab.session));
	}
	lab_end(&lab);
}

/* RFC 4271 8.2.2: four minutes, whatever is configured. */
static void a_peer_that_says_no_open_is_given_up_after_four_minutes(void **unused)
{
	(void)unused;
	begin();
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab_forget(&lab);
	lab_run_until(&lab, SECONDS(240));
	lab_expect(&lab, "240.000 send 1 NOTIFICATION 4/0\n"
			 "240.000 close 1\n"
			 "240.000 state opensent -> idle\n");
	lab_end(&lab);
}

static void in_openconfirm_the_negotiated_hold_time_counts(void **unused)
{
	(void)unused;
	begin();
	lab.peer.hold_time_s = 9;
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab_peer_says_open(&lab, 1);
	lab_forget(&lab);
	lab_run_until(&lab, SECONDS(9));
	lab_expect(&lab, "3.000 send 1 KEEPALIVE\n"
			 "6.000 send 1 KEEPALIVE\n"
			 "9.000 send 1 NOTIFICATION 4/0\n"
			 "9.000 close 1\n"
			 "9.000 state openconfirm -> idle\n");
	lab_end(&lab);
}

/* RFC 4271 4.2 and 4.4 */
static void with_a_hold_time_of_zero_nothing_expires_and_nothing_is_sent(void **unused)
{
	(void)unused;
	begin_with_hold_time(0);
	send_update();
	lab_forget(&lab);
	assert_int_equal(session_deadline(lab.session), NEVER);
	lab_run_until(&lab, SECONDS(100000));
	lab_expect(&lab, "");
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	lab_end(&lab);
}

/* ---- keepalive ---- */

static void a_keepalive_leaves_at_each_third_of_the_hold_time(void **unused)
{
	(void)unused;
	begin_with_hold_time(90);
	lab_run_until(&lab, SECONDS(80));
	lab_expect(&lab, "30.000 send 1 KEEPALIVE\n60.000 send 1 KEEPALIVE\n");
	lab_end(&lab);
}

static void jitter_makes_keepalives_earlier_but_never_more_than_one_a_second(void **unused)
{
	(void)unused;
	begin();
	lab.random = 0;
	lab_establish(&lab);
	lab_run_until(&lab, SECONDS(50));
	lab_expect(&lab, "22.500 send 1 KEEPALIVE\n45.000 send 1 KEEPALIVE\n");
	lab_end(&lab);

	begin();
	lab.random = 0;
	lab.peer.hold_time_s = 3;
	lab_establish(&lab);
	lab_run_until(&lab, SECONDS(2));
	lab_expect(&lab, "1.000 send 1 KEEPALIVE\n2.000 send 1 KEEPALIVE\n");
	lab_end(&lab);
}

static void a_configured_keepalive_makes_them_more_frequent(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.keepalive_s = 10;
	lab_begin(&lab, &params);
	lab_establish(&lab);
	lab_run_until(&lab, SECONDS(25));
	lab_expect(&lab, "10.000 send 1 KEEPALIVE\n20.000 send 1 KEEPALIVE\n");
	lab_end(&lab);
}

static void an_update_stands_for_a_keepalive(void **unused)
{
	(void)unused;
	begin_with_hold_time(90);
	lab_run_until(&lab, SECONDS(20));
	send_update();
	lab_run_until(&lab, SECONDS(50));
	lab_expect(&lab, "20.000 send 1 UPDATE\n50.000 send 1 KEEPALIVE\n");
	lab_end(&lab);
}

/* ---- send hold, RFC 9687 ---- */

/* Keeps the peer alive, so that its silence is not what ends the session. */
static void run_beside_a_talking_peer_until(msec_t until)
{
	lab.is_quiet = true;
	while (lab.now + SECONDS(10) <= until) {
		lab_run_until(&lab, lab.now + SECONDS(10));
		lab_peer_says_keepalive(&lab, 1);
	}
	lab.is_quiet = false;
	lab_run_until(&lab, until);
}

static void a_peer_that_takes_nothing_is_given_up_after_eight_minutes(void **unused)
{
	(void)unused;
	begin_with_hold_time(90);
	send_update();
	run_beside_a_talking_peer_until(SECONDS(480) - 1);
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	lab_forget(&lab);
	lab_run_until(&lab, SECONDS(480));
	lab_expect(&lab, "480.000 send 1 NOTIFICATION 8/0\n"
			 "480.000 close 1\n"
			 "480.000 state established -> idle\n"
			 "480.000 down\n");
	lab_end(&lab);
}

static void a_long_hold_time_makes_that_longer(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.hold_time_s = 600;
	lab_begin(&lab, &params);
	lab.peer.hold_time_s = 600;
	lab_establish(&lab);
	send_update();
	run_beside_a_talking_peer_until(SECONDS(1200) - 1);
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	lab_run_until(&lab, SECONDS(1200));
	assert_int_equal(session_state(lab.session), SESSION_IDLE);
	lab_end(&lab);
}

static void a_slow_peer_is_given_time_as_long_as_it_takes_something(void **unused)
{
	(void)unused;
	begin_with_hold_time(90);
	send_update();
	run_beside_a_talking_peer_until(SECONDS(400));
	session_drained(lab.session, 1, 5, lab.now);
	run_beside_a_talking_peer_until(SECONDS(800));
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	run_beside_a_talking_peer_until(SECONDS(880));
	assert_int_equal(session_state(lab.session), SESSION_IDLE);
	lab_end(&lab);
}

static void who_takes_all_is_never_given_up(void **unused)
{
	(void)unused;
	begin_with_hold_time(90);
	for (int i = 0; i < 100; i++) {
		run_beside_a_talking_peer_until(lab.now + SECONDS(10));
		session_drained(lab.session, 1, 0, lab.now);
	}
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	lab_end(&lab);
}

/* ---- ConnectRetry ---- */

static void refused_connections_are_tried_again_ever_more_slowly(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.connect_retry_s = 5;
	lab_begin(&lab, &params);
	lab.refuses_connect = true;
	session_start(lab.session, lab.now);
	lab_run_until(&lab, SECONDS(20));
	lab_expect(&lab, "0.000 connect fails\n"
			 "0.000 state idle -> active\n"
			 "1.000 connect fails\n"
			 "3.000 connect fails\n"
			 "7.000 connect fails\n"
			 "12.000 connect fails\n"
			 "17.000 connect fails\n");
	assert_string_equal(session_last_error(lab.session)->text, "cannot open a connection");
	lab_end(&lab);
}

static void a_connection_that_is_refused_later_is_the_same(void **unused)
{
	(void)unused;
	begin();
	session_start(lab.session, lab.now);
	lab.now = 5;
	lab_closed(&lab, 1, "Connection refused");
	assert_string_equal(session_last_error(lab.session)->text, "Connection refused");
	lab_run_until(&lab, 1005);
	lab_closed(&lab, 2, "Connection refused");
	lab_run_until(&lab, 3005);
	lab_expect(&lab, "0.000 connect 1\n"
			 "0.000 state idle -> connect\n"
			 "0.005 state connect -> active\n"
			 "1.005 connect 2\n"
			 "1.005 state active -> connect\n"
			 "1.005 state connect -> active\n"
			 "3.005 connect 3\n"
			 "3.005 state active -> connect\n");
	lab_end(&lab);
}

/* TCP itself repeats a SYN after 1, 3, 7, 15, 31 seconds: a new attempt is sooner there. */
static void an_attempt_without_an_answer_is_replaced_by_another(void **unused)
{
	(void)unused;
	begin();
	session_start(lab.session, lab.now);
	lab_run_until(&lab, SECONDS(35));
	lab_expect(&lab, "0.000 connect 1\n"
			 "0.000 state idle -> connect\n"
			 "5.000 close 1\n"
			 "5.000 connect 2\n"
			 "10.000 close 2\n"
			 "10.000 connect 3\n"
			 "15.000 close 3\n"
			 "15.000 connect 4\n"
			 "23.000 close 4\n"
			 "23.000 connect 5\n");
	lab_end(&lab);
}

static void retries_are_jittered(void **unused)
{
	(void)unused;
	begin();
	lab.refuses_connect = true;
	lab.random = 0;
	session_start(lab.session, lab.now);
	lab_run_until(&lab, SECONDS(6));
	lab_expect(&lab, "0.000 connect fails\n"
			 "0.000 state idle -> active\n"
			 "0.750 connect fails\n"
			 "2.250 connect fails\n"
			 "5.250 connect fails\n");
	lab_end(&lab);
}

static void haste_connects_at_once_and_forgets_past_failures(void **unused)
{
	(void)unused;
	begin();
	lab.refuses_connect = true;
	session_start(lab.session, lab.now);
	lab_run_until(&lab, SECONDS(40));
	lab.refuses_connect = false;
	lab_forget(&lab);
	session_hurry(lab.session, lab.now);
	lab_expect(&lab, "40.000 connect 1\n40.000 state active -> connect\n");

	/* Also when an attempt is under way: its SYN went into the void. */
	lab.now += 10;
	session_hurry(lab.session, lab.now);
	lab_expect(&lab, "40.010 close 1\n40.010 connect 2\n");
	assert_true(session_deadline(lab.session) <= lab.now + SECONDS(5));
	lab_end(&lab);
}

static void haste_does_not_touch_an_established_session(void **unused)
{
	(void)unused;
	begin_with_hold_time(90);
	session_hurry(lab.session, lab.now);
	session_start(lab.session, lab.now);
	lab_expect(&lab, "");
	assert_int_equal(session_deadline(lab.session), SECONDS(30));
	lab_end(&lab);
}

/* ---- the rest in Idle ---- */

/* How long the session rests after it was Established for a while and was lost. */
static msec_t rest_after(msec_t lasted)
{
	conn_id conn = lab.last_conn;

	lab_connected(&lab, conn);
	lab_peer_says_open(&lab, conn);
	lab_peer_says_keepalive(&lab, conn);
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	lab.now += lasted;
	lab_closed(&lab, conn, "Connection reset by peer");
	msec_t lost = lab.now;

	assert_int_equal(session_state(lab.session), SESSION_IDLE);
	lab_run_until(&lab, session_deadline(lab.session));
	assert_int_equal(session_state(lab.session), SESSION_CONNECT);
	return lab.now - lost;
}

static void an_oscillating_peer_is_left_alone_for_longer_and_longer(void **unused)
{
	(void)unused;
	begin();
	lab.is_quiet = true;
	session_start(lab.session, lab.now);
	assert_int_equal(rest_after(SECONDS(59)), SECONDS(1));
	assert_int_equal(rest_after(0), SECONDS(2));
	assert_int_equal(rest_after(0), SECONDS(4));
	assert_int_equal(rest_after(0), SECONDS(8));
	assert_int_equal(rest_after(SECONDS(60)), SECONDS(1));
	assert_int_equal(rest_after(0), SECONDS(2));
	for (int i = 0; i < 10; i++)
		rest_after(0);
	assert_int_equal(rest_after(0), SECONDS(60));           /* connect_retry_s */
	lab_end(&lab);
}

static void a_new_start_forgets_past_failures(void **unused)
{
	struct notification shutdown = { .code = NOTIFY_CEASE, .subcode = CEASE_SHUTDOWN };

	(void)unused;
	begin();
	lab.is_quiet = true;
	session_start(lab.session, lab.now);
	for (int i = 0; i < 5; i++)
		rest_after(0);
	session_stop(lab.session, &shutdown, lab.now);
	session_start(lab.session, lab.now);
	assert_int_equal(rest_after(0), SECONDS(1));
	lab_end(&lab);
}

/* A peer that answers the first attempt on a new link with an error is tried again a second later,
 * however often the link came and went before. */
static void a_link_that_flaps_is_no_peer_that_oscillates(void **unused)
{
	(void)unused;
	begin();
	lab.is_quiet = true;
	session_start(lab.session, lab.now);
	for (int i = 0; i < 5; i++)
		rest_after(0);
	session_hurry(lab.session, lab.now);
	assert_int_equal(rest_after(0), SECONDS(1));
	lab_end(&lab);
}

static void once_established_the_peer_is_tried_quickly_again(void **unused)
{
	(void)unused;
	begin();
	lab.is_quiet = lab.refuses_connect = true;
	session_start(lab.session, lab.now);
	lab_run_until(&lab, SECONDS(30));
	lab.refuses_connect = false;
	lab_run_until(&lab, SECONDS(31));
	assert_int_equal(rest_after(SECONDS(60)), SECONDS(1));
	lab_closed(&lab, lab.last_conn, "Connection refused");
	assert_int_equal(session_deadline(lab.session), lab.now + SECONDS(1));
	lab_end(&lab);
}

static void nobody_is_let_in_during_the_rest_but_haste_ends_it(void **unused)
{
	(void)unused;
	begin();
	lab.is_quiet = true;
	session_start(lab.session, lab.now);
	for (int i = 0; i < 5; i++)
		rest_after(0);
	lab_closed(&lab, lab.last_conn, "Connection refused");
	lab_run_until(&lab, lab.now + SECONDS(1));
	lab_connected(&lab, lab.last_conn);
	lab_peer_says_notification(&lab, lab.last_conn,
				   (struct notification){ .code = NOTIFY_CEASE });
	assert_int_equal(session_deadline(lab.session), lab.now + SECONDS(32));
	assert_int_equal(lab_peer_connects(&lab), CONN_NONE);
	session_hurry(lab.session, lab.now);
	assert_int_equal(session_state(lab.session), SESSION_CONNECT);
	lab_end(&lab);
}

static void a_passive_session_listens_again_after_its_rest(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.passive = true;
	lab_begin(&lab, &params);
	lab_establish(&lab);
	lab_closed(&lab, 1, "Connection reset by peer");
	lab_run_until(&lab, SECONDS(1));
	lab_expect(&lab, "0.000 state established -> idle\n"
			 "0.000 down\n"
			 "1.000 state idle -> active\n");
	assert_int_equal(lab_peer_connects(&lab), 2);
	lab_end(&lab);
}

/* ---- DelayOpen (RFC 4271 8.1.3) ---- */

static void begin_with_delay(uint16_t seconds)
{
	struct session_params params = lab_params();

	params.delay_open_s = seconds;
	lab_begin(&lab, &params);
	session_start(lab.session, lab.now);
	lab_forget(&lab);
}

static void our_open_waits(void **unused)
{
	(void)unused;
	begin_with_delay(10);
	lab_connected(&lab, 1);
	session_hurry(lab.session, lab.now);
	lab_run_until(&lab, SECONDS(10) - 1);
	lab_expect(&lab, "");
	lab_run_until(&lab, SECONDS(10));
	lab_expect(&lab, "10.000 send 1 OPEN\n"
			 "10.000 state connect -> opensent\n");
	lab_peer_says_open(&lab, 1);
	lab_peer_says_keepalive(&lab, 1);
	assert_int_equal(session_conn(lab.session), 1);
	lab_end(&lab);
}

static void the_peers_open_ends_the_wait(void **unused)
{
	(void)unused;
	begin_with_delay(10);
	lab_connected(&lab, 1);
	lab_peer_says_open(&lab, 1);
	lab_expect(&lab, "0.000 send 1 OPEN\n"
			 "0.000 send 1 KEEPALIVE\n"
			 "0.000 state connect -> openconfirm\n");
	lab_peer_says_keepalive(&lab, 1);
	assert_int_equal(session_conn(lab.session), 1);
	assert_int_equal(session_hold_time_s(lab.session), 90);
	assert_int_equal(session_deadline(lab.session), SECONDS(30));   /* KEEPALIVE is next */
	lab_end(&lab);
}

/* Ours waits as well, and has not said a word yet: it just goes. */
static void a_connection_of_the_peer_waits_too(void **unused)
{
	(void)unused;
	begin_with_delay(10);
	lab_connected(&lab, 1);
	assert_int_equal(lab_peer_connects(&lab), 2);
	lab_expect(&lab, "0.000 state connect -> active\n");
	lab_peer_says_open(&lab, 2);
	lab_peer_says_keepalive(&lab, 2);
	lab_expect(&lab, "0.000 send 2 OPEN\n"
			 "0.000 send 2 KEEPALIVE\n"
			 "0.000 state active -> openconfirm\n"
			 "0.000 close 1\n"
			 "0.000 state openconfirm -> established\n"
			 "0.000 established\n");
	lab_end(&lab);
}

static void another_connection_of_the_peer_takes_the_place_of_one_that_waits(void **unused)
{
	(void)unused;
	begin_with_delay(10);
	assert_int_equal(lab_peer_connects(&lab), 2);
	lab_forget(&lab);
	assert_int_equal(lab_peer_connects(&lab), 3);
	lab_expect(&lab, "0.000 close 2\n"
			 "0.000 state active -> connect\n"
			 "0.000 state connect -> active\n");
	lab_connected(&lab, 1);                 /* ours is not damped for it */
	lab_end(&lab);
}

static void a_connection_that_goes_while_it_waits_is_tried_again(void **unused)
{
	(void)unused;
	begin_with_delay(10);
	lab_connected(&lab, 1);
	lab_closed(&lab, 1, "Connection reset by peer");
	lab_run_until(&lab, SECONDS(1));
	lab_expect(&lab, "0.000 state connect -> active\n"
			 "1.000 connect 2\n"
			 "1.000 state active -> connect\n");
	assert_int_equal(lab_peer_connects(&lab), 3);
	lab_closed(&lab, 3, "Connection reset by peer");
	lab_expect(&lab, "1.000 state connect -> active\n"
			 "1.000 state active -> connect\n");
	lab_end(&lab);
}

static void a_wrong_open_is_refused_before_ours_is_sent(void **unused)
{
	(void)unused;
	begin_with_delay(10);
	lab.peer.asn = 65003;
	lab_connected(&lab, 1);
	lab_peer_says_open(&lab, 1);
	lab_expect(&lab, "0.000 send 1 NOTIFICATION 2/2\n"
			 "0.000 close 1\n"
			 "0.000 state connect -> idle\n");
	assert_string_equal(session_last_error(lab.session)->text,
			    "OPEN Message Error/Bad Peer AS: the peer says AS 65003, configured is AS "
			    "65002");
	lab_end(&lab);
}

static void what_is_no_open_ends_the_wait_and_the_connection(void **unused)
{
	(void)unused;
	begin_with_delay(10);
	lab_connected(&lab, 1);
	lab_peer_says_keepalive(&lab, 1);
	lab_expect(&lab, "0.000 close 1\n0.000 state connect -> idle\n");
	lab_end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silent_peer_is_given_up_after_the_hold_time),
		cmocka_unit_test(keepalives_and_updates_hold_a_session),
		cmocka_unit_test(a_peer_that_says_no_open_is_given_up_after_four_minutes),
		cmocka_unit_test(in_openconfirm_the_negotiated_hold_time_counts),
		cmocka_unit_test(with_a_hold_time_of_zero_nothing_expires_and_nothing_is_sent),
		cmocka_unit_test(a_keepalive_leaves_at_each_third_of_the_hold_time),
		cmocka_unit_test(jitter_makes_keepalives_earlier_but_never_more_than_one_a_second),
		cmocka_unit_test(a_peer_whose_messages_come_too_far_apart_is_known),
		cmocka_unit_test(one_message_that_is_late_says_nothing),
		cmocka_unit_test(a_configured_keepalive_makes_them_more_frequent),
		cmocka_unit_test(an_update_stands_for_a_keepalive),
		cmocka_unit_test(a_peer_that_takes_nothing_is_given_up_after_eight_minutes),
		cmocka_unit_test(a_long_hold_time_makes_that_longer),
		cmocka_unit_test(a_slow_peer_is_given_time_as_long_as_it_takes_something),
		cmocka_unit_test(who_takes_all_is_never_given_up),
		cmocka_unit_test(refused_connections_are_tried_again_ever_more_slowly),
		cmocka_unit_test(a_connection_that_is_refused_later_is_the_same),
		cmocka_unit_test(an_attempt_without_an_answer_is_replaced_by_another),
		cmocka_unit_test(retries_are_jittered),
		cmocka_unit_test(haste_connects_at_once_and_forgets_past_failures),
		cmocka_unit_test(haste_does_not_touch_an_established_session),
		cmocka_unit_test(an_oscillating_peer_is_left_alone_for_longer_and_longer),
		cmocka_unit_test(a_new_start_forgets_past_failures),
		cmocka_unit_test(a_link_that_flaps_is_no_peer_that_oscillates),
		cmocka_unit_test(once_established_the_peer_is_tried_quickly_again),
		cmocka_unit_test(nobody_is_let_in_during_the_rest_but_haste_ends_it),
		cmocka_unit_test(a_passive_session_listens_again_after_its_rest),
		cmocka_unit_test(our_open_waits),
		cmocka_unit_test(the_peers_open_ends_the_wait),
		cmocka_unit_test(a_connection_of_the_peer_waits_too),
		cmocka_unit_test(another_connection_of_the_peer_takes_the_place_of_one_that_waits),
		cmocka_unit_test(a_connection_that_goes_while_it_waits_is_tried_again),
		cmocka_unit_test(a_wrong_open_is_refused_before_ours_is_sent),
		cmocka_unit_test(what_is_no_open_ends_the_wait_and_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
