/* policy/liveness.h - One tunnel: its signals -> usable or not, and why.
 *
 * A signal is a piece of evidence that is up, down or unknown.  A tunnel is usable while bgp is up
 * and none of the required signals is down; unknown is not down.  Level-triggered: to report what is
 * known already changes nothing but the reason, which is always the latest. */
#ifndef POLICY_LIVENESS_H
#define POLICY_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "bgpd/base/clock.h"

enum signal_kind {
	SIGNAL_LINK,
	SIGNAL_IPSEC,
	SIGNAL_ACK,
	SIGNAL_PING,
	SIGNAL_BFD,
	SIGNAL_BGP,
	SIGNAL_ADMIN,
	SIGNAL_PEER,
	SIGNAL_KINDS
};

enum signal_state { STATE_UNKNOWN, STATE_DOWN, STATE_UP };

#define SIGNAL_REASON 96

struct signal {
	enum signal_state state;
	msec_t since;
	char reason[SIGNAL_REASON];
};

#define SIGNAL_BIT(kind) (1u << (kind))

struct liveness {
	struct signal signals[SIGNAL_KINDS];
	uint32_t required;              /* SIGNAL_BITs */
	bool usable;
	msec_t since;                   /* of usable */
	uint32_t flaps;                 /* how often it stopped being usable */
};

void liveness_init(struct liveness *liveness, uint32_t required, msec_t now);
/* True when the tunnel became usable or stopped being it. */
bool liveness_report(struct liveness *liveness, enum signal_kind kind, enum signal_state state,
		     const char *reason, msec_t now);
/* That it stopped being usable just now was no failure of the tunnel. */
void liveness_excuse(struct liveness *liveness);
/* From now on these signals are required; true as above. */
bool liveness_require(struct liveness *liveness, uint32_t required, msec_t now);
bool liveness_requires(const struct liveness *liveness, enum signal_kind kind);
/* The signal that is to blame for a tunnel that is not usable: the first one down; NULL if usable. */
const struct signal *liveness_blame(const struct liveness *liveness, enum signal_kind *kind);

const char *signal_kind_name(enum signal_kind kind);    /* "link" ... */
const char *signal_state_name(enum signal_state state); /* "up", "down", "unknown" */
bool signal_kind_parse(const char *text, enum signal_kind *kind);

#endif
