/* tests/conformance/rows_refresh.c - RFC 2918, RFC 7313.  What a request brings is in scenes.c. */
#include "tests/conformance/rows.h"

#define BEGIN REFRESH("0001", "01", "01")
#define END   REFRESH("0001", "02", "01")
#define MED "80 04 <00000009>"

static const struct row rows[] = {
	{ "2918 4", "a request is no error",
	  EBGP, ESTABLISHED, REFRESH("0001", "00", "01"), "established" },
	{ "2918 4", "a request of a peer that did not offer the capability is no error",
	  PLAIN, ESTABLISHED, REFRESH("0001", "00", "01"), "established" },
	{ "2918 4", "a request for a family that was not negotiated is passed over",
	  IPV4_ONLY, ESTABLISHED, REFRESH("0002", "00", "01"), "established" },
	{ "2918 4", "a request for an unknown family is passed over",
	  EBGP, ESTABLISHED, REFRESH("0019", "00", "41"), "established" },
	{ "2918 4", "requests as fast as they come do no harm",
	  EBGP, ESTABLISHED, "{" REFRESH("0001", "00", "01") "}*200", "established" },
	{ "7313 5", "a request of 3 octets is an Invalid Message Length, the data are the message",
	  EBGP, ESTABLISHED, "!05 0001 00;",
	  "notification 7/1 ffffffffffffffffffffffffffffffff001605000100" },
	{ "7313 5", "a request of 5 octets is, too",
	  EBGP, ESTABLISHED, "!05 0001 00 01 00;",
	  "notification 7/1 ffffffffffffffffffffffffffffffff0018050001000100" },
	{ "7313 5", "a request of no octets is, too",
	  EBGP, ESTABLISHED, "!05;", "notification 7/1 ffffffffffffffffffffffffffffffff001305" },
	{ "7313 5", "an unknown subtype is passed over",
	  EBGP, ROUTED, REFRESH("0001", "03", "01"), "accepted" },
	{ "7313 5", "subtype 255 is passed over",
	  EBGP, ROUTED, REFRESH("0001", "ff", "01"), "accepted" },
	{ "7313 4", "what is not repeated between begin and end is gone",
	  EBGP, ROUTED, BEGIN END, "absent; accepted 2001:db8:18::/48" },
	{ "7313 4", "what is repeated stays",
	  EBGP, ROUTED, BEGIN ROUTE(GOOD) END, "accepted" },
	{ "7313 4", "what is repeated and new at once is new",
	  EBGP, ROUTED, BEGIN ROUTE(GOOD MED) END, "accepted med=9" },
	{ "7313 4", "without an end nothing is gone",
	  EBGP, ROUTED, BEGIN, "accepted" },
	{ "7313 4", "an end without a begin says nothing",
	  EBGP, ROUTED, END, "accepted" },
	{ "7313 4", "a second begin begins anew",
	  EBGP, ROUTED, BEGIN ROUTE(GOOD) BEGIN END, "absent" },
	{ "7313 4", "what was withdrawn between them is gone as well",
	  EBGP, ROUTED, BEGIN ROUTE(GOOD) UPDATE(NET, "", "") END, "absent" },
	{ "7313 4", "a refresh of IPv6 is for IPv6 alone",
	  EBGP, ROUTED, REFRESH("0002", "01", "01") REFRESH("0002", "02", "01"),
	  "accepted; absent 2001:db8:18::/48" },
	{ "7313 4", "what the peer has learned is kept through a refresh of ours",
	  EBGP, ROUTED, REFRESH("0001", "00", "01"), "accepted; told 198.51.100.0/24" },
};

const struct chapter chapter_refresh = CHAPTER("Route refresh", rows);
