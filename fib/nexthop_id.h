/* fib/nexthop_id.h - Our egresses and chains in the kernel's one space of nexthop ids.
 *
 *     base | 1 bit family (1: IPv6) | 1 bit kind (1: chain) | 14 bits number
 *
 * An id outside the range is somebody else's.  Number 0 is used by no caller: as an egress it is
 * the blackhole of its family, as a chain it never exists. */
#ifndef FIB_NEXTHOP_ID_H
#define FIB_NEXTHOP_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "bgpd/base/address.h"

#define NEXTHOP_ID_RANGE 0x10000u
#define NEXTHOP_BLACKHOLE 0

/* What marks an object in the kernel as ours. */
struct kernel_mark {
	uint8_t protocol;               /* of routes and nexthops */
	uint32_t nexthop_base;
};

struct nexthop_name {
	enum family family;             /* of the routes that use it */
	bool is_chain;                  /* else an egress */
	uint16_t number;
};

uint32_t nexthop_id_of(uint32_t base, struct nexthop_name name);
bool nexthop_id_parse(uint32_t base, uint32_t id, struct nexthop_name *name);  /* false: not ours */

static inline uint32_t nexthop_id_egress(uint32_t base, enum family family, uint16_t number)
{
	return nexthop_id_of(base, (struct nexthop_name){ family, false, number });
}

static inline uint32_t nexthop_id_chain(uint32_t base, enum family family, uint16_t number)
{
	return nexthop_id_of(base, (struct nexthop_name){ family, true, number });
}

#endif
