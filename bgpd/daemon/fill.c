#include "bgpd/daemon/fill.h"

#include <string.h>

#include "bgpd/daemon/plain.h"

void fill_with(struct json_object *row, const char *key, struct json_object *value)
{
	json_object_object_add_ex(row, key, value,
				  JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

void fill_text(struct json_object *row, const char *key, const char *text)
{
	fill_with(row, key, text ? json_object_new_string(text) : NULL);
}

void fill_foreign_text(struct json_object *row, const char *key, const char *text)
{
	char plain[512];

	fill_text(row, key, text ? plain_copy(text, plain, sizeof(plain)) : NULL);
}

void fill_number(struct json_object *row, const char *key, uint64_t value)
{
	fill_with(row, key, json_object_new_uint64(value));
}

void fill_truth(struct json_object *row, const char *key, bool value)
{
	fill_with(row, key, json_object_new_boolean(value));
}

void fill_address(struct json_object *row, const char *key, const struct address *address)
{
	char text[ADDRESS_TEXT];

	fill_text(row, key, address_is_set(address) ? address_format(address, text) : NULL);
}

void fill_prefix(struct json_object *row, const char *key, const struct prefix *prefix)
{
	char text[PREFIX_TEXT];

	fill_text(row, key, prefix_format(prefix, text));
}

void fill_time(struct json_object *row, const char *key, msec_t wall)
{
	char text[PLAIN_TIME];

	fill_text(row, key, plain_time(wall, text));
}

void fill_seconds(struct json_object *row, const char *key, msec_t duration)
{
	fill_number(row, key, duration > 0 ? (uint64_t)duration / 1000 : 0);
}

void fill_texts(struct json_object *row, const char *key, const char *const *texts, size_t count)
{
	struct json_object *array = json_object_new_array_ext((int)count);

	for (size_t i = 0; i < count; i++)
		json_object_array_add(array, json_object_new_string(texts[i]));
	fill_with(row, key, array);
}
