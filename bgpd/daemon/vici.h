/* bgpd/daemon/vici.h - One strongSwan daemon over its vici socket: all of its SAs, whenever they
 * change.
 *
 * Level-triggered: whatever charon says has happened only makes us ask for the whole list again,
 * one list at a time.  Connects for ever, with growing pauses; the end of the connection is the
 * end of the daemon, or of its answers at least. */
#ifndef BGPD_DAEMON_VICI_H
#define BGPD_DAEMON_VICI_H

#include <event2/event.h>

#include "policy/sa.h"

/* Called from the event loop alone. */
struct vici_events {
	void (*listing)(void *arg);                     /* a list begins */
	void (*listed)(void *arg, const struct sa *sa);
	void (*complete)(void *arg);
	void (*gone)(void *arg, const char *why);       /* once, also where it was never there */
	void *arg;
};

struct vici;

/* events is copied; priority is the event base's. */
struct vici *vici_new(struct event_base *base, int priority, const char *path,
		      const struct vici_events *events);
void vici_free(struct vici *vici);              /* NULL is fine */
const char *vici_path(const struct vici *vici);
/* Asks for the list anew, after the present one if there is one. */
void vici_look(struct vici *vici);

#endif
