#include "bgpd/session/session.h"

#include <stdio.h>

#include "bgpd/session/collision.h"
#include "bgpd/session/machine.h"

static bool waits_to_open(const struct connection *connection)
{
	return connection->delay_open != NEVER;
}

static struct connection *collide(struct session *session, const struct connection *arrived,
				  const struct open *peer)
{
	const struct session_params *params = &session->params;
	struct collision_side local = { params->router_id, params->local_asn };
	struct collision_side remote = { peer->bgp_id, peer->asn };
	struct connection *ours = &session->connections[OURS];
	struct connection *theirs = &session->connections[THEIRS];

	switch (collision_resolve(&local, &remote,
				  arrived == ours ? SESSION_OPEN_CONFIRM : ours->state,
				  arrived == theirs ? SESSION_OPEN_CONFIRM : theirs->state)) {
	case COLLISION_NONE:
		return NULL;
	case COLLISION_CLOSE_OURS:
		return ours;
	case COLLISION_CLOSE_THEIRS:
		return theirs;
	}
	return NULL;
}

/* What a subcode leaves open; false: nothing. */
static bool explain_refusal(const struct session_params *params, const struct open *peer,
			    unsigned int subcode, char *detail, size_t size)
{
	if (subcode == OPEN_BAD_PEER_AS)
		snprintf(detail, size, "the peer says AS %u, configured is AS %u", peer->asn,
			 params->asn);
	else if (subcode == OPEN_ROLE_MISMATCH)
		snprintf(detail, size, "we are %s, the peer says %s", bgp_role_name(params->role),
			 peer->capabilities.has_several_roles ? "several roles"
				: bgp_role_name(peer->capabilities.role));
	else
		return false;
	return true;
}

static void refuse_open(struct session *session, struct connection *connection,
			const struct open *peer, const struct notification *why, msec_t now)
{
	char detail[64];
	bool has_detail = explain_refusal(&session->params, peer, why->subcode, detail,
					  sizeof(detail));

	machine_step(session, connection, &(struct cause){
		FSM_OPEN_ERROR, .now = now, .why = why, .detail = has_detail ? detail : NULL,
	});
}

static void accept_open(struct session *session, struct connection *connection,
			const struct agreement *agreement, msec_t now)
{
	struct connection *loser = collide(session, connection, &agreement->peer);

	/* A loser must not get the KEEPALIVE that would make it Established at the other end. */
	if (loser != connection) {
		session->agreement = *agreement;
		session->has_agreement = true;
		machine_step(session, connection, &(struct cause){
			waits_to_open(connection) ? FSM_OPEN_DELAYED : FSM_OPEN, .now = now });
	}
	if (loser)
		machine_step(session, loser, &(struct cause){ FSM_COLLISION, .now = now,
							      .why = &machine_collision });
}

static void receive_open(struct session *session, struct connection *connection,
			 struct reader body, msec_t now)
{
	struct open peer;
	struct agreement agreement;
	struct notification why;

	if (open_parse(body, &peer, &why) &&
	    negotiate_open(&session->params, &peer, &agreement, &why))
		accept_open(session, connection, &agreement, now);
	else
		refuse_open(session, connection, &peer, &why, now);
}

static void receive_notification(struct session *session, struct connection *connection,
				 struct reader body, msec_t now)
{
	struct notification why;
	struct cause cause = { FSM_NOTIFICATION, .now = now, .why = &why };

	notification_parse(body, &why);
	bool has_lost = why.code == NOTIFY_CEASE && why.subcode == CEASE_COLLISION;
	bool are_two = session->connections[OURS].state >= SESSION_OPEN_SENT &&
		       session->connections[THEIRS].state >= SESSION_OPEN_SENT;

	if (!(has_lost && are_two))             /* else the session lives on */
		machine_record_notification(session, &cause, false);
	machine_step(session, connection, &cause);
}

/* RFC 2918 4, RFC 7313 5: what is about a family that is not ours, or of an unknown kind, is
 * ignored.  Since we always offer route refresh, a peer may ask without offering it. */
static void receive_refresh(struct session *session, struct connection *connection,
			    struct reader body, msec_t now)
{
	struct route_refresh refresh;
	struct notification why;
	struct cause cause = { FSM_REFRESH, .now = now, .why = &why, .refresh = &refresh };
	bool is_established = connection->state == SESSION_ESTABLISHED;
	uint8_t families = session->agreement.common.families;

	if (is_established && !route_refresh_parse(body, &refresh, &why))
		cause.event = FSM_MESSAGE_ERROR;
	else if (is_established && (refresh.kind > REFRESH_END ||
				    !(families & FAMILY_BIT(refresh.family))))
		return;
	machine_step(session, connection, &cause);
}

static void receive_message(struct session *session, struct connection *connection,
			    const struct message *message, msec_t now)
{
	struct cause cause = { .now = now, .body = message->body };

	switch ((enum message_type)message->type) {
	case MESSAGE_OPEN:
		if (connection->state == SESSION_OPEN_SENT || waits_to_open(connection)) {
			receive_open(session, connection, message->body, now);
			return;
		}
		cause.event = FSM_OPEN;
		break;
	case MESSAGE_UPDATE:
		cause.event = FSM_UPDATE;
		break;
	case MESSAGE_NOTIFICATION:
		receive_notification(session, connection, message->body, now);
		return;
	case MESSAGE_KEEPALIVE:
		cause.event = FSM_KEEPALIVE;
		break;
	case MESSAGE_ROUTE_REFRESH:
		receive_refresh(session, connection, message->body, now);
		return;
	}
	machine_step(session, connection, &cause);
}

size_t session_receive(struct session *session, conn_id conn, const uint8_t *bytes, size_t length,
		       msec_t now)
{
	struct connection *connection;
	size_t used = 0;

	/* Looked up anew each time: a message may have ended the connection. */
	while ((connection = machine_find(session, conn))) {
		struct message message;
		struct notification why;

		/* RFC 8654 4: who offers to take extended messages, as we do, may get them. */
		switch (message_frame((struct span){ bytes + used, length - used }, true, &message,
				      &why)) {
		case FRAME_INCOMPLETE:
			return used;
		case FRAME_BAD:
			machine_step(session, connection, &(struct cause){
				FSM_HEADER_ERROR, .now = now, .why = &why });
			break;
		case FRAME_WHOLE:
			used += message.length;
			session->counters.received[message.type]++;
			session->counters.bytes_received += message.length;
			receive_message(session, connection, &message, now);
			break;
		}
	}
	return length;
}
