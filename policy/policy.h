/* policy/policy.h - Route policies: ordered rules that accept, reject and change routes.
 *
 * Pure: a route's attributes go in; a verdict, the attributes as changed and the rule that decided
 * come out.  A rule whose every match holds performs what it sets and then accepts, rejects, or goes
 * on with the next one, which sees what has been set.  A route that no rule decides is rejected.
 *
 * Before an import policy stands what import.h refuses whatever a policy says, and a group's accept
 * list; before an export policy the rules of export.h and a group's announce list. */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/arena.h"
#include "bgpd/wire/attrs.h"
#include "policy/community.h"
#include "policy/match.h"
#include "policy/path_pattern.h"

enum policy_action { POLICY_ACCEPT, POLICY_REJECT, POLICY_NEXT };

#define POLICY_OURSELVES "local"        /* as a neighbor: what we announce ourselves */
#define POLICY_SETTERS   64             /* rules of one policy that set something, at most */

/* Lists of which one must match; an empty one matches always. */
struct policy_match {
	struct prefix_rules prefixes;
	const struct path_pattern *as_paths;
	size_t as_path_count;
	struct community_patterns communities[COMMUNITY_KINDS];
	const char *const *neighbors;   /* names of neighbors, tunnels or groups */
	size_t neighbor_count;
	uint8_t origins;                /* a bit for each enum origin; 0: any */
};

struct policy_set {
	bool has_local_pref, has_med;
	uint32_t local_pref, med;
	uint32_t metric;                /* in the kernel; 0: not set */
	uint8_t prepend;                /* the AS that stands first, this many times more */
	struct address next_hop;        /* of prefixes of its family; family none: not set */
	struct community_patterns removed[COMMUNITY_KINDS], added[COMMUNITY_KINDS];
};

struct policy_rule {
	struct policy_match match;
	const struct policy_set *set;   /* NULL: nothing */
	enum policy_action action;
};

struct policy {
	const char *name;
	const char *source;             /* its rules as JSON; NULL in those that were not loaded */
	const struct policy_rule *rules;
	size_t rule_count;
};

/* Says the same, whatever it is called. */
bool policy_equal(const struct policy *a, const struct policy *b);

extern const struct policy policy_any, policy_none;     /* built in: all as it is, and nothing */

/* What is known of a route beside its attributes. */
struct policy_route {
	struct prefix prefix;
	const char *neighbor;           /* that it was learned from; NULL: announced by ourselves */
	const char *group;              /* of the neighbor's tunnel, or NULL */
};

#define POLICY_NO_RULE ((size_t)-1)

struct policy_outcome {
	bool is_accepted;
	size_t rule;                    /* that decided, or POLICY_NO_RULE */
	/* Which rules have set something: a bit for each, counted among those that set at all.  Routes
	 * with equal attributes and equal bits are equal afterwards. */
	uint64_t applied;
	bool sets_med, sets_local_pref, sets_next_hop;
	unsigned int prepend;           /* times in all; performed by the caller, who knows which AS */
};

/* attrs is changed in place; what it points at afterwards lies in the arena, the policy, or where it
 * was.  The AS path is left to the caller. */
struct policy_outcome policy_evaluate(const struct policy *policy, const struct policy_route *route,
				      struct arena *arena, struct attrs *attrs);

#define POLICY_TEXT 96
/* "from-core[2]", the place of the rule in the file; "from-core" when none decided. */
const char *policy_format(const struct policy *policy, const struct policy_outcome *outcome,
			  char text[POLICY_TEXT]);

#endif
