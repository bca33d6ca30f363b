#include "bgpd/daemon/ping_probe.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/echo.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/probe_socket.h"

#define AT_ONCE 64                      /* answers, before others have their turn */

struct ping_probe {
	struct ping ping;
	const struct tunnel_config *config;
	probe_told *told;
	void *arg;
	uint16_t identifier;
	int ifindex;                    /* 0: it is not up */
	int fd;                         /* -1: not open */
	int error;                      /* why not, as was logged */
	struct event_base *base;
	int priority;
	struct event readable, deadline;
};

static enum family family_of(const struct ping_probe *probe)
{
	return (enum family)probe->config->ping_target.family;
}

/* ---- the socket ---- */

static void close_socket(struct ping_probe *probe)
{
	if (probe->fd < 0)
		return;
	event_del(&probe->readable);
	close(probe->fd);
	probe->fd = -1;
}

static void attend(struct ping_probe *probe);

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	attend(arg);
}

/* What fails is tried again, and told once. */
static void try_to_open(struct ping_probe *probe)
{
	const struct tunnel_config *config = probe->config;
	const struct probe_way way = { config->interface, config->inside, config->ping_target };
	int fd = probe_socket_echo(&way);

	if (fd < 0) {
		if (fd != probe->error)
			log_text(NOTE_WARNING, "ping", config->name, "cannot open its socket: %s",
				 strerror(-fd));
		probe->error = fd;
		return;
	}
	probe->error = 0;
	probe->fd = fd;
	event_assign(&probe->readable, probe->base, fd, EV_READ | EV_PERSIST, on_readable, probe);
	event_priority_set(&probe->readable, probe->priority);
	event_add(&probe->readable, NULL);
}

void ping_probe_place(struct ping_probe *probe, int ifindex)
{
	if (ifindex != probe->ifindex)
		close_socket(probe);
	probe->ifindex = ifindex;
	if (ifindex && probe->fd < 0)
		attend(probe);
}

/* ---- echoes ---- */

static void receive(struct ping_probe *probe)
{
	uint8_t bytes[512];
	struct address from;
	uint16_t sequence;
	int ttl;

	for (int i = 0; i < AT_ONCE && probe->fd >= 0; i++) {
		ssize_t length = probe_socket_receive(probe->fd, bytes, sizeof(bytes), &from, &ttl);

		if (length < 0)
			return;
		if (address_equal(&from, &probe->config->ping_target) &&
		    echo_parse_answer(family_of(probe), probe->identifier, bytes, (size_t)length,
				      &sequence))
			ping_answered(&probe->ping, sequence, now_monotonic());
	}
}

/* What cannot even leave says nothing of the path. */
static void send_due(struct ping_probe *probe)
{
	uint8_t bytes[ECHO_SIZE];
	uint16_t sequence;

	if (!ping_send(&probe->ping, &sequence, now_monotonic()))
		return;
	echo_build(family_of(probe), probe->identifier, sequence, bytes);
	if (probe->fd < 0 || send(probe->fd, bytes, sizeof(bytes), 0) < 0)
		ping_unsent(&probe->ping, sequence);
}

static void arm(struct ping_probe *probe)
{
	msec_t deadline = ping_deadline(&probe->ping), now = now_monotonic();
	msec_t left = deadline > now ? deadline - now : 0;
	struct timeval time = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };

	event_add(&probe->deadline, &time);
}

/* In the order that policy/ping.h asks for, whatever woke us. */
static void attend(struct ping_probe *probe)
{
	if (probe->fd < 0 && probe->ifindex)
		try_to_open(probe);
	receive(probe);
	ping_tick(&probe->ping, now_monotonic());
	probe->told(probe->arg);
	send_due(probe);
	arm(probe);
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	attend(arg);
}

void ping_probe_config(struct ping_probe *probe, const struct tunnel_config *config)
{
	probe->config = config;
}

const struct ping *ping_probe_state(const struct ping_probe *probe)
{
	return &probe->ping;
}

/* ---- the beginning and the end ---- */

struct ping_probe *ping_probe_new(struct event_base *base, int priority,
				  const struct tunnel_config *config, uint32_t number,
				  probe_told *told, void *arg)
{
	struct ping_probe *probe = xcalloc(1, sizeof(*probe));

	probe->config = config;
	probe->told = told;
	probe->arg = arg;
	probe->base = base;
	probe->priority = priority;
	probe->identifier = (uint16_t)((uint32_t)getpid() + number);
	probe->fd = -1;
	ping_init(&probe->ping, &config->ping, now_monotonic());
	evtimer_assign(&probe->deadline, base, on_deadline, probe);
	event_priority_set(&probe->deadline, priority);
	arm(probe);
	return probe;
}

void ping_probe_free(struct ping_probe *probe)
{
	if (!probe)
		return;
	close_socket(probe);
	event_del(&probe->deadline);
	free(probe);
}
