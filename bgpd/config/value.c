#include "bgpd/config/value.h"

#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "bgpd/base/text.h"
#include "bgpd/config/config.h"
#include "bgpd/config/path.h"
#include "bgpd/config/pattern_list.h"
#include "bgpd/config/secret.h"

#define QUOTE_SIZE 64           /* of a value in a message */
#define WORDS_SIZE 256

/* ---- how a value is quoted ---- */

static const char *as_written(const struct reading *reading, struct json_object *value,
			      const char *path, char quote[QUOTE_SIZE])
{
	const struct spot *spot = locate_path(reading->findings->locate, path);
	struct text text = text_of(quote, QUOTE_SIZE);

	if (json_object_is_type(value, json_type_object))
		return "an object";
	if (json_object_is_type(value, json_type_array))
		return "a list";
	if (spot->length < QUOTE_SIZE)
		text_add(&text, "%.*s", (int)spot->length, spot->text);
	else
		text_add(&text, "%.40s...", spot->text);
	return quote;
}

/* ---- text ---- */

/* NULL: not a text, or one with a NUL in it; there is a finding. */
const char *value_text(struct reading *reading, const struct key *key,
			   struct json_object *value, const char *path)
{
	if (!json_object_is_type(value, json_type_string)) {
		value_refuse(reading, key, value, path);
		return NULL;
	}
	const char *text = json_object_get_string(value);

	if (strlen(text) != (size_t)json_object_get_string_len(value)) {
		findings_add(reading->findings, path, "holds a NUL character: take it out");
		return NULL;
	}
	return text;
}

/* The same, with the length in bytes checked, and kept. */
static struct setting read_text(struct reading *reading, const struct key *key,
				struct json_object *value, const char *path)
{
	const char *text = value_text(reading, key, value, path);
	size_t length = text ? strlen(text) : 0;

	if (!text)
		return (struct setting){ 0 };
	if (length < key->min || length > key->max) {
		findings_add(reading->findings, path,
			     "is %zu bytes long: use %" PRIu64 " to %" PRIu64, length, key->min,
			     key->max);
		return (struct setting){ 0 };
	}
	return (struct setting){ true, .text = arena_strdup(reading->arena, text) };
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

struct setting value_name(struct reading *reading, const struct key *key, struct json_object *value,
			  const char *path)
{
	struct setting name = read_text(reading, key, value, path);

	if (name.is_given &&
	    (name.text[0] == '-' || name.text[strspn(name.text, LETTERS DIGITS "._-:")])) {
		findings_add(reading->findings, path,
			     "%s is no name: use letters, digits and . _ - :, not - at the start",
			     name.text);
		name.is_given = false;
	}
	return name;
}

static struct setting read_secret_file(struct reading *reading, const struct key *key,
				       struct json_object *value, const char *path)
{
	struct setting file = read_text(reading, key, value, path);
	char secret[SECRET_SIZE], why[SECRET_WHY];

	if (!file.is_given)
		return file;
	if (file.text[0] != '/')
		file.text = arena_printf(reading->arena, "%s%s", reading->folder, file.text);
	if (!secret_read(file.text, secret, why)) {
		findings_add(reading->findings, path, "%s %s", file.text, why);
		return (struct setting){ 0 };
	}
	return (struct setting){ true, .text = arena_strdup(reading->arena, secret) };
}

/* ---- numbers ---- */

static struct setting in_range(struct reading *reading, const struct key *key,
			       struct json_object *value, const char *path, uint64_t number)
{
	bool is_time = key->type == TYPE_SECONDS;
	char quote[QUOTE_SIZE], use[WORDS_SIZE];
	const char *wrong = NULL;

	if (number < key->min)
		wrong = is_time ? "is too short" : "is too small";
	else if (number > key->max)
		wrong = is_time ? "is too long" : "is too large";
	else if (key->gap.to && number >= key->gap.from && number <= key->gap.to)
		wrong = key->gap.why;
	if (!wrong)
		return (struct setting){ true, .number = number };
	key_allows(key, use, sizeof(use));
	findings_add(reading->findings, path, "%s %s: use %s",
		     as_written(reading, value, path, quote), wrong, use);
	return (struct setting){ 0 };
}

static struct setting read_number(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path)
{
	/* Of a number too large for json-c we get the largest there is, above any of our ranges. */
	int64_t number = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int) || number < 0) {
		value_refuse(reading, key, value, path);
		return (struct setting){ 0 };
	}
	return in_range(reading, key, value, path, (uint64_t)number);
}

/* Takes decimal digits off the front; more than any range holds is cut to that. */
static bool take_number(const char **text, uint64_t *number)
{
	size_t digits = strspn(*text, DIGITS);

	*number = 0;
	for (size_t i = 0; i < digits; i++)
		if (*number <= UINT32_MAX)
			*number = *number * 10 + (uint64_t)((*text)[i] - '0');
	*text += digits;
	return digits > 0;
}

static bool parse_seconds(const char *text, uint64_t *seconds)
{
	static const struct { char suffix; unsigned int seconds; } units[] = {
		{ '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
	};

	if (!take_number(&text, seconds) || (*text && text[1]))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*text == units[i].suffix) {
			*seconds *= units[i].seconds;
			return true;
		}
	return false;
}

/* RFC 5396: asplain, or asdot with both halves 16 bits. */
static bool parse_asn(const char *text, uint64_t *asn)
{
	uint64_t low;

	if (!take_number(&text, asn))
		return false;
	if (!*text)
		return true;
	if (*text++ != '.' || !take_number(&text, &low) || *text)
		return false;
	if (*asn > UINT16_MAX || low > UINT16_MAX)
		return false;
	*asn = *asn << 16 | low;
	return true;
}

/* A number, or a text that parse makes one of. */
static struct setting read_number_or_text(struct reading *reading, const struct key *key,
					  struct json_object *value, const char *path)
{
	bool (*parse)(const char *text, uint64_t *number) =
		key->type == TYPE_SECONDS ? parse_seconds : parse_asn;
	uint64_t number;

	if (!json_object_is_type(value, json_type_string))
		return read_number(reading, key, value, path);
	const char *text = value_text(reading, key, value, path);

	if (!text)
		return (struct setting){ 0 };
	if (!parse(text, &number)) {
		value_refuse(reading, key, value, path);
		return (struct setting){ 0 };
	}
	return in_range(reading, key, value, path, number);
}

static struct setting read_bool(struct reading *reading, const struct key *key,
				struct json_object *value, const char *path)
{
	if (json_object_is_type(value, json_type_boolean))
		return (struct setting){ true, .number = (uint64_t)json_object_get_boolean(value) };
	value_refuse(reading, key, value, path);
	return (struct setting){ 0 };
}

/* ---- choices ---- */

static void refuse_choice(struct reading *reading, const struct key *key, const char *text,
			  const char *path)
{
	char words[WORDS_SIZE];

	key_allows(key, words, sizeof(words));
	findings_add(reading->findings, path, "\"%.40s\" is not known: use %s", text, words);
}

static struct setting read_choice(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path)
{
	const char *text = value_text(reading, key, value, path);

	if (!text)
		return (struct setting){ 0 };
	for (const struct key_choice *choice = key->choices; choice->name; choice++)
		if (strcmp(choice->name, text) == 0)
			return (struct setting){ true, .number = choice->value };
	refuse_choice(reading, key, text, path);
	return (struct setting){ 0 };
}

static struct setting read_provider(struct reading *reading, const struct key *key,
				    struct json_object *value, const char *path)
{
	const char *text = value_text(reading, key, value, path);
	const struct provider *provider = text ? provider_find(text) : NULL;

	if (provider)
		return (struct setting){ true, .provider = provider };
	if (text)
		refuse_choice(reading, key, text, path);
	return (struct setting){ 0 };
}

/* ---- addresses and prefixes ---- */

static struct setting read_address(struct reading *reading, const struct key *key,
				   struct json_object *value, const char *path)
{
	const char *text = value_text(reading, key, value, path);
	struct setting address = { .is_given = true };

	if (!text)
		return (struct setting){ 0 };
	if (address_parse(text, &address.address))
		return address;
	value_refuse(reading, key, value, path);
	return (struct setting){ 0 };
}

static struct setting read_ipv4(struct reading *reading, const struct key *key,
				struct json_object *value, const char *path)
{
	struct setting setting = read_address(reading, key, value, path);

	if (!setting.is_given)
		return setting;
	if (setting.address.family == FAMILY_IPV4)
		return (struct setting){ true, .number = address_to_ipv4(&setting.address) };
	value_refuse(reading, key, value, path);
	return (struct setting){ 0 };
}

static struct setting read_link(struct reading *reading, const struct key *key,
				struct json_object *value, const char *path)
{
	const char *text = value_text(reading, key, value, path);
	struct setting link = { .is_given = true };

	if (!text)
		return (struct setting){ 0 };
	if (prefix_parse_with_address(text, &link.inside, &link.link))
		return link;
	value_refuse(reading, key, value, path);
	return (struct setting){ 0 };
}

/* What is wrong with a text that should be a prefix alone. */
static void refuse_prefix(struct reading *reading, const char *text, const char *path)
{
	struct address address;
	struct prefix prefix;
	struct prefix_rule rule;
	char right[PREFIX_TEXT];
	const char *why;

	if (prefix_parse_with_address(text, &address, &prefix))
		findings_add(reading->findings, path, "%.60s has bits set behind its length: use %s",
			     text, prefix_format(&prefix, right));
	else if (prefix_rule_parse(text, &rule, &why))
		findings_add(reading->findings, path,
			     "\"%.60s\" is a rule, and only a prefix can be announced: use %s", text,
			     prefix_format(&rule.prefix, right));
	else
		findings_add(reading->findings, path,
			     "\"%.60s\" is not a prefix: write its first address and its length, like "
			     "10.60.0.0/16", text);
}

static struct setting read_prefix(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path)
{
	const char *text = value_text(reading, key, value, path);
	struct setting prefix = { .is_given = true };

	if (!text)
		return (struct setting){ 0 };
	if (prefix_parse(text, &prefix.prefix))
		return prefix;
	refuse_prefix(reading, text, path);
	return (struct setting){ 0 };
}

static struct setting read_condition(struct reading *reading, const struct key *key,
				     struct json_object *value, const char *path)
{
	static const char interface[] = "interface:";
	const char *text = value_text(reading, key, value, path);
	size_t length = text ? strlen(text) : 0, prefix = sizeof(interface) - 1;

	if (!text)
		return (struct setting){ 0 };
	if (strcmp(text, "route") == 0)
		return (struct setting){ true, .when = ANNOUNCE_WITH_ROUTE };
	if (strncmp(text, interface, prefix) == 0 && length > prefix && length < prefix + IF_NAMESIZE)
		return (struct setting){ true, .when = ANNOUNCE_WITH_INTERFACE,
					 .interface = arena_strdup(reading->arena, text + prefix) };
	value_refuse(reading, key, value, path);
	return (struct setting){ 0 };
}

/* "127.0.0.1:9179" or "[::1]:9179". */
static bool parse_listen(const char *text, struct setting *listen)
{
	char copy[64], *host = copy, *port, *end;

	snprintf(copy, sizeof(copy), "%s", text);
	port = strrchr(copy, ':');
	if (!port || port[1] < '1' || port[1] > '9')
		return false;
	*port++ = '\0';
	if (*host == '[' && port[-2] == ']') {
		port[-2] = '\0';
		host++;
	}
	unsigned long number = strtoul(port, &end, 10);
	listen->port = (uint16_t)number;
	return !*end && number <= UINT16_MAX && address_parse(host, &listen->listen) &&
	       (host > copy) == (listen->listen.family == FAMILY_IPV6);
}

static struct setting read_listen(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path)
{
	const char *text = value_text(reading, key, value, path);
	struct setting listen = { .is_given = true };

	if (!text)
		return (struct setting){ 0 };
	if (parse_listen(text, &listen))
		return listen;
	value_refuse(reading, key, value, path);
	return (struct setting){ 0 };
}

static bool read_rule(struct reading *reading, const char *text, const char *path,
		      struct prefix_rule *rule)
{
	const char *why;

	if (prefix_rule_parse(text, rule, &why))
		return true;
	findings_add(reading->findings, path, "\"%.60s\": %s", text, why);
	return false;
}

/* ---- lists ---- */

bool value_is_list(struct reading *reading, const struct key *key, struct json_object *value,
		   const char *path)
{
	if (!json_object_is_type(value, json_type_array)) {
		value_refuse(reading, key, value, path);
		return false;
	}
	if (json_object_array_length(value) < key->min)
		findings_add(reading->findings, path, "is empty: name at least one");
	return true;
}

struct key value_element(const struct key *key, enum key_type type)
{
	struct key element = *key;

	element.type = type;
	return element;
}

/* What is right of a list that is wrong elsewhere is kept: no finding shall follow from another. */
static struct setting read_rules(struct reading *reading, const struct key *key,
				 struct json_object *value, const char *path)
{
	const struct key element = value_element(key, TYPE_TEXT);

	if (!value_is_list(reading, key, value, path))
		return (struct setting){ 0 };
	size_t length = json_object_array_length(value), count = 0;
	struct prefix_rule *rules = arena_alloc(reading->arena, length * sizeof(*rules));

	for (size_t i = 0; i < length; i++) {
		struct json_object *item = json_object_array_get_idx(value, i);
		const char *at = path_element(&reading->findings->arena, path, i);
		const char *text = value_text(reading, &element, item, at);

		if (text && read_rule(reading, text, at, &rules[count]))
			count++;
	}
	return (struct setting){ true, .rules = { rules, count } };
}

static struct setting read_choices(struct reading *reading, const struct key *key,
				   struct json_object *value, const char *path)
{
	const struct key element = value_element(key, TYPE_CHOICE);
	struct setting bits = { .is_given = true };

	if (!value_is_list(reading, key, value, path))
		return (struct setting){ 0 };
	for (size_t i = 0; i < json_object_array_length(value); i++)
		bits.number |= read_choice(reading, &element, json_object_array_get_idx(value, i),
					   path_element(&reading->findings->arena, path, i)).number;
	return bits;
}

static void add_source(struct reading *reading, const struct key *key, struct json_object *value,
		       const char *path, struct address *sources)
{
	struct setting source = read_address(reading, key, value, path);

	if (!source.is_given)
		return;
	enum family family = source.address.family;

	if (address_is_set(&sources[family]))
		findings_add(reading->findings, path,
			     "is the second %s address: use one of each family",
			     family == FAMILY_IPV4 ? "IPv4" : "IPv6");
	sources[family] = source.address;
}

static struct setting read_sources(struct reading *reading, const struct key *key,
				   struct json_object *value, const char *path)
{
	struct address *sources = arena_alloc(reading->arena, FAMILY_COUNT * sizeof(*sources));

	if (!json_object_is_type(value, json_type_array))
		add_source(reading, key, value, path, sources);
	else
		for (size_t i = 0; i < json_object_array_length(value); i++)
			add_source(reading, key, json_object_array_get_idx(value, i),
				   path_element(&reading->findings->arena, path, i), sources);
	return (struct setting){ true, .sources = sources };
}

/* ---- types ---- */

static const struct {
	struct setting (*read)(struct reading *reading, const struct key *key,
			       struct json_object *value, const char *path);
	const char *words;              /* what a value is */
} types[TYPES] = {
	[TYPE_BOOL]        = { read_bool, "true or false" },
	[TYPE_NUMBER]      = { read_number, "a whole number" },
	[TYPE_SECONDS]     = { read_number_or_text, "a time like 30, \"30s\" or \"5m\"" },
	[TYPE_ASN]         = { read_number_or_text, "an AS number like 65010 or \"1.10\"" },
	[TYPE_IPV4]        = { read_ipv4, "an IPv4 address" },
	[TYPE_ADDRESS]     = { read_address, "an IPv4 or IPv6 address" },
	[TYPE_SOURCES]     = { read_sources, "an IPv4 or IPv6 address, or a list of one each" },
	[TYPE_LINK]        = { read_link, "an address with its length, like \"169.254.10.2/30\"" },
	[TYPE_PREFIX]      = { read_prefix, "a prefix in quotes, like \"10.60.0.0/16\"" },
	[TYPE_RULES]       = { read_rules, "a list of rules, like [\"10.60.0.0/16 le 24\"]" },
	[TYPE_NAME]        = { value_name, "a name in quotes" },
	[TYPE_TEXT]        = { read_text, "a text in quotes" },
	[TYPE_SECRET]      = { read_text, "a text in quotes" },
	[TYPE_SECRET_FILE] = { read_secret_file, "a file name in quotes" },
	[TYPE_CHOICE]      = { read_choice, "a text in quotes" },
	[TYPE_CHOICES]     = { read_choices, "a list of texts" },
	[TYPE_PROVIDER]    = { read_provider, "a text in quotes" },
	[TYPE_CONDITION]   = { read_condition, "a condition: \"route\", or an interface like "
					       "\"interface:eth1\"" },
	[TYPE_LISTEN]      = { read_listen, "an address and a port, like \"127.0.0.1:9179\" or "
					    "\"[::1]:9179\"" },
	[TYPE_POLICY]      = { value_name, "the name of a policy in quotes" },
	[TYPE_NAMES]       = { pattern_list_names, "a list of names, like [\"tun1\"]" },
	[TYPE_PATHS]       = { pattern_list_paths, "a list of patterns, like [\"^64512 .*\"]" },
	[TYPE_COMMUNITIES] = { pattern_list_communities,
			       "a list of communities, like [\"65010:100\"]" },
	[TYPE_LARGE_COMMUNITIES] = { pattern_list_communities,
				     "a list of large communities, like [\"65010:1:2\"]" },
	[TYPE_EXT_COMMUNITIES] = { pattern_list_communities,
				   "a list of extended communities, like [\"rt:65010:100\"]" },
	[TYPE_OBJECT]      = { NULL, "an object in { }" },
	[TYPE_LIST]        = { NULL, "a list of objects, [ { }, ... ]" },
	[TYPE_ANNOUNCE]    = { NULL, "a list of prefixes, like [\"10.60.0.0/16\"]" },
	[TYPE_POLICIES]    = { NULL, "an object of lists, { \"NAME\": [ { }, ... ] }" },
	[TYPE_LIMIT]       = { read_number, "a whole number or an object in { }" },
};

struct setting value_read(struct reading *reading, const struct key *key, struct json_object *value,
			  const char *path)
{
	return types[key->type].read(reading, key, value, path);
}

void value_refuse(struct reading *reading, const struct key *key, struct json_object *value,
		  const char *path)
{
	const char *words = types[key->type].words;
	char quote[QUOTE_SIZE], use[WORDS_SIZE];

	if (key->type == TYPE_SECRET)
		findings_add(reading->findings, path, "must be %s", words);
	else if (key_allows(key, use, sizeof(use)))
		findings_add(reading->findings, path, "%s is not %s: use %s",
			     as_written(reading, value, path, quote), words, use);
	else
		findings_add(reading->findings, path, "%s is not %s",
			     as_written(reading, value, path, quote), words);
}
