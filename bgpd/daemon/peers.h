/* bgpd/daemon/peers.h - TCP between the neighbors and the speaker: connections, the listener and
 * its MD5 keys, and whether what we send is acknowledged. */
#ifndef BGPD_DAEMON_PEERS_H
#define BGPD_DAEMON_PEERS_H

#include <event2/event.h>

#include "bgpd/speaker.h"

struct peers;
typedef void peers_told(void *arg);     /* after each thing that was reported to the speaker */

struct peers *peers_new(struct event_base *base, peers_told *told, void *arg);
void peers_free(struct peers *peers);
struct transport *peers_transport(struct peers *peers);
/* To be called before anything happens; the speaker is borrowed. */
void peers_attach(struct peers *peers, struct speaker *speaker);

/* Listens on the port with the keys of all neighbors.  False, and the log says why. */
bool peers_listen(struct peers *peers, uint16_t port);
void peers_stop_listening(struct peers *peers);
/* Around a change of the neighbors: takes the keys of those there were, gives those of the new
 * ones.  False when one could not be set: its neighbor's connections are refused then. */
bool peers_set_keys(struct peers *peers, bool given);

/* Looks at each tunnel's acknowledgements; to be called every ACK_PROBE_INTERVAL. */
void peers_probe(struct peers *peers, msec_t now);
/* Somebody else has a reason to doubt this tunnel: less proof is needed for a while. */
void peers_suspect(struct peers *peers, const char *tunnel, msec_t now);
/* Connections that are open, or still have something to send. */
size_t peers_count(const struct peers *peers);

#endif
