/* bgpd.json -> the tree, or every error of it with its place and advice. */
#include "bgpd/config/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "bgpd/base/text.h"
#include "policy/liveness.h"

static void note(void *arg, const char *line)
{
	text_add(arg, "%s\n", line);
}

/* Loads and compares all that is reported. */
static struct config *load(const char *json, const char *expected)
{
	char found[6000] = "";
	struct text text = text_of(found, sizeof(found));
	struct config *config = config_load_text("bgpd.json", json, strlen(json), note, &text);

	assert_string_equal(found, expected);
	assert_int_equal(config == NULL, *expected != '\0');
	return config;
}

static void expect_errors(const char *json, const char *expected)
{
	assert_null(load(json, expected));
}

/* design.md, 7: nothing in it can be left out but peer_asn and ipsec. */
static const char smallest[] =
	"{\n"
	"  \"asn\": 65010,\n"
	"  \"router_id\": \"203.0.113.10\",\n"
	"  \"announce\": [\"10.60.0.0/16\"],\n"
	"  \"groups\": [\n"
	"    {\n"
	"      \"name\": \"aws-seoul\",\n"
	"      \"provider\": \"aws-vgw\",\n"
	"      \"mode\": \"active-standby\",              // the order below is the preference\n"
	"      \"accept\": [\"10.50.0.0/16 le 24\"],\n"
	"      \"tunnels\": [\n"
	"        { \"name\": \"tun1\", \"interface\": \"ipsec1\", \"inside\": \"169.254.10.2/30\", "
	"\"peer\": \"169.254.10.1\", \"peer_asn\": 64512,\n"
	"          \"outside\": \"198.51.100.44\", \"ipsec\": \"Tunnel1\" },\n"
	"        { \"name\": \"tun2\", \"interface\": \"ipsec2\", \"inside\": \"169.254.11.2/30\", "
	"\"peer\": \"169.254.11.1\", \"peer_asn\": 64512,\n"
	"          \"outside\": \"198.51.100.20\", \"ipsec\": \"Tunnel2\" }\n"
	"      ]\n"
	"    }\n"
	"  ]\n"
	"}\n";

static const char *rule_text(const struct prefix_rule *rule)
{
	static char text[80];

	prefix_rule_format(rule, text, sizeof(text));
	return text;
}

static const char *address_text(const struct address *address)
{
	static char text[ADDRESS_TEXT];

	return address_format(address, text);
}

static void the_smallest_useful_file_says_enough(void **state)
{
	struct config *config = load(smallest, "");
	const struct group_config *group = &config->groups[0];
	const struct tunnel_config *tunnel = &group->tunnels[1];

	(void)state;
	assert_int_equal(config->asn, 65010);
	assert_int_equal(config->router_id, 0xcb00710a);
	assert_int_equal(config->announce.count, 1);
	assert_string_equal(rule_text(&config->announce.rules[0]), "10.60.0.0/16");
	assert_int_equal(config->group_count, 1);
	assert_int_equal(config->neighbor_count, 0);
	assert_string_equal(group->name, "aws-seoul");
	assert_ptr_equal(group->provider, provider_find("aws-vgw"));
	assert_int_equal(group->failover.mode, MODE_ACTIVE_STANDBY);
	assert_string_equal(rule_text(&group->accept.rules[0]), "10.50.0.0/16 le 24");
	assert_int_equal(group->tunnel_count, 2);
	assert_string_equal(tunnel->name, "tun2");
	assert_string_equal(tunnel->interface, "ipsec2");
	assert_string_equal(tunnel->ipsec, "Tunnel2");
	assert_string_equal(address_text(&tunnel->inside), "169.254.11.2");
	assert_int_equal(tunnel->link.length, 30);
	assert_string_equal(address_text(&tunnel->outside), "198.51.100.20");
	assert_string_equal(address_text(&tunnel->session.address), "169.254.11.1");
	config_free(config);
}

static void what_the_smallest_file_leaves_out_has_a_default(void **state)
{
	struct config *config = load(smallest, ""), *defaults = config_new();
	const struct group_config *group = &config->groups[0];

	(void)state;
	assert_memory_equal(&config->fib, &defaults->fib, sizeof(config->fib));
	assert_string_equal(config->control.socket, defaults->control.socket);
	assert_string_equal(config->log_level, defaults->log_level);
	assert_int_equal(config->listen_port, defaults->listen_port);
	assert_false(config->decision.always_compare_med);
	assert_false(config->decision.missing_med_is_worst);
	assert_false(config->decision.ignores_router_id);
	assert_ptr_equal(group->announce.rules, config->announce.rules);
	assert_int_equal(group->failover.tunnels, 2);
	assert_true(group->failover.revert);
	assert_int_equal(group->failover.revert_delay, SECONDS(30));
	assert_int_equal(group->failover.revert_delay_max, SECONDS(600));
	assert_int_equal(group->failover.settle, SECONDS(5));
	assert_int_equal(group->failover.startup_wait, SECONDS(30));
	assert_int_equal(group->style.table, 254);
	assert_int_equal(group->style.metric, 20);
	assert_int_equal(group->when_down, WHEN_DOWN_UNREACHABLE);
	assert_int_equal(group->guard, GUARD_PIN);
	assert_true(group->obeys_maintenance);
	config_free(defaults);
	config_free(config);
}

static void a_tunnels_session_is_as_its_provider_wants_it(void **state)
{
	struct config *config = load(smallest, "");
	const struct group_config *group = &config->groups[0];
	const struct tunnel_config *tunnel = &group->tunnels[0];
	const struct session_params *session = &tunnel->session;

	(void)state;
	assert_string_equal(session->name, "tun1");
	assert_string_equal(session->interface, "ipsec1");
	assert_string_equal(address_text(&session->local_address), "169.254.10.2");
	assert_int_equal(session->asn, 64512);
	assert_int_equal(session->local_asn, 65010);
	assert_int_equal(session->router_id, config->router_id);
	assert_int_equal(session->hold_time_s, 30);
	assert_int_equal(session->keepalive_s, 8);
	assert_int_equal(session->connect_retry_s, 30);
	assert_int_equal(session->ttl, 1);
	assert_int_equal(session->families, FAMILY_BIT(FAMILY_IPV4));
	assert_true(session->graceful_restart);
	assert_int_equal(session->restart_time_s, 120);
	assert_null(session->password);
	assert_int_equal(group->budget, 100);
	assert_int_equal(group->budget_warn, 80);
	assert_int_equal(tunnel->limit.max, 2000000);
	assert_int_equal(tunnel->weight, 1);
	assert_int_equal(tunnel->required_signals,
			 SIGNAL_BIT(SIGNAL_LINK) | SIGNAL_BIT(SIGNAL_IPSEC) | SIGNAL_BIT(SIGNAL_ACK) |
			 SIGNAL_BIT(SIGNAL_PING) | SIGNAL_BIT(SIGNAL_BFD) |
			 SIGNAL_BIT(SIGNAL_BGP) | SIGNAL_BIT(SIGNAL_ADMIN));
	assert_int_equal(tunnel->bfd.interval_ms, 0);
	assert_int_equal(tunnel->ping.interval_ms, 0);
	config_free(config);
}

/* One group with one tunnel, right as it is; top, group and tunnel, on lines 2, 4 and 6, say more. */
static struct config *load_one(const char *top, const char *group, const char *tunnel, const char *expected)
{
	char json[4000];

	snprintf(json, sizeof(json),
		 "{ \"asn\": 65010, \"router_id\": \"10.0.0.1\",\n"
		 "%s\n"
		 "\"groups\": [ { \"name\": \"g\", \"accept\": [\"10.50.0.0/16\"],\n"
		 "%s\n"
		 "\"tunnels\": [ { \"name\": \"t\", \"interface\": \"i\", \"inside\": \"169.254.10.2/30\", "
		 "\"peer\": \"169.254.10.1\",\n"
		 "%s } ] } ] }", top, group, tunnel);
	return load(json, expected);
}

static void a_tunnel_says_it_before_its_group_and_the_group_before_the_provider(void **state)
{
	struct config *config = load_one("",
		"\"provider\": \"azure-private\", \"hold_time\": \"1m\", \"password\": \"group\", \"ttl\": 2,",
		"\"password\": \"tunnel\", \"max_prefixes\": 10", "");
	const struct tunnel_config *tunnel = &config->groups[0].tunnels[0];

	(void)state;
	assert_int_equal(tunnel->session.asn, 65515);
	assert_int_equal(tunnel->session.hold_time_s, 60);
	assert_int_equal(tunnel->session.keepalive_s, 20);      /* not the provider's 60 */
	assert_int_equal(tunnel->session.ttl, 2);
	assert_string_equal(tunnel->session.password, "tunnel");
	assert_int_equal(tunnel->limit.max, 10);
	assert_int_equal(tunnel->limit.action, LIMIT_RESET);
	assert_int_equal(tunnel->limit.restart_s, 300);
	config_free(config);
}

static void what_a_group_can_say_arrives(void **state)
{
	struct config *config = load_one(
		"\"announce\": [\"10.60.0.0/16\"], \"fib\": { \"table\": 7, \"metric\": 8, \"protocol\": 9, "
		"\"preferred_source\": \"10.60.0.1\", \"on_exit\": \"remove\", \"groups\": \"multipath\" },",
		"\"mode\": \"ecmp\", \"announce\": [\"10.61.0.0/16 le 24\"], \"revert\": false, "
		"\"revert_delay\": \"1h\", \"settle\": 0, \"maintenance\": \"ignore\", "
		"\"when_down\": \"blackhole\", \"guard\": \"refuse\", \"budget\": 50, \"metric\": 30, "
		"\"preferred_source\": [\"fd00::1\"], \"mtu\": 1400, \"advmss\": 1360,",
		"\"peer_asn\": \"1.10\", \"weight\": 3, \"prepend\": 2, \"med\": 0, "
		"\"required_signals\": [\"ack\"]", "");
	const struct group_config *group = &config->groups[0];
	const struct tunnel_config *tunnel = &group->tunnels[0];

	(void)state;
	assert_int_equal(config->fib.protocol, 9);
	assert_int_equal(config->fib.on_exit, ON_EXIT_REMOVE);
	assert_int_equal(config->fib.groups, FIB_GROUPS_MULTIPATH);
	assert_int_equal(group->failover.mode, MODE_ECMP);
	assert_string_equal(rule_text(&group->announce.rules[0]), "10.61.0.0/16 le 24");
	assert_false(group->failover.revert);
	assert_int_equal(group->failover.revert_delay, SECONDS(3600));
	assert_int_equal(group->failover.revert_delay_max, SECONDS(3600));
	assert_int_equal(group->failover.settle, 0);
	assert_false(group->obeys_maintenance);
	assert_int_equal(group->when_down, WHEN_DOWN_BLACKHOLE);
	assert_int_equal(group->guard, GUARD_REFUSE);
	assert_int_equal(group->budget, 50);
	assert_int_equal(group->budget_warn, 40);
	assert_int_equal(group->style.table, 7);
	assert_int_equal(group->style.metric, 30);
	assert_int_equal(group->style.mtu, 1400);
	assert_int_equal(group->style.advmss, 1360);
	assert_string_equal(address_text(&group->style.preferred_source[FAMILY_IPV4]), "10.60.0.1");
	assert_string_equal(address_text(&group->style.preferred_source[FAMILY_IPV6]), "fd00::1");
	assert_int_equal(tunnel->session.asn, 65546);
	assert_int_equal(tunnel->weight, 3);
	assert_true(tunnel->steering.has_prepend && tunnel->steering.has_med);
	assert_false(tunnel->steering.has_local_pref);
	assert_int_equal(tunnel->steering.prepend, 2);
	assert_int_equal(tunnel->steering.med, 0);
	assert_int_equal(tunnel->required_signals,
			 SIGNAL_BIT(SIGNAL_ACK) | SIGNAL_BIT(SIGNAL_BGP) | SIGNAL_BIT(SIGNAL_ADMIN));
	config_free(config);
}

static void who_is_asked_for_an_sa_is_said_for_all_or_for_one(void **state)
{
	struct config *defaults = load_one("", "", "\"peer_asn\": 64512", "");
	struct config *config = load_one("\"vici\": \"/run/one\", \"xfrm\": false,", "\"vici\": \"\",",
					 "\"peer_asn\": 64512, \"xfrm\": true", "");
	struct config *inherited = load_one("\"vici\": \"/run/one\",", "\"xfrm\": false,",
					    "\"peer_asn\": 64512", "");
	const struct tunnel_config *tunnel = &defaults->groups[0].tunnels[0];

	(void)state;
	assert_string_equal(tunnel->vici, "/run/charon.vici");
	assert_true(tunnel->watches_xfrm);
	assert_false(tunnel->initiates);
	tunnel = &config->groups[0].tunnels[0];
	assert_null(tunnel->vici);
	assert_true(tunnel->watches_xfrm);
	tunnel = &inherited->groups[0].tunnels[0];
	assert_string_equal(tunnel->vici, "/run/one");
	assert_false(tunnel->watches_xfrm);
	config_free(defaults);
	config_free(config);
	config_free(inherited);
}

static void who_initiates_is_said_for_all_or_for_one(void **state)
{
	struct config *config = load_one("\"initiate\": true,", "", "\"peer_asn\": 64512, "
					 "\"ipsec\": \"Tunnel1\"", "");

	(void)state;
	assert_true(config->groups[0].tunnels[0].initiates);
	config_free(config);
}

static void a_tunnel_is_probed_as_it_or_its_group_says(void **state)
{
	struct config *defaults = load_one("", "\"bfd\": {},", "\"peer_asn\": 64512, \"ping\": {}", "");
	struct config *config = load_one(
		"", "\"bfd\": { \"interval_ms\": 50 }, \"ping\": {},",
		"\"peer_asn\": 64512, \"ping\": { \"interval_ms\": 200, \"lost\": 2, \"of\": 3, "
		"\"target\": \"10.50.0.1\" }, \"bfd\": { \"enabled\": false }", "");
	const struct tunnel_config *tunnel = &defaults->groups[0].tunnels[0];

	(void)state;
	assert_int_equal(tunnel->bfd.interval_ms, 300);
	assert_int_equal(tunnel->bfd.multiplier, 3);
	assert_int_equal(tunnel->ping.interval_ms, 500);
	assert_int_equal(tunnel->ping.lost, 5);
	assert_int_equal(tunnel->ping.of, 6);
	assert_true(address_equal(&tunnel->ping_target, &tunnel->session.address));
	tunnel = &config->groups[0].tunnels[0];
	assert_int_equal(tunnel->bfd.interval_ms, 0);
	assert_int_equal(tunnel->ping.interval_ms, 200);
	assert_int_equal(tunnel->ping.lost, 2);
	assert_int_equal(tunnel->ping.of, 3);
	assert_string_equal(address_text(&tunnel->ping_target), "10.50.0.1");
	config_free(defaults);
	config_free(config);
}

static void a_neighbor_has_defaults_by_its_kind(void **state)
{
	struct config *config = load(
		"{ \"asn\": \"65010\", \"router_id\": \"10.0.0.1\", \"listen_port\": 1790,\n"
		"  \"decision\": { \"always_compare_med\": true, \"missing_med\": \"worst\",\n"
		"  \"compare_router_id\": false }, \"log\": { \"level\": \"debug\" },\n"
		"  \"control\": { \"socket\": \"/tmp/s\", \"group\": \"netops\" },\n"
		"  \"metrics\": { \"listen\": \"[::1]:9179\" },\n"
		"  \"neighbors\": [\n"
		"    { \"name\": \"in\", \"address\": \"10.0.0.2\", \"asn\": 65010, \"import\": \"any\",\n"
		"      \"tcp_ao\": { \"key\": \"secret\", \"id\": 7, \"algorithm\": \"aes-128-cmac-96\" } },\n"
		"    { \"name\": \"out\", \"address\": \"fe80::1\", \"asn\": 65020, \"export\": \"any\",\n"
		"      \"interface\": \"eth1\", \"passive\": true, \"families\": [\"ipv6\", \"ipv4\"],\n"
		"      \"max_prefixes\": { \"max\": 9, \"action\": \"discard\", \"restart\": \"1m\" } } ] }",
		"");
	const struct neighbor_config *in = &config->neighbors[0], *out = &config->neighbors[1];

	(void)state;
	assert_int_equal(config->neighbor_count, 2);
	assert_int_equal(config->listen_port, 1790);
	assert_true(config->decision.always_compare_med);
	assert_true(config->decision.missing_med_is_worst);
	assert_true(config->decision.ignores_router_id);
	assert_string_equal(config->log_level, "debug");
	assert_string_equal(config->control.socket, "/tmp/s");
	assert_string_equal(config->control.group, "netops");
	assert_int_equal(config->metrics.address.family, FAMILY_IPV6);
	assert_int_equal(config->metrics.port, 9179);
	assert_int_equal(in->session.hold_time_s, 90);
	assert_int_equal(in->session.keepalive_s, 30);
	assert_int_equal(in->session.ttl, 255);
	assert_string_equal(in->session.tcp_ao.key, "secret");
	assert_int_equal(in->session.tcp_ao.id, 7);
	assert_int_equal(in->session.tcp_ao.algorithm, TCP_AO_AES_CMAC);
	assert_null(out->session.tcp_ao.key);
	assert_true(in->import == &policy_any && in->export == &policy_none);
	assert_int_equal(out->session.ttl, 1);
	assert_true(out->session.passive && out->export == &policy_any && out->import == &policy_none);
	assert_string_equal(out->session.interface, "eth1");
	assert_int_equal(out->session.families, FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6));
	assert_int_equal(out->limit.max, 9);
	assert_int_equal(out->limit.action, LIMIT_DISCARD);
	assert_int_equal(out->limit.restart_s, 60);
	config_free(config);
}

static void refuse_line(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

static void the_example_is_right(void **state)
{
	struct config *config = config_load("contrib/bgpd.json.example", refuse_line, NULL);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->group_count, 2);
	config_free(config);
}

/* ---- errors ---- */

static void ten_mistakes_give_ten_errors_with_places_and_advice(void **state)
{
	(void)state;
	expect_errors(
		"{\n"
		"  \"asn\": 23456,\n"
		"  \"router_id\": \"203.0.113\",\n"
		"  \"announce\": [\"10.60.0.1/16\"],\n"
		"  \"hold_time\": 30,\n"
		"  \"groups\": [\n"
		"    {\n"
		"      \"name\": \"aws-seoul\",\n"
		"      \"provider\": \"aws-vgw\",\n"
		"      \"mode\": \"active\",\n"
		"      \"accept\": [\"10.50.0.0/16 le 24\"],\n"
		"      \"hold_time\": 2,\n"
		"      \"revert-delay\": 30,\n"
		"      \"when_down\": \"remove\", \"when_down\": \"blackhole\",\n"
		"      \"tunnels\": [\n"
		"        { \"name\": \"tun1\", \"interface\": \"ipsec1\", \"peer_asn\": 64512,\n"
		"          \"inside\": \"169.254.10.2/30\", \"peer\": \"169.254.10.5\" },\n"
		"        { \"name\": \"tun2\", \"interface\": \"ipsec2\",\n"
		"          \"inside\": \"169.254.11.2/30\" }\n"
		"      ]\n"
		"    }\n"
		"  ]\n"
		"}\n",
		"bgpd.json:2:10: asn: 23456 is reserved (AS_TRANS): use 1 to 4294967295, except 23456\n"
		"bgpd.json:3:16: router_id: \"203.0.113\" is not an IPv4 address\n"
		"bgpd.json:4:16: announce[0]: 10.60.0.1/16 has bits set behind its length: use "
		"10.60.0.0/16\n"
		"bgpd.json:5:3: hold_time: does not belong here: it is a key of a group, a tunnel or a "
		"neighbor\n"
		"bgpd.json:10:15: groups[0].mode: \"active\" is not known: use active-standby, "
		"follow-provider or ecmp\n"
		"bgpd.json:12:20: groups[0].hold_time: 2 is too short: use 0, or 3 to 65535 seconds\n"
		"bgpd.json:13:7: groups[0].revert-delay: unknown key: did you mean revert_delay?\n"
		"bgpd.json:14:30: groups[0].when_down: is here a second time, after line 14: keep one of the "
		"two\n"
		"bgpd.json:17:48: groups[0].tunnels[0].peer: 169.254.10.5 is not the other host of the "
		"inside link 169.254.10.0/30\n"
		"bgpd.json:18:9: groups[0].tunnels[1].peer: is missing. The BGP address of the far end.\n");
}

static void text_that_is_no_json_has_a_place(void **state)
{
	(void)state;
	expect_errors("", "bgpd.json:1:1: syntax error: unexpected end of data\n");
	expect_errors("{\n  \"asn\": 1\n  \"b\": 2 }",
		      "bgpd.json:3:3: syntax error at '\"': object value separator ',' expected\n");
	expect_errors("{ \"asn\": 65010,\n", "bgpd.json:2:1: syntax error: unexpected end of data\n");
	expect_errors("{ } }", "bgpd.json:1:5: syntax error: nothing may follow the first value\n");
	expect_errors("# asn\n{}", "bgpd.json:1:1: syntax error at '#': comments are // and /* */\n");
	expect_errors("{} /* open", "bgpd.json:1:4: syntax error: nothing may follow the first value\n");
	expect_errors("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
		      "bgpd.json:1:33: syntax error at '[': nesting too deep\n");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	static const char nul[] = "{}\n\0{}";
	char found[200] = "";
	struct text text = text_of(found, sizeof(found));

	(void)state;
	assert_null(config_load_text("f", nul, sizeof(nul) - 1, note, &text));
	assert_string_equal(found, "f:2:1: syntax error: a NUL byte\n");
	expect_errors("{ \"asn\": \"\xff\" }", "bgpd.json:1:11: syntax error: invalid utf-8 string\n");
	expect_errors("7", "bgpd.json:1:1: 7 is not an object in { }\n");
}

static void a_byte_order_mark_does_not_matter(void **state)
{
	(void)state;
	expect_errors("\xef\xbb\xbf[]", "bgpd.json:1:1: a list is not an object in { }\n");
}

static void numbers_are_what_they_say(void **state)
{
	(void)state;
	load_one("", "\"table\": 18446744073709551616, \"budget\": -1, \"revert_delay\": \"99999999999999999999\",",
		 "\"ttl\": \"12abc\", \"weight\": 1.0, \"med\": \"7\", \"peer_asn\": 1.10, \"prepend\": 031",
		 "bgpd.json:4:10: groups[0].table: 18446744073709551616 is too large: use 1 to 4294967295, "
		 "except 255\n"
		 "bgpd.json:4:42: groups[0].budget: -1 is not a whole number: use 0 to 4294967295\n"
		 "bgpd.json:4:62: groups[0].revert_delay: \"99999999999999999999\" is too long: use 0 to "
		 "86400 seconds\n"
		 "bgpd.json:6:8: groups[0].tunnels[0].ttl: \"12abc\" is not a whole number: use 1 to 255\n"
		 "bgpd.json:6:27: groups[0].tunnels[0].weight: 1.0 is not a whole number: use 1 to 255\n"
		 "bgpd.json:6:39: groups[0].tunnels[0].med: \"7\" is not a whole number: use 0 to "
		 "4294967295\n"
		 "bgpd.json:6:56: groups[0].tunnels[0].peer_asn: 1.10 is not an AS number like 65010 or "
		 "\"1.10\": use 1 to 4294967295, except 23456\n"
		 "bgpd.json:6:73: groups[0].tunnels[0].prepend: 031 is too large: use 0 to 30\n");
}

static void lists_say_which_of_their_elements_is_wrong(void **state)
{
	(void)state;
	load_one("\"announce\": [\"10.0.0.0/8\", \"10.60.0.0/16 le 24\", 5, \"x\"],",
		 "\"families\": [], \"preferred_source\": [\"10.0.0.1\", \"10.0.0.2\"],",
		 "\"peer_asn\": 1, \"required_signals\": [\"link\", \"png\", null]",
		 "bgpd.json:2:28: announce[1]: \"10.60.0.0/16 le 24\" is a rule, and only a prefix can be "
		 "announced: use 10.60.0.0/16\n"
		 "bgpd.json:2:50: announce[2]: 5 is not a prefix in quotes, like \"10.60.0.0/16\"\n"
		 "bgpd.json:2:53: announce[3]: \"x\" is not a prefix: write its first address and its "
		 "length, like 10.60.0.0/16\n"
		 "bgpd.json:4:13: groups[0].families: is empty: name at least one\n"
		 "bgpd.json:4:50: groups[0].preferred_source[1]: is the second IPv4 address: use one of "
		 "each family\n"
		 "bgpd.json:6:45: groups[0].tunnels[0].required_signals[1]: \"png\" is not known: use "
		 "link, ipsec, ack, ping or bfd\n"
		 "bgpd.json:6:52: groups[0].tunnels[0].required_signals[2]: null is not a text in quotes: "
		 "use link, ipsec, ack, ping or bfd\n");
}

static void what_is_required_is_asked_for(void **state)
{
	(void)state;
	expect_errors("{\n \"groups\": [ {}, 5 ] }",
		      "bgpd.json:1:1: asn: is missing. Our own AS number.\n"
		      "bgpd.json:1:1: router_id: is missing. The BGP identifier: an IPv4 address of this "
		      "machine that no other BGP speaker near it uses.\n"
		      "bgpd.json:2:14: groups[0].name: is missing. What bgpctl(8) and the log call it. "
		      "Letters, digits and any of . _ - : may stand in it. No two groups share a name, nor "
		      "do two tunnels or neighbors.\n"
		      "bgpd.json:2:14: groups[0].tunnels: is missing. The tunnels of the group, most "
		      "preferred first: 1 to 8.\n"
		      "bgpd.json:2:14: groups[0].accept: is missing. What is accepted from the far side: "
		      "\"10.50.0.0/16\" is this prefix alone, \"10.50.0.0/16 le 24\" also what lies in it "
		      "up to a length of 24, \"10.0.0.0/8 ge 16 le 24\" what lies in it from 16 to 24.\n"
		      "bgpd.json:2:18: groups[1]: 5 is not an object in { }\n");
}

static void a_key_cannot_hide_behind_an_escape(void **state)
{
	(void)state;
	load_one("\"\\u0061sn\": 7,", "", "\"peer_asn\": 1",
		 "bgpd.json:2:1: \\u0061sn: has an escape in its name: write it plainly\n");
}

static void what_a_file_quotes_cannot_reach_the_terminal(void **state)
{
	(void)state;
	load_one("\"a\x1b[2Jb\": 1,", "", "\"peer_asn\": 1, \"ipsec\": \"a\\u0000b\"",
		 "bgpd.json:2:1: a?[2Jb: unknown key: bgpd.json(5) lists those of the top level\n"
		 "bgpd.json:6:25: groups[0].tunnels[0].ipsec: holds a NUL character: take it out\n");
}

/* ---- passwords ---- */

static void a_password_is_never_quoted(void **state)
{
	(void)state;
	load_one("", "", "\"peer_asn\": 1, \"password\": [\"hunter2\"]",
		 "bgpd.json:6:28: groups[0].tunnels[0].password: must be a text in quotes\n");
	load_one("", "", "\"peer_asn\": 1, \"password\": \"0123456789012345678901234567890123456789"
		 "01234567890123456789012345678901234567890\"",
		 "bgpd.json:6:28: groups[0].tunnels[0].password: is 81 bytes long: use 1 to 80\n");
}

struct folder {
	char path[64], secret[96], config[96];
};

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fchmod(fileno(file), mode), 0);
	fputs(text, file);
	fclose(file);
}

/* A configuration that names a password file beside it. */
static struct folder folder_with_secret(const char *secret, mode_t mode)
{
	struct folder folder = { .path = "/tmp/test_load.XXXXXX" };

	assert_non_null(mkdtemp(folder.path));
	snprintf(folder.secret, sizeof(folder.secret), "%s/key", folder.path);
	snprintf(folder.config, sizeof(folder.config), "%s/bgpd.json", folder.path);
	if (secret)
		write_file(folder.secret, secret, mode);
	write_file(folder.config,
		   "{ \"asn\": 65010, \"router_id\": \"10.0.0.1\",\n\"neighbors\": [ { \"name\": \"n\", "
		   "\"address\": \"10.0.0.2\", \"asn\": 1,\n\"password_file\": \"key\" } ] }", 0644);
	return folder;
}

static void remove_folder(const struct folder *folder)
{
	unlink(folder->secret);
	unlink(folder->config);
	rmdir(folder->path);
}

static void a_password_may_stand_in_a_file_beside_the_configuration(void **state)
{
	struct folder folder = folder_with_secret("s3cret\r\nsecond line\n", 0600);
	struct config *config = config_load(folder.config, refuse_line, NULL);

	(void)state;
	assert_non_null(config);
	assert_string_equal(config->neighbors[0].session.password, "s3cret");
	config_free(config);
	remove_folder(&folder);
}

static void expect_secret_refused(const char *secret, mode_t mode, const char *why)
{
	struct folder folder = folder_with_secret(secret, mode);
	char found[400] = "", expected[400];
	struct text text = text_of(found, sizeof(found));

	assert_null(config_load(folder.config, note, &text));
	snprintf(expected, sizeof(expected), "%s:3:18: neighbors[0].password_file: %s %s\n", folder.config,
		 folder.secret, why);
	assert_string_equal(found, expected);
	remove_folder(&folder);
}

static void a_password_file_belongs_to_its_owner_alone(void **state)
{
	(void)state;
	expect_secret_refused("s3cret\n", 0640, "is open to others (mode 0640): chmod 600 it");
	expect_secret_refused(NULL, 0, "cannot be read: No such file or directory");
	expect_secret_refused("\n", 0600, "must begin with a line of 1 to 80 bytes, the password");
	expect_secret_refused("0123456789012345678901234567890123456789"
			      "01234567890123456789012345678901234567890\n", 0600,
			      "must begin with a line of 1 to 80 bytes, the password");
}

static void a_password_stands_in_one_place(void **state)
{
	(void)state;
	load_one("", "", "\"peer_asn\": 1, \"password\": \"a\", \"password_file\": \"/dev/null\"",
		 "bgpd.json:6:50: groups[0].tunnels[0].password_file: /dev/null is not a regular file\n");
	struct folder folder = folder_with_secret("a", 0600);
	char tunnel[300], expected[300];

	snprintf(tunnel, sizeof(tunnel), "\"peer_asn\": 1, \"password\": \"a\", \"password_file\": \"%s\"",
		 folder.secret);
	snprintf(expected, sizeof(expected), "bgpd.json:6:50: groups[0].tunnels[0].password_file: stands "
		 "beside password: keep one of the two\n");
	load_one("", "", tunnel, expected);
	remove_folder(&folder);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	char found[200] = "";
	struct text text = text_of(found, sizeof(found));

	(void)state;
	assert_null(config_load("/nonexistent/bgpd.json", note, &text));
	assert_null(config_load("/", note, &text));
	assert_string_equal(found, "/nonexistent/bgpd.json: No such file or directory\n"
				   "/: Is a directory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smallest_useful_file_says_enough),
		cmocka_unit_test(what_the_smallest_file_leaves_out_has_a_default),
		cmocka_unit_test(a_tunnels_session_is_as_its_provider_wants_it),
		cmocka_unit_test(a_tunnel_says_it_before_its_group_and_the_group_before_the_provider),
		cmocka_unit_test(what_a_group_can_say_arrives),
		cmocka_unit_test(who_is_asked_for_an_sa_is_said_for_all_or_for_one),
		cmocka_unit_test(who_initiates_is_said_for_all_or_for_one),
		cmocka_unit_test(a_tunnel_is_probed_as_it_or_its_group_says),
		cmocka_unit_test(a_neighbor_has_defaults_by_its_kind),
		cmocka_unit_test(the_example_is_right),
		cmocka_unit_test(ten_mistakes_give_ten_errors_with_places_and_advice),
		cmocka_unit_test(text_that_is_no_json_has_a_place),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(a_byte_order_mark_does_not_matter),
		cmocka_unit_test(numbers_are_what_they_say),
		cmocka_unit_test(lists_say_which_of_their_elements_is_wrong),
		cmocka_unit_test(what_is_required_is_asked_for),
		cmocka_unit_test(a_key_cannot_hide_behind_an_escape),
		cmocka_unit_test(what_a_file_quotes_cannot_reach_the_terminal),
		cmocka_unit_test(a_password_is_never_quoted),
		cmocka_unit_test(a_password_may_stand_in_a_file_beside_the_configuration),
		cmocka_unit_test(a_password_file_belongs_to_its_owner_alone),
		cmocka_unit_test(a_password_stands_in_one_place),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
