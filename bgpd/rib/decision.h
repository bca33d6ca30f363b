/* bgpd/rib/decision.h - Routes to one prefix -> the best one, and why each other one is not.
 *
 * RFC 4271 9.1 as successive elimination: each rule removes routes from a set, so the order of arrival
 * cannot matter, MED included (it is compared only among routes of one neighbour AS, RFC 4271 9.1.2.2 c).
 * Before the RFC's rules stands ours: evidence beats staleness, a stale route loses to any live one. */
#ifndef BGPD_RIB_DECISION_H
#define BGPD_RIB_DECISION_H

#include "bgpd/rib/attr_set.h"

#define DECISION_MAX 64                 /* candidates of one prefix that are looked at */

struct candidate {
	const struct attr_set *set;
	uint32_t local_pref;            /* in effect */
	uint32_t router_id;             /* the peer's, or ORIGINATOR_ID */
	uint32_t cluster_length;        /* CLUSTER_LIST entries */
	struct address peer;
	bool is_local;                  /* announced by ourselves */
	bool is_ibgp;
	bool is_stale;
};

struct decision_params {
	bool always_compare_med;        /* also of routes from different neighbour ASes */
	bool missing_med_is_worst;      /* else it is 0, the best */
	bool ignores_router_id;         /* the peer's address decides at once */
};

/* Returns the place of the best one; count is 1..DECISION_MAX.  reasons[i], where reasons is not NULL,
 * is a static text: for the best one the rule that decided, for others the rule that they lost by. */
size_t decision_make(const struct decision_params *params, const struct candidate *candidates,
		     size_t count, const char *reasons[]);

/* Equal up to the point where only tie-breaks would choose: may share traffic (ecmp). */
bool decision_equal(const struct candidate *a, const struct candidate *b);

#endif
