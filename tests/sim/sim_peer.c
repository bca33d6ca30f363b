#include "tests/sim/sim_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/text.h"
#include "bgpd/base/xalloc.h"
#include "bgpd/wire/as_path.h"
#include "tests/sim/sim.h"

static struct sim_peer *peer_of(struct session_io *io)
{
	return (struct sim_peer *)io;           /* its first member */
}

static void __attribute__((noreturn)) give_up(const char *what, const char *text)
{
	fprintf(stderr, "sim: %s: %s\n", what, text);
	abort();
}

/* ---- telling ---- */

static void send_message(struct sim_peer *peer, const struct writer *message)
{
	session_send(peer->session, message->start, write_length(message), peer->sim->now);
}

static bool is_up(const struct sim_peer *peer)
{
	return peer->session && session_state(peer->session) == SESSION_ESTABLISHED;
}

static bool has_equal_attrs(const struct offer *a, const struct offer *b)
{
	return a->prefix.family == b->prefix.family && a->attrs.has_med == b->attrs.has_med &&
	       a->attrs.otc.is_there == b->attrs.otc.is_there &&
	       a->attrs.otc.asn == b->attrs.otc.asn && a->attrs.med == b->attrs.med && a->attrs.local_pref == b->attrs.local_pref &&
	       a->attrs.as_path.length == b->attrs.as_path.length &&
	       memcmp(a->as_path, b->as_path, sizeof(a->as_path)) == 0 &&
	       memcmp(a->communities, b->communities, sizeof(a->communities)) == 0 &&
	       address_equal(&a->attrs.next_hop, &b->attrs.next_hop);
}

/* The offer and those behind it that share its attributes, as many as a message holds. */
static size_t tell_some(struct sim_peer *peer, size_t first)
{
	struct update_context context = session_context(peer->session);
	struct prefix prefixes[500];
	uint8_t bytes[MESSAGE_EXTENDED];
	struct writer to = writer_of(bytes, context.max_length);
	size_t count = 0;

	while (count < 500 && first + count < peer->offer_count &&
	       has_equal_attrs(peer->offers[first], peer->offers[first + count])) {
		prefixes[count] = peer->offers[first + count]->prefix;
		count++;
	}
	if (!(context.families & FAMILY_BIT(prefixes[0].family)))
		return count;
	count = update_build_announce(&context, &peer->offers[first]->attrs, prefixes, count, &to);
	send_message(peer, &to);
	return count;
}

static void tell_from(struct sim_peer *peer, size_t first)
{
	while (is_up(peer) && first < peer->offer_count)
		first += tell_some(peer, first);
}

static void tell_end_of_rib(struct sim_peer *peer)
{
	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
		uint8_t bytes[MESSAGE_MAX];
		struct writer to = writer_of(bytes, sizeof(bytes));

		if (!(session_common(peer->session)->families & FAMILY_BIT(family)))
			continue;
		update_build_end_of_rib(family, &to);
		send_message(peer, &to);
	}
}

static void tell_withdrawn(struct sim_peer *peer, const struct prefix *prefix)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	if (!is_up(peer))
		return;
	struct update_context context = session_context(peer->session);
	update_build_withdraw(&context, prefix, 1, &to);
	send_message(peer, &to);
}

/* ---- what it announces ---- */

static struct offer *find_offer(const struct sim_peer *peer, const struct prefix *prefix)
{
	for (size_t i = 0; i < peer->offer_count; i++)
		if (prefix_equal(&peer->offers[i]->prefix, prefix))
			return peer->offers[i];
	return NULL;
}

static void add_as(struct offer *offer, unsigned long asn)
{
	struct writer to = writer_of(offer->as_path + 2 + offer->as_path[1] * 4u, 4);

	offer->as_path[0] = AS_SEQUENCE;
	offer->as_path[1]++;
	write_u32(&to, (uint32_t)asn);
	offer->attrs.as_path = (struct span){ offer->as_path, 2u + offer->as_path[1] * 4u };
}

static void add_community(struct offer *offer, const char *text)
{
	unsigned int high, low;
	size_t length = offer->attrs.communities.length;
	struct writer to = writer_of(offer->communities + length, sizeof(offer->communities) - length);

	if (sscanf(text, "%u:%u", &high, &low) != 2)
		give_up("not a community", text);
	write_u32(&to, high << 16 | low);
	offer->attrs.communities = (struct span){ offer->communities, length + 4 };
}

/* Of the family of the prefix: over IPv4 the peer's address on the link, over IPv6 one made of it. */
static struct address own_next_hop(const struct sim_peer *peer, uint8_t family)
{
	struct address own = peer->params.local_address;
	uint8_t bytes[16] = { 0x20, 0x01, 0x0d, 0xb8, own.bytes[1], own.bytes[2], [15] = 1 };

	return family == own.family ? own : address_ipv6(bytes);
}

static void set_attr(struct offer *offer, const char *word, const char *value)
{
	struct attrs *attrs = &offer->attrs;

	if (strcmp(word, "med") == 0) {
		attrs->has_med = true;
		attrs->med = (uint32_t)strtoul(value, NULL, 10);
	} else if (strcmp(word, "pref") == 0) {
		attrs->local_pref = (uint32_t)strtoul(value, NULL, 10);
	} else if (strcmp(word, "otc") == 0) {
		attrs->otc = (struct bgp_otc){ true, (uint32_t)strtoul(value, NULL, 10) };
	} else if (strcmp(word, "path") == 0) {
		add_as(offer, strtoul(value, NULL, 10));
	} else if (strcmp(word, "community") == 0) {
		add_community(offer, value);
	} else if (strcmp(word, "via") != 0 || !address_parse(value, &attrs->next_hop)) {
		give_up("not an attribute", word);
	}
}

static struct offer *offer_of(const struct sim_peer *peer, const char *text)
{
	static const char space[] = " ";
	struct offer *offer = xcalloc(1, sizeof(*offer));
	char copy[256], *rest, *token, *word = NULL;

	snprintf(copy, sizeof(copy), "%s", text);
	token = strtok_r(copy, space, &rest);
	if (!token || !prefix_parse(token, &offer->prefix))
		give_up("not a prefix", text);
	offer->attrs.next_hop = own_next_hop(peer, offer->prefix.family);
	offer->attrs.has_local_pref = peer->params.asn == peer->params.local_asn;
	offer->attrs.local_pref = LOCAL_PREF_DEFAULT;
	while ((token = strtok_r(NULL, space, &rest))) {
		if (token[0] >= 'a' && token[0] <= 'z')
			word = token;
		else if (word)
			set_attr(offer, word, token);
	}
	if (!offer->attrs.as_path.length && !offer->attrs.has_local_pref)
		add_as(offer, peer->params.local_asn);
	return offer;
}

static void add_offer(struct sim_peer *peer, struct offer *offer)
{
	if (peer->offer_count == peer->offer_size) {
		peer->offer_size = 2 * peer->offer_size + 16;
		peer->offers = xrealloc(peer->offers, peer->offer_size * sizeof(struct offer *));
	}
	peer->offers[peer->offer_count++] = offer;
}

static void remove_offer(struct sim_peer *peer, struct offer *offer)
{
	size_t i = 0;

	while (peer->offers[i] != offer)
		i++;
	memmove(&peer->offers[i], &peer->offers[i + 1],
		(peer->offer_count - i - 1) * sizeof(struct offer *));
	peer->offer_count--;
	free(offer);
}

void peer_announce(struct sim_peer *peer, const char *text)
{
	struct offer *offer = offer_of(peer, text), *known = find_offer(peer, &offer->prefix);

	if (known)
		remove_offer(peer, known);
	add_offer(peer, offer);
	tell_from(peer, peer->offer_count - 1);
}

void peer_announce_many(struct sim_peer *peer, unsigned int count)
{
	size_t first = peer->offer_count;

	for (unsigned int i = 0; i < count; i++) {
		char text[PREFIX_TEXT];

		snprintf(text, sizeof(text), "10.%u.%u.0/24", 64 + i / 256, i % 256);
		add_offer(peer, offer_of(peer, text));
	}
	tell_from(peer, first);
}

void peer_withdraw(struct sim_peer *peer, const char *text)
{
	struct prefix prefix;
	struct offer *offer = prefix_parse(text, &prefix) ? find_offer(peer, &prefix) : NULL;

	if (!offer)
		return;
	tell_withdrawn(peer, &prefix);
	remove_offer(peer, offer);
}

void peer_withdraw_all(struct sim_peer *peer)
{
	for (; peer->offer_count; peer->offer_count--) {
		struct offer *offer = peer->offers[peer->offer_count - 1];

		tell_withdrawn(peer, &offer->prefix);
		free(offer);
	}
}

/* ---- hearing ---- */

const struct hearing *peer_hears(const struct sim_peer *peer, const struct prefix *prefix)
{
	for (size_t i = 0; i < peer->hearing_count; i++)
		if (prefix_equal(&peer->hearings[i].prefix, prefix))
			return &peer->hearings[i];
	return NULL;
}

static void unhear(struct sim_peer *peer, const struct prefix *prefix)
{
	for (size_t i = 0; i < peer->hearing_count; i++)
		if (prefix_equal(&peer->hearings[i].prefix, prefix))
			peer->hearings[i--] = peer->hearings[--peer->hearing_count];
}

static void describe(const struct attrs *attrs, char *to, size_t size)
{
	char part[SIM_PATH];
	struct text text = text_of(to, size);

	text_add(&text, "path %s", as_path_format(attrs->as_path, part, sizeof(part)));
	if (attrs->has_med)
		text_add(&text, " med %u", attrs->med);
	if (attrs->has_local_pref)
		text_add(&text, " pref %u", attrs->local_pref);
	if (attrs->otc.is_there)
		text_add(&text, " otc %u", attrs->otc.asn);
	if (attrs->communities.length)
		text_add(&text, " community %s",
			 communities_format(attrs->communities, part, sizeof(part)));
}

static void hear(struct sim_peer *peer, const struct prefix *prefix, const struct attrs *attrs)
{
	char text[PREFIX_TEXT];

	unhear(peer, prefix);
	if (peer->hearing_count == peer->hearing_size) {
		peer->hearing_size = 2 * peer->hearing_size + 16;
		peer->hearings = xrealloc(peer->hearings,
					  peer->hearing_size * sizeof(*peer->hearings));
	}
	struct hearing *hearing = &peer->hearings[peer->hearing_count++];
	hearing->prefix = *prefix;
	hearing->path_length = as_path_hops(attrs->as_path);
	hearing->neighbor_as = as_path_first(attrs->as_path);
	hearing->origin = attrs->origin;
	hearing->med = attrs->has_med ? attrs->med : 0;
	hearing->is_stale = false;
	address_format(&attrs->next_hop, hearing->next_hop);
	describe(attrs, hearing->text, sizeof(hearing->text));
	sim_trace(peer->sim, "%s hears %s %s", peer->name, prefix_format(prefix, text), hearing->text);
}

static void hear_all(struct sim_peer *peer, struct nlri nlri, const struct attrs *attrs)
{
	struct prefix prefix;
	char text[PREFIX_TEXT];

	while (nlri_next(&nlri, &prefix)) {
		if (attrs) {
			hear(peer, &prefix, attrs);
			continue;
		}
		unhear(peer, &prefix);
		sim_trace(peer->sim, "%s hears %s withdrawn", peer->name,
			  prefix_format(&prefix, text));
	}
}

/* ---- the session's side ---- */

static conn_id io_connect(struct session_io *io, struct session *session)
{
	(void)session;
	return wire_open(peer_of(io)->sim, peer_of(io), PEER);
}

static void send_open(struct sim_peer *peer, conn_id conn, struct reader body)
{
	struct notification why;
	struct open open;
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	if (!open_parse(body, &open, &why))
		give_up(peer->name, "its own OPEN is malformed");
	open.capabilities.notification_restart &= !peer->knows_no_notification_restart;
	open_build(&open, &to);
	wire_send(peer->sim, PEER, conn, bytes, write_length(&to));
}

static void io_send(struct session_io *io, conn_id conn, const uint8_t *bytes, size_t length)
{
	struct sim_peer *peer = peer_of(io);

	if (bytes[MESSAGE_TYPE_OFFSET] == MESSAGE_OPEN)
		send_open(peer, conn, reader_of(bytes + MESSAGE_HEADER, length - MESSAGE_HEADER));
	else
		wire_send(peer->sim, PEER, conn, bytes, length);
}

static void io_close(struct session_io *io, conn_id conn)
{
	wire_close(peer_of(io)->sim, PEER, conn);
}

static void io_state(struct session_io *io, struct session *session, enum session_state from,
		     enum session_state to, msec_t now)
{
	(void)io, (void)session, (void)from, (void)to, (void)now;
}

static void io_established(struct session_io *io, struct session *session, msec_t now)
{
	struct sim_peer *peer = peer_of(io);

	(void)now;
	peer->session = session;
	tell_from(peer, 0);
	if (!peer->withholds_end_of_rib)
		tell_end_of_rib(peer);
	session_set_restarting(session, false);
}

void peer_drop_stale(struct sim_peer *peer)
{
	peer->stale_until = NEVER;
	for (size_t i = 0; i < peer->hearing_count; i++)
		if (peer->hearings[i].is_stale)
			peer->hearings[i--] = peer->hearings[--peer->hearing_count];
}

/* RFC 4724 4.2: when TCP ends without a NOTIFICATION; RFC 8538 4: where both say so, with most of them. */
static bool helps(const struct sim_peer *peer)
{
	const struct notification *why = &session_last_error(peer->session)->notification;
	const struct capabilities *common = session_common(peer->session);

	if (!peer->keeps_hearings || !common->graceful_restart)
		return false;
	return why->code == NOTIFY_NONE ||
	       (common->notification_restart && !peer->knows_no_notification_restart &&
		!(why->code == NOTIFY_CEASE && why->subcode == CEASE_HARD_RESET));
}

/* What is kept is kept for the gateway's restart time. */
static void io_down(struct session_io *io, struct session *session, msec_t now)
{
	struct sim_peer *peer = peer_of(io);

	peer_drop_stale(peer);
	if (!helps(peer)) {
		peer->hearing_count = 0;
		return;
	}
	for (size_t i = 0; i < peer->hearing_count; i++)
		peer->hearings[i].is_stale = true;
	peer->stale_until = now + SECONDS(session_common(session)->restart_time_s);
}

static void io_update(struct session_io *io, struct session *session, struct reader body, msec_t now)
{
	struct sim_peer *peer = peer_of(io);
	struct update_context context = session_context(session);
	struct update update;
	struct arena arena;

	(void)now;
	arena_init(&arena);
	update_parse(body, &context, &arena, &update);
	if (update.verdict != UPDATE_FINE)
		give_up(peer->name, "the gateway sent a malformed UPDATE");
	hear_all(peer, update.withdrawn, NULL);
	hear_all(peer, update.mp_withdrawn, NULL);
	hear_all(peer, update.announced, &update.attrs);
	update.attrs.next_hop = update.mp_next_hop;
	hear_all(peer, update.mp_announced, &update.attrs);
	if (update.end_of_rib != FAMILY_NONE)
		peer_drop_stale(peer);
	arena_clear(&arena);
}

static void io_refresh(struct session_io *io, struct session *session,
		       const struct route_refresh *refresh, msec_t now)
{
	(void)session, (void)refresh, (void)now;
	tell_from(peer_of(io), 0);
}

static uint32_t io_random(struct session_io *io)
{
	return sim_random(peer_of(io)->sim);
}

/* ---- life ---- */

bool peer_reaches(const struct sim_peer *peer, enum end to)
{
	return peer->has_link && !peer->loses[to];
}

void peer_init(struct sim_peer *peer, struct sim *sim)
{
	*peer = (struct sim_peer){
		.io = { .connect = io_connect, .send = io_send, .close = io_close,
			.state = io_state, .established = io_established, .down = io_down,
			.update = io_update, .refresh = io_refresh, .random = io_random },
		.sim = sim,
		.has_interface = true,
		.has_link = true,
		.stale_until = NEVER,
	};
}

void peer_start(struct sim_peer *peer)
{
	peer->session = session_new(&peer->params, &peer->io, peer);
	session_start(peer->session, peer->sim->now);
}

void peer_crash(struct sim_peer *peer)
{
	struct session *session = peer->session;

	peer->session = NULL;
	peer->hearing_count = 0;
	session_free(session);
}

void peer_clear(struct sim_peer *peer)
{
	session_free(peer->session);
	for (size_t i = 0; i < peer->offer_count; i++)
		free(peer->offers[i]);
	free(peer->offers);
	free(peer->hearings);
}
