/* bgpd/wire/update_context.h - What a session has negotiated, as far as UPDATE depends on it. */
#ifndef BGPD_WIRE_UPDATE_CONTEXT_H
#define BGPD_WIRE_UPDATE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct update_context {
	bool as4;                       /* AS numbers have 4 octets on this session */
	bool ibgp;                      /* LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST have a meaning */
	uint8_t families;               /* FAMILY_BITs negotiated */
	uint8_t extended_next_hop;      /* FAMILY_BITs */
	uint32_t peer_as;               /* RFC 4271 6.3: must be first in AS_PATH (eBGP); 0: no check */
	size_t max_length;              /* of a message that we build: 4096 or 65535 */
};

#endif
