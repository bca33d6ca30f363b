#include "fib/chain.h"

#include "bgpd/base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void chains_init(struct chains *chains, struct fib *fib)
{
	*chains = (struct chains){ .fib = fib, .egress_end = 1, .chain_end = 1 };
}

void chains_clear(struct chains *chains)
{
	free(chains->egresses);
	free(chains->chains);
	chains_init(chains, chains->fib);
}

/* ---- egresses ---- */

static bool same_place(const struct fib_egress *a, const struct fib_egress *b)
{
	return a->family == b->family && a->ifindex == b->ifindex &&
	       address_equal(&a->gateway, &b->gateway);
}

static bool egress_room(struct chains *chains, egress_id id)
{
	if (id > EGRESS_MAX)
		return false;
	if (id >= chains->egress_size) {
		size_t size = id + 16u;

		chains->egresses = xrealloc(chains->egresses, size * sizeof(*chains->egresses));
		memset(chains->egresses + chains->egress_size, 0,
		       (size - chains->egress_size) * sizeof(*chains->egresses));
		chains->egress_size = size;
	}
	if (id >= chains->egress_end)
		chains->egress_end = (egress_id)(id + 1);
	return true;
}

static egress_id free_egress(struct chains *chains)
{
	egress_id id = 1;

	while (id < chains->egress_end && chains->egresses[id].is_used)
		id++;
	return egress_room(chains, id) ? id : 0;
}

egress_id chains_find_tunnel(const struct chains *chains, size_t tunnel, enum family family)
{
	for (egress_id id = 1; id < chains->egress_end; id++) {
		const struct egress *egress = &chains->egresses[id];

		if (egress->is_used && !egress->is_adopted && egress->tunnel == tunnel &&
		    egress->at.family == family)
			return id;
	}
	return 0;
}

static egress_id find_place(const struct chains *chains, const struct fib_egress *at, bool adopted)
{
	for (egress_id id = 1; id < chains->egress_end; id++) {
		const struct egress *egress = &chains->egresses[id];

		if (egress->is_used && egress->is_adopted == adopted &&
		    (adopted || egress->tunnel == NO_TUNNEL) && !egress->is_retired && same_place(&egress->at, at))
			return id;
	}
	return 0;
}

/* A new egress, or the adopted one at the same place: its nexthop is in the kernel already. */
static egress_id claim(struct chains *chains, const char *name, size_t tunnel,
		       const struct fib_egress *at)
{
	egress_id adopted = find_place(chains, at, true);
	egress_id id = adopted ? adopted : free_egress(chains);

	if (!id)
		return 0;
	struct egress *egress = &chains->egresses[id];
	if (!adopted)
		*egress = (struct egress){ .is_used = true, .at = { .family = at->family,
								    .gateway = at->gateway } };
	strncpy(egress->name, name, sizeof(egress->name) - 1);
	egress->tunnel = tunnel;
	egress->is_adopted = false;
	egress->standing = STANDING_DOWN;
	egress->weight = 1;
	return id;
}

egress_id chains_tunnel(struct chains *chains, const char *name, size_t tunnel,
			const struct fib_egress *at)
{
	egress_id id = chains_find_tunnel(chains, tunnel, at->family);

	return id ? id : claim(chains, name, tunnel, at);
}

egress_id chains_gateway(struct chains *chains, const struct fib_egress *at)
{
	char text[ADDRESS_TEXT];
	egress_id id = find_place(chains, at, false);

	if (id)
		return id;
	id = claim(chains, address_format(&at->gateway, text), NO_TUNNEL, at);
	if (id) {
		chains_stand(chains, id, STANDING_READY, 1);
		chains_heard(chains, id);
	}
	return id;
}

/* What the kernel did to the groups when it took the nexthop away. */
static void forget(const struct chains *chains, struct chain *chain, egress_id id)
{
	bool is_whole = chain->is_ecmp || chains->fib->holds_standbys;
	size_t kept = 0;

	if (!is_whole && chain->kernel_count && chain->kernel[0].egress == id)
		chain->kernel_count = 1;
	for (size_t i = 0; i < chain->kernel_count; i++)
		if (chain->kernel[i].egress != id)
			chain->kernel[kept++] = chain->kernel[i];
	if (kept == chain->kernel_count)
		return;
	if (!chains->fib->moves_routes)         /* nothing shrinks: each route is its own */
		kept = 0;
	chain->kernel_count = (uint8_t)kept;
	if (kept)
		return;
	chain->is_in_kernel = false;
	chain->is_lost |= chains->fib->moves_routes;
	chain->is_moved |= !chains->fib->moves_routes;
}

static void disarm(struct chains *chains, egress_id id)
{
	chains->egresses[id].is_armed = false;
	for (chain_number number = 1; number < chains->chain_end; number++)
		if (chains->chains[number].is_in_kernel)
			forget(chains, &chains->chains[number], id);
}

int chains_place(struct chains *chains, egress_id id, const struct fib_egress *at)
{
	struct egress *egress = &chains->egresses[id];

	if (egress->is_armed && same_place(&egress->at, at))
		return 0;
	/* A replaced nexthop stays in its groups, one on a device that went does not. */
	if (egress->is_armed && (egress->at.ifindex != at->ifindex || !chains->fib->moves_routes))
		disarm(chains, id);
	egress->at = *at;
	if (!at->ifindex)
		return 0;
	int error = chains->fib->set_egress(chains->fib, id, at);
	egress->is_armed = error == 0;
	return error;
}

void chains_stand(struct chains *chains, egress_id id, enum standing standing, uint8_t weight)
{
	struct egress *egress = &chains->egresses[id];

	egress->standing = standing;
	egress->weight = weight;
}

void chains_heard(struct chains *chains, egress_id id)
{
	chains->egresses[id].is_heard = true;
}

void chains_retire(struct chains *chains, egress_id id)
{
	struct egress *egress = &chains->egresses[id];

	egress->is_retired = true;
	egress->tunnel = NO_TUNNEL;
	egress->standing = STANDING_DOWN;
}

void chains_renumber(struct chains *chains, egress_id id, size_t tunnel)
{
	chains->egresses[id].tunnel = tunnel;
}

const struct egress *chains_egress(const struct chains *chains, egress_id id)
{
	return id && id < chains->egress_end && chains->egresses[id].is_used ? &chains->egresses[id]
									     : NULL;
}

/* ---- what a chain is, and what the kernel should have of it ---- */

/* The armed members, best standing first, preference within; of ecmp only those in the best standing. */
static size_t compose(const struct chains *chains, const struct chain *chain,
		      struct fib_member members[CHAIN_WIDTH])
{
	size_t count = 0;

	for (int standing = STANDING_READY; standing <= STANDING_DOWN; standing++) {
		for (size_t i = 0; i < chain->count; i++) {
			const struct egress *egress = &chains->egresses[chain->members[i]];

			if (egress->is_armed && egress->standing == (enum standing)standing)
				members[count++] = (struct fib_member){ chain->members[i],
									egress->weight };
		}
		if (count && chain->is_ecmp)
			break;
	}
	return count;
}

static bool is_same(const struct chain *chain, const struct fib_member *members, size_t count)
{
	bool same = chain->is_in_kernel && chain->kernel_count == count;

	for (size_t i = 0; same && i < count; i++)
		same = chain->kernel[i].egress == members[i].egress &&
		       (!chain->is_ecmp || chain->kernel[i].weight == members[i].weight);
	return same;
}

/* After a restart the kernel forwards as it did.  It goes on until the tunnel that carries the
 * traffic is heard of and its group has settled, or our patience ends: sessions that come up in any
 * order move nothing. */
static bool waits(const struct chains *chains, const struct chain *chain)
{
	const struct egress *active = &chains->egresses[chain->kernel[0].egress];

	return chain->is_patient && chain->kernel_count &&
	       (!active->is_heard || active->standing == STANDING_HELD);
}

static int move(struct chains *chains, chain_number number)
{
	struct chain *chain = &chains->chains[number];
	struct fib_member members[CHAIN_WIDTH];
	size_t count = waits(chains, chain) ? 0 : compose(chains, chain, members);

	if (!count || is_same(chain, members, count))
		return 0;
	struct fib_chain wanted = { chain->family, chain->is_ecmp, members, count };
	int error = chains->fib->set_chain(chains->fib, number, &wanted);
	if (error)
		return error;
	memcpy(chain->kernel, members, count * sizeof(*members));
	chain->kernel_count = (uint8_t)count;
	chain->is_in_kernel = true;
	chain->is_patient = false;
	chain->is_moved |= !chains->fib->moves_routes && chain->nets;
	chains->any_back |= chain->is_lost || chain->is_moved;
	chains->moves++;
	return 0;
}

size_t chains_move(struct chains *chains)
{
	size_t failed = 0;

	for (chain_number number = 1; number < chains->chain_end; number++)
		if (chains->chains[number].is_used && !chains->chains[number].is_adopted &&
		    move(chains, number) < 0)
			failed++;
	return failed;
}

static bool has_member(const struct chain *chain, egress_id id)
{
	for (size_t i = 0; i < chain->count; i++)
		if (chain->members[i] == id)
			return true;
	return false;
}

static bool is_kind(const struct chain *chain, const struct chain_wish *wish)
{
	return chain->is_used && chain->family == wish->family && chain->is_ecmp == wish->is_ecmp;
}

static bool is_styled(const struct chain *chain, const struct route_style *style)
{
	const struct route_style *own = &chain->style;
	enum family family = chain->family;

	return own->table == style->table && own->metric == style->metric &&
	       own->mtu == style->mtu && own->advmss == style->advmss &&
	       address_equal(&own->preferred_source[family], &style->preferred_source[family]);
}

static bool is_exactly(const struct chain *chain, const struct chain_wish *wish)
{
	return is_kind(chain, wish) && !chain->is_adopted && is_styled(chain, wish->style) &&
	       chain->count == wish->count &&
	       memcmp(chain->members, wish->members, wish->count * sizeof(*wish->members)) == 0;
}

/* An adopted group tells its members by who was active, not by preference. */
static bool is_set_of(const struct chain *chain, const struct chain_wish *wish)
{
	if (!chain->is_adopted || !is_kind(chain, wish) || chain->count != wish->count ||
	    !is_styled(chain, wish->style))
		return false;
	for (size_t i = 0; i < wish->count; i++)
		if (!has_member(chain, wish->members[i]))
			return false;
	return true;
}

static bool chain_room(struct chains *chains, chain_number number)
{
	if (number > CHAIN_MAX)
		return false;
	if (number >= chains->chain_size) {
		size_t size = number + 16u;

		chains->chains = xrealloc(chains->chains, size * sizeof(*chains->chains));
		memset(chains->chains + chains->chain_size, 0,
		       (size - chains->chain_size) * sizeof(*chains->chains));
		chains->chain_size = size;
	}
	if (number >= chains->chain_end)
		chains->chain_end = (chain_number)(number + 1);
	return true;
}

static void count_members(struct chains *chains, const struct chain *chain, int change)
{
	for (size_t i = 0; i < chain->count; i++) {
		struct egress *egress = &chains->egresses[chain->members[i]];

		egress->chains = (uint16_t)(egress->chains + change);
	}
}

static void set_members(struct chains *chains, struct chain *chain, const struct chain_wish *wish)
{
	count_members(chains, chain, -1);
	chain->count = wish->count;
	memcpy(chain->members, wish->members, wish->count * sizeof(*wish->members));
	count_members(chains, chain, 1);
	chain->style = *wish->style;
	chain->is_adopted = false;
}

static chain_number make(struct chains *chains, const struct chain_wish *wish)
{
	chain_number number = 1;

	while (number < chains->chain_end && chains->chains[number].is_used)
		number++;
	if (!chain_room(chains, number))
		return 0;
	struct chain *chain = &chains->chains[number];
	*chain = (struct chain){ .is_used = true, .family = wish->family, .is_ecmp = wish->is_ecmp };
	set_members(chains, chain, wish);
	move(chains, number);
	chain->is_lost = !chain->is_in_kernel;
	return number;
}

static chain_number find_if(const struct chains *chains, const struct chain_wish *wish,
			    bool fits(const struct chain *, const struct chain_wish *))
{
	for (chain_number number = 1; number < chains->chain_end; number++)
		if (fits(&chains->chains[number], wish))
			return number;
	return 0;
}

chain_number chains_find(struct chains *chains, const struct chain_wish *wish)
{
	chain_number number = find_if(chains, wish, is_exactly);

	if (number)
		return number;
	number = find_if(chains, wish, is_set_of);
	if (!number)
		return make(chains, wish);
	set_members(chains, &chains->chains[number], wish);
	move(chains, number);
	return number;
}

static bool is_wished(const struct chain_wish *wish, egress_id id)
{
	for (size_t i = 0; i < wish->count; i++)
		if (wish->members[i] == id)
			return true;
	return false;
}

/* After a restart those of a chain that are not wished may still be, once they have been heard of. */
static bool may_be_wished(const struct chains *chains, const struct chain *chain,
			  const struct chain_wish *wish)
{
	if (!chain->is_patient || !is_kind(chain, wish) ||
	    !is_styled(chain, wish->style) || chain->count <= wish->count)
		return false;
	for (size_t i = 0; i < wish->count; i++)
		if (!has_member(chain, wish->members[i]))
			return false;
	for (size_t i = 0; i < chain->count; i++)
		if (!is_wished(wish, chain->members[i]) &&
		    chains->egresses[chain->members[i]].is_heard)
			return false;
	return true;
}

bool chains_serves(const struct chains *chains, chain_number number, const struct chain_wish *wish)
{
	const struct chain *chain = &chains->chains[number];
	size_t next = 0;

	if (is_exactly(chain, wish) || may_be_wished(chains, chain, wish))
		return true;
	if (!is_kind(chain, wish) || chain->is_adopted ||
	    !is_styled(chain, wish->style))
		return false;
	for (size_t i = 0; i < chain->count; i++) {
		if (next < wish->count && chain->members[i] == wish->members[next])
			next++;
		else if (chains->egresses[chain->members[i]].is_retired ||
			 chains->egresses[chain->members[i]].standing != STANDING_DOWN)
			return false;
	}
	return next == wish->count;
}

bool chains_are_alike(const struct chains *chains, chain_number a, chain_number b)
{
	const struct chain *one = chains_at(chains, a), *other = chains_at(chains, b);

	if (a == b || chains->fib->moves_routes)
		return a == b;
	return one && other && one->family == other->family &&
	       (one->kernel_count == 1 || one->is_ecmp == other->is_ecmp) &&
	       is_same(one, other->kernel, other->kernel_count);
}

const struct chain *chains_at(const struct chains *chains, chain_number number)
{
	return number && number < chains->chain_end && chains->chains[number].is_used
		       ? &chains->chains[number] : NULL;
}

void chains_hold(struct chains *chains, chain_number number)
{
	chains->chains[number].nets++;
}

void chains_release(struct chains *chains, chain_number number)
{
	chains->chains[number].nets--;
}

static void remove_egress(struct chains *chains, egress_id id)
{
	struct egress *egress = &chains->egresses[id];

	if (egress->is_armed)
		chains->fib->remove_egress(chains->fib, id, egress->at.family);
	egress->is_used = egress->is_armed = false;
}

static void remove_chain(struct chains *chains, chain_number number)
{
	struct chain *chain = &chains->chains[number];

	if (chain->is_in_kernel)
		chains->fib->remove_chain(chains->fib, number, chain->family);
	count_members(chains, chain, -1);
	chain->is_used = chain->is_in_kernel = false;
}

/* A tunnel's egress stays as long as its device: the next chain will want it. */
static bool is_needless(const struct egress *egress)
{
	return egress->is_used && !egress->chains &&
	       (egress->is_adopted || egress->tunnel == NO_TUNNEL);
}

void chains_sweep(struct chains *chains)
{
	for (chain_number number = 1; number < chains->chain_end; number++)
		if (chains->chains[number].is_used && !chains->chains[number].nets)
			remove_chain(chains, number);
	for (egress_id id = 1; id < chains->egress_end; id++)
		if (is_needless(&chains->egresses[id]))
			remove_egress(chains, id);
}

void chains_remove_egresses(struct chains *chains)
{
	for (egress_id id = 1; id < chains->egress_end; id++)
		if (chains->egresses[id].is_used)
			remove_egress(chains, id);
}

void chains_lose_patience(struct chains *chains)
{
	for (chain_number number = 1; number < chains->chain_end; number++)
		chains->chains[number].is_patient = false;
}

/* ---- what the kernel has ---- */

void chains_adopt_egress(struct chains *chains, egress_id id, const struct fib_egress *at)
{
	if (!egress_room(chains, id))
		return;
	chains->egresses[id] = (struct egress){ .at = *at, .tunnel = NO_TUNNEL, .is_used = true,
						.is_armed = true, .is_adopted = true,
						.standing = STANDING_DOWN, .weight = 1 };
}

void chains_adopt_chain(struct chains *chains, chain_number number, const struct fib_chain *from)
{
	if (!chain_room(chains, number))
		return;
	struct chain *chain = &chains->chains[number];
	*chain = (struct chain){ .is_used = true, .is_adopted = true, .is_in_kernel = true,
				 .is_patient = true, .family = from->family,
				 .is_ecmp = from->is_ecmp };
	for (size_t i = 0; i < from->count && i < CHAIN_WIDTH; i++) {
		if (!chains_egress(chains, from->members[i].egress))
			continue;
		chain->members[chain->count++] = from->members[i].egress;
		chain->kernel[chain->kernel_count++] = from->members[i];
	}
	count_members(chains, chain, 1);
}

void chains_adopt_style(struct chains *chains, chain_number number, const struct fib_route *route)
{
	struct route_style *style = &chains->chains[number].style;

	if (style->table)
		return;
	style->table = route->table;
	style->metric = route->metric;
	style->mtu = route->mtu;
	style->advmss = route->advmss;
	style->preferred_source[route->prefix.family] = route->preferred_source;
}

static bool kernel_is_same(const struct chain *chain, const struct chain *found)
{
	return found && is_same(chain, found->kernel, found->kernel_count);
}

/* Arms anew what the kernel does not have as we think, or did not take before. */
static size_t repair_egresses(struct chains *chains, const struct chains *found)
{
	size_t wrong = 0;

	for (egress_id id = 1; id < chains->egress_end; id++) {
		struct egress *egress = &chains->egresses[id];
		const struct egress *there = chains_egress(found, id);

		if (!egress->is_used || !egress->at.ifindex ||
		    (egress->is_armed && there && same_place(&there->at, &egress->at)))
			continue;
		wrong++;
		disarm(chains, id);
		const struct fib_egress at = egress->at;
		chains_place(chains, id, &at);
	}
	return wrong;
}

static size_t repair_chains(struct chains *chains, const struct chains *found)
{
	size_t wrong = 0;

	for (chain_number number = 1; number < chains->chain_end; number++) {
		struct chain *chain = &chains->chains[number];
		const struct chain *there = chains_at(found, number);

		if (!chain->is_used || !chain->is_in_kernel || kernel_is_same(chain, there))
			continue;
		wrong++;
		chain->kernel_count = there ? there->kernel_count : 0;
		if (there)
			memcpy(chain->kernel, there->kernel, sizeof(chain->kernel));
		chain->is_in_kernel = there != NULL;
		chain->is_lost |= !there;
	}
	return wrong;
}

size_t chains_repair(struct chains *chains, const struct chains *found)
{
	size_t wrong = repair_egresses(chains, found) + repair_chains(chains, found);

	chains_move(chains);
	return wrong;
}
