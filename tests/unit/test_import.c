#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgpd/wire/as_path.h"
#include "policy/import.h"

#define OWN_AS 65010
#define OWN_ID 0xCB00710Au

static const uint8_t from_64512[] = { 2, 1, 0, 0, 0xFC, 0x00 };
static const uint8_t through_us[] = { 2, 3, 0, 0, 0xFC, 0x00, 0, 0, 0xFD, 0xF2, 0, 0, 0xFC, 0x01 };

/* A tunnel's neighbor: accept 10.50.0.0/16 le 24 and 2001:db8::/32, our own 10.60.0.0/16, links
 * 169.254.10.0/30 and 10.50.255.0/30. */
struct fixture {
	struct import_params params;
	struct prefix_rule accept[3], own;
	struct prefix links[2];
	struct address local;
	struct attrs attrs;
};

static struct prefix_rule rule_of(const char *text)
{
	struct prefix_rule rule;
	const char *why;

	assert_true(prefix_rule_parse(text, &rule, &why));
	return rule;
}

static struct prefix prefix_from(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static void set_up(struct fixture *fixture)
{
	*fixture = (struct fixture){
		.accept = { rule_of("10.50.0.0/16 le 24"), rule_of("2001:db8::/32") },
		.own = rule_of("10.60.0.0/16"),
		.links = { prefix_from("169.254.10.0/30"), prefix_from("10.50.255.0/30") },
		.local = address_ipv4(0xA9FE0A02u),
		.attrs = {
			.next_hop = address_ipv4(0xA9FE0A01u),
			.as_path = { from_64512, sizeof(from_64512) },
		},
	};
	fixture->params = (struct import_params){
		.local_asn = OWN_AS,
		.router_id = OWN_ID,
		.accept = { fixture->accept, 2 },
		.own = { &fixture->own, 1 },
		.inside_links = fixture->links,
		.inside_count = 2,
		.local_addresses = &fixture->local,
		.local_count = 1,
	};
}

static enum import_verdict take(const struct fixture *fixture, const char *text)
{
	struct prefix prefix = prefix_from(text);

	return import_route(&fixture->params, &prefix, &fixture->attrs, false);
}

static void what_accept_lists_is_accepted_and_nothing_else(void **unused)
{
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	assert_int_equal(take(&fixture, "10.50.0.0/16"), IMPORT_ACCEPTED);
	assert_int_equal(take(&fixture, "10.50.7.0/24"), IMPORT_ACCEPTED);
	assert_int_equal(take(&fixture, "2001:db8::/32"), IMPORT_ACCEPTED);
	assert_int_equal(take(&fixture, "10.50.7.0/25"), IMPORT_NOT_LISTED);
	assert_int_equal(take(&fixture, "10.51.0.0/16"), IMPORT_NOT_LISTED);
}

static void without_a_list_nothing_is_taken(void **unused)
{
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	fixture.params.accept.count = 0;
	assert_int_equal(take(&fixture, "10.50.0.0/16"), IMPORT_NOT_LISTED);
}

static void any_takes_everything_that_can_be_right(void **unused)
{
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	fixture.params.accept.count = 0;
	fixture.params.accepts_any = true;
	assert_int_equal(take(&fixture, "203.0.113.0/24"), IMPORT_ACCEPTED);
	assert_int_equal(take(&fixture, "0.0.0.0/0"), IMPORT_ACCEPTED);
	assert_int_equal(take(&fixture, "127.0.0.0/8"), IMPORT_MARTIAN);
	assert_int_equal(take(&fixture, "10.60.0.0/16"), IMPORT_OWN_PREFIX);
}

static void a_path_through_our_own_as_is_a_loop(void **unused)
{
	struct fixture fixture;
	struct prefix prefix = prefix_from("10.50.0.0/16");

	(void)unused;
	set_up(&fixture);
	fixture.attrs.as_path = (struct span){ through_us, sizeof(through_us) };
	assert_int_equal(take(&fixture, "10.50.0.0/16"), IMPORT_OWN_AS);
	assert_int_equal(import_route(&fixture.params, &prefix, &fixture.attrs, true), IMPORT_OWN_AS);
}

static void our_own_route_reflected_back_counts_in_ibgp_only(void **unused)
{
	struct fixture fixture;
	struct prefix prefix = prefix_from("10.50.0.0/16");

	(void)unused;
	set_up(&fixture);
	fixture.attrs.has_originator_id = true;
	fixture.attrs.originator_id = OWN_ID;
	assert_int_equal(import_route(&fixture.params, &prefix, &fixture.attrs, true), IMPORT_ORIGINATOR);
	assert_int_equal(import_route(&fixture.params, &prefix, &fixture.attrs, false), IMPORT_ACCEPTED);
	fixture.attrs.originator_id = OWN_ID + 1;
	assert_int_equal(import_route(&fixture.params, &prefix, &fixture.attrs, true), IMPORT_ACCEPTED);
}

static void our_own_address_is_no_next_hop(void **unused)
{
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	fixture.attrs.next_hop = fixture.local;
	assert_int_equal(take(&fixture, "10.50.0.0/16"), IMPORT_NEXT_HOP);
}

static void a_default_route_must_be_named(void **unused)
{
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	assert_int_equal(take(&fixture, "0.0.0.0/0"), IMPORT_DEFAULT_ROUTE);
	assert_int_equal(take(&fixture, "::/0"), IMPORT_DEFAULT_ROUTE);
	fixture.accept[2] = rule_of("0.0.0.0/0 le 24");
	fixture.params.accept.count = 3;
	assert_int_equal(take(&fixture, "0.0.0.0/0"), IMPORT_DEFAULT_ROUTE);
	assert_int_equal(take(&fixture, "192.0.2.0/24"), IMPORT_ACCEPTED);
	fixture.accept[2] = rule_of("0.0.0.0/0");
	assert_int_equal(take(&fixture, "0.0.0.0/0"), IMPORT_ACCEPTED);
	assert_int_equal(take(&fixture, "::/0"), IMPORT_DEFAULT_ROUTE);
}

static void nothing_captures_an_inside_link(void **unused)
{
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	fixture.accept[2] = rule_of("10.50.0.0/16 le 32");
	fixture.params.accept.count = 3;
	assert_int_equal(take(&fixture, "10.50.255.0/30"), IMPORT_INSIDE_LINK);
	assert_int_equal(take(&fixture, "10.50.255.1/32"), IMPORT_INSIDE_LINK);
	assert_int_equal(take(&fixture, "169.254.10.0/30"), IMPORT_INSIDE_LINK);
	assert_int_equal(take(&fixture, "10.50.255.4/30"), IMPORT_ACCEPTED);
}

static void what_covers_an_inside_link_does_not_capture_it(void **unused)
{
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	assert_int_equal(take(&fixture, "10.50.255.0/24"), IMPORT_ACCEPTED);
}

static void martians_are_refused_whatever_the_list_says(void **unused)
{
	static const char *const martians[] = {
		"0.0.0.0/8", "0.1.0.0/16", "127.0.0.0/8", "127.0.0.1/32", "169.254.0.0/16",
		"169.254.169.254/32", "224.0.0.0/4", "239.1.0.0/16", "::/128", "::1/128", "fe80::/64",
		"fe80::/10", "ff00::/8", "ff02::1/128",
	};
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	fixture.params.accepts_any = true;
	for (size_t i = 0; i < sizeof(martians) / sizeof(martians[0]); i++)
		if (take(&fixture, martians[i]) != IMPORT_MARTIAN)
			fail_msg("%s was not refused", martians[i]);
	assert_int_equal(take(&fixture, "128.0.0.0/1"), IMPORT_ACCEPTED);
	assert_int_equal(take(&fixture, "fc00::/7"), IMPORT_ACCEPTED);
}

static void our_own_announcement_is_not_taken_back(void **unused)
{
	struct fixture fixture;

	(void)unused;
	set_up(&fixture);
	fixture.accept[2] = rule_of("10.60.0.0/16 le 24");
	fixture.params.accept.count = 3;
	assert_int_equal(take(&fixture, "10.60.0.0/16"), IMPORT_OWN_PREFIX);
	assert_int_equal(take(&fixture, "10.60.1.0/24"), IMPORT_ACCEPTED);
}

static void every_verdict_has_words(void **unused)
{
	(void)unused;
	for (enum import_verdict verdict = 0; verdict < IMPORT_VERDICTS; verdict++)
		assert_non_null(import_verdict_text(verdict));
	assert_true(IMPORT_VERDICTS <= 16);     /* four bits of a route */
}

/* ---- the neighbor's policy ---- */

static struct import_change change(struct fixture *fixture, struct arena *arena, bool ibgp)
{
	struct prefix prefix = prefix_from("10.50.0.0/16");

	return import_change(&fixture->params, &prefix, ibgp, arena, &fixture->attrs);
}

static void a_policy_prepends_the_as_that_stands_first(void **unused)
{
	static const struct policy_set twice = { .prepend = 2 };
	static const struct policy_rule rule = { .set = &twice };
	static const struct policy policy = { .name = "p", .rules = &rule, .rule_count = 1 };
	struct fixture fixture;
	struct arena arena;
	char text[64];

	(void)unused;
	set_up(&fixture);
	arena_init(&arena);
	fixture.params.policy = &policy;
	assert_true(import_may_change(&fixture.params, &fixture.attrs, false));
	struct import_change changed = change(&fixture, &arena, false);
	assert_int_equal(changed.verdict, IMPORT_ACCEPTED);
	assert_true(changed.is_changed);
	assert_string_equal(as_path_format(fixture.attrs.as_path, text, sizeof(text)),
			    "64512 64512 64512");
	fixture.attrs.as_path = (struct span){ 0 };
	change(&fixture, &arena, true);
	assert_int_equal(fixture.attrs.as_path.length, 0);
	arena_clear(&arena);
}

/* RFC 8326 4.2: from another AS; inside ours the preference has been set already. */
static void what_is_shut_down_gracefully_has_no_preference(void **unused)
{
	struct fixture fixture;
	struct arena arena;

	(void)unused;
	set_up(&fixture);
	arena_init(&arena);
	fixture.params.policy = &policy_any;
	assert_false(import_may_change(&fixture.params, &fixture.attrs, false));
	attrs_add_community(&fixture.attrs, COMMUNITY_GRACEFUL_SHUTDOWN, &arena);
	assert_false(import_may_change(&fixture.params, &fixture.attrs, true));
	assert_false(change(&fixture, &arena, true).is_changed);
	assert_true(import_may_change(&fixture.params, &fixture.attrs, false));
	assert_true(change(&fixture, &arena, false).is_changed);
	assert_true(fixture.attrs.has_local_pref);
	assert_int_equal(fixture.attrs.local_pref, 0);
	arena_clear(&arena);
}

static void what_no_rule_of_a_policy_accepts_is_refused(void **unused)
{
	struct fixture fixture;
	struct arena arena;

	(void)unused;
	set_up(&fixture);
	arena_init(&arena);
	fixture.params.policy = &policy_none;
	assert_int_equal(change(&fixture, &arena, false).verdict, IMPORT_POLICY);
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_accept_lists_is_accepted_and_nothing_else),
		cmocka_unit_test(without_a_list_nothing_is_taken),
		cmocka_unit_test(any_takes_everything_that_can_be_right),
		cmocka_unit_test(a_path_through_our_own_as_is_a_loop),
		cmocka_unit_test(our_own_route_reflected_back_counts_in_ibgp_only),
		cmocka_unit_test(our_own_address_is_no_next_hop),
		cmocka_unit_test(a_default_route_must_be_named),
		cmocka_unit_test(nothing_captures_an_inside_link),
		cmocka_unit_test(what_covers_an_inside_link_does_not_capture_it),
		cmocka_unit_test(martians_are_refused_whatever_the_list_says),
		cmocka_unit_test(our_own_announcement_is_not_taken_back),
		cmocka_unit_test(a_policy_prepends_the_as_that_stands_first),
		cmocka_unit_test(what_is_shut_down_gracefully_has_no_preference),
		cmocka_unit_test(what_no_rule_of_a_policy_accepts_is_refused),
		cmocka_unit_test(every_verdict_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
