/* cli/daemon.c - show events, memory, config, version: the daemon itself. */
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "cli/row.h"
#include "cli/units.h"
#include "cli/view.h"

static char *show_time(const struct screen *screen, struct json_object *row, const char *key)
{
	const char *time = row_text(row, key);

	(void)screen;
	return time ? units_time(time) : NULL;
}

/* ", far_side_ms 200, ...": what is there beyond the names that all events have. */
static char *show_details(struct json_object *row)
{
	static const char *const known[] = { "id", "time", "level", "kind", "subject", "text", "from",
					     "to", "reason", "duration_ms" };
	char *line = xstrdup("");

	json_object_object_foreach(row, name, value) {
		bool is_known = false;
		char *longer;

		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			is_known |= strcmp(known[i], name) == 0;
		if (is_known)
			continue;
		longer = xasprintf("%s, %s %s", line, name, json_object_get_string(value));
		free(line);
		line = longer;
	}
	return line;
}

/* "tunnel role changed: standby -> active, hold timer expired (412 ms)" */
static char *show_event(const struct screen *screen, struct json_object *row, const char *key)
{
	const char *from = row_text(row, "from"), *to = row_text(row, "to");
	const char *reason = row_text(row, "reason");
	int64_t duration_ms = row_number(row, "duration_ms", -1);
	char *took = duration_ms >= 0 ? units_milliseconds(duration_ms) : NULL;
	char *details = show_details(row);
	char *line = xasprintf("%s%s%s%s%s%s%s%s%s%s%s", row_text_or(row, key, "-"),
			       from || to ? ": " : "", from ? from : "", from && to ? " -> " : "",
			       to ? to : "", reason ? (from || to ? ", " : ": ") : "",
			       reason ? reason : "",
			       took ? " (" : "", took ? took : "", took ? ")" : "", details);

	(void)screen;
	free(details);
	free(took);
	return line;
}

static const struct column event_columns[] = {
	{ "TIME",    "time",    show_time,  false, NULL },
	{ "KIND",    "kind",    NULL,       false, NULL },
	{ "SUBJECT", "subject", NULL,       false, NULL },
	{ "EVENT",   "text",    show_event, false, NULL },
	{ NULL,      NULL,      NULL,       false, NULL },
};

const struct view events_view = {
	.table = { event_columns, NULL },
	.none = "nothing has happened yet",
};

struct field {
	const char *label, *key;
	column_show *show;              /* NULL: the value as it is */
};

static void print_fields(const struct screen *screen, struct json_object *row,
			 const struct field *field)
{
	for (; field->label; field++) {
		const char *plain = row_text(row, field->key);
		char *text = field->show ? field->show(screen, row, field->key) : NULL;

		screen_field(screen, TINT_NONE, field->label, field->show ? text : plain);
		free(text);
	}
}

static void print_memory(const struct screen *screen, struct json_object *row)
{
	static const struct field fields[] = {
		{ "process",           "rss_bytes",         columns_bytes_of },
		{ "prefixes",          "prefixes",          columns_count_of },
		{ "",                  "prefix_bytes",      columns_bytes_of },
		{ "paths",             "paths",             columns_count_of },
		{ "",                  "path_bytes",        columns_bytes_of },
		{ "attribute sets",    "attribute_sets",    columns_count_of },
		{ "",                  "attribute_bytes",   columns_bytes_of },
		{ "chains",            "chains",            columns_count_of },
		{ "egresses",          "egresses",          columns_count_of },
		{ "kernel: waiting",   "fib_pending",       columns_count_of },
		{ "kernel: wrong",     "fib_divergence",    columns_count_of },
		{ "kernel: restored",  "fib_restored",      columns_count_of },
		{ "longest delay, ms", "loop_delay_max_ms", columns_count_of },
		{ NULL,                NULL,                NULL },
	};

	print_fields(screen, row, fields);
}

static void print_version(const struct screen *screen, struct json_object *row)
{
	static const struct field fields[] = {
		{ "bgpd",   "bgpd",     NULL },
		{ "kernel", "kernel",   NULL },
		{ "fib",    "fib",      NULL },
		{ "pid",    "pid",      NULL },
		{ "uptime", "uptime_s", columns_seconds_of },
		{ NULL,     NULL,       NULL },
	};

	print_fields(screen, row, fields);
	screen_field(screen, TINT_NONE, "bgpctl", BGPD_VERSION);
}

static void print_config(const struct screen *screen, struct json_object *row)
{
	const int style = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			  JSON_C_TO_STRING_NOSLASHESCAPE;

	fprintf(screen->out, "%s\n", json_object_to_json_string_ext(row, style));
}

static void print_metrics(const struct screen *screen, struct json_object *row)
{
	fputs(row_text_or(row, "text", ""), screen->out);
}

const struct view metrics_view = { .page = print_metrics };
const struct view memory_view = { .page = print_memory };
const struct view config_view = { .page = print_config };
const struct view version_view = { .page = print_version };
