/* tests/sim/sim_peer.h - The far end of a tunnel, or an ordinary neighbor: a real session, and above it
 * only what a test needs of a router: it tells what it is told to tell, and remembers what it hears. */
#ifndef TESTS_SIM_SIM_PEER_H
#define TESTS_SIM_SIM_PEER_H

#include "bgpd/session/session.h"
#include "tests/sim/sim_wire.h"

#define SIM_PATH 128                    /* bytes of an AS path, of communities as text */

/* One path that a peer announces. */
struct offer {
	struct prefix prefix;
	struct attrs attrs;             /* spans lie in the buffers below */
	uint8_t as_path[SIM_PATH], communities[32];
};

struct hearing {
	struct prefix prefix;
	unsigned int path_length;
	uint32_t neighbor_as, med;      /* med: 0 when there is none */
	uint8_t origin;
	bool is_stale;                  /* RFC 4724 4.2: of the session before this one */
	char text[160];                 /* "path 65010 med 0" */
	char next_hop[ADDRESS_TEXT];
};

struct sim_peer {
	struct session_io io;           /* the first: session_io -> sim_peer */
	struct sim *sim;
	struct session_params params;   /* as the peer sees the session */
	struct session *session;        /* NULL: it does not run */
	const char *name;
	int ifindex;                    /* of the gateway's interface to it */
	bool has_interface;             /* there is one at all */
	bool has_link;                  /* and it is up */
	bool lacks_ipv6;                /* it has no IPv6 address: of a tunnel */
	bool loses[ENDS];               /* what is sent to this end does not get through */
	bool withholds_end_of_rib;
	bool knows_no_notification_restart;     /* RFC 4724, but not RFC 8538 */
	bool keeps_hearings;            /* helps with a graceful restart of the gateway */
	msec_t stale_until;             /* of hearings; NEVER: none is stale */
	msec_t last_heard;              /* anything at all of the gateway */
	struct offer **offers;
	size_t offer_count, offer_size;
	struct hearing *hearings;
	size_t hearing_count, hearing_size;
};

void peer_init(struct sim_peer *peer, struct sim *sim);
void peer_clear(struct sim_peer *peer);
void peer_start(struct sim_peer *peer);
/* The process dies, and TCP with it; what it would announce is known to the next one. */
void peer_crash(struct sim_peer *peer);

/* "10.50.0.0/16 path 64512 65001 med 50 pref 200 via 192.0.2.7 otc 65001 community 65535:0"; all but the
 * prefix may be left out.  A path that is announced already is replaced. */
void peer_announce(struct sim_peer *peer, const char *text);
void peer_announce_many(struct sim_peer *peer, unsigned int count);     /* /24s from 10.64.0.0 on */
void peer_withdraw(struct sim_peer *peer, const char *prefix);
void peer_withdraw_all(struct sim_peer *peer);
/* What is sent to this end of the way between the peer and the gateway gets there. */
bool peer_reaches(const struct sim_peer *peer, enum end to);
void peer_drop_stale(struct sim_peer *peer);
/* NULL: the gateway has not told of it, or has withdrawn it. */
const struct hearing *peer_hears(const struct sim_peer *peer, const struct prefix *prefix);

#endif
