#include "bgpd/config/pattern_list.h"

#include "bgpd/config/path.h"

/* One element of a list: false when there is a finding. */
typedef bool read_element(struct reading *reading, const struct key *key, struct json_object *value,
			  const char *path, void *to);

/* Elements of that size, without those that are wrong: no finding shall follow from another. */
static void *read_list(struct reading *reading, const struct key *key, struct json_object *value,
		       const char *path, size_t size, read_element *read, size_t *count)
{
	struct key element = value_element(key, TYPE_TEXT);

	*count = 0;
	if (!value_is_list(reading, key, value, path))
		return NULL;
	size_t length = json_object_array_length(value);
	char *elements = arena_alloc(reading->arena, length * size);

	for (size_t i = 0; i < length; i++) {
		const char *at = path_element(&reading->findings->arena, path, i);

		if (read(reading, &element, json_object_array_get_idx(value, i), at,
			 elements + *count * size))
			++*count;
	}
	return elements;
}

static bool read_path(struct reading *reading, const struct key *key, struct json_object *value,
		      const char *path, void *to)
{
	const char *text = value_text(reading, key, value, path), *why;

	if (!text)
		return false;
	if (path_pattern_parse(text, reading->arena, to, &why))
		return true;
	findings_add(reading->findings, path, "\"%.60s\": %s", text, why);
	return false;
}

struct setting pattern_list_paths(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path)
{
	struct setting list = { .is_given = true };

	list.paths = read_list(reading, key, value, path, sizeof(struct path_pattern), read_path,
			       &list.path_count);
	return list;
}

static bool read_community(struct reading *reading, enum community_kind kind, const struct key *key,
			   struct json_object *value, const char *path, void *to)
{
	const char *text = value_text(reading, key, value, path), *why;

	if (!text)
		return false;
	if (community_parse(kind, arena_strdup(reading->arena, text), to, &why))
		return true;
	findings_add(reading->findings, path, "\"%.60s\": %s", text, why);
	return false;
}

static bool read_plain(struct reading *reading, const struct key *key, struct json_object *value,
		       const char *path, void *to)
{
	return read_community(reading, COMMUNITY_PLAIN, key, value, path, to);
}

static bool read_large(struct reading *reading, const struct key *key, struct json_object *value,
		       const char *path, void *to)
{
	return read_community(reading, COMMUNITY_LARGE, key, value, path, to);
}

static bool read_extended(struct reading *reading, const struct key *key, struct json_object *value,
			  const char *path, void *to)
{
	return read_community(reading, COMMUNITY_EXTENDED, key, value, path, to);
}

struct setting pattern_list_communities(struct reading *reading, const struct key *key,
					struct json_object *value, const char *path)
{
	read_element *read = key->type == TYPE_LARGE_COMMUNITIES ? read_large :
			     key->type == TYPE_EXT_COMMUNITIES	 ? read_extended : read_plain;
	struct setting list = { .is_given = true };

	list.communities.patterns = read_list(reading, key, value, path,
					      sizeof(struct community_pattern), read,
					      &list.communities.count);
	return list;
}

static bool read_name(struct reading *reading, const struct key *key, struct json_object *value,
		      const char *path, void *to)
{
	struct key element = *key;
	const char **name = to;

	element.min = 1;
	struct setting setting = value_name(reading, &element, value, path);
	*name = setting.text;
	return setting.is_given;
}

struct setting pattern_list_names(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path)
{
	struct setting list = { .is_given = true };

	list.names = read_list(reading, key, value, path, sizeof(char *), read_name,
			       &list.name_count);
	return list;
}
