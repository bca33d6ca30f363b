#include "bgpd/speaker/announce.h"

#include "bgpd/speaker/attend.h"
#include "bgpd/speaker/choose.h"
#include "bgpd/speaker/learn.h"
#include "bgpd/wire/route_refresh.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH        512                /* nets that are sorted by their attributes and packed */
#define UNSENT_LIMIT ((size_t)256 * 1024)

/* Until the peer has heard our new announcements, which replace what it kept of the old ones. */
#define HEARD_THERE SECONDS(3)

/* ---- what is said ---- */

static void fill_next_hop(const struct address *address, struct export_params *params)
{
	struct address *next_hop = &params->next_hop[address->family];

	if (address->family == FAMILY_IPV6 && address_is_link_local(address))
		params->link_local = *address;
	else if (!address_is_set(next_hop))
		*next_hop = *address;
}

/* Ourselves on this session.  Routes of the family that it does not run over need another address of
 * ours on the link, or, if they are IPv4, a peer that takes an IPv6 one (RFC 8950). */
static void fill_next_hops(const struct neighbor *neighbor, struct export_params *params)
{
	const struct tunnel *tunnel = neighbor->tunnel;
	const struct address *others = tunnel ? tunnel->link.addresses : neighbor->beside;
	size_t count = tunnel ? tunnel->link.address_count : neighbor->beside_count;
	uint8_t extended = session_common(neighbor->session)->extended_next_hop;

	if (extended & FAMILY_BIT(FAMILY_IPV4))
		params->next_hop[FAMILY_IPV4] = neighbor->local;
	params->next_hop[neighbor->local.family] = neighbor->local;
	for (size_t i = 0; i < count; i++)
		fill_next_hop(&others[i], params);
	if (!address_is_set(&params->next_hop[FAMILY_IPV6]))
		params->next_hop[FAMILY_IPV6] = params->link_local;
}

static struct export_params export_params(const struct neighbor *neighbor)
{
	struct export_params params = {
		.local_asn = neighbor->params->local_asn,
		.ibgp = session_ibgp(neighbor->session),
		.role = neighbor->params->role,
		.policy = neighbor->export_policy,
	};

	if (neighbor->tunnel) {
		params.announce = neighbor->tunnel->group->config->announce;
		params.steering = &neighbor->tunnel->steering;
	} else {
		params.announces_any = true;
	}
	fill_next_hops(neighbor, &params);
	return params;
}

static struct export_source source_of(const struct speaker *speaker, const struct neighbor *to,
				      const struct route *best)
{
	const struct neighbor *from = speaker_neighbor_of(speaker, best);

	return (struct export_source){
		.is_local = !from,
		.is_ibgp = from && session_ibgp(from->session),
		.is_neighbor = from == to,
		.is_same_group = from && from->tunnel && to->tunnel &&
				 from->tunnel->group == to->tunnel->group,
		.neighbor = from ? from->params->name : NULL,
		.group = from && from->tunnel ? from->tunnel->group->config->name : NULL,
		.local_pref = choose_local_pref(from, best->set),
	};
}

static bool is_summarized(const struct speaker *speaker, const struct prefix *prefix)
{
	for (size_t i = 0; i < speaker->aggregate_count; i++) {
		const struct aggregate *aggregate = speaker->aggregates[i];

		if (aggregate->summary_only && aggregate->is_active &&
		    aggregate_covers(aggregate, prefix))
			return true;
	}
	return false;
}

static bool is_over_budget(const struct neighbor *neighbor, const struct net *net)
{
	uint32_t budget = neighbor->tunnel ? neighbor->tunnel->group->config->budget : 0;

	return budget && neighbor->sent.count >= budget && !bitmap_has(&neighbor->sent, net->id);
}

enum export_verdict announce_judge(const struct speaker *speaker, const struct neighbor *neighbor,
				   const struct net *net, struct arena *arena, struct attrs *attrs,
				   struct policy_outcome *outcome)
{
	const struct route *best = net_best(speaker, net);

	*outcome = (struct policy_outcome){ .rule = POLICY_NO_RULE };
	if (!best)
		return EXPORT_NOT_LISTED;
	if (is_summarized(speaker, &net->prefix))
		return EXPORT_SUMMARY;
	if (!(session_common(neighbor->session)->families & FAMILY_BIT(net->prefix.family)))
		return EXPORT_FAMILY;
	struct export_params params = export_params(neighbor);
	struct export_source source = source_of(speaker, neighbor, best);
	struct attrs from = attr_set_view(best->set);
	enum export_verdict verdict = export_route(&params, &net->prefix, &from, &source,
						   arena, attrs, outcome);
	return verdict == EXPORT_ANNOUNCED && is_over_budget(neighbor, net) ? EXPORT_OVER_BUDGET
									     : verdict;
}

/* ---- the budget ---- */

static void hold_back(struct speaker *speaker, struct neighbor *neighbor, const struct net *net)
{
	const struct group_config *group = neighbor->tunnel->group->config;
	char reason[160];

	if (!bitmap_add(&neighbor->held, net->id) || neighbor->has_warned_budget)
		return;
	neighbor->has_warned_budget = true;
	snprintf(reason, sizeof(reason), "%s takes %u prefixes%s%s", group->provider->name,
		 group->budget, group->provider->over_budget ? ", over it " : "",
		 group->provider->over_budget ? group->provider->over_budget : "");
	speaker_note(speaker, NOTE_ERROR, "budget", neighbor->params->name,
		     "the budget of prefixes is used up, new ones are held back", reason);
}

static void warn_of_budget(struct speaker *speaker, struct neighbor *neighbor)
{
	uint32_t warn = neighbor->tunnel ? neighbor->tunnel->group->config->budget_warn : 0;
	char reason[64];

	if (!warn || neighbor->sent.count != warn)
		return;
	snprintf(reason, sizeof(reason), "%u of %u prefixes", warn,
		 neighbor->tunnel->group->config->budget);
	speaker_note(speaker, NOTE_WARNING, "budget", neighbor->params->name,
		     "neighbor is told nearly as many prefixes as it takes", reason);
}

/* A place has become free: those held back are looked at again. */
static void free_place(struct neighbor *neighbor)
{
	if (!neighbor->held.count)
		return;
	bitmap_add_all(&neighbor->pending, &neighbor->held);
	bitmap_empty(&neighbor->held);
	neighbor->has_warned_budget = false;
}

/* ---- packing ---- */

struct said {
	struct net *net;
	const struct attr_set *set;
	neighbor_id from;
	uint8_t family;
	uint64_t applied;               /* rules of the policy that have set something */
};

struct batch {
	struct said announced[BATCH];
	struct prefix withdrawn[FAMILY_COUNT][BATCH];
	size_t announced_count, withdrawn_count[FAMILY_COUNT];
};

/* What has equal attributes stands together: same source, same set, same changes. */
static int compare_said(const void *left, const void *right)
{
	const struct said *a = left, *b = right;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->applied != b->applied)
		return a->applied < b->applied ? -1 : 1;
	return a->set == b->set ? 0 : (uintptr_t)a->set < (uintptr_t)b->set ? -1 : 1;
}

static void take(struct speaker *speaker, struct neighbor *neighbor, struct net *net,
		 struct batch *batch)
{
	struct policy_outcome outcome;
	struct attrs attrs;

	arena_reset(&speaker->arena);
	enum export_verdict verdict = announce_judge(speaker, neighbor, net, &speaker->arena,
						     &attrs, &outcome);
	bitmap_remove(&neighbor->held, net->id);
	if (verdict == EXPORT_ANNOUNCED) {
		const struct route *best = net->routes;

		batch->announced[batch->announced_count++] =
			(struct said){ net, best->set, best->neighbor, net->prefix.family,
				       outcome.applied };
		if (bitmap_add(&neighbor->sent, net->id))
			warn_of_budget(speaker, neighbor);
		return;
	}
	if (verdict == EXPORT_OVER_BUDGET)
		hold_back(speaker, neighbor, net);
	if (bitmap_remove(&neighbor->sent, net->id)) {
		enum family family = (enum family)net->prefix.family;

		batch->withdrawn[family][batch->withdrawn_count[family]++] = net->prefix;
		free_place(neighbor);
	}
	learn_release(speaker, net);
}

static struct writer message_writer(struct speaker *speaker, const struct update_context *context)
{
	return writer_of(speaker->message, context->max_length);
}

static void send_withdrawn(struct speaker *speaker, struct neighbor *neighbor,
			   const struct update_context *context, const struct batch *batch)
{
	for (size_t family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
		for (size_t done = 0; done < batch->withdrawn_count[family]; ) {
			struct writer writer = message_writer(speaker, context);

			done += update_build_withdraw(context, &batch->withdrawn[family][done],
						      batch->withdrawn_count[family] - done, &writer);
			session_send(neighbor->session, writer.start, write_length(&writer),
				     speaker->now);
		}
	}
}

/* What the neighbor was told of it before, with other attributes, is no longer so. */
static void too_long(struct speaker *speaker, struct neighbor *neighbor,
		     const struct update_context *context, const struct said *said)
{
	char text[PREFIX_TEXT];
	struct writer writer = message_writer(speaker, context);

	bitmap_remove(&neighbor->sent, said->net->id);
	update_build_withdraw(context, &said->net->prefix, 1, &writer);
	session_send(neighbor->session, writer.start, write_length(&writer), speaker->now);
	speaker_note(speaker, NOTE_ERROR, "update", prefix_format(&said->net->prefix, text),
		     "attributes are too long for a message, the prefix is not announced",
		     neighbor->params->name);
}

/* One set of attributes, all its prefixes. */
static void send_run(struct speaker *speaker, struct neighbor *neighbor,
		     const struct update_context *context, const struct said *said, size_t count)
{
	struct prefix prefixes[BATCH];
	struct policy_outcome outcome;
	struct attrs attrs;

	for (size_t i = 0; i < count; i++)
		prefixes[i] = said[i].net->prefix;
	arena_reset(&speaker->arena);
	announce_judge(speaker, neighbor, said->net, &speaker->arena, &attrs, &outcome);
	for (size_t done = 0; done < count; ) {
		struct writer writer = message_writer(speaker, context);
		size_t fits = update_build_announce(context, &attrs, prefixes + done, count - done,
						    &writer);

		if (fits)
			session_send(neighbor->session, writer.start, write_length(&writer),
				     speaker->now);
		else
			too_long(speaker, neighbor, context, &said[done]);
		done += fits ? fits : 1;
	}
}

static void send_batch(struct speaker *speaker, struct neighbor *neighbor, struct batch *batch)
{
	struct update_context context = session_context(neighbor->session);
	size_t first = 0;

	send_withdrawn(speaker, neighbor, &context, batch);
	qsort(batch->announced, batch->announced_count, sizeof(*batch->announced), compare_said);
	for (size_t i = 1; i <= batch->announced_count; i++) {
		if (i < batch->announced_count &&
		    compare_said(&batch->announced[first], &batch->announced[i]) == 0)
			continue;
		send_run(speaker, neighbor, &context, &batch->announced[first], i - first);
		first = i;
	}
}

static void send_end_of_rib(struct speaker *speaker, struct neighbor *neighbor)
{
	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
		struct writer writer = writer_of(speaker->message, sizeof(speaker->message));

		if (!(neighbor->eor_due & FAMILY_BIT(family)))
			continue;
		update_build_end_of_rib(family, &writer);
		session_send(neighbor->session, writer.start, write_length(&writer), speaker->now);
	}
	neighbor->eor_due = 0;
}

/* ---- refresh ---- */

void announce_refresh(struct neighbor *neighbor, enum family family)
{
	neighbor->refresh_due |= (uint8_t)FAMILY_BIT(family);
}

static void send_refresh(struct speaker *speaker, struct neighbor *neighbor, uint8_t families,
			 enum refresh_kind kind)
{
	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
		struct writer writer = writer_of(speaker->message, sizeof(speaker->message));

		if (!(families & FAMILY_BIT(family)))
			continue;
		route_refresh_build(&(struct route_refresh){ family, (uint8_t)kind }, &writer);
		session_send(neighbor->session, writer.start, write_length(&writer), speaker->now);
	}
}

bool announce_ask_again(struct speaker *speaker, struct neighbor *neighbor)
{
	const struct capabilities *common = session_common(neighbor->session);

	if (!neighbor_is_up(neighbor) || !common->route_refresh)
		return false;
	send_refresh(speaker, neighbor, common->families, REFRESH_REQUEST);
	return true;
}

static void send_mark(struct speaker *speaker, struct neighbor *neighbor, uint8_t families,
		      enum refresh_kind kind)
{
	if (session_common(neighbor->session)->enhanced_refresh)
		send_refresh(speaker, neighbor, families, kind);
}

/* RFC 7313 4: End-of-RIB goes before the first begin. */
static void send_marks(struct speaker *speaker, struct neighbor *neighbor)
{
	send_end_of_rib(speaker, neighbor);
	send_mark(speaker, neighbor, neighbor->refresh_runs, REFRESH_END);
	neighbor->refresh_runs = neighbor->refresh_due;
	neighbor->refresh_due = 0;
	send_mark(speaker, neighbor, neighbor->refresh_runs, REFRESH_BEGIN);
	if (neighbor->refresh_runs)
		announce_again(speaker, neighbor);
}

/* ---- work ---- */

static size_t work_for(struct speaker *speaker, struct neighbor *neighbor, size_t items)
{
	struct batch batch = { .announced_count = 0 };
	size_t taken = 0;

	attend_stir(speaker, neighbor);
	for (; taken < items && taken < BATCH; taken++) {
		uint32_t id = bitmap_next(&neighbor->pending, neighbor->cursor);

		if (id == BITMAP_END && neighbor->cursor)
			id = bitmap_next(&neighbor->pending, 0);
		if (id == BITMAP_END)
			break;
		bitmap_remove(&neighbor->pending, id);
		neighbor->cursor = id + 1;
		struct net *net = table_net(&speaker->table, id);
		if (net)
			take(speaker, neighbor, net, &batch);
	}
	send_batch(speaker, neighbor, &batch);
	if (!neighbor->pending.count && neighbor_is_up(neighbor))
		send_marks(speaker, neighbor);
	neighbor->is_blocked = neighbor_is_up(neighbor) &&
			       speaker->transport->unsent(speaker->transport,
							  session_conn(neighbor->session)) >
				       UNSENT_LIMIT;
	return items - taken;
}

size_t announce_work(struct speaker *speaker, size_t items)
{
	for (uint32_t id = attend_next_talk(speaker, 0); id != BITMAP_END && items;
	     id = attend_next_talk(speaker, id + 1))
		items = work_for(speaker, speaker->neighbors[id], items);
	return items;
}

void announce_again(struct speaker *speaker, struct neighbor *neighbor)
{
	attend_stir(speaker, neighbor);
	if (neighbor_is_up(neighbor))
		bitmap_add_below(&neighbor->pending, table_end(&speaker->table));
}

void announce_difference(struct speaker *speaker, struct neighbor *neighbor)
{
	for (uint32_t id = 0; neighbor_is_up(neighbor) && id < table_end(&speaker->table); id++) {
		const struct net *net = table_net(&speaker->table, id);
		struct policy_outcome outcome;
		struct attrs attrs;

		if (!net)
			continue;
		arena_reset(&speaker->arena);
		enum export_verdict verdict = announce_judge(speaker, neighbor, net,
							     &speaker->arena, &attrs, &outcome);
		bool is_to_be_told = verdict == EXPORT_ANNOUNCED || verdict == EXPORT_OVER_BUDGET;
		if (is_to_be_told != bitmap_has(&neighbor->sent, id))
			bitmap_add(&neighbor->pending, id);
	}
}

void announce_session_up(struct speaker *speaker, struct neighbor *neighbor)
{
	announce_is_heard_there(speaker, neighbor);
	neighbor->is_blocked = false;
	neighbor->cursor = 0;
	neighbor->eor_due = session_common(neighbor->session)->families;
	if (neighbor->export_policy != &policy_none) {
		bitmap_add(&speaker->exporters, neighbor->id);
		announce_again(speaker, neighbor);
	}
}

/* What the peer may keep of ours after the session: until its own hold timer ends, if the end did not
 * reach it; until our restart time ends, if it helps with a graceful restart; until both do, one after
 * the other, if it helps also when its hold timer ends (RFC 8538 4). */
static msec_t longest_held(const struct neighbor *neighbor)
{
	const struct capabilities *common = session_common(neighbor->session);
	uint32_t hold_s = session_hold_time_s(neighbor->session);
	uint32_t restart_s = common->graceful_restart ? neighbor->params->restart_time_s : 0;

	if (common->notification_restart)
		return SECONDS(hold_s + restart_s);
	return SECONDS(hold_s > restart_s ? hold_s : restart_s);
}

void announce_is_held_there(struct speaker *speaker, struct neighbor *neighbor)
{
	attend_stir(speaker, neighbor);
	neighbor->held_there_until = speaker->now + longest_held(neighbor) + HEARD_THERE;
}

void announce_is_heard_there(struct speaker *speaker, struct neighbor *neighbor)
{
	attend_stir(speaker, neighbor);
	if (neighbor->held_there_until != NEVER)
		neighbor->held_there_until = sooner(neighbor->held_there_until,
						    speaker->now + HEARD_THERE);
}

void announce_session_down(struct speaker *speaker, struct neighbor *neighbor)
{
	if (session_common(neighbor->session)->graceful_restart)
		announce_is_held_there(speaker, neighbor);
	bitmap_remove(&speaker->exporters, neighbor->id);
	bitmap_empty(&neighbor->pending);
	bitmap_empty(&neighbor->sent);
	bitmap_empty(&neighbor->held);
	neighbor->has_warned_budget = false;
	neighbor->eor_due = neighbor->refresh_due = neighbor->refresh_runs = 0;
	speaker_revisit(speaker);       /* nets that were kept for its sake */
}
