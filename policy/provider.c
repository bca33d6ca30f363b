#include "policy/provider.h"

#include <string.h>

/* AWS: docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html, "Inside tunnel IPv4 CIDR". */
static const char *const aws_inside[] = {
	"169.254.0.0/30", "169.254.1.0/30", "169.254.2.0/30", "169.254.3.0/30", "169.254.4.0/30",
	"169.254.5.0/30", "169.254.169.252/30", NULL
};

/* Azure takes 169.254.21.0 to 169.254.22.255 as APIPA addresses of a gateway and no others:
 * learn.microsoft.com/azure/vpn-gateway/vpn-gateway-howto-aws-bgp.  This is the rest of the /16. */
static const char *const azure_inside[] = {
	"169.254.0.0/20", "169.254.16.0/22", "169.254.20.0/24", "169.254.23.0/24",
	"169.254.24.0/21", "169.254.32.0/19", "169.254.64.0/18", "169.254.128.0/17", NULL
};

/* Alibaba: API reference CreateVpnConnection, TunnelCidr; one block more than AWS. */
static const char *const alibaba_inside[] = {
	"169.254.0.0/30", "169.254.1.0/30", "169.254.2.0/30", "169.254.3.0/30", "169.254.4.0/30",
	"169.254.5.0/30", "169.254.6.0/30", "169.254.169.252/30", NULL
};

/* OCI: docs.oracle.com/en-us/iaas/Content/Network/Tasks/vpn_to_aws.htm: 169.254.10.0 to 19.255,
 * 169.254.100.0 to 109.255 and 169.254.192.0 to 201.255. */
static const char *const oci_inside[] = {
	"169.254.10.0/23", "169.254.12.0/22", "169.254.16.0/22", "169.254.100.0/22",
	"169.254.104.0/22", "169.254.108.0/23", "169.254.192.0/21", "169.254.200.0/23", NULL
};

/* Alibaba's own services: neither this nor a part of it nor what covers it, a default route included
 * (.../configure-bgp-dynamic-routing, notes). */
static const char *const alibaba_announce[] = { "100.64.0.0/10", NULL };

static const char *const no_inside[] = { NULL };

/* Where a provider publishes no timers we offer RFC 4271's 90 and 30 seconds (10, "suggested
 * value"); the smaller hold time of both sides wins anyway. */
static const struct provider providers[] = {
	{
		/* Limits: docs.aws.amazon.com/vpn/latest/s2svpn/vpn-limits.html (100 routes from the
		 * customer gateway, not adjustable).  Hold time: each downloaded configuration.  A third
		 * of it is 10 s, which is also the silence after which a tunnel may be dropped
		 * (.../initiate-vpn-tunnels.html): 8 s stays below.  Choice, one tunnel at a time and the
		 * MED that moves traffic for maintenance: .../vpn-route-priority.html and
		 * .../routing-vpn-tunnel-updates.html.  A default route comes from other connections of
		 * the same gateway. */
		.name = "aws-vgw",
		.title = "AWS Site-to-Site VPN on a virtual private gateway",
		.asn = 64512, .hold_time_s = 30, .keepalive_s = 8,
		.budget = 100, .budget_warn = 80, .ttl = 1,
		.moves_by_med = true, .default_route = true,
		.choice = CHOICE_AS_PATH_THEN_MED,
		.forbidden_inside = aws_inside,
		.over_budget = "resets the session, again and again",
	},
	{
		/* As above; 1,000 routes.  Multipath needs "VPN ECMP support" and equal paths:
		 * docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html.  What follows a
		 * violation of the limit, beside a line in the BGP log, is not published. */
		.name = "aws-tgw",
		.title = "AWS Site-to-Site VPN on a transit gateway or Cloud WAN",
		.asn = 64512, .hold_time_s = 30, .keepalive_s = 8,
		.budget = 1000, .budget_warn = 800, .ttl = 1,
		.moves_by_med = true, .default_route = true, .shares_load = true,
		.choice = CHOICE_AS_PATH_THEN_MED,
		.forbidden_inside = aws_inside,
		.over_budget = "logs a violation and may reset the session",
	},
	{
		/* learn.microsoft.com/azure/vpn-gateway/vpn-gateway-vpn-faq, "BGP and routing": timers
		 * 60 and 180 s, 4,000 prefixes, prepending honoured, no default route passed on, and "the
		 * on-premises device must initiate" with APIPA addresses.  Both tunnels at once:
		 * .../about-active-active-gateways.  MED is not mentioned anywhere. */
		.name = "azure",
		.title = "Azure VPN Gateway, APIPA addresses",
		.asn = 65515, .hold_time_s = 180, .keepalive_s = 60,
		.budget = 4000, .budget_warn = 3200, .ttl = 1,
		.we_open = true, .shares_load = true,
		.choice = CHOICE_AS_PATH,
		.forbidden_inside = azure_inside,
		.over_budget = "drops the session",
	},
	{
		/* As above, with the address from GatewaySubnet, which is not on the tunnel's link and
		 * needs eBGP multihop; how many hops lie between is not published. */
		.name = "azure-private",
		.title = "Azure VPN Gateway, private address in GatewaySubnet",
		.asn = 65515, .hold_time_s = 180, .keepalive_s = 60,
		.budget = 4000, .budget_warn = 3200, .ttl = 64,
		.shares_load = true,
		.choice = CHOICE_AS_PATH,
		.forbidden_inside = no_inside,
		.over_budget = "drops the session",
	},
	{
		/* docs.cloud.google.com/network-connectivity/docs/router/ - quotas: 5,000 prefixes for
		 * each peer, then a reset; 250 unique ones of a region, then the longest are dropped
		 * without a word, hence the early warning.  how-to/managing-bgp-timers: keepalive 20,
		 * hold three times that.  concepts/learned-routes: in legacy mode AS_PATH counts within
		 * one software task only, and the two interfaces of HA VPN have one each.  Custom
		 * announcements may hold a default route. */
		.name = "gcp-legacy",
		.title = "Google Cloud HA VPN, legacy best path selection",
		.hold_time_s = 60, .keepalive_s = 20,
		.budget = 5000, .budget_warn = 250, .ttl = 1,
		.default_route = true, .shares_load = true,
		.choice = CHOICE_MED,
		.forbidden_inside = no_inside,
		.over_budget = "resets the session; over 250 it drops the longest prefixes silently",
	},
	{
		/* As above; AS_PATH, origin, MED over the whole network, switched on for each VPC. */
		.name = "gcp-standard",
		.title = "Google Cloud HA VPN, standard best path selection",
		.hold_time_s = 60, .keepalive_s = 20,
		.budget = 5000, .budget_warn = 250, .ttl = 1,
		.default_route = true, .shares_load = true,
		.choice = CHOICE_AS_PATH_THEN_MED,
		.forbidden_inside = no_inside,
		.over_budget = "resets the session; over 250 it drops the longest prefixes silently",
	},
	{
		/* alibabacloud.com/help/en/vpn/sub-product-ipsec-vpn/user-guide/
		 * configure-bgp-dynamic-routing: AS 45104, 50 routes in the gateway's table.  The tunnel
		 * in the role "active" carries the traffic (dual-tunnel mode), whatever we announce.
		 * Timers, the effect of MED and prepends and of a 51st route are not published. */
		.name = "alibaba",
		.title = "Alibaba Cloud VPN Gateway",
		.asn = 45104, .hold_time_s = 90, .keepalive_s = 30,
		.budget = 50, .budget_warn = 40, .ttl = 1,
		.choice = CHOICE_ITS_OWN,
		.forbidden_inside = alibaba_inside, .forbidden_announce = alibaba_announce,
		.over_budget = "may ignore the surplus or reset the session",
	},
	{
		/* docs.oracle.com/en-us/iaas/Content/Network/ - Tasks/managingDRGs.htm: AS_PATH, then an
		 * arbitrary choice; multipath where it is switched on.  Tasks/vpn_to_aws.htm: AS 31898
		 * (14544 in Jovanovac).  Timers and limit are published for FastConnect only, 500 (IPv6)
		 * being the smallest of its limits: we warn there and hold nothing back. */
		.name = "oci",
		.title = "Oracle Cloud Infrastructure Site-to-Site VPN on a DRG",
		.asn = 31898, .hold_time_s = 90, .keepalive_s = 30,
		.budget = 0, .budget_warn = 500, .ttl = 1,
		.default_route = true, .shares_load = true,
		.choice = CHOICE_AS_PATH,
		.forbidden_inside = oci_inside,
		.over_budget = "may reset the session",
	},
	{
		/* github.com/ibm-cloud-docs/vpc, vpn-planning.md: AS 64520, 120 routes, over which the
		 * session is shut until someone turns it on again; the tunnel whose IBM address is
		 * numerically smaller is the primary one, unless "distribute traffic" is on.  Timers are
		 * not published. */
		.name = "ibm",
		.title = "IBM Cloud VPN for VPC",
		.asn = 64520, .hold_time_s = 90, .keepalive_s = 30,
		.budget = 120, .budget_warn = 100, .ttl = 1,
		.shares_load = true,
		.choice = CHOICE_ITS_OWN,
		.forbidden_inside = no_inside,
		.over_budget = "shuts the session until it is enabled again at IBM",
	},
	{
		/* docs.otc.t-systems.com/virtual-private-network/umn/overview/
		 * quotas_and_limitations.html: 100 routes of a connection.  AS 64512:
		 * support.huaweicloud.com, "s2cvpn_admin_ali".  Timers and path selection are not
		 * published: like any other BGP speaker. */
		.name = "huawei",
		.title = "Huawei Cloud or Open Telekom Cloud VPN",
		.asn = 64512, .hold_time_s = 90, .keepalive_s = 30,
		.budget = 100, .budget_warn = 80, .ttl = 1,
		.default_route = true, .shares_load = true,
		.choice = CHOICE_AS_PATH_THEN_MED,
		.forbidden_inside = no_inside,
		.over_budget = "may ignore the surplus or reset the session",
	},
	{
		/* Any RFC 4271 speaker: FRR, BIRD, a router, another box like this one. */
		.name = "generic",
		.title = "any BGP speaker",
		.hold_time_s = 90, .keepalive_s = 30, .ttl = 1,
		.default_route = true, .shares_load = true,
		.choice = CHOICE_AS_PATH_THEN_MED,
		.forbidden_inside = no_inside,
		.over_budget = "may reset the session",
	},
};

const struct provider *provider_at(size_t index)
{
	return index < sizeof(providers) / sizeof(providers[0]) ? &providers[index] : NULL;
}

const struct provider *provider_find(const char *name)
{
	const struct provider *provider;

	for (size_t i = 0; (provider = provider_at(i)); i++)
		if (strcmp(provider->name, name) == 0)
			return provider;
	return NULL;
}

static const char *meets(const char *const *list, const struct prefix *prefix)
{
	for (const char *const *text = list; text && *text; text++) {
		struct prefix forbidden;

		if (prefix_parse(*text, &forbidden) &&
		    (prefix_contains(&forbidden, prefix) || prefix_contains(prefix, &forbidden)))
			return *text;
	}
	return NULL;
}

const char *provider_forbids(const struct provider *provider, const struct prefix *link)
{
	return meets(provider->forbidden_inside, link);
}

const char *provider_refuses(const struct provider *provider, const struct prefix *announced)
{
	return meets(provider->forbidden_announce, announced);
}
