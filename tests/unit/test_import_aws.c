#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/config/load.h"
#include "cli/import_aws.h"
#include "cli/interface_name.h"

static char accepted[] = "10.50.0.0/16 le 24", announced[] = "10.60.0.0/16";
static char *const accept_list[] = { accepted }, *const announce_list[] = { announced };

static struct import_options with_prefixes(void)
{
	return (struct import_options){ .networks = {
		.interface = INTERFACE_NAME_PATTERN,
		.accept = accept_list, .accept_count = 1,
		.announce = announce_list, .announce_count = 1,
	} };
}

/* A file of tests/unit/data/aws, to be freed. */
static char *fixture(const char *name, size_t *length)
{
	char path[128], *text = malloc(65536);
	FILE *file;

	snprintf(path, sizeof(path), "tests/unit/data/aws/%s", name);
	file = fopen(path, "re");
	if (!file)
		fail_msg("%s: run from the root of the tree", path);
	*length = fread(text, 1, 65536, file);
	fclose(file);
	return text;
}

/* What the import writes, and in *error why it does not; both to be freed. */
static char *import_text(const char *text, size_t length, const struct import_options *options,
			 char **error)
{
	char *written = NULL;
	size_t written_length;
	FILE *out = open_memstream(&written, &written_length);

	*error = import_aws(text, length, options, out);
	fclose(out);
	if (*error)
		assert_string_equal(written, "");
	return written;
}

static char *import_fixture(const char *name, const struct import_options *options, char **error)
{
	size_t length;
	char *text = fixture(name, &length), *written = import_text(text, length, options, error);

	free(text);
	return written;
}

static void print_finding(void *arg, const char *line)
{
	(void)arg;
	print_error("%s\n", line);
}

/* The tree that bgpd makes of the import. */
static struct config *imported(const char *name, const struct import_options *options)
{
	char *error, *written = import_fixture(name, options, &error);
	struct config *config;

	if (error)
		fail_msg("%s: %s", name, error);
	config = config_load_text("bgpd.json", written, strlen(written), print_finding, NULL);
	assert_non_null(config);
	free(written);
	return config;
}

static void expect_error(const char *name, const struct import_options *options, const char *expected)
{
	char *error, *written = import_fixture(name, options, &error);

	if (!error || strcmp(error, expected) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", name, error ? error : "no error", expected);
	free(error);
	free(written);
}

static void expect_error_in_text(const char *text, const char *expected)
{
	const struct import_options options = with_prefixes();
	char *error, *written = import_text(text, strlen(text), &options, &error);

	assert_non_null(error);
	assert_string_equal(error, expected);
	free(error);
	free(written);
}

static void expect_address(const struct address *address, const char *expected)
{
	char text[ADDRESS_TEXT];

	assert_string_equal(address_format(address, text), expected);
}

static void expect_tunnel(const struct tunnel_config *tunnel, const char *name, const char *interface,
			  const char *inside, const char *peer, const char *outside)
{
	assert_string_equal(tunnel->name, name);
	assert_string_equal(tunnel->interface, interface);
	expect_address(&tunnel->inside, inside);
	expect_address(&tunnel->session.address, peer);
	expect_address(&tunnel->outside, outside);
	assert_int_equal(tunnel->session.hold_time_s, 30);
}

static void expect_vgw(struct config *config)
{
	const struct group_config *group = &config->groups[0];

	assert_int_equal(config->asn, 65010);
	assert_int_equal(config->router_id, 0xcb00710a);
	assert_int_equal(config->group_count, 1);
	assert_string_equal(group->name, "vpn-0a1b2c3d4e5f60718");
	assert_string_equal(group->provider->name, "aws-vgw");
	assert_int_equal(group->failover.mode, MODE_ACTIVE_STANDBY);
	assert_int_equal(group->accept.count, 1);
	assert_int_equal(group->announce.count, 1);
	assert_int_equal(group->tunnel_count, 2);
	expect_tunnel(&group->tunnels[0], "tun1", "ipsec1", "169.254.10.2", "169.254.10.1",
		      "198.51.100.44");
	expect_tunnel(&group->tunnels[1], "tun2", "ipsec2", "169.254.11.2", "169.254.11.1",
		      "198.51.100.20");
	assert_int_equal(group->tunnels[0].link.length, 30);
	assert_int_equal(group->tunnels[0].session.asn, 64512);
	config_free(config);
}

static void two_tunnels_of_a_virtual_private_gateway_become_a_group(void **unused)
{
	const struct import_options options = with_prefixes();

	(void)unused;
	expect_vgw(imported("vgw.xml", &options));
}

static void white_space_around_values_is_not_part_of_them(void **unused)
{
	const struct import_options options = with_prefixes();

	(void)unused;
	expect_vgw(imported("padded.xml", &options));
}

static void text_that_was_escaped_twice_is_still_read(void **unused)
{
	const struct import_options options = with_prefixes();

	(void)unused;
	expect_vgw(imported("escaped_twice.json", &options));
}

static void an_empty_vpn_gateway_id_means_a_transit_gateway(void **unused)
{
	const struct import_options options = with_prefixes();
	struct config *config = imported("tgw.xml", &options);

	(void)unused;
	assert_string_equal(config->groups[0].provider->name, "aws-tgw");
	assert_int_equal(config->groups[0].tunnels[0].session.asn, 64513);
	config_free(config);
}

static void one_tunnel_is_enough(void **unused)
{
	const struct import_options options = with_prefixes();
	struct config *config = imported("one_tunnel.xml", &options);

	(void)unused;
	assert_int_equal(config->groups[0].tunnel_count, 1);
	config_free(config);
}

static void every_connection_that_exists_becomes_a_group(void **unused)
{
	const struct import_options options = with_prefixes();
	struct config *config = imported("describe.json", &options);

	(void)unused;
	assert_int_equal(config->group_count, 2);
	assert_string_equal(config->groups[1].name, "vpn-0bbbbbbbbbbbbbbbb");
	expect_tunnel(&config->groups[1].tunnels[0], "tun3", "ipsec3", "169.254.20.2", "169.254.20.1",
		      "198.51.100.71");
	config_free(config);
}

static void one_connection_can_be_chosen(void **unused)
{
	struct import_options options = with_prefixes();
	struct config *config;

	(void)unused;
	options.connection = "vpn-0bbbbbbbbbbbbbbbb";
	config = imported("two_sites.json", &options);
	assert_int_equal(config->group_count, 1);
	assert_int_equal(config->asn, 65020);
	assert_string_equal(config->groups[0].tunnels[0].name, "tun1");
	config_free(config);
	options.connection = "vpn-0";
	expect_error("two_sites.json", &options,
		     "no connection vpn-0 is in the file; the first is vpn-0a1b2c3d4e5f60718");
}

static void interfaces_are_named_by_the_pattern(void **unused)
{
	struct import_options options = with_prefixes();
	struct config *config;

	(void)unused;
	options.networks.interface = "gw%d-aws";
	config = imported("vgw.xml", &options);
	assert_string_equal(config->groups[0].tunnels[1].interface, "gw2-aws");
	config_free(config);
}

static void a_pattern_has_one_number_and_fits_a_name(void **unused)
{
	static const char *const patterns[] = { "ipsec", "ipsec%s", "%d%d", "%n%d", "a/%d",
						"much-too-long-%d" };
	struct import_options options = with_prefixes();
	char expected[128];

	(void)unused;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		options.networks.interface = patterns[i];
		snprintf(expected, sizeof(expected),
			 "--interface %s: a name with one %%d in it, such as ipsec%%d", patterns[i]);
		expect_error("vgw.xml", &options, expected);
	}
}

static void keys_never_reach_the_configuration_of_bgpd(void **unused)
{
	const struct import_options options = with_prefixes();
	char *error, *written = import_fixture("vgw.xml", &options, &error);

	(void)unused;
	assert_null(error);
	assert_null(strstr(written, "First.Key"));
	assert_null(strstr(written, "Second.Key"));
	free(written);
}

static void prefixes_that_were_not_named_are_asked_for_in_a_comment(void **unused)
{
	const struct import_options options = { .networks.interface = INTERFACE_NAME_PATTERN };
	char *error, *written = import_fixture("vgw.xml", &options, &error);

	(void)unused;
	assert_null(error);
	assert_non_null(strstr(written, "// name them (bgpctl import aws FILE --accept PREFIX...)"));
	assert_non_null(strstr(written, "--announce PREFIX...) nothing is announced"));
	free(written);
}

static void what_bgpd_would_not_accept_is_not_written(void **unused)
{
	struct import_options options = with_prefixes();
	char wrong[] = "10.0.0.0/8\", \"x", *const list[] = { wrong };
	char *error, *written;

	(void)unused;
	options.networks.accept = list;
	written = import_fixture("vgw.xml", &options, &error);
	assert_non_null(error);
	assert_non_null(strstr(error, "groups[0].accept[0]"));
	free(error);
	free(written);
}

static void static_routing_is_refused_in_words(void **unused)
{
	const struct import_options options = with_prefixes();

	(void)unused;
	expect_error("static.xml", &options,
		     "vpn-0cccccccccccccccc is routed statically: bgpd needs a connection with dynamic (BGP) "
		     "routing, and AWS cannot change one into the other");
}

static void a_doctype_is_refused(void **unused)
{
	const struct import_options options = with_prefixes();

	(void)unused;
	expect_error("doctype.xml", &options, "line 2 of the XML: a DOCTYPE is not accepted");
}

static void a_truncated_file_is_refused(void **unused)
{
	const struct import_options options = with_prefixes();

	(void)unused;
	expect_error("truncated.xml", &options, "line 76 of the XML: no element found");
}

/* The most common accident with downloads: every prefix of a good file is an error, never a crash. */
static void a_file_may_end_anywhere(void **unused)
{
	const struct import_options options = with_prefixes();
	size_t length;
	char *text = fixture("describe.json", &length);

	(void)unused;
	for (size_t cut = 0; cut + 2 < length; cut += 7) {
		char *error, *written = import_text(text, cut, &options, &error);

		assert_non_null(error);
		free(error);
		free(written);
	}
	free(text);
}

static void an_inside_link_that_is_there_twice_is_told(void **unused)
{
	const struct import_options options = with_prefixes();

	(void)unused;
	expect_error("duplicate_links.json", &options,
		     "vpn-0a1b2c3d4e5f60718 tunnel 1 and vpn-0bbbbbbbbbbbbbbbb tunnel 1 have the same inside "
		     "link 169.254.10.0/30: give one another link in AWS, or import them with --connection "
		     "and run one in a VRF of its own");
}

static void what_is_no_customer_gateway_configuration_is_named(void **unused)
{
	(void)unused;
	expect_error_in_text(" \n", "the file is empty");
	expect_error_in_text("<html/>", "line 1 of the XML: <html> is not a CustomerGatewayConfiguration: "
			     "that begins with <vpn_connection>");
	expect_error_in_text("<vpn_connection/>",
			     "line 1 of the XML: vpn_connection has no id such as \"vpn-0a1b2c3d4e5f60718\"");
	expect_error_in_text("<vpn_connection id='x\"y'/>",
			     "line 1 of the XML: vpn_connection has no id such as \"vpn-0a1b2c3d4e5f60718\"");
	expect_error_in_text("<vpn_connection id='vpn-1'/>", "vpn-1 has no ipsec_tunnel");
	expect_error_in_text("{\"VpnConnections\":[]}",
			     "no VPN connection in it has a CustomerGatewayConfiguration");
	expect_error_in_text("{\"VpnConnections\":[{\"State\":\"deleted\"}]}",
			     "no VPN connection in it has a CustomerGatewayConfiguration");
}

static void a_value_of_the_wrong_kind_is_named_but_a_key_never_shown(void **unused)
{
	(void)unused;
	expect_error_in_text("<vpn_connection id='v'>\n<ipsec_tunnel><vpn_gateway><bgp><asn>-1</asn>",
			     "line 2 of the XML: vpn_connection/ipsec_tunnel/vpn_gateway/bgp/asn: "
			     "not a value that belongs here");
	expect_error_in_text("<vpn_connection id='v'><ipsec_tunnel><ike><pre_shared_key>a\"b</pre_shared_key>",
			     "line 1 of the XML: vpn_connection/ipsec_tunnel/ike/pre_shared_key: "
			     "this key cannot be used");
}

static void depth_and_length_are_bounded(void **unused)
{
	char text[65536] = "<vpn_connection id='v'>";

	(void)unused;
	for (int i = 0; i < 300; i++)
		strcat(text, "<a>");
	expect_error_in_text(text, "line 1 of the XML: elements are nested too deep");
	strcpy(text, "<vpn_connection id='v'><vpn_gateway_id>");
	memset(text + strlen(text), 'x', 200);
	expect_error_in_text(text, "line 1 of the XML: vpn_connection/vpn_gateway_id is too long");
}

static void expect_all(const char *written, const char *const *parts)
{
	for (; *parts; parts++)
		if (!strstr(written, *parts))
			fail_msg("\"%s\" is not in\n%s", *parts, written);
}

static void strongswan_gets_interfaces_connections_and_keys(void **unused)
{
	static const char *const parts[] = {
		"keep its mode at 0600",
		"ip link add ipsec2 type xfrm dev eth0 if_id 2",
		"ip address add 169.254.11.2/30 dev ipsec2",
		"remote_addrs = 198.51.100.20", "if_id_in = 2", "if_id_out = 2", "id = 203.0.113.10",
		"remote_ts = 0.0.0.0/0", "secret = \"Second.Key_002\"", NULL,
	};
	const struct import_options options = {
		.networks.interface = INTERFACE_NAME_PATTERN, .format = IMPORT_STRONGSWAN,
	};
	char *error, *written = import_fixture("vgw.xml", &options, &error);

	(void)unused;
	assert_null(error);
	expect_all(written, parts);
	free(written);
}

static void libreswan_gets_connections_and_keys_apart(void **unused)
{
	static const char *const parts[] = {
		"conn tun2", "right=198.51.100.20", "leftsubnet=0.0.0.0/0", "rightsubnet=0.0.0.0/0",
		"overlapip=yes", "ipsec-interface=2",
		"leftupdown=\"/usr/lib/tunnel-bgpd/updown -a 169.254.11.2/30 -m 1436\"", NULL,
	};
	static const char *const secrets[] = {
		"0600", "203.0.113.10 198.51.100.20 : PSK \"Second.Key_002\"", NULL,
	};
	struct import_options options = {
		.networks.interface = INTERFACE_NAME_PATTERN, .format = IMPORT_LIBRESWAN,
		.updown = "/usr/lib/tunnel-bgpd/updown",
	};
	char *error, *written = import_fixture("vgw.xml", &options, &error);

	(void)unused;
	assert_null(error);
	expect_all(written, parts);
	assert_null(strstr(written, "Second.Key"));
	free(written);
	options.format = IMPORT_LIBRESWAN_SECRETS;
	written = import_fixture("vgw.xml", &options, &error);
	assert_null(error);
	expect_all(written, secrets);
	free(written);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_tunnels_of_a_virtual_private_gateway_become_a_group),
		cmocka_unit_test(white_space_around_values_is_not_part_of_them),
		cmocka_unit_test(text_that_was_escaped_twice_is_still_read),
		cmocka_unit_test(an_empty_vpn_gateway_id_means_a_transit_gateway),
		cmocka_unit_test(one_tunnel_is_enough),
		cmocka_unit_test(every_connection_that_exists_becomes_a_group),
		cmocka_unit_test(one_connection_can_be_chosen),
		cmocka_unit_test(interfaces_are_named_by_the_pattern),
		cmocka_unit_test(a_pattern_has_one_number_and_fits_a_name),
		cmocka_unit_test(keys_never_reach_the_configuration_of_bgpd),
		cmocka_unit_test(prefixes_that_were_not_named_are_asked_for_in_a_comment),
		cmocka_unit_test(what_bgpd_would_not_accept_is_not_written),
		cmocka_unit_test(static_routing_is_refused_in_words),
		cmocka_unit_test(a_doctype_is_refused),
		cmocka_unit_test(a_truncated_file_is_refused),
		cmocka_unit_test(a_file_may_end_anywhere),
		cmocka_unit_test(an_inside_link_that_is_there_twice_is_told),
		cmocka_unit_test(what_is_no_customer_gateway_configuration_is_named),
		cmocka_unit_test(a_value_of_the_wrong_kind_is_named_but_a_key_never_shown),
		cmocka_unit_test(depth_and_length_are_bounded),
		cmocka_unit_test(strongswan_gets_interfaces_connections_and_keys),
		cmocka_unit_test(libreswan_gets_connections_and_keys_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
