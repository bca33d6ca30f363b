#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static struct sim *sim_with_traffic(size_t tunnels)
{
	struct sim *sim = sim_with_route(tunnels);

	sim_send_traffic(sim, "10.50.0.0/16", 1000000);
	sim_run_for(sim, SECONDS(2));
	sim_forget(sim);
	return sim;
}

static const char *drill(struct sim *sim, const char *tunnel, bool cuts, msec_t time)
{
	const char *refusal = speaker_tunnel_drill(sim->gateway, tunnel, cuts, time, sim->now);

	sim_settle(sim);
	return refusal;
}

static void drained_tunnel_comes_back_by_itself_and_all_is_reported(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	assert_null(drill(sim, "tun1", false, SECONDS(10)));
	sim_run_for(sim, SECONDS(9));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	assert_true(sim_is_up(sim, "tun1"));
	sim_run_for(sim, SECONDS(3));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	assert_string_equal(sim_record(sim),
			    "12.400 drill tun1 10000 ms: drained, away_out_ms 400, away_in_ms 400, "
			    "back_out_ms 400, back_in_ms 200, lost_ms 0, "
			    "rx_bytes 400000, tx_bytes 400000, rx_packets 400, tx_packets 400, "
			    "others_rx_bytes 10000000, others_tx_bytes 10000000, "
			    "others_rx_packets 10000, others_tx_packets 10000");
	assert_string_equal(sim_hears(sim, "tun1", "10.60.0.0/16"), "path 65010 med 100");
	sim_free(sim);
}

static void cut_tunnel_is_left_at_once_and_is_not_held_afterwards(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	assert_null(drill(sim, "tun1", true, SECONDS(10)));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun2");
	assert_int_equal(sim_tunnel(sim, "tun1").role, ROLE_UNUSABLE);
	assert_true(sim_tunnel(sim, "tun1").liveness->usable);
	sim_run_for(sim, SECONDS(12));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	assert_non_null(strstr(sim_record(sim), "drill tun1 10000 ms: cut, away_out_ms 200"));
	sim_free(sim);
}

static void cut_tunnel_carries_when_nothing_else_is_left(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	drill(sim, "tun1", true, SECONDS(600));
	sim_link_down(sim, "tun2");
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_run_for(sim, SECONDS(5));           /* which ends the drill */
	sim_link_up(sim, "tun2");
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void resume_ends_a_drill(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	drill(sim, "tun1", false, SECONDS(600));
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(speaker_tunnel_drain(sim->gateway, "tun1", sim->now),
			    "a drill of the tunnel is under way: resume it first");
	assert_null(speaker_tunnel_resume(sim->gateway, "tun1", sim->now));
	sim_run_for(sim, SECONDS(5));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	assert_non_null(strstr(sim_record(sim), "drill tun1 10000 ms: drained"));
	sim_free(sim);
}

static void reload_ends_a_drill(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	drill(sim, "tun1", true, SECONDS(600));
	sim_run_for(sim, SECONDS(10));
	sim_reload(sim);
	assert_non_null(strstr(sim_record(sim), "drill tun1 10000 ms: cut"));
	sim_run_for(sim, SECONDS(10));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void restart_knows_of_no_drill(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	drill(sim, "tun1", false, SECONDS(600));
	sim_run_for(sim, SECONDS(10));
	sim_kill(sim);
	sim_restart(sim);
	sim_run_for(sim, SECONDS(60));
	assert_string_equal(sim_carrier(sim, "10.50.0.0/16"), "tun1");
	sim_free(sim);
}

static void drill_of_a_standby_moves_nothing(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	sim->chain_messages = 0;
	assert_null(drill(sim, "tun2", false, SECONDS(10)));
	sim_run_for(sim, SECONDS(12));
	assert_int_equal(sim->chain_messages, 0);
	assert_non_null(strstr(sim_record(sim), "drill tun2 10000 ms: drained"));
	sim_free(sim);
}

/* What carries while the tunnel is out does not: the report says for how long. */
static void loss_on_the_other_tunnel_is_reported(void **unused)
{
	struct sim *sim = sim_with_traffic(2);

	(void)unused;
	drill(sim, "tun1", true, SECONDS(10));
	sim_run_for(sim, SECONDS(2));
	speaker_tunnel_signal(sim->gateway, "tun2", SIGNAL_PING, STATE_DOWN, "3 of 5 lost", sim->now);
	sim_run_for(sim, SECONDS(2));
	speaker_tunnel_signal(sim->gateway, "tun2", SIGNAL_PING, STATE_UP, "", sim->now);
	sim_run_for(sim, SECONDS(10));
	assert_non_null(strstr(sim_record(sim), "lost_ms 2000"));
	sim_free(sim);
}

static void drill_is_refused_where_it_would_cost_the_traffic(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	assert_string_equal(drill(sim, "tun9", false, 1), "there is no tunnel of that name");
	speaker_tunnel_drain(sim->gateway, "tun2", sim->now);
	assert_string_equal(drill(sim, "tun1", false, SECONDS(10)),
			    "no other tunnel of the group can carry the traffic");
	assert_string_equal(drill(sim, "tun2", false, SECONDS(10)), "the tunnel is drained already");
	speaker_tunnel_resume(sim->gateway, "tun2", sim->now);
	sim_link_down(sim, "tun2");
	assert_string_equal(drill(sim, "tun1", true, SECONDS(10)),
			    "no other tunnel of the group can carry the traffic");
	assert_string_equal(drill(sim, "tun2", true, SECONDS(10)),
			    "the tunnel is not usable, so that there is nothing to take out");
	sim_free(sim);
}

static void one_drill_at_a_time(void **unused)
{
	struct sim *sim = sim_with_route(3);

	(void)unused;
	assert_null(drill(sim, "tun1", false, SECONDS(10)));
	assert_string_equal(drill(sim, "tun2", false, SECONDS(10)),
			    "a drill of this group is under way");
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drained_tunnel_comes_back_by_itself_and_all_is_reported),
		cmocka_unit_test(cut_tunnel_is_left_at_once_and_is_not_held_afterwards),
		cmocka_unit_test(cut_tunnel_carries_when_nothing_else_is_left),
		cmocka_unit_test(resume_ends_a_drill),
		cmocka_unit_test(reload_ends_a_drill),
		cmocka_unit_test(restart_knows_of_no_drill),
		cmocka_unit_test(drill_of_a_standby_moves_nothing),
		cmocka_unit_test(loss_on_the_other_tunnel_is_reported),
		cmocka_unit_test(drill_is_refused_where_it_would_cost_the_traffic),
		cmocka_unit_test(one_drill_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
