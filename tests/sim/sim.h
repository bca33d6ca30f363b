/* tests/sim/sim.h - A gateway with its tunnels, neighbors and kernel, whole, on a virtual clock.
 *
 * The gateway is a struct speaker of AS 65010 on a fake kernel, where tun1 is interface 11, tun2
 * 12, tun3 13, and the ordinary neighbors are on 2.  All peers of sim_plan.h run from the beginning;
 * the plan says which ones the gateway knows.
 *
 * What happens leaves a line in the trace, with the seconds since sim_start was done:
 *
 *     90.000 tun1 session down: hold timer expired
 *     90.000 fib chain 1 -> tun2,tun1          (lines of tests/support/fake_fib.h)
 *     90.000 tun2 role standby -> active
 *     90.000 tun1 hears 10.60.0.0/16 path 65010 med 0
 *     90.000 budget tun1: the text of a note: its reason */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "bgpd/speaker.h"
#include "tests/sim/sim_cloud.h"
#include "tests/sim/sim_peer.h"
#include "tests/sim/sim_plan.h"
#include "tests/support/fake_fib.h"

#define SIM_PEERS (SIM_TUNNELS + SIM_NEIGHBORS)
#define SIM_LAN   2                     /* the interface of ordinary neighbors */

struct sim {
	struct sim_plan plan;           /* to be changed before sim_start and sim_reload */
	struct sim_plan *running;       /* what the gateway has */
	struct speaker *gateway;        /* NULL: it does not run */
	struct fake_fib *kernel;
	struct transport transport;
	struct journal journal;
	struct sim_peer peers[SIM_PEERS];
	struct sim_cloud cloud;
	struct wire *wires;
	conn_id last_conn;
	msec_t now, origin;
	msec_t next_count, next_audit;  /* as the daemon does it: each second, each minute */
	uint64_t seed;                  /* 0: timers without jitter */
	uint64_t rate;                  /* bytes a second of traffic to `traffic` and back */
	const char *traffic;
	struct link_counters counters[SIM_TUNNELS];
	unsigned int chain_messages;
	int (*set_egress)(struct fib *fib, egress_id id, const struct fib_egress *egress);
	int (*set_chain)(struct fib *fib, chain_number number, const struct fib_chain *chain);
	char record[400];               /* the last one */
	char *trace;
	size_t trace_length, trace_size;
	bool is_quiet;
};

/* ---- the beginning and the end ---- */
struct sim *sim_new(size_t tunnels);                    /* plan_init; not started */
/* The gateway starts; time passes until all is quiet, and is 0 afterwards.  Forgets the trace. */
void sim_start(struct sim *sim);
size_t sim_reload(struct sim *sim);                     /* the plan as it is now; resets */
void sim_stop(struct sim *sim);                         /* as on SIGTERM */
void sim_kill(struct sim *sim);                         /* as on SIGKILL: the kernel goes on */
void sim_restart(struct sim *sim);                      /* a new gateway on the same kernel */
void sim_free(struct sim *sim);
struct sim *sim_with_tunnels(size_t tunnels);           /* both at once */
/* As well, and all tunnels offer 10.50.0.0/16. */
struct sim *sim_with_route(size_t tunnels);

/* ---- time ---- */
void sim_run_for(struct sim *sim, msec_t time);
void sim_settle(struct sim *sim);                       /* all that needs no time to pass */
uint32_t sim_random(struct sim *sim);
uint32_t sim_roll(struct sim *sim, uint32_t sides);

/* ---- what happens; peers by name ---- */
struct sim_peer *sim_peer(struct sim *sim, const char *name);
void sim_announce(struct sim *sim, const char *peer, const char *text);
void sim_announce_many(struct sim *sim, const char *peer, unsigned int count);
void sim_withdraw(struct sim *sim, const char *peer, const char *prefix);
void sim_silence(struct sim *sim, const char *peer);
void sim_silence_towards(struct sim *sim, const char *peer, enum end end);     /* one direction only */
void sim_mend(struct sim *sim, const char *peer);
void sim_reset(struct sim *sim, const char *peer);      /* its TCP connections */
void sim_crash(struct sim *sim, const char *peer);
void sim_revive(struct sim *sim, const char *peer);
void sim_say_ipsec(struct sim *sim, const char *tunnel, enum signal_state state);
void sim_say_bfd(struct sim *sim, const char *tunnel, enum signal_state state);
void sim_link_down(struct sim *sim, const char *peer);
void sim_link_up(struct sim *sim, const char *peer);
void sim_remove_interface(struct sim *sim, const char *tunnel);         /* sim_link_up makes it anew */
/* From now on so many bytes a second go to the prefix by our choice and come by the cloud's. */
void sim_send_traffic(struct sim *sim, const char *prefix, uint64_t rate);

/* ---- what is there ---- */
bool sim_path_is_there(const struct sim_peer *peer);
bool sim_is_up(struct sim *sim, const char *peer);      /* the gateway's session with it */
/* "tun1", "core1": whom the kernel sends to; "" nobody, "none" no such route. */
const char *sim_carrier(struct sim *sim, const char *prefix);
/* Tunnels as bits: of a pair the one that has the traffic, in ecmp all. */
unsigned int sim_carriers(struct sim *sim, const char *prefix);
/* What the peer was told of the prefix; "" nothing. */
const char *sim_hears(struct sim *sim, const char *peer, const char *prefix);
const char *sim_next_hop(struct sim *sim, const char *peer, const char *prefix);
struct tunnel_view sim_tunnel(struct sim *sim, const char *name);
struct neighbor_view sim_neighbor(struct sim *sim, const char *name);
size_t sim_routes(const struct sim *sim);               /* on chains, in the kernel */

/* ---- the trace ---- */
void sim_trace(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_note(struct journal *journal, const struct note *note, msec_t now);
void sim_take_kernel_trace(struct sim *sim);            /* which stands before what comes now */
/* Fails the test unless the trace is this; then forgets it. */
#define sim_expect(sim, wanted) sim_check(sim, wanted, __FILE__, __LINE__)
void sim_check(struct sim *sim, const char *wanted, const char *file, int line);
void sim_forget(struct sim *sim);
/* A failover or a drain is told a while after it, with what was measured.  That is no part of the trace:
 * "2.200 failover cloud tun1 -> tun2 0 ms: ipsec down: SA deleted, far_side_ms 200". */
const char *sim_record(struct sim *sim);                /* the last one, "" none; then forgets it */
void sim_be_quiet(struct sim *sim, bool is_quiet);      /* no trace: for loads */

#endif
