#include "fib/nexthop_id.h"

#define IPV6_BIT    0x8000u
#define CHAIN_BIT   0x4000u
#define NUMBER_BITS 0x3fffu

uint32_t nexthop_id_of(uint32_t base, struct nexthop_name name)
{
	return base | (name.family == FAMILY_IPV6 ? IPV6_BIT : 0) |
	       (name.is_chain ? CHAIN_BIT : 0) | (name.number & NUMBER_BITS);
}

bool nexthop_id_parse(uint32_t base, uint32_t id, struct nexthop_name *name)
{
	*name = (struct nexthop_name){
		.family = id & IPV6_BIT ? FAMILY_IPV6 : FAMILY_IPV4,
		.is_chain = id & CHAIN_BIT,
		.number = (uint16_t)(id & NUMBER_BITS),
	};
	return id - base < NEXTHOP_ID_RANGE;
}
