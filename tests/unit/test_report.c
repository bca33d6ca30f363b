#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/report.h"

static const struct report_time noon = { .now = 100000, .wall = 1714564800000 };

static struct prefix prefix(const char *text)
{
	struct prefix parsed;

	assert_true(prefix_parse(text, &parsed));
	return parsed;
}

static struct address address(const char *text)
{
	struct address parsed;

	assert_true(address_parse(text, &parsed));
	return parsed;
}

/* The object as text, which dies with the test. */
static const char *text_of(struct json_object *object)
{
	static char text[8192];
	const char *json = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
							  JSON_C_TO_STRING_NOSLASHESCAPE);

	assert_true(strlen(json) < sizeof(text));
	strcpy(text, json);
	json_object_put(object);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s\n\nis not in\n\n%s", part, text);
}

static struct route_view learned_route(void)
{
	static const uint8_t path[] = { 2, 2, 0, 0, 0xFC, 0, 0, 0, 0xFD, 0xE9 };
	static const uint8_t communities[] = { 0xFD, 0xE9, 0, 100, 0xFF, 0xFF, 0xFF, 0x01 };
	static const uint8_t extended[] = { 0, 2, 0xFD, 0xE9, 0, 0, 0, 9 };
	static const uint8_t large[] = { 0, 0, 0xFD, 0xE9, 0, 0, 0, 1, 0, 0, 0, 2 };

	return (struct route_view){
		.prefix = prefix("10.50.0.0/16"),
		.neighbor = "tun1",
		.attrs = {
			.origin = ORIGIN_IGP,
			.next_hop = address("169.254.10.1"),
			.as_path = { path, sizeof(path) },
			.communities = { communities, sizeof(communities) },
			.large_communities = { large, sizeof(large) },
			.ext_communities = { extended, sizeof(extended) },
			.has_med = true,
			.med = 4294967295,
		},
		.local_pref = 200,
		.is_best = true,
		.reason = "local preference",
		.age_ms = 61999,
	};
}

static void a_route_has_the_names_that_scripts_rely_on(void **unused)
{
	struct route_view view = learned_route();

	(void)unused;
	assert_string_equal(text_of(report_route(&view)),
		"{\"prefix\":\"10.50.0.0/16\",\"neighbor\":\"tun1\",\"next_hop\":\"169.254.10.1\","
		"\"origin\":\"igp\",\"as_path\":\"64512 65001\",\"med\":4294967295,"
		"\"communities\":[\"65001:100\",\"no-export\"],\"large_communities\":[\"65001:1:2\"],"
		"\"ext_communities\":[\"rt:65001:9\"],"
		"\"local_pref\":200,\"best\":true,\"reason\":\"local preference\",\"accepted\":true,"
		"\"filtered_by\":null,\"policy\":null,\"stale\":false,\"age_s\":61}");
}

static void what_a_route_does_not_have_is_null(void **unused)
{
	struct route_view view = { .prefix = prefix("2001:db8::/32"), .reason = "only one" };
	const char *text = text_of(report_route(&view));

	(void)unused;
	assert_has(text, "\"neighbor\":null,\"next_hop\":null");
	assert_has(text, "\"as_path\":\"\",\"med\":null,\"communities\":[],\"large_communities\":[]");
}

static void a_route_that_was_refused_says_why(void **unused)
{
	struct route_view view = learned_route();

	(void)unused;
	view.verdict = IMPORT_OWN_AS;
	assert_has(text_of(report_route(&view)), "\"accepted\":false,\"filtered_by\":\"");
	view.exported = EXPORT_OVER_BUDGET;
	assert_has(text_of(report_exported(&view)), "\"accepted\":false,\"filtered_by\":\"");
	view.exported = EXPORT_ANNOUNCED;
	assert_has(text_of(report_exported(&view)), "\"local_pref\":null");
}

static void a_kernel_route_names_its_chain(void **unused)
{
	struct fib_view view = {
		.prefix = prefix("10.50.0.0/16"), .chain = { "tun1", "tun2" }, .chain_count = 2,
		.active = "tun2", .kind = "chain", .table = 254, .metric = 20, .is_installed = true,
	};

	(void)unused;
	assert_string_equal(text_of(report_fib(&view)),
		"{\"prefix\":\"10.50.0.0/16\",\"chain\":[\"tun1\",\"tun2\"],\"active\":\"tun2\","
		"\"kind\":\"chain\",\"table\":254,\"metric\":20,\"installed\":true}");
}

static const struct provider provider = { .name = "aws-vgw" };

static struct tunnel_config tunnel(void)
{
	return (struct tunnel_config){
		.name = "tun1", .interface = "ipsec1", .inside = address("169.254.10.2"),
		.link = prefix("169.254.10.0/30"),
		.session = { .name = "tun1", .address = address("169.254.10.1"), .asn = 64512,
			     .password = "hunter2", .ttl = 1, .families = FAMILY_BIT(FAMILY_IPV4) },
	};
}

static void a_tunnel_shows_every_signal_and_why(void **unused)
{
	struct tunnel_config config = tunnel();
	struct group_config group = { .name = "aws-seoul", .provider = &provider };
	struct liveness liveness;
	struct tunnel_view view = {
		.config = &config, .group = &group, .liveness = &liveness, .role = ROLE_STANDBY,
		.announced = ROLE_ACTIVE, .standing = STANDING_HELD, .role_since = 40000,
		.held_until = 100001, .counters = { .rx_bytes = 7, .tx_bytes = 8 },
	};
	const char *text;

	(void)unused;
	liveness_init(&liveness, SIGNAL_BIT(SIGNAL_LINK), 0);
	liveness_report(&liveness, SIGNAL_LINK, STATE_DOWN, "no carrier", 90000);
	text = text_of(report_tunnel(&view, noon));
	assert_has(text, "{\"name\":\"tun1\",\"group\":\"aws-seoul\",\"interface\":\"ipsec1\","
		   "\"inside\":\"169.254.10.2/30\",\"peer\":\"169.254.10.1\",\"role\":\"standby\","
		   "\"announced\":\"active\",\"standing\":\"held\",\"usable\":false,\"pinned\":false,"
		   "\"held_s\":1,\"since_s\":60,");
	assert_has(text, "\"rx_bytes\":7,\"tx_bytes\":8");
	assert_has(text, "\"signals\":{\"link\":{\"state\":\"down\",\"since_s\":10,"
		   "\"reason\":\"no carrier\",\"required\":true},\"ipsec\":{\"state\":\"unknown\"");
}

static void a_group_says_whether_both_directions_agree(void **unused)
{
	struct group_config config = { .name = "aws-seoul", .provider = &provider };
	struct group_view view = {
		.config = &config, .active = { "tun1" }, .active_count = 1, .expected_in = "tun1",
		.symmetric = "undetermined", .cause = "",
	};

	(void)unused;
	assert_string_equal(text_of(report_group(&view)),
		"{\"name\":\"aws-seoul\",\"provider\":\"aws-vgw\",\"mode\":\"active-standby\","
		"\"active\":[\"tun1\"],\"symmetric\":\"undetermined\",\"expected_in\":\"tun1\","
		"\"observed_in\":null,\"observed_out\":null,\"cause\":\"\",\"settling\":false}");
	assert_has(text_of(report_symmetry(&view)), "{\"group\":\"aws-seoul\",\"active\":[\"tun1\"]");
}

static void an_event_carries_the_time_of_day(void **unused)
{
	const struct history_event event = {
		.id = 3, .wall = noon.wall,
		.note = { .level = NOTE_NOTICE, .kind = "role", .subject = "tun2", .text = "role changed",
			  .from = "standby", .to = "active", .duration_ms = 12 },
	};

	(void)unused;
	assert_string_equal(text_of(report_event(&event)),
		"{\"id\":3,\"time\":\"2024-05-01T12:00:00.000Z\",\"level\":\"notice\",\"kind\":\"role\","
		"\"subject\":\"tun2\",\"text\":\"role changed\",\"from\":\"standby\",\"to\":\"active\","
		"\"reason\":null,\"duration_ms\":12}");
}

static void an_event_has_the_details_of_its_kind_behind_its_names(void **unused)
{
	const struct note_detail details[] = {
		{ "first_signal", "ipsec", 0 }, { "far_side_ms", NULL, 412 },
	};
	const struct history_event event = {
		.id = 4, .note = { .level = NOTE_NOTICE, .kind = "failover", .duration_ms = 0,
				   .details = details, .detail_count = 2 },
	};

	(void)unused;
	assert_has(text_of(report_event(&event)),
		   "\"duration_ms\":0,\"first_signal\":\"ipsec\",\"far_side_ms\":412}");
}

static void a_configuration_is_shown_without_its_secrets(void **unused)
{
	struct tunnel_config tunnels[] = { tunnel() };
	struct group_config groups[] = {
		{ .name = "aws-seoul", .provider = &provider, .tunnels = tunnels, .tunnel_count = 1 },
	};
	struct neighbor_config neighbors[] = {
		{ .session = { .name = "core1", .address = address("10.60.0.2"), .password = "hunter2" } },
	};
	const struct config config = {
		.asn = 65010, .router_id = 0xCB00710A, .groups = groups, .group_count = 1,
		.neighbors = neighbors, .neighbor_count = 1, .log_level = "notice", .listen_port = 179,
	};
	const char *text = text_of(report_config(&config));

	(void)unused;
	assert_null(strstr(text, "hunter2"));
	assert_has(text, "\"has_password\":true");
	assert_has(text, "{\"asn\":65010,\"router_id\":\"203.0.113.10\",\"listen_port\":179");
	assert_has(text, "\"inside\":\"169.254.10.2/30\",\"peer\":\"169.254.10.1\"");
}

static void a_neighbor_that_never_was_up_has_no_error_and_no_uptime(void **unused)
{
	struct tunnel_config config = tunnel();
	struct session *session = session_new(&config.session, NULL, NULL);
	struct neighbor_view view = { .session = session, .params = &config.session, .tunnel = "tun1",
				      .group = "aws-seoul", .role = ROLE_UNUSABLE, .budget = 100 };
	const char *text = text_of(report_neighbor(&view, noon));

	(void)unused;
	assert_has(text, "{\"name\":\"tun1\",\"address\":\"169.254.10.1\",\"local_address\":null,"
		   "\"asn\":64512,\"local_asn\":0,\"state\":\"idle\",\"uptime_s\":0,\"hold_time_s\":0,"
		   "\"keepalive_s\":0,\"peer_silence_ms\":0,\"peer_keepalive_slow\":false,\"router_id\":null,\"capabilities\":[],\"prefixes_received\":0,"
		   "\"prefixes_accepted\":0,\"prefixes_sent\":0,\"prefixes_held_back\":0,\"budget\":100,"
		   "\"messages_received\":0,\"messages_sent\":0,");
	assert_has(text, "\"role\":\"unusable\",\"shutdown\":false,\"last_error\":null}");
	assert_null(strstr(text, "hunter2"));
	session_free(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_has_the_names_that_scripts_rely_on),
		cmocka_unit_test(what_a_route_does_not_have_is_null),
		cmocka_unit_test(a_route_that_was_refused_says_why),
		cmocka_unit_test(a_kernel_route_names_its_chain),
		cmocka_unit_test(a_tunnel_shows_every_signal_and_why),
		cmocka_unit_test(a_group_says_whether_both_directions_agree),
		cmocka_unit_test(an_event_carries_the_time_of_day),
		cmocka_unit_test(an_event_has_the_details_of_its_kind_behind_its_names),
		cmocka_unit_test(a_configuration_is_shown_without_its_secrets),
		cmocka_unit_test(a_neighbor_that_never_was_up_has_no_error_and_no_uptime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
