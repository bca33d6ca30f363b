/* bgpd/wire/route_refresh.h - ROUTE-REFRESH.  RFC 2918, RFC 7313 (begin and end of a refresh). */
#ifndef BGPD_WIRE_ROUTE_REFRESH_H
#define BGPD_WIRE_ROUTE_REFRESH_H

#include "bgpd/base/address.h"
#include "bgpd/base/bytes.h"
#include "bgpd/wire/notification.h"

enum refresh_kind { REFRESH_REQUEST, REFRESH_BEGIN, REFRESH_END };

struct route_refresh {
	enum family family;             /* FAMILY_NONE: one that we do not know; to be ignored */
	uint8_t kind;                   /* enum refresh_kind, or a value to be ignored */
};

bool route_refresh_parse(struct reader body, struct route_refresh *refresh, struct notification *why);
void route_refresh_build(const struct route_refresh *refresh, struct writer *to);

#endif
