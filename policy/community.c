#include "policy/community.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_MAX 48            /* of a text between two colons */
#define DIGITS    "0123456789"

/* RFC 4360 3 and 4, RFC 7153: types of extended communities by what stands in front. */
enum { TWO_OCTET_AS = 0x00, IPV4_ADDRESS = 0x01, FOUR_OCTET_AS = 0x02 };
enum { ROUTE_TARGET = 0x02, SITE_OF_ORIGIN = 0x03 };

static const size_t sizes[COMMUNITY_KINDS] = {
	[COMMUNITY_PLAIN] = 4, [COMMUNITY_LARGE] = 12, [COMMUNITY_EXTENDED] = 8,
};

/* ---- parsing ---- */

static bool refuse(const char **why, const char *text)
{
	*why = text;
	return false;
}

static bool parse_number(const char *text, uint64_t max, uint64_t *number)
{
	size_t length = strlen(text);

	if (length == 0 || length > 10 || text[strspn(text, DIGITS)])
		return false;
	*number = strtoull(text, NULL, 10);
	return *number <= max;
}

static void put(struct community_pattern *pattern, size_t at, size_t size, uint64_t value)
{
	for (size_t i = 0; i < size; i++) {
		pattern->value[at + i] = (uint8_t)(value >> 8 * (size - 1 - i));
		pattern->mask[at + i] = 0xff;
	}
}

/* A field of 2 or 4 octets; * leaves it out of the mask. */
static bool put_field(struct community_pattern *pattern, size_t at, size_t size, const char *text)
{
	uint64_t number, max = size == 2 ? UINT16_MAX : UINT32_MAX;

	if (strcmp(text, "*") == 0)
		return true;
	if (!parse_number(text, max, &number))
		return false;
	put(pattern, at, size, number);
	return true;
}

/* "a:b:c" into fields; returns how many, more than max when there are more. */
static size_t split(const char *text, char fields[][FIELD_MAX], size_t max)
{
	for (size_t count = 0; count < max; count++) {
		size_t length = strcspn(text, ":");

		if (length >= FIELD_MAX)
			return max + 1;
		memcpy(fields[count], text, length);
		fields[count][length] = '\0';
		text += length;
		if (!*text++)
			return count + 1;
	}
	return max + 1;
}

static bool parse_plain(const char *text, struct community_pattern *pattern)
{
	char fields[2][FIELD_MAX];
	uint32_t value;

	if (community_named(text, &value)) {
		put(pattern, 0, 4, value);
		return true;
	}
	return split(text, fields, 2) == 2 && put_field(pattern, 0, 2, fields[0]) &&
	       put_field(pattern, 2, 2, fields[1]);
}

static bool parse_large(const char *text, struct community_pattern *pattern)
{
	char fields[3][FIELD_MAX];

	return split(text, fields, 3) == 3 && put_field(pattern, 0, 4, fields[0]) &&
	       put_field(pattern, 4, 4, fields[1]) && put_field(pattern, 8, 4, fields[2]);
}

static bool parse_raw(const char *digits, struct community_pattern *pattern)
{
	size_t length = strlen(digits);

	for (size_t i = 0; i < length; i++)
		if (!isxdigit((unsigned char)digits[i]))
			return false;
	if (length != 16)
		return false;
	put(pattern, 0, 8, strtoull(digits, NULL, 16));
	return true;
}

/* The administrator says which of three layouts it is: an address, a large AS number or a small one. */
static bool put_administrator(struct community_pattern *pattern, uint8_t subtype, const char *who,
			      const char *number)
{
	struct address address;
	uint64_t asn;

	put(pattern, 1, 1, subtype);
	if (address_parse(who, &address) && address.family == FAMILY_IPV4) {
		put(pattern, 0, 1, IPV4_ADDRESS);
		put(pattern, 2, 4, address_to_ipv4(&address));
		return put_field(pattern, 6, 2, number);
	}
	if (!parse_number(who, UINT32_MAX, &asn))
		return false;
	if (asn > UINT16_MAX) {
		put(pattern, 0, 1, FOUR_OCTET_AS);
		put(pattern, 2, 4, asn);
		return put_field(pattern, 6, 2, number);
	}
	put(pattern, 0, 1, TWO_OCTET_AS);
	put(pattern, 2, 2, asn);
	return put_field(pattern, 4, 4, number);
}

static bool parse_extended(const char *text, struct community_pattern *pattern)
{
	char fields[3][FIELD_MAX];

	if (strncmp(text, "0x", 2) == 0)
		return parse_raw(text + 2, pattern);
	if (split(text, fields, 3) != 3)
		return false;
	if (strcmp(fields[0], "rt") == 0)
		return put_administrator(pattern, ROUTE_TARGET, fields[1], fields[2]);
	return strcmp(fields[0], "soo") == 0 &&
	       put_administrator(pattern, SITE_OF_ORIGIN, fields[1], fields[2]);
}

bool community_parse(enum community_kind kind, const char *text, struct community_pattern *pattern,
		     const char **why)
{
	*pattern = (struct community_pattern){ .text = text };
	switch (kind) {
	case COMMUNITY_PLAIN:
		return parse_plain(text, pattern) ||
		       refuse(why, "a community is two numbers up to 65535 like 65010:100, or a "
				   "well-known name like no-export; * stands for any number");
	case COMMUNITY_LARGE:
		return parse_large(text, pattern) ||
		       refuse(why, "a large community is three numbers like 65010:1:2; * stands for any "
				   "number");
	case COMMUNITY_EXTENDED:
		return parse_extended(text, pattern) ||
		       refuse(why, "an extended community is like rt:65010:100 or soo:198.51.100.1:7, or "
				   "0x and 16 digits; * stands for any last number");
	case COMMUNITY_KINDS:
		break;
	}
	return refuse(why, "no kind of community");
}

bool community_is_whole(enum community_kind kind, const struct community_pattern *pattern)
{
	for (size_t i = 0; i < sizes[kind]; i++)
		if (pattern->mask[i] != 0xff)
			return false;
	return true;
}

/* ---- attributes ---- */

static struct span *span_of(enum community_kind kind, struct attrs *attrs)
{
	switch (kind) {
	case COMMUNITY_LARGE:
		return &attrs->large_communities;
	case COMMUNITY_EXTENDED:
		return &attrs->ext_communities;
	case COMMUNITY_PLAIN:
	case COMMUNITY_KINDS:
		break;
	}
	return &attrs->communities;
}

static bool matches(const struct community_pattern *pattern, const uint8_t *community, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((community[i] ^ pattern->value[i]) & pattern->mask[i])
			return false;
	return true;
}

static bool matches_one(const struct community_patterns *patterns, const uint8_t *community,
			size_t size)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (matches(&patterns->patterns[i], community, size))
			return true;
	return false;
}

bool community_is_in(enum community_kind kind, const struct attrs *attrs,
		     const struct community_patterns *patterns)
{
	struct attrs view = *attrs;
	struct span span = *span_of(kind, &view);

	for (size_t at = 0; at + sizes[kind] <= span.length; at += sizes[kind])
		if (matches_one(patterns, span.bytes + at, sizes[kind]))
			return true;
	return false;
}

void community_add(enum community_kind kind, struct attrs *attrs,
		   const struct community_patterns *added, struct arena *arena)
{
	struct span *span = span_of(kind, attrs);
	uint8_t *bytes = arena_alloc(arena, span->length + added->count * sizes[kind]);
	size_t length = span->length;

	if (length)
		memcpy(bytes, span->bytes, length);
	for (size_t i = 0; i < added->count; i++) {
		struct community_patterns one = { &added->patterns[i], 1 };

		if (community_is_in(kind, attrs, &one) || length + sizes[kind] > UINT16_MAX)
			continue;       /* there already, or longer than an attribute can be */
		memcpy(bytes + length, added->patterns[i].value, sizes[kind]);
		length += sizes[kind];
		*span = (struct span){ bytes, length };
	}
}

void community_remove(enum community_kind kind, struct attrs *attrs,
		      const struct community_patterns *removed, struct arena *arena)
{
	struct span *span = span_of(kind, attrs);
	uint8_t *bytes = arena_alloc(arena, span->length);
	size_t length = 0;

	for (size_t at = 0; at + sizes[kind] <= span->length; at += sizes[kind]) {
		if (matches_one(removed, span->bytes + at, sizes[kind]))
			continue;
		memcpy(bytes + length, span->bytes + at, sizes[kind]);
		length += sizes[kind];
	}
	*span = (struct span){ bytes, length };
}
