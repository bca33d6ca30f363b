#include "bgpd/speaker/next_hops.h"

#include "bgpd/base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Who sends more next hops than that has them asked for more often. */
#define NEXT_HOPS_MAX 1024

struct next_hop {
	struct address address;
	char interface[16];             /* "": any */
	bool has_way;
	struct fib_egress way;
};

void next_hops_init(struct next_hops *hops)
{
	*hops = (struct next_hops){ 0 };
}

void next_hops_clear(struct next_hops *hops)
{
	free(hops->known);
	next_hops_init(hops);
}

void next_hops_forget(struct next_hops *hops)
{
	hops->count = hops->last = 0;
}

static bool is_the_one(const struct next_hop *hop, const struct address *address,
		       const char *interface)
{
	return address_equal(&hop->address, address) && strcmp(hop->interface, interface) == 0;
}

static const struct next_hop *find(struct next_hops *hops, const struct address *address,
				   const char *interface)
{
	if (hops->last < hops->count && is_the_one(&hops->known[hops->last], address, interface))
		return &hops->known[hops->last];
	for (size_t i = 0; i < hops->count; i++) {
		if (!is_the_one(&hops->known[i], address, interface))
			continue;
		hops->last = i;
		return &hops->known[i];
	}
	return NULL;
}

static struct next_hop *add(struct next_hops *hops, const struct address *address,
			    const char *interface)
{
	if (hops->count == NEXT_HOPS_MAX)
		next_hops_forget(hops);
	if (hops->count == hops->size) {
		hops->size = hops->size * 2 + 4;
		hops->known = xrealloc(hops->known, hops->size * sizeof(*hops->known));
	}
	hops->last = hops->count++;
	struct next_hop *hop = &hops->known[hops->last];
	*hop = (struct next_hop){ .address = *address };
	snprintf(hop->interface, sizeof(hop->interface), "%s", interface);
	return hop;
}

const struct fib_egress *next_hops_way(struct next_hops *hops, struct fib *fib,
				       const struct address *address, const char *interface,
				       uint32_t table)
{
	bool is_bound = interface && address_is_link_local(address);
	const char *name = is_bound ? interface : "";
	const struct next_hop *known = find(hops, address, name);

	if (!known) {
		struct next_hop *hop = add(hops, address, name);

		hop->has_way = fib->resolve(fib, address, is_bound ? interface : NULL, table,
					    &hop->way) == 0;
		if (!address_is_set(&hop->way.gateway))
			hop->way.gateway = *address;
		known = hop;
	}
	return known->has_way ? &known->way : NULL;
}

bool next_hops_route_changed(struct next_hops *hops, const struct prefix *prefix)
{
	size_t kept = 0, before = hops->count;

	for (size_t i = 0; i < before; i++)
		if (!prefix_contains_address(prefix, &hops->known[i].address))
			hops->known[kept++] = hops->known[i];
	hops->count = kept;
	return kept < before;
}
