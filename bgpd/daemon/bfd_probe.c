#include "bgpd/daemon/bfd_probe.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/probe_socket.h"

#define BFD_PORT     3784
#define SOURCE_PORT  49152u             /* RFC 5881 4: 49152 to 65535 */
#define SOURCE_PORTS 16384u
#define AT_ONCE      64                 /* packets, before others have their turn */

struct bfd_probe {
	struct bfd bfd;
	const struct tunnel_config *config;
	probe_told *told;
	void *arg;
	uint16_t port;
	int ifindex;                    /* 0: it is not up */
	int in, out;                    /* -1: not open */
	int error;                      /* why not, as was logged */
	struct event_base *base;
	int priority;
	struct event readable, deadline;
};

static uint32_t random_number(void)
{
	uint32_t value = 0;

	while (getrandom(&value, sizeof(value), 0) < 0 && errno == EINTR)
		;
	return value;
}

/* ---- sockets ---- */

static void close_sockets(struct bfd_probe *probe)
{
	if (probe->in >= 0) {
		event_del(&probe->readable);
		close(probe->in);
	}
	if (probe->out >= 0)
		close(probe->out);
	probe->in = probe->out = -1;
}

static void attend(struct bfd_probe *probe);

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	attend(arg);
}

static void hear(struct bfd_probe *probe)
{
	event_assign(&probe->readable, probe->base, probe->in, EV_READ | EV_PERSIST, on_readable,
		     probe);
	event_priority_set(&probe->readable, probe->priority);
	event_add(&probe->readable, NULL);
}

static int open_sockets(struct bfd_probe *probe)
{
	const struct tunnel_config *config = probe->config;
	const struct probe_way way = { config->interface, config->inside, config->session.address };
	int in = probe_socket_listen(&way, BFD_PORT), out;

	if (in < 0)
		return in;
	out = probe_socket_send(&way, probe->port, BFD_PORT);
	if (out < 0) {
		close(in);
		return out;
	}
	probe->in = in;
	probe->out = out;
	hear(probe);
	return 0;
}

/* What fails is tried again, and told once. */
static void try_to_open(struct bfd_probe *probe)
{
	int error = open_sockets(probe);

	if (error && error != probe->error)
		log_text(NOTE_WARNING, "bfd", probe->config->name, "cannot open its sockets: %s",
			 strerror(-error));
	probe->error = error;
}

void bfd_probe_place(struct bfd_probe *probe, int ifindex)
{
	if (ifindex != probe->ifindex)
		close_sockets(probe);
	probe->ifindex = ifindex;
	if (ifindex && probe->in < 0)
		attend(probe);
}

/* ---- the session ---- */

/* RFC 5881 5: what comes with another TTL has passed a router, and did not come by this link. */
static void receive(struct bfd_probe *probe)
{
	uint8_t bytes[256];
	struct address from;
	int ttl;

	for (int i = 0; i < AT_ONCE && probe->in >= 0; i++) {
		ssize_t length = probe_socket_receive(probe->in, bytes, sizeof(bytes), &from, &ttl);
		const char *why;

		if (length < 0)
			return;
		if (ttl != PROBE_TTL || !address_equal(&from, &probe->config->session.address))
			continue;
		why = bfd_receive(&probe->bfd, bytes, (size_t)length, now_monotonic());
		if (why)
			log_text(NOTE_DEBUG, "bfd", probe->config->name, "packet discarded: %s", why);
	}
}

static void send_due(struct bfd_probe *probe, msec_t now)
{
	uint8_t bytes[BFD_PACKET];

	while (bfd_send(&probe->bfd, bytes, random_number(), now))
		if (probe->out >= 0)
			(void)!send(probe->out, bytes, sizeof(bytes), 0);
}

static void arm(struct bfd_probe *probe)
{
	msec_t deadline = bfd_deadline(&probe->bfd), now = now_monotonic();
	msec_t left = deadline > now ? deadline - now : 0;
	struct timeval time = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };

	if (deadline == NEVER)
		event_del(&probe->deadline);
	else
		event_add(&probe->deadline, &time);
}

/* In the order that bgpd/bfd/bfd.h asks for, whatever woke us. */
static void attend(struct bfd_probe *probe)
{
	if (probe->in < 0 && probe->ifindex)
		try_to_open(probe);
	receive(probe);
	bfd_tick(&probe->bfd, now_monotonic());
	probe->told(probe->arg);
	send_due(probe, now_monotonic());
	arm(probe);
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	attend(arg);
}

void bfd_probe_config(struct bfd_probe *probe, const struct tunnel_config *config)
{
	probe->config = config;
	bfd_change(&probe->bfd, &config->bfd, now_monotonic());
	arm(probe);
}

struct bfd *bfd_probe_session(struct bfd_probe *probe)
{
	return &probe->bfd;
}

/* RFC 5880 6.8.16 wants the peer to hear it within a detection time, and we do not stay for so long:
 * as many copies leave as the peer would have to miss. */
void bfd_probe_stop(struct bfd_probe *probe)
{
	uint8_t bytes[BFD_PACKET];
	msec_t now = now_monotonic();

	bfd_stop(&probe->bfd, now);
	if (probe->out >= 0 && bfd_send(&probe->bfd, bytes, 0, now))
		for (unsigned int i = 0; i < probe->config->bfd.multiplier; i++)
			(void)!send(probe->out, bytes, sizeof(bytes), 0);
}

/* ---- the beginning and the end ---- */

/* The discriminator has the number in it, so that no two are alike, and is not to be guessed. */
struct bfd_probe *bfd_probe_new(struct event_base *base, int priority,
				const struct tunnel_config *config, uint32_t number,
				probe_told *told, void *arg)
{
	struct bfd_probe *probe = xcalloc(1, sizeof(*probe));
	uint32_t place = number % SOURCE_PORTS;

	probe->config = config;
	probe->told = told;
	probe->arg = arg;
	probe->base = base;
	probe->priority = priority;
	probe->port = (uint16_t)(SOURCE_PORT + place);
	probe->in = probe->out = -1;
	bfd_init(&probe->bfd, &config->bfd, (random_number() | 1u) * SOURCE_PORTS + place,
		 now_monotonic());
	evtimer_assign(&probe->deadline, base, on_deadline, probe);
	event_priority_set(&probe->deadline, priority);
	arm(probe);
	return probe;
}

void bfd_probe_free(struct bfd_probe *probe)
{
	if (!probe)
		return;
	close_sockets(probe);
	event_del(&probe->deadline);
	free(probe);
}
