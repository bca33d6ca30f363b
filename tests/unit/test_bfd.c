#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/bfd/bfd.h"

#define OURS   0x11
#define THEIRS 0x22

static const struct bfd_params fast = { 50, 3 };

static struct bfd fresh(void)
{
	struct bfd bfd;

	bfd_init(&bfd, &fast, OURS, 0);
	return bfd;
}

static struct bfd_packet packet_in(enum bfd_state state)
{
	return (struct bfd_packet){ .state = (uint8_t)state, .multiplier = 3, .my_discriminator = THEIRS,
				    .your_discriminator = OURS, .desired_tx_us = 50000,
				    .required_rx_us = 50000 };
}

static void hear_packet(struct bfd *bfd, const struct bfd_packet *packet, msec_t now)
{
	uint8_t bytes[BFD_PACKET];

	packet_build(packet, bytes);
	assert_null(bfd_receive(bfd, bytes, sizeof(bytes), now));
	bfd_tick(bfd, now);
}

static void hear(struct bfd *bfd, enum bfd_state state, msec_t now)
{
	struct bfd_packet packet = packet_in(state);

	hear_packet(bfd, &packet, now);
}

/* What leaves now; its version is 0 when nothing does. */
static struct bfd_packet said(struct bfd *bfd, msec_t now)
{
	struct bfd_packet packet = { 0 };
	uint8_t bytes[BFD_PACKET];

	if (bfd_send(bfd, bytes, 0, now))
		assert_null(packet_parse(bytes, sizeof(bytes), &packet));
	return packet;
}

static void say_all(struct bfd *bfd, msec_t now)
{
	while (said(bfd, now).version)
		;
}

static struct bfd up(msec_t now)
{
	struct bfd bfd = fresh();

	bfd.send_at = now;
	say_all(&bfd, now);
	hear(&bfd, BFD_INIT, now);
	assert_int_equal(bfd.state, BFD_UP);
	say_all(&bfd, now);
	return bfd;
}

/* As the rim does it, when the time has come, until `end`: nothing is heard. */
static void wait_until(struct bfd *bfd, msec_t end)
{
	msec_t at;

	while ((at = bfd_deadline(bfd)) <= end) {
		bfd_tick(bfd, at);
		say_all(bfd, at);
	}
}

/* RFC 5880 6.2: a row for each pair of states. */
static void states_follow_the_peers(void **unused)
{
	static const struct { enum bfd_state ours, theirs, then; } rows[] = {
		{ BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_ADMIN_DOWN },
		{ BFD_ADMIN_DOWN, BFD_DOWN,       BFD_ADMIN_DOWN },
		{ BFD_ADMIN_DOWN, BFD_INIT,       BFD_ADMIN_DOWN },
		{ BFD_ADMIN_DOWN, BFD_UP,         BFD_ADMIN_DOWN },
		{ BFD_DOWN,       BFD_ADMIN_DOWN, BFD_DOWN },
		{ BFD_DOWN,       BFD_DOWN,       BFD_INIT },
		{ BFD_DOWN,       BFD_INIT,       BFD_UP },
		{ BFD_DOWN,       BFD_UP,         BFD_DOWN },
		{ BFD_INIT,       BFD_ADMIN_DOWN, BFD_DOWN },
		{ BFD_INIT,       BFD_DOWN,       BFD_INIT },
		{ BFD_INIT,       BFD_INIT,       BFD_UP },
		{ BFD_INIT,       BFD_UP,         BFD_UP },
		{ BFD_UP,         BFD_ADMIN_DOWN, BFD_DOWN },
		{ BFD_UP,         BFD_DOWN,       BFD_DOWN },
		{ BFD_UP,         BFD_INIT,       BFD_UP },
		{ BFD_UP,         BFD_UP,         BFD_UP },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bfd bfd = fresh();
		struct bfd_packet packet = packet_in(rows[i].theirs);
		uint8_t bytes[BFD_PACKET];

		bfd.state = rows[i].ours;
		packet_build(&packet, bytes);
		bfd_receive(&bfd, bytes, sizeof(bytes), 0);
		assert_int_equal(bfd.state, rows[i].then);
	}
}

static void the_detection_time_ends_init_and_up(void **unused)
{
	struct bfd bfd = fresh();

	(void)unused;
	hear(&bfd, BFD_DOWN, 0);
	assert_int_equal(bfd.state, BFD_INIT);
	wait_until(&bfd, SECONDS(10));
	assert_int_equal(bfd.state, BFD_DOWN);
	assert_int_equal(bfd.verdict, BFD_UNKNOWN);
	bfd = up(0);
	wait_until(&bfd, 149);
	assert_int_equal(bfd.state, BFD_UP);
	wait_until(&bfd, 150);
	assert_int_equal(bfd.state, BFD_DOWN);
	assert_int_equal(bfd.diagnostic, BFD_TIME_EXPIRED);
	assert_int_equal(bfd.verdict, BFD_FAILED);
	assert_int_equal(bfd.failed_at, 150);
}

static void a_failure_is_told_at_once_and_then_slowly(void **unused)
{
	struct bfd bfd = up(0);
	struct bfd_packet packet;

	(void)unused;
	for (msec_t at = bfd_deadline(&bfd); at < 150; at = bfd_deadline(&bfd)) {
		bfd_tick(&bfd, at);
		say_all(&bfd, at);
	}
	bfd_tick(&bfd, 150);
	packet = said(&bfd, 150);
	assert_int_equal(packet.state, BFD_DOWN);
	assert_int_equal(packet.diagnostic, BFD_TIME_EXPIRED);
	assert_int_equal(packet.your_discriminator, 0);
	assert_int_equal(packet.desired_tx_us, 1000000);
	assert_int_equal(packet.required_rx_us, 50000);
	assert_false(packet.poll);
	assert_in_range(bfd_deadline(&bfd), 150 + 750, 150 + 1000);
}

static void it_begins_slowly(void **unused)
{
	struct bfd bfd = fresh();
	struct bfd_packet packet = said(&bfd, 0);

	(void)unused;
	assert_int_equal(packet.state, BFD_DOWN);
	assert_int_equal(packet.my_discriminator, OURS);
	assert_int_equal(packet.your_discriminator, 0);
	assert_int_equal(packet.desired_tx_us, 1000000);
	assert_int_equal(packet.multiplier, 3);
	assert_int_equal(said(&bfd, 0).version, 0);
	assert_in_range(bfd_deadline(&bfd), 750, 1000);
}

/* 6.8.3: P in every packet until the F; the faster interval is in force at once. */
static void once_up_a_poll_sequence_tells_the_interval(void **unused)
{
	struct bfd bfd = fresh();
	struct bfd_packet packet, final = packet_in(BFD_UP);

	(void)unused;
	say_all(&bfd, 0);
	hear(&bfd, BFD_INIT, 10);
	packet = said(&bfd, 10);
	assert_true(packet.poll);
	assert_int_equal(packet.state, BFD_UP);
	assert_int_equal(packet.desired_tx_us, 50000);
	assert_in_range(bfd_deadline(&bfd), 10 + 38, 10 + 50);
	assert_true(said(&bfd, bfd_deadline(&bfd)).poll);
	final.final = true;
	hear_packet(&bfd, &final, 60);
	assert_false(said(&bfd, 110).poll);
}

static void a_poll_is_answered_without_waiting(void **unused)
{
	struct bfd bfd = up(0);
	struct bfd_packet poll = packet_in(BFD_UP), answer;
	msec_t next = bfd_deadline(&bfd);

	(void)unused;
	poll.poll = true;
	hear_packet(&bfd, &poll, 1);
	answer = said(&bfd, 1);
	assert_true(answer.final);
	assert_false(answer.poll);              /* though a sequence of our own runs */
	assert_int_equal(said(&bfd, 1).version, 0);
	assert_int_equal(bfd_deadline(&bfd), next);
}

static struct bfd settled(msec_t now)
{
	struct bfd bfd = up(now);
	struct bfd_packet final = packet_in(BFD_UP);

	final.final = true;
	hear_packet(&bfd, &final, now);
	say_all(&bfd, now);
	return bfd;
}

/* 6.8.3: slower sending, and faster hearing, wait for the answer. */
static void a_slower_interval_waits_for_the_answer(void **unused)
{
	const struct bfd_params slow = { 200, 3 };
	struct bfd bfd = settled(0);
	struct bfd_packet final = packet_in(BFD_UP), packet;

	(void)unused;
	bfd_change(&bfd, &slow, 0);
	assert_int_equal(bfd_detection_ms(&bfd), 600);          /* slower hearing is in force at once */
	packet = said(&bfd, bfd_deadline(&bfd));
	assert_true(packet.poll);
	assert_int_equal(packet.desired_tx_us, 200000);
	assert_in_range(bfd_deadline(&bfd), 38, 100);
	final.final = true;
	hear_packet(&bfd, &final, 50);
	say_all(&bfd, 100);
	assert_in_range(bfd_deadline(&bfd), 100 + 150, 100 + 200);
}

static void a_faster_interval_is_not_expected_before_the_answer(void **unused)
{
	const struct bfd_params faster = { 20, 3 };
	struct bfd bfd = settled(0);
	struct bfd_packet packet = packet_in(BFD_UP);

	(void)unused;
	bfd_change(&bfd, &faster, 0);
	packet.desired_tx_us = 10000;
	hear_packet(&bfd, &packet, 10);
	assert_int_equal(bfd_detection_ms(&bfd), 150);
	packet.final = true;
	hear_packet(&bfd, &packet, 20);
	assert_int_equal(bfd_detection_ms(&bfd), 60);
}

static void a_change_during_a_poll_sequence_has_one_of_its_own(void **unused)
{
	const struct bfd_params slow = { 200, 3 };
	struct bfd bfd = up(0);
	struct bfd_packet final = packet_in(BFD_UP);

	(void)unused;
	bfd_change(&bfd, &slow, 0);
	final.final = true;
	hear_packet(&bfd, &final, 10);
	assert_int_equal(bfd.tx_us, 50000);
	assert_true(said(&bfd, 60).poll);
	hear_packet(&bfd, &final, 70);
	assert_int_equal(bfd.tx_us, 200000);
}

static void the_slower_side_sets_the_pace(void **unused)
{
	struct bfd bfd = settled(0);
	struct bfd_packet packet = packet_in(BFD_UP);

	(void)unused;
	packet.required_rx_us = 400000;
	packet.desired_tx_us = 300000;
	packet.multiplier = 5;
	hear_packet(&bfd, &packet, 0);
	assert_int_equal(bfd_detection_ms(&bfd), 1500);
	say_all(&bfd, 50);
	assert_in_range(bfd_deadline(&bfd), 50 + 300, 50 + 400);
	packet.required_rx_us = 50000;          /* faster again: not only after that wait */
	hear_packet(&bfd, &packet, 60);
	assert_in_range(bfd_deadline(&bfd), 60, 60 + 50);
}

static void jitter_stays_in_its_bounds(void **unused)
{
	static const struct { struct bfd_params params; msec_t least, most; } rows[] = {
		{ { 50, 3 }, 38, 50 }, { { 50, 1 }, 38, 45 }, { { 10, 3 }, 8, 10 }, { { 10, 1 }, 8, 9 },
		{ { 1000, 3 }, 750, 1000 }, { { 1000, 1 }, 750, 900 },
	};
	uint8_t bytes[BFD_PACKET];

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool has_least = false, has_most = false;

		for (uint32_t random = 0; random < 1000; random++) {
			struct bfd bfd = settled(0);

			bfd.params = rows[i].params;
			bfd.tx_us = bfd.params.interval_ms * 1000;
			bfd.peer.required_rx_us = 1;
			bfd.send_at = 0;
			bfd.silent_at = NEVER;
			assert_true(bfd_send(&bfd, bytes, random, 0));
			assert_in_range(bfd_deadline(&bfd), rows[i].least, rows[i].most);
			has_least |= bfd_deadline(&bfd) == rows[i].least;
			has_most |= bfd_deadline(&bfd) == rows[i].most;
		}
		assert_true(has_least && has_most);
	}
}

static void a_peer_that_wants_nothing_is_sent_nothing(void **unused)
{
	struct bfd bfd = settled(0);
	struct bfd_packet packet = packet_in(BFD_UP);

	(void)unused;
	packet.required_rx_us = 0;
	hear_packet(&bfd, &packet, 0);
	assert_int_equal(said(&bfd, 100).version, 0);
	packet.poll = true;
	hear_packet(&bfd, &packet, 100);
	assert_true(said(&bfd, 100).final);
	assert_int_equal(bfd_deadline(&bfd), 250);              /* its silence still counts */
}

static void demand_mode_is_obeyed_and_never_asked_for(void **unused)
{
	const struct bfd_params slow = { 200, 3 };
	struct bfd bfd = settled(0);
	struct bfd_packet packet = packet_in(BFD_UP);

	(void)unused;
	packet.demand = true;
	hear_packet(&bfd, &packet, 0);
	assert_int_equal(said(&bfd, 100).version, 0);
	bfd_change(&bfd, &slow, 100);
	packet = said(&bfd, 100);
	assert_true(packet.poll);
	assert_false(packet.demand);
}

static void a_peer_that_never_spoke_leaves_it_unknown(void **unused)
{
	struct bfd bfd = fresh();
	char text[BFD_REASON];

	(void)unused;
	wait_until(&bfd, SECONDS(3600));
	assert_int_equal(bfd.verdict, BFD_UNKNOWN);
	assert_true(bfd_is_silent(&bfd));
	assert_string_equal(bfd_reason(&bfd, text), "the peer sends no BFD");
}

static void admin_down_of_the_peer_is_no_failure(void **unused)
{
	struct bfd bfd = up(0);
	char text[BFD_REASON];

	(void)unused;
	hear(&bfd, BFD_ADMIN_DOWN, 10);
	assert_int_equal(bfd.state, BFD_DOWN);
	assert_int_equal(bfd.diagnostic, BFD_NEIGHBOR_DOWN);
	assert_int_equal(bfd.verdict, BFD_UNKNOWN);
	assert_string_equal(bfd_reason(&bfd, text), "the peer has turned BFD off (AdminDown)");
	wait_until(&bfd, SECONDS(60));
	assert_int_equal(bfd.verdict, BFD_UNKNOWN);
}

static void a_peer_that_is_down_says_why(void **unused)
{
	struct bfd bfd = up(0);
	struct bfd_packet packet = packet_in(BFD_DOWN);
	char text[BFD_REASON];

	(void)unused;
	packet.diagnostic = BFD_TIME_EXPIRED;
	hear_packet(&bfd, &packet, 10);
	assert_int_equal(bfd.verdict, BFD_FAILED);
	assert_string_equal(bfd_reason(&bfd, text), "the peer is down: control detection time expired");
}

static void a_failure_lasts_until_it_is_up_again(void **unused)
{
	struct bfd bfd = up(0);
	char text[BFD_REASON];

	(void)unused;
	wait_until(&bfd, 150);
	assert_string_equal(bfd_reason(&bfd, text), "nothing heard for 150 ms");
	hear(&bfd, BFD_DOWN, 500);
	assert_int_equal(bfd.state, BFD_INIT);
	assert_int_equal(bfd.verdict, BFD_FAILED);
	hear(&bfd, BFD_UP, 600);
	assert_int_equal(bfd.verdict, BFD_ALIVE);
	assert_string_equal(bfd_reason(&bfd, text), "detection time 150 ms");
}

static void a_failure_can_be_taken_back(void **unused)
{
	struct bfd bfd = up(0);

	(void)unused;
	bfd_forgive(&bfd);
	assert_int_equal(bfd.verdict, BFD_ALIVE);
	wait_until(&bfd, 150);
	assert_true(bfd_is_silent(&bfd));
	bfd_forgive(&bfd);
	assert_int_equal(bfd.verdict, BFD_UNKNOWN);
}

static void a_tick_that_comes_late_is_no_evidence(void **unused)
{
	struct bfd bfd = up(0);

	(void)unused;
	bfd_tick(&bfd, SECONDS(10));                    /* the machine was stopped */
	assert_int_equal(bfd.state, BFD_UP);
	say_all(&bfd, SECONDS(10));
	wait_until(&bfd, SECONDS(10) + 149);
	assert_int_equal(bfd.state, BFD_UP);
	wait_until(&bfd, SECONDS(10) + 150);
	assert_int_equal(bfd.state, BFD_DOWN);
}

/* Stopped for nearly all of the detection time: the timer that was missed first tells. */
static void a_tick_late_for_sending_is_late_as_well(void **unused)
{
	struct bfd bfd = up(0);

	(void)unused;
	bfd_tick(&bfd, 155);
	assert_int_equal(bfd.state, BFD_UP);
}

static void what_waits_in_the_socket_is_read_first(void **unused)
{
	struct bfd bfd = up(0);

	(void)unused;
	hear(&bfd, BFD_UP, 180);
	assert_int_equal(bfd.state, BFD_UP);
	assert_int_equal(bfd.silent_at, 180 + 150);
}

static void packets_of_another_session_do_not_count(void **unused)
{
	struct bfd bfd = up(0);
	struct bfd_packet packet = packet_in(BFD_DOWN);
	uint8_t bytes[BFD_PACKET];

	(void)unused;
	packet.your_discriminator = OURS + 1;
	packet_build(&packet, bytes);
	assert_string_equal(bfd_receive(&bfd, bytes, sizeof(bytes), 10),
			    "its Your Discriminator is not ours");
	assert_int_equal(bfd.state, BFD_UP);
	assert_int_equal(bfd.silent_at, 150);
}

static void a_stopped_session_says_admin_down_and_hears_nothing(void **unused)
{
	struct bfd bfd = up(0);
	struct bfd_packet packet;
	uint8_t bytes[BFD_PACKET];

	(void)unused;
	bfd_stop(&bfd, 10);
	packet = said(&bfd, 10);
	assert_int_equal(packet.state, BFD_ADMIN_DOWN);
	assert_int_equal(packet.diagnostic, BFD_ADMINISTRATIVE);
	packet = packet_in(BFD_UP);
	packet_build(&packet, bytes);
	assert_non_null(bfd_receive(&bfd, bytes, sizeof(bytes), 20));
	assert_int_equal(bfd.state, BFD_ADMIN_DOWN);
}

static void a_peer_that_restarts_comes_up_anew(void **unused)
{
	struct bfd bfd = up(0);
	struct bfd_packet packet = packet_in(BFD_DOWN);

	(void)unused;
	packet.my_discriminator = THEIRS + 1;
	packet.your_discriminator = 0;
	hear_packet(&bfd, &packet, 10);
	assert_int_equal(bfd.state, BFD_DOWN);
	assert_int_equal(said(&bfd, 10).your_discriminator, THEIRS + 1);
	packet.your_discriminator = OURS;
	packet.state = BFD_INIT;
	hear_packet(&bfd, &packet, 20);
	assert_int_equal(bfd.state, BFD_UP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_follow_the_peers),
		cmocka_unit_test(the_detection_time_ends_init_and_up),
		cmocka_unit_test(a_failure_is_told_at_once_and_then_slowly),
		cmocka_unit_test(it_begins_slowly),
		cmocka_unit_test(once_up_a_poll_sequence_tells_the_interval),
		cmocka_unit_test(a_poll_is_answered_without_waiting),
		cmocka_unit_test(a_slower_interval_waits_for_the_answer),
		cmocka_unit_test(a_faster_interval_is_not_expected_before_the_answer),
		cmocka_unit_test(a_change_during_a_poll_sequence_has_one_of_its_own),
		cmocka_unit_test(the_slower_side_sets_the_pace),
		cmocka_unit_test(jitter_stays_in_its_bounds),
		cmocka_unit_test(a_peer_that_wants_nothing_is_sent_nothing),
		cmocka_unit_test(demand_mode_is_obeyed_and_never_asked_for),
		cmocka_unit_test(a_peer_that_never_spoke_leaves_it_unknown),
		cmocka_unit_test(admin_down_of_the_peer_is_no_failure),
		cmocka_unit_test(a_peer_that_is_down_says_why),
		cmocka_unit_test(a_failure_lasts_until_it_is_up_again),
		cmocka_unit_test(a_failure_can_be_taken_back),
		cmocka_unit_test(a_tick_that_comes_late_is_no_evidence),
		cmocka_unit_test(a_tick_late_for_sending_is_late_as_well),
		cmocka_unit_test(what_waits_in_the_socket_is_read_first),
		cmocka_unit_test(packets_of_another_session_do_not_count),
		cmocka_unit_test(a_stopped_session_says_admin_down_and_hears_nothing),
		cmocka_unit_test(a_peer_that_restarts_comes_up_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
