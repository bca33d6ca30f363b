#include "bgpd/speaker/handover.h"

#include <stdio.h>

/* More than what keeps the session and its probes alive. */
#define FOLLOWED_BYTES 2000

/* So long a far side may take to follow us; its hold timer may be longer, but nobody waits for it. */
#define FOLLOW_MOST SECONDS(60)

void handover_init(struct handover *handover)
{
	*handover = (struct handover){ .failed_at = NEVER, .moved_at = NEVER, .followed_at = NEVER };
}

bool handover_is_open(const struct handover *handover)
{
	return handover->failed_at != NEVER;
}

/* The oldest evidence that still speaks against the tunnel and came while it carried traffic, required
 * or not: the one that would have been enough. */
static void find_first(const struct tunnel *tunnel, struct handover *handover)
{
	handover->first = SIGNAL_KINDS;
	for (enum signal_kind kind = 0; kind < SIGNAL_KINDS; kind++) {
		const struct signal *signal = &tunnel->liveness.signals[kind];

		if (signal->state != STATE_DOWN || signal->since < tunnel->role_since)
			continue;
		if (handover->first == SIGNAL_KINDS || signal->since < handover->first_at) {
			handover->first = kind;
			handover->first_at = signal->since;
		}
	}
}

static void add_packets(struct note_detail *details, size_t *count, const char *const names[2],
			const struct tunnel *tunnel, const struct link_counters *before)
{
	struct link_counters since = counters_since(&tunnel->counters, before);

	details[(*count)++] = (struct note_detail){ names[0], NULL, since.rx_packets };
	details[(*count)++] = (struct note_detail){ names[1], NULL, since.tx_packets };
}

static void tell(struct speaker *speaker, struct group *group)
{
	static const char *const from_names[] = { "from_rx_packets", "from_tx_packets" };
	static const char *const to_names[] = { "to_rx_packets", "to_tx_packets" };
	const struct handover *handover = &group->handover;
	const struct tunnel *from = &group->tunnels[handover->from];
	const struct tunnel *to = &group->tunnels[handover->to];
	struct note_detail details[7];
	size_t count = 0;

	if (handover->first != SIGNAL_KINDS) {
		details[count++] = (struct note_detail){
			"first_signal", signal_kind_name(handover->first), 0 };
		details[count++] = (struct note_detail){
			"first_seen_ms", NULL, (uint64_t)(handover->moved_at - handover->first_at) };
	}
	if (handover->followed_at != NEVER)
		details[count++] = (struct note_detail){
			"far_side_ms", NULL, (uint64_t)(handover->followed_at - handover->moved_at) };
	add_packets(details, &count, from_names, from, &handover->from_before);
	if (from != to)
		add_packets(details, &count, to_names, to, &handover->to_before);
	struct note note = {
		.level = NOTE_NOTICE, .kind = "failover", .subject = group->config->name,
		.text = handover->followed_at == NEVER
			? "traffic has moved, none has been seen to return there"
			: "traffic has moved in both directions",
		.from = from->config->name, .to = to->config->name, .reason = handover->reason,
		.duration_ms = handover->moved_at - handover->failed_at,
		.details = details, .detail_count = count,
	};
	speaker->journal->note(speaker->journal, &note, speaker->now);
}

static void end(struct speaker *speaker, struct group *group)
{
	if (handover_is_open(&group->handover) && group->handover.moved_at != NEVER)
		tell(speaker, group);
	handover_init(&group->handover);
}

void handover_begin(struct speaker *speaker, struct tunnel *failed, const char *reason)
{
	struct handover *handover = &failed->group->handover;

	end(speaker, failed->group);
	failed->group->failovers++;
	handover->failed_at = speaker->now;
	handover->from = failed->place;
	handover->from_before = failed->counters;
	snprintf(handover->reason, sizeof(handover->reason), "%s", reason ? reason : "");
	find_first(failed, handover);
}

void handover_move(struct speaker *speaker, struct group *group)
{
	struct handover *handover = &group->handover;

	if (!handover_is_open(handover) || handover->moved_at != NEVER)
		return;
	for (size_t place = 0; place < group->tunnel_count; place++) {
		if (group->tunnels[place].role != ROLE_ACTIVE)
			continue;
		handover->moved_at = speaker->now;
		handover->to = place;
		handover->to_before = group->tunnels[place].counters;
		return;
	}
}

void handover_look(struct speaker *speaker, struct group *group)
{
	struct handover *handover = &group->handover;

	if (!handover_is_open(handover) || handover->moved_at == NEVER)
		return;
	struct link_counters since = counters_since(&group->tunnels[handover->to].counters,
						    &handover->to_before);
	if (since.rx_bytes >= FOLLOWED_BYTES)
		handover->followed_at = speaker->now;
	if (handover->followed_at != NEVER || speaker->now - handover->moved_at >= FOLLOW_MOST)
		end(speaker, group);
}
