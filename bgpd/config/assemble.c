#include "bgpd/config/assemble.h"

#include "bgpd/config/assemble_policy.h"
#include "policy/liveness.h"

#define REVERT_DELAY_MAX SECONDS(600)
#define STARTUP_WAIT     SECONDS(30)

/* What is true of an object by itself, whatever stands around it. */
static const struct setting *own(const struct settings *settings, enum key_id id)
{
	const struct setting *setting = &settings->at[id];

	return setting->is_given ? setting : NULL;
}

static struct address address_or_none(const struct settings *settings, enum key_id id)
{
	const struct setting *setting = own(settings, id);

	return setting ? setting->address : (struct address){ 0 };
}

static const char *text_or_none(const struct settings *settings, enum key_id id)
{
	const struct setting *setting = own(settings, id);

	return setting ? setting->text : NULL;
}

static struct prefix_rules rules_or(const struct settings *settings, enum key_id id,
				    struct prefix_rules otherwise)
{
	const struct setting *setting = settings_find(settings, id);

	return setting ? setting->rules : otherwise;
}

/* The object that a key holds, or NULL. */
static const struct settings *object_of(const struct settings *settings, enum key_id id)
{
	const struct setting *setting = settings_find(settings, id);

	return setting ? setting->items : NULL;
}

/* ---- sessions ---- */

static uint16_t keepalive_of(const struct settings *settings, const struct provider *provider,
			     uint16_t hold_time_s)
{
	uint16_t third = hold_time_s / 3;
	uint16_t otherwise = provider->keepalive_s < third ? provider->keepalive_s : third;

	return (uint16_t)settings_number(settings, KEY_KEEPALIVE, otherwise);
}

static struct tcp_ao tcp_ao_of(const struct settings *settings)
{
	const struct settings *ao = object_of(settings, KEY_TCP_AO);

	if (!ao)
		return (struct tcp_ao){ 0 };
	return (struct tcp_ao){
		.key = settings_text(ao, KEY_AO_KEY),
		.id = (uint8_t)settings_number(ao, KEY_AO_ID, 0),
		.algorithm = (enum tcp_ao_algorithm)settings_number(ao, KEY_AO_ALGORITHM,
								    TCP_AO_HMAC_SHA1),
	};
}

/* All that is said alike of a tunnel and of a neighbor; who the peer is comes from others. */
static struct session_params session_of(const struct config *config,
					const struct settings *settings,
					const struct provider *provider)
{
	uint16_t hold_time_s =
		(uint16_t)settings_number(settings, KEY_HOLD_TIME, provider->hold_time_s);

	return (struct session_params){
		.name = text_or_none(settings, KEY_NAME),
		.local_asn = config->asn,
		.router_id = config->router_id,
		.passive = settings_number(settings, KEY_PASSIVE, false),
		.hold_time_s = hold_time_s,
		.keepalive_s = keepalive_of(settings, provider, hold_time_s),
		.connect_retry_s = (uint16_t)settings_number(settings, KEY_CONNECT_RETRY, 0),
		.delay_open_s = (uint16_t)settings_number(settings, KEY_DELAY_OPEN, 0),
		.password = settings_text(settings, KEY_PASSWORD),
		.tcp_ao = tcp_ao_of(settings),
		.ttl = (uint8_t)settings_number(settings, KEY_TTL, provider->ttl),
		.gtsm = settings_number(settings, KEY_GTSM, false),
		.families = (uint8_t)settings_number(settings, KEY_FAMILIES, 0),
		.graceful_restart = settings_number(settings, KEY_GRACEFUL_RESTART, true),
		.restart_time_s = (uint16_t)settings_number(settings, KEY_RESTART_TIME, 0),
	};
}

/* More than the Internet's table: who sends that many without leave has gone astray. */
#define PREFIXES_MOST 2000000

static struct prefix_limit limit_of(const struct settings *settings)
{
	const struct settings *limit = object_of(settings, KEY_MAX_PREFIXES);

	if (!limit)
		return (struct prefix_limit){ .max = PREFIXES_MOST, .action = LIMIT_DISCARD };
	return (struct prefix_limit){
		.max = (uint32_t)settings_number(limit, KEY_MAX, 0),
		.action = (enum prefix_limit_action)settings_number(limit, KEY_ACTION, LIMIT_RESET),
		.restart_s = (uint32_t)settings_number(limit, KEY_RESTART, 0),
	};
}

/* ---- groups ---- */

static struct steering_params steering_of(const struct settings *settings)
{
	return (struct steering_params){
		.has_prepend = own(settings, KEY_PREPEND),
		.has_med = own(settings, KEY_MED),
		.has_local_pref = own(settings, KEY_LOCAL_PREF),
		.prepend = (uint8_t)settings_number(settings, KEY_PREPEND, 0),
		.med = (uint32_t)settings_number(settings, KEY_MED, 0),
		.local_pref = (uint32_t)settings_number(settings, KEY_LOCAL_PREF, 0),
	};
}

static const char *vici_of(const struct settings *settings)
{
	const char *path = settings_text(settings, KEY_VICI);

	return path && path[0] ? path : NULL;
}

/* The object of a probe that is to be done; NULL: it is not. */
static const struct settings *probe_of(const struct settings *settings, enum key_id id)
{
	const struct settings *probe = object_of(settings, id);

	return probe && settings_number(probe, KEY_PROBE_ENABLED, true) ? probe : NULL;
}

static struct bfd_params bfd_of(const struct settings *settings)
{
	const struct settings *bfd = probe_of(settings, KEY_BFD);

	if (!bfd)
		return (struct bfd_params){ 0 };
	return (struct bfd_params){
		.interval_ms = (uint32_t)settings_number(bfd, KEY_BFD_INTERVAL, 0),
		.multiplier = (uint8_t)settings_number(bfd, KEY_BFD_MULTIPLIER, 0),
	};
}

static struct ping_params ping_of(const struct settings *settings)
{
	const struct settings *ping = probe_of(settings, KEY_PING);

	if (!ping)
		return (struct ping_params){ 0 };
	return (struct ping_params){
		.interval_ms = (uint32_t)settings_number(ping, KEY_PING_INTERVAL, 0),
		.lost = (uint8_t)settings_number(ping, KEY_PING_LOST, 0),
		.of = (uint8_t)settings_number(ping, KEY_PING_OF, 0),
	};
}

/* Unless it is said, the peer is to answer. */
static struct address ping_target_of(const struct settings *settings)
{
	const struct settings *ping = probe_of(settings, KEY_PING);
	const struct setting *target = ping ? own(ping, KEY_PING_TARGET) : NULL;

	return target ? target->address : address_or_none(settings, KEY_PEER);
}

static struct tunnel_config tunnel_of(const struct config *config, const struct settings *settings,
				      const struct provider *provider)
{
	const struct setting *inside = own(settings, KEY_INSIDE);
	struct tunnel_config tunnel = {
		.name = text_or_none(settings, KEY_NAME),
		.interface = text_or_none(settings, KEY_INTERFACE),
		.ipsec = text_or_none(settings, KEY_IPSEC),
		.vici = vici_of(settings),
		.watches_xfrm = settings_number(settings, KEY_XFRM, true),
		.initiates = settings_number(settings, KEY_INITIATE, false),
		.outside = address_or_none(settings, KEY_OUTSIDE),
		.session = session_of(config, settings, provider),
		.limit = limit_of(settings),
		.steering = steering_of(settings),
		.weight = (uint8_t)settings_number(settings, KEY_WEIGHT, 1),
		.bfd = bfd_of(settings),
		.ping = ping_of(settings),
		.ping_target = ping_target_of(settings),
		.required_signals = (uint32_t)settings_number(settings, KEY_REQUIRED_SIGNALS, 0) |
				    SIGNAL_BIT(SIGNAL_BGP) | SIGNAL_BIT(SIGNAL_ADMIN),
	};

	if (inside) {
		tunnel.inside = inside->inside;
		tunnel.link = inside->link;
	}
	tunnel.session.address = address_or_none(settings, KEY_PEER);
	tunnel.session.local_address = tunnel.inside;
	tunnel.session.interface = tunnel.interface;
	tunnel.session.asn = (uint32_t)settings_number(settings, KEY_PEER_ASN, provider->asn);
	return tunnel;
}

static const struct tunnel_config *tunnels_of(struct config *config, const struct setting *list,
					      const struct provider *provider)
{
	struct tunnel_config *tunnels =
		arena_alloc(&config->arena, list->count * sizeof(*tunnels));

	for (size_t i = 0; i < list->count; i++) {
		const struct settings *item = &list->items[i];

		tunnels[i] = tunnel_of(config, item, provider);
		tunnels[i].import = assemble_policy(config, item, KEY_IMPORT, &policy_any);
		tunnels[i].export = assemble_policy(config, item, KEY_EXPORT, &policy_any);
	}
	return tunnels;
}

static struct failover_params failover_of(const struct settings *settings, size_t tunnels)
{
	msec_t delay = SECONDS(settings_number(settings, KEY_REVERT_DELAY, 0));

	return (struct failover_params){
		.mode = (enum group_mode)settings_number(settings, KEY_MODE, MODE_ACTIVE_STANDBY),
		.tunnels = tunnels,
		.revert = settings_number(settings, KEY_REVERT, true),
		.revert_delay = delay,
		.revert_delay_max = delay > REVERT_DELAY_MAX ? delay : REVERT_DELAY_MAX,
		.settle = SECONDS(settings_number(settings, KEY_SETTLE, 0)),
		.startup_wait = STARTUP_WAIT,
	};
}

/* A group says it differently from fib, or like it. */
static struct route_style style_of(const struct settings *settings, struct route_style style)
{
	const struct setting *set;

	if ((set = own(settings, KEY_TABLE)))
		style.table = (uint32_t)set->number;
	if ((set = own(settings, KEY_METRIC)))
		style.metric = (uint32_t)set->number;
	if ((set = own(settings, KEY_MTU)))
		style.mtu = (uint16_t)set->number;
	if ((set = own(settings, KEY_ADVMSS)))
		style.advmss = (uint16_t)set->number;
	if ((set = own(settings, KEY_PREFERRED_SOURCE)))
		for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
			if (address_is_set(&set->sources[family]))
				style.preferred_source[family] = set->sources[family];
	return style;
}

static void set_budget(struct group_config *group, const struct settings *settings)
{
	const struct setting *budget = own(settings, KEY_BUDGET);

	group->budget = group->provider->budget;
	group->budget_warn = group->provider->budget_warn;
	if (!budget)
		return;
	group->budget = (uint32_t)budget->number;
	group->budget_warn = group->budget - group->budget / 5;
}

static struct group_config group_of(struct config *config, const struct settings *settings)
{
	static const struct setting none;
	const struct setting *provider = settings_find(settings, KEY_PROVIDER);
	const struct setting *tunnels = own(settings, KEY_TUNNELS);
	struct group_config group = {
		.name = text_or_none(settings, KEY_NAME),
		.provider = provider->provider,
		.accept = rules_or(settings, KEY_ACCEPT, (struct prefix_rules){ 0 }),
		.announce = rules_or(settings, KEY_GROUP_ANNOUNCE, config->announce),
		.style = style_of(settings, config->fib.style),
		.when_down = (enum when_down)settings_number(settings, KEY_WHEN_DOWN,
							     WHEN_DOWN_UNREACHABLE),
		.guard = (enum guard_mode)settings_number(settings, KEY_GUARD, GUARD_PIN),
		.obeys_maintenance = settings_number(settings, KEY_MAINTENANCE, true),
		.follows_inbound = settings_number(settings, KEY_SYMMETRY, false),
	};

	if (!tunnels)
		tunnels = &none;
	set_budget(&group, settings);
	group.failover = failover_of(settings, tunnels->count);
	group.tunnels = tunnels_of(config, tunnels, group.provider);
	group.tunnel_count = tunnels->count;
	return group;
}

static void set_groups(struct config *config, const struct setting *list)
{
	struct group_config *groups = arena_alloc(&config->arena, list->count * sizeof(*groups));

	for (size_t i = 0; i < list->count; i++)
		groups[i] = group_of(config, &list->items[i]);
	config->groups = groups;
	config->group_count = list->count;
}

/* ---- ordinary neighbors ---- */

#define TTL_INSIDE_AS 255       /* an internal neighbor may be any number of hops away */

static struct neighbor_config neighbor_of(struct config *config, const struct settings *settings)
{
	const struct provider *generic = provider_find("generic");
	struct neighbor_config neighbor = {
		.session = session_of(config, settings, generic),
		.limit = limit_of(settings),
		.import = assemble_policy(config, settings, KEY_IMPORT, &policy_none),
		.export = assemble_policy(config, settings, KEY_EXPORT, &policy_none),
	};
	struct session_params *session = &neighbor.session;

	session->address = address_or_none(settings, KEY_ADDRESS);
	session->local_address = address_or_none(settings, KEY_LOCAL_ADDRESS);
	session->interface = text_or_none(settings, KEY_NEIGHBOR_INTERFACE);
	session->asn = (uint32_t)settings_number(settings, KEY_NEIGHBOR_ASN, 0);
	session->role = (enum bgp_role)settings_number(settings, KEY_ROLE, BGP_ROLE_NONE);
	session->strict_role = settings_number(settings, KEY_STRICT_ROLE, false);
	if (session->asn == config->asn && !own(settings, KEY_TTL))
		session->ttl = TTL_INSIDE_AS;
	return neighbor;
}

static void set_neighbors(struct config *config, const struct setting *list)
{
	struct neighbor_config *neighbors =
		arena_alloc(&config->arena, list->count * sizeof(*neighbors));

	for (size_t i = 0; i < list->count; i++)
		neighbors[i] = neighbor_of(config, &list->items[i]);
	config->neighbors = neighbors;
	config->neighbor_count = list->count;
}

/* ---- the rest ---- */

static void set_fib(struct config *config, const struct settings *settings)
{
	struct fib_config *fib = &config->fib;

	fib->protocol = (uint8_t)settings_number(settings, KEY_PROTOCOL, fib->protocol);
	fib->on_exit = (enum on_exit)settings_number(settings, KEY_ON_EXIT, ON_EXIT_KEEP);
	fib->groups = (enum fib_groups)settings_number(settings, KEY_FIB_GROUPS,
						       FIB_GROUPS_AUTOMATIC);
	fib->style = style_of(settings, fib->style);
}

struct announcements {
	struct prefix_rule *rules;
	struct announce_condition *conditions;
	size_t count;
};

static void add_announcements(struct announcements *to, const struct setting *list,
			      enum announce_when otherwise)
{
	for (size_t i = 0; list && i < list->count; i++) {
		const struct settings *item = &list->items[i];
		const struct prefix *prefix = &item->at[KEY_PREFIX].prefix;
		const struct setting *when = own(item, KEY_WHEN);

		if (!item->at[KEY_PREFIX].is_given)
			continue;
		to->rules[to->count] = (struct prefix_rule){ *prefix, prefix->length, prefix->length };
		to->conditions[to->count++] = (struct announce_condition){
			.when = when ? (enum announce_when)when->when : otherwise,
			.interface = when ? when->interface : NULL,
			.summary_only = settings_number(item, KEY_SUMMARY_ONLY, false),
		};
	}
}

/* An aggregate is announced like the rest, on a condition of its own kind. */
static void set_announcements(struct config *config, const struct setting *announce,
			      const struct setting *aggregate)
{
	size_t size = (announce ? announce->count : 0) + (aggregate ? aggregate->count : 0);
	struct announcements all = {
		.rules = arena_alloc(&config->arena, size * sizeof(*all.rules)),
		.conditions = arena_alloc(&config->arena, size * sizeof(*all.conditions)),
	};

	add_announcements(&all, announce, ANNOUNCE_ALWAYS);
	add_announcements(&all, aggregate, ANNOUNCE_AGGREGATE);
	config->announce = (struct prefix_rules){ all.rules, all.count };
	config->conditions = all.conditions;
}

static void set_control(struct config *config, const struct settings *settings)
{
	config->control.socket = settings_text(settings, KEY_SOCKET);
	config->control.group = settings_text(settings, KEY_CONTROL_GROUP);
}

static void set_metrics(struct config *config, const struct settings *settings)
{
	const struct setting *listen = settings_find(settings, KEY_METRICS_LISTEN);

	if (!listen)
		return;
	config->metrics.address = listen->listen;
	config->metrics.port = listen->port;
}

static void set_decision(struct config *config, const struct settings *settings)
{
	config->decision = (struct decision_params){
		.always_compare_med = settings_number(settings, KEY_ALWAYS_COMPARE_MED, false),
		.missing_med_is_worst = settings_number(settings, KEY_MISSING_MED, false),
		.ignores_router_id = !settings_number(settings, KEY_COMPARE_ROUTER_ID, true),
	};
}

static const char *level_name(uint64_t value)
{
	const struct key_choice *level = keys[KEY_LEVEL].choices;

	while (level->name && level->value != value)
		level++;
	return level->name;
}

void assemble(struct config *config, const struct settings *top)
{
	const struct setting *groups = own(top, KEY_GROUPS), *neighbors = own(top, KEY_NEIGHBORS);
	const struct settings *fib = object_of(top, KEY_FIB);
	const struct settings *decision = object_of(top, KEY_DECISION);
	const struct settings *control = object_of(top, KEY_CONTROL);
	const struct settings *metrics = object_of(top, KEY_METRICS);
	const struct settings *log = object_of(top, KEY_LOG);

	config->asn = (uint32_t)settings_number(top, KEY_ASN, 0);
	config->router_id = (uint32_t)settings_number(top, KEY_ROUTER_ID, 0);
	config->listen_port = (uint16_t)settings_number(top, KEY_LISTEN_PORT, config->listen_port);
	set_announcements(config, own(top, KEY_ANNOUNCE), own(top, KEY_AGGREGATE));
	if (fib)
		set_fib(config, fib);
	if (control)
		set_control(config, control);
	if (metrics)
		set_metrics(config, metrics);
	if (decision)
		set_decision(config, decision);
	if (log)
		config->log_level = level_name(settings_number(log, KEY_LEVEL, 0));
	assemble_policies(config, own(top, KEY_POLICIES));
	if (groups)
		set_groups(config, groups);
	if (neighbors)
		set_neighbors(config, neighbors);
}
