/* bgpd/session/collision.h - Which of two connections to one peer survives.
 *
 * RFC 4271 6.8, RFC 6286 2.3.  Pure.  Both sides come to the same verdict, because both compare the
 * same two identifiers: the connection survives that was opened by the side with the higher one. */
#ifndef BGPD_SESSION_COLLISION_H
#define BGPD_SESSION_COLLISION_H

#include <stdint.h>

#include "bgpd/session/fsm.h"

enum collision { COLLISION_NONE, COLLISION_CLOSE_OURS, COLLISION_CLOSE_THEIRS };

struct collision_side {
	uint32_t bgp_id;                /* host order */
	uint32_t asn;
};

/* ours, theirs: the states of the connection that we opened and of the one that the peer opened;
 * OpenConfirm also for one whose OPEN is just being looked at. */
enum collision collision_resolve(const struct collision_side *local,
				 const struct collision_side *remote, enum session_state ours,
				 enum session_state theirs);

#endif
