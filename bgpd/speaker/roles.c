#include "bgpd/speaker/roles.h"

#include "bgpd/speaker/announce.h"
#include "bgpd/speaker/handover.h"

#include <stdio.h>

/* A route that keeps traffic in stands behind the routes it covers for. */
#define UNREACHABLE_METRIC 10000u

/* ---- chains ---- */

static void stand_tunnel(struct speaker *speaker, const struct tunnel *tunnel)
{
	struct chains *chains = &speaker->sync.chains;
	enum standing standing = failover_standing(tunnel->group->failover, tunnel->place);
	bool has_told = neighbor_is_up(tunnel->neighbor) && tunnel->neighbor->heard_by == NEVER;

	for (size_t family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
		if (!tunnel->egress[family])
			continue;
		chains_stand(chains, tunnel->egress[family], standing, tunnel->config->weight);
		if (has_told)
			chains_heard(chains, tunnel->egress[family]);
	}
}

static void stand(struct speaker *speaker, const struct group *group)
{
	for (size_t place = 0; place < group->tunnel_count; place++)
		stand_tunnel(speaker, &group->tunnels[place]);
	sync_move(&speaker->sync, speaker->now);
}

/* ---- roles, once the chains are where they should be ---- */

static const char *quote(const struct tunnel *tunnel, enum signal_kind kind, char reason[160])
{
	const struct signal *signal = &tunnel->liveness.signals[kind];

	snprintf(reason, 160, "%s %s: %s", signal_kind_name(kind), signal_state_name(signal->state),
		 signal->reason);
	return reason;
}

static const char *why(const struct tunnel *tunnel, enum role role, char reason[160])
{
	const struct failover *failover = tunnel->group->failover;
	enum signal_kind kind;

	if (role == ROLE_UNUSABLE && liveness_blame(&tunnel->liveness, &kind))
		return quote(tunnel, kind, reason);
	if (tunnel_is_drilled(tunnel))
		return tunnel->is_cut ? "cut by a drill" : "drained by a drill";
	if (failover_is_drained(failover, tunnel->place))
		return "drained by the operator";
	if (role != ROLE_ACTIVE && tunnel->liveness.signals[SIGNAL_PEER].state == STATE_DOWN)
		return quote(tunnel, SIGNAL_PEER, reason);
	if (failover_is_pinned(failover, tunnel->place))
		return "pinned";
	return role == ROLE_ACTIVE && tunnel->place == tunnel->group->followed
		? "inbound traffic arrives there" : NULL;
}

static void tell_role(struct speaker *speaker, struct tunnel *tunnel, enum role role)
{
	const struct handover *handover = &tunnel->group->handover;
	bool takes_over = role == ROLE_ACTIVE && handover_is_open(handover) &&
			  handover->moved_at == NEVER;
	char reason[160];
	struct note note = { .level = NOTE_NOTICE, .kind = "role", .subject = tunnel->config->name,
			     .text = "tunnel role changed", .from = role_name(tunnel->role),
			     .to = role_name(role), .reason = why(tunnel, role, reason),
			     .duration_ms = takes_over ? speaker->now - handover->failed_at : -1 };

	if (tunnel->role == ROLE_ACTIVE && role == ROLE_UNUSABLE)
		handover_begin(speaker, tunnel, note.reason);
	speaker->journal->note(speaker->journal, &note, speaker->now);
}

/* The tunnel that failed is told of first, then who took over. */
static bool tell_roles(struct speaker *speaker, struct group *group)
{
	static const enum role order[] = { ROLE_UNUSABLE, ROLE_DRAINED, ROLE_STANDBY, ROLE_ACTIVE };
	bool changed = false;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (size_t place = 0; place < group->tunnel_count; place++) {
			struct tunnel *tunnel = &group->tunnels[place];
			enum role role = failover_role(group->failover, place);

			if (role != order[i] || role == tunnel->role)
				continue;
			tell_role(speaker, tunnel, role);
			tunnel->role = role;
			tunnel->role_since = speaker->now;
			changed = true;
		}
	}
	group->has_moved |= changed;
	handover_move(speaker, group);
	return changed;
}

static bool same_steering(const struct steering *a, const struct steering *b)
{
	return a->sends_med == b->sends_med && a->med == b->med && a->prepend == b->prepend &&
	       a->graceful_shutdown == b->graceful_shutdown;
}

/* The lowest MED that the far side may still believe of another tunnel; UINT32_MAX: of none.  What a
 * tunnel says itself takes the place of what it said before. */
static uint32_t lowest_held(const struct tunnel *tunnel)
{
	const struct group *group = tunnel->group;
	uint32_t lowest = UINT32_MAX;

	for (size_t place = 0; place < group->tunnel_count; place++) {
		const struct tunnel *other = &group->tunnels[place];

		if (other != tunnel && other->neighbor->held_there_until != NEVER &&
		    other->held_med < lowest)
			lowest = other->held_med;
	}
	return lowest;
}

/* A tunnel that fails while it is the announced one: the far side, which may have seen nothing yet,
 * believes what it last heard there until its own hold timer ends, whether the session goes with the
 * tunnel or outlives it.  One that is usable again says better. */
static void judge_held(struct speaker *speaker, struct tunnel *tunnel, enum role announced)
{
	if (tunnel->announced == ROLE_ACTIVE && announced == ROLE_UNUSABLE)
		announce_is_held_there(speaker, tunnel->neighbor);
	if (tunnel->announced == ROLE_UNUSABLE && announced != ROLE_UNUSABLE)
		announce_is_heard_there(speaker, tunnel->neighbor);
	tunnel->announced = announced;
}

static void steer_tunnel(struct speaker *speaker, struct tunnel *tunnel)
{
	const struct group *group = tunnel->group;
	uint32_t held_med = lowest_held(tunnel);
	struct steering steering =
		steering_for(group->config->provider, group->config->failover.mode,
			     tunnel->announced, failover_place(group->failover, tunnel->place),
			     &tunnel->config->steering);

	if (tunnel->announced == ROLE_ACTIVE && held_med != UINT32_MAX)
		steering_rescue(&steering, held_med);
	if (tunnel->announced != ROLE_UNUSABLE && tunnel->neighbor->held_there_until == NEVER)
		tunnel->held_med = steering.med;
	bool is_same = same_steering(&steering, &tunnel->steering);
	tunnel->steering = steering;
	if (!is_same)
		announce_again(speaker, tunnel->neighbor);
}

static void steer(struct speaker *speaker, struct group *group)
{
	for (size_t place = 0; place < group->tunnel_count; place++)
		judge_held(speaker, &group->tunnels[place],
			   failover_announced(group->failover, place));
	for (size_t place = 0; place < group->tunnel_count; place++)
		steer_tunnel(speaker, &group->tunnels[place]);
}

/* RFC 4271 5.1.5: within our AS the local preference goes along, which is that of the role. */
static void announce_inside(struct speaker *speaker)
{
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		if (session_ibgp(speaker->neighbors[id]->session) &&
		    bitmap_has(&speaker->exporters, (uint32_t)id))
			announce_again(speaker, speaker->neighbors[id]);
}

void roles_update(struct speaker *speaker, struct group *group)
{
	if (speaker->is_stopping)
		return;
	stand(speaker, group);
	if (tell_roles(speaker, group)) {
		speaker_revisit(speaker);
		announce_inside(speaker);
	}
	steer(speaker, group);
}

/* ---- evidence ---- */

static bool another_is_trusted(const struct group *group, const struct tunnel *tunnel)
{
	for (size_t place = 0; place < group->tunnel_count; place++)
		if (place != tunnel->place && group->tunnels[place].is_trusted)
			return true;
	return false;
}

/* A tunnel that has just come up carries traffic only once it has told what it can reach, unless there
 * is no other: chains still name it for prefixes that it may no longer offer. */
static void judge_trust(struct tunnel *tunnel)
{
	bool has_told = tunnel->neighbor->heard_by == NEVER;

	tunnel->is_trusted = tunnel->liveness.usable &&
			     (tunnel->is_trusted || has_told ||
			      !another_is_trusted(tunnel->group, tunnel));
}

static bool is_cut_out(const struct tunnel *tunnel)
{
	return tunnel->is_cut && another_is_trusted(tunnel->group, tunnel);
}

void roles_report(struct speaker *speaker, struct group *group)
{
	/* Those that are lost first: one that waits may be the only one left then. */
	for (size_t place = 0; place < group->tunnel_count; place++)
		group->tunnels[place].is_trusted &= group->tunnels[place].liveness.usable;
	for (size_t place = 0; place < group->tunnel_count; place++) {
		const struct tunnel *tunnel = &group->tunnels[place];

		judge_trust(&group->tunnels[place]);
		failover_report(group->failover, place, tunnel->is_trusted && !is_cut_out(tunnel),
				speaker->now);
	}
	roles_update(speaker, group);
}

void roles_signal(struct speaker *speaker, struct tunnel *tunnel, enum signal_kind kind,
		  enum signal_state state, const char *reason)
{
	enum signal_state before = tunnel->liveness.signals[kind].state;

	if (liveness_report(&tunnel->liveness, kind, state, reason, speaker->now))
		roles_report(speaker, tunnel->group);
	if (state == before)
		return;
	struct note note = { .level = NOTE_INFO, .kind = "signal", .subject = tunnel->config->name,
			     .text = signal_kind_name(kind), .from = signal_state_name(before),
			     .to = signal_state_name(state), .reason = reason, .duration_ms = -1 };
	speaker->journal->note(speaker->journal, &note, speaker->now);
}

/* ---- the interface ---- */

static bool carries_inside(const struct link_state *link, const struct address *inside)
{
	for (size_t i = 0; i < link->address_count; i++)
		if (address_equal(&link->addresses[i], inside))
			return true;
	return false;
}

static enum signal_state judge_link(const struct tunnel *tunnel, const char **reason)
{
	const struct link_state *link = &tunnel->link;
	const struct { bool is_wrong; const char *text; } faults[] = {
		{ !link->ifindex, "there is no such interface" },
		{ !link->is_up, "interface is down" },
		{ !link->has_carrier, "interface has no carrier" },
		{ !link->lower_is_up, "the interface below is down" },
		{ !carries_inside(link, &tunnel->config->inside),
		  "interface does not carry the inside address" },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (faults[i].is_wrong) {
			*reason = faults[i].text;
			return STATE_DOWN;
		}
	}
	*reason = "interface is up";
	return STATE_UP;
}

/* A nexthop object lives only on a device that is up and has carrier. */
static void place_egresses(struct speaker *speaker, struct tunnel *tunnel)
{
	const struct link_state *link = &tunnel->link;
	bool is_armed = link->ifindex && link->is_up && link->has_carrier;
	struct chains *chains = &speaker->sync.chains;

	for (size_t family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
		const struct egress *egress = chains_egress(chains, tunnel->egress[family]);

		if (!egress)
			continue;
		struct fib_egress at = egress->at;
		at.ifindex = is_armed ? link->ifindex : 0;
		int error = chains_place(chains, tunnel->egress[family], &at);
		if (error)
			speaker_note(speaker, NOTE_WARNING, "fib", tunnel->config->name,
				     "the kernel refused the tunnel's nexthop",
				     speaker->sync.fib->error);
	}
}

/* The egress of the session's own family exists as soon as its device does: routes and the kernel's
 * leftovers of an earlier run find it there. */
static void arm(struct speaker *speaker, struct tunnel *tunnel)
{
	const struct address *peer = &tunnel->config->session.address;
	struct fib_egress at = { .family = peer->family, .ifindex = tunnel->link.ifindex,
				 .gateway = *peer };

	if (!tunnel->egress[peer->family] && tunnel->link.is_up && tunnel->link.has_carrier)
		tunnel->egress[peer->family] =
			chains_tunnel(&speaker->sync.chains, tunnel->config->name, tunnel->number,
				      &at);
	place_egresses(speaker, tunnel);
}

void roles_link(struct speaker *speaker, struct tunnel *tunnel, const struct link_state *link)
{
	const char *reason;
	enum signal_state before = tunnel->liveness.signals[SIGNAL_LINK].state;

	tunnel->link = *link;
	enum signal_state state = judge_link(tunnel, &reason);
	arm(speaker, tunnel);
	roles_signal(speaker, tunnel, SIGNAL_LINK, state, reason);
	stand(speaker, tunnel->group);
	if (state == before)
		return;
	if (state == STATE_UP)
		session_hurry(tunnel->neighbor->session, speaker->now);
	else
		session_abandon(tunnel->neighbor->session, reason, speaker->now);
}

/* ---- time ---- */

msec_t roles_deadline(const struct speaker *speaker)
{
	msec_t deadline = NEVER;

	for (size_t i = 0; i < speaker->group_count; i++)
		deadline = sooner(deadline, failover_deadline(speaker->groups[i].failover));
	return deadline;
}

void roles_tick(struct speaker *speaker)
{
	for (size_t i = 0; i < speaker->group_count; i++) {
		struct group *group = &speaker->groups[i];

		if (failover_deadline(group->failover) > speaker->now)
			continue;
		failover_tick(group->failover, speaker->now);
		roles_update(speaker, group);
	}
}

/* ---- fail closed, and the way to the outer endpoints ---- */

/* Without the default route the tunnels themselves would have no way out. */
static bool is_closed(const struct group_config *group, const struct prefix *prefix)
{
	return group->when_down != WHEN_DOWN_REMOVE && prefix->length;
}

static void close_group(struct speaker *speaker, const struct group_config *group)
{
	for (size_t i = 0; i < group->accept.count; i++) {
		struct fib_route route = {
			.prefix = group->accept.rules[i].prefix,
			.table = group->style.table,
			.metric = group->style.metric + UNREACHABLE_METRIC,
			.kind = FIB_UNREACHABLE,
		};

		if (group->when_down == WHEN_DOWN_BLACKHOLE)
			route.kind = FIB_BLACKHOLE;
		if (is_closed(group, &route.prefix))
			sync_static(&speaker->sync, &route, speaker->now);
	}
}

/* What is refused when it is learned may still be closed, which would cut the tunnel off as well. */
static bool may_be_captured(const struct group_config *group, const struct address *outside)
{
	for (size_t i = 0; i < group->accept.count; i++) {
		const struct prefix *prefix = &group->accept.rules[i].prefix;

		if (prefix_contains_address(prefix, outside) &&
		    (group->guard == GUARD_PIN || is_closed(group, prefix)))
			return true;
	}
	return false;
}

bool roles_is_tunnel_device(void *arg, int ifindex)
{
	const struct speaker *speaker = arg;

	for (size_t i = 0; ifindex && i < speaker->tunnel_count; i++)
		if (speaker->tunnels[i]->link.ifindex == ifindex)
			return true;
	return false;
}

/* Beside what the group learns, a host route to the endpoint of a tunnel, its own or another's. */
static void pin(struct speaker *speaker, const struct group_config *group,
		const struct address *outside)
{
	const struct fib_egress *way = guard_way(&speaker->guard, outside, group->style.table);
	struct fib_route route = {
		.prefix = prefix_host(outside),
		.table = group->style.table,
		.metric = group->style.metric,
		.kind = FIB_PIN,
	};

	if (!way)
		return;
	route.via = *way;
	sync_static(&speaker->sync, &route, speaker->now);
}

static void pin_endpoints(struct speaker *speaker, const struct group_config *group)
{
	for (size_t i = 0; i < speaker->tunnel_count; i++) {
		const struct address *outside = &speaker->tunnels[i]->outside;

		if (address_is_set(outside) && may_be_captured(group, outside))
			pin(speaker, group, outside);
	}
}

/* RFC 4632 5.1: what an aggregate promises and nobody offers is not to follow another route. */
static void close_aggregate(struct speaker *speaker, const struct aggregate *aggregate)
{
	const struct route_style *style = &speaker->config->fib.style;
	const struct fib_route route = {
		.prefix = aggregate->prefix,
		.table = style->table,
		.metric = style->metric + UNREACHABLE_METRIC,
		.kind = FIB_UNREACHABLE,
	};

	if (aggregate->is_active && aggregate->prefix.length)
		sync_static(&speaker->sync, &route, speaker->now);
}

void roles_guard(struct speaker *speaker)
{
	guard_ask_begin(&speaker->guard);
	sync_statics_begin(&speaker->sync);
	for (size_t i = 0; i < speaker->group_count; i++) {
		const struct group_config *group = speaker->groups[i].config;

		close_group(speaker, group);
		pin_endpoints(speaker, group);
	}
	for (size_t i = 0; i < speaker->aggregate_count; i++)
		close_aggregate(speaker, speaker->aggregates[i]);
	sync_statics_end(&speaker->sync);
	guard_ask_end(&speaker->guard);
	speaker->guard.has_changed = false;
}
