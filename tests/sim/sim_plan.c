#include "tests/sim/sim_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgpd/base/xalloc.h"
#include "policy/liveness.h"

static void add_rule(struct prefix_rule *rules, size_t *count, const char *text)
{
	const char *why = NULL;

	assert_true(*count < SIM_RULES);
	assert_true(prefix_rule_parse(text, &rules[*count], &why));
	++*count;
}

void plan_accept(struct sim_plan *plan, const char *rule)
{
	add_rule(plan->accept, &plan->accept_count, rule);
}

void plan_announce(struct sim_plan *plan, const char *rule)
{
	add_rule(plan->announce, &plan->announce_count, rule);
}

void plan_group_announce(struct sim_plan *plan, const char *rule)
{
	add_rule(plan->group_announce, &plan->group_announce_count, rule);
}

static struct session_params session_defaults(const char *name)
{
	return (struct session_params){
		.name = name,
		.local_asn = 65010,
		.router_id = 0x0a3c0001,
		.hold_time_s = 90,
		.connect_retry_s = 60,
		.ttl = 1,
		.families = FAMILY_BIT(FAMILY_IPV4),
		.graceful_restart = true,
		.restart_time_s = 120,
	};
}

static void plan_tunnel(struct tunnel_config *tunnel, size_t i)
{
	static const char *const names[] = { "tun1", "tun2", "tun3" };
	static const char *const interfaces[] = { "ipsec1", "ipsec2", "ipsec3" };
	uint32_t link = 0xa9fe0b00u + ((uint32_t)i << 8);

	*tunnel = (struct tunnel_config){
		.name = names[i],
		.interface = interfaces[i],
		.inside = address_ipv4(link + 2),
		.outside = address_ipv4(0xc6336401u + (uint32_t)i),
		.session = session_defaults(names[i]),
		.weight = 1,
		.required_signals = SIGNAL_BIT(SIGNAL_LINK) | SIGNAL_BIT(SIGNAL_IPSEC) |
				    SIGNAL_BIT(SIGNAL_BGP) | SIGNAL_BIT(SIGNAL_ADMIN),
	};
	tunnel->link = prefix_of(&tunnel->inside, 30);
	tunnel->session.address = address_ipv4(link + 1);
	tunnel->session.local_address = tunnel->inside;
	tunnel->session.interface = interfaces[i];
	tunnel->session.asn = 64512;
}

static void plan_neighbor(struct neighbor_config *neighbor, size_t i)
{
	static const char *const names[] = { "core1", "core2" };

	*neighbor = (struct neighbor_config){ .session = session_defaults(names[i]) };
	neighbor->session.address = address_ipv4(0x0a3c0002u + (uint32_t)i);
	neighbor->session.local_address = address_ipv4(0x0a3c0001);
	neighbor->session.asn = 65020 + (uint32_t)i;
}

static void plan_group(struct group_config *group)
{
	*group = (struct group_config){
		.name = "cloud",
		.provider = provider_find("generic"),
		.failover = {
			.mode = MODE_ACTIVE_STANDBY,
			.revert = true,
			.revert_delay = SECONDS(30),
			.revert_delay_max = SECONDS(600),
			.settle = SECONDS(5),
			.startup_wait = SECONDS(30),
		},
		.style = { .table = 254, .metric = SIM_METRIC },
		.obeys_maintenance = true,
	};
}

void plan_init(struct sim_plan *plan, size_t tunnels)
{
	struct config *defaults = config_new();

	*plan = (struct sim_plan){ .config = *defaults, .tunnel_count = tunnels };
	config_free(defaults);
	plan->config.asn = 65010;
	plan->config.router_id = 0x0a3c0001;
	plan_group(&plan->group);
	for (size_t i = 0; i < SIM_TUNNELS; i++)
		plan_tunnel(&plan->tunnels[i], i);
	for (size_t i = 0; i < SIM_NEIGHBORS; i++)
		plan_neighbor(&plan->neighbors[i], i);
	plan_accept(plan, "10.0.0.0/8 le 24");
	plan_announce(plan, "10.60.0.0/16");
}

struct sim_plan *plan_seal(const struct sim_plan *from)
{
	struct sim_plan *plan = xmalloc(sizeof(*plan));

	*plan = *from;
	plan->config.announce = (struct prefix_rules){ plan->announce, plan->announce_count };
	plan->group.announce = plan->config.announce;
	if (plan->group_announce_count)
		plan->group.announce = (struct prefix_rules){ plan->group_announce,
							      plan->group_announce_count };
	plan->group.accept = (struct prefix_rules){ plan->accept, plan->accept_count };
	plan->group.failover.tunnels = plan->group.tunnel_count = plan->tunnel_count;
	plan->group.tunnels = plan->tunnels;
	plan->config.groups = &plan->group;
	plan->config.group_count = plan->tunnel_count > 0;
	plan->config.neighbors = plan->neighbors;
	plan->config.neighbor_count = plan->neighbor_count;
	return plan;
}
