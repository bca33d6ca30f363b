/* tests/conformance/rows_restart.c - RFC 4724 2 and 3.  Restarts themselves are in scenes.c. */
#include "tests/conformance/rows.h"

static const struct row rows[] = {
	{ "4724 2", "End-of-RIB of IPv4 is an UPDATE without anything",
	  EBGP, ROUTED, END_OF_RIB, "accepted" },
	{ "4724 2", "End-of-RIB may come again and again",
	  EBGP, ROUTED, END_OF_RIB END_OF_RIB END_OF_RIB, "accepted" },
	{ "4724 2", "End-of-RIB of a family that was not negotiated says nothing",
	  IPV4_ONLY, ESTABLISHED, UPDATE("", "80 0f <0002 01>", ""), "established" },
	{ "4724 3", "what both can do is shown",
	  RESTARTER, ESTABLISHED, "", "established; neighbor capabilities=*graceful-restart" },
	{ "8538 2", "a NOTIFICATION is a graceful restart only where both say so",
	  RESTARTER, ESTABLISHED, "", "established; sends 40 0a 4078" },
};

const struct chapter chapter_restart = CHAPTER("Graceful restart", rows);
