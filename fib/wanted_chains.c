#include "fib/wanted_chains.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

void wanted_chains_clear(struct wanted_chains *chains)
{
	free(chains->items);
	*chains = (struct wanted_chains){ .items = NULL };
}

static struct wanted_chain *find_chain(const struct wanted_chains *chains, enum family family,
				       chain_number number)
{
	for (size_t i = 0; i < chains->count; i++) {
		struct wanted_chain *item = &chains->items[i];

		if (item->number == number && item->chain.family == family)
			return item;
	}
	return NULL;
}

void wanted_chains_set(struct wanted_chains *chains, chain_number number,
		       const struct fib_chain *chain)
{
	struct wanted_chain *item = find_chain(chains, chain->family, number);

	if (!item) {
		chains->items = xrealloc(chains->items, (chains->count + 1) * sizeof(*item));
		item = &chains->items[chains->count++];
	}
	*item = (struct wanted_chain){ .number = number, .chain = *chain };
	if (chain->count)
		memcpy(item->members, chain->members, chain->count * sizeof(*chain->members));
}

void wanted_chains_forget(struct wanted_chains *chains, enum family family, chain_number number)
{
	struct wanted_chain *item = find_chain(chains, family, number);

	if (item)
		*item = chains->items[--chains->count];
}

/* What nexthop_message_chain writes for it. */
static size_t written_count(const struct fib_chain *chain)
{
	return chain->is_ecmp || !chain->count ? chain->count : 1;
}

void wanted_chains_restore(const struct wanted_chains *chains, chain_number number,
			   struct fib_chain *chain)
{
	const struct wanted_chain *item = find_chain(chains, chain->family, number);

	if (!item || chain->count != written_count(&item->chain))
		return;
	for (size_t i = 0; i < chain->count; i++) {
		if (chain->members[i].egress != item->members[i].egress)
			return;
	}
	*chain = item->chain;
	chain->members = item->members;
}
