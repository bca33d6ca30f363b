/* bgpd/daemon/reload.h - What a reload reads, and what it says. */
#ifndef BGPD_DAEMON_RELOAD_H
#define BGPD_DAEMON_RELOAD_H

#include "bgpd/config/config.h"
#include "bgpd/control/request.h"

/* NULL when the file has errors: they are in the log and in *refusal, which the caller owns. */
struct config *reload_read(const char *path, struct json_object **refusal);
/* What takes effect with the next start only: the key; NULL: nothing of it differs. */
const char *reload_needs_restart(const struct config *old, const struct config *new);
/* later may be NULL. */
struct json_object *reload_done(const char *path, size_t resets, const char *later);

#endif
