/* bgpd/daemon/ping_probe.h - One tunnel's echoes on the wire (policy/ping.h judges them). */
#ifndef BGPD_DAEMON_PING_PROBE_H
#define BGPD_DAEMON_PING_PROBE_H

#include "bgpd/daemon/bfd_probe.h"
#include "policy/ping.h"

struct ping_probe;

/* number: unlike those of all others.  The config is borrowed. */
struct ping_probe *ping_probe_new(struct event_base *base, int priority,
				  const struct tunnel_config *config, uint32_t number,
				  probe_told *told, void *arg);
void ping_probe_free(struct ping_probe *probe);         /* NULL is fine */
/* Another config that pings the same. */
void ping_probe_config(struct ping_probe *probe, const struct tunnel_config *config);
/* The interface is up, under this number; 0: it is not, and nothing is sent. */
void ping_probe_place(struct ping_probe *probe, int ifindex);
const struct ping *ping_probe_state(const struct ping_probe *probe);

#endif
