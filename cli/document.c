#include "cli/document.h"

#include <string.h>

#include "bgpd/control/request.h"

static void put_value(const struct document *document, struct json_object *value)
{
	fputs(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
					     JSON_C_TO_STRING_NOSLASHESCAPE), document->out);
}

static void put_member(const struct document *document, const char *key, struct json_object *value)
{
	fprintf(document->out, ",\"%s\":", key);
	put_value(document, value);
}

static bool is_rows(const struct document *document, const char *key, struct json_object *value)
{
	return document->rows && strcmp(key, document->rows) == 0 &&
	       json_object_is_type(value, json_type_array);
}

/* The members of the first line but those that only concern lines; the rows are left open. */
static void open_document(struct document *document, struct json_object *reply)
{
	fprintf(document->out, "{\"schema\":%d", REQUEST_SCHEMA);
	document->is_open = true;
	json_object_object_foreach(reply, key, value) {
		bool is_framing = strcmp(key, "schema") == 0 || strcmp(key, "ok") == 0 ||
				  strcmp(key, "more") == 0;

		if (!is_framing && !is_rows(document, key, value))
			put_member(document, key, value);
	}
	if (json_object_is_type(json_object_object_get(reply, document->rows ? document->rows : ""),
				json_type_array))
		fprintf(document->out, ",\"%s\":[", document->rows);
	else
		document->rows = NULL;
}

void document_add(struct document *document, struct json_object *reply)
{
	struct json_object *rows;

	if (!document->is_open)
		open_document(document, reply);
	if (!document->rows || !json_object_object_get_ex(reply, document->rows, &rows) ||
	    !is_rows(document, document->rows, rows))
		return;
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		fputs(document->count++ ? ",\n" : "\n", document->out);
		put_value(document, json_object_array_get_idx(rows, i));
	}
}

void document_end(struct document *document, struct json_object *error)
{
	if (!document->is_open) {
		document->rows = NULL;
		fprintf(document->out, "{\"schema\":%d", REQUEST_SCHEMA);
	}
	if (document->rows)
		fputs(document->count ? "\n]" : "]", document->out);
	fprintf(document->out, ",\"ok\":%s", error ? "false" : "true");
	if (error)
		put_member(document, "error", json_object_object_get(error, "error"));
	fputs("}\n", document->out);
}
