#include "cli/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

struct json_object *row_at(struct json_object *row, const char *path)
{
	char key[64];

	while (*path) {
		size_t length = strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", (int)length, path);
		if (!json_object_is_type(row, json_type_object))
			return NULL;
		row = json_object_object_get(row, key);
		path += length + (path[length] == '.');
	}
	return row;
}

const char *row_text(struct json_object *row, const char *path)
{
	return json_object_get_string(row_at(row, path));
}

const char *row_text_or(struct json_object *row, const char *path, const char *otherwise)
{
	const char *text = row_text(row, path);

	return text ? text : otherwise;
}

int64_t row_number(struct json_object *row, const char *path, int64_t otherwise)
{
	struct json_object *value = row_at(row, path);

	return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : otherwise;
}

bool row_flag(struct json_object *row, const char *path)
{
	return json_object_get_boolean(row_at(row, path));
}

bool row_is(struct json_object *row, const char *path, const char *text)
{
	const char *value = row_text(row, path);

	return value && strcmp(value, text) == 0;
}

char *row_join(struct json_object *row, const char *path, const char *separator)
{
	struct json_object *list = row_at(row, path);
	char *joined = NULL;

	if (!json_object_is_type(list, json_type_array))
		return NULL;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *item = json_object_get_string(json_object_array_get_idx(list, i));
		char *longer = xasprintf("%s%s%s", joined ? joined : "", joined ? separator : "",
					 item ? item : "");

		free(joined);
		joined = longer;
	}
	return joined;
}
