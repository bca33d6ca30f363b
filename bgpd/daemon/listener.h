/* bgpd/daemon/listener.h - The listening sockets of BGP, one for each family.
 *
 * Takes a few connections at a time, so that a flood of them delays nothing else, and hands each to
 * its owner, who closes those that are no neighbor's. */
#ifndef BGPD_DAEMON_LISTENER_H
#define BGPD_DAEMON_LISTENER_H

#include <event2/event.h>

#include "bgpd/session/session.h"

struct listener;
typedef void listener_accepted(void *arg, int fd, const struct address *from,
			       const struct address *to);       /* takes fd */

/* NULL, and the log says why, when a family cannot listen though the kernel has it. */
struct listener *listener_new(struct event_base *base, uint16_t port, listener_accepted *accepted,
			      void *arg);
void listener_free(struct listener *listener);
/* RFC 2385: connections from peer must be signed with the key; NULL: no longer.  0 or -errno. */
int listener_set_key(struct listener *listener, const struct address *peer, const char *key);
/* RFC 5925, likewise. */
int listener_set_ao(struct listener *listener, const struct address *peer, const struct tcp_ao *ao);
int listener_remove_ao(struct listener *listener, const struct address *peer, uint8_t id);

#endif
