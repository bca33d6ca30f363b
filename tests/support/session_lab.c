#include "tests/support/session_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct lab *lab_of(struct session_io *io)
{
	return (struct lab *)io;        /* its first member */
}

static void __attribute__((format(printf, 2, 3))) trace(struct lab *lab, const char *format, ...)
{
	char *line = lab->trace + lab->trace_length;
	size_t left = sizeof(lab->trace) - lab->trace_length;
	va_list arguments;

	if (lab->is_quiet)
		return;
	size_t length = (size_t)snprintf(line, left, "%d.%03d ", (int)(lab->now / 1000),
					 (int)(lab->now % 1000));
	va_start(arguments, format);
	length += (size_t)vsnprintf(line + length, left - length, format, arguments);
	va_end(arguments);
	assert_true(length + 2 < left);
	memcpy(line + length, "\n", 2);
	lab->trace_length += length + 1;
}

static conn_id open_one(struct lab *lab)
{
	lab->last_conn++;
	assert_true(lab->last_conn < LAB_CONNS);
	lab->is_open[lab->last_conn] = true;
	return lab->last_conn;
}

/* ---- what the session asks for ---- */

static conn_id lab_connect(struct session_io *io, struct session *session)
{
	struct lab *lab = lab_of(io);

	assert_ptr_equal(session_owner(session), lab);
	if (lab->refuses_connect) {
		trace(lab, "connect fails");
		return CONN_NONE;
	}
	trace(lab, "connect %u", lab->last_conn + 1);
	return open_one(lab);
}

static void lab_send(struct session_io *io, conn_id conn, const uint8_t *bytes, size_t length)
{
	struct lab *lab = lab_of(io);
	struct message message;
	struct notification why;

	assert_true(conn < LAB_CONNS && lab->is_open[conn]);
	assert_int_equal(message_frame((struct span){ bytes, length }, true, &message, &why),
			 FRAME_WHOLE);
	assert_int_equal(message.length, length);
	memcpy(lab->sent, bytes, length);
	lab->sent_length = length;
	if (message.type == MESSAGE_NOTIFICATION)
		trace(lab, "send %u NOTIFICATION %u/%u", conn, bytes[19], bytes[20]);
	else
		trace(lab, "send %u %s", conn, message_type_name(message.type));
}

static void lab_close(struct session_io *io, conn_id conn)
{
	struct lab *lab = lab_of(io);

	assert_true(conn < LAB_CONNS && lab->is_open[conn]);
	lab->is_open[conn] = false;
	trace(lab, "close %u", conn);
}

static void lab_state(struct session_io *io, struct session *session, enum session_state from,
		      enum session_state to, msec_t now)
{
	struct lab *lab = lab_of(io);

	assert_int_equal(now, lab->now);
	assert_int_equal(session_state(session), to);
	assert_int_equal(session_since(session), now);
	trace(lab, "state %s -> %s", session_state_name(from), session_state_name(to));
}

static void run_hook(struct lab *lab)
{
	if (lab->hook)
		lab->hook(lab);
}

static void lab_established(struct session_io *io, struct session *session, msec_t now)
{
	(void)now;
	assert_int_not_equal(session_conn(session), CONN_NONE);
	trace(lab_of(io), "established");
	run_hook(lab_of(io));
}

static void lab_down(struct session_io *io, struct session *session, msec_t now)
{
	(void)now;
	assert_non_null(session_peer_open(session));
	trace(lab_of(io), "down");
}

static void lab_update(struct session_io *io, struct session *session, struct reader body,
		       msec_t now)
{
	(void)session, (void)now;
	trace(lab_of(io), "update %zu bytes", read_left(&body));
	run_hook(lab_of(io));
}

static void lab_refresh(struct session_io *io, struct session *session,
			const struct route_refresh *refresh, msec_t now)
{
	(void)session, (void)now;
	trace(lab_of(io), "refresh %s %u", family_name(refresh->family), refresh->kind);
	run_hook(lab_of(io));
}

static uint32_t lab_random(struct session_io *io)
{
	return lab_of(io)->random;
}

/* ---- life ---- */

struct session_params lab_params(void)
{
	return (struct session_params){
		.name = "peer",
		.address = address_ipv4(0xa9fe0a01),
		.asn = 65002,
		.local_asn = 65001,
		.router_id = 0x0a000001,
		.hold_time_s = 90,
		.connect_retry_s = 60,
		.ttl = 1,
		.families = FAMILY_BIT(FAMILY_IPV4),
		.restart_time_s = 120,
	};
}

void lab_begin(struct lab *lab, const struct session_params *params)
{
	*lab = (struct lab){
		.io = {
			.connect = lab_connect,
			.send = lab_send,
			.close = lab_close,
			.state = lab_state,
			.established = lab_established,
			.down = lab_down,
			.update = lab_update,
			.refresh = lab_refresh,
			.random = lab_random,
		},
		.random = 256,
		.peer = {
			.asn = params->asn,
			.hold_time_s = 90,
			.bgp_id = 0x0a000002,
			.capabilities = {
				.any_multiprotocol = true,
				.families = params->families,
				.route_refresh = true,
				.extended_message = true,
				.has_as4 = true,
			},
		},
	};
	lab->session = session_new(params, &lab->io, lab);
}

void lab_end(struct lab *lab)
{
	session_free(lab->session);
	for (conn_id conn = 0; conn < LAB_CONNS; conn++)
		assert_false(lab->is_open[conn]);
}

void lab_forget(struct lab *lab)
{
	lab->trace[0] = '\0';
	lab->trace_length = 0;
}

void lab_expect(struct lab *lab, const char *wanted)
{
	assert_string_equal(lab->trace, wanted);
	lab_forget(lab);
}

void lab_run_until(struct lab *lab, msec_t until)
{
	msec_t deadline;

	while ((deadline = session_deadline(lab->session)) <= until) {
		if (deadline > lab->now)
			lab->now = deadline;
		session_tick(lab->session, lab->now);
		assert_true(session_deadline(lab->session) > lab->now);
	}
	lab->now = until;
}

/* ---- the peer ---- */

conn_id lab_peer_connects(struct lab *lab)
{
	conn_id conn = open_one(lab);

	if (session_accept(lab->session, conn, lab->now))
		return conn;
	lab->is_open[conn] = false;
	return CONN_NONE;
}

void lab_connected(struct lab *lab, conn_id conn)
{
	session_connected(lab->session, conn, lab->now);
}

void lab_closed(struct lab *lab, conn_id conn, const char *why)
{
	lab->is_open[conn] = false;
	session_closed(lab->session, conn, why, lab->now);
}

void lab_peer_says(struct lab *lab, conn_id conn, struct span bytes)
{
	assert_int_equal(session_receive(lab->session, conn, bytes.bytes, bytes.length, lab->now),
			 bytes.length);
}

static void say(struct lab *lab, conn_id conn, const struct writer *message)
{
	lab_peer_says(lab, conn, (struct span){ message->start, write_length(message) });
}

void lab_peer_says_open(struct lab *lab, conn_id conn)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	open_build(&lab->peer, &to);
	say(lab, conn, &to);
}

void lab_peer_says_keepalive(struct lab *lab, conn_id conn)
{
	uint8_t bytes[MESSAGE_HEADER];
	struct writer to = writer_of(bytes, sizeof(bytes));

	message_end(&to, message_begin(&to, MESSAGE_KEEPALIVE));
	say(lab, conn, &to);
}

void lab_peer_says_notification(struct lab *lab, conn_id conn, struct notification why)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	uint8_t *length = message_begin(&to, MESSAGE_NOTIFICATION);

	notification_build(&why, &to);
	message_end(&to, length);
	say(lab, conn, &to);
}

void lab_peer_says_update(struct lab *lab, conn_id conn)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	update_build_end_of_rib(FAMILY_IPV4, &to);
	say(lab, conn, &to);
}

void lab_establish(struct lab *lab)
{
	lab->is_quiet = true;
	session_start(lab->session, lab->now);
	conn_id conn = session_params(lab->session)->passive ? lab_peer_connects(lab)
							     : lab->last_conn;

	lab_connected(lab, conn);
	lab_peer_says_open(lab, conn);
	lab_peer_says_keepalive(lab, conn);
	assert_int_equal(session_state(lab->session), SESSION_ESTABLISHED);
	lab->is_quiet = false;
}
