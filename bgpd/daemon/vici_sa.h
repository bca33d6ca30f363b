/* bgpd/daemon/vici_sa.h - The security associations in an event list-sa of vici.  Pure. */
#ifndef BGPD_DAEMON_VICI_SA_H
#define BGPD_DAEMON_VICI_SA_H

#include "bgpd/base/bytes.h"
#include "policy/sa.h"

typedef void vici_sa_visit(void *arg, const struct sa *sa);

/* Visits each child of the IKE_SA, and the IKE_SA itself as one without a child name.  False where
 * the message is malformed; what came before that has been visited. */
bool vici_sa_parse(struct span message, vici_sa_visit *visit, void *arg);

#endif
