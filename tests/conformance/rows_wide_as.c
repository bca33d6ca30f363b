/* tests/conformance/rows_wide_as.c - RFC 6793. */
#include "tests/conformance/rows.h"

#define TRANS "5ba0"
#define OLD_ROUTE(path, more) ROUTE(ORIGIN "40 02 <" path ">" HOP more)
#define AS4_PATH(segments) "c0 11 <" segments ">"
#define AS4_AGGREGATOR(as) "c0 12 <" as " 0a000009>"
#define AGGREGATOR(as) "c0 07 <" as " 0a000008>"

static const struct row rows[] = {
	{ "6793 4.2.3", "AS_PATH of 2 octets is widened",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 fdea", ""), "accepted path=65001,65002" },
	{ "6793 4.2.3", "AS4_PATH takes the place of the end of AS_PATH",
	  OLD, ESTABLISHED, OLD_ROUTE("02 03 fde9 " TRANS TRANS,
	  AS4_PATH("02 02 fa56ea02 fa56ea03")), "accepted path=65001,4200000002,4200000003 -as4path" },
	{ "6793 4.2.3", "AS4_PATH as long as AS_PATH takes its place",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 " TRANS, AS4_PATH("02 02 0000fde9 fa56ea02")),
	  "accepted path=65001,4200000002" },
	{ "6793 4.2.3", "AS4_PATH longer than AS_PATH is ignored",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 fdea", AS4_PATH("02 03 0000fde9 fa56ea02 0000fdea")),
	  "accepted path=65001,65002" },
	{ "6793 4.2.3", "a set counts as one in both",
	  OLD, ESTABLISHED, OLD_ROUTE("02 01 fde9 01 02 " TRANS TRANS,
	  AS4_PATH("01 02 fa56ea02 fa56ea03")), "accepted path=65001,{4200000002,4200000003}" },
	{ "6793 4.2.3", "AGGREGATOR of AS_TRANS is what AS4_AGGREGATOR says",
	  OLD, ESTABLISHED, OLD_ROUTE("02 01 fde9", AGGREGATOR(TRANS) AS4_AGGREGATOR("fa56ea02")),
	  "accepted aggregator=4200000002,10.0.0.9 -as4aggregator" },
	{ "6793 4.2.3", "with another AGGREGATOR AS4_AGGREGATOR is ignored",
	  OLD, ESTABLISHED, OLD_ROUTE("02 01 fde9", AGGREGATOR("fdea") AS4_AGGREGATOR("fa56ea02")),
	  "accepted aggregator=65002,10.0.0.8" },
	{ "6793 4.2.3", "and AS4_PATH, too",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 " TRANS, AGGREGATOR("fdea")
	  AS4_AGGREGATOR("fa56ea02") AS4_PATH("02 01 fa56ea02")), "accepted path=65001,23456" },
	{ "6793 4.2.3", "AS4_AGGREGATOR alone says nothing",
	  OLD, ESTABLISHED, OLD_ROUTE("02 01 fde9", AS4_AGGREGATOR("fa56ea02")),
	  "accepted -aggregator -as4aggregator" },
	{ "6793 4.1", "AS4_PATH from a speaker of 4-octet AS numbers is dropped",
	  EBGP, ESTABLISHED, ROUTE(GOOD AS4_PATH("02 01 fa56ea02")), "accepted path=65001 -as4path" },
	{ "6793 4.1", "AS4_AGGREGATOR from one is dropped",
	  EBGP, ESTABLISHED, ROUTE(GOOD AS4_AGGREGATOR("fa56ea02")), "accepted -as4aggregator" },
	{ "6793 6", "AS4_PATH with an unknown segment is dropped",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 fdea", AS4_PATH("05 01 fa56ea02")),
	  "accepted path=65001,65002" },
	{ "6793 6", "AS4_PATH with a segment that overruns it is dropped",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 fdea", AS4_PATH("02 02 fa56ea02")),
	  "accepted path=65001,65002" },
	{ "6793 6", "AS4_PATH with an empty segment is dropped",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 fdea", AS4_PATH("02 00")),
	  "accepted path=65001,65002" },
	{ "6793 6", "segments of a confederation in AS4_PATH are passed over",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 " TRANS, AS4_PATH("03 01 fa56ea09 02 01 fa56ea02")),
	  "accepted path=65001,4200000002" },
	{ "6793 6", "AS4_AGGREGATOR of 6 octets is dropped",
	  OLD, ESTABLISHED, OLD_ROUTE("02 01 fde9", AGGREGATOR(TRANS) "c0 12 <fdea 0a000009>"),
	  "accepted aggregator=23456,10.0.0.8" },
	{ "7607 2", "AS 0 in AS4_PATH: it is dropped",
	  OLD, ESTABLISHED, OLD_ROUTE("02 02 fde9 fdea", AS4_PATH("02 01 00000000")),
	  "accepted path=65001,65002" },
	{ "7607 2", "AS 0 in a 2-octet AS_PATH costs the route",
	  OLD, ROUTED, OLD_ROUTE("02 02 fde9 0000", ""), "absent" },
	{ "7606 7.2", "AS_PATH in 4 octets where 2 were agreed upon costs the route",
	  OLD, ROUTED, OLD_ROUTE("02 01 0000fde9", ""), "absent" },
	{ "6793 4.2.3", "our own AS in the merged path is a loop",
	  OLD, ROUTED, OLD_ROUTE("02 02 fde9 " TRANS, AS4_PATH("02 01 " AS_US)),
	  "absent; rejected our own AS" },
	{ "6793 4.1", "the peer's own AS may have 4 octets",
	  WIDE, ESTABLISHED, ROUTE(ORIGIN "40 02 <02 02 fa56ea01 fa56ea02>" HOP),
	  "accepted path=4200000001,4200000002" },
	{ "4271 6.3", "and must be the first of its AS_PATH",
	  WIDE, ROUTED, ROUTE(ORIGIN "40 02 <02 01 00005ba0>" HOP), "absent" },
};

const struct chapter chapter_wide_as = CHAPTER("AS numbers of 4 octets", rows);
