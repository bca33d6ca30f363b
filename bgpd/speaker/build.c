#include "bgpd/speaker/build.h"

#include "bgpd/base/xalloc.h"
#include "bgpd/speaker/announce.h"
#include "bgpd/speaker/attend.h"
#include "bgpd/speaker/drill.h"
#include "bgpd/speaker/handover.h"
#include "bgpd/speaker/learn.h"
#include "bgpd/speaker/own.h"
#include "bgpd/speaker/roles.h"

#include <stdlib.h>
#include <string.h>

/* What there was before, to be taken over where it is still right. */
struct parts {
	struct neighbor **neighbors;
	size_t neighbor_end;
	struct group *groups;
	size_t group_count;
	struct tunnel **tunnels;
	size_t tunnel_count;
	struct prefix *inside_links;
	neighbor_id *ids;               /* old id -> new id; 0: not taken over */
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_tcp_ao(const struct tcp_ao *a, const struct tcp_ao *b)
{
	return same_text(a->key, b->key) && a->id == b->id && a->algorithm == b->algorithm;
}

static bool same_session(const struct session_params *a, const struct session_params *b)
{
	return same_text(a->name, b->name) && address_equal(&a->address, &b->address) &&
	       address_equal(&a->local_address, &b->local_address) &&
	       same_text(a->interface, b->interface) && a->asn == b->asn &&
	       a->local_asn == b->local_asn && a->router_id == b->router_id &&
	       a->passive == b->passive && a->hold_time_s == b->hold_time_s &&
	       a->keepalive_s == b->keepalive_s && a->connect_retry_s == b->connect_retry_s &&
	       a->delay_open_s == b->delay_open_s && same_text(a->password, b->password) &&
	       same_tcp_ao(&a->tcp_ao, &b->tcp_ao) && a->ttl == b->ttl && a->gtsm == b->gtsm &&
	       a->families == b->families && a->role == b->role &&
	       a->strict_role == b->strict_role && a->graceful_restart == b->graceful_restart &&
	       a->restart_time_s == b->restart_time_s;
}

static struct neighbor *inherit_neighbor(const struct parts *old, const struct session_params *params)
{
	for (size_t id = 1; old && id < old->neighbor_end; id++) {
		struct neighbor *neighbor = old->neighbors[id];

		if (!old->ids[id] && same_session(neighbor->params, params))
			return neighbor;
	}
	return NULL;
}

static struct neighbor *new_neighbor(struct speaker *speaker, const struct session_params *params)
{
	struct neighbor *neighbor = xcalloc(1, sizeof(*neighbor));

	neighbor->heard_by = neighbor->stale_until = neighbor->held_there_until = NEVER;
	neighbor->session = session_new(params, &speaker->io, neighbor);
	return neighbor;
}

static struct neighbor *add_neighbor(struct speaker *speaker, const struct parts *old,
				     const struct session_params *params,
				     const struct prefix_limit *limit)
{
	struct neighbor *inherited = inherit_neighbor(old, params);
	struct neighbor *neighbor = inherited ? inherited : new_neighbor(speaker, params);
	neighbor_id id = (neighbor_id)speaker->neighbor_end++;

	if (inherited) {
		old->ids[inherited->id] = id;
		session_repoint(neighbor->session, params);
	}
	neighbor->id = id;
	neighbor->params = params;
	neighbor->limit = limit;
	neighbor->tunnel = NULL;
	neighbor->ordinary = NULL;
	speaker->neighbors[id] = neighbor;
	return neighbor;
}

/* The session over it may be another one. */
static bool same_tunnel(const struct tunnel_config *a, const struct tunnel_config *b)
{
	return same_text(a->name, b->name) && same_text(a->interface, b->interface) &&
	       address_equal(&a->session.address, &b->session.address);
}

static const struct tunnel *find_tunnel(const struct parts *old, const struct tunnel_config *config)
{
	for (size_t i = 0; old && i < old->tunnel_count; i++)
		if (same_tunnel(old->tunnels[i]->config, config))
			return old->tunnels[i];
	return NULL;
}

static const struct policy *policy_or(const struct policy *policy, const struct policy *otherwise)
{
	return policy ? policy : otherwise;
}

static struct import_params import_params(const struct speaker *speaker,
					  const struct neighbor *neighbor)
{
	struct import_params params = {
		.local_asn = neighbor->params->local_asn,
		.router_id = speaker->config->router_id,
		.own = own_always(speaker),
		.inside_links = speaker->inside_links,
		.inside_count = speaker->tunnel_count,
		.local_addresses = &neighbor->local,
		.local_count = 1,
		.neighbor = neighbor->params->name,
		.role = neighbor->params->role,
		.neighbor_asn = neighbor->params->asn,
	};

	if (neighbor->tunnel) {
		params.accept = neighbor->tunnel->group->config->accept;
		params.group = neighbor->tunnel->group->config->name;
		params.policy = policy_or(neighbor->tunnel->config->import, &policy_any);
	} else {
		params.accepts_any = true;
		params.policy = policy_or(neighbor->ordinary->import, &policy_none);
	}
	return params;
}

static const struct policy *export_policy(const struct neighbor *neighbor)
{
	return neighbor->tunnel ? policy_or(neighbor->tunnel->config->export, &policy_any)
				: policy_or(neighbor->ordinary->export, &policy_none);
}

static void init_tunnel(struct speaker *speaker, struct tunnel *tunnel)
{
	tunnel->role_since = speaker->now;
	tunnel->drained_at = tunnel->quiet_since = NEVER;
	liveness_init(&tunnel->liveness, tunnel->config->required_signals, speaker->now);
	liveness_report(&tunnel->liveness, SIGNAL_BGP, STATE_DOWN, "not established yet",
			speaker->now);
	liveness_report(&tunnel->liveness, SIGNAL_LINK, STATE_DOWN, "there is no such interface",
			speaker->now);
}

static void add_tunnel(struct speaker *speaker, const struct parts *old, struct group *group,
		       size_t place)
{
	struct tunnel *tunnel = &group->tunnels[place];
	const struct tunnel_config *config = &group->config->tunnels[place];
	struct neighbor *neighbor = add_neighbor(speaker, old, &config->session, &config->limit);
	const struct tunnel *before = find_tunnel(old, config);

	if (before)
		*tunnel = *before;
	tunnel->config = config;
	tunnel->group = group;
	tunnel->place = place;
	tunnel->number = speaker->tunnel_count;
	tunnel->neighbor = neighbor;
	if (address_is_set(&config->outside) || !before || address_is_set(&before->config->outside))
		tunnel->outside = config->outside;
	neighbor->tunnel = tunnel;
	if (before)
		liveness_require(&tunnel->liveness, config->required_signals, speaker->now);
	else
		init_tunnel(speaker, tunnel);
	for (size_t family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		if (tunnel->egress[family])
			chains_renumber(&speaker->sync.chains, tunnel->egress[family],
					tunnel->number);
	speaker->inside_links[speaker->tunnel_count] = config->link;
	speaker->tunnels[speaker->tunnel_count++] = tunnel;
}

static bool same_failover(const struct failover_params *a, const struct failover_params *b)
{
	return a->mode == b->mode && a->tunnels == b->tunnels && a->revert == b->revert &&
	       a->revert_delay == b->revert_delay && a->revert_delay_max == b->revert_delay_max &&
	       a->settle == b->settle && a->startup_wait == b->startup_wait;
}

/* The group of that name, if its tunnels are the same ones in the same order. */
static struct group *inherit_group(const struct parts *old, const struct group *group)
{
	for (size_t i = 0; old && i < old->group_count; i++) {
		struct group *before = &old->groups[i];
		bool is_same = strcmp(before->config->name, group->config->name) == 0 &&
			       before->tunnel_count == group->tunnel_count &&
			       same_failover(&before->config->failover, &group->config->failover);

		for (size_t place = 0; is_same && place < group->tunnel_count; place++)
			is_same = same_tunnel(before->tunnels[place].config,
					      group->tunnels[place].config);
		if (is_same)
			return before;
	}
	return NULL;
}

/* Tunnels were added, taken away or put in another order: what an operator said of the others holds. */
static struct failover *new_failover(const struct speaker *speaker, const struct parts *old,
				     const struct group *group)
{
	struct failover *failover = failover_new(&group->config->failover, speaker->now);

	for (size_t place = 0; place < group->tunnel_count; place++) {
		const struct tunnel *before = find_tunnel(old, &group->config->tunnels[place]);
		const struct failover *was = before ? before->group->failover : NULL;

		if (was && failover_is_drained(was, before->place))
			failover_drain(failover, place, speaker->now);
		if (was && failover_is_pinned(was, before->place))
			failover_pin(failover, place, speaker->now);
	}
	return failover;
}

static void add_group(struct speaker *speaker, const struct parts *old,
		      const struct group_config *config)
{
	struct group *group = &speaker->groups[speaker->group_count++];

	group->config = config;
	group->looked_at = speaker->now;
	group->inbound = group->followed = SYMMETRY_NONE;
	handover_init(&group->handover);
	drill_init(&group->drill);
	group->tunnel_count = config->tunnel_count;
	group->tunnels = xcalloc(config->tunnel_count, sizeof(*group->tunnels));
	for (size_t place = 0; place < config->tunnel_count; place++)
		add_tunnel(speaker, old, group, place);

	struct group *before = inherit_group(old, group);
	if (before) {
		group->failover = before->failover;
		group->handover = before->handover;
		group->failovers = before->failovers;
		if (config->follows_inbound)
			group->followed = before->followed;
		group->told_symmetry = before->told_symmetry;
		before->failover = NULL;
	} else {
		group->failover = new_failover(speaker, old, group);
	}
}

static void build_from(struct speaker *speaker, const struct config *config, const struct parts *old)
{
	size_t tunnels = 0;

	speaker->config = config;
	for (size_t i = 0; i < config->group_count; i++)
		tunnels += config->groups[i].tunnel_count;
	speaker->groups = xcalloc(config->group_count, sizeof(*speaker->groups));
	speaker->tunnels = xcalloc(tunnels, sizeof(struct tunnel *));
	speaker->inside_links = xcalloc(tunnels, sizeof(*speaker->inside_links));
	speaker->neighbors = xcalloc(1 + tunnels + config->neighbor_count, sizeof(struct neighbor *));
	speaker->group_count = speaker->tunnel_count = 0;
	speaker->neighbor_end = 1;
	for (size_t i = 0; i < config->group_count; i++)
		add_group(speaker, old, &config->groups[i]);
	for (size_t i = 0; i < config->neighbor_count; i++)
		add_neighbor(speaker, old, &config->neighbors[i].session,
			     &config->neighbors[i].limit)->ordinary = &config->neighbors[i];
	attend_renew(speaker);
	own_build(speaker);
	for (size_t id = 1; id < speaker->neighbor_end; id++) {
		struct neighbor *neighbor = speaker->neighbors[id];

		neighbor->import = import_params(speaker, neighbor);
		neighbor->says_otherwise = neighbor->export_policy &&
			!policy_equal(neighbor->export_policy, export_policy(neighbor));
		neighbor->export_policy = export_policy(neighbor);
	}
}

void build_parts(struct speaker *speaker, const struct config *config)
{
	build_from(speaker, config, NULL);
}

/* ---- taking down ---- */

static void free_neighbor(struct neighbor *neighbor)
{
	session_free(neighbor->session);
	bitmap_clear(&neighbor->pending);
	bitmap_clear(&neighbor->sent);
	bitmap_clear(&neighbor->held);
	free(neighbor);
}

static struct parts parts_of(const struct speaker *speaker)
{
	return (struct parts){
		.neighbors = speaker->neighbors,
		.neighbor_end = speaker->neighbor_end,
		.groups = speaker->groups,
		.group_count = speaker->group_count,
		.tunnels = speaker->tunnels,
		.tunnel_count = speaker->tunnel_count,
		.inside_links = speaker->inside_links,
		.ids = xcalloc(speaker->neighbor_end, sizeof(neighbor_id)),
	};
}

/* Frees what nobody has taken over. */
static void free_parts(struct parts *parts)
{
	for (size_t id = 1; id < parts->neighbor_end; id++)
		if (!parts->ids[id])
			free_neighbor(parts->neighbors[id]);
	for (size_t i = 0; i < parts->group_count; i++) {
		failover_free(parts->groups[i].failover);
		free(parts->groups[i].tunnels);
	}
	free(parts->neighbors);
	free(parts->groups);
	free(parts->tunnels);
	free(parts->inside_links);
	free(parts->ids);
}

void build_clear(struct speaker *speaker)
{
	struct parts parts = parts_of(speaker);

	free_parts(&parts);
	own_clear(speaker);
}

/* ---- from one config to the next ---- */

static bool is_in(const struct config *config, const struct session_params *params, bool by_name)
{
	for (size_t i = 0; i < config->group_count; i++) {
		const struct group_config *group = &config->groups[i];

		for (size_t t = 0; t < group->tunnel_count; t++)
			if (by_name ? same_text(group->tunnels[t].session.name, params->name)
				    : same_session(&group->tunnels[t].session, params))
				return true;
	}
	for (size_t i = 0; i < config->neighbor_count; i++)
		if (by_name ? same_text(config->neighbors[i].session.name, params->name)
			    : same_session(&config->neighbors[i].session, params))
			return true;
	return false;
}

static bool stays(const struct config *config, const struct tunnel *tunnel)
{
	for (size_t i = 0; i < config->group_count; i++)
		for (size_t t = 0; t < config->groups[i].tunnel_count; t++)
			if (same_tunnel(&config->groups[i].tunnels[t], tunnel->config))
				return true;
	return false;
}

static void retire(struct speaker *speaker, const struct tunnel *tunnel)
{
	for (size_t family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		if (tunnel->egress[family])
			chains_retire(&speaker->sync.chains, tunnel->egress[family]);
}

/* While the old parts still stand, so that others take over as after any other loss. */
static size_t part_with_changed(struct speaker *speaker, const struct config *config)
{
	size_t resets = 0;

	for (size_t id = 1; id < speaker->neighbor_end; id++) {
		struct neighbor *neighbor = speaker->neighbors[id];

		if (is_in(config, neighbor->params, false))
			continue;
		struct notification cease = {
			.code = NOTIFY_CEASE,
			.subcode = is_in(config, neighbor->params, true) ? CEASE_CONFIG_CHANGE
									 : CEASE_DECONFIGURED,
		};
		resets += neighbor_is_up(neighbor);
		session_stop(neighbor->session, &cease, speaker->now);
		if (neighbor->tunnel && !stays(config, neighbor->tunnel))
			retire(speaker, neighbor->tunnel);
	}
	return resets;
}

static void start_new(struct speaker *speaker, const struct parts *old)
{
	for (size_t id = 1; id < speaker->neighbor_end; id++) {
		bool is_old = false;

		for (size_t before = 1; before < old->neighbor_end; before++)
			is_old |= old->ids[before] == id;
		if (!is_old)
			session_start(speaker->neighbors[id]->session, speaker->now);
	}
}

static void renew_exporters(struct speaker *speaker)
{
	bitmap_empty(&speaker->exporters);
	for (size_t id = 1; id < speaker->neighbor_end; id++) {
		struct neighbor *neighbor = speaker->neighbors[id];

		if (neighbor_is_up(neighbor) &&
		    (neighbor->export_policy != &policy_none || neighbor->sent.count))
			bitmap_add(&speaker->exporters, (uint32_t)id);
	}
}

size_t build_change(struct speaker *speaker, const struct config *config)
{
	size_t resets = part_with_changed(speaker, config);

	own_part_with(speaker, config);
	struct parts old = parts_of(speaker);

	build_from(speaker, config, &old);
	renew_exporters(speaker);
	learn_renumber(speaker, old.ids);
	own_settle(speaker);
	for (size_t i = 0; i < speaker->group_count; i++)
		roles_report(speaker, &speaker->groups[i]);
	for (size_t id = 1; id < speaker->neighbor_end; id++) {
		struct neighbor *neighbor = speaker->neighbors[id];

		if (neighbor->says_otherwise)
			announce_again(speaker, neighbor);
		else
			announce_difference(speaker, neighbor);
	}
	roles_guard(speaker);
	start_new(speaker, &old);
	free_parts(&old);
	speaker_revisit(speaker);
	return resets;
}
