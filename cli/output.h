/* cli/output.h - What a command has to say, for people or (--json) for programs. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/command.h"
#include "cli/document.h"

struct output {
	bool is_json;
	struct document document;       /* --json */
	struct screen screen;           /* else */
	const struct view *view;        /* NULL: the reply's text */
	const char *result;             /* what the reply carries it under; NULL: nothing */
	bool wants_pages;               /* one was asked for by name */
	struct columns *columns;
	size_t pages;
	FILE *complaints;               /* stderr */
};

struct output output_of(const struct invocation *invocation, FILE *out);
client_receive output_receive;          /* arg: the output */
/* Ends it with an error or, when that is NULL, without. */
void output_end(struct output *output, struct json_object *error);

/* For commands that are done here: says why not, and returns outcome. */
enum outcome output_fail(const struct invocation *invocation, enum outcome outcome,
			 struct json_object *error);

#endif
