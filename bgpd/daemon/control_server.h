/* bgpd/daemon/control_server.h - The control socket: who may ask, how much, and how fast.
 *
 * A unix socket of mode 0660.  What changes something is for root, for the daemon's own user and
 * for members of the group that the configuration names.  Requests, clients and what waits for a
 * client have bounds, so that none of them can make the daemon grow. */
#ifndef BGPD_DAEMON_CONTROL_SERVER_H
#define BGPD_DAEMON_CONTROL_SERVER_H

#include <event2/event.h>

#include "bgpd/daemon/answer.h"

struct control_server;

/* Takes the place of a socket that nobody answers any more.  group may be NULL; path, group and
 * subject are borrowed.  NULL, and the log says why. */
struct control_server *control_server_new(struct event_base *base, const char *path,
					  const char *group, const struct answer_subject *subject);
void control_server_free(struct control_server *server);       /* also removes the socket */

#endif
