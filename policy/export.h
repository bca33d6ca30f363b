/* policy/export.h - A chosen route -> what a neighbor is told, or the reason why nothing.
 *
 * RFC 4271 9.1.3 and 9.2, RFC 1997 (well-known communities), RFC 4271 5.1.3 (next hop), RFC 8326,
 * RFC 9234 5 (roles).
 * What these leave is judged and changed by the neighbor's policy, whose values go before the steering
 * of a tunnel and whose prepends are added to it.  The result's spans lie in the arena, in the policy or
 * in the route's own attributes. */
#ifndef POLICY_EXPORT_H
#define POLICY_EXPORT_H

#include "bgpd/base/arena.h"
#include "bgpd/wire/attrs.h"
#include "policy/match.h"
#include "policy/policy.h"
#include "policy/steering.h"

enum export_verdict {
	EXPORT_ANNOUNCED,
	EXPORT_NOT_LISTED,              /* not in announce */
	EXPORT_BACK_TO_SOURCE,          /* learned from this very neighbor */
	EXPORT_IBGP_TO_IBGP,
	EXPORT_COMMUNITY,               /* no-export, no-advertise */
	EXPORT_LEAK,                    /* RFC 9234: for customers only */
	EXPORT_SAME_GROUP,              /* learned from another tunnel of the same group: not sent back */
	EXPORT_NO_NEXT_HOP,             /* no address of that family to offer */
	EXPORT_FAMILY,                  /* not negotiated */
	EXPORT_SUMMARY,                 /* lies in an aggregate that is announced in its place */
	EXPORT_POLICY,                  /* rejected by a rule of the policy, or by none accepted */
	EXPORT_OVER_BUDGET,             /* the far side takes no more: held back */
	EXPORT_VERDICTS
};

struct export_params {
	uint32_t local_asn;
	bool ibgp;                      /* the neighbor */
	enum bgp_role role;             /* what we are to it */
	bool announces_any;             /* no announce list: the policy alone decides */
	struct prefix_rules announce;
	const struct policy *policy;
	struct address next_hop[FAMILY_COUNT];  /* ourselves on this session, by family of the prefix */
	struct address link_local;              /* beside an IPv6 next hop; family none: none */
	const struct steering *steering;        /* NULL for an ordinary neighbor */
};

/* Where the chosen route came from. */
struct export_source {
	bool is_local;                  /* announced by ourselves */
	bool is_ibgp;
	bool is_neighbor;               /* the very neighbor that we export to */
	bool is_same_group;             /* a tunnel of the neighbor's group */
	const char *neighbor, *group;   /* for the policy; NULL: ourselves, none */
	uint32_t local_pref;            /* in effect */
};

/* Routes from one source with equal attributes and equal outcome->applied are told alike. */
enum export_verdict export_route(const struct export_params *params, const struct prefix *prefix,
				 const struct attrs *from, const struct export_source *source,
				 struct arena *arena, struct attrs *to,
				 struct policy_outcome *outcome);
const char *export_verdict_text(enum export_verdict verdict);

#endif
