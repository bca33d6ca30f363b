/* tests/conformance/row.h - One rule of an RFC, what is sent to try it, and what must happen.
 *
 * What must happen is said in clauses, separated by a semicolon:
 *
 *	notification 3/1 [HEX]          ends the session so, with these data if they are given
 *	closed                          ends it without a NOTIFICATION
 *	established                     the session is up, and takes routes
 *	accepted [PREFIX] [WORD...]     the route is taken, and passed on with these words of decode.h
 *	absent [PREFIX]                 it is not there, though the session is up
 *	told PREFIX [WORD...]           this peer itself is told of it
 *	untold PREFIX
 *	sends HEX                       what bgpd sends in its OPEN has these octets
 *	neighbor KEY=VALUE              bgpctl show neighbors says so; a list has its elements joined by
 *	                                a comma; KEY=*VALUE: it contains that
 *	received KEY=VALUE              the same of bgpctl show routes PREFIX from NAME received
 *	rejected TEXT                   the same says that the route came, and is filtered by this
 *
 * PREFIX is 198.18.0.0/24 unless it is said; "-word" says that no word begins so.  Those that ask
 * bgpctl are passed over when another daemon than bgpd is on stage. */
#ifndef CONFORMANCE_ROW_H
#define CONFORMANCE_ROW_H

#include <stddef.h>

/* Who the peer is; kinds.c says what that means. */
enum kind {
	EBGP,                           /* AS 65001: IPv4 and IPv6, 4-octet AS, both refreshes */
	IBGP,                           /* our AS */
	OLD,                            /* as EBGP, but with 2-octet AS numbers */
	PLAIN,                          /* no capabilities at all */
	WIDE,                           /* AS 4200000001 */
	SIX,                            /* as EBGP, over IPv6 */
	SIX_IBGP,
	NEXT6,                          /* as SIX, with RFC 8950 next hops */
	IPV4_ONLY,
	IPV6_ONLY,
	EXTENDED,                       /* RFC 8654 */
	RESTARTER,                      /* RFC 4724 */
	HASTY,                          /* hold time 3 */
	TIMELESS,                       /* hold time 0 */
	CALLED,                         /* bgpd connects to it; bgpd's identifier is lower */
	CALLED_LOWER,                   /* the same, but bgpd's identifier is higher */
	LIMITED,                        /* two prefixes at most */
	CUTTING,                        /* two prefixes at most, what is over is dropped */
	NOTIFIER,                       /* RFC 8538 */
	HASTY_NOTIFIER,                 /* the same, hold time 3 */
	BRIEF,                          /* RFC 4724, but back within a second */
	SILENT,                         /* nothing is said of what may be taken and told */
	TO_PROVIDER,                    /* RFC 9234: bgpd is its customer */
	TO_CUSTOMER,                    /* and its provider */
	STRICT,                         /* as TO_PROVIDER, and wants to hear its role */
	KINDS
};

/* How far the session is, as bgpd sees it, when the octets are sent. */
enum stand {
	OPEN_SENT,
	OPEN_CONFIRM,
	ESTABLISHED,
	ROUTED,                         /* and it has taken 198.18.0.0/24 and 2001:db8:18::/48 */
};

struct row {
	const char *rule;               /* "4271 6.1" */
	const char *name;
	enum kind kind;
	enum stand stand;
	const char *octets;             /* of assemble.h; behind AGAINST, if it is there */
	const char *expected;
};

/* A row that is more than octets and what comes of them: on a stage, to be played. */
struct stage;
struct scene {
	const char *rule, *name;
	enum kind kind;
	/* NULL: as it must be; else what was wrong. */
	const char *(*play)(struct stage *stage, size_t neighbor);
};

struct chapter {
	const char *title;
	const struct row *rows;
	size_t count;
};

#define CHAPTER(title, rows) { title, rows, sizeof(rows) / sizeof((rows)[0]) }

extern const struct chapter *const chapters[];
extern const size_t chapter_count;
extern const struct scene scenes[];
extern const size_t scene_count;
const char *scene_play(const struct scene *scene, struct stage *stage, size_t neighbor);

/* What the rival says (stage.h), once before the row's own octets and once again behind them: the order
 * must make no difference. */
#define AGAINST(octets) octets "@"

/* ---- words for octets ---- */

#define MARKER "{ff}*16 "
#define UPDATE(withdrawn, attributes, nlri) "!02 (" withdrawn ") (" attributes ") " nlri ";"
#define KEEPALIVE "!04;"
#define END_OF_RIB "!02 0000 0000;"
#define REFRESH(afi, kind, safi) "!05 " afi " " kind " " safi ";"
#define NOTIFY(code, subcode, data) "!03 " code " " subcode " " data ";"
#define OPEN(as, hold, id, parameters) "!01 04 " as " " hold " " id " <" parameters ">;"

#define CAPABILITIES(list) "02 <" list ">"
#define CAP_IPV4      "01 <0001 00 01>"
#define CAP_IPV6      "01 <0002 00 01>"
#define CAP_REFRESH   "02 <>"
#define CAP_EXTENDED  "06 <>"
#define CAP_AS4(as)   "41 <" as ">"
#define CAP_ENHANCED  "46 <>"
#define CAP_USUAL     CAP_IPV4 CAP_IPV6 CAP_REFRESH CAP_ENHANCED

#define AS_PEER "0000fde9"      /* 65001 */
#define AS_US   "0000fdf2"      /* 65010 */
#define ID_PEER "0a010001"

#define ORIGIN "40 01 <00>"
#define PATH   "40 02 <02 01 " AS_PEER ">"
#define PATH2  "40 02 <02 01 fde9>"     /* in 2-octet AS numbers */
#define NO_PATH "40 02 <>"
#define HOP    "40 03 <0a000002>"
#define LOCAL_PREF "40 05 <00000096>"   /* 150 */
#define HOP6   "20010db8000000000000000000000002"
#define NET    "18 c61200"              /* 198.18.0.0/24 */
#define NET6   "30 20010db80018"        /* 2001:db8:18::/48 */
#define NET_TEXT  "198.18.0.0/24"
#define NET6_TEXT "2001:db8:18::/48"
#define REACH6 "80 0e <0002 01 <" HOP6 "> 00 " NET6 ">"

#define GOOD     ORIGIN PATH HOP
#define INTERNAL ORIGIN NO_PATH HOP LOCAL_PREF
#define ROUTE(attributes) UPDATE("", attributes, NET)   /* of NET with these attributes */

#endif
