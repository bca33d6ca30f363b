#include "bgpd/config/keys.h"

#include <inttypes.h>
#include <string.h>

#include "bgpd/base/text.h"
#include "bgpd/config/config.h"
#include "bgpd/wire/as_path.h"
#include "policy/liveness.h"
#include "policy/ping.h"
#include "policy/policy.h"

#define TOP       OBJECT_BIT(OBJECT_TOP)
#define ANNOUNCE  OBJECT_BIT(OBJECT_ANNOUNCE)
#define AGGREGATE OBJECT_BIT(OBJECT_AGGREGATE)
#define GROUP     OBJECT_BIT(OBJECT_GROUP)
#define TUNNEL    OBJECT_BIT(OBJECT_TUNNEL)
#define NEIGHBOR  OBJECT_BIT(OBJECT_NEIGHBOR)
#define RULE      OBJECT_BIT(OBJECT_RULE)
#define MATCH     OBJECT_BIT(OBJECT_MATCH)
#define SET       OBJECT_BIT(OBJECT_SET)
#define LIMIT     OBJECT_BIT(OBJECT_MAX_PREFIXES)
#define AO        OBJECT_BIT(OBJECT_TCP_AO)
#define BFD       OBJECT_BIT(OBJECT_BFD)
#define PING      OBJECT_BIT(OBJECT_PING)
#define FIB       OBJECT_BIT(OBJECT_FIB)
#define DECISION  OBJECT_BIT(OBJECT_DECISION)
#define CONTROL   OBJECT_BIT(OBJECT_CONTROL)
#define METRICS   OBJECT_BIT(OBJECT_METRICS)
#define LOG       OBJECT_BIT(OBJECT_LOG)

/* A session's keys: for a tunnel, for a neighbor, and in a group for all its tunnels. */
#define SESSION   (GROUP | TUNNEL | NEIGHBOR)

#define TABLE_LOCAL 255         /* RT_TABLE_LOCAL */

static const struct key_choice modes[] = {
	{ "active-standby", MODE_ACTIVE_STANDBY },
	{ "follow-provider", MODE_FOLLOW_PROVIDER },
	{ "ecmp", MODE_ECMP },
	{ NULL, 0 }
};

static const struct key_choice maintenance[] = {
	{ "yield", true }, { "ignore", false }, { NULL, 0 }
};

static const struct key_choice symmetries[] = {
	{ "report", false }, { "follow-inbound", true }, { NULL, 0 }
};

static const struct key_choice missing_meds[] = {
	{ "best", false },
	{ "worst", true },
	{ NULL, 0 }
};

static const struct key_choice when_down[] = {
	{ "unreachable", WHEN_DOWN_UNREACHABLE },
	{ "blackhole", WHEN_DOWN_BLACKHOLE },
	{ "remove", WHEN_DOWN_REMOVE },
	{ NULL, 0 }
};

static const struct key_choice guards[] = {
	{ "pin", GUARD_PIN }, { "refuse", GUARD_REFUSE }, { NULL, 0 }
};

static const struct key_choice ao_algorithms[] = {
	{ "hmac-sha-1-96", TCP_AO_HMAC_SHA1 }, { "aes-128-cmac-96", TCP_AO_AES_CMAC }, { NULL, 0 }
};

static const struct key_choice signals[] = {
	{ "link", SIGNAL_BIT(SIGNAL_LINK) },
	{ "ipsec", SIGNAL_BIT(SIGNAL_IPSEC) },
	{ "ack", SIGNAL_BIT(SIGNAL_ACK) },
	{ "ping", SIGNAL_BIT(SIGNAL_PING) },
	{ "bfd", SIGNAL_BIT(SIGNAL_BFD) },
	{ NULL, 0 }
};

static const struct key_choice rule_actions[] = {
	{ "accept", POLICY_ACCEPT }, { "reject", POLICY_REJECT }, { "next", POLICY_NEXT }, { NULL, 0 }
};

static const struct key_choice origins[] = {
	{ "igp", 1u << ORIGIN_IGP },
	{ "egp", 1u << ORIGIN_EGP },
	{ "incomplete", 1u << ORIGIN_INCOMPLETE },
	{ NULL, 0 }
};

static const struct key_choice families[] = {
	{ "ipv4", FAMILY_BIT(FAMILY_IPV4) },
	{ "ipv6", FAMILY_BIT(FAMILY_IPV6) },
	{ NULL, 0 }
};

static const struct key_choice actions[] = {
	{ "reset", LIMIT_RESET }, { "discard", LIMIT_DISCARD }, { NULL, 0 }
};

static const struct key_choice bgp_roles[] = {
	{ "provider", BGP_ROLE_PROVIDER },
	{ "customer", BGP_ROLE_CUSTOMER },
	{ "peer", BGP_ROLE_PEER },
	{ "rs", BGP_ROLE_RS },
	{ "rs-client", BGP_ROLE_RS_CLIENT },
	{ NULL, 0 }
};

static const struct key_choice exits[] = {
	{ "keep", ON_EXIT_KEEP }, { "remove", ON_EXIT_REMOVE }, { NULL, 0 }
};

static const struct key_choice groups[] = {
	{ "automatic", FIB_GROUPS_AUTOMATIC },
	{ "resilient", FIB_GROUPS_RESILIENT },
	{ "multipath", FIB_GROUPS_MULTIPATH },
	{ "none", FIB_GROUPS_NONE },
	{ NULL, 0 }
};

static const struct key_choice levels[] = {
	{ "error", 0 }, { "warning", 1 }, { "notice", 2 }, { "info", 3 }, { "debug", 4 }, { NULL, 0 }
};

const struct key keys[KEYS] = {
	[KEY_SCHEMA] = { "$schema", TOP, 0, TYPE_TEXT, .max = 4096,
		.help = "Where an editor finds the JSON Schema of this file; without meaning to bgpd." },
	[KEY_ASN] = { "asn", TOP, TOP, TYPE_ASN, .min = 1, .max = UINT32_MAX,
		.gap = { AS_TRANS, AS_TRANS, "is reserved (AS_TRANS)" },
		.help = "Our own AS number." },
	[KEY_ROUTER_ID] = { "router_id", TOP, TOP, TYPE_IPV4,
		.help = "The BGP identifier: an IPv4 address of this machine that no other BGP speaker "
			"near it uses." },
	[KEY_LISTEN_PORT] = { "listen_port", TOP, 0, TYPE_NUMBER, .max = UINT16_MAX, .fallback = "179",
		.help = "The TCP port where peers may connect; 0: do not listen." },
	[KEY_ANNOUNCE] = { "announce", TOP, 0, TYPE_ANNOUNCE, OBJECT_ANNOUNCE, .otherwise = "nothing",
		.help = "The prefixes that we announce: to the tunnels of each group that has no "
			"announce of its own, and to neighbors as their export allows. An element is a "
			"prefix, or an object with a prefix and a condition." },
	[KEY_AGGREGATE] = { "aggregate", TOP, 0, TYPE_LIST, OBJECT_AGGREGATE,
		.help = "Prefixes that we announce in the same way while we have a route to anything that "
			"lies in them (RFC 4271 9.2.2.2). What lies in one and has no route of its own is "
			"unreachable (RFC 4632)." },
	[KEY_GROUPS] = { "groups", TOP, 0, TYPE_LIST, OBJECT_GROUP,
		.help = "Tunnels that lead to the same far network." },
	[KEY_NEIGHBORS] = { "neighbors", TOP, 0, TYPE_LIST, OBJECT_NEIGHBOR,
		.help = "Ordinary BGP peers: a router of the LAN, the other gateway of a pair." },
	[KEY_POLICIES] = { "policies", TOP, 0, TYPE_POLICIES, OBJECT_RULE, .min = 1, .max = 40,
		.otherwise = "none beside the built-in any and none",
		.help = "Route policies by name, each a list of rules, for import and export. The first "
			"rule whose every match holds decides; a route that no rule decides is "
			"rejected." },
	[KEY_FIB] = { "fib", TOP, 0, TYPE_OBJECT, OBJECT_FIB,
		.help = "How routes stand in the kernel." },
	[KEY_DECISION] = { "decision", TOP, 0, TYPE_OBJECT, OBJECT_DECISION,
		.help = "How the best of several routes to a prefix is found." },
	[KEY_CONTROL] = { "control", TOP, 0, TYPE_OBJECT, OBJECT_CONTROL,
		.help = "The socket where bgpctl(8) asks." },
	[KEY_METRICS] = { "metrics", TOP, 0, TYPE_OBJECT, OBJECT_METRICS,
		.help = "Where Prometheus may ask." },
	[KEY_LOG] = { "log", TOP, 0, TYPE_OBJECT, OBJECT_LOG,
		.help = "What is logged." },

	[KEY_PREFIX] = { "prefix", ANNOUNCE | AGGREGATE, ANNOUNCE | AGGREGATE, TYPE_PREFIX,
		.help = "The prefix." },
	[KEY_WHEN] = { "when", ANNOUNCE, 0, TYPE_CONDITION, .min = 1, .max = 26, .otherwise = "always",
		.help = "When it is announced: \"route\" means while the kernel has a route to it or to "
			"something in it that is not ours (connected, static, of another daemon), "
			"\"interface:eth1\" while that interface is up." },
	[KEY_SUMMARY_ONLY] = { "summary_only", AGGREGATE, 0, TYPE_BOOL, .fallback = "false",
		.help = "Do not announce what lies in it while it is announced itself." },

	[KEY_NAME] = { "name", GROUP | TUNNEL | NEIGHBOR, GROUP | TUNNEL | NEIGHBOR, TYPE_NAME,
		.min = 1, .max = 63,
		.help = "What bgpctl(8) and the log call it. Letters, digits and any of . _ - : may stand "
			"in it. No two groups share a name, nor do two tunnels or neighbors." },

	[KEY_PROVIDER] = { "provider", GROUP, 0, TYPE_PROVIDER, .fallback = "\"generic\"",
		.help = "The kind of far end: its limits, its timers, and what makes it choose a tunnel." },
	[KEY_MODE] = { "mode", GROUP, 0, TYPE_CHOICE, .choices = modes, .fallback = "\"active-standby\"",
		.help = "Which tunnels carry traffic: the first usable one in the order of the list "
			"(active-standby), the one that the far side prefers by its MED (follow-provider), "
			"or all that are usable (ecmp)." },
	[KEY_TUNNELS] = { "tunnels", GROUP, GROUP, TYPE_LIST, OBJECT_TUNNEL,
		.help = "The tunnels of the group, most preferred first: 1 to 8." },
	[KEY_ACCEPT] = { "accept", GROUP, GROUP, TYPE_RULES,
		.help = "What is accepted from the far side: \"10.50.0.0/16\" is this prefix alone, "
			"\"10.50.0.0/16 le 24\" also what lies in it up to a length of 24, "
			"\"10.0.0.0/8 ge 16 le 24\" what lies in it from 16 to 24." },
	[KEY_GROUP_ANNOUNCE] = { "announce", GROUP, 0, TYPE_RULES, .otherwise = "the top-level announce",
		.help = "What this group's tunnels announce: what matches one of the rules, of the "
			"top-level prefixes and of what neighbors told us." },
	[KEY_REVERT] = { "revert", GROUP, 0, TYPE_BOOL, .fallback = "true",
		.help = "Return to a more preferred tunnel when it is well again; false: stay until the "
			"present one fails or bgpctl(8) says so." },
	[KEY_REVERT_DELAY] = { "revert_delay", GROUP, 0, TYPE_SECONDS, .max = 86400, .fallback = "30",
		.help = "How long a tunnel must have been well before traffic returns to it. Doubled by "
			"each flap, up to ten minutes." },
	[KEY_SETTLE] = { "settle", GROUP, 0, TYPE_SECONDS, .max = 3600, .fallback = "5",
		.help = "On return, how long to wait at most for the traffic towards us to move before "
			"our own follows." },
	[KEY_MAINTENANCE] = { "maintenance", GROUP, 0, TYPE_CHOICE, .choices = maintenance,
		.fallback = "\"yield\"",
		.help = "Whether to leave a tunnel on the far side's wish: while a provider moves traffic "
			"to another one by its MED (AWS), or while all that a tunnel's peer announces has "
			"the community graceful-shutdown (RFC 8326)." },
	[KEY_SYMMETRY] = { "symmetry", GROUP, 0, TYPE_CHOICE, .choices = symmetries,
		.fallback = "\"report\"",
		.help = "What to do when traffic persistently returns by another tunnel than the one it "
			"leaves by: say so (report), or move our own direction to where it arrives "
			"(follow-inbound), for far ends that cannot be made to choose otherwise." },
	[KEY_WHEN_DOWN] = { "when_down", GROUP, 0, TYPE_CHOICE, .choices = when_down,
		.fallback = "\"unreachable\"",
		.help = "With no tunnel left, what the kernel does with traffic for what the group "
			"accepts: answer that it is unreachable, drop it (blackhole), or let it follow "
			"another route, perhaps in the clear (remove)." },
	[KEY_GUARD] = { "guard", GROUP, 0, TYPE_CHOICE, .choices = guards, .fallback = "\"pin\"",
		.help = "A learned prefix that covers the outside address of a tunnel is installed beside "
			"a host route to that address (pin), or not at all (refuse). A host route to "
			"the address itself is not taken, from no neighbor." },
	[KEY_BUDGET] = { "budget", GROUP, 0, TYPE_NUMBER, .max = UINT32_MAX,
		.otherwise = "the provider's limit",
		.help = "How many prefixes a tunnel announces at most; what is over is held back. "
			"0: no limit." },
	[KEY_MTU] = { "mtu", GROUP, 0, TYPE_NUMBER, .min = 68, .max = 65520, .otherwise = "not set",
		.help = "The MTU of the group's routes." },
	[KEY_ADVMSS] = { "advmss", GROUP, 0, TYPE_NUMBER, .min = 28, .max = 65495,
		.otherwise = "not set",
		.help = "The TCP segment size that local sockets advertise on the group's routes." },

	[KEY_INTERFACE] = { "interface", TUNNEL, TUNNEL, TYPE_NAME, .min = 1, .max = 15,
		.help = "The tunnel's network interface: XFRM, VTI, or any other." },
	[KEY_INSIDE] = { "inside", TUNNEL, TUNNEL, TYPE_LINK,
		.help = "Our address on the inside link and its length, as in \"169.254.10.2/30\": "
			"/30 or /31, with IPv6 /126 or /127; any where the peer is not on the link." },
	[KEY_PEER] = { "peer", TUNNEL, TUNNEL, TYPE_ADDRESS,
		.help = "The BGP address of the far end." },
	[KEY_PEER_ASN] = { "peer_asn", TUNNEL, 0, TYPE_ASN, .min = 1, .max = UINT32_MAX,
		.gap = { AS_TRANS, AS_TRANS, "is reserved (AS_TRANS)" },
		.otherwise = "the provider's; required where it has none",
		.help = "The AS number of the far end." },
	[KEY_OUTSIDE] = { "outside", TUNNEL, 0, TYPE_ADDRESS, .otherwise = "where its security association leads",
		.help = "The outer address of the far end, which no learned route may capture." },
	[KEY_IPSEC] = { "ipsec", TUNNEL, 0, TYPE_TEXT, .min = 1, .max = 255, .otherwise = "not known",
		.help = "The name of the CHILD_SA or of the connection in swanctl.conf, or of the connection "
			"in Libreswan. Where it is missing, a security association is known to be the "
			"tunnel's by the id of its XFRM interface or by the outside address." },
	[KEY_VICI] = { "vici", TOP | GROUP | TUNNEL, 0, TYPE_TEXT, .max = 107,
		.fallback = "\"/run/charon.vici\"",
		.help = "The vici socket of the strongSwan daemon that is asked for the tunnel's security "
			"association. One that is not there says nothing. \"\": none is asked." },
	[KEY_XFRM] = { "xfrm", TOP | GROUP | TUNNEL, 0, TYPE_BOOL, .fallback = "true",
		.help = "Watch the kernel's security associations, whichever IKE daemon makes them." },
	[KEY_INITIATE] = { "initiate", TOP | GROUP | TUNNEL, 0, TYPE_BOOL, .fallback = "false",
		.help = "Ask strongSwan to initiate the tunnel's CHILD_SA, which ipsec names, when it is "
			"missing: after 1 s, then after twice as long each time, at most 60 s. Not while "
			"one is negotiated, nor while the tunnel is drained." },
	[KEY_BFD] = { "bfd", GROUP | TUNNEL, 0, TYPE_OBJECT, OBJECT_BFD, .otherwise = "not spoken",
		.help = "Speak BFD with the far end (RFC 5880, 5881). {} does it with all defaults. A "
			"failure takes the tunnel out of use and ends its BGP session (RFC 9384)." },
	[KEY_PING] = { "ping", GROUP | TUNNEL, 0, TYPE_OBJECT, OBJECT_PING, .otherwise = "not sent",
		.help = "Send ICMP echoes through the tunnel. {} does it with all defaults. A far end "
			"that has never answered is not held against the tunnel." },
	[KEY_REQUIRED_SIGNALS] = { "required_signals", TUNNEL, 0, TYPE_CHOICES, .choices = signals,
		.fallback = "[\"link\", \"ipsec\", \"ack\", \"ping\", \"bfd\"]",
		.help = "What must not be down for the tunnel to be usable, beside its BGP session: the "
			"interface (link), the security association (ipsec), the far side's TCP "
			"acknowledgements (ack), echoes (ping), BFD (bfd). A signal that is not known is "
			"not down." },
	[KEY_LOCAL_PREF] = { "local_pref", TUNNEL, 0, TYPE_NUMBER, .max = UINT32_MAX,
		.otherwise = "by role",
		.help = "The local preference of what the tunnel's peer announces." },
	[KEY_PREPEND] = { "prepend", TUNNEL, 0, TYPE_NUMBER, .max = 30, .otherwise = "by role and provider",
		.help = "How many times more than on the active tunnel our AS stands in the path of what "
			"a standby tunnel announces." },
	[KEY_MED] = { "med", TUNNEL, 0, TYPE_NUMBER, .max = UINT32_MAX, .otherwise = "by role and provider",
		.help = "The MED of what a standby tunnel announces." },
	[KEY_WEIGHT] = { "weight", TUNNEL, 0, TYPE_NUMBER, .min = 1, .max = UINT8_MAX, .fallback = "1",
		.help = "The tunnel's share of the traffic in mode ecmp." },

	[KEY_ADDRESS] = { "address", NEIGHBOR, NEIGHBOR, TYPE_ADDRESS,
		.help = "The neighbor's address." },
	[KEY_NEIGHBOR_ASN] = { "asn", NEIGHBOR, NEIGHBOR, TYPE_ASN, .min = 1, .max = UINT32_MAX,
		.gap = { AS_TRANS, AS_TRANS, "is reserved (AS_TRANS)" },
		.help = "The neighbor's AS number; our own makes it an internal neighbor." },
	[KEY_LOCAL_ADDRESS] = { "local_address", NEIGHBOR, 0, TYPE_ADDRESS,
		.otherwise = "the kernel's choice",
		.help = "The source address of our connections to it." },
	[KEY_NEIGHBOR_INTERFACE] = { "interface", NEIGHBOR, 0, TYPE_NAME, .min = 1, .max = 15,
		.otherwise = "any",
		.help = "The interface or VRF that the session is bound to. A link-local address needs "
			"it." },
	[KEY_IMPORT] = { "import", SESSION, 0, TYPE_POLICY, .min = 1, .max = 40,
		.otherwise = "any for a tunnel, none for a neighbor",
		.help = "The policy that judges and changes what the peer announces: one of policies, "
			"\"any\" (all as it is) or \"none\" (nothing). On a tunnel it comes after the "
			"group's accept." },
	[KEY_EXPORT] = { "export", SESSION, 0, TYPE_POLICY, .min = 1, .max = 40,
		.otherwise = "any for a tunnel, none for a neighbor",
		.help = "The policy for what is announced to the peer. On a tunnel it comes after the "
			"group's announce, and what it sets goes before the steering of the group; its "
			"prepends are added to it. With \"any\" both ways between two neighbors we are "
			"plain transit." },

	[KEY_PASSIVE] = { "passive", TUNNEL | NEIGHBOR, 0, TYPE_BOOL, .fallback = "false",
		.help = "Wait for the peer to connect, never connect to it." },
	[KEY_HOLD_TIME] = { "hold_time", SESSION, 0, TYPE_SECONDS, .max = UINT16_MAX,
		.gap = { 1, 2, "is too short" },
		.otherwise = "the provider's, 90 for a neighbor",
		.help = "Silence after which a peer is taken for dead; the smaller value of the two sides "
			"counts. 0: never." },
	[KEY_KEEPALIVE] = { "keepalive", SESSION, 0, TYPE_SECONDS, .max = 21845,
		.otherwise = "the provider's, at most a third of hold_time",
		.help = "The time between our KEEPALIVEs. 0: a third of the negotiated hold time." },
	[KEY_CONNECT_RETRY] = { "connect_retry", SESSION, 0, TYPE_SECONDS, .min = 1, .max = UINT16_MAX,
		.fallback = "30",
		.help = "The longest time between two attempts to connect. They begin one second apart." },
	[KEY_DELAY_OPEN] = { "delay_open", SESSION, 0, TYPE_SECONDS, .max = 240, .fallback = "0",
		.help = "How long our OPEN waits on a new connection for that of the peer (DelayOpen). "
			"0: it does not wait." },
	[KEY_PASSWORD] = { "password", SESSION, 0, TYPE_SECRET, .min = 1, .max = 80, .otherwise = "none",
		.help = "The key of TCP MD5 signatures (RFC 2385)." },
	[KEY_PASSWORD_FILE] = { "password_file", SESSION, 0, TYPE_SECRET_FILE, .min = 1, .max = 4095,
		.otherwise = "none",
		.help = "A file whose first line is the password and which only its owner may read. A "
			"relative path begins at the folder of the configuration." },
	[KEY_TCP_AO] = { "tcp_ao", SESSION, 0, TYPE_OBJECT, OBJECT_TCP_AO, .otherwise = "none",
		.help = "The TCP authentication option (RFC 5925) in the place of a password. On a kernel "
			"without it, which is one before Linux 6.7 or built without CONFIG_TCP_AO, the "
			"session stays down." },
	[KEY_TTL] = { "ttl", SESSION, 0, TYPE_NUMBER, .min = 1, .max = UINT8_MAX,
		.otherwise = "the provider's; for a neighbor 1, or 255 inside our own AS",
		.help = "The TTL or hop limit of what we send; more than 1 allows a peer that is not on "
			"the link." },
	[KEY_GTSM] = { "gtsm", SESSION, 0, TYPE_BOOL, .fallback = "false",
		.help = "Send with a TTL of 255 and take nothing with less (RFC 5082). The peer must do "
			"the same." },
	[KEY_FAMILIES] = { "families", SESSION, 0, TYPE_CHOICES, .choices = families,
		.min = 1, .fallback = "[\"ipv4\"]",
		.help = "The address families offered to the peer." },
	[KEY_GRACEFUL_RESTART] = { "graceful_restart", SESSION, 0, TYPE_BOOL, .fallback = "true",
		.help = "Offer graceful restart (RFC 4724): forwarding outlives a restart of bgpd." },
	[KEY_RESTART_TIME] = { "restart_time", SESSION, 0, TYPE_SECONDS, .min = 1, .max = 4095,
		.fallback = "120",
		.help = "How long the peer keeps our routes while bgpd restarts." },
	[KEY_MAX_PREFIXES] = { "max_prefixes", SESSION, 0, TYPE_LIMIT, OBJECT_MAX_PREFIXES,
		.max = UINT32_MAX, .otherwise = "2000000, and what is over is discarded",
		.help = "How many prefixes the peer may announce: a number, or an object with what then "
			"happens. 0: no limit." },

	[KEY_ROLE] = { "role", NEIGHBOR, 0, TYPE_CHOICE, .choices = bgp_roles, .otherwise = "not said",
		.help = "What we are to a neighbor of another AS (RFC 9234): its provider, its customer, "
			"its peer, a route server (rs) or the client of one (rs-client). The neighbor "
			"must be the counterpart or say nothing. What comes from a provider or a peer "
			"is marked, and goes to customers only." },
	[KEY_STRICT_ROLE] = { "strict_role", NEIGHBOR, 0, TYPE_BOOL, .fallback = "false",
		.help = "Refuse a neighbor that does not say its role." },

	[KEY_MATCH] = { "match", RULE, 0, TYPE_OBJECT, OBJECT_MATCH, .otherwise = "all routes match",
		.help = "What a route must be like. Of each list one element must match, and every list "
			"must." },
	[KEY_SET] = { "set", RULE, 0, TYPE_OBJECT, OBJECT_SET, .otherwise = "nothing",
		.help = "What is changed of a route that matches." },
	[KEY_RULE_ACTION] = { "action", RULE, RULE, TYPE_CHOICE, .choices = rule_actions,
		.help = "What becomes of a route that matches: it is accepted, rejected, or goes on to "
			"the next rule, which sees what has been set." },

	[KEY_MATCH_PREFIX] = { "prefix", MATCH, 0, TYPE_RULES, .min = 1, .otherwise = "any",
		.help = "The route's prefix." },
	[KEY_MATCH_AS_PATH] = { "as_path", MATCH, 0, TYPE_PATHS, .min = 1, .otherwise = "any",
		.help = "Patterns for its AS path, like \"^64512 .* 65001$\": see POLICIES." },
	[KEY_MATCH_COMMUNITY] = { "community", MATCH, 0, TYPE_COMMUNITIES, .min = 1, .otherwise = "any",
		.help = "Communities that it has, like \"65010:100\", \"65010:*\" or \"no-export\"." },
	[KEY_MATCH_LARGE_COMMUNITY] = { "large_community", MATCH, 0, TYPE_LARGE_COMMUNITIES, .min = 1,
		.otherwise = "any",
		.help = "Large communities that it has (RFC 8092), like \"65010:1:*\"." },
	[KEY_MATCH_EXT_COMMUNITY] = { "ext_community", MATCH, 0, TYPE_EXT_COMMUNITIES, .min = 1,
		.otherwise = "any",
		.help = "Extended communities that it has (RFC 4360), like \"rt:65010:100\", "
			"\"soo:198.51.100.1:7\" or \"0x030c000000000008\"." },
	[KEY_MATCH_NEIGHBOR] = { "neighbor", MATCH, 0, TYPE_NAMES, .min = 1, .max = 63,
		.otherwise = "any",
		.help = "Whom it was learned from: a neighbor, a tunnel, a group; \"local\" is what we "
			"announce ourselves." },
	[KEY_MATCH_ORIGIN] = { "origin", MATCH, 0, TYPE_CHOICES, .choices = origins, .min = 1,
		.otherwise = "any",
		.help = "Its ORIGIN." },

	[KEY_SET_LOCAL_PREF] = { "local_pref", SET, 0, TYPE_NUMBER, .max = UINT32_MAX,
		.otherwise = "as it is; on a tunnel by role",
		.help = "The local preference. On a tunnel it goes before that of its role, which is 200 "
			"for the active tunnel and at most 100 for others; among the tunnels of a group "
			"it orders those that offer the prefix." },
	[KEY_SET_MED] = { "med", SET, 0, TYPE_NUMBER, .max = UINT32_MAX, .otherwise = "as it is",
		.help = "The MED." },
	[KEY_SET_PREPEND] = { "prepend", SET, 0, TYPE_NUMBER, .min = 1, .max = 30, .otherwise = "none",
		.help = "How many times more the AS that stands first in the path is put there: the "
			"neighbor's on import, our own on export." },
	[KEY_SET_NEXT_HOP] = { "next_hop", SET, 0, TYPE_ADDRESS, .otherwise = "as it is; on export ourselves",
		.help = "The next hop of prefixes of its family. What leaves by a tunnel has none but the "
			"tunnel." },
	[KEY_SET_METRIC] = { "metric", SET, 0, TYPE_NUMBER, .min = 1, .max = UINT32_MAX - 1,
		.otherwise = "the group's, or that of fib",
		.help = "The metric of the route in the kernel; on import only." },
	[KEY_ADD_COMMUNITY] = { "add_community", SET, 0, TYPE_COMMUNITIES, .min = 1, .otherwise = "none",
		.help = "Communities that it shall have, too." },
	[KEY_REMOVE_COMMUNITY] = { "remove_community", SET, 0, TYPE_COMMUNITIES, .min = 1,
		.otherwise = "none",
		.help = "Communities that are taken away, before others are added; \"*:*\" takes all." },
	[KEY_ADD_LARGE_COMMUNITY] = { "add_large_community", SET, 0, TYPE_LARGE_COMMUNITIES, .min = 1,
		.otherwise = "none",
		.help = "Large communities that it shall have, too." },
	[KEY_REMOVE_LARGE_COMMUNITY] = { "remove_large_community", SET, 0, TYPE_LARGE_COMMUNITIES,
		.min = 1, .otherwise = "none",
		.help = "Large communities that are taken away." },
	[KEY_ADD_EXT_COMMUNITY] = { "add_ext_community", SET, 0, TYPE_EXT_COMMUNITIES, .min = 1,
		.otherwise = "none",
		.help = "Extended communities that it shall have, too." },
	[KEY_REMOVE_EXT_COMMUNITY] = { "remove_ext_community", SET, 0, TYPE_EXT_COMMUNITIES, .min = 1,
		.otherwise = "none",
		.help = "Extended communities that are taken away." },

	[KEY_MAX] = { "max", LIMIT, LIMIT, TYPE_NUMBER, .max = UINT32_MAX,
		.help = "How many prefixes the peer may announce. 0: no limit." },
	[KEY_ACTION] = { "action", LIMIT, 0, TYPE_CHOICE, .choices = actions, .fallback = "\"reset\"",
		.help = "Over the limit, close the session, or discard what is over it." },
	[KEY_RESTART] = { "restart", LIMIT, 0, TYPE_SECONDS, .min = 1, .max = 86400, .fallback = "300",
		.help = "How long the session stays closed after a reset." },

	[KEY_AO_KEY] = { "key", AO, AO, TYPE_SECRET, .min = 1, .max = 80,
		.help = "The master key, as text." },
	[KEY_AO_ID] = { "id", AO, AO, TYPE_NUMBER, .max = UINT8_MAX,
		.help = "The key's number, the same in both directions (SendID and RecvID)." },
	[KEY_AO_ALGORITHM] = { "algorithm", AO, 0, TYPE_CHOICE, .choices = ao_algorithms,
		.fallback = "\"hmac-sha-1-96\"",
		.help = "How segments are signed (RFC 5926)." },

	[KEY_PROBE_ENABLED] = { "enabled", BFD | PING, 0, TYPE_BOOL, .fallback = "true",
		.help = "Whether it is done at all: false for a tunnel of a group that does it." },
	[KEY_BFD_INTERVAL] = { "interval_ms", BFD, 0, TYPE_NUMBER, .min = 10, .max = 60000,
		.fallback = "300",
		.help = "The milliseconds between two packets, in either direction; the slower side "
			"sets the pace." },
	[KEY_BFD_MULTIPLIER] = { "multiplier", BFD, 0, TYPE_NUMBER, .min = 1, .max = UINT8_MAX,
		.fallback = "3",
		.help = "How many of our packets in a row the far side must miss to take the tunnel for "
			"dead. What we may miss is configured there." },
	[KEY_PING_INTERVAL] = { "interval_ms", PING, 0, TYPE_NUMBER, .min = PING_INTERVAL_MIN,
		.max = 60000, .fallback = "500",
		.help = "The milliseconds between two echoes. One is lost when it is not answered "
			"within a second." },
	[KEY_PING_LOST] = { "lost", PING, 0, TYPE_NUMBER, .min = 1, .max = PING_WINDOW,
		.fallback = "5",
		.help = "How many of the last echoes must be lost for the signal to be down." },
	[KEY_PING_OF] = { "of", PING, 0, TYPE_NUMBER, .min = 1, .max = PING_WINDOW, .fallback = "6",
		.help = "How many echoes are looked at." },
	[KEY_PING_TARGET] = { "target", PING, 0, TYPE_ADDRESS, .otherwise = "the peer",
		.help = "Who is to answer: an address beyond the tunnel that is reached through its "
			"interface whatever the routes say." },

	[KEY_PROTOCOL] = { "protocol", FIB, 0, TYPE_NUMBER, .min = 5, .max = UINT8_MAX,
		.fallback = "186",
		.help = "The protocol number of our routes in the kernel, by which they are told from "
			"those of others. No other daemon may use it." },
	[KEY_TABLE] = { "table", FIB | GROUP, 0, TYPE_NUMBER, .min = 1, .max = UINT32_MAX,
		.gap = { TABLE_LOCAL, TABLE_LOCAL, "is the kernel's own (local)" }, .fallback = "254",
		.help = "The kernel's routing table; 254 is main. That of a VRF where the tunnels' "
			"interfaces belong to one; peers can then connect to us if "
			"net.ipv4.tcp_l3mdev_accept is 1." },
	[KEY_METRIC] = { "metric", FIB | GROUP, 0, TYPE_NUMBER, .min = 1, .max = UINT32_MAX - 1,
		.fallback = "20",
		.help = "The metric of our routes in the kernel: lower ones go first." },
	[KEY_PREFERRED_SOURCE] = { "preferred_source", FIB | GROUP, 0, TYPE_SOURCES,
		.otherwise = "the kernel's choice",
		.help = "The source address of local traffic over our routes: one address, or a list with "
			"one of each family." },
	[KEY_ON_EXIT] = { "on_exit", FIB, 0, TYPE_CHOICE, .choices = exits, .fallback = "\"keep\"",
		.help = "What happens to our routes in the kernel when bgpd ends." },
	[KEY_FIB_GROUPS] = { "groups", FIB, 0, TYPE_CHOICE, .choices = groups,
		.fallback = "\"automatic\"",
		.help = "The nexthop groups that routes point at. With resilient ones (Linux 5.13) the "
			"kernel itself moves traffic when a tunnel's interface goes; with multipath ones "
			"(5.3) bgpd does, all routes at once. none: each route names its tunnel, and has "
			"another one beside it at a metric that is worse by 5001; bgpd moves them one by "
			"one. automatic: what the kernel has. A change is for the next start, and takes "
			"the routes away for that moment." },

	[KEY_ALWAYS_COMPARE_MED] = { "always_compare_med", DECISION, 0, TYPE_BOOL, .fallback = "false",
		.help = "Compare the MED also of routes from different neighboring AS." },
	[KEY_MISSING_MED] = { "missing_med", DECISION, 0, TYPE_CHOICE, .choices = missing_meds,
		.fallback = "\"best\"",
		.help = "How a route without a MED compares to one with it: best, as if it were 0, or "
			"worst." },
	[KEY_COMPARE_ROUTER_ID] = { "compare_router_id", DECISION, 0, TYPE_BOOL, .fallback = "true",
		.help = "Let the lower router id decide between equal routes. If not, the lower peer "
			"address does at once." },

	[KEY_SOCKET] = { "socket", CONTROL, 0, TYPE_TEXT, .min = 1, .max = 107,
		.fallback = "\"/run/bgpd/bgpd.sock\"",
		.help = "The path of the socket." },
	[KEY_CONTROL_GROUP] = { "group", CONTROL, 0, TYPE_TEXT, .min = 1, .max = 63,
		.otherwise = "root alone",
		.help = "The system group whose members may change things." },

	[KEY_METRICS_LISTEN] = { "listen", METRICS, 0, TYPE_LISTEN, .min = 1, .max = 60,
		.otherwise = "nowhere",
		.help = "The address and port of an HTTP server with /metrics, /healthz and /readyz, such as "
			"\"127.0.0.1:9179\" or \"[::1]:9179\". Whoever reaches it can read: there is no "
			"password and no encryption. A change is for the next start." },

	[KEY_LEVEL] = { "level", LOG, 0, TYPE_CHOICE, .choices = levels, .fallback = "\"info\"",
		.help = "The least urgent kind of message that is still logged." },
};

const char *key_object_title(enum key_object object)
{
	static const char *const titles[OBJECTS] = {
		[OBJECT_TOP] = "the top level",
		[OBJECT_ANNOUNCE] = "announce",
		[OBJECT_AGGREGATE] = "an aggregate",
		[OBJECT_GROUP] = "a group",
		[OBJECT_TUNNEL] = "a tunnel",
		[OBJECT_NEIGHBOR] = "a neighbor",
		[OBJECT_RULE] = "a rule of a policy",
		[OBJECT_MATCH] = "match",
		[OBJECT_SET] = "set",
		[OBJECT_MAX_PREFIXES] = "max_prefixes",
		[OBJECT_TCP_AO] = "tcp_ao",
		[OBJECT_BFD] = "bfd",
		[OBJECT_PING] = "ping",
		[OBJECT_FIB] = "fib",
		[OBJECT_DECISION] = "decision",
		[OBJECT_CONTROL] = "control",
		[OBJECT_METRICS] = "metrics",
		[OBJECT_LOG] = "log",
	};

	return titles[object];
}

const char *key_choice_name(const struct key *key, size_t index)
{
	if (key->type == TYPE_PROVIDER) {
		const struct provider *provider = provider_at(index);

		return provider ? provider->name : NULL;
	}
	return key->choices ? key->choices[index].name : NULL;
}

static void add_choices(struct text *text, const struct key *key)
{
	const char *name;

	for (size_t i = 0; (name = key_choice_name(key, i)); i++)
		text_add(text, "%s%s",
			 i == 0 ? "" : key_choice_name(key, i + 1) ? ", " : " or ", name);
}

static void add_range(struct text *text, const struct key *key)
{
	bool gap_is_early = key->gap.to && key->gap.from == key->min + 1;
	uint64_t from = gap_is_early ? key->gap.to + 1 : key->min;

	if (gap_is_early)
		text_add(text, "%" PRIu64 ", or ", key->min);
	text_add(text, "%" PRIu64 " to %" PRIu64, from, key->max);
	if (key->gap.to && !gap_is_early)
		text_add(text, ", except %" PRIu64, key->gap.from);
}

bool key_allows(const struct key *key, char *buffer, size_t size)
{
	struct text text = text_of(buffer, size);

	switch (key->type) {
	case TYPE_CHOICE:
	case TYPE_CHOICES:
	case TYPE_PROVIDER:
		add_choices(&text, key);
		return true;
	case TYPE_NUMBER:
	case TYPE_ASN:
	case TYPE_LIMIT:
		add_range(&text, key);
		return true;
	case TYPE_SECONDS:
		add_range(&text, key);
		text_add(&text, " seconds");
		return true;
	case TYPE_BOOL:
	case TYPE_IPV4:
	case TYPE_ADDRESS:
	case TYPE_SOURCES:
	case TYPE_LINK:
	case TYPE_PREFIX:
	case TYPE_RULES:
	case TYPE_NAME:
	case TYPE_TEXT:
	case TYPE_SECRET:
	case TYPE_SECRET_FILE:
	case TYPE_CONDITION:
	case TYPE_LISTEN:
	case TYPE_POLICY:
	case TYPE_NAMES:
	case TYPE_PATHS:
	case TYPE_COMMUNITIES:
	case TYPE_LARGE_COMMUNITIES:
	case TYPE_EXT_COMMUNITIES:
	case TYPE_OBJECT:
	case TYPE_LIST:
	case TYPE_ANNOUNCE:
	case TYPE_POLICIES:
	case TYPES:
		break;
	}
	return false;
}

static bool stands_in(const struct key *key, enum key_object object)
{
	return key->objects & OBJECT_BIT(object);
}

enum key_id key_find(enum key_object object, const char *name)
{
	enum key_id id = 0;

	while (id < KEYS && !(stands_in(&keys[id], object) && strcmp(keys[id].name, name) == 0))
		id++;
	return id;
}

uint32_t key_homes(const char *name)
{
	uint32_t homes = 0;

	for (size_t i = 0; i < KEYS; i++)
		if (strcmp(keys[i].name, name) == 0)
			homes |= keys[i].objects;
	return homes;
}

#define NAME_MAX_LENGTH 32      /* longer than any of ours */

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance: characters to insert, remove or replace. */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LENGTH + 1], length = strlen(b);

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t above = row[j];

			row[j] = smallest(above + 1, row[j - 1] + 1,
					  diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

const char *key_nearest(enum key_object object, const char *name)
{
	size_t length = strlen(name), least = length / 3 + 2;   /* farther is no likeness */
	const char *nearest = NULL;

	if (length > NAME_MAX_LENGTH)
		return NULL;
	for (size_t i = 0; i < KEYS; i++) {
		if (!stands_in(&keys[i], object))
			continue;
		size_t away = distance(name, keys[i].name);

		if (away < least) {
			least = away;
			nearest = keys[i].name;
		}
	}
	return nearest;
}
