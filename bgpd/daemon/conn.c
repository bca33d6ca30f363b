#include "bgpd/daemon/conn.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event_struct.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/interface_addresses.h"
#include "bgpd/daemon/tcp_socket.h"

#define BUCKETS      1024               /* connections by id */
#define READ_SLICE   32768              /* some thousand prefixes: a millisecond */
#define WRITE_SLICE  262144
#define KEPT_MAX     MESSAGE_EXTENDED   /* a receiver uses up whole messages */

static const struct timeval linger = { .tv_sec = 2 };

enum phase {
	FAILED,                         /* could not even begin; this is yet to be told */
	CONNECTING,
	OPEN,
	LINGERING,                      /* closed by us; nobody knows its id any more */
};

struct conn {
	LIST_ENTRY(conn) bucket;        /* in `lingering` once it is closed */
	TAILQ_ENTRY(conn) due;
	struct conns *conns;
	conn_id id;
	enum phase phase;
	bool is_due;                    /* something is to be sent, or told */
	int fd;                         /* -1: FAILED */
	int write_error;                /* told when reading has found the end */
	struct event readable, writable, expiry;
	struct evbuffer *out;
	uint8_t *kept;                  /* the beginning of a message */
	size_t kept_length;
	char *why;                      /* FAILED */
};

LIST_HEAD(conn_list, conn);

struct conns {
	struct transport transport;
	struct event_base *base;
	struct conn_events events;
	uint16_t port;
	conn_id last_id;
	size_t count;
	struct event flush;
	TAILQ_HEAD(, conn) due;         /* what the flush event looks after */
	size_t due_count;
	struct conn_list buckets[BUCKETS];
	struct conn_list lingering;
	uint8_t read[KEPT_MAX + READ_SLICE];
};

static void on_readable(evutil_socket_t fd, short what, void *arg);
static void on_writable(evutil_socket_t fd, short what, void *arg);
static void on_expiry(evutil_socket_t fd, short what, void *arg);

static struct conn *find(const struct conns *conns, conn_id id)
{
	struct conn *conn;

	LIST_FOREACH(conn, &conns->buckets[id % BUCKETS], bucket)
		if (conn->id == id)
			return conn;
	return NULL;
}

/* The flush event runs after the present callback, so that what a callback sends in pieces
 * leaves in one write. */
static void make_due(struct conn *conn)
{
	struct conns *conns = conn->conns;

	if (conn->is_due)
		return;
	conn->is_due = true;
	TAILQ_INSERT_TAIL(&conns->due, conn, due);
	conns->due_count++;
	event_active(&conns->flush, 0, 0);
}

static void forget_due(struct conn *conn)
{
	if (!conn->is_due)
		return;
	conn->is_due = false;
	TAILQ_REMOVE(&conn->conns->due, conn, due);
	conn->conns->due_count--;
}

static struct conn *conn_new(struct conns *conns, int fd, enum phase phase)
{
	struct conn *conn = xcalloc(1, sizeof(*conn));

	if (++conns->last_id == CONN_NONE)
		conns->last_id++;
	conn->conns = conns;
	conn->id = conns->last_id;
	conn->phase = phase;
	conn->fd = fd;
	conn->out = evbuffer_new();
	event_assign(&conn->readable, conns->base, fd, EV_READ | EV_PERSIST, on_readable, conn);
	event_assign(&conn->writable, conns->base, fd, EV_WRITE, on_writable, conn);
	evtimer_assign(&conn->expiry, conns->base, on_expiry, conn);
	LIST_INSERT_HEAD(&conns->buckets[conn->id % BUCKETS], conn, bucket);
	conns->count++;
	return conn;
}

static void conn_free(struct conn *conn)
{
	forget_due(conn);
	LIST_REMOVE(conn, bucket);
	conn->conns->count--;
	event_del(&conn->expiry);
	if (conn->fd >= 0) {
		event_del(&conn->readable);
		event_del(&conn->writable);
		close(conn->fd);
	}
	evbuffer_free(conn->out);
	free(conn->kept);
	free(conn->why);
	free(conn);
}

/* The end of a connection that we did not close. */
static void end(struct conn *conn, const char *why)
{
	struct conns *conns = conn->conns;
	conn_id id = conn->id;
	char words[TCP_FAILURE];

	snprintf(words, sizeof(words), "%s", why);
	conn_free(conn);
	conns->events.closed(conns->events.arg, id, words);
}

/* ---- reading ---- */

static void keep(struct conn *conn, const uint8_t *bytes, size_t length)
{
	free(conn->kept);
	conn->kept = length ? xmalloc(length) : NULL;
	conn->kept_length = length;
	if (length)
		memcpy(conn->kept, bytes, length);
}

/* The receiver may close this connection, or any other: it is looked up again afterwards. */
static void deliver(struct conns *conns, conn_id id, size_t length)
{
	size_t used = conns->events.received(conns->events.arg, id, conns->read, length);
	struct conn *conn = find(conns, id);

	if (!conn)
		return;
	if (length - used > KEPT_MAX)
		end(conn, "message too long");
	else
		keep(conn, conns->read + used, length - used);
}

static void end_of_input(struct conn *conn, int error)
{
	char words[TCP_FAILURE];

	if (!error)
		error = conn->write_error;
	if (conn->phase == LINGERING)
		conn_free(conn);
	else
		end(conn, error ? tcp_socket_words(error, words) : "connection closed by peer");
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;
	struct conns *conns = conn->conns;
	ssize_t length;

	(void)what;
	length = read(fd, conns->read + conn->kept_length, READ_SLICE);
	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length <= 0) {
		end_of_input(conn, length < 0 ? errno : 0);
	} else if (conn->phase == OPEN) {
		if (conn->kept_length)
			memcpy(conns->read, conn->kept, conn->kept_length);
		deliver(conns, conn->id, conn->kept_length + (size_t)length);
	}
}

/* ---- writing ---- */

/* A failed write does not end the connection: a NOTIFICATION that says why may still be unread, and
 * reading finds the end behind it. */
static size_t write_slice(struct conn *conn)
{
	int length = evbuffer_write_atmost(conn->out, conn->fd, WRITE_SLICE);

	if (length < 0 && errno != EAGAIN && errno != EINTR) {
		conn->write_error = errno;
		evbuffer_drain(conn->out, evbuffer_get_length(conn->out));
		return 0;
	}
	if (evbuffer_get_length(conn->out) > 0)
		event_add(&conn->writable, NULL);
	return length > 0 ? (size_t)length : 0;
}

/* All that was sent has left: tell the peer, and read until it says the same.  To close with bytes
 * unread would send a RST, which may overtake our NOTIFICATION at the peer. */
static void write_out(struct conn *conn)
{
	struct conns *conns = conn->conns;
	size_t written = write_slice(conn), left = evbuffer_get_length(conn->out);

	if (conn->phase == LINGERING) {
		if (left == 0)
			shutdown(conn->fd, SHUT_WR);
	} else if (written > 0) {
		conns->events.drained(conns->events.arg, conn->id, left);
	}
}

static void finish_connecting(struct conn *conn)
{
	struct conns *conns = conn->conns;
	char words[TCP_FAILURE];
	socklen_t size = sizeof(int);
	int error = 0;

	getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error) {
		end(conn, tcp_socket_words(error, words));
		return;
	}
	conn->phase = OPEN;
	event_add(&conn->readable, NULL);
	conns->events.connected(conns->events.arg, conn->id);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;

	(void)fd;
	(void)what;
	if (conn->phase == CONNECTING)
		finish_connecting(conn);
	else
		write_out(conn);
}

static void on_expiry(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	conn_free(arg);
}

/* Looks once after each connection that is due now; what becomes due meanwhile waits. */
static void on_flush(evutil_socket_t fd, short what, void *arg)
{
	struct conns *conns = arg;
	struct conn *conn;

	(void)fd;
	(void)what;
	for (size_t n = conns->due_count; n > 0 && (conn = TAILQ_FIRST(&conns->due)); n--) {
		forget_due(conn);
		if (conn->phase == FAILED)
			end(conn, conn->why);
		else
			write_out(conn);
	}
	if (!TAILQ_EMPTY(&conns->due))
		event_active(&conns->flush, 0, 0);
}

/* ---- struct transport ---- */

static struct conns *conns_of(struct transport *transport)
{
	return (struct conns *)transport;       /* its first member */
}

static conn_id transport_connect(struct transport *transport, const struct session_params *params)
{
	struct conns *conns = conns_of(transport);
	char why[TCP_FAILURE];
	int fd = tcp_socket_connect(params, conns->port, why);
	struct conn *conn = conn_new(conns, fd, fd < 0 ? FAILED : CONNECTING);

	if (fd >= 0) {
		event_add(&conn->writable, NULL);
	} else {
		conn->why = xstrdup(why);
		make_due(conn);
	}
	return conn->id;
}

static void transport_send(struct transport *transport, conn_id id, const uint8_t *bytes,
			   size_t length)
{
	struct conn *conn = find(conns_of(transport), id);

	if (!conn || conn->phase != OPEN || conn->write_error)
		return;
	evbuffer_add(conn->out, bytes, length);
	if (!event_pending(&conn->writable, EV_WRITE, NULL))
		make_due(conn);
}

static void transport_close(struct transport *transport, conn_id id)
{
	struct conns *conns = conns_of(transport);
	struct conn *conn = find(conns, id);

	if (!conn)
		return;
	if (conn->phase != OPEN || conn->write_error) {
		conn_free(conn);
		return;
	}
	conn->phase = LINGERING;
	LIST_REMOVE(conn, bucket);
	LIST_INSERT_HEAD(&conns->lingering, conn, bucket);
	event_add(&conn->expiry, &linger);
	if (!event_pending(&conn->writable, EV_WRITE, NULL))
		make_due(conn);
}

static size_t transport_unsent(struct transport *transport, conn_id id)
{
	const struct conn *conn = find(conns_of(transport), id);

	return conn ? evbuffer_get_length(conn->out) : 0;
}

static void transport_local_address(struct transport *transport, conn_id id,
				    struct address *address)
{
	const struct conn *conn = find(conns_of(transport), id);
	struct sockaddr_storage local;
	socklen_t size = sizeof(local);

	if (conn && getsockname(conn->fd, (struct sockaddr *)&local, &size) == 0)
		*address = tcp_socket_address(&local);
}

static size_t transport_addresses_beside(struct transport *transport, const struct address *local,
					 struct address *others, size_t max)
{
	(void)transport;
	return interface_addresses_beside(local, others, max);
}

static uint32_t transport_random(struct transport *transport)
{
	uint32_t value = 0;

	(void)transport;
	while (getrandom(&value, sizeof(value), 0) < 0 && errno == EINTR)
		;
	return value;
}

/* ---- all of them ---- */

struct conns *conns_new(struct event_base *base, uint16_t port, const struct conn_events *events)
{
	struct conns *conns = xcalloc(1, sizeof(*conns));

	conns->transport = (struct transport){ transport_connect, transport_send, transport_close,
					       transport_unsent, transport_local_address,
					       transport_addresses_beside, transport_random };
	conns->base = base;
	conns->port = port;
	conns->events = *events;
	TAILQ_INIT(&conns->due);
	event_assign(&conns->flush, base, -1, 0, on_flush, conns);
	return conns;
}

static void free_list(struct conn_list *list)
{
	while (!LIST_EMPTY(list))
		conn_free(LIST_FIRST(list));
}

void conns_free(struct conns *conns)
{
	if (!conns)
		return;
	free_list(&conns->lingering);
	for (size_t i = 0; i < BUCKETS; i++)
		free_list(&conns->buckets[i]);
	event_del(&conns->flush);
	free(conns);
}

struct transport *conns_transport(struct conns *conns)
{
	return &conns->transport;
}

conn_id conns_adopt(struct conns *conns, int fd)
{
	struct conn *conn = conn_new(conns, fd, OPEN);

	event_add(&conn->readable, NULL);
	return conn->id;
}

bool conns_progress(const struct conns *conns, conn_id id, struct conn_progress *progress)
{
	const struct conn *conn = find(conns, id);
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);

	if (!conn || getsockopt(conn->fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		return false;
	uint32_t shortest_us = info.tcpi_min_rtt < info.tcpi_rtt ? info.tcpi_min_rtt : info.tcpi_rtt;
	*progress = (struct conn_progress){
		.acknowledged = info.tcpi_bytes_acked,
		.in_flight = info.tcpi_unacked,
		.timeouts = info.tcpi_retransmits,
		.round_trip = shortest_us / 1000,
	};
	return true;
}

size_t conns_count(const struct conns *conns)
{
	return conns->count;
}
