/* tests/conformance/rows_decision.c - RFC 4271 9.1.2: which of two routes is chosen.  That of the
 * row's peer has a community, that of the rival has none. */
#include "tests/conformance/rows.h"

#define AS_PATH(segments) "40 02 <" segments ">"
#define LONG_PATH AS_PATH("02 02 " AS_PEER "0000fdea")
#define MED(value) "80 04 <" value ">"
#define PREFERENCE(value) "40 05 <" value ">"
#define MARK "c0 08 <fde90009>"
#define OURS "accepted communities=65001:9"
#define RIVALS "accepted -communities"
#define FROM(as, id) \
	OPEN(as, "005a", id, CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER))) KEEPALIVE

static const struct row rows[] = {
	{ "4271 9.1.1", "the higher LOCAL_PREF wins, whatever the path",
	  IBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD))
	  ROUTE(ORIGIN LONG_PATH HOP PREFERENCE("00000065") MARK), OURS },
	{ "4271 9.1.1", "the lower one loses",
	  IBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD))
	  ROUTE(ORIGIN NO_PATH HOP PREFERENCE("00000063") MARK), RIVALS },
	{ "4271 9.1.2.2 (a)", "the shorter AS_PATH wins",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(ORIGIN LONG_PATH HOP))
	  ROUTE(GOOD MARK), OURS },
	{ "4271 9.1.2.2 (a)", "the longer one loses",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD))
	  ROUTE(ORIGIN LONG_PATH HOP MARK), RIVALS },
	{ "4271 9.1.2.2 (a)", "a set counts as one AS",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(ORIGIN AS_PATH("02 03 " AS_PEER "0000fdea 0000fdeb") HOP))
	  ROUTE(ORIGIN AS_PATH("02 01 " AS_PEER "01 03 0000fdea 0000fdeb 0000fdec") HOP MARK), OURS },
	{ "4271 9.1.2.2 (b)", "IGP wins against EGP",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE("40 01 <01>" PATH HOP))
	  ROUTE(GOOD MARK), OURS },
	{ "4271 9.1.2.2 (b)", "INCOMPLETE loses against EGP",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE("40 01 <01>" PATH HOP))
	  ROUTE("40 01 <02>" PATH HOP MARK), RIVALS },
	{ "4271 9.1.2.2 (c)", "the lower MULTI_EXIT_DISC of one AS wins",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD MED("00000006")))
	  ROUTE(GOOD MED("00000005") MARK), OURS },
	{ "4271 9.1.2.2 (c)", "the higher one loses",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD MED("fffffffe")))
	  ROUTE(GOOD MED("ffffffff") MARK), RIVALS },
	{ "4271 9.1.2.2 (c)", "none is the lowest",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD MED("00000001")))
	  ROUTE(GOOD MARK), OURS },
	{ "4271 9.1.2.2 (c)", "none and zero are the same",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD))
	  ROUTE(GOOD MED("00000000") MARK), RIVALS },
	{ "4271 9.1.2.2 (c)", "those of two ASes are not compared",
	  WIDE, OPEN_SENT,
	  AGAINST(ROUTE(GOOD MED("00000001")))
	  OPEN("5ba0", "005a", "00000001", CAPABILITIES(CAP_USUAL CAP_AS4("fa56ea01"))) KEEPALIVE
	  ROUTE(ORIGIN AS_PATH("02 01 fa56ea01") HOP MED("00000009") MARK), OURS },
	{ "4271 9.1.2.2 (d)", "external wins against internal",
	  IBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD))
	  ROUTE(ORIGIN PATH HOP PREFERENCE("00000064") MARK), RIVALS },
	{ "4271 9.1.2.2 (f)", "the lower identifier wins",
	  EBGP, OPEN_SENT,
	  AGAINST(ROUTE(GOOD))
	  FROM("fde9", "00000001") ROUTE(GOOD MARK), OURS },
	{ "4271 9.1.2.2 (f)", "the higher one loses",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(GOOD))
	  ROUTE(GOOD MARK), RIVALS },
	{ "4271 9.1.2.2 (g)", "of one identifier the lower address wins",
	  EBGP, OPEN_SENT,
	  AGAINST(ROUTE(GOOD))
	  FROM("fde9", "0a000101") ROUTE(GOOD MARK), RIVALS },
	{ "4271 9.1.2", "a route that cannot be used is no rival",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(ORIGIN AS_PATH("02 02 " AS_PEER AS_US) HOP))
	  ROUTE(ORIGIN LONG_PATH HOP MARK), OURS },
	{ "8326 4", "one that shuts down gracefully loses, whatever the path",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(ORIGIN LONG_PATH HOP))
	  ROUTE(GOOD "c0 08 <fde90009 ffff0000>"), RIVALS },
	{ "4271 9.1.2", "the other route takes the place of one that is withdrawn",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(ORIGIN LONG_PATH HOP))
	  ROUTE(GOOD MARK) UPDATE(NET, "", ""), RIVALS },
	{ "4271 9.1.2", "and of one that gets worse",
	  EBGP, ESTABLISHED,
	  AGAINST(ROUTE(ORIGIN LONG_PATH HOP))
	  ROUTE(GOOD MARK) ROUTE("40 01 <02>" LONG_PATH HOP MARK), RIVALS },
};

const struct chapter chapter_decision = CHAPTER("Decision process", rows);
