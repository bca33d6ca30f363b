/* The rules that span settings, each broken alone in a tree that is right otherwise. */
#include "bgpd/config/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bgpd/base/text.h"
#include "fib/fib.h"

/* A group of two tunnels and a neighbor, to be changed before the check. */
struct tree {
	struct config config;
	struct group_config group, other_group;
	struct group_config groups[2];
	struct tunnel_config tunnels[GROUP_TUNNELS + 1];
	struct neighbor_config neighbors[2];
	struct prefix_rule accept[1], announce[101];
};

static struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(text, &address));
	return address;
}

static struct prefix_rule rule_of(const char *text)
{
	struct prefix_rule rule;
	const char *why;

	assert_true(prefix_rule_parse(text, &rule, &why));
	return rule;
}

static void set_link(struct tunnel_config *tunnel, const char *inside, const char *peer)
{
	assert_true(prefix_parse_with_address(inside, &tunnel->inside, &tunnel->link));
	tunnel->session.local_address = tunnel->inside;
	tunnel->session.address = address_of(peer);
}

static struct session_params session_named(const char *name, uint32_t asn)
{
	return (struct session_params){
		.name = name, .asn = asn, .local_asn = 65010, .hold_time_s = 30, .keepalive_s = 8,
		.connect_retry_s = 30, .ttl = 1, .families = FAMILY_BIT(FAMILY_IPV4),
	};
}

static struct tunnel_config tunnel_named(const char *name, const char *interface)
{
	return (struct tunnel_config){
		.name = name, .interface = interface, .session = session_named(name, 64512), .weight = 1,
	};
}

static struct tree tree_that_is_right(void)
{
	struct tree tree = {
		.config = { .asn = 65010, .router_id = 0xcb00710a, .listen_port = 179 },
		.tunnels = { tunnel_named("tun1", "ipsec1"), tunnel_named("tun2", "ipsec2") },
		.accept = { rule_of("10.50.0.0/16 le 24") },
		.announce = { rule_of("10.60.0.0/16") },
		.group = {
			.name = "aws", .provider = provider_find("aws-vgw"),
			.accept.count = 1, .announce.count = 1, .tunnel_count = 2,
			.style.table = 254, .budget = 100,
		},
		.neighbors = { { .session = session_named("core1", 65010) } },
	};

	set_link(&tree.tunnels[0], "169.254.10.2/30", "169.254.10.1");
	set_link(&tree.tunnels[1], "169.254.11.2/30", "169.254.11.1");
	tree.tunnels[0].outside = address_of("198.51.100.44");
	tree.tunnels[1].outside = address_of("198.51.100.20");
	tree.neighbors[0].session.address = address_of("10.60.0.2");
	tree.config.neighbor_count = 1;
	tree.config.group_count = 1;
	return tree;
}

static void note(void *arg, const char *path, const char *text)
{
	text_add(arg, "%s: %s\n", path, text);
}

/* What is pointed at is put together last, so that a test may change the pieces. */
static void expect(struct tree *tree, const char *expected)
{
	char found[2000] = "";
	struct text text = text_of(found, sizeof(found));

	tree->config.announce.rules = tree->announce;
	tree->config.announce.count = tree->group.announce.count;
	tree->group.accept.rules = tree->accept;
	if (!tree->group.announce.rules)
		tree->group.announce.rules = tree->announce;
	tree->group.tunnels = tree->tunnels;
	tree->groups[0] = tree->group;
	tree->groups[1] = tree->other_group;
	tree->config.groups = tree->groups;
	tree->config.neighbors = tree->neighbors;
	size_t count = config_check(&tree->config, note, &text);

	assert_string_equal(found, expected);
	assert_int_equal(count > 0, *expected != '\0');
}

static void a_tree_that_is_right_has_no_findings(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	expect(&tree, "");
}

static void a_router_id_belongs_to_a_machine(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.config.router_id = 0;
	expect(&tree, "router_id: 0.0.0.0 does not tell us from others: use an address of this machine\n");
	tree.config.router_id = 0xe0000005;
	expect(&tree, "router_id: 224.0.0.5 does not tell us from others: use an address of this "
		      "machine\n");
}

/* ---- tunnels ---- */

static void expect_link(const char *inside, const char *peer, const char *expected)
{
	struct tree tree = tree_that_is_right();

	set_link(&tree.tunnels[0], inside, peer);
	expect(&tree, expected);
}

static void who_is_asked_to_initiate_knows_what_and_is_there(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.tunnels[0].initiates = true;
	expect(&tree, "groups[0].tunnels[0].ipsec: is missing, but initiate needs the name of the "
	       "CHILD_SA in swanctl.conf: add it, or set \"initiate\": false\n"
	       "groups[0].tunnels[0].vici: is empty, but initiate asks strongSwan there: name its "
	       "socket, or set \"initiate\": false\n");
	tree.tunnels[0].ipsec = "Tunnel1";
	tree.tunnels[0].vici = "/run/charon.vici";
	expect(&tree, "");
}

static void inside_and_peer_are_the_two_hosts_of_a_link(void **state)
{
	(void)state;
	expect_link("169.254.20.0/31", "169.254.20.1", "");
	expect_link("fd00::1/126", "fd00::2", "");
	expect_link("fd00::3/126", "fd00::2", "");
	expect_link("fd00::/127", "fd00::1", "");
	expect_link("169.254.20.0/30", "169.254.20.1",
		    "groups[0].tunnels[0].inside: 169.254.20.0 is not a host of 169.254.20.0/30: use one "
		    "of the two between its first and last address\n");
	expect_link("169.254.20.1/30", "169.254.20.3",
		    "groups[0].tunnels[0].peer: 169.254.20.3 is not the other host of the inside link "
		    "169.254.20.0/30\n");
	expect_link("169.254.20.1/30", "169.254.20.5",
		    "groups[0].tunnels[0].peer: 169.254.20.5 is not the other host of the inside link "
		    "169.254.20.0/30\n");
	expect_link("169.254.20.1/30", "169.254.20.1",
		    "groups[0].tunnels[0].peer: 169.254.20.1 is our own address: name the far end's\n");
	expect_link("169.254.20.1/29", "169.254.20.2",
		    "groups[0].tunnels[0].inside: 169.254.20.1/29 is no link of two ends: use /30 or /31\n");
	expect_link("169.254.20.1/30", "fd00::2",
		    "groups[0].tunnels[0].peer: fd00::2 is not of the family of our own end, "
		    "169.254.20.1: use two of one family\n");
}

static void a_peer_some_hops_away_need_not_be_on_the_link(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	set_link(&tree.tunnels[0], "10.60.0.1/32", "10.1.255.30");
	tree.tunnels[0].session.ttl = 64;
	expect(&tree, "");
}

static void a_provider_keeps_some_links_for_itself(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	set_link(&tree.tunnels[0], "169.254.6.2/30", "169.254.6.1");
	expect(&tree, "");
	tree.group.provider = provider_find("alibaba");
	tree.group.failover.mode = MODE_FOLLOW_PROVIDER;
	expect(&tree, "groups[0].tunnels[0].inside: 169.254.6.0/30 is not allowed by alibaba, which keeps "
		      "169.254.6.0/30 for itself: use another link\n");
}

static void two_tunnels_share_neither_name_nor_interface_nor_link_nor_peer(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.tunnels[1].session.name = tree.tunnels[1].name = "tun1";
	expect(&tree, "groups[0].tunnels[1].name: tun1 is also the name of a tunnel above: each needs its "
		      "own\n");
	tree = tree_that_is_right();
	tree.tunnels[1].interface = tree.tunnels[1].session.interface = "ipsec1";
	expect(&tree, "groups[0].tunnels[1].interface: ipsec1 is also the interface of tunnel tun1: each "
		      "tunnel needs its own\n");
	tree = tree_that_is_right();
	set_link(&tree.tunnels[1], "169.254.10.1/30", "169.254.10.2");
	expect(&tree, "groups[0].tunnels[1].inside: 169.254.10.0/30 is also the link of tunnel tun1: use "
		      "another one, or another table\n");
	tree = tree_that_is_right();
	set_link(&tree.tunnels[1], "169.254.10.0/31", "169.254.10.1");
	expect(&tree, "groups[0].tunnels[1].peer: 169.254.10.1 is also the address of the tunnel tun1: one "
		      "session to a peer\n"
		      "groups[0].tunnels[1].inside: 169.254.10.0/31 is also the link of tunnel tun1: use "
		      "another one, or another table\n");
}

static void a_link_may_be_used_again_in_another_table(void **state)
{
	struct tree tree = tree_that_is_right();
	struct tunnel_config twin = tunnel_named("tun3", "ipsec3");

	(void)state;
	set_link(&twin, "169.254.10.2/30", "169.254.10.1");
	twin.session.interface = twin.interface;
	tree.tunnels[0].session.interface = tree.tunnels[0].interface;
	tree.other_group = tree.group;
	tree.other_group.name = "aws2";
	tree.other_group.style.table = 100;
	tree.other_group.tunnels = &twin;
	tree.other_group.tunnel_count = 1;
	tree.other_group.accept.rules = tree.accept;
	tree.other_group.announce.rules = tree.announce;
	tree.config.group_count = 2;
	expect(&tree, "");
	tree.other_group.style.table = 254;
	expect(&tree, "groups[1].tunnels[0].inside: 169.254.10.0/30 is also the link of tunnel tun1: use "
		      "another one, or another table\n");
}

static void an_interface_name_fits_the_kernel(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.tunnels[0].interface = "ipsec-123456789";
	expect(&tree, "");
	tree.tunnels[0].interface = "ipsec-1234567890";
	expect(&tree, "groups[0].tunnels[0].interface: ipsec-1234567890 is too long: use at most 15 "
		      "bytes\n");
}

static void a_cloud_speaks_external_bgp(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.tunnels[0].session.asn = 65010;
	expect(&tree, "groups[0].tunnels[0].peer_asn: 65010 is our own AS, and aws-vgw speaks external BGP "
		      "only: one of the two must change\n");
	tree.group.provider = provider_find("generic");
	expect(&tree, "");
	tree.tunnels[0].session.asn = 0;
	expect(&tree, "groups[0].tunnels[0].peer_asn: is missing, and provider generic has no usual one: "
		      "take it from the provider's configuration\n");
}

static void a_connection_is_signed_in_one_way(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.tunnels[0].session.tcp_ao = (struct tcp_ao){ .key = "k", .id = 1 };
	expect(&tree, "");
	tree.tunnels[0].session.password = "p";
	expect(&tree, "groups[0].tunnels[0].tcp_ao: stands beside a password: a connection is signed in "
		      "one way, keep one of the two\n");
}

static void probes_must_be_able_to_tell(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.tunnels[0].bfd = (struct bfd_params){ 50, 3 };
	tree.tunnels[0].ping = (struct ping_params){ 500, 3, 3 };
	expect(&tree, "");
	tree.tunnels[0].ping.lost = 4;
	expect(&tree, "groups[0].tunnels[0].ping: lost is 4, and of is 3: never so many of so few are\n");
	tree.tunnels[0].ping.lost = 3;
	tree.tunnels[0].session.ttl = 2;
	expect(&tree, "groups[0].tunnels[0].bfd: is for a peer on the inside link, and a ttl of 2 says "
		      "that this one is not: use ping\n");
}

static void timers_find_a_dead_peer_and_survive_a_lost_keepalive(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.tunnels[0].session.keepalive_s = 11;
	expect(&tree, "groups[0].tunnels[0].keepalive: 11 is too long for a hold time of 30 seconds: use "
		      "at most a third of it, 10\n");
	tree.tunnels[0].session.keepalive_s = 0;
	expect(&tree, "");
	tree.tunnels[0].session.hold_time_s = 0;
	expect(&tree, "groups[0].tunnels[0].hold_time: 0 would never find a dead tunnel: use 30, which "
		      "aws-vgw expects\n");
	tree.group.provider = provider_find("generic");
	expect(&tree, "");
}

static void one_of_the_two_ends_connects(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.group.provider = provider_find("azure");
	set_link(&tree.tunnels[0], "169.254.21.2/30", "169.254.21.1");
	set_link(&tree.tunnels[1], "169.254.21.6/30", "169.254.21.5");
	tree.tunnels[0].session.passive = true;
	expect(&tree, "groups[0].tunnels[0].passive: true would wait for ever: azure never connects, we "
		      "must\n");
	tree = tree_that_is_right();
	tree.neighbors[0].session.passive = true;
	tree.config.listen_port = 0;
	expect(&tree, "neighbors[0].passive: true would wait for ever: listen_port is 0\n");
}

static void we_do_not_draw_the_tunnels_own_packets_to_us(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.announce[0] = rule_of("198.51.100.32/27");
	expect(&tree, "groups[0].tunnels[0].outside: 198.51.100.44 lies in 198.51.100.32/27, which we "
		      "announce: the far side would send its own tunnel packets to us\n");
	tree.announce[0] = rule_of("0.0.0.0/0");
	expect(&tree, "");
	tree = tree_that_is_right();
	tree.tunnels[0].outside = address_of("169.254.10.1");
	expect(&tree, "groups[0].tunnels[0].outside: 169.254.10.1 lies on the inside link "
		      "169.254.10.0/30: use the public address of the far end\n");
}

/* ---- groups ---- */

static void a_group_has_one_to_eight_tunnels(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	assert_int_equal(GROUP_TUNNELS, CHAIN_WIDTH);
	tree.group.tunnel_count = 0;
	expect(&tree, "groups[0].tunnels: is empty: a group needs at least one tunnel\n");

	tree = tree_that_is_right();
	char names[GROUP_TUNNELS + 1][8];

	for (size_t i = 0; i <= GROUP_TUNNELS; i++) {
		char inside[32], peer[32];

		snprintf(names[i], sizeof(names[i]), "tun%zu", i + 1);
		snprintf(inside, sizeof(inside), "169.254.%zu.2/30", i + 10);
		snprintf(peer, sizeof(peer), "169.254.%zu.1", i + 10);
		tree.tunnels[i] = tunnel_named(names[i], names[i]);
		set_link(&tree.tunnels[i], inside, peer);
	}
	tree.group.tunnel_count = GROUP_TUNNELS;
	expect(&tree, "");
	tree.group.tunnel_count = GROUP_TUNNELS + 1;
	expect(&tree, "groups[0].tunnels: has 9 tunnels: at most 8 can share a group\n");
}

static void a_mode_that_cannot_work_is_refused_with_the_reason(void **state)
{
	struct tree tree = tree_that_is_right();
	char expected[400];

	(void)state;
	tree.group.provider = provider_find("aws-vgw");
	tree.group.failover.mode = MODE_ECMP;
	const char *why = steering_refuse(tree.group.provider, MODE_ECMP);

	assert_non_null(why);
	snprintf(expected, sizeof(expected), "groups[0].mode: ecmp: %s\n", why);
	expect(&tree, expected);
}

static void ecmp_has_no_tunnel_where_inbound_traffic_could_be_followed(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.group.provider = provider_find("aws-tgw");
	tree.group.failover.mode = MODE_ECMP;
	tree.group.follows_inbound = true;
	expect(&tree, "groups[0].symmetry: in mode ecmp all tunnels carry traffic, so that there is none "
		      "to follow: use \"report\"\n");
}

static void a_group_that_accepts_nothing_is_a_mistake(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.group.accept.count = 0;
	expect(&tree, "groups[0].accept: nothing would be accepted: name the far side's prefixes, like "
		      "\"accept\": [\"10.50.0.0/16 le 24\"]\n");
}

static void announcements_stay_within_the_budget(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	for (size_t i = 0; i < 101; i++) {
		char prefix[32];

		snprintf(prefix, sizeof(prefix), "10.60.%zu.0/24", i);
		tree.announce[i] = rule_of(prefix);
	}
	tree.group.announce.count = 100;
	expect(&tree, "");
	tree.group.announce.count = 101;
	expect(&tree, "announce: for group aws, 101 prefixes are more than the 100 that aws-vgw takes, over "
		      "which it resets the session, again and again: announce larger prefixes\n");
	tree.group.budget = 0;
	expect(&tree, "");
}

static void a_provider_must_not_hear_of_its_own_services(void **state)
{
	struct tree tree = tree_that_is_right();
	struct prefix_rule own = rule_of("0.0.0.0/0");

	(void)state;
	tree.group.provider = provider_find("alibaba");
	tree.group.failover.mode = MODE_FOLLOW_PROVIDER;
	tree.announce[0] = rule_of("100.64.0.0/16");
	expect(&tree, "announce: for group aws, 100.64.0.0/16 must not be announced to alibaba, which keeps "
		      "100.64.0.0/10 for itself: announce what lies beside it\n");
	tree.group.announce.rules = &own;
	expect(&tree, "groups[0].announce: 0.0.0.0/0 must not be announced to alibaba, which keeps "
		      "100.64.0.0/10 for itself: announce what lies beside it\n");
}

static void an_accepted_default_route_leaves_the_way_to_the_far_end(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.accept[0] = rule_of("0.0.0.0/0");
	expect(&tree, "");
	tree.tunnels[1].outside = (struct address){ 0 };
	expect(&tree, "groups[0].accept: has a default route, which would capture the way to the far end of "
		      "tun2: say its \"outside\"\n");
	tree.group.guard = GUARD_REFUSE;
	expect(&tree, "groups[0].accept: has a default route, which guard \"refuse\" keeps out: use guard "
		      "\"pin\"\n");
	tree.accept[0] = rule_of("0.0.0.0/0 ge 8 le 24");
	expect(&tree, "");
}

/* ---- neighbors ---- */

static void a_neighbor_is_unlike_all_tunnels_and_neighbors(void **state)
{
	struct tree tree = tree_that_is_right();

	(void)state;
	tree.neighbors[0].session.name = "tun2";
	expect(&tree, "neighbors[0].name: tun2 is also the name of a tunnel above: each needs its own\n");
	tree = tree_that_is_right();
	tree.config.neighbor_count = 2;
	tree.neighbors[1] = tree.neighbors[0];
	tree.neighbors[1].session.name = "core2";
	expect(&tree, "neighbors[1].address: 10.60.0.2 is also the address of the neighbor core1: one "
		      "session to a peer\n");
	tree.neighbors[0].session.interface = "vrf1";
	tree.neighbors[1].session.interface = "vrf2";
	expect(&tree, "");
}

static void a_neighbors_address_can_be_reached(void **state)
{
	struct tree tree = tree_that_is_right();
	struct session_params *session = &tree.neighbors[0].session;

	(void)state;
	session->address = address_of("fe80::1");
	expect(&tree, "neighbors[0].interface: is missing: a link-local address needs it\n");
	session->interface = "eth1";
	expect(&tree, "");
	session->local_address = address_of("10.60.0.1");
	expect(&tree, "neighbors[0].address: fe80::1 is not of the family of our own end, 10.60.0.1: use "
		      "two of one family\n");
	session->local_address = session->address = address_of("10.60.0.2");
	expect(&tree, "neighbors[0].address: 10.60.0.2 is our own address: name the far end's\n");
	session->address = address_of("224.0.0.2");
	expect(&tree, "neighbors[0].address: 224.0.0.2 is no address of a single machine\n");
}

static void a_role_is_said_to_other_ases_only(void **state)
{
	struct tree tree = tree_that_is_right();
	struct session_params *session = &tree.neighbors[0].session;

	(void)state;
	session->strict_role = true;
	expect(&tree, "neighbors[0].strict_role: true needs a role of our own: say role\n");
	session->role = BGP_ROLE_PEER;
	session->asn = session->local_asn;
	expect(&tree, "neighbors[0].role: peer is said to neighbors of another AS, AS 65010 is our own: "
		      "leave it out\n");
	session->asn = 65020;
	expect(&tree, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_that_is_right_has_no_findings),
		cmocka_unit_test(a_router_id_belongs_to_a_machine),
		cmocka_unit_test(who_is_asked_to_initiate_knows_what_and_is_there),
		cmocka_unit_test(inside_and_peer_are_the_two_hosts_of_a_link),
		cmocka_unit_test(a_peer_some_hops_away_need_not_be_on_the_link),
		cmocka_unit_test(a_provider_keeps_some_links_for_itself),
		cmocka_unit_test(two_tunnels_share_neither_name_nor_interface_nor_link_nor_peer),
		cmocka_unit_test(a_link_may_be_used_again_in_another_table),
		cmocka_unit_test(an_interface_name_fits_the_kernel),
		cmocka_unit_test(a_cloud_speaks_external_bgp),
		cmocka_unit_test(a_connection_is_signed_in_one_way),
		cmocka_unit_test(probes_must_be_able_to_tell),
		cmocka_unit_test(timers_find_a_dead_peer_and_survive_a_lost_keepalive),
		cmocka_unit_test(one_of_the_two_ends_connects),
		cmocka_unit_test(we_do_not_draw_the_tunnels_own_packets_to_us),
		cmocka_unit_test(a_group_has_one_to_eight_tunnels),
		cmocka_unit_test(a_mode_that_cannot_work_is_refused_with_the_reason),
		cmocka_unit_test(ecmp_has_no_tunnel_where_inbound_traffic_could_be_followed),
		cmocka_unit_test(a_group_that_accepts_nothing_is_a_mistake),
		cmocka_unit_test(announcements_stay_within_the_budget),
		cmocka_unit_test(a_provider_must_not_hear_of_its_own_services),
		cmocka_unit_test(an_accepted_default_route_leaves_the_way_to_the_far_end),
		cmocka_unit_test(a_neighbor_is_unlike_all_tunnels_and_neighbors),
		cmocka_unit_test(a_neighbors_address_can_be_reached),
		cmocka_unit_test(a_role_is_said_to_other_ases_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
