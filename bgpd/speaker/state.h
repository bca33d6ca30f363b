/* bgpd/speaker/state.h - What a speaker holds.  For bgpd/speaker.c and the files of this folder only.
 *
 *     attend.c     which neighbors need attention now
 *     learn.c      UPDATE in     -> table, decision, the chain that a prefix wants
 *     choose.c     the routes of a prefix -> the best one
 *     next_hops.c  of ordinary neighbors -> the ways that the kernel has to them
 *     wish.c       the best one  -> the chain that the prefix wants
 *     refresh.c    what a neighbor says again, and what it leaves out
 *     own.c        conditions, contributors -> what we announce ourselves
 *     announce.c   table         -> UPDATE out
 *     handover.c   a failover    -> its record
 *     roles.c      signals       -> standings, chains, roles, and what is announced by them
 *     hint.c       what the far side says of its tunnels -> the signal peer
 *     drill.c      a tunnel is taken out on trial
 *     traffic.c    counters      -> settled, quiet, symmetric
 *     build.c      a config -> neighbors, groups, tunnels; one config -> the next
 *     operate.c    what an operator may do
 *     view.c       what people and programs may see of it
 *     what_if.c    what would be if a tunnel failed
 *
 * Data flows in that order; speaker.c stands on top and hands events to them. */
#ifndef BGPD_SPEAKER_STATE_H
#define BGPD_SPEAKER_STATE_H

#include "bgpd/rib/aggregate.h"
#include "bgpd/rib/decision.h"
#include "bgpd/speaker.h"
#include "bgpd/speaker/next_hops.h"
#include "fib/audit.h"
#include "policy/symmetry.h"

struct tunnel;

/* RFC 7313, of one family; see refresh.h. */
struct refresh {
	uint8_t mark;                           /* of what the neighbor says now */
	uint8_t given;                          /* marks since the last walk */
	bool is_open;                           /* begun and not ended */
};

struct neighbor {
	struct session *session;
	const struct session_params *params;    /* of the config */
	const struct neighbor_config *ordinary; /* NULL for the far end of a tunnel */
	struct tunnel *tunnel;                  /* NULL for an ordinary neighbor */
	const struct prefix_limit *limit;
	neighbor_id id;
	bool is_shut_down;                      /* by an operator */

	/* in */
	struct import_params import;
	struct address local;                   /* our address on the session, once established */
	struct address beside[LINK_ADDRESSES];  /* others of its interface; of an ordinary neighbor */
	size_t beside_count;
	uint8_t epoch;                          /* of the present session */
	uint8_t heard;                          /* FAMILY_BITs whose End-of-RIB has come */
	struct refresh refresh[FAMILY_COUNT];
	uint8_t keeps_stale;                    /* RFC 4724: FAMILY_BITs that still count ... */
	uint8_t epochs_kept;                    /* ... of so many sessions before the present one */
	bool has_warned_limit, has_hit_limit, has_told_large;
	bool has_told_slow;                     /* of this session */
	msec_t heard_by;                        /* End-of-RIB is waited for no longer than this */
	msec_t stale_until;
	msec_t held_there_until;                /* the peer may keep what we announced; NEVER: no */
	uint32_t received, accepted;
	uint32_t shutting_down;                 /* accepted with GRACEFUL_SHUTDOWN */

	/* out */
	const struct policy *export_policy;
	bool says_otherwise;                    /* than before the reload: all is said again */
	struct bitmap pending, sent, held;      /* nets to be looked at; announced; over the budget */
	uint32_t cursor;
	uint8_t eor_due;                        /* FAMILY_BITs */
	uint8_t refresh_due, refresh_runs;      /* FAMILY_BITs that it asks for; that are said again */
	bool is_blocked;                        /* its TCP takes no more: wait for speaker_drained */
	bool has_warned_budget;
};

struct group;

struct tunnel {
	const struct tunnel_config *config;
	struct group *group;
	struct neighbor *neighbor;
	size_t number;                          /* among all tunnels */
	size_t place;                           /* in its group */
	struct liveness liveness;
	struct address outside;                 /* of the config, or else as its SA has it */
	struct link_state link;
	struct link_counters counters;
	struct link_counters rate;              /* since they were last looked at */
	bool has_counters;
	msec_t drained_at, quiet_since;         /* NEVER: nobody waits for it to be quiet; it is not */
	struct link_counters drained_from;
	bool is_trusted;                        /* usable, and traffic may go there */
	bool is_cut;                            /* by a drill: not while it is the only one left */
	egress_id egress[FAMILY_COUNT];
	struct address ipv6_end;                /* over IPv4, the far end as its IPv6 routes name it */
	enum role role;                         /* as last told */
	msec_t role_since;
	enum role announced;                    /* as last told to the far side ... */
	struct steering steering;               /* ... in these words */
	uint32_t held_med;                      /* of the last ones that were sure to arrive */
	unsigned int told_path;                 /* symmetry's sample, while the tunnel was usable */
	uint32_t told_med;
	bool has_med;                           /* of what the far side announces */
	uint32_t med, usual_med;
};

/* A failover whose event is yet to be told; see handover.h.  Tunnels by their place. */
struct handover {
	msec_t failed_at;                       /* NEVER: there is none */
	msec_t moved_at, followed_at;           /* NEVER: not yet */
	size_t from, to;
	enum signal_kind first;                 /* SIGNAL_KINDS: nothing was seen before */
	msec_t first_at;
	struct link_counters from_before, to_before;
	char reason[160];
};

/* A tunnel is taken out on trial; see drill.h.  Times: NEVER where it has not happened. */
struct drill {
	msec_t begun, ends;                     /* begun NEVER: there is none */
	msec_t left_out, left_in;               /* each direction has left the tunnel */
	msec_t reverted;
	msec_t back_out, back_in;
	size_t place;
	bool cuts, was_active;
	msec_t lost;                            /* so long probes were down on what carried */
	struct link_counters from[GROUP_TUNNELS];
};

struct group {
	const struct group_config *config;
	struct failover *failover;
	struct tunnel *tunnels;                 /* in order of preference */
	size_t tunnel_count;
	struct handover handover;
	uint32_t failovers;                     /* ever */
	struct drill drill;
	msec_t looked_at;                       /* at the counters */
	bool has_moved;                         /* roles have changed since then */
	struct symmetry symmetry;
	enum symmetry_verdict told_symmetry;
	unsigned int asymmetric_looks;          /* in turn */
	size_t inbound, followed;               /* where it arrives, and where we went for it; by place */
	msec_t inbound_since;
};

struct own {                            /* a prefix that we announce ourselves */
	struct prefix_rule rule;
	struct announce_condition condition;
	bool link_is_up;                        /* of its interface, as last told */
	bool is_announced;
	struct aggregate *aggregate;            /* NULL: it is none */
};

struct conn_owner {
	conn_id conn;
	struct neighbor *neighbor;
};

struct speaker {
	struct session_io io;
	const struct config *config;
	struct transport *transport;
	struct journal *journal;
	msec_t started, now;

	struct table table;
	struct attr_sets sets;
	struct sync sync;
	struct guard guard;
	struct audit audit;
	struct arena arena;                     /* of one message */
	struct arena scratch;                   /* of what a policy makes of one route */

	struct neighbor **neighbors;            /* by neighbor_id; [0] is NULL: ourselves */
	size_t neighbor_end;
	struct bitmap stirred;                  /* neighbor ids; see attend.h */
	msec_t *due;                            /* by neighbor_id, of those not stirred */
	struct bitmap talks;                    /* neighbor ids, of those not stirred */
	struct group *groups;
	size_t group_count;
	struct tunnel **tunnels;                /* all of them, in the config's order */
	size_t tunnel_count;
	struct conn_owner *conns;
	size_t conn_count, conn_size;

	struct own *own;                        /* in the config's order */
	size_t own_count;
	struct prefix_rule *own_always;         /* those without a condition, for import */
	size_t own_always_count;
	struct aggregate **aggregates;          /* those of own */
	size_t aggregate_count;
	struct foreign foreign;                 /* routes of others that own ones depend on */

	struct next_hops next_hops;
	struct prefix *inside_links;            /* of all tunnels, for import */
	struct bitmap exporters;                /* neighbor ids that learned routes may go to */

	/* a walk over all nets: after a role changed, a session ended or an End-of-RIB came */
	uint32_t revisit_cursor, revisit_left;
	uint32_t revisit_end;                   /* nets from here on came after that */
	msec_t sweep_at, patience_until;        /* NEVER: done */
	bool is_started, is_stopping;
	uint8_t message[MESSAGE_EXTENDED];      /* the one that is being built */
};

/* Tells the journal; any of subject, from, to and reason may be NULL. */
void speaker_note(struct speaker *speaker, enum note_level level, const char *kind,
		  const char *subject, const char *text, const char *reason);

/* An interface that was made anew counts from 0. */
static inline uint64_t count_since(uint64_t now, uint64_t before)
{
	return now < before ? now : now - before;
}

static inline struct link_counters counters_since(const struct link_counters *now,
						  const struct link_counters *before)
{
	return (struct link_counters){
		.rx_bytes = count_since(now->rx_bytes, before->rx_bytes),
		.tx_bytes = count_since(now->tx_bytes, before->tx_bytes),
		.rx_packets = count_since(now->rx_packets, before->rx_packets),
		.tx_packets = count_since(now->tx_packets, before->tx_packets),
	};
}

/* Taken out by a drill, and not given back yet. */
static inline bool tunnel_is_drilled(const struct tunnel *tunnel)
{
	const struct drill *drill = &tunnel->group->drill;

	return drill->begun != NEVER && drill->reverted == NEVER && drill->place == tunnel->place;
}

/* Keepalives and probes, not traffic. */
static inline bool rate_is_quiet(uint64_t bytes, msec_t interval)
{
	return bytes * 1000 < 2000 * (uint64_t)interval;
}

/* All nets are looked at again, in the background. */
static inline void speaker_revisit(struct speaker *speaker)
{
	speaker->revisit_end = table_end(&speaker->table);
	speaker->revisit_left = speaker->is_stopping ? 0 : speaker->revisit_end;
}

static inline bool neighbor_is_up(const struct neighbor *neighbor)
{
	return session_state(neighbor->session) == SESSION_ESTABLISHED;
}

static inline struct neighbor *speaker_neighbor_of(const struct speaker *speaker,
						   const struct route *route)
{
	return route->neighbor ? speaker->neighbors[route->neighbor] : NULL;
}

static inline bool route_is_stale(const struct speaker *speaker, const struct route *route)
{
	const struct neighbor *neighbor = speaker_neighbor_of(speaker, route);

	return neighbor && route->epoch != neighbor->epoch;
}

static inline bool route_is_kept(const struct neighbor *neighbor, const struct route *route)
{
	uint8_t age = (uint8_t)(neighbor->epoch - route->epoch);

	return neighbor->keeps_stale && age <= neighbor->epochs_kept;
}

/* May be chosen: accepted, and of a session that is there or whose routes are kept. */
static inline bool route_counts(const struct speaker *speaker, const struct route *route)
{
	const struct neighbor *neighbor = speaker_neighbor_of(speaker, route);

	return route->verdict == IMPORT_ACCEPTED &&
	       (!neighbor || route->epoch == neighbor->epoch || route_is_kept(neighbor, route));
}

/* The route that was chosen; NULL when none may be. */
static inline struct route *net_best(const struct speaker *speaker, const struct net *net)
{
	return net->routes && route_counts(speaker, net->routes) ? net->routes : NULL;
}

#endif
