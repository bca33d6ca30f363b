#include "tests/sim/sim_cloud.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/wire/notification.h"
#include "tests/sim/sim.h"

#define ALL_TUNNELS ((1u << SIM_TUNNELS) - 1)

/* ---- rules: the lowest rank goes on, the others are out ---- */

typedef int64_t cloud_rule(const struct sim *sim, size_t tunnel, const struct hearing *hearing);

/* AWS: "tunnel endpoint health" goes before the attributes. */
static int64_t endpoint_health(const struct sim *sim, size_t tunnel, const struct hearing *hearing)
{
	(void)hearing;
	return sim->cloud.ends[tunnel].is_maintained;
}

static int64_t as_path(const struct sim *sim, size_t tunnel, const struct hearing *hearing)
{
	(void)sim, (void)tunnel;
	return hearing->path_length;
}

static int64_t origin(const struct sim *sim, size_t tunnel, const struct hearing *hearing)
{
	(void)sim, (void)tunnel;
	return hearing->origin;
}

static int64_t med(const struct sim *sim, size_t tunnel, const struct hearing *hearing)
{
	(void)sim, (void)tunnel;
	return hearing->med;
}

/* The tunnel in the role "active" (Alibaba), the smaller address (IBM), the primary one (AWS), "arbitrary
 * but stable" (OCI), the smallest identifier (RFC 4271 9.1.2.2 f). */
static int64_t own_preference(const struct sim *sim, size_t tunnel, const struct hearing *hearing)
{
	(void)hearing;
	return tunnel == sim->cloud.primary ? 0 : 1 + (int64_t)tunnel;
}

enum over_limit { IGNORES_THE_REST, RESETS, SHUTS_FOR_GOOD };

/* Rules end with NULL.  Of the tunnels that are left then all are used, or the favourite one, unless
 * multipath is switched on. */
struct cloud_kind {
	const char *name;
	uint16_t hold_time_s, keepalive_s;
	msec_t dead_peer;               /* its dead peer detection; NEVER: the hold timer alone */
	msec_t idle;                    /* drops a tunnel that is silent for so long; NEVER: does not */
	uint32_t limit;                 /* prefixes of a session; 0: none known */
	enum over_limit over_limit;
	uint32_t unique_limit;          /* of all sessions: the longest masks are left out; 0: none */
	bool sees_the_way;
	bool helps_to_restart, knows_notification_restart;      /* RFC 4724, RFC 8538 */
	uint32_t med_of_primary, med_of_others;         /* 0: sends none */
	bool uses_one;
	cloud_rule *rules[5];
};

static const struct cloud_kind lab = {
	.name = "lab", .hold_time_s = 90, .dead_peer = NEVER, .idle = NEVER, .sees_the_way = true,
	.uses_one = true, .rules = { as_path, med },
};

static const struct cloud_kind kinds[] = {
	{
		.name = "aws-vgw", .hold_time_s = 30, .dead_peer = SECONDS(30), .idle = SECONDS(10),
		.limit = 100, .over_limit = RESETS, .med_of_primary = 100, .med_of_others = 200,
		.uses_one = true, .rules = { endpoint_health, as_path, med },
	}, {
		.name = "aws-tgw", .hold_time_s = 30, .dead_peer = SECONDS(30), .idle = SECONDS(10),
		.limit = 1000, .over_limit = RESETS, .med_of_primary = 100, .med_of_others = 200,
		.uses_one = true, .rules = { endpoint_health, as_path, med },
	}, {
		.name = "azure", .hold_time_s = 180, .keepalive_s = 60, .dead_peer = SECONDS(45),
		.idle = NEVER, .limit = 4000, .over_limit = RESETS,
		.rules = { as_path },
	}, {
		.name = "gcp-legacy", .hold_time_s = 60, .keepalive_s = 20, .dead_peer = NEVER,
		.idle = NEVER, .limit = 5000, .over_limit = RESETS, .unique_limit = 250,
		.helps_to_restart = true, .med_of_primary = 100, .med_of_others = 100,
		.rules = { med },
	}, {
		.name = "gcp-standard", .hold_time_s = 60, .keepalive_s = 20, .dead_peer = NEVER,
		.idle = NEVER, .limit = 5000, .over_limit = RESETS, .unique_limit = 250,
		.helps_to_restart = true, .med_of_primary = 100, .med_of_others = 100,
		.rules = { as_path, origin, med },
	}, {
		.name = "alibaba", .hold_time_s = 90, .dead_peer = NEVER, .idle = NEVER,
		.limit = 50, .over_limit = IGNORES_THE_REST,
		.uses_one = true,
	}, {
		.name = "oci", .hold_time_s = 90, .dead_peer = NEVER, .idle = NEVER,
		.uses_one = true, .rules = { as_path },
	}, {
		.name = "ibm", .hold_time_s = 90, .dead_peer = SECONDS(10), .idle = NEVER,
		.limit = 120, .over_limit = SHUTS_FOR_GOOD,
		.uses_one = true,
	}, {
		.name = "generic", .hold_time_s = 90, .dead_peer = NEVER, .idle = NEVER,
		.helps_to_restart = true, .knows_notification_restart = true,
		.uses_one = true, .rules = { as_path, origin, med },
	},
};

const char *cloud_name_at(size_t index)
{
	return index < sizeof(kinds) / sizeof(kinds[0]) ? kinds[index].name : NULL;
}

void cloud_init(struct sim_cloud *cloud)
{
	*cloud = (struct sim_cloud){ .kind = &lab };
	for (size_t i = 0; i < SIM_TUNNELS; i++)
		cloud->ends[i].cut_since = NEVER;
}

/* ---- beginning ---- */

static const struct cloud_kind *kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	fprintf(stderr, "sim: there is no cloud %s\n", name);
	abort();
}

static void become_peer(struct sim *sim, size_t tunnel, const struct cloud_kind *kind)
{
	const struct provider *provider = sim->plan.group.provider;
	struct tunnel_config *config = &sim->plan.tunnels[tunnel];
	struct sim_peer *peer = &sim->peers[tunnel];
	uint16_t third = provider->hold_time_s / 3;

	config->session.hold_time_s = provider->hold_time_s;
	config->session.keepalive_s = provider->keepalive_s < third ? provider->keepalive_s : third;
	config->session.asn = provider->asn ? provider->asn : config->session.asn;
	config->required_signals |= SIGNAL_BIT(SIGNAL_ACK);
	peer->params.local_asn = config->session.asn;
	peer->params.hold_time_s = kind->hold_time_s;
	peer->params.keepalive_s = kind->keepalive_s;
	peer->params.graceful_restart = peer->keeps_hearings = kind->helps_to_restart;
	peer->knows_no_notification_restart = !kind->knows_notification_restart;
}

void cloud_become(struct sim *sim, const char *name, enum group_mode mode)
{
	struct group_config *group = &sim->plan.group;

	sim->cloud.kind = kind_of(name);
	sim->cloud.has_multipath = mode == MODE_ECMP;
	group->provider = provider_find(name);
	group->failover.mode = mode;
	group->budget = group->provider->budget;
	group->budget_warn = group->provider->budget_warn;
	for (size_t i = 0; i < SIM_TUNNELS; i++)
		become_peer(sim, i, sim->cloud.kind);
}

void cloud_announce(struct sim *sim)
{
	const struct cloud_kind *kind = sim->cloud.kind;

	for (size_t i = 0; i < sim->plan.tunnel_count; i++) {
		uint32_t value = i == sim->cloud.primary ? kind->med_of_primary : kind->med_of_others;
		char text[80] = "10.50.0.0/16";

		if (value)
			snprintf(text, sizeof(text), "10.50.0.0/16 med %u", value);
		sim_announce(sim, sim->peers[i].name, text);
	}
}

/* ---- choosing ---- */

/* GCP: of all that is learned the shortest masks come first, then the smallest addresses. */
static bool comes_before(const struct prefix *a, const struct prefix *b)
{
	if (a->length != b->length)
		return a->length < b->length;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) < 0;
}

static bool is_told_before(const struct sim *sim, size_t tunnel, const struct prefix *prefix)
{
	for (size_t i = 0; i < tunnel; i++)
		if (peer_hears(&sim->peers[i], prefix))
			return true;
	return false;
}

static bool is_left_out(const struct sim *sim, const struct prefix *prefix)
{
	uint32_t before = 0;

	if (!sim->cloud.kind->unique_limit)
		return false;
	for (size_t i = 0; i < SIM_TUNNELS; i++) {
		const struct sim_peer *peer = &sim->peers[i];

		for (size_t k = 0; k < peer->hearing_count; k++)
			before += comes_before(&peer->hearings[k].prefix, prefix) &&
				  !is_told_before(sim, i, &peer->hearings[k].prefix);
	}
	return before >= sim->cloud.kind->unique_limit;
}

static bool is_open(const struct sim *sim, size_t tunnel)
{
	if (sim->cloud.kind->sees_the_way)
		return sim_path_is_there(&sim->peers[tunnel]);
	return !sim->cloud.ends[tunnel].is_dead;
}

/* Longest prefix first, of all tunnels.  -1: it knows none. */
static int longest_match(const struct sim *sim, size_t tunnel, const struct address *to)
{
	const struct sim_peer *peer = &sim->peers[tunnel];
	int longest = -1;

	for (size_t i = 0; is_open(sim, tunnel) && i < peer->hearing_count; i++) {
		const struct prefix *prefix = &peer->hearings[i].prefix;

		if (prefix_contains_address(prefix, to) && prefix->length > longest &&
		    !is_left_out(sim, prefix))
			longest = prefix->length;
	}
	return longest;
}

static unsigned int eliminate(const struct sim *sim, unsigned int left, cloud_rule *rule,
			      const struct prefix *prefix)
{
	int64_t best = INT64_MAX;
	unsigned int kept = 0;

	for (size_t i = 0; i < SIM_TUNNELS; i++) {
		if (!(left & 1u << i))
			continue;
		int64_t rank = rule(sim, i, peer_hears(&sim->peers[i], prefix));
		if (rank < best)
			kept = 0;
		if (rank <= best)
			kept |= 1u << i;
		best = rank < best ? rank : best;
	}
	return kept;
}

unsigned int cloud_choice(struct sim *sim, const struct address *to)
{
	unsigned int left = 0;
	int longest = -1, length;

	for (size_t i = 0; i < SIM_TUNNELS; i++)
		if ((length = longest_match(sim, i, to)) > longest)
			longest = length;
	if (longest < 0)
		return 0;
	struct prefix prefix = prefix_of(to, (uint8_t)longest);
	for (size_t i = 0; i < SIM_TUNNELS; i++)
		if (is_open(sim, i) && peer_hears(&sim->peers[i], &prefix))
			left |= 1u << i;
	for (cloud_rule *const *rule = sim->cloud.kind->rules; *rule; rule++)
		left = eliminate(sim, left, *rule, &prefix);
	if (sim->cloud.kind->uses_one && !sim->cloud.has_multipath)
		left = eliminate(sim, left, own_preference, &prefix);
	return left & ALL_TUNNELS;
}

unsigned int cloud_sends_by(struct sim *sim)
{
	struct address to = prefix_address(&sim->plan.announce[0].prefix);

	return cloud_choice(sim, &to);
}

/* ---- what it does by itself ---- */

/* Its probes go there and the answers back. */
static bool is_answered(const struct sim_peer *peer)
{
	return !peer->loses[GATEWAY] && !peer->loses[PEER];
}

static void lose_end(struct sim *sim, size_t tunnel, const char *why)
{
	sim->cloud.ends[tunnel].is_dead = true;
	if (sim->peers[tunnel].session)
		session_abandon(sim->peers[tunnel].session, why, sim->now);
}

static bool detect_dead_peer(struct sim *sim, size_t tunnel)
{
	struct cloud_end *end = &sim->cloud.ends[tunnel];

	if (is_answered(&sim->peers[tunnel])) {
		*end = (struct cloud_end){ .cut_since = NEVER, .is_maintained = end->is_maintained };
		return false;
	}
	if (end->cut_since == NEVER)
		end->cut_since = sim->now;
	if (end->is_dead || sim->cloud.kind->dead_peer == NEVER ||
	    sim->now - end->cut_since < sim->cloud.kind->dead_peer)
		return false;
	lose_end(sim, tunnel, "dead peer");
	return true;
}

static bool is_established(const struct sim_peer *peer)
{
	return peer->session && session_state(peer->session) == SESSION_ESTABLISHED;
}

static msec_t idle_at(const struct sim *sim, size_t tunnel)
{
	const struct sim_peer *peer = &sim->peers[tunnel];

	if (sim->cloud.kind->idle == NEVER || !is_established(peer) || !sim_path_is_there(peer))
		return NEVER;
	return peer->last_heard + sim->cloud.kind->idle;
}

/* Where nothing can be heard it is not the gateway that is idle. */
static bool drop_idle(struct sim *sim, size_t tunnel)
{
	if (!sim_path_is_there(&sim->peers[tunnel]))
		sim->peers[tunnel].last_heard = sim->now;
	if (idle_at(sim, tunnel) > sim->now)
		return false;
	sim->cloud.idle_drops++;
	session_abandon(sim->peers[tunnel].session, "idle", sim->now);
	return true;
}

static bool enforce_limit(struct sim *sim, size_t tunnel)
{
	const struct notification why = { .code = NOTIFY_CEASE, .subcode = CEASE_MAX_PREFIXES };
	const struct cloud_kind *kind = sim->cloud.kind;
	struct sim_peer *peer = &sim->peers[tunnel];

	if (!kind->limit || peer->hearing_count <= kind->limit || !is_established(peer) ||
	    kind->over_limit == IGNORES_THE_REST)
		return false;
	sim->cloud.limit_resets++;
	session_fail(peer->session, &why, kind->over_limit == SHUTS_FOR_GOOD ? NEVER : 0, sim->now);
	return true;
}

static bool forget_stale(struct sim *sim, struct sim_peer *peer)
{
	if (peer->stale_until > sim->now)
		return false;
	peer_drop_stale(peer);
	return true;
}

bool cloud_look(struct sim *sim)
{
	struct sim_cloud *cloud = &sim->cloud;
	bool did = false;

	for (size_t i = 0; i < SIM_TUNNELS; i++)
		did |= detect_dead_peer(sim, i) || drop_idle(sim, i) || enforce_limit(sim, i) ||
		       forget_stale(sim, &sim->peers[i]);
	unsigned int choice = cloud_sends_by(sim);
	cloud->moves += choice != cloud->choice;
	cloud->choice = choice;
	return did;
}

msec_t cloud_deadline(const struct sim *sim)
{
	msec_t deadline = NEVER;

	for (size_t i = 0; i < SIM_TUNNELS; i++) {
		const struct cloud_end *end = &sim->cloud.ends[i];

		deadline = sooner(deadline, sooner(idle_at(sim, i), sim->peers[i].stale_until));
		if (end->cut_since != NEVER && !end->is_dead && sim->cloud.kind->dead_peer != NEVER)
			deadline = sooner(deadline, end->cut_since + sim->cloud.kind->dead_peer);
	}
	return deadline;
}

/* ---- what happens ---- */

void cloud_delete_sa(struct sim *sim, size_t tunnel)
{
	sim_silence(sim, sim->peers[tunnel].name);
	lose_end(sim, tunnel, "SA deleted");
	sim_say_ipsec(sim, sim->peers[tunnel].name, STATE_DOWN);
}

void cloud_install_sa(struct sim *sim, size_t tunnel)
{
	sim_mend(sim, sim->peers[tunnel].name);
	sim_say_ipsec(sim, sim->peers[tunnel].name, STATE_UP);
}

bool cloud_says_by_med(const struct sim *sim)
{
	return sim->cloud.kind->med_of_primary != sim->cloud.kind->med_of_others;
}

void cloud_prefer(struct sim *sim, size_t tunnel)
{
	sim->cloud.primary = tunnel;
	cloud_announce(sim);
}

void cloud_begin_maintenance(struct sim *sim, size_t tunnel)
{
	sim->cloud.ends[tunnel].is_maintained = true;
	cloud_prefer(sim, tunnel == 0);
}

void cloud_end_maintenance(struct sim *sim, size_t tunnel)
{
	sim->cloud.ends[tunnel].is_maintained = false;
	cloud_prefer(sim, 0);
}
