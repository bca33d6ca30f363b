/* tests/fuzz/make_corpus.c - Writes seeds for fuzz_message into the directory given as argument:
 * real messages, made by our own builders, one file for each and for each set of flags. */
#include <stdio.h>
#include <stdlib.h>

#include "bgpd/base/arena.h"
#include "bgpd/wire/as_path.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/open.h"
#include "bgpd/wire/route_refresh.h"
#include "bgpd/wire/update.h"

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

int main(int argc, char **argv)
{
	struct arena arena;

	if (argc != 2) {
		fprintf(stderr, "usage: make_corpus DIRECTORY\n");
		return 2;
	}
	directory = argv[1];
	arena_init(&arena);
	save_open();
	save_small();
	for (unsigned int flags = 0; flags < 4; flags++)
		save_updates(0x1c | flags, &arena);
	arena_clear(&arena);
	return 0;
}
