/* tests/fuzz/make_corpus.c - Writes seeds for a fuzz target into a directory:
 *
 *	make_corpus TARGET DIRECTORY
 *
 * message: real messages, made by our own builders, one file for each and for each set of flags.
 * bfd: lives of a session; what the bytes mean stands in bfd_event.h.
 * speaker: stories, one file for each; what the bytes mean stands in fuzz_speaker.c.
 * control: requests as bgpctl sends them, each command with its arguments.
 * netlink, vici: messages as we send them, and those recorded in tests/unit/data, which is looked for
 * from the top of the tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/arena.h"
#include "bgpd/bfd/packet.h"
#include "bgpd/control/request.h"
#include "bgpd/wire/as_path.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/open.h"
#include "bgpd/wire/route_refresh.h"
#include "bgpd/wire/update.h"
#include "fib/link_message.h"
#include "fib/nexthop_message.h"
#include "fib/route_message.h"
#include "tests/fuzz/bfd_event.h"
#include "tests/fuzz/world_event.h"

#define NO_FLAGS 0x100                  /* no byte of flags stands before the message */

static const char *directory;

static void save(const char *name, unsigned int flags, const struct writer *message)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s-%02x", directory, name, flags);
	FILE *file = fopen(path, "wb");

	if (!file) {
		perror(path);
		exit(1);
	}
	if (flags != NO_FLAGS)
		fputc((int)flags, file);
	fwrite(message->start, 1, write_length(message), file);
	fclose(file);
}

static struct prefix prefix_from(const char *text)
{
	struct prefix prefix = { .family = FAMILY_NONE };

	prefix_parse(text, &prefix);
	return prefix;
}

static void save_open(void)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	const uint8_t both = FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6);
	struct open open = {
		.asn = 4200000000, .hold_time_s = 90, .bgp_id = 0xcb00710a,
		.capabilities = {
			.families = both, .extended_next_hop = FAMILY_BIT(FAMILY_IPV4),
			.route_refresh = true, .enhanced_refresh = true, .extended_message = true,
			.has_as4 = true, .graceful_restart = true, .restarting = true,
			.notification_restart = true, .restart_time_s = 120,
			.restart_families = both, .forwarding_kept = both,
		},
	};

	open_build(&open, &to);
	save("open", 0, &to);
}

static void save_small(void)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct notification shutdown = notification_shutdown(CEASE_SHUTDOWN, "back at noon");
	uint8_t *length = message_begin(&to, MESSAGE_NOTIFICATION);

	notification_build(&shutdown, &to);
	message_end(&to, length);
	message_end(&to, message_begin(&to, MESSAGE_KEEPALIVE));
	route_refresh_build(&(struct route_refresh){ FAMILY_IPV6, REFRESH_BEGIN }, &to);
	update_build_end_of_rib(FAMILY_IPV4, &to);
	update_build_end_of_rib(FAMILY_IPV6, &to);
	save("small", 0x0f, &to);
}

static struct attrs rich_attrs(struct arena *arena)
{
	static const uint8_t large[12] = { 0, 0, 0xfd, 0xe9, 0, 0, 0, 1, 0, 0, 0, 2 };
	static const uint8_t extended[8] = { 0, 2, 0xfd, 0xe9, 0, 0, 0, 100 };
	static const uint8_t cluster[4] = { 192, 0, 2, 1 };
	static const uint8_t unknown[] = { 0xe0, 200, 0, 3, 1, 2, 3 };
	static const uint8_t path[] = { AS_SEQUENCE, 2, 0, 0, 0xfd, 0xe9, 0xfa, 0x56, 0xea, 0,
					AS_SET, 1, 0, 0, 0xfd, 0xea };
	struct attrs attrs = {
		.origin = ORIGIN_EGP, .has_med = true, .med = 50,
		.has_local_pref = true, .local_pref = 200, .atomic_aggregate = true,
		.has_aggregator = true, .aggregator_as = 4200000000, .aggregator_id = 0xc0000201,
		.has_originator_id = true, .originator_id = 0xc0000202,
		.as_path = { path, sizeof(path) },
		.ext_communities = { extended, sizeof(extended) },
		.large_communities = { large, sizeof(large) },
		.cluster_list = { cluster, sizeof(cluster) },
		.unknown = { unknown, sizeof(unknown) },
	};

	attrs_add_community(&attrs, COMMUNITY_GRACEFUL_SHUTDOWN, arena);
	attrs_add_community(&attrs, 0xfde90064, arena);
	return attrs;
}

static void save_updates(unsigned int flags, struct arena *arena)
{
	const struct prefix ipv4[] = { prefix_from("10.50.0.0/16"), prefix_from("10.51.128.0/17"),
				       prefix_from("192.0.2.1/32") };
	const struct prefix ipv6[] = { prefix_from("2001:db8::/32"), prefix_from("::/0") };
	struct update_context context = {
		.as4 = flags & 1, .ibgp = flags & 2, .max_length = MESSAGE_MAX,
		.extended_next_hop = (uint8_t)(flags & 16 ? FAMILY_BIT(FAMILY_IPV4) : 0),
	};
	uint8_t bytes[2 * MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct attrs attrs = rich_attrs(arena);

	address_parse("169.254.10.1", &attrs.next_hop);
	update_build_announce(&context, &attrs, ipv4, 3, &to);
	update_build_withdraw(&context, ipv4, 3, &to);
	save("ipv4", flags, &to);

	to = writer_of(bytes, sizeof(bytes));
	address_parse("2001:db8::1", &attrs.next_hop);
	address_parse("fe80::1", &attrs.link_local);
	update_build_announce(&context, &attrs, ipv6, 2, &to);
	update_build_withdraw(&context, ipv6, 2, &to);
	update_build_announce(&context, &attrs, ipv4, 3, &to);
	save("ipv6", flags, &to);
}

static void save_messages(void)
{
	struct arena arena;

	arena_init(&arena);
	save_open();
	save_small();
	for (unsigned int flags = 0; flags < 4; flags++)
		save_updates(0x1c | flags, &arena);
	arena_clear(&arena);
}

/* ---- stories ---- */

static void save_bytes(const char *name, const void *bytes, size_t length)
{
	struct writer writer = writer_of((void *)(uintptr_t)bytes, length);

	writer.next = writer.end;
	save(name, NO_FLAGS, &writer);
}

#define DO(what, peer) (uint8_t)(WORLD_##what << 2 | (peer))
#define UP    DO(ESTABLISH, 0), 0x24, DO(ESTABLISH, 1), 0x24, DO(ESTABLISH, 2), 0x0c, \
	      DO(ESTABLISH, 3), 0x1c
#define ALL   DO(ANNOUNCE, 0), 1, 0, DO(ANNOUNCE, 1), 1, 4, DO(ANNOUNCE, 2), 24, 1, \
	      DO(ANNOUNCE, 2), 2, 8, DO(ANNOUNCE, 3), 3, 16, DO(ANNOUNCE, 0), 20, 0, \
	      DO(SMALL, 0), 6, DO(SMALL, 1), 6, DO(SMALL, 2), 6, DO(SMALL, 3), 6, DO(SETTLE, 0), 0

static void save_stories(void)
{
	static const uint8_t life[] = { UP, ALL, DO(TIME, 0), 0xff, DO(LINK, 0), 0, DO(SETTLE, 0), 0,
					DO(LINK, 0), 1, DO(TIME, 0), 0xf0, DO(SIGNAL, 1), 9,
					DO(CLOSE, 2), 0, DO(TIME, 0), 0xff, DO(SETTLE, 0), 0 };
	static const uint8_t operated[] = { UP, ALL, DO(OPERATOR, 0), 0, DO(TIME, 0), 0xff,
					    DO(OPERATOR, 0), 1, DO(OPERATOR, 1), 2, DO(COUNTERS, 0), 9,
					    DO(OPERATOR, 2), 5, DO(OPERATOR, 3), 6, DO(SETTLE, 0), 0,
					    DO(OPERATOR, 3), 7, DO(TIME, 0), 0x90 };
	static const uint8_t reloaded[] = { UP, ALL, DO(RELOAD, 0), 1, DO(SETTLE, 0), 0, ALL,
					    DO(RELOAD, 0), 2, DO(SETTLE, 0), 0, DO(RELOAD, 0), 0,
					    DO(TIME, 0), 0xc0, UP, ALL };
	static const uint8_t restarted[] = { UP, ALL, DO(RESTART, 0), 0, UP, DO(ANNOUNCE, 0), 1, 0,
					     DO(SMALL, 0), 6, DO(TIME, 0), 0xff, DO(KERNEL, 0), 8,
					     DO(KERNEL, 0), 2, DO(SETTLE, 0), 0 };
	static const uint8_t blocked[] = { UP, DO(FULL, 2), 1, ALL, DO(FULL, 2), 0, DO(SMALL, 2), 4,
					   DO(SMALL, 2), 12, DO(ANNOUNCE, 2), 5, 0, DO(SMALL, 2), 20,
					   DO(WITHDRAW, 0), 1, DO(UPDATE, 1), 4, 0, 0, 0, 0,
					   DO(BYTES, 1), 3, 1, 2, 3, DO(SETTLE, 0), 0 };

	save_bytes("life", life, sizeof(life));
	save_bytes("operated", operated, sizeof(operated));
	save_bytes("reloaded", reloaded, sizeof(reloaded));
	save_bytes("restarted", restarted, sizeof(restarted));
	save_bytes("blocked", blocked, sizeof(blocked));
}

/* ---- BFD ---- */

static void hear(struct writer *life, const struct bfd_packet *values)
{
	struct bfd_packet packet = *values;
	uint8_t bytes[BFD_PACKET];

	packet.multiplier = 3;
	packet.my_discriminator = 9;
	packet.desired_tx_us = packet.required_rx_us = 300000;
	packet_build(&packet, bytes);
	write_u8(life, BFD_EVENT_PACKET);
	write_u8(life, sizeof(bytes));
	write_bytes(life, bytes, sizeof(bytes));
}

/* Up, and what happens then. */
static void save_life(const char *name, const struct bfd_packet *last, const uint8_t *events,
		      size_t length)
{
	const struct bfd_packet up = { .state = BFD_UP,
				       .your_discriminator = BFD_EVENT_DISCRIMINATOR };
	const struct bfd_packet init = { .state = BFD_INIT,
					 .your_discriminator = BFD_EVENT_DISCRIMINATOR };
	uint8_t bytes[256];
	struct writer life = writer_of(bytes, sizeof(bytes));

	write_u8(&life, 1);             /* 245 ms, and a multiplier of 3 */
	write_u8(&life, 2);
	hear(&life, &(struct bfd_packet){ .state = BFD_DOWN });
	hear(&life, &init);
	hear(&life, &up);
	hear(&life, last);
	write_bytes(&life, events, length);
	save_bytes(name, bytes, write_length(&life));
}

static void save_lives(void)
{
	static const uint8_t silence[] = { BFD_EVENT_DEADLINE, BFD_EVENT_DEADLINE,
					   BFD_EVENT_DEADLINE, BFD_EVENT_TIME, 10,
					   BFD_EVENT_DEADLINE, BFD_EVENT_FORGIVE };
	static const uint8_t change[] = { BFD_EVENT_CHANGE, 4, 3, BFD_EVENT_DEADLINE,
					  BFD_EVENT_CHANGE, 1, 2, BFD_EVENT_DEADLINE };
	static const uint8_t stop[] = { BFD_EVENT_TIME, 8, BFD_EVENT_STOP, BFD_EVENT_DEADLINE };
	struct bfd_packet packet = { .state = BFD_UP, .poll = true,
				     .your_discriminator = BFD_EVENT_DISCRIMINATOR };

	save_life("silence", &packet, silence, sizeof(silence));
	packet.poll = false;
	packet.final = true;
	save_life("change", &packet, change, sizeof(change));
	packet.state = BFD_DOWN;
	packet.diagnostic = BFD_TIME_EXPIRED;
	save_life("stop", &packet, stop, sizeof(stop));
	packet.state = BFD_ADMIN_DOWN;
	save_life("turned-off", &packet, silence, sizeof(silence));
}

/* ---- requests ---- */

static const char *example_of(const struct request_argument *argument)
{
	static const char *const examples[][2] = {
		{ "name", "tun1" }, { "prefix", "10.50.3.0/24" }, { "longer", "10.50.0.0/16" },
		{ "from", "core1" }, { "to", "core1" }, { "text", "back at noon" },
		{ "reason", "updown" }, { "signal", "ipsec" }, { "state", "down" },
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		if (strcmp(examples[i][0], argument->name) == 0)
			return examples[i][1];
	return "";
}

static void save_requests(void)
{
	const struct request_command *command;

	for (size_t i = 0; (command = request_at(i)); i++) {
		struct json_object *arguments = json_object_new_object();
		size_t length;

		for (const struct request_argument *a = command->arguments; a->name; a++)
			json_object_object_add(arguments, a->name, a->kind == ARGUMENT_FLAG
				? json_object_new_boolean(true)
				: json_object_new_string(example_of(a)));
		struct json_object *request = request_build(command->name, arguments);
		char *line = request_line(request, &length);
		save_bytes(command->name, line, length);
		free(line);
		json_object_put(request);
	}
}

/* ---- netlink ---- */

/* Takes the message. */
static void save_netlink(const char *name, struct nl_msg *message)
{
	const struct nlmsghdr *header = nlmsg_hdr(message);

	save_bytes(name, header, header->nlmsg_len);
	nlmsg_free(message);
}

static void save_recorded(const char *path)
{
	uint8_t bytes[4096];
	struct writer writer = writer_of(bytes, sizeof(bytes));
	char line[256], name[32];
	unsigned int count = 0;
	FILE *file = fopen(path, "r");

	for (bool more = file; more; ) {
		more = fgets(line, sizeof(line), file);
		char *next = line, *end;
		for (unsigned long byte; more && *line != '#' &&
		     (byte = strtoul(next, &end, 16), end != next); next = end)
			write_u8(&writer, (uint8_t)byte);
		if ((more && *line != '#') || write_length(&writer) == 0)
			continue;
		snprintf(name, sizeof(name), "recorded%u", count++);
		save_bytes(name, bytes, write_length(&writer));
		writer = writer_of(bytes, sizeof(bytes));
	}
	if (file)
		fclose(file);
}

static void save_kernel_messages(void)
{
	const struct kernel_mark mark = { .protocol = 186, .nexthop_base = 0x42000000 };
	const struct fib_egress egress = { .family = FAMILY_IPV4, .ifindex = 3,
					   .gateway = address_ipv4(0xa9fe0a01) };
	const struct fib_member members[] = { { 1, 1 }, { 2, 1 } };
	const struct fib_chain chain = { .family = FAMILY_IPV4, .members = members, .count = 2 };
	struct fib_route route = { .prefix = prefix_from("10.50.0.0/16"), .table = 254, .metric = 20,
				   .kind = FIB_CHAIN, .chain = 1, .mtu = 1400, .is_ours = true,
				   .preferred_source = address_ipv4(0x0a3c0001) };

	save_netlink("route", route_message_set(&mark, &route));
	route.kind = FIB_PIN;
	route.via = egress;
	save_netlink("pin", route_message_set(&mark, &route));
	route.prefix = prefix_from("2001:db8::/32");
	route.kind = FIB_UNREACHABLE;
	save_netlink("unreachable", route_message_set(&mark, &route));
	save_netlink("removed", route_message_remove(&mark, &route));
	save_netlink("egress", nexthop_message_egress(&mark, 1, &egress));
	save_netlink("chain", nexthop_message_chain(&mark, 1, &chain, true));
	save_netlink("group", nexthop_message_chain(&mark, 1, &chain, false));
	save_netlink("counters", link_message_counters(3));
	save_recorded("tests/unit/data/xfrm/events.txt");
}

static void save_frames(void)
{
	save_recorded("tests/unit/data/vici/frames.txt");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*save_all)(void);
	} targets[] = {
		{ "message", save_messages },
		{ "bfd", save_lives },
		{ "speaker", save_stories },
		{ "control", save_requests },
		{ "netlink", save_kernel_messages },
		{ "vici", save_frames },
	};

	for (size_t i = 0; argc == 3 && i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (strcmp(targets[i].name, argv[1]) == 0) {
			directory = argv[2];
			targets[i].save_all();
			return 0;
		}
	}
	fprintf(stderr, "usage: make_corpus message|bfd|speaker|control|netlink|vici DIRECTORY\n");
	return 2;
}
