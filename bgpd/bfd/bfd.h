/* bgpd/bfd/bfd.h - One BFD session: packets and time -> is the path alive, and what to send.
 *
 * RFC 5880, asynchronous mode, active role; no echo, no authentication, and we never ask for demand
 * mode, though a peer that asks for it is obeyed.  What may be concluded is RFC 5882's: a peer that
 * has turned BFD off (AdminDown) or never spoke it tells nothing of the path.
 *
 * Pure and deterministic: packets, the time and random numbers come in.  Whenever something has
 * come or bfd_deadline is over, the caller gives all that has come to bfd_receive, then calls
 * bfd_tick, then sends what bfd_send has until it has no more.  In this order what waits in a
 * socket is never taken for silence, and a tick that comes late by more than an interval of the
 * peer's begins the detection time anew. */
#ifndef BGPD_BFD_BFD_H
#define BGPD_BFD_BFD_H

#include "bgpd/base/clock.h"
#include "bgpd/bfd/packet.h"

struct bfd_params {
	uint32_t interval_ms;           /* 10..60000, for both directions; 0: no BFD */
	uint8_t multiplier;             /* 1..255: after how many of ours the peer misses us */
};

enum bfd_verdict {
	BFD_UNKNOWN,                    /* not up yet, or not to be concluded from */
	BFD_ALIVE,
	BFD_FAILED,                     /* until it is up again */
};

#define BFD_REASON 96

struct bfd {                            /* plain values */
	struct bfd_params params;
	uint32_t discriminator;         /* ours */
	enum bfd_state state;
	enum bfd_diagnostic diagnostic;
	enum bfd_verdict verdict;
	enum bfd_diagnostic failure;    /* of the verdict: TIME_EXPIRED or NEIGHBOR_DOWN */
	msec_t failed_at;
	uint8_t told;                   /* the peer's diagnostic then */
	uint32_t detected_ms;           /* ... the detection time that passed */

	/* As told in our packets, and, while a Poll Sequence runs, as still in force (6.8.3). */
	uint32_t desired_tx_us, required_rx_us, tx_us, rx_us;
	bool polls, polls_again;        /* again: something changed during the sequence */
	bool owes_final;

	struct bfd_packet peer;         /* its last packet; my_discriminator 0: silent */
	msec_t send_at;
	msec_t silent_at;               /* when the detection time is over; NEVER: nothing heard */
};

/* discriminator: unique among our sessions, not 0. */
void bfd_init(struct bfd *bfd, const struct bfd_params *params, uint32_t discriminator, msec_t now);
/* Other params; the session stays up. */
void bfd_change(struct bfd *bfd, const struct bfd_params *params, msec_t now);
/* To AdminDown: a peer that hears of it takes it for no failure (RFC 5882 3.2).  For good. */
void bfd_stop(struct bfd *bfd, msec_t now);

/* NULL, or why the packet was discarded. */
const char *bfd_receive(struct bfd *bfd, const uint8_t *bytes, size_t length, msec_t now);
void bfd_tick(struct bfd *bfd, msec_t now);
/* The packet that is to leave now; false: none is. */
bool bfd_send(struct bfd *bfd, uint8_t bytes[BFD_PACKET], uint32_t random, msec_t now);
msec_t bfd_deadline(const struct bfd *bfd);

/* Nothing was heard for a detection time, or ever. */
bool bfd_is_silent(const struct bfd *bfd);
/* Takes a failure back: other evidence has the path alive, and the peer speaks no BFD any more. */
void bfd_forgive(struct bfd *bfd);
msec_t bfd_detection_ms(const struct bfd *bfd);
/* The verdict in words. */
const char *bfd_reason(const struct bfd *bfd, char text[BFD_REASON]);

#endif
