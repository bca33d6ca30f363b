/* cli/explain.c - explain, what-if: the same tables as elsewhere, about one thing. */
#include <inttypes.h>
#include <stdlib.h>

#include "bgpd/base/xalloc.h"
#include "cli/row.h"
#include "cli/view.h"

static void print_table(const struct screen *screen, const struct table *table,
			struct json_object *rows)
{
	struct columns *columns = columns_new(table, screen);

	for (size_t i = 0; i < json_object_array_length(rows); i++)
		columns_add(columns, json_object_array_get_idx(rows, i));
	columns_flush(columns);
	columns_free(columns);
}

static void print_part(const struct screen *screen, const char *title, const struct view *view,
		       struct json_object *rows)
{
	if (!json_object_is_type(rows, json_type_array) || json_object_array_length(rows) == 0)
		return;
	putc('\n', screen->out);
	screen_text(screen, TINT_BOLD, title);
	putc('\n', screen->out);
	print_table(screen, &view->table, rows);
}

static void print_group(const struct screen *screen, struct json_object *row)
{
	struct json_object *group = row_at(row, "group"), *rows = json_object_new_array();

	if (group)
		json_object_array_add(rows, json_object_get(group));
	print_part(screen, "both directions", &groups_view, rows);
	json_object_put(rows);
	print_part(screen, "tunnels", &tunnels_view, row_at(row, "tunnels"));
}

static void print_next(const struct screen *screen, struct json_object *next)
{
	if (!json_object_is_type(next, json_type_array) || json_object_array_length(next) == 0)
		return;
	putc('\n', screen->out);
	screen_text(screen, TINT_BOLD, "what comes next");
	putc('\n', screen->out);
	for (size_t i = 0; i < json_object_array_length(next); i++) {
		screen_spaces(screen, 2);
		screen_wrap(screen, TINT_NONE, 2,
			    json_object_get_string(json_object_array_get_idx(next, i)));
		putc('\n', screen->out);
	}
}

static void print_explanation(const struct screen *screen, struct json_object *row)
{
	char *line = xasprintf("%s: %s", row_text_or(row, "asked", "-"),
			       row_text_or(row, "text", "-"));

	screen_text(screen, TINT_NONE, line);
	putc('\n', screen->out);
	free(line);
	screen_field(screen, TINT_NONE, "why that tunnel", row_text(row, "why"));
	print_part(screen, "paths", &routes_view, row_at(row, "candidates"));
	print_part(screen, "in the kernel", &fib_view, row_at(row, "kernel"));
	print_group(screen, row);
	print_next(screen, row_at(row, "next"));
}

/* ---- what if ---- */

/* "active -> unusable", "standby" */
static char *show_role(const struct screen *screen, struct json_object *row, const char *key)
{
	const char *now = row_text_or(row, key, "-"), *then = row_text_or(row, "role_then", "-");

	(void)screen;
	return row_is(row, "role_then", now) ? xstrdup(now) : xasprintf("%s -> %s", now, then);
}

static char *show_change(int64_t now, int64_t then)
{
	if (now == then)
		return now < 0 ? NULL : xasprintf("%" PRId64, now);
	return xasprintf("%" PRId64 " -> %" PRId64, now, then);
}

static char *show_med(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return show_change(row_number(row, key, -1), row_number(row, "med_then", -1));
}

static char *show_prepend(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return show_change(row_number(row, key, -1), row_number(row, "prepend_then", -1));
}

static const struct column what_if_columns[] = {
	{ "TUNNEL",  "name",        NULL,         false, NULL },
	{ "ROLE",    "role_now",    show_role,    false, NULL },
	{ "MED",     "med_now",     show_med,     true,  NULL },
	{ "PREPEND", "prepend_now", show_prepend, true,  NULL },
	{ NULL,      NULL,          NULL,         false, NULL },
};

static const struct view what_if_tunnels = { .table = { what_if_columns, NULL } };

static void print_lost(const struct screen *screen, struct json_object *row)
{
	char *examples = row_join(row, "examples", ", ");
	int64_t lost = row_number(row, "prefixes_lost", 0);
	size_t shown = json_object_array_length(row_at(row, "examples"));
	char *line = lost == 0 ? xstrdup("0 prefixes") :
		     xasprintf("%" PRId64 " prefixes, then %s: %s%s", lost,
			       row_text_or(row, "when_down", "-"), examples ? examples : "",
			       (int64_t)shown < lost ? " ..." : "");

	screen_field(screen, lost > 0 ? TINT_BAD : TINT_NONE, "left without a path", line);
	free(line);
	free(examples);
}

static void print_what_if(const struct screen *screen, struct json_object *row)
{
	char *moved = columns_count_of(screen, row, "prefixes_moved");

	screen_text(screen, TINT_NONE, row_text_or(row, "text", "-"));
	putc('\n', screen->out);
	screen_field(screen, TINT_NONE, "prefixes that move", moved);
	free(moved);
	print_lost(screen, row);
	print_part(screen, "roles, and what the far side is told", &what_if_tunnels,
		   row_at(row, "tunnels"));
}

const struct view explain_view = { .page = print_explanation };
const struct view what_if_view = { .page = print_what_if };
