/* bgpd/daemon/ack_probe.h - Judges by TCP's acknowledgements whether the way to a peer is alive.
 *
 * A KEEPALIVE leaves every second; TCP repeats it by itself, after 0.2, 0.4, 0.8 and 1.6 s and some
 * round trips.  Nothing acknowledged by then, and the last of these has had time for an answer, is a
 * dead path, whatever the peer is: it needs no help.  That TCP has tried is asked of the kernel and
 * not concluded from the time, so that our own lateness is never evidence.  Five packets or their
 * answers are lost in a row by chance once in ten years where one percent is lost each way, and once a
 * day at five percent.
 *
 * An outage or a long queue spoils TCP's estimate of the round trip for a while, and it repeats more
 * slowly: then one repetition is enough, in the time in which it should have made three.  Where IKE is
 * not answered either, half of all that is enough: two witnesses see what one might imagine.
 *
 * Pure: the caller looks every ACK_PROBE_INTERVAL and reports what has changed. */
#ifndef BGPD_DAEMON_ACK_PROBE_H
#define BGPD_DAEMON_ACK_PROBE_H

#include "bgpd/daemon/conn.h"
#include "policy/liveness.h"

#define ACK_PROBE_INTERVAL 100
#define ACK_PROBE_DEADLINE 1500
#define ACK_PROBE_PATIENCE 1800                 /* and ten round trips, whatever TCP's estimate is */
#define ACK_PROBE_TIMEOUTS 3
#define ACK_PROBE_SUSPICION SECONDS(10)

struct ack_probe {                      /* all zero: nothing known */
	conn_id conn;
	enum signal_state state;
	uint64_t acknowledged;
	msec_t waiting_since;           /* NEVER: nothing is in flight */
	uint32_t timeouts;              /* of TCP, as last seen ... */
	msec_t tried_at;                /* ... and when that had changed */
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
