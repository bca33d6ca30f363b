#include "policy/sa.h"

#include <string.h>

bool sa_serves(const struct sa *sa, const struct sa_key *key)
{
	if (key->name && sa->connection[0])
		return strcmp(sa->child, key->name) == 0 || strcmp(sa->connection, key->name) == 0;
	if (key->if_id || sa->if_id)
		return key->if_id == sa->if_id;
	return address_is_set(&key->outside) && address_equal(&key->outside, &sa->far);
}
