#include "policy/ping.h"

#include <stdio.h>

static uint32_t window(const struct ping *ping)
{
	return ping->params.of == PING_WINDOW ? UINT32_MAX : (1u << ping->params.of) - 1;
}

static unsigned int count_lost(const struct ping *ping)
{
	return (unsigned int)__builtin_popcount(ping->outcomes & window(ping));
}

static void conclude(struct ping *ping, bool is_lost)
{
	ping->outcomes = ping->outcomes << 1 | is_lost;
	if (ping->state != STATE_UNKNOWN)
		ping->state = count_lost(ping) >= ping->params.lost ? STATE_DOWN : STATE_UP;
}

static void forget_all(struct ping *ping)
{
	ping->judged = ping->next;
}

void ping_init(struct ping *ping, const struct ping_params *params, msec_t now)
{
	*ping = (struct ping){ .params = *params, .send_at = now };
}

static bool is_under_way(const struct ping *ping, uint16_t sequence)
{
	return (uint16_t)(sequence - ping->judged) < (uint16_t)(ping->next - ping->judged);
}

/* In the order of sending: those that an outage has swallowed may still be awaited when the first
 * answers come after it, and would make the signal flap. */
static void judge(struct ping *ping, msec_t now)
{
	for (; ping->judged != ping->next; ping->judged++) {
		size_t at = ping->judged % PING_FLIGHT;
		bool is_lost = ping->echoes[at].state == ECHO_AWAITED;

		if (is_lost && now - ping->echoes[at].sent < PING_PATIENCE)
			return;
		if (ping->echoes[at].state != ECHO_FORGOTTEN)
			conclude(ping, is_lost);
	}
}

/* The first answer of all: what was lost before it does not count. */
static void begin(struct ping *ping, uint16_t sequence)
{
	ping->state = STATE_UP;
	ping->outcomes = 0;
	ping->judged = sequence;
}

/* An answer that comes twice, too late, or to nothing that we asked says nothing. */
void ping_answered(struct ping *ping, uint16_t sequence, msec_t now)
{
	if (!is_under_way(ping, sequence))
		return;
	ping->echoes[sequence % PING_FLIGHT].state = ECHO_ANSWERED;
	if (ping->state == STATE_UNKNOWN)
		begin(ping, sequence);
	judge(ping, now);
}

void ping_tick(struct ping *ping, msec_t now)
{
	if (was_late(ping_deadline(ping), now, PING_SLACK))
		forget_all(ping);
	judge(ping, now);
}

bool ping_send(struct ping *ping, uint16_t *sequence, msec_t now)
{
	if (ping->send_at > now)
		return false;
	*sequence = ping->next++;
	ping->echoes[*sequence % PING_FLIGHT].sent = now;
	ping->echoes[*sequence % PING_FLIGHT].state = ECHO_AWAITED;
	ping->send_at = now + ping->params.interval_ms;
	return true;
}

void ping_unsent(struct ping *ping, uint16_t sequence)
{
	ping->echoes[sequence % PING_FLIGHT].state = ECHO_FORGOTTEN;
}

msec_t ping_deadline(const struct ping *ping)
{
	if (ping->judged == ping->next)
		return ping->send_at;
	return sooner(ping->send_at, ping->echoes[ping->judged % PING_FLIGHT].sent + PING_PATIENCE);
}

const char *ping_reason(const struct ping *ping, char text[SIGNAL_REASON])
{
	switch (ping->state) {
	case STATE_UNKNOWN:
		return "no echo was answered yet";
	case STATE_UP:
		return "echoes are answered";
	case STATE_DOWN:
		break;
	}
	snprintf(text, SIGNAL_REASON, "%u of the last %u echoes were not answered", count_lost(ping),
		 ping->params.of);
	return text;
}
