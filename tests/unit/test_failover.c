#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/failover.h"
#include "tests/support/group.h"

static void up(struct group *group, size_t tunnel)
{
	failover_report(group->failover, tunnel, true, group->now);
}

static void down(struct group *group, size_t tunnel)
{
	failover_report(group->failover, tunnel, false, group->now);
}

/* All tunnels up and at rest, start-up over. */
static struct group running(struct failover_params params)
{
	struct group group = group_of(params);

	for (size_t i = 0; i < params.tunnels; i++)
		up(&group, i);
	group_wait(&group, SECONDS(60));
	return group;
}

/* One word for each tunnel: its role, and behind a slash what is announced where that differs. */
#define expect(group, wanted) assert_string_equal(group_picture(group), wanted)

static void the_first_tunnel_that_is_usable_carries_traffic_at_once(void **unused)
{
	struct group group = group_of(group_pair);

	(void)unused;
	expect(&group, "unusable unusable");
	up(&group, 1);
	expect(&group, "unusable active");
	group_end(&group);
}

static void during_start_up_a_preferred_tunnel_is_not_held(void **unused)
{
	struct group group = group_of(group_pair);

	(void)unused;
	up(&group, 1);
	group_wait(&group, SECONDS(2));
	up(&group, 0);
	expect(&group, "standby/active active/standby");
	group_wait(&group, SECONDS(5));
	expect(&group, "active standby");
	group_end(&group);
}

static void after_start_up_even_a_tunnel_that_was_never_up_is_held(void **unused)
{
	struct group group = group_of(group_pair);

	(void)unused;
	up(&group, 1);
	group_wait(&group, SECONDS(31));
	up(&group, 0);
	expect(&group, "standby active");
	assert_int_equal(failover_held_until(group.failover, 0), group.now + SECONDS(30));
	group_end(&group);
}

static void start_up_is_over_once_all_have_been_usable(void **unused)
{
	struct group group = group_of(group_pair);

	(void)unused;
	up(&group, 0);
	up(&group, 1);
	group_wait(&group, SECONDS(1));
	down(&group, 0);
	up(&group, 0);
	expect(&group, "standby active");
	group_end(&group);
}

static void failure_moves_at_once(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	expect(&group, "active standby");
	down(&group, 0);
	expect(&group, "unusable active");
	assert_int_equal(group_chain_pick(&group, 3), 1);
	assert_false(failover_is_settling(group.failover));
	group_end(&group);
}

static void failure_of_the_standby_moves_nothing(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 1);
	expect(&group, "active unusable");
	group_wait(&group, SECONDS(1));
	up(&group, 1);
	expect(&group, "active standby");
	group_end(&group);
}

static void a_tunnel_that_returns_is_held_then_announced_then_used(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	group_wait(&group, SECONDS(3));
	up(&group, 0);
	assert_int_equal(failover_deadline(group.failover), group.now + SECONDS(30));
	group_wait(&group, SECONDS(30) - 1);
	expect(&group, "standby active");
	group_wait(&group, 1);
	expect(&group, "standby/active active/standby");
	assert_true(failover_is_settling(group.failover));
	assert_int_equal(group_chain_pick(&group, 3), 1);
	group_wait(&group, SECONDS(5) - 1);
	expect(&group, "standby/active active/standby");
	group_wait(&group, 1);
	expect(&group, "active standby");
	assert_int_equal(group_chain_pick(&group, 3), 0);
	assert_int_equal(failover_deadline(group.failover), NEVER);
	group_end(&group);
}

static void inbound_traffic_that_has_moved_ends_the_wait(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	group_wait(&group, SECONDS(31));
	expect(&group, "standby/active active/standby");
	failover_settled(group.failover, group.now);
	expect(&group, "active standby");
	failover_settled(group.failover, group.now);
	expect(&group, "active standby");
	group_end(&group);
}

static void without_settle_a_return_is_one_step(void **unused)
{
	struct failover_params params = group_pair;
	struct group group;

	(void)unused;
	params.settle = 0;
	group = running(params);
	down(&group, 0);
	up(&group, 0);
	group_wait(&group, SECONDS(30));
	expect(&group, "active standby");
	group_end(&group);
}

static void failure_of_the_carrier_ends_the_settling_at_once(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	group_wait(&group, SECONDS(31));
	assert_true(failover_is_settling(group.failover));
	down(&group, 1);
	expect(&group, "active unusable");
	assert_false(failover_is_settling(group.failover));
	group_end(&group);
}

static void failure_of_the_announced_tunnel_calls_the_move_off(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	group_wait(&group, SECONDS(31));
	down(&group, 0);
	expect(&group, "unusable active");
	assert_false(failover_is_settling(group.failover));
	group_end(&group);
}

static void a_held_tunnel_is_used_when_nothing_else_is_left(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	group_wait(&group, SECONDS(1));
	down(&group, 1);
	expect(&group, "active unusable");
	assert_int_equal(failover_held_until(group.failover, 0), NEVER);
	group_end(&group);
}

static void after_a_total_outage_the_first_to_return_carries_traffic(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	down(&group, 1);
	expect(&group, "unusable unusable");
	group_wait(&group, SECONDS(10));
	up(&group, 1);
	expect(&group, "unusable active");
	up(&group, 0);
	expect(&group, "standby active");
	group_wait(&group, SECONDS(35));
	expect(&group, "active standby");
	group_end(&group);
}

/* Fails, returns at once; how long is it held? */
static msec_t flap(struct group *group, size_t tunnel)
{
	down(group, tunnel);
	up(group, tunnel);
	return failover_held_until(group->failover, tunnel) - group->now;
}

static void each_flap_doubles_the_hold_up_to_its_limit(void **unused)
{
	static const int seconds[] = { 30, 60, 120, 240, 480, 600, 600 };
	struct group group = running(group_pair);

	(void)unused;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		assert_int_equal(flap(&group, 0), SECONDS(seconds[i]));
		group_wait(&group, SECONDS(10));
	}
	group_end(&group);
}

static void an_excused_failure_does_not_lengthen_the_hold(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	flap(&group, 0);
	assert_int_equal(flap(&group, 0), SECONDS(60));
	down(&group, 0);
	failover_excuse(group.failover, 0);
	up(&group, 0);
	assert_int_equal(failover_held_until(group.failover, 0) - group.now, SECONDS(60));
	assert_int_equal(flap(&group, 0), SECONDS(120));
	group_end(&group);
}

static void ten_times_the_hold_without_a_failure_forgives_the_flaps(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	flap(&group, 0);
	assert_int_equal(flap(&group, 0), SECONDS(60));
	group_wait(&group, SECONDS(600) - 1);
	assert_int_equal(flap(&group, 0), SECONDS(120));
	group_wait(&group, SECONDS(1200));
	assert_int_equal(flap(&group, 0), SECONDS(30));
	group_end(&group);
}

static void a_flapping_link_does_not_drag_the_traffic_along(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	for (int i = 0; i < 100; i++) {
		group_wait(&group, SECONDS(7));
		up(&group, 0);
		expect(&group, "standby active");
		group_wait(&group, SECONDS(7));
		down(&group, 0);
		expect(&group, "unusable active");
	}
	group_end(&group);
}

static void reporting_what_is_known_changes_nothing(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	group_wait(&group, SECONDS(20));
	up(&group, 0);
	down(&group, 0);
	down(&group, 0);
	up(&group, 0);
	assert_int_equal(failover_held_until(group.failover, 0), group.now + SECONDS(60));
	group_end(&group);
}

static void drain_is_announced_first_and_moves_after_settle(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	expect(&group, "active/drained standby/active");
	assert_int_equal(failover_standing(group.failover, 0), STANDING_READY);
	assert_int_equal(group_chain_pick(&group, 3), 0);
	group_wait(&group, SECONDS(5));
	expect(&group, "drained active");
	assert_int_equal(failover_standing(group.failover, 0), STANDING_DRAINED);
	group_end(&group);
}

static void a_drained_tunnel_that_fails_while_settling_moves_at_once(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	down(&group, 0);
	expect(&group, "unusable active");
	up(&group, 0);
	expect(&group, "drained active");
	group_end(&group);
}

static void a_drained_tunnel_carries_traffic_only_if_nothing_else_can(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	group_wait(&group, SECONDS(60));
	down(&group, 1);
	expect(&group, "active/drained unusable");
	group_wait(&group, SECONDS(60));
	up(&group, 1);
	expect(&group, "active/drained standby/active");
	group_wait(&group, SECONDS(5));
	expect(&group, "drained active");
	group_end(&group);
}

static void draining_the_last_one_leaves_traffic_where_it_is(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	group_wait(&group, SECONDS(60));
	failover_drain(group.failover, 1, group.now);
	group_wait(&group, SECONDS(60));
	expect(&group, "drained active/drained");
	group_end(&group);
}

static void a_change_of_mind_starts_the_settling_again(void **unused)
{
	struct group group = running(group_params(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	group_wait(&group, SECONDS(3));
	failover_drain(group.failover, 1, group.now);
	expect(&group, "active/drained drained standby/active");
	group_wait(&group, SECONDS(5) - 1);
	expect(&group, "active/drained drained standby/active");
	group_wait(&group, 1);
	expect(&group, "drained drained active");
	group_end(&group);
}

static void resume_returns_without_a_hold_but_settles(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	group_wait(&group, SECONDS(60));
	failover_resume(group.failover, 0, group.now);
	expect(&group, "standby/active active/standby");
	group_wait(&group, SECONDS(5));
	expect(&group, "active standby");
	group_end(&group);
}

static void resume_ends_a_hold(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	failover_resume(group.failover, 0, group.now);
	expect(&group, "standby/active active/standby");
	group_end(&group);
}

static void without_revert_traffic_stays_until_someone_asks(void **unused)
{
	struct failover_params params = group_pair;
	struct group group;

	(void)unused;
	params.revert = false;
	group = running(params);
	down(&group, 0);
	up(&group, 0);
	group_wait(&group, SECONDS(100000));
	expect(&group, "standby active");
	assert_int_equal(group_chain_pick(&group, 3), 1);
	failover_resume(group.failover, 0, group.now);
	group_wait(&group, SECONDS(5));
	expect(&group, "active standby");
	group_end(&group);
}

static void without_revert_a_failure_still_moves(void **unused)
{
	struct failover_params params = group_pair;
	struct group group;

	(void)unused;
	params.revert = false;
	group = running(params);
	down(&group, 0);
	up(&group, 0);
	group_wait(&group, SECONDS(1000));
	down(&group, 1);
	expect(&group, "active unusable");
	up(&group, 1);
	group_wait(&group, SECONDS(1000));
	expect(&group, "active standby");
	group_end(&group);
}

static void without_revert_start_up_still_ends_on_the_preferred_tunnel(void **unused)
{
	struct failover_params params = group_pair;
	struct group group;

	(void)unused;
	params.tunnels = 3;
	params.revert = false;
	group = group_of(params);
	up(&group, 1);
	group_wait(&group, SECONDS(4));
	up(&group, 0);
	group_wait(&group, SECONDS(5));
	expect(&group, "active standby unusable");
	group_end(&group);
}

static void a_pinned_tunnel_goes_before_all_others(void **unused)
{
	struct group group = running(group_params(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	failover_pin(group.failover, 2, group.now);
	expect(&group, "active/standby standby standby/active");
	group_wait(&group, SECONDS(5));
	expect(&group, "standby standby active");
	assert_true(failover_is_pinned(group.failover, 2));
	assert_int_equal(group_chain_pick(&group, 7), 2);
	down(&group, 2);
	expect(&group, "active standby unusable");
	up(&group, 2);
	group_wait(&group, SECONDS(35));
	expect(&group, "standby standby active");
	failover_unpin(group.failover, group.now);
	group_wait(&group, SECONDS(5));
	expect(&group, "active standby standby");
	group_end(&group);
}

static void a_tunnel_that_the_far_side_takes_out_is_as_good_as_drained(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	failover_yield(group.failover, 0, true, group.now);
	assert_string_equal(group_picture(&group), "active/drained standby/active");
	group_wait(&group, SECONDS(5));
	assert_string_equal(group_picture(&group), "drained active");
	assert_false(failover_is_drained(group.failover, 0));
	failover_report(group.failover, 1, false, group.now);
	assert_string_equal(group_picture(&group), "active/drained unusable");
	failover_yield(group.failover, 0, false, group.now);
	assert_string_equal(group_picture(&group), "active unusable");
	group_end(&group);
}

static void a_drain_goes_before_a_pin(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	failover_pin(group.failover, 1, group.now);
	group_wait(&group, SECONDS(5));
	failover_drain(group.failover, 1, group.now);
	group_wait(&group, SECONDS(5));
	expect(&group, "active drained");
	group_end(&group);
}

static void a_hint_is_obeyed_as_long_as_it_lasts(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	failover_hint(group.failover, 1, group.now);
	expect(&group, "active/standby standby/active");
	group_wait(&group, SECONDS(5));
	expect(&group, "standby active");
	group_wait(&group, SECONDS(5000));
	expect(&group, "standby active");
	failover_hint(group.failover, group.params.tunnels, group.now);
	group_wait(&group, SECONDS(5));
	expect(&group, "active standby");
	group_end(&group);
}

static void a_hint_for_a_tunnel_that_is_down_waits_for_it(void **unused)
{
	struct group group = running(group_pair);

	(void)unused;
	down(&group, 1);
	failover_hint(group.failover, 1, group.now);
	expect(&group, "active unusable");
	up(&group, 1);
	group_wait(&group, SECONDS(29));
	expect(&group, "active standby");
	group_wait(&group, SECONDS(6));
	expect(&group, "standby active");
	group_end(&group);
}

static void follow_provider_goes_where_the_far_side_has_gone(void **unused)
{
	struct group group = running(group_params(MODE_FOLLOW_PROVIDER, 2));

	(void)unused;
	expect(&group, "active standby");
	failover_hint(group.failover, 1, group.now);
	expect(&group, "standby active");
	failover_hint(group.failover, 0, group.now);
	expect(&group, "active standby");
	group_end(&group);
}

static void follow_provider_settles_where_the_far_side_does_not_lead(void **unused)
{
	struct group group = running(group_params(MODE_FOLLOW_PROVIDER, 2));

	(void)unused;
	failover_hint(group.failover, 0, group.now);
	failover_drain(group.failover, 0, group.now);
	expect(&group, "active/drained standby/active");
	failover_hint(group.failover, 1, group.now);
	expect(&group, "drained active");
	group_end(&group);
}

static void ecmp_uses_all_that_are_ready(void **unused)
{
	struct group group = running(group_params(MODE_ECMP, 3));

	(void)unused;
	expect(&group, "active active active");
	down(&group, 1);
	expect(&group, "active unusable active");
	up(&group, 1);
	expect(&group, "active standby active");
	assert_int_equal(failover_standing(group.failover, 1), STANDING_HELD);
	group_wait(&group, SECONDS(30));
	expect(&group, "active standby/active active");
	assert_int_equal(failover_standing(group.failover, 1), STANDING_HELD);
	group_wait(&group, SECONDS(5));
	expect(&group, "active active active");
	group_end(&group);
}

static void ecmp_drains_one_and_ignores_hints(void **unused)
{
	struct group group = running(group_params(MODE_ECMP, 2));

	(void)unused;
	failover_hint(group.failover, 0, group.now);
	expect(&group, "active active");
	failover_drain(group.failover, 0, group.now);
	expect(&group, "active/drained active");
	group_wait(&group, SECONDS(5));
	expect(&group, "drained active");
	group_end(&group);
}

static void ecmp_with_a_pin_uses_that_one_alone(void **unused)
{
	struct group group = running(group_params(MODE_ECMP, 3));

	(void)unused;
	failover_pin(group.failover, 1, group.now);
	group_wait(&group, SECONDS(5));
	expect(&group, "standby active standby");
	down(&group, 1);
	expect(&group, "active unusable active");
	group_end(&group);
}

static void a_failure_in_ecmp_lets_the_others_in_at_once(void **unused)
{
	struct group group = running(group_params(MODE_ECMP, 3));

	(void)unused;
	down(&group, 1);
	up(&group, 1);
	group_wait(&group, SECONDS(31));
	expect(&group, "active standby/active active");
	down(&group, 0);
	expect(&group, "unusable active active");
	group_end(&group);
}

static void a_chain_without_the_active_tunnel_takes_the_best_of_its_own(void **unused)
{
	struct group group = running(group_params(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	assert_int_equal(group_chain_pick(&group, 6), 1);
	failover_drain(group.failover, 1, group.now);
	assert_int_equal(group_chain_pick(&group, 6), 2);
	assert_int_equal(group_chain_pick(&group, 2), 1);
	down(&group, 2);
	assert_int_equal(group_chain_pick(&group, 6), 1);
	group_end(&group);
}

static void places_follow_the_announced_order(void **unused)
{
	struct group group = running(group_params(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	assert_int_equal(failover_place(group.failover, 0), 0);
	assert_int_equal(failover_place(group.failover, 1), 1);
	assert_int_equal(failover_place(group.failover, 2), 2);
	failover_drain(group.failover, 0, group.now);
	assert_int_equal(failover_place(group.failover, 0), 2);
	assert_int_equal(failover_place(group.failover, 1), 0);
	assert_int_equal(failover_place(group.failover, 2), 1);
	group_end(&group);
}

static void a_tunnel_on_hold_is_the_last_standby(void **unused)
{
	struct group group = running(group_params(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	down(&group, 1);
	up(&group, 1);
	assert_int_equal(failover_place(group.failover, 1), 2);
	down(&group, 0);
	expect(&group, "unusable standby active");
	group_wait(&group, SECONDS(35));
	expect(&group, "unusable active standby");
	group_end(&group);
}

static void modes_are_read_and_written_by_name(void **unused)
{
	enum group_mode mode = MODE_ECMP;

	(void)unused;
	assert_true(group_mode_parse("follow-provider", &mode));
	assert_int_equal(mode, MODE_FOLLOW_PROVIDER);
	assert_string_equal(group_mode_name(MODE_ACTIVE_STANDBY), "active-standby");
	assert_string_equal(group_mode_name(MODE_ECMP), "ecmp");
	assert_false(group_mode_parse("active", &mode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_tunnel_that_is_usable_carries_traffic_at_once),
		cmocka_unit_test(during_start_up_a_preferred_tunnel_is_not_held),
		cmocka_unit_test(after_start_up_even_a_tunnel_that_was_never_up_is_held),
		cmocka_unit_test(start_up_is_over_once_all_have_been_usable),
		cmocka_unit_test(failure_moves_at_once),
		cmocka_unit_test(failure_of_the_standby_moves_nothing),
		cmocka_unit_test(a_tunnel_that_returns_is_held_then_announced_then_used),
		cmocka_unit_test(inbound_traffic_that_has_moved_ends_the_wait),
		cmocka_unit_test(without_settle_a_return_is_one_step),
		cmocka_unit_test(failure_of_the_carrier_ends_the_settling_at_once),
		cmocka_unit_test(failure_of_the_announced_tunnel_calls_the_move_off),
		cmocka_unit_test(a_held_tunnel_is_used_when_nothing_else_is_left),
		cmocka_unit_test(after_a_total_outage_the_first_to_return_carries_traffic),
		cmocka_unit_test(each_flap_doubles_the_hold_up_to_its_limit),
		cmocka_unit_test(an_excused_failure_does_not_lengthen_the_hold),
		cmocka_unit_test(ten_times_the_hold_without_a_failure_forgives_the_flaps),
		cmocka_unit_test(a_flapping_link_does_not_drag_the_traffic_along),
		cmocka_unit_test(reporting_what_is_known_changes_nothing),
		cmocka_unit_test(drain_is_announced_first_and_moves_after_settle),
		cmocka_unit_test(a_drained_tunnel_that_fails_while_settling_moves_at_once),
		cmocka_unit_test(a_drained_tunnel_carries_traffic_only_if_nothing_else_can),
		cmocka_unit_test(draining_the_last_one_leaves_traffic_where_it_is),
		cmocka_unit_test(a_change_of_mind_starts_the_settling_again),
		cmocka_unit_test(resume_returns_without_a_hold_but_settles),
		cmocka_unit_test(resume_ends_a_hold),
		cmocka_unit_test(without_revert_traffic_stays_until_someone_asks),
		cmocka_unit_test(without_revert_a_failure_still_moves),
		cmocka_unit_test(without_revert_start_up_still_ends_on_the_preferred_tunnel),
		cmocka_unit_test(a_pinned_tunnel_goes_before_all_others),
		cmocka_unit_test(a_tunnel_that_the_far_side_takes_out_is_as_good_as_drained),
		cmocka_unit_test(a_drain_goes_before_a_pin),
		cmocka_unit_test(a_hint_is_obeyed_as_long_as_it_lasts),
		cmocka_unit_test(a_hint_for_a_tunnel_that_is_down_waits_for_it),
		cmocka_unit_test(follow_provider_goes_where_the_far_side_has_gone),
		cmocka_unit_test(follow_provider_settles_where_the_far_side_does_not_lead),
		cmocka_unit_test(ecmp_uses_all_that_are_ready),
		cmocka_unit_test(ecmp_drains_one_and_ignores_hints),
		cmocka_unit_test(ecmp_with_a_pin_uses_that_one_alone),
		cmocka_unit_test(a_failure_in_ecmp_lets_the_others_in_at_once),
		cmocka_unit_test(a_chain_without_the_active_tunnel_takes_the_best_of_its_own),
		cmocka_unit_test(places_follow_the_announced_order),
		cmocka_unit_test(a_tunnel_on_hold_is_the_last_standby),
		cmocka_unit_test(modes_are_read_and_written_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
