#include "bgpd/speaker.h"

#include "bgpd/speaker/announce.h"
#include "bgpd/speaker/choose.h"
#include "bgpd/speaker/learn.h"
#include "bgpd/speaker/state.h"

#include <string.h>

const struct config *speaker_config(const struct speaker *speaker)
{
	return speaker->config;
}

/* ---- neighbors, tunnels, groups ---- */

size_t speaker_neighbors(const struct speaker *speaker)
{
	return speaker->neighbor_end - 1;
}

struct neighbor_view speaker_neighbor(const struct speaker *speaker, size_t index, msec_t now)
{
	const struct neighbor *neighbor = speaker->neighbors[index + 1];
	const struct tunnel *tunnel = neighbor->tunnel;
	struct neighbor_view view = {
		.session = neighbor->session,
		.params = neighbor->params,
		.received = neighbor->received,
		.accepted = neighbor->accepted,
		.sent = neighbor->sent.count,
		.held_back = neighbor->held.count,
		.is_shut_down = neighbor->is_shut_down,
	};

	if (neighbor_is_up(neighbor))
		view.uptime_ms = now - session_since(neighbor->session);
	if (!tunnel)
		return view;
	view.tunnel = tunnel->config->name;
	view.group = tunnel->group->config->name;
	view.role = tunnel->role;
	view.budget = tunnel->group->config->budget;
	return view;
}

size_t speaker_tunnels(const struct speaker *speaker)
{
	return speaker->tunnel_count;
}

struct tunnel_view speaker_tunnel(const struct speaker *speaker, size_t index)
{
	const struct tunnel *tunnel = speaker->tunnels[index];
	const struct failover *failover = tunnel->group->failover;

	return (struct tunnel_view){
		.config = tunnel->config,
		.group = tunnel->group->config,
		.liveness = &tunnel->liveness,
		.role = tunnel->role,
		.announced = failover_announced(failover, tunnel->place),
		.standing = failover_standing(failover, tunnel->place),
		.is_pinned = failover_is_pinned(failover, tunnel->place),
		.is_drained = failover_is_drained(failover, tunnel->place),
		.drill_ends = tunnel_is_drilled(tunnel) ? tunnel->group->drill.ends : NEVER,
		.is_followed = tunnel->group->followed == tunnel->place,
		.role_since = tunnel->role_since,
		.held_until = failover_held_until(failover, tunnel->place),
		.counters = tunnel->counters,
		.link = tunnel->link,
	};
}

size_t speaker_groups(const struct speaker *speaker)
{
	return speaker->group_count;
}

static const char *tunnel_name(const struct group *group, size_t place)
{
	return place < group->tunnel_count ? group->tunnels[place].config->name : NULL;
}

struct group_view speaker_group(const struct speaker *speaker, size_t index)
{
	static const char *const symmetric[] = {
		[SYMMETRY_UNDETERMINED] = "undetermined",
		[SYMMETRY_SYMMETRIC] = "yes",
		[SYMMETRY_ASYMMETRIC] = "no",
	};
	const struct group *group = &speaker->groups[index];
	const struct symmetry *symmetry = &group->symmetry;
	struct group_view view = {
		.config = group->config,
		.expected_in = tunnel_name(group, symmetry->expected_in),
		.observed_in = tunnel_name(group, symmetry->observed_in),
		.observed_out = tunnel_name(group, symmetry->observed_out),
		.symmetric = symmetric[symmetry->verdict],
		.cause = symmetry->cause,
		.is_settling = failover_is_settling(group->failover),
		.failovers = group->failovers,
	};

	for (size_t place = 0; place < group->tunnel_count; place++)
		if (group->tunnels[place].role == ROLE_ACTIVE)
			view.active[view.active_count++] = tunnel_name(group, place);
	return view;
}

/* ---- routes ---- */

static const struct neighbor *find_neighbor(const struct speaker *speaker, const char *name)
{
	for (size_t id = 1; name && id < speaker->neighbor_end; id++)
		if (strcmp(speaker->neighbors[id]->params->name, name) == 0)
			return speaker->neighbors[id];
	return NULL;
}

static bool prefix_is_asked_for(const struct route_query *query, const struct prefix *prefix)
{
	if (!query->has_prefix)
		return true;
	return query->longer ? prefix_contains(&query->prefix, prefix)
			     : prefix_equal(&query->prefix, prefix);
}

static bool route_is_asked_for(const struct speaker *speaker, const struct route_query *query,
			       const struct route *route)
{
	const struct neighbor *neighbor = speaker_neighbor_of(speaker, route);
	bool is_accepted = route->verdict == IMPORT_ACCEPTED;

	if (query->from && (!neighbor || strcmp(neighbor->params->name, query->from) != 0))
		return false;
	/* What is about to be dropped is gone for everybody but us. */
	if (neighbor && route->epoch != neighbor->epoch && !route_is_kept(neighbor, route))
		return false;
	return query->filtered ? !is_accepted : query->received || is_accepted;
}

static struct route_view view_of(const struct speaker *speaker, const struct net *net,
				 const struct route *route, msec_t now)
{
	const struct neighbor *neighbor = speaker_neighbor_of(speaker, route);

	return (struct route_view){
		.prefix = net->prefix,
		.neighbor = neighbor ? neighbor->params->name : NULL,
		.attrs = attr_set_view(route->set),
		.local_pref = choose_local_pref(neighbor, route->set),
		.is_best = route == net_best(speaker, net),
		.verdict = (enum import_verdict)route->verdict,
		.is_stale = route_is_stale(speaker, route),
		.age_ms = now - speaker->started - SECONDS(route->learned_s),
		.reason = "",
	};
}

static void visit_net(const struct speaker *speaker, const struct net *net,
		      const struct route_query *query, route_visit *visit, void *arg, msec_t now)
{
	struct candidate candidates[DECISION_MAX];
	struct route *routes[DECISION_MAX];
	const char *reasons[DECISION_MAX] = { 0 };
	size_t count = choose_candidates(speaker, net, candidates, routes);

	if (count)
		decision_make(&speaker->config->decision, candidates, count, reasons);
	for (const struct route *route = net->routes; route; route = route->next) {
		if (!route_is_asked_for(speaker, query, route))
			continue;
		struct route_view view = view_of(speaker, net, route, now);
		if (query->received)
			view.attrs = attr_set_view(attr_set_received(route->set));
		learn_explain(speaker, net, route, view.policy);
		for (size_t i = 0; i < count; i++)
			if (routes[i] == route && reasons[i])
				view.reason = reasons[i];
		visit(arg, &view);
	}
}

static bool export_is_asked_for(const struct route_query *query, enum export_verdict verdict)
{
	bool is_told = verdict == EXPORT_ANNOUNCED || verdict == EXPORT_OVER_BUDGET;

	return is_told != query->filtered;
}

static void visit_export(const struct speaker *speaker, const struct neighbor *to,
			 const struct net *net, const struct route_query *query,
			 route_visit *visit, void *arg, msec_t now)
{
	struct policy_outcome outcome;
	struct arena arena;
	struct attrs attrs;

	if (!net_best(speaker, net) || !neighbor_is_up(to))
		return;
	arena_init(&arena);
	enum export_verdict verdict = announce_judge(speaker, to, net, &arena, &attrs, &outcome);
	if (export_is_asked_for(query, verdict)) {
		bool was_asked = verdict == EXPORT_ANNOUNCED || verdict == EXPORT_OVER_BUDGET ||
				 verdict == EXPORT_POLICY;
		struct route_view view = view_of(speaker, net, net->routes, now);

		if (!query->filtered)
			view.attrs = attrs;
		view.exported = verdict;
		view.reason = export_verdict_text(verdict);
		if (was_asked && to->export_policy != &policy_any)
			policy_format(to->export_policy, &outcome, view.policy);
		visit(arg, &view);
	}
	arena_clear(&arena);
}

bool speaker_routes(const struct speaker *speaker, const struct route_query *query, uint32_t *cursor,
		    size_t items, route_visit *visit, void *arg, msec_t now)
{
	const struct neighbor *to = find_neighbor(speaker, query->to);

	if (query->has_prefix && !query->longer) {
		*cursor = table_end(&speaker->table);
		const struct net *net = table_find(&speaker->table, &query->prefix);
		if (net && query->to && to)
			visit_export(speaker, to, net, query, visit, arg, now);
		else if (net && !query->to)
			visit_net(speaker, net, query, visit, arg, now);
		return false;
	}
	for (; items && *cursor < table_end(&speaker->table); items--, ++*cursor) {
		const struct net *net = table_net(&speaker->table, *cursor);

		if (!net || !prefix_is_asked_for(query, &net->prefix))
			continue;
		if (!query->to)
			visit_net(speaker, net, query, visit, arg, now);
		else if (to)
			visit_export(speaker, to, net, query, visit, arg, now);
	}
	return *cursor < table_end(&speaker->table);
}

/* ---- the kernel's table ---- */

static const char *fib_kind_name(enum fib_kind kind)
{
	static const char *const names[] = {
		[FIB_CHAIN] = "chain",
		[FIB_UNREACHABLE] = "unreachable",
		[FIB_BLACKHOLE] = "blackhole",
		[FIB_PIN] = "pin",
	};

	return names[kind];
}

static void visit_statics(const struct speaker *speaker, const struct prefix *only, fib_visit *visit,
			  void *arg)
{
	for (size_t i = 0; i < speaker->sync.static_count; i++) {
		const struct sync_static *route = &speaker->sync.statics[i];
		struct fib_view view = { .prefix = route->route.prefix, .table = route->route.table,
					 .metric = route->route.metric,
					 .kind = fib_kind_name(route->route.kind),
					 .is_installed = route->is_installed };

		if (!only || prefix_equal(only, &view.prefix))
			visit(arg, &view);
	}
}

static void visit_fib_net(const struct speaker *speaker, const struct net *net, fib_visit *visit,
			  void *arg)
{
	const struct chains *chains = &speaker->sync.chains;
	const struct chain *chain = chains_at(chains, (chain_number)net->chain);
	struct fib_view view = { .prefix = net->prefix, .kind = fib_kind_name(FIB_CHAIN),
				 .table = chain->style.table, .metric = chain->style.metric };

	for (size_t i = 0; i < chain->count; i++)
		view.chain[view.chain_count++] = chains_egress(chains, chain->members[i])->name;
	if (chain->is_in_kernel && chain->kernel_count)
		view.active = chains_egress(chains, chain->kernel[0].egress)->name;
	view.is_installed = net->is_installed && chain->is_in_kernel &&
			    !bitmap_has(&speaker->sync.pending, net->id);
	visit(arg, &view);
}

bool speaker_fib(const struct speaker *speaker, const struct prefix *only, uint32_t *cursor,
		 size_t items, fib_visit *visit, void *arg)
{
	const struct net *net = only ? table_find(&speaker->table, only) : NULL;

	if (!*cursor)
		visit_statics(speaker, only, visit, arg);
	if (only) {
		if (net && net->chain)
			visit_fib_net(speaker, net, visit, arg);
		return false;
	}
	for (; items && *cursor < table_end(&speaker->table); items--, ++*cursor) {
		net = table_net(&speaker->table, *cursor);
		if (net && net->chain)
			visit_fib_net(speaker, net, visit, arg);
	}
	return *cursor < table_end(&speaker->table);
}

/* ---- memory ---- */

struct memory_view speaker_memory(const struct speaker *speaker)
{
	const struct chains *chains = &speaker->sync.chains;
	struct memory_view view = {
		.prefixes = speaker->table.count,
		.paths = speaker->table.routes.used,
		.attribute_sets = speaker->sets.count,
		.prefix_bytes = table_bytes(&speaker->table),
		.path_bytes = speaker->table.routes.bytes,
		.attribute_bytes = speaker->sets.bytes,
		.fib_pending = speaker->sync.pending.count,
		.fib_divergence = speaker->sync.divergence + speaker->sync.refused.count,
	};

	view.fib_restored = speaker->sync.restored;
	for (chain_number number = 1; number < chains->chain_end; number++)
		view.chains += chains->chains[number].is_used;
	for (egress_id id = 1; id < chains->egress_end; id++)
		view.egresses += chains->egresses[id].is_used;
	return view;
}
