/* tests/conformance/kinds.h - What each kind of peer is: configuration, OPEN, routes. */
#ifndef CONFORMANCE_KINDS_H
#define CONFORMANCE_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/conformance/row.h"

struct kind_facts {
	const char *name;
	uint32_t asn;
	const char *open;               /* its OPEN */
	const char *attributes;         /* of a good route; NULL: it carries no IPv4 */
	bool is_internal, has_as4, is_six;
	bool has_ipv6;
	bool is_called;                 /* bgpd opens the connection */
	const char *settings;           /* more for bgpd.json, with a comma before */
	bool has_no_policy;             /* in the configuration */
	const char *role;               /* ours, RFC 9234 */
	bool is_strict;                 /* in wanting to hear the peer's */
};

#define LOCAL_ASN 65010

extern const struct kind_facts kinds[KINDS];

#endif
