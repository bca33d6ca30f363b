/* What an operator may do: that part of bgpd/speaker.h. */
#include "bgpd/speaker.h"

#include "bgpd/speaker/announce.h"
#include "bgpd/speaker/attend.h"
#include "bgpd/speaker/drill.h"
#include "bgpd/speaker/learn.h"
#include "bgpd/speaker/roles.h"
#include "bgpd/speaker/state.h"

#include <string.h>

static struct tunnel *find_tunnel(const struct speaker *speaker, const char *name)
{
	for (size_t i = 0; i < speaker->tunnel_count; i++)
		if (strcmp(speaker->tunnels[i]->config->name, name) == 0)
			return speaker->tunnels[i];
	return NULL;
}

static struct neighbor *find_neighbor(const struct speaker *speaker, const char *name)
{
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		if (strcmp(speaker->neighbors[id]->params->name, name) == 0)
			return speaker->neighbors[id];
	return NULL;
}

static const char no_tunnel[] = "there is no tunnel of that name";
static const char no_neighbor[] = "there is no neighbor of that name";

typedef void tunnel_act(struct tunnel *tunnel, msec_t now);

static const char *act_on_tunnel(struct speaker *speaker, const char *name, const char *text,
				 tunnel_act *act, msec_t now)
{
	struct tunnel *tunnel = find_tunnel(speaker, name);

	speaker->now = now;
	if (!tunnel)
		return no_tunnel;
	speaker_note(speaker, NOTE_NOTICE, "tunnel", name, text, "operator");
	act(tunnel, now);
	roles_update(speaker, tunnel->group);
	return NULL;
}

static void wait_for_quiet(struct tunnel *tunnel, msec_t since)
{
	tunnel->drained_at = since;
	tunnel->quiet_since = NEVER;
	tunnel->drained_from = tunnel->counters;
}

static void drain(struct tunnel *tunnel, msec_t now)
{
	wait_for_quiet(tunnel, now);
	failover_drain(tunnel->group->failover, tunnel->place, now);
}

static void resume(struct tunnel *tunnel, msec_t now)
{
	wait_for_quiet(tunnel, NEVER);
	failover_resume(tunnel->group->failover, tunnel->place, now);
}

static void pin(struct tunnel *tunnel, msec_t now)
{
	failover_pin(tunnel->group->failover, tunnel->place, now);
}

static void unpin(struct tunnel *tunnel, msec_t now)
{
	failover_unpin(tunnel->group->failover, now);
}

const char *speaker_tunnel_drain(struct speaker *speaker, const char *tunnel, msec_t now)
{
	const struct tunnel *found = find_tunnel(speaker, tunnel);

	if (found && tunnel_is_drilled(found))
		return "a drill of the tunnel is under way: resume it first";
	return act_on_tunnel(speaker, tunnel, "tunnel is drained", drain, now);
}

const char *speaker_tunnel_resume(struct speaker *speaker, const char *tunnel, msec_t now)
{
	struct tunnel *found = find_tunnel(speaker, tunnel);

	speaker->now = now;
	if (found && drill_end(speaker, found))
		return NULL;
	return act_on_tunnel(speaker, tunnel, "tunnel is resumed", resume, now);
}

const char *speaker_tunnel_drill(struct speaker *speaker, const char *name, bool cuts, msec_t time,
				 msec_t now)
{
	struct tunnel *tunnel = find_tunnel(speaker, name);

	speaker->now = now;
	return tunnel ? drill_begin(speaker, tunnel, cuts, time) : no_tunnel;
}

const char *speaker_tunnel_pin(struct speaker *speaker, const char *tunnel, msec_t now)
{
	return act_on_tunnel(speaker, tunnel, "traffic is pinned to the tunnel", pin, now);
}

const char *speaker_tunnel_unpin(struct speaker *speaker, const char *name, msec_t now)
{
	struct tunnel *tunnel = find_tunnel(speaker, name);

	if (tunnel && !failover_is_pinned(tunnel->group->failover, tunnel->place))
		return "the tunnel is not pinned";
	return act_on_tunnel(speaker, name, "traffic is no longer pinned", unpin, now);
}

/* RFC 9384: the session ends, too, once others have the traffic; the peer may hear why. */
static void end_by_bfd(struct speaker *speaker, struct tunnel *tunnel)
{
	const struct notification cease = { .code = NOTIFY_CEASE, .subcode = CEASE_BFD_DOWN };

	if (tunnel->liveness.required & SIGNAL_BIT(SIGNAL_BFD) && neighbor_is_up(tunnel->neighbor))
		session_reset(tunnel->neighbor->session, &cease, 0, speaker->now);
}

const char *speaker_tunnel_signal(struct speaker *speaker, const char *name, enum signal_kind kind,
				  enum signal_state state, const char *reason, msec_t now)
{
	struct tunnel *tunnel = find_tunnel(speaker, name);

	speaker->now = now;
	if (!tunnel)
		return no_tunnel;
	if (kind == SIGNAL_LINK || kind == SIGNAL_BGP)
		return "link and bgp are what we see ourselves: they cannot be told";
	bool has_changed = tunnel->liveness.signals[kind].state != state;
	roles_signal(speaker, tunnel, kind, state, reason);
	learn_look_at_stale(speaker, tunnel->neighbor);
	if (kind == SIGNAL_BFD && state == STATE_DOWN && has_changed)
		end_by_bfd(speaker, tunnel);
	if (kind == SIGNAL_IPSEC && state == STATE_UP)
		session_hurry(tunnel->neighbor->session, now);
	return NULL;
}

const char *speaker_neighbor_reset(struct speaker *speaker, const char *name, msec_t now)
{
	struct neighbor *neighbor = find_neighbor(speaker, name);
	struct notification cease = notification_shutdown(CEASE_RESET, NULL);

	speaker->now = now;
	if (!neighbor)
		return no_neighbor;
	if (neighbor->is_shut_down)
		return "the neighbor is shut down: enable it";
	session_reset(neighbor->session, &cease, 0, now);
	attend_stir(speaker, neighbor);
	return NULL;
}

const char *speaker_neighbor_refresh(struct speaker *speaker, const char *name, msec_t now)
{
	struct neighbor *neighbor = find_neighbor(speaker, name);

	speaker->now = now;
	if (!neighbor)
		return no_neighbor;
	if (!neighbor_is_up(neighbor))
		return "the session is not established";
	if (!announce_ask_again(speaker, neighbor))
		return "the neighbor does not know route refresh (RFC 2918): use reset";
	attend_stir(speaker, neighbor);
	return NULL;
}

const char *speaker_neighbor_shutdown(struct speaker *speaker, const char *name, const char *text,
				      msec_t now)
{
	struct neighbor *neighbor = find_neighbor(speaker, name);
	struct notification cease = notification_shutdown(CEASE_SHUTDOWN, text);

	speaker->now = now;
	if (!neighbor)
		return no_neighbor;
	neighbor->is_shut_down = true;
	session_stop(neighbor->session, &cease, now);
	return NULL;
}

const char *speaker_neighbor_enable(struct speaker *speaker, const char *name, msec_t now)
{
	struct neighbor *neighbor = find_neighbor(speaker, name);

	speaker->now = now;
	if (!neighbor)
		return no_neighbor;
	neighbor->is_shut_down = false;
	session_start(neighbor->session, now);
	attend_stir(speaker, neighbor);
	return NULL;
}
