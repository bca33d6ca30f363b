#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

static void idle_day_changes_nothing(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim->chain_messages = 0;
	sim_run_for(sim, SECONDS(24 * 60 * 60));
	sim_expect(sim, "");
	assert_int_equal(sim->chain_messages, 0);
	sim_free(sim);
}

/* ---- chance ---- */

static const char *const tunnels[] = { "tun1", "tun2", "tun3" };

static const char *any_tunnel(struct sim *sim)
{
	return tunnels[sim_roll(sim, 3)];
}

static void toggle_session(struct sim *sim)
{
	const char *name = any_tunnel(sim);
	struct sim_peer *peer = sim_peer(sim, name);

	if (peer->session)
		sim_crash(sim, name);
	else
		sim_revive(sim, name);
}

static void toggle_link(struct sim *sim)
{
	const char *name = any_tunnel(sim);

	if (!sim_peer(sim, name)->has_link)
		sim_link_up(sim, name);
	else if (sim_roll(sim, 4) == 0)
		sim_remove_interface(sim, name);
	else
		sim_link_down(sim, name);
}

static void toggle_silence(struct sim *sim)
{
	const char *name = any_tunnel(sim);

	if (sim_peer(sim, name)->loses[GATEWAY])
		sim_mend(sim, name);
	else
		sim_silence(sim, name);
}

static void change_announcement(struct sim *sim)
{
	char prefix[PREFIX_TEXT], text[100];

	snprintf(prefix, sizeof(prefix), "10.50.%u.0/24", sim_roll(sim, 20));
	snprintf(text, sizeof(text), "%s med %u", prefix, sim_roll(sim, 3) * 50);
	if (sim_roll(sim, 3))
		sim_announce(sim, any_tunnel(sim), text);
	else
		sim_withdraw(sim, any_tunnel(sim), prefix);
}

static void say_signal(struct sim *sim)
{
	enum signal_state state = sim_roll(sim, 2) ? STATE_UP : STATE_DOWN;

	if (sim->gateway)
		sim_say_ipsec(sim, any_tunnel(sim), state);
}

static void operate(struct sim *sim)
{
	const char *name = any_tunnel(sim);

	if (!sim->gateway)
		return;
	switch (sim_roll(sim, 6)) {
	case 0: speaker_tunnel_drain(sim->gateway, name, sim->now); break;
	case 1: speaker_tunnel_resume(sim->gateway, name, sim->now); break;
	case 2: speaker_tunnel_pin(sim->gateway, name, sim->now); break;
	case 3: speaker_tunnel_unpin(sim->gateway, name, sim->now); break;
	case 4: speaker_neighbor_reset(sim->gateway, name, sim->now); break;
	case 5: speaker_neighbor_refresh(sim->gateway, name, sim->now); break;
	}
	sim_settle(sim);
}

static void toggle_gateway(struct sim *sim)
{
	sim->kernel->fail_next = 0;             /* a kernel that cannot be read ends the start */
	if (!sim->gateway)
		sim_restart(sim);
	else if (sim_roll(sim, 2))
		sim_kill(sim);
	else
		sim_stop(sim);
}

static void reload(struct sim *sim)
{
	struct session_params *session = &sim->plan.tunnels[sim_roll(sim, 3)].session;

	if (!sim->gateway)
		return;
	session->hold_time_s = session->hold_time_s == 90 ? 60 : 90;
	sim_reload(sim);
}

static void disturb_kernel(struct sim *sim)
{
	char prefix[PREFIX_TEXT];

	snprintf(prefix, sizeof(prefix), "10.50.%u.0/24", sim_roll(sim, 20));
	fake_fib_lose(sim->kernel, prefix, SIM_METRIC);
	if (sim->gateway && sim_roll(sim, 2))
		speaker_audit(sim->gateway, sim->now);
	sim_settle(sim);
}

static void refuse_something(struct sim *sim)
{
	sim->kernel->fail_next = 16;            /* EBUSY */
}

static void repair(struct sim *sim, const char *tunnel)
{
	sim->kernel->fail_next = 0;
	if (!sim->gateway)
		sim_restart(sim);
	sim_mend(sim, tunnel);
	sim_link_up(sim, tunnel);
	if (!sim_peer(sim, tunnel)->session)
		sim_revive(sim, tunnel);
	sim_say_ipsec(sim, tunnel, STATE_UP);
	speaker_tunnel_resume(sim->gateway, tunnel, sim->now);
	speaker_tunnel_unpin(sim->gateway, tunnel, sim->now);
	sim_settle(sim);
}

static void repair_something(struct sim *sim)
{
	repair(sim, any_tunnel(sim));
}

/* The last three are kept from a strict life. */
static void live(struct sim *sim, bool is_strict)
{
	static void (*const events[])(struct sim *sim) = {
		toggle_session, toggle_link, toggle_link, toggle_silence, change_announcement,
		change_announcement, change_announcement, say_signal, operate, reload,
		toggle_gateway, disturb_kernel, refuse_something,
	};
	uint32_t count = sizeof(events) / sizeof(events[0]);

	if (sim_roll(sim, 2))
		repair_something(sim);
	events[sim_roll(sim, is_strict ? count - 3 : count)](sim);
	sim_run_for(sim, sim_roll(sim, 4) ? sim_roll(sim, 3000) : SECONDS(sim_roll(sim, 200)));
}

static bool offers(struct sim *sim, const char *tunnel, const struct prefix *prefix)
{
	const struct sim_peer *peer = sim_peer(sim, tunnel);

	for (size_t i = 0; i < peer->offer_count; i++)
		if (prefix_equal(&peer->offers[i]->prefix, prefix))
			return true;
	return false;
}

/* Whatever happens: what can be reached is reached, by a tunnel that is usable and offers it.  Only
 * a peer that is silent may have changed its mind unheard. */
static void expect_the_kernel_is_right(struct sim *sim)
{
	for (unsigned int p = 0; p < 20; p++) {
		char text[PREFIX_TEXT];
		struct prefix prefix;
		bool is_offered = false, is_right = false;

		snprintf(text, sizeof(text), "10.50.%u.0/24", p);
		assert_true(prefix_parse(text, &prefix));
		for (size_t i = 0; i < 3; i++) {
			bool is_usable = sim_tunnel(sim, tunnels[i]).liveness->usable;
			bool carries = strcmp(sim_carrier(sim, text), tunnels[i]) == 0;

			if (sim_peer(sim, tunnels[i])->loses[GATEWAY])
				return;
			is_offered |= is_usable && offers(sim, tunnels[i], &prefix);
			is_right |= carries && is_usable && offers(sim, tunnels[i], &prefix);
		}
		assert_int_equal(is_right, is_offered);
	}
}

static void heal(struct sim *sim)
{
	for (size_t i = 0; i < 3; i++) {
		const char *name = tunnels[i];

		repair(sim, name);
		for (unsigned int p = 0; p < 20; p++) {
			char text[100];

			snprintf(text, sizeof(text), "10.50.%u.0/24 med 0", p);
			sim_announce(sim, name, text);
		}
	}
	sim_run_for(sim, SECONDS(15 * 60));
}

static void expect_all_is_well(struct sim *sim)
{
	struct memory_view memory = speaker_memory(sim->gateway);

	for (unsigned int p = 0; p < 20; p++) {
		char prefix[PREFIX_TEXT];

		snprintf(prefix, sizeof(prefix), "10.50.%u.0/24", p);
		assert_string_equal(sim_carrier(sim, prefix), "tun1");
	}
	assert_int_equal(sim_routes(sim), 20);
	assert_int_equal(sim->kernel->chain_count, 1);
	assert_int_equal(sim->kernel->chains[0].chain.count, 3);
	assert_int_equal(sim->kernel->egress_count, 3);
	assert_string_equal(sim_hears(sim, "tun1", "10.60.0.0/16"), "path 65010 med 100");
	assert_string_equal(sim_hears(sim, "tun2", "10.60.0.0/16"),
			    "path 65010 65010 65010 65010 med 200");
	assert_string_equal(sim_hears(sim, "tun3", "10.60.0.0/16"),
			    "path 65010 65010 65010 65010 65010 med 300");
	assert_int_equal(memory.prefixes, 21);
	assert_int_equal(memory.paths, 61);
	assert_int_equal(memory.attribute_sets, 4);
	assert_int_equal(memory.fib_pending, 0);
	assert_int_equal(memory.fib_divergence, 0);
}

static void expect_nothing_is_left(struct sim *sim)
{
	for (size_t i = 0; i < 3; i++)
		peer_withdraw_all(sim_peer(sim, tunnels[i]));
	sim_run_for(sim, SECONDS(1));

	struct memory_view memory = speaker_memory(sim->gateway);
	assert_int_equal(sim_routes(sim), 0);
	assert_int_equal(sim->kernel->chain_count, 0);
	assert_int_equal(memory.prefixes, 1);
	assert_int_equal(memory.paths, 1);
	assert_int_equal(memory.attribute_sets, 1);
	assert_int_equal(memory.chains, 0);
	assert_int_equal(memory.egresses, 3);
}

static void live_a_life(uint64_t seed, bool is_strict)
{
	struct sim *sim = sim_new(3);

	sim->seed = seed;
	sim_be_quiet(sim, true);
	for (size_t i = 0; i < 3; i++) {
		sim->peers[i].params.graceful_restart = !is_strict;
		sim->peers[i].params.passive = i != 2;
	}
	sim_start(sim);
	for (int i = 0; i < 300; i++) {
		live(sim, is_strict);
		if (is_strict)
			expect_the_kernel_is_right(sim);
	}
	heal(sim);
	expect_all_is_well(sim);
	expect_nothing_is_left(sim);
	sim_free(sim);
}

#define LIVES 40
#define GOLDEN 0x9E3779B97F4A7C15u      /* seeds that are not alike */

/* Restarts of both sides, a kernel that forgets and refuses. */
static void all_is_well_again_after_any_life(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= LIVES; seed++)
		live_a_life(seed * GOLDEN, false);
}

static void kernel_is_right_at_any_time_of_a_life(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= LIVES; seed++)
		live_a_life(seed * GOLDEN, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_day_changes_nothing),
		cmocka_unit_test(all_is_well_again_after_any_life),
		cmocka_unit_test(kernel_is_right_at_any_time_of_a_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
