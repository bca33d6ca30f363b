/* bgpd/daemon/daemon.h - The event loop: sockets, netlink, signals and time for the speaker.
 *
 * Every callback reports one thing to the speaker and then looks at what the speaker wants next:
 * its deadline, and slices of bulk work between two looks at the sockets.  Link events, timers
 * and signals go before all other traffic. */
#ifndef BGPD_DAEMON_DAEMON_H
#define BGPD_DAEMON_DAEMON_H

#include "bgpd/config/config.h"

struct daemon_params {
	const char *config_path;        /* for reloads */
	const char *socket;             /* of the command line; NULL: the configuration's */
	const char *level;              /* likewise */
};

struct daemon;

/* Opens all that needs privileges.  Takes the config; NULL, and the log says why. */
struct daemon *daemon_new(const struct daemon_params *params, struct config *config);
/* Until a signal ends it.  False: could not start. */
bool daemon_run(struct daemon *daemon);
void daemon_free(struct daemon *daemon);        /* NULL is fine */

#endif
