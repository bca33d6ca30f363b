#include "bgpd/config/check_tunnel.h"

#include <inttypes.h>
#include <net/if.h>
#include <string.h>

#include "bgpd/config/check_policy.h"

typedef void tunnel_rule(struct check *check, const struct group_config *group,
			 const struct tunnel_config *tunnel);

/* Each tunnel that stands in the file before this one. */
static const struct tunnel_config *earlier_tunnel(const struct check *check, size_t *group,
						  size_t *tunnel)
{
	const struct config *config = check->config;

	for (; *group <= check->group; (*group)++, *tunnel = 0) {
		const struct group_config *at = &config->groups[*group];

		if (*tunnel < (*group < check->group ? at->tunnel_count : check->tunnel))
			return &at->tunnels[(*tunnel)++];
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

/* The first and the last address of a net are no hosts, unless it has only two (RFC 3021, RFC
 * 6164); the first of an IPv6 net is any router's (RFC 4291 2.6.1), its last is one like others. */
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
	check_session(check, OF_TUNNEL, "peer", &tunnel->session);
	if (!is_set(tunnel) || !peer_is_on_link(tunnel) || peer->family != tunnel->inside.family)
		return;
	if (!prefix_contains_address(&tunnel->link, peer) || !is_host(&tunnel->link, peer))
		blame(check, OF_TUNNEL, "peer", "%s is not the other host of the inside link %s",
		      address_format(peer, text), prefix_format(&tunnel->link, link));
}

static void provider_takes_the_link(struct check *check, const struct group_config *group,
				    const struct tunnel_config *tunnel)
{
	const char *forbidden;
	char link[PREFIX_TEXT];

	if (is_set(tunnel) && (forbidden = provider_forbids(group->provider, &tunnel->link)))
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
		check_twin(check, OF_TUNNEL, "peer", &tunnel->session, &other->session, "tunnel");
		if (same_text(tunnel->interface, other->interface))
			blame(check, OF_TUNNEL, "interface", "%s is also the interface of tunnel %s: "
			      "each tunnel needs its own", tunnel->interface, name_or_unknown(other->name));
		if (links_meet(tunnel, other) &&
		    check->config->groups[i].style.table == group->style.table)
			blame(check, OF_TUNNEL, "inside", "%s is also the link of tunnel %s: use another "
			      "one, or another table", prefix_format(&tunnel->link, link),
			      name_or_unknown(other->name));
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
	if (tunnel->session.hold_time_s == 0 && !is_generic(group->provider))
		blame(check, OF_TUNNEL, "hold_time", "0 would never find a dead tunnel: use %u, which %s "
		      "expects", group->provider->hold_time_s, group->provider->name);
}

static void somebody_connects(struct check *check, const struct group_config *group,
			      const struct tunnel_config *tunnel)
{
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

/* RFC 5881 is for a peer on the link; RFC 5883, which is for others, is not spoken. */
static void bfd_needs_the_link(struct check *check, const struct group_config *group,
			       const struct tunnel_config *tunnel)
{
	(void)group;
	if (tunnel->bfd.interval_ms && !peer_is_on_link(tunnel))
		blame(check, OF_TUNNEL, "bfd", "is for a peer on the inside link, and a ttl of %u says "
		      "that this one is not: use ping", tunnel->session.ttl);
}

static void pings_can_be_lost(struct check *check, const struct group_config *group,
			      const struct tunnel_config *tunnel)
{
	(void)group;
	if (tunnel->ping.lost > tunnel->ping.of)
		blame(check, OF_TUNNEL, "ping", "lost is %u, and of is %u: never so many of so few are",
		      tunnel->ping.lost, tunnel->ping.of);
}

static void policies_are_there(struct check *check, const struct group_config *group,
			       const struct tunnel_config *tunnel)
{
	(void)group;
	check_policy_names(check, OF_TUNNEL, tunnel->import, tunnel->export);
}

static void initiation_can_be_asked(struct check *check, const struct group_config *group,
				    const struct tunnel_config *tunnel)
{
	(void)group;
	if (!tunnel->initiates)
		return;
	if (!tunnel->ipsec)
		blame(check, OF_TUNNEL, "ipsec", "is missing, but initiate needs the name of the CHILD_SA "
		      "in swanctl.conf: add it, or set \"initiate\": false");
	if (!tunnel->vici)
		blame(check, OF_TUNNEL, "vici", "is empty, but initiate asks strongSwan there: name its "
		      "socket, or set \"initiate\": false");
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
	initiation_can_be_asked,
	bfd_needs_the_link,
	pings_can_be_lost,
	policies_are_there,
};

void check_tunnel(struct check *check)
{
	const struct group_config *group = &check->config->groups[check->group];
	const struct tunnel_config *tunnel = &group->tunnels[check->tunnel];

	for (size_t i = 0; i < sizeof(tunnel_rules) / sizeof(tunnel_rules[0]); i++)
		tunnel_rules[i](check, group, tunnel);
}
