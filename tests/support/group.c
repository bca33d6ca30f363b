#include "tests/support/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgpd/base/text.h"

const struct failover_params group_pair = {
	.mode = MODE_ACTIVE_STANDBY,
	.tunnels = 2,
	.revert = true,
	.revert_delay = SECONDS(30),
	.revert_delay_max = SECONDS(600),
	.settle = SECONDS(5),
	.startup_wait = SECONDS(30),
};

struct failover_params group_params(enum group_mode mode, size_t tunnels)
{
	struct failover_params params = group_pair;

	params.mode = mode;
	params.tunnels = tunnels;
	return params;
}

/* The clock starts anywhere: only differences may matter. */
struct group group_of(struct failover_params params)
{
	struct group group = { .params = params, .now = SECONDS(-1000) };

	group.failover = failover_new(&params, group.now);
	return group;
}

void group_end(struct group *group)
{
	failover_free(group->failover);
}

void group_wait(struct group *group, msec_t time)
{
	msec_t end = group->now + time;

	while (failover_deadline(group->failover) <= end) {
		group->now = failover_deadline(group->failover);
		failover_tick(group->failover, group->now);
		assert_true(failover_deadline(group->failover) > group->now);
	}
	group->now = end;
}

const char *group_picture(struct group *group)
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

size_t group_chain_pick(const struct group *group, unsigned int offering)
{
	size_t pick = group->params.tunnels;

	for (size_t i = 0; i < group->params.tunnels; i++)
		if ((offering & (1u << i)) &&
		    (pick == group->params.tunnels ||
		     failover_standing(group->failover, i) <
		     failover_standing(group->failover, pick)))
			pick = i;
	return pick;
}
