/* cli/view.h - How the reply to one command is shown to people: a table, or a page for each row. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "cli/columns.h"

struct view {
	struct table table;             /* without columns: always pages */
	/* One row in detail: for a row asked for by name, or when the result is one object. */
	void (*page)(const struct screen *screen, struct json_object *row);
	const char *legend;             /* a line under the table; NULL: none */
	const char *none;               /* instead of an empty table */
};

extern const struct view neighbors_view;        /* neighbors.c */
extern const struct view tunnels_view;          /* tunnels.c */
extern const struct view groups_view, symmetry_view;    /* groups.c */
extern const struct view routes_view, fib_view; /* routes.c */
extern const struct view explain_view, what_if_view;    /* explain.c */
extern const struct view events_view, memory_view, config_view, version_view, metrics_view;  /* daemon.c */

enum tint view_role_tint(struct json_object *row);      /* of "role" */

#endif
