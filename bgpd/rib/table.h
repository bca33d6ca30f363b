/* bgpd/rib/table.h - Every prefix that we know, and every path to it: Adj-RIBs-In and Loc-RIB in one.
 *
 * A net is one prefix.  Its routes are what neighbors told us, the best one first; a route that import
 * refused stays, with its verdict, so that it can be shown and a changed policy needs no refresh.
 * Nets have small ids, so that sets of them are bitmaps, and a walk over all of them can stop and go on:
 * for (id = 0; id < table_end(table); id++) if ((net = table_net(table, id))) ...
 * The table holds 32 bytes for a prefix, 24 for a path, and 4 to 8 for the hash. */
#ifndef BGPD_RIB_TABLE_H
#define BGPD_RIB_TABLE_H

#include "bgpd/base/pool.h"
#include "bgpd/rib/attr_set.h"

typedef uint16_t neighbor_id;
#define NEIGHBOR_LOCAL 0                /* announced by ourselves */

struct route {
	struct route *next;
	const struct attr_set *set;
	uint32_t learned_s;             /* seconds since the speaker's start */
	neighbor_id neighbor;
	uint8_t epoch;                  /* of the neighbor's session; an older one is stale */
	uint8_t verdict : 5;            /* enum import_verdict; 0: accepted */
	uint8_t mark : 3;               /* of the neighbor's last refresh (speaker/refresh.h) */
};

struct net {
	struct route *routes;
	uint32_t id;
	uint32_t chain : 14;            /* these three are fib/sync's: the chain asked for, 0: none */
	uint32_t is_installed : 1;      /* a route of ours is in the kernel, or on its way */
	uint32_t is_unwanted : 1;       /* to be removed */
	struct prefix prefix;
};

struct slots {
	uint32_t *at;                   /* id + 1; 0: free */
	uint32_t count;
};

struct table {
	struct pool routes;
	struct net **pages;             /* id -> net */
	uint32_t page_count;
	uint32_t end;                   /* ids handed out so far */
	struct slots hash, old;         /* old: of before it grew, until all nets are carried over */
	uint32_t carried;               /* ids below it are in hash */
	uint32_t count;                 /* nets */
	uint32_t free_ids_count, free_ids_size;
	uint32_t *free_ids;
};

void table_init(struct table *table);
void table_clear(struct table *table, struct attr_sets *sets);

struct net *table_find(const struct table *table, const struct prefix *prefix);
struct net *table_add(struct table *table, const struct prefix *prefix);        /* or find */
void table_remove(struct table *table, struct net *net);        /* which has no routes any more */
struct net *table_net(const struct table *table, uint32_t id);  /* NULL: no such net now */
uint32_t table_end(const struct table *table);
size_t table_bytes(const struct table *table);                  /* without routes */

struct route *net_find_route(const struct net *net, neighbor_id neighbor);
/* Puts a route first; the caller fills in all but next. */
struct route *net_add_route(struct table *table, struct net *net);
void net_remove_route(struct table *table, struct net *net, struct route *route,
		      struct attr_sets *sets);
void net_put_first(struct net *net, struct route *route);

#endif
