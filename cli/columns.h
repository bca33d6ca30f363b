/* cli/columns.h - JSON rows -> aligned text.
 *
 * Rows are formatted as they come and printed by columns_flush, so that a reply of a million rows
 * is shown in pieces of bounded size: a width that has been reached is kept for the next piece. */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "cli/screen.h"

/* What stands in a cell, to be freed; NULL is shown as "-". */
typedef char *column_show(const struct screen *screen, struct json_object *row, const char *key);

struct column {
	const char *title, *key;
	column_show *show;                      /* NULL: the value as it is */
	bool is_right;                          /* numbers are aligned at their last digit */
	enum tint (*tint)(struct json_object *row);     /* NULL: none */
};

struct table {
	const struct column *columns;           /* up to the one without a title */
	/* A line right under the row, to be freed; NULL: none. */
	char *(*below)(const struct screen *screen, struct json_object *row);
};

#define COLUMNS_MAX 12

struct columns;

struct columns *columns_new(const struct table *table, const struct screen *screen);
void columns_add(struct columns *columns, struct json_object *row);
void columns_flush(struct columns *columns);    /* titles go before the first row */
size_t columns_count(const struct columns *columns);    /* rows added so far */
void columns_free(struct columns *columns);

/* Shows for values that many tables have. */
column_show columns_count_of, columns_seconds_of, columns_bytes_of, columns_list_of, columns_yes_no;

#endif
