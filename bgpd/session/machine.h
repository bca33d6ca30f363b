/* bgpd/session/machine.h - Inside a session: its two machines, and the one way to move them.
 *
 * For session.c and receive.c alone.  machine_step looks up the step in fsm.h, performs its actions
 * and draws the consequences for the session as a whole: who else must close, when to start again,
 * what io->state, io->established and io->down are told. */
#ifndef BGPD_SESSION_MACHINE_H
#define BGPD_SESSION_MACHINE_H

#include "bgpd/session/backoff.h"
#include "bgpd/session/negotiate.h"
#include "bgpd/session/session.h"

/* One machine of fsm.h with its connection, if it has one. */
struct connection {
	conn_id id;
	enum session_state state;
	msec_t retry, delay_open, hold, keepalive, send_hold;   /* deadlines */
	msec_t keepalive_sent;
};

enum { OURS, THEIRS, CONNECTIONS };     /* by who opened them */

struct session {
	struct session_params params;
	struct session_io *io;
	void *owner;
	struct connection connections[CONNECTIONS];
	enum session_state state;       /* the furthest of theirs, as told to io->state */
	msec_t since;
	bool is_wanted;                 /* started and not stopped */
	bool is_restarting;             /* as RFC 4724 means it */
	bool rest_is_ordered;           /* by the caller: session_hurry does not end it */
	msec_t rest_until;              /* in Idle; start again then */
	struct backoff rest, retry;
	bool has_agreement;
	struct agreement agreement;     /* of the one connection whose OPEN was accepted */
	bool has_error;
	struct session_error error;
	struct session_counters counters;
	msec_t silence;                 /* the longest between two messages while Established */
	unsigned int slow_messages;     /* in turn, after too long a silence */
};

/* An event and what goes with it. */
struct cause {
	enum fsm_event event;
	msec_t now;
	const struct notification *why; /* sent where the step says so */
	const char *detail;             /* of why, for the operator; NULL: nothing to add */
	struct reader body;             /* of an UPDATE */
	const struct route_refresh *refresh;
};

#define KEEPALIVE_LEAST SECONDS(1)  /* RFC 4271 4.4: not more often */

extern const struct notification machine_collision;     /* Cease/7 */

/* NULL: there is none. */
struct connection *machine_find(struct session *session, conn_id conn);
struct connection *machine_established(struct session *session);

/* Afterwards the connection may be closed, or another one. */
void machine_step(struct session *session, struct connection *connection,
		  const struct cause *cause);
void machine_begin(struct session *session, msec_t now);        /* the rest in Idle is over */

/* Past the table: what the caller made, and the answer to a connection that gets no machine. */
void machine_transmit(struct session *session, struct connection *connection, const uint8_t *bytes,
		      size_t length, msec_t now);
void machine_notify(struct session *session, struct connection *connection,
		    const struct notification *why, msec_t now);
void machine_arm_keepalive(struct session *session, struct connection *connection, msec_t now);
void machine_arm_send_hold(struct session *session, struct connection *connection, msec_t now);
void machine_close(struct session *session, struct connection *connection);
void machine_stop_timers(struct connection *connection);

/* Why the session is, or was, down. */
void machine_record_notification(struct session *session, const struct cause *cause, bool sent);
void machine_record_loss(struct session *session, const char *why, msec_t now);

#endif
