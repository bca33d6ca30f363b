/* tests/conformance/rows_cease.c - RFC 4486, RFC 9003, RFC 8538 3.1, limits of prefixes.  What bgpd
 * itself says in a Cease is in scenes.c. */
#include "tests/conformance/rows.h"

#define THREE UPDATE("", GOOD, "18 c61200 18 c61201 18 c61202")
#define SHUTDOWN(data) NOTIFY("06", "02", data)

static const struct row rows[] = {
	{ "4486 4", "each subcode of Cease has a name: 1", EBGP, ESTABLISHED, NOTIFY("06", "01", ""),
	  "closed; neighbor last_error.text=Cease/Maximum Number of Prefixes Reached" },
	{ "4486 4", "each subcode of Cease has a name: 3", EBGP, ESTABLISHED, NOTIFY("06", "03", ""),
	  "closed; neighbor last_error.text=Cease/Peer De-configured" },
	{ "4486 4", "each subcode of Cease has a name: 5", EBGP, ESTABLISHED, NOTIFY("06", "05", ""),
	  "closed; neighbor last_error.text=Cease/Connection Rejected" },
	{ "4486 4", "each subcode of Cease has a name: 8", EBGP, ESTABLISHED, NOTIFY("06", "08", ""),
	  "closed; neighbor last_error.text=Cease/Out of Resources" },
	{ "9384 3", "each subcode of Cease has a name: 10", EBGP, ESTABLISHED, NOTIFY("06", "0a", ""),
	  "closed; neighbor last_error.text=Cease/BFD Down" },
	{ "9003 2", "the peer's operator is quoted", EBGP, ESTABLISHED, SHUTDOWN("<62796520 6e6f77>"),
	  "closed; neighbor last_error.text=Cease/Administrative Shutdown: bye now" },
	{ "9003 2", "also after a reset", EBGP, ESTABLISHED, NOTIFY("06", "04", "<627965>"),
	  "closed; neighbor last_error.text=Cease/Administrative Reset: bye" },
	{ "9003 2", "he may say nothing", EBGP, ESTABLISHED, SHUTDOWN("<>"),
	  "closed; neighbor last_error.text=Cease/Administrative Shutdown" },
	{ "9003 2", "he may say it in UTF-8", EBGP, ESTABLISHED, SHUTDOWN("<477285c39f65>"),
	  "closed; neighbor last_error.text=Cease/Administrative Shutdown: Gr?\xc3\x9f" "e" },
	{ "9003 2", "he may say 255 octets", EBGP, ESTABLISHED, SHUTDOWN("<{61}*255>"),
	  "closed; neighbor last_error.text=*Administrative Shutdown: aaaaaaaa" },
	{ "9003 2", "a length that is not there says nothing", EBGP, ESTABLISHED, SHUTDOWN("ff 6162"),
	  "closed; neighbor last_error.code=6" },
	{ "9003 6", "what could upset a terminal is not shown", EBGP, ESTABLISHED,
	  SHUTDOWN("<1b5b324a 0a 78>"),
	  "closed; neighbor last_error.text=Cease/Administrative Shutdown: ?[2J?x" },
	{ "8538 3.1", "a Hard Reset says what was meant", EBGP, ESTABLISHED, NOTIFY("06", "09", "06 02"),
	  "closed; neighbor last_error.text=Cease/Hard Reset (Cease/Administrative Shutdown)" },
	{ "4271 6.7", "one prefix more than the limit ends the session", LIMITED, ESTABLISHED, THREE,
	  "notification 6/1" },
	{ "4271 6.7", "as many as the limit are in order", LIMITED, ESTABLISHED,
	  UPDATE("", GOOD, "18 c61200 18 c613ff"), "accepted" },
	{ "4271 6.7", "or what is over is dropped", CUTTING, ESTABLISHED,
	  UPDATE("", GOOD, "18 c613ff 18 c61200 18 c61201"), "accepted; absent 198.18.1.0/24" },
	{ "4271 6.7", "until others are withdrawn", CUTTING, ESTABLISHED,
	  UPDATE("", GOOD, "18 c613ff 18 c61200") UPDATE(NET, GOOD, "18 c61201"),
	  "absent; accepted 198.18.1.0/24" },
};

const struct chapter chapter_cease = CHAPTER("Cease, and limits of prefixes", rows);
