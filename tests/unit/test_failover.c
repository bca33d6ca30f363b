#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgpd/base/text.h"
#include "policy/failover.h"

#define TUNNELS_MAX 5

/* A group on a virtual clock; what it looks like is written as one word for each tunnel: its role, and
 * behind a slash what is announced where that differs. */
struct group {
	struct failover *failover;
	struct failover_params params;
	msec_t now;
	char picture[200];
};

static const struct failover_params pair = {
	.mode = MODE_ACTIVE_STANDBY,
	.tunnels = 2,
	.revert = true,
	.revert_delay = SECONDS(30),
	.revert_delay_max = SECONDS(600),
	.settle = SECONDS(5),
	.startup_wait = SECONDS(30),
};

static struct failover_params params_of(enum group_mode mode, size_t tunnels)
{
	struct failover_params params = pair;

	params.mode = mode;
	params.tunnels = tunnels;
	return params;
}

/* The clock starts anywhere: only differences may matter. */
static struct group group_of(struct failover_params params)
{
	struct group group = { .params = params, .now = SECONDS(-1000) };

	group.failover = failover_new(&params, group.now);
	return group;
}

static void up(struct group *group, size_t tunnel)
{
	failover_report(group->failover, tunnel, true, group->now);
}

static void down(struct group *group, size_t tunnel)
{
	failover_report(group->failover, tunnel, false, group->now);
}

/* Lets time pass, waking at each deadline as the daemon does.  A deadline that does not move on when
 * it is served would spin the daemon. */
static void wait(struct group *group, msec_t time)
{
	msec_t end = group->now + time;

	while (failover_deadline(group->failover) <= end) {
		group->now = failover_deadline(group->failover);
		failover_tick(group->failover, group->now);
		assert_true(failover_deadline(group->failover) > group->now);
	}
	group->now = end;
}

/* All tunnels up and at rest, start-up over. */
static struct group running(struct failover_params params)
{
	struct group group = group_of(params);

	for (size_t i = 0; i < params.tunnels; i++)
		up(&group, i);
	wait(&group, SECONDS(60));
	return group;
}

static const char *picture(struct group *group)
{
	struct text text = text_of(group->picture, sizeof(group->picture));

	for (size_t i = 0; i < group->params.tunnels; i++) {
		enum role role = failover_role(group->failover, i);
		enum role announced = failover_announced(group->failover, i);

		text_add(&text, "%s%s", i ? " " : "", role_name(role));
		if (announced != role)
			text_add(&text, "/%s", role_name(announced));
	}
	return group->picture;
}

#define expect(group, wanted) assert_string_equal(picture(group), wanted)

/* What a chain of these tunnels (a bit for each) takes, by the contract of the header. */
static size_t chain_pick(const struct group *group, unsigned int offering)
{
	size_t pick = group->params.tunnels;

	for (size_t i = 0; i < group->params.tunnels; i++)
		if ((offering & (1u << i)) &&
		    (pick == group->params.tunnels ||
		     failover_standing(group->failover, i) < failover_standing(group->failover, pick)))
			pick = i;
	return pick;
}

static void end(struct group *group)
{
	failover_free(group->failover);
}

static void the_first_tunnel_that_is_usable_carries_traffic_at_once(void **unused)
{
	struct group group = group_of(pair);

	(void)unused;
	expect(&group, "unusable unusable");
	up(&group, 1);
	expect(&group, "unusable active");
	end(&group);
}

static void during_start_up_a_preferred_tunnel_is_not_held(void **unused)
{
	struct group group = group_of(pair);

	(void)unused;
	up(&group, 1);
	wait(&group, SECONDS(2));
	up(&group, 0);
	expect(&group, "standby/active active/standby");
	wait(&group, SECONDS(5));
	expect(&group, "active standby");
	end(&group);
}

static void after_start_up_even_a_tunnel_that_was_never_up_is_held(void **unused)
{
	struct group group = group_of(pair);

	(void)unused;
	up(&group, 1);
	wait(&group, SECONDS(31));
	up(&group, 0);
	expect(&group, "standby active");
	assert_int_equal(failover_held_until(group.failover, 0), group.now + SECONDS(30));
	end(&group);
}

static void start_up_is_over_once_all_have_been_usable(void **unused)
{
	struct group group = group_of(pair);

	(void)unused;
	up(&group, 0);
	up(&group, 1);
	wait(&group, SECONDS(1));
	down(&group, 0);
	up(&group, 0);
	expect(&group, "standby active");
	end(&group);
}

static void failure_moves_at_once(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	expect(&group, "active standby");
	down(&group, 0);
	expect(&group, "unusable active");
	assert_int_equal(chain_pick(&group, 3), 1);
	assert_false(failover_is_settling(group.failover));
	end(&group);
}

static void failure_of_the_standby_moves_nothing(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 1);
	expect(&group, "active unusable");
	wait(&group, SECONDS(1));
	up(&group, 1);
	expect(&group, "active standby");
	end(&group);
}

static void a_tunnel_that_returns_is_held_then_announced_then_used(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	wait(&group, SECONDS(3));
	up(&group, 0);
	assert_int_equal(failover_deadline(group.failover), group.now + SECONDS(30));
	wait(&group, SECONDS(30) - 1);
	expect(&group, "standby active");
	wait(&group, 1);
	expect(&group, "standby/active active/standby");
	assert_true(failover_is_settling(group.failover));
	assert_int_equal(chain_pick(&group, 3), 1);
	wait(&group, SECONDS(5) - 1);
	expect(&group, "standby/active active/standby");
	wait(&group, 1);
	expect(&group, "active standby");
	assert_int_equal(chain_pick(&group, 3), 0);
	assert_int_equal(failover_deadline(group.failover), NEVER);
	end(&group);
}

static void inbound_traffic_that_has_moved_ends_the_wait(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	wait(&group, SECONDS(31));
	expect(&group, "standby/active active/standby");
	failover_settled(group.failover, group.now);
	expect(&group, "active standby");
	failover_settled(group.failover, group.now);
	expect(&group, "active standby");
	end(&group);
}

static void without_settle_a_return_is_one_step(void **unused)
{
	struct failover_params params = pair;
	struct group group;

	(void)unused;
	params.settle = 0;
	group = running(params);
	down(&group, 0);
	up(&group, 0);
	wait(&group, SECONDS(30));
	expect(&group, "active standby");
	end(&group);
}

static void failure_of_the_carrier_ends_the_settling_at_once(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	wait(&group, SECONDS(31));
	assert_true(failover_is_settling(group.failover));
	down(&group, 1);
	expect(&group, "active unusable");
	assert_false(failover_is_settling(group.failover));
	end(&group);
}

static void failure_of_the_announced_tunnel_calls_the_move_off(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	wait(&group, SECONDS(31));
	down(&group, 0);
	expect(&group, "unusable active");
	assert_false(failover_is_settling(group.failover));
	end(&group);
}

static void a_held_tunnel_is_used_when_nothing_else_is_left(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	wait(&group, SECONDS(1));
	down(&group, 1);
	expect(&group, "active unusable");
	assert_int_equal(failover_held_until(group.failover, 0), NEVER);
	end(&group);
}

static void after_a_total_outage_the_first_to_return_carries_traffic(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	down(&group, 1);
	expect(&group, "unusable unusable");
	wait(&group, SECONDS(10));
	up(&group, 1);
	expect(&group, "unusable active");
	up(&group, 0);
	expect(&group, "standby active");
	wait(&group, SECONDS(35));
	expect(&group, "active standby");
	end(&group);
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
	struct group group = running(pair);

	(void)unused;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		assert_int_equal(flap(&group, 0), SECONDS(seconds[i]));
		wait(&group, SECONDS(10));
	}
	end(&group);
}

static void ten_times_the_hold_without_a_failure_forgives_the_flaps(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	flap(&group, 0);
	assert_int_equal(flap(&group, 0), SECONDS(60));
	wait(&group, SECONDS(600) - 1);
	assert_int_equal(flap(&group, 0), SECONDS(120));
	wait(&group, SECONDS(1200));
	assert_int_equal(flap(&group, 0), SECONDS(30));
	end(&group);
}

static void a_flapping_link_does_not_drag_the_traffic_along(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	for (int i = 0; i < 100; i++) {
		wait(&group, SECONDS(7));
		up(&group, 0);
		expect(&group, "standby active");
		wait(&group, SECONDS(7));
		down(&group, 0);
		expect(&group, "unusable active");
	}
	end(&group);
}

static void reporting_what_is_known_changes_nothing(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	wait(&group, SECONDS(20));
	up(&group, 0);
	down(&group, 0);
	down(&group, 0);
	up(&group, 0);
	assert_int_equal(failover_held_until(group.failover, 0), group.now + SECONDS(60));
	end(&group);
}

static void drain_is_announced_first_and_moves_after_settle(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	expect(&group, "active/drained standby/active");
	assert_int_equal(failover_standing(group.failover, 0), STANDING_READY);
	assert_int_equal(chain_pick(&group, 3), 0);
	wait(&group, SECONDS(5));
	expect(&group, "drained active");
	assert_int_equal(failover_standing(group.failover, 0), STANDING_DRAINED);
	end(&group);
}

static void a_drained_tunnel_that_fails_while_settling_moves_at_once(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	down(&group, 0);
	expect(&group, "unusable active");
	up(&group, 0);
	expect(&group, "drained active");
	end(&group);
}

static void a_drained_tunnel_carries_traffic_only_if_nothing_else_can(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	wait(&group, SECONDS(60));
	down(&group, 1);
	expect(&group, "active/drained unusable");
	wait(&group, SECONDS(60));
	up(&group, 1);
	expect(&group, "active/drained standby/active");
	wait(&group, SECONDS(5));
	expect(&group, "drained active");
	end(&group);
}

static void draining_the_last_one_leaves_traffic_where_it_is(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	wait(&group, SECONDS(60));
	failover_drain(group.failover, 1, group.now);
	wait(&group, SECONDS(60));
	expect(&group, "drained active/drained");
	end(&group);
}

static void a_change_of_mind_starts_the_settling_again(void **unused)
{
	struct group group = running(params_of(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	wait(&group, SECONDS(3));
	failover_drain(group.failover, 1, group.now);
	expect(&group, "active/drained drained standby/active");
	wait(&group, SECONDS(5) - 1);
	expect(&group, "active/drained drained standby/active");
	wait(&group, 1);
	expect(&group, "drained drained active");
	end(&group);
}

static void resume_returns_without_a_hold_but_settles(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	failover_drain(group.failover, 0, group.now);
	wait(&group, SECONDS(60));
	failover_resume(group.failover, 0, group.now);
	expect(&group, "standby/active active/standby");
	wait(&group, SECONDS(5));
	expect(&group, "active standby");
	end(&group);
}

static void resume_ends_a_hold(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 0);
	up(&group, 0);
	failover_resume(group.failover, 0, group.now);
	expect(&group, "standby/active active/standby");
	end(&group);
}

static void without_revert_traffic_stays_until_someone_asks(void **unused)
{
	struct failover_params params = pair;
	struct group group;

	(void)unused;
	params.revert = false;
	group = running(params);
	down(&group, 0);
	up(&group, 0);
	wait(&group, SECONDS(100000));
	expect(&group, "standby active");
	assert_int_equal(chain_pick(&group, 3), 1);
	failover_resume(group.failover, 0, group.now);
	wait(&group, SECONDS(5));
	expect(&group, "active standby");
	end(&group);
}

static void without_revert_a_failure_still_moves(void **unused)
{
	struct failover_params params = pair;
	struct group group;

	(void)unused;
	params.revert = false;
	group = running(params);
	down(&group, 0);
	up(&group, 0);
	wait(&group, SECONDS(1000));
	down(&group, 1);
	expect(&group, "active unusable");
	up(&group, 1);
	wait(&group, SECONDS(1000));
	expect(&group, "active standby");
	end(&group);
}

static void without_revert_start_up_still_ends_on_the_preferred_tunnel(void **unused)
{
	struct failover_params params = pair;
	struct group group;

	(void)unused;
	params.tunnels = 3;
	params.revert = false;
	group = group_of(params);
	up(&group, 1);
	wait(&group, SECONDS(4));
	up(&group, 0);
	wait(&group, SECONDS(5));
	expect(&group, "active standby unusable");
	end(&group);
}

static void a_pinned_tunnel_goes_before_all_others(void **unused)
{
	struct group group = running(params_of(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	failover_pin(group.failover, 2, group.now);
	expect(&group, "active/standby standby standby/active");
	wait(&group, SECONDS(5));
	expect(&group, "standby standby active");
	assert_true(failover_is_pinned(group.failover, 2));
	assert_int_equal(chain_pick(&group, 7), 2);
	down(&group, 2);
	expect(&group, "active standby unusable");
	up(&group, 2);
	wait(&group, SECONDS(35));
	expect(&group, "standby standby active");
	failover_unpin(group.failover, group.now);
	wait(&group, SECONDS(5));
	expect(&group, "active standby standby");
	end(&group);
}

static void a_drain_goes_before_a_pin(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	failover_pin(group.failover, 1, group.now);
	wait(&group, SECONDS(5));
	failover_drain(group.failover, 1, group.now);
	wait(&group, SECONDS(5));
	expect(&group, "active drained");
	end(&group);
}

static void a_hint_is_obeyed_as_long_as_it_lasts(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	failover_hint(group.failover, 1, group.now);
	expect(&group, "active/standby standby/active");
	wait(&group, SECONDS(5));
	expect(&group, "standby active");
	wait(&group, SECONDS(5000));
	expect(&group, "standby active");
	failover_hint(group.failover, group.params.tunnels, group.now);
	wait(&group, SECONDS(5));
	expect(&group, "active standby");
	end(&group);
}

static void a_hint_for_a_tunnel_that_is_down_waits_for_it(void **unused)
{
	struct group group = running(pair);

	(void)unused;
	down(&group, 1);
	failover_hint(group.failover, 1, group.now);
	expect(&group, "active unusable");
	up(&group, 1);
	wait(&group, SECONDS(29));
	expect(&group, "active standby");
	wait(&group, SECONDS(6));
	expect(&group, "standby active");
	end(&group);
}

static void follow_provider_goes_where_the_far_side_has_gone(void **unused)
{
	struct group group = running(params_of(MODE_FOLLOW_PROVIDER, 2));

	(void)unused;
	expect(&group, "active standby");
	failover_hint(group.failover, 1, group.now);
	expect(&group, "standby active");
	failover_hint(group.failover, 0, group.now);
	expect(&group, "active standby");
	end(&group);
}

static void follow_provider_settles_where_the_far_side_does_not_lead(void **unused)
{
	struct group group = running(params_of(MODE_FOLLOW_PROVIDER, 2));

	(void)unused;
	failover_hint(group.failover, 0, group.now);
	failover_drain(group.failover, 0, group.now);
	expect(&group, "active/drained standby/active");
	failover_hint(group.failover, 1, group.now);
	expect(&group, "drained active");
	end(&group);
}

static void ecmp_uses_all_that_are_ready(void **unused)
{
	struct group group = running(params_of(MODE_ECMP, 3));

	(void)unused;
	expect(&group, "active active active");
	down(&group, 1);
	expect(&group, "active unusable active");
	up(&group, 1);
	expect(&group, "active standby active");
	assert_int_equal(failover_standing(group.failover, 1), STANDING_HELD);
	wait(&group, SECONDS(30));
	expect(&group, "active standby/active active");
	assert_int_equal(failover_standing(group.failover, 1), STANDING_HELD);
	wait(&group, SECONDS(5));
	expect(&group, "active active active");
	end(&group);
}

static void ecmp_drains_one_and_ignores_hints(void **unused)
{
	struct group group = running(params_of(MODE_ECMP, 2));

	(void)unused;
	failover_hint(group.failover, 0, group.now);
	expect(&group, "active active");
	failover_drain(group.failover, 0, group.now);
	expect(&group, "active/drained active");
	wait(&group, SECONDS(5));
	expect(&group, "drained active");
	end(&group);
}

static void ecmp_with_a_pin_uses_that_one_alone(void **unused)
{
	struct group group = running(params_of(MODE_ECMP, 3));

	(void)unused;
	failover_pin(group.failover, 1, group.now);
	wait(&group, SECONDS(5));
	expect(&group, "standby active standby");
	down(&group, 1);
	expect(&group, "active unusable active");
	end(&group);
}

static void a_failure_in_ecmp_lets_the_others_in_at_once(void **unused)
{
	struct group group = running(params_of(MODE_ECMP, 3));

	(void)unused;
	down(&group, 1);
	up(&group, 1);
	wait(&group, SECONDS(31));
	expect(&group, "active standby/active active");
	down(&group, 0);
	expect(&group, "unusable active active");
	end(&group);
}

static void a_chain_without_the_active_tunnel_takes_the_best_of_its_own(void **unused)
{
	struct group group = running(params_of(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	assert_int_equal(chain_pick(&group, 6), 1);
	failover_drain(group.failover, 1, group.now);
	assert_int_equal(chain_pick(&group, 6), 2);
	assert_int_equal(chain_pick(&group, 2), 1);
	down(&group, 2);
	assert_int_equal(chain_pick(&group, 6), 1);
	end(&group);
}

static void places_follow_the_announced_order(void **unused)
{
	struct group group = running(params_of(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	assert_int_equal(failover_place(group.failover, 0), 0);
	assert_int_equal(failover_place(group.failover, 1), 1);
	assert_int_equal(failover_place(group.failover, 2), 2);
	failover_drain(group.failover, 0, group.now);
	assert_int_equal(failover_place(group.failover, 0), 2);
	assert_int_equal(failover_place(group.failover, 1), 0);
	assert_int_equal(failover_place(group.failover, 2), 1);
	end(&group);
}

static void a_tunnel_on_hold_is_the_last_standby(void **unused)
{
	struct group group = running(params_of(MODE_ACTIVE_STANDBY, 3));

	(void)unused;
	down(&group, 1);
	up(&group, 1);
	assert_int_equal(failover_place(group.failover, 1), 2);
	down(&group, 0);
	expect(&group, "unusable standby active");
	wait(&group, SECONDS(35));
	expect(&group, "unusable active standby");
	end(&group);
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

/* ---- Random histories.  A model beside the module remembers what happened to each tunnel. ---- */

struct model {
	struct group group;
	bool usable[TUNNELS_MAX], drained[TUNNELS_MAX];
	msec_t since[TUNNELS_MAX];
	size_t pinned, hinted;
	uint64_t seed;
};

/* xorshift64: the same histories on every machine. */
static unsigned int roll(struct model *model, unsigned int sides)
{
	model->seed ^= model->seed << 13;
	model->seed ^= model->seed >> 7;
	model->seed ^= model->seed << 17;
	return (unsigned int)(model->seed >> 33) % sides;
}

static struct model model_of(uint64_t seed)
{
	struct model model = { .seed = seed * 0x9E3779B97F4A7C15u + 1 };
	struct failover_params params = params_of(MODE_ACTIVE_STANDBY, 1 + roll(&model, TUNNELS_MAX));

	params.mode = (enum group_mode)roll(&model, 3);
	params.revert = roll(&model, 4) > 0;
	params.settle = SECONDS(roll(&model, 3) * 3);
	params.startup_wait = SECONDS(roll(&model, 2) * 30);
	model.group = group_of(params);
	model.pinned = model.hinted = params.tunnels;
	return model;
}

static bool is_last_resort(const struct model *model, size_t tunnel)
{
	for (size_t i = 0; i < model->group.params.tunnels; i++)
		if (model->usable[i] && !model->drained[i])
			return false;
	return model->drained[tunnel];
}

static void check_tunnel(const struct model *model, size_t i)
{
	const struct failover *failover = model->group.failover;
	enum role role = failover_role(failover, i), announced = failover_announced(failover, i);

	assert_int_equal(role == ROLE_UNUSABLE, !model->usable[i]);
	assert_int_equal(announced == ROLE_UNUSABLE, !model->usable[i]);
	assert_int_equal(failover_standing(failover, i) == STANDING_DOWN, !model->usable[i]);
	assert_int_equal(announced == ROLE_DRAINED, model->usable[i] && model->drained[i]);
	if (role == ROLE_ACTIVE)
		assert_int_equal(failover_standing(failover, i), STANDING_READY);
	if (!failover_is_settling(failover) && !is_last_resort(model, i))
		assert_int_equal(role, announced);
}

static void check(const struct model *model)
{
	const struct group *group = &model->group;
	size_t usable = 0, healthy = 0, active = 0, announced = 0, first_places = 0;

	for (size_t i = 0; i < group->params.tunnels; i++) {
		check_tunnel(model, i);
		usable += model->usable[i];
		healthy += model->usable[i] && !model->drained[i];
		active += failover_role(group->failover, i) == ROLE_ACTIVE;
		announced += failover_announced(group->failover, i) == ROLE_ACTIVE;
		first_places += failover_place(group->failover, i) == 0;
	}
	assert_int_equal(active > 0, usable > 0);
	assert_int_equal(announced > 0, healthy > 0);
	assert_int_equal(first_places > 0, usable > 0);
	if (group->params.mode != MODE_ECMP) {
		assert_true(active <= 1 && announced <= 1 && first_places <= 1);
		if (active)
			assert_int_equal(failover_role(group->failover, chain_pick(group, 31)),
					 ROLE_ACTIVE);
	}
	for (unsigned int offering = 1; offering < 1u << group->params.tunnels; offering++)
		for (size_t i = 0; i < group->params.tunnels; i++)
			if ((offering & (1u << i)) && model->usable[i])
				assert_true(model->usable[chain_pick(group, offering)]);
	assert_true(failover_deadline(group->failover) > group->now);
	assert_true(failover_deadline(group->failover) <= group->now + SECONDS(600) ||
		    failover_deadline(group->failover) == NEVER);
}

static void toggle(struct model *model, size_t tunnel)
{
	model->usable[tunnel] = !model->usable[tunnel];
	model->since[tunnel] = model->group.now;
	failover_report(model->group.failover, tunnel, model->usable[tunnel], model->group.now);
}

static void order_something(struct model *model, size_t tunnel)
{
	struct failover *failover = model->group.failover;
	msec_t now = model->group.now;

	switch (roll(model, 6)) {
	case 0:
		model->drained[tunnel] = true;
		failover_drain(failover, tunnel, now);
		break;
	case 1:
	case 2:
		model->drained[tunnel] = false;
		failover_resume(failover, tunnel, now);
		break;
	case 3:
		model->pinned = tunnel;
		failover_pin(failover, tunnel, now);
		break;
	case 4:
		model->pinned = model->group.params.tunnels;
		failover_unpin(failover, now);
		break;
	case 5:
		failover_settled(failover, now);
		break;
	}
}

static void something_happens(struct model *model)
{
	size_t tunnels = model->group.params.tunnels;
	size_t tunnel = roll(model, (unsigned int)tunnels);

	switch (roll(model, 8)) {
	case 0:
	case 1:
		order_something(model, tunnel);
		break;
	case 2:
		model->hinted = roll(model, (unsigned int)tunnels + 1);
		failover_hint(model->group.failover, model->hinted, model->group.now);
		break;
	case 3:
		wait(&model->group, SECONDS(roll(model, 200)));
		break;
	case 4:
		wait(&model->group, SECONDS(roll(model, 5)));
		break;
	default:
		toggle(model, tunnel);
	}
}

static bool is_healthy(const struct model *model, size_t i)
{
	return i < model->group.params.tunnels && model->usable[i] && !model->drained[i];
}

/* After a long rest all holds are over: the first by pin, hint and order is active. */
static void check_rest(struct model *model)
{
	size_t first = 0;

	wait(&model->group, SECONDS(3600));
	assert_false(failover_is_settling(model->group.failover));
	assert_int_equal(failover_deadline(model->group.failover), NEVER);
	check(model);
	while (first < model->group.params.tunnels && !is_healthy(model, first))
		first++;
	if (is_healthy(model, model->hinted) && model->group.params.mode != MODE_ECMP)
		first = model->hinted;
	else if (!model->group.params.revert)
		return;
	if (is_healthy(model, model->pinned))
		first = model->pinned;
	if (first < model->group.params.tunnels)
		assert_int_equal(failover_role(model->group.failover, first), ROLE_ACTIVE);
}

static void whatever_happens_traffic_has_a_way_as_long_as_there_is_one(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct model model = model_of(seed);

		for (int i = 0; i < 120; i++) {
			something_happens(&model);
			check(&model);
		}
		check_rest(&model);
		end(&model.group);
	}
}

static size_t active_of(const struct group *group)
{
	size_t i = 0;

	while (i < group->params.tunnels && failover_role(group->failover, i) != ROLE_ACTIVE)
		i++;
	return i;
}

/* One step of a clock of a second; true when traffic left a tunnel that was still usable. */
static bool step_moves_by_itself(struct model *model)
{
	size_t before = active_of(&model->group), after;

	wait(&model->group, SECONDS(1));
	if (roll(model, 100) == 0)
		toggle(model, roll(model, (unsigned int)model->group.params.tunnels));
	after = active_of(&model->group);
	return after != before && before < model->group.params.tunnels && model->usable[before];
}

/* No orders, no hints: traffic leaves a tunnel that works only for one that has been healthy for the
 * whole hold, and so not more often than once in a hold for each tunnel. */
static void traffic_returns_no_more_often_than_the_hold_allows(void **unused)
{
	size_t moves = 0;

	(void)unused;
	for (uint64_t seed = 1; seed <= 500; seed++) {
		struct model model = model_of(seed);
		const struct failover_params *params = &model.group.params;

		if (params->mode == MODE_ECMP || params->startup_wait > 0) {
			end(&model.group);
			continue;
		}
		for (int i = 0; i < 20000; i++) {
			size_t active;

			if (!step_moves_by_itself(&model))
				continue;
			moves++;
			active = active_of(&model.group);
			assert_true(params->revert);
			assert_true(model.group.now - model.since[active] >=
				    params->revert_delay + params->settle);
		}
		end(&model.group);
	}
	assert_true(moves > 100);
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
		cmocka_unit_test(whatever_happens_traffic_has_a_way_as_long_as_there_is_one),
		cmocka_unit_test(traffic_returns_no_more_often_than_the_hold_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
