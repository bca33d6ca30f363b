/* cli/row.h - Reading one row of a reply.  A path goes down: "last_error.text".
 *
 * What is missing and what is null are the same: not known. */
#ifndef CLI_ROW_H
#define CLI_ROW_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

struct json_object *row_at(struct json_object *row, const char *path);  /* NULL: not known */
const char *row_text(struct json_object *row, const char *path);        /* lends; NULL: not known */
const char *row_text_or(struct json_object *row, const char *path, const char *otherwise);
int64_t row_number(struct json_object *row, const char *path, int64_t otherwise);
bool row_flag(struct json_object *row, const char *path);               /* false: also not known */
bool row_is(struct json_object *row, const char *path, const char *text);
/* A list as one string, to be freed; NULL when it is empty or not known. */
char *row_join(struct json_object *row, const char *path, const char *separator);

#endif
