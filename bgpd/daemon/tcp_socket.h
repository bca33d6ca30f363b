/* bgpd/daemon/tcp_socket.h - What BGP asks of a TCP socket: TTL, GTSM, MD5, TCP-AO, a device. */
#ifndef BGPD_DAEMON_TCP_SOCKET_H
#define BGPD_DAEMON_TCP_SOCKET_H

#include <sys/socket.h>

#include "bgpd/session/session.h"

#define TCP_FAILURE 128

/* Those with a `why` say in words what failed, and return -1 then unless it says otherwise. */

/* Begins a connection to params->address; the socket becomes writable when it is decided. */
int tcp_socket_connect(const struct session_params *params, uint16_t port, char why[TCP_FAILURE]);
/* Fits a socket that was accepted to its neighbor: 0 or -1. */
int tcp_socket_prepare(int fd, const struct session_params *params, char why[TCP_FAILURE]);
/* The socket, or -errno. */
int tcp_socket_listen(enum family family, uint16_t port, char why[TCP_FAILURE]);
/* RFC 2385: the key of a peer; NULL takes it away.  0 or -errno. */
int tcp_socket_set_key(int fd, const struct address *peer, const char *key);
/* RFC 5925: the key of a peer, and its end.  0 or -errno; -ENOPROTOOPT where the kernel has no TCP-AO. */
int tcp_socket_set_ao(int fd, const struct address *peer, const struct tcp_ao *ao);
int tcp_socket_remove_ao(int fd, const struct address *peer, uint8_t id);

/* The address as the kernel has it; the interface matters to link-local ones and may be NULL. */
socklen_t tcp_socket_endpoint(const struct address *address, uint16_t port, const char *interface,
			      struct sockaddr_storage *to);
/* Family none for what is neither IPv4 nor IPv6. */
struct address tcp_socket_address(const struct sockaddr_storage *from);

/* "connection reset by peer" */
const char *tcp_socket_words(int error, char text[TCP_FAILURE]);

#endif
