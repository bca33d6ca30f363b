#include "bgpd/config/settings.h"

#include <string.h>

#include "bgpd/base/text.h"
#include "bgpd/config/path.h"

/* ---- unknown and missing keys ---- */

static const char *words_of_homes(uint32_t homes, char *words, size_t size)
{
	struct text text = text_of(words, size);

	for (unsigned int object = 0; homes; object++, homes >>= 1)
		if (homes & 1)
			text_add(&text, "%s%s", text.length == 0 ? "" : homes == 1 ? " or " : ", ",
				 key_object_title(object));
	return words;
}

static void refuse_key(struct reading *reading, enum key_object object, const char *name,
		       const char *path, struct place place)
{
	uint32_t homes = key_homes(name);
	const char *nearest = key_nearest(object, name);
	char words[200];

	if (homes)
		findings_add_at(reading->findings, place, path,
				"does not belong here: it is a key of %s",
				words_of_homes(homes, words, sizeof(words)));
	else if (nearest)
		findings_add_at(reading->findings, place, path, "unknown key: did you mean %s?",
				nearest);
	else
		findings_add_at(reading->findings, place, path,
				"unknown key: bgpd.json(5) lists those of %s",
				key_object_title(object));
}

static void find_missing(struct reading *reading, enum key_object object, struct json_object *value,
			 const char *path)
{
	for (size_t i = 0; i < KEYS; i++)
		if (keys[i].required & OBJECT_BIT(object) &&
		    !json_object_object_get_ex(value, keys[i].name, NULL))
			findings_add(reading->findings,
				     path_key(&reading->findings->arena, path, keys[i].name),
				     "is missing. %s", keys[i].help);
}

/* ---- objects ---- */

static void read_members(struct reading *reading, enum key_object object, struct json_object *value,
			 struct settings *settings);

/* Something else than an object leaves its settings empty, but keeps its place in a list. */
static void read_object(struct reading *reading, const struct key *key, struct json_object *value,
			struct settings *settings)
{
	if (json_object_is_type(value, json_type_object))
		read_members(reading, key->of, value, settings);
	else
		value_refuse(reading, key, value, settings->path);
}

static struct setting read_list(struct reading *reading, const struct key *key,
				struct json_object *value, const char *path,
				const struct settings *parent)
{
	struct arena *arena = &reading->findings->arena;
	struct key element = *key;

	if (!json_object_is_type(value, json_type_array)) {
		value_refuse(reading, key, value, path);
		return (struct setting){ 0 };
	}
	size_t length = json_object_array_length(value);
	struct settings *items = arena_alloc(arena, length * sizeof(*items));

	element.type = TYPE_OBJECT;
	for (size_t i = 0; i < length; i++) {
		items[i].path = path_element(arena, path, i);
		items[i].parent = parent;
		read_object(reading, &element, json_object_array_get_idx(value, i), &items[i]);
	}
	return (struct setting){ true, .items = items, .count = length };
}

/* A mere prefix is an object that has nothing else. */
static void read_announcement(struct reading *reading, const struct key *key,
			      struct json_object *value, struct settings *item)
{
	if (json_object_is_type(value, json_type_object))
		read_members(reading, key->of, value, item);
	else
		item->at[KEY_PREFIX] = value_read(reading, &keys[KEY_PREFIX], value, item->path);
}

static struct setting read_announcements(struct reading *reading, const struct key *key,
					 struct json_object *value, const char *path,
					 const struct settings *parent)
{
	if (!value_is_list(reading, key, value, path))
		return (struct setting){ 0 };
	size_t length = json_object_array_length(value);
	struct settings *items = arena_alloc(&reading->findings->arena, length * sizeof(*items));

	for (size_t i = 0; i < length; i++) {
		items[i].path = path_element(&reading->findings->arena, path, i);
		items[i].parent = parent;
		read_announcement(reading, key, json_object_array_get_idx(value, i), &items[i]);
	}
	return (struct setting){ true, .items = items, .count = length };
}

/* Each policy is settings of its own: its name, and under KEY_POLICIES again its rules. */
static void read_policy(struct reading *reading, const struct key *key, const char *name,
			struct json_object *value, struct settings *policy)
{
	struct json_object *text = json_object_new_string(name);

	policy->at[KEY_NAME] = value_name(reading, key, text, policy->path);
	if (strchr(name, '.'))
		findings_add(reading->findings, policy->path,
			     "has a dot in its name, which paths of keys are made with: use - or _");
	policy->at[KEY_POLICIES] = read_list(reading, key, value, policy->path, policy);
	policy->at[KEY_POLICIES].source =
		arena_strdup(reading->arena, json_object_to_json_string(value));
	json_object_put(text);
}

static struct setting read_policies(struct reading *reading, const struct key *key,
				    struct json_object *value, const char *path,
				    const struct settings *parent)
{
	struct key rules = *key;
	size_t count = 0;

	if (!json_object_is_type(value, json_type_object)) {
		value_refuse(reading, key, value, path);
		return (struct setting){ 0 };
	}
	struct settings *items =
		arena_alloc(&reading->findings->arena,
			    (size_t)json_object_object_length(value) * sizeof(*items));

	rules.type = TYPE_LIST;
	json_object_object_foreach(value, name, list) {
		items[count].path = path_key(&reading->findings->arena, path, name);
		items[count].parent = parent;
		read_policy(reading, &rules, name, list, &items[count++]);
	}
	return (struct setting){ true, .items = items, .count = count };
}

static struct setting read_one(struct reading *reading, const struct key *key,
			       struct json_object *value, const char *path,
			       const struct settings *parent)
{
	struct settings *item = arena_alloc(&reading->findings->arena, sizeof(*item));

	item->path = path;
	item->parent = parent;
	read_object(reading, key, value, item);
	return (struct setting){ true, .items = item, .count = 1 };
}

/* A mere number is the max of an object without anything else. */
static struct setting read_limit(struct reading *reading, const struct key *key,
				 struct json_object *value, const char *path,
				 const struct settings *parent)
{
	if (json_object_is_type(value, json_type_object))
		return read_one(reading, key, value, path, parent);
	struct settings *item = arena_alloc(&reading->findings->arena, sizeof(*item));

	item->path = path;
	item->parent = parent;
	item->at[KEY_MAX] = value_read(reading, key, value, path);
	return (struct setting){ true, .items = item, .count = 1 };
}

static struct setting read_member(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path,
				  const struct settings *settings)
{
	if (key->type == TYPE_OBJECT)
		return read_one(reading, key, value, path, settings);
	if (key->type == TYPE_LIST)
		return read_list(reading, key, value, path, settings);
	if (key->type == TYPE_ANNOUNCE)
		return read_announcements(reading, key, value, path, settings);
	if (key->type == TYPE_POLICIES)
		return read_policies(reading, key, value, path, settings);
	if (key->type == TYPE_LIMIT)
		return read_limit(reading, key, value, path, settings);
	return value_read(reading, key, value, path);
}

/* A password out of a file is a password. */
static void join_password(struct reading *reading, struct settings *settings)
{
	struct setting *file = &settings->at[KEY_PASSWORD_FILE];

	if (!file->is_given)
		return;
	if (settings->at[KEY_PASSWORD].is_given)
		findings_add(reading->findings,
			     path_key(&reading->findings->arena, settings->path, "password_file"),
			     "stands beside password: keep one of the two");
	settings->at[KEY_PASSWORD] = *file;
}

static void read_members(struct reading *reading, enum key_object object, struct json_object *value,
			 struct settings *settings)
{
	json_object_object_foreach(value, name, member) {
		struct findings *findings = reading->findings;
		const struct spot *spot = locate_key(findings->locate, settings->path, name);
		const char *path = path_key(&findings->arena, settings->path, name);
		enum key_id id = key_find(object, name);

		if (!spot)
			continue;       /* escapes in it, which is a flaw of its own */
		if (id == KEYS)
			refuse_key(reading, object, name, path, spot->key);
		else
			settings->at[id] = read_member(reading, &keys[id], member, path, settings);
	}
	join_password(reading, settings);
	find_missing(reading, object, value, settings->path);
}

struct settings *settings_read(struct reading *reading, struct json_object *top,
			       const struct settings *defaults)
{
	static const struct key whole_file = { .type = TYPE_OBJECT, .of = OBJECT_TOP };

	return read_one(reading, &whole_file, top, "", defaults).items;
}

struct settings *settings_defaults(struct reading *reading)
{
	struct settings *defaults = arena_alloc(&reading->findings->arena, sizeof(*defaults));

	defaults->path = "";
	for (size_t i = 0; i < KEYS; i++) {
		if (!keys[i].fallback)
			continue;
		struct json_object *value = json_tokener_parse(keys[i].fallback);

		defaults->at[i] = value_read(reading, &keys[i], value, keys[i].name);
		json_object_put(value);
	}
	return defaults;
}

/* ---- what was read ---- */

const struct setting *settings_find(const struct settings *settings, enum key_id id)
{
	while (settings && !settings->at[id].is_given)
		settings = settings->parent;
	return settings ? &settings->at[id] : NULL;
}

uint64_t settings_number(const struct settings *settings, enum key_id id, uint64_t otherwise)
{
	const struct setting *setting = settings_find(settings, id);

	return setting ? setting->number : otherwise;
}

const char *settings_text(const struct settings *settings, enum key_id id)
{
	const struct setting *setting = settings_find(settings, id);

	return setting ? setting->text : NULL;
}
