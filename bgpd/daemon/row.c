#include "bgpd/daemon/row.h"

#include <string.h>

#include "bgpd/daemon/plain.h"

void row_add(struct json_object *row, const char *key, struct json_object *value)
{
	json_object_object_add_ex(row, key, value,
				  JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

void row_text(struct json_object *row, const char *key, const char *text)
{
	row_add(row, key, text ? json_object_new_string(text) : NULL);
}

void row_foreign_text(struct json_object *row, const char *key, const char *text)
{
	char plain[512];

	row_text(row, key, text ? plain_copy(text, plain, sizeof(plain)) : NULL);
}

void row_number(struct json_object *row, const char *key, uint64_t value)
{
	row_add(row, key, json_object_new_uint64(value));
}

void row_truth(struct json_object *row, const char *key, bool value)
{
	row_add(row, key, json_object_new_boolean(value));
}

void row_address(struct json_object *row, const char *key, const struct address *address)
{
	char text[ADDRESS_TEXT];

	row_text(row, key, address_is_set(address) ? address_format(address, text) : NULL);
}

void row_prefix(struct json_object *row, const char *key, const struct prefix *prefix)
{
	char text[PREFIX_TEXT];

	row_text(row, key, prefix_format(prefix, text));
}

void row_time(struct json_object *row, const char *key, msec_t wall)
{
	char text[PLAIN_TIME];

	row_text(row, key, plain_time(wall, text));
}

void row_seconds(struct json_object *row, const char *key, msec_t duration)
{
	row_number(row, key, duration > 0 ? (uint64_t)duration / 1000 : 0);
}

void row_texts(struct json_object *row, const char *key, const char *const *texts, size_t count)
{
	struct json_object *array = json_object_new_array_ext((int)count);

	for (size_t i = 0; i < count; i++)
		json_object_array_add(array, json_object_new_string(texts[i]));
	row_add(row, key, array);
}
