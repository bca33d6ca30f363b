#include "bgpd/base/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

unsigned int family_bits(enum family family)
{
	static const unsigned int bits[FAMILY_COUNT] = {
		[FAMILY_IPV4] = 32, [FAMILY_IPV6] = 128,
	};

	return family < FAMILY_COUNT ? bits[family] : 0;
}

const char *family_name(enum family family)
{
	static const char *const names[FAMILY_COUNT] = {
		[FAMILY_NONE] = "none", [FAMILY_IPV4] = "ipv4", [FAMILY_IPV6] = "ipv6",
	};

	return family < FAMILY_COUNT ? names[family] : names[FAMILY_NONE];
}

static int to_af(enum family family)
{
	return family == FAMILY_IPV6 ? AF_INET6 : AF_INET;
}

bool address_parse(const char *text, struct address *address)
{
	enum family family = strchr(text, ':') ? FAMILY_IPV6 : FAMILY_IPV4;
	struct address parsed = { .family = (uint8_t)family };

	if (inet_pton(to_af(family), text, parsed.bytes) != 1)
		return false;
	*address = parsed;
	return true;
}

const char *address_format(const struct address *address, char text[ADDRESS_TEXT])
{
	if (!address_is_set(address))
		return strcpy(text, family_name(FAMILY_NONE));
	return inet_ntop(to_af(address->family), address->bytes, text, ADDRESS_TEXT);
}

struct address address_ipv4(uint32_t host_order)
{
	return (struct address){
		.family = FAMILY_IPV4,
		.bytes = { (uint8_t)(host_order >> 24), (uint8_t)(host_order >> 16),
			   (uint8_t)(host_order >> 8), (uint8_t)host_order },
	};
}

uint32_t address_to_ipv4(const struct address *address)
{
	const uint8_t *b = address->bytes;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

struct address address_ipv6(const uint8_t bytes[16])
{
	struct address address = { .family = FAMILY_IPV6 };

	memcpy(address.bytes, bytes, sizeof(address.bytes));
	return address;
}

bool address_equal(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

int address_compare(const struct address *a, const struct address *b)
{
	return memcmp(a, b, sizeof(*a));        /* the family comes first */
}

bool address_is_set(const struct address *address)
{
	return address->family != FAMILY_NONE;
}

bool address_is_zero(const struct address *address)
{
	static const uint8_t zero[sizeof(address->bytes)];

	return memcmp(address->bytes, zero, sizeof(zero)) == 0;
}

bool address_is_link_local(const struct address *address)
{
	const uint8_t *b = address->bytes;

	if (address->family == FAMILY_IPV6)
		return b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
	return address->family == FAMILY_IPV4 && b[0] == 169 && b[1] == 254;
}

bool address_is_multicast(const struct address *address)
{
	const uint8_t *b = address->bytes;

	if (address->family == FAMILY_IPV6)
		return b[0] == 0xff;
	return address->family == FAMILY_IPV4 && (b[0] & 0xf0) == 0xe0;
}

bool address_is_loopback(const struct address *address)
{
	static const uint8_t ipv6_loopback[16] = { [15] = 1 };

	if (address->family == FAMILY_IPV6)
		return memcmp(address->bytes, ipv6_loopback, sizeof(ipv6_loopback)) == 0;
	return address->family == FAMILY_IPV4 && address->bytes[0] == 127;
}

/* Decimal digits to the end of the text, without sign, space or leading zero. */
static bool parse_length(const char *text, unsigned int max, unsigned int *length)
{
	unsigned int value = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned int)(*text - '0');
		if (value > max)
			return false;
	}
	*length = value;
	return true;
}

bool prefix_parse_with_address(const char *text, struct address *address, struct prefix *prefix)
{
	const char *slash = strchr(text, '/');
	char head[ADDRESS_TEXT];
	struct address parsed;
	unsigned int length;

	if (!slash || (size_t)(slash - text) >= sizeof(head))
		return false;
	memcpy(head, text, (size_t)(slash - text));
	head[slash - text] = '\0';
	if (!address_parse(head, &parsed) ||
	    !parse_length(slash + 1, family_bits(parsed.family), &length))
		return false;
	*address = parsed;
	*prefix = prefix_of(&parsed, length);
	return true;
}

bool prefix_parse(const char *text, struct prefix *prefix)
{
	struct address address, first;
	struct prefix parsed;

	if (!prefix_parse_with_address(text, &address, &parsed))
		return false;
	first = prefix_address(&parsed);
	if (!address_equal(&address, &first))
		return false;
	*prefix = parsed;
	return true;
}

const char *prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT])
{
	struct address address = prefix_address(prefix);

	address_format(&address, text);
	if (address_is_set(&address)) {
		size_t end = strlen(text);

		snprintf(text + end, PREFIX_TEXT - end, "/%u", prefix->length);
	}
	return text;
}

struct prefix prefix_of(const struct address *address, unsigned int length)
{
	unsigned int bits = family_bits(address->family);
	struct prefix prefix = {
		.family = address->family,
		.length = (uint8_t)(length < bits ? length : bits),
	};
	unsigned int whole = prefix.length / 8, rest = prefix.length % 8;

	memcpy(prefix.bytes, address->bytes, whole);
	if (rest)
		prefix.bytes[whole] = (uint8_t)(address->bytes[whole] & 0xff00 >> rest);
	return prefix;
}

struct prefix prefix_host(const struct address *address)
{
	return prefix_of(address, family_bits(address->family));
}

struct address prefix_address(const struct prefix *prefix)
{
	struct address address = { .family = prefix->family };

	memcpy(address.bytes, prefix->bytes, sizeof(address.bytes));
	return address;
}

bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

int prefix_compare(const struct prefix *a, const struct prefix *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	int order = memcmp(a->bytes, b->bytes, sizeof(a->bytes));

	return order ? order : a->length - b->length;
}

static bool same_start(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	unsigned int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return !rest || ((a[whole] ^ b[whole]) & 0xff00 >> rest & 0xff) == 0;
}

bool prefix_contains(const struct prefix *outer, const struct prefix *inner)
{
	return outer->family == inner->family && outer->length <= inner->length &&
	       same_start(outer->bytes, inner->bytes, outer->length);
}

bool prefix_contains_address(const struct prefix *prefix, const struct address *address)
{
	return prefix->family == address->family &&
	       same_start(prefix->bytes, address->bytes, prefix->length);
}

/* Two multiplications: prefixes are hashed by the million, and neighbours must spread. */
uint32_t prefix_hash(const struct prefix *prefix)
{
	uint64_t high, low;

	memcpy(&high, prefix->bytes, sizeof(high));
	memcpy(&low, prefix->bytes + sizeof(high), sizeof(low));
	low ^= (uint64_t)prefix->length << 8 | prefix->family;
	uint64_t mixed = (high ^ (low * UINT64_C(0x9e3779b97f4a7c15))) *
			 UINT64_C(0xd6e8feb86659fd93);

	return (uint32_t)(mixed >> 32) ^ (uint32_t)mixed;
}
