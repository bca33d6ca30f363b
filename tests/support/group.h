/* tests/support/group.h - A group of tunnels on a virtual clock. */
#ifndef TESTS_SUPPORT_GROUP_H
#define TESTS_SUPPORT_GROUP_H

#include "policy/failover.h"

struct group {
	struct failover *failover;
	struct failover_params params;
	msec_t now;
	char picture[200];
};

/* Two tunnels in active-standby, all times as the configuration has them by default. */
extern const struct failover_params group_pair;
struct failover_params group_params(enum group_mode mode, size_t tunnels);

struct group group_of(struct failover_params params);
void group_end(struct group *group);
/* Lets time pass, waking at each deadline as the daemon does; fails when one does not move on. */
void group_wait(struct group *group, msec_t time);
/* A word for each tunnel: its role, and behind a slash what is announced where that differs. */
const char *group_picture(struct group *group);
/* What a chain of these tunnels (a bit for each) takes, by the contract of failover.h. */
size_t group_chain_pick(const struct group *group, unsigned int offering);

#endif
