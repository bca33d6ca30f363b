/* What would happen: that part of bgpd/speaker.h.  The group's failover is asked on a copy, chains are
 * looked at as they are. */
#include "bgpd/speaker.h"

#include "bgpd/speaker/state.h"

#include <string.h>

/* Nets that are looked through for examples: a glance, for a table of any size. */
#define GLANCE 20000

static const struct tunnel *find_tunnel(const struct speaker *speaker, const char *name)
{
	for (size_t i = 0; i < speaker->tunnel_count; i++)
		if (strcmp(speaker->tunnels[i]->config->name, name) == 0)
			return speaker->tunnels[i];
	return NULL;
}

/* ---- prefixes ---- */

static bool is_egress_of(const struct chains *chains, egress_id id, const struct tunnel *tunnel)
{
	return chains_egress(chains, id)->tunnel == tunnel->number;
}

struct use {
	bool is_member, is_active, has_others;
};

/* What the chain has in this tunnel, and whether it has anything beside it. */
static struct use use_of(const struct chains *chains, const struct chain *chain,
			 const struct tunnel *tunnel)
{
	struct use use = { .is_active = chain->kernel_count > 0 &&
			   is_egress_of(chains, chain->kernel[0].egress, tunnel) };

	for (size_t i = 0; i < chain->count; i++) {
		if (is_egress_of(chains, chain->members[i], tunnel))
			use.is_member = true;
		else if (chains_egress(chains, chain->members[i])->standing != STANDING_DOWN)
			use.has_others = true;
	}
	return use;
}

static void count_prefixes(const struct speaker *speaker, const struct tunnel *tunnel,
			   struct what_if_view *view)
{
	const struct chains *chains = &speaker->sync.chains;

	for (chain_number number = 1; number < chains->chain_end; number++) {
		const struct chain *chain = chains_at(chains, number);

		if (!chain)
			continue;
		struct use use = use_of(chains, chain, tunnel);
		if (use.is_member)
			view->offered += chain->nets;
		if (use.is_member && !use.has_others)
			view->lost += chain->nets;
		else if (use.is_active)
			view->moved += chain->nets;
	}
}

static void find_examples(const struct speaker *speaker, const struct tunnel *tunnel,
			  struct what_if_view *view)
{
	const struct chains *chains = &speaker->sync.chains;
	uint32_t end = table_end(&speaker->table);

	for (uint32_t id = 0; id < end && id < GLANCE && view->lost > view->example_count &&
	     view->example_count < WHAT_IF_EXAMPLES; id++) {
		const struct net *net = table_net(&speaker->table, id);

		if (!net || !net->chain)
			continue;
		struct use use = use_of(chains, chains_at(chains, (chain_number)net->chain), tunnel);
		if (use.is_member && !use.has_others)
			view->examples[view->example_count++] = net->prefix;
	}
}

/* ---- the group ---- */

/* lost: the tunnel that is gone, whose announcement the far side may still hold. */
static struct steering steer(const struct tunnel *tunnel, const struct failover *failover,
			     const struct tunnel *lost)
{
	const struct group_config *group = tunnel->group->config;
	enum role role = failover_announced(failover, tunnel->place);
	struct steering steering = steering_for(group->provider, group->failover.mode, role,
						failover_place(failover, tunnel->place),
						&tunnel->config->steering);

	if (role == ROLE_ACTIVE && lost->announced == ROLE_ACTIVE)
		steering_rescue(&steering, lost->steering.med);
	return steering;
}

static void fill_group(const struct tunnel *tunnel, const struct failover *then,
		       struct what_if_view *view)
{
	const struct group *group = tunnel->group;

	for (size_t place = 0; place < group->tunnel_count; place++) {
		const struct tunnel *other = &group->tunnels[place];

		view->tunnels[view->tunnel_count++] = (struct what_if_tunnel){
			.name = other->config->name,
			.now = other->role,
			.then = failover_role(then, place),
			.says_now = other->steering,
			.says_then = steer(other, then, tunnel),
		};
	}
}

bool speaker_what_if(const struct speaker *speaker, const char *name, msec_t now,
		     struct what_if_view *view)
{
	const struct tunnel *tunnel = find_tunnel(speaker, name);

	if (!tunnel)
		return false;
	struct failover *then = failover_copy(tunnel->group->failover);
	*view = (struct what_if_view){ .tunnel = tunnel->config, .group = tunnel->group->config };
	failover_report(then, tunnel->place, false, now);
	fill_group(tunnel, then, view);
	failover_free(then);
	count_prefixes(speaker, tunnel, view);
	find_examples(speaker, tunnel, view);
	return true;
}
