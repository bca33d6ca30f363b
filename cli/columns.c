#include "cli/columns.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "cli/row.h"
#include "cli/units.h"

#define GAP 2           /* spaces between columns */

struct line {
	char *cells[COLUMNS_MAX];
	enum tint tints[COLUMNS_MAX];
	char *below;
};

struct columns {
	const struct table *table;
	const struct screen *screen;
	size_t columns;                         /* of the table */
	size_t widths[COLUMNS_MAX];
	struct line *lines;                     /* not printed yet */
	size_t count, room, total;
	bool has_titles;                        /* printed */
};

struct columns *columns_new(const struct table *table, const struct screen *screen)
{
	struct columns *columns = xcalloc(1, sizeof(*columns));

	columns->table = table;
	columns->screen = screen;
	while (columns->columns < COLUMNS_MAX && table->columns[columns->columns].title) {
		columns->widths[columns->columns] = strlen(table->columns[columns->columns].title);
		columns->columns++;
	}
	return columns;
}

static char *show_cell(const struct columns *columns, const struct column *column,
		       struct json_object *row)
{
	const char *value;
	char *text;

	if (column->show) {
		text = column->show(columns->screen, row, column->key);
		return text ? text : xstrdup("-");
	}
	value = row_text(row, column->key);
	return xstrdup(value ? value : "-");
}

void columns_add(struct columns *columns, struct json_object *row)
{
	struct line *line;

	if (columns->count == columns->room) {
		columns->room = columns->room ? columns->room * 2 : 64;
		columns->lines = xrealloc(columns->lines, columns->room * sizeof(*columns->lines));
	}
	line = &columns->lines[columns->count++];
	*line = (struct line){ 0 };
	columns->total++;
	for (size_t i = 0; i < columns->columns; i++) {
		const struct column *column = &columns->table->columns[i];

		line->cells[i] = show_cell(columns, column, row);
		line->tints[i] = column->tint ? column->tint(row) : TINT_NONE;
		if (strlen(line->cells[i]) > columns->widths[i])
			columns->widths[i] = strlen(line->cells[i]);
	}
	if (columns->table->below)
		line->below = columns->table->below(columns->screen, row);
}

/* The last column may be long: it goes on below itself where the terminal ends. */
static void print_line(const struct columns *columns, const char *const *cells,
		       const enum tint *tints)
{
	size_t at = 0;

	for (size_t i = 0; i < columns->columns; i++) {
		size_t padding = columns->widths[i] - strlen(cells[i]);
		size_t before = columns->table->columns[i].is_right ? padding : 0;

		screen_spaces(columns->screen, before);
		if (i + 1 == columns->columns) {
			screen_wrap(columns->screen, tints[i], at + before, cells[i]);
		} else {
			screen_text(columns->screen, tints[i], cells[i]);
			screen_spaces(columns->screen, padding - before + GAP);
		}
		at += columns->widths[i] + GAP;
	}
	putc('\n', columns->screen->out);
}

static void print_titles(struct columns *columns)
{
	const char *titles[COLUMNS_MAX];
	enum tint tints[COLUMNS_MAX];

	for (size_t i = 0; i < columns->columns; i++) {
		titles[i] = columns->table->columns[i].title;
		tints[i] = TINT_BOLD;
	}
	print_line(columns, titles, tints);
	columns->has_titles = true;
}

/* Under the second column, so that the names in the first stay easy to scan. */
static void print_below(const struct columns *columns, const char *text)
{
	size_t indent = columns->widths[0] + GAP;

	screen_spaces(columns->screen, indent);
	screen_wrap(columns->screen, TINT_BAD, indent, text);
	putc('\n', columns->screen->out);
}

static void clear_line(struct line *line)
{
	for (size_t i = 0; i < COLUMNS_MAX; i++)
		free(line->cells[i]);
	free(line->below);
}

void columns_flush(struct columns *columns)
{
	if (columns->count > 0 && !columns->has_titles)
		print_titles(columns);
	for (size_t i = 0; i < columns->count; i++) {
		struct line *line = &columns->lines[i];

		print_line(columns, (const char *const *)line->cells, line->tints);
		if (line->below)
			print_below(columns, line->below);
		clear_line(line);
	}
	columns->count = 0;
}

size_t columns_count(const struct columns *columns)
{
	return columns->total;
}

void columns_free(struct columns *columns)
{
	if (!columns)
		return;
	for (size_t i = 0; i < columns->count; i++)
		clear_line(&columns->lines[i]);
	free(columns->lines);
	free(columns);
}

char *columns_count_of(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return row_at(row, key) ? units_count(row_number(row, key, 0)) : NULL;
}

char *columns_seconds_of(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return row_at(row, key) ? units_seconds(row_number(row, key, 0)) : NULL;
}

char *columns_bytes_of(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return row_at(row, key) ? units_bytes(row_number(row, key, 0)) : NULL;
}

char *columns_list_of(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return row_join(row, key, " ");
}

char *columns_yes_no(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return row_at(row, key) ? xstrdup(row_flag(row, key) ? "yes" : "no") : NULL;
}
