/* bgpd/daemon/probes.h - The signals bfd and ping of every tunnel that is configured to have them.
 *
 * Tells the speaker what differs from what it knows.  What was told by command of a signal that is
 * probed here is refused (answer.c): what we see ourselves decides. */
#ifndef BGPD_DAEMON_PROBES_H
#define BGPD_DAEMON_PROBES_H

#include <event2/event.h>

#include "bgpd/speaker.h"

struct probes;

/* settle is called whenever the speaker has been told something. */
struct probes *probes_new(struct event_base *base, int priority, struct speaker *speaker,
			  void (*settle)(void *arg), void *arg);
/* Without a word to peers, which is what the C bit that we leave out stands for: BFD ends with us, and
 * a peer that helps with our restart counts on the restart timer (RFC 5882 4.3.2).  AdminDown would
 * be more polite, but FRR and BIRD take it for a failure and give up our routes.  NULL is fine. */
void probes_free(struct probes *probes);

/* The speaker has a configuration, or another one; the one before is still there. */
void probes_config(struct probes *probes);
/* An interface has changed. */
void probes_links(struct probes *probes);

#endif
