/* bgpd/config/keys.h - One row for each key of bgpd.json: place, type, range, default, help.
 *
 * The loader reads a file by these rows, and the JSON Schema and the key list of bgpd.json(5) are
 * printed from them (reference.h): what a row does not say is true of none of the three. */
#ifndef BGPD_CONFIG_KEYS_H
#define BGPD_CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_object {
	OBJECT_TOP,
	OBJECT_ANNOUNCE,
	OBJECT_AGGREGATE,
	OBJECT_GROUP,
	OBJECT_TUNNEL,
	OBJECT_NEIGHBOR,
	OBJECT_RULE,
	OBJECT_MATCH,
	OBJECT_SET,
	OBJECT_MAX_PREFIXES,
	OBJECT_TCP_AO,
	OBJECT_BFD,
	OBJECT_PING,
	OBJECT_FIB,
	OBJECT_DECISION,
	OBJECT_CONTROL,
	OBJECT_METRICS,
	OBJECT_LOG,
	OBJECTS
};

#define OBJECT_BIT(object) (1u << (object))

enum key_id {
	KEY_SCHEMA, KEY_ASN, KEY_ROUTER_ID, KEY_LISTEN_PORT, KEY_ANNOUNCE, KEY_AGGREGATE, KEY_GROUPS,
	KEY_NEIGHBORS, KEY_POLICIES, KEY_FIB, KEY_DECISION, KEY_CONTROL, KEY_METRICS, KEY_LOG,

	KEY_PREFIX, KEY_WHEN, KEY_SUMMARY_ONLY,

	KEY_NAME,

	KEY_PROVIDER, KEY_MODE, KEY_TUNNELS, KEY_ACCEPT, KEY_GROUP_ANNOUNCE, KEY_REVERT,
	KEY_REVERT_DELAY, KEY_SETTLE, KEY_MAINTENANCE, KEY_SYMMETRY, KEY_WHEN_DOWN, KEY_GUARD,
	KEY_BUDGET, KEY_MTU, KEY_ADVMSS,

	KEY_INTERFACE, KEY_INSIDE, KEY_PEER, KEY_PEER_ASN, KEY_OUTSIDE, KEY_IPSEC, KEY_VICI, KEY_XFRM,
	KEY_INITIATE, KEY_BFD, KEY_PING, KEY_REQUIRED_SIGNALS, KEY_LOCAL_PREF, KEY_PREPEND, KEY_MED,
	KEY_WEIGHT,

	KEY_ADDRESS, KEY_NEIGHBOR_ASN, KEY_LOCAL_ADDRESS, KEY_NEIGHBOR_INTERFACE,

	KEY_IMPORT, KEY_EXPORT,
	KEY_PASSIVE, KEY_HOLD_TIME, KEY_KEEPALIVE, KEY_CONNECT_RETRY, KEY_DELAY_OPEN, KEY_PASSWORD,
	KEY_PASSWORD_FILE, KEY_TCP_AO, KEY_TTL, KEY_GTSM, KEY_FAMILIES, KEY_GRACEFUL_RESTART,
	KEY_RESTART_TIME, KEY_MAX_PREFIXES, KEY_ROLE, KEY_STRICT_ROLE,

	KEY_MATCH, KEY_SET, KEY_RULE_ACTION,

	KEY_MATCH_PREFIX, KEY_MATCH_AS_PATH, KEY_MATCH_COMMUNITY, KEY_MATCH_LARGE_COMMUNITY,
	KEY_MATCH_EXT_COMMUNITY, KEY_MATCH_NEIGHBOR, KEY_MATCH_ORIGIN,

	KEY_SET_LOCAL_PREF, KEY_SET_MED, KEY_SET_PREPEND, KEY_SET_NEXT_HOP, KEY_SET_METRIC,
	KEY_ADD_COMMUNITY, KEY_REMOVE_COMMUNITY, KEY_ADD_LARGE_COMMUNITY,
	KEY_REMOVE_LARGE_COMMUNITY, KEY_ADD_EXT_COMMUNITY, KEY_REMOVE_EXT_COMMUNITY,

	KEY_MAX, KEY_ACTION, KEY_RESTART,
	KEY_AO_KEY, KEY_AO_ID, KEY_AO_ALGORITHM,

	KEY_PROBE_ENABLED, KEY_BFD_INTERVAL, KEY_BFD_MULTIPLIER, KEY_PING_INTERVAL, KEY_PING_LOST,
	KEY_PING_OF, KEY_PING_TARGET,

	KEY_PROTOCOL, KEY_TABLE, KEY_METRIC, KEY_PREFERRED_SOURCE, KEY_ON_EXIT,
	KEY_FIB_GROUPS,

	KEY_ALWAYS_COMPARE_MED,
	KEY_MISSING_MED,
	KEY_COMPARE_ROUTER_ID,
	KEY_SOCKET, KEY_CONTROL_GROUP,
	KEY_METRICS_LISTEN,
	KEY_LEVEL,
	KEYS
};

enum key_type {
	TYPE_BOOL,
	TYPE_NUMBER,
	TYPE_SECONDS,           /* 30, "30s", "5m", "2h", "1d" */
	TYPE_ASN,               /* 65010, "65010" or "1.10" */
	TYPE_IPV4,
	TYPE_ADDRESS,
	TYPE_SOURCES,           /* an address, or one of each family */
	TYPE_LINK,              /* "169.254.10.2/30": an address and the link it lies on */
	TYPE_PREFIX,            /* "10.60.0.0/16" */
	TYPE_RULES,             /* "10.60.0.0/16 le 24" (policy/match.h) */
	TYPE_NAME,
	TYPE_TEXT,
	TYPE_SECRET,
	TYPE_SECRET_FILE,
	TYPE_CHOICE,
	TYPE_CHOICES,           /* a list; kept as bits */
	TYPE_PROVIDER,
	TYPE_CONDITION,         /* "route", "interface:eth1" */
	TYPE_LISTEN,            /* "127.0.0.1:9179", "[::1]:9179" */
	TYPE_POLICY,            /* the name of one */
	TYPE_NAMES,
	TYPE_PATHS,             /* "^64512 .* 65001$" (policy/path_pattern.h) */
	TYPE_COMMUNITIES,       /* "65010:100" and the like (policy/community.h) */
	TYPE_LARGE_COMMUNITIES,
	TYPE_EXT_COMMUNITIES,
	TYPE_OBJECT,
	TYPE_LIST,              /* of objects */
	TYPE_ANNOUNCE,          /* a list of prefixes, and of objects that have one */
	TYPE_POLICIES,          /* lists of objects by names that the user gives */
	TYPE_LIMIT,             /* a number, or an object that has it as "max" */
	TYPES
};

struct key_choice {
	const char *name;       /* NULL behind the last */
	unsigned int value;     /* of the tree's enum; a bit in TYPE_CHOICES */
};

struct key {
	const char *name;
	uint32_t objects;               /* OBJECT_BITs: where it may stand */
	uint32_t required;              /* OBJECT_BITs: where it must */
	enum key_type type;
	enum key_object of;             /* of TYPE_OBJECT and those behind it */
	uint64_t min, max;              /* of a number; bytes of a text; elements of a list (min) */
	struct {
		uint64_t from, to;      /* not these between min and max; 0: no gap */
		const char *why;        /* "is too short" */
	} gap;
	const struct key_choice *choices;
	const char *fallback;           /* the default as JSON; NULL: see otherwise */
	const char *otherwise;          /* the default in words, where something else decides */
	const char *help;               /* a sentence or more */
};

extern const struct key keys[KEYS];     /* in the order of the manual */

const char *key_object_title(enum key_object object);   /* "a group" */
/* The words that TYPE_CHOICE, TYPE_CHOICES or TYPE_PROVIDER may hold; NULL behind the last. */
const char *key_choice_name(const struct key *key, size_t index);
/* What may stand there: "0, or 3 to 65535 seconds", "pin or refuse".  False: any of the type. */
bool key_allows(const struct key *key, char *text, size_t size);

/* The key of that name in an object; KEYS: there is none. */
enum key_id key_find(enum key_object object, const char *name);
/* The key of an object that is spelled most like name; NULL: none is near. */
const char *key_nearest(enum key_object object, const char *name);
/* OBJECT_BITs of all objects that have a key of that name. */
uint32_t key_homes(const char *name);

#endif
