/* The configuration in force, with every default filled in, by the names of bgpd.json. */
#include "bgpd/daemon/report.h"

#include <stdio.h>
#include <string.h>

#include "bgpd/daemon/fill.h"

static void add_rules(struct json_object *row, const char *key, const struct prefix_rules *rules)
{
	struct json_object *array = json_object_new_array_ext((int)rules->count);
	char text[PREFIX_TEXT + 16];

	for (size_t i = 0; i < rules->count; i++) {
		prefix_rule_format(&rules->rules[i], text, sizeof(text));
		json_object_array_add(array, json_object_new_string(text));
	}
	fill_with(row, key, array);
}

static void add_families(struct json_object *row, uint8_t families)
{
	const char *names[FAMILY_COUNT];
	size_t count = 0;

	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		if (families & FAMILY_BIT(family))
			names[count++] = family_name(family);
	fill_texts(row, "families", names, count);
}

static void add_session(struct json_object *row, const struct session_params *session)
{
	fill_truth(row, "passive", session->passive);
	fill_number(row, "hold_time", session->hold_time_s);
	fill_number(row, "keepalive", session->keepalive_s);
	fill_number(row, "connect_retry", session->connect_retry_s);
	fill_number(row, "delay_open", session->delay_open_s);
	fill_truth(row, "has_password", session->password != NULL);
	fill_truth(row, "has_tcp_ao", session->tcp_ao.key != NULL);
	fill_number(row, "ttl", session->ttl);
	fill_truth(row, "gtsm", session->gtsm);
	add_families(row, session->families);
	fill_truth(row, "graceful_restart", session->graceful_restart);
	fill_number(row, "restart_time", session->restart_time_s);
}

static void add_limit(struct json_object *row, const struct prefix_limit *limit)
{
	struct json_object *object = json_object_new_object();

	fill_number(object, "max", limit->max);
	fill_text(object, "action", limit->action == LIMIT_RESET ? "reset" : "discard");
	fill_number(object, "restart", limit->restart_s);
	fill_with(row, "max_prefixes", object);
}

static void add_policies(struct json_object *row, const struct policy *import,
			 const struct policy *export, const struct policy *otherwise)
{
	fill_text(row, "import", (import ? import : otherwise)->name);
	fill_text(row, "export", (export ? export : otherwise)->name);
}

static void add_required(struct json_object *row, uint32_t required)
{
	const char *names[SIGNAL_KINDS];
	size_t count = 0;

	for (size_t kind = 0; kind < SIGNAL_KINDS; kind++)
		if (required & SIGNAL_BIT(kind))
			names[count++] = signal_kind_name((enum signal_kind)kind);
	fill_texts(row, "required_signals", names, count);
}

static void add_steering(struct json_object *row, const struct steering_params *steering)
{
	if (steering->has_local_pref)
		fill_number(row, "local_pref", steering->local_pref);
	if (steering->has_prepend)
		fill_number(row, "prepend", steering->prepend);
	if (steering->has_med)
		fill_number(row, "med", steering->med);
}

static struct json_object *report_bfd(const struct bfd_params *bfd)
{
	struct json_object *row = json_object_new_object();

	fill_number(row, "interval_ms", bfd->interval_ms);
	fill_number(row, "multiplier", bfd->multiplier);
	return row;
}

static struct json_object *report_ping(const struct ping_params *ping, const struct address *target)
{
	struct json_object *row = json_object_new_object();

	fill_number(row, "interval_ms", ping->interval_ms);
	fill_number(row, "lost", ping->lost);
	fill_number(row, "of", ping->of);
	fill_address(row, "target", target);
	return row;
}

static void add_probes(struct json_object *row, const struct tunnel_config *tunnel)
{
	if (tunnel->bfd.interval_ms)
		fill_with(row, "bfd", report_bfd(&tunnel->bfd));
	if (tunnel->ping.interval_ms)
		fill_with(row, "ping", report_ping(&tunnel->ping, &tunnel->ping_target));
}

static struct json_object *report_tunnel_config(const struct tunnel_config *tunnel)
{
	struct json_object *row = json_object_new_object();
	struct prefix inside = tunnel->link;
	char text[PREFIX_TEXT];

	/* The address on the link, in the link's length. */
	memcpy(inside.bytes, tunnel->inside.bytes, sizeof(inside.bytes));
	fill_text(row, "name", tunnel->name);
	fill_text(row, "interface", tunnel->interface);
	fill_text(row, "inside", prefix_format(&inside, text));
	fill_address(row, "peer", &tunnel->session.address);
	fill_number(row, "peer_asn", tunnel->session.asn);
	fill_address(row, "outside", &tunnel->outside);
	fill_text(row, "ipsec", tunnel->ipsec);
	fill_text(row, "vici", tunnel->vici ? tunnel->vici : "");
	fill_truth(row, "xfrm", tunnel->watches_xfrm);
	add_probes(row, tunnel);
	add_required(row, tunnel->required_signals);
	add_steering(row, &tunnel->steering);
	fill_number(row, "weight", tunnel->weight);
	add_policies(row, tunnel->import, tunnel->export, &policy_any);
	add_session(row, &tunnel->session);
	add_limit(row, &tunnel->limit);
	return row;
}

static void add_source(struct json_object *sources, enum family family,
		       const struct address *address)
{
	if (address_is_set(address))
		fill_address(sources, family_name(family), address);
}

static void add_style(struct json_object *row, const struct route_style *style)
{
	struct json_object *sources = json_object_new_object();

	fill_number(row, "table", style->table);
	fill_number(row, "metric", style->metric);
	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		add_source(sources, family, &style->preferred_source[family]);
	fill_with(row, "preferred_source", sources);
	fill_number(row, "mtu", style->mtu);
	fill_number(row, "advmss", style->advmss);
}

static void add_failover(struct json_object *row, const struct failover_params *failover)
{
	fill_text(row, "mode", group_mode_name(failover->mode));
	fill_truth(row, "revert", failover->revert);
	fill_seconds(row, "revert_delay", failover->revert_delay);
	fill_seconds(row, "settle", failover->settle);
}

static const char *const when_down_names[] = {
	[WHEN_DOWN_UNREACHABLE] = "unreachable",
	[WHEN_DOWN_BLACKHOLE] = "blackhole",
	[WHEN_DOWN_REMOVE] = "remove",
};

static struct json_object *report_group_config(const struct group_config *group)
{
	struct json_object *row = json_object_new_object(), *tunnels = json_object_new_array();

	for (size_t i = 0; i < group->tunnel_count; i++)
		json_object_array_add(tunnels, report_tunnel_config(&group->tunnels[i]));
	fill_text(row, "name", group->name);
	fill_text(row, "provider", group->provider->name);
	add_failover(row, &group->failover);
	add_rules(row, "accept", &group->accept);
	add_rules(row, "announce", &group->announce);
	fill_text(row, "maintenance", group->obeys_maintenance ? "yield" : "ignore");
	fill_text(row, "symmetry", group->follows_inbound ? "follow-inbound" : "report");
	fill_text(row, "when_down", when_down_names[group->when_down]);
	fill_text(row, "guard", group->guard == GUARD_PIN ? "pin" : "refuse");
	fill_number(row, "budget", group->budget);
	add_style(row, &group->style);
	fill_with(row, "tunnels", tunnels);
	return row;
}

static struct json_object *report_neighbor_config(const struct neighbor_config *neighbor)
{
	const struct session_params *session = &neighbor->session;
	struct json_object *row = json_object_new_object();

	fill_text(row, "name", session->name);
	fill_address(row, "address", &session->address);
	fill_number(row, "asn", session->asn);
	fill_address(row, "local_address", &session->local_address);
	fill_text(row, "interface", session->interface);
	add_policies(row, neighbor->import, neighbor->export, &policy_none);
	add_session(row, session);
	fill_text(row, "role", session->role ? bgp_role_name(session->role) : NULL);
	fill_truth(row, "strict_role", session->strict_role);
	add_limit(row, &neighbor->limit);
	return row;
}

static struct json_object *report_fib_config(const struct fib_config *fib)
{
	static const char *const groups[] = {
		[FIB_GROUPS_AUTOMATIC] = "automatic",
		[FIB_GROUPS_RESILIENT] = "resilient",
		[FIB_GROUPS_MULTIPATH] = "multipath",
		[FIB_GROUPS_NONE] = "none",
	};
	struct json_object *row = json_object_new_object();

	fill_number(row, "protocol", fib->protocol);
	fill_text(row, "groups", groups[fib->groups]);
	add_style(row, &fib->style);
	fill_text(row, "on_exit", fib->on_exit == ON_EXIT_KEEP ? "keep" : "remove");
	return row;
}

/* A policy is its source, which nothing is filled into. */
static struct json_object *report_policies(const struct config *config)
{
	struct json_object *policies = json_object_new_object();

	for (size_t i = 0; i < config->policy_count; i++)
		json_object_object_add(policies, config->policies[i]->name,
				       json_tokener_parse(config->policies[i]->source));
	return policies;
}

static struct json_object *report_control_config(const struct config *config)
{
	struct json_object *row = json_object_new_object();

	fill_text(row, "socket", config->control.socket);
	fill_text(row, "group", config->control.group);
	return row;
}

static struct json_object *report_metrics_config(const struct config *config)
{
	struct json_object *row = json_object_new_object();
	const struct address *address = &config->metrics.address;
	char host[ADDRESS_TEXT], text[ADDRESS_TEXT + 10];

	address_format(address, host);
	snprintf(text, sizeof(text), address->family == FAMILY_IPV6 ? "[%s]:%u" : "%s:%u", host,
		 config->metrics.port);
	fill_text(row, "listen", address_is_set(address) ? text : NULL);
	return row;
}

/* A prefix alone, or with its condition. */
static struct json_object *report_announcement(const struct prefix *prefix,
					       const struct announce_condition *condition)
{
	struct json_object *row;
	char text[PREFIX_TEXT];

	if (condition->when == ANNOUNCE_ALWAYS)
		return json_object_new_string(prefix_format(prefix, text));
	row = json_object_new_object();
	fill_prefix(row, "prefix", prefix);
	if (condition->when == ANNOUNCE_AGGREGATE)
		fill_truth(row, "summary_only", condition->summary_only);
	snprintf(text, sizeof(text), "interface:%s", condition->interface ? condition->interface : "");
	if (condition->when == ANNOUNCE_WITH_INTERFACE)
		fill_text(row, "when", text);
	if (condition->when == ANNOUNCE_WITH_ROUTE)
		fill_text(row, "when", "route");
	return row;
}

static void add_announcements(struct json_object *row, const struct config *config)
{
	static const struct announce_condition always;
	struct json_object *announce = json_object_new_array(), *aggregate = json_object_new_array();

	for (size_t i = 0; i < config->announce.count; i++) {
		const struct announce_condition *condition =
			config->conditions ? &config->conditions[i] : &always;

		json_object_array_add(condition->when == ANNOUNCE_AGGREGATE ? aggregate : announce,
				      report_announcement(&config->announce.rules[i].prefix,
							  condition));
	}
	fill_with(row, "announce", announce);
	fill_with(row, "aggregate", aggregate);
}

struct json_object *report_config(const struct config *config)
{
	struct json_object *row = json_object_new_object(), *groups = json_object_new_array();
	struct json_object *neighbors = json_object_new_array();
	struct json_object *decision = json_object_new_object(), *log = json_object_new_object();
	struct address router_id = address_ipv4(config->router_id);

	for (size_t i = 0; i < config->group_count; i++)
		json_object_array_add(groups, report_group_config(&config->groups[i]));
	for (size_t i = 0; i < config->neighbor_count; i++)
		json_object_array_add(neighbors, report_neighbor_config(&config->neighbors[i]));
	fill_truth(decision, "always_compare_med", config->decision.always_compare_med);
	fill_text(decision, "missing_med",
		  config->decision.missing_med_is_worst ? "worst" : "best");
	fill_truth(decision, "compare_router_id", !config->decision.ignores_router_id);
	fill_text(log, "level", config->log_level);
	fill_number(row, "asn", config->asn);
	fill_address(row, "router_id", &router_id);
	fill_number(row, "listen_port", config->listen_port);
	add_announcements(row, config);
	fill_with(row, "groups", groups);
	fill_with(row, "neighbors", neighbors);
	fill_with(row, "policies", report_policies(config));
	fill_with(row, "fib", report_fib_config(&config->fib));
	fill_with(row, "decision", decision);
	fill_with(row, "control", report_control_config(config));
	fill_with(row, "metrics", report_metrics_config(config));
	fill_with(row, "log", log);
	return row;
}
