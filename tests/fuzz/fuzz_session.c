/* tests/fuzz/fuzz_session.c - Whatever happens to a session, in any order: what must stay true.
 *
 * The first two bytes of the input choose the parameters, the rest is a list of things that happen:
 * one byte says what, the next to which connection or for how long, then come its arguments.  After
 * each of them:
 * - at most two connections are open, one in Established, none in Idle;
 * - what io->state, established and down were told agrees with what the session says;
 * - nothing is sent on, and nobody closes, a connection that is not open;
 * - a session that is wanted has a deadline, and no deadline is left behind by a tick.
 *
 *	make fuzz && mkdir corpus && build-fuzz/tests/fuzz/fuzz_session corpus */
#include <stdlib.h>
#include <string.h>

#include "bgpd/session/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CONNS 3                         /* two, and one that is turned away */

struct fuzz_conn {
	conn_id id;
	uint8_t unread[MESSAGE_EXTENDED];       /* what the session has not used up */
	size_t length;
};

enum hook { HOOK_NONE, HOOK_SEND, HOOK_FAIL, HOOK_FAIL_FOR_GOOD, HOOK_RESET, HOOK_STOP,
	    HOOK_ABANDON, HOOKS };

struct fuzz {
	struct session_io io;
	struct session *session;
	msec_t now;
	uint32_t random;
	conn_id last_id;
	struct fuzz_conn conns[CONNS];
	enum session_state told;
	bool is_up;                             /* io->established was called, io->down not */
	bool is_wanted, refuses_connect;
	enum hook hook;
};

static struct fuzz fuzz;

static const struct notification cease = { .code = NOTIFY_CEASE, .subcode = CEASE_SHUTDOWN };
static const struct notification failure = { .code = NOTIFY_UPDATE,
					     .subcode = UPDATE_BAD_AS_PATH };

static void expect(bool claim)
{
	if (!claim)
		abort();
}

static struct fuzz_conn *find(conn_id id)
{
	for (size_t i = 0; i < CONNS; i++)
		if (id != CONN_NONE && fuzz.conns[i].id == id)
			return &fuzz.conns[i];
	return NULL;
}

static conn_id open_one(void)
{
	for (size_t i = 0; i < CONNS; i++) {
		if (fuzz.conns[i].id == CONN_NONE) {
			fuzz.conns[i].id = ++fuzz.last_id;
			fuzz.conns[i].length = 0;
			return fuzz.conns[i].id;
		}
	}
	abort();
}

static void send_end_of_rib(void)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	update_build_end_of_rib(FAMILY_IPV4, &to);
	session_send(fuzz.session, bytes, write_length(&to), fuzz.now);
}

static void stop(void)
{
	fuzz.is_wanted = false;
	session_stop(fuzz.session, &cease, fuzz.now);
}

static void fail_for_good(void)
{
	if (session_state(fuzz.session) == SESSION_ESTABLISHED)
		fuzz.is_wanted = false;
	session_fail(fuzz.session, &failure, NEVER, fuzz.now);
}

static void act_from_within(void)
{
	switch (fuzz.hook) {
	case HOOK_SEND:
		send_end_of_rib();
		break;
	case HOOK_FAIL:
		session_fail(fuzz.session, &failure, 0, fuzz.now);
		break;
	case HOOK_FAIL_FOR_GOOD:
		fail_for_good();
		break;
	case HOOK_RESET:
		session_reset(fuzz.session, &cease, SECONDS(1), fuzz.now);
		break;
	case HOOK_STOP:
		stop();
		break;
	case HOOK_ABANDON:
		session_abandon(fuzz.session, "the way is gone", fuzz.now);
		break;
	case HOOK_NONE:
	case HOOKS:
		break;
	}
}

/* ---- what the session asks for ---- */

static conn_id on_connect(struct session_io *io, struct session *session)
{
	(void)io;
	expect(!session_params(session)->passive);
	return fuzz.refuses_connect ? CONN_NONE : open_one();
}

static void on_send(struct session_io *io, conn_id conn, const uint8_t *bytes, size_t length)
{
	struct message message;
	struct notification why;

	(void)io;
	expect(find(conn));
	expect(message_frame((struct span){ bytes, length }, true, &message, &why) == FRAME_WHOLE);
	expect(message.length == length);
}

static void on_close(struct session_io *io, conn_id conn)
{
	struct fuzz_conn *closed = find(conn);

	(void)io;
	if (!closed)
		abort();
	closed->id = CONN_NONE;
}

static void on_state(struct session_io *io, struct session *session, enum session_state from,
		     enum session_state to, msec_t now)
{
	(void)io;
	expect(from == fuzz.told && to != from && to == session_state(session));
	expect(now == fuzz.now);
	fuzz.told = to;
}

static void on_established(struct session_io *io, struct session *session, msec_t now)
{
	(void)io, (void)now;
	expect(!fuzz.is_up && find(session_conn(session)));
	fuzz.is_up = true;
	act_from_within();
}

static void on_down(struct session_io *io, struct session *session, msec_t now)
{
	(void)io, (void)now;
	expect(fuzz.is_up && session_peer_open(session) && session_last_error(session));
	fuzz.is_up = false;
}

static void on_update(struct session_io *io, struct session *session, struct reader body,
		      msec_t now)
{
	(void)io, (void)now;
	expect(session_state(session) == SESSION_ESTABLISHED && read_left(&body) >= 4);
	act_from_within();
}

static void on_refresh(struct session_io *io, struct session *session,
		       const struct route_refresh *refresh, msec_t now)
{
	(void)io, (void)now;
	expect(session_common(session)->families & FAMILY_BIT(refresh->family));
	act_from_within();
}

static uint32_t on_random(struct session_io *io)
{
	(void)io;
	return fuzz.random = fuzz.random * 1664525 + 1013904223;
}

/* ---- what happens ---- */

static void receive(struct fuzz_conn *conn, const void *bytes, size_t length)
{
	conn_id id = conn->id;

	if (id == CONN_NONE)
		return;
	if (length > sizeof(conn->unread) - conn->length)
		length = sizeof(conn->unread) - conn->length;
	if (length)
		memcpy(conn->unread + conn->length, bytes, length);
	length += conn->length;
	size_t used = session_receive(fuzz.session, id, conn->unread, length, fuzz.now);

	expect(used <= length);
	expect(conn->id == id || used == length);
	conn->length = length - used;
	memmove(conn->unread, conn->unread + used, conn->length);
	expect(conn->length < sizeof(conn->unread));
}

static struct open peer_open(unsigned int flags)
{
	const struct session_params *params = session_params(fuzz.session);
	uint8_t families = params->families;

	return (struct open){
		.asn = flags & 1 ? params->asn + 1 : params->asn,
		.hold_time_s = flags & 2 ? 3 : flags & 4 ? 0 : 90,
		.bgp_id = flags & 8 ? params->router_id : flags & 16 ? 1 : 0xff000001,
		.capabilities = {
			.any_multiprotocol = flags & 32,
			.families = flags & 32 ? families : 0,
			.has_as4 = flags & 64,
			.route_refresh = true,
			.graceful_restart = flags & 128,
			.notification_restart = flags & 128,
			.restart_families = flags & 128 ? families : 0,
		},
	};
}

static void peer_says(struct fuzz_conn *conn, enum message_type type, struct span arguments)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct open open = peer_open(arguments.length ? arguments.bytes[0] : 0);

	if (type == MESSAGE_OPEN) {
		open_build(&open, &to);
	} else {
		uint8_t *length = message_begin(&to, type);

		if (type != MESSAGE_KEEPALIVE)
			write_span(&to, arguments);
		message_end(&to, length);
	}
	receive(conn, bytes, write_length(&to));
}

static void accept_one(void)
{
	conn_id id = open_one();

	if (!session_accept(fuzz.session, id, fuzz.now))
		find(id)->id = CONN_NONE;
}

static void tick(void)
{
	session_tick(fuzz.session, fuzz.now);
	expect(session_deadline(fuzz.session) > fuzz.now);
}

static void tick_at_deadline(void)
{
	msec_t deadline = session_deadline(fuzz.session);

	if (deadline != NEVER && deadline > fuzz.now)
		fuzz.now = deadline;
	tick();
}

static void lose(struct fuzz_conn *conn)
{
	conn_id id = conn->id;

	conn->id = CONN_NONE;
	session_closed(fuzz.session, id, "Connection reset by peer", fuzz.now);
}

enum happening { H_START, H_STOP, H_RESET, H_HURRY, H_ABANDON, H_FAIL, H_FAIL_FOR_GOOD, H_ACCEPT,
		 H_CONNECTED, H_CLOSED, H_BYTES, H_OPEN, H_KEEPALIVE, H_UPDATE, H_NOTIFICATION,
		 H_REFRESH, H_SEND, H_DRAINED, H_WAIT, H_TICK, H_REFUSE, H_HOOK, H_RESTARTING,
		 HAPPENINGS };

static void happen(enum happening happening, unsigned int number, struct span arguments)
{
	struct fuzz_conn *conn = &fuzz.conns[number % CONNS];
	struct session *session = fuzz.session;

	switch (happening) {
	case H_START:
		fuzz.is_wanted = true;
		session_start(session, fuzz.now);
		break;
	case H_STOP:
		stop();
		break;
	case H_RESET:
		session_reset(session, &cease, SECONDS(number), fuzz.now);
		break;
	case H_HURRY:
		session_hurry(session, fuzz.now);
		break;
	case H_ABANDON:
		session_abandon(session, "the way is gone", fuzz.now);
		break;
	case H_FAIL:
		session_fail(session, &failure, SECONDS(number), fuzz.now);
		break;
	case H_FAIL_FOR_GOOD:
		fail_for_good();
		break;
	case H_ACCEPT:
		accept_one();
		break;
	case H_CONNECTED:
		session_connected(session, conn->id, fuzz.now);
		break;
	case H_CLOSED:
		lose(conn);
		break;
	case H_BYTES:
		receive(conn, arguments.bytes, arguments.length);
		break;
	case H_OPEN:
		peer_says(conn, MESSAGE_OPEN, arguments);
		break;
	case H_KEEPALIVE:
		peer_says(conn, MESSAGE_KEEPALIVE, arguments);
		break;
	case H_UPDATE:
		peer_says(conn, MESSAGE_UPDATE, arguments);
		break;
	case H_NOTIFICATION:
		peer_says(conn, MESSAGE_NOTIFICATION, arguments);
		break;
	case H_REFRESH:
		peer_says(conn, MESSAGE_ROUTE_REFRESH, arguments);
		break;
	case H_SEND:
		send_end_of_rib();
		break;
	case H_DRAINED:
		session_drained(session, conn->id, number / CONNS, fuzz.now);
		break;
	case H_WAIT:
		fuzz.now += number * number;
		tick();
		break;
	case H_TICK:
		tick_at_deadline();
		break;
	case H_REFUSE:
		fuzz.refuses_connect = number & 1;
		break;
	case H_HOOK:
		fuzz.hook = (enum hook)(number % HOOKS);
		break;
	case H_RESTARTING:
		session_set_restarting(session, number & 1);
		break;
	case HAPPENINGS:
		break;
	}
}

/* ---- what must stay true ---- */

static size_t count_open(void)
{
	size_t count = 0;

	for (size_t i = 0; i < CONNS; i++)
		count += fuzz.conns[i].id != CONN_NONE;
	return count;
}

/* Established with a hold time of 0, and Active without the right to connect, wait for the peer. */
static bool may_wait_for_ever(void)
{
	enum session_state state = session_state(fuzz.session);

	return !fuzz.is_wanted ||
	       (state == SESSION_ESTABLISHED && session_hold_time_s(fuzz.session) == 0) ||
	       (state == SESSION_OPEN_CONFIRM && session_hold_time_s(fuzz.session) == 0) ||
	       (state == SESSION_ACTIVE && session_params(fuzz.session)->passive);
}

static void check(void)
{
	enum session_state state = session_state(fuzz.session);
	const struct session_error *error = session_last_error(fuzz.session);
	size_t count = count_open();

	expect(state == fuzz.told);
	expect(fuzz.is_up == (state == SESSION_ESTABLISHED));
	expect(!session_peer_open(fuzz.session) == (state < SESSION_OPEN_CONFIRM));
	expect(state != SESSION_IDLE || count == 0);
	expect(state != SESSION_ESTABLISHED || (count == 1 && find(session_conn(fuzz.session))));
	expect(state < SESSION_OPEN_SENT || count >= 1);
	expect(count <= 2);
	expect(fuzz.is_wanted || state == SESSION_IDLE);
	expect(may_wait_for_ever() || session_deadline(fuzz.session) != NEVER);
	expect(!error || (error->text[0] && memchr(error->text, '\0', sizeof(error->text))));
}

static struct session_params choose_params(unsigned int a, unsigned int b)
{
	static const uint16_t hold_times[] = { 90, 0, 3, 65535 };

	return (struct session_params){
		.name = "peer",
		.address = address_ipv4(0xa9fe0a01),
		.asn = a & 1 ? 65001 : a & 2 ? 4200000000 : 65002,
		.local_asn = 65001,
		.router_id = 0x0a000001,
		.passive = a & 4,
		.graceful_restart = a & 8,
		.hold_time_s = hold_times[a >> 4 & 3],
		.keepalive_s = a & 64 ? 5 : 0,
		.connect_retry_s = (uint16_t)(b & 15),
		.families = (uint8_t)(b & 16 ? FAMILY_BIT(FAMILY_IPV6) : FAMILY_BIT(FAMILY_IPV4)),
		.restart_time_s = 120,
	};
}

static void begin(unsigned int a, unsigned int b)
{
	struct session_params params = choose_params(a, b);

	memset(&fuzz, 0, offsetof(struct fuzz, conns));
	for (size_t i = 0; i < CONNS; i++)
		fuzz.conns[i].id = CONN_NONE;
	fuzz.told = SESSION_IDLE;
	fuzz.is_up = fuzz.is_wanted = fuzz.refuses_connect = false;
	fuzz.hook = HOOK_NONE;
	fuzz.io = (struct session_io){
		.connect = on_connect, .send = on_send, .close = on_close, .state = on_state,
		.established = on_established, .down = on_down, .update = on_update,
		.refresh = on_refresh, .random = on_random,
	};
	fuzz.session = session_new(&params, &fuzz.io, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader input = reader_of(data, size);
	unsigned int a = read_u8(&input), b = read_u8(&input);

	begin(a, b);
	happen(H_START, 0, (struct span){ NULL, 0 });
	while (read_left(&input) >= 2) {
		unsigned int happening = read_u8(&input) % HAPPENINGS, number = read_u8(&input);
		bool has_arguments = happening >= H_BYTES && happening <= H_REFRESH;
		size_t length = has_arguments ? read_u8(&input) : 0;

		if (length > read_left(&input))
			length = read_left(&input);
		happen((enum happening)happening, number, read_span(&input, length));
		check();
	}
	session_free(fuzz.session);
	expect(count_open() == 0);
	return 0;
}
