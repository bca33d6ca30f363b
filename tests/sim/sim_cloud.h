/* tests/sim/sim_cloud.h - The network behind the far ends of the tunnels: by which of them it sends.
 *
 * It hears on each tunnel what the gateway announces there, and chooses by its provider's own rules,
 * has its timers, its limit of prefixes and its dead peer detection.  All that is written down here
 * from what the providers say of themselves, and shares nothing with policy/, which it is to check.
 *
 * What it does not hear of it does not know: when only the gateway's interface goes, its IKE daemon
 * still answers, and the hold timer alone tells.  "lab", the kind at first, sees whether a way is
 * there, as a router does whose own link goes down. */
#ifndef TESTS_SIM_SIM_CLOUD_H
#define TESTS_SIM_SIM_CLOUD_H

#include "bgpd/base/clock.h"
#include "policy/failover.h"
#include "tests/sim/sim_plan.h"

struct sim;
struct cloud_kind;

struct cloud_end {                      /* the far end of one tunnel, as the cloud sees it */
	msec_t cut_since;               /* its probes are not answered; NEVER: they are */
	bool is_dead;                   /* and it has given up its SA */
	bool is_maintained;             /* traffic is kept away from it */
};

struct sim_cloud {
	const struct cloud_kind *kind;
	struct cloud_end ends[SIM_TUNNELS];
	size_t primary;                 /* the tunnel it likes best, all else being equal */
	bool has_multipath;             /* switched on, where it can be: what is equal shares the load */
	unsigned int choice;            /* as last seen */
	unsigned int moves;             /* how often that changed */
	unsigned int idle_drops, limit_resets;
};

void cloud_init(struct sim_cloud *cloud);

/* Before sim_start: the far side is this provider's, and the plan is what bgpd.json makes of it. */
void cloud_become(struct sim *sim, const char *provider, enum group_mode mode);
const char *cloud_name_at(size_t index);                /* of each kind but "lab"; NULL: the end */
/* It announces 10.50.0.0/16 on all tunnels, with its MEDs. */
void cloud_announce(struct sim *sim);

/* The tunnels by which it sends to this address, as bits. */
unsigned int cloud_choice(struct sim *sim, const struct address *to);
/* To the first prefix that the plan announces. */
unsigned int cloud_sends_by(struct sim *sim);

/* Looks at what has come and at the clock; true: it did something. */
bool cloud_look(struct sim *sim);
msec_t cloud_deadline(const struct sim *sim);

/* ---- what happens ---- */
/* The SA is deleted, which both ends hear of, and installed again. */
void cloud_delete_sa(struct sim *sim, size_t tunnel);
void cloud_install_sa(struct sim *sim, size_t tunnel);
/* It likes another tunnel best, and says so by MED where it says such things. */
void cloud_prefer(struct sim *sim, size_t tunnel);
bool cloud_says_by_med(const struct sim *sim);
/* A tunnel's endpoint is about to be replaced: traffic is kept away from it, and the MEDs say so. */
void cloud_begin_maintenance(struct sim *sim, size_t tunnel);
void cloud_end_maintenance(struct sim *sim, size_t tunnel);

#endif
