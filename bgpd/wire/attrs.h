/* bgpd/wire/attrs.h - The attributes of one path as plain values.
 *
 * What is optional says whether it is there by has_x or by an empty span.  Spans borrow: from the
 * message being parsed, from an arena, or from a shared attribute set (rib/attr_set.h). */
#ifndef BGPD_WIRE_ATTRS_H
#define BGPD_WIRE_ATTRS_H

#include <stdbool.h>

#include "bgpd/base/address.h"
#include "bgpd/base/arena.h"
#include "bgpd/base/bytes.h"
#include "bgpd/wire/bgp_role.h"

enum attr_code {
	ATTR_ORIGIN = 1,
	ATTR_AS_PATH = 2,
	ATTR_NEXT_HOP = 3,
	ATTR_MED = 4,
	ATTR_LOCAL_PREF = 5,
	ATTR_ATOMIC_AGGREGATE = 6,
	ATTR_AGGREGATOR = 7,
	ATTR_COMMUNITIES = 8,
	ATTR_ORIGINATOR_ID = 9,
	ATTR_CLUSTER_LIST = 10,
	ATTR_MP_REACH = 14,
	ATTR_MP_UNREACH = 15,
	ATTR_EXT_COMMUNITIES = 16,
	ATTR_AS4_PATH = 17,
	ATTR_AS4_AGGREGATOR = 18,
	ATTR_LARGE_COMMUNITIES = 32,
	ATTR_OTC = 35,
};

enum origin { ORIGIN_IGP, ORIGIN_EGP, ORIGIN_INCOMPLETE };

/* RFC 1997, RFC 8326, RFC 7999 */
#define COMMUNITY_GRACEFUL_SHUTDOWN 0xFFFF0000u
#define COMMUNITY_BLACKHOLE         0xFFFF029Au
#define COMMUNITY_NO_EXPORT         0xFFFFFF01u
#define COMMUNITY_NO_ADVERTISE      0xFFFFFF02u
#define COMMUNITY_NO_EXPORT_SUBCONFED 0xFFFFFF03u

#define LOCAL_PREF_DEFAULT 100

struct attrs {
	uint8_t origin;                 /* enum origin */
	bool has_med, has_local_pref, atomic_aggregate, has_aggregator, has_originator_id;
	uint32_t med, local_pref;
	uint32_t aggregator_as, aggregator_id, originator_id;   /* host order */
	struct bgp_otc otc;             /* RFC 9234 */
	uint32_t metric;                /* in the kernel, where a policy sets it, else 0: not on the wire */
	struct address next_hop;        /* of NEXT_HOP or of MP_REACH_NLRI */
	struct address link_local;      /* the second next hop of IPv6, where it is given */
	struct span as_path;            /* 4-octet encoding */
	struct span communities;        /* 4 octets each, network order */
	struct span ext_communities;    /* 8 octets each */
	struct span large_communities;  /* 12 octets each */
	struct span cluster_list;       /* 4 octets each */
	struct span unknown;            /* whole attributes {flags, code, 2-octet length, value}: optional
	                                 * transitive ones that we do not know, Partial bit set */
};

bool attrs_has_community(const struct attrs *attrs, uint32_t community);
void attrs_add_community(struct attrs *attrs, uint32_t community, struct arena *arena); /* once */
void attrs_remove_community(struct attrs *attrs, uint32_t community, struct arena *arena);
const char *origin_name(enum origin origin);            /* "igp", "egp", "incomplete" */
bool community_named(const char *name, uint32_t *community);    /* "no-export" ... */
/* "65001:100 no-export", "65001:1:2": as operators write them, separated by a space. */
const char *communities_format(struct span communities, char *text, size_t size);
const char *large_communities_format(struct span communities, char *text, size_t size);
/* "rt:65001:100 soo:198.51.100.1:7", any other as "0x030c000000000008" */
const char *ext_communities_format(struct span communities, char *text, size_t size);

#endif
