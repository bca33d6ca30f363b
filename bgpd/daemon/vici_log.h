/* bgpd/daemon/vici_log.h - What a line of charon's log, an event log of vici, says about a peer.
 *
 * That an IKE request is not answered is the earliest that charon knows of a path that is dead; it
 * gives up much later.  It has no event for that (alerts stay inside of it), but this line:
 *
 *	group=IKE ikesa-name=aws msg="retransmit 1 of request with message ID 7"
 *
 * Pure. */
#ifndef BGPD_DAEMON_VICI_LOG_H
#define BGPD_DAEMON_VICI_LOG_H

#include "bgpd/base/bytes.h"
#include "policy/sa.h"

struct vici_silence {                   /* of a peer */
	char connection[SA_NAME];
	char text[96];                  /* as charon has it */
	bool is_first;                  /* of this request: the repetition */
};

/* False: the line speaks of something else, or is malformed. */
bool vici_log_parse(struct span message, struct vici_silence *silence);

#endif
