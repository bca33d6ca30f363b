#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bgpd/wire/bgp_role.h"

#define NEIGHBOR 65002

static const struct bgp_otc none = { false, 0 };
static const struct bgp_otc of_neighbor = { true, NEIGHBOR };
static const struct bgp_otc of_another = { true, 65003 };

/* RFC 9234 4.2, table 2 */
static void only_the_pairs_of_the_rfc_fit(void **unused)
{
	static const enum bgp_role pairs[][2] = {
		{ BGP_ROLE_PROVIDER, BGP_ROLE_CUSTOMER }, { BGP_ROLE_CUSTOMER, BGP_ROLE_PROVIDER },
		{ BGP_ROLE_RS, BGP_ROLE_RS_CLIENT }, { BGP_ROLE_RS_CLIENT, BGP_ROLE_RS },
		{ BGP_ROLE_PEER, BGP_ROLE_PEER },
	};

	(void)unused;
	for (enum bgp_role ours = BGP_ROLE_PROVIDER; ours < BGP_ROLES; ours++) {
		for (unsigned int theirs = 0; theirs <= UINT8_MAX + 1; theirs++) {
			bool is_pair = false;

			for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
				is_pair |= pairs[i][0] == ours && pairs[i][1] == theirs;
			assert_int_equal(bgp_role_fits(ours, theirs), is_pair);
		}
	}
}

/* 5, ingress 1 and 2 */
static void what_went_down_does_not_come_back_up(void **unused)
{
	(void)unused;
	assert_true(bgp_role_sees_leak(BGP_ROLE_PROVIDER, of_neighbor, NEIGHBOR));
	assert_true(bgp_role_sees_leak(BGP_ROLE_RS, of_another, NEIGHBOR));
	assert_true(bgp_role_sees_leak(BGP_ROLE_PEER, of_another, NEIGHBOR));
	assert_false(bgp_role_sees_leak(BGP_ROLE_PEER, of_neighbor, NEIGHBOR));
	assert_false(bgp_role_sees_leak(BGP_ROLE_CUSTOMER, of_another, NEIGHBOR));
	assert_false(bgp_role_sees_leak(BGP_ROLE_RS_CLIENT, of_another, NEIGHBOR));
	for (enum bgp_role ours = BGP_ROLE_NONE; ours < BGP_ROLES; ours++)
		assert_false(bgp_role_sees_leak(ours, none, NEIGHBOR));
}

/* 5, ingress 3, egress 1 and 2 */
static void what_comes_from_above_or_beside_goes_down_only(void **unused)
{
	static const struct { enum bgp_role ours; bool is_below, is_above; } sides[] = {
		{ BGP_ROLE_NONE, false, false },
		{ BGP_ROLE_PROVIDER, false, true },
		{ BGP_ROLE_RS, false, true },
		{ BGP_ROLE_RS_CLIENT, true, false },
		{ BGP_ROLE_CUSTOMER, true, false },
		{ BGP_ROLE_PEER, true, true },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		assert_int_equal(bgp_role_marks_received(sides[i].ours), sides[i].is_below);
		assert_int_equal(bgp_role_keeps_back(sides[i].ours, of_another), sides[i].is_below);
		assert_int_equal(bgp_role_marks_sent(sides[i].ours), sides[i].is_above);
		assert_false(bgp_role_keeps_back(sides[i].ours, none));
	}
}

static void roles_have_names(void **unused)
{
	(void)unused;
	assert_string_equal(bgp_role_name(BGP_ROLE_RS_CLIENT), "rs-client");
	assert_string_equal(bgp_role_name(BGP_ROLES), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_pairs_of_the_rfc_fit),
		cmocka_unit_test(what_went_down_does_not_come_back_up),
		cmocka_unit_test(what_comes_from_above_or_beside_goes_down_only),
		cmocka_unit_test(roles_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
