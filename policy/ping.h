/* policy/ping.h - One tunnel: echoes sent and answered -> the signal ping.
 *
 * Down while `lost` of the last `of` echoes have had no answer within PING_PATIENCE.  Unknown until
 * the first answer: a far end that never answers is not evidence, nor is an echo that could not be
 * sent.
 *
 * Pure: whenever something has come or ping_deadline is over, the caller reports the answers that
 * have come, then calls ping_tick, then sends what ping_send asks for.  A tick that comes late
 * forgets the echoes that are under way. */
#ifndef POLICY_PING_H
#define POLICY_PING_H

#include "policy/liveness.h"

#define PING_PATIENCE 1000              /* ms; longer than a round trip */
#define PING_SLACK    200
#define PING_WINDOW   32
#define PING_FLIGHT   16                /* under way at once, with an interval of at least ... */
#define PING_INTERVAL_MIN 100

struct ping_params {
	uint32_t interval_ms;           /* 0: no ping */
	uint8_t lost, of;               /* 1 <= lost <= of <= PING_WINDOW */
};

struct ping {                           /* plain values */
	struct ping_params params;
	enum signal_state state;
	uint32_t outcomes;              /* a bit for each echo, 1: lost; the last one is bit 0 */
	uint16_t next, judged;          /* sequence numbers: to be sent; judged in the order of sending */
	struct {
		msec_t sent;
		enum { ECHO_FORGOTTEN, ECHO_AWAITED, ECHO_ANSWERED } state;
	} echoes[PING_FLIGHT];          /* by sequence number */
	msec_t send_at;
};

void ping_init(struct ping *ping, const struct ping_params *params, msec_t now);
void ping_answered(struct ping *ping, uint16_t sequence, msec_t now);
void ping_tick(struct ping *ping, msec_t now);
/* True: the echo with this number is to leave now. */
bool ping_send(struct ping *ping, uint16_t *sequence, msec_t now);
void ping_unsent(struct ping *ping, uint16_t sequence);        /* it could not */
msec_t ping_deadline(const struct ping *ping);
const char *ping_reason(const struct ping *ping, char text[SIGNAL_REASON]);

#endif
