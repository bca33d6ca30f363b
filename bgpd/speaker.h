/* bgpd/speaker.h - Joins sessions, routes, roles and the kernel's table: events in, effects out.
 *
 * Pure: time is an argument, and what must be done outside goes through struct fib (kernel),
 * struct transport (TCP) and struct journal (log).  Their functions never call back into the speaker.
 * The rim calls one function below for each thing that happened, then speaker_work while it returns
 * true (between looks at its sockets, so that bulk work delays nothing), and speaker_tick when
 * speaker_deadline has come.
 *
 * The failover path - link, signal or session down -> set_chain - runs inside the call that reports the
 * event, allocates nothing and looks at chains, never at prefixes. */
#ifndef BGPD_SPEAKER_H
#define BGPD_SPEAKER_H

#include "bgpd/config/config.h"
#include "bgpd/journal.h"
#include "bgpd/session/session.h"
#include "fib/fib.h"
#include "fib/link_watch.h"
#include "policy/export.h"
#include "policy/import.h"
#include "policy/liveness.h"

/* TCP connections.  Closing and failing are told by speaker_closed, later and once; after close()
 * nothing is told of that connection any more. */
struct transport {
	conn_id (*connect)(struct transport *transport, const struct session_params *params);
	void (*send)(struct transport *transport, conn_id conn, const uint8_t *bytes, size_t length);
	void (*close)(struct transport *transport, conn_id conn);
	size_t (*unsent)(struct transport *transport, conn_id conn);    /* bytes that wait here */
	/* Our end of an open connection; left alone when it is not known. */
	void (*local_address)(struct transport *transport, conn_id conn, struct address *address);
	/* The others of the interface that has this one, at most so many; returns how many. */
	size_t (*addresses_beside)(struct transport *transport, const struct address *local,
				   struct address *others, size_t max);
	uint32_t (*random)(struct transport *transport);
};

struct speaker;

/* The config is borrowed and must outlive the speaker. */
struct speaker *speaker_new(const struct config *config, struct fib *fib, struct transport *transport,
			    struct journal *journal, msec_t now);
/* Sends Cease/2 to all neighbors.  Routes stay in the kernel, or go, as fib.on_exit says. */
void speaker_stop(struct speaker *speaker, const char *reason, msec_t now);
void speaker_free(struct speaker *speaker);

/* Reads what the kernel has of ours, then starts the sessions.  0 or -errno of the kernel. */
int speaker_start(struct speaker *speaker, msec_t now);

/* A config that differs: what did not change is not disturbed.  The old one may be freed afterwards.
 * Returns the number of sessions that were reset. */
size_t speaker_reload(struct speaker *speaker, const struct config *config, msec_t now);

/* ---- TCP ---- */
/* A connection from an address: true if it is a neighbor's and wanted now, else the rim closes it. */
bool speaker_accept(struct speaker *speaker, conn_id conn, const struct address *from,
		    const struct address *to, msec_t now);
void speaker_connected(struct speaker *speaker, conn_id conn, msec_t now);
void speaker_closed(struct speaker *speaker, conn_id conn, const char *why, msec_t now);
/* Returns how many bytes were used up; the rest must come again with what follows. */
size_t speaker_receive(struct speaker *speaker, conn_id conn, const uint8_t *bytes, size_t length,
		       msec_t now);
void speaker_drained(struct speaker *speaker, conn_id conn, size_t unsent, msec_t now);
/* The parameters of a neighbor with that address, for the listener (MD5, TTL); NULL: none. */
const struct session_params *speaker_neighbor_at(const struct speaker *speaker,
						 const struct address *address);

/* A KEEPALIVE ahead of its time, for the signal ack; nothing unless Established. */
void speaker_probe(struct speaker *speaker, size_t neighbor, msec_t now);

/* ---- kernel ---- */
void speaker_link(struct speaker *speaker, const struct link_state *link, msec_t now);
void speaker_counters(struct speaker *speaker, const char *interface,
		      const struct link_counters *counters, msec_t now);
/* Something is waited for that counters show: they are to come more often. */
bool speaker_waits_for_traffic(const struct speaker *speaker);
/* Anything may have changed behind our back: compares nexthops now, routes with the bulk work, and puts
 * right what differs. */
void speaker_audit(struct speaker *speaker, msec_t now);
/* Nexthops may have. */
void speaker_chains_changed(struct speaker *speaker, msec_t now);
/* Somebody else removed a route of ours (is_ours), or added or removed one of his. */
void speaker_route_changed(struct speaker *speaker, const struct fib_route *route, bool is_removal,
			   msec_t now);

/* The far outer address, as the tunnel's SA has it, for where the config names none.  Kept when the SA
 * goes: the next one will want to get there. */
void speaker_outside(struct speaker *speaker, const char *tunnel, const struct address *outside,
		     msec_t now);

/* ---- time and bulk work ---- */
msec_t speaker_deadline(struct speaker *speaker);
void speaker_tick(struct speaker *speaker, msec_t now);
/* Does up to about `items` prefixes of the bulk work that waits.  True: there is more. */
bool speaker_work(struct speaker *speaker, size_t items, msec_t now);
bool speaker_has_work(struct speaker *speaker);

/* ---- what an operator may do.  NULL: done; else a static text that says why not ---- */
const char *speaker_tunnel_drain(struct speaker *speaker, const char *tunnel, msec_t now);
const char *speaker_tunnel_resume(struct speaker *speaker, const char *tunnel, msec_t now);
/* Takes the tunnel out for so long, drained or cut, and gives it back by itself; a resume is earlier. */
const char *speaker_tunnel_drill(struct speaker *speaker, const char *tunnel, bool cuts, msec_t time,
				 msec_t now);
const char *speaker_tunnel_pin(struct speaker *speaker, const char *tunnel, msec_t now);
const char *speaker_tunnel_unpin(struct speaker *speaker, const char *tunnel, msec_t now);
const char *speaker_tunnel_signal(struct speaker *speaker, const char *tunnel, enum signal_kind kind,
				  enum signal_state state, const char *reason, msec_t now);
const char *speaker_neighbor_reset(struct speaker *speaker, const char *name, msec_t now);
const char *speaker_neighbor_refresh(struct speaker *speaker, const char *name, msec_t now);
const char *speaker_neighbor_shutdown(struct speaker *speaker, const char *name, const char *text,
				      msec_t now);
const char *speaker_neighbor_enable(struct speaker *speaker, const char *name, msec_t now);

/* ---- what can be seen.  Views lend until the speaker is next called. ---- */
const struct config *speaker_config(const struct speaker *speaker);

struct neighbor_view {
	const struct session *session;
	const struct session_params *params;
	const char *tunnel, *group;             /* NULL for an ordinary neighbor */
	enum role role;                         /* of its tunnel */
	uint32_t received, accepted, sent;      /* prefixes */
	uint32_t held_back;                     /* by the budget */
	uint32_t budget;
	bool is_shut_down;                      /* by an operator */
	msec_t uptime_ms;                       /* 0 unless Established */
};
size_t speaker_neighbors(const struct speaker *speaker);
struct neighbor_view speaker_neighbor(const struct speaker *speaker, size_t index, msec_t now);

struct tunnel_view {
	const struct tunnel_config *config;
	const struct group_config *group;
	const struct liveness *liveness;
	enum role role, announced;
	enum standing standing;
	bool is_pinned, is_drained;             /* by an operator */
	bool is_followed;                       /* our own direction went there for inbound traffic */
	msec_t drill_ends;                      /* NEVER: no drill has taken it out */
	msec_t role_since;
	msec_t held_until;                      /* NEVER: not held by time */
	struct link_counters counters;
	struct link_state link;
};
size_t speaker_tunnels(const struct speaker *speaker);
struct tunnel_view speaker_tunnel(const struct speaker *speaker, size_t index);

struct group_view {
	const struct group_config *config;
	const char *active[CHAIN_WIDTH];        /* names of the tunnels that carry our direction */
	size_t active_count;
	const char *expected_in;                /* the tunnel that the far side should choose; NULL: unknown */
	const char *observed_in, *observed_out; /* by the counters; NULL: too little traffic */
	const char *symmetric;                  /* "yes", "no", "undetermined" */
	const char *cause;                      /* of an asymmetry, in words; "" */
	bool is_settling;
	uint32_t failovers;                     /* tunnels that failed while they carried traffic, ever */
};
size_t speaker_groups(const struct speaker *speaker);
struct group_view speaker_group(const struct speaker *speaker, size_t index);

/* What would happen if a tunnel failed now. */
#define WHAT_IF_EXAMPLES 8
struct what_if_tunnel {
	const char *name;
	enum role now, then;
	struct steering says_now, says_then;    /* to the far side */
};
struct what_if_view {
	const struct tunnel_config *tunnel;
	const struct group_config *group;
	struct what_if_tunnel tunnels[GROUP_TUNNELS];   /* of the group, the one that fails included */
	size_t tunnel_count;
	uint32_t offered;                       /* prefixes that it offers */
	uint32_t moved;                         /* that it carries now and another one would */
	uint32_t lost;                          /* that no other tunnel offers */
	struct prefix examples[WHAT_IF_EXAMPLES];       /* of those; perhaps not all */
	size_t example_count;
};
/* False: there is no tunnel of that name. */
bool speaker_what_if(const struct speaker *speaker, const char *tunnel, msec_t now,
		     struct what_if_view *view);

struct route_view {
	struct prefix prefix;
	const char *neighbor;                   /* NULL: announced by ourselves */
	struct attrs attrs;
	uint32_t local_pref;                    /* in effect */
	bool is_best;
	const char *reason;                     /* why it is best, or why it lost */
	enum import_verdict verdict;
	char policy[POLICY_TEXT];               /* the rule that accepted or rejected it; "" none did */
	bool is_stale;
	msec_t age_ms;
	enum export_verdict exported;           /* with `to`: what the neighbor is told */
};
struct route_query {
	const char *from;                       /* of this neighbor only; NULL: all */
	const char *to;                         /* as exported to this neighbor; NULL: as imported */
	bool has_prefix, longer;                /* this prefix; with longer: all that lies in it */
	struct prefix prefix;
	bool filtered;                          /* only what was not accepted; else only what was ... */
	bool received;                          /* ... or both; with the attributes as a neighbor told them */
};
typedef void route_visit(void *arg, const struct route_view *route);
/* Visits the routes of up to `items` prefixes, beginning at *cursor (0 at first), which it moves.
 * False at the end.  New prefixes may or may not be visited; none is visited twice. */
bool speaker_routes(const struct speaker *speaker, const struct route_query *query, uint32_t *cursor,
		    size_t items, route_visit *visit, void *arg, msec_t now);

struct fib_view {
	struct prefix prefix;
	const char *chain[CHAIN_WIDTH];         /* tunnels (or gateways as text) in order */
	size_t chain_count;
	const char *active;                     /* as the kernel was last told; NULL: none */
	const char *kind;                       /* "chain", "unreachable", "blackhole", "pin" */
	uint32_t table, metric;
	bool is_installed;
};
typedef void fib_visit(void *arg, const struct fib_view *route);
bool speaker_fib(const struct speaker *speaker, const struct prefix *only, uint32_t *cursor,
		 size_t items, fib_visit *visit, void *arg);

struct memory_view {
	size_t prefixes, paths, attribute_sets;
	size_t prefix_bytes, path_bytes, attribute_bytes;       /* in all */
	size_t chains, egresses;
	uint32_t fib_pending, fib_divergence;   /* routes yet to be written; found wrong and not yet right */
	uint64_t fib_restored;          /* found missing or wrong, and put right, ever */
};
struct memory_view speaker_memory(const struct speaker *speaker);

#endif
