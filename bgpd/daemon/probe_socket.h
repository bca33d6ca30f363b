/* bgpd/daemon/probe_socket.h - What probes send and hear with: sockets of one tunnel.
 *
 * Bound to the tunnel's interface, so that no route leads a probe elsewhere, and to our address on
 * it; sent with a TTL of 255 (RFC 5881 5) and as control traffic (CS6, RFC 4594 3.2).  Each
 * returns the socket, which does not block, or -errno. */
#ifndef BGPD_DAEMON_PROBE_SOCKET_H
#define BGPD_DAEMON_PROBE_SOCKET_H

#include <sys/types.h>

#include "bgpd/base/address.h"

#define PROBE_TTL 255

struct probe_way {
	const char *interface;
	struct address local, far;
};

/* Hears what comes to the port. */
int probe_socket_listen(const struct probe_way *way, uint16_t port);
/* Sends from one port to the other. */
int probe_socket_send(const struct probe_way *way, uint16_t from, uint16_t to);
/* Sends echoes and hears their answers, with CAP_NET_RAW. */
int probe_socket_echo(const struct probe_way *way);

/* One datagram; with what kind of TTL it came, -1 where that is not known.  < 0: none. */
ssize_t probe_socket_receive(int fd, void *bytes, size_t size, struct address *from, int *ttl);

#endif
