#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/rib/decision.h"
#include "bgpd/wire/as_path.h"

#define SETS 2000

static struct attr_sets sets;
static const struct attr_set *made[SETS];
static size_t made_count;
static const struct decision_params rfc = { .always_compare_med = false };
static const struct decision_params always = { .always_compare_med = true };

static int begin(void **unused)
{
	(void)unused;
	attr_sets_init(&sets);
	made_count = 0;
	return 0;
}

static int end(void **unused)
{
	(void)unused;
	while (made_count)
		attr_sets_drop(&sets, made[--made_count]);
	attr_sets_clear(&sets);
	return 0;
}

/* hops times the neighbour's AS; 0 hops: an empty path. */
static const struct attr_set *set_of(uint32_t neighbor_as, unsigned int hops, uint32_t med,
				     enum origin origin)
{
	uint8_t bytes[2 + 16 * 4] = { AS_SEQUENCE, (uint8_t)hops };
	struct writer to = writer_of(bytes + 2, sizeof(bytes) - 2);
	struct attrs attrs = { .origin = (uint8_t)origin, .has_med = true, .med = med };

	for (unsigned int i = 0; i < hops; i++)
		write_u32(&to, neighbor_as);
	attrs.as_path = (struct span){ bytes, hops ? 2u + hops * 4u : 0 };
	assert_true(made_count < SETS);
	return made[made_count++] = attr_sets_intern(&sets, &attrs);
}

/* An external path of two hops, preference 100; who is peer 1 wins all ties. */
static struct candidate path(uint8_t peer)
{
	return (struct candidate){
		.set = set_of(65001, 2, 0, ORIGIN_IGP),
		.local_pref = 100,
		.router_id = 0x0a000000u + peer,
		.peer = address_ipv4(0xa9fe0a00u + peer),
	};
}

static bool swap_to_next(size_t order[], size_t count)
{
	size_t i = count - 1, j = count - 1;

	while (i > 0 && order[i - 1] > order[i])
		i--;
	if (i == 0)
		return false;
	while (order[j] < order[i - 1])
		j--;
	size_t swapped = order[i - 1];
	order[i - 1] = order[j];
	order[j] = swapped;
	for (j = count - 1; i < j; i++, j--) {
		swapped = order[i];
		order[i] = order[j];
		order[j] = swapped;
	}
	return true;
}

/* Decides in each order that there is; the answer and all reasons must be the same.  Returns the
 * place of the best one. */
static size_t decide(const struct decision_params *params, const struct candidate *candidates,
		     size_t count, const char *reasons[])
{
	size_t order[8], best = count;

	assert_true(count <= 8);
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	do {
		struct candidate shuffled[8];
		const char *why[8] = { NULL };

		for (size_t i = 0; i < count; i++)
			shuffled[i] = candidates[order[i]];
		size_t found = order[decision_make(params, shuffled, count, why)];
		if (best < count)
			assert_int_equal(found, best);
		for (size_t i = 0; i < count; i++) {
			assert_non_null(why[i]);
			if (best < count)
				assert_string_equal(why[i], reasons[order[i]]);
			else
				reasons[order[i]] = why[i];
		}
		best = found;
	} while (swap_to_next(order, count));
	return best;
}

/* The second one has an advantage that the first one, who wins all ties, has not. */
static void expect_second(const struct candidate pair[2], const char *reason)
{
	const char *reasons[2] = { NULL };

	assert_int_equal(decide(&rfc, pair, 2, reasons), 1);
	assert_string_equal(reasons[0], reason);
	assert_string_equal(reasons[1], reason);
}

/* ---- each rule ---- */

static void only_path_is_the_best(void **unused)
{
	struct candidate one = path(1);
	const char *reasons[1] = { NULL };

	(void)unused;
	assert_int_equal(decide(&rfc, &one, 1, reasons), 0);
	assert_string_equal(reasons[0], "only path");
	assert_int_equal(decision_make(&rfc, &one, 1, NULL), 0);
}

static void live_path_beats_a_stale_one_whatever_its_preference(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	pair[0].is_stale = true;
	pair[0].local_pref = 1000;
	expect_second(pair, "stale");
}

static void own_announcement_beats_what_is_learned(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	pair[0].local_pref = 1000;
	pair[1].is_local = true;
	expect_second(pair, "announced here");
}

static void higher_preference_beats_a_shorter_path(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	pair[1].local_pref = 101;
	pair[1].set = set_of(65001, 9, 0, ORIGIN_IGP);
	expect_second(pair, "local preference");
}

static void shorter_path_beats_a_lower_origin(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	pair[1].set = set_of(65001, 1, 0, ORIGIN_INCOMPLETE);
	expect_second(pair, "AS path length");
}

static void lower_origin_beats_a_lower_med(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	pair[0].set = set_of(65001, 2, 0, ORIGIN_EGP);
	pair[1].set = set_of(65001, 2, 50, ORIGIN_IGP);
	expect_second(pair, "origin");
}

static void lower_med_beats_external_of_the_same_neighbour_as(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	pair[0].set = set_of(65001, 2, 50, ORIGIN_IGP);
	pair[1].is_ibgp = true;
	expect_second(pair, "MED");
}

static void external_beats_internal(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	pair[0].is_ibgp = true;
	expect_second(pair, "external over internal");
}

static void ties_are_broken_in_the_order_of_the_rfc(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	pair[0].router_id = pair[1].router_id + 1;
	expect_second(pair, "router id");
	pair[0].router_id = pair[1].router_id;
	pair[0].cluster_length = 1;
	expect_second(pair, "cluster list length");
	pair[0].cluster_length = 0;
	pair[0].peer = address_ipv4(0xa9fe0a09);
	expect_second(pair, "peer address");
}

static void a_missing_med_is_the_best_one_or_the_worst(void **unused)
{
	static const struct decision_params worst = { .missing_med_is_worst = true };
	struct attrs attrs = attr_set_view(set_of(65001, 2, 0, ORIGIN_IGP));
	struct candidate pair[] = { path(1), path(2) };

	(void)unused;
	attrs.has_med = false;
	pair[0].set = made[made_count++] = attr_sets_intern(&sets, &attrs);
	pair[1].set = set_of(65001, 2, 50, ORIGIN_IGP);
	assert_int_equal(decision_make(&rfc, pair, 2, NULL), 0);
	assert_int_equal(decision_make(&worst, pair, 2, NULL), 1);
}

static void router_ids_need_not_be_compared(void **unused)
{
	static const struct decision_params params = { .ignores_router_id = true };
	struct candidate pair[] = { path(1), path(2) };
	const char *reasons[2] = { NULL };

	(void)unused;
	pair[0].router_id = pair[1].router_id + 1;
	assert_int_equal(decision_make(&rfc, pair, 2, NULL), 1);
	assert_int_equal(decision_make(&params, pair, 2, reasons), 0);
	assert_string_equal(reasons[0], "peer address");
}

static void med_of_different_neighbours_is_compared_only_when_asked_for(void **unused)
{
	struct candidate pair[] = { path(1), path(2) };
	const char *reasons[2] = { NULL };

	(void)unused;
	pair[0].set = set_of(65001, 2, 50, ORIGIN_IGP);
	pair[1].set = set_of(65002, 2, 0, ORIGIN_IGP);
	assert_int_equal(decide(&rfc, pair, 2, reasons), 0);
	assert_string_equal(reasons[1], "router id");
	assert_int_equal(decide(&always, pair, 2, reasons), 1);
	assert_string_equal(reasons[0], "MED");
}

/* Compared in pairs, as they arrive, each of these beats another one: A beats B by its router id, B
 * beats C by the same, and C beats A by MED.  As elimination there is one answer: A falls to C by
 * MED first, and of the rest B has the lower router id. */
static void med_that_is_not_transitive_has_one_answer(void **unused)
{
	struct candidate paths[] = { path(1), path(2), path(3) };
	const char *reasons[3] = { NULL };

	(void)unused;
	paths[0].set = set_of(65001, 2, 100, ORIGIN_IGP);
	paths[1].set = set_of(65002, 2, 0, ORIGIN_IGP);
	paths[2].set = set_of(65001, 2, 10, ORIGIN_IGP);
	assert_int_equal(decide(&rfc, paths, 3, reasons), 1);
	assert_string_equal(reasons[0], "MED");
	assert_string_equal(reasons[1], "router id");
	assert_string_equal(reasons[2], "router id");
}

/* Who lost early cannot eliminate anybody later. */
static void loser_of_one_rule_does_not_speak_in_the_next(void **unused)
{
	struct candidate paths[] = { path(1), path(2), path(3) };
	const char *reasons[3] = { NULL };

	(void)unused;
	paths[0].local_pref = 50;
	paths[1].set = set_of(65001, 2, 20, ORIGIN_IGP);
	paths[2].set = set_of(65002, 2, 30, ORIGIN_IGP);
	assert_int_equal(decide(&rfc, paths, 3, reasons), 1);
	assert_string_equal(reasons[0], "local preference");
	assert_string_equal(reasons[1], "router id");
}

static void equal_up_to_the_tie_breaks_may_share_traffic(void **unused)
{
	struct candidate a = path(1), b = path(2);

	(void)unused;
	assert_true(decision_equal(&a, &b));
	b.set = set_of(65001, 2, 1, ORIGIN_IGP);
	assert_false(decision_equal(&a, &b));
	b = path(2);
	b.is_ibgp = true;
	assert_false(decision_equal(&a, &b));
	assert_false(decision_equal(&b, &a));
}

/* ---- any order ---- */

static uint32_t roll(uint64_t *seed, uint32_t sides)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % sides;
}

static struct candidate random_path(uint64_t *seed, uint8_t peer)
{
	struct candidate candidate = path(peer);

	candidate.set = set_of(65001 + roll(seed, 2), 1 + roll(seed, 2), roll(seed, 3) * 10,
			       (enum origin)roll(seed, 2));
	candidate.local_pref = 100 + roll(seed, 4) / 3;
	candidate.router_id = 0x0a000000u + roll(seed, 3);
	candidate.cluster_length = roll(seed, 2);
	candidate.is_ibgp = roll(seed, 2);
	candidate.is_stale = roll(seed, 8) == 0;
	candidate.is_local = roll(seed, 20) == 0;
	return candidate;
}

static void order_of_arrival_never_matters(void **unused)
{
	(void)unused;
	for (uint64_t round = 1; round <= 200; round++) {
		uint64_t seed = round * 0x9E3779B97F4A7C15u;
		size_t count = 2 + roll(&seed, 5);
		struct candidate candidates[6];
		const char *reasons[6] = { NULL };

		for (size_t i = 0; i < count; i++)
			candidates[i] = random_path(&seed, (uint8_t)(i + 1));
		decide(&rfc, candidates, count, reasons);
		decide(&always, candidates, count, reasons);
	}
}

static void more_paths_than_anybody_has_are_fine(void **unused)
{
	struct candidate candidates[DECISION_MAX];

	(void)unused;
	for (size_t i = 0; i < DECISION_MAX; i++)
		candidates[i] = path((uint8_t)(DECISION_MAX - i));
	assert_int_equal(decision_make(&rfc, candidates, DECISION_MAX, NULL), DECISION_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_path_is_the_best,
						begin, end),
		cmocka_unit_test_setup_teardown(live_path_beats_a_stale_one_whatever_its_preference,
						begin, end),
		cmocka_unit_test_setup_teardown(own_announcement_beats_what_is_learned,
						begin, end),
		cmocka_unit_test_setup_teardown(higher_preference_beats_a_shorter_path,
						begin, end),
		cmocka_unit_test_setup_teardown(shorter_path_beats_a_lower_origin,
						begin, end),
		cmocka_unit_test_setup_teardown(lower_origin_beats_a_lower_med,
						begin, end),
		cmocka_unit_test_setup_teardown(lower_med_beats_external_of_the_same_neighbour_as,
						begin, end),
		cmocka_unit_test_setup_teardown(external_beats_internal,
						begin, end),
		cmocka_unit_test_setup_teardown(ties_are_broken_in_the_order_of_the_rfc,
						begin, end),
		cmocka_unit_test_setup_teardown(a_missing_med_is_the_best_one_or_the_worst, begin, end),
		cmocka_unit_test_setup_teardown(router_ids_need_not_be_compared, begin, end),
		cmocka_unit_test_setup_teardown(med_of_different_neighbours_is_compared_only_when_asked_for,
						begin, end),
		cmocka_unit_test_setup_teardown(med_that_is_not_transitive_has_one_answer,
						begin, end),
		cmocka_unit_test_setup_teardown(loser_of_one_rule_does_not_speak_in_the_next,
						begin, end),
		cmocka_unit_test_setup_teardown(equal_up_to_the_tie_breaks_may_share_traffic,
						begin, end),
		cmocka_unit_test_setup_teardown(order_of_arrival_never_matters,
						begin, end),
		cmocka_unit_test_setup_teardown(more_paths_than_anybody_has_are_fine,
						begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
