#include "bgpd/session/machine.h"

#include <stdio.h>
#include <string.h>

#define OPEN_HOLD        SECONDS(240)   /* RFC 4271 8.2.2: in OpenSent */
#define SEND_HOLD        SECONDS(480)   /* RFC 9687 4, at least */
#define CONNECT_PATIENCE SECONDS(5)     /* a SYN and two repetitions, after 1 and 3 seconds */
#define LASTED           SECONDS(60)    /* Established for so long: not an oscillation */

const struct notification machine_collision = { .code = NOTIFY_CEASE, .subcode = CEASE_COLLISION };

static msec_t longer(msec_t a, msec_t b)
{
	return a > b ? a : b;
}

/* ---- what is there ---- */

struct connection *machine_find(struct session *session, conn_id conn)
{
	for (int i = 0; i < CONNECTIONS && conn != CONN_NONE; i++)
		if (session->connections[i].id == conn)
			return &session->connections[i];
	return NULL;
}

struct connection *machine_established(struct session *session)
{
	for (int i = 0; i < CONNECTIONS; i++)
		if (session->connections[i].state == SESSION_ESTABLISHED)
			return &session->connections[i];
	return NULL;
}

static enum session_state furthest(const struct session *session)
{
	enum session_state ours = session->connections[OURS].state;
	enum session_state theirs = session->connections[THEIRS].state;

	return ours > theirs ? ours : theirs;
}

static bool has_lasted(const struct session *session, msec_t now)
{
	return session->state == SESSION_ESTABLISHED && now - session->since >= LASTED;
}

/* ---- why it is down ---- */

void machine_record_notification(struct session *session, const struct cause *cause, bool sent)
{
	struct session_error *error = &session->error;
	char said[sizeof(error->text)] = "";

	*error = (struct session_error){
		.notification = *cause->why,
		.sent = sent,
		.when = cause->now,
	};
	session->has_error = true;
	notification_describe(cause->why, error->text, sizeof(error->text));
	size_t length = strlen(error->text), left = sizeof(error->text) - length;

	if (cause->detail)
		snprintf(error->text + length, left, ": %s", cause->detail);
	else if (left > 2)
		notification_text(cause->why, said, left - 2);
	if (said[0])
		snprintf(error->text + length, left, ": %s", said);
}

/* A NOTIFICATION says more than the refused connections that follow it. */
void machine_record_loss(struct session *session, const char *why, msec_t now)
{
	struct session_error *error = &session->error;

	if (session->state < SESSION_ESTABLISHED && error->notification.code != NOTIFY_NONE)
		return;
	*error = (struct session_error){ .when = now };
	snprintf(error->text, sizeof(error->text), "%s", why);
	session->has_error = true;
}

/* ---- sending and timers ---- */

void machine_transmit(struct session *session, struct connection *connection, const uint8_t *bytes,
		      size_t length, msec_t now)
{
	session->counters.sent[bytes[MESSAGE_TYPE_OFFSET]]++;
	session->counters.bytes_sent += length;
	session->io->send(session->io, connection->id, bytes, length);
	if (connection->state == SESSION_ESTABLISHED && connection->send_hold == NEVER)
		machine_arm_send_hold(session, connection, now);
}

void machine_notify(struct session *session, struct connection *connection,
		    const struct notification *why, msec_t now)
{
	uint8_t bytes[MESSAGE_HEADER + 2 + NOTIFY_DATA];
	struct writer to = writer_of(bytes, sizeof(bytes));
	uint8_t *length = message_begin(&to, MESSAGE_NOTIFICATION);

	notification_build(why, &to);
	message_end(&to, length);
	machine_transmit(session, connection, bytes, write_length(&to), now);
}

static msec_t with_jitter(struct session *session, msec_t delay)
{
	return backoff_jitter(delay, session->io->random(session->io));
}

void machine_arm_keepalive(struct session *session, struct connection *connection, msec_t now)
{
	msec_t third = SECONDS(session->agreement.keepalive_s);

	if (third == 0)
		connection->keepalive = NEVER;
	else
		connection->keepalive = now + longer(with_jitter(session, third), KEEPALIVE_LEAST);
}

/* A hold time of 0 stands for a session without timers, this one included. */
void machine_arm_send_hold(struct session *session, struct connection *connection, msec_t now)
{
	msec_t hold = SECONDS(session->agreement.hold_time_s);

	connection->send_hold = hold ? now + longer(2 * hold, SEND_HOLD) : NEVER;
}

void machine_stop_timers(struct connection *connection)
{
	connection->retry = connection->delay_open = NEVER;
	connection->hold = NEVER;
	connection->keepalive = NEVER;
	connection->send_hold = NEVER;
}

void machine_close(struct session *session, struct connection *connection)
{
	if (connection->id != CONN_NONE)
		session->io->close(session->io, connection->id);
	connection->id = CONN_NONE;
	machine_stop_timers(connection);
}

/* ---- actions ---- */

typedef void action(struct session *session, struct connection *connection,
		    const struct cause *cause);

static void send_notification(struct session *session, struct connection *connection,
			      const struct cause *cause)
{
	machine_notify(session, connection, cause->why, cause->now);
	if (cause->event != FSM_COLLISION)      /* then the session lives on */
		machine_record_notification(session, cause, true);
}

static void close_tcp(struct session *session, struct connection *connection,
		      const struct cause *cause)
{
	(void)cause;
	machine_close(session, connection);
}

static void stop_retry(struct session *session, struct connection *connection,
		       const struct cause *cause)
{
	(void)session, (void)cause;
	connection->retry = connection->delay_open = NEVER;
}

static void arm_retry(struct session *session, struct connection *connection,
		      const struct cause *cause)
{
	connection->retry = cause->now + with_jitter(session, session->retry.delay);
}

static void arm_delay(struct session *session, struct connection *connection,
		      const struct cause *cause)
{
	connection->delay_open = cause->now + SECONDS(session->params.delay_open_s);
}

static void back_off(struct session *session, struct connection *connection,
		     const struct cause *cause)
{
	(void)connection, (void)cause;
	backoff_grow(&session->retry);
}

/* RFC 8538 4: a session that comes back found us forwarding, though we have not restarted. */
static void send_open(struct session *session, struct connection *connection,
		      const struct cause *cause)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	bool comes_back = session->counters.established > 0;
	struct open open = negotiate_offer(&session->params, session->is_restarting,
					   session->is_restarting || comes_back);

	open_build(&open, &to);
	machine_transmit(session, connection, bytes, write_length(&to), cause->now);
}

static void send_keepalive(struct session *session, struct connection *connection,
			   const struct cause *cause)
{
	uint8_t bytes[MESSAGE_HEADER];
	struct writer to = writer_of(bytes, sizeof(bytes));

	message_end(&to, message_begin(&to, MESSAGE_KEEPALIVE));
	machine_transmit(session, connection, bytes, write_length(&to), cause->now);
	connection->keepalive_sent = cause->now;
}

static void arm_open_hold(struct session *session, struct connection *connection,
			  const struct cause *cause)
{
	(void)session;
	connection->hold = cause->now + OPEN_HOLD;
}

/* Scheduling and retransmission on both sides, before it is the peer's timer that is slow. */
#define SLOW_SLACK SECONDS(2)

/* RFC 4271 4.4: a third of the hold time is a reasonable maximum between KEEPALIVEs. */
static void see_silence(struct session *session, const struct connection *connection, msec_t hold,
			msec_t now)
{
	msec_t silence = now - (connection->hold - hold);

	session->silence = longer(session->silence, silence);
	if (3 * silence > hold + SLOW_SLACK)
		session->slow_messages++;
	else
		session->slow_messages = 0;
}

static void arm_hold(struct session *session, struct connection *connection,
		     const struct cause *cause)
{
	msec_t hold = SECONDS(session->agreement.hold_time_s);

	if (hold && connection->state == SESSION_ESTABLISHED && connection->hold != NEVER)
		see_silence(session, connection, hold, cause->now);
	connection->hold = hold ? cause->now + hold : NEVER;
}

static void arm_keepalive(struct session *session, struct connection *connection,
			  const struct cause *cause)
{
	machine_arm_keepalive(session, connection, cause->now);
}

static void open_tcp(struct session *session, struct connection *connection,
		     const struct cause *cause)
{
	msec_t patience = longer(with_jitter(session, session->retry.delay), CONNECT_PATIENCE);

	connection->id = session->io->connect(session->io, session);
	if (connection->id != CONN_NONE) {
		connection->retry = cause->now + patience;
		return;
	}
	machine_record_loss(session, "cannot open a connection", cause->now);
	machine_step(session, connection, &(struct cause){ FSM_TCP_DOWN, .now = cause->now });
}

static void deliver(struct session *session, struct connection *connection,
		    const struct cause *cause)
{
	(void)connection;
	if (cause->event == FSM_UPDATE)
		session->io->update(session->io, session, cause->body, cause->now);
	else
		session->io->refresh(session->io, session, cause->refresh, cause->now);
}

/* In the order of enum fsm_action.  Damping is not for one connection, see settle. */
static void perform(struct session *session, struct connection *connection, unsigned int actions,
		    const struct cause *cause)
{
	static action *const performers[] = {
		NULL, send_notification, close_tcp, stop_retry, arm_retry, arm_delay, back_off,
		send_open, send_keepalive, arm_open_hold, arm_hold, arm_keepalive, open_tcp, deliver, NULL,
	};

	_Static_assert(1 << (sizeof(performers) / sizeof(performers[0]) - 1) == DO_DAMP,
		       "a row for each action");
	for (unsigned int bit = 0; actions >> bit; bit++)
		if ((actions >> bit & 1) && performers[bit])
			performers[bit](session, connection, cause);
}

/* ---- after each step ---- */

static void tell_state(struct session *session, msec_t now)
{
	enum session_state from = session->state, to = furthest(session);

	if (from == to)
		return;
	session->state = to;
	session->since = now;
	session->io->state(session->io, session, from, to, now);
	if (from == SESSION_ESTABLISHED)        /* the owner still needs what was agreed */
		session->io->down(session->io, session, now);
	if (to < SESSION_OPEN_CONFIRM) {
		session->agreement = (struct agreement){ .hold_time_s = 0 };
		session->has_agreement = false;
		session->silence = 0;
		session->slow_messages = 0;
	}
	if (to == SESSION_ESTABLISHED)
		session->io->established(session->io, session, now);
}

static void begin_rest(struct session *session, msec_t now)
{
	if (!session->is_wanted || session->rest_until != NEVER)
		return;
	session->rest_until = now + with_jitter(session, session->rest.delay);
	session->rest_is_ordered = false;
	backoff_grow(&session->rest);
}

/* RFC 4271 8.1.1, IdleHoldTime.  A machine that failed takes the session to Idle with it, unless
 * the other one has a connection: then that goes on, and ours begins anew after the rest. */
static void settle(struct session *session, bool damp, msec_t now)
{
	struct connection *ours = &session->connections[OURS];
	struct connection *theirs = &session->connections[THEIRS];

	if (theirs->id == CONN_NONE) {          /* it was there for that connection alone */
		theirs->state = SESSION_IDLE;
		machine_stop_timers(theirs);
	}
	bool is_connected = furthest(session) >= SESSION_OPEN_SENT;

	if (damp && !is_connected) {
		machine_close(session, ours);
		ours->state = SESSION_IDLE;
	}
	if (furthest(session) < SESSION_ESTABLISHED && has_lasted(session, now))
		backoff_reset(&session->rest);
	if (ours->state == SESSION_IDLE && (damp || !is_connected))
		begin_rest(session, now);
	tell_state(session, now);
}

/* The other connection has lost (RFC 4271 6.8), or need not be opened any more. */
static void become_established(struct session *session, const struct connection *winner, msec_t now)
{
	int loser = winner == &session->connections[OURS] ? THEIRS : OURS;
	struct connection *other = &session->connections[loser];
	bool has_lost = other->state >= SESSION_OPEN_SENT;

	session->counters.established++;
	session->rest_until = NEVER;
	backoff_reset(&session->retry);
	if (other->state != SESSION_IDLE)
		machine_step(session, other, &(struct cause){
			has_lost ? FSM_COLLISION : FSM_STOP, .now = now, .why = &machine_collision,
		});
}

void machine_step(struct session *session, struct connection *connection,
		  const struct cause *cause)
{
	bool was_established = connection->state == SESSION_ESTABLISHED;
	struct fsm_step step = fsm_step(connection->state, cause->event);
	struct notification fsm_error = { .code = NOTIFY_FSM, .subcode = step.subcode };
	struct cause own = *cause;

	if (step.unexpected)
		own.why = &fsm_error;
	connection->state = step.next;
	perform(session, connection, step.actions, &own);
	if (step.next == SESSION_ESTABLISHED && !was_established)
		become_established(session, connection, cause->now);
	settle(session, step.actions & DO_DAMP, cause->now);
}

void machine_begin(struct session *session, msec_t now)
{
	session->rest_until = NEVER;
	machine_step(session, &session->connections[OURS], &(struct cause){
		session->params.passive ? FSM_START_PASSIVE : FSM_START, .now = now });
}
