/* policy/failover.h - Chooses which tunnels of a group carry traffic.
 *
 * Pure: the caller brings the time and acts on what it reads afterwards.  A tunnel has
 *
 *   a standing   what our own direction may do with it.  A chain takes, of its tunnels, the first one
 *                (in order of preference) in the best standing; ecmp takes all that are ready.
 *   a role       active, standby, drained or unusable, for our own direction, shown to people.  What
 *                carries traffic is active, even a drained tunnel when nothing else is left
 *   an announced role      what the far side is told; it goes ahead of role when traffic returns to a
 *                preferred tunnel (make-before-break): announce, wait until inbound traffic has moved
 *                or `settle` is over, then move our own direction.
 *
 * Failure moves at once.  A tunnel that comes back is held for revert_delay, doubled by each flap up
 * to revert_delay_max, so that a flapping link does not drag the traffic with it; ten times the delay
 * without a failure, and it starts afresh.  Nothing is held when no other tunnel can carry traffic, nor
 * during start-up (startup_wait, or until all have been usable).  A pinned tunnel is held like others.
 *
 * In follow-provider a move to the tunnel that the far side hints at does not settle: it leads. */
#ifndef POLICY_FAILOVER_H
#define POLICY_FAILOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/clock.h"

enum group_mode { MODE_ACTIVE_STANDBY, MODE_FOLLOW_PROVIDER, MODE_ECMP };

enum standing { STANDING_READY, STANDING_HELD, STANDING_DRAINED, STANDING_DOWN };

enum role { ROLE_UNUSABLE, ROLE_DRAINED, ROLE_STANDBY, ROLE_ACTIVE };

struct failover_params {
	enum group_mode mode;
	size_t tunnels;                 /* in order of preference */
	bool revert;                    /* false: never return by itself */
	msec_t revert_delay;            /* default 30 s */
	msec_t revert_delay_max;        /* default 10 min */
	msec_t settle;                  /* longest wait for inbound traffic to move; default 5 s */
	msec_t startup_wait;            /* default 30 s */
};

struct failover;

struct failover *failover_new(const struct failover_params *params, msec_t now);
struct failover *failover_copy(const struct failover *failover);       /* to ask what would be */
void failover_free(struct failover *failover);

/* Each of these may change standings and roles at once.  Tunnels by their place in the order. */
void failover_report(struct failover *failover, size_t tunnel, bool usable, msec_t now);
/* That it stopped being usable just now was no failure: it is not held the longer for it. */
void failover_excuse(struct failover *failover, size_t tunnel);
void failover_drain(struct failover *failover, size_t tunnel, msec_t now);
void failover_resume(struct failover *failover, size_t tunnel, msec_t now);     /* ends drain; ends a hold */
void failover_pin(struct failover *failover, size_t tunnel, msec_t now);        /* prefer it to all others */
void failover_unpin(struct failover *failover, msec_t now);
/* The far side asks that nothing uses this tunnel for a time: as good as drained. */
void failover_yield(struct failover *failover, size_t tunnel, bool yields, msec_t now);
/* The far side prefers this tunnel (MED): follow-provider, maintenance.  count of tunnels: no hint. */
void failover_hint(struct failover *failover, size_t tunnel, msec_t now);
/* Inbound traffic has been seen to move to the announced active tunnel: no need to wait for settle. */
void failover_settled(struct failover *failover, msec_t now);

void failover_tick(struct failover *failover, msec_t now);
msec_t failover_deadline(const struct failover *failover);      /* when something may change by itself */

enum standing failover_standing(const struct failover *failover, size_t tunnel);
enum role failover_role(const struct failover *failover, size_t tunnel);
enum role failover_announced(const struct failover *failover, size_t tunnel);
size_t failover_place(const struct failover *failover, size_t tunnel);  /* 0 active, 1 first standby ... of announced order */
bool failover_is_settling(const struct failover *failover);     /* announced, own direction not moved yet */
bool failover_is_drained(const struct failover *failover, size_t tunnel);      /* by a person */
bool failover_is_pinned(const struct failover *failover, size_t tunnel);
msec_t failover_held_until(const struct failover *failover, size_t tunnel);     /* NEVER: not held by time */

const char *role_name(enum role role);                          /* "unusable" ... */
const char *group_mode_name(enum group_mode mode);              /* "active-standby" ... */
bool group_mode_parse(const char *text, enum group_mode *mode);

#endif
