#include "fib/xfrm_sas.h"

#include <stdlib.h>

#include "bgpd/base/xalloc.h"

void xfrm_sas_clear(struct xfrm_sas *sas)
{
	free(sas->items);
	*sas = (struct xfrm_sas){ 0 };
}

static struct xfrm_sa *find(const struct xfrm_sas *sas, const struct xfrm_sa *sa)
{
	for (size_t i = 0; i < sas->count; i++)
		if (sas->items[i].spi == sa->spi && address_equal(&sas->items[i].to, &sa->to))
			return &sas->items[i];
	return NULL;
}

void xfrm_sas_set(struct xfrm_sas *sas, const struct xfrm_sa *sa)
{
	struct xfrm_sa *found = find(sas, sa);

	if (!found) {
		if (sas->count == sas->size) {
			sas->size = sas->size * 2 + 16;
			sas->items = xrealloc(sas->items, sas->size * sizeof(*sas->items));
		}
		found = &sas->items[sas->count++];
	}
	*found = *sa;
}

void xfrm_sas_remove(struct xfrm_sas *sas, const struct xfrm_sa *sa)
{
	struct xfrm_sa *found = find(sas, sa);

	if (found)
		*found = sas->items[--sas->count];
}

static bool serves(const struct xfrm_sa *out, const struct sa_key *key)
{
	const struct sa sa = { .state = SA_INSTALLED, .if_id = out->if_id, .far = out->to };

	return sa_serves(&sa, key);
}

static bool has_opposite(const struct xfrm_sas *sas, const struct xfrm_sa *out)
{
	for (size_t i = 0; i < sas->count; i++) {
		const struct xfrm_sa *in = &sas->items[i];

		if (in->if_id == out->if_id && address_equal(&in->from, &out->to) &&
		    address_equal(&in->to, &out->from))
			return true;
	}
	return false;
}

const struct xfrm_sa *xfrm_sas_find_pair(const struct xfrm_sas *sas, const struct sa_key *key)
{
	for (size_t i = 0; i < sas->count; i++)
		if (serves(&sas->items[i], key) && has_opposite(sas, &sas->items[i]))
			return &sas->items[i];
	return NULL;
}
