#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bgpd/daemon/ack_probe.h"

/* What Linux does with one small segment a second that gets lost: a tail loss probe after two round trips
 * and 200 ms (RFC 8985 7.2), then retransmissions by time, beginning with one round trip and 200 ms and
 * doubled each time (RFC 6298 5.5).  While those go on nothing new leaves, and what is acknowledged ends
 * them.  The path loses each packet by chance, in either direction, or swallows them all. */
#define STEP      5                     /* ms */
#define RTO_MIN   200
#define KEEPALIVE 1000                  /* the least time between two, RFC 4271 4.4 */

struct path {
	uint64_t seed;
	unsigned int loss_permille;     /* each way */
	bool swallows_out, swallows_in;
	msec_t round_trip;
};

struct tcp {
	struct path path;
	msec_t now, next_keepalive;
	uint64_t queued, sent, received, acknowledged;  /* segments; received: in order */
	msec_t timer, rto;              /* NEVER: nothing is unacknowledged */
	msec_t excess;                  /* of the estimate of the round trip */
	bool has_probed;
	uint32_t timeouts;
	struct { msec_t at; uint64_t upto; } acks[16];  /* on their way back */
	size_t ack_count;
};

/* xorshift64 */
static uint32_t roll(struct path *path, uint32_t sides)
{
	path->seed ^= path->seed << 13;
	path->seed ^= path->seed >> 7;
	path->seed ^= path->seed << 17;
	return (uint32_t)(path->seed >> 33) % sides;
}

static bool passes(struct path *path, bool is_swallowed)
{
	bool is_lost = roll(path, 1000) < path->loss_permille;

	return !is_lost && !is_swallowed;
}

static void transmit(struct tcp *tcp, uint64_t segment)
{
	if (!passes(&tcp->path, tcp->path.swallows_out))
		return;
	if (segment == tcp->received + 1)
		tcp->received++;
	if (passes(&tcp->path, tcp->path.swallows_in) && tcp->ack_count < 16) {
		tcp->acks[tcp->ack_count].at = tcp->now + tcp->path.round_trip;
		tcp->acks[tcp->ack_count++].upto = tcp->received;
	}
}

static void send_new(struct tcp *tcp)
{
	while (tcp->sent < tcp->queued && tcp->timeouts == 0) {
		transmit(tcp, ++tcp->sent);
		if (tcp->timer != NEVER)
			continue;
		tcp->has_probed = false;
		tcp->timer = tcp->now + 2 * tcp->path.round_trip + RTO_MIN;
	}
}

/* What was lost behind the first segment follows at once. */
static void take_ack(struct tcp *tcp, uint64_t upto)
{
	if (upto <= tcp->acknowledged)
		return;
	tcp->acknowledged = upto;
	tcp->rto = tcp->path.round_trip + RTO_MIN + tcp->excess;
	if (tcp->timeouts && upto < tcp->sent)
		transmit(tcp, upto + 1);
	tcp->timeouts = 0;
	tcp->has_probed = true;
	tcp->timer = upto < tcp->sent ? tcp->now + tcp->rto : NEVER;
	send_new(tcp);
}

static void take_acks(struct tcp *tcp)
{
	for (size_t i = 0; i < tcp->ack_count; i++)
		if (tcp->acks[i].at <= tcp->now) {
			uint64_t upto = tcp->acks[i].upto;

			tcp->acks[i--] = tcp->acks[--tcp->ack_count];
			take_ack(tcp, upto);
		}
}

static void time_out(struct tcp *tcp)
{
	if (!tcp->has_probed) {
		tcp->has_probed = true;
		transmit(tcp, tcp->sent);
		tcp->timer = tcp->now + tcp->rto;
		return;
	}
	tcp->timeouts++;
	transmit(tcp, tcp->acknowledged + 1);
	tcp->rto *= 2;
	tcp->timer = tcp->now + tcp->rto;
}

static void tcp_step(struct tcp *tcp)
{
	tcp->now += STEP;
	take_acks(tcp);
	if (tcp->timer <= tcp->now)
		time_out(tcp);
	if (tcp->next_keepalive <= tcp->now) {
		tcp->next_keepalive += KEEPALIVE;
		tcp->queued++;
		send_new(tcp);
	}
}

static struct tcp tcp_of(uint64_t seed, msec_t round_trip, unsigned int loss_permille)
{
	return (struct tcp){
		.path = { .seed = seed * 0x9E3779B97F4A7C15u, .loss_permille = loss_permille,
			  .round_trip = round_trip },
		.next_keepalive = KEEPALIVE, .timer = NEVER, .rto = round_trip + RTO_MIN,
	};
}

static void look(const struct tcp *tcp, struct ack_probe *probe)
{
	const struct conn_progress progress = {
		.acknowledged = tcp->acknowledged * 19,
		.in_flight = (uint32_t)(tcp->sent - tcp->acknowledged),
		.timeouts = tcp->timeouts,
		.round_trip = tcp->path.round_trip,
	};

	ack_probe_look(probe, 1, &progress, tcp->now);
}

static void run(struct tcp *tcp, struct ack_probe *probe, msec_t time, unsigned int *downs)
{
	for (msec_t end = tcp->now + time; tcp->now < end;) {
		enum signal_state before = probe->state;

		tcp_step(tcp);
		if (tcp->now % ACK_PROBE_INTERVAL == 0)
			look(tcp, probe);
		*downs += before != STATE_DOWN && probe->state == STATE_DOWN;
	}
}

static const msec_t round_trips[] = { 1, 5, 20, 50, 100, 250 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY SECONDS(24 * 60 * 60)

static unsigned int downs_in_a_day(uint64_t seed, msec_t round_trip, unsigned int loss_permille)
{
	struct tcp tcp = tcp_of(seed, round_trip, loss_permille);
	struct ack_probe probe = { 0 };
	unsigned int downs = 0;

	run(&tcp, &probe, DAY, &downs);
	return downs;
}

static void a_day_with_one_percent_lost_is_no_dead_path(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(round_trips); i++)
		assert_int_equal(downs_in_a_day(i + 1, round_trips[i], 10), 0);
}

/* Of 86,400 KEEPALIVEs a few find five attempts in a row lost. */
static void a_day_with_five_percent_lost_is_hardly_one(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(round_trips); i++) {
		unsigned int downs = downs_in_a_day(i + 1, round_trips[i], 50);

		print_message("# round trip %d ms, 5 %% lost each way: %u in a day\n",
			      (int)round_trips[i], downs);
		assert_in_range(downs, 0, 6);
	}
}

/* ---- silence ---- */

#define SEEDS 200

static msec_t time_to_detect(uint64_t seed, const struct path *path, msec_t excess)
{
	struct tcp tcp = tcp_of(seed, path->round_trip, 0);
	struct ack_probe probe = { 0 };
	unsigned int downs = 0;

	tcp.excess = excess;
	run(&tcp, &probe, 10000 + roll(&tcp.path, KEEPALIVE) / STEP * STEP, &downs);
	assert_int_equal(downs, 0);
	msec_t began = tcp.now;
	tcp.path.swallows_out = path->swallows_out;
	tcp.path.swallows_in = path->swallows_in;
	while (probe.state != STATE_DOWN && tcp.now < began + SECONDS(60))
		run(&tcp, &probe, STEP, &downs);
	return tcp.now - began;
}

static int by_time(const void *a, const void *b)
{
	const msec_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void silence_is_found(const struct path *path, msec_t excess, msec_t limit)
{
	msec_t times[SEEDS];

	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		times[seed - 1] = time_to_detect(seed, path, excess);
	qsort(times, SEEDS, sizeof(times[0]), by_time);
	print_message("# round trip %d ms, silence%s%s: %d ms at best, %d median, %d at worst\n",
		      (int)path->round_trip, path->swallows_out ? " out" : "",
		      path->swallows_in ? " in" : "", (int)times[0], (int)times[SEEDS / 2],
		      (int)times[SEEDS - 1]);
	assert_in_range(times[SEEDS - 1], 1000, limit);
}

static void silence_is_found_within_three_seconds(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < 3; i++)
		for (int ways = 1; ways <= 3; ways++) {
			const struct path path = { .round_trip = round_trips[i], .swallows_out = ways & 1,
						   .swallows_in = ways & 2 };

			silence_is_found(&path, 0, 3000);
		}
}

/* TCP's own times grow with the round trip, and so does ours. */
static void silence_of_a_long_way_takes_longer(void **unused)
{
	const struct path far = { .round_trip = 100, .swallows_out = true };
	const struct path farthest = { .round_trip = 250, .swallows_out = true };

	(void)unused;
	silence_is_found(&far, 0, 4000);
	silence_is_found(&farthest, 0, 5800);
}

/* As after an outage: a late answer has been taken for a long round trip. */
static void silence_is_found_as_well_while_tcp_thinks_that_the_way_is_long(void **unused)
{
	const struct path path = { .round_trip = 20, .swallows_out = true };

	(void)unused;
	silence_is_found(&path, 300, 3500);
	silence_is_found(&path, 600, 3500);
	silence_is_found(&path, 1300, 3500);
	silence_is_found(&path, 3000, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_with_one_percent_lost_is_no_dead_path),
		cmocka_unit_test(a_day_with_five_percent_lost_is_hardly_one),
		cmocka_unit_test(silence_is_found_within_three_seconds),
		cmocka_unit_test(silence_of_a_long_way_takes_longer),
		cmocka_unit_test(silence_is_found_as_well_while_tcp_thinks_that_the_way_is_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
