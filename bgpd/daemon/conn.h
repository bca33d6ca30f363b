/* bgpd/daemon/conn.h - TCP connections: struct transport on non-blocking sockets.
 *
 * What happens to them is told through struct conn_events, always from the event loop and never
 * from within a function of the transport.  A read takes a slice, so that one busy peer leaves
 * others and the timers their turn; what the receiver did not use up comes again in front of the
 * next bytes.  close() lets what was sent leave, for two seconds at most. */
#ifndef BGPD_DAEMON_CONN_H
#define BGPD_DAEMON_CONN_H

#include <event2/event.h>

#include "bgpd/speaker.h"

struct conn_events {
	void (*connected)(void *arg, conn_id conn);
	void (*closed)(void *arg, conn_id conn, const char *why);
	size_t (*received)(void *arg, conn_id conn, const uint8_t *bytes, size_t length);
	void (*drained)(void *arg, conn_id conn, size_t unsent);
	void *arg;
};

struct conns;

/* port: where neighbors listen.  events is copied. */
struct conns *conns_new(struct event_base *base, uint16_t port, const struct conn_events *events);
void conns_free(struct conns *conns);           /* closes all without a word */
struct transport *conns_transport(struct conns *conns);
/* A socket that was accepted and prepared; it is ours from now on. */
conn_id conns_adopt(struct conns *conns, int fd);
/* What the peer's TCP has acknowledged: RFC 9293's SND.UNA as a running count. */
struct conn_progress {
	uint64_t acknowledged;          /* bytes, ever */
	uint32_t in_flight;             /* segments that are not acknowledged yet */
	uint32_t timeouts;              /* retransmissions by time in a row, without an answer */
	msec_t round_trip;              /* the shortest one of the last minutes */
};

/* False: there is no such connection. */
bool conns_progress(const struct conns *conns, conn_id conn, struct conn_progress *progress);
/* Also those that are closed but still have something to send. */
size_t conns_count(const struct conns *conns);

#endif
