#include "bgpd/config/reference.h"

#include <ctype.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/config/keys.h"
#include "policy/provider.h"

static const char *const object_names[OBJECTS] = {
	[OBJECT_TOP] = "top",
	[OBJECT_ANNOUNCE] = "announce",
	[OBJECT_AGGREGATE] = "aggregate",
	[OBJECT_GROUP] = "group",
	[OBJECT_TUNNEL] = "tunnel",
	[OBJECT_NEIGHBOR] = "neighbor",
	[OBJECT_RULE] = "rule",
	[OBJECT_MATCH] = "match",
	[OBJECT_SET] = "set",
	[OBJECT_MAX_PREFIXES] = "max_prefixes",
	[OBJECT_TCP_AO] = "tcp_ao",
	[OBJECT_BFD] = "bfd",
	[OBJECT_PING] = "ping",
	[OBJECT_FIB] = "fib",
	[OBJECT_DECISION] = "decision",
	[OBJECT_CONTROL] = "control",
	[OBJECT_METRICS] = "metrics",
	[OBJECT_LOG] = "log",
};

#define LIST_OF_TEXTS "{ \"type\": \"array\", \"items\": { \"type\": \"string\" } }"

static const struct {
	const char *word;               /* in the manual */
	const char *schema;             /* what all values of the type have in common */
} types[TYPES] = {
	[TYPE_BOOL]        = { "boolean", "{ \"type\": \"boolean\" }" },
	[TYPE_NUMBER]      = { "number", "{ \"type\": \"integer\" }" },
	[TYPE_SECONDS]     = { "time",
		"{ \"type\": [\"integer\", \"string\"], \"pattern\": \"^[0-9]+[smhd]?$\" }" },
	[TYPE_ASN]         = { "AS number",
		"{ \"type\": [\"integer\", \"string\"], \"pattern\": \"^[0-9]+([.][0-9]+)?$\" }" },
	[TYPE_IPV4]        = { "IPv4 address", "{ \"type\": \"string\", \"format\": \"ipv4\" }" },
	[TYPE_ADDRESS]     = { "address", "{ \"type\": \"string\" }" },
	[TYPE_SOURCES]     = { "address or list",
		"{ \"type\": [\"string\", \"array\"], \"items\": { \"type\": \"string\" },"
		"  \"maxItems\": 2 }" },
	[TYPE_LINK]        = { "address/length",
		"{ \"type\": \"string\", \"pattern\": \"^[0-9A-Fa-f.:]+/[0-9]+$\" }" },
	[TYPE_PREFIX]      = { "prefix",
		"{ \"type\": \"string\", \"pattern\": \"^[0-9A-Fa-f.:]+/[0-9]+$\" }" },
	[TYPE_RULES]       = { "list of rules",
		"{ \"type\": \"array\", \"items\": { \"type\": \"string\","
		"  \"pattern\": \"^[0-9A-Fa-f.:]+/[0-9]+( +(ge|le) +[0-9]+)*$\" } }" },
	[TYPE_NAME]        = { "name",
		"{ \"type\": \"string\", \"pattern\": \"^[A-Za-z0-9._:][A-Za-z0-9._:-]*$\" }" },
	[TYPE_TEXT]        = { "text", "{ \"type\": \"string\" }" },
	[TYPE_SECRET]      = { "text", "{ \"type\": \"string\" }" },
	[TYPE_SECRET_FILE] = { "file", "{ \"type\": \"string\" }" },
	[TYPE_CHOICE]      = { "text", "{ \"type\": \"string\" }" },
	[TYPE_CHOICES]     = { "list of texts", "{ \"type\": \"array\", \"uniqueItems\": true }" },
	[TYPE_PROVIDER]    = { "text", "{ \"type\": \"string\" }" },
	[TYPE_CONDITION]   = { "condition",
		"{ \"type\": \"string\", \"pattern\": \"^(route|interface:.+)$\" }" },
	[TYPE_LISTEN]      = { "address:port",
		"{ \"type\": \"string\", \"pattern\": \"^[0-9A-Fa-f.:\\\\[\\\\]]+:[0-9]+$\" }" },
	[TYPE_POLICY]      = { "policy", "{ \"type\": \"string\" }" },
	[TYPE_NAMES]       = { "list of names", LIST_OF_TEXTS },
	[TYPE_PATHS]       = { "list of patterns", LIST_OF_TEXTS },
	[TYPE_COMMUNITIES] = { "list of communities", LIST_OF_TEXTS },
	[TYPE_LARGE_COMMUNITIES] = { "list of communities", LIST_OF_TEXTS },
	[TYPE_EXT_COMMUNITIES] = { "list of communities", LIST_OF_TEXTS },
	[TYPE_OBJECT]      = { "object", "{}" },
	[TYPE_LIST]        = { "list of objects", "{ \"type\": \"array\" }" },
	[TYPE_ANNOUNCE]    = { "list of prefixes and objects", "{ \"type\": \"array\" }" },
	[TYPE_POLICIES]    = { "lists of objects by name", "{ \"type\": \"object\" }" },
	[TYPE_LIMIT]       = { "number or object", "{}" },
};

/* ---- JSON Schema ---- */

static void put(struct json_object *object, const char *name, struct json_object *value)
{
	json_object_object_add(object, name, value);
}

static struct json_object *reference_to(enum key_object object)
{
	struct json_object *reference = json_object_new_object();
	char text[64];

	snprintf(text, sizeof(text), "#/definitions/%s", object_names[object]);
	put(reference, "$ref", json_object_new_string(text));
	return reference;
}

static struct json_object *names_of(const struct key *key)
{
	struct json_object *names = json_object_new_array();
	const char *name;

	for (size_t i = 0; (name = key_choice_name(key, i)); i++)
		json_object_array_add(names, json_object_new_string(name));
	return names;
}

static void put_range(struct json_object *schema, const struct key *key)
{
	put(schema, "minimum", json_object_new_int64((int64_t)key->min));
	put(schema, "maximum", json_object_new_int64((int64_t)key->max));
	if (key->gap.to) {
		struct json_object *gap = json_object_new_object();

		put(gap, "type", json_object_new_string("integer"));
		put(gap, "minimum", json_object_new_int64((int64_t)key->gap.from));
		put(gap, "maximum", json_object_new_int64((int64_t)key->gap.to));
		put(schema, "not", gap);
	}
}

static void put_lengths(struct json_object *schema, const struct key *key)
{
	put(schema, "minLength", json_object_new_int64((int64_t)key->min));
	put(schema, "maxLength", json_object_new_int64((int64_t)key->max));
}

static void put_choices(struct json_object *schema, const struct key *key)
{
	struct json_object *items = json_object_new_object();

	put(items, "enum", names_of(key));
	put(schema, "items", items);
	put(schema, "minItems", json_object_new_int64((int64_t)key->min));
}

/* "allOf", because draft 7 ignores what stands beside a "$ref". */
static void put_reference(struct json_object *schema, const struct key *key)
{
	struct json_object *all = json_object_new_array();

	json_object_array_add(all, reference_to(key->of));
	put(schema, "allOf", all);
}

static void put_number_or_reference(struct json_object *schema, const struct key *key)
{
	struct json_object *any = json_object_new_array();
	struct json_object *number = json_tokener_parse(types[TYPE_NUMBER].schema);

	put_range(number, key);
	json_object_array_add(any, number);
	json_object_array_add(any, reference_to(key->of));
	put(schema, "anyOf", any);
}

static void put_prefix_or_reference(struct json_object *schema, const struct key *key)
{
	struct json_object *items = json_object_new_object(), *any = json_object_new_array();

	json_object_array_add(any, json_tokener_parse(types[TYPE_PREFIX].schema));
	json_object_array_add(any, reference_to(key->of));
	put(items, "anyOf", any);
	put(schema, "items", items);
}

static void put_policies(struct json_object *schema, const struct key *key)
{
	struct json_object *rules = json_object_new_object();

	put(rules, "type", json_object_new_string("array"));
	put(rules, "items", reference_to(key->of));
	put(schema, "additionalProperties", rules);
}

static void put_limits(struct json_object *schema, const struct key *key)
{
	switch (key->type) {
	case TYPE_NUMBER:
	case TYPE_SECONDS:
	case TYPE_ASN:
		put_range(schema, key);
		return;
	case TYPE_NAME:
	case TYPE_TEXT:
	case TYPE_SECRET:
	case TYPE_SECRET_FILE:
	case TYPE_POLICY:
		put_lengths(schema, key);
		return;
	case TYPE_CHOICE:
	case TYPE_PROVIDER:
		put(schema, "enum", names_of(key));
		return;
	case TYPE_CHOICES:
		put_choices(schema, key);
		return;
	case TYPE_OBJECT:
		put_reference(schema, key);
		return;
	case TYPE_LIST:
		put(schema, "items", reference_to(key->of));
		return;
	case TYPE_ANNOUNCE:
		put_prefix_or_reference(schema, key);
		return;
	case TYPE_POLICIES:
		put_policies(schema, key);
		return;
	case TYPE_RULES:
	case TYPE_NAMES:
	case TYPE_PATHS:
	case TYPE_COMMUNITIES:
	case TYPE_LARGE_COMMUNITIES:
	case TYPE_EXT_COMMUNITIES:
		if (key->min)
			put(schema, "minItems", json_object_new_int64((int64_t)key->min));
		return;
	case TYPE_LIMIT:
		put_number_or_reference(schema, key);
		return;
	case TYPE_BOOL:
	case TYPE_IPV4:
	case TYPE_ADDRESS:
	case TYPE_SOURCES:
	case TYPE_LINK:
	case TYPE_PREFIX:
	case TYPE_CONDITION:
	case TYPE_LISTEN:
	case TYPES:
		return;
	}
}

static struct json_object *schema_of_key(const struct key *key)
{
	struct json_object *schema = json_tokener_parse(types[key->type].schema);

	put(schema, "description", json_object_new_string(key->help));
	put_limits(schema, key);
	if (key->fallback)
		put(schema, "default", json_tokener_parse(key->fallback));
	return schema;
}

static void put_object(struct json_object *schema, enum key_object object)
{
	struct json_object *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();

	for (size_t i = 0; i < KEYS; i++) {
		if (keys[i].objects & OBJECT_BIT(object))
			put(properties, keys[i].name, schema_of_key(&keys[i]));
		if (keys[i].required & OBJECT_BIT(object))
			json_object_array_add(required, json_object_new_string(keys[i].name));
	}
	put(schema, "type", json_object_new_string("object"));
	put(schema, "properties", properties);
	put(schema, "required", required);
	put(schema, "additionalProperties", json_object_new_boolean(false));
}

char *reference_schema(void)
{
	struct json_object *schema = json_object_new_object();
	struct json_object *definitions = json_object_new_object();

	put(schema, "$schema", json_object_new_string("http://json-schema.org/draft-07/schema#"));
	put(schema, "title", json_object_new_string("bgpd.json, the configuration of tunnel-bgpd"));
	put_object(schema, OBJECT_TOP);
	for (enum key_object object = OBJECT_TOP + 1; object < OBJECTS; object++) {
		struct json_object *definition = json_object_new_object();

		put_object(definition, object);
		put(definitions, object_names[object], definition);
	}
	put(schema, "definitions", definitions);
	char *text = xasprintf("%s\n", json_object_to_json_string_ext(schema,
				JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
				JSON_C_TO_STRING_NOSLASHESCAPE));

	json_object_put(schema);
	return text;
}

/* ---- manual ---- */

/* mdoc wants each sentence on a line of its own. */
static void print_sentences(FILE *page, const char *text)
{
	for (; *text; text++) {
		bool ends = text[0] == '.' && text[1] == ' ' &&
			    (isupper((unsigned char)text[2]) || isdigit((unsigned char)text[2]));

		fputc(*text, page);
		if (ends) {
			fputc('\n', page);
			text++;
		}
	}
	fputc('\n', page);
}

static void print_default(FILE *page, const struct key *key, enum key_object object)
{
	if (object < OBJECTS && key->required & OBJECT_BIT(object))
		fputs("Required.\n", page);
	else if (key->fallback)
		fprintf(page, "Default: %s.\n", key->fallback);
	else if (key->otherwise)
		fprintf(page, "Default: %s.\n", key->otherwise);
}

static void print_key(FILE *page, const struct key *key, enum key_object object)
{
	char allowed[256];

	fprintf(page, ".It Ic %s : Ar %s\n", key->name, types[key->type].word);
	print_sentences(page, key->help);
	if (key_allows(key, allowed, sizeof(allowed)))
		fprintf(page, "Allowed: %s.\n", allowed);
	print_default(page, key, object);
}

/* The keys of a session stand in three kinds of objects, and once in the manual. */
static bool is_of_sessions(const struct key *key)
{
	return key->objects == (OBJECT_BIT(OBJECT_GROUP) | OBJECT_BIT(OBJECT_TUNNEL) |
				OBJECT_BIT(OBJECT_NEIGHBOR)) && !key->required;
}

static void print_object(FILE *page, enum key_object object)
{
	fprintf(page, ".Ss Keys of %s\n.Bl -tag -width Ds\n", key_object_title(object));
	for (size_t i = 0; i < KEYS; i++)
		if (keys[i].objects & OBJECT_BIT(object) && !is_of_sessions(&keys[i]))
			print_key(page, &keys[i], object);
	fputs(".El\n", page);
}

static void print_sessions(FILE *page)
{
	fputs(".Ss Keys of a session\n"
	      "In a tunnel or a neighbor; in a group, for all its tunnels that do not say it themselves.\n"
	      ".Bl -tag -width Ds\n", page);
	for (size_t i = 0; i < KEYS; i++)
		if (is_of_sessions(&keys[i]))
			print_key(page, &keys[i], OBJECTS);
	fputs(".El\n", page);
}

static void print_provider(FILE *page, const struct provider *provider)
{
	fprintf(page, ".It Cm %s\n%s.\n", provider->name, provider->title);
	if (provider->asn)
		fprintf(page, "AS %" PRIu32 ".\n", provider->asn);
	fprintf(page, "Hold time %u s, keepalive %u s.\n", provider->hold_time_s, provider->keepalive_s);
	if (provider->budget)
		fprintf(page, "Takes %" PRIu32 " prefixes, over which it %s.\n", provider->budget,
			provider->over_budget);
}

static void print_providers(FILE *page)
{
	const struct provider *provider;

	fputs(".Ss Providers\n.Bl -tag -width Ds\n", page);
	for (size_t i = 0; (provider = provider_at(i)); i++)
		print_provider(page, provider);
	fputs(".El\n", page);
}

char *reference_manual(const char *old)
{
	const char *begin = strstr(old, REFERENCE_BEGIN);
	const char *end = begin ? strstr(begin, REFERENCE_END) : NULL;
	char *text = NULL;
	size_t size;

	if (!end)
		return NULL;
	FILE *page = open_memstream(&text, &size);

	if (!page)
		abort();
	fwrite(old, 1, (size_t)(begin - old), page);
	fputs(REFERENCE_BEGIN, page);
	for (enum key_object object = 0; object < OBJECTS; object++) {
		print_object(page, object);
		if (object == OBJECT_NEIGHBOR)
			print_sessions(page);
	}
	print_providers(page);
	fputs(end, page);
	fclose(page);
	return text;
}
