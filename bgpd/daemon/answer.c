#include "bgpd/daemon/answer.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bgpd/daemon/explain.h"
#include "bgpd/daemon/metrics.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/report.h"
#include "bgpd/daemon/resident.h"
#include "bgpd/daemon/fill.h"

#define PREFIXES_AT_ONCE 128            /* of a table in a line of the reply */
#define EMPTY_PIECES     32
#define HINT_MAX         512

typedef struct json_object *answer_line(struct answer *answer, bool *more);

static struct report_time both_clocks(void)
{
	return (struct report_time){ now_monotonic(), now_wall() };
}

static struct json_object *rows_reply(const struct answer *answer, struct json_object *rows)
{
	return request_rows(answer->request.command, rows, false);
}

/* ---- names ---- */

typedef const char *name_at(struct speaker *speaker, size_t index);

static const char *neighbor_name(struct speaker *speaker, size_t index)
{
	return index < speaker_neighbors(speaker) ?
		speaker_neighbor(speaker, index, now_monotonic()).params->name : NULL;
}

static const char *tunnel_name(struct speaker *speaker, size_t index)
{
	return index < speaker_tunnels(speaker) ?
		speaker_tunnel(speaker, index).config->name : NULL;
}

/* An error reply that lists the names there are; NULL when name is one of them, or not given. */
static struct json_object *refuse_unknown(const struct answer *answer, const char *what,
					  const char *name, name_at *at)
{
	struct speaker *speaker = answer->subject->speaker;
	char hint[HINT_MAX];
	size_t length = (size_t)snprintf(hint, sizeof(hint), "%ss:", what);
	const char *known;

	if (!name)
		return NULL;
	for (size_t i = 0; (known = at(speaker, i)); i++) {
		size_t room = sizeof(hint) - length;

		if (strcmp(known, name) == 0)
			return NULL;
		if (strlen(known) + 2 < room)
			length += (size_t)snprintf(hint + length, room, " %s", known);
	}
	return request_error(hint, "no %s \"%s\"", what, name);
}

static bool is_wanted(const char *name, const char *only)
{
	return !only || strcmp(name, only) == 0;
}

/* ---- small tables ---- */

static struct json_object *show_neighbors(struct answer *answer, bool *more)
{
	struct speaker *speaker = answer->subject->speaker;
	const char *only = request_text(&answer->request, "name");
	struct json_object *rows = refuse_unknown(answer, "neighbor", only, neighbor_name);
	struct report_time time = both_clocks();

	(void)more;
	if (rows)
		return rows;
	rows = json_object_new_array();
	for (size_t i = 0; i < speaker_neighbors(speaker); i++) {
		struct neighbor_view view = speaker_neighbor(speaker, i, time.now);

		if (is_wanted(view.params->name, only))
			json_object_array_add(rows, report_neighbor(&view, time));
	}
	return rows_reply(answer, rows);
}

static struct json_object *show_tunnels(struct answer *answer, bool *more)
{
	struct speaker *speaker = answer->subject->speaker;
	const char *only = request_text(&answer->request, "name");
	struct json_object *rows = refuse_unknown(answer, "tunnel", only, tunnel_name);
	struct report_time time = both_clocks();

	(void)more;
	if (rows)
		return rows;
	rows = json_object_new_array();
	for (size_t i = 0; i < speaker_tunnels(speaker); i++) {
		struct tunnel_view view = speaker_tunnel(speaker, i);

		if (is_wanted(view.config->name, only))
			json_object_array_add(rows, report_tunnel(&view, time));
	}
	return rows_reply(answer, rows);
}

static struct json_object *group_rows(const struct answer *answer,
				      struct json_object *(*report)(const struct group_view *))
{
	struct speaker *speaker = answer->subject->speaker;
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < speaker_groups(speaker); i++) {
		struct group_view view = speaker_group(speaker, i);

		json_object_array_add(rows, report(&view));
	}
	return rows_reply(answer, rows);
}

static struct json_object *show_groups(struct answer *answer, bool *more)
{
	(void)more;
	return group_rows(answer, report_group);
}

static struct json_object *show_symmetry(struct answer *answer, bool *more)
{
	(void)more;
	return group_rows(answer, report_symmetry);
}

static struct json_object *show_events(struct answer *answer, bool *more)
{
	const struct history *history = answer->subject->history;
	struct json_object *rows = json_object_new_array();

	(void)more;
	for (size_t i = 0; i < history_count(history); i++)
		json_object_array_add(rows, report_event(history_at(history, i)));
	return rows_reply(answer, rows);
}

/* ---- routes ---- */

/* The address as a prefix, or a prefix; false: neither. */
static bool parse_target(const char *text, struct prefix *prefix)
{
	struct address address;

	if (prefix_parse(text, prefix))
		return true;
	if (!address_parse(text, &address))
		return false;
	*prefix = prefix_host(&address);
	return true;
}

static struct json_object *refuse_target(const char *text)
{
	return request_error("such as 10.50.0.0/16, with no bits set behind its length",
			     "\"%s\" is not a prefix", text);
}

/* NULL, or the error reply. */
static struct json_object *build_query(const struct answer *answer, struct route_query *query)
{
	const struct request *request = &answer->request;
	const char *longer = request_text(request, "longer");
	const char *target = longer ? longer : request_text(request, "prefix");
	struct json_object *error;

	*query = (struct route_query){
		.from = request_text(request, "from"),
		.to = request_text(request, "to"),
		.has_prefix = target != NULL,
		.longer = longer != NULL,
		.filtered = request_flag(request, "filtered"),
		.received = request_flag(request, "received"),
	};
	if (target && !parse_target(target, &query->prefix))
		return refuse_target(target);
	error = refuse_unknown(answer, "neighbor", query->from, neighbor_name);
	return error ? error : refuse_unknown(answer, "neighbor", query->to, neighbor_name);
}

static void add_route(void *rows, const struct route_view *view)
{
	json_object_array_add(rows, report_route(view));
}

static void add_exported(void *rows, const struct route_view *view)
{
	json_object_array_add(rows, report_exported(view));
}

static bool add_piece(struct answer *answer, const struct route_query *query, uint32_t *cursor,
		      struct json_object *rows)
{
	return speaker_routes(answer->subject->speaker, query, cursor, PREFIXES_AT_ONCE,
			      query->to ? add_exported : add_route, rows, now_monotonic());
}

/* An address stands for the longest prefix that covers it. */
static void add_best_match(struct answer *answer, struct route_query *query,
			   struct json_object *rows)
{
	struct address address = prefix_address(&query->prefix);

	for (int length = query->prefix.length; length >= 0; length--) {
		uint32_t cursor = 0;

		query->prefix = prefix_of(&address, (unsigned int)length);
		while (add_piece(answer, query, &cursor, rows))
			;
		if (json_object_array_length(rows) > 0)
			return;
	}
}

/* A piece without rows says nothing: some are passed over, though not so many that others wait. */
static bool add_pieces(struct answer *answer, const struct route_query *query,
		       struct json_object *rows)
{
	bool more = true;

	for (int i = 0; more && i < EMPTY_PIECES && json_object_array_length(rows) == 0; i++)
		more = add_piece(answer, query, &answer->cursor, rows);
	return more;
}

static struct json_object *show_routes(struct answer *answer, bool *more)
{
	const char *target = request_text(&answer->request, "prefix");
	struct route_query query;
	struct json_object *rows = build_query(answer, &query);

	if (rows)
		return rows;
	rows = json_object_new_array();
	if (target && !strchr(target, '/') && !query.longer)
		add_best_match(answer, &query, rows);
	else
		*more = add_pieces(answer, &query, rows);
	return request_rows(answer->request.command, rows, *more);
}

static void add_fib(void *rows, const struct fib_view *view)
{
	json_object_array_add(rows, report_fib(view));
}

static struct json_object *show_fib(struct answer *answer, bool *more)
{
	const char *target = request_text(&answer->request, "prefix");
	struct json_object *rows;
	struct prefix only;

	if (target && !parse_target(target, &only))
		return refuse_target(target);
	rows = json_object_new_array();
	*more = speaker_fib(answer->subject->speaker, target ? &only : NULL, &answer->cursor,
			    PREFIXES_AT_ONCE, add_fib, rows);
	return request_rows(answer->request.command, rows, *more);
}

/* ---- the daemon ---- */

static struct json_object *show_memory(struct answer *answer, bool *more)
{
	struct memory_view view = speaker_memory(answer->subject->speaker);

	struct json_object *row = report_memory(&view, resident_bytes());

	(void)more;
	fill_number(row, "loop_delay_max_ms", (uint64_t)answer->subject->longest_delay);
	return rows_reply(answer, row);
}

static struct json_object *explain(struct answer *answer, bool *more)
{
	const char *target = request_text(&answer->request, "prefix");
	struct prefix prefix;

	(void)more;
	if (!parse_target(target, &prefix))
		return refuse_target(target);
	return rows_reply(answer, explain_prefix(answer->subject->speaker, target, &prefix,
						 both_clocks()));
}

static struct json_object *what_if(struct answer *answer, bool *more)
{
	struct speaker *speaker = answer->subject->speaker;
	const char *name = request_text(&answer->request, "name");
	struct json_object *error = refuse_unknown(answer, "tunnel", name, tunnel_name);
	struct what_if_view view;

	(void)more;
	if (error)
		return error;
	speaker_what_if(speaker, name, now_monotonic(), &view);
	return rows_reply(answer, explain_what_if(&view));
}

static struct json_object *show_metrics(struct answer *answer, bool *more)
{
	struct json_object *row = json_object_new_object();
	struct evbuffer *text = evbuffer_new();

	(void)more;
	metrics_write(text, answer->subject->speaker, now_monotonic());
	fill_with(row, "text", json_object_new_string_len((char *)evbuffer_pullup(text, -1),
							  (int)evbuffer_get_length(text)));
	evbuffer_free(text);
	return rows_reply(answer, row);
}

static struct json_object *show_config(struct answer *answer, bool *more)
{
	(void)more;
	return rows_reply(answer, report_config(speaker_config(answer->subject->speaker)));
}

static struct json_object *show_version(struct answer *answer, bool *more)
{
	struct fib *fib = answer->subject->fib;
	struct json_object *row = json_object_new_object();
	struct utsname kernel;

	(void)more;
	uname(&kernel);
	fill_text(row, "bgpd", BGPD_VERSION);
	fill_text(row, "fib", fib->describe(fib));
	fill_text(row, "kernel", kernel.release);
	fill_number(row, "pid", (uint64_t)getpid());
	fill_seconds(row, "uptime_s", now_monotonic() - answer->subject->started);
	return rows_reply(answer, row);
}

/* ---- changes ---- */

static struct json_object *done_unless(const char *refusal, const char *name, const char *what)
{
	if (refusal)
		return request_error(NULL, "%s: %s", name, refusal);
	return request_done("%s: %s", name, what);
}

/* The changes that need no more than a name. */
static const struct change {
	const char *command;
	const char *(*perform)(struct speaker *speaker, const char *name, msec_t now);
	const char *what;               /* noun of the name */
	name_at *names;
	const char *done;
} changes[] = {
	{ "tunnel drain", speaker_tunnel_drain, "tunnel", tunnel_name, "draining" },
	{ "tunnel resume", speaker_tunnel_resume, "tunnel", tunnel_name, "resumed" },
	{ "tunnel pin", speaker_tunnel_pin, "tunnel", tunnel_name, "pinned" },
	{ "tunnel unpin", speaker_tunnel_unpin, "tunnel", tunnel_name, "no longer pinned" },
	{ "neighbor reset", speaker_neighbor_reset, "neighbor", neighbor_name, "session reset" },
	{ "neighbor refresh", speaker_neighbor_refresh, "neighbor", neighbor_name,
	  "routes asked for again" },
	{ "neighbor enable", speaker_neighbor_enable, "neighbor", neighbor_name, "enabled" },
};

static struct json_object *change(struct answer *answer, const struct change *row)
{
	const char *name = request_text(&answer->request, "name");
	struct json_object *error = refuse_unknown(answer, row->what, name, row->names);

	if (error)
		return error;
	return done_unless(row->perform(answer->subject->speaker, name, now_monotonic()), name,
			   row->done);
}

static struct json_object *shut_down(struct answer *answer, bool *more)
{
	const char *name = request_text(&answer->request, "name");
	const char *text = request_text(&answer->request, "text");
	struct json_object *error = refuse_unknown(answer, "neighbor", name, neighbor_name);

	(void)more;
	if (error)
		return error;
	return done_unless(speaker_neighbor_shutdown(answer->subject->speaker, name, text,
						     now_monotonic()), name, "shut down");
}

static enum signal_state parse_state(const char *text)
{
	if (strcmp(text, "up") == 0)
		return STATE_UP;
	return strcmp(text, "down") == 0 ? STATE_DOWN : STATE_UNKNOWN;
}

/* A hook knows the name of its CHILD_SA, and need not know more. */
static const char *tunnel_called(const struct answer *answer, const char *name)
{
	struct speaker *speaker = answer->subject->speaker;
	const char *found = name;

	for (size_t i = 0; i < speaker_tunnels(speaker); i++) {
		const struct tunnel_config *config = speaker_tunnel(speaker, i).config;

		if (strcmp(config->name, name) == 0)
			return name;
		if (config->ipsec && strcmp(config->ipsec, name) == 0)
			found = config->name;
	}
	return found;
}

static struct json_object *set_ipsec(struct answer *answer, const char *name, const char *reason)
{
	const struct answer_subject *subject = answer->subject;

	subject->tell_ipsec(subject->arg, name,
			    parse_state(request_text(&answer->request, "state")), reason);
	return request_done("%s: noted", name);
}

/* What bgpd sees itself is not for others to tell. */
static bool is_probed(const struct answer *answer, const char *tunnel, enum signal_kind kind)
{
	struct speaker *speaker = answer->subject->speaker;

	for (size_t i = 0; i < speaker_tunnels(speaker); i++) {
		const struct tunnel_config *config = speaker_tunnel(speaker, i).config;

		if (strcmp(config->name, tunnel) == 0)
			return (kind == SIGNAL_BFD && config->bfd.interval_ms) ||
			       (kind == SIGNAL_PING && config->ping.interval_ms);
	}
	return false;
}

static struct json_object *set_signal(struct answer *answer, bool *more)
{
	const struct request *request = &answer->request;
	const char *name = request_text(request, "name"), *signal = request_text(request, "signal");
	const char *reason = request_text(request, "reason");
	enum signal_kind kind;

	(void)more;
	if (!signal_kind_parse(signal, &kind))
		return request_error(NULL, "no signal \"%s\"", signal);
	if (kind == SIGNAL_IPSEC)
		name = tunnel_called(answer, name);
	struct json_object *error = refuse_unknown(answer, "tunnel", name, tunnel_name);
	if (error)
		return error;
	if (is_probed(answer, name, kind))
		return request_error("take it out of the configuration to tell it",
				     "%s: bgpd probes %s itself", name, signal);
	if (!reason)
		reason = "told by bgpctl";
	if (kind == SIGNAL_IPSEC)
		return set_ipsec(answer, name, reason);
	return done_unless(speaker_tunnel_signal(answer->subject->speaker, name, kind,
						 parse_state(request_text(request, "state")),
						 reason, now_monotonic()),
			   name, "noted");
}

#define DRILL_S     30
#define DRILL_MIN_S 1
#define DRILL_MAX_S 3600

static struct json_object *drill(struct answer *answer, bool *more)
{
	const struct request *request = &answer->request;
	const char *name = request_text(request, "name");
	bool cuts = request_flag(request, "cut");
	uint32_t seconds = DRILL_S;
	struct json_object *reply = refuse_unknown(answer, "tunnel", name, tunnel_name);

	(void)more;
	if (reply)
		return reply;
	if (!request_seconds(request, "for", &seconds) || seconds < DRILL_MIN_S ||
	    seconds > DRILL_MAX_S)
		return request_error("such as 30, 90s or 5m: 1 second to an hour",
				     "for: \"%s\" is not how long a drill may take",
				     request_text(request, "for"));
	reply = done_unless(speaker_tunnel_drill(answer->subject->speaker, name, cuts,
						 SECONDS(seconds), now_monotonic()),
			    name, cuts ? "cut for a time" : "drained for a time");
	if (json_object_get_boolean(json_object_object_get(reply, "ok")))
		json_object_object_add(reply, "seconds", json_object_new_int64(seconds));
	return reply;
}

static struct json_object *reload(struct answer *answer, bool *more)
{
	(void)more;
	return answer->subject->reload(answer->subject->arg);
}

/* ---- all of them ---- */

static const struct {
	const char *command;
	answer_line *line;
} lines[] = {
	{ "show neighbors", show_neighbors },
	{ "show tunnels", show_tunnels },
	{ "show groups", show_groups },
	{ "show symmetry", show_symmetry },
	{ "show routes", show_routes },
	{ "show fib", show_fib },
	{ "show events", show_events },
	{ "show memory", show_memory },
	{ "explain", explain },
	{ "metrics", show_metrics },
	{ "what-if tunnel", what_if },
	{ "show config", show_config },
	{ "show version", show_version },
	{ "tunnel drill", drill },
	{ "tunnel signal", set_signal },
	{ "neighbor shutdown", shut_down },
	{ "reload", reload },
};

void answer_init(struct answer *answer, const struct answer_subject *subject,
		 struct request *request)
{
	*answer = (struct answer){ .subject = subject, .request = *request };
	*request = (struct request){ 0 };
}

void answer_clear(struct answer *answer)
{
	request_clear(&answer->request);
}

struct json_object *answer_next(struct answer *answer, bool *more)
{
	const char *command = answer->request.command->name;

	*more = false;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strcmp(lines[i].command, command) == 0)
			return lines[i].line(answer, more);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (strcmp(changes[i].command, command) == 0)
			return change(answer, &changes[i]);
	return request_error(NULL, "this bgpd does not know \"%s\"", command);
}
