/* cli/document.h - The lines of a reply, or an error, as one valid JSON document.
 *
 * A row a line, written as they come.  "ok" is written last, so that a reply that broke off in the
 * middle still ends in a valid document, which says so. */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct document {
	FILE *out;
	const char *rows;               /* the list that goes on from line to line; NULL: none */
	bool is_open;
	size_t count;                   /* rows written */
};

void document_add(struct document *document, struct json_object *reply);
/* error: an error reply; NULL: all is well. */
void document_end(struct document *document, struct json_object *error);

#endif
