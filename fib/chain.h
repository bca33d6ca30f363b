/* fib/chain.h - Chains: the egresses that can carry a prefix, in order, and which of them does now.
 *
 * Many prefixes share a chain and few chains exist, so a failover is a walk over chains: each takes
 * its first egress in the best standing, and one message to the kernel moves all its routes.
 *
 * An egress is a tunnel's device (one for each family), or the gateway of an ordinary neighbor.  It is
 * armed while its device is up: then it has a nexthop object.  An unarmed one has none, the kernel took
 * it away with the device, out of every group, and groups left empty went away with their routes. */
#ifndef FIB_CHAIN_H
#define FIB_CHAIN_H

#include "bgpd/config/config.h"
#include "fib/fib.h"
#include "policy/failover.h"

#define NO_TUNNEL SIZE_MAX

struct egress {
	struct fib_egress at;           /* ifindex 0: nowhere yet */
	char name[ADDRESS_TEXT];        /* the tunnel's, or the gateway as text */
	size_t tunnel;                  /* the caller's number, or NO_TUNNEL */
	enum standing standing;
	uint8_t weight;
	bool is_used;
	bool is_armed;                  /* its nexthop object is in the kernel */
	bool is_heard;                  /* its tunnel has told what it can reach since we started */
	bool is_adopted;                /* found in the kernel, nobody has asked for it yet */
	bool is_retired;                /* its tunnel is no more: no chain may keep it */
	uint16_t chains;                /* chains that hold it */
};

struct chain {
	uint8_t family;
	bool is_ecmp;
	bool is_used;
	bool is_adopted;                /* found in the kernel, nobody has asked for it yet */
	bool is_patient;                /* adopted: stays as it is until its active tunnel is heard of */
	bool is_in_kernel;
	bool is_lost;                   /* was not in the kernel for a time: its routes have to be written */
	bool is_moved;                  /* its routes did not move along: they have to be set again */
	struct route_style style;       /* how its routes stand in the kernel; an adopted one's: stood */
	uint8_t count, kernel_count;
	egress_id members[CHAIN_WIDTH];         /* in the order of preference */
	struct fib_member kernel[CHAIN_WIDTH];  /* as the kernel was last told, active first */
	uint32_t nets;                  /* that point at it */
};

struct chains {
	struct fib *fib;
	struct egress *egresses;        /* by id */
	struct chain *chains;           /* by number */
	egress_id egress_end;
	chain_number chain_end;
	size_t egress_size, chain_size;
	bool any_back;                  /* a lost or moved chain is in the kernel (again) */
	uint32_t moves;                 /* messages that moved a chain */
};

struct chain_wish {
	egress_id members[CHAIN_WIDTH];
	uint8_t count;
	uint8_t family;
	bool is_ecmp;
	const struct route_style *style;
};

void chains_init(struct chains *chains, struct fib *fib);
void chains_clear(struct chains *chains);

/* ---- egresses ---- */
/* The egress of a tunnel and family; adopts one that the kernel has at that place; 0: table full. */
egress_id chains_tunnel(struct chains *chains, const char *name, size_t tunnel,
			const struct fib_egress *at);
egress_id chains_find_tunnel(const struct chains *chains, size_t tunnel, enum family family);
egress_id chains_gateway(struct chains *chains, const struct fib_egress *at);
/* The device is there (arms it: writes the nexthop) or, with ifindex 0, is not.  0 or -errno. */
int chains_place(struct chains *chains, egress_id id, const struct fib_egress *at);
void chains_stand(struct chains *chains, egress_id id, enum standing standing, uint8_t weight);
void chains_heard(struct chains *chains, egress_id id);
void chains_retire(struct chains *chains, egress_id id);
void chains_renumber(struct chains *chains, egress_id id, size_t tunnel);
const struct egress *chains_egress(const struct chains *chains, egress_id id);

/* ---- chains ---- */
/* Makes the kernel agree with standings; returns the number of chains that it could not move.
 * Allocates nothing. */
size_t chains_move(struct chains *chains);
chain_number chains_find(struct chains *chains, const struct chain_wish *wish);        /* or makes; 0: full */
/* A chain serves a wish as it is: the same members, or also some that are down, which cost nothing, or,
 * after our restart, also some that have not been heard of yet. */
bool chains_serves(const struct chains *chains, chain_number number, const struct chain_wish *wish);
/* Routes of either are the same to the kernel. */
bool chains_are_alike(const struct chains *chains, chain_number a, chain_number b);
const struct chain *chains_at(const struct chains *chains, chain_number number);
void chains_hold(struct chains *chains, chain_number number);          /* one more net */
void chains_release(struct chains *chains, chain_number number);
/* Removes chains without nets and egresses without chains; only when no route of theirs is queued. */
void chains_sweep(struct chains *chains);
void chains_remove_egresses(struct chains *chains);     /* on exit, once no chain is left */
void chains_lose_patience(struct chains *chains);       /* adopted chains move like all others now */

/* ---- what the kernel has ---- */
void chains_adopt_egress(struct chains *chains, egress_id id, const struct fib_egress *at);
/* route is the first one on an adopted chain: its chain's routes are taken to stand alike. */
void chains_adopt_style(struct chains *chains, chain_number number, const struct fib_route *route);
void chains_adopt_chain(struct chains *chains, chain_number number, const struct fib_chain *chain);
/* found was filled by the two above with all that the kernel has now: what differs from what we
 * think it has is written anew.  Returns how many objects that were. */
size_t chains_repair(struct chains *chains, const struct chains *found);

#endif
