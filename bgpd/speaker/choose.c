#include "bgpd/speaker/choose.h"

static uint32_t steer(const struct tunnel *tunnel, enum role role, size_t place)
{
	const struct group_config *group = tunnel->group->config;

	return steering_for(group->provider, group->failover.mode, role, place,
			    &tunnel->config->steering).local_pref;
}

/* On a tunnel only a policy of ours sets one, which goes before that of the role. */
uint32_t choose_local_pref(const struct neighbor *neighbor, const struct attr_set *set)
{
	uint32_t own;
	bool has_own = attr_set_local_pref(set, &own);

	if (!neighbor || !neighbor->tunnel)
		return has_own ? own : LOCAL_PREF_DEFAULT;
	const struct tunnel *tunnel = neighbor->tunnel;
	const struct failover *failover = tunnel->group->failover;
	enum role role = failover_role(failover, tunnel->place);
	bool is_wanted = role == ROLE_ACTIVE || role == ROLE_STANDBY;

	if (has_own && is_wanted)
		return own;
	return steer(tunnel, role, failover_place(failover, tunnel->place));
}

struct candidate choose_candidate(const struct speaker *speaker, const struct route *route)
{
	const struct neighbor *neighbor = speaker_neighbor_of(speaker, route);
	struct candidate candidate = { .set = route->set, .is_local = !neighbor };

	candidate.local_pref = choose_local_pref(neighbor, route->set);
	candidate.is_stale = route_is_stale(speaker, route);
	if (!neighbor)
		return candidate;
	const struct open *open = session_peer_open(neighbor->session);
	candidate.is_ibgp = session_ibgp(neighbor->session);
	if (!attr_set_originator(route->set, &candidate.router_id))
		candidate.router_id = open ? open->bgp_id : 0;
	candidate.cluster_length = attr_set_cluster_length(route->set);
	candidate.peer = neighbor->params->address;
	return candidate;
}

size_t choose_candidates(const struct speaker *speaker, const struct net *net,
			struct candidate candidates[DECISION_MAX],
			struct route *routes[DECISION_MAX])
{
	size_t count = 0;

	for (struct route *route = net->routes; route && count < DECISION_MAX; route = route->next) {
		if (!route_counts(speaker, route))
			continue;
		candidates[count] = choose_candidate(speaker, route);
		routes[count++] = route;
	}
	return count;
}

struct route *choose_best(const struct speaker *speaker, struct net *net)
{
	struct candidate candidates[DECISION_MAX];
	struct route *routes[DECISION_MAX];

	if (net->routes && !net->routes->next)
		return net_best(speaker, net);
	size_t count = choose_candidates(speaker, net, candidates, routes);
	if (!count)
		return NULL;
	struct route *best = routes[decision_make(&speaker->config->decision, candidates, count,
						  NULL)];
	net_put_first(net, best);
	return best;
}
