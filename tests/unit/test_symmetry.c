#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/symmetry.h"

#define MANY 10000000u                  /* bytes that are traffic */
#define FEW  5000u                      /* keepalives and probes */

/* tun1 is active and announced plainly, tun2 standby with prepends and MED. */
struct pair {
	struct symmetry_tunnel tunnels[2];
};

static struct pair pair_of(void)
{
	return (struct pair){ {
		{ .name = "tun1", .is_usable = true, .is_active = true, .path_length = 1 },
		{ .name = "tun2", .is_usable = true, .path_length = 4, .med = 100 },
	} };
}

/* A far side that chooses so, and one that may use several at once. */
#define by(its_choice) (&(const struct provider){ .choice = (its_choice) })
#define sharing_by(its_choice) (&(const struct provider){ .choice = (its_choice), .shares_load = true })

static struct symmetry judge(enum choice choice, const struct pair *pair)
{
	return symmetry_judge(by(choice), pair->tunnels, 2);
}

#define expect_cause(symmetry, words) assert_non_null(strstr((symmetry).cause, words))

static void without_traffic_the_prediction_counts(void **unused)
{
	struct pair pair = pair_of();
	struct symmetry symmetry = judge(CHOICE_AS_PATH_THEN_MED, &pair);

	(void)unused;
	assert_int_equal(symmetry.verdict, SYMMETRY_SYMMETRIC);
	assert_int_equal(symmetry.expected_in, 0);
	assert_int_equal(symmetry.observed_in, SYMMETRY_NONE);
	expect_cause(symmetry, "no traffic shows it yet");
}

static void keepalives_and_probes_are_no_traffic(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[1].bytes_in = FEW;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_SYMMETRIC);
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).observed_in, SYMMETRY_NONE);
}

static void the_far_side_is_predicted_by_its_own_rules(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[0].med = 200;      /* the path says tun1, the MED says tun2 */
	assert_int_equal(judge(CHOICE_AS_PATH_THEN_MED, &pair).expected_in, 0);
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).expected_in, 0);
	assert_int_equal(judge(CHOICE_MED, &pair).expected_in, 1);
	assert_int_equal(judge(CHOICE_ITS_OWN, &pair).expected_in, SYMMETRY_NONE);
}

static void med_decides_between_paths_of_equal_length(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[1].path_length = 1;
	assert_int_equal(judge(CHOICE_AS_PATH_THEN_MED, &pair).expected_in, 0);
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).expected_in, SYMMETRY_NONE);
}

static void a_tie_is_undetermined(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[1].path_length = 1;
	pair.tunnels[1].med = 0;
	assert_int_equal(judge(CHOICE_AS_PATH_THEN_MED, &pair).verdict, SYMMETRY_UNDETERMINED);
}

static void a_tie_behind_the_first_place_does_not_matter(void **unused)
{
	const struct symmetry_tunnel three[] = {
		{ .name = "a", .is_usable = true, .path_length = 4 },
		{ .name = "b", .is_usable = true, .path_length = 4 },
		{ .name = "c", .is_usable = true, .is_active = true, .path_length = 1 },
	};

	(void)unused;
	assert_int_equal(symmetry_judge(by(CHOICE_AS_PATH), three, 3).expected_in, 2);
	assert_int_equal(symmetry_judge(by(CHOICE_AS_PATH), three, 2).expected_in, SYMMETRY_NONE);
}

static void a_tie_in_front_stays_one_when_worse_tunnels_follow(void **unused)
{
	const struct symmetry_tunnel three[] = {
		{ .name = "a", .is_usable = true, .path_length = 1 },
		{ .name = "b", .is_usable = true, .path_length = 1 },
		{ .name = "c", .is_usable = true, .path_length = 4 },
	};

	(void)unused;
	assert_int_equal(symmetry_judge(by(CHOICE_AS_PATH), three, 3).expected_in, SYMMETRY_NONE);
}

static void a_tunnel_that_is_down_is_not_chosen(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[0].is_usable = pair.tunnels[0].is_active = false;
	pair.tunnels[1].is_active = true;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).expected_in, 1);
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_SYMMETRIC);
}

static void a_wrong_prepend_is_named_with_the_change_that_settles_it(void **unused)
{
	struct pair pair = pair_of();
	struct symmetry symmetry;

	(void)unused;
	pair.tunnels[0].path_length = 6;
	symmetry = judge(CHOICE_AS_PATH_THEN_MED, &pair);
	assert_int_equal(symmetry.verdict, SYMMETRY_ASYMMETRIC);
	expect_cause(symmetry, "shorter AS path (4 against 6): prepend more on tun2");
}

static void a_wrong_med_is_named_too(void **unused)
{
	struct pair pair = pair_of();
	struct symmetry symmetry;

	(void)unused;
	pair.tunnels[0].med = 300;
	symmetry = judge(CHOICE_MED, &pair);
	assert_int_equal(symmetry.verdict, SYMMETRY_ASYMMETRIC);
	expect_cause(symmetry, "lower MED (100 against 300): raise that of tun2");
}

static void counters_go_before_the_prediction(void **unused)
{
	struct pair pair = pair_of();
	struct symmetry symmetry;

	(void)unused;
	pair.tunnels[0].bytes_out = MANY;
	pair.tunnels[1].bytes_in = MANY;
	symmetry = judge(CHOICE_AS_PATH_THEN_MED, &pair);
	assert_int_equal(symmetry.verdict, SYMMETRY_ASYMMETRIC);
	assert_int_equal(symmetry.expected_in, 0);
	assert_int_equal(symmetry.observed_in, 1);
	assert_int_equal(symmetry.observed_out, 0);
	expect_cause(symmetry, "static routes, a preference of its own or more specific prefixes");
	expect_cause(symmetry, "Longer prefixes on tun1 would settle it");
}

static void what_would_tell_equal_tunnels_apart_is_named(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[0].path_length = pair.tunnels[1].path_length;
	pair.tunnels[0].med = pair.tunnels[1].med;
	pair.tunnels[0].bytes_out = MANY;
	pair.tunnels[1].bytes_in = MANY;
	expect_cause(judge(CHOICE_AS_PATH, &pair), "announced alike: a prepend on tun2 would settle it");
	expect_cause(judge(CHOICE_MED, &pair), "announced alike: a higher MED on tun2 would settle it");
}

static void counters_settle_what_cannot_be_predicted(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	assert_int_equal(judge(CHOICE_ITS_OWN, &pair).verdict, SYMMETRY_UNDETERMINED);
	pair.tunnels[0].bytes_in = MANY;
	assert_int_equal(judge(CHOICE_ITS_OWN, &pair).verdict, SYMMETRY_SYMMETRIC);
	pair.tunnels[0].bytes_in = 0;
	pair.tunnels[1].bytes_in = MANY;
	assert_int_equal(judge(CHOICE_ITS_OWN, &pair).verdict, SYMMETRY_ASYMMETRIC);
	expect_cause(judge(CHOICE_ITS_OWN, &pair), "list tun2 first");
}

static void a_few_stray_packets_are_not_a_second_way(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[0].bytes_in = MANY;
	pair.tunnels[1].bytes_in = MANY / 25;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).observed_in, 0);
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_SYMMETRIC);
}

static void traffic_that_returns_by_several_tunnels_is_asymmetric(void **unused)
{
	struct pair pair = pair_of();
	struct symmetry symmetry;

	(void)unused;
	pair.tunnels[0].bytes_in = MANY;
	pair.tunnels[1].bytes_in = MANY / 2;
	symmetry = judge(CHOICE_AS_PATH, &pair);
	assert_int_equal(symmetry.verdict, SYMMETRY_ASYMMETRIC);
	assert_int_equal(symmetry.observed_in, SYMMETRY_NONE);
	expect_cause(symmetry, "returns by several tunnels, mostly tun1");
	pair.tunnels[0].bytes_out = pair.tunnels[1].bytes_out = MANY;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_UNDETERMINED);
}

static void tunnels_that_share_the_traffic_are_undetermined(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[1].is_active = true;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_UNDETERMINED);
}

static void a_far_side_that_does_not_share_what_we_share_is_told_by_the_counters(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[1].is_active = true;
	pair.tunnels[0].bytes_out = pair.tunnels[1].bytes_out = MANY;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_UNDETERMINED);
	pair.tunnels[1].bytes_in = MANY;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_ASYMMETRIC);
	expect_cause(judge(CHOICE_AS_PATH, &pair), "returns by tun2 alone");
	pair.tunnels[0].bytes_in = MANY;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_UNDETERMINED);
}

/* tun1 has failed, and was the active one. */
static struct pair pair_that_failed_over(void)
{
	struct pair pair = pair_of();

	pair.tunnels[0].is_usable = pair.tunnels[0].is_active = false;
	pair.tunnels[0].is_believed = true;
	pair.tunnels[1].is_active = true;
	pair.tunnels[1].path_length = 1;
	return pair;
}

static void what_the_far_side_may_still_believe_is_not_predicted_away(void **unused)
{
	struct pair pair = pair_that_failed_over();

	(void)unused;
	pair.tunnels[0].med = 100;
	pair.tunnels[1].med = 0;
	assert_int_equal(judge(CHOICE_AS_PATH_THEN_MED, &pair).verdict, SYMMETRY_SYMMETRIC);
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_UNDETERMINED);
	expect_cause(judge(CHOICE_AS_PATH, &pair), "may still send by tun1, which has failed");
	assert_int_equal(judge(CHOICE_ITS_OWN, &pair).verdict, SYMMETRY_UNDETERMINED);
	pair.tunnels[0].is_believed = false;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_SYMMETRIC);
}

/* The half that vanishes is counted nowhere. */
static void traffic_shows_where_the_far_side_sends_unless_it_shares(void **unused)
{
	struct pair pair = pair_that_failed_over();

	(void)unused;
	pair.tunnels[1].bytes_in = pair.tunnels[1].bytes_out = MANY;
	assert_int_equal(judge(CHOICE_ITS_OWN, &pair).verdict, SYMMETRY_SYMMETRIC);
	assert_int_equal(symmetry_judge(sharing_by(CHOICE_AS_PATH), pair.tunnels, 2).verdict,
			 SYMMETRY_UNDETERMINED);
}

static void prefixes_that_leave_by_another_tunnel_are_seen_without_traffic(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[0].has_prefixes = pair.tunnels[1].has_prefixes = true;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_UNDETERMINED);
	expect_cause(judge(CHOICE_AS_PATH, &pair), "some prefixes leave by tun2");
	pair.tunnels[0].bytes_in = pair.tunnels[1].bytes_out = MANY;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_ASYMMETRIC);
	expect_cause(judge(CHOICE_AS_PATH, &pair), "let the far side offer every prefix on every tunnel");
}

static void no_active_tunnel_is_undetermined(void **unused)
{
	struct pair pair = pair_of();

	(void)unused;
	pair.tunnels[0].is_active = false;
	assert_int_equal(judge(CHOICE_AS_PATH, &pair).verdict, SYMMETRY_UNDETERMINED);
	assert_int_equal(symmetry_judge(by(CHOICE_AS_PATH), NULL, 0).verdict, SYMMETRY_UNDETERMINED);
}

static void verdicts_have_names(void **unused)
{
	(void)unused;
	assert_string_equal(symmetry_verdict_name(SYMMETRY_SYMMETRIC), "symmetric");
	assert_string_equal(symmetry_verdict_name(SYMMETRY_ASYMMETRIC), "asymmetric");
	assert_string_equal(symmetry_verdict_name(SYMMETRY_UNDETERMINED), "undetermined");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_traffic_the_prediction_counts),
		cmocka_unit_test(keepalives_and_probes_are_no_traffic),
		cmocka_unit_test(the_far_side_is_predicted_by_its_own_rules),
		cmocka_unit_test(med_decides_between_paths_of_equal_length),
		cmocka_unit_test(a_tie_is_undetermined),
		cmocka_unit_test(a_tie_behind_the_first_place_does_not_matter),
		cmocka_unit_test(a_tie_in_front_stays_one_when_worse_tunnels_follow),
		cmocka_unit_test(a_tunnel_that_is_down_is_not_chosen),
		cmocka_unit_test(a_wrong_prepend_is_named_with_the_change_that_settles_it),
		cmocka_unit_test(a_wrong_med_is_named_too),
		cmocka_unit_test(counters_go_before_the_prediction),
		cmocka_unit_test(what_would_tell_equal_tunnels_apart_is_named),
		cmocka_unit_test(counters_settle_what_cannot_be_predicted),
		cmocka_unit_test(a_few_stray_packets_are_not_a_second_way),
		cmocka_unit_test(traffic_that_returns_by_several_tunnels_is_asymmetric),
		cmocka_unit_test(tunnels_that_share_the_traffic_are_undetermined),
		cmocka_unit_test(a_far_side_that_does_not_share_what_we_share_is_told_by_the_counters),
		cmocka_unit_test(what_the_far_side_may_still_believe_is_not_predicted_away),
		cmocka_unit_test(traffic_shows_where_the_far_side_sends_unless_it_shares),
		cmocka_unit_test(prefixes_that_leave_by_another_tunnel_are_seen_without_traffic),
		cmocka_unit_test(no_active_tunnel_is_undetermined),
		cmocka_unit_test(verdicts_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
