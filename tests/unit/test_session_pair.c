/* Two connections to one peer: collisions (RFC 4271 6.8), and a peer that comes back while the old
 * connection still stands (RFC 4724 4.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/session_lab.h"

static struct lab lab;

/* Connection 1 is ours, connection 2 the peer's, both in OpenSent.  Our identifier is 10.0.0.1. */
static void begin_with_two(uint32_t peer_id)
{
	struct session_params params = lab_params();

	lab_begin(&lab, &params);
	lab.peer.bgp_id = peer_id;
	session_start(lab.session, lab.now);
	lab_connected(&lab, 1);
	assert_int_equal(lab_peer_connects(&lab), 2);
	lab_forget(&lab);
}

#define HIGHER 0x0a000002
#define LOWER  0x0a000000

static void against_a_lower_identifier_our_connection_survives(void **unused)
{
	(void)unused;
	begin_with_two(LOWER);
	lab_peer_says_open(&lab, 2);
	lab_peer_says_open(&lab, 1);
	lab_expect(&lab, "0.000 send 2 KEEPALIVE\n"
			 "0.000 state opensent -> openconfirm\n"
			 "0.000 send 1 KEEPALIVE\n"
			 "0.000 send 2 NOTIFICATION 6/7\n"
			 "0.000 close 2\n");
	lab_peer_says_keepalive(&lab, 1);
	assert_int_equal(session_conn(lab.session), 1);
	lab_end(&lab);
}

static void against_a_higher_identifier_the_peers_connection_survives(void **unused)
{
	(void)unused;
	begin_with_two(HIGHER);
	lab_peer_says_open(&lab, 1);
	lab_peer_says_open(&lab, 2);
	lab_expect(&lab, "0.000 send 1 KEEPALIVE\n"
			 "0.000 state opensent -> openconfirm\n"
			 "0.000 send 2 KEEPALIVE\n"
			 "0.000 send 1 NOTIFICATION 6/7\n"
			 "0.000 close 1\n");
	lab_peer_says_keepalive(&lab, 2);
	assert_int_equal(session_conn(lab.session), 2);
	lab_end(&lab);
}

/* A KEEPALIVE would make it Established at the other end, which would close the survivor then. */
static void a_connection_that_loses_by_its_open_gets_no_keepalive(void **unused)
{
	(void)unused;
	begin_with_two(LOWER);
	lab_peer_says_open(&lab, 1);
	lab_peer_says_open(&lab, 2);
	lab_expect(&lab, "0.000 send 1 KEEPALIVE\n"
			 "0.000 state opensent -> openconfirm\n"
			 "0.000 send 2 NOTIFICATION 6/7\n"
			 "0.000 close 2\n");
	lab_end(&lab);

	begin_with_two(HIGHER);
	lab_peer_says_open(&lab, 2);
	lab_peer_says_open(&lab, 1);
	lab_expect(&lab, "0.000 send 2 KEEPALIVE\n"
			 "0.000 state opensent -> openconfirm\n"
			 "0.000 send 1 NOTIFICATION 6/7\n"
			 "0.000 close 1\n");
	lab_end(&lab);
}

static void whoever_is_established_first_wins(void **unused)
{
	(void)unused;
	begin_with_two(LOWER);
	lab_peer_says_open(&lab, 2);
	lab_peer_says_keepalive(&lab, 2);
	lab_expect(&lab, "0.000 send 2 KEEPALIVE\n"
			 "0.000 state opensent -> openconfirm\n"
			 "0.000 send 1 NOTIFICATION 6/7\n"
			 "0.000 close 1\n"
			 "0.000 state openconfirm -> established\n"
			 "0.000 established\n");
	assert_null(session_last_error(lab.session));   /* a collision is none */
	lab_end(&lab);
}

static void an_attempt_under_way_is_dropped_when_the_peers_connection_is_established(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	lab_begin(&lab, &params);
	session_start(lab.session, lab.now);
	lab_peer_connects(&lab);
	lab_peer_says_open(&lab, 2);
	lab_forget(&lab);
	lab_peer_says_keepalive(&lab, 2);
	lab_expect(&lab, "0.000 close 1\n"
			 "0.000 state openconfirm -> established\n"
			 "0.000 established\n");
	lab_end(&lab);
}

static void if_the_peer_drops_the_loser_first_the_other_one_goes_on(void **unused)
{
	(void)unused;
	begin_with_two(HIGHER);
	lab_peer_says_open(&lab, 2);
	lab_peer_says_notification(&lab, 1, (struct notification){ .code = NOTIFY_CEASE,
								   .subcode = CEASE_COLLISION });
	lab_peer_says_keepalive(&lab, 2);
	assert_int_equal(session_conn(lab.session), 2);
	assert_null(session_last_error(lab.session));
	assert_int_equal(session_deadline(lab.session), SECONDS(30));   /* KEEPALIVE is next */
	lab_end(&lab);
}

static void if_the_survivor_fails_too_the_session_starts_again(void **unused)
{
	(void)unused;
	begin_with_two(HIGHER);
	lab_peer_says_open(&lab, 1);
	lab_peer_says_open(&lab, 2);
	lab_forget(&lab);
	lab_closed(&lab, 2, "Connection reset by peer");
	lab_run_until(&lab, SECONDS(1));
	lab_expect(&lab, "0.000 state openconfirm -> idle\n"
			 "1.000 connect 3\n"
			 "1.000 state idle -> connect\n");
	lab_end(&lab);
}

static void a_failure_of_ours_leaves_the_peers_connection_and_is_tried_again(void **unused)
{
	(void)unused;
	begin_with_two(HIGHER);
	lab.peer.asn = 65099;
	lab_peer_says_open(&lab, 1);
	lab_run_until(&lab, SECONDS(1));
	lab_expect(&lab, "0.000 send 1 NOTIFICATION 2/2\n"
			 "0.000 close 1\n"
			 "1.000 connect 3\n");
	assert_int_equal(session_state(lab.session), SESSION_OPEN_SENT);
	lab_end(&lab);
}

static void a_failure_of_the_peers_connection_leaves_ours(void **unused)
{
	(void)unused;
	begin_with_two(HIGHER);
	lab.peer.asn = 65099;
	lab_peer_says_open(&lab, 2);
	lab_expect(&lab, "0.000 send 2 NOTIFICATION 2/2\n"
			 "0.000 close 2\n");
	lab.peer.asn = 65002;
	lab_peer_says_open(&lab, 1);
	lab_peer_says_keepalive(&lab, 1);
	assert_int_equal(session_conn(lab.session), 1);
	lab_end(&lab);
}

static void a_second_connection_of_the_peers_replaces_the_first_while_opening(void **unused)
{
	(void)unused;
	begin_with_two(HIGHER);
	assert_int_equal(lab_peer_connects(&lab), 3);
	lab_expect(&lab, "0.000 send 2 NOTIFICATION 6/7\n"
			 "0.000 close 2\n"
			 "0.000 send 3 OPEN\n");
	lab_end(&lab);
}

static void a_peer_that_gives_up_its_connection_leaves_us_trying(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	lab_begin(&lab, &params);
	session_start(lab.session, lab.now);
	lab_peer_connects(&lab);
	lab_closed(&lab, 2, "connection closed by the peer");
	assert_int_equal(session_state(lab.session), SESSION_CONNECT);
	lab_connected(&lab, 1);
	assert_int_equal(session_state(lab.session), SESSION_OPEN_SENT);
	lab_end(&lab);
}

/* ---- a connection from the peer while Established ---- */

/* If the peer has restarted, its TCP answers that KEEPALIVE with RST. */
static void the_established_connection_wins_and_is_probed_at_once(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	lab_begin(&lab, &params);
	lab_establish(&lab);
	lab.now = SECONDS(10);
	lab_peer_connects(&lab);
	lab_expect(&lab, "10.000 send 2 NOTIFICATION 6/7\n"
			 "10.000 close 2\n"
			 "10.000 send 1 KEEPALIVE\n");

	/* RFC 4271 4.4: not more than one in a second, however often the peer knocks. */
	lab.now = SECONDS(10) + 400;
	lab_peer_connects(&lab);
	lab_expect(&lab, "10.400 send 3 NOTIFICATION 6/7\n"
			 "10.400 close 3\n");
	lab_run_until(&lab, SECONDS(20));
	lab_expect(&lab, "11.000 send 1 KEEPALIVE\n");
	assert_int_equal(session_conn(lab.session), 1);
	lab_end(&lab);
}

static void begin_graceful(bool passive)
{
	struct session_params params = lab_params();

	params.graceful_restart = true;
	params.passive = passive;
	lab_begin(&lab, &params);
	lab.peer.capabilities.graceful_restart = true;
	lab.peer.capabilities.restart_families = FAMILY_BIT(FAMILY_IPV4);
	lab_establish(&lab);
}

/* RFC 4724 4.2: no NOTIFICATION on the old connection.  RFC 4724 5: from here on in OpenSent. */
static void a_peer_that_restarts_gracefully_is_taken_over_at_once(void **unused)
{
	(void)unused;
	begin_graceful(false);
	lab_peer_connects(&lab);
	lab_expect(&lab, "0.000 send 2 OPEN\n"
			 "0.000 close 1\n"
			 "0.000 state established -> opensent\n"
			 "0.000 down\n");
	assert_string_equal(session_last_error(lab.session)->text, "the peer has restarted");
	lab_peer_says_open(&lab, 2);
	lab_peer_says_keepalive(&lab, 2);
	assert_int_equal(session_conn(lab.session), 2);
	lab_end(&lab);
}

static void it_may_do_so_again_and_again(void **unused)
{
	(void)unused;
	begin_graceful(true);
	for (conn_id conn = 2; conn < 6; conn++) {
		assert_int_equal(lab_peer_connects(&lab), conn);
		lab_peer_says_open(&lab, conn);
		lab_peer_says_keepalive(&lab, conn);
		assert_int_equal(session_conn(lab.session), conn);
	}
	lab_end(&lab);
}

static void a_restart_that_fails_again_is_waited_for(void **unused)
{
	(void)unused;
	begin_graceful(false);
	lab_peer_connects(&lab);
	lab_forget(&lab);
	lab_closed(&lab, 2, "Connection reset by peer");
	lab_run_until(&lab, SECONDS(1));
	lab_expect(&lab, "0.000 state opensent -> idle\n"
			 "1.000 connect 3\n"
			 "1.000 state idle -> connect\n");
	lab_end(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_a_lower_identifier_our_connection_survives),
		cmocka_unit_test(against_a_higher_identifier_the_peers_connection_survives),
		cmocka_unit_test(a_connection_that_loses_by_its_open_gets_no_keepalive),
		cmocka_unit_test(whoever_is_established_first_wins),
		cmocka_unit_test(
			an_attempt_under_way_is_dropped_when_the_peers_connection_is_established),
		cmocka_unit_test(if_the_peer_drops_the_loser_first_the_other_one_goes_on),
		cmocka_unit_test(if_the_survivor_fails_too_the_session_starts_again),
		cmocka_unit_test(a_failure_of_ours_leaves_the_peers_connection_and_is_tried_again),
		cmocka_unit_test(a_failure_of_the_peers_connection_leaves_ours),
		cmocka_unit_test(a_second_connection_of_the_peers_replaces_the_first_while_opening),
		cmocka_unit_test(a_peer_that_gives_up_its_connection_leaves_us_trying),
		cmocka_unit_test(the_established_connection_wins_and_is_probed_at_once),
		cmocka_unit_test(a_peer_that_restarts_gracefully_is_taken_over_at_once),
		cmocka_unit_test(it_may_do_so_again_and_again),
		cmocka_unit_test(a_restart_that_fails_again_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
