/* bgpd/daemon/vici.h - One strongSwan daemon over its vici socket: all of its SAs, whenever they
 * change, and which of its peers does not answer; and it can be asked to make one.
 *
 * Level-triggered: whatever charon says has happened only makes us ask for the whole list again,
 * one list at a time.  Connects for ever, with growing pauses; the end of the connection is the
 * end of the daemon, or of its answers at least. */
#ifndef BGPD_DAEMON_VICI_H
#define BGPD_DAEMON_VICI_H

#include <event2/event.h>

#include "bgpd/daemon/vici_log.h"
#include "policy/sa.h"

/* Called from the event loop alone. */
struct vici_events {
	void (*listing)(void *arg);                     /* a list begins */
	void (*listed)(void *arg, const struct sa *sa);
	void (*complete)(void *arg);
	void (*gone)(void *arg, const char *why);       /* once, also where it was never there */
	void (*silent)(void *arg, const struct vici_silence *silence);
	void (*refused)(void *arg, const char *child, const char *why); /* to initiate it */
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
/* A list has begun or will, and complete or gone is yet to come. */
bool vici_is_looking(const struct vici *vici);
/* Asks charon to initiate the CHILD_SA that its configuration calls so, and its IKE_SA where that is
 * missing.  What becomes of it a list will show; nothing where charon is gone. */
void vici_initiate(struct vici *vici, const char *child);

#endif
