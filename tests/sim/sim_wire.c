#include "tests/sim/sim_wire.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "tests/sim/sim.h"

struct stream {
	uint8_t *bytes;
	size_t length, size;
};

struct wire {
	struct wire *next;
	conn_id id;                     /* the same at both ends */
	struct sim_peer *peer;
	enum end opener;
	bool is_connecting;
	bool is_open[2];
	struct stream to[2];
};

static enum end other(enum end end)
{
	return end == GATEWAY ? PEER : GATEWAY;
}

static struct wire *find(const struct sim *sim, conn_id conn)
{
	struct wire *wire = sim->wires;

	while (wire && wire->id != conn)
		wire = wire->next;
	return wire;
}

conn_id wire_open(struct sim *sim, struct sim_peer *peer, enum end opener)
{
	struct wire *wire = xcalloc(1, sizeof(*wire)), **last = &sim->wires;

	*wire = (struct wire){ .id = ++sim->last_conn, .peer = peer, .opener = opener,
			       .is_connecting = true };
	wire->is_open[opener] = true;
	while (*last)
		last = &(*last)->next;
	*last = wire;
	return wire->id;
}

void wire_send(struct sim *sim, enum end from, conn_id conn, const uint8_t *bytes, size_t length)
{
	struct wire *wire = find(sim, conn);

	if (!wire || !wire->is_open[from])
		abort();
	struct stream *stream = &wire->to[other(from)];
	if (stream->length + length > stream->size) {
		stream->size = 2 * (stream->length + length);
		stream->bytes = xrealloc(stream->bytes, stream->size);
	}
	memcpy(stream->bytes + stream->length, bytes, length);
	stream->length += length;
}

void wire_close(struct sim *sim, enum end by, conn_id conn)
{
	struct wire *wire = find(sim, conn);

	if (!wire || !wire->is_open[by])
		abort();
	wire->is_open[by] = false;
	wire->to[by].length = 0;
	wire->is_connecting = false;
}

size_t wire_unsent(const struct sim *sim, enum end from, conn_id conn)
{
	const struct wire *wire = find(sim, conn);

	return wire ? wire->to[other(from)].length : 0;
}

/* ---- what the ends are told ---- */

static bool tell_accepted(struct sim *sim, struct wire *wire, enum end end)
{
	const struct session_params *peer = &wire->peer->params;

	if (end == PEER)
		return wire->peer->session && session_accept(wire->peer->session, wire->id, sim->now);
	return sim->gateway && speaker_accept(sim->gateway, wire->id, &peer->local_address,
					      &peer->address, sim->now);
}

static void tell_connected(struct sim *sim, struct wire *wire, enum end end)
{
	if (end == GATEWAY)
		speaker_connected(sim->gateway, wire->id, sim->now);
	else
		session_connected(wire->peer->session, wire->id, sim->now);
}

static void tell_closed(struct sim *sim, struct wire *wire, enum end end, const char *why)
{
	if (!wire->is_open[end])
		return;
	wire->is_open[end] = false;
	wire->to[end].length = 0;
	if (end == GATEWAY)
		speaker_closed(sim->gateway, wire->id, why, sim->now);
	else
		session_closed(wire->peer->session, wire->id, why, sim->now);
}

/* Whole messages are sent, so whole messages are used up. */
static void tell_received(struct sim *sim, struct wire *wire, enum end end, struct stream stream)
{
	size_t used = end == GATEWAY ? speaker_receive(sim->gateway, wire->id, stream.bytes,
						       stream.length, sim->now)
				     : session_receive(wire->peer->session, wire->id, stream.bytes,
						       stream.length, sim->now);

	if (used != stream.length)
		abort();
}

static void tell_drained(struct sim *sim, struct wire *wire, enum end end)
{
	if (!wire->is_open[end])
		return;
	if (end == GATEWAY)
		speaker_drained(sim->gateway, wire->id, 0, sim->now);
	else
		session_drained(wire->peer->session, wire->id, 0, sim->now);
}

/* ---- moving ---- */

static void connect_now(struct sim *sim, struct wire *wire)
{
	enum end far = other(wire->opener);

	wire->is_connecting = false;
	wire->is_open[far] = true;
	if (!tell_accepted(sim, wire, far)) {
		wire->is_open[far] = false;
		tell_closed(sim, wire, wire->opener, "connection refused");
	} else if (wire->is_open[wire->opener]) {
		tell_connected(sim, wire, wire->opener);
	}
}

static bool move_bytes(struct sim *sim, struct wire *wire, enum end to)
{
	struct stream stream = wire->to[to];

	if (!stream.length || !peer_reaches(wire->peer, to))
		return false;
	wire->to[to] = (struct stream){ 0 };
	if (to == PEER)
		wire->peer->last_heard = sim->now;
	if (wire->is_open[to])
		tell_received(sim, wire, to, stream);
	else
		tell_closed(sim, wire, other(to), "connection reset by peer");
	if (peer_reaches(wire->peer, other(to)))
		tell_drained(sim, wire, other(to));
	free(stream.bytes);
	return true;
}

static bool move_end(struct sim *sim, struct wire *wire, enum end to)
{
	if (!wire->is_open[to] || wire->is_open[other(to)] || wire->to[to].length ||
	    !peer_reaches(wire->peer, to))
		return false;
	tell_closed(sim, wire, to, "connection closed by peer");
	return true;
}

static bool deliver(struct sim *sim, struct wire *wire)
{
	bool moved = wire->is_connecting && sim_path_is_there(wire->peer);

	if (moved)
		connect_now(sim, wire);
	for (enum end to = GATEWAY; to <= PEER; to++)
		moved |= move_bytes(sim, wire, to);
	for (enum end to = GATEWAY; to <= PEER; to++)
		moved |= move_end(sim, wire, to);
	return moved;
}

static bool is_done(const struct wire *wire)
{
	return !wire->is_open[GATEWAY] && !wire->is_open[PEER] && !wire->is_connecting &&
	       !wire->to[GATEWAY].length && !wire->to[PEER].length;
}

static void free_wire(struct wire *wire)
{
	free(wire->to[GATEWAY].bytes);
	free(wire->to[PEER].bytes);
	free(wire);
}

static void drop_done(struct sim *sim)
{
	struct wire **link = &sim->wires;

	while (*link) {
		struct wire *wire = *link;

		if (!is_done(wire)) {
			link = &wire->next;
			continue;
		}
		*link = wire->next;
		free_wire(wire);
	}
}

bool wires_deliver(struct sim *sim)
{
	bool moved = false;

	for (struct wire *wire = sim->wires; wire; wire = wire->next)
		moved |= deliver(sim, wire);
	drop_done(sim);
	return moved;
}

void wires_reset(struct sim *sim, const struct sim_peer *peer)
{
	for (struct wire *wire = sim->wires; wire; wire = wire->next) {
		if (wire->peer != peer)
			continue;
		wire->is_connecting = false;
		wire->to[GATEWAY].length = wire->to[PEER].length = 0;
		tell_closed(sim, wire, GATEWAY, "connection reset by peer");
		tell_closed(sim, wire, PEER, "connection reset by peer");
	}
}

void wires_free(struct sim *sim)
{
	while (sim->wires) {
		struct wire *wire = sim->wires;

		sim->wires = wire->next;
		free_wire(wire);
	}
}
