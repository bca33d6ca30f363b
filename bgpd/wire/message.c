#include "bgpd/wire/message.h"

#include <string.h>

#define MARKER 16

/* RFC 4271 6.1: the lengths that each type may have.  RFC 8654 4: OPEN and KEEPALIVE are never
 * extended.  The length of a ROUTE-REFRESH is judged by route_refresh_parse (RFC 7313 5). */
static const struct message_kind {
	const char *name;
	size_t min, max;
} kinds[] = {
	[MESSAGE_OPEN]          = { "OPEN",          29, MESSAGE_MAX },
	[MESSAGE_UPDATE]        = { "UPDATE",        23, MESSAGE_EXTENDED },
	[MESSAGE_NOTIFICATION]  = { "NOTIFICATION",  21, MESSAGE_EXTENDED },
	[MESSAGE_KEEPALIVE]     = { "KEEPALIVE",     MESSAGE_HEADER, MESSAGE_HEADER },
	[MESSAGE_ROUTE_REFRESH] = { "ROUTE-REFRESH", MESSAGE_HEADER, MESSAGE_EXTENDED },
};

static const uint8_t marker[MARKER] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

static const struct message_kind *find_kind(unsigned int type)
{
	return type < sizeof(kinds) / sizeof(kinds[0]) && kinds[type].name ? &kinds[type] : NULL;
}

static bool header_valid(const uint8_t *header, bool extended_ok, struct notification *why)
{
	const uint8_t *length_field = header + MARKER, *type_field = length_field + 2;
	size_t length = (size_t)(length_field[0] << 8 | length_field[1]);
	size_t max = extended_ok ? MESSAGE_EXTENDED : MESSAGE_MAX;
	const struct message_kind *kind = find_kind(*type_field);

	if (memcmp(header, marker, MARKER) != 0)
		return refuse(why, NOTIFY_HEADER, HEADER_NOT_SYNCHRONIZED);
	if (length < MESSAGE_HEADER || length > max)
		return refuse_with(why, NOTIFY_HEADER, HEADER_BAD_LENGTH, length_field, 2);
	if (!kind)
		return refuse_with(why, NOTIFY_HEADER, HEADER_BAD_TYPE, type_field, 1);
	if (length < kind->min || length > kind->max)
		return refuse_with(why, NOTIFY_HEADER, HEADER_BAD_LENGTH, length_field, 2);
	return true;
}

enum framing message_frame(struct span stream, bool extended_ok, struct message *message,
			   struct notification *why)
{
	struct reader reader = reader_of_span(stream);

	if (stream.length < MESSAGE_HEADER)
		return FRAME_INCOMPLETE;
	if (!header_valid(stream.bytes, extended_ok, why))
		return FRAME_BAD;
	read_span(&reader, MARKER);
	size_t length = read_u16(&reader);

	if (stream.length < length)
		return FRAME_INCOMPLETE;
	message->type = read_u8(&reader);
	message->body = read_slice(&reader, length - MESSAGE_HEADER);
	message->length = length;
	return FRAME_WHOLE;
}

uint8_t *message_begin(struct writer *to, enum message_type type)
{
	write_bytes(to, marker, MARKER);
	uint8_t *length_field = write_reserve(to, 2);

	write_u8(to, (uint8_t)type);
	return length_field;
}

void message_end(struct writer *to, uint8_t *length_field)
{
	if (!length_field)
		return;
	size_t length = (size_t)(to->next - length_field) + MARKER;

	if (length > MESSAGE_EXTENDED)
		to->full = true;
	length_field[0] = (uint8_t)(length >> 8);
	length_field[1] = (uint8_t)length;
}

const char *message_type_name(enum message_type type)
{
	const struct message_kind *kind = find_kind(type);

	return kind ? kind->name : "unknown";
}
