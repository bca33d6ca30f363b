#include "bgpd/daemon/listener.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/tcp_socket.h"

#define ACCEPTED_AT_ONCE 16

static const struct timeval breath = { .tv_sec = 1 };

struct socket {
	struct listener *listener;
	int fd;                         /* -1: the kernel does not have the family */
	struct event readable, resume;
};

struct listener {
	listener_accepted *accepted;
	void *arg;
	struct socket sockets[FAMILY_COUNT];
};

/* Out of descriptors: the connection stays in the queue, and would wake us without end. */
static void pause_listening(struct socket *socket, int error)
{
	char words[TCP_FAILURE];

	log_text(NOTE_WARNING, "listen", NULL, "cannot accept, pausing for a second: %s",
		 tcp_socket_words(error, words));
	event_del(&socket->readable);
	event_add(&socket->resume, &breath);
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
	struct socket *socket = arg;

	(void)fd;
	(void)what;
	event_add(&socket->readable, NULL);
}

/* False when there is no more to accept now. */
static bool accept_one(struct socket *socket)
{
	struct listener *listener = socket->listener;
	struct sockaddr_storage peer = { 0 }, local = { 0 };
	socklen_t peer_size = sizeof(peer), local_size = sizeof(local);
	struct address from, to;
	int fd = accept4(socket->fd, (struct sockaddr *)&peer, &peer_size,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			pause_listening(socket, errno);
		return errno == ECONNABORTED || errno == EINTR;
	}
	getsockname(fd, (struct sockaddr *)&local, &local_size);
	from = tcp_socket_address(&peer);
	to = tcp_socket_address(&local);
	listener->accepted(listener->arg, fd, &from, &to);
	return true;
}

static void on_connection(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	for (size_t i = 0; i < ACCEPTED_AT_ONCE && accept_one(arg); i++)
		;
}

static bool is_absent(int error)
{
	return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

static bool open_family(struct listener *listener, struct event_base *base, enum family family,
			uint16_t port)
{
	struct socket *socket = &listener->sockets[family];
	char why[TCP_FAILURE], subject[32];

	snprintf(subject, sizeof(subject), "%s port %u", family_name(family), port);
	socket->fd = tcp_socket_listen(family, port, why);
	if (socket->fd < 0) {
		bool absent = is_absent(-socket->fd);

		log_text(absent ? NOTE_WARNING : NOTE_ERROR, "listen", subject,
			 "cannot listen: %s", why);
		return absent;
	}
	socket->listener = listener;
	event_assign(&socket->readable, base, socket->fd, EV_READ | EV_PERSIST, on_connection,
		     socket);
	evtimer_assign(&socket->resume, base, on_resume, socket);
	event_add(&socket->readable, NULL);
	return true;
}

struct listener *listener_new(struct event_base *base, uint16_t port, listener_accepted *accepted,
			      void *arg)
{
	struct listener *listener = xcalloc(1, sizeof(*listener));

	listener->accepted = accepted;
	listener->arg = arg;
	for (int family = 0; family < FAMILY_COUNT; family++)
		listener->sockets[family].fd = -1;
	if (open_family(listener, base, FAMILY_IPV4, port) &&
	    open_family(listener, base, FAMILY_IPV6, port))
		return listener;
	listener_free(listener);
	return NULL;
}

void listener_free(struct listener *listener)
{
	if (!listener)
		return;
	for (int family = 0; family < FAMILY_COUNT; family++) {
		struct socket *socket = &listener->sockets[family];

		if (socket->fd < 0)
			continue;
		event_del(&socket->readable);
		event_del(&socket->resume);
		close(socket->fd);
	}
	free(listener);
}

int listener_set_key(struct listener *listener, const struct address *peer, const char *key)
{
	int fd = listener->sockets[peer->family].fd;
	int error;

	if (fd < 0)
		return key ? -EAFNOSUPPORT : 0;
	error = tcp_socket_set_key(fd, peer, key);
	return !key && error == -ENOENT ? 0 : error;    /* there was none */
}

int listener_set_ao(struct listener *listener, const struct address *peer, const struct tcp_ao *ao)
{
	int fd = listener->sockets[peer->family].fd;

	return fd < 0 ? -EAFNOSUPPORT : tcp_socket_set_ao(fd, peer, ao);
}

int listener_remove_ao(struct listener *listener, const struct address *peer, uint8_t id)
{
	int fd = listener->sockets[peer->family].fd;

	return fd < 0 ? 0 : tcp_socket_remove_ao(fd, peer, id);
}
