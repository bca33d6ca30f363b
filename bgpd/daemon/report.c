#include "bgpd/daemon/report.h"

#include <stdio.h>

#include "bgpd/daemon/log.h"
#include "bgpd/daemon/fill.h"
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
	fill_number(row, "code", error->notification.code);
	fill_number(row, "subcode", error->notification.subcode);
	fill_foreign_text(row, "text", error->text);
	fill_truth(row, "sent", error->sent);
	fill_time(row, "when", time.wall - (time.now - error->when));
	return row;
}

static void add_capabilities(struct json_object *row, const struct session *session)
{
	const struct capabilities *common = session_common(session);
	const char *names[CAPABILITY_NAMES_MAX];

	fill_texts(row, "capabilities", names,
		  common ? capabilities_names(common, names, CAPABILITY_NAMES_MAX) : 0);
}

static void add_negotiated(struct json_object *row, const struct session *session)
{
	const struct open *open = session_peer_open(session);
	struct address router_id = open ? address_ipv4(open->bgp_id) : (struct address){ 0 };

	fill_number(row, "hold_time_s", session_hold_time_s(session));
	fill_number(row, "keepalive_s", session_keepalive_s(session));
	fill_number(row, "peer_silence_ms", (uint64_t)session_silence_ms(session));
	fill_truth(row, "peer_keepalive_slow", session_is_kept_slowly(session));
	fill_address(row, "router_id", &router_id);
	add_capabilities(row, session);
}

static void add_counters(struct json_object *row, const struct session *session)
{
	const struct session_counters *counters = session_counters(session);

	fill_number(row, "messages_received", sum(counters->received));
	fill_number(row, "messages_sent", sum(counters->sent));
	fill_number(row, "updates_received", counters->received[MESSAGE_UPDATE]);
	fill_number(row, "updates_sent", counters->sent[MESSAGE_UPDATE]);
	fill_number(row, "bytes_received", counters->bytes_received);
	fill_number(row, "bytes_sent", counters->bytes_sent);
	fill_number(row, "times_established", counters->established);
	fill_number(row, "flaws", counters->flaws);
}

struct json_object *report_neighbor(const struct neighbor_view *view, struct report_time time)
{
	const struct session_params *params = view->params;
	struct json_object *row = json_object_new_object();

	fill_text(row, "name", params->name);
	fill_address(row, "address", &params->address);
	fill_address(row, "local_address", &params->local_address);
	fill_number(row, "asn", params->asn);
	fill_number(row, "local_asn", params->local_asn);
	fill_text(row, "state", session_state_name(session_state(view->session)));
	fill_seconds(row, "uptime_s", view->uptime_ms);
	add_negotiated(row, view->session);
	fill_number(row, "prefixes_received", view->received);
	fill_number(row, "prefixes_accepted", view->accepted);
	fill_number(row, "prefixes_sent", view->sent);
	fill_number(row, "prefixes_held_back", view->held_back);
	fill_number(row, "budget", view->budget);
	add_counters(row, view->session);
	fill_text(row, "tunnel", view->tunnel);
	fill_text(row, "group", view->group);
	fill_text(row, "role", view->tunnel ? role_name(view->role) : NULL);
	fill_truth(row, "shutdown", view->is_shut_down);
	fill_with(row, "last_error", report_error(session_last_error(view->session), time));
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

		fill_text(row, "state", signal_state_name(signal->state));
		fill_seconds(row, "since_s", now - signal->since);
		fill_foreign_text(row, "reason", signal->reason);
		fill_truth(row, "required", liveness_requires(liveness, (enum signal_kind)kind));
		fill_with(rows, signal_kind_name((enum signal_kind)kind), row);
	}
	return rows;
}

static void add_inside(struct json_object *row, const struct tunnel_config *tunnel)
{
	char address[ADDRESS_TEXT], text[PREFIX_TEXT];

	snprintf(text, sizeof(text), "%s/%u", address_format(&tunnel->inside, address),
		 tunnel->link.length);
	fill_text(row, "inside", text);
	fill_address(row, "peer", &tunnel->session.address);
}

struct json_object *report_tunnel(const struct tunnel_view *view, struct report_time time)
{
	struct json_object *row = json_object_new_object();

	fill_text(row, "name", view->config->name);
	fill_text(row, "group", view->group->name);
	fill_text(row, "interface", view->config->interface);
	add_inside(row, view->config);
	fill_text(row, "role", role_name(view->role));
	fill_text(row, "announced", role_name(view->announced));
	fill_text(row, "standing", standing_names[view->standing]);
	fill_truth(row, "usable", view->liveness->usable);
	fill_truth(row, "pinned", view->is_pinned);
	if (view->held_until == NEVER)
		fill_with(row, "held_s", NULL);
	else
		fill_seconds(row, "held_s", view->held_until - time.now + 999);
	fill_seconds(row, "since_s", time.now - view->role_since);
	fill_number(row, "flaps", view->liveness->flaps);
	fill_number(row, "rx_bytes", view->counters.rx_bytes);
	fill_number(row, "tx_bytes", view->counters.tx_bytes);
	fill_with(row, "signals", report_signals(view->liveness, time.now));
	return row;
}

static void add_symmetry(struct json_object *row, const struct group_view *view)
{
	fill_texts(row, "active", view->active, view->active_count);
	fill_text(row, "symmetric", view->symmetric);
	fill_text(row, "expected_in", view->expected_in);
	fill_text(row, "observed_in", view->observed_in);
	fill_text(row, "observed_out", view->observed_out);
	fill_text(row, "cause", view->cause);
}

struct json_object *report_group(const struct group_view *view)
{
	const struct group_config *config = view->config;
	struct json_object *row = json_object_new_object();

	fill_text(row, "name", config->name);
	fill_text(row, "provider", config->provider->name);
	fill_text(row, "mode", group_mode_name(config->failover.mode));
	add_symmetry(row, view);
	fill_truth(row, "settling", view->is_settling);
	return row;
}

struct json_object *report_symmetry(const struct group_view *view)
{
	struct json_object *row = json_object_new_object();

	fill_text(row, "group", view->config->name);
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

		format(one, text, sizeof(text));
		json_object_array_add(array, json_object_new_string(text));
	}
	fill_with(row, key, array);
}

static void add_attrs(struct json_object *row, const struct attrs *attrs)
{
	char as_path[AS_PATH_SHOWN];

	fill_address(row, "next_hop", &attrs->next_hop);
	fill_text(row, "origin", origin_name((enum origin)attrs->origin));
	fill_text(row, "as_path", as_path_format(attrs->as_path, as_path, sizeof(as_path)));
	fill_with(row, "med", attrs->has_med ? json_object_new_uint64(attrs->med) : NULL);
	add_communities(row, "communities", attrs->communities, 4, communities_format);
	add_communities(row, "large_communities", attrs->large_communities, 12,
			large_communities_format);
	add_communities(row, "ext_communities", attrs->ext_communities, 8, ext_communities_format);
	if (attrs->otc.is_there)
		fill_number(row, "otc", attrs->otc.asn);
}

/* Who refused a route, and the rule of a policy that accepted it. */
static void add_judge(struct json_object *row, const struct route_view *view, bool accepted,
		      bool by_policy, const char *verdict)
{
	char text[POLICY_TEXT + 16];

	snprintf(text, sizeof(text), "policy %s", view->policy);
	fill_text(row, "filtered_by", accepted ? NULL : by_policy ? text : verdict);
	fill_text(row, "policy", *view->policy ? view->policy : NULL);
}

struct json_object *report_route(const struct route_view *view)
{
	bool accepted = view->verdict == IMPORT_ACCEPTED;
	struct json_object *row = json_object_new_object();

	fill_prefix(row, "prefix", &view->prefix);
	fill_text(row, "neighbor", view->neighbor);
	add_attrs(row, &view->attrs);
	fill_number(row, "local_pref", view->local_pref);
	fill_truth(row, "best", view->is_best);
	fill_text(row, "reason", view->reason);
	fill_truth(row, "accepted", accepted);
	add_judge(row, view, accepted, view->verdict == IMPORT_POLICY,
		  import_verdict_text(view->verdict));
	fill_truth(row, "stale", view->is_stale);
	fill_seconds(row, "age_s", view->age_ms);
	return row;
}

struct json_object *report_exported(const struct route_view *view)
{
	bool announced = view->exported == EXPORT_ANNOUNCED;
	struct json_object *row = json_object_new_object();

	fill_prefix(row, "prefix", &view->prefix);
	fill_text(row, "neighbor", view->neighbor);
	add_attrs(row, &view->attrs);
	fill_with(row, "local_pref", view->attrs.has_local_pref ?
		json_object_new_uint64(view->attrs.local_pref) : NULL);
	fill_truth(row, "best", view->is_best);
	fill_truth(row, "accepted", announced);
	add_judge(row, view, announced, view->exported == EXPORT_POLICY,
		  export_verdict_text(view->exported));
	fill_truth(row, "stale", view->is_stale);
	fill_seconds(row, "age_s", view->age_ms);
	return row;
}

struct json_object *report_fib(const struct fib_view *view)
{
	struct json_object *row = json_object_new_object();

	fill_prefix(row, "prefix", &view->prefix);
	fill_texts(row, "chain", view->chain, view->chain_count);
	fill_text(row, "active", view->active);
	fill_text(row, "kind", view->kind);
	fill_number(row, "table", view->table);
	fill_number(row, "metric", view->metric);
	fill_truth(row, "installed", view->is_installed);
	return row;
}

/* ---- the daemon ---- */

static void add_detail(struct json_object *row, const struct note_detail *detail)
{
	json_object_object_add(row, detail->name, detail->text ?
			       json_object_new_string(detail->text) :
			       json_object_new_uint64(detail->number));
}

struct json_object *report_event(const struct history_event *event)
{
	const struct note *note = &event->note;
	struct json_object *row = json_object_new_object();

	fill_number(row, "id", event->id);
	fill_time(row, "time", event->wall);
	fill_text(row, "level", log_level_name(note->level));
	fill_text(row, "kind", note->kind);
	fill_text(row, "subject", note->subject);
	fill_text(row, "text", note->text);
	fill_text(row, "from", note->from);
	fill_text(row, "to", note->to);
	fill_text(row, "reason", note->reason);
	fill_with(row, "duration_ms",
		note->duration_ms < 0 ? NULL : json_object_new_int64(note->duration_ms));
	for (size_t i = 0; i < note->detail_count; i++)
		add_detail(row, &note->details[i]);
	return row;
}

struct json_object *report_memory(const struct memory_view *view, size_t rss_bytes)
{
	struct json_object *row = json_object_new_object();

	fill_number(row, "rss_bytes", rss_bytes);
	fill_number(row, "prefixes", view->prefixes);
	fill_number(row, "prefix_bytes", view->prefix_bytes);
	fill_number(row, "paths", view->paths);
	fill_number(row, "path_bytes", view->path_bytes);
	fill_number(row, "attribute_sets", view->attribute_sets);
	fill_number(row, "attribute_bytes", view->attribute_bytes);
	fill_number(row, "chains", view->chains);
	fill_number(row, "egresses", view->egresses);
	fill_number(row, "fib_pending", view->fib_pending);
	fill_number(row, "fib_divergence", view->fib_divergence);
	fill_number(row, "fib_restored", view->fib_restored);
	return row;
}
