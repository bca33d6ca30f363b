#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/sim.h"

/* RFC 9234: what the gateway is to core1 (AS 65020) and to core2 (AS 65021), plain transit between
 * them.  The neighbors say the counterpart. */
static struct sim *sim_with_roles(enum bgp_role to_core1, enum bgp_role to_core2)
{
	static const enum bgp_role counterparts[] = {
		[BGP_ROLE_NONE] = BGP_ROLE_NONE,
		[BGP_ROLE_PROVIDER] = BGP_ROLE_CUSTOMER,
		[BGP_ROLE_CUSTOMER] = BGP_ROLE_PROVIDER,
		[BGP_ROLE_PEER] = BGP_ROLE_PEER,
	};
	const enum bgp_role roles[] = { to_core1, to_core2 };
	struct sim *sim = sim_new(0);

	sim->plan.neighbor_count = 2;
	for (size_t i = 0; i < 2; i++) {
		struct neighbor_config *neighbor = &sim->plan.neighbors[i];

		neighbor->import = neighbor->export = &policy_any;
		neighbor->session.role = roles[i];
		sim->peers[SIM_TUNNELS + i].params.role = counterparts[roles[i]];
	}
	return sim;
}

static struct sim *started(struct sim *sim)
{
	sim_start(sim);
	return sim;
}

static void a_route_of_the_provider_goes_to_customers_marked(void **unused)
{
	struct sim *sim = started(sim_with_roles(BGP_ROLE_CUSTOMER, BGP_ROLE_PROVIDER));

	(void)unused;
	assert_int_equal(session_common(sim_neighbor(sim, "core1").session)->role,
			 BGP_ROLE_PROVIDER);
	sim_announce(sim, "core1", "172.16.0.0/12");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65020 otc 65020");
	/* And our own as well. */
	assert_string_equal(sim_hears(sim, "core2", "10.60.0.0/16"), "path 65010 otc 65010");
	assert_string_equal(sim_hears(sim, "core1", "10.60.0.0/16"), "path 65010");
	sim_free(sim);
}

static void a_route_of_the_provider_does_not_go_to_a_peer(void **unused)
{
	struct sim *sim = started(sim_with_roles(BGP_ROLE_CUSTOMER, BGP_ROLE_PEER));

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "");
	assert_string_equal(sim_carrier(sim, "172.16.0.0/12"), "core1");
	sim_announce(sim, "core2", "172.17.0.0/16");
	assert_string_equal(sim_hears(sim, "core1", "172.17.0.0/16"), "");
	sim_free(sim);
}

static void a_route_of_a_customer_goes_everywhere(void **unused)
{
	struct sim *sim = started(sim_with_roles(BGP_ROLE_PROVIDER, BGP_ROLE_CUSTOMER));

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65020");
	sim_free(sim);
}

static void a_leak_of_a_customer_is_refused(void **unused)
{
	struct sim *sim = started(sim_with_roles(BGP_ROLE_PROVIDER, BGP_ROLE_NONE));

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 path 65020 65100 otc 65100");
	assert_string_equal(sim_carrier(sim, "172.16.0.0/12"), "none");
	assert_int_equal(sim_neighbor(sim, "core1").received, 1);
	assert_int_equal(sim_neighbor(sim, "core1").accepted, 0);
	sim_announce(sim, "core1", "172.16.0.0/12 path 65020 65100");
	assert_string_equal(sim_carrier(sim, "172.16.0.0/12"), "core1");
	sim_free(sim);
}

static void without_roles_the_mark_passes_as_it_is(void **unused)
{
	struct sim *sim = started(sim_with_roles(BGP_ROLE_NONE, BGP_ROLE_NONE));

	(void)unused;
	sim_announce(sim, "core1", "172.16.0.0/12 otc 65100");
	assert_string_equal(sim_hears(sim, "core2", "172.16.0.0/12"), "path 65010 65020 otc 65100");
	sim_free(sim);
}

static void roles_that_do_not_fit_make_no_session(void **unused)
{
	struct sim *sim = sim_with_roles(BGP_ROLE_CUSTOMER, BGP_ROLE_NONE);

	(void)unused;
	sim_peer(sim, "core1")->params.role = BGP_ROLE_PEER;
	sim_start(sim);
	assert_false(sim_is_up(sim, "core1"));
	assert_string_equal(session_last_error(sim_neighbor(sim, "core1").session)->text,
			    "OPEN Message Error/Role Mismatch: we are customer, the peer says peer");
	sim_free(sim);
}

static void who_is_strict_wants_to_be_told(void **unused)
{
	struct sim *sim = sim_with_roles(BGP_ROLE_CUSTOMER, BGP_ROLE_CUSTOMER);

	(void)unused;
	sim_peer(sim, "core1")->params.role = sim_peer(sim, "core2")->params.role = BGP_ROLE_NONE;
	sim->plan.neighbors[1].session.strict_role = true;
	sim_start(sim);
	assert_true(sim_is_up(sim, "core1"));
	assert_false(sim_is_up(sim, "core2"));
	sim_free(sim);
}

static void a_changed_role_is_told_in_a_new_session(void **unused)
{
	struct sim *sim = started(sim_with_roles(BGP_ROLE_NONE, BGP_ROLE_NONE));

	(void)unused;
	sim->plan.neighbors[0].session.role = BGP_ROLE_PEER;
	assert_int_equal(sim_reload(sim), 1);
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_of_the_provider_goes_to_customers_marked),
		cmocka_unit_test(a_route_of_the_provider_does_not_go_to_a_peer),
		cmocka_unit_test(a_route_of_a_customer_goes_everywhere),
		cmocka_unit_test(a_leak_of_a_customer_is_refused),
		cmocka_unit_test(without_roles_the_mark_passes_as_it_is),
		cmocka_unit_test(roles_that_do_not_fit_make_no_session),
		cmocka_unit_test(who_is_strict_wants_to_be_told),
		cmocka_unit_test(a_changed_role_is_told_in_a_new_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
