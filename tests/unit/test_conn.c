#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/conn.h"

/* One connection on a socket pair, and all that was told of it as text. */
struct world {
	struct event_base *base;
	struct conns *conns;
	struct transport *transport;
	conn_id conn;
	int peer;
	size_t uses;                    /* bytes that the receiver takes at a time; SIZE_MAX: all */
	bool closes;                    /* upon the first bytes */
	char told[512];
};

static void tell(struct world *world, const char *text)
{
	size_t length = strlen(world->told);

	snprintf(world->told + length, sizeof(world->told) - length, "%s|", text);
}

static void connected(void *arg, conn_id conn)
{
	(void)conn;
	tell(arg, "connected");
}

static void closed(void *arg, conn_id conn, const char *why)
{
	(void)conn;
	tell(arg, why);
}

static size_t received(void *arg, conn_id conn, const uint8_t *bytes, size_t length)
{
	struct world *world = arg;
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)length, (const char *)bytes);
	tell(world, text);
	if (world->closes)
		world->transport->close(world->transport, conn);
	return length < world->uses ? length : world->uses;
}

static void drained(void *arg, conn_id conn, size_t unsent)
{
	(void)conn;
	tell(arg, unsent ? "drained in part" : "drained");
}

static int open_world(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	const struct conn_events events = { connected, closed, received, drained, world };
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	world->base = event_base_new();
	world->conns = conns_new(world->base, 179, &events);
	world->transport = conns_transport(world->conns);
	world->conn = conns_adopt(world->conns, pair[0]);
	world->peer = pair[1];
	world->uses = SIZE_MAX;
	*state = world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	conns_free(world->conns);
	event_base_free(world->base);
	close(world->peer);
	free(world);
	return 0;
}

static void say(struct world *world, const char *text)
{
	assert_int_equal(write(world->peer, text, strlen(text)), strlen(text));
	event_base_loop(world->base, EVLOOP_NONBLOCK);
}

static void send_text(struct world *world, const char *text)
{
	world->transport->send(world->transport, world->conn, (const uint8_t *)text, strlen(text));
}

static const char *heard(struct world *world)
{
	static char text[64];
	ssize_t length;

	event_base_loop(world->base, EVLOOP_NONBLOCK);
	length = read(world->peer, text, sizeof(text) - 1);
	if (length < 0)
		return "nothing";
	text[length] = '\0';
	return length ? text : "end";
}

static void bytes_that_were_not_used_up_come_again(void **state)
{
	struct world *world = *state;

	world->uses = 2;
	say(world, "abcde");
	say(world, "fg");
	assert_string_equal(world->told, "abcde|cdefg|");
}

static void what_is_sent_in_pieces_leaves_together(void **state)
{
	struct world *world = *state;

	send_text(world, "OP");
	send_text(world, "EN");
	assert_int_equal(world->transport->unsent(world->transport, world->conn), 4);
	assert_string_equal(heard(world), "OPEN");
	assert_string_equal(world->told, "drained|");
	assert_int_equal(world->transport->unsent(world->transport, world->conn), 0);
}

static void what_was_sent_before_close_still_leaves(void **state)
{
	struct world *world = *state;

	send_text(world, "NOTIFICATION");
	world->transport->close(world->transport, world->conn);
	assert_int_equal(conns_count(world->conns), 1);
	assert_string_equal(heard(world), "NOTIFICATION");
	assert_string_equal(heard(world), "end");
	shutdown(world->peer, SHUT_WR);
	event_base_loop(world->base, EVLOOP_NONBLOCK);
	assert_int_equal(conns_count(world->conns), 0);
}

static void after_close_nothing_is_told(void **state)
{
	struct world *world = *state;

	world->closes = true;
	say(world, "first");
	say(world, "second");
	close(world->peer);
	event_base_loop(world->base, EVLOOP_NONBLOCK);
	world->peer = -1;
	assert_string_equal(world->told, "first|");
	assert_int_equal(conns_count(world->conns), 0);
}

static void the_last_words_of_a_peer_come_before_its_end(void **state)
{
	struct world *world = *state;

	send_text(world, "unread");
	assert_int_equal(write(world->peer, "why", 3), 3);
	close(world->peer);
	world->peer = -1;
	for (int i = 0; i < 3; i++)
		event_base_loop(world->base, EVLOOP_NONBLOCK);
	assert_string_equal(world->told, "why|broken pipe|");
}

static void an_end_is_told_once(void **state)
{
	struct world *world = *state;

	shutdown(world->peer, SHUT_WR);
	event_base_loop(world->base, EVLOOP_NONBLOCK);
	event_base_loop(world->base, EVLOOP_NONBLOCK);
	assert_string_equal(world->told, "connection closed by peer|");
	assert_int_equal(conns_count(world->conns), 0);
}

static conn_id connect_from(struct world *world, const char *local)
{
	struct session_params params = { .ttl = 1 };

	assert_true(address_parse("127.0.0.1", &params.address));
	assert_true(address_parse(local, &params.local_address));
	return world->transport->connect(world->transport, &params);
}

static void a_connection_that_cannot_begin_is_told_later(void **state)
{
	struct world *world = *state;

	assert_int_not_equal(connect_from(world, "192.0.2.1"), CONN_NONE);
	assert_string_equal(world->told, "");
	event_base_loop(world->base, EVLOOP_NONBLOCK);
	assert_string_equal(world->told,
			    "cannot use the local address: cannot assign requested address|");
}

static void a_connection_that_failed_may_be_closed_before_it_is_told(void **state)
{
	struct world *world = *state;
	conn_id conn = connect_from(world, "192.0.2.1");

	world->transport->close(world->transport, conn);
	event_base_loop(world->base, EVLOOP_NONBLOCK);
	assert_string_equal(world->told, "");
}

static void ids_are_never_used_again(void **state)
{
	struct world *world = *state;
	conn_id first = connect_from(world, "192.0.2.1"), second;

	world->transport->close(world->transport, first);
	second = connect_from(world, "192.0.2.1");
	assert_int_not_equal(first, second);
	assert_int_not_equal(first, world->conn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bytes_that_were_not_used_up_come_again, open_world,
						close_world),
		cmocka_unit_test_setup_teardown(what_is_sent_in_pieces_leaves_together, open_world,
						close_world),
		cmocka_unit_test_setup_teardown(what_was_sent_before_close_still_leaves, open_world,
						close_world),
		cmocka_unit_test_setup_teardown(after_close_nothing_is_told, open_world, close_world),
		cmocka_unit_test_setup_teardown(the_last_words_of_a_peer_come_before_its_end, open_world,
						close_world),
		cmocka_unit_test_setup_teardown(an_end_is_told_once, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_connection_that_cannot_begin_is_told_later, open_world,
						close_world),
		cmocka_unit_test_setup_teardown(a_connection_that_failed_may_be_closed_before_it_is_told,
						open_world, close_world),
		cmocka_unit_test_setup_teardown(ids_are_never_used_again, open_world, close_world),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
