/* Two sessions, one at each end of a path that delays and loses packets, on a virtual clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/bfd/bfd.h"

#define DELAY  2
#define FLIGHT 8

struct end {
	struct bfd bfd;
	struct { uint8_t bytes[BFD_PACKET]; msec_t at; } coming[FLIGHT];        /* in order */
	size_t count;
	unsigned int lost_in_a_row, long_losses, failures;
	enum bfd_verdict verdict;
};

struct path {
	struct end ends[2];
	msec_t now;
	uint64_t seed;
	uint32_t loss_ppm;
	bool is_cut[2];                 /* towards this end */
};

/* xorshift64* */
static uint32_t roll(struct path *path)
{
	path->seed ^= path->seed >> 12;
	path->seed ^= path->seed << 25;
	path->seed ^= path->seed >> 27;
	return (uint32_t)(path->seed * 0x2545f4914f6cdd1dull >> 32);
}

static void path_init(struct path *path, const struct bfd_params *a, const struct bfd_params *b)
{
	*path = (struct path){ .seed = 20260101 };
	bfd_init(&path->ends[0].bfd, a, 1, 0);
	bfd_init(&path->ends[1].bfd, b, 2, 0);
}

/* While both are up, a run of losses as long as the multiplier is a detection time in silence. */
static bool loses(struct path *path, struct end *to)
{
	bool is_lost = roll(path) % 1000000 < path->loss_ppm;

	to->lost_in_a_row = is_lost ? to->lost_in_a_row + 1 : 0;
	if (to->lost_in_a_row == to->bfd.peer.multiplier && to->bfd.state == BFD_UP)
		to->long_losses++;
	return is_lost || path->is_cut[to - path->ends];
}

static void carry(struct path *path, struct end *to, const uint8_t bytes[BFD_PACKET])
{
	if (loses(path, to))
		return;
	assert_true(to->count < FLIGHT);
	memcpy(to->coming[to->count].bytes, bytes, BFD_PACKET);
	to->coming[to->count++].at = path->now + DELAY;
}

static void attend(struct path *path, size_t which)
{
	struct end *end = &path->ends[which];
	uint8_t bytes[BFD_PACKET];

	while (end->count && end->coming[0].at <= path->now) {
		bfd_receive(&end->bfd, end->coming[0].bytes, BFD_PACKET, path->now);
		memmove(end->coming, end->coming + 1, --end->count * sizeof(end->coming[0]));
	}
	bfd_tick(&end->bfd, path->now);
	while (bfd_send(&end->bfd, bytes, roll(path), path->now))
		carry(path, &path->ends[!which], bytes);
	if (end->bfd.verdict == BFD_FAILED && end->verdict != BFD_FAILED &&
	    end->bfd.failure == BFD_TIME_EXPIRED)
		end->failures++;
	end->verdict = end->bfd.verdict;
}

static msec_t next_of(const struct end *end)
{
	return end->count ? sooner(end->coming[0].at, bfd_deadline(&end->bfd))
			  : bfd_deadline(&end->bfd);
}

static void run_until(struct path *path, msec_t time)
{
	for (;;) {
		msec_t next = sooner(next_of(&path->ends[0]), next_of(&path->ends[1]));

		if (next > time)
			break;
		path->now = next;
		attend(path, 0);
		attend(path, 1);
	}
	path->now = time;
}

static bool both_are(const struct path *path, enum bfd_state state)
{
	return path->ends[0].bfd.state == state && path->ends[1].bfd.state == state;
}

static void both_come_up_and_speed_up(void **unused)
{
	const struct bfd_params a = { 50, 3 }, b = { 80, 5 };
	struct path path;

	(void)unused;
	path_init(&path, &a, &b);
	run_until(&path, SECONDS(3));
	assert_true(both_are(&path, BFD_UP));
	assert_false(path.ends[0].bfd.polls || path.ends[1].bfd.polls);
	assert_int_equal(bfd_detection_ms(&path.ends[0].bfd), 400);
	assert_int_equal(bfd_detection_ms(&path.ends[1].bfd), 240);
}

static void silence_is_found_within_the_detection_time(void **unused)
{
	const struct bfd_params fast = { 50, 3 };
	struct path path;

	(void)unused;
	path_init(&path, &fast, &fast);
	run_until(&path, SECONDS(3));
	path.is_cut[0] = path.is_cut[1] = true;
	run_until(&path, SECONDS(3) + 150 + DELAY);
	assert_true(both_are(&path, BFD_DOWN));
	assert_true(path.ends[0].bfd.verdict == BFD_FAILED && path.ends[1].bfd.verdict == BFD_FAILED);
	path.is_cut[0] = path.is_cut[1] = false;
	run_until(&path, SECONDS(7));
	assert_true(both_are(&path, BFD_UP));
}

static void one_direction_lost_is_down_at_both_ends(void **unused)
{
	const struct bfd_params fast = { 50, 3 };
	struct path path;

	(void)unused;
	path_init(&path, &fast, &fast);
	run_until(&path, SECONDS(3));
	path.is_cut[0] = true;
	run_until(&path, SECONDS(3) + 150 + 2 * DELAY);
	assert_int_equal(path.ends[0].bfd.failure, BFD_TIME_EXPIRED);
	assert_int_equal(path.ends[1].bfd.failure, BFD_NEIGHBOR_DOWN);
	assert_int_equal(path.ends[1].bfd.told, BFD_TIME_EXPIRED);
}

static void intervals_change_without_a_failure(void **unused)
{
	static const struct bfd_params rows[] = { { 50, 3 }, { 300, 3 }, { 10, 5 }, { 1000, 1 }, { 20, 3 } };
	struct path path;

	(void)unused;
	path_init(&path, &rows[0], &rows[0]);
	for (size_t i = 0; i < 200; i++) {
		run_until(&path, path.now + SECONDS(3) + roll(&path) % 1000);
		bfd_change(&path.ends[i % 2].bfd, &rows[i % 5], path.now);
		attend(&path, i % 2);
		assert_true(both_are(&path, BFD_UP));
	}
	assert_int_equal(path.ends[0].failures + path.ends[1].failures, 0);
}

static void a_day(struct path *path, const struct bfd_params *params, uint32_t loss_ppm)
{
	path_init(path, params, params);
	run_until(path, SECONDS(3));
	assert_true(both_are(path, BFD_UP));
	path->loss_ppm = loss_ppm;
	run_until(path, SECONDS(86400));
}

/* What multiplier 3 is worth: each end hears some 1.97 million packets a day; at 1 % of loss two of
 * a million runs of three are lost whole.  That is false alarms by arithmetic, two a day at each
 * end, and what is checked is that there are no others. */
static void a_day_of_loss_has_the_failures_of_arithmetic_alone(void **unused)
{
	const struct bfd_params params = { 50, 3 };
	struct path path;

	(void)unused;
	a_day(&path, &params, 10000);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(path.ends[i].failures, path.ends[i].long_losses);
		assert_in_range(path.ends[i].failures, 0, 8);
	}
	assert_true(both_are(&path, BFD_UP));
}

static void a_day_of_loss_is_no_failure_with_a_multiplier_of_5(void **unused)
{
	const struct bfd_params params = { 50, 5 };
	struct path path;

	(void)unused;
	a_day(&path, &params, 10000);
	assert_int_equal(path.ends[0].failures + path.ends[1].failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_come_up_and_speed_up),
		cmocka_unit_test(silence_is_found_within_the_detection_time),
		cmocka_unit_test(one_direction_lost_is_down_at_both_ends),
		cmocka_unit_test(intervals_change_without_a_failure),
		cmocka_unit_test(a_day_of_loss_has_the_failures_of_arithmetic_alone),
		cmocka_unit_test(a_day_of_loss_is_no_failure_with_a_multiplier_of_5),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
