/* bgpd/base/address.h - IPv4 and IPv6 addresses and prefixes: parse, format, compare, contain.
 *
 * Plain values without padding (17 and 18 bytes of bytes), so that they can be copied, compared
 * with memcmp, hashed, and packed into tables.  IPv4 uses the first four bytes, the rest is zero.
 * A prefix has no bits set behind its length: everything here that makes one sees to it. */
#ifndef BGPD_BASE_ADDRESS_H
#define BGPD_BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum family {
	FAMILY_NONE,
	FAMILY_IPV4,
	FAMILY_IPV6,
	FAMILY_COUNT
};

#define FAMILY_BIT(family) (1u << (family))     /* in sets of families */

struct address {
	uint8_t family;                 /* enum family */
	uint8_t bytes[16];
};

struct prefix {
	uint8_t family;                 /* enum family */
	uint8_t length;                 /* bits: 0..32 or 0..128 */
	uint8_t bytes[16];
};

#define ADDRESS_TEXT 46                 /* room for any address as text, with its NUL */
#define PREFIX_TEXT  50

unsigned int family_bits(enum family family);           /* 32, 128; 0 for none */
const char *family_name(enum family family);            /* "ipv4", "ipv6", "none" */

bool address_parse(const char *text, struct address *address);
const char *address_format(const struct address *address, char text[ADDRESS_TEXT]);
struct address address_ipv4(uint32_t host_order);
uint32_t address_to_ipv4(const struct address *address);        /* host order */
struct address address_ipv6(const uint8_t bytes[16]);
bool address_equal(const struct address *a, const struct address *b);
int address_compare(const struct address *a, const struct address *b);  /* family, then value */
bool address_is_set(const struct address *address);             /* has a family */
bool address_is_zero(const struct address *address);            /* 0.0.0.0, ::, or none */
bool address_is_link_local(const struct address *address);      /* 169.254/16 or fe80::/10 */
bool address_is_multicast(const struct address *address);
bool address_is_loopback(const struct address *address);        /* 127/8 or ::1 */

bool prefix_parse(const char *text, struct prefix *prefix);     /* host bits must be zero */
/* "169.254.10.2/30": the address and the prefix it lies in.  False unless both are there. */
bool prefix_parse_with_address(const char *text, struct address *address, struct prefix *prefix);
const char *prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT]);
struct prefix prefix_of(const struct address *address, unsigned int length);   /* masks host bits */
struct prefix prefix_host(const struct address *address);       /* /32 or /128 */
struct address prefix_address(const struct prefix *prefix);     /* its first address */
bool prefix_equal(const struct prefix *a, const struct prefix *b);
int prefix_compare(const struct prefix *a, const struct prefix *b);     /* family, value, length */
bool prefix_contains(const struct prefix *outer, const struct prefix *inner);  /* also equal */
bool prefix_contains_address(const struct prefix *prefix, const struct address *address);
uint32_t prefix_hash(const struct prefix *prefix);

#endif
