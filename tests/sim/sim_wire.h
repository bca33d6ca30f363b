/* tests/sim/sim_wire.h - TCP between the gateway and its peers, in memory.
 *
 * What one end sends arrives at the other when wires_deliver is called, in order, unless it is lost on
 * the way: then it waits, as TCP would repeat it.  An end that closes is told of nothing
 * more; the other one learns of it once what was sent before has arrived. */
#ifndef TESTS_SIM_WIRE_H
#define TESTS_SIM_WIRE_H

#include "bgpd/session/session.h"

struct sim;
struct sim_peer;

enum end { GATEWAY, PEER, ENDS };

conn_id wire_open(struct sim *sim, struct sim_peer *peer, enum end opener);
void wire_send(struct sim *sim, enum end from, conn_id conn, const uint8_t *bytes, size_t length);
void wire_close(struct sim *sim, enum end by, conn_id conn);
size_t wire_unsent(const struct sim *sim, enum end from, conn_id conn);
/* Both ends hear of a reset. */
void wires_reset(struct sim *sim, const struct sim_peer *peer);
/* True: something arrived somewhere. */
bool wires_deliver(struct sim *sim);
void wires_free(struct sim *sim);

#endif
