#include "cli/output.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "cli/row.h"

struct output output_of(const struct invocation *invocation, FILE *out)
{
	const struct command *command = invocation->command;
	const struct request_command *request = command ? request_find(command->name) : NULL;

	return (struct output){
		.is_json = invocation->is_json,
		.document = { .out = out, .rows = request ? request->result : NULL },
		.screen = screen_of(out),
		.view = command ? command->view : NULL,
		.result = request ? request->result : NULL,
		.complaints = stderr,
	};
}

static void print_page(struct output *output, struct json_object *row)
{
	if (output->pages++ > 0)
		putc('\n', output->screen.out);
	output->view->page(&output->screen, row);
}

static void print_rows(struct output *output, struct json_object *rows)
{
	bool are_pages = output->wants_pages && output->view->page;

	if (!output->columns)
		output->columns = columns_new(&output->view->table, &output->screen);
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (are_pages)
			print_page(output, row);
		else
			columns_add(output->columns, row);
	}
	columns_flush(output->columns);
}

static json_type expected_type(const struct view *view)
{
	return view->table.columns ? json_type_array : json_type_object;
}

void output_receive(void *arg, struct json_object *reply)
{
	struct output *output = arg;
	struct json_object *result = output->result ? row_at(reply, output->result) : NULL;
	const char *text = row_text(reply, "text");

	if (output->is_json) {
		document_add(&output->document, reply);
		return;
	}
	if (output->view && json_object_is_type(result, expected_type(output->view))) {
		if (output->view->table.columns)
			print_rows(output, result);
		else
			print_page(output, result);
	}
	if (text) {
		screen_text(&output->screen, TINT_NONE, text);
		putc('\n', output->screen.out);
	}
}

static void print_foot(const struct output *output)
{
	size_t rows = columns_count(output->columns);
	const char *foot = rows ? output->view->legend : output->view->none;

	if (output->pages > 0 || !foot)
		return;
	if (rows > 0)
		putc('\n', output->screen.out);
	screen_text(&output->screen, TINT_DIM, foot);
	putc('\n', output->screen.out);
}

/* A text of one line or several, each behind head or as many spaces. */
static void print_lines(const struct screen *screen, enum tint tint, const char *head,
			const char *text)
{
	size_t indent = strlen(head);
	char *copy = xstrdup(text), *rest = copy;

	for (char *line; (line = strsep(&rest, "\n")) != NULL; head = "") {
		fprintf(screen->out, "%-*s", (int)indent, head);
		screen_text(screen, tint, line);
		putc('\n', screen->out);
	}
	free(copy);
}

static void complain(const struct output *output, struct json_object *error)
{
	struct screen screen = screen_of(output->complaints);
	const char *hint = row_text(error, "error.hint");

	print_lines(&screen, TINT_BAD, "bgpctl: ", row_text_or(error, "error.text", "refused"));
	if (hint)
		print_lines(&screen, TINT_NONE, "        ", hint);
}

void output_end(struct output *output, struct json_object *error)
{
	if (output->is_json)
		document_end(&output->document, error);
	else if (error)
		complain(output, error);
	else if (output->columns)
		print_foot(output);
	columns_free(output->columns);
	output->columns = NULL;
}

enum outcome output_fail(const struct invocation *invocation, enum outcome outcome,
			 struct json_object *error)
{
	struct output output = output_of(invocation, stdout);

	output_end(&output, error);
	json_object_put(error);
	return outcome;
}
