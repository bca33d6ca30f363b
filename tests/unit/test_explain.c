#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/explain.h"
#include "tests/sim/sim.h"

static char text[8192];

static const char *text_of_object(struct json_object *object)
{
	snprintf(text, sizeof(text), "%s",
		 json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
						JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
	return text;
}

static struct json_object *explain(struct sim *sim, const char *target)
{
	struct prefix prefix;
	struct address address;

	if (!prefix_parse(target, &prefix)) {
		assert_true(address_parse(target, &address));
		prefix = prefix_host(&address);
	}
	return explain_prefix(sim->gateway, target, &prefix,
			      (struct report_time){ sim->now, 1714564800000 });
}

/* What stands under the key, as JSON. */
static const char *part(struct sim *sim, const char *target, const char *key)
{
	struct json_object *row = explain(sim, target);
	struct json_object *value = json_object_get(json_object_object_get(row, key));

	json_object_put(row);
	return text_of_object(value);
}

static const char *what_if(struct sim *sim, const char *tunnel)
{
	struct what_if_view view;

	assert_true(speaker_what_if(sim->gateway, tunnel, sim->now, &view));
	return text_of_object(explain_what_if(&view));
}

static void expect_has(const char *all, const char *wanted)
{
	if (!strstr(all, wanted))
		fail_msg("no %s in %s", wanted, all);
}

static void an_address_is_explained_by_the_longest_prefix(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_announce(sim, "tun1", "10.50.1.0/24");
	assert_string_equal(part(sim, "10.50.1.7", "prefix"), "\"10.50.1.0/24\"");
	assert_string_equal(part(sim, "10.50.2.7", "prefix"), "\"10.50.0.0/16\"");
	assert_string_equal(part(sim, "10.50.2.7", "asked"), "\"10.50.2.7\"");
	assert_string_equal(part(sim, "10.50.2.7", "text"), "\"10.50.0.0/16 leaves by tun1\"");
	assert_string_equal(part(sim, "10.50.2.0/24", "text"), "\"10.50.0.0/16 leaves by tun1\"");
	sim_free(sim);
}

static void every_candidate_has_its_reason(void **unused)
{
	struct sim *sim = sim_with_route(2);
	const char *candidates;

	(void)unused;
	sim_announce(sim, "tun3", "10.50.0.0/16");
	sim_announce(sim, "tun2", "10.50.0.0/16 path 64512 65010");
	candidates = part(sim, "10.50.0.0/16", "candidates");
	expect_has(candidates, "\"neighbor\":\"tun1\"");
	expect_has(candidates, "\"best\":true,\"reason\":\"only path\"");
	expect_has(candidates, "\"accepted\":false,\"filtered_by\":\"our own AS is in the path\"");
	sim_free(sim);
}

static void the_chain_and_the_kernel_are_shown(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	expect_has(part(sim, "10.50.0.0/16", "kernel"),
		   "{\"prefix\":\"10.50.0.0/16\",\"chain\":[\"tun1\",\"tun2\"],\"active\":\"tun1\"");
	expect_has(part(sim, "10.50.0.0/16", "group"), "\"mode\":\"active-standby\"");
	expect_has(part(sim, "10.50.0.0/16", "tunnels"), "\"role\":\"standby\"");
	sim_free(sim);
}

static void why_that_tunnel_is_active_is_said(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	expect_has(part(sim, "10.50.0.0/16", "why"), "the first in the group's order");
	speaker_tunnel_pin(sim->gateway, "tun2", sim->now);
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(part(sim, "10.50.0.0/16", "why"), "\"it is pinned\"");
	sim_link_down(sim, "tun1");
	sim_link_down(sim, "tun2");
	sim_announce(sim, "tun3", "10.50.0.0/16");
	assert_string_equal(part(sim, "10.50.0.0/16", "prefix"), "null");
	sim_free(sim);
}

static void what_comes_next_is_said(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	assert_string_equal(part(sim, "10.50.0.0/16", "next"),
			    "[\"if tun1 fails, tun2 carries what it offers as well\"]");
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	assert_string_equal(part(sim, "10.50.0.0/16", "next"),
			    "[\"tun1 is not usable until ipsec is up: SA deleted\","
			    "\"if tun2 fails, no tunnel is left: unreachable\"]");
	sim_say_ipsec(sim, "tun1", STATE_UP);
	assert_string_equal(part(sim, "10.50.0.0/16", "next"),
			    "[\"tun1 has come back and is held for 30 s more\","
			    "\"if tun2 fails, tun1 carries what it offers as well\"]");
	speaker_tunnel_resume(sim->gateway, "tun1", sim->now);
	expect_has(part(sim, "10.50.0.0/16", "next"),
		   "the far side has been told to use tun1: our own direction follows");
	sim_run_for(sim, SECONDS(10));
	speaker_tunnel_drill(sim->gateway, "tun1", false, SECONDS(30), sim->now);
	sim_run_for(sim, SECONDS(10));
	expect_has(part(sim, "10.50.0.0/16", "next"), "tun1 is out by a drill, which ends in 20 s");
	speaker_tunnel_resume(sim->gateway, "tun1", sim->now);
	speaker_tunnel_drain(sim->gateway, "tun1", sim->now);
	speaker_tunnel_pin(sim->gateway, "tun2", sim->now);
	expect_has(part(sim, "10.50.0.0/16", "next"), "tun1 stays out until bgpctl tunnel resume tun1");
	expect_has(part(sim, "10.50.0.0/16", "next"), "tun2 is pinned until bgpctl tunnel unpin tun2");
	sim_free(sim);
}

static void a_prefix_without_a_path_is_kept_in_the_box_or_not_ours(void **unused)
{
	struct sim *sim = sim_new(2);

	(void)unused;
	sim->plan.accept_count = 0;
	plan_accept(&sim->plan, "10.50.0.0/16 le 24");
	sim_start(sim);
	assert_string_equal(part(sim, "10.50.1.7", "prefix"), "null");
	assert_string_equal(part(sim, "10.50.1.7", "text"),
			    "\"10.50.0.0/16 is kept in the box (unreachable): no tunnel carries it\"");
	assert_string_equal(part(sim, "192.0.2.1", "text"),
			    "\"no route of ours leads there: other routes of the kernel decide\"");
	assert_string_equal(part(sim, "192.0.2.1", "group"), "null");
	sim_free(sim);
}

static void a_tunnel_that_fails_leaves_what_no_other_offers(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_announce(sim, "tun1", "10.51.0.0/16");
	assert_string_equal(what_if(sim, "tun1"),
			    "{\"tunnel\":\"tun1\",\"group\":\"cloud\","
			    "\"text\":\"without tun1 the traffic of cloud leaves by tun2\","
			    "\"prefixes_offered\":2,\"prefixes_moved\":1,\"prefixes_lost\":1,"
			    "\"examples\":[\"10.51.0.0/16\"],\"when_down\":\"unreachable\",\"tunnels\":["
			    "{\"name\":\"tun1\",\"role_now\":\"active\",\"role_then\":\"unusable\","
			    "\"med_now\":100,\"med_then\":2000,\"prepend_now\":0,\"prepend_then\":6},"
			    "{\"name\":\"tun2\",\"role_now\":\"standby\",\"role_then\":\"active\","
			    "\"med_now\":200,\"med_then\":99,\"prepend_now\":3,\"prepend_then\":0}]}");
	assert_string_equal(sim_carrier(sim, "10.51.0.0/16"), "tun1");
	sim_forget(sim);
	sim_run_for(sim, SECONDS(10));
	sim_expect(sim, "");            /* nothing has happened */
	expect_has(what_if(sim, "tun2"), "\"prefixes_moved\":0,\"prefixes_lost\":0");
	sim_free(sim);
}

static void the_prediction_is_what_happens(void **unused)
{
	struct sim *sim = sim_with_route(3);
	struct what_if_view view;

	(void)unused;
	assert_true(speaker_what_if(sim->gateway, "tun1", sim->now, &view));
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	for (size_t i = 0; i < view.tunnel_count; i++)
		assert_int_equal(sim_tunnel(sim, view.tunnels[i].name).role, view.tunnels[i].then);
	assert_string_equal(sim_hears(sim, "tun2", "10.60.0.0/16"), "path 65010 med 99");
	assert_int_equal(view.tunnels[1].says_then.med, 99);
	assert_false(speaker_what_if(sim->gateway, "tun9", sim->now, &view));
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_explained_by_the_longest_prefix),
		cmocka_unit_test(every_candidate_has_its_reason),
		cmocka_unit_test(the_chain_and_the_kernel_are_shown),
		cmocka_unit_test(why_that_tunnel_is_active_is_said),
		cmocka_unit_test(what_comes_next_is_said),
		cmocka_unit_test(a_prefix_without_a_path_is_kept_in_the_box_or_not_ours),
		cmocka_unit_test(a_tunnel_that_fails_leaves_what_no_other_offers),
		cmocka_unit_test(the_prediction_is_what_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
