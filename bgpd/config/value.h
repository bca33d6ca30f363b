/* bgpd/config/value.h - One JSON value -> one setting, as the row of its key says.
 *
 * json-c converts without a word ("12abc" is 12, 2^70 is 2^63-1): here a value is what it says, or
 * there is a finding that quotes it as it is written. */
#ifndef BGPD_CONFIG_VALUE_H
#define BGPD_CONFIG_VALUE_H

#include <json-c/json.h>

#include "bgpd/base/arena.h"
#include "bgpd/config/findings.h"
#include "bgpd/config/keys.h"
#include "policy/community.h"
#include "policy/match.h"
#include "policy/path_pattern.h"
#include "policy/provider.h"

struct settings;

struct setting {
	bool is_given;
	union {
		uint64_t number;                /* also bool, choice, bits, seconds, AS, IPv4 */
		const char *text;
		struct address address;
		const struct address *sources;  /* [FAMILY_COUNT] */
		struct {
			struct address inside;
			struct prefix link;
		};
		struct prefix prefix;
		struct prefix_rules rules;
		struct {
			uint64_t when;          /* enum announce_when */
			const char *interface;
		};
		struct {
			struct address listen;
			uint16_t port;
		};
		const struct provider *provider;
		struct community_patterns communities;
		struct {
			const struct path_pattern *paths;
			size_t path_count;
		};
		struct {
			const char *const *names;
			size_t name_count;
		};
		struct {
			struct settings *items; /* one for an object */
			size_t count;
			const char *source;     /* of a policy */
		};
	};
};

/* What a reader of settings works with. */
struct reading {
	struct findings *findings;
	struct arena *arena;            /* of what settings point at: lives as long as the tree */
	const char *folder;             /* where relative paths begin; "" or ending in "/" */
};

/* Any type but TYPE_OBJECT, TYPE_LIST, TYPE_ANNOUNCE, TYPE_POLICIES and the object form of TYPE_LIMIT.  Without is_given, a
 * finding says why. */
struct setting value_read(struct reading *reading, const struct key *key, struct json_object *value,
			  const char *path);

/* What the readers of lists share with those of values. */
const char *value_text(struct reading *reading, const struct key *key, struct json_object *value,
		       const char *path);      /* NULL: there is a finding */
struct setting value_name(struct reading *reading, const struct key *key,
			  struct json_object *value, const char *path);
bool value_is_list(struct reading *reading, const struct key *key, struct json_object *value,
		   const char *path);
struct key value_element(const struct key *key, enum key_type type);   /* a row for the elements */

/* The finding that a value is not of the key's type at all. */
void value_refuse(struct reading *reading, const struct key *key, struct json_object *value,
		  const char *path);

#endif
