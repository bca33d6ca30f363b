/* fib/route_batch.h - Routes on their way to the kernel, many in one send.
 *
 * Only the last message of a batch asks to be acknowledged; each that fails is answered anyhow, and
 * its sequence number leads back to its route.  Batches are small enough for the answers to fit the
 * receive buffer of an unprivileged process even if every route fails: ten to a hundred messages in
 * a send get most of the gain. */
#ifndef FIB_ROUTE_BATCH_H
#define FIB_ROUTE_BATCH_H

#include <netlink/msg.h>

#include "fib/fib.h"
#include "fib/rtnl_socket.h"

#define ROUTE_BATCH       256
#define ROUTE_BATCH_BYTES 65536

struct route_failure {
	struct fib_route route;
	int error;
	char text[RTNL_TEXT];
};

struct route_batch {
	struct rtnl_socket *socket;             /* borrowed; used for nothing else */
	struct fib_route routes[ROUTE_BATCH];
	bool is_removal[ROUTE_BATCH];
	size_t count;
	uint32_t first_seq;
	uint8_t bytes[ROUTE_BATCH_BYTES];
	size_t length, last;                    /* `last`: where the last message starts */
	struct route_failure *failures;         /* since the last report */
	size_t failure_count, failure_size;
	int lost;                               /* -errno: some answers did not come */
};

void route_batch_init(struct route_batch *batch, struct rtnl_socket *socket);
void route_batch_clear(struct route_batch *batch);
/* Takes and frees the message.  Sends what is there first when it would not fit. */
void route_batch_add(struct route_batch *batch, const struct fib_route *route, bool is_removal,
		     struct nl_msg *message);
void route_batch_send(struct route_batch *batch);
/* Tells the failures and forgets them; 0, or -errno when answers were lost. */
int route_batch_report(struct route_batch *batch, fib_failed *failed, void *arg);

#endif
