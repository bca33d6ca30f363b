#include "fib/audit.h"

#include "bgpd/base/xalloc.h"

#include <stdlib.h>

#define TABLE_MAIN 254

/* To find that a net was seen takes a bit, to visit a route a message. */
#define JUDGED_PER_ITEM 32

void audit_init(struct audit *audit, struct sync *sync, struct guard *guard,
		struct foreign *foreign)
{
	*audit = (struct audit){ .sync = sync, .guard = guard, .foreign = foreign };
}

void audit_clear(struct audit *audit)
{
	bitmap_clear(&audit->seen);
	free(audit->strays);
	free(audit->tables);
	audit_init(audit, audit->sync, audit->guard, audit->foreign);
}

static void complain(struct audit *audit, const char *text)
{
	struct sync *sync = audit->sync;
	struct note note = { .level = NOTE_WARNING, .kind = "fib", .text = text,
			     .reason = sync->fib->error, .duration_ms = -1 };

	sync->journal->note(sync->journal, &note, sync->now);
}

/* ---- egresses and chains ---- */

static void see_egress(void *arg, egress_id id, const struct fib_egress *egress)
{
	chains_adopt_egress(arg, id, egress);
}

static void see_chain(void *arg, chain_number number, const struct fib_chain *chain)
{
	chains_adopt_chain(arg, number, chain);
}

static void compare_chains(struct audit *audit)
{
	struct sync *sync = audit->sync;
	struct chains found;
	struct fib_visitor visitor = { .egress = see_egress, .chain = see_chain, .arg = &found };

	audit->chains_due = false;
	chains_init(&found, sync->fib);
	if (sync->fib->list_chains(sync->fib, &visitor) == 0)
		sync_chains_found(sync, &found);
	else
		complain(audit, "the kernel's nexthops cannot be read");
	chains_clear(&found);
	sync_tell_failures(sync);
}

void audit_chains(struct audit *audit, msec_t now)
{
	audit->sync->now = now;
	compare_chains(audit);
}

/* ---- a look at all routes ---- */

static void add_stray(struct audit *audit, const struct fib_route *route)
{
	if (audit->stray_count == audit->stray_size) {
		audit->stray_size = audit->stray_size * 2 + 16;
		audit->strays = xrealloc(audit->strays,
					 audit->stray_size * sizeof(*audit->strays));
	}
	audit->strays[audit->stray_count++] = *route;
}

static void see_static(struct audit *audit, const struct fib_route *route)
{
	struct sync_static *fixed = sync_find_static(audit->sync, route);

	if (!fixed)
		add_stray(audit, route);
	else
		fixed->is_seen = sync_static_found(fixed, route);
}

static void see_route(void *arg, const struct fib_route *route)
{
	struct audit *audit = arg;
	struct net *net = table_find(audit->sync->table, &route->prefix);

	if (route->kind != FIB_CHAIN || !net || !sync_is_route_of(audit->sync, net, route)) {
		see_static(audit, route);
		return;
	}
	bitmap_add(&audit->seen, net->id);
	if (!bitmap_has(&audit->sync->touched, net->id))
		sync_found(audit->sync, net, route);
}

static void see_foreign(void *arg, const struct fib_route *route)
{
	struct audit *audit = arg;
	struct sync *sync = audit->sync;
	struct net *net = table_find(sync->table, &route->prefix);
	struct sync_static *fixed = sync_find_static(sync, route);

	guard_see(audit->guard, route);
	foreign_see(audit->foreign, route);
	if (net && sync_is_route_of(sync, net, route)) {
		bitmap_add(&audit->seen, net->id);
		if (!bitmap_has(&sync->touched, net->id))
			sync_displaced(sync, net);
	}
	if (fixed) {
		fixed->is_seen = true;
		sync_static_displaced(sync, fixed);
	}
}

static void remove_strays(struct audit *audit)
{
	for (size_t i = 0; i < audit->stray_count; i++)
		sync_remove_stray(audit->sync, &audit->strays[i]);
	audit->stray_count = 0;
}

static void add_table(struct audit *audit, uint32_t table)
{
	for (size_t i = 0; i < audit->table_count; i++)
		if (audit->tables[i] == table)
			return;
	if (audit->table_count == audit->table_size) {
		audit->table_size = audit->table_size * 2 + 4;
		audit->tables = xrealloc(audit->tables,
					 audit->table_size * sizeof(*audit->tables));
	}
	audit->tables[audit->table_count++] = table;
}

/* Those where something of ours should be, and main, where the underlay's routes are. */
static void collect_tables(struct audit *audit)
{
	const struct sync *sync = audit->sync;

	audit->table = audit->table_count = 0;
	audit->is_table_begun = false;
	add_table(audit, TABLE_MAIN);
	for (chain_number number = 1; number < sync->chains.chain_end; number++)
		if (chains_at(&sync->chains, number))
			add_table(audit, chains_at(&sync->chains, number)->style.table);
	for (size_t i = 0; i < sync->static_count; i++)
		add_table(audit, sync->statics[i].route.table);
	if (audit->foreign->count)
		add_table(audit, audit->foreign->table);
}

static void begin(struct audit *audit)
{
	struct sync *sync = audit->sync;

	audit->is_due = false;
	audit->state = AUDIT_READING;
	audit->cursor = 0;
	bitmap_empty(&audit->seen);
	bitmap_empty(&sync->touched);
	sync->is_looked_at = true;
	for (size_t i = 0; i < sync->static_count; i++)
		sync->statics[i].is_seen = false;
	collect_tables(audit);
	guard_look_begin(audit->guard);
	foreign_look_begin(audit->foreign);
	compare_chains(audit);
}

static void end(struct audit *audit)
{
	audit->state = AUDIT_IDLE;
	audit->sync->is_looked_at = false;
}

static void judge_statics(struct audit *audit)
{
	for (size_t i = 0; i < audit->sync->static_count; i++)
		if (!audit->sync->statics[i].is_seen)
			sync_static_missed(audit->sync, &audit->sync->statics[i]);
}

static void read_some(struct audit *audit, size_t items)
{
	struct fib *fib = audit->sync->fib;
	struct fib_visitor visitor = { .route = see_route, .foreign = see_foreign, .arg = audit };
	int more = fib->list_routes(fib, &visitor, audit->tables[audit->table],
				    !audit->is_table_begun, items);

	remove_strays(audit);
	audit->is_table_begun = more > 0;
	audit->table += more == 0;
	if (more > 0 || (more == 0 && audit->table < audit->table_count))
		return;
	if (more < 0) {
		complain(audit, "the kernel's routes cannot be read");
		end(audit);
		return;
	}
	audit->state = AUDIT_JUDGING;
	guard_look_end(audit->guard);
	foreign_look_end(audit->foreign);
	judge_statics(audit);
}

static void judge(struct audit *audit, uint32_t id)
{
	struct sync *sync = audit->sync;
	struct net *net = table_net(sync->table, id);

	if (net && net->chain && !bitmap_has(&sync->touched, id) && !bitmap_has(&sync->pending, id))
		sync_missed(sync, net);
}

static void judge_some(struct audit *audit, size_t items)
{
	uint32_t last = table_end(audit->sync->table);

	for (; items && audit->cursor < last; items--, audit->cursor++)
		if (!bitmap_has(&audit->seen, audit->cursor))
			judge(audit, audit->cursor);
	if (audit->cursor >= last)
		end(audit);
}

void audit_begin(struct audit *audit, msec_t now)
{
	audit->is_due = true;
	audit_chains(audit, now);
}

bool audit_has_work(const struct audit *audit)
{
	return audit->state != AUDIT_IDLE || audit->is_due || audit->chains_due ||
	       audit->guard->needs_look || audit->foreign->needs_look ||
	       audit->sync->must_audit || audit->sync->failures.count || audit->sync->displaced;
}

/* A look begins once nothing waits to be written: it would find all of that missing. */
bool audit_work(struct audit *audit, size_t items, msec_t now)
{
	struct sync *sync = audit->sync;

	sync->now = now;
	audit->is_due |= audit->guard->needs_look || audit->foreign->needs_look || sync->must_audit;
	sync->must_audit = false;
	if (audit->chains_due || sync->failures.count)
		compare_chains(audit);
	if (audit->state == AUDIT_READING)
		read_some(audit, items);
	else if (audit->state == AUDIT_JUDGING)
		judge_some(audit, items * JUDGED_PER_ITEM);
	else if (audit->is_due && !sync_has_work(sync))
		begin(audit);
	else if (!sync_has_work(sync))
		sync_tell_displaced(sync);
	return audit_has_work(audit);
}

/* ---- what others do ---- */

static void notice_net(struct audit *audit, struct net *net, bool is_ours, bool is_removal)
{
	struct sync *sync = audit->sync;

	if (!is_ours && is_removal)
		sync_is_free(sync, net);
	else if (!is_ours)
		sync_displaced(sync, net);
	else if (is_removal && net->is_installed)
		sync_missed(sync, net);
}

static void notice_static(struct audit *audit, struct sync_static *fixed, bool is_ours,
			  bool is_removal)
{
	if (is_removal && (is_ours ? fixed->is_installed : fixed->is_refused))
		sync_static_missed(audit->sync, fixed);
	else if (!is_removal && !is_ours)
		sync_static_displaced(audit->sync, fixed);
}

void audit_notice(struct audit *audit, const struct fib_route *route, bool is_removal, msec_t now)
{
	struct sync *sync = audit->sync;
	struct net *net = table_find(sync->table, &route->prefix);
	struct sync_static *fixed = sync_find_static(sync, route);

	sync->now = now;
	audit->is_due |= !route->is_ours && (guard_concerns(audit->guard, &route->prefix) ||
					     foreign_concerns(audit->foreign, &route->prefix));
	/* Perhaps it went with its chain, which then comes first. */
	audit->chains_due |= route->is_ours;
	if (net && sync_is_route_of(sync, net, route))
		notice_net(audit, net, route->is_ours, is_removal);
	if (fixed)
		notice_static(audit, fixed, route->is_ours, is_removal);
}
