/* tests/conformance/rows_role.c - RFC 9234: what we are to a neighbor, and OTC, "only to customer". */
#include "tests/conformance/rows.h"

#define SAYS(roles) \
	OPEN("fde9", "005a", ID_PEER, CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER) roles))
#define ROLE(role) "09 <" role ">"
#define PROVIDER ROLE("00")
#define CUSTOMER ROLE("03")
#define PEER     ROLE("04")
#define OTC(as) "c0 23 <" as ">"

static const struct row rows[] = {
	{ "9234 4.1", "we say our role", TO_PROVIDER, OPEN_SENT, SAYS(PROVIDER), "established; sends 09 01 03" },
	{ "9234 4.1", "no role is said where none is configured",
	  EBGP, OPEN_SENT, SAYS(PROVIDER), "established" },
	{ "9234 4.2", "a neighbor may say nothing of it",
	  TO_PROVIDER, OPEN_SENT, SAYS(""), "established" },
	{ "9234 4.2", "unless it must: Role Mismatch",
	  STRICT, OPEN_SENT, SAYS(""), "notification 2/11" },
	{ "9234 4.2", "then it says it", STRICT, OPEN_SENT, SAYS(PROVIDER), "established" },
	{ "9234 4.2", "two customers are a Role Mismatch",
	  TO_PROVIDER, OPEN_SENT, SAYS(CUSTOMER), "notification 2/11" },
	{ "9234 4.2", "a customer and a peer are, too",
	  TO_PROVIDER, OPEN_SENT, SAYS(PEER), "notification 2/11" },
	{ "9234 4.2", "a role that nobody knows is, too",
	  TO_PROVIDER, OPEN_SENT, SAYS(ROLE("63")), "notification 2/11" },
	{ "9234 4.2", "one role may be said twice",
	  TO_PROVIDER, OPEN_SENT, SAYS(PROVIDER PROVIDER), "established" },
	{ "9234 4.2", "two roles are a Role Mismatch",
	  TO_PROVIDER, OPEN_SENT, SAYS(PROVIDER PEER), "notification 2/11" },
	{ "9234 5", "what comes from a provider is marked with its AS",
	  TO_PROVIDER, ESTABLISHED, ROUTE(GOOD), "accepted attr35=c0:0000fde9" },
	{ "9234 5", "what is marked already stays so",
	  TO_PROVIDER, ESTABLISHED, ROUTE(GOOD OTC("0000fdea")), "accepted attr35=c0:0000fdea" },
	{ "9234 5", "what comes from a customer is not marked",
	  TO_CUSTOMER, ESTABLISHED, ROUTE(GOOD), "accepted -attr35" },
	{ "9234 5", "what comes marked from a customer is a leak, and not used",
	  TO_CUSTOMER, ROUTED, ROUTE(GOOD OTC("0000fdea")), "absent; received accepted=false" },
	{ "9234 5", "OTC of 3 octets costs the route",
	  TO_PROVIDER, ROUTED, ROUTE(GOOD OTC("00fdea")), "absent" },
	{ "9234 5", "what is told to a customer is marked with our AS",
	  TO_CUSTOMER, ESTABLISHED, "", "told 198.51.100.0/24 attr35=c0:0000fdf2" },
	{ "9234 5", "a mark that is there is told as it is",
	  TO_CUSTOMER, ESTABLISHED, "", "told 198.51.107.0/24 attr35=c0:0000fdeb" },
	{ "9234 5", "what is marked is not told to a provider",
	  TO_PROVIDER, ESTABLISHED, "", "untold 198.51.107.0/24" },
	{ "9234 5", "what is not marked is told, without a mark",
	  TO_PROVIDER, ESTABLISHED, "", "told 198.51.100.0/24 -attr35" },
	{ "9234 5", "without a role a mark is passed on",
	  EBGP, ESTABLISHED, "", "told 198.51.107.0/24 attr35=c0:0000fdeb" },
};

const struct chapter chapter_role = CHAPTER("Roles", rows);
