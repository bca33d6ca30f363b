/* bgpd/daemon/explain.h - Why a prefix goes where it goes, and what would be if a tunnel failed; as JSON.
 *
 * Nothing is decided here: routes with their reasons, the chain, roles and signals, put together. */
#ifndef BGPD_DAEMON_EXPLAIN_H
#define BGPD_DAEMON_EXPLAIN_H

#include "bgpd/daemon/report.h"

/* Of the longest prefix that covers this one.  asked: as the operator wrote it. */
struct json_object *explain_prefix(struct speaker *speaker, const char *asked,
				   const struct prefix *prefix, struct report_time time);
struct json_object *explain_what_if(const struct what_if_view *view);

#endif
