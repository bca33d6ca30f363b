#include "tests/sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/xalloc.h"

#define TUNNEL_INDEX 11                 /* interface of tun1 */
#define SLICE        512                /* as the daemon's */
#define COUNT        SECONDS(1)
#define COUNT_FAST   200                /* while a group waits for traffic to move */
#define AUDIT        SECONDS(60)
#define PATIENCE     100000             /* steps within one instant: a loop without end */

/* ---- chance ---- */

/* xorshift64: the same story on every machine. */
uint32_t sim_roll(struct sim *sim, uint32_t sides)
{
	sim->seed ^= sim->seed << 13;
	sim->seed ^= sim->seed >> 7;
	sim->seed ^= sim->seed << 17;
	return (uint32_t)(sim->seed >> 33) % sides;
}

uint32_t sim_random(struct sim *sim)
{
	return sim->seed ? sim_roll(sim, 1 << 16) : 256;
}

/* ---- the gateway's TCP ---- */

static struct sim *sim_of_transport(struct transport *transport)
{
	return (struct sim *)((char *)transport - offsetof(struct sim, transport));
}

static conn_id transport_connect(struct transport *transport, const struct session_params *params)
{
	struct sim *sim = sim_of_transport(transport);

	return wire_open(sim, sim_peer(sim, params->name), GATEWAY);
}

static void transport_send(struct transport *transport, conn_id conn, const uint8_t *bytes,
			   size_t length)
{
	wire_send(sim_of_transport(transport), GATEWAY, conn, bytes, length);
}

static void transport_close(struct transport *transport, conn_id conn)
{
	wire_close(sim_of_transport(transport), GATEWAY, conn);
}

static size_t transport_unsent(struct transport *transport, conn_id conn)
{
	return wire_unsent(sim_of_transport(transport), GATEWAY, conn);
}

static void transport_local_address(struct transport *transport, conn_id conn,
				    struct address *address)
{
	(void)transport, (void)conn, (void)address;
}

static size_t transport_addresses_beside(struct transport *transport, const struct address *local,
					 struct address *others, size_t max)
{
	(void)transport, (void)local, (void)others, (void)max;
	return 0;
}

static uint32_t transport_random(struct transport *transport)
{
	return sim_random(sim_of_transport(transport));
}

/* ---- the kernel, with names and a count ---- */

static struct sim *the_sim;             /* a struct fib has no room for it */

static int set_egress(struct fib *fib, egress_id id, const struct fib_egress *egress)
{
	for (size_t i = 0; i < SIM_TUNNELS; i++)
		if (the_sim->peers[i].ifindex == egress->ifindex)
			fake_fib_name(the_sim->kernel, id, the_sim->peers[i].name);
	return the_sim->set_egress(fib, id, egress);
}

static int set_chain(struct fib *fib, chain_number number, const struct fib_chain *chain)
{
	the_sim->chain_messages++;
	return the_sim->set_chain(fib, number, chain);
}

static void make_kernel(struct sim *sim)
{
	sim->kernel = fake_fib_new();
	sim->set_egress = sim->kernel->fib.set_egress;
	sim->set_chain = sim->kernel->fib.set_chain;
	sim->kernel->fib.set_egress = set_egress;
	sim->kernel->fib.set_chain = set_chain;
	fake_fib_add_way(sim->kernel, "10.60.0.0/24", SIM_LAN, NULL);
	fake_fib_add_way(sim->kernel, "0.0.0.0/0", 1, "192.0.2.1");
}

/* ---- peers ---- */

static void mirror(struct sim_peer *peer, const struct session_params *gateway, uint32_t router_id)
{
	peer->params = *gateway;
	peer->params.address = gateway->local_address;
	peer->params.local_address = gateway->address;
	peer->params.interface = NULL;
	peer->params.asn = gateway->local_asn;
	peer->params.local_asn = gateway->asn;
	peer->params.router_id = router_id;
	peer->params.passive = true;
	peer->params.graceful_restart = false;
	peer->name = gateway->name;
}

static void make_peers(struct sim *sim)
{
	for (size_t i = 0; i < SIM_PEERS; i++) {
		struct sim_peer *peer = &sim->peers[i];
		size_t neighbor = i - SIM_TUNNELS;

		peer_init(peer, sim);
		mirror(peer, i < SIM_TUNNELS ? &sim->plan.tunnels[i].session
					     : &sim->plan.neighbors[neighbor].session,
		       0xc0000200u + (uint32_t)i);
		peer->ifindex = i < SIM_TUNNELS ? TUNNEL_INDEX + (int)i : SIM_LAN;
	}
}

struct sim_peer *sim_peer(struct sim *sim, const char *name)
{
	for (size_t i = 0; i < SIM_PEERS; i++)
		if (strcmp(sim->peers[i].name, name) == 0)
			return &sim->peers[i];
	print_error("there is no peer %s\n", name);
	abort();
}

bool sim_path_is_there(const struct sim_peer *peer)
{
	return peer_reaches(peer, GATEWAY) && peer_reaches(peer, PEER);
}

/* ---- the beginning and the end ---- */

struct sim *sim_new(size_t tunnels)
{
	struct sim *sim = xcalloc(1, sizeof(*sim));

	the_sim = sim;
	plan_init(&sim->plan, tunnels);
	cloud_init(&sim->cloud);
	sim->journal.note = sim_note;
	sim->transport = (struct transport){
		.connect = transport_connect, .send = transport_send, .close = transport_close,
		.unsent = transport_unsent, .local_address = transport_local_address,
		.addresses_beside = transport_addresses_beside,
		.random = transport_random,
	};
	make_kernel(sim);
	make_peers(sim);
	return sim;
}

static void tell_link(struct sim *sim, size_t tunnel)
{
	const struct sim_peer *peer = &sim->peers[tunnel];
	const struct tunnel_config *config = &sim->running->tunnels[tunnel];
	static const uint8_t local[16] = { 0xfe, 0x80, [15] = 2 };
	static const uint8_t global[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 };
	struct link_state link = {
		.ifindex = peer->has_interface ? peer->ifindex : 0,
		.is_up = peer->has_link,
		.has_carrier = peer->has_link,
		.lower_is_up = true,
		.addresses = { config->inside, address_ipv6(local), address_ipv6(global) },
		.address_count = peer->lacks_ipv6 ? 1 : 3,
	};

	snprintf(link.name, sizeof(link.name), "%s", config->interface);
	speaker_link(sim->gateway, &link, sim->now);
}

/* In the daemon's order: interfaces are known before the kernel's table is read. */
static void start_gateway(struct sim *sim)
{
	sim->running = plan_seal(&sim->plan);
	sim->gateway = speaker_new(&sim->running->config, &sim->kernel->fib, &sim->transport,
				   &sim->journal, sim->now);
	for (size_t i = 0; i < sim->running->tunnel_count; i++)
		tell_link(sim, i);
	assert_int_equal(speaker_start(sim->gateway, sim->now), 0);
	sim->next_count = sim->now + COUNT;
	sim->next_audit = sim->now + AUDIT;
	sim_settle(sim);
}

void sim_start(struct sim *sim)
{
	for (size_t i = 0; i < SIM_PEERS; i++)
		peer_start(&sim->peers[i]);
	start_gateway(sim);
	sim_run_for(sim, SECONDS(10));
	sim_forget(sim);
	sim->origin = sim->now;
}

struct sim *sim_with_tunnels(size_t tunnels)
{
	struct sim *sim = sim_new(tunnels);

	sim_start(sim);
	return sim;
}

struct sim *sim_with_route(size_t tunnels)
{
	struct sim *sim = sim_with_tunnels(tunnels);

	for (size_t i = 0; i < tunnels; i++)
		sim_announce(sim, sim->peers[i].name, "10.50.0.0/16");
	sim_forget(sim);
	return sim;
}

size_t sim_reload(struct sim *sim)
{
	struct sim_plan *before = sim->running;

	sim->running = plan_seal(&sim->plan);
	size_t resets = speaker_reload(sim->gateway, &sim->running->config, sim->now);
	for (size_t i = 0; i < sim->running->tunnel_count; i++)
		tell_link(sim, i);
	free(before);
	sim_settle(sim);
	return resets;
}

void sim_kill(struct sim *sim)
{
	speaker_free(sim->gateway);
	free(sim->running);
	sim->gateway = NULL;
	sim->running = NULL;
	sim_settle(sim);
}

void sim_stop(struct sim *sim)
{
	speaker_stop(sim->gateway, "bgpd stops", sim->now);
	sim_settle(sim);
	sim_run_for(sim, SECONDS(2));
	sim_kill(sim);
}

void sim_restart(struct sim *sim)
{
	start_gateway(sim);
}

void sim_free(struct sim *sim)
{
	if (sim->gateway)
		sim_kill(sim);
	for (size_t i = 0; i < SIM_PEERS; i++)
		peer_clear(&sim->peers[i]);
	wires_free(sim);
	fake_fib_free(sim->kernel);
	free(sim->trace);
	free(sim);
}

/* ---- traffic ---- */

static unsigned int count_bits(unsigned int bits)
{
	unsigned int count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

/* What is sent into a tunnel that swallows it is counted by the sender alone. */
static void count_traffic(struct sim *sim, msec_t passed)
{
	uint64_t bytes = sim->rate * (uint64_t)passed / 1000;

	if (!sim->traffic)
		return;
	unsigned int in = cloud_sends_by(sim), out = sim_carriers(sim, sim->traffic);
	for (size_t i = 0; i < SIM_TUNNELS; i++) {
		struct link_counters *counters = &sim->counters[i];

		if (in & 1u << i && peer_reaches(&sim->peers[i], GATEWAY)) {
			counters->rx_bytes += bytes / count_bits(in);
			counters->rx_packets += bytes / count_bits(in) / 1000;
		}
		if (out & 1u << i) {
			counters->tx_bytes += bytes / count_bits(out);
			counters->tx_packets += bytes / count_bits(out) / 1000;
		}
	}
}

void sim_send_traffic(struct sim *sim, const char *prefix, uint64_t rate)
{
	sim->traffic = prefix;
	sim->rate = rate;
}

static void count(struct sim *sim)
{
	for (size_t i = 0; i < sim->running->tunnel_count; i++)
		if (sim->peers[i].has_interface)
			speaker_counters(sim->gateway, sim->running->tunnels[i].interface,
					 &sim->counters[i], sim->now);
	sim->next_count = sim->now + COUNT;
}

/* ---- time ---- */

void sim_settle(struct sim *sim)
{
	for (unsigned int steps = 0; ; steps++) {
		bool moved = wires_deliver(sim);

		if (sim->gateway && speaker_has_work(sim->gateway)) {
			speaker_work(sim->gateway, SLICE, sim->now);
			moved = true;
		}
		moved |= cloud_look(sim);
		if (!moved)
			break;
		assert_true(steps < PATIENCE);
	}
	sim_take_kernel_trace(sim);
	if (sim->gateway && speaker_waits_for_traffic(sim->gateway))
		sim->next_count = sooner(sim->next_count, sim->now + COUNT_FAST);
}

/* No session waits for something before that. */
static msec_t gateway_deadline(const struct sim *sim)
{
	msec_t deadline = speaker_deadline(sim->gateway);

	for (size_t i = 0; i < speaker_neighbors(sim->gateway); i++) {
		struct neighbor_view view = speaker_neighbor(sim->gateway, i, sim->now);

		assert_true(session_deadline(view.session) >= deadline);
	}
	return deadline;
}

static msec_t next_event(const struct sim *sim)
{
	msec_t next = cloud_deadline(sim);

	for (size_t i = 0; i < SIM_PEERS; i++)
		if (sim->peers[i].session)
			next = sooner(next, session_deadline(sim->peers[i].session));
	if (!sim->gateway)
		return next;
	next = sooner(next, sooner(sim->next_count, sim->next_audit));
	return sooner(next, gateway_deadline(sim));
}

static void tick(struct sim *sim)
{
	if (sim->gateway)
		speaker_tick(sim->gateway, sim->now);
	for (size_t i = 0; i < SIM_PEERS; i++)
		if (sim->peers[i].session)
			session_tick(sim->peers[i].session, sim->now);
	if (sim->gateway && sim->next_count <= sim->now)
		count(sim);
	if (sim->gateway && sim->next_audit <= sim->now) {
		speaker_audit(sim->gateway, sim->now);
		sim->next_audit = sim->now + AUDIT;
	}
	sim_settle(sim);
}

static void pass(struct sim *sim, msec_t to)
{
	if (to <= sim->now)
		return;
	count_traffic(sim, to - sim->now);
	sim->now = to;
}

void sim_run_for(struct sim *sim, msec_t time)
{
	msec_t end = sim->now + time, next;
	unsigned int ticks = 0;

	sim_settle(sim);
	while ((next = next_event(sim)) <= end) {
		ticks = next <= sim->now ? ticks + 1 : 0;
		assert_true(ticks < 10);        /* a deadline must move on */
		pass(sim, next);
		tick(sim);
	}
	pass(sim, end);
}

/* ---- what happens ---- */

void sim_announce(struct sim *sim, const char *peer, const char *text)
{
	peer_announce(sim_peer(sim, peer), text);
	sim_settle(sim);
}

void sim_announce_many(struct sim *sim, const char *peer, unsigned int count)
{
	peer_announce_many(sim_peer(sim, peer), count);
	sim_settle(sim);
}

void sim_withdraw(struct sim *sim, const char *peer, const char *prefix)
{
	peer_withdraw(sim_peer(sim, peer), prefix);
	sim_settle(sim);
}

void sim_silence_towards(struct sim *sim, const char *peer, enum end end)
{
	sim_peer(sim, peer)->loses[end] = true;
}

void sim_silence(struct sim *sim, const char *peer)
{
	sim_silence_towards(sim, peer, GATEWAY);
	sim_silence_towards(sim, peer, PEER);
}

void sim_mend(struct sim *sim, const char *peer)
{
	sim_peer(sim, peer)->loses[GATEWAY] = sim_peer(sim, peer)->loses[PEER] = false;
	sim_settle(sim);
}

void sim_reset(struct sim *sim, const char *peer)
{
	wires_reset(sim, sim_peer(sim, peer));
	sim_settle(sim);
}

void sim_crash(struct sim *sim, const char *peer)
{
	peer_crash(sim_peer(sim, peer));
	sim_settle(sim);
}

void sim_revive(struct sim *sim, const char *peer)
{
	peer_start(sim_peer(sim, peer));
	session_set_restarting(sim_peer(sim, peer)->session, true);
	sim_settle(sim);
}

void sim_say_ipsec(struct sim *sim, const char *tunnel, enum signal_state state)
{
	speaker_tunnel_signal(sim->gateway, tunnel, SIGNAL_IPSEC, state,
			      state == STATE_UP ? "SA installed" : "SA deleted", sim->now);
	sim_settle(sim);
}

void sim_say_bfd(struct sim *sim, const char *tunnel, enum signal_state state)
{
	speaker_tunnel_signal(sim->gateway, tunnel, SIGNAL_BFD, state,
			      state == STATE_DOWN ? "nothing heard for 150 ms" : "", sim->now);
	sim_settle(sim);
}

static void set_link(struct sim *sim, const char *name, bool is_up)
{
	struct sim_peer *peer = sim_peer(sim, name);
	size_t tunnel = (size_t)(peer - sim->peers);

	peer->has_link = is_up;
	peer->has_interface |= is_up;
	if (!is_up)
		fake_fib_link_down(sim->kernel, peer->ifindex);
	if (sim->gateway && tunnel < sim->running->tunnel_count)
		tell_link(sim, tunnel);
	sim_settle(sim);
}

void sim_link_down(struct sim *sim, const char *peer)
{
	set_link(sim, peer, false);
}

void sim_link_up(struct sim *sim, const char *peer)
{
	set_link(sim, peer, true);
}

void sim_remove_interface(struct sim *sim, const char *tunnel)
{
	sim_peer(sim, tunnel)->has_interface = false;
	set_link(sim, tunnel, false);
}

/* ---- what is there ---- */

bool sim_is_up(struct sim *sim, const char *peer)
{
	return session_state(sim_neighbor(sim, peer).session) == SESSION_ESTABLISHED;
}

const char *sim_carrier(struct sim *sim, const char *prefix)
{
	int ifindex = fake_fib_carrier(sim->kernel, prefix, SIM_METRIC);

	if (!fake_fib_find(sim->kernel, prefix, SIM_METRIC))
		return "none";
	for (size_t i = 0; i < SIM_PEERS; i++)
		if (sim->peers[i].ifindex == ifindex)
			return sim->peers[i].name;
	return "";
}

static unsigned int bit_of_egress(const struct sim *sim, egress_id id)
{
	for (size_t i = 0; i < sim->kernel->egress_count; i++) {
		const struct fake_egress *egress = &sim->kernel->egresses[i];
		int tunnel = egress->egress.ifindex - TUNNEL_INDEX;

		if (egress->id == id && tunnel >= 0 && tunnel < SIM_TUNNELS)
			return 1u << tunnel;
	}
	return 0;
}

unsigned int sim_carriers(struct sim *sim, const char *prefix)
{
	const struct fib_route *route = fake_fib_find(sim->kernel, prefix, SIM_METRIC);
	const struct fib_chain *chain = route && route->kind == FIB_CHAIN ?
		fake_fib_chain(sim->kernel, route->prefix.family, route->chain) : NULL;
	unsigned int bits = 0;

	for (size_t i = 0; chain && i < chain->count && (i == 0 || chain->is_ecmp); i++)
		bits |= bit_of_egress(sim, chain->members[i].egress);
	return bits;
}

static const struct hearing *hearing_of(struct sim *sim, const char *peer, const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return peer_hears(sim_peer(sim, peer), &prefix);
}

const char *sim_hears(struct sim *sim, const char *peer, const char *prefix)
{
	const struct hearing *hearing = hearing_of(sim, peer, prefix);

	return hearing ? hearing->text : "";
}

const char *sim_next_hop(struct sim *sim, const char *peer, const char *prefix)
{
	const struct hearing *hearing = hearing_of(sim, peer, prefix);

	return hearing ? hearing->next_hop : "";
}

struct tunnel_view sim_tunnel(struct sim *sim, const char *name)
{
	for (size_t i = 0; i < speaker_tunnels(sim->gateway); i++) {
		struct tunnel_view view = speaker_tunnel(sim->gateway, i);

		if (strcmp(view.config->name, name) == 0)
			return view;
	}
	fail_msg("there is no tunnel %s", name);
	return (struct tunnel_view){ 0 };
}

struct neighbor_view sim_neighbor(struct sim *sim, const char *name)
{
	for (size_t i = 0; i < speaker_neighbors(sim->gateway); i++) {
		struct neighbor_view view = speaker_neighbor(sim->gateway, i, sim->now);

		if (strcmp(view.params->name, name) == 0)
			return view;
	}
	fail_msg("there is no neighbor %s", name);
	return (struct neighbor_view){ 0 };
}

size_t sim_routes(const struct sim *sim)
{
	size_t count = 0;

	for (size_t i = 0; i < sim->kernel->routes.count; i++)
		count += sim->kernel->routes.items[i].route.kind == FIB_CHAIN;
	return count;
}
