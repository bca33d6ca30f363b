#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bgpd/session/negotiate.h"
#include "tests/support/hex.h"
#include "tests/support/session_lab.h"

#define IPV4 FAMILY_BIT(FAMILY_IPV4)
#define IPV6 FAMILY_BIT(FAMILY_IPV6)

/* What such a peer as ours would say, from AS 65002 with identifier 10.0.0.2. */
static struct open mirrored(const struct session_params *params)
{
	struct open peer = negotiate_offer(params, false, false);

	peer.asn = params->asn;
	peer.bgp_id = 0x0a000002;
	return peer;
}

static struct agreement agreed(const struct session_params *params, const struct open *peer)
{
	struct agreement agreement;
	struct notification why;

	assert_true(negotiate_open(params, peer, &agreement, &why));
	return agreement;
}

static struct notification refused(const struct session_params *params, const struct open *peer)
{
	struct agreement agreement;
	struct notification why;

	assert_false(negotiate_open(params, peer, &agreement, &why));
	assert_int_equal(why.code, NOTIFY_OPEN);
	return why;
}

static void the_smaller_hold_time_counts(void **unused)
{
	static const struct { uint16_t ours, theirs, most_keepalive, hold, keepalive; } cases[] = {
		{ 90, 90,  0, 90, 30 },
		{ 90, 30,  0, 30, 10 },
		{ 30, 180, 0, 30, 10 },
		{ 90, 0,   0, 0,  0 },
		{ 0,  90,  0, 0,  0 },
		{ 3,  90,  0, 3,  1 },
		{ 90, 90, 10, 90, 10 },         /* the keepalive we were told is a maximum */
		{ 90, 9,  10, 9,  3 },
		{ 90, 0,  10, 0,  0 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session_params params = lab_params();
		struct open peer = mirrored(&params);

		params.hold_time_s = cases[i].ours;
		params.keepalive_s = cases[i].most_keepalive;
		peer.hold_time_s = cases[i].theirs;
		assert_int_equal(agreed(&params, &peer).hold_time_s, cases[i].hold);
		assert_int_equal(agreed(&params, &peer).keepalive_s, cases[i].keepalive);
	}
}

static void a_peer_of_another_as_is_refused(void **unused)
{
	struct session_params params = lab_params();
	struct open peer = mirrored(&params);

	(void)unused;
	peer.asn = 65003;
	assert_int_equal(refused(&params, &peer).subcode, OPEN_BAD_PEER_AS);
}

/* RFC 6286 2.2 */
static void our_own_identifier_is_refused_within_the_as_alone(void **unused)
{
	struct session_params params = lab_params();
	struct open peer = mirrored(&params);

	(void)unused;
	peer.bgp_id = params.router_id;
	agreed(&params, &peer);
	params.asn = peer.asn = params.local_asn;
	assert_int_equal(refused(&params, &peer).subcode, OPEN_BAD_ID);
}

static void only_what_both_offer_is_common(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.families = IPV4 | IPV6;
	params.graceful_restart = true;
	struct open peer = mirrored(&params);
	struct capabilities all = agreed(&params, &peer).common;

	assert_int_equal(all.families, IPV4 | IPV6);
	assert_true(all.route_refresh && all.enhanced_refresh && all.extended_message);
	assert_true(all.has_as4 && all.graceful_restart && all.notification_restart);
	assert_int_equal(all.restart_families, IPV4 | IPV6);

	peer.capabilities = (struct capabilities){ .any_multiprotocol = true, .families = IPV6 };
	struct capabilities one = agreed(&params, &peer).common;

	assert_int_equal(one.families, IPV6);
	assert_false(one.route_refresh || one.enhanced_refresh || one.extended_message);
	assert_false(one.has_as4 || one.graceful_restart || one.notification_restart);
}

/* RFC 4760 8 */
static void a_peer_that_names_no_family_speaks_ipv4(void **unused)
{
	struct session_params params = lab_params();
	struct open peer = mirrored(&params);

	(void)unused;
	params.families = IPV4 | IPV6;
	peer.capabilities = (struct capabilities){ .any_multiprotocol = false };
	assert_int_equal(agreed(&params, &peer).common.families, IPV4);
}

/* RFC 5492 5 */
static void without_a_common_family_the_answer_names_ours(void **unused)
{
	struct session_params params = lab_params();
	struct open peer = mirrored(&params);

	(void)unused;
	params.families = IPV6;
	peer.capabilities.families = IPV4;
	struct notification why = refused(&params, &peer);

	assert_int_equal(why.subcode, OPEN_BAD_CAPABILITY);
	assert_hex((struct span){ why.data, why.length }, "01 04 0002 00 01");
}

/* RFC 4724 3 */
static void of_graceful_restart_the_peers_word_counts_for_common_families(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	params.graceful_restart = true;
	struct open peer = mirrored(&params);

	peer.capabilities.restarting = true;
	peer.capabilities.restart_time_s = 77;
	peer.capabilities.restart_families = peer.capabilities.forwarding_kept = IPV4 | IPV6;
	struct capabilities common = agreed(&params, &peer).common;

	assert_true(common.restarting);
	assert_int_equal(common.restart_time_s, 77);
	assert_int_equal(common.restart_families, IPV4);
	assert_int_equal(common.forwarding_kept, IPV4);
}

static void restarting_is_said_only_with_graceful_restart(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	assert_false(negotiate_offer(&params, true, true).capabilities.restarting);
	params.graceful_restart = true;
	struct capabilities again = negotiate_offer(&params, true, true).capabilities;

	assert_true(again.restarting);
	assert_int_equal(again.forwarding_kept, IPV4);
	assert_int_equal(negotiate_offer(&params, false, false).capabilities.forwarding_kept, 0);
}

/* RFC 9234 4.2 */
static void a_role_needs_its_counterpart_or_silence(void **unused)
{
	struct session_params params = lab_params();
	struct open peer = mirrored(&params);

	(void)unused;
	peer.capabilities.role = BGP_ROLE_PROVIDER;
	assert_int_equal(agreed(&params, &peer).common.role, BGP_ROLE_NONE);
	params.role = BGP_ROLE_CUSTOMER;
	assert_int_equal(negotiate_offer(&params, false, false).capabilities.role, BGP_ROLE_CUSTOMER);
	assert_int_equal(agreed(&params, &peer).common.role, BGP_ROLE_PROVIDER);
	peer.capabilities.role = BGP_ROLE_NONE;
	assert_int_equal(agreed(&params, &peer).common.role, BGP_ROLE_NONE);
	params.strict_role = true;
	assert_int_equal(refused(&params, &peer).subcode, OPEN_ROLE_MISMATCH);
	peer.capabilities.role = BGP_ROLE_CUSTOMER;
	assert_int_equal(refused(&params, &peer).subcode, OPEN_ROLE_MISMATCH);
	peer.capabilities.role = BGP_ROLE_PROVIDER;
	peer.capabilities.has_several_roles = true;
	assert_int_equal(refused(&params, &peer).subcode, OPEN_ROLE_MISMATCH);
}

/* RFC 8950 */
static void extended_next_hops_are_offered_over_ipv6(void **unused)
{
	struct session_params params = lab_params();

	(void)unused;
	assert_int_equal(negotiate_offer(&params, false, false).capabilities.extended_next_hop, 0);
	address_parse("fe80::1", &params.address);
	assert_int_equal(negotiate_offer(&params, false, false).capabilities.extended_next_hop, IPV4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smaller_hold_time_counts),
		cmocka_unit_test(a_peer_of_another_as_is_refused),
		cmocka_unit_test(our_own_identifier_is_refused_within_the_as_alone),
		cmocka_unit_test(only_what_both_offer_is_common),
		cmocka_unit_test(a_peer_that_names_no_family_speaks_ipv4),
		cmocka_unit_test(without_a_common_family_the_answer_names_ours),
		cmocka_unit_test(of_graceful_restart_the_peers_word_counts_for_common_families),
		cmocka_unit_test(restarting_is_said_only_with_graceful_restart),
		cmocka_unit_test(a_role_needs_its_counterpart_or_silence),
		cmocka_unit_test(extended_next_hops_are_offered_over_ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
