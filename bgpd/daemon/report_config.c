/* The configuration in force, with every default filled in, by the names that bgpd.json has for it. */
#include "bgpd/daemon/report.h"

#include <string.h>

#include "bgpd/daemon/row.h"

static void add_rules(struct json_object *row, const char *key, const struct prefix_rules *rules)
{
	struct json_object *array = json_object_new_array_ext((int)rules->count);
	char text[PREFIX_TEXT + 16];

	for (size_t i = 0; i < rules->count; i++) {
		prefix_rule_format(&rules->rules[i], text, sizeof(text));
		json_object_array_add(array, json_object_new_string(text));
	}
	row_add(row, key, array);
}

static void add_families(struct json_object *row, uint8_t families)
{
	const char *names[FAMILY_COUNT];
	size_t count = 0;

	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		if (families & FAMILY_BIT(family))
			names[count++] = family_name(family);
	row_texts(row, "families", names, count);
}

static void add_session(struct json_object *row, const struct session_params *session)
{
	row_truth(row, "passive", session->passive);
	row_number(row, "hold_time", session->hold_time_s);
	row_number(row, "keepalive", session->keepalive_s);
	row_number(row, "connect_retry", session->connect_retry_s);
	row_truth(row, "has_password", session->password != NULL);
	row_number(row, "ttl", session->ttl);
	row_truth(row, "gtsm", session->gtsm);
	add_families(row, session->families);
	row_truth(row, "graceful_restart", session->graceful_restart);
	row_number(row, "restart_time", session->restart_time_s);
}

static void add_limit(struct json_object *row, const struct prefix_limit *limit)
{
	struct json_object *object = json_object_new_object();

	row_number(object, "max", limit->max);
	row_text(object, "action", limit->action == LIMIT_RESET ? "reset" : "discard");
	row_number(object, "restart", limit->restart_s);
	row_add(row, "max_prefixes", object);
}

static void add_required(struct json_object *row, uint32_t required)
{
	const char *names[SIGNAL_KINDS];
	size_t count = 0;

	for (size_t kind = 0; kind < SIGNAL_KINDS; kind++)
		if (required & SIGNAL_BIT(kind))
			names[count++] = signal_kind_name((enum signal_kind)kind);
	row_texts(row, "required_signals", names, count);
}

static void add_steering(struct json_object *row, const struct steering_params *steering)
{
	if (steering->has_local_pref)
		row_number(row, "local_pref", steering->local_pref);
	if (steering->has_prepend)
		row_number(row, "prepend", steering->prepend);
	if (steering->has_med)
		row_number(row, "med", steering->med);
}

static struct json_object *report_tunnel_config(const struct tunnel_config *tunnel)
{
	struct json_object *row = json_object_new_object();
	struct prefix inside = tunnel->link;
	char text[PREFIX_TEXT];

	/* The address on the link, in the link's length. */
	memcpy(inside.bytes, tunnel->inside.bytes, sizeof(inside.bytes));
	row_text(row, "name", tunnel->name);
	row_text(row, "interface", tunnel->interface);
	row_text(row, "inside", prefix_format(&inside, text));
	row_address(row, "peer", &tunnel->session.address);
	row_number(row, "peer_asn", tunnel->session.asn);
	row_address(row, "outside", &tunnel->outside);
	row_text(row, "ipsec", tunnel->ipsec);
	add_required(row, tunnel->required_signals);
	add_steering(row, &tunnel->steering);
	row_number(row, "weight", tunnel->weight);
	add_session(row, &tunnel->session);
	add_limit(row, &tunnel->limit);
	return row;
}

static void add_style(struct json_object *row, const struct route_style *style)
{
	struct json_object *sources = json_object_new_object();

	row_number(row, "table", style->table);
	row_number(row, "metric", style->metric);
	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++)
		if (address_is_set(&style->preferred_source[family]))
			row_address(sources, family_name(family), &style->preferred_source[family]);
	row_add(row, "preferred_source", sources);
	row_number(row, "mtu", style->mtu);
	row_number(row, "advmss", style->advmss);
}

static void add_failover(struct json_object *row, const struct failover_params *failover)
{
	row_text(row, "mode", group_mode_name(failover->mode));
	row_truth(row, "revert", failover->revert);
	row_seconds(row, "revert_delay", failover->revert_delay);
	row_seconds(row, "settle", failover->settle);
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
	row_text(row, "name", group->name);
	row_text(row, "provider", group->provider->name);
	add_failover(row, &group->failover);
	add_rules(row, "accept", &group->accept);
	add_rules(row, "announce", &group->announce);
	row_text(row, "maintenance", group->obeys_maintenance ? "yield" : "ignore");
	row_text(row, "when_down", when_down_names[group->when_down]);
	row_text(row, "guard", group->guard == GUARD_PIN ? "pin" : "refuse");
	row_number(row, "budget", group->budget);
	add_style(row, &group->style);
	row_add(row, "tunnels", tunnels);
	return row;
}

static struct json_object *report_neighbor_config(const struct neighbor_config *neighbor)
{
	const struct session_params *session = &neighbor->session;
	struct json_object *row = json_object_new_object();

	row_text(row, "name", session->name);
	row_address(row, "address", &session->address);
	row_number(row, "asn", session->asn);
	row_address(row, "local_address", &session->local_address);
	row_text(row, "interface", session->interface);
	row_text(row, "import", neighbor->imports_any ? "any" : "none");
	row_text(row, "export", neighbor->exports_any ? "any" : "none");
	add_session(row, session);
	add_limit(row, &neighbor->limit);
	return row;
}

static struct json_object *report_fib_config(const struct fib_config *fib)
{
	struct json_object *row = json_object_new_object();

	row_number(row, "protocol", fib->protocol);
	add_style(row, &fib->style);
	row_text(row, "on_exit", fib->on_exit == ON_EXIT_KEEP ? "keep" : "remove");
	return row;
}

static struct json_object *report_control_config(const struct config *config)
{
	struct json_object *row = json_object_new_object();

	row_text(row, "socket", config->control.socket);
	row_text(row, "group", config->control.group);
	return row;
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
	row_truth(decision, "always_compare_med", config->always_compare_med);
	row_text(log, "level", config->log_level);
	row_number(row, "asn", config->asn);
	row_address(row, "router_id", &router_id);
	row_number(row, "listen_port", config->listen_port);
	add_rules(row, "announce", &config->announce);
	row_add(row, "groups", groups);
	row_add(row, "neighbors", neighbors);
	row_add(row, "fib", report_fib_config(&config->fib));
	row_add(row, "decision", decision);
	row_add(row, "control", report_control_config(config));
	row_add(row, "log", log);
	return row;
}
