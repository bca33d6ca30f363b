/* tests/conformance/rows_internal.c - Internal peers: RFC 4271 5 and 9, RFC 4456. */
#include "tests/conformance/rows.h"

#define MED "80 04 <00000009>"

static const struct row rows[] = {
	{ "4271 5.1.5", "a route without LOCAL_PREF has the usual one",
	  IBGP, ESTABLISHED, ROUTE(ORIGIN NO_PATH HOP), "accepted; received local_pref=100" },
	{ "4271 5.1.5", "LOCAL_PREF may be zero",
	  IBGP, ESTABLISHED, ROUTE(ORIGIN NO_PATH HOP "40 05 <00000000>"),
	  "accepted; received local_pref=0" },
	{ "4271 5.1.5", "LOCAL_PREF has 32 bits",
	  IBGP, ESTABLISHED, ROUTE(ORIGIN NO_PATH HOP "40 05 <ffffffff>"),
	  "accepted; received local_pref=4294967295" },
	{ "4456 8", "ORIGINATOR_ID is taken, and does not leave the AS",
	  IBGP, ESTABLISHED, ROUTE(INTERNAL "80 09 <0a000009>"), "accepted -originator" },
	{ "4456 8", "CLUSTER_LIST is taken, and does not leave the AS",
	  IBGP, ESTABLISHED, ROUTE(INTERNAL "80 0a <0a000009 0a000008>"), "accepted -clusters" },
	{ "4456 8", "our own route, reflected back, is not used",
	  IBGP, ROUTED, ROUTE(INTERNAL "80 09 <0a000001>"), "absent; rejected reflected" },
	{ "4456 10", "ORIGINATOR_ID that is optional and transitive costs the route",
	  IBGP, ROUTED, ROUTE(INTERNAL "c0 09 <0a000009>"), "absent" },
	{ "4271 5.1.3", "an internal peer's IPv6 route",
	  SIX_IBGP, ESTABLISHED, UPDATE("", ORIGIN NO_PATH LOCAL_PREF REACH6, ""),
	  "accepted 2001:db8:18::/48 path=65010; received 2001:db8:18::/48 local_pref=150" },
	{ "4271 9.2", "what an internal peer says is told to external ones",
	  IBGP, ESTABLISHED, ROUTE(INTERNAL "c0 08 <fde90001>"),
	  "accepted path=65010 communities=65001:1" },
	{ "4271 5", "an unknown transitive attribute leaves the AS",
	  IBGP, ESTABLISHED, ROUTE(INTERNAL "c0 63 <0102>"), "accepted attr99=e0:0102" },
	{ "4271 5.1.7", "AGGREGATOR leaves the AS",
	  IBGP, ESTABLISHED, ROUTE(INTERNAL "c0 07 <0000fdf2 0a000009>"),
	  "accepted aggregator=65010,10.0.0.9" },
};

const struct chapter chapter_internal = CHAPTER("Internal peers", rows);
