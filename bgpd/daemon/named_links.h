/* bgpd/daemon/named_links.h - The interfaces that a configuration names. */
#ifndef BGPD_DAEMON_NAMED_LINKS_H
#define BGPD_DAEMON_NAMED_LINKS_H

#include "bgpd/config/config.h"

/* Each name once, in an array to be freed; the names themselves are the configuration's. */
const char **named_links_of(const struct config *config, size_t *count);

#endif
