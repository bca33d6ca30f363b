#include "bgpd/session/session.h"

#include <stdlib.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/session/machine.h"

/* Each after too long a silence, in turn: one may be late by chance. */
#define SLOW_MESSAGES 3

/* ---- life ---- */

struct session *session_new(const struct session_params *params, struct session_io *io, void *owner)
{
	struct session *session = xcalloc(1, sizeof(*session));

	session->params = *params;
	session->io = io;
	session->owner = owner;
	session->rest_until = NEVER;
	backoff_init(&session->rest, SECONDS(params->connect_retry_s));
	backoff_init(&session->retry, SECONDS(params->connect_retry_s));
	for (int i = 0; i < CONNECTIONS; i++)
		machine_stop_timers(&session->connections[i]);
	return session;
}

void session_free(struct session *session)
{
	if (!session)
		return;
	for (int i = 0; i < CONNECTIONS; i++)
		machine_close(session, &session->connections[i]);
	free(session);
}

void session_set_restarting(struct session *session, bool is_restarting)
{
	session->is_restarting = is_restarting;
}

void session_start(struct session *session, msec_t now)
{
	session->is_wanted = true;
	backoff_reset(&session->rest);
	backoff_reset(&session->retry);
	if (session->state == SESSION_IDLE)
		machine_begin(session, now);
}

/* RFC 8538 3.1 and 4: where a NOTIFICATION means a graceful restart, one for good must say so. */
static struct notification harden(const struct session *session, const struct notification *why)
{
	struct notification hard = { .code = NOTIFY_CEASE, .subcode = CEASE_HARD_RESET };
	bool is_for_good = why->code == NOTIFY_CEASE && (why->subcode == CEASE_MAX_PREFIXES ||
							 why->subcode == CEASE_SHUTDOWN ||
							 why->subcode == CEASE_DECONFIGURED);
	struct writer data = writer_of(hard.data, sizeof(hard.data));

	if (!is_for_good || !session->agreement.common.notification_restart)
		return *why;
	notification_build(why, &data);
	hard.length = (uint16_t)write_length(&data);
	return hard;
}

static void stop_all(struct session *session, const struct notification *cease, msec_t now)
{
	struct notification why = harden(session, cease);

	for (int i = 0; i < CONNECTIONS; i++)
		machine_step(session, &session->connections[i],
			     &(struct cause){ FSM_STOP, .now = now, .why = &why });
}

void session_stop(struct session *session, const struct notification *cease, msec_t now)
{
	session->is_wanted = false;
	session->rest_until = NEVER;
	stop_all(session, cease, now);
}

void session_reset(struct session *session, const struct notification *cease, msec_t delay,
		   msec_t now)
{
	if (!session->is_wanted)
		return;
	session->rest_until = now + delay;
	session->rest_is_ordered = delay > 0;
	stop_all(session, cease, now);
}

void session_fail(struct session *session, const struct notification *why, msec_t delay, msec_t now)
{
	struct connection *connection = machine_established(session);
	struct notification hard = harden(session, why);

	if (!connection)
		return;
	if (delay == NEVER)
		session->is_wanted = false;
	machine_step(session, connection, &(struct cause){
		FSM_MESSAGE_ERROR, .now = now, .why = &hard });
	if (session->is_wanted && now + delay > session->rest_until) {
		session->rest_until = now + delay;
		session->rest_is_ordered = true;
	}
}

void session_abandon(struct session *session, const char *why, msec_t now)
{
	for (int i = 0; i < CONNECTIONS; i++) {
		struct connection *connection = &session->connections[i];

		if (connection->id == CONN_NONE)
			continue;
		machine_record_loss(session, why, now);
		machine_step(session, connection, &(struct cause){ FSM_TCP_DOWN, .now = now });
	}
}

void session_hurry(struct session *session, msec_t now)
{
	struct connection *ours = &session->connections[OURS];
	bool rests = session->rest_until != NEVER;

	if (rests && session->rest_is_ordered)
		return;
	/* What failed before, failed on another path: a link that flaps is not a peer that oscillates. */
	backoff_reset(&session->retry);
	backoff_reset(&session->rest);
	if (rests)
		machine_begin(session, now);
	else if (!session->params.passive && ours->delay_open == NEVER &&
		 (ours->state == SESSION_CONNECT || ours->state == SESSION_ACTIVE))
		machine_step(session, ours, &(struct cause){ FSM_RETRY_EXPIRED, .now = now });
}

/* ---- connections ---- */

/* RFC 4724 4.2 and 5: a peer that can restart gracefully and opens a connection has restarted. */
static bool has_restarted(const struct session *session)
{
	return session->agreement.common.graceful_restart &&
	       session->agreement.common.restart_families;
}

/* RFC 4271 4.4: a KEEPALIVE now, or as soon as the last one is a second old. */
static void hasten_keepalive(struct session *session, struct connection *established, msec_t now)
{
	msec_t earliest = established->keepalive_sent + KEEPALIVE_LEAST;

	if (earliest > now)
		established->keepalive = sooner(established->keepalive, earliest);
	else
		machine_step(session, established,
			     &(struct cause){ FSM_KEEPALIVE_EXPIRED, .now = now });
}

void session_probe(struct session *session, msec_t now)
{
	struct connection *established = machine_established(session);

	if (established && session->agreement.keepalive_s)
		hasten_keepalive(session, established, now);
}

/* RFC 4271 6.8: the established connection wins.  Should the peer have restarted without a word,
 * then its TCP answers our KEEPALIVE with RST, and the session ends now instead of by its hold
 * timer. */
static void turn_away(struct session *session, struct connection *established, conn_id conn,
		      msec_t now)
{
	struct connection refused = { .id = conn };

	machine_notify(session, &refused, &machine_collision, now);
	session->io->close(session->io, conn);
	hasten_keepalive(session, established, now);
}

static void come_up(struct session *session, struct connection *connection, msec_t now)
{
	machine_step(session, connection, &(struct cause){
		session->params.delay_open_s ? FSM_TCP_UP_DELAYED : FSM_TCP_UP, .now = now });
}

static void take(struct session *session, conn_id conn, msec_t now)
{
	struct connection *theirs = &session->connections[THEIRS];

	theirs->id = conn;
	theirs->state = SESSION_ACTIVE;
	come_up(session, theirs, now);
}

/* The new connection takes over before the old one goes, so that the session is never without. */
static void replace(struct session *session, struct connection *established, conn_id conn,
		    msec_t now)
{
	struct connection *ours = &session->connections[OURS];

	if (established != ours) {              /* ours is idle since it was established */
		*ours = *established;
		*established = (struct connection){ .id = CONN_NONE };
		machine_stop_timers(established);
	}
	take(session, conn, now);
	machine_record_loss(session, "the peer has restarted", now);
	machine_step(session, ours, &(struct cause){ FSM_PEER_RESTARTED, .now = now });
}

bool session_accept(struct session *session, conn_id conn, msec_t now)
{
	struct connection *established = machine_established(session);
	struct connection *theirs = &session->connections[THEIRS];

	if (session->state == SESSION_IDLE)
		return false;
	if (established && has_restarted(session)) {
		replace(session, established, conn, now);
	} else if (established) {
		turn_away(session, established, conn, now);
	} else {
		/* A peer opens one connection at a time: the first is dead. */
		if (theirs->id != CONN_NONE)
			machine_step(session, theirs, &(struct cause){
				FSM_COLLISION, .now = now, .why = &machine_collision });
		take(session, conn, now);
	}
	return true;
}

void session_connected(struct session *session, conn_id conn, msec_t now)
{
	struct connection *connection = machine_find(session, conn);

	if (connection)
		come_up(session, connection, now);
}

void session_closed(struct session *session, conn_id conn, const char *why, msec_t now)
{
	struct connection *connection = machine_find(session, conn);

	if (!connection)
		return;
	connection->id = CONN_NONE;
	machine_record_loss(session, why, now);
	machine_step(session, connection, &(struct cause){ FSM_TCP_DOWN, .now = now });
}

void session_drained(struct session *session, conn_id conn, size_t unsent, msec_t now)
{
	struct connection *connection = machine_find(session, conn);

	if (!connection || connection->state != SESSION_ESTABLISHED)
		return;
	if (unsent)
		machine_arm_send_hold(session, connection, now);
	else
		connection->send_hold = NEVER;
}

void session_send(struct session *session, const uint8_t *message, size_t length, msec_t now)
{
	struct connection *connection = machine_established(session);

	if (!connection)
		return;
	machine_transmit(session, connection, message, length, now);
	if (message[MESSAGE_TYPE_OFFSET] == MESSAGE_UPDATE)     /* RFC 4271 8.2.2: as good as one */
		machine_arm_keepalive(session, connection, now);
}

/* ---- time ---- */

msec_t session_deadline(const struct session *session)
{
	msec_t deadline = session->rest_until;

	for (int i = 0; i < CONNECTIONS; i++) {
		const struct connection *connection = &session->connections[i];

		deadline = sooner(deadline, sooner(connection->retry, connection->delay_open));
		deadline = sooner(deadline, connection->hold);
		deadline = sooner(deadline, sooner(connection->keepalive, connection->send_hold));
	}
	return deadline;
}

/* A step that closes the connection has stopped the timers that follow. */
static void run_timers(struct session *session, struct connection *connection, msec_t now)
{
	static const struct notification silent = { .code = NOTIFY_HOLD_TIMER };
	static const struct notification stuck = { .code = NOTIFY_SEND_HOLD_TIMER };

	if (connection->hold <= now)
		machine_step(session, connection, &(struct cause){
			FSM_HOLD_EXPIRED, .now = now, .why = &silent });
	if (connection->send_hold <= now)
		machine_step(session, connection, &(struct cause){
			FSM_SEND_HOLD_EXPIRED, .now = now, .why = &stuck });
	if (connection->keepalive <= now)
		machine_step(session, connection, &(struct cause){
			FSM_KEEPALIVE_EXPIRED, .now = now });
	if (connection->delay_open <= now)
		machine_step(session, connection, &(struct cause){
			FSM_DELAY_EXPIRED, .now = now });
	if (connection->retry <= now)
		machine_step(session, connection, &(struct cause){
			FSM_RETRY_EXPIRED, .now = now });
}

void session_tick(struct session *session, msec_t now)
{
	for (int i = 0; i < CONNECTIONS; i++)
		run_timers(session, &session->connections[i], now);
	if (session->rest_until <= now)
		machine_begin(session, now);
}

/* ---- what can be seen ---- */

void *session_owner(const struct session *session)
{
	return session->owner;
}

void session_repoint(struct session *session, const struct session_params *params)
{
	session->params = *params;
}

const struct session_params *session_params(const struct session *session)
{
	return &session->params;
}

void session_count_flaws(struct session *session, size_t count)
{
	session->counters.flaws += count;
}

enum session_state session_state(const struct session *session)
{
	return session->state;
}

const char *session_state_name(enum session_state state)
{
	static const char *const names[SESSION_STATES] = {
		"idle", "connect", "active", "opensent", "openconfirm", "established",
	};

	return state < SESSION_STATES ? names[state] : "unknown";
}

conn_id session_conn(const struct session *session)
{
	for (int i = 0; i < CONNECTIONS; i++)
		if (session->connections[i].state == SESSION_ESTABLISHED)
			return session->connections[i].id;
	return CONN_NONE;
}

bool session_ibgp(const struct session *session)
{
	return session->params.asn == session->params.local_asn;
}

const struct open *session_peer_open(const struct session *session)
{
	return session->has_agreement ? &session->agreement.peer : NULL;
}

struct update_context session_context(const struct session *session)
{
	const struct capabilities *common = &session->agreement.common;
	bool is_ibgp = session_ibgp(session);

	return (struct update_context){
		.as4 = common->has_as4,
		.ibgp = is_ibgp,
		.families = common->families,
		.extended_next_hop = common->extended_next_hop,
		.peer_as = is_ibgp ? 0 : session->params.asn,
		.max_length = common->extended_message ? MESSAGE_EXTENDED : MESSAGE_MAX,
	};
}

const struct capabilities *session_common(const struct session *session)
{
	return &session->agreement.common;
}

bool session_is_kept_slowly(const struct session *session)
{
	return session->slow_messages >= SLOW_MESSAGES;
}

msec_t session_silence_ms(const struct session *session)
{
	return session->silence;
}

uint16_t session_hold_time_s(const struct session *session)
{
	return session->agreement.hold_time_s;
}

uint16_t session_keepalive_s(const struct session *session)
{
	return session->agreement.keepalive_s;
}

msec_t session_since(const struct session *session)
{
	return session->since;
}

const struct session_counters *session_counters(const struct session *session)
{
	return &session->counters;
}

const struct session_error *session_last_error(const struct session *session)
{
	return session->has_error ? &session->error : NULL;
}
