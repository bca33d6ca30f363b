#include "bgpd/daemon/peers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/ack_probe.h"
#include "bgpd/daemon/conn.h"
#include "bgpd/daemon/listener.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/tcp_socket.h"

#define BGP_PORT 179

struct peers {
	struct event_base *base;
	peers_told *told;
	void *arg;
	struct speaker *speaker;
	struct conns *conns;
	struct listener *listener;      /* NULL: does not listen */
	struct ack_probe *probes;       /* by the speaker's index of neighbors */
	size_t probe_count;
};

/* ---- connections ---- */

static void on_connected(void *arg, conn_id conn)
{
	struct peers *peers = arg;

	speaker_connected(peers->speaker, conn, now_monotonic());
	peers->told(peers->arg);
}

static void on_closed(void *arg, conn_id conn, const char *why)
{
	struct peers *peers = arg;

	speaker_closed(peers->speaker, conn, why, now_monotonic());
	peers->told(peers->arg);
}

static size_t on_received(void *arg, conn_id conn, const uint8_t *bytes, size_t length)
{
	struct peers *peers = arg;
	size_t used = speaker_receive(peers->speaker, conn, bytes, length, now_monotonic());

	peers->told(peers->arg);
	return used;
}

static void on_drained(void *arg, conn_id conn, size_t unsent)
{
	struct peers *peers = arg;

	speaker_drained(peers->speaker, conn, unsent, now_monotonic());
	peers->told(peers->arg);
}

struct peers *peers_new(struct event_base *base, peers_told *told, void *arg)
{
	struct peers *peers = xcalloc(1, sizeof(*peers));
	const struct conn_events events = { on_connected, on_closed, on_received, on_drained,
					    peers };

	peers->base = base;
	peers->told = told;
	peers->arg = arg;
	peers->conns = conns_new(base, BGP_PORT, &events);
	return peers;
}

void peers_free(struct peers *peers)
{
	if (!peers)
		return;
	peers_stop_listening(peers);
	conns_free(peers->conns);
	free(peers->probes);
	free(peers);
}

struct transport *peers_transport(struct peers *peers)
{
	return conns_transport(peers->conns);
}

void peers_attach(struct peers *peers, struct speaker *speaker)
{
	peers->speaker = speaker;
}

size_t peers_count(const struct peers *peers)
{
	return conns_count(peers->conns);
}

/* ---- the listener ---- */

/* A connection of a stranger is closed without a word. */
static void on_accepted(void *arg, int fd, const struct address *from, const struct address *to)
{
	struct peers *peers = arg;
	const struct session_params *params = speaker_neighbor_at(peers->speaker, from);
	struct transport *transport = conns_transport(peers->conns);
	char why[TCP_FAILURE];
	conn_id conn;

	if (!params || tcp_socket_prepare(fd, params, why)) {
		if (params)
			log_text(NOTE_ERROR, "session", params->name, "connection refused: %s",
				 why);
		close(fd);
		return;
	}
	conn = conns_adopt(peers->conns, fd);
	if (!speaker_accept(peers->speaker, conn, from, to, now_monotonic()))
		transport->close(transport, conn);
	peers->told(peers->arg);
}

bool peers_listen(struct peers *peers, uint16_t port)
{
	peers->listener = listener_new(peers->base, port, on_accepted, peers);
	return peers->listener && peers_set_keys(peers, true);
}

void peers_stop_listening(struct peers *peers)
{
	listener_free(peers->listener);
	peers->listener = NULL;
}

static bool set_key(struct listener *listener, const struct session_params *params, bool given)
{
	int error = listener_set_key(listener, &params->address, given ? params->password : NULL);

	if (error)
		log_text(NOTE_ERROR, "session", params->name, "cannot set the TCP MD5 key: %s",
			 strerror(-error));
	return error == 0;
}

/* That it cannot be set stops nobody else: tcp_socket_prepare refuses what comes from this peer. */
static void set_ao(struct listener *listener, const struct session_params *params, bool given)
{
	int error = given ? listener_set_ao(listener, &params->address, &params->tcp_ao)
			  : listener_remove_ao(listener, &params->address, params->tcp_ao.id);

	if (error && given)
		log_text(NOTE_ERROR, "session", params->name,
			 "cannot set the TCP-AO key, it stays down: %s", strerror(-error));
}

bool peers_set_keys(struct peers *peers, bool given)
{
	msec_t now = now_monotonic();
	bool all = true;

	for (size_t i = 0; peers->listener && i < speaker_neighbors(peers->speaker); i++) {
		const struct session_params *params =
			speaker_neighbor(peers->speaker, i, now).params;

		if (params->password && !set_key(peers->listener, params, given))
			all = false;
		if (params->tcp_ao.key)
			set_ao(peers->listener, params, given);
	}
	return all;
}

/* ---- acknowledgements ---- */

static void probe_neighbor(struct peers *peers, size_t index, msec_t now)
{
	struct neighbor_view view = speaker_neighbor(peers->speaker, index, now);
	struct ack_probe *probe = &peers->probes[index];
	conn_id conn = session_conn(view.session);
	struct conn_progress progress;
	bool is_up;

	if (!view.tunnel)
		return;
	is_up = conn != CONN_NONE && conns_progress(peers->conns, conn, &progress);
	if (ack_probe_look(probe, conn, is_up ? &progress : NULL, now))
		speaker_tunnel_signal(peers->speaker, view.tunnel, SIGNAL_ACK, probe->state,
				      ack_probe_reason(probe), now);
	speaker_probe(peers->speaker, index, now);
}

void peers_probe(struct peers *peers, msec_t now)
{
	size_t count = speaker_neighbors(peers->speaker);

	if (count > peers->probe_count) {
		peers->probes = xrealloc(peers->probes, count * sizeof(*peers->probes));
		memset(peers->probes + peers->probe_count, 0,
		       (count - peers->probe_count) * sizeof(*peers->probes));
		peers->probe_count = count;
	}
	for (size_t i = 0; i < count; i++)
		probe_neighbor(peers, i, now);
}

void peers_suspect(struct peers *peers, const char *tunnel, msec_t now)
{
	for (size_t i = 0; i < peers->probe_count; i++) {
		struct neighbor_view view = speaker_neighbor(peers->speaker, i, now);

		if (view.tunnel && strcmp(view.tunnel, tunnel) == 0)
			ack_probe_suspect(&peers->probes[i], now);
	}
}
