/* bgpd/config/check.h - Rules that span settings: what a single value cannot show to be wrong. */
#ifndef BGPD_CONFIG_CHECK_H
#define BGPD_CONFIG_CHECK_H

#include "bgpd/config/config.h"

/* Each finding: path of the key ("groups[0].tunnels[1].inside"), what is wrong, what would be right. */
typedef void check_report(void *arg, const char *path, const char *text);

/* Returns how many findings there were. */
size_t config_check(const struct config *config, check_report *report, void *arg);

#endif
