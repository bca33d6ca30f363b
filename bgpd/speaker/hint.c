#include "bgpd/speaker/hint.h"

#include "bgpd/speaker/roles.h"

#include <stdio.h>

/* Lowest MED that the far side announces; what makes follow-provider follow, and maintenance seen. */
static size_t lowest_med(const struct group *group)
{
	size_t lowest = group->tunnel_count;
	bool is_tie = false;

	for (size_t place = 0; place < group->tunnel_count; place++) {
		const struct tunnel *tunnel = &group->tunnels[place];

		if (!tunnel->liveness.usable || !tunnel->has_med)
			continue;
		if (lowest == group->tunnel_count || tunnel->med < group->tunnels[lowest].med) {
			lowest = place;
			is_tie = false;
		} else if (tunnel->med == group->tunnels[lowest].med) {
			is_tie = true;
		}
	}
	return is_tie ? group->tunnel_count : lowest;
}

/* A preference that the far side always had is no maintenance; one that it changed is. */
static bool is_maintenance(const struct group *group, size_t place)
{
	const struct tunnel *hinted = &group->tunnels[place];

	if (hinted->med < hinted->usual_med)
		return true;
	for (size_t other = 0; other < group->tunnel_count; other++) {
		const struct tunnel *tunnel = &group->tunnels[other];

		if (other != place && tunnel->has_med && tunnel->med > tunnel->usual_med)
			return true;
	}
	return false;
}

/* Where the far side moves its traffic for a time; the count of tunnels: nowhere. */
static size_t maintenance_target(const struct group *group)
{
	size_t place = lowest_med(group);

	if (!group->config->provider->moves_by_med || place == group->tunnel_count ||
	    !is_maintenance(group, place))
		return group->tunnel_count;
	return place;
}

/* RFC 8326 4: all paths over a link that goes down are marked; a few are somebody else's. */
static bool is_shutting_down(const struct tunnel *tunnel)
{
	const struct neighbor *neighbor = tunnel->neighbor;

	return neighbor_is_up(neighbor) && neighbor->accepted > 0 &&
	       neighbor->shutting_down == neighbor->accepted;
}

static void tell_peer(struct speaker *speaker, struct tunnel *tunnel, size_t target)
{
	const struct group *group = tunnel->group;
	char reason[SIGNAL_REASON];

	if (!neighbor_is_up(tunnel->neighbor)) {
		roles_signal(speaker, tunnel, SIGNAL_PEER, STATE_UNKNOWN, "no session");
	} else if (is_shutting_down(tunnel)) {
		roles_signal(speaker, tunnel, SIGNAL_PEER, STATE_DOWN,
			     "asks for graceful shutdown (RFC 8326)");
	} else if (target != group->tunnel_count && target != tunnel->place) {
		snprintf(reason, sizeof(reason), "maintenance: MED %u here, %u on %s", tunnel->med,
			 group->tunnels[target].med, group->tunnels[target].config->name);
		roles_signal(speaker, tunnel, SIGNAL_PEER, STATE_DOWN, reason);
	} else {
		roles_signal(speaker, tunnel, SIGNAL_PEER, STATE_UP, "asks for nothing");
	}
}

/* Where inbound traffic arrives, as long as it can be followed there. */
static bool is_followed(const struct group *group)
{
	return group->followed < group->tunnel_count &&
	       failover_standing(group->failover, group->followed) != STANDING_DOWN;
}

void hint_look(struct speaker *speaker, struct group *group)
{
	bool obeys = group->config->obeys_maintenance;
	size_t target = maintenance_target(group);

	for (size_t place = 0; place < group->tunnel_count; place++) {
		struct tunnel *tunnel = &group->tunnels[place];

		tell_peer(speaker, tunnel, target);
		failover_yield(group->failover, place, obeys && is_shutting_down(tunnel),
			       speaker->now);
	}
	if (!is_followed(group))
		group->followed = SYMMETRY_NONE;
	if (is_followed(group))
		target = group->followed;
	else if (group->config->failover.mode == MODE_FOLLOW_PROVIDER)
		target = lowest_med(group);
	else if (!obeys)
		target = group->tunnel_count;
	failover_hint(group->failover, target, speaker->now);
	roles_update(speaker, group);
}
