#include "bgpd/session/collision.h"

/* RFC 6286 2.3: equal identifiers occur between ASes, and there the higher AS decides. */
static bool local_is_higher(const struct collision_side *local, const struct collision_side *remote)
{
	if (local->bgp_id != remote->bgp_id)
		return local->bgp_id > remote->bgp_id;
	return local->asn > remote->asn;
}

enum collision collision_resolve(const struct collision_side *local,
				 const struct collision_side *remote, enum session_state ours,
				 enum session_state theirs)
{
	/* Before its OPEN has come nothing is known of the one that sent it. */
	if (ours < SESSION_OPEN_CONFIRM || theirs < SESSION_OPEN_CONFIRM)
		return COLLISION_NONE;
	if (ours == SESSION_ESTABLISHED)
		return COLLISION_CLOSE_THEIRS;
	if (theirs == SESSION_ESTABLISHED)
		return COLLISION_CLOSE_OURS;
	return local_is_higher(local, remote) ? COLLISION_CLOSE_THEIRS : COLLISION_CLOSE_OURS;
}
