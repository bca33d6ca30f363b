/* bgpd/wire/capability.h - RFC 5492 capabilities, as sets of what each side can do.
 *
 * Multiprotocol (RFC 4760), route refresh (2918) and enhanced refresh (7313), extended next hop
 * (8950), extended messages (8654), roles (9234), graceful restart (4724, 8538), 4-octet AS (6793).
 * What is unknown is skipped; what is repeated counts once, the last one wins (RFC 5492 4). */
#ifndef BGPD_WIRE_CAPABILITY_H
#define BGPD_WIRE_CAPABILITY_H

#include "bgpd/base/address.h"
#include "bgpd/base/bytes.h"
#include "bgpd/wire/bgp_role.h"
#include "bgpd/wire/notification.h"

enum capability_code {
	CAPABILITY_MULTIPROTOCOL = 1,
	CAPABILITY_ROUTE_REFRESH = 2,
	CAPABILITY_EXTENDED_NEXT_HOP = 5,
	CAPABILITY_EXTENDED_MESSAGE = 6,
	CAPABILITY_ROLE = 9,
	CAPABILITY_GRACEFUL_RESTART = 64,
	CAPABILITY_AS4 = 65,
	CAPABILITY_ENHANCED_REFRESH = 70,
};

struct capabilities {
	bool any_multiprotocol;         /* the peer sent one at all, maybe of a family unknown to us */
	uint8_t families;               /* FAMILY_BITs */
	uint8_t extended_next_hop;      /* FAMILY_BITs whose NLRI may have a next hop of the other family */
	bool route_refresh, enhanced_refresh, extended_message;
	uint16_t role;                  /* enum bgp_role, or beyond it what is not assigned */
	bool has_several_roles;         /* which differ */
	bool has_as4;
	uint32_t as4;
	bool graceful_restart;
	bool restarting;                /* GR: the R bit */
	bool notification_restart;      /* GR: the N bit, RFC 8538 */
	uint16_t restart_time_s;        /* 0..4095 */
	uint8_t restart_families;       /* FAMILY_BITs named in the GR capability */
	uint8_t forwarding_kept;        /* FAMILY_BITs with the F bit set */
};

/* Reads the capabilities of one optional parameter into *to, which may already hold others. */
bool capabilities_parse(struct reader value, struct capabilities *to, struct notification *why);
void capabilities_build(const struct capabilities *from, struct writer *to);

/* One name for each capability in the set ("ipv4", "ipv6", "route-refresh", "as4", ...), in a fixed
 * order; returns how many of them were written to names[]. */
size_t capabilities_names(const struct capabilities *set, const char *names[], size_t size);
#define CAPABILITY_NAMES_MAX 16

#endif
