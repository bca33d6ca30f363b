#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/steering.h"

static const struct steering_params said_nothing;

static struct steering steer(const char *provider, enum group_mode mode, enum role role,
			     size_t place)
{
	return steering_for(provider_find(provider), mode, role, place, &said_nothing);
}

static struct steering active_standby(const char *provider, enum role role, size_t place)
{
	return steer(provider, MODE_ACTIVE_STANDBY, role, place);
}

static void one_row_sets_both_directions(void **unused)
{
	struct steering active = active_standby("aws-vgw", ROLE_ACTIVE, 0);
	struct steering first = active_standby("aws-vgw", ROLE_STANDBY, 1);
	struct steering second = active_standby("aws-vgw", ROLE_STANDBY, 2);

	(void)unused;
	assert_int_equal(active.local_pref, 200);
	assert_int_equal(first.local_pref, 100);
	assert_int_equal(second.local_pref, 99);
	assert_int_equal(active.prepend, 0);
	assert_int_equal(first.prepend, 3);
	assert_int_equal(second.prepend, 4);
	assert_int_equal(active.med, 100);
	assert_int_equal(first.med, 200);
	assert_int_equal(second.med, 300);
	assert_true(active.sends_med && first.sends_med && second.sends_med);
}

static void a_standby_at_any_place_is_before_a_drained_tunnel(void **unused)
{
	(void)unused;
	for (size_t place = 1; place < 300; place++) {
		struct steering standby = active_standby("aws-vgw", ROLE_STANDBY, place);
		struct steering drained = active_standby("aws-vgw", ROLE_DRAINED, place + 1);

		assert_true(drained.prepend > standby.prepend);
		assert_true(drained.med > standby.med);
		assert_true(drained.local_pref < standby.local_pref);
	}
}

static void a_drained_tunnel_says_graceful_shutdown(void **unused)
{
	struct steering drained = active_standby("generic", ROLE_DRAINED, 1);

	(void)unused;
	assert_true(drained.graceful_shutdown);
	assert_int_equal(drained.local_pref, 0);
	assert_false(active_standby("generic", ROLE_STANDBY, 1).graceful_shutdown);
	assert_false(active_standby("generic", ROLE_ACTIVE, 0).graceful_shutdown);
	assert_true(steer("ibm", MODE_FOLLOW_PROVIDER, ROLE_DRAINED, 1).graceful_shutdown);
}

static void azure_gets_prepends_and_no_med(void **unused)
{
	struct steering standby = active_standby("azure", ROLE_STANDBY, 1);

	(void)unused;
	assert_int_equal(standby.prepend, 4);
	assert_false(standby.sends_med);
	assert_int_equal(active_standby("azure", ROLE_ACTIVE, 0).prepend, 1);
	assert_false(active_standby("azure", ROLE_ACTIVE, 0).sends_med);
}

static void gcp_in_legacy_mode_gets_med_and_no_prepends(void **unused)
{
	struct steering standby = active_standby("gcp-legacy", ROLE_STANDBY, 1);

	(void)unused;
	assert_int_equal(standby.prepend, 0);
	assert_true(standby.sends_med);
	assert_int_equal(standby.med, 200);
	assert_true(active_standby("gcp-legacy", ROLE_ACTIVE, 0).sends_med);
}

static void who_chooses_by_rules_of_its_own_gets_neither(void **unused)
{
	struct steering standby = steer("ibm", MODE_FOLLOW_PROVIDER, ROLE_STANDBY, 1);

	(void)unused;
	assert_int_equal(standby.prepend, 0);
	assert_false(standby.sends_med);
}

static void where_the_far_side_decides_or_all_share_local_preference_is_equal(void **unused)
{
	static const enum group_mode modes[] = { MODE_FOLLOW_PROVIDER, MODE_ECMP };

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(steer("aws-tgw", modes[i], ROLE_ACTIVE, 0).local_pref, 100);
		assert_int_equal(steer("aws-tgw", modes[i], ROLE_STANDBY, 1).local_pref, 100);
		assert_int_equal(steer("aws-tgw", modes[i], ROLE_DRAINED, 1).local_pref, 0);
	}
}

static void tunnels_that_share_are_announced_alike(void **unused)
{
	struct steering active = steer("aws-tgw", MODE_ECMP, ROLE_ACTIVE, 0);

	(void)unused;
	assert_int_equal(active.prepend, 0);
	assert_int_equal(active.med, 100);
	assert_true(steer("aws-tgw", MODE_ECMP, ROLE_STANDBY, 1).prepend > 0);
}

static void what_the_user_said_is_for_the_standby(void **unused)
{
	static const struct steering_params said = {
		.has_prepend = true, .prepend = 7, .has_med = true, .med = 555,
	};
	const struct provider *azure = provider_find("azure");
	struct steering standby = steering_for(azure, MODE_ACTIVE_STANDBY, ROLE_STANDBY, 1, &said);
	struct steering active = steering_for(azure, MODE_ACTIVE_STANDBY, ROLE_ACTIVE, 0, &said);

	(void)unused;
	assert_int_equal(standby.prepend, active.prepend + 7);
	assert_true(standby.sends_med);
	assert_int_equal(standby.med, 555);
	assert_int_equal(active.prepend, 1);
	assert_true(active.sends_med);
	assert_int_equal(active.med, 100);
}

/* RFC 4724: the far side keeps what the failed tunnel announced, as active as the new one's. */
static void a_rescue_beats_any_active_tunnel_by_med(void **unused)
{
	struct steering active = active_standby("aws-vgw", ROLE_ACTIVE, 0);
	struct steering rescue = active, next = active;

	(void)unused;
	steering_rescue(&rescue, active.med);
	assert_true(rescue.med < active.med);
	assert_int_equal(rescue.prepend, active.prepend);
	steering_rescue(&next, rescue.med);
	assert_true(next.med < rescue.med);
	steering_rescue(&active, 200);
	assert_int_equal(active.med, 100);      /* what is worse need not be beaten */
}

static void a_rescue_beats_it_by_its_path_where_med_does_not_count(void **unused)
{
	static const char *const names[] = { "azure", "oci" };

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		struct steering active = active_standby(names[i], ROLE_ACTIVE, 0), rescue = active;

		steering_rescue(&rescue, active.med);
		assert_true(rescue.prepend < active.prepend);
		assert_false(rescue.sends_med);
	}
}

static void the_users_local_preference_ends_with_a_drain(void **unused)
{
	static const struct steering_params said = { .has_local_pref = true, .local_pref = 300 };
	const struct provider *aws = provider_find("aws-vgw");
	enum group_mode mode = MODE_ACTIVE_STANDBY;

	(void)unused;
	assert_int_equal(steering_for(aws, mode, ROLE_ACTIVE, 0, &said).local_pref, 300);
	assert_int_equal(steering_for(aws, mode, ROLE_STANDBY, 1, &said).local_pref, 300);
	assert_int_equal(steering_for(aws, mode, ROLE_DRAINED, 1, &said).local_pref, 0);
}

static void a_mode_that_cannot_work_is_refused_and_another_named(void **unused)
{
	const char *why = steering_refuse(provider_find("ibm"), MODE_ACTIVE_STANDBY);

	(void)unused;
	assert_non_null(why);
	assert_non_null(strstr(why, "follow-provider"));
	assert_non_null(steering_refuse(provider_find("alibaba"), MODE_ACTIVE_STANDBY));
	assert_non_null(steering_refuse(provider_find("aws-vgw"), MODE_ECMP));
	assert_null(steering_refuse(provider_find("aws-tgw"), MODE_ECMP));
	assert_null(steering_refuse(provider_find("azure"), MODE_ACTIVE_STANDBY));
}

/* README's table of providers says the same. */
static void each_provider_takes_the_modes_that_can_work_on_it(void **unused)
{
	static const struct { const char *provider; bool active_standby, ecmp; } rows[] = {
		{ "aws-vgw", true, false },     { "aws-tgw", true, true },
		{ "azure", true, true },        { "azure-private", true, true },
		{ "gcp-legacy", true, true },   { "gcp-standard", true, true },
		{ "alibaba", false, false },    { "oci", true, true },
		{ "ibm", false, true },         { "huawei", true, true },
		{ "generic", true, true },
	};
	size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)unused;
	assert_null(provider_at(count));
	for (size_t i = 0; i < count; i++) {
		const struct provider *provider = provider_find(rows[i].provider);
		const char *standby = steering_refuse(provider, MODE_ACTIVE_STANDBY);
		const char *ecmp = steering_refuse(provider, MODE_ECMP);

		assert_int_equal(!standby, rows[i].active_standby);
		assert_int_equal(!ecmp, rows[i].ecmp);
		/* Each refusal says what works instead. */
		assert_true(!standby || strstr(standby, "\"follow-provider\""));
		assert_true(!ecmp || strstr(ecmp, "\"follow-provider\""));
		assert_null(steering_refuse(provider, MODE_FOLLOW_PROVIDER));
	}
}

static void follow_provider_works_with_every_provider(void **unused)
{
	const struct provider *provider;

	(void)unused;
	for (size_t i = 0; (provider = provider_at(i)); i++)
		assert_null(steering_refuse(provider, MODE_FOLLOW_PROVIDER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_row_sets_both_directions),
		cmocka_unit_test(a_standby_at_any_place_is_before_a_drained_tunnel),
		cmocka_unit_test(a_drained_tunnel_says_graceful_shutdown),
		cmocka_unit_test(azure_gets_prepends_and_no_med),
		cmocka_unit_test(gcp_in_legacy_mode_gets_med_and_no_prepends),
		cmocka_unit_test(who_chooses_by_rules_of_its_own_gets_neither),
		cmocka_unit_test(where_the_far_side_decides_or_all_share_local_preference_is_equal),
		cmocka_unit_test(tunnels_that_share_are_announced_alike),
		cmocka_unit_test(what_the_user_said_is_for_the_standby),
		cmocka_unit_test(a_rescue_beats_any_active_tunnel_by_med),
		cmocka_unit_test(a_rescue_beats_it_by_its_path_where_med_does_not_count),
		cmocka_unit_test(the_users_local_preference_ends_with_a_drain),
		cmocka_unit_test(a_mode_that_cannot_work_is_refused_and_another_named),
		cmocka_unit_test(each_provider_takes_the_modes_that_can_work_on_it),
		cmocka_unit_test(follow_provider_works_with_every_provider),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
