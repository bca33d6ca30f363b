#include "bgpd/session/negotiate.h"

struct open negotiate_offer(const struct session_params *params, bool is_restarting,
			    bool has_forwarded)
{
	bool restarts = params->graceful_restart;
	uint8_t ipv4 = params->families & FAMILY_BIT(FAMILY_IPV4);

	return (struct open){
		.asn = params->local_asn,
		.hold_time_s = params->hold_time_s,
		.bgp_id = params->router_id,
		.capabilities = {
			.any_multiprotocol = true,
			.families = params->families,
			/* RFC 8950: of use only where the peer may have no IPv4 address. */
			.extended_next_hop = params->address.family == FAMILY_IPV6 ? ipv4 : 0,
			.route_refresh = true,
			.enhanced_refresh = true,
			.extended_message = true,
			.role = (uint16_t)params->role,
			.has_as4 = true,
			.as4 = params->local_asn,
			.graceful_restart = restarts,
			.restarting = restarts && is_restarting,
			.notification_restart = restarts,
			.restart_time_s = params->restart_time_s,
			.restart_families = restarts ? params->families : 0,
			.forwarding_kept = restarts && has_forwarded ? params->families : 0,
		},
	};
}

/* RFC 4760 8: a peer that says nothing of families speaks IPv4 unicast. */
static uint8_t families_of(const struct capabilities *set)
{
	return set->any_multiprotocol ? set->families : FAMILY_BIT(FAMILY_IPV4);
}

static struct capabilities in_common(const struct capabilities *ours,
				     const struct capabilities *theirs)
{
	uint8_t families = families_of(ours) & families_of(theirs);
	struct capabilities common = {
		.any_multiprotocol = theirs->any_multiprotocol,
		.families = families,
		.extended_next_hop = ours->extended_next_hop & theirs->extended_next_hop & families,
		.route_refresh = ours->route_refresh && theirs->route_refresh,
		.enhanced_refresh = ours->enhanced_refresh && theirs->enhanced_refresh,
		.extended_message = ours->extended_message && theirs->extended_message,
		.role = ours->role ? theirs->role : BGP_ROLE_NONE,
		.has_as4 = ours->has_as4 && theirs->has_as4,
		.as4 = theirs->as4,
		.graceful_restart = ours->graceful_restart && theirs->graceful_restart,
	};

	if (common.graceful_restart) {
		common.restarting = theirs->restarting;
		common.notification_restart = ours->notification_restart &&
					      theirs->notification_restart;
		common.restart_time_s = theirs->restart_time_s;
		common.restart_families = theirs->restart_families & families;
		common.forwarding_kept = theirs->forwarding_kept & families;
	}
	return common;
}

/* RFC 5492 5: the data names what we miss, encoded as in an OPEN. */
static bool refuse_families(const struct open *ours, struct notification *why)
{
	struct capabilities missed = { .families = ours->capabilities.families };
	uint8_t bytes[NOTIFY_DATA];
	struct writer data = writer_of(bytes, sizeof(bytes));

	capabilities_build(&missed, &data);
	return refuse_with(why, NOTIFY_OPEN, OPEN_BAD_CAPABILITY, bytes, write_length(&data));
}

/* RFC 9234 4.2: a peer that says nothing is fine unless we are strict. */
static bool role_fits(const struct session_params *params, const struct capabilities *peer)
{
	if (!params->role)
		return true;
	if (!peer->role)
		return !params->strict_role;
	return !peer->has_several_roles && bgp_role_fits(params->role, peer->role);
}

bool negotiate_open(const struct session_params *params, const struct open *peer,
		    struct agreement *agreement, struct notification *why)
{
	struct open ours = negotiate_offer(params, false, false);
	uint16_t hold = ours.hold_time_s < peer->hold_time_s ? ours.hold_time_s : peer->hold_time_s;
	uint16_t third = hold / 3, most = params->keepalive_s;

	if (peer->asn != params->asn)
		return refuse(why, NOTIFY_OPEN, OPEN_BAD_PEER_AS);
	/* RFC 6286 2.2: within an AS identifiers are unique, between ASes they need not be. */
	if (peer->asn == ours.asn && peer->bgp_id == ours.bgp_id)
		return refuse(why, NOTIFY_OPEN, OPEN_BAD_ID);
	if (!role_fits(params, &peer->capabilities))
		return refuse(why, NOTIFY_OPEN, OPEN_ROLE_MISMATCH);
	*agreement = (struct agreement){
		.peer = *peer,
		.common = in_common(&ours.capabilities, &peer->capabilities),
		.hold_time_s = hold,
		.keepalive_s = most && most < third ? most : third,
	};
	return agreement->common.families || refuse_families(&ours, why);
}
