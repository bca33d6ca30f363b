/* Route refresh between begin and end, RFC 7313, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static struct sim *sim_with_neighbors(void)
{
	struct sim *sim = sim_new(0);

	sim->plan.neighbor_count = 2;
	for (size_t i = 0; i < 2; i++)
		sim->plan.neighbors[i].import = sim->plan.neighbors[i].export = &policy_any;
	sim_start(sim);
	sim_announce(sim, "core1", "172.16.0.0/16");
	sim_announce(sim, "core1", "172.17.0.0/16");
	sim_forget(sim);
	return sim;
}

static void say(struct sim *sim, const char *peer, enum refresh_kind kind)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	route_refresh_build(&(struct route_refresh){ FAMILY_IPV4, (uint8_t)kind }, &to);
	session_send(sim_peer(sim, peer)->session, to.start, write_length(&to), sim->now);
	sim_settle(sim);
}

static const uint64_t *received_by(struct sim *sim, const char *peer)
{
	return session_counters(sim_peer(sim, peer)->session)->received;
}

static void what_a_refresh_leaves_out_is_gone_at_its_end(void **unused)
{
	struct sim *sim = sim_with_neighbors();

	(void)unused;
	say(sim, "core1", REFRESH_BEGIN);
	sim_announce(sim, "core1", "172.16.0.0/16");
	sim_expect(sim, "");
	assert_string_equal(sim_carrier(sim, "172.17.0.0/16"), "core1");
	say(sim, "core1", REFRESH_END);
	sim_expect(sim, "0.000 fib route 172.17.0.0/16 metric 20 removed\n"
			"0.000 core2 hears 172.17.0.0/16 withdrawn\n");
	assert_string_equal(sim_carrier(sim, "172.16.0.0/16"), "core1");
	assert_int_equal(sim_neighbor(sim, "core1").received, 1);
	sim_free(sim);
}

static void a_second_begin_begins_anew(void **unused)
{
	struct sim *sim = sim_with_neighbors();

	(void)unused;
	say(sim, "core1", REFRESH_BEGIN);
	sim_announce(sim, "core1", "172.16.0.0/16");
	say(sim, "core1", REFRESH_BEGIN);
	sim_announce(sim, "core1", "172.17.0.0/16");
	say(sim, "core1", REFRESH_END);
	assert_string_equal(sim_carrier(sim, "172.16.0.0/16"), "none");
	assert_string_equal(sim_carrier(sim, "172.17.0.0/16"), "core1");
	sim_free(sim);
}

/* Marks go round: a route must not look new because as many refreshes have passed as there are marks. */
static void no_number_of_refreshes_revives_what_was_left_out(void **unused)
{
	(void)unused;
	for (int begins = 1; begins < 40; begins++) {
		struct sim *sim = sim_with_neighbors();

		for (int i = 0; i < begins; i++)
			say(sim, "core1", REFRESH_BEGIN);
		say(sim, "core1", REFRESH_END);
		assert_string_equal(sim_carrier(sim, "172.16.0.0/16"), "none");
		sim_free(sim);
	}
}

static void refresh_that_is_never_ended_takes_nothing_away(void **unused)
{
	struct sim *sim = sim_with_neighbors();

	(void)unused;
	say(sim, "core1", REFRESH_BEGIN);
	sim_reload(sim);
	sim_run_for(sim, SECONDS(600));
	assert_string_equal(sim_carrier(sim, "172.17.0.0/16"), "core1");
	sim_free(sim);
}

static void session_that_ends_within_a_refresh_starts_afresh(void **unused)
{
	struct sim *sim = sim_with_neighbors();

	(void)unused;
	say(sim, "core1", REFRESH_BEGIN);
	sim_reset(sim, "core1");
	sim_run_for(sim, SECONDS(10));
	say(sim, "core1", REFRESH_END);
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(sim_carrier(sim, "172.16.0.0/16"), "core1");
	assert_string_equal(sim_carrier(sim, "172.17.0.0/16"), "core1");
	sim_free(sim);
}

static void neighbor_that_asks_is_told_all_between_begin_and_end(void **unused)
{
	struct sim *sim = sim_with_neighbors();
	uint64_t refreshes = received_by(sim, "core2")[MESSAGE_ROUTE_REFRESH];

	(void)unused;
	say(sim, "core2", REFRESH_REQUEST);
	sim_expect(sim, "0.000 core2 hears 10.60.0.0/16 path 65010\n"
			"0.000 core2 hears 172.16.0.0/16 path 65010 65020\n"
			"0.000 core2 hears 172.17.0.0/16 path 65010 65020\n");
	assert_int_equal(received_by(sim, "core2")[MESSAGE_ROUTE_REFRESH] - refreshes, 2);
	sim_free(sim);
}

static void request_after_request_costs_one_refresh_more(void **unused)
{
	struct sim *sim = sim_with_neighbors();
	uint64_t updates = received_by(sim, "core2")[MESSAGE_UPDATE];
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	route_refresh_build(&(struct route_refresh){ FAMILY_IPV4, REFRESH_REQUEST }, &to);
	for (int i = 0; i < 100; i++)
		session_send(sim_peer(sim, "core2")->session, to.start, write_length(&to), sim->now);
	sim_settle(sim);
	assert_true(received_by(sim, "core2")[MESSAGE_UPDATE] - updates <= 4);
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_refresh_leaves_out_is_gone_at_its_end),
		cmocka_unit_test(a_second_begin_begins_anew),
		cmocka_unit_test(no_number_of_refreshes_revives_what_was_left_out),
		cmocka_unit_test(refresh_that_is_never_ended_takes_nothing_away),
		cmocka_unit_test(session_that_ends_within_a_refresh_starts_afresh),
		cmocka_unit_test(neighbor_that_asks_is_told_all_between_begin_and_end),
		cmocka_unit_test(request_after_request_costs_one_refresh_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
