/* tests/fuzz/fuzz_message.c - Whatever a peer sends: no crash, and what we understood we can say.
 *
 * The first byte of the input chooses what was negotiated, the rest is what the peer sends.  Each
 * UPDATE that parses fine is built again and parsed again, and must mean the same.
 *
 *	clang -fsanitize=fuzzer,address,undefined -std=c11 -D_GNU_SOURCE -I. -o fuzz_message \
 *		tests/fuzz/fuzz_message.c bgpd/base/X.c bgpd/wire/X.c           (all of them)
 *	make_corpus corpus && ./fuzz_message corpus */
#include <stdlib.h>
#include <string.h>

#include "bgpd/wire/as_path.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/open.h"
#include "bgpd/wire/route_refresh.h"
#include "bgpd/wire/update.h"

#define MAX_PREFIXES MESSAGE_EXTENDED

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
	if (!claim)
		abort();
}

static struct update_context context_of(unsigned int flags)
{
	return (struct update_context){
		.as4 = flags & 1,
		.ibgp = flags & 2,
		.families = (uint8_t)((flags & 4 ? FAMILY_BIT(FAMILY_IPV4) : 0) |
				      (flags & 8 ? FAMILY_BIT(FAMILY_IPV6) : 0)),
		.extended_next_hop = (uint8_t)(flags & 16 ? FAMILY_BIT(FAMILY_IPV4) : 0),
		.peer_as = flags & 32 ? 65001 : 0,
		.max_length = flags & 64 ? MESSAGE_EXTENDED : MESSAGE_MAX,
	};
}

static size_t collect(struct nlri nlri, struct prefix *prefixes)
{
	size_t count = 0;

	while (nlri_next(&nlri, &prefixes[count]))
		count++;
	return count;
}

static bool spans_equal(struct span a, struct span b)
{
	return a.length == b.length && (!a.length || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* RFC 6793 4.2.3: with an AGGREGATOR of 2 octets an AS4_PATH is not believed, so a long AS cannot
 * be said beside it. */
static bool path_survives(const struct update_context *context, const struct attrs *attrs)
{
	return context->as4 || !attrs->has_aggregator || attrs->aggregator_as > UINT16_MAX ||
	       attrs->aggregator_as == AS_TRANS;
}

static void expect_same(const struct update_context *context, const struct attrs *a,
			const struct attrs *b)
{
	expect(a->origin == b->origin);
	expect(a->has_med == b->has_med && a->med == b->med);
	expect(!a->has_local_pref || a->local_pref == b->local_pref);
	expect(a->atomic_aggregate == b->atomic_aggregate);
	expect(a->has_aggregator == b->has_aggregator);
	expect(a->aggregator_as == b->aggregator_as && a->aggregator_id == b->aggregator_id);
	expect(a->has_originator_id == b->has_originator_id);
	expect(a->originator_id == b->originator_id);
	expect(address_equal(&a->next_hop, &b->next_hop));
	expect(address_equal(&a->link_local, &b->link_local));
	expect(spans_equal(a->as_path, b->as_path) || !path_survives(context, a));
	expect(spans_equal(a->communities, b->communities));
	expect(spans_equal(a->ext_communities, b->ext_communities));
	expect(spans_equal(a->large_communities, b->large_communities));
	expect(spans_equal(a->cluster_list, b->cluster_list));
	expect(a->unknown.length == b->unknown.length);         /* the order may change */
}

static struct update parse_own(const uint8_t *bytes, size_t length,
			       const struct update_context *context, struct arena *arena)
{
	struct message message;
	struct notification why;
	struct update update;

	expect(message_frame((struct span){ bytes, length }, true, &message, &why) == FRAME_WHOLE);
	expect(message.type == MESSAGE_UPDATE && message.length == length);
	update_parse(message.body, context, arena, &update);
	expect(update.verdict == UPDATE_FINE && update.flaw_count == 0);
	return update;
}

/* Builds one message after the other until all prefixes are said; each must say what it should. */
static void expect_announced_again(struct update_context context, const struct attrs *attrs,
				   const struct prefix *prefixes, size_t count, struct arena *arena)
{
	static uint8_t bytes[MESSAGE_EXTENDED];
	static struct prefix again[MAX_PREFIXES];

	context.peer_as = 0;    /* a merged AS4_PATH may begin with another AS than AS_PATH did */
	context.max_length = sizeof(bytes);
	while (count) {
		struct writer to = writer_of(bytes, sizeof(bytes));
		size_t done = update_build_announce(&context, attrs, prefixes, count, &to);

		if (done == 0)
			return; /* AS4_PATH and wider lengths may make long attributes too long */
		struct update update = parse_own(bytes, write_length(&to), &context, arena);
		bool in_mp = nlri_is_empty(&update.announced);

		expect(collect(in_mp ? update.mp_announced : update.announced, again) == done);
		expect(memcmp(again, prefixes, done * sizeof(*prefixes)) == 0);
		if (in_mp) {
			update.attrs.next_hop = update.mp_next_hop;
			update.attrs.link_local = update.mp_link_local;
		}
		expect_same(&context, attrs, &update.attrs);
		prefixes += done;
		count -= done;
	}
}

static void expect_withdrawn_again(const struct update_context *context,
				   const struct prefix *prefixes, size_t count, struct arena *arena)
{
	static uint8_t bytes[MESSAGE_EXTENDED];
	static struct prefix again[MAX_PREFIXES];

	while (count) {
		struct writer to = writer_of(bytes, sizeof(bytes));
		size_t done = update_build_withdraw(context, prefixes, count, &to);

		expect(done > 0 && write_length(&to) <= context->max_length);
		struct update update = parse_own(bytes, write_length(&to), context, arena);
		bool in_mp = nlri_is_empty(&update.withdrawn);

		expect(collect(in_mp ? update.mp_withdrawn : update.withdrawn, again) == done);
		expect(memcmp(again, prefixes, done * sizeof(*prefixes)) == 0);
		prefixes += done;
		count -= done;
	}
}

static void format_all(const struct attrs *attrs)
{
	char text[64];

	as_path_format(attrs->as_path, text, sizeof(text));
	communities_format(attrs->communities, text, sizeof(text));
	large_communities_format(attrs->large_communities, text, sizeof(text));
	as_path_count(attrs->as_path, 65001);
	as_path_origin(attrs->as_path);
}

static void try_update(const struct update_context *context, struct reader body, struct arena *arena)
{
	static struct prefix prefixes[MAX_PREFIXES];
	struct update update;

	update_parse(body, context, arena, &update);
	if (update.verdict == UPDATE_RESET)
		return;
	expect_withdrawn_again(context, prefixes, collect(update.withdrawn, prefixes), arena);
	expect_withdrawn_again(context, prefixes, collect(update.mp_withdrawn, prefixes), arena);
	if (update.verdict != UPDATE_FINE)
		return;
	format_all(&update.attrs);
	expect_announced_again(*context, &update.attrs, prefixes,
			       collect(update.announced, prefixes), arena);
	update.attrs.next_hop = update.mp_next_hop;
	update.attrs.link_local = update.mp_link_local;
	expect_announced_again(*context, &update.attrs, prefixes,
			       collect(update.mp_announced, prefixes), arena);
}

static void try_open(struct reader body)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct open open, again;
	struct message message;
	struct notification why;

	if (!open_parse(body, &open, &why))
		return;
	open_build(&open, &to);
	expect(message_frame((struct span){ bytes, write_length(&to) }, false, &message, &why) ==
	       FRAME_WHOLE);
	expect(open_parse(message.body, &again, &why));
	expect(open.asn == again.asn || !open.capabilities.has_as4);
	expect(open.hold_time_s == again.hold_time_s && open.bgp_id == again.bgp_id);
	expect(open.capabilities.families == again.capabilities.families);
	expect(open.capabilities.restart_families == again.capabilities.restart_families);
}

static void try_notification(struct reader body)
{
	struct notification notification;
	char text[300];

	if (!notification_parse(body, &notification))
		return;
	for (size_t size = 1; size <= sizeof(text); size += 23) {
		notification_text(&notification, text, size);
		expect(strlen(text) < size);
		notification_describe(&notification, text, size);
		expect(strlen(text) < size);
	}
}

static void try_message(const struct update_context *context, const struct message *message,
			struct arena *arena)
{
	struct route_refresh refresh;
	struct notification why;

	switch ((enum message_type)message->type) {
	case MESSAGE_OPEN:
		try_open(message->body);
		break;
	case MESSAGE_UPDATE:
		try_update(context, message->body, arena);
		break;
	case MESSAGE_NOTIFICATION:
		try_notification(message->body);
		break;
	case MESSAGE_KEEPALIVE:
		break;
	case MESSAGE_ROUTE_REFRESH:
		route_refresh_parse(message->body, &refresh, &why);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct update_context context = context_of(data[0]);
	struct span stream = { data + 1, size - 1 };
	struct message message;
	struct notification why;
	struct arena arena;

	arena_init(&arena);
	while (message_frame(stream, context.max_length > MESSAGE_MAX, &message, &why) ==
	       FRAME_WHOLE) {
		try_message(&context, &message, &arena);
		arena_reset(&arena);
		stream.bytes += message.length;
		stream.length -= message.length;
	}
	arena_clear(&arena);
	return 0;
}
