#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/failover.h"
#include "tests/support/group.h"

#define TUNNELS_MAX 5

/* Random histories.  A model beside the module remembers what happened to each tunnel. */
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
	struct failover_params params = group_params(MODE_ACTIVE_STANDBY, 1 + roll(&model, TUNNELS_MAX));

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
			assert_int_equal(failover_role(group->failover, group_chain_pick(group, 31)),
					 ROLE_ACTIVE);
	}
	for (unsigned int offering = 1; offering < 1u << group->params.tunnels; offering++)
		for (size_t i = 0; i < group->params.tunnels; i++)
			if ((offering & (1u << i)) && model->usable[i])
				assert_true(model->usable[group_chain_pick(group, offering)]);
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
		group_wait(&model->group, SECONDS(roll(model, 200)));
		break;
	case 4:
		group_wait(&model->group, SECONDS(roll(model, 5)));
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

	group_wait(&model->group, SECONDS(3600));
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
		group_end(&model.group);
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

	group_wait(&model->group, SECONDS(1));
	if (roll(model, 100) == 0)
		toggle(model, roll(model, (unsigned int)model->group.params.tunnels));
	after = active_of(&model->group);
	return after != before && before < model->group.params.tunnels && model->usable[before];
}

/* No orders, no hints: traffic leaves a tunnel that works only for one that has been healthy for
 * the whole hold, and so not more often than once in a hold for each tunnel. */
static void traffic_returns_no_more_often_than_the_hold_allows(void **unused)
{
	size_t moves = 0;

	(void)unused;
	for (uint64_t seed = 1; seed <= 500; seed++) {
		struct model model = model_of(seed);
		const struct failover_params *params = &model.group.params;

		if (params->mode == MODE_ECMP || params->startup_wait > 0) {
			group_end(&model.group);
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
		group_end(&model.group);
	}
	assert_true(moves > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_traffic_has_a_way_as_long_as_there_is_one),
		cmocka_unit_test(traffic_returns_no_more_often_than_the_hold_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
