#include "bgpd/daemon/echo.h"

#include "bgpd/base/bytes.h"

enum { V4_REPLY = 0, V4_REQUEST = 8, V6_REQUEST = 128, V6_REPLY = 129 };

/* RFC 1071, of an even number of bytes. */
static uint16_t checksum(const uint8_t *bytes, size_t length)
{
	struct reader reader = reader_of(bytes, length);
	uint32_t sum = 0;

	while (read_left(&reader) >= 2)
		sum += read_u16(&reader);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void build(enum family family, uint16_t identifier, uint16_t sequence, uint16_t sum,
		  uint8_t bytes[ECHO_SIZE])
{
	struct writer writer = writer_of(bytes, ECHO_SIZE);

	write_u8(&writer, family == FAMILY_IPV6 ? V6_REQUEST : V4_REQUEST);
	write_u8(&writer, 0);
	write_u16(&writer, sum);
	write_u16(&writer, identifier);
	write_u16(&writer, sequence);
	write_bytes(&writer, "bgpdping", ECHO_SIZE - 8);
}

void echo_build(enum family family, uint16_t identifier, uint16_t sequence, uint8_t bytes[ECHO_SIZE])
{
	build(family, identifier, sequence, 0, bytes);
	if (family == FAMILY_IPV4)
		build(family, identifier, sequence, checksum(bytes, ECHO_SIZE), bytes);
}

static void skip_header(struct reader *reader)
{
	uint8_t first = read_u8(reader);

	read_slice(reader, (first & 0x0f) * 4u - 1u);
}

bool echo_parse_answer(enum family family, uint16_t identifier, const uint8_t *bytes, size_t length,
		       uint16_t *sequence)
{
	struct reader reader = reader_of(bytes, length);

	if (family == FAMILY_IPV4)
		skip_header(&reader);
	uint8_t type = read_u8(&reader), code = read_u8(&reader);
	read_u16(&reader);
	uint16_t to = read_u16(&reader);
	*sequence = read_u16(&reader);
	return !reader.truncated && type == (family == FAMILY_IPV6 ? V6_REPLY : V4_REPLY) &&
	       code == 0 && to == identifier;
}
