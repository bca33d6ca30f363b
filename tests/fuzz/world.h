/* tests/fuzz/world.h - A gateway with all that it touches, in the hands of a fuzzer: a whole speaker on a
 * fake kernel and a virtual clock, and peers that send any bytes.
 *
 * The gateway is AS 65010.  Peers tun1 and tun2 (AS 64512) are the far ends of a group's tunnels, core1
 * (AS 65020) and mate (AS 65010) ordinary neighbors.  All that the gateway sends is parsed as soon as
 * it is sent, must be faultless, and is remembered: what a peer was told is what its table holds.
 *
 * A claim that does not hold ends the process. */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

#include "bgpd/rib/table.h"
#include "bgpd/speaker.h"
#include "tests/fuzz/world_event.h"
#include "tests/support/fake_fib.h"

enum world_peer { WORLD_TUN1, WORLD_TUN2, WORLD_CORE, WORLD_MATE, WORLD_PEERS };
#define WORLD_TUNNELS 2
#define WORLD_CONNS   8
#define WORLD_CONFIGS 3                 /* of which the first is the one at the start */
#define WORLD_METRIC  20

struct world_conn {
	conn_id id;                     /* CONN_NONE: free */
	enum world_peer peer;
	bool is_open;                   /* not while we are connecting */
	uint8_t *unread;                /* what the gateway has not used up */
	size_t length;
};

struct world {
	struct speaker *gateway;
	struct fake_fib *kernel;
	struct transport transport;
	struct journal journal;
	msec_t now, started;
	conn_id last_conn;
	uint32_t random;
	struct world_conn conns[WORLD_CONNS];
	struct table heard[WORLD_PEERS];        /* prefixes that the gateway has announced */
	bool is_full[WORLD_PEERS];              /* its TCP takes no more */
	bool has_link[WORLD_TUNNELS];
	bool said_too_long;                     /* a note: attributes did not fit */
};

#define expect(claim) ((claim) ? (void)0 : world_refute(#claim, __FILE__, __LINE__))
_Noreturn void world_refute(const char *claim, const char *file, int line);

void world_begin(struct world *world);
void world_end(struct world *world);            /* nothing may be left */
void world_restart(struct world *world);        /* a new gateway on the same kernel */
void world_reload(struct world *world, size_t config);

const char *world_name(enum world_peer peer);
const struct session *world_session(struct world *world, enum world_peer peer);        /* NULL: not configured */
bool world_is_up(struct world *world, enum world_peer peer);

/* ---- peers ---- */
/* As far as the gateway lets us: a connection, our OPEN (flags choose what it offers), a KEEPALIVE. */
void world_establish(struct world *world, enum world_peer peer, unsigned int flags);
struct world_conn *world_conn(struct world *world, enum world_peer peer);      /* NULL: none is open */
void world_receive(struct world *world, struct world_conn *conn, struct span bytes);
void world_close(struct world *world, struct world_conn *conn);
/* Of 32 that collide; 16 of them are odd. */
struct prefix world_prefix(unsigned int number);
/* Each does nothing unless the session is established; flags choose the attributes. */
void world_announce(struct world *world, enum world_peer peer, unsigned int number,
		    unsigned int flags);
void world_withdraw(struct world *world, enum world_peer peer, unsigned int number);
/* An UPDATE with any body, in any state. */
void world_update(struct world *world, enum world_peer peer, struct span body);
/* KEEPALIVE, End-of-RIB, ROUTE-REFRESH. */
void world_small(struct world *world, enum world_peer peer, unsigned int kind);

/* ---- the rest ---- */
void world_link(struct world *world, size_t tunnel, bool is_up);
void world_settle(struct world *world);         /* all that needs no time to pass */
void world_pass(struct world *world, msec_t time);

#endif
