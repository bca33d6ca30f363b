/* fib/fib.h - All that we ask of a kernel.  Implemented by fib/netlink.c on libnl-3 and by
 * tests/support/fake_fib.c on arrays.
 *
 * A route points at a chain, a chain at the egresses (tunnels or gateways) that can carry it, the
 * active one first.  set_chain moves every route of the chain at once, whatever their number: it is
 * done when it returns, and nothing that was queued before it delays it.  (Kernels before 5.3 cannot:
 * there moves_routes is false.)  Routes are queued and written in batches by flush; a set replaces
 * (never delete and add).
 *
 * In the kernel an egress is a nexthop object and a chain a group of them: a resilient group of one
 * bucket, which is an active/standby pair that the kernel itself moves when a device goes (several
 * buckets in ecmp); older kernels get plain multipath groups, or none.  Ids are those of the caller,
 * small numbers; the implementation maps them to an id range of its own and never touches others.
 *
 * Each returns 0 or -errno; text of the kernel's extended ack is in fib->error then. */
#ifndef FIB_FIB_H
#define FIB_FIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/address.h"

typedef uint16_t egress_id;             /* 1..1023; 0: none */
typedef uint16_t chain_number;          /* 1..16383; 0: none */

#define EGRESS_MAX  1023
#define CHAIN_MAX   16383
#define CHAIN_WIDTH 8                   /* members of a chain at most */

struct fib_egress {
	uint8_t family;                 /* of the routes that leave here: enum family */
	int ifindex;
	struct address gateway;         /* may be of the other family (RFC 8950); none: the device alone */
};

struct fib_member {
	egress_id egress;
	uint8_t weight;                 /* ecmp; ignored in a pair */
};

struct fib_chain {
	uint8_t family;
	bool is_ecmp;                   /* members share by weight; else the first carries all and the
	                                 * next ones take over in their order when its device goes */
	const struct fib_member *members;
	size_t count;                   /* 0: the chain drops what comes (blackhole) */
};

/* How chains stand in the kernel; automatic: as well as it can. */
enum fib_groups { FIB_GROUPS_AUTOMATIC, FIB_GROUPS_RESILIENT, FIB_GROUPS_MULTIPATH, FIB_GROUPS_NONE };

enum fib_kind { FIB_CHAIN, FIB_UNREACHABLE, FIB_BLACKHOLE, FIB_PIN };

struct fib_route {
	struct prefix prefix;
	uint32_t table, metric;
	enum fib_kind kind;
	chain_number chain;             /* FIB_CHAIN */
	struct fib_egress via;          /* FIB_PIN: a host route through the underlay */
	struct address preferred_source;
	uint16_t mtu, advmss;
	bool is_ours;                   /* we wrote it or were told of it, so that set_route may replace
					 * it; else a route that is there is somebody else's, stays, and
					 * fails ours with -EEXIST */
};

/* What there is: ours by protocol number and id range.  A visitor does not call the fib. */
struct fib_visitor {
	void (*egress)(void *arg, egress_id id, const struct fib_egress *egress);
	void (*chain)(void *arg, chain_number number, const struct fib_chain *chain);
	void (*route)(void *arg, const struct fib_route *route);
	/* Not ours: a FIB_PIN by the way it leads, of several the first, or FIB_UNREACHABLE for any that
	 * leads nowhere.  NULL: not asked for, which is quicker. */
	void (*foreign)(void *arg, const struct fib_route *route);
	void *arg;
};

/* A route that could not be written; told by flush. */
typedef void fib_failed(void *arg, const struct fib_route *route, int error, const char *text);

struct fib {
	int (*set_egress)(struct fib *fib, egress_id id, const struct fib_egress *egress);
	int (*remove_egress)(struct fib *fib, egress_id id, enum family family);
	int (*set_chain)(struct fib *fib, chain_number number, const struct fib_chain *chain);
	int (*remove_chain)(struct fib *fib, chain_number number, enum family family);
	int (*set_route)(struct fib *fib, const struct fib_route *route);
	int (*remove_route)(struct fib *fib, const struct fib_route *route);
	/* Sends what is queued and reads the answers; failures go to failed.  Not 0 only when answers
	 * were lost, and only a look tells what is there. */
	int (*flush)(struct fib *fib, fib_failed *failed, void *arg);
	/* Egresses and chains, which are few. */
	int (*list_chains)(struct fib *fib, const struct fib_visitor *visitor);
	/* Routes of a table in slices of about `items`, from the start or from where the last call ended.
	 * 1: there are more.  What changes between two slices may be visited or not.  Table 0: of all
	 * tables; then one slice takes as long as there are routes. */
	int (*list_routes)(struct fib *fib, const struct fib_visitor *visitor, uint32_t table,
			   bool from_start, size_t items);
	/* The way to an address as the kernel sees it: for next hops of ordinary neighbors, and for
	 * outer endpoints.  -ENETUNREACH where there is none.  interface: where a link-local address
	 * lies; NULL: it is none, or any will do. */
	int (*resolve)(struct fib *fib, const struct address *address, const char *interface,
		       uint32_t table, struct fib_egress *egress);
	const char *(*describe)(struct fib *fib);       /* "resilient groups, nexthop_compat_mode 0" */
	bool holds_standbys;            /* a pair is all its members; else it goes with the active one */
	bool moves_routes;              /* set_chain does; else each route is to be set again */
	char error[128];
};

#endif
