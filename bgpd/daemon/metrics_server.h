/* bgpd/daemon/metrics_server.h - GET /metrics, /healthz and /readyz, on libevent's HTTP server.
 *
 * /healthz answers while the event loop turns; /readyz says 503 while a group has no tunnel that
 * carries traffic. */
#ifndef BGPD_DAEMON_METRICS_SERVER_H
#define BGPD_DAEMON_METRICS_SERVER_H

#include <event2/event.h>

#include "bgpd/speaker.h"

struct metrics_server;

/* NULL: the address cannot be had, which has been logged.  The speaker is borrowed. */
struct metrics_server *metrics_server_new(struct event_base *base, const struct address *address,
					  uint16_t port, struct speaker *speaker);
void metrics_server_free(struct metrics_server *server);        /* NULL is fine */

#endif
