#include "tests/conformance/kinds.h"

#define USUAL_OPEN(as2, as4) OPEN(as2, "005a", ID_PEER, CAPABILITIES(CAP_USUAL CAP_AS4(as4)))
#define RESTARTS(hold, capability) \
	OPEN("fde9", hold, ID_PEER, CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER) capability))
#define RESTART_1S  "40 <0001 0001 01 80 0002 01 80>"
#define NOTIFIES    "40 <4010 0001 01 80 0002 01 80>"
#define SAYS_ROLE(role) \
	OPEN("fde9", "005a", ID_PEER, CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER) "09 <" role ">"))
#define RESTART_16S "40 <0010 0001 01 80 0002 01 80>"
#define NEXT_HOP_6  "05 <0001 0001 0002>"

#define AS_WIDE "fa56ea01"      /* 4200000001 */
#define AS_TRANS "5ba0"
#define WIDE_PATH "40 02 <02 01 " AS_WIDE ">"

const struct kind_facts kinds[KINDS] = {
	[EBGP] = { .name = "ebgp", .asn = 65001, .open = USUAL_OPEN("fde9", AS_PEER),
		   .attributes = GOOD, .has_as4 = true, .has_ipv6 = true },
	[IBGP] = { .name = "ibgp", .asn = LOCAL_ASN, .open = USUAL_OPEN("fdf2", AS_US),
		   .attributes = INTERNAL, .is_internal = true, .has_as4 = true, .has_ipv6 = true },
	[OLD] = { .name = "old", .asn = 65001,
		  .open = OPEN("fde9", "005a", ID_PEER, CAPABILITIES(CAP_USUAL)),
		  .attributes = ORIGIN PATH2 HOP },
	[PLAIN] = { .name = "plain", .asn = 65001, .open = OPEN("fde9", "005a", ID_PEER, ""),
		    .attributes = ORIGIN PATH2 HOP },
	[WIDE] = { .name = "wide", .asn = 4200000001, .open = USUAL_OPEN(AS_TRANS, AS_WIDE),
		   .attributes = ORIGIN WIDE_PATH HOP, .has_as4 = true },
	[SIX] = { .name = "six", .asn = 65001, .open = USUAL_OPEN("fde9", AS_PEER),
		  .attributes = GOOD, .has_as4 = true, .has_ipv6 = true, .is_six = true },
	[SIX_IBGP] = { .name = "six_ibgp", .asn = LOCAL_ASN, .open = USUAL_OPEN("fdf2", AS_US),
		       .attributes = INTERNAL, .is_internal = true, .has_as4 = true,
		       .has_ipv6 = true, .is_six = true },
	[NEXT6] = { .name = "next6", .asn = 65001,
		    .open = OPEN("fde9", "005a", ID_PEER,
				 CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER) NEXT_HOP_6)),
		    .attributes = GOOD, .has_as4 = true, .has_ipv6 = true, .is_six = true },
	[IPV4_ONLY] = { .name = "ipv4_only", .asn = 65001,
			.open = OPEN("fde9", "005a", ID_PEER,
				     CAPABILITIES(CAP_IPV4 CAP_REFRESH CAP_AS4(AS_PEER))),
			.attributes = GOOD, .has_as4 = true },
	[IPV6_ONLY] = { .name = "ipv6_only", .asn = 65001,
			.open = OPEN("fde9", "005a", ID_PEER,
				     CAPABILITIES(CAP_IPV6 CAP_REFRESH CAP_AS4(AS_PEER))),
			.has_as4 = true, .has_ipv6 = true, .is_six = true },
	[EXTENDED] = { .name = "extended", .asn = 65001,
		       .open = OPEN("fde9", "005a", ID_PEER,
				    CAPABILITIES(CAP_USUAL CAP_EXTENDED CAP_AS4(AS_PEER))),
		       .attributes = GOOD, .has_as4 = true },
	[RESTARTER] = { .name = "restarter", .asn = 65001,
			.open = OPEN("fde9", "005a", ID_PEER,
				     CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER) RESTART_16S)),
			.attributes = GOOD, .has_as4 = true },
	[HASTY] = { .name = "hasty", .asn = 65001,
		    .open = OPEN("fde9", "0003", ID_PEER,
				 CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER))),
		    .attributes = GOOD, .has_as4 = true },
	[TIMELESS] = { .name = "timeless", .asn = 65001,
		       .open = OPEN("fde9", "0000", ID_PEER,
				    CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER))),
		       .attributes = GOOD, .has_as4 = true },
	[CALLED] = { .name = "called", .asn = 65001, .open = USUAL_OPEN("fde9", AS_PEER),
		     .attributes = GOOD, .has_as4 = true, .is_called = true,
		     .settings = ", \"connect_retry\": 1" },
	[CALLED_LOWER] = { .name = "called_lower", .asn = 65001,
			   .open = OPEN("fde9", "005a", "01010101",
					CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER))),
			   .attributes = GOOD, .has_as4 = true, .is_called = true,
			   .settings = ", \"connect_retry\": 1" },
	[LIMITED] = { .name = "limited", .asn = 65001, .open = USUAL_OPEN("fde9", AS_PEER),
		      .attributes = GOOD, .has_as4 = true,
		      .settings = ", \"max_prefixes\": { \"max\": 2, \"action\": \"reset\" }" },
	[CUTTING] = { .name = "cutting", .asn = 65001, .open = USUAL_OPEN("fde9", AS_PEER),
		      .attributes = GOOD, .has_as4 = true,
		      .settings = ", \"max_prefixes\": { \"max\": 2, \"action\": \"discard\" }" },
	[NOTIFIER] = { .name = "notifier", .asn = 65001, .open = RESTARTS("005a", NOTIFIES),
		       .attributes = GOOD, .has_as4 = true },
	[HASTY_NOTIFIER] = { .name = "hasty_notifier", .asn = 65001,
			     .open = RESTARTS("0003", NOTIFIES), .attributes = GOOD,
			     .has_as4 = true },
	[BRIEF] = { .name = "brief", .asn = 65001, .open = RESTARTS("005a", RESTART_1S),
		    .attributes = GOOD, .has_as4 = true },
	[SILENT] = { .name = "silent", .asn = 65001, .open = USUAL_OPEN("fde9", AS_PEER),
		     .attributes = GOOD, .has_as4 = true, .has_no_policy = true },
	[TO_PROVIDER] = { .name = "provider", .asn = 65001, .open = SAYS_ROLE("00"),
			  .attributes = GOOD, .has_as4 = true, .role = "customer" },
	[TO_CUSTOMER] = { .name = "customer", .asn = 65001, .open = SAYS_ROLE("03"),
			  .attributes = GOOD, .has_as4 = true, .role = "provider" },
	[STRICT] = { .name = "strict", .asn = 65001, .open = SAYS_ROLE("00"), .attributes = GOOD,
		     .has_as4 = true, .role = "customer", .is_strict = true },
};
