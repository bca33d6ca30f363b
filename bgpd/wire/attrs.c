#include "bgpd/wire/attrs.h"

#include <inttypes.h>
#include <string.h>

#include "bgpd/base/text.h"

#define COMMUNITY_SIZE 4

/* IANA "Well-known BGP Communities" */
static const struct {
	uint32_t value;
	const char *name;
} well_known[] = {
	{ COMMUNITY_GRACEFUL_SHUTDOWN,   "graceful-shutdown" },
	{ COMMUNITY_BLACKHOLE,           "blackhole" },
	{ COMMUNITY_NO_EXPORT,           "no-export" },
	{ COMMUNITY_NO_ADVERTISE,        "no-advertise" },
	{ COMMUNITY_NO_EXPORT_SUBCONFED, "no-export-subconfed" },
};

static const char *well_known_name(uint32_t community)
{
	for (size_t i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++)
		if (well_known[i].value == community)
			return well_known[i].name;
	return NULL;
}

bool community_named(const char *name, uint32_t *community)
{
	for (size_t i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++)
		if (strcmp(well_known[i].name, name) == 0) {
			*community = well_known[i].value;
			return true;
		}
	return false;
}

bool attrs_has_community(const struct attrs *attrs, uint32_t community)
{
	struct reader reader = reader_of_span(attrs->communities);

	while (read_left(&reader))
		if (read_u32(&reader) == community)
			return true;
	return false;
}

void attrs_add_community(struct attrs *attrs, uint32_t community, struct arena *arena)
{
	size_t size = attrs->communities.length + COMMUNITY_SIZE;

	if (attrs_has_community(attrs, community))
		return;
	uint8_t *bytes = arena_alloc(arena, size);
	struct writer to = writer_of(bytes, size);

	write_span(&to, attrs->communities);
	write_u32(&to, community);
	attrs->communities = (struct span){ bytes, write_length(&to) };
}

void attrs_remove_community(struct attrs *attrs, uint32_t community, struct arena *arena)
{
	struct reader from = reader_of_span(attrs->communities);

	if (!attrs_has_community(attrs, community))
		return;
	uint8_t *bytes = arena_alloc(arena, attrs->communities.length);
	struct writer to = writer_of(bytes, attrs->communities.length);

	while (read_left(&from)) {
		uint32_t kept = read_u32(&from);

		if (kept != community)
			write_u32(&to, kept);
	}
	attrs->communities = (struct span){ bytes, write_length(&to) };
}

const char *origin_name(enum origin origin)
{
	static const char *const names[] = {
		[ORIGIN_IGP] = "igp", [ORIGIN_EGP] = "egp", [ORIGIN_INCOMPLETE] = "incomplete",
	};

	return origin <= ORIGIN_INCOMPLETE ? names[origin] : names[ORIGIN_INCOMPLETE];
}

const char *communities_format(struct span communities, char *text, size_t size)
{
	struct reader reader = reader_of_span(communities);
	struct text to = text_of(text, size);

	for (const char *space = ""; read_left(&reader); space = " ") {
		uint32_t community = read_u32(&reader);
		const char *name = well_known_name(community);

		if (name)
			text_add(&to, "%s%s", space, name);
		else
			text_add(&to, "%s%u:%u", space, community >> 16, community & 0xffff);
	}
	return text;
}

const char *large_communities_format(struct span communities, char *text, size_t size)
{
	struct reader reader = reader_of_span(communities);
	struct text to = text_of(text, size);

	for (const char *space = ""; read_left(&reader); space = " ") {
		uint32_t global = read_u32(&reader), first = read_u32(&reader);

		text_add(&to, "%s%u:%u:%u", space, global, first, read_u32(&reader));
	}
	return text;
}

/* RFC 4360 3 and 4, RFC 5668: the type says how the administrator and the number are laid out. */
static void format_extended(struct text *to, const char *space, uint64_t community)
{
	unsigned int type = (unsigned int)(community >> 56), subtype = community >> 48 & 0xff;
	const char *name = subtype == 2 ? "rt" : "soo";
	struct address address = address_ipv4((uint32_t)(community >> 16));
	char text[ADDRESS_TEXT];

	if (type > 2 || (subtype != 2 && subtype != 3))
		text_add(to, "%s0x%016" PRIx64, space, community);
	else if (type == 0)
		text_add(to, "%s%s:%u:%u", space, name, (unsigned int)(community >> 32 & 0xffff),
			 (uint32_t)community);
	else if (type == 1)
		text_add(to, "%s%s:%s:%u", space, name, address_format(&address, text),
			 (unsigned int)(community & 0xffff));
	else
		text_add(to, "%s%s:%u:%u", space, name, (uint32_t)(community >> 16),
			 (unsigned int)(community & 0xffff));
}

const char *ext_communities_format(struct span communities, char *text, size_t size)
{
	struct reader reader = reader_of_span(communities);
	struct text to = text_of(text, size);

	for (const char *space = ""; read_left(&reader); space = " ") {
		uint64_t high = read_u32(&reader);

		format_extended(&to, space, high << 32 | read_u32(&reader));
	}
	return text;
}
