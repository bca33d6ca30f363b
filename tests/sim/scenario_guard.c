/* The tunnels' outer endpoints, which no learned route may capture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

#define UPLINK 1                        /* sim.c: the default route of the fake kernel */

static struct address outside_of(const char *text)
{
	struct address address;

	assert_true(address_parse(text, &address));
	return address;
}

/* The far side announces what covers an endpoint that the configuration does not name. */
static struct sim *sim_with_unknown_endpoint(enum guard_mode guard)
{
	struct sim *sim = sim_new(2);

	sim->plan.group.guard = guard;
	sim->plan.tunnels[0].outside = sim->plan.tunnels[1].outside = (struct address){ 0 };
	plan_accept(&sim->plan, "198.51.0.0/16 le 32");
	sim_start(sim);
	sim_announce(sim, "tun1", "198.51.100.0/24");
	sim_run_for(sim, SECONDS(1));
	assert_string_equal(sim_carrier(sim, "198.51.100.0/24"), "tun1");
	return sim;
}

static void know(struct sim *sim, const char *outside)
{
	const struct address address = outside_of(outside);

	speaker_outside(sim->gateway, "tun1", &address, sim->now);
	sim_run_for(sim, SECONDS(1));
}

static void endpoint_that_the_sa_tells_is_pinned_and_moves_with_it(void **unused)
{
	struct sim *sim = sim_with_unknown_endpoint(GUARD_PIN);

	(void)unused;
	know(sim, "198.51.100.44");
	assert_int_equal(fake_fib_carrier(sim->kernel, "198.51.100.44/32", SIM_METRIC), UPLINK);
	assert_string_equal(sim_carrier(sim, "198.51.100.0/24"), "tun1");
	know(sim, "198.51.100.45");
	assert_int_equal(fake_fib_carrier(sim->kernel, "198.51.100.45/32", SIM_METRIC), UPLINK);
	assert_null(fake_fib_find(sim->kernel, "198.51.100.44/32", SIM_METRIC));
	sim_free(sim);
}

static void what_covers_an_endpoint_is_refused_once_the_sa_tells_it(void **unused)
{
	struct sim *sim = sim_with_unknown_endpoint(GUARD_REFUSE);

	(void)unused;
	know(sim, "198.51.100.44");
	assert_string_equal(sim_carrier(sim, "198.51.100.0/24"), "none");
	know(sim, "203.0.113.7");
	assert_string_equal(sim_carrier(sim, "198.51.100.0/24"), "tun1");
	sim_free(sim);
}

static void endpoint_that_the_configuration_names_is_the_one(void **unused)
{
	struct sim *sim = sim_new(1);

	(void)unused;
	plan_accept(&sim->plan, "198.51.0.0/16 le 32");
	plan_accept(&sim->plan, "203.0.113.0/24");
	sim_start(sim);
	know(sim, "203.0.113.7");
	assert_null(fake_fib_find(sim->kernel, "203.0.113.7/32", SIM_METRIC));
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endpoint_that_the_sa_tells_is_pinned_and_moves_with_it),
		cmocka_unit_test(what_covers_an_endpoint_is_refused_once_the_sa_tells_it),
		cmocka_unit_test(endpoint_that_the_configuration_names_is_the_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
