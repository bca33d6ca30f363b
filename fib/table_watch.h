/* fib/table_watch.h - What others do to routes and nexthops, as events.
 *
 * A filter in the kernel keeps away what we do ourselves: of a load of ours nothing is heard. */
#ifndef FIB_TABLE_WATCH_H
#define FIB_TABLE_WATCH_H

#include "fib/fib.h"

/* What of the kernel's table is ours, and the port ids of the sockets that we change it with. */
struct table_ours {
	uint8_t protocol;
	uint32_t nexthop_base;          /* 64 Ki ids from here */
	uint32_t ports[2];
};

struct table_events {
	/* A route of somebody else's has come or gone, or one of ours (is_ours) was removed by others. Of
	 * the route only prefix, table and metric are told. */
	void (*route)(void *arg, const struct fib_route *route, bool is_removal);
	void (*nexthop)(void *arg);     /* one of ours was changed by somebody else */
	void (*overrun)(void *arg);     /* messages were lost: anything may have happened */
	void *arg;
};

struct table_watch;

/* NULL: no socket, errno says why. */
struct table_watch *table_watch_new(const struct table_ours *ours, const struct table_events *events);
void table_watch_free(struct table_watch *watch);
int table_watch_fd(const struct table_watch *watch);
/* Reads up to `messages` of what has come, without blocking.  0 or -errno. */
int table_watch_read(struct table_watch *watch, size_t messages);

#endif
