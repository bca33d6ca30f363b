#include "bgpd/daemon/report.h"

#include <stdio.h>

#include "bgpd/daemon/log.h"
#include "bgpd/daemon/row.h"
#include "bgpd/wire/as_path.h"

/* ---- neighbors ---- */

static uint64_t sum(const uint64_t *counts)
{
	uint64_t total = 0;

	for (size_t type = MESSAGE_OPEN; type <= MESSAGE_ROUTE_REFRESH; type++)
		total += counts[type];
	return total;
}

static struct json_object *report_error(const struct session_error *error, struct report_time time)
{
	struct json_object *row;

	if (!error)
		return NULL;
	row = json_object_new_object();
	row_number(row, "code", error->notification.code);
	row_number(row, "subcode", error->notification.subcode);
	row_foreign_text(row, "text", error->text);
	row_truth(row, "sent", error->sent);
	row_time(row, "when", time.wall - (time.now - error->when));
	return row;
}

static void add_capabilities(struct json_object *row, const struct session *session)
{
	const struct capabilities *common = session_common(session);
	const char *names[CAPABILITY_NAMES_MAX];

	row_texts(row, "capabilities", names,
		  common ? capabilities_names(common, names, CAPABILITY_NAMES_MAX) : 0);
}

static void add_negotiated(struct json_object *row, const struct session *session)
{
	const struct open *open = session_peer_open(session);
	struct address router_id = open ? address_ipv4(open->bgp_id) : (struct address){ 0 };

	row_number(row, "hold_time_s", session_hold_time_s(session));
	row_number(row, "keepalive_s", session_keepalive_s(session));
	row_address(row, "router_id", &router_id);
	add_capabilities(row, session);
}

static void add_counters(struct json_object *row, const struct session *session)
{
	const struct session_counters *counters = session_counters(session);

	row_number(row, "messages_received", sum(counters->received));
	row_number(row, "messages_sent", sum(counters->sent));
	row_number(row, "updates_received", counters->received[MESSAGE_UPDATE]);
	row_number(row, "updates_sent", counters->sent[MESSAGE_UPDATE]);
	row_number(row, "bytes_received", counters->bytes_received);
	row_number(row, "bytes_sent", counters->bytes_sent);
	row_number(row, "times_established", counters->established);
	row_number(row, "flaws", counters->flaws);
}

struct json_object *report_neighbor(const struct neighbor_view *view, struct report_time time)
{
	const struct session_params *params = view->params;
	struct json_object *row = json_object_new_object();

	row_text(row, "name", params->name);
	row_address(row, "address", &params->address);
	row_address(row, "local_address", &params->local_address);
	row_number(row, "asn", params->asn);
	row_number(row, "local_asn", params->local_asn);
	row_text(row, "state", session_state_name(session_state(view->session)));
	row_seconds(row, "uptime_s", view->uptime_ms);
	add_negotiated(row, view->session);
	row_number(row, "prefixes_received", view->received);
	row_number(row, "prefixes_accepted", view->accepted);
	row_number(row, "prefixes_sent", view->sent);
	row_number(row, "prefixes_held_back", view->held_back);
	row_number(row, "budget", view->budget);
	add_counters(row, view->session);
	row_text(row, "tunnel", view->tunnel);
	row_text(row, "group", view->group);
	row_text(row, "role", view->tunnel ? role_name(view->role) : NULL);
	row_truth(row, "shutdown", view->is_shut_down);
	row_add(row, "last_error", report_error(session_last_error(view->session), time));
	return row;
}

/* ---- tunnels and groups ---- */

static const char *const standing_names[] = {
	[STANDING_READY] = "ready",
	[STANDING_HELD] = "held",
	[STANDING_DRAINED] = "drained",
	[STANDING_DOWN] = "down",
};

static struct json_object *report_signals(const struct liveness *liveness, msec_t now)
{
	struct json_object *rows = json_object_new_object();

	for (size_t kind = 0; kind < SIGNAL_KINDS; kind++) {
		const struct signal *signal = &liveness->signals[kind];
		struct json_object *row = json_object_new_object();

		row_text(row, "state", signal_state_name(signal->state));
		row_seconds(row, "since_s", now - signal->since);
		row_foreign_text(row, "reason", signal->reason);
		row_truth(row, "required", liveness->required & SIGNAL_BIT(kind));
		row_add(rows, signal_kind_name((enum signal_kind)kind), row);
	}
	return rows;
}

static void add_inside(struct json_object *row, const struct tunnel_config *tunnel)
{
	char address[ADDRESS_TEXT], text[PREFIX_TEXT];

	snprintf(text, sizeof(text), "%s/%u", address_format(&tunnel->inside, address),
		 tunnel->link.length);
	row_text(row, "inside", text);
	row_address(row, "peer", &tunnel->session.address);
}

struct json_object *report_tunnel(const struct tunnel_view *view, struct report_time time)
{
	struct json_object *row = json_object_new_object();

	row_text(row, "name", view->config->name);
	row_text(row, "group", view->group->name);
	row_text(row, "interface", view->config->interface);
	add_inside(row, view->config);
	row_text(row, "role", role_name(view->role));
	row_text(row, "announced", role_name(view->announced));
	row_text(row, "standing", standing_names[view->standing]);
	row_truth(row, "usable", view->liveness->usable);
	row_truth(row, "pinned", view->is_pinned);
	if (view->held_until == NEVER)
		row_add(row, "held_s", NULL);
	else
		row_seconds(row, "held_s", view->held_until - time.now + 999);
	row_seconds(row, "since_s", time.now - view->role_since);
	row_number(row, "flaps", view->liveness->flaps);
	row_number(row, "rx_bytes", view->counters.rx_bytes);
	row_number(row, "tx_bytes", view->counters.tx_bytes);
	row_add(row, "signals", report_signals(view->liveness, time.now));
	return row;
}

static void add_symmetry(struct json_object *row, const struct group_view *view)
{
	row_texts(row, "active", view->active, view->active_count);
	row_text(row, "symmetric", view->symmetric);
	row_text(row, "expected_in", view->expected_in);
	row_text(row, "observed_in", view->observed_in);
	row_text(row, "observed_out", view->observed_out);
	row_text(row, "cause", view->cause);
}

struct json_object *report_group(const struct group_view *view)
{
	const struct group_config *config = view->config;
	struct json_object *row = json_object_new_object();

	row_text(row, "name", config->name);
	row_text(row, "provider", config->provider->name);
	row_text(row, "mode", group_mode_name(config->failover.mode));
	add_symmetry(row, view);
	row_truth(row, "settling", view->is_settling);
	return row;
}

struct json_object *report_symmetry(const struct group_view *view)
{
	struct json_object *row = json_object_new_object();

	row_text(row, "group", view->config->name);
	add_symmetry(row, view);
	return row;
}

/* ---- routes ---- */

#define AS_PATH_SHOWN 4096

typedef const char *format_one(struct span span, char *text, size_t size);

/* Each community as an element of its own. */
static void add_communities(struct json_object *row, const char *key, struct span span, size_t size,
			    format_one *format)
{
	struct json_object *array = json_object_new_array_ext((int)(span.length / size));
	char text[64];

	for (size_t at = 0; at + size <= span.length; at += size) {
		struct span one = { span.bytes + at, size };

		json_object_array_add(array, json_object_new_string(format(one, text, sizeof(text))));
	}
	row_add(row, key, array);
}

static void add_attrs(struct json_object *row, const struct attrs *attrs)
{
	char as_path[AS_PATH_SHOWN];

	row_address(row, "next_hop", &attrs->next_hop);
	row_text(row, "origin", origin_name((enum origin)attrs->origin));
	row_text(row, "as_path", as_path_format(attrs->as_path, as_path, sizeof(as_path)));
	row_add(row, "med", attrs->has_med ? json_object_new_uint64(attrs->med) : NULL);
	add_communities(row, "communities", attrs->communities, 4, communities_format);
	add_communities(row, "large_communities", attrs->large_communities, 12,
			large_communities_format);
}

struct json_object *report_route(const struct route_view *view)
{
	bool accepted = view->verdict == IMPORT_ACCEPTED;
	struct json_object *row = json_object_new_object();

	row_prefix(row, "prefix", &view->prefix);
	row_text(row, "neighbor", view->neighbor);
	add_attrs(row, &view->attrs);
	row_number(row, "local_pref", view->local_pref);
	row_truth(row, "best", view->is_best);
	row_text(row, "reason", view->reason);
	row_truth(row, "accepted", accepted);
	row_text(row, "filtered_by", accepted ? NULL : import_verdict_text(view->verdict));
	row_truth(row, "stale", view->is_stale);
	row_seconds(row, "age_s", view->age_ms);
	return row;
}

struct json_object *report_exported(const struct route_view *view)
{
	bool announced = view->exported == EXPORT_ANNOUNCED;
	struct json_object *row = json_object_new_object();

	row_prefix(row, "prefix", &view->prefix);
	row_text(row, "neighbor", view->neighbor);
	add_attrs(row, &view->attrs);
	row_add(row, "local_pref", view->attrs.has_local_pref ?
		json_object_new_uint64(view->attrs.local_pref) : NULL);
	row_truth(row, "best", view->is_best);
	row_truth(row, "accepted", announced);
	row_text(row, "filtered_by", announced ? NULL : export_verdict_text(view->exported));
	row_truth(row, "stale", view->is_stale);
	row_seconds(row, "age_s", view->age_ms);
	return row;
}

struct json_object *report_fib(const struct fib_view *view)
{
	struct json_object *row = json_object_new_object();

	row_prefix(row, "prefix", &view->prefix);
	row_texts(row, "chain", view->chain, view->chain_count);
	row_text(row, "active", view->active);
	row_text(row, "kind", view->kind);
	row_number(row, "table", view->table);
	row_number(row, "metric", view->metric);
	row_truth(row, "installed", view->is_installed);
	return row;
}

/* ---- the daemon ---- */

struct json_object *report_event(const struct history_event *event)
{
	const struct note *note = &event->note;
	struct json_object *row = json_object_new_object();

	row_number(row, "id", event->id);
	row_time(row, "time", event->wall);
	row_text(row, "level", log_level_name(note->level));
	row_text(row, "kind", note->kind);
	row_text(row, "subject", note->subject);
	row_text(row, "text", note->text);
	row_text(row, "from", note->from);
	row_text(row, "to", note->to);
	row_text(row, "reason", note->reason);
	row_add(row, "duration_ms",
		note->duration_ms < 0 ? NULL : json_object_new_int64(note->duration_ms));
	return row;
}

struct json_object *report_memory(const struct memory_view *view, size_t rss_bytes)
{
	struct json_object *row = json_object_new_object();

	row_number(row, "rss_bytes", rss_bytes);
	row_number(row, "prefixes", view->prefixes);
	row_number(row, "prefix_bytes", view->prefix_bytes);
	row_number(row, "paths", view->paths);
	row_number(row, "path_bytes", view->path_bytes);
	row_number(row, "attribute_sets", view->attribute_sets);
	row_number(row, "attribute_bytes", view->attribute_bytes);
	row_number(row, "chains", view->chains);
	row_number(row, "egresses", view->egresses);
	row_number(row, "fib_pending", view->fib_pending);
	row_number(row, "fib_divergence", view->fib_divergence);
	return row;
}
