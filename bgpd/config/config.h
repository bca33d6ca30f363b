/* bgpd/config/config.h - The const tree: what a bgpd.json says, with every default filled in.
 *
 * Made by config/load.c (or by hand in tests), checked by config/check.c, never changed afterwards.
 * All of it lies in the tree's own arena and dies with config_free.  A module gets its own params out
 * of it, never the tree. */
#ifndef BGPD_CONFIG_CONFIG_H
#define BGPD_CONFIG_CONFIG_H

#include "bgpd/base/arena.h"
#include "bgpd/bfd/bfd.h"
#include "bgpd/rib/decision.h"
#include "bgpd/session/session.h"
#include "fib/fib.h"
#include "policy/failover.h"
#include "policy/match.h"
#include "policy/ping.h"
#include "policy/policy.h"
#include "policy/provider.h"
#include "policy/steering.h"

enum when_down { WHEN_DOWN_UNREACHABLE, WHEN_DOWN_BLACKHOLE, WHEN_DOWN_REMOVE };
enum guard_mode { GUARD_PIN, GUARD_REFUSE };
enum prefix_limit_action { LIMIT_RESET, LIMIT_DISCARD };
enum on_exit { ON_EXIT_KEEP, ON_EXIT_REMOVE };

struct prefix_limit {
	uint32_t max;                   /* 0: none */
	enum prefix_limit_action action;
	uint32_t restart_s;             /* after a reset */
};

#define GROUP_TUNNELS 8         /* at most: what a chain of fib/fib.h holds */

struct tunnel_config {
	const char *name;
	const char *interface;
	const char *ipsec;              /* name of the CHILD_SA; NULL: not known */
	const char *vici;               /* strongSwan's socket; NULL: not asked */
	bool watches_xfrm;              /* the kernel's security associations */
	bool initiates;                 /* asks that daemon for a CHILD_SA that is missing */
	struct address inside;          /* ours on the link */
	struct prefix link;             /* the /30, /31, /126 or /127 */
	struct address outside;         /* the far outer endpoint; family none: not known */
	struct session_params session;
	struct prefix_limit limit;
	const struct policy *import, *export;   /* beyond accept and announce; NULL: any */
	struct steering_params steering;
	uint8_t weight;                 /* ecmp: 1..255 */
	struct bfd_params bfd;          /* interval 0: not spoken */
	struct ping_params ping;        /* interval 0: not sent */
	struct address ping_target;
	uint32_t required_signals;      /* SIGNAL_BITs of policy/liveness.h */
};

/* How a group's routes stand in the kernel. */
struct route_style {
	uint32_t table;                 /* default 254 (main) */
	uint32_t metric;                /* default 20 */
	struct address preferred_source[FAMILY_COUNT];  /* family none: none */
	uint16_t mtu, advmss;           /* 0: not set */
};

struct group_config {
	const char *name;
	const struct provider *provider;
	struct prefix_rules accept;
	struct prefix_rules announce;   /* the group's own, else the global one */
	struct failover_params failover;
	struct route_style style;
	enum when_down when_down;
	enum guard_mode guard;
	bool obeys_maintenance;         /* "maintenance": "yield" */
	bool follows_inbound;           /* "symmetry": "follow-inbound" */
	uint32_t budget, budget_warn;   /* prefixes out; 0: no limit */
	const struct tunnel_config *tunnels;
	size_t tunnel_count;
};

struct neighbor_config {                /* an ordinary neighbor */
	struct session_params session;
	struct prefix_limit limit;
	const struct policy *import, *export;   /* NULL: none */
};

struct fib_config {
	uint8_t protocol;               /* default 186 */
	struct route_style style;       /* of ordinary neighbors, and the default of groups */
	enum on_exit on_exit;
	enum fib_groups groups;
};

enum announce_when {
	ANNOUNCE_ALWAYS,
	ANNOUNCE_WITH_ROUTE,            /* while the kernel has a way there that is not ours */
	ANNOUNCE_WITH_INTERFACE,        /* while that is up */
	ANNOUNCE_AGGREGATE,             /* while there is a route that lies in it */
};

struct announce_condition {
	enum announce_when when;
	const char *interface;
	bool summary_only;              /* of an aggregate: what lies in it is not announced */
};

struct config {
	struct arena arena;
	uint32_t asn;
	uint32_t router_id;             /* host order */
	struct prefix_rules announce;   /* what is announced by ourselves; exact prefixes */
	const struct announce_condition *conditions;    /* of each of these; NULL: none has any */
	const struct group_config *groups;
	size_t group_count;
	const struct neighbor_config *neighbors;
	size_t neighbor_count;
	const struct policy *const *policies;
	size_t policy_count;
	struct fib_config fib;
	struct decision_params decision;
	struct {
		const char *socket;             /* default /run/bgpd/bgpd.sock */
		const char *group;              /* who may change things beside root; NULL */
	} control;
	struct {
		struct address address;         /* family none: nowhere */
		uint16_t port;
	} metrics;
	const char *log_level;          /* "error" "warning" "notice" "info" "debug" */
	uint16_t listen_port;           /* 179; 0: do not listen */
};

struct config *config_new(void);        /* empty, defaults filled in */
void config_free(struct config *config);

#endif
