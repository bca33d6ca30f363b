/* cli/routes.c - show routes, show fib: what was learned, what was chosen, what the kernel has. */
#include <stdlib.h>

#include "bgpd/base/xalloc.h"
#include "cli/row.h"
#include "cli/view.h"

static bool is_refused(struct json_object *row)
{
	return row_at(row, "accepted") && !row_flag(row, "accepted");
}

/* "> 10.50.0.0/16": the mark stands with its prefix. */
static char *show_prefix(const struct screen *screen, struct json_object *row, const char *key)
{
	char mark = ' ';

	(void)screen;
	if (row_flag(row, "best"))
		mark = '>';
	else if (is_refused(row))
		mark = 'x';
	else if (row_flag(row, "stale"))
		mark = 's';
	return xasprintf("%c %s", mark, row_text_or(row, key, "-"));
}

static enum tint prefix_tint(struct json_object *row)
{
	if (is_refused(row))
		return TINT_DIM;
	return row_flag(row, "best") ? TINT_GOOD : TINT_NONE;
}

static char *show_neighbor(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return xstrdup(row_text_or(row, key, "(ourselves)"));
}

/* The path with the letter of its origin behind it, as operators know it: "64512 65001 i". */
static char *show_path(const struct screen *screen, struct json_object *row, const char *key)
{
	const char *path = row_text_or(row, key, ""), *letter = "?";

	(void)screen;
	if (row_is(row, "origin", "igp"))
		letter = "i";
	else if (row_is(row, "origin", "egp"))
		letter = "e";
	return xasprintf("%s%s%s", path, *path ? " " : "", letter);
}

static char *show_reason(const struct screen *screen, struct json_object *row, const char *key)
{
	const char *filter = row_text(row, "filtered_by");

	(void)screen;
	if (is_refused(row))
		return xasprintf("not accepted%s%s", filter ? ": " : "", filter ? filter : "");
	return xstrdup(row_text_or(row, key, "-"));
}

static const struct column route_columns[] = {
	{ "  PREFIX", "prefix",     show_prefix,   false, prefix_tint },
	{ "NEXT HOP", "next_hop",   NULL,          false, NULL },
	{ "NEIGHBOR", "neighbor",   show_neighbor, false, NULL },
	{ "PREF",     "local_pref", NULL,          true,  NULL },
	{ "MED",      "med",        NULL,          true,  NULL },
	{ "AS PATH",  "as_path",    show_path,     false, NULL },
	{ "REASON",   "reason",     show_reason,   false, NULL },
	{ NULL,       NULL,         NULL,          false, NULL },
};

static char *show_chain(const struct screen *screen, struct json_object *row, const char *key)
{
	char *chain = row_join(row, key, " > ");
	const char *kind = row_text(row, "kind");

	(void)screen;
	if (chain || !kind)
		return chain;
	return xasprintf("(%s)", kind);
}

static enum tint installed_tint(struct json_object *row)
{
	return row_flag(row, "installed") ? TINT_GOOD : TINT_BAD;
}

static const struct column fib_columns[] = {
	{ "PREFIX",    "prefix",    NULL,           false, NULL },
	{ "CHAIN",     "chain",     show_chain,     false, NULL },
	{ "ACTIVE",    "active",    NULL,           false, NULL },
	{ "TABLE",     "table",     NULL,           true,  NULL },
	{ "METRIC",    "metric",    NULL,           true,  NULL },
	{ "INSTALLED", "installed", columns_yes_no, false, installed_tint },
	{ NULL,        NULL,        NULL,           false, NULL },
};

const struct view routes_view = {
	.table = { route_columns, NULL },
	.legend = "> best, x not accepted, s stale; origin i igp, e egp, ? incomplete",
	.none = "no routes",
};

const struct view fib_view = {
	.table = { fib_columns, NULL },
	.none = "no routes in the kernel are ours",
};
