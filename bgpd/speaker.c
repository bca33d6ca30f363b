#include "bgpd/speaker.h"

#include "bgpd/base/xalloc.h"
#include "bgpd/speaker/announce.h"
#include "bgpd/speaker/attend.h"
#include "bgpd/speaker/build.h"
#include "bgpd/speaker/drill.h"
#include "bgpd/speaker/learn.h"
#include "bgpd/speaker/own.h"
#include "bgpd/speaker/refresh.h"
#include "bgpd/speaker/roles.h"
#include "bgpd/speaker/state.h"
#include "bgpd/speaker/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWEEP_WAIT    SECONDS(60)       /* for all peers' End-of-RIB before leftovers are removed */
#define PATIENCE_WAIT SECONDS(10)       /* for the tunnel that carried traffic before our restart */

static struct speaker *speaker_of(struct session_io *io)
{
	return (struct speaker *)io;    /* its first member */
}

/* ---- what sessions want done ---- */

static void own_conn(struct speaker *speaker, conn_id conn, struct neighbor *neighbor)
{
	if (speaker->conn_count == speaker->conn_size) {
		speaker->conn_size = speaker->conn_size * 2 + 8;
		speaker->conns = xrealloc(speaker->conns,
					  speaker->conn_size * sizeof(*speaker->conns));
	}
	speaker->conns[speaker->conn_count++] = (struct conn_owner){ conn, neighbor };
	attend_stir(speaker, neighbor);
}

/* Something happens on it. */
static struct neighbor *conn_neighbor(struct speaker *speaker, conn_id conn)
{
	for (size_t i = 0; i < speaker->conn_count; i++) {
		if (speaker->conns[i].conn == conn) {
			attend_stir(speaker, speaker->conns[i].neighbor);
			return speaker->conns[i].neighbor;
		}
	}
	return NULL;
}

static void disown_conn(struct speaker *speaker, conn_id conn)
{
	for (size_t i = 0; i < speaker->conn_count; i++)
		if (speaker->conns[i].conn == conn)
			speaker->conns[i] = speaker->conns[--speaker->conn_count];
}

static conn_id io_connect(struct session_io *io, struct session *session)
{
	struct speaker *speaker = speaker_of(io);
	conn_id conn = speaker->transport->connect(speaker->transport, session_params(session));

	attend_stir(speaker, session_owner(session));
	if (conn != CONN_NONE)
		own_conn(speaker, conn, session_owner(session));
	return conn;
}

static void io_send(struct session_io *io, conn_id conn, const uint8_t *bytes, size_t length)
{
	struct speaker *speaker = speaker_of(io);

	speaker->transport->send(speaker->transport, conn, bytes, length);
}

static void io_close(struct session_io *io, conn_id conn)
{
	struct speaker *speaker = speaker_of(io);

	disown_conn(speaker, conn);
	speaker->transport->close(speaker->transport, conn);
}

static uint32_t io_random(struct session_io *io)
{
	struct speaker *speaker = speaker_of(io);

	return speaker->transport->random(speaker->transport);
}

static void tell_state(struct speaker *speaker, struct session *session, enum session_state from,
		       enum session_state to)
{
	const struct session_error *error = session_last_error(session);
	bool is_news = from == SESSION_ESTABLISHED || to == SESSION_ESTABLISHED;
	struct note note = {
		.level = is_news ? NOTE_NOTICE : NOTE_DEBUG,
		.kind = "session",
		.subject = session_params(session)->name,
		.text = to == SESSION_ESTABLISHED ? "session is established"
			: is_news ? "session is down" : "session state changed",
		.from = session_state_name(from),
		.to = session_state_name(to),
		.reason = to == SESSION_IDLE && error ? error->text : NULL,
		.duration_ms = -1,
	};

	speaker->journal->note(speaker->journal, &note, speaker->now);
}

static void io_state(struct session_io *io, struct session *session, enum session_state from,
		     enum session_state to, msec_t now)
{
	struct speaker *speaker = speaker_of(io);

	(void)now;
	attend_stir(speaker, session_owner(session));
	tell_state(speaker, session, from, to);
}

static struct address local_address(struct speaker *speaker, const struct neighbor *neighbor)
{
	struct address address = neighbor->params->local_address;

	if (!address_is_set(&address))
		speaker->transport->local_address(speaker->transport,
						  session_conn(neighbor->session), &address);
	return address;
}

/* A tunnel's link tells of its addresses, also when they change. */
static void look_beside(struct speaker *speaker, struct neighbor *neighbor)
{
	struct transport *transport = speaker->transport;

	neighbor->beside_count = 0;
	if (!neighbor->tunnel)
		neighbor->beside_count = transport->addresses_beside(
			transport, &neighbor->local, neighbor->beside, LINK_ADDRESSES);
}

static void io_established(struct session_io *io, struct session *session, msec_t now)
{
	struct speaker *speaker = speaker_of(io);
	struct neighbor *neighbor = session_owner(session);

	speaker->now = now;
	neighbor->local = local_address(speaker, neighbor);
	look_beside(speaker, neighbor);
	learn_session_up(speaker, neighbor);
	announce_session_up(speaker, neighbor);
	if (neighbor->tunnel)
		roles_signal(speaker, neighbor->tunnel, SIGNAL_BGP, STATE_UP, "established");
}

/* RFC 4724 4.2: a session that ended without a NOTIFICATION may be a restart of the peer; RFC 8538 4:
 * where both say so, also one that ended with any but a Hard Reset.  The families that are kept. */
static uint8_t families_kept(const struct session *session)
{
	const struct session_error *error = session_last_error(session);
	const struct capabilities *common = session_common(session);

	if (!common->graceful_restart || !common->restart_time_s)
		return 0;
	if (!error || error->notification.code == NOTIFY_NONE)
		return common->restart_families;
	bool is_hard = error->notification.code == NOTIFY_CEASE &&
		       error->notification.subcode == CEASE_HARD_RESET;
	return common->notification_restart && !is_hard ? common->restart_families : 0;
}

/* RFC 4271 6.8: we thought it was the other connection that had lost.  This one never was a session. */
static bool has_lost_collision(const struct session *session)
{
	const struct session_error *error = session_last_error(session);

	return error && error->notification.code == NOTIFY_CEASE &&
	       error->notification.subcode == CEASE_COLLISION;
}

static void tell_tunnel_down(struct speaker *speaker, struct tunnel *tunnel)
{
	const struct session *session = tunnel->neighbor->session;
	const struct session_error *error = session_last_error(session);
	bool was_usable = tunnel->liveness.usable, was_trusted = tunnel->is_trusted;

	roles_signal(speaker, tunnel, SIGNAL_BGP, STATE_DOWN,
		     error ? error->text : "session ended");
	if (!has_lost_collision(session))
		return;
	if (was_usable)
		liveness_excuse(&tunnel->liveness);
	if (was_trusted)
		failover_excuse(tunnel->group->failover, tunnel->place);
}

static void io_down(struct session_io *io, struct session *session, msec_t now)
{
	struct speaker *speaker = speaker_of(io);
	struct neighbor *neighbor = session_owner(session);

	speaker->now = now;
	/* Another tunnel takes over first; what it means for prefixes comes later. */
	announce_session_down(speaker, neighbor);
	if (neighbor->tunnel)
		tell_tunnel_down(speaker, neighbor->tunnel);
	learn_session_down(speaker, neighbor, learn_way_is_there(neighbor) ? families_kept(session) : 0);
}

static void try_to_sweep(struct speaker *speaker)
{
	if (speaker->sweep_at == NEVER)
		return;
	for (size_t id = 1; id < speaker->neighbor_end; id++) {
		const struct neighbor *neighbor = speaker->neighbors[id];

		if (neighbor && (!neighbor_is_up(neighbor) || neighbor->heard_by != NEVER))
			return;
	}
	speaker->sweep_at = speaker->now;
}

static void heard_all(struct speaker *speaker, struct neighbor *neighbor)
{
	learn_heard_all(speaker, neighbor);
	if (neighbor->tunnel)
		roles_report(speaker, neighbor->tunnel->group);
	try_to_sweep(speaker);
}

/* What was over max_prefixes may have room now. */
static void ask_for_discarded(struct speaker *speaker, struct neighbor *neighbor)
{
	if (neighbor->has_hit_limit && learn_has_room(neighbor) &&
	    announce_ask_again(speaker, neighbor))
		neighbor->has_hit_limit = neighbor->has_warned_limit = false;
}

static void io_update(struct session_io *io, struct session *session, struct reader body, msec_t now)
{
	struct speaker *speaker = speaker_of(io);
	struct neighbor *neighbor = session_owner(session);

	speaker->now = now;
	learn_update(speaker, neighbor, body);
	ask_for_discarded(speaker, neighbor);
	if (neighbor->heard_by != NEVER && neighbor_is_up(neighbor) && learn_has_heard_all(neighbor))
		heard_all(speaker, neighbor);
}

static void io_refresh(struct session_io *io, struct session *session,
		       const struct route_refresh *refresh, msec_t now)
{
	struct speaker *speaker = speaker_of(io);
	struct neighbor *neighbor = session_owner(session);

	speaker->now = now;
	switch ((enum refresh_kind)refresh->kind) {
	case REFRESH_REQUEST:
		announce_refresh(neighbor, refresh->family);
		break;
	case REFRESH_BEGIN:
		refresh_begin(neighbor, refresh->family);
		break;
	case REFRESH_END:
		refresh_end(speaker, neighbor, refresh->family);
		break;
	}
}

static const struct session_io session_io = {
	.connect = io_connect,
	.send = io_send,
	.close = io_close,
	.state = io_state,
	.established = io_established,
	.down = io_down,
	.update = io_update,
	.refresh = io_refresh,
	.random = io_random,
};

/* ---- making ---- */

static void released(void *arg, struct net *net)
{
	learn_release(arg, net);
}

struct speaker *speaker_new(const struct config *config, struct fib *fib, struct transport *transport,
			    struct journal *journal, msec_t now)
{
	struct speaker *speaker = xcalloc(1, sizeof(*speaker));

	speaker->io = session_io;
	speaker->transport = transport;
	speaker->journal = journal;
	speaker->started = speaker->now = now;
	speaker->sweep_at = now + SWEEP_WAIT;
	speaker->patience_until = now + PATIENCE_WAIT;
	table_init(&speaker->table);
	attr_sets_init(&speaker->sets);
	arena_init(&speaker->arena);
	arena_init(&speaker->scratch);
	sync_init(&speaker->sync, fib, &speaker->table, journal, released, speaker);
	guard_init(&speaker->guard, roles_is_tunnel_device, speaker);
	foreign_init(&speaker->foreign);
	next_hops_init(&speaker->next_hops);
	audit_init(&speaker->audit, &speaker->sync, &speaker->guard, &speaker->foreign);
	build_parts(speaker, config);
	return speaker;
}

void speaker_free(struct speaker *speaker)
{
	if (!speaker)
		return;
	build_clear(speaker);
	attend_clear(speaker);
	bitmap_clear(&speaker->exporters);
	audit_clear(&speaker->audit);
	guard_clear(&speaker->guard);
	foreign_clear(&speaker->foreign);
	next_hops_clear(&speaker->next_hops);
	sync_clear(&speaker->sync);
	table_clear(&speaker->table, &speaker->sets);
	attr_sets_clear(&speaker->sets);
	arena_clear(&speaker->arena);
	arena_clear(&speaker->scratch);
	free(speaker->conns);
	free(speaker);
}

size_t speaker_reload(struct speaker *speaker, const struct config *config, msec_t now)
{
	speaker->now = now;
	for (size_t i = 0; i < speaker->group_count; i++)
		drill_give_up(speaker, &speaker->groups[i]);
	next_hops_forget(&speaker->next_hops);
	size_t resets = build_change(speaker, config);

	for (size_t id = 1; id < speaker->neighbor_end; id++)
		ask_for_discarded(speaker, speaker->neighbors[id]);
	return resets;
}

int speaker_start(struct speaker *speaker, msec_t now)
{
	speaker->now = now;
	int error = sync_adopt(&speaker->sync, now);
	if (error)
		return error;
	bool has_restarted = speaker->sync.adopted.count > 0;
	speaker->is_started = true;
	for (size_t i = 0; i < speaker->tunnel_count; i++) {
		struct link_state link = speaker->tunnels[i]->link;

		roles_link(speaker, speaker->tunnels[i], &link);
	}
	roles_guard(speaker);
	own_settle(speaker);
	for (size_t id = 1; id < speaker->neighbor_end; id++) {
		session_set_restarting(speaker->neighbors[id]->session, has_restarted);
		session_start(speaker->neighbors[id]->session, now);
	}
	return 0;
}

/* ---- stopping ---- */

/* A peer that helps with a graceful restart goes on sending to us when the connection just ends, and
 * our routes stay: nothing is lost if we come back.  Any other is told. */
static void part_with(struct speaker *speaker, struct neighbor *neighbor, const char *reason)
{
	struct notification cease = notification_shutdown(CEASE_SHUTDOWN, reason);
	bool keeps = speaker->config->fib.on_exit == ON_EXIT_KEEP;

	if (keeps && neighbor_is_up(neighbor) && session_common(neighbor->session)->graceful_restart)
		session_abandon(neighbor->session, reason, speaker->now);
	else
		session_stop(neighbor->session, &cease, speaker->now);
}

void speaker_stop(struct speaker *speaker, const char *reason, msec_t now)
{
	speaker->now = now;
	speaker->is_stopping = true;
	/* That nobody will tell us of routes any more is our own doing: from now on nothing follows. */
	speaker->revisit_left = 0;
	speaker->sweep_at = speaker->patience_until = NEVER;
	if (speaker->config->fib.on_exit == ON_EXIT_REMOVE)
		sync_remove_all(&speaker->sync, now);
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		part_with(speaker, speaker->neighbors[id], reason);
}

/* ---- TCP ---- */

static struct neighbor *neighbor_at(const struct speaker *speaker, const struct address *address)
{
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		if (address_equal(&speaker->neighbors[id]->params->address, address))
			return speaker->neighbors[id];
	return NULL;
}

const struct session_params *speaker_neighbor_at(const struct speaker *speaker,
						 const struct address *address)
{
	const struct neighbor *neighbor = neighbor_at(speaker, address);

	return neighbor ? neighbor->params : NULL;
}

bool speaker_accept(struct speaker *speaker, conn_id conn, const struct address *from,
		    const struct address *to, msec_t now)
{
	struct neighbor *neighbor = neighbor_at(speaker, from);

	speaker->now = now;
	if (!neighbor || speaker->is_stopping)
		return false;
	if (address_is_set(&neighbor->params->local_address) &&
	    !address_equal(&neighbor->params->local_address, to))
		return false;
	own_conn(speaker, conn, neighbor);
	if (session_accept(neighbor->session, conn, now))
		return true;
	disown_conn(speaker, conn);
	return false;
}

void speaker_connected(struct speaker *speaker, conn_id conn, msec_t now)
{
	struct neighbor *neighbor = conn_neighbor(speaker, conn);

	speaker->now = now;
	if (neighbor)
		session_connected(neighbor->session, conn, now);
}

void speaker_closed(struct speaker *speaker, conn_id conn, const char *reason, msec_t now)
{
	struct neighbor *neighbor = conn_neighbor(speaker, conn);

	speaker->now = now;
	disown_conn(speaker, conn);
	if (neighbor)
		session_closed(neighbor->session, conn, reason, now);
}

size_t speaker_receive(struct speaker *speaker, conn_id conn, const uint8_t *bytes, size_t length,
		       msec_t now)
{
	struct neighbor *neighbor = conn_neighbor(speaker, conn);

	speaker->now = now;
	return neighbor ? session_receive(neighbor->session, conn, bytes, length, now) : length;
}

void speaker_drained(struct speaker *speaker, conn_id conn, size_t unsent, msec_t now)
{
	struct neighbor *neighbor = conn_neighbor(speaker, conn);

	speaker->now = now;
	if (!neighbor)
		return;
	if (!unsent)
		neighbor->is_blocked = false;
	session_drained(neighbor->session, conn, unsent, now);
}

void speaker_probe(struct speaker *speaker, size_t neighbor, msec_t now)
{
	speaker->now = now;
	session_probe(speaker->neighbors[neighbor + 1]->session, now);
	attend_stir(speaker, speaker->neighbors[neighbor + 1]);
}

/* ---- kernel ---- */

static bool is_running(const struct speaker *speaker)
{
	return speaker->is_started && !speaker->is_stopping;
}

static bool same_addresses(const struct link_state *a, const struct link_state *b)
{
	if (a->address_count != b->address_count)
		return false;
	for (size_t i = 0; i < a->address_count; i++)
		if (!address_equal(&a->addresses[i], &b->addresses[i]))
			return false;
	return true;
}

/* Before the start nothing may be written: it is not known yet which ids the kernel has. */
void speaker_link(struct speaker *speaker, const struct link_state *link, msec_t now)
{
	speaker->now = now;
	for (size_t i = 0; i < speaker->tunnel_count && !speaker->is_stopping; i++) {
		struct tunnel *tunnel = speaker->tunnels[i];

		if (strcmp(tunnel->config->interface, link->name) != 0)
			continue;
		bool is_readdressed = !same_addresses(&tunnel->link, link);
		if (speaker->is_started)
			roles_link(speaker, tunnel, link);
		else
			tunnel->link = *link;
		learn_look_at_stale(speaker, tunnel->neighbor);
		if (is_readdressed)     /* our next hop for IPv6 is among them */
			announce_again(speaker, tunnel->neighbor);
	}
	own_link(speaker, link);
}

void speaker_counters(struct speaker *speaker, const char *interface,
		      const struct link_counters *counters, msec_t now)
{
	speaker->now = now;
	for (size_t i = 0; i < speaker->tunnel_count; i++)
		if (strcmp(speaker->tunnels[i]->config->interface, interface) == 0)
			traffic_count(speaker, speaker->tunnels[i], counters);
}

bool speaker_waits_for_traffic(const struct speaker *speaker)
{
	for (size_t i = 0; i < speaker->group_count; i++)
		if (traffic_is_waited_for(&speaker->groups[i]))
			return true;
	return false;
}

/* Ways to next hops have become others, perhaps. */
static void find_ways_again(struct speaker *speaker)
{
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		if (speaker->neighbors[id]->ordinary && speaker->neighbors[id]->accepted)
			speaker_revisit(speaker);
}

void speaker_audit(struct speaker *speaker, msec_t now)
{
	speaker->now = now;
	if (!is_running(speaker))
		return;
	audit_begin(&speaker->audit, now);
	next_hops_forget(&speaker->next_hops);
	find_ways_again(speaker);
}

void speaker_route_changed(struct speaker *speaker, const struct fib_route *route, bool is_removal,
			   msec_t now)
{
	speaker->now = now;
	if (!is_running(speaker))
		return;
	audit_notice(&speaker->audit, route, is_removal, now);
	if (!route->is_ours && next_hops_route_changed(&speaker->next_hops, &route->prefix))
		find_ways_again(speaker);
}

void speaker_chains_changed(struct speaker *speaker, msec_t now)
{
	speaker->now = now;
	if (is_running(speaker))
		audit_chains(&speaker->audit, now);
}

static void set_outside(struct speaker *speaker, struct tunnel *tunnel, const struct address *outside)
{
	char text[ADDRESS_TEXT];

	if (address_is_set(&tunnel->config->outside) || address_equal(&tunnel->outside, outside))
		return;
	tunnel->outside = *outside;
	speaker_note(speaker, NOTE_INFO, "guard", tunnel->config->name,
		     "the outer address is known from the SA", address_format(outside, text));
	if (!is_running(speaker))
		return;
	roles_guard(speaker);
	learn_renumber(speaker, NULL);          /* what covers it may have been accepted before */
	speaker_revisit(speaker);
}

void speaker_outside(struct speaker *speaker, const char *tunnel, const struct address *outside,
		     msec_t now)
{
	speaker->now = now;
	for (size_t i = 0; i < speaker->tunnel_count; i++)
		if (strcmp(speaker->tunnels[i]->config->name, tunnel) == 0)
			set_outside(speaker, speaker->tunnels[i], outside);
}

/* ---- time and bulk work ---- */

msec_t speaker_deadline(struct speaker *speaker)
{
	msec_t deadline = sooner(roles_deadline(speaker),
				 sooner(speaker->sweep_at, speaker->patience_until));

	for (size_t i = 0; i < speaker->group_count; i++)
		deadline = sooner(deadline, drill_deadline(&speaker->groups[i]));
	return sooner(deadline, attend_deadline(speaker));
}

static void tell_slow(struct speaker *speaker, struct neighbor *neighbor)
{
	char reason[100];

	neighbor->has_told_slow = true;
	snprintf(reason, sizeof(reason), "%u s apart, the hold time is %u s: set a longer one here, or a "
		 "shorter keepalive there", (unsigned int)(session_silence_ms(neighbor->session) / 1000),
		 session_hold_time_s(neighbor->session));
	speaker_note(speaker, NOTE_WARNING, "session", neighbor->params->name,
		     "the peer sends keepalives slower than a third of our hold time", reason);
}

static void tick_neighbor(struct speaker *speaker, struct neighbor *neighbor)
{
	attend_stir(speaker, neighbor);
	session_tick(neighbor->session, speaker->now);
	if (session_is_kept_slowly(neighbor->session) && !neighbor->has_told_slow)
		tell_slow(speaker, neighbor);
	if (neighbor->heard_by <= speaker->now)
		heard_all(speaker, neighbor);
	if (neighbor->stale_until <= speaker->now)
		learn_drop_stale(speaker, neighbor);
	if (neighbor->held_there_until <= speaker->now) {
		neighbor->held_there_until = NEVER;
		if (neighbor->tunnel)
			roles_update(speaker, neighbor->tunnel->group);
	}
}

void speaker_tick(struct speaker *speaker, msec_t now)
{
	speaker->now = now;
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		if (attend_is_due(speaker, (neighbor_id)id))
			tick_neighbor(speaker, speaker->neighbors[id]);
	roles_tick(speaker);
	for (size_t i = 0; i < speaker->group_count; i++)
		drill_tick(speaker, &speaker->groups[i]);
	if (speaker->patience_until <= now) {
		speaker->patience_until = NEVER;
		chains_lose_patience(&speaker->sync.chains);
		sync_move(&speaker->sync, now);
		speaker_revisit(speaker);
	}
	if (speaker->sweep_at <= now) {
		speaker->sweep_at = NEVER;
		sync_sweep(&speaker->sync, now);
		for (size_t id = 1; id < speaker->neighbor_end; id++)
			session_set_restarting(speaker->neighbors[id]->session, false);
		speaker_revisit(speaker);
	}
}

bool speaker_has_work(struct speaker *speaker)
{
	return speaker->revisit_left || attend_next_talk(speaker, 0) != BITMAP_END ||
	       sync_has_work(&speaker->sync) ||
	       (is_running(speaker) &&
		(own_has_changed(speaker) || audit_has_work(&speaker->audit)));
}

bool speaker_work(struct speaker *speaker, size_t items, msec_t now)
{
	speaker->now = now;
	learn_revisit(speaker, items);
	if (is_running(speaker))
		audit_work(&speaker->audit, items, now);
	if (speaker->guard.has_changed)
		roles_guard(speaker);
	if (is_running(speaker) && own_has_changed(speaker))
		own_settle(speaker);
	sync_work(&speaker->sync, items, now);
	announce_work(speaker, items);
	return speaker_has_work(speaker);
}
