/* bgpd/daemon/plain.h - Text that is safe to show, whoever wrote it.
 *
 * A peer's shutdown communication and a client's reason end up in logs, terminals and JSON: control
 * characters and whatever is not UTF-8 become '?'. */
#ifndef BGPD_DAEMON_PLAIN_H
#define BGPD_DAEMON_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "bgpd/base/clock.h"

/* Copies as much as fits, always whole characters and a NUL.  Returns to. */
char *plain_copy(const char *text, char *to, size_t size);

#define PLAIN_TIME 32

/* "2024-05-01T10:00:00.123Z" of milliseconds since 1970.  Returns to. */
char *plain_time(msec_t wall, char to[PLAIN_TIME]);

#endif
