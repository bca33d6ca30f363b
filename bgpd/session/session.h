/* bgpd/session/session.h - One peer: negotiated values, timers, counters; bytes become FSM events.
 *
 * RFC 4271 8 (the table itself is fsm.c), 6.8 (collision.c), RFC 9687 (send hold timer), RFC 6608.
 * A session has at most two connections while it is opening, one we made and one we accepted; from
 * Established on it has one.  Pure: the caller brings bytes, events and the time; what the session
 * wants done goes through struct session_io, whose functions must not call back into the session,
 * with one exception: established, update and refresh may call session_send, session_fail,
 * session_reset, session_stop and session_abandon.
 *
 * After a session has gone down it rests in Idle, then starts by itself (RFC 4271 8.1.1, damping of
 * peer oscillations): for a second, twice as long after each failure before it was Established for
 * a minute, never longer than params->connect_retry_s. */
#ifndef BGPD_SESSION_SESSION_H
#define BGPD_SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "bgpd/base/address.h"
#include "bgpd/base/clock.h"
#include "bgpd/session/fsm.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/open.h"
#include "bgpd/wire/route_refresh.h"
#include "bgpd/wire/update.h"

typedef uint32_t conn_id;               /* a TCP connection, named by the rim; never used again */
#define CONN_NONE 0

/* RFC 5925, with one key for both directions; the algorithms are those of RFC 5926. */
enum tcp_ao_algorithm {
	TCP_AO_HMAC_SHA1,
	TCP_AO_AES_CMAC,
};

struct tcp_ao {
	const char *key;                /* at most 80 bytes; NULL: none */
	uint8_t id;                     /* SendID and RecvID */
	enum tcp_ao_algorithm algorithm;
};

struct session_params {
	const char *name;               /* borrowed, outlives the session, like all pointers here */
	struct address address;         /* the peer's */
	struct address local_address;   /* source of our connections; family none: the kernel's choice */
	const char *interface;          /* bind to this device; NULL: none */
	uint32_t asn;                   /* the peer's */
	uint32_t local_asn;
	uint32_t router_id;             /* host order */
	bool passive;                   /* never open a connection */
	uint16_t hold_time_s;           /* offered: 0, or 3..65535 */
	uint16_t keepalive_s;           /* at most this; 0: a third of the negotiated hold time */
	uint16_t connect_retry_s;       /* the ceiling of the back-off that starts at 1 s */
	uint16_t delay_open_s;          /* our OPEN waits so long for the peer's; 0: it does not */
	const char *password;           /* TCP MD5 (RFC 2385), at most 80 bytes; NULL: none */
	struct tcp_ao tcp_ao;           /* not beside a password */
	uint8_t ttl;                    /* of what we send, 1..255 */
	bool gtsm;                      /* RFC 5082: send 255, accept 255 only */
	uint8_t families;               /* FAMILY_BITs offered */
	enum bgp_role role;             /* RFC 9234: what we are to the peer */
	bool strict_role;               /* the peer must say what it is */
	bool graceful_restart;          /* offer RFC 4724 */
	uint16_t restart_time_s;        /* 1..4095 */
};

/* Why a session is, or was, down. */
struct session_error {
	struct notification notification;       /* code NOTIFY_NONE: TCP or an event, see text */
	bool sent;                              /* by us; else received */
	char text[160];                         /* in words, always */
	msec_t when;
};

struct session_counters {
	uint64_t received[MESSAGE_ROUTE_REFRESH + 1], sent[MESSAGE_ROUTE_REFRESH + 1];  /* by type */
	uint64_t bytes_received, bytes_sent;
	uint32_t established;                   /* how often */
	uint64_t flaws;                         /* RFC 7606: attributes repaired or refused */
};

struct session;

struct session_io {
	/* Begins to open a connection; CONN_NONE when that fails at once.  Its outcome comes through
	 * session_connected or session_closed, later. */
	conn_id (*connect)(struct session_io *io, struct session *session);
	void (*send)(struct session_io *io, conn_id conn, const uint8_t *bytes, size_t length);
	void (*close)(struct session_io *io, conn_id conn);     /* what was sent still leaves */
	void (*state)(struct session_io *io, struct session *session, enum session_state from,
		      enum session_state to, msec_t now);       /* each change, after it */
	void (*established)(struct session_io *io, struct session *session, msec_t now);
	void (*down)(struct session_io *io, struct session *session, msec_t now); /* was Established */
	void (*update)(struct session_io *io, struct session *session, struct reader body, msec_t now);
	void (*refresh)(struct session_io *io, struct session *session,
			const struct route_refresh *refresh, msec_t now);
	uint32_t (*random)(struct session_io *io);              /* for jitter */
};

struct session *session_new(const struct session_params *params, struct session_io *io, void *owner);
void session_free(struct session *session);     /* NULL is fine; closes without a word */
/* The same parameters, in memory that lives on: after a reload that left this peer as it was. */
void session_repoint(struct session *session, const struct session_params *params);
void *session_owner(const struct session *session);
const struct session_params *session_params(const struct session *session);

/* From the next OPEN on: we have restarted and kept our forwarding state (RFC 4724 3, R and F bits).
 * The F bit alone is said of each session that was there before. */
void session_set_restarting(struct session *session, bool is_restarting);

/* Begins, or ends a rest in Idle. */
void session_start(struct session *session, msec_t now);
/* To Idle and stays there until session_start; cease says why (RFC 4486, RFC 9003). */
void session_stop(struct session *session, const struct notification *cease, msec_t now);
/* Cease, then start again by itself, after delay.  Nothing if it is stopped. */
void session_reset(struct session *session, const struct notification *cease, msec_t delay, msec_t now);
/* The way to the peer has just come up: connect now instead of at the next retry, and rest no longer
 * than at first if that fails.  A delay that the caller has asked for is kept. */
void session_hurry(struct session *session, msec_t now);

/* Sends a KEEPALIVE ahead of its time, though not more than one a second (RFC 4271 4.4), to see whether
 * the peer's TCP acknowledges it.  Only in Established, and not with a hold time of 0. */
void session_probe(struct session *session, msec_t now);

/* The way to the peer is gone (link, SA): down at once, no NOTIFICATION can arrive. */
void session_abandon(struct session *session, const char *why, msec_t now);

/* A connection from the peer.  False: refused, the rim closes it.  True: it is the session's, which
 * sends on it and may even close it before this returns. */
bool session_accept(struct session *session, conn_id conn, msec_t now);
void session_connected(struct session *session, conn_id conn, msec_t now);
void session_closed(struct session *session, conn_id conn, const char *why, msec_t now);
/* Handles the whole messages at the start of bytes and returns how many bytes that were; the rim
 * keeps the rest.  After a close it returns length: nothing is left to be handled. */
size_t session_receive(struct session *session, conn_id conn, const uint8_t *bytes, size_t length,
		       msec_t now);
/* Our bytes went out to the peer's TCP, unsent are left (RFC 9687): to be told whenever some left,
 * also when all of them did at once. */
void session_drained(struct session *session, conn_id conn, size_t unsent, msec_t now);

/* Sends an UPDATE or a ROUTE-REFRESH made by the caller: one whole message, only in Established. */
void session_send(struct session *session, const uint8_t *message, size_t length, msec_t now);
/* The peer broke a rule that only the caller can see (max prefixes, a malformed UPDATE): NOTIFICATION,
 * close, start again after delay or the usual rest, whatever is longer (NEVER: stay down).  Nothing
 * unless Established. */
void session_fail(struct session *session, const struct notification *why, msec_t delay, msec_t now);
void session_count_flaws(struct session *session, size_t count);

msec_t session_deadline(const struct session *session);
/* What has arrived is to be handed over first: it may be what the hold timer waits for. */
void session_tick(struct session *session, msec_t now);

enum session_state session_state(const struct session *session);
const char *session_state_name(enum session_state state);      /* "idle" ... "established" */
conn_id session_conn(const struct session *session);           /* of Established, else CONN_NONE */
bool session_ibgp(const struct session *session);
const struct open *session_peer_open(const struct session *session);   /* NULL before it came */
struct update_context session_context(const struct session *session);  /* negotiated, Established */
/* What both sides have; of graceful restart the peer's times and flags.  Empty before, and gone after
 * io->down, as all that was negotiated. */
const struct capabilities *session_common(const struct session *session);
uint16_t session_hold_time_s(const struct session *session);           /* negotiated; 0 before */
uint16_t session_keepalive_s(const struct session *session);
/* The peer's messages come further apart than a third of the hold time, several in turn: one that is
 * lost may end the session. */
bool session_is_kept_slowly(const struct session *session);
msec_t session_silence_ms(const struct session *session);      /* the longest of this session */
msec_t session_since(const struct session *session);                   /* of the present state */
const struct session_counters *session_counters(const struct session *session);
const struct session_error *session_last_error(const struct session *session); /* NULL: none yet */
#endif
