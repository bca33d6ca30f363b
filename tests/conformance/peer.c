#include "tests/conformance/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/assemble.h"
#include "tests/conformance/decode.h"

#define BGP_PORT 179
#define HEADER   19
#define OPEN_MAX_PEERS 32

enum { OPEN = 1, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH };

static struct peer *peers[OPEN_MAX_PEERS];
static size_t peer_total;

/* ---- the socket ---- */

static socklen_t endpoint(const char *address, uint16_t port, struct sockaddr_storage *to)
{
	struct sockaddr_in *in = (struct sockaddr_in *)to;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	if (strchr(address, ':')) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		inet_pton(AF_INET6, address, &in6->sin6_addr);
		return sizeof(*in6);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	inet_pton(AF_INET, address, &in->sin_addr);
	return sizeof(*in);
}

static int bound_socket(const char *address, uint16_t port)
{
	struct sockaddr_storage local;
	socklen_t length = endpoint(address, port, &local);
	int fd = socket(local.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&local, length) == 0)
		return fd;
	close(fd);
	return -1;
}

void peer_init(struct peer *peer)
{
	*peer = (struct peer){ .fd = -1, .as4 = true };
}

static void adopt(struct peer *peer, int fd)
{
	peer->fd = fd;
	if (peer_total == OPEN_MAX_PEERS)
		abort();
	peers[peer_total++] = peer;
}

bool peer_connect(struct peer *peer, const char *from, const char *to)
{
	struct sockaddr_storage remote;
	socklen_t length = endpoint(to, BGP_PORT, &remote);
	int fd = bound_socket(from, 0);

	if (fd < 0)
		return false;
	if (connect(fd, (struct sockaddr *)&remote, length)) {
		close(fd);
		return false;
	}
	adopt(peer, fd);
	return true;
}

int peer_listen(const char *address)
{
	int fd = bound_socket(address, BGP_PORT);

	if (fd >= 0 && listen(fd, 4) == 0)
		return fd;
	close(fd);
	return -1;
}

bool peer_accept(struct peer *peer, int listener, int timeout_ms)
{
	struct pollfd waiting = { .fd = listener, .events = POLLIN };

	if (poll(&waiting, 1, timeout_ms) != 1)
		return false;
	adopt(peer, accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	return true;
}

/* A peer that has been closed takes no more: that is for the test to see, not for us to die of. */
void peer_send_octets(struct peer *peer, const uint8_t *bytes, size_t length)
{
	while (length) {
		ssize_t sent = send(peer->fd, bytes, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return;
		bytes += sent;
		length -= (size_t)sent;
	}
}

void peer_send(struct peer *peer, const char *text)
{
	static struct octets octets;

	assemble(text, &octets);
	peer_send_octets(peer, octets.bytes, octets.length);
}

void peer_close(struct peer *peer)
{
	if (peer->fd < 0)
		return;
	close(peer->fd);
	peer->fd = -1;
	for (size_t i = 0; i < peer->route_count; i++)
		free(peer->routes[i].words);
	peer->route_count = 0;
	for (size_t i = 0; i < peer_total; i++)
		if (peers[i] == peer)
			peers[i] = peers[--peer_total];
}

void peer_reset(struct peer *peer)
{
	const struct linger none = { .l_onoff = 1 };

	setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	peer_close(peer);
}

/* ---- what comes ---- */

static void to_hex(const uint8_t *bytes, size_t length, char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < length && 2 * i + 2 < size; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static struct peer_route *find_route(struct peer *peer, const char *prefix)
{
	for (size_t i = 0; i < peer->route_count; i++)
		if (strcmp(peer->routes[i].prefix, prefix) == 0)
			return &peer->routes[i];
	return NULL;
}

const char *peer_words(const struct peer *peer, const char *prefix)
{
	for (size_t i = 0; i < peer->route_count; i++)
		if (strcmp(peer->routes[i].prefix, prefix) == 0)
			return peer->routes[i].words;
	return NULL;
}

static void on_route(void *arg, const char *prefix, const char *words)
{
	struct peer *peer = arg;
	struct peer_route *route = find_route(peer, prefix);

	if (peer->keeps_diary)
		printf("%s%s\n", prefix, words);
	if (!route && peer->route_count == PEER_ROUTES)
		return;
	if (!route) {
		route = &peer->routes[peer->route_count++];
		snprintf(route->prefix, sizeof(route->prefix), "%s", prefix);
	} else {
		free(route->words);
	}
	route->words = strdup(words);
}

static void on_withdraw(void *arg, const char *prefix)
{
	struct peer *peer = arg;
	struct peer_route *route = find_route(peer, prefix);

	if (peer->keeps_diary)
		printf("%s withdrawn\n", prefix);
	if (!route)
		return;
	free(route->words);
	*route = peer->routes[--peer->route_count];
}

static void on_end_of_rib(void *arg, unsigned int afi)
{
	struct peer *peer = arg;

	peer->eor |= 1u << (afi & 7);
}

static void on_update(struct peer *peer, const uint8_t *body, size_t length)
{
	struct decoded decoded = { .as4 = peer->as4, .arg = peer, .route = on_route,
				   .withdraw = on_withdraw, .end_of_rib = on_end_of_rib };

	decode_update(body, length, &decoded);
	if (peer->keeps_diary && decoded.complaint[0])
		printf("bad: %s\n", decoded.complaint);
	if (!peer->complaint[0])
		memcpy(peer->complaint, decoded.complaint, sizeof(peer->complaint));
}

static void on_refresh(struct peer *peer, const uint8_t *body, size_t length)
{
	unsigned int *const kinds[] = { &peer->requests, &peer->borr, &peer->eorr };

	if (length == 4 && body[2] < 3)
		*kinds[body[2]] |= 1u << (body[1] & 7);
}

static void on_message(struct peer *peer, unsigned int type, const uint8_t *body, size_t length)
{
	peer->count[type < 6 ? type : 0]++;
	if (type == OPEN)
		to_hex(body, length, peer->open, sizeof(peer->open));
	else if (type == UPDATE)
		on_update(peer, body, length);
	else if (type == ROUTE_REFRESH)
		on_refresh(peer, body, length);
	if (type != NOTIFICATION || length < 2)
		return;
	peer->code = body[0];
	peer->subcode = body[1];
	to_hex(body + 2, length - 2, peer->data, sizeof(peer->data));
}

static void cut_messages(struct peer *peer)
{
	size_t used = 0;

	while (peer->in_length - used >= HEADER) {
		const uint8_t *message = peer->in + used;
		size_t length = (size_t)(message[16] << 8 | message[17]);

		if (length < HEADER || peer->in_length - used < length)
			break;
		on_message(peer, message[18], message + HEADER, length - HEADER);
		used += length;
	}
	peer->in_length -= used;
	memmove(peer->in, peer->in + used, peer->in_length);
}

static void read_peer(struct peer *peer)
{
	ssize_t length = recv(peer->fd, peer->in + peer->in_length, PEER_IN - peer->in_length,
			      MSG_DONTWAIT);

	if (length > 0) {
		peer->in_length += (size_t)length;
		cut_messages(peer);
	} else if (length == 0 || errno != EAGAIN) {
		peer->is_closed = true;
		peer->was_reset = length < 0;
	}
}

int64_t peer_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void read_all(int timeout_ms)
{
	struct pollfd waiting[OPEN_MAX_PEERS];
	struct peer *waited[OPEN_MAX_PEERS];
	nfds_t count = 0;

	for (size_t i = 0; i < peer_total; i++) {
		if (peers[i]->is_closed || peers[i]->is_deaf)
			continue;
		waited[count] = peers[i];
		waiting[count++] = (struct pollfd){ .fd = peers[i]->fd, .events = POLLIN };
	}
	if (poll(waiting, count, timeout_ms) <= 0)
		return;
	for (nfds_t i = 0; i < count; i++)
		if (waiting[i].revents)
			read_peer(waited[i]);
}

bool peer_wait(struct peer *peer, peer_condition *condition, const void *arg, int timeout_ms)
{
	int64_t end = peer_now_ms() + timeout_ms, now;

	read_all(0);
	while (!condition(peer, arg)) {
		now = peer_now_ms();
		if (now >= end)
			return false;
		read_all((int)(end - now));
	}
	return true;
}

/* ---- conditions ---- */

bool peer_has_open(struct peer *peer, const void *unused)
{
	(void)unused;
	return peer->count[OPEN] || peer->is_closed;
}

bool peer_has_keepalive(struct peer *peer, const void *unused)
{
	(void)unused;
	return peer->count[KEEPALIVE] || peer->count[NOTIFICATION] || peer->is_closed;
}

bool peer_has_ended(struct peer *peer, const void *unused)
{
	(void)unused;
	return peer->count[NOTIFICATION] || peer->is_closed;
}

bool peer_is_closed(struct peer *peer, const void *unused)
{
	(void)unused;
	return peer->is_closed;
}
