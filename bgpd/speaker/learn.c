#include "bgpd/speaker/learn.h"

#include "bgpd/speaker/attend.h"
#include "bgpd/speaker/choose.h"
#include "bgpd/speaker/refresh.h"
#include "bgpd/speaker/wish.h"

#include <stdio.h>
#include <string.h>

#define HEARD_WAIT SECONDS(5)           /* for more, of a peer that may never send an End-of-RIB */
#define HEARD_MOST SECONDS(60)          /* for the End-of-RIB, at most */

#define EPOCHS_MOST 8                   /* sessions in a row that may end before their End-of-RIB */

#define VERDICT_BITS 0x1f               /* of route->verdict */
_Static_assert(IMPORT_VERDICTS <= VERDICT_BITS + 1, "route->verdict holds them all");

/* ---- one net ---- */

/* Others must hear of it, but for tunnels that would not be told anyway. */
static void mark_exports(struct speaker *speaker, const struct net *net)
{
	for (uint32_t id = bitmap_next(&speaker->exporters, 0); id != BITMAP_END;
	     id = bitmap_next(&speaker->exporters, id + 1)) {
		struct neighbor *neighbor = speaker->neighbors[id];

		if (neighbor->tunnel && !bitmap_has(&neighbor->sent, net->id) &&
		    !prefix_rules_match(&neighbor->tunnel->group->config->announce, &net->prefix))
			continue;
		bitmap_add(&neighbor->pending, net->id);
		attend_stir(speaker, neighbor);
	}
}

static void tell_aggregates(struct speaker *speaker, const struct net *net, const struct route *best)
{
	for (size_t i = 0; i < speaker->aggregate_count; i++)
		if (aggregate_covers(speaker->aggregates[i], &net->prefix))
			aggregate_see(speaker->aggregates[i], net->id, best ? best->set : NULL);
}

static bool is_told_to_somebody(const struct speaker *speaker, const struct net *net)
{
	for (size_t id = 1; id < speaker->neighbor_end; id++) {
		const struct neighbor *neighbor = speaker->neighbors[id];

		if (neighbor && (bitmap_has(&neighbor->pending, net->id) ||
				 bitmap_has(&neighbor->sent, net->id)))
			return true;
	}
	return false;
}

void learn_release(struct speaker *speaker, struct net *net)
{
	if (net->routes || !sync_is_done_with(&speaker->sync, net) ||
	    is_told_to_somebody(speaker, net))
		return;
	for (size_t id = 1; id < speaker->neighbor_end; id++)
		if (speaker->neighbors[id])
			bitmap_remove(&speaker->neighbors[id]->held, net->id);
	bitmap_remove(&speaker->sync.refused, net->id);
	tell_aggregates(speaker, net, NULL);
	table_remove(&speaker->table, net);
}

/* The one that others were told of.  It counts no longer once its session has ended, which they learn
 * only from the walk over all nets, or from what comes before that. */
static const struct route *told_best(const struct net *net)
{
	return net->routes && net->routes->verdict == IMPORT_ACCEPTED ? net->routes : NULL;
}

/* After its routes have changed.  was_best: the chosen one before, NULL if none; touched: the route
 * whose attributes are new, NULL if none. */
static void reconsider(struct speaker *speaker, struct net *net, const struct route *was_best,
		       const struct route *touched)
{
	struct route *best = choose_best(speaker, net);

	wish_for(speaker, net, best);
	tell_aggregates(speaker, net, best);
	if (best != was_best || (best && best == touched))
		mark_exports(speaker, net);
	if (!net->routes)
		learn_release(speaker, net);
}

/* RFC 8326 4: import has given it the lowest preference. */
static bool is_shutting_down(const struct route *route)
{
	uint32_t local_pref;

	if (!attr_set_local_pref(route->set, &local_pref) || local_pref > 0)
		return false;
	struct attrs attrs = attr_set_view(route->set);
	return attrs_has_community(&attrs, COMMUNITY_GRACEFUL_SHUTDOWN);
}

static void count_route(struct neighbor *neighbor, const struct route *route, uint32_t change)
{
	neighbor->received += change;
	if (route->verdict != IMPORT_ACCEPTED)
		return;
	neighbor->accepted += change;
	if (is_shutting_down(route))
		neighbor->shutting_down += change;
}

static void drop_route(struct speaker *speaker, struct net *net, struct route *route)
{
	struct neighbor *neighbor = speaker_neighbor_of(speaker, route);

	if (neighbor)
		count_route(neighbor, route, (uint32_t)-1);
	net_remove_route(&speaker->table, net, route, &speaker->sets);
}

static void withdraw(struct speaker *speaker, struct neighbor *neighbor, const struct prefix *prefix)
{
	struct net *net = table_find(&speaker->table, prefix);
	struct route *route = net ? net_find_route(net, neighbor->id) : NULL;

	if (!route)
		return;
	const struct route *was_best = told_best(net);
	drop_route(speaker, net, route);
	reconsider(speaker, net, was_best, NULL);
}

static void put(struct speaker *speaker, neighbor_id id, const struct prefix *prefix,
		const struct attr_set *set, enum import_verdict verdict)
{
	struct net *net = table_add(&speaker->table, prefix);
	const struct route *was_best = told_best(net);
	struct route *route = net_find_route(net, id);
	struct neighbor *neighbor = id ? speaker->neighbors[id] : NULL;
	uint8_t epoch = neighbor ? neighbor->epoch : 0;
	bool is_new = !route;

	if (is_new) {
		route = net_add_route(&speaker->table, net);
	} else {
		if (neighbor)
			count_route(neighbor, route, (uint32_t)-1);
		attr_sets_drop(&speaker->sets, route->set);
	}
	bool says_the_same = !is_new && route->set == set && route->verdict == verdict;
	bool is_same = says_the_same && route->epoch == epoch;
	route->set = attr_set_ref(set);
	route->neighbor = id;
	route->epoch = epoch;
	route->verdict = verdict & VERDICT_BITS;
	if (neighbor) {
		refresh_mark(neighbor, net, route);
		count_route(neighbor, route, 1);
	}
	if (is_same)
		return;
	route->learned_s = (uint32_t)((speaker->now - speaker->started) / 1000);
	reconsider(speaker, net, was_best, says_the_same ? NULL : route);
}

/* ---- messages ---- */

/* RFC 4724 2: who can restart gracefully sends an End-of-RIB, of others silence is a sign. */
static msec_t hears_until(const struct speaker *speaker, const struct neighbor *neighbor)
{
	msec_t most = session_since(neighbor->session) + HEARD_MOST;
	bool marks_end = session_peer_open(neighbor->session)->capabilities.graceful_restart;

	return marks_end ? most : sooner(speaker->now + HEARD_WAIT, most);
}

/* Routes that came with the same attributes. */
struct arrival {
	const struct neighbor *neighbor;
	const struct attr_set *received;
	struct attrs attrs;
	bool may_change;
	/* What the policy made of the last one, and which of its rules did: often the same for the next. */
	const struct attr_set *changed;
	uint64_t applied;
};

static struct arrival arrival_of(const struct neighbor *neighbor, const struct attr_set *received)
{
	struct arrival arrival = {
		.neighbor = neighbor,
		.received = received,
		.attrs = attr_set_view(received),
	};

	arrival.may_change = import_may_change(&neighbor->import, &arrival.attrs,
					       session_ibgp(neighbor->session));
	return arrival;
}

static void arrival_clear(struct speaker *speaker, struct arrival *arrival)
{
	attr_sets_drop(&speaker->sets, arrival->changed);
}

static uint32_t table_for(const struct speaker *speaker, const struct neighbor *neighbor)
{
	return neighbor->tunnel ? neighbor->tunnel->group->config->style.table
				: speaker->config->fib.style.table;
}

/* Over a tunnel nothing leads to its endpoint.  A host route to the endpoint itself stands where the pin
 * must, whoever tells of it. */
static bool captures_endpoint(const struct speaker *speaker, const struct neighbor *neighbor,
			      const struct prefix *prefix)
{
	const struct tunnel *tunnel = neighbor->tunnel;
	bool refuses = tunnel && tunnel->group->config->guard == GUARD_REFUSE;

	if (!refuses && prefix->length != family_bits((enum family)prefix->family))
		return false;
	for (size_t i = 0; i < speaker->tunnel_count; i++) {
		const struct tunnel *other = speaker->tunnels[i];
		const struct address *outside = &other->outside;

		if (address_is_set(outside) && prefix_contains_address(prefix, outside) &&
		    (tunnel || table_for(speaker, other->neighbor) == table_for(speaker, neighbor)))
			return true;
	}
	return false;
}

static enum import_verdict apply_policy(struct speaker *speaker, struct arrival *arrival,
					const struct prefix *prefix, const struct attr_set **set)
{
	const struct neighbor *neighbor = arrival->neighbor;
	struct attrs attrs = arrival->attrs;

	arena_reset(&speaker->scratch);
	struct import_change change = import_change(&neighbor->import, prefix,
						    session_ibgp(neighbor->session),
						    &speaker->scratch, &attrs);
	if (change.verdict != IMPORT_ACCEPTED || !change.is_changed)
		return change.verdict;
	if (!arrival->changed || arrival->applied != change.outcome.applied) {
		attr_sets_drop(&speaker->sets, arrival->changed);
		arrival->changed = attr_sets_intern_changed(&speaker->sets, &attrs,
							    arrival->received);
		arrival->applied = change.outcome.applied;
	}
	*set = arrival->changed;
	return IMPORT_ACCEPTED;
}

/* *set is what the route is to be kept with: refused ones as they were received. */
static enum import_verdict judge(struct speaker *speaker, struct arrival *arrival,
				 const struct prefix *prefix, const struct attr_set **set)
{
	const struct neighbor *neighbor = arrival->neighbor;
	enum import_verdict verdict = import_route(&neighbor->import, prefix, &arrival->attrs,
						   session_ibgp(neighbor->session));

	*set = arrival->received;
	if (verdict == IMPORT_ACCEPTED && captures_endpoint(speaker, neighbor, prefix))
		verdict = IMPORT_ENDPOINT;
	if (verdict == IMPORT_ACCEPTED && arrival->may_change)
		verdict = apply_policy(speaker, arrival, prefix, set);
	return verdict;
}

enum room { ROOM_THERE_IS, ROOM_TO_DISCARD, ROOM_TORN_DOWN };

static void tell_limit(struct speaker *speaker, struct neighbor *neighbor, enum note_level level,
		       const char *text)
{
	char reason[64];

	snprintf(reason, sizeof(reason), "%u of at most %u prefixes", neighbor->received,
		 neighbor->limit->max);
	speaker_note(speaker, level, "limit", neighbor->params->name, text, reason);
}

static enum room over_limit(struct speaker *speaker, struct neighbor *neighbor)
{
	const struct prefix_limit *limit = neighbor->limit;
	struct notification cease = { .code = NOTIFY_CEASE, .subcode = CEASE_MAX_PREFIXES };

	if (limit->action == LIMIT_DISCARD) {
		if (!neighbor->has_hit_limit)
			tell_limit(speaker, neighbor, NOTE_ERROR,
				   "neighbor sends more prefixes than max_prefixes allows, "
				   "they are discarded");
		neighbor->has_hit_limit = true;
		return ROOM_TO_DISCARD;
	}
	tell_limit(speaker, neighbor, NOTE_ERROR,
		   "neighbor sent more prefixes than max_prefixes allows");
	session_fail(neighbor->session, &cease,
		     limit->restart_s ? SECONDS(limit->restart_s) : NEVER, speaker->now);
	return ROOM_TORN_DOWN;
}

/* Below 80 % of max_prefixes. */
bool learn_has_room(const struct neighbor *neighbor)
{
	const struct prefix_limit *limit = neighbor->limit;

	return !limit->max || neighbor->received < limit->max - limit->max / 5;
}

/* For one more prefix. */
static enum room room_for_one(struct speaker *speaker, struct neighbor *neighbor)
{
	const struct prefix_limit *limit = neighbor->limit;

	if (learn_has_room(neighbor))
		return ROOM_THERE_IS;
	if (!neighbor->has_warned_limit)
		tell_limit(speaker, neighbor, NOTE_WARNING,
			   "neighbor is close to its prefix limit");
	neighbor->has_warned_limit = true;
	return neighbor->received < limit->max ? ROOM_THERE_IS : over_limit(speaker, neighbor);
}

static bool is_known(const struct speaker *speaker, const struct neighbor *neighbor,
		     const struct prefix *prefix)
{
	const struct net *net = table_find(&speaker->table, prefix);

	return net && net_find_route(net, neighbor->id);
}

/* What a route tells of the tunnel. */
static void see(struct speaker *speaker, struct tunnel *tunnel, const struct prefix *prefix,
		const struct attrs *attrs)
{
	tunnel->has_med = attrs->has_med;
	tunnel->med = attrs->has_med ? attrs->med : 0;
	if (prefix->family == FAMILY_IPV6)
		wish_see_far_end(speaker, tunnel, attrs);
}

static void withdraw_all(struct speaker *speaker, struct neighbor *neighbor, struct nlri nlri)
{
	struct prefix prefix;

	while (nlri_next(&nlri, &prefix))
		withdraw(speaker, neighbor, &prefix);
}

/* As RFC 7606 2 says of what cannot be used: what was known of the prefixes is no longer true. */
static void refuse_large(struct speaker *speaker, struct neighbor *neighbor, struct nlri nlri)
{
	withdraw_all(speaker, neighbor, nlri);
	if (!neighbor->has_told_large)
		speaker_note(speaker, NOTE_ERROR, "limit", neighbor->params->name,
			     "neighbor sends more large attributes than are kept, their routes count as "
			     "withdrawn", "64 MiB of sets of more than 1 KiB");
	neighbor->has_told_large = true;
}

/* False when the session did not survive it. */
static bool announce_all(struct speaker *speaker, struct neighbor *neighbor, struct nlri nlri,
			 const struct attrs *attrs)
{
	struct prefix prefix;
	enum room room = ROOM_THERE_IS;

	if (!read_left(&nlri.prefixes))
		return true;
	const struct attr_set *received = attr_sets_intern(&speaker->sets, attrs);
	if (!attr_sets_have_room(&speaker->sets, received)) {
		attr_sets_drop(&speaker->sets, received);
		refuse_large(speaker, neighbor, nlri);
		return true;
	}
	struct arrival arrival = arrival_of(neighbor, received);
	while (room != ROOM_TORN_DOWN && nlri_next(&nlri, &prefix)) {
		room = is_known(speaker, neighbor, &prefix) ? ROOM_THERE_IS
							    : room_for_one(speaker, neighbor);
		if (room != ROOM_THERE_IS)
			continue;
		const struct attr_set *set;
		enum import_verdict verdict = judge(speaker, &arrival, &prefix, &set);
		if (verdict == IMPORT_ACCEPTED && neighbor->tunnel)
			see(speaker, neighbor->tunnel, &prefix, attrs);
		put(speaker, neighbor->id, &prefix, set, verdict);
	}
	arrival_clear(speaker, &arrival);
	attr_sets_drop(&speaker->sets, received);
	return room != ROOM_TORN_DOWN;
}

static const char *attribute_name(unsigned int code, char text[16])
{
	const char *name = update_attr_name(code);

	snprintf(text, 16, "attribute %u", code);
	return name ? name : text;
}

static void tell_flaws(struct speaker *speaker, const struct neighbor *neighbor,
		       const struct update *update)
{
	for (size_t i = 0; i < update->flaw_count && i < UPDATE_FLAWS; i++) {
		const struct update_flaw *flaw = &update->flaws[i];
		char reason[256], code[16];
		int length = snprintf(reason, sizeof(reason), "%s: %s; bytes",
				      attribute_name(flaw->code, code), flaw->reason);

		for (size_t b = 0; b < flaw->bytes.length && b < 48 && length > 0; b++)
			length += snprintf(reason + length, sizeof(reason) - (size_t)length, " %02x",
					   flaw->bytes.bytes[b]);
		speaker_note(speaker, NOTE_WARNING, "update", neighbor->params->name,
			     flaw->discarded ? "malformed attribute dropped (RFC 7606)"
					     : "malformed attribute: its routes count as withdrawn "
					       "(RFC 7606)", reason);
	}
}

void learn_update(struct speaker *speaker, struct neighbor *neighbor, struct reader body)
{
	struct update_context context = session_context(neighbor->session);
	struct update update;

	if (neighbor->heard_by != NEVER)
		neighbor->heard_by = hears_until(speaker, neighbor);
	arena_reset(&speaker->arena);
	update_parse(body, &context, &speaker->arena, &update);
	if (update.flaw_count) {
		session_count_flaws(neighbor->session, update.flaw_count);
		tell_flaws(speaker, neighbor, &update);
	}
	if (update.verdict == UPDATE_RESET) {
		session_fail(neighbor->session, &update.error, 0, speaker->now);
		return;
	}
	withdraw_all(speaker, neighbor, update.withdrawn);
	withdraw_all(speaker, neighbor, update.mp_withdrawn);
	if (update.verdict == UPDATE_AS_WITHDRAW) {
		withdraw_all(speaker, neighbor, update.announced);
		withdraw_all(speaker, neighbor, update.mp_announced);
		return;
	}
	struct attrs attrs = update.attrs;
	if (neighbor->tunnel)           /* the order of the group decides, and our own policy */
		attrs.has_local_pref = false;
	if (!announce_all(speaker, neighbor, update.announced, &attrs))
		return;
	attrs.next_hop = update.mp_next_hop;
	attrs.link_local = update.mp_link_local;
	if (!announce_all(speaker, neighbor, update.mp_announced, &attrs))
		return;
	if (update.end_of_rib != FAMILY_NONE)
		neighbor->heard |= (uint8_t)FAMILY_BIT(update.end_of_rib);
}

/* ---- reload ---- */

/* By the policies of today, from what was received: nothing has to be asked for again. */
static void judge_again(struct speaker *speaker, const struct net *net, struct route *route)
{
	struct neighbor *neighbor = speaker_neighbor_of(speaker, route);
	struct arrival arrival = arrival_of(neighbor, attr_set_received(route->set));
	const struct attr_set *before = route->set, *set;

	count_route(neighbor, route, (uint32_t)-1);
	route->verdict = judge(speaker, &arrival, &net->prefix, &set) & VERDICT_BITS;
	route->set = attr_set_ref(set);
	count_route(neighbor, route, 1);
	arrival_clear(speaker, &arrival);
	attr_sets_drop(&speaker->sets, before);
}

static void renumber_net(struct speaker *speaker, struct net *net, const neighbor_id *ids)
{
	const struct route *first = net->routes;
	const struct attr_set *set = first ? first->set : NULL;
	bool was_accepted = first && first->verdict == IMPORT_ACCEPTED;

	for (struct route *route = net->routes, *next; route; route = next) {
		next = route->next;
		if (route->neighbor == NEIGHBOR_LOCAL)
			continue;
		if (ids)
			route->neighbor = ids[route->neighbor];
		if (route->neighbor)
			judge_again(speaker, net, route);
		else                            /* its neighbor's counters went with it */
			net_remove_route(&speaker->table, net, route, &speaker->sets);
	}
	if (was_accepted && (net->routes != first || first->verdict != IMPORT_ACCEPTED ||
			     first->set != set))
		mark_exports(speaker, net);
}

void learn_renumber(struct speaker *speaker, const neighbor_id *ids)
{
	for (uint32_t id = 0; id < table_end(&speaker->table); id++) {
		struct net *net = table_net(&speaker->table, id);

		if (net)
			renumber_net(speaker, net, ids);
	}
}

/* ---- why ---- */

const char *learn_explain(const struct speaker *speaker, const struct net *net,
			  const struct route *route, char text[POLICY_TEXT])
{
	const struct neighbor *neighbor = speaker_neighbor_of(speaker, route);
	bool was_asked = route->verdict == IMPORT_ACCEPTED || route->verdict == IMPORT_POLICY;
	struct attrs attrs = attr_set_view(attr_set_received(route->set));
	struct arena arena;

	*text = '\0';
	if (!neighbor || !was_asked || neighbor->import.policy == &policy_any)
		return text;
	arena_init(&arena);
	struct import_change change = import_change(&neighbor->import, &net->prefix,
						    session_ibgp(neighbor->session), &arena, &attrs);
	policy_format(neighbor->import.policy, &change.outcome, text);
	arena_clear(&arena);
	return text;
}

/* ---- what we announce ourselves ---- */

void learn_own(struct speaker *speaker, const struct prefix *prefix, const struct attrs *attrs)
{
	const struct attr_set *set = attr_sets_intern(&speaker->sets, attrs);

	put(speaker, NEIGHBOR_LOCAL, prefix, set, IMPORT_ACCEPTED);
	attr_sets_drop(&speaker->sets, set);
}

void learn_forget_own(struct speaker *speaker, const struct prefix *prefix)
{
	struct net *net = table_find(&speaker->table, prefix);
	struct route *route = net ? net_find_route(net, NEIGHBOR_LOCAL) : NULL;

	if (!route)
		return;
	const struct route *was_best = told_best(net);
	drop_route(speaker, net, route);
	reconsider(speaker, net, was_best, NULL);
}

/* ---- sessions ---- */

bool learn_has_heard_all(const struct neighbor *neighbor)
{
	uint8_t families = session_common(neighbor->session)->families;

	return (neighbor->heard & families) == families;
}

void learn_session_up(struct speaker *speaker, struct neighbor *neighbor)
{
	const struct open *open = session_peer_open(neighbor->session);

	neighbor->heard = 0;
	neighbor->has_warned_limit = neighbor->has_hit_limit = neighbor->has_told_large = false;
	neighbor->has_told_slow = false;
	neighbor->heard_by = hears_until(speaker, neighbor);
	/* RFC 4724 4.2: without the F bit its forwarding state is gone, and our copy is worth nothing. */
	if (neighbor->keeps_stale & ~open->capabilities.forwarding_kept) {
		neighbor->keeps_stale &= open->capabilities.forwarding_kept;
		speaker_revisit(speaker);
	}
	neighbor->stale_until = NEVER;
}

/* RFC 4724 4.2: what was stale already is not kept over a second restart.  RFC 8538 4.1: where a
 * NOTIFICATION is no end it is, though not over any number of them. */
static uint8_t epochs_kept(const struct neighbor *neighbor)
{
	bool keeps_older = neighbor->keeps_stale && neighbor->epochs_kept < EPOCHS_MOST &&
			   session_common(neighbor->session)->notification_restart;

	return keeps_older ? (uint8_t)(neighbor->epochs_kept + 1) : 1;
}

void learn_session_down(struct speaker *speaker, struct neighbor *neighbor, uint8_t families_kept)
{
	const struct open *open = session_peer_open(neighbor->session);

	neighbor->epochs_kept = epochs_kept(neighbor);
	neighbor->epoch++;
	refresh_abandon(neighbor);
	neighbor->heard_by = NEVER;
	neighbor->keeps_stale = families_kept;
	neighbor->stale_until = NEVER;
	if (families_kept)
		neighbor->stale_until = speaker->now + SECONDS(open->capabilities.restart_time_s);
	speaker_revisit(speaker);
}

void learn_drop_stale(struct speaker *speaker, struct neighbor *neighbor)
{
	neighbor->keeps_stale = 0;
	neighbor->stale_until = NEVER;
	speaker_revisit(speaker);
}

/* A graceful restart yields to evidence: what led to a peer by a tunnel that is gone is worth nothing. */
bool learn_way_is_there(const struct neighbor *neighbor)
{
	const struct tunnel *tunnel = neighbor->tunnel;

	return !tunnel || (tunnel->liveness.signals[SIGNAL_LINK].state != STATE_DOWN &&
			   tunnel->liveness.signals[SIGNAL_IPSEC].state != STATE_DOWN &&
			   tunnel->liveness.signals[SIGNAL_BFD].state != STATE_DOWN);
}

void learn_look_at_stale(struct speaker *speaker, struct neighbor *neighbor)
{
	if (neighbor->keeps_stale && !learn_way_is_there(neighbor))
		learn_drop_stale(speaker, neighbor);
}

void learn_heard_all(struct speaker *speaker, struct neighbor *neighbor)
{
	neighbor->heard_by = NEVER;
	if (neighbor->tunnel)
		neighbor->tunnel->usual_med = neighbor->tunnel->med;
	learn_drop_stale(speaker, neighbor);
}

/* ---- the walk over all nets ---- */

/* Of a session that is over and not kept, or left out of a refresh of the present one. */
static bool is_dead(const struct neighbor *neighbor, const struct net *net,
		    const struct route *route)
{
	if (route->epoch != neighbor->epoch)
		return !route_is_kept(neighbor, route) ||
		       !(neighbor->keeps_stale & FAMILY_BIT(net->prefix.family));
	return refresh_left_out(neighbor, net, route);
}

static void drop_dead_routes(struct speaker *speaker, struct net *net)
{
	for (struct route *route = net->routes, *next; route; route = next) {
		const struct neighbor *neighbor = speaker_neighbor_of(speaker, route);

		next = route->next;
		if (neighbor && is_dead(neighbor, net, route))
			drop_route(speaker, net, route);
	}
}

static void revisit(struct speaker *speaker, struct net *net)
{
	const struct route *was_best = told_best(net);

	if (!net->routes) {
		if (!bitmap_has(&speaker->sync.adopted, net->id))
			reconsider(speaker, net, NULL, NULL);
		return;
	}
	drop_dead_routes(speaker, net);
	reconsider(speaker, net, was_best, NULL);
}

size_t learn_revisit(struct speaker *speaker, size_t items)
{
	for (; items && speaker->revisit_left; items--, speaker->revisit_left--) {
		if (speaker->revisit_cursor >= speaker->revisit_end)
			speaker->revisit_cursor = 0;
		struct net *net = table_net(&speaker->table, speaker->revisit_cursor++);
		if (net)
			revisit(speaker, net);
		if (speaker->revisit_left == 1)
			refresh_walk_done(speaker);
	}
	return items;
}
