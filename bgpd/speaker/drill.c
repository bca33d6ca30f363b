#include "bgpd/speaker/drill.h"

#include "bgpd/speaker/roles.h"

/* So long, after the tunnel has come back, we wait for both directions to return. */
#define BACK_MOST SECONDS(60)

void drill_init(struct drill *drill)
{
	*drill = (struct drill){ .begun = NEVER };
}

bool drill_is_on(const struct drill *drill)
{
	return drill->begun != NEVER;
}

/* ---- begin ---- */

static bool another_can_carry(const struct tunnel *tunnel)
{
	const struct group *group = tunnel->group;

	for (size_t place = 0; place < group->tunnel_count; place++)
		if (place != tunnel->place && group->tunnels[place].is_trusted &&
		    failover_standing(group->failover, place) <= STANDING_HELD)
			return true;
	return false;
}

static const char *why_not(const struct tunnel *tunnel)
{
	const struct group *group = tunnel->group;

	if (drill_is_on(&group->drill))
		return "a drill of this group is under way";
	if (!tunnel->is_trusted)
		return "the tunnel is not usable, so that there is nothing to take out";
	if (failover_standing(group->failover, tunnel->place) == STANDING_DRAINED)
		return "the tunnel is drained already";
	if (!another_can_carry(tunnel))
		return "no other tunnel of the group can carry the traffic";
	return NULL;
}

static void take_out(struct speaker *speaker, struct tunnel *tunnel)
{
	struct group *group = tunnel->group;

	if (group->drill.cuts) {
		tunnel->is_cut = true;
		roles_report(speaker, group);
	} else {
		failover_drain(group->failover, tunnel->place, speaker->now);
		roles_update(speaker, group);
	}
}

const char *drill_begin(struct speaker *speaker, struct tunnel *tunnel, bool cuts, msec_t time)
{
	struct group *group = tunnel->group;
	const char *refusal = why_not(tunnel);

	if (refusal)
		return refusal;
	group->drill = (struct drill){
		.place = tunnel->place, .cuts = cuts, .was_active = tunnel->role == ROLE_ACTIVE,
		.begun = speaker->now, .ends = speaker->now + time, .reverted = NEVER,
		.left_out = NEVER, .left_in = NEVER, .back_out = NEVER, .back_in = NEVER,
	};
	for (size_t place = 0; place < group->tunnel_count; place++)
		group->drill.from[place] = group->tunnels[place].counters;
	speaker_note(speaker, NOTE_NOTICE, "tunnel", tunnel->config->name,
		     cuts ? "a drill cuts the tunnel" : "a drill drains the tunnel", "operator");
	take_out(speaker, tunnel);
	return NULL;
}

/* ---- the report ---- */

static void add_up(struct link_counters *sum, const struct link_counters *now,
		   const struct link_counters *from)
{
	struct link_counters since = counters_since(now, from);

	sum->rx_bytes += since.rx_bytes;
	sum->tx_bytes += since.tx_bytes;
	sum->rx_packets += since.rx_packets;
	sum->tx_packets += since.tx_packets;
}

struct report {
	struct note_detail details[13];
	size_t count;
};

static void add(struct report *report, const char *name, uint64_t number)
{
	report->details[report->count++] = (struct note_detail){ name, NULL, number };
}

/* Nothing for what was not seen to happen. */
static void add_time(struct report *report, const char *name, msec_t from, msec_t to)
{
	if (to != NEVER)
		add(report, name, (uint64_t)(to - from));
}

static void add_traffic(struct report *report, const struct group *group)
{
	const struct drill *drill = &group->drill;
	struct link_counters own = { 0 }, others = { 0 };

	for (size_t place = 0; place < group->tunnel_count; place++)
		add_up(place == drill->place ? &own : &others, &group->tunnels[place].counters,
		       &drill->from[place]);
	add(report, "rx_bytes", own.rx_bytes);
	add(report, "tx_bytes", own.tx_bytes);
	add(report, "rx_packets", own.rx_packets);
	add(report, "tx_packets", own.tx_packets);
	add(report, "others_rx_bytes", others.rx_bytes);
	add(report, "others_tx_bytes", others.tx_bytes);
	add(report, "others_rx_packets", others.rx_packets);
	add(report, "others_tx_packets", others.tx_packets);
}

static const char *outcome(const struct drill *drill)
{
	if (!drill->was_active)
		return "drill is over, the tunnel carried nothing";
	if (drill->left_out == NEVER || drill->left_in == NEVER)
		return drill->left_out == NEVER ? "drill is over, our own direction has not moved"
						: "drill is over, the far side has not moved";
	return drill->back_out == NEVER ? "drill is over, both directions have moved, ours is not back"
					: "drill is over, both directions have moved and are back";
}

static void report(struct speaker *speaker, struct group *group)
{
	const struct drill *drill = &group->drill;
	struct report report = { .count = 0 };

	add_time(&report, "away_out_ms", drill->begun, drill->left_out);
	add_time(&report, "away_in_ms", drill->begun, drill->left_in);
	add_time(&report, "back_out_ms", drill->reverted, drill->back_out);
	add_time(&report, "back_in_ms", drill->reverted, drill->back_in);
	add(&report, "lost_ms", (uint64_t)drill->lost);
	add_traffic(&report, group);
	struct note note = {
		.level = NOTE_NOTICE, .kind = "drill",
		.subject = group->tunnels[drill->place].config->name, .text = outcome(drill),
		.reason = drill->cuts ? "cut" : "drained",
		.duration_ms = drill->reverted - drill->begun,
		.details = report.details, .detail_count = report.count,
	};
	speaker->journal->note(speaker->journal, &note, speaker->now);
	drill_init(&group->drill);
}

/* ---- the end ---- */

static void revert(struct speaker *speaker, struct group *group)
{
	struct drill *drill = &group->drill;
	struct tunnel *tunnel = &group->tunnels[drill->place];

	drill->reverted = speaker->now;
	speaker_note(speaker, NOTE_NOTICE, "tunnel", tunnel->config->name,
		     "the drill gives the tunnel back", NULL);
	tunnel->is_cut = false;
	roles_report(speaker, group);
	/* Nothing was wrong with it: no hold. */
	failover_resume(group->failover, drill->place, speaker->now);
	roles_update(speaker, group);
}

bool drill_end(struct speaker *speaker, struct tunnel *tunnel)
{
	struct group *group = tunnel->group;

	if (!tunnel_is_drilled(tunnel))
		return false;
	revert(speaker, group);
	return true;
}

void drill_give_up(struct speaker *speaker, struct group *group)
{
	if (!drill_is_on(&group->drill))
		return;
	drill_end(speaker, &group->tunnels[group->drill.place]);
	report(speaker, group);
}

msec_t drill_deadline(const struct group *group)
{
	const struct drill *drill = &group->drill;

	if (!drill_is_on(drill))
		return NEVER;
	return drill->reverted == NEVER ? drill->ends : drill->reverted + BACK_MOST;
}

void drill_tick(struct speaker *speaker, struct group *group)
{
	if (drill_deadline(group) > speaker->now)
		return;
	if (group->drill.reverted == NEVER)
		revert(speaker, group);
	else
		report(speaker, group);
}

/* ---- what is seen meanwhile ---- */

/* Whether probes say that what carries traffic now does not. */
static bool is_losing(const struct group *group)
{
	static const enum signal_kind probes[] = { SIGNAL_ACK, SIGNAL_PING, SIGNAL_BFD, SIGNAL_BGP };
	bool any_carries = false;

	for (size_t place = 0; place < group->tunnel_count; place++) {
		const struct tunnel *tunnel = &group->tunnels[place];

		if (tunnel->role != ROLE_ACTIVE)
			continue;
		any_carries = true;
		for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
			if (tunnel->liveness.signals[probes[i]].state == STATE_DOWN)
				return true;
	}
	return !any_carries;
}

static void see(msec_t *at, bool is_so, msec_t now)
{
	if (*at == NEVER && is_so)
		*at = now;
}

void drill_look(struct speaker *speaker, struct group *group, msec_t interval)
{
	struct drill *drill = &group->drill;
	struct tunnel *tunnel = drill_is_on(drill) ? &group->tunnels[drill->place] : NULL;

	if (!tunnel)
		return;
	bool carries = tunnel->role == ROLE_ACTIVE;
	drill->lost += is_losing(group) ? interval : 0;
	if (drill->reverted == NEVER) {
		see(&drill->left_out, !carries && rate_is_quiet(tunnel->rate.tx_bytes, interval),
		    speaker->now);
		see(&drill->left_in, !carries && rate_is_quiet(tunnel->rate.rx_bytes, interval),
		    speaker->now);
		if (!another_can_carry(tunnel))
			revert(speaker, group);
		return;
	}
	see(&drill->back_out, carries, speaker->now);
	see(&drill->back_in, !rate_is_quiet(tunnel->rate.rx_bytes, interval), speaker->now);
	if (!drill->was_active || (drill->back_out != NEVER && drill->back_in != NEVER))
		report(speaker, group);
}
