/* policy/sa.h - Which security association serves which tunnel.
 *
 * An IKE daemon knows its SAs by name, the kernel does not.  So a tunnel's SA is told by its name
 * where both sides have one, else by the id that an XFRM interface shares with it, else by the far
 * outer address. */
#ifndef POLICY_SA_H
#define POLICY_SA_H

#include <stdbool.h>
#include <stdint.h>

#include "bgpd/base/address.h"

#define SA_NAME 256

enum sa_state {
	SA_USELESS,                     /* on its way out */
	SA_NEGOTIATING,
	SA_INSTALLED
};

struct sa {
	enum sa_state state;
	char connection[SA_NAME];       /* the IKE_SA's; both are empty in the kernel's */
	char child[SA_NAME];            /* empty: an IKE_SA without a child */
	uint32_t if_id;                 /* 0: none */
	struct address far;             /* family none: not known */
};

struct sa_key {                         /* how a tunnel's SAs are known */
	const char *name;               /* of child or connection; NULL: not known */
	uint32_t if_id;                 /* of its interface; 0: none */
	struct address outside;         /* family none: not known */
};

bool sa_serves(const struct sa *sa, const struct sa_key *key);

#endif
