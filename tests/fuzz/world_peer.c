#include <stdint.h>

#include "bgpd/wire/as_path.h"
#include "bgpd/wire/route_refresh.h"
#include "tests/fuzz/world.h"

struct prefix world_prefix(unsigned int number)
{
	static const char *const odd[] = {
		"0.0.0.0/0", "10.60.0.0/16", "10.60.0.0/24", "10.50.0.0/16", "198.51.100.0/24",
		"198.51.100.1/32", "169.254.11.0/30", "10.60.0.2/32", "2001:db8:50::/48",
		"2001:db8:51::/48", "2001:db8:60::/48", "::/0", "192.0.2.0/24", "10.50.3.0/24",
		"10.50.128.0/17", "10.61.0.0/16",
	};
	struct prefix prefix = { .family = FAMILY_NONE };
	struct address address = address_ipv4(0x0a320000u + ((number & 15u) << 8));

	if (number & 16 && prefix_parse(odd[number & 15], &prefix))
		return prefix;
	return prefix_of(&address, 24);
}

static struct attrs choose_attrs(enum world_peer peer, unsigned int flags, struct arena *arena)
{
	static const uint32_t first[WORLD_PEERS] = { 64512, 64512, 65020, 65001 };
	const uint32_t origin[] = { 65001, 65002, 65010, 64512 };
	struct writer path = writer_of(arena_alloc(arena, 14), 14);
	struct attrs attrs = {
		.has_med = flags & 4, .med = (flags >> 3 & 3) * 50,
		.has_local_pref = peer == WORLD_MATE, .local_pref = 100 + (flags >> 3 & 3),
	};

	write_u8(&path, AS_SEQUENCE);
	write_u8(&path, flags & 128 ? 3 : 2);
	write_u32(&path, first[peer]);
	write_u32(&path, origin[flags & 3]);
	if (flags & 128)
		write_u32(&path, 4200000000);
	attrs.as_path = (struct span){ path.start, write_length(&path) };
	if (flags & 32)
		attrs_add_community(&attrs, 0xfdf20001, arena);
	if (flags & 64)
		attrs_add_community(&attrs, flags & 1 ? COMMUNITY_GRACEFUL_SHUTDOWN
						      : COMMUNITY_NO_EXPORT, arena);
	return attrs;
}

static void choose_next_hop(enum world_peer peer, const struct prefix *prefix, unsigned int flags,
			    struct attrs *attrs)
{
	static const char *const ipv4[] = { "169.254.11.1", "169.254.12.1", "10.60.0.2", "10.60.0.3" };
	const char *text = prefix->family == FAMILY_IPV6 ? "2001:db8:60::2" : ipv4[peer];

	address_parse(flags & 32 ? "10.60.0.9" : text, &attrs->next_hop);
	if (prefix->family == FAMILY_IPV6)
		address_parse(text, &attrs->next_hop);
}

static void say(struct world *world, enum world_peer peer, const struct writer *message)
{
	world_receive(world, world_conn(world, peer),
		      (struct span){ message->start, write_length(message) });
}

void world_announce(struct world *world, enum world_peer peer, unsigned int number,
		    unsigned int flags)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct prefix prefix = world_prefix(number);
	struct arena arena;

	if (!world_is_up(world, peer))
		return;
	struct update_context context = session_context(world_session(world, peer));
	arena_init(&arena);
	struct attrs attrs = choose_attrs(peer, flags, &arena);
	choose_next_hop(peer, &prefix, flags, &attrs);
	update_build_announce(&context, &attrs, &prefix, 1, &to);
	say(world, peer, &to);
	arena_clear(&arena);
}

void world_withdraw(struct world *world, enum world_peer peer, unsigned int number)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct prefix prefix = world_prefix(number);

	if (!world_is_up(world, peer))
		return;
	struct update_context context = session_context(world_session(world, peer));
	update_build_withdraw(&context, &prefix, 1, &to);
	say(world, peer, &to);
}

void world_update(struct world *world, enum world_peer peer, struct span body)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	uint8_t *length = message_begin(&to, MESSAGE_UPDATE);

	write_span(&to, body);
	message_end(&to, length);
	say(world, peer, &to);
}

void world_small(struct world *world, enum world_peer peer, unsigned int kind)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	enum family family = kind & 1 ? FAMILY_IPV6 : FAMILY_IPV4;

	switch (kind >> 1 & 3) {
	case 0:
		message_end(&to, message_begin(&to, MESSAGE_KEEPALIVE));
		break;
	case 1:
		update_build_end_of_rib(family, &to);
		break;
	case 2:
		route_refresh_build(&(struct route_refresh){ family, (uint8_t)(kind >> 3) }, &to);
		break;
	case 3:
		message_end(&to, message_begin(&to, MESSAGE_KEEPALIVE));
		update_build_end_of_rib(FAMILY_IPV4, &to);
		update_build_end_of_rib(FAMILY_IPV6, &to);
		break;
	}
	say(world, peer, &to);
}
