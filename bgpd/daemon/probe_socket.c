#include "bgpd/daemon/probe_socket.h"

#include <errno.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/daemon/tcp_socket.h"

static bool is_v6(const struct probe_way *way)
{
	return way->far.family == FAMILY_IPV6;
}

static int set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

static int set_options(int fd, const struct probe_way *way)
{
	bool v6 = is_v6(way);
	int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, way->interface,
		       (socklen_t)strlen(way->interface)) ||
	    set(fd, level, v6 ? IPV6_UNICAST_HOPS : IP_TTL, PROBE_TTL) ||
	    set(fd, level, v6 ? IPV6_TCLASS : IP_TOS, IPTOS_CLASS_CS6) ||
	    set(fd, level, v6 ? IPV6_RECVHOPLIMIT : IP_RECVTTL, 1))
		return -1;
	return 0;
}

/* A target of the other family than the inside link's is reached from any of our addresses. */
static int bind_local(int fd, const struct probe_way *way, uint16_t port)
{
	struct sockaddr_storage endpoint;
	socklen_t length = tcp_socket_endpoint(&way->local, port, way->interface, &endpoint);

	if (way->local.family != way->far.family)
		return 0;
	return bind(fd, (struct sockaddr *)&endpoint, length);
}

static int connect_far(int fd, const struct probe_way *way, uint16_t port)
{
	struct sockaddr_storage endpoint;
	socklen_t length = tcp_socket_endpoint(&way->far, port, way->interface, &endpoint);

	return connect(fd, (struct sockaddr *)&endpoint, length);
}

static int new_socket(const struct probe_way *way, int type, int protocol)
{
	return socket(is_v6(way) ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

/* The socket, or why not. */
static int done(int fd, bool is_well)
{
	int error = -errno;

	if (is_well)
		return fd;
	if (fd >= 0)
		close(fd);
	return error;
}

int probe_socket_listen(const struct probe_way *way, uint16_t port)
{
	int fd = new_socket(way, SOCK_DGRAM, 0);

	return done(fd, fd >= 0 && set_options(fd, way) == 0 && bind_local(fd, way, port) == 0);
}

int probe_socket_send(const struct probe_way *way, uint16_t from, uint16_t to)
{
	int fd = new_socket(way, SOCK_DGRAM, 0);

	return done(fd, fd >= 0 && set_options(fd, way) == 0 && bind_local(fd, way, from) == 0 &&
			connect_far(fd, way, to) == 0);
}

static int hear_answers_alone(int fd, const struct probe_way *way)
{
	struct icmp_filter v4 = { .data = ~(1u << ICMP_ECHOREPLY) };
	struct icmp6_filter v6;

	ICMP6_FILTER_SETBLOCKALL(&v6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &v6);
	if (is_v6(way))
		return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &v6, sizeof(v6));
	return setsockopt(fd, SOL_RAW, ICMP_FILTER, &v4, sizeof(v4));
}

int probe_socket_echo(const struct probe_way *way)
{
	int fd = new_socket(way, SOCK_RAW, is_v6(way) ? IPPROTO_ICMPV6 : IPPROTO_ICMP);

	return done(fd, fd >= 0 && set_options(fd, way) == 0 && hear_answers_alone(fd, way) == 0 &&
			bind_local(fd, way, 0) == 0 && connect_far(fd, way, 0) == 0);
}

static int ttl_of(struct msghdr *message)
{
	int ttl = -1;

	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at; at = CMSG_NXTHDR(message, at))
		if ((at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_TTL) ||
		    (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_HOPLIMIT))
			memcpy(&ttl, CMSG_DATA(at), sizeof(ttl));
	return ttl;
}

ssize_t probe_socket_receive(int fd, void *bytes, size_t size, struct address *from, int *ttl)
{
	_Alignas(struct cmsghdr) char control[128];
	struct sockaddr_storage sender = { 0 };
	struct iovec piece = { bytes, size };
	struct msghdr message = { .msg_name = &sender, .msg_namelen = sizeof(sender), .msg_iov = &piece,
				  .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };
	ssize_t length;

	do
		length = recvmsg(fd, &message, 0);
	while (length < 0 && errno == EINTR);
	if (length >= 0) {
		*from = tcp_socket_address(&sender);
		*ttl = ttl_of(&message);
	}
	return length;
}
