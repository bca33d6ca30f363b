#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/hex.h"
#include "tests/support/session_lab.h"

#define MARKER "ffffffffffffffff ffffffffffffffff "

static struct lab lab;

static void begin(void)
{
	struct session_params params = lab_params();

	lab_begin(&lab, &params);
}

static void begin_established(void)
{
	begin();
	lab_establish(&lab);
}

static const char *error_text(void)
{
	return session_last_error(lab.session)->text;
}

static struct notification cease(unsigned int subcode)
{
	return (struct notification){ .code = NOTIFY_CEASE, .subcode = (uint8_t)subcode };
}

/* ---- opening ---- */

static void a_session_that_connects_comes_up(void **unused)
{
	(void)unused;
	begin();
	session_start(lab.session, lab.now);
	lab.now = 20;
	lab_connected(&lab, 1);
	lab.now = 40;
	lab_peer_says_open(&lab, 1);
	lab.now = 60;
	lab_peer_says_keepalive(&lab, 1);
	lab_expect(&lab, "0.000 connect 1\n"
			 "0.000 state idle -> connect\n"
			 "0.020 send 1 OPEN\n"
			 "0.020 state connect -> opensent\n"
			 "0.040 send 1 KEEPALIVE\n"
			 "0.040 state opensent -> openconfirm\n"
			 "0.060 state openconfirm -> established\n"
			 "0.060 established\n");
	assert_int_equal(session_conn(lab.session), 1);
	assert_int_equal(session_counters(lab.session)->established, 1);
	lab_end(&lab);
}

static void a_passive_session_waits_for_the_peer(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.passive = true;
	lab_begin(&lab, &params);
	session_start(lab.session, lab.now);
	session_hurry(lab.session, lab.now);
	lab_run_until(&lab, SECONDS(1000));
	lab_expect(&lab, "0.000 state idle -> active\n");
	assert_int_equal(lab_peer_connects(&lab), 1);
	lab_peer_says_open(&lab, 1);
	lab_peer_says_keepalive(&lab, 1);
	lab_expect(&lab, "1000.000 send 1 OPEN\n"
			 "1000.000 state active -> opensent\n"
			 "1000.000 send 1 KEEPALIVE\n"
			 "1000.000 state opensent -> openconfirm\n"
			 "1000.000 state openconfirm -> established\n"
			 "1000.000 established\n");
	lab_end(&lab);
}

static void nobody_is_let_in_before_the_start_and_after_a_stop(void **unused)
{
	struct notification shutdown = cease(CEASE_SHUTDOWN);

	(void)unused;
	begin();
	assert_int_equal(lab_peer_connects(&lab), CONN_NONE);
	session_start(lab.session, lab.now);
	session_stop(lab.session, &shutdown, lab.now);
	assert_int_equal(lab_peer_connects(&lab), CONN_NONE);
	lab_expect(&lab, "0.000 connect 2\n0.000 state idle -> connect\n"
			 "0.000 close 2\n0.000 state connect -> idle\n");
	assert_int_equal(session_deadline(lab.session), NEVER);
	lab_end(&lab);
}

static void our_open_says_what_we_are(void **unused)
{
	(void)unused;
	begin();
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	assert_hex((struct span){ lab.sent, lab.sent_length },
		   MARKER "0031 01"
		   "04 fde9 005a 0a000001 14 02 12"
		   "0104 0001 00 01"            /* IPv4 unicast */
		   "0200"                       /* route refresh */
		   "0600"                       /* extended messages */
		   "4104 0000fde9"              /* 4-octet AS */
		   "4600");                     /* enhanced route refresh */
	lab_end(&lab);
}

static void what_was_negotiated_can_be_seen_while_it_holds(void **unused)
{
	(void)unused;
	begin();
	lab.peer.hold_time_s = 30;
	assert_null(session_peer_open(lab.session));
	lab_establish(&lab);
	struct update_context context = session_context(lab.session);

	assert_int_equal(session_hold_time_s(lab.session), 30);
	assert_int_equal(session_keepalive_s(lab.session), 10);
	assert_int_equal(session_peer_open(lab.session)->bgp_id, 0x0a000002);
	assert_true(context.as4);
	assert_false(context.ibgp);
	assert_int_equal(context.peer_as, 65002);
	assert_int_equal(context.max_length, MESSAGE_EXTENDED);
	assert_true(session_common(lab.session)->route_refresh);

	lab_closed(&lab, 1, "Connection reset by peer");
	assert_null(session_peer_open(lab.session));
	assert_int_equal(session_hold_time_s(lab.session), 0);
	assert_false(session_common(lab.session)->route_refresh);
	lab_end(&lab);
}

static void a_peer_with_2_octet_ases_is_welcome(void **unused)
{
	(void)unused;
	begin();
	lab.peer.capabilities = (struct capabilities){ .has_as4 = false };
	lab_establish(&lab);
	assert_false(session_context(lab.session).as4);
	assert_int_equal(session_context(lab.session).families, FAMILY_BIT(FAMILY_IPV4));
	assert_int_equal(session_context(lab.session).max_length, MESSAGE_MAX);
	lab_end(&lab);
}

static void a_peer_with_a_4_octet_as_is_known_by_it(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.asn = 4200000000;
	lab_begin(&lab, &params);
	lab_establish(&lab);
	assert_int_equal(session_context(lab.session).peer_as, 4200000000);
	lab_end(&lab);
}

static void of_an_ibgp_peer_the_first_as_is_not_expected(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.asn = params.local_asn;
	lab_begin(&lab, &params);
	lab_establish(&lab);
	assert_true(session_ibgp(lab.session) && session_context(lab.session).ibgp);
	assert_int_equal(session_context(lab.session).peer_as, 0);
	lab_end(&lab);
}

static struct capabilities capabilities_sent(void)
{
	struct reader body = reader_of(lab.sent + MESSAGE_HEADER, lab.sent_length - MESSAGE_HEADER);
	struct notification why;
	struct open open;

	assert_int_equal(lab.sent[MESSAGE_TYPE_OFFSET], MESSAGE_OPEN);
	assert_true(open_parse(body, &open, &why));
	return open.capabilities;
}

/* RFC 4724 3 */
static void after_a_restart_our_open_says_so(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.graceful_restart = true;
	lab_begin(&lab, &params);
	session_set_restarting(lab.session, true);
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	struct capabilities said = capabilities_sent();
	assert_true(said.restarting && said.notification_restart);
	assert_int_equal(said.forwarding_kept, FAMILY_BIT(FAMILY_IPV4));
	assert_int_equal(said.restart_time_s, 120);
	lab_end(&lab);
}

/* RFC 8538 4: else the peer would drop what it has kept for us. */
static void a_session_that_comes_back_says_that_we_went_on_forwarding(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.graceful_restart = true;
	lab_begin(&lab, &params);
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	assert_int_equal(capabilities_sent().forwarding_kept, 0);
	lab_peer_says_open(&lab, 1);
	lab_peer_says_keepalive(&lab, 1);
	lab_closed(&lab, 1, "connection reset");
	lab_run_until(&lab, SECONDS(2));
	lab_connected(&lab, 2);
	struct capabilities said = capabilities_sent();
	assert_int_equal(said.forwarding_kept, FAMILY_BIT(FAMILY_IPV4));
	assert_false(said.restarting);
	lab_end(&lab);
}

/* ---- OPENs that are refused ---- */

static void expect_open_refused(const char *open, const char *answer)
{
	begin();
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab_peer_says(&lab, 1, hex(open));
	assert_hex((struct span){ lab.sent, lab.sent_length }, answer);
	assert_int_equal(session_state(lab.session), SESSION_IDLE);
	assert_false(lab.is_open[1]);
	assert_true(session_last_error(lab.session)->sent);
	lab_end(&lab);
}

static void a_bad_open_is_answered_with_its_fault(void **unused)
{
	(void)unused;
	/* version 3: we speak 4 */
	expect_open_refused(MARKER "001d 01 03 fdea 005a 0a000002 00", MARKER "0017 03 02 01 0004");
	/* AS 65003 */
	expect_open_refused(MARKER "001d 01 04 fdeb 005a 0a000002 00", MARKER "0015 03 02 02");
	/* identifier 0 */
	expect_open_refused(MARKER "001d 01 04 fdea 005a 00000000 00", MARKER "0015 03 02 03");
	/* parameter of an unknown type */
	expect_open_refused(MARKER "0020 01 04 fdea 005a 0a000002 03 01 01 00",
			    MARKER "0015 03 02 04");
	/* hold time 2 */
	expect_open_refused(MARKER "001d 01 04 fdea 0002 0a000002 00", MARKER "0015 03 02 06");
	/* IPv6 alone: we miss IPv4 */
	expect_open_refused(MARKER "0025 01 04 fdea 005a 0a000002 08 02 06 0104 0002 00 01",
			    MARKER "001b 03 02 07 0104 0001 00 01");
	/* a parameter longer than the message */
	expect_open_refused(MARKER "0020 01 04 fdea 005a 0a000002 03 02 06 00",
			    MARKER "0015 03 02 00");
}

static void a_wrong_as_is_explained(void **unused)
{
	(void)unused;
	begin();
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab.peer.asn = 65099;
	lab_peer_says_open(&lab, 1);
	assert_string_equal(error_text(), "OPEN Message Error/Bad Peer AS: "
					  "the peer says AS 65099, configured is AS 65002");
	lab_end(&lab);
}

/* ---- messages ---- */

static void an_update_reaches_the_owner_as_its_body(void **unused)
{
	(void)unused;
	begin_established();
	lab_peer_says_update(&lab, 1);
	lab_expect(&lab, "0.000 update 4 bytes\n");
	assert_int_equal(session_counters(lab.session)->received[MESSAGE_UPDATE], 1);
	lab_end(&lab);
}

static void many_messages_may_come_at_once_and_the_rest_waits(void **unused)
{
	struct span bytes = hex(MARKER "0017 02 0000 0000" MARKER "0013 04"
				MARKER "0017 02 0000 0000" MARKER "0013");

	(void)unused;
	begin_established();
	assert_int_equal(session_receive(lab.session, 1, bytes.bytes, bytes.length, 0),
			 23 + 19 + 23);
	lab_expect(&lab, "0.000 update 4 bytes\n0.000 update 4 bytes\n");
	assert_int_equal(session_counters(lab.session)->received[MESSAGE_UPDATE], 2);
	assert_int_equal(session_counters(lab.session)->received[MESSAGE_KEEPALIVE], 2);
	lab_end(&lab);
}

/* The rim keeps what is not used and brings it again with what follows. */
static void bytes_may_come_one_by_one(void **unused)
{
	struct span bytes = hex(MARKER "0017 02 0000 0000" MARKER "0013 04"
				MARKER "0017 02 0000 0000");
	size_t used = 0;

	(void)unused;
	begin_established();
	for (size_t have = 1; have <= bytes.length; have++)
		used += session_receive(lab.session, 1, bytes.bytes + used, have - used, 0);
	assert_int_equal(used, bytes.length);
	lab_expect(&lab, "0.000 update 4 bytes\n0.000 update 4 bytes\n");
	lab_end(&lab);
}

static void a_message_may_be_as_long_as_rfc_8654_allows(void **unused)
{
	static uint8_t bytes[MESSAGE_EXTENDED];
	struct writer to = writer_of(bytes, sizeof(bytes));
	uint8_t *length = message_begin(&to, MESSAGE_UPDATE);

	(void)unused;
	write_reserve(&to, write_left(&to));
	message_end(&to, length);
	begin_established();
	lab_peer_says(&lab, 1, written(&to));
	lab_expect(&lab, "0.000 update 65516 bytes\n");
	lab_end(&lab);
}

static void expect_reset_by(const char *bytes, const char *answer)
{
	begin_established();
	lab_peer_says(&lab, 1, hex(bytes));
	assert_hex((struct span){ lab.sent, lab.sent_length }, answer);
	assert_int_equal(session_state(lab.session), SESSION_IDLE);
	assert_false(lab.is_open[1]);
	lab_end(&lab);
}

static void a_bad_header_is_answered_with_its_fault(void **unused)
{
	(void)unused;
	/* no marker: whatever a port scanner says */
	expect_reset_by("474554202f20485454502f312e310d0a0d0a00", MARKER "0015 03 01 01");
	/* too short, and too short for its type; the length is given back */
	expect_reset_by(MARKER "0012 04", MARKER "0017 03 01 02 0012");
	expect_reset_by(MARKER "0016 02 000000", MARKER "0017 03 01 02 0016");
	expect_reset_by(MARKER "0014 04 00", MARKER "0017 03 01 02 0014");
	/* an unknown type, which is given back */
	expect_reset_by(MARKER "0013 06", MARKER "0016 03 01 03 06");
}

static void nothing_is_heard_after_a_bad_message(void **unused)
{
	(void)unused;
	begin_established();
	lab_peer_says(&lab, 1, hex(MARKER "0013 06" MARKER "0017 02 0000 0000"));
	lab_expect(&lab, "0.000 send 1 NOTIFICATION 1/3\n"
			 "0.000 close 1\n"
			 "0.000 state established -> idle\n"
			 "0.000 down\n");
	lab_end(&lab);
}

/* RFC 6608 */
static void an_unexpected_message_is_answered_with_the_state_it_came_in(void **unused)
{
	(void)unused;
	begin();
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab_peer_says_keepalive(&lab, 1);
	assert_hex((struct span){ lab.sent, lab.sent_length }, MARKER "0015 03 05 01");
	lab_end(&lab);

	begin();
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab_peer_says_open(&lab, 1);
	lab_peer_says_update(&lab, 1);
	assert_hex((struct span){ lab.sent, lab.sent_length }, MARKER "0015 03 05 02");
	lab_end(&lab);

	begin_established();
	lab_peer_says_open(&lab, 1);
	assert_hex((struct span){ lab.sent, lab.sent_length }, MARKER "0015 03 05 03");
	assert_string_equal(error_text(), "Finite State Machine Error/"
					  "Unexpected Message in Established State");
	lab_end(&lab);
}

static void a_refresh_is_delivered_if_its_family_and_kind_are_known(void **unused)
{
	(void)unused;
	begin_established();
	lab_peer_says(&lab, 1, hex(MARKER "0017 05 0001 00 01"));
	lab_peer_says(&lab, 1, hex(MARKER "0017 05 0001 02 01"));
	lab_expect(&lab, "0.000 refresh ipv4 0\n0.000 refresh ipv4 2\n");
	lab_peer_says(&lab, 1, hex(MARKER "0017 05 0002 00 01"));       /* IPv6: not negotiated */
	lab_peer_says(&lab, 1, hex(MARKER "0017 05 0001 00 80"));       /* a family unknown to us */
	lab_peer_says(&lab, 1, hex(MARKER "0017 05 0001 03 01"));       /* a kind unknown to us */
	lab_expect(&lab, "");
	assert_int_equal(session_state(lab.session), SESSION_ESTABLISHED);
	lab_end(&lab);
}

/* RFC 7313 5 */
static void a_refresh_of_a_wrong_length_resets(void **unused)
{
	(void)unused;
	expect_reset_by(MARKER "0018 05 0001 01 01 00",
			MARKER "002d 03 07 01" MARKER "0018 05 0001 01 01 00");
}

static void what_is_sent_and_received_is_counted_by_type(void **unused)
{
	struct span update = hex(MARKER "0017 02 0000 0000");

	(void)unused;
	begin_established();
	session_send(lab.session, update.bytes, update.length, lab.now);
	session_count_flaws(lab.session, 2);
	const struct session_counters *counters = session_counters(lab.session);

	assert_int_equal(counters->sent[MESSAGE_OPEN], 1);
	assert_int_equal(counters->sent[MESSAGE_KEEPALIVE], 1);
	assert_int_equal(counters->sent[MESSAGE_UPDATE], 1);
	assert_int_equal(counters->bytes_sent, 49 + 19 + 23);
	assert_int_equal(counters->received[MESSAGE_OPEN], 1);
	assert_int_equal(counters->received[MESSAGE_KEEPALIVE], 1);
	assert_int_equal(counters->flaws, 2);
	lab_end(&lab);
}

static void nothing_is_sent_unless_established(void **unused)
{
	struct span update = hex(MARKER "0017 02 0000 0000");

	(void)unused;
	begin();
	session_send(lab.session, update.bytes, update.length, lab.now);
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab_forget(&lab);
	session_send(lab.session, update.bytes, update.length, lab.now);
	lab_expect(&lab, "");
	lab_end(&lab);
}

/* ---- going down ---- */

static void a_shutdown_by_the_peer_is_kept_in_its_words(void **unused)
{
	(void)unused;
	begin_established();
	lab_peer_says_notification(&lab, 1, notification_shutdown(CEASE_SHUTDOWN, "back at noon"));
	lab_expect(&lab, "0.000 close 1\n0.000 state established -> idle\n0.000 down\n");
	assert_string_equal(error_text(), "Cease/Administrative Shutdown: back at noon");
	assert_false(session_last_error(lab.session)->sent);
	assert_int_equal(session_last_error(lab.session)->notification.subcode, CEASE_SHUTDOWN);

	/* The refused connections that follow say less. */
	lab.refuses_connect = true;
	lab_run_until(&lab, SECONDS(10));
	assert_string_equal(error_text(), "Cease/Administrative Shutdown: back at noon");
	lab_end(&lab);
}

static void a_long_shutdown_text_is_cut(void **unused)
{
	char text[251];

	(void)unused;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	begin_established();
	lab_peer_says_notification(&lab, 1, notification_shutdown(CEASE_SHUTDOWN, text));
	assert_int_equal(strlen(error_text()), sizeof(session_last_error(lab.session)->text) - 1);
	lab_end(&lab);
}

static void a_stop_says_why_and_lasts(void **unused)
{
	struct notification why = notification_shutdown(CEASE_SHUTDOWN, "moving house");

	(void)unused;
	begin_established();
	session_stop(lab.session, &why, lab.now);
	lab_expect(&lab, "0.000 send 1 NOTIFICATION 6/2\n0.000 close 1\n"
			 "0.000 state established -> idle\n0.000 down\n");
	assert_hex((struct span){ lab.sent, lab.sent_length },
		   MARKER "0022 03 06 02 0c 6d6f76696e6720686f757365");
	assert_string_equal(error_text(), "Cease/Administrative Shutdown: moving house");
	session_reset(lab.session, &why, 0, lab.now);
	session_hurry(lab.session, lab.now);
	lab_run_until(&lab, SECONDS(1000));
	lab_expect(&lab, "");
	session_start(lab.session, lab.now);
	lab_expect(&lab, "1000.000 connect 2\n1000.000 state idle -> connect\n");
	lab_end(&lab);
}

/* RFC 8538 4: to a peer that would keep our routes otherwise. */
static void a_stop_is_hard_where_notifications_restart_gracefully(void **unused)
{
	struct session_params params = lab_params();
	struct notification why = cease(CEASE_SHUTDOWN);

	(void)unused;
	params.graceful_restart = true;
	lab_begin(&lab, &params);
	lab.peer.capabilities.graceful_restart = true;
	lab.peer.capabilities.notification_restart = true;
	lab_establish(&lab);
	session_stop(lab.session, &why, lab.now);
	assert_hex((struct span){ lab.sent, lab.sent_length }, MARKER "0017 03 06 09 0602");
	assert_string_equal(error_text(), "Cease/Hard Reset (Cease/Administrative Shutdown)");

	session_start(lab.session, lab.now);
	lab_connected(&lab, 2);
	lab_peer_says_open(&lab, 2);
	lab_peer_says_keepalive(&lab, 2);
	why = cease(CEASE_RESET);
	session_reset(lab.session, &why, 0, lab.now);
	assert_hex((struct span){ lab.sent, lab.sent_length }, MARKER "0015 03 06 04");
	lab_end(&lab);
}

static void a_reset_comes_back_after_its_delay_whoever_hurries(void **unused)
{
	struct notification why = cease(CEASE_RESET);

	(void)unused;
	begin_established();
	session_reset(lab.session, &why, SECONDS(30), lab.now);
	session_hurry(lab.session, lab.now);
	assert_int_equal(lab_peer_connects(&lab), CONN_NONE);
	lab_expect(&lab, "0.000 send 1 NOTIFICATION 6/4\n0.000 close 1\n"
			 "0.000 state established -> idle\n0.000 down\n");
	lab_run_until(&lab, SECONDS(30));
	lab_expect(&lab, "30.000 connect 3\n30.000 state idle -> connect\n");

	/* The next rest is none that was asked for. */
	lab_connected(&lab, 3);
	lab_peer_says_notification(&lab, 3, why);
	lab_forget(&lab);
	session_hurry(lab.session, lab.now);
	lab_expect(&lab, "30.000 connect 4\n30.000 state idle -> connect\n");
	lab_end(&lab);
}

static void a_failure_found_by_the_owner_keeps_the_session_down_for_the_delay(void **unused)
{
	struct notification why = cease(CEASE_MAX_PREFIXES);

	(void)unused;
	begin_established();
	session_fail(lab.session, &why, SECONDS(900), lab.now);
	assert_string_equal(error_text(), "Cease/Maximum Number of Prefixes Reached");
	session_hurry(lab.session, lab.now);
	assert_int_equal(session_deadline(lab.session), SECONDS(900));
	lab_end(&lab);

	begin_established();
	lab.now = SECONDS(5);
	session_fail(lab.session, &why, NEVER, lab.now);
	assert_int_equal(session_deadline(lab.session), NEVER);
	session_fail(lab.session, &why, 0, lab.now);            /* it is down: nothing */
	assert_int_equal(session_deadline(lab.session), NEVER);
	lab_end(&lab);
}

static void an_abandoned_session_goes_down_without_a_word(void **unused)
{
	(void)unused;
	begin_established();
	session_abandon(lab.session, "tun1: link down", lab.now);
	lab_expect(&lab, "0.000 close 1\n0.000 state established -> idle\n0.000 down\n");
	assert_string_equal(error_text(), "tun1: link down");
	session_abandon(lab.session, "tun1: link down", lab.now);
	lab_expect(&lab, "");
	session_hurry(lab.session, lab.now);
	lab_expect(&lab, "0.000 connect 2\n0.000 state idle -> connect\n");
	lab_end(&lab);
}

static void a_peer_may_close_in_the_middle_of_a_message(void **unused)
{
	struct span half = hex(MARKER "0017 02 00");

	(void)unused;
	begin_established();
	assert_int_equal(session_receive(lab.session, 1, half.bytes, half.length, lab.now), 0);
	lab_closed(&lab, 1, "connection closed by the peer");
	lab_expect(&lab, "0.000 state established -> idle\n0.000 down\n");
	assert_string_equal(error_text(), "connection closed by the peer");
	assert_int_equal(session_last_error(lab.session)->notification.code, NOTIFY_NONE);
	lab_end(&lab);
}

static void what_comes_of_a_connection_that_is_gone_is_ignored(void **unused)
{
	struct span keepalive = hex(MARKER "0013 04");

	(void)unused;
	begin_established();
	lab_closed(&lab, 1, "gone");
	lab_forget(&lab);
	assert_int_equal(session_receive(lab.session, 1, keepalive.bytes, keepalive.length, 0), 19);
	session_connected(lab.session, 1, lab.now);
	session_closed(lab.session, 1, "gone again", lab.now);
	session_drained(lab.session, 1, 0, lab.now);
	lab_expect(&lab, "");
	assert_string_equal(error_text(), "gone");
	lab_end(&lab);
}

static void a_free_closes_without_a_word(void **unused)
{
	(void)unused;
	begin_established();
	session_free(lab.session);
	lab_expect(&lab, "0.000 close 1\n");
	session_free(NULL);
}

/* ---- the owner acts from within a callback ---- */

static void fail_from_hook(struct lab *in)
{
	struct notification why = { .code = NOTIFY_UPDATE, .subcode = UPDATE_BAD_AS_PATH };

	session_fail(in->session, &why, 0, in->now);
}

static void stop_from_hook(struct lab *in)
{
	struct notification why = cease(CEASE_MAX_PREFIXES);

	session_stop(in->session, &why, in->now);
}

static void reset_from_hook(struct lab *in)
{
	struct notification why = cease(CEASE_RESET);

	session_reset(in->session, &why, 0, in->now);
}

static void send_from_hook(struct lab *in)
{
	struct span end_of_rib = hex(MARKER "0017 02 0000 0000");

	session_send(in->session, end_of_rib.bytes, end_of_rib.length, in->now);
}

static void an_owner_that_fails_within_an_update_hears_no_more(void **unused)
{
	(void)unused;
	begin_established();
	lab.hook = fail_from_hook;
	lab_peer_says(&lab, 1, hex(MARKER "0017 02 0000 0000" MARKER "0017 02 0000 0000"));
	lab_expect(&lab, "0.000 update 4 bytes\n"
			 "0.000 send 1 NOTIFICATION 3/11\n"
			 "0.000 close 1\n"
			 "0.000 state established -> idle\n"
			 "0.000 down\n");
	lab_run_until(&lab, SECONDS(1));
	lab_expect(&lab, "1.000 connect 2\n1.000 state idle -> connect\n");
	lab_end(&lab);
}

static void an_owner_may_stop_or_reset_within_an_update(void **unused)
{
	(void)unused;
	begin_established();
	lab.hook = stop_from_hook;
	lab_peer_says_update(&lab, 1);
	assert_int_equal(session_deadline(lab.session), NEVER);
	lab_end(&lab);

	begin_established();
	lab.hook = reset_from_hook;
	lab_peer_says_update(&lab, 1);
	lab_forget(&lab);
	lab_run_until(&lab, 0);
	lab_expect(&lab, "0.000 connect 2\n0.000 state idle -> connect\n");
	lab_end(&lab);
}

static void an_owner_may_send_or_fail_as_soon_as_established(void **unused)
{
	(void)unused;
	begin();
	lab.hook = send_from_hook;
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab_peer_says_open(&lab, 1);
	lab_forget(&lab);
	lab_peer_says_keepalive(&lab, 1);
	lab_expect(&lab, "0.000 state openconfirm -> established\n"
			 "0.000 established\n"
			 "0.000 send 1 UPDATE\n");
	lab_end(&lab);

	begin();
	lab.hook = fail_from_hook;
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	lab_peer_says_open(&lab, 1);
	lab_forget(&lab);
	lab_peer_says_keepalive(&lab, 1);
	lab_expect(&lab, "0.000 state openconfirm -> established\n"
			 "0.000 established\n"
			 "0.000 send 1 NOTIFICATION 3/11\n"
			 "0.000 close 1\n"
			 "0.000 state established -> idle\n"
			 "0.000 down\n");
	lab_end(&lab);
}

static void an_owner_may_answer_a_refresh_at_once(void **unused)
{
	(void)unused;
	begin_established();
	lab.hook = send_from_hook;
	lab_peer_says(&lab, 1, hex(MARKER "0017 05 0001 00 01"));
	lab_expect(&lab, "0.000 refresh ipv4 0\n0.000 send 1 UPDATE\n");
	lab_end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_that_connects_comes_up),
		cmocka_unit_test(a_passive_session_waits_for_the_peer),
		cmocka_unit_test(nobody_is_let_in_before_the_start_and_after_a_stop),
		cmocka_unit_test(our_open_says_what_we_are),
		cmocka_unit_test(what_was_negotiated_can_be_seen_while_it_holds),
		cmocka_unit_test(a_peer_with_2_octet_ases_is_welcome),
		cmocka_unit_test(a_peer_with_a_4_octet_as_is_known_by_it),
		cmocka_unit_test(of_an_ibgp_peer_the_first_as_is_not_expected),
		cmocka_unit_test(after_a_restart_our_open_says_so),
		cmocka_unit_test(a_session_that_comes_back_says_that_we_went_on_forwarding),
		cmocka_unit_test(a_bad_open_is_answered_with_its_fault),
		cmocka_unit_test(a_wrong_as_is_explained),
		cmocka_unit_test(an_update_reaches_the_owner_as_its_body),
		cmocka_unit_test(many_messages_may_come_at_once_and_the_rest_waits),
		cmocka_unit_test(bytes_may_come_one_by_one),
		cmocka_unit_test(a_message_may_be_as_long_as_rfc_8654_allows),
		cmocka_unit_test(a_bad_header_is_answered_with_its_fault),
		cmocka_unit_test(nothing_is_heard_after_a_bad_message),
		cmocka_unit_test(an_unexpected_message_is_answered_with_the_state_it_came_in),
		cmocka_unit_test(a_refresh_is_delivered_if_its_family_and_kind_are_known),
		cmocka_unit_test(a_refresh_of_a_wrong_length_resets),
		cmocka_unit_test(what_is_sent_and_received_is_counted_by_type),
		cmocka_unit_test(nothing_is_sent_unless_established),
		cmocka_unit_test(a_shutdown_by_the_peer_is_kept_in_its_words),
		cmocka_unit_test(a_long_shutdown_text_is_cut),
		cmocka_unit_test(a_stop_says_why_and_lasts),
		cmocka_unit_test(a_stop_is_hard_where_notifications_restart_gracefully),
		cmocka_unit_test(a_reset_comes_back_after_its_delay_whoever_hurries),
		cmocka_unit_test(a_failure_found_by_the_owner_keeps_the_session_down_for_the_delay),
		cmocka_unit_test(an_abandoned_session_goes_down_without_a_word),
		cmocka_unit_test(a_peer_may_close_in_the_middle_of_a_message),
		cmocka_unit_test(what_comes_of_a_connection_that_is_gone_is_ignored),
		cmocka_unit_test(a_free_closes_without_a_word),
		cmocka_unit_test(an_owner_that_fails_within_an_update_hears_no_more),
		cmocka_unit_test(an_owner_may_stop_or_reset_within_an_update),
		cmocka_unit_test(an_owner_may_send_or_fail_as_soon_as_established),
		cmocka_unit_test(an_owner_may_answer_a_refresh_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
