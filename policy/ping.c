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
	for (size_t i = 0; i < PING_FLIGHT; i++)
		ping->sent[i] = NEVER;
}

void ping_init(struct ping *ping, const struct ping_params *params, msec_t now)
{
	*ping = (struct ping){ .params = *params, .send_at = now };
	forget_all(ping);
}

/* An answer that comes twice, too late, or to nothing that we asked says nothing. */
void ping_answered(struct ping *ping, uint16_t sequence, msec_t now)
{
	msec_t *sent = &ping->sent[sequence % PING_FLIGHT];

	if (*sent == NEVER || (uint16_t)(ping->next - sequence - 1) >= PING_FLIGHT ||
	    now - *sent > PING_PATIENCE + PING_SLACK)
		return;
	*sent = NEVER;
	if (ping->state == STATE_UNKNOWN) {
		ping->state = STATE_UP;
		ping->outcomes = 0;
	}
	conclude(ping, false);
}

void ping_tick(struct ping *ping, msec_t now)
{
	if (was_late(ping_deadline(ping), now, PING_SLACK))
		forget_all(ping);
	for (size_t i = 0; i < PING_FLIGHT; i++) {
		if (ping->sent[i] == NEVER || now - ping->sent[i] < PING_PATIENCE)
			continue;
		ping->sent[i] = NEVER;
		conclude(ping, true);
	}
}

bool ping_send(struct ping *ping, uint16_t *sequence, msec_t now)
{
	if (ping->send_at > now)
		return false;
	*sequence = ping->next++;
	ping->sent[*sequence % PING_FLIGHT] = now;
	ping->send_at = now + ping->params.interval_ms;
	return true;
}

void ping_unsent(struct ping *ping, uint16_t sequence)
{
	ping->sent[sequence % PING_FLIGHT] = NEVER;
}

msec_t ping_deadline(const struct ping *ping)
{
	msec_t deadline = ping->send_at;

	for (size_t i = 0; i < PING_FLIGHT; i++)
		if (ping->sent[i] != NEVER)
			deadline = sooner(deadline, ping->sent[i] + PING_PATIENCE);
	return deadline;
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
