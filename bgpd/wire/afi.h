/* bgpd/wire/afi.h - Address families as the wire says them: AFI and SAFI (RFC 4760 3).
 *
 * Only unicast families have a name in this program; any other pair is FAMILY_NONE. */
#ifndef BGPD_WIRE_AFI_H
#define BGPD_WIRE_AFI_H

#include "bgpd/base/address.h"

enum { AFI_IPV4 = 1, AFI_IPV6 = 2 };
enum { SAFI_UNICAST = 1 };

static inline enum family family_of_afi(unsigned int afi, unsigned int safi)
{
	if (safi != SAFI_UNICAST)
		return FAMILY_NONE;
	return afi == AFI_IPV4 ? FAMILY_IPV4 : afi == AFI_IPV6 ? FAMILY_IPV6 : FAMILY_NONE;
}

static inline uint16_t family_afi(enum family family)
{
	return family == FAMILY_IPV6 ? AFI_IPV6 : AFI_IPV4;
}

#endif
