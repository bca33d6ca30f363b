/* bgpd/daemon/report.h - What the speaker shows -> JSON, by the names of bgpd/control/request.h.
 *
 * Pure: views in, objects out, owned by the caller.  Passwords are in none of them. */
#ifndef BGPD_DAEMON_REPORT_H
#define BGPD_DAEMON_REPORT_H

#include <json-c/json.h>

#include "bgpd/daemon/history.h"
#include "bgpd/speaker.h"

/* Both clocks at one moment, so that a time of the speaker's can be told as a time of day. */
struct report_time {
	msec_t now, wall;
};

struct json_object *report_neighbor(const struct neighbor_view *view, struct report_time time);
struct json_object *report_tunnel(const struct tunnel_view *view, struct report_time time);
struct json_object *report_group(const struct group_view *view);
struct json_object *report_symmetry(const struct group_view *view);
struct json_object *report_route(const struct route_view *view);
/* As a neighbor is told it. */
struct json_object *report_exported(const struct route_view *view);
struct json_object *report_fib(const struct fib_view *view);
struct json_object *report_event(const struct history_event *event);
struct json_object *report_memory(const struct memory_view *view, size_t rss_bytes);
struct json_object *report_config(const struct config *config);

#endif
