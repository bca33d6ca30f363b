/* tests/support/session_lab.h - One session on a virtual clock, with the peer played by the test.
 *
 * What the session does leaves a line in the trace, with the time in seconds since the lab began:
 *
 *     0.000 state idle -> connect
 *     0.000 connect 1                          (the number names the connection)
 *     0.010 send 1 OPEN
 *     0.020 send 1 NOTIFICATION 2/2
 *     0.020 close 1
 *     0.030 established                        (down; update 23 bytes; refresh ipv4 0)
 *
 * Sending on or closing a connection that is not open fails the test. */
#ifndef TESTS_SUPPORT_SESSION_LAB_H
#define TESTS_SUPPORT_SESSION_LAB_H

#include "bgpd/session/session.h"

#define LAB_CONNS 256

struct lab {
	struct session_io io;
	struct session *session;
	msec_t now;
	uint32_t random;                /* 256: timers without jitter; 0: the shortest */
	bool refuses_connect;           /* io->connect fails at once */
	conn_id last_conn;
	bool is_open[LAB_CONNS];
	bool is_quiet;                  /* no trace */
	/* Called within io->established, io->update and io->refresh. */
	void (*hook)(struct lab *lab);
	char trace[8192];
	size_t trace_length;
	uint8_t sent[MESSAGE_EXTENDED]; /* the last message */
	size_t sent_length;
	/* What the peer is when lab_peer_says_open makes it speak. */
	struct open peer;
};

/* AS 65001, identifier 10.0.0.1, hold time 90, with a peer of AS 65002 and 10.0.0.2; change what
 * lab_params returns, then begin. */
struct session_params lab_params(void);
void lab_begin(struct lab *lab, const struct session_params *params);   /* not started yet */
void lab_end(struct lab *lab);

/* Fails the test unless the trace is this; then forgets it. */
void lab_expect(struct lab *lab, const char *trace);
void lab_forget(struct lab *lab);
void lab_run_until(struct lab *lab, msec_t until);      /* ticks at each deadline on the way */

conn_id lab_peer_connects(struct lab *lab);             /* CONN_NONE: refused */
void lab_connected(struct lab *lab, conn_id conn);      /* our connection is there */
void lab_closed(struct lab *lab, conn_id conn, const char *why);
void lab_peer_says(struct lab *lab, conn_id conn, struct span bytes);
void lab_peer_says_open(struct lab *lab, conn_id conn);
void lab_peer_says_keepalive(struct lab *lab, conn_id conn);
void lab_peer_says_notification(struct lab *lab, conn_id conn, struct notification why);
void lab_peer_says_update(struct lab *lab, conn_id conn);       /* an End-of-RIB */

/* From the start to Established on connection 1, without a trace. */
void lab_establish(struct lab *lab);

#endif
