#include "bgpd/bfd/bfd.h"

#include <inttypes.h>
#include <stdio.h>

#define SLOW_US 1000000u                /* 6.8.3: the least interval unless Up */

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* ---- intervals ---- */

/* 6.8.7: between two of our packets, before jitter. */
static uint32_t interval_us(const struct bfd *bfd)
{
	return larger(bfd->tx_us, bfd->peer.required_rx_us);
}

/* 6.8.4 */
static uint64_t heard_interval_us(const struct bfd *bfd)
{
	return larger(bfd->rx_us, bfd->peer.desired_tx_us);
}

msec_t bfd_detection_ms(const struct bfd *bfd)
{
	return (msec_t)((bfd->peer.multiplier * heard_interval_us(bfd) + 999) / 1000);
}

static void begin_poll(struct bfd *bfd)
{
	bfd->polls_again = bfd->polls;
	bfd->polls = true;
}

/* 6.8.3: while Up, a slower interval of ours and a faster one of the peer's are in force only when the
 * peer has answered.  In any other state nobody counts on either: no Poll Sequence. */
static void set_intervals(struct bfd *bfd)
{
	bool is_up = bfd->state == BFD_UP;
	uint32_t rx = bfd->params.interval_ms * 1000, tx = is_up ? rx : larger(rx, SLOW_US);

	if (tx == bfd->desired_tx_us && rx == bfd->required_rx_us)
		return;
	bfd->desired_tx_us = tx;
	bfd->required_rx_us = rx;
	if (!is_up || tx < bfd->tx_us)
		bfd->tx_us = tx;
	if (!is_up || rx > bfd->rx_us)
		bfd->rx_us = rx;
	if (is_up)
		begin_poll(bfd);
}

static void end_poll(struct bfd *bfd)
{
	if (!bfd->polls)
		return;
	bfd->polls = bfd->polls_again;
	bfd->polls_again = false;
	if (bfd->polls)
		return;
	bfd->tx_us = bfd->desired_tx_us;
	bfd->rx_us = bfd->required_rx_us;
}

/* 6.8.7: at most a quarter less, at least a tenth less where one lost packet is a failure. */
static msec_t jittered(const struct bfd *bfd, uint32_t random)
{
	uint64_t us = interval_us(bfd);
	uint64_t least = (us * 3 / 4 + 999) / 1000;
	uint64_t most = (bfd->params.multiplier == 1 ? us * 9 / 10 : us) / 1000;

	return (msec_t)(most > least ? least + random % (most - least + 1) : least);
}

/* ---- states ---- */

/* 6.2 and 6.8.6: what the peer's state makes of ours. */
static const enum bfd_state next_state[BFD_STATES][BFD_STATES] = {
	/* the peer's:       AdminDown       Down            Init            Up */
	[BFD_ADMIN_DOWN] = { BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_ADMIN_DOWN },
	[BFD_DOWN]       = { BFD_DOWN,       BFD_INIT,       BFD_UP,         BFD_DOWN },
	[BFD_INIT]       = { BFD_DOWN,       BFD_INIT,       BFD_UP,         BFD_UP },
	[BFD_UP]         = { BFD_DOWN,       BFD_DOWN,       BFD_UP,         BFD_UP },
};

static void fail(struct bfd *bfd, enum bfd_diagnostic why, msec_t now)
{
	bfd->verdict = BFD_FAILED;
	bfd->failure = why;
	bfd->failed_at = now;
	bfd->told = bfd->peer.diagnostic;
	bfd->detected_ms = (uint32_t)bfd_detection_ms(bfd);
}

/* 6.8.7: the peer is told at once. */
static void go_to(struct bfd *bfd, enum bfd_state state, enum bfd_diagnostic why, msec_t now)
{
	if (state == bfd->state)
		return;
	if (bfd->state == BFD_UP && state == BFD_DOWN)
		fail(bfd, why, now);
	if (state == BFD_UP)
		bfd->verdict = BFD_ALIVE;
	bfd->state = state;
	bfd->diagnostic = why;
	bfd->polls = bfd->polls_again = false;
	set_intervals(bfd);
	bfd->send_at = now;
}

void bfd_init(struct bfd *bfd, const struct bfd_params *params, uint32_t discriminator, msec_t now)
{
	*bfd = (struct bfd){
		.params = *params,
		.discriminator = discriminator,
		.state = BFD_DOWN,
		.peer = { .required_rx_us = 1 },
		.send_at = now,
		.silent_at = NEVER,
	};
	set_intervals(bfd);
}

void bfd_change(struct bfd *bfd, const struct bfd_params *params, msec_t now)
{
	bfd->params = *params;
	set_intervals(bfd);
	bfd->send_at = sooner(bfd->send_at, now + interval_us(bfd) / 1000);
}

void bfd_stop(struct bfd *bfd, msec_t now)
{
	go_to(bfd, BFD_ADMIN_DOWN, BFD_ADMINISTRATIVE, now);
}

void bfd_forgive(struct bfd *bfd)
{
	if (bfd->verdict == BFD_FAILED)
		bfd->verdict = BFD_UNKNOWN;
}

/* ---- in ---- */

/* RFC 5882 3.2: one that does not want BFD says nothing of the path. */
static void follow(struct bfd *bfd, msec_t now)
{
	enum bfd_state state = next_state[bfd->state][bfd->peer.state];
	bool is_lost = bfd->state != BFD_DOWN && state == BFD_DOWN;

	go_to(bfd, state, is_lost ? BFD_NEIGHBOR_DOWN : BFD_NO_DIAGNOSTIC, now);
	if (bfd->peer.state == BFD_ADMIN_DOWN)
		bfd->verdict = BFD_UNKNOWN;
}

const char *bfd_receive(struct bfd *bfd, const uint8_t *bytes, size_t length, msec_t now)
{
	struct bfd_packet packet;
	const char *why = packet_parse(bytes, length, &packet);

	if (why)
		return why;
	if (packet.your_discriminator && packet.your_discriminator != bfd->discriminator)
		return "its Your Discriminator is not ours";
	if (bfd->state == BFD_ADMIN_DOWN)
		return "the session is administratively down";
	bfd->peer = packet;
	if (packet.final)
		end_poll(bfd);
	follow(bfd, now);
	bfd->owes_final |= packet.poll;
	bfd->silent_at = now + bfd_detection_ms(bfd);
	bfd->send_at = sooner(bfd->send_at, now + interval_us(bfd) / 1000);
	return NULL;
}

/* ---- time ---- */

/* 6.8.7: a peer may want nothing at all, or nothing while both are up. */
static bool is_wanted(const struct bfd *bfd)
{
	bool is_demanded = bfd->peer.demand && bfd->state == BFD_UP && bfd->peer.state == BFD_UP;

	return bfd->peer.required_rx_us && (bfd->polls || !is_demanded);
}

msec_t bfd_deadline(const struct bfd *bfd)
{
	return is_wanted(bfd) ? sooner(bfd->send_at, bfd->silent_at) : bfd->silent_at;
}

static msec_t slack(const struct bfd *bfd)
{
	return (msec_t)(heard_interval_us(bfd) / 1000);
}

/* 6.8.4, and 6.8.1: after a detection time in silence a peer's values are worth nothing. */
void bfd_tick(struct bfd *bfd, msec_t now)
{
	if (bfd->silent_at != NEVER && was_late(bfd_deadline(bfd), now, slack(bfd)))
		bfd->silent_at = later(bfd->silent_at, now + bfd_detection_ms(bfd));
	if (bfd->silent_at > now)
		return;
	bfd->silent_at = NEVER;
	if (bfd->state == BFD_INIT || bfd->state == BFD_UP)
		go_to(bfd, BFD_DOWN, BFD_TIME_EXPIRED, now);
	bfd->peer = (struct bfd_packet){ .required_rx_us = 1 };
}

bool bfd_is_silent(const struct bfd *bfd)
{
	return bfd->peer.my_discriminator == 0;
}

/* ---- out ---- */

static void build(const struct bfd *bfd, bool is_final, uint8_t bytes[BFD_PACKET])
{
	const struct bfd_packet packet = {
		.diagnostic = (uint8_t)bfd->diagnostic,
		.state = (uint8_t)bfd->state,
		.poll = bfd->polls && !is_final,
		.final = is_final,
		.multiplier = bfd->params.multiplier,
		.my_discriminator = bfd->discriminator,
		.your_discriminator = bfd->peer.my_discriminator,
		.desired_tx_us = bfd->desired_tx_us,
		.required_rx_us = bfd->required_rx_us,
	};

	packet_build(&packet, bytes);
}

/* 6.8.7: an answer to a Poll does not wait for its turn, and takes nobody's. */
bool bfd_send(struct bfd *bfd, uint8_t bytes[BFD_PACKET], uint32_t random, msec_t now)
{
	bool is_final = bfd->owes_final;

	if (!is_final && (bfd->send_at > now || !is_wanted(bfd)))
		return false;
	build(bfd, is_final, bytes);
	bfd->owes_final = false;
	if (!is_final)
		bfd->send_at = now + jittered(bfd, random);
	return true;
}

/* ---- in words ---- */

static const char *describe_failure(const struct bfd *bfd, char text[BFD_REASON])
{
	if (bfd->failure == BFD_TIME_EXPIRED)
		snprintf(text, BFD_REASON, "nothing heard for %" PRIu32 " ms", bfd->detected_ms);
	else
		snprintf(text, BFD_REASON, "the peer is down: %s", packet_diagnostic_name(bfd->told));
	return text;
}

const char *bfd_reason(const struct bfd *bfd, char text[BFD_REASON])
{
	switch (bfd->verdict) {
	case BFD_FAILED:
		return describe_failure(bfd, text);
	case BFD_ALIVE:
		snprintf(text, BFD_REASON, "detection time %" PRId64 " ms", bfd_detection_ms(bfd));
		return text;
	case BFD_UNKNOWN:
		break;
	}
	if (bfd_is_silent(bfd))
		return "the peer sends no BFD";
	return bfd->peer.state == BFD_ADMIN_DOWN ? "the peer has turned BFD off (AdminDown)"
						 : "not up yet";
}
