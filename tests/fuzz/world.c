#include "tests/fuzz/world.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/config/load.h"
#include "bgpd/wire/open.h"
#include "bgpd/wire/route_refresh.h"

#define SLICE    64
#define PATIENCE 100000                 /* steps within one instant: a loop without end */
#define UNSENT   ((size_t)1 << 20)

void world_refute(const char *claim, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, claim);
	abort();
}

/* ---- configurations ---- */

#define TUNNEL(n, rest) \
	"{ \"name\": \"tun" #n "\", \"interface\": \"ipsec" #n "\", \"inside\": \"169.254.1" #n ".2/30\"," \
	"  \"peer\": \"169.254.1" #n ".1\", \"peer_asn\": 64512, \"outside\": \"198.51.100." #n "\"" rest " }"

#define NEIGHBOR(name, n, asn, rest) \
	"{ \"name\": \"" name "\", \"address\": \"10.60.0." #n "\", \"local_address\": \"10.60.0.1\"," \
	"  \"asn\": " #asn ", \"families\": [\"ipv4\", \"ipv6\"]" rest " }"

#define POLICIES \
	"\"policies\": { \"odd\": [" \
	" { \"match\": { \"as_path\": [\".* 65001$\"] }, \"set\": { \"local_pref\": 150 }, \"action\": \"next\" }," \
	" { \"match\": { \"community\": [\"65010:1\"] }, \"set\": { \"prepend\": 2, \"med\": 7 }, \"action\": \"accept\" }," \
	" { \"match\": { \"prefix\": [\"10.50.0.0/20 le 32\"] }, \"action\": \"reject\" }," \
	" { \"action\": \"accept\" } ] }"

static const char *const config_texts[WORLD_CONFIGS] = {
	"{ \"asn\": 65010, \"router_id\": \"10.60.0.1\", \"announce\": [\"10.60.0.0/16\"],"
	"  \"groups\": [ { \"name\": \"cloud\", \"accept\": [\"0.0.0.0/0 le 32\", \"::/0 le 128\"],"
	"  \"families\": [\"ipv4\", \"ipv6\"], \"tunnels\": [ " TUNNEL(1, "") ", " TUNNEL(2, "") " ] } ],"
	"  \"neighbors\": [ "
	NEIGHBOR("core1", 2, 65020, ", \"import\": \"any\", \"export\": \"any\"") ", "
	NEIGHBOR("mate", 3, 65010, ", \"import\": \"any\", \"export\": \"any\"") " ] }",

	"{ \"asn\": 65010, \"router_id\": \"10.60.0.1\","
	"  \"announce\": [\"10.60.0.0/16\", { \"prefix\": \"10.61.0.0/16\", \"when\": \"route\" }],"
	"  \"aggregate\": [ { \"prefix\": \"10.50.0.0/16\", \"summary_only\": true } ],"
	"  \"groups\": [ { \"name\": \"cloud\", \"mode\": \"ecmp\", \"accept\": [\"10.50.0.0/16 le 24\"],"
	"  \"announce\": [\"10.0.0.0/8 le 24\"], \"budget\": 5, \"when_down\": \"blackhole\", \"guard\": \"refuse\","
	"  \"max_prefixes\": { \"max\": 6, \"action\": \"discard\" }, \"metric\": 30, "
	"  \"tunnels\": [ " TUNNEL(2, ", \"import\": \"odd\"") ", " TUNNEL(1, ", \"weight\": 3") " ] } ],"
	"  \"neighbors\": [ "
	NEIGHBOR("core1", 2, 65020, ", \"import\": \"odd\", \"export\": \"odd\", \"max_prefixes\": 9") ", "
	NEIGHBOR("mate", 3, 65010, ", \"import\": \"any\", \"export\": \"odd\"") " ], " POLICIES " }",

	"{ \"asn\": 65010, \"router_id\": \"10.60.0.1\", \"announce\": [\"10.60.0.0/16\", \"2001:db8:60::/48\"],"
	"  \"groups\": [ { \"name\": \"cloud\", \"mode\": \"follow-provider\","
	"  \"accept\": [\"10.0.0.0/8 le 24\", \"2001:db8::/32 le 64\"],"
	"  \"families\": [\"ipv4\", \"ipv6\"], \"when_down\": \"remove\", \"tunnels\": [ " TUNNEL(1, "") " ] } ],"
	"  \"neighbors\": [ "
	NEIGHBOR("core1", 2, 65020, ", \"import\": \"any\", \"export\": \"odd\", \"graceful_restart\": false")
	" ], " POLICIES " }",
};

static void refuse_config(void *arg, const char *line)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
	abort();
}

/* Made once: never changed, and no part of what is tested. */
static const struct config *config_at(size_t number)
{
	static const struct config *configs[WORLD_CONFIGS];
	const char *text = config_texts[number];

	if (!configs[number])
		configs[number] = config_load_text("world", text, strlen(text), refuse_config, NULL);
	return configs[number];
}

/* ---- peers by name ---- */

const char *world_name(enum world_peer peer)
{
	static const char *const names[WORLD_PEERS] = { "tun1", "tun2", "core1", "mate" };

	return names[peer];
}

static enum world_peer peer_named(const char *name)
{
	enum world_peer peer = 0;

	while (strcmp(world_name(peer), name) != 0)
		peer++;
	return peer;
}

const struct session *world_session(struct world *world, enum world_peer peer)
{
	for (size_t i = 0; i < speaker_neighbors(world->gateway); i++) {
		struct neighbor_view view = speaker_neighbor(world->gateway, i, world->now);

		if (strcmp(view.params->name, world_name(peer)) == 0)
			return view.session;
	}
	return NULL;
}

bool world_is_up(struct world *world, enum world_peer peer)
{
	const struct session *session = world_session(world, peer);

	return session && session_state(session) == SESSION_ESTABLISHED;
}

/* ---- what the gateway says ---- */

static void hear_all(struct table *heard, struct nlri nlri)
{
	struct prefix prefix;

	while (nlri_next(&nlri, &prefix))
		table_add(heard, &prefix);
}

static void forget_all(struct table *heard, struct nlri nlri)
{
	struct prefix prefix;

	while (nlri_next(&nlri, &prefix)) {
		struct net *net = table_find(heard, &prefix);

		if (net)
			table_remove(heard, net);
	}
}

static void hear_update(struct world *world, enum world_peer peer, struct reader body)
{
	struct update_context context = session_context(world_session(world, peer));
	struct update update;
	struct arena arena;

	context.peer_as = 0;
	arena_init(&arena);
	update_parse(body, &context, &arena, &update);
	expect(update.verdict == UPDATE_FINE && update.flaw_count == 0);
	forget_all(&world->heard[peer], update.withdrawn);
	forget_all(&world->heard[peer], update.mp_withdrawn);
	hear_all(&world->heard[peer], update.announced);
	hear_all(&world->heard[peer], update.mp_announced);
	arena_clear(&arena);
}

static void hear(struct world *world, enum world_peer peer, const struct message *message)
{
	struct notification why;
	struct route_refresh refresh;
	struct open open;

	switch ((enum message_type)message->type) {
	case MESSAGE_OPEN:
		expect(open_parse(message->body, &open, &why));
		break;
	case MESSAGE_UPDATE:
		hear_update(world, peer, message->body);
		break;
	case MESSAGE_NOTIFICATION:
		expect(notification_parse(message->body, &why));
		break;
	case MESSAGE_ROUTE_REFRESH:
		expect(route_refresh_parse(message->body, &refresh, &why));
		break;
	case MESSAGE_KEEPALIVE:
		break;
	}
}

/* ---- the gateway's TCP ---- */

static struct world *world_of(struct transport *transport)
{
	return (struct world *)((char *)transport - offsetof(struct world, transport));
}

static struct world_conn *conn_of(struct world *world, conn_id id)
{
	for (size_t i = 0; i < WORLD_CONNS; i++)
		if (world->conns[i].id == id)
			return &world->conns[i];
	return NULL;
}

static struct world_conn *new_conn(struct world *world, enum world_peer peer, bool is_open)
{
	struct world_conn *conn = conn_of(world, CONN_NONE);

	if (conn)
		*conn = (struct world_conn){ .id = ++world->last_conn, .peer = peer,
					     .is_open = is_open };
	return conn;
}

static void free_conn(struct world_conn *conn)
{
	free(conn->unread);
	*conn = (struct world_conn){ .id = CONN_NONE };
}

static conn_id on_connect(struct transport *transport, const struct session_params *params)
{
	struct world_conn *conn = new_conn(world_of(transport), peer_named(params->name), false);

	return conn ? conn->id : CONN_NONE;
}

static void on_send(struct transport *transport, conn_id id, const uint8_t *bytes, size_t length)
{
	struct world *world = world_of(transport);
	struct world_conn *conn = conn_of(world, id);
	struct notification why;
	struct message message;

	expect(id != CONN_NONE && conn && conn->is_open);
	expect(message_frame((struct span){ bytes, length }, true, &message, &why) == FRAME_WHOLE);
	expect(message.length == length);
	hear(world, conn->peer, &message);
}

static void on_close(struct transport *transport, conn_id id)
{
	struct world_conn *conn = conn_of(world_of(transport), id);

	expect(id != CONN_NONE && conn);
	free_conn(conn);
}

static size_t on_unsent(struct transport *transport, conn_id id)
{
	struct world *world = world_of(transport);
	struct world_conn *conn = conn_of(world, id);

	expect(id != CONN_NONE && conn);
	return world->is_full[conn->peer] ? UNSENT : 0;
}

static void on_local_address(struct transport *transport, conn_id id, struct address *address)
{
	(void)transport;
	(void)id;
	(void)address;
}

static size_t on_addresses_beside(struct transport *transport, const struct address *local,
				  struct address *others, size_t max)
{
	static const uint8_t global[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0x60, [15] = 1 };

	(void)transport;
	if (local->family != FAMILY_IPV4 || !max)
		return 0;
	others[0] = address_ipv6(global);
	return 1;
}

static uint32_t on_random(struct transport *transport)
{
	struct world *world = world_of(transport);

	world->random = world->random * 1664525u + 1013904223u;
	return world->random >> 8;
}

static void on_note(struct journal *journal, const struct note *note, msec_t now)
{
	struct world *world = (struct world *)((char *)journal - offsetof(struct world, journal));

	expect(note->kind && note->text && now >= world->now);
	if (strncmp(note->text, "attributes are too long", 23) == 0)
		world->said_too_long = true;
	/* A session that goes takes with it what its peer was told. */
	if (strcmp(note->kind, "session") == 0 && strcmp(note->from, "established") == 0) {
		struct table *heard = &world->heard[peer_named(note->subject)];

		table_clear(heard, NULL);
		table_init(heard);
	}
}

/* ---- the beginning and the end ---- */

static void start(struct world *world)
{
	world->started = world->now;
	world->gateway = speaker_new(config_at(0), &world->kernel->fib, &world->transport,
				     &world->journal, world->now);
	for (size_t i = 0; i < WORLD_TUNNELS; i++)
		world_link(world, i, world->has_link[i]);
	expect(speaker_start(world->gateway, world->now) == 0);
	world_settle(world);
}

void world_begin(struct world *world)
{
	*world = (struct world){
		.transport = { .connect = on_connect, .send = on_send, .close = on_close,
			       .unsent = on_unsent, .local_address = on_local_address,
			       .addresses_beside = on_addresses_beside, .random = on_random },
		.journal = { .note = on_note },
		.now = 1000, .has_link = { true, true },
	};
	for (size_t i = 0; i < WORLD_PEERS; i++)
		table_init(&world->heard[i]);
	world->kernel = fake_fib_new();
	world->kernel->is_silent = true;
	fake_fib_add_way(world->kernel, "10.60.0.0/24", 2, NULL);
	fake_fib_add_way(world->kernel, "2001:db8:60::/64", 2, NULL);
	fake_fib_add_way(world->kernel, "0.0.0.0/0", 1, "192.0.2.1");
	start(world);
}

static void stop(struct world *world)
{
	speaker_free(world->gateway);
	for (size_t i = 0; i < WORLD_CONNS; i++)
		expect(world->conns[i].id == CONN_NONE);
	for (size_t i = 0; i < WORLD_PEERS; i++) {
		table_clear(&world->heard[i], NULL);
		table_init(&world->heard[i]);
	}
}

void world_restart(struct world *world)
{
	world->kernel->fail_next = 0;           /* a kernel that cannot be read ends the start */
	stop(world);
	start(world);
}

void world_end(struct world *world)
{
	stop(world);
	fake_fib_free(world->kernel);
}

void world_reload(struct world *world, size_t config)
{
	speaker_reload(world->gateway, config_at(config % WORLD_CONFIGS), world->now);
	for (size_t i = 0; i < WORLD_TUNNELS; i++)
		world_link(world, i, world->has_link[i]);
}

/* ---- peers ---- */

struct world_conn *world_conn(struct world *world, enum world_peer peer)
{
	for (size_t i = 0; i < WORLD_CONNS; i++)
		if (world->conns[i].id != CONN_NONE && world->conns[i].is_open &&
		    world->conns[i].peer == peer)
			return &world->conns[i];
	return NULL;
}

static bool accept_one(struct world *world, enum world_peer peer)
{
	const struct session *session = world_session(world, peer);
	struct world_conn *conn = session ? new_conn(world, peer, true) : NULL;

	if (!conn)
		return false;
	const struct session_params *params = session_params(session);
	conn_id id = conn->id;
	bool is_taken = speaker_accept(world->gateway, id, &params->address, &params->local_address,
				       world->now);
	if (!is_taken)
		free_conn(conn_of(world, id));
	return is_taken;
}

/* The gateway's own attempt, if there is one, else one of ours. */
static bool connect_one(struct world *world, enum world_peer peer)
{
	for (size_t i = 0; i < WORLD_CONNS; i++) {
		struct world_conn *conn = &world->conns[i];

		if (conn->id == CONN_NONE || conn->is_open || conn->peer != peer)
			continue;
		conn->is_open = true;
		speaker_connected(world->gateway, conn->id, world->now);
		return true;
	}
	return accept_one(world, peer);
}

static struct open open_of(enum world_peer peer, unsigned int flags)
{
	static const uint32_t asns[WORLD_PEERS] = { 64512, 64512, 65020, 65010 };
	const uint8_t both = FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6);

	return (struct open){
		.version = 4, .asn = asns[peer], .bgp_id = 0xc0000201u + peer,
		.hold_time_s = flags & 64 ? 0 : 90,
		.capabilities = {
			.any_multiprotocol = true,
			.families = flags & 1 ? FAMILY_BIT(FAMILY_IPV4) : both,
			.has_as4 = !(flags & 2), .as4 = asns[peer],
			.route_refresh = true, .enhanced_refresh = flags & 4,
			.extended_message = flags & 8,
			.extended_next_hop = (uint8_t)(flags & 16 ? FAMILY_BIT(FAMILY_IPV4) : 0),
			.graceful_restart = flags & 32, .restarting = flags & 128,
			.notification_restart = flags & 128,
			.restart_time_s = 100, .restart_families = both,
			.forwarding_kept = flags & 4 ? both : FAMILY_BIT(FAMILY_IPV4),
		},
	};
}

void world_establish(struct world *world, enum world_peer peer, unsigned int flags)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct open open = open_of(peer, flags);

	if (!connect_one(world, peer))
		return;
	open_build(&open, &to);
	message_end(&to, message_begin(&to, MESSAGE_KEEPALIVE));
	world_receive(world, world_conn(world, peer), (struct span){ bytes, write_length(&to) });
}

void world_receive(struct world *world, struct world_conn *conn, struct span bytes)
{
	if (!conn)
		return;
	size_t length = conn->length + bytes.length;
	uint8_t *stream = xmalloc(length + 1);          /* of its own, so that ASan sees its end */
	conn_id id = conn->id;

	if (conn->length)
		memcpy(stream, conn->unread, conn->length);
	if (bytes.length)
		memcpy(stream + conn->length, bytes.bytes, bytes.length);
	size_t used = speaker_receive(world->gateway, id, stream, length, world->now);
	expect(used <= length);
	conn = conn_of(world, id);
	if (conn) {
		expect(length - used < MESSAGE_EXTENDED);
		free(conn->unread);
		conn->length = length - used;
		conn->unread = xmalloc(conn->length + 1);
		memcpy(conn->unread, stream + used, conn->length);
	}
	free(stream);
}

void world_close(struct world *world, struct world_conn *conn)
{
	if (!conn)
		return;
	conn_id id = conn->id;
	free_conn(conn);
	speaker_closed(world->gateway, id, "connection reset by peer", world->now);
}

/* ---- the rest ---- */

void world_link(struct world *world, size_t tunnel, bool is_up)
{
	static const uint8_t local[16] = { 0xfe, 0x80, [15] = 2 };
	struct link_state link = {
		.ifindex = 11 + (int)tunnel, .is_up = is_up, .has_carrier = is_up,
		.lower_is_up = true,
		.addresses = { address_ipv4(0xa9fe0b02u + ((uint32_t)tunnel << 8)),
			       address_ipv6(local) },
		.address_count = 2,
	};

	snprintf(link.name, sizeof(link.name), "ipsec%zu", tunnel + 1);
	world->has_link[tunnel] = is_up;
	if (!is_up)
		fake_fib_link_down(world->kernel, link.ifindex);
	speaker_link(world->gateway, &link, world->now);
}

void world_settle(struct world *world)
{
	unsigned int steps = 0;

	while (speaker_has_work(world->gateway)) {
		speaker_work(world->gateway, SLICE, world->now);
		expect(++steps < PATIENCE);
	}
}

/* No session waits for something before that. */
static msec_t first_deadline(struct world *world)
{
	msec_t deadline = speaker_deadline(world->gateway);

	for (size_t i = 0; i < speaker_neighbors(world->gateway); i++) {
		struct neighbor_view view = speaker_neighbor(world->gateway, i, world->now);

		expect(session_deadline(view.session) >= deadline);
	}
	return deadline;
}

void world_pass(struct world *world, msec_t time)
{
	msec_t end = world->now + time, next;
	unsigned int ticks = 0;

	while ((next = first_deadline(world)) <= end) {
		ticks = next <= world->now ? ticks + 1 : 0;
		expect(ticks < 10);             /* a deadline must move on */
		if (next > world->now)
			world->now = next;
		speaker_tick(world->gateway, world->now);
		world_settle(world);
	}
	world->now = end;
}
