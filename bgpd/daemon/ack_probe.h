/* bgpd/daemon/ack_probe.h - Judges by TCP's acknowledgements whether the way to a peer is alive.
 *
 * A KEEPALIVE leaves every second; TCP repeats it by itself, several times within the deadline
 * of two seconds and some round trips.  Nothing acknowledged by then, although TCP has repeated
 * it again and again, is a dead path, whatever the peer is: it needs no help.  That TCP has
 * tried is asked of the kernel and not concluded from the time, so that our own lateness is
 * never evidence.  Where IKE is not answered either, half of that is enough: two witnesses see what
 * one might imagine.
 *
 * Pure: the caller looks every ACK_PROBE_INTERVAL and reports what has changed. */
#ifndef BGPD_DAEMON_ACK_PROBE_H
#define BGPD_DAEMON_ACK_PROBE_H

#include "bgpd/daemon/conn.h"
#include "policy/liveness.h"

#define ACK_PROBE_INTERVAL 250
#define ACK_PROBE_DEADLINE 2000
#define ACK_PROBE_TIMEOUTS 3
#define ACK_PROBE_SUSPICION SECONDS(10)

struct ack_probe {                      /* all zero: nothing known */
	conn_id conn;
	enum signal_state state;
	uint64_t acknowledged;
	msec_t waiting_since;           /* NEVER: nothing is in flight */
	msec_t suspected_until;
};

/* progress is NULL when there is no established connection.  True when the state changed. */
bool ack_probe_look(struct ack_probe *probe, conn_id conn, const struct conn_progress *progress,
		    msec_t now);
/* For ACK_PROBE_SUSPICION from now on there is another reason to doubt this connection. */
void ack_probe_suspect(struct ack_probe *probe, msec_t now);
/* In words, for people. */
const char *ack_probe_reason(const struct ack_probe *probe);

#endif
