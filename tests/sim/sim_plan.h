/* tests/sim/sim_plan.h - The gateway's configuration in the making.
 *
 * Tunnel "tun1" has the inside link 169.254.11.0/30 with the gateway on .2, "tun2" 169.254.12.0/30, and
 * so on; AS 64512 is at their far ends.  "core1" and "core2" are ordinary neighbors of AS 65020 and
 * 65021, 10.60.0.2 and .3. */
#ifndef TESTS_SIM_SIM_PLAN_H
#define TESTS_SIM_SIM_PLAN_H

#include "bgpd/config/config.h"

#define SIM_TUNNELS   3
#define SIM_NEIGHBORS 2
#define SIM_RULES     300
#define SIM_METRIC    20                /* of the gateway's routes */

/* All tunnels and neighbors are filled in, the counts say how many are configured. */
struct sim_plan {
	struct group_config group;
	struct tunnel_config tunnels[SIM_TUNNELS];
	size_t tunnel_count;
	struct neighbor_config neighbors[SIM_NEIGHBORS];
	size_t neighbor_count;
	struct prefix_rule announce[SIM_RULES], accept[SIM_RULES];
	struct prefix_rule group_announce[SIM_RULES];           /* the group's own; none: as above */
	size_t announce_count, accept_count, group_announce_count;
	struct config config;
};

/* Active-standby, the defaults of bgpd.json; accepts 10.0.0.0/8 le 24, announces 10.60.0.0/16. */
void plan_init(struct sim_plan *plan, size_t tunnels);
void plan_accept(struct sim_plan *plan, const char *rule);
void plan_announce(struct sim_plan *plan, const char *rule);
void plan_group_announce(struct sim_plan *plan, const char *rule);
/* A copy of its own whose config is complete; free() ends it. */
struct sim_plan *plan_seal(const struct sim_plan *plan);

#endif
