#include "bgpd/speaker/wish.h"

#include "bgpd/speaker/choose.h"

#include <string.h>

/* The next hop of an IPv6 route; an IPv4-mapped one says nothing. */
static struct address named_by(const struct attrs *attrs)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (address_is_set(&attrs->link_local))
		return attrs->link_local;
	if (attrs->next_hop.family == FAMILY_IPV6 &&
	    memcmp(attrs->next_hop.bytes, mapped, sizeof(mapped)) != 0)
		return attrs->next_hop;
	return (struct address){ 0 };
}

void wish_see_far_end(struct speaker *speaker, struct tunnel *tunnel, const struct attrs *attrs)
{
	struct chains *chains = &speaker->sync.chains;
	const struct egress *egress = chains_egress(chains, tunnel->egress[FAMILY_IPV6]);
	struct address named = named_by(attrs);

	if (tunnel->config->session.address.family == FAMILY_IPV6 ||
	    address_equal(&named, &tunnel->ipv6_end))
		return;
	tunnel->ipv6_end = named;
	if (!egress)
		return;
	struct fib_egress at = egress->at;
	at.gateway = named;
	if (chains_place(chains, tunnel->egress[FAMILY_IPV6], &at))
		speaker_note(speaker, NOTE_WARNING, "fib", tunnel->config->name,
			     "the kernel refused the tunnel's nexthop", speaker->sync.fib->error);
}

/* The tunnel's egress for this family, made when the first route wants it.  A next hop on a tunnel is the
 * tunnel: its far end. */
static egress_id tunnel_egress(struct speaker *speaker, struct tunnel *tunnel, enum family family)
{
	if (tunnel->egress[family])
		return tunnel->egress[family];
	struct address peer = tunnel->config->session.address;
	bool is_peer = family == FAMILY_IPV4 || peer.family == FAMILY_IPV6;
	struct fib_egress at = { .family = (uint8_t)family,
				 .ifindex = tunnel->link.is_up ? tunnel->link.ifindex : 0,
				 .gateway = is_peer ? peer : tunnel->ipv6_end };
	struct chains *chains = &speaker->sync.chains;
	egress_id id = chains_tunnel(chains, tunnel->config->name, tunnel->number, &at);

	if (!id)
		return 0;
	tunnel->egress[family] = id;
	chains_place(chains, id, &at);
	chains_stand(chains, id, failover_standing(tunnel->group->failover, tunnel->place),
		     tunnel->config->weight);
	return id;
}

static egress_id neighbor_egress(struct speaker *speaker, const struct neighbor *neighbor,
				 enum family family, const struct attr_set *set)
{
	struct attrs attrs = attr_set_view(set);
	const struct fib_egress *way =
		next_hops_way(&speaker->next_hops, speaker->sync.fib, &attrs.next_hop,
			      neighbor->params->interface, speaker->config->fib.style.table);

	if (!way)
		return 0;
	struct fib_egress at = *way;
	at.family = (uint8_t)family;
	egress_id id = chains_gateway(&speaker->sync.chains, &at);
	if (id)
		chains_place(&speaker->sync.chains, id, &at);
	return id;
}

static void add_member(struct chain_wish *wish, egress_id id)
{
	if (id && wish->count < CHAIN_WIDTH)
		wish->members[wish->count++] = id;
}

/* A route of one of the group's tunnels. */
struct offer {
	const struct route *route;
	struct tunnel *tunnel;
	uint32_t rank;
};

/* What a policy says of the route, or else the local preference that its tunnel has by its place while
 * all are well.  Failures are the business of standings, which leave the members of chains alone. */
static uint32_t rank(const struct tunnel *tunnel, const struct route *route)
{
	static const struct steering_params nothing_said;
	const struct group_config *group = tunnel->group->config;
	enum role role = tunnel->place == 0 ? ROLE_ACTIVE : ROLE_STANDBY;
	uint32_t own;

	if (attr_set_local_pref(route->set, &own))
		return own;
	return steering_for(group->provider, group->failover.mode, role, tunnel->place,
			    &nothing_said).local_pref;
}

static bool is_before(const struct offer *a, const struct offer *b)
{
	return a->rank != b->rank ? a->rank > b->rank : a->tunnel->place < b->tunnel->place;
}

/* By policy, then by the user's order. */
static size_t collect_offers(const struct speaker *speaker, const struct group *group,
			     const struct net *net, struct offer offers[CHAIN_WIDTH])
{
	size_t count = 0;

	for (const struct route *route = net->routes; route; route = route->next) {
		const struct neighbor *neighbor = speaker_neighbor_of(speaker, route);
		size_t at = count;

		if (!neighbor || !neighbor->tunnel || neighbor->tunnel->group != group ||
		    !route_counts(speaker, route))
			continue;
		struct offer offer = { route, neighbor->tunnel, rank(neighbor->tunnel, route) };
		for (; at > 0 && is_before(&offer, &offers[at - 1]); at--)
			offers[at] = offers[at - 1];
		offers[at] = offer;
		count++;
	}
	return count;
}

static size_t count_equals(const struct offer *offers, size_t count)
{
	size_t equals = 0;

	while (equals < count && offers[equals].rank == offers[0].rank)
		equals++;
	return equals;
}

/* Where the far side leads, among offers that no policy tells apart, by what it says of its routes. */
static void follow_far_side(const struct speaker *speaker, struct offer *offers, size_t count)
{
	struct candidate candidates[CHAIN_WIDTH];

	for (; count > 1; offers++, count--) {
		size_t equals = count_equals(offers, count);

		for (size_t i = 0; i < equals; i++) {
			candidates[i] = choose_candidate(speaker, offers[i].route);
			candidates[i].local_pref = LOCAL_PREF_DEFAULT;
		}
		size_t best = decision_make(&speaker->config->decision, candidates, equals, NULL);
		struct offer first = offers[best];
		memmove(&offers[1], &offers[0], best * sizeof(*offers));
		offers[0] = first;
	}
}

/* Returns the attributes of the route that is preferred while all are well, whose metric counts: routes
 * shall not be written anew when another tunnel carries them.
 *
 * In ecmp all share that no policy tells apart; there is no place for a standby behind them in the
 * kernel.  A single one that a policy prefers has the others for standby. */
static const struct attr_set *wish_for_group(struct speaker *speaker, const struct group *group,
					     const struct net *net, struct chain_wish *wish)
{
	struct offer offers[CHAIN_WIDTH];
	size_t count = collect_offers(speaker, group, net, offers);
	size_t equals = count_equals(offers, count);

	if (group->config->failover.mode == MODE_FOLLOW_PROVIDER)
		follow_far_side(speaker, offers, count);
	wish->is_ecmp = group->config->failover.mode == MODE_ECMP && (equals > 1 || count == 1);
	if (wish->is_ecmp)
		count = equals;
	for (size_t i = 0; i < count; i++)
		add_member(wish, tunnel_egress(speaker, offers[i].tunnel,
					       (enum family)net->prefix.family));
	return count ? offers[0].route->set : NULL;
}

static const struct attr_set *wish_for_neighbor(struct speaker *speaker, struct neighbor *neighbor,
						const struct net *net, const struct route *best,
						struct chain_wish *wish)
{
	enum family family = (enum family)net->prefix.family;

	add_member(wish, neighbor_egress(speaker, neighbor, family, best->set));
	return best->set;
}

void wish_for(struct speaker *speaker, struct net *net, const struct route *best)
{
	struct route_style style = speaker->config->fib.style;
	struct chain_wish wish = { .family = net->prefix.family, .style = &style };
	struct neighbor *neighbor = best ? speaker_neighbor_of(speaker, best) : NULL;
	const struct attr_set *set = NULL;

	if (neighbor && neighbor->tunnel) {
		style = neighbor->tunnel->group->config->style;
		set = wish_for_group(speaker, neighbor->tunnel->group, net, &wish);
	} else if (neighbor) {
		set = wish_for_neighbor(speaker, neighbor, net, best, &wish);
	}
	if (set && attr_set_metric(set))
		style.metric = attr_set_metric(set);
	sync_want(&speaker->sync, net, &wish, speaker->now);
}
