/* policy/initiation.h - When the IKE daemon is to be asked for the CHILD_SA that a tunnel misses.
 *
 * Not at once, since the daemon may be about to make it by itself; then after 1 s, and again and
 * again, each time after twice as long, at most INITIATION_CEILING.  While one is being negotiated,
 * or the tunnel is not wanted, nothing is asked; an SA that stands ends it all.
 *
 * Pure.  When the deadline has come the caller looks at the daemon's SAs anew and says what it sees,
 * since a negotiation that fails is told by nobody. */
#ifndef POLICY_INITIATION_H
#define POLICY_INITIATION_H

#include "bgpd/session/backoff.h"
#include "policy/ipsec.h"

#define INITIATION_CEILING SECONDS(60)

struct initiation {                     /* plain values: may be copied */
	struct backoff pause;
	msec_t due;                     /* NEVER: nothing is missing, or the daemon is */
	msec_t missing_since;
	unsigned int attempts;          /* since it is missing */
};

void initiation_init(struct initiation *initiation);
/* What the daemon has now, and whether the tunnel is to be used at all.  True: the daemon is to be
 * asked, which counts as an attempt. */
bool initiation_see(struct initiation *initiation, enum ike_view view, bool is_wanted, msec_t now);
msec_t initiation_deadline(const struct initiation *initiation);

#endif
