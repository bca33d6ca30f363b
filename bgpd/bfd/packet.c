#include "bgpd/bfd/packet.h"

#include "bgpd/base/bytes.h"

#define VERSION 1

enum { FLAG_MULTIPOINT = 1, FLAG_DEMAND = 2, FLAG_AUTHENTICATION = 4, FLAG_INDEPENDENT = 8,
       FLAG_FINAL = 16, FLAG_POLL = 32 };

/* ---- RFC 5880 6.8.6, in its order ---- */

static bool has_other_version(const struct bfd_packet *packet, size_t length)
{
	(void)length;
	return packet->version != VERSION;
}

static bool is_short(const struct bfd_packet *packet, size_t length)
{
	(void)length;
	return packet->length < BFD_PACKET;
}

static bool is_cut(const struct bfd_packet *packet, size_t length)
{
	return packet->length > length;
}

static bool has_no_multiplier(const struct bfd_packet *packet, size_t length)
{
	(void)length;
	return packet->multiplier == 0;
}

static bool is_multipoint(const struct bfd_packet *packet, size_t length)
{
	(void)length;
	return packet->multipoint;
}

static bool has_no_discriminator(const struct bfd_packet *packet, size_t length)
{
	(void)length;
	return packet->my_discriminator == 0;
}

/* Who does not know yet whom he talks to cannot be farther than Down. */
static bool knows_nobody(const struct bfd_packet *packet, size_t length)
{
	(void)length;
	return packet->your_discriminator == 0 && packet->state != BFD_DOWN &&
	       packet->state != BFD_ADMIN_DOWN;
}

static bool is_signed(const struct bfd_packet *packet, size_t length)
{
	(void)length;
	return packet->has_authentication;
}

static const struct flaw {
	bool (*is_there)(const struct bfd_packet *packet, size_t length);
	const char *text;
} flaws[] = {
	{ has_other_version,    "its version is not 1" },
	{ is_short,             "its length is less than that of a packet" },
	{ is_cut,               "its length is more than has come" },
	{ has_no_multiplier,    "its Detect Mult is 0" },
	{ is_multipoint,        "its Multipoint bit is set" },
	{ has_no_discriminator, "its My Discriminator is 0" },
	{ knows_nobody,         "its Your Discriminator is 0 though it is not Down" },
	{ is_signed,            "it has an authentication section, and none is in use" },
};

static void read_flags(struct bfd_packet *packet, uint8_t flags)
{
	packet->state = flags >> 6;
	packet->poll = flags & FLAG_POLL;
	packet->final = flags & FLAG_FINAL;
	packet->is_independent = flags & FLAG_INDEPENDENT;
	packet->has_authentication = flags & FLAG_AUTHENTICATION;
	packet->demand = flags & FLAG_DEMAND;
	packet->multipoint = flags & FLAG_MULTIPOINT;
}

const char *packet_parse(const uint8_t *bytes, size_t length, struct bfd_packet *packet)
{
	struct reader reader = reader_of(bytes, length);
	uint8_t first = read_u8(&reader);

	packet->version = first >> 5;
	packet->diagnostic = first & 0x1f;
	read_flags(packet, read_u8(&reader));
	packet->multiplier = read_u8(&reader);
	packet->length = read_u8(&reader);
	packet->my_discriminator = read_u32(&reader);
	packet->your_discriminator = read_u32(&reader);
	packet->desired_tx_us = read_u32(&reader);
	packet->required_rx_us = read_u32(&reader);
	packet->required_echo_us = read_u32(&reader);
	if (reader.truncated)
		return "it is shorter than a packet";
	for (size_t i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++)
		if (flaws[i].is_there(packet, length))
			return flaws[i].text;
	return NULL;
}

static uint8_t flags_of(const struct bfd_packet *packet)
{
	unsigned int flags = (unsigned int)packet->state << 6;

	flags |= packet->poll ? FLAG_POLL : 0;
	flags |= packet->final ? FLAG_FINAL : 0;
	flags |= packet->is_independent ? FLAG_INDEPENDENT : 0;
	flags |= packet->demand ? FLAG_DEMAND : 0;
	return (uint8_t)flags;
}

void packet_build(const struct bfd_packet *packet, uint8_t bytes[BFD_PACKET])
{
	struct writer writer = writer_of(bytes, BFD_PACKET);

	write_u8(&writer, (uint8_t)(VERSION << 5 | packet->diagnostic));
	write_u8(&writer, flags_of(packet));
	write_u8(&writer, packet->multiplier);
	write_u8(&writer, BFD_PACKET);
	write_u32(&writer, packet->my_discriminator);
	write_u32(&writer, packet->your_discriminator);
	write_u32(&writer, packet->desired_tx_us);
	write_u32(&writer, packet->required_rx_us);
	write_u32(&writer, packet->required_echo_us);
}

const char *packet_diagnostic_name(uint8_t diagnostic)
{
	static const char *const names[] = {
		[BFD_NO_DIAGNOSTIC] = "no diagnostic",
		[BFD_TIME_EXPIRED] = "control detection time expired",
		[BFD_ECHO_FAILED] = "echo function failed",
		[BFD_NEIGHBOR_DOWN] = "neighbor signaled session down",
		[BFD_PLANE_RESET] = "forwarding plane reset",
		[BFD_PATH_DOWN] = "path down",
		[BFD_CONCATENATED_DOWN] = "concatenated path down",
		[BFD_ADMINISTRATIVE] = "administratively down",
		[BFD_REVERSE_DOWN] = "reverse concatenated path down",
		[BFD_MISCONNECTED] = "mis-connectivity defect",         /* RFC 6428 */
	};

	return diagnostic < sizeof(names) / sizeof(names[0]) ? names[diagnostic] : "unknown diagnostic";
}

const char *packet_state_name(enum bfd_state state)
{
	static const char *const names[BFD_STATES] = {
		[BFD_ADMIN_DOWN] = "admindown",
		[BFD_DOWN] = "down",
		[BFD_INIT] = "init",
		[BFD_UP] = "up",
	};

	return names[state];
}
