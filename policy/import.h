/* policy/import.h - A received route -> accepted, or the reason why not.
 *
 * RFC 8212 in spirit: without an accept list or "any" nothing is taken.  What can never be right is
 * refused whatever the lists say: our own AS in the path, the inside links of tunnels, link-local,
 * loopback and multicast space, one of our own announcements.  A default route is taken only where a
 * rule names it ("0.0.0.0/0" alone, without le) or with "any".  What covers an inside link is fine: the
 * connected route is more specific.
 *
 * What remains is judged and changed by the neighbor's policy.  RFC 8326: what a neighbor of another AS
 * is about to shut down gets the lowest preference, unless the policy takes that community away.
 * RFC 9234 5: what comes from above or beside is marked to go down only. */
#ifndef POLICY_IMPORT_H
#define POLICY_IMPORT_H

#include "bgpd/wire/attrs.h"
#include "policy/match.h"
#include "policy/policy.h"

/* Fits in five bits of a route. */
enum import_verdict {
	IMPORT_ACCEPTED,
	IMPORT_NOT_LISTED,              /* not in accept */
	IMPORT_OWN_AS,                  /* AS loop, RFC 4271 9.1.2 */
	IMPORT_ORIGINATOR,              /* RFC 4456: our own route reflected back */
	IMPORT_DEFAULT_ROUTE,           /* 0/0 or ::/0, not asked for by name */
	IMPORT_INSIDE_LINK,             /* is an inside link or lies in one */
	IMPORT_MARTIAN,                 /* link-local, loopback, multicast, 0/8 */
	IMPORT_OWN_PREFIX,              /* one that we announce ourselves */
	IMPORT_NEXT_HOP,                /* our own address as next hop */
	IMPORT_ENDPOINT,                /* covers a tunnel's outer endpoint and the guard refuses, or is it */
	IMPORT_LEAK,                    /* RFC 9234: it went down to a customer before */
	IMPORT_POLICY,                  /* rejected by a rule of the policy, or by none accepted */
	IMPORT_VERDICTS
};

struct import_params {
	uint32_t local_asn;
	uint32_t router_id;
	enum bgp_role role;             /* what we are to the neighbor */
	uint32_t neighbor_asn;
	bool accepts_any;               /* no accept list: the policy alone decides */
	struct prefix_rules accept;
	const struct policy *policy;
	const char *neighbor, *group;   /* for the policy; group NULL: none */
	struct prefix_rules own;        /* what we announce */
	const struct prefix *inside_links;      /* of all tunnels */
	size_t inside_count;
	const struct address *local_addresses;  /* ours on this session: inside or source address */
	size_t local_count;
};

enum import_verdict import_route(const struct import_params *params, const struct prefix *prefix,
				 const struct attrs *attrs, bool ibgp);
/* May import_change change such attributes, or refuse a route that has them?  Mostly not. */
bool import_may_change(const struct import_params *params, const struct attrs *attrs, bool ibgp);

struct import_change {
	enum import_verdict verdict;
	bool is_changed;                /* the attributes are others now */
	struct policy_outcome outcome;
};

/* For a route that import_route accepts; attrs are changed in place. */
struct import_change import_change(const struct import_params *params, const struct prefix *prefix,
				   bool ibgp, struct arena *arena, struct attrs *attrs);
const char *import_verdict_text(enum import_verdict verdict);   /* "not in accept" ...: words for people */

#endif
