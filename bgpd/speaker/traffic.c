#include "bgpd/speaker/traffic.h"

#include "bgpd/speaker/announce.h"
#include "bgpd/speaker/drill.h"
#include "bgpd/speaker/handover.h"
#include "bgpd/speaker/hint.h"
#include "bgpd/speaker/roles.h"
#include "bgpd/wire/as_path.h"

/* Inbound traffic has moved when the tunnel has this many times what all others have. */
#define MOVED_RATIO 10
#define MOVED_BYTES 2000

/* A drained tunnel is quiet after so long: a stalled connection is silent for a moment, too. */
#define QUIET_TIME SECONDS(1)

/* So often in turn must the directions be seen apart before anybody is told. */
#define ASYMMETRIC_LOOKS 3

static void judge_settling(struct speaker *speaker, struct group *group)
{
	uint64_t target = 0, others = 0;

	for (size_t place = 0; place < group->tunnel_count; place++) {
		if (failover_announced(group->failover, place) == ROLE_ACTIVE)
			target += group->tunnels[place].rate.rx_bytes;
		else
			others += group->tunnels[place].rate.rx_bytes;
	}
	if (target < MOVED_BYTES || target < others * MOVED_RATIO)
		return;
	failover_settled(group->failover, speaker->now);
	roles_update(speaker, group);
}

/* ---- drained tunnels ---- */

static bool is_quiet(const struct tunnel *tunnel, msec_t interval)
{
	return tunnel->role != ROLE_ACTIVE && rate_is_quiet(tunnel->rate.rx_bytes, interval) &&
	       rate_is_quiet(tunnel->rate.tx_bytes, interval);
}

static void tell_quiet(struct speaker *speaker, struct tunnel *tunnel)
{
	struct link_counters since = counters_since(&tunnel->counters, &tunnel->drained_from);
	const struct note_detail details[] = {
		{ "rx_packets", NULL, since.rx_packets },
		{ "tx_packets", NULL, since.tx_packets },
	};
	struct note note = {
		.level = NOTE_NOTICE, .kind = "drain", .subject = tunnel->config->name,
		.text = "tunnel is quiet, both directions have left it",
		.duration_ms = tunnel->quiet_since - tunnel->drained_at,
		.details = details, .detail_count = 2,
	};

	speaker->journal->note(speaker->journal, &note, speaker->now);
	tunnel->drained_at = tunnel->quiet_since = NEVER;
}

static void judge_drained(struct speaker *speaker, struct tunnel *tunnel, msec_t interval)
{
	if (tunnel->drained_at == NEVER)
		return;
	if (!is_quiet(tunnel, interval))
		tunnel->quiet_since = NEVER;
	else if (tunnel->quiet_since == NEVER)
		tunnel->quiet_since = speaker->now - interval;
	if (tunnel->quiet_since != NEVER && speaker->now - tunnel->quiet_since >= QUIET_TIME)
		tell_quiet(speaker, tunnel);
}

/* ---- symmetry ---- */

/* A prefix that the far side has heard on the tunnels that carry our direction: how it would choose. */
static const struct net *find_sample(const struct speaker *speaker, const struct group *group)
{
	for (size_t place = 0; place < group->tunnel_count; place++) {
		const struct tunnel *tunnel = &group->tunnels[place];
		uint32_t id = bitmap_next(&tunnel->neighbor->sent, 0);

		if (tunnel->role == ROLE_ACTIVE && id != BITMAP_END)
			return table_net(&speaker->table, id);
	}
	return NULL;
}

/* What the far side compares, a policy's changes included; without a sample what the role says. */
static void look_at_announced(struct speaker *speaker, struct tunnel *tunnel,
			      const struct net *sample)
{
	struct policy_outcome outcome;
	struct attrs attrs;

	tunnel->told_path = 1u + tunnel->steering.prepend;
	tunnel->told_med = tunnel->steering.sends_med ? tunnel->steering.med : 0;
	if (!sample || !bitmap_has(&tunnel->neighbor->sent, sample->id))
		return;
	arena_reset(&speaker->arena);
	if (announce_judge(speaker, tunnel->neighbor, sample, &speaker->arena, &attrs,
			   &outcome) != EXPORT_ANNOUNCED)
		return;
	tunnel->told_path = as_path_hops(attrs.as_path);
	tunnel->told_med = attrs.has_med ? attrs.med : 0;
}

/* The far side has closed the session itself, and knows. */
static bool has_said_goodbye(const struct neighbor *neighbor)
{
	const struct session_error *error = session_last_error(neighbor->session);

	return !neighbor_is_up(neighbor) && error && !error->sent &&
	       error->notification.code != NOTIFY_NONE;
}

static bool is_believed(const struct tunnel *tunnel)
{
	return !tunnel->liveness.usable && tunnel->neighbor->held_there_until != NEVER &&
	       !has_said_goodbye(tunnel->neighbor);
}

/* The tunnels that carry prefixes now: of each chain the one that has it. */
static void find_carriers(const struct chains *chains, const struct group *group,
			  struct symmetry_tunnel *tunnels)
{
	for (chain_number number = 1; number < chains->chain_end; number++) {
		const struct chain *chain = chains_at(chains, number);

		if (!chain || chain->is_ecmp || !chain->nets || !chain->kernel_count)
			continue;
		const struct egress *egress = chains_egress(chains, chain->kernel[0].egress);
		for (size_t place = 0; egress && place < group->tunnel_count; place++)
			tunnels[place].has_prefixes |=
				group->tunnels[place].number == egress->tunnel;
	}
}

static struct symmetry_tunnel as_seen(const struct tunnel *tunnel, msec_t interval)
{
	return (struct symmetry_tunnel){
		.name = tunnel->config->name,
		.is_usable = tunnel->liveness.usable,
		.is_active = tunnel->role == ROLE_ACTIVE,
		.is_believed = is_believed(tunnel),
		.path_length = tunnel->told_path,
		.med = tunnel->told_med,
		.bytes_in = tunnel->rate.rx_bytes * 1000 / (uint64_t)interval,
		.bytes_out = tunnel->rate.tx_bytes * 1000 / (uint64_t)interval,
	};
}

static void tell_symmetry(struct speaker *speaker, struct group *group)
{
	bool is_wrong = group->symmetry.verdict == SYMMETRY_ASYMMETRIC;

	if (is_wrong || group->told_symmetry == SYMMETRY_ASYMMETRIC)
		speaker_note(speaker, is_wrong ? NOTE_WARNING : NOTE_NOTICE, "symmetry",
			     group->config->name,
			     is_wrong ? "both directions do not use the same tunnel"
				      : "both directions use the same tunnel again",
			     group->symmetry.cause);
	group->told_symmetry = group->symmetry.verdict;
}

static void judge_symmetry(struct speaker *speaker, struct group *group, msec_t interval)
{
	const struct net *sample = find_sample(speaker, group);
	struct symmetry_tunnel tunnels[CHAIN_WIDTH] = { 0 };

	for (size_t place = 0; place < group->tunnel_count; place++) {
		struct tunnel *tunnel = &group->tunnels[place];

		if (tunnel->liveness.usable)
			look_at_announced(speaker, tunnel, sample);
		tunnels[place] = as_seen(tunnel, interval);
	}
	find_carriers(&speaker->sync.chains, group, tunnels);
	group->symmetry = symmetry_judge(group->config->provider, tunnels, group->tunnel_count);
	if (group->symmetry.verdict == SYMMETRY_ASYMMETRIC)
		group->asymmetric_looks++;
	else
		group->asymmetric_looks = 0;
	if (group->symmetry.verdict == group->told_symmetry ||
	    group->symmetry.verdict == SYMMETRY_UNDETERMINED ||
	    (group->asymmetric_looks && group->asymmetric_looks < ASYMMETRIC_LOOKS))
		return;
	tell_symmetry(speaker, group);
}

/* For so long it must arrive on one other tunnel, and on that alone, before we follow. */
#define FOLLOW_AFTER SECONDS(10)

static void follow(struct speaker *speaker, struct group *group)
{
	group->followed = group->inbound;
	speaker_note(speaker, NOTE_NOTICE, "symmetry", group->config->name,
		     "our own direction follows the traffic that returns",
		     group->tunnels[group->inbound].config->name);
	hint_look(speaker, group);
}

static void judge_inbound(struct speaker *speaker, struct group *group)
{
	size_t in = group->symmetry.observed_in;

	if (!group->config->follows_inbound)
		return;
	if (in != group->inbound) {
		group->inbound = in;
		group->inbound_since = speaker->now;
	}
	if (in == SYMMETRY_NONE || in == group->followed || !group->tunnels[in].is_trusted ||
	    failover_standing(group->failover, in) == STANDING_DRAINED ||
	    group->tunnels[in].role == ROLE_ACTIVE)
		return;
	if (speaker->now - group->inbound_since >= FOLLOW_AFTER)
		follow(speaker, group);
}

/* ---- counting ---- */

/* The last one of the group that has counters at all. */
static bool is_last(const struct group *group, const struct tunnel *tunnel)
{
	for (size_t place = tunnel->place + 1; place < group->tunnel_count; place++)
		if (group->tunnels[place].link.ifindex)
			return false;
	return true;
}

static void look(struct speaker *speaker, struct group *group)
{
	msec_t interval = speaker->now - group->looked_at;
	bool is_mixed = group->has_moved;

	group->looked_at = speaker->now;
	group->has_moved = false;
	hint_look(speaker, group);
	handover_look(speaker, group);
	drill_look(speaker, group, interval);
	for (size_t place = 0; place < group->tunnel_count; place++)
		judge_drained(speaker, &group->tunnels[place], interval);
	if (failover_is_settling(group->failover))
		judge_settling(speaker, group);
	/* An interval within which roles have changed tells of both. */
	if (is_mixed || failover_is_settling(group->failover))
		group->symmetry = symmetry_unsettled();
	else if (interval > 0)
		judge_symmetry(speaker, group, interval);
	judge_inbound(speaker, group);
}

void traffic_count(struct speaker *speaker, struct tunnel *tunnel, const struct link_counters *now)
{
	tunnel->rate = counters_since(now, tunnel->has_counters ? &tunnel->counters : now);
	tunnel->counters = *now;
	tunnel->has_counters = true;
	if (is_last(tunnel->group, tunnel))
		look(speaker, tunnel->group);
}

bool traffic_is_waited_for(const struct group *group)
{
	if (failover_is_settling(group->failover) || handover_is_open(&group->handover) ||
	    drill_is_on(&group->drill))
		return true;
	for (size_t place = 0; place < group->tunnel_count; place++)
		if (group->tunnels[place].drained_at != NEVER)
			return true;
	return false;
}
