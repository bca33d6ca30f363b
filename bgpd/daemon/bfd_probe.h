/* bgpd/daemon/bfd_probe.h - One tunnel's BFD session on the wire: RFC 5881.
 *
 * UDP to port 3784 from a port of its own.  Only packets of the peer that come with a TTL of 255, so
 * from the link itself, are given to the session (bgpd/bfd/bfd.h). */
#ifndef BGPD_DAEMON_BFD_PROBE_H
#define BGPD_DAEMON_BFD_PROBE_H

#include <event2/event.h>

#include "bgpd/bfd/bfd.h"
#include "bgpd/config/config.h"

struct bfd_probe;

typedef void probe_told(void *arg);     /* the verdict or its reason may have changed */

/* number: unlike those of all other sessions.  The config is borrowed. */
struct bfd_probe *bfd_probe_new(struct event_base *base, int priority,
				const struct tunnel_config *config, uint32_t number,
				probe_told *told, void *arg);
/* Without a word.  NULL is fine. */
void bfd_probe_free(struct bfd_probe *probe);
/* Another config for the same ends. */
void bfd_probe_config(struct bfd_probe *probe, const struct tunnel_config *config);
/* The interface is up, under this number; 0: it is not. */
void bfd_probe_place(struct bfd_probe *probe, int ifindex);
/* BFD is not wanted any more, and the path is well: the peer is told AdminDown. */
void bfd_probe_stop(struct bfd_probe *probe);
struct bfd *bfd_probe_session(struct bfd_probe *probe);

#endif
