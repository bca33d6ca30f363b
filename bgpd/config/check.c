#include "bgpd/config/check.h"

#include <inttypes.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PATH_SIZE 96
#define TEXT_SIZE 320

/* Where the check is: rules speak of the group, tunnel or neighbor in whose turn they are called. */
struct check {
	const struct config *config;
	check_report *report;
	void *arg;
	size_t findings;
	size_t group, tunnel, neighbor;
};

enum subject { OF_ALL, OF_GROUP, OF_TUNNEL, OF_NEIGHBOR };

static void write_path(const struct check *check, enum subject subject, const char *key,
		       char path[PATH_SIZE])
{
	switch (subject) {
	case OF_ALL:
		snprintf(path, PATH_SIZE, "%s", key);
		return;
	case OF_GROUP:
		snprintf(path, PATH_SIZE, "groups[%zu].%s", check->group, key);
		return;
	case OF_TUNNEL:
		snprintf(path, PATH_SIZE, "groups[%zu].tunnels[%zu].%s", check->group, check->tunnel,
			 key);
		return;
	case OF_NEIGHBOR:
		snprintf(path, PATH_SIZE, "neighbors[%zu].%s", check->neighbor, key);
		return;
	}
}

static void __attribute__((format(printf, 4, 5)))
blame(struct check *check, enum subject subject, const char *key, const char *format, ...)
{
	char path[PATH_SIZE], text[TEXT_SIZE];
	va_list args;

	write_path(check, subject, key, path);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	check->findings++;
	check->report(check->arg, path, text);
}

static bool same_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* ---- what a tunnel and a neighbor have in common ---- */

static void check_opener(struct check *check, enum subject subject,
			 const struct session_params *session)
{
	if (session->passive && check->config->listen_port == 0)
		blame(check, subject, "passive", "true would wait for ever: listen_port is 0");
}

static void check_timers(struct check *check, enum subject subject,
			 const struct session_params *session)
{
	unsigned int third = session->hold_time_s / 3;

	if (session->hold_time_s > 0 && session->keepalive_s > third)
		blame(check, subject, "keepalive",
		       "%u is too long for a hold time of %u seconds: use at most a third of it, %u",
		       session->keepalive_s, session->hold_time_s, third);
}

static void check_families(struct check *check, enum subject subject, const char *key,
			   const struct session_params *session)
{
	char peer[ADDRESS_TEXT], local[ADDRESS_TEXT];

	if (address_is_set(&session->local_address) &&
	    session->address.family != session->local_address.family)
		blame(check, subject, key, "%s is not of the family of our own end, %s: use two of one "
		      "family", address_format(&session->address, peer),
		      address_format(&session->local_address, local));
}

static void check_peer(struct check *check, enum subject subject, const char *key,
		       const struct session_params *session)
{
	const struct address *peer = &session->address;
	char text[ADDRESS_TEXT];

	if (!address_is_set(peer))
		return;
	if (address_is_zero(peer) || address_is_multicast(peer))
		blame(check, subject, key, "%s is no address of a single machine",
		       address_format(peer, text));
	else if (address_equal(peer, &session->local_address))
		blame(check, subject, key, "%s is our own address: name the far end's",
		       address_format(peer, text));
	check_families(check, subject, key, session);
}

static bool same_interface(const struct session_params *a, const struct session_params *b)
{
	return !a->interface || !b->interface || strcmp(a->interface, b->interface) == 0;
}

/* Replies, commands and the listener tell sessions apart by name, and by address and interface. */
static void check_twin(struct check *check, enum subject subject, const struct session_params *session,
		       const struct session_params *earlier, const char *what)
{
	char text[ADDRESS_TEXT];

	if (same_text(session->name, earlier->name))
		blame(check, subject, "name", "%s is also the name of a %s above: each needs its own",
		       session->name, what);
	if (address_is_set(&session->address) && address_equal(&session->address, &earlier->address) &&
	    same_interface(session, earlier))
		blame(check, subject, subject == OF_TUNNEL ? "peer" : "address",
		       "%s is also the address of the %s %s: one session to a peer",
		       address_format(&session->address, text), what,
		       earlier->name ? earlier->name : "above");
}

/* ---- tunnels ---- */

typedef void tunnel_rule(struct check *check, const struct group_config *group,
			 const struct tunnel_config *tunnel);

/* Each tunnel that stands in the file before this one. */
static const struct tunnel_config *earlier_tunnel(const struct check *check, size_t *group,
						  size_t *tunnel)
{
	const struct config *config = check->config;

	for (; *group <= check->group; (*group)++, *tunnel = 0) {
		size_t end = *group < check->group ? config->groups[*group].tunnel_count : check->tunnel;

		if (*tunnel < end)
			return &config->groups[*group].tunnels[(*tunnel)++];
	}
	return NULL;
}

/* The provider's multihop TTL tells that its BGP address is not on the inside link. */
static bool peer_is_on_link(const struct tunnel_config *tunnel)
{
	return tunnel->session.ttl == 1 || tunnel->session.gtsm;
}

/* Another router like this one: no cloud's rules. */
static bool is_generic(const struct provider *provider)
{
	return strcmp(provider->name, "generic") == 0;
}

static bool is_set(const struct tunnel_config *tunnel)
{
	return address_is_set(&tunnel->inside);
}

/* The first and the last address of a net are no hosts, unless it has only two (RFC 3021, RFC 6164);
 * the first of an IPv6 net belongs to any router (RFC 4291 2.6.1), its last is one like others. */
static bool is_host(const struct prefix *link, const struct address *address)
{
	unsigned int bits = family_bits(link->family);
	struct address first = prefix_address(link), last = first;

	if (link->length + 1u >= bits)
		return true;
	last.bytes[bits / 8 - 1] |= 3;
	return !address_equal(address, &first) &&
	       (link->family == FAMILY_IPV6 || !address_equal(address, &last));
}

static void inside_is_a_host_of_its_link(struct check *check, const struct group_config *group,
					 const struct tunnel_config *tunnel)
{
	unsigned int bits = family_bits(tunnel->link.family);
	char inside[ADDRESS_TEXT], link[PREFIX_TEXT];

	(void)group;
	if (!is_set(tunnel) || !peer_is_on_link(tunnel))
		return;
	address_format(&tunnel->inside, inside);
	prefix_format(&tunnel->link, link);
	if (tunnel->link.length != bits - 2 && tunnel->link.length != bits - 1)
		blame(check, OF_TUNNEL, "inside", "%s/%u is no link of two ends: use /%u or /%u", inside,
		       tunnel->link.length, bits - 2, bits - 1);
	else if (!is_host(&tunnel->link, &tunnel->inside))
		blame(check, OF_TUNNEL, "inside", "%s is not a host of %s: use one of the two between its "
		       "first and last address", inside, link);
}

static void peer_is_the_other_host(struct check *check, const struct group_config *group,
				   const struct tunnel_config *tunnel)
{
	const struct address *peer = &tunnel->session.address;
	char text[ADDRESS_TEXT], link[PREFIX_TEXT];

	(void)group;
	check_peer(check, OF_TUNNEL, "peer", &tunnel->session);
	if (!is_set(tunnel) || !peer_is_on_link(tunnel) || peer->family != tunnel->inside.family)
		return;
	if (!prefix_contains_address(&tunnel->link, peer) || !is_host(&tunnel->link, peer))
		blame(check, OF_TUNNEL, "peer", "%s is not the other host of the inside link %s",
		       address_format(peer, text), prefix_format(&tunnel->link, link));
}

static void provider_takes_the_link(struct check *check, const struct group_config *group,
				    const struct tunnel_config *tunnel)
{
	const char *forbidden = is_set(tunnel) ? provider_forbids(group->provider, &tunnel->link) : NULL;
	char link[PREFIX_TEXT];

	if (forbidden)
		blame(check, OF_TUNNEL, "inside", "%s is not allowed by %s, which keeps %s for itself: "
		       "use another link", prefix_format(&tunnel->link, link), group->provider->name,
		       forbidden);
}

static bool links_meet(const struct tunnel_config *a, const struct tunnel_config *b)
{
	return is_set(a) && is_set(b) &&
	       (prefix_contains(&a->link, &b->link) || prefix_contains(&b->link, &a->link));
}

static void tunnel_is_unlike_others(struct check *check, const struct group_config *group,
				    const struct tunnel_config *tunnel)
{
	const struct tunnel_config *other;
	char link[PREFIX_TEXT];
	size_t i = 0, j = 0;

	while ((other = earlier_tunnel(check, &i, &j))) {
		check_twin(check, OF_TUNNEL, &tunnel->session, &other->session, "tunnel");
		if (same_text(tunnel->interface, other->interface))
			blame(check, OF_TUNNEL, "interface", "%s is also the interface of tunnel %s: "
			       "each tunnel needs its own", tunnel->interface, other->name);
		if (links_meet(tunnel, other) &&
		    check->config->groups[i].style.table == group->style.table)
			blame(check, OF_TUNNEL, "inside", "%s is also the link of tunnel %s: use another "
			       "one, or another table", prefix_format(&tunnel->link, link), other->name);
	}
}

static void interface_name_fits(struct check *check, const struct group_config *group,
				const struct tunnel_config *tunnel)
{
	(void)group;
	if (tunnel->interface && strlen(tunnel->interface) >= IF_NAMESIZE)
		blame(check, OF_TUNNEL, "interface", "%s is too long: use at most %d bytes",
		       tunnel->interface, IF_NAMESIZE - 1);
}

static void peer_has_an_as_of_its_own(struct check *check, const struct group_config *group,
				      const struct tunnel_config *tunnel)
{
	uint32_t asn = tunnel->session.asn;

	if (asn == 0)
		blame(check, OF_TUNNEL, "peer_asn", "is missing, and provider %s has no usual one: "
		       "take it from the provider's configuration", group->provider->name);
	else if (asn == check->config->asn && !is_generic(group->provider))
		blame(check, OF_TUNNEL, "peer_asn", "%" PRIu32 " is our own AS, and %s speaks external "
		       "BGP only: one of the two must change", asn, group->provider->name);
}

static void timers_suit_the_provider(struct check *check, const struct group_config *group,
				     const struct tunnel_config *tunnel)
{
	check_timers(check, OF_TUNNEL, &tunnel->session);
	if (tunnel->session.hold_time_s == 0 && !is_generic(group->provider))
		blame(check, OF_TUNNEL, "hold_time", "0 would never find a dead tunnel: use %u, which %s "
		       "expects", group->provider->hold_time_s, group->provider->name);
}

static void somebody_connects(struct check *check, const struct group_config *group,
			      const struct tunnel_config *tunnel)
{
	check_opener(check, OF_TUNNEL, &tunnel->session);
	if (tunnel->session.passive && group->provider->we_open)
		blame(check, OF_TUNNEL, "passive", "true would wait for ever: %s never connects, we must",
		       group->provider->name);
}

static void outside_is_not_announced(struct check *check, const struct group_config *group,
				     const struct tunnel_config *tunnel)
{
	char outside[ADDRESS_TEXT], prefix[PREFIX_TEXT];

	for (size_t i = 0; i < group->announce.count; i++) {
		const struct prefix *announced = &group->announce.rules[i].prefix;

		if (announced->length > 0 && prefix_contains_address(announced, &tunnel->outside))
			blame(check, OF_TUNNEL, "outside", "%s lies in %s, which we announce: the far "
			       "side would send its own tunnel packets to us",
			       address_format(&tunnel->outside, outside),
			       prefix_format(announced, prefix));
	}
}

static void outside_is_not_inside(struct check *check, const struct group_config *group,
				  const struct tunnel_config *tunnel)
{
	char outside[ADDRESS_TEXT], link[PREFIX_TEXT];

	(void)group;
	if (is_set(tunnel) && prefix_contains_address(&tunnel->link, &tunnel->outside))
		blame(check, OF_TUNNEL, "outside", "%s lies on the inside link %s: use the public "
		       "address of the far end", address_format(&tunnel->outside, outside),
		       prefix_format(&tunnel->link, link));
}

static tunnel_rule *const tunnel_rules[] = {
	interface_name_fits,
	inside_is_a_host_of_its_link,
	peer_is_the_other_host,
	provider_takes_the_link,
	tunnel_is_unlike_others,
	peer_has_an_as_of_its_own,
	timers_suit_the_provider,
	somebody_connects,
	outside_is_not_announced,
	outside_is_not_inside,
};

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
	char text[TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (group->announce.rules != check->config->announce.rules)
		blame(check, OF_GROUP, "announce", "%s", text);
	else
		blame(check, OF_ALL, "announce", "for group %s, %s",
		       group->name ? group->name : "?", text);
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
				       group->tunnels[j].name ? group->tunnels[j].name : "a tunnel");
		return;
	}
}

static group_rule *const group_rules[] = {
	group_is_unlike_others,
	group_has_some_tunnels,
	mode_works_with_the_provider,
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
			check_twin(check, OF_NEIGHBOR, session, &config->groups[i].tunnels[j].session,
				   "tunnel");
	for (size_t i = 0; i < check->neighbor; i++)
		check_twin(check, OF_NEIGHBOR, session, &config->neighbors[i].session, "neighbor");
}

static void check_neighbor(struct check *check, const struct neighbor_config *neighbor)
{
	const struct session_params *session = &neighbor->session;

	check_peer(check, OF_NEIGHBOR, "address", session);
	check_timers(check, OF_NEIGHBOR, session);
	check_opener(check, OF_NEIGHBOR, session);
	neighbor_is_unlike_others(check, session);
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

static void check_group(struct check *check, const struct group_config *group)
{
	for (size_t i = 0; i < sizeof(group_rules) / sizeof(group_rules[0]); i++)
		group_rules[i](check, group);
	for (check->tunnel = 0; check->tunnel < group->tunnel_count; check->tunnel++)
		for (size_t i = 0; i < sizeof(tunnel_rules) / sizeof(tunnel_rules[0]); i++)
			tunnel_rules[i](check, group, &group->tunnels[check->tunnel]);
}

size_t config_check(const struct config *config, check_report *report, void *arg)
{
	struct check check = { .config = config, .report = report, .arg = arg };

	check_router_id(&check);
	for (check.group = 0; check.group < config->group_count; check.group++)
		check_group(&check, &config->groups[check.group]);
	for (check.neighbor = 0; check.neighbor < config->neighbor_count; check.neighbor++)
		check_neighbor(&check, &config->neighbors[check.neighbor]);
	return check.findings;
}
