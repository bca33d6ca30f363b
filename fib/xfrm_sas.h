/* fib/xfrm_sas.h - The security associations that the kernel has, and which tunnel has a pair. */
#ifndef FIB_XFRM_SAS_H
#define FIB_XFRM_SAS_H

#include <stddef.h>

#include "fib/xfrm_message.h"
#include "policy/sa.h"

struct xfrm_sas {
	struct xfrm_sa *items;
	size_t count, size;
};

void xfrm_sas_clear(struct xfrm_sas *sas);
void xfrm_sas_set(struct xfrm_sas *sas, const struct xfrm_sa *sa);
void xfrm_sas_remove(struct xfrm_sas *sas, const struct xfrm_sa *sa);  /* by SPI and destination */
/* One of a pair, which has one for each direction between the same two addresses: after a rekey the old inbound one lingers,
 * and a tunnel with nothing but that cannot send.  NULL: there is no pair. */
const struct xfrm_sa *xfrm_sas_find_pair(const struct xfrm_sas *sas, const struct sa_key *key);

#endif
