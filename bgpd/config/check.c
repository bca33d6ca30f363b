#include "bgpd/config/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "bgpd/config/check_policy.h"
#include "bgpd/config/check_session.h"
#include "bgpd/config/check_tunnel.h"

/* ---- groups ---- */

typedef void group_rule(struct check *check, const struct group_config *group);

static void group_is_unlike_others(struct check *check, const struct group_config *group)
{
	for (size_t i = 0; i < check->group; i++)
		if (same_text(group->name, check->config->groups[i].name))
			blame(check, OF_GROUP, "name", "%s is also the name of a group above: each needs "
			      "its own", group->name);
}

static void group_has_some_tunnels(struct check *check, const struct group_config *group)
{
	if (group->tunnel_count == 0)
		blame(check, OF_GROUP, "tunnels", "is empty: a group needs at least one tunnel");
	else if (group->tunnel_count > GROUP_TUNNELS)
		blame(check, OF_GROUP, "tunnels", "has %zu tunnels: at most %d can share a group",
		      group->tunnel_count, GROUP_TUNNELS);
}

static void mode_works_with_the_provider(struct check *check, const struct group_config *group)
{
	const char *why = steering_refuse(group->provider, group->failover.mode);

	if (why)
		blame(check, OF_GROUP, "mode", "%s: %s", group_mode_name(group->failover.mode), why);
}

static void one_tunnel_can_be_followed(struct check *check, const struct group_config *group)
{
	if (group->follows_inbound && group->failover.mode == MODE_ECMP)
		blame(check, OF_GROUP, "symmetry", "in mode ecmp all tunnels carry traffic, so that there "
		      "is none to follow: use \"report\"");
}

static void something_is_accepted(struct check *check, const struct group_config *group)
{
	if (group->accept.count == 0)
		blame(check, OF_GROUP, "accept", "nothing would be accepted: name the far side's "
		      "prefixes, like \"accept\": [\"10.50.0.0/16 le 24\"]");
}

/* The list may be the group's own or that of the top level. */
static void __attribute__((format(printf, 3, 4)))
blame_announce(struct check *check, const struct group_config *group, const char *format, ...)
{
	char text[CHECK_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (group->announce.rules != check->config->announce.rules)
		blame(check, OF_GROUP, "announce", "%s", text);
	else
		blame(check, OF_ALL, "announce", "for group %s, %s",
		      name_or_unknown(group->name), text);
}

static void announcements_fit_the_budget(struct check *check, const struct group_config *group)
{
	if (group->budget > 0 && group->announce.count > group->budget)
		blame_announce(check, group, "%zu prefixes are more than the %" PRIu32 " that %s takes, "
			       "over which it %s: announce larger prefixes", group->announce.count,
			       group->budget, group->provider->name, group->provider->over_budget);
}

static void provider_takes_the_announcements(struct check *check, const struct group_config *group)
{
	char prefix[PREFIX_TEXT];

	for (size_t i = 0; i < group->announce.count; i++) {
		const struct prefix *announced = &group->announce.rules[i].prefix;
		const char *forbidden = provider_refuses(group->provider, announced);

		if (forbidden)
			blame_announce(check, group, "%s must not be announced to %s, which keeps %s "
				       "for itself: announce what lies beside it",
				       prefix_format(announced, prefix), group->provider->name,
				       forbidden);
	}
}

static bool is_default(const struct prefix_rule *rule)
{
	return rule->prefix.length == 0 && rule->min_length == 0;
}

/* A default route covers every outer address: the guard must be able to keep the way to them. */
static void default_route_leaves_a_way(struct check *check, const struct group_config *group)
{
	for (size_t i = 0; i < group->accept.count; i++) {
		if (!is_default(&group->accept.rules[i]))
			continue;
		if (group->guard == GUARD_REFUSE)
			blame(check, OF_GROUP, "accept", "has a default route, which guard \"refuse\" "
			      "keeps out: use guard \"pin\"");
		for (size_t j = 0; group->guard == GUARD_PIN && j < group->tunnel_count; j++)
			if (!address_is_set(&group->tunnels[j].outside))
				blame(check, OF_GROUP, "accept", "has a default route, which would "
				      "capture the way to the far end of %s: say its \"outside\"",
				      name_or_unknown(group->tunnels[j].name));
		return;
	}
}

static group_rule *const group_rules[] = {
	group_is_unlike_others,
	group_has_some_tunnels,
	mode_works_with_the_provider,
	one_tunnel_can_be_followed,
	something_is_accepted,
	announcements_fit_the_budget,
	provider_takes_the_announcements,
	default_route_leaves_a_way,
};

/* ---- ordinary neighbors ---- */

static void neighbor_is_unlike_others(struct check *check, const struct session_params *session)
{
	const struct config *config = check->config;

	for (size_t i = 0; i < config->group_count; i++)
		for (size_t j = 0; j < config->groups[i].tunnel_count; j++)
			check_twin(check, OF_NEIGHBOR, "address", session,
				   &config->groups[i].tunnels[j].session, "tunnel");
	for (size_t i = 0; i < check->neighbor; i++)
		check_twin(check, OF_NEIGHBOR, "address", session, &config->neighbors[i].session,
			   "neighbor");
}

static void check_role(struct check *check, const struct session_params *session)
{
	bool is_internal = session->asn == session->local_asn;

	if (session->role && is_internal)
		blame(check, OF_NEIGHBOR, "role",
		      "%s is said to neighbors of another AS, AS %u is our own: leave it out",
		      bgp_role_name(session->role), session->asn);
	if (session->strict_role && !session->role)
		blame(check, OF_NEIGHBOR, "strict_role", "true needs a role of our own: say role");
}

static void check_neighbor(struct check *check, const struct neighbor_config *neighbor)
{
	const struct session_params *session = &neighbor->session;

	check_session(check, OF_NEIGHBOR, "address", session);
	neighbor_is_unlike_others(check, session);
	check_policy_names(check, OF_NEIGHBOR, neighbor->import, neighbor->export);
	check_role(check, session);
	if (session->address.family == FAMILY_IPV6 && address_is_link_local(&session->address) &&
	    !session->interface)
		blame(check, OF_NEIGHBOR, "interface", "is missing: a link-local address needs it");
}

/* ---- the whole ---- */

static void check_router_id(struct check *check)
{
	struct address id = address_ipv4(check->config->router_id);
	char text[ADDRESS_TEXT];

	if (address_is_zero(&id) || address_is_multicast(&id) || address_is_loopback(&id))
		blame(check, OF_ALL, "router_id", "%s does not tell us from others: use an address of "
		      "this machine", address_format(&id, text));
}

static enum announce_when when(const struct config *config, size_t index)
{
	return config->conditions ? config->conditions[index].when : ANNOUNCE_ALWAYS;
}

static bool are_at_odds(const struct config *config, size_t a, size_t b)
{
	bool has_condition = when(config, a) != ANNOUNCE_ALWAYS || when(config, b) != ANNOUNCE_ALWAYS;

	return has_condition && prefix_equal(&config->announce.rules[a].prefix,
					     &config->announce.rules[b].prefix);
}

/* Which of two conditions counts?  Of two without any nobody asks. */
static void check_announcements(struct check *check)
{
	const struct config *config = check->config;
	const struct prefix_rules *rules = &config->announce;
	char prefix[PREFIX_TEXT];

	for (size_t i = 0; i < rules->count; i++)
		for (size_t j = 0; j < i; j++)
			if (are_at_odds(config, i, j))
				blame(check, OF_ALL, when(config, i) == ANNOUNCE_AGGREGATE ?
				      "aggregate" : "announce", "%s is announced on two conditions: keep "
				      "one", prefix_format(&rules->rules[i].prefix, prefix));
}

static void check_group(struct check *check, const struct group_config *group)
{
	for (size_t i = 0; i < sizeof(group_rules) / sizeof(group_rules[0]); i++)
		group_rules[i](check, group);
	for (check->tunnel = 0; check->tunnel < group->tunnel_count; check->tunnel++)
		check_tunnel(check);
}

size_t config_check(const struct config *config, check_report *report, void *arg)
{
	struct check check = { .config = config, .report = report, .arg = arg };

	check_router_id(&check);
	check_announcements(&check);
	check_policies(&check);
	for (check.group = 0; check.group < config->group_count; check.group++)
		check_group(&check, &config->groups[check.group]);
	for (check.neighbor = 0; check.neighbor < config->neighbor_count; check.neighbor++)
		check_neighbor(&check, &config->neighbors[check.neighbor]);
	return check.findings;
}
