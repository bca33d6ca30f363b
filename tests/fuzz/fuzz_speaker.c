/* tests/fuzz/fuzz_speaker.c - A whole gateway, whatever its peers, its kernel, its operator and the clock
 * do to it, in any order.
 *
 * The input is a list of things that happen: a byte says what, the next to whom, then come its
 * arguments.  All along, what the gateway sends must be faultless (world.c).  When all is settled:
 * - counters agree with the table, and each prefix has one best route at most;
 * - each peer was told what the table says that it was told;
 * - the kernel has what the gateway says that it has, and no more.
 * At the end all sessions close, time passes, and nothing that came from a peer is left.
 *
 *	make fuzz && build-fuzz/tests/fuzz/make_corpus speaker corpus &&
 *	build-fuzz/tests/fuzz/fuzz_speaker corpus */
#include <string.h>

#include "tests/fuzz/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct world world;

/* ---- what else happens ---- */

static void operate(enum world_peer peer, unsigned int what)
{
	const char *name = world_name(peer);

	switch (what % 8) {
	case 0: speaker_tunnel_drain(world.gateway, name, world.now); break;
	case 1: speaker_tunnel_resume(world.gateway, name, world.now); break;
	case 2: speaker_tunnel_pin(world.gateway, name, world.now); break;
	case 3: speaker_tunnel_unpin(world.gateway, name, world.now); break;
	case 4: speaker_neighbor_reset(world.gateway, name, world.now); break;
	case 5: speaker_neighbor_refresh(world.gateway, name, world.now); break;
	case 6: speaker_neighbor_shutdown(world.gateway, name, "at noon", world.now); break;
	case 7: speaker_neighbor_enable(world.gateway, name, world.now); break;
	}
}

static void signal_tunnel(enum world_peer peer, unsigned int what)
{
	speaker_tunnel_signal(world.gateway, world_name(peer), (enum signal_kind)(what % SIGNAL_KINDS),
			      (enum signal_state)(what / SIGNAL_KINDS % 3), "told", world.now);
}

static void disturb_kernel(unsigned int what)
{
	struct prefix prefix = world_prefix(what >> 3);
	char text[PREFIX_TEXT];

	switch (what & 3) {
	case 0:
		fake_fib_lose(world.kernel, prefix_format(&prefix, text), WORLD_METRIC);
		break;
	case 1:
		world.kernel->fail_next = 16;           /* EBUSY */
		break;
	case 2:
		speaker_audit(world.gateway, world.now);
		break;
	case 3:
		speaker_chains_changed(world.gateway, world.now);
		break;
	}
}

static void count(enum world_peer peer, unsigned int amount)
{
	static const char *const interfaces[] = { "ipsec1", "ipsec2" };
	static struct link_counters counters[WORLD_TUNNELS];
	struct link_counters *counter = &counters[peer % WORLD_TUNNELS];

	counter->rx_bytes += (uint64_t)amount << 12;
	counter->tx_bytes += (uint64_t)(amount & 15) << 14;
	speaker_counters(world.gateway, interfaces[peer % WORLD_TUNNELS], counter, world.now);
}

static void fill(enum world_peer peer, bool is_full)
{
	struct world_conn *conn = world_conn(&world, peer);

	world.is_full[peer] = is_full;
	if (conn)
		speaker_drained(world.gateway, conn->id, is_full ? 1000 : 0, world.now);
}

/* ---- what must be true ---- */

struct tally {
	struct prefix prefix;           /* of which routes are being visited */
	uint32_t received, accepted, best, local;
	const struct table *heard;
	uint32_t announced;
};

static void see_route(void *arg, const struct route_view *view)
{
	struct tally *tally = arg;

	if (!prefix_equal(&tally->prefix, &view->prefix))
		tally->best = 0;
	tally->prefix = view->prefix;
	tally->best += view->is_best;
	expect(tally->best <= 1);
	expect(!view->is_best || view->verdict == IMPORT_ACCEPTED);
	expect(view->reason && view->age_ms >= 0);
	tally->received++;
	tally->accepted += view->verdict == IMPORT_ACCEPTED;
	tally->local += !view->neighbor;
}

static struct tally visit_all(const struct route_query *query, route_visit *visit, struct tally tally)
{
	uint32_t cursor = 0;

	while (speaker_routes(world.gateway, query, &cursor, 7, visit, &tally, world.now))
		;
	return tally;
}

static void see_export(void *arg, const struct route_view *view)
{
	struct tally *tally = arg;
	bool is_told = table_find(tally->heard, &view->prefix);

	if (view->exported == EXPORT_ANNOUNCED)
		expect(is_told || world.said_too_long);
	tally->announced += is_told;
}

static void check_neighbor(const struct neighbor_view *view, enum world_peer peer)
{
	const char *name = view->params->name;
	const struct table *heard = &world.heard[peer];
	struct tally in = visit_all(&(struct route_query){ .from = name, .received = true },
				    see_route, (struct tally){ 0 });

	expect(in.received == view->received && in.accepted == view->accepted);
	if (world.is_full[peer])
		return;
	expect(view->sent == heard->count);
	expect(view->sent == 0 || session_state(view->session) == SESSION_ESTABLISHED);
	struct tally out = visit_all(&(struct route_query){ .to = name }, see_export,
				     (struct tally){ .heard = heard });
	expect(out.announced == heard->count);
}

static enum world_peer peer_of(const struct neighbor_view *view)
{
	enum world_peer peer = 0;

	while (strcmp(world_name(peer), view->params->name) != 0)
		peer++;
	return peer;
}

static void check_table(void)
{
	struct memory_view memory = speaker_memory(world.gateway);
	struct tally all = visit_all(&(struct route_query){ .received = true }, see_route,
				     (struct tally){ 0 });

	expect(all.received == memory.paths);
	expect(memory.attribute_sets <= 2 * memory.paths);
	for (size_t i = 0; i < speaker_neighbors(world.gateway); i++) {
		struct neighbor_view view = speaker_neighbor(world.gateway, i, world.now);

		check_neighbor(&view, peer_of(&view));
	}
}

static bool has_in_kernel(const struct fib_view *view)
{
	const struct fake_routes *routes = &world.kernel->routes;

	for (size_t i = 0; i < routes->count; i++)
		if (prefix_equal(&routes->items[i].route.prefix, &view->prefix) &&
		    routes->items[i].route.table == view->table &&
		    routes->items[i].route.metric == view->metric)
			return true;
	return false;
}

static void see_fib(void *arg, const struct fib_view *view)
{
	size_t *installed = arg;

	if (!view->is_installed)
		return;
	expect(has_in_kernel(view));
	++*installed;
}

/* What the kernel forgot or refused is put back by the audit, or left out and told. */
static void check_kernel(void)
{
	uint32_t cursor = 0;
	size_t installed = 0;

	world.kernel->fail_next = 0;
	for (int i = 0; i < 2; i++) {
		speaker_audit(world.gateway, world.now);
		world_settle(&world);
	}
	expect(speaker_memory(world.gateway).fib_pending == 0);
	while (speaker_fib(world.gateway, NULL, &cursor, 7, see_fib, &installed))
		;
	expect(installed <= world.kernel->routes.count);
	if (world.now - world.started > SECONDS(61))    /* leftovers are removed by then */
		expect(installed == world.kernel->routes.count);
}

static void check_settled(void)
{
	world_settle(&world);
	check_table();
	check_kernel();
}

/* Sessions end, restart times run out: what was learned is gone. */
static void check_that_nothing_stays(void)
{
	for (size_t i = 0; i < WORLD_CONNS; i++)
		if (world.conns[i].id != CONN_NONE)
			world_close(&world, &world.conns[i]);
	for (enum world_peer peer = 0; peer < WORLD_PEERS; peer++) {
		world.is_full[peer] = false;
		speaker_neighbor_shutdown(world.gateway, world_name(peer), NULL, world.now);
	}
	world_pass(&world, SECONDS(4200));
	check_settled();
	struct tally all = visit_all(&(struct route_query){ .received = true }, see_route,
				     (struct tally){ 0 });
	struct memory_view memory = speaker_memory(world.gateway);
	expect(all.received == all.local);
	expect(memory.paths == all.local && memory.prefixes == all.local);
	expect(memory.attribute_sets <= all.local);
	expect(memory.chains == 0);
}

/* ---- one input ---- */

static struct span read_some(struct reader *input, size_t length)
{
	return read_span(input, length < read_left(input) ? length : read_left(input));
}

static void happen(enum world_event happening, enum world_peer peer, unsigned int argument,
		   struct reader *input)
{
	switch (happening) {
	case WORLD_ESTABLISH:
		world_establish(&world, peer, argument);
		break;
	case WORLD_ANNOUNCE:
		world_announce(&world, peer, argument, read_u8(input));
		break;
	case WORLD_WITHDRAW:
		world_withdraw(&world, peer, argument);
		break;
	case WORLD_UPDATE:
		world_update(&world, peer, read_some(input, argument));
		break;
	case WORLD_BYTES:
		world_receive(&world, world_conn(&world, peer), read_some(input, argument));
		break;
	case WORLD_SMALL:
		world_small(&world, peer, argument);
		break;
	case WORLD_CLOSE:
		world_close(&world, world_conn(&world, peer));
		break;
	case WORLD_TIME:
		world_pass(&world, (msec_t)(argument & 31) << (argument >> 5) * 2);
		break;
	case WORLD_WORK:
		speaker_work(world.gateway, argument, world.now);
		break;
	case WORLD_LINK:
		world_link(&world, peer % WORLD_TUNNELS, argument & 1);
		break;
	case WORLD_SIGNAL:
		signal_tunnel(peer, argument);
		break;
	case WORLD_OPERATOR:
		operate(peer, argument);
		break;
	case WORLD_KERNEL:
		disturb_kernel(argument);
		break;
	case WORLD_RELOAD:
		world_reload(&world, argument);
		break;
	case WORLD_COUNTERS:
		count(peer, argument);
		break;
	case WORLD_FULL:
		fill(peer, argument & 1);
		break;
	case WORLD_RESTART:
		world_restart(&world);
		break;
	case WORLD_SETTLE:
		check_settled();
		break;
	case WORLD_EVENTS:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader input = reader_of(data, size);

	world_begin(&world);
	while (read_left(&input) >= 2) {
		unsigned int first = read_u8(&input), argument = read_u8(&input);

		happen((enum world_event)((first >> 2) % WORLD_EVENTS), (enum world_peer)(first & 3),
		       argument, &input);
	}
	check_settled();
	check_that_nothing_stays();
	world_end(&world);
	return 0;
}
