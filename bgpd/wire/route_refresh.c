#include "bgpd/wire/route_refresh.h"

#include "bgpd/wire/afi.h"
#include "bgpd/wire/message.h"

/* RFC 7313 5: the answer carries the whole message. */
static bool refuse_length(struct reader body, struct notification *why)
{
	uint8_t bytes[NOTIFY_DATA];
	struct writer whole = writer_of(bytes, sizeof(bytes));
	size_t length = read_left(&body) + MESSAGE_HEADER;
	uint8_t *length_field = message_begin(&whole, MESSAGE_ROUTE_REFRESH);
	size_t kept = write_left(&whole);

	write_span(&whole, read_span(&body, kept < read_left(&body) ? kept : read_left(&body)));
	length_field[0] = (uint8_t)(length >> 8);
	length_field[1] = (uint8_t)length;
	return refuse_with(why, NOTIFY_REFRESH, REFRESH_BAD_LENGTH, bytes, write_length(&whole));
}

bool route_refresh_parse(struct reader body, struct route_refresh *refresh, struct notification *why)
{
	struct reader whole = body;
	unsigned int afi = read_u16(&body);

	refresh->kind = read_u8(&body);         /* RFC 2918: reserved, and zero: a request */
	refresh->family = family_of_afi(afi, read_u8(&body));
	return read_all(&body) || refuse_length(whole, why);
}

void route_refresh_build(const struct route_refresh *refresh, struct writer *to)
{
	uint8_t *length = message_begin(to, MESSAGE_ROUTE_REFRESH);

	write_u16(to, family_afi(refresh->family));
	write_u8(to, refresh->kind);
	write_u8(to, SAFI_UNICAST);
	message_end(to, length);
}
