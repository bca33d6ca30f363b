#include "fib/sync.h"

#include "bgpd/base/xalloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sync_init(struct sync *sync, struct fib *fib, struct table *table, struct journal *journal,
	       sync_released *released, void *arg)
{
	*sync = (struct sync){ .fib = fib, .table = table, .journal = journal,
			       .released = released, .arg = arg };
	chains_init(&sync->chains, fib);
}

void sync_clear(struct sync *sync)
{
	chains_clear(&sync->chains);
	bitmap_clear(&sync->pending);
	bitmap_clear(&sync->adopted);
	bitmap_clear(&sync->refused);
	free(sync->leaving);
	bitmap_clear(&sync->touched);
	free(sync->statics);
}

static void complain(struct sync *sync, enum note_level level, const char *subject,
		     const char *text, const char *reason)
{
	struct note note = { .level = level, .kind = "fib", .subject = subject, .text = text,
			     .reason = reason, .duration_ms = -1 };

	sync->journal->note(sync->journal, &note, sync->now);
}

static void complain_of_route(struct sync *sync, const struct fib_route *route, const char *text,
			      const char *reason)
{
	char subject[PREFIX_TEXT];

	complain(sync, NOTE_WARNING, prefix_format(&route->prefix, subject), text, reason);
}

static bool is_key(const struct fib_route *a, const struct fib_route *b)
{
	return a->table == b->table && a->metric == b->metric && prefix_equal(&a->prefix, &b->prefix);
}

static bool is_equal(const struct fib_route *a, const struct fib_route *b)
{
	return is_key(a, b) && a->kind == b->kind && a->via.ifindex == b->via.ifindex &&
	       address_equal(&a->via.gateway, &b->via.gateway);
}

/* ---- nets and their routes ---- */

static struct fib_route route_of(const struct sync *sync, const struct net *net)
{
	const struct chain *chain = chains_at(&sync->chains, (chain_number)net->chain);
	const struct route_style *style = &chain->style;

	return (struct fib_route){
		.prefix = net->prefix,
		.table = style->table,
		.metric = style->metric,
		.kind = FIB_CHAIN,
		.chain = (chain_number)net->chain,
		.preferred_source = style->preferred_source[net->prefix.family],
		.mtu = style->mtu,
		.advmss = style->advmss,
		.is_ours = net->is_installed,
	};
}

static void point_at(struct sync *sync, struct net *net, chain_number number)
{
	const struct chain *before = chains_at(&sync->chains, (chain_number)net->chain);

	if (before && !before->is_in_kernel && before->is_lost) /* and the kernel dropped the route */
		net->is_installed = 0;
	if (before)
		chains_release(&sync->chains, (chain_number)net->chain);
	net->chain = number & (uint32_t)CHAIN_MAX;
	if (number)
		chains_hold(&sync->chains, number);
}

static void touch(struct sync *sync, const struct net *net)
{
	if (sync->is_looked_at)
		bitmap_add(&sync->touched, net->id);
}

/* Another table or metric is another route to the kernel, which no replace can change: the old one is
 * removed once the new one is written. */
static bool moves_elsewhere(const struct sync *sync, const struct net *net,
			    const struct route_style *to)
{
	const struct route_style *from = &chains_at(&sync->chains, (chain_number)net->chain)->style;

	return net->is_installed && (from->table != to->table || from->metric != to->metric);
}

static void leave(struct sync *sync, struct net *net)
{
	if (sync->leaving_count == sync->leaving_size) {
		sync->leaving_size = sync->leaving_size * 2 + 64;
		sync->leaving = xrealloc(sync->leaving, sync->leaving_size * sizeof(*sync->leaving));
	}
	sync->leaving[sync->leaving_count++] = route_of(sync, net);
	touch(sync, net);
	net->is_installed = 0;
}

static void remove_leaving(struct sync *sync, size_t items)
{
	for (; items && sync->leaving_count; items--)
		sync->fib->remove_route(sync->fib, &sync->leaving[--sync->leaving_count]);
}

static void unwant(struct sync *sync, struct net *net)
{
	if (!net->chain || net->is_unwanted)
		return;
	net->is_unwanted = 1;
	bitmap_add(&sync->pending, net->id);
}

void sync_want(struct sync *sync, struct net *net, const struct chain_wish *wish, msec_t now)
{
	sync->now = now;
	if (!wish->count) {
		if (!bitmap_has(&sync->adopted, net->id))
			unwant(sync, net);
		return;
	}
	bitmap_remove(&sync->adopted, net->id);
	if (net->chain && !net->is_unwanted && chains_serves(&sync->chains, (chain_number)net->chain, wish))
		return;

	chain_number number = chains_find(&sync->chains, wish);
	if (!number) {
		complain(sync, NOTE_ERROR, NULL, "too many chains, a prefix is not routed", NULL);
		unwant(sync, net);
		return;
	}
	if (net->chain && moves_elsewhere(sync, net, wish->style))
		leave(sync, net);
	bool is_right = number == net->chain && net->is_installed &&
			!bitmap_has(&sync->pending, net->id);
	net->is_unwanted = 0;
	if (number != net->chain)
		point_at(sync, net, number);
	if (!is_right)
		bitmap_add(&sync->pending, net->id);
}

bool sync_is_done_with(const struct sync *sync, const struct net *net)
{
	return !net->chain && !net->is_installed && !bitmap_has(&sync->pending, net->id);
}

static void remove_route(struct sync *sync, struct net *net)
{
	struct fib_route route = route_of(sync, net);

	if (net->is_installed)
		sync->fib->remove_route(sync->fib, &route);
	touch(sync, net);
	net->is_installed = net->is_unwanted = 0;
	point_at(sync, net, 0);
	bitmap_remove(&sync->refused, net->id);
	sync->released(sync->arg, net);
}

static void write_route(struct sync *sync, struct net *net)
{
	const struct chain *chain = chains_at(&sync->chains, (chain_number)net->chain);

	if (!chain->is_in_kernel)       /* no device is there: sync_move will see to its routes */
		return;
	struct fib_route route = route_of(sync, net);
	net->is_installed = 1;
	touch(sync, net);
	sync->fib->set_route(sync->fib, &route);
	sync->written++;
}

struct sync_static *sync_find_static(const struct sync *sync, const struct fib_route *route)
{
	for (size_t i = 0; i < sync->static_count; i++)
		if (is_key(&sync->statics[i].route, route))
			return &sync->statics[i];
	return NULL;
}

/* Remembers that the kernel did not take the route.  True: it did not before either. */
static bool remember_refusal(struct sync *sync, const struct fib_route *route)
{
	struct net *net = table_find(sync->table, &route->prefix);
	struct sync_static *fixed = sync_find_static(sync, route);
	bool is_known;

	if (route->kind == FIB_CHAIN && net && net->chain == route->chain) {
		net->is_installed = 0;
		return !bitmap_add(&sync->refused, net->id);
	}
	if (!fixed)
		return false;
	is_known = fixed->is_refused;
	fixed->is_installed = false;
	fixed->is_refused = true;
	return is_known;
}

static void complain_of_foreign(struct sync *sync, const struct fib_route *route,
				const char *reason)
{
	if (sync->displaced++)
		return;
	complain_of_route(sync, route, "a route of somebody else's is there, ours is not installed",
			  reason);
}

/* Mostly its chain went with a device that we have not heard of yet: the audit looks first. */
static void remember_failure(struct sync *sync, const struct fib_route *route, int error,
			     const char *text)
{
	if (sync->failures.count++)
		return;
	sync->failures.first = *route;
	snprintf(sync->failures.text, sizeof(sync->failures.text), "%s",
		 text && *text ? text : strerror(-error));
}

static void route_failed(void *arg, const struct fib_route *route, int error, const char *text)
{
	struct sync *sync = arg;

	if (remember_refusal(sync, route))
		return;
	if (error == -EEXIST)
		complain_of_foreign(sync, route, text);
	else if (error != -ESRCH)       /* already gone when we removed it */
		remember_failure(sync, route, error, text);
}

void sync_tell_displaced(struct sync *sync)
{
	char reason[48];

	snprintf(reason, sizeof(reason), "%u prefixes in all", sync->displaced);
	if (sync->displaced > 1)
		complain(sync, NOTE_WARNING, NULL, "more routes of somebody else's are there", reason);
	sync->displaced = 0;
}

void sync_tell_failures(struct sync *sync)
{
	const struct fib_route *route = &sync->failures.first;
	const struct chain *chain = chains_at(&sync->chains, route->chain);
	char reason[192];

	if (sync->failures.count && (route->kind != FIB_CHAIN || (chain && chain->is_in_kernel))) {
		snprintf(reason, sizeof(reason), "%s; %zu in all", sync->failures.text,
			 sync->failures.count);
		complain_of_route(sync, route, "the kernel refused routes", reason);
	}
	sync->failures.count = 0;
}

/* What the kernel has taken in the end is refused no more. */
static void forgive(struct sync *sync)
{
	for (uint32_t id = bitmap_next(&sync->refused, 0); id != BITMAP_END;
	     id = bitmap_next(&sync->refused, id + 1))
		if (table_net(sync->table, id)->is_installed)
			bitmap_remove(&sync->refused, id);
}

/* Lost answers: what the kernel took can only be learned by looking. */
static void flush(struct sync *sync)
{
	sync->must_flush = false;
	if (sync->fib->flush(sync->fib, route_failed, sync))
		sync->must_audit = true;
	if (!sync->pending.count)
		forgive(sync);
}

static void write_again(struct sync *sync, struct net *net)
{
	const struct chain *chain = chains_at(&sync->chains, (chain_number)net->chain);

	if (!chain->is_in_kernel || !(chain->is_lost || chain->is_moved))
		return;
	if (chain->is_lost)
		net->is_installed = 0;
	bitmap_add(&sync->pending, net->id);
}

/* Chains whose routes the kernel dropped and that are back, or that moved without their routes. */
static size_t rescan(struct sync *sync, size_t items)
{
	for (; items && sync->rescan_left; items--, sync->rescan_left--) {
		struct net *net = table_net(sync->table, sync->rescan_cursor++);

		if (net && net->chain && !net->is_unwanted)
			write_again(sync, net);
	}
	return items;
}

static void begin_rescan(struct sync *sync)
{
	sync->chains.any_back = false;
	sync->rescan_cursor = 0;
	sync->rescan_left = table_end(sync->table);
}

static void end_rescan(struct sync *sync)
{
	for (chain_number number = 1; number < sync->chains.chain_end; number++) {
		struct chain *chain = &sync->chains.chains[number];

		if (chain->is_in_kernel)
			chain->is_lost = chain->is_moved = false;
	}
}

bool sync_has_work(const struct sync *sync)
{
	return sync->pending.count || sync->rescan_left || sync->statics_pending ||
	       sync->leaving_count || sync->must_flush;
}

static void write_statics(struct sync *sync)
{
	for (size_t i = 0; i < sync->static_count; i++) {
		struct sync_static *fixed = &sync->statics[i];

		if (!fixed->is_pending)
			continue;
		fixed->route.is_ours = fixed->is_installed;
		fixed->is_installed = true;
		fixed->is_pending = fixed->is_refused = false;
		sync->fib->set_route(sync->fib, &fixed->route);
	}
	sync->statics_pending = false;
}

static void write_nets(struct sync *sync, size_t items)
{
	for (; items; items--) {
		uint32_t id = bitmap_next(&sync->pending, sync->work_cursor);

		if (id == BITMAP_END && sync->work_cursor)
			id = bitmap_next(&sync->pending, 0);
		if (id == BITMAP_END)
			break;
		struct net *net = table_net(sync->table, id);
		bitmap_remove(&sync->pending, id);
		sync->work_cursor = id + 1;
		if (net->is_unwanted)
			remove_route(sync, net);
		else if (net->chain)
			write_route(sync, net);
	}
}

static void tell_restored(struct sync *sync)
{
	char reason[48];

	if (!sync->divergence)
		return;
	snprintf(reason, sizeof(reason), "%u routes", sync->divergence);
	complain(sync, NOTE_NOTICE, NULL, "what was missing or wrong in the kernel is put right",
		 reason);
	sync->restored += sync->divergence;
	sync->divergence = 0;
}

bool sync_work(struct sync *sync, size_t items, msec_t now)
{
	sync->now = now;
	if (sync->rescan_left) {
		items = rescan(sync, items);
		if (!sync->rescan_left)
			end_rescan(sync);
	}
	if (!sync_has_work(sync))
		return false;
	write_statics(sync);
	write_nets(sync, items);
	if (!sync->pending.count)
		remove_leaving(sync, items);
	flush(sync);
	if (sync_has_work(sync))
		return true;
	tell_restored(sync);
	chains_sweep(&sync->chains);
	return false;
}

void sync_move(struct sync *sync, msec_t now)
{
	sync->now = now;
	if (chains_move(&sync->chains))
		complain(sync, NOTE_ERROR, NULL, "the kernel refused to move a chain",
			 sync->fib->error);
	if (sync->chains.any_back)
		begin_rescan(sync);
}

/* ---- what the kernel has ---- */

static void adopt_egress(void *arg, egress_id id, const struct fib_egress *egress)
{
	struct sync *sync = arg;

	chains_adopt_egress(&sync->chains, id, egress);
}

static void adopt_chain(void *arg, chain_number number, const struct fib_chain *chain)
{
	struct sync *sync = arg;

	chains_adopt_chain(&sync->chains, number, chain);
}

static struct sync_static *add_static(struct sync *sync, const struct fib_route *route)
{
	if (sync->static_count == sync->static_size) {
		sync->static_size = sync->static_size * 2 + 8;
		sync->statics = xrealloc(sync->statics, sync->static_size * sizeof(*sync->statics));
	}
	struct sync_static *added = &sync->statics[sync->static_count++];
	*added = (struct sync_static){ .route = *route };
	return added;
}

static void adopt_route(void *arg, const struct fib_route *route)
{
	struct sync *sync = arg;

	if (route->kind != FIB_CHAIN || !chains_at(&sync->chains, route->chain)) {
		struct sync_static *fixed = add_static(sync, route);

		fixed->is_installed = fixed->is_adopted = true;
		return;
	}
	struct net *net = table_add(sync->table, &route->prefix);
	if (net->chain)                 /* in two tables: the second one is swept */
		return;
	net->is_installed = 1;
	point_at(sync, net, route->chain);
	chains_adopt_style(&sync->chains, route->chain, route);
	bitmap_add(&sync->adopted, net->id);
}

static int list(struct sync *sync, const struct fib_visitor *visitor)
{
	int more = sync->fib->list_chains(sync->fib, visitor);

	if (!more)
		more = sync->fib->list_routes(sync->fib, visitor, 0, true, SIZE_MAX);
	return more;
}

int sync_adopt(struct sync *sync, msec_t now)
{
	struct fib_visitor visitor = { .egress = adopt_egress, .chain = adopt_chain,
				       .route = adopt_route, .arg = sync };

	sync->now = now;
	return list(sync, &visitor);
}

/* ---- routes that stand by themselves ---- */

void sync_statics_begin(struct sync *sync)
{
	for (size_t i = 0; i < sync->static_count; i++)
		sync->statics[i].is_wanted = false;
}

void sync_static(struct sync *sync, const struct fib_route *route, msec_t now)
{
	struct sync_static *found = sync_find_static(sync, route);

	sync->now = now;
	if (!found)
		found = add_static(sync, route);
	if ((!found->is_installed && !found->is_refused) || !is_equal(&found->route, route)) {
		found->route = *route;
		found->is_pending = sync->statics_pending = true;
	}
	found->is_wanted = true;
	found->is_adopted = false;
}

/* What is new is written before what it replaces goes. */
void sync_statics_end(struct sync *sync)
{
	size_t kept = 0;

	write_statics(sync);
	for (size_t i = 0; i < sync->static_count; i++) {
		const struct sync_static *fixed = &sync->statics[i];

		if (fixed->is_wanted || fixed->is_adopted)
			sync->statics[kept++] = *fixed;
		else if (fixed->is_installed)
			sync->fib->remove_route(sync->fib, &fixed->route);
	}
	sync->static_count = kept;
	flush(sync);
}

static void sweep_statics(struct sync *sync)
{
	for (size_t i = 0; i < sync->static_count; i++)
		sync->statics[i].is_adopted = false;
	sync_statics_end(sync);
}

void sync_sweep(struct sync *sync, msec_t now)
{
	sync->now = now;
	for (uint32_t id = bitmap_next(&sync->adopted, 0); id != BITMAP_END;
	     id = bitmap_next(&sync->adopted, id + 1))
		unwant(sync, table_net(sync->table, id));
	bitmap_empty(&sync->adopted);
	sweep_statics(sync);
	sync_move(sync, now);
	if (!sync->pending.count)
		chains_sweep(&sync->chains);
}

/* ---- what is seen of the kernel ---- */

bool sync_is_route_of(const struct sync *sync, const struct net *net, const struct fib_route *route)
{
	if (!net->chain)
		return false;
	struct fib_route ours = route_of(sync, net);
	return is_key(&ours, route);
}

static void diverges(struct sync *sync, struct net *net)
{
	if (bitmap_add(&sync->pending, net->id))
		sync->divergence++;
}

static bool is_styled_alike(const struct fib_route *a, const struct fib_route *b)
{
	return a->mtu == b->mtu && a->advmss == b->advmss &&
	       address_equal(&a->preferred_source, &b->preferred_source);
}

void sync_found(struct sync *sync, struct net *net, const struct fib_route *route)
{
	const struct fib_route wanted = route_of(sync, net);
	bool is_right = net->is_installed && is_styled_alike(&wanted, route) &&
			chains_are_alike(&sync->chains, (chain_number)net->chain, route->chain);

	net->is_installed = 1;
	bitmap_remove(&sync->refused, net->id);
	if (!is_right)
		diverges(sync, net);
}

/* Nobody else has its place, so that a replace does no harm should it be there after all. */
void sync_missed(struct sync *sync, struct net *net)
{
	const struct chain *chain = chains_at(&sync->chains, (chain_number)net->chain);

	if (!chain || !chain->is_in_kernel || net->is_unwanted)
		return;
	if (net->is_installed)
		diverges(sync, net);
	else
		bitmap_add(&sync->pending, net->id);
}

void sync_displaced(struct sync *sync, struct net *net)
{
	struct fib_route route = route_of(sync, net);

	bitmap_remove(&sync->pending, net->id);
	net->is_installed = 0;
	if (net->is_unwanted)
		bitmap_add(&sync->pending, net->id);
	else if (bitmap_add(&sync->refused, net->id))
		complain_of_foreign(sync, &route, NULL);
}

void sync_is_free(struct sync *sync, struct net *net)
{
	if (bitmap_has(&sync->refused, net->id))
		bitmap_add(&sync->pending, net->id);
}

bool sync_static_found(struct sync_static *fixed, const struct fib_route *route)
{
	fixed->is_installed = true;
	fixed->is_refused = false;
	return is_equal(&fixed->route, route);
}

void sync_static_missed(struct sync *sync, struct sync_static *fixed)
{
	if (!fixed->is_wanted)
		return;
	fixed->is_pending = sync->statics_pending = true;
}

void sync_static_displaced(struct sync *sync, struct sync_static *fixed)
{
	fixed->is_installed = fixed->is_pending = false;
	if (!fixed->is_refused)
		complain_of_foreign(sync, &fixed->route, NULL);
	fixed->is_refused = true;
}

void sync_remove_stray(struct sync *sync, const struct fib_route *route)
{
	sync->fib->remove_route(sync->fib, route);
	sync->must_flush = true;
}

void sync_chains_found(struct sync *sync, const struct chains *found)
{
	chains_repair(&sync->chains, found);
	if (sync->chains.any_back)
		begin_rescan(sync);
}

void sync_remove_all(struct sync *sync, msec_t now)
{
	for (uint32_t id = 0; id < table_end(sync->table); id++) {
		struct net *net = table_net(sync->table, id);

		if (net)
			unwant(sync, net);
	}
	bitmap_empty(&sync->adopted);
	while (sync_work(sync, 10000, now))
		;
	/* What keeps traffic in, and tunnels up, goes last. */
	sync_statics_begin(sync);
	sweep_statics(sync);
	chains_sweep(&sync->chains);
	chains_remove_egresses(&sync->chains);
}
