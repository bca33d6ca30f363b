#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/liveness.h"

static struct liveness liveness_of(uint32_t required)
{
	struct liveness liveness;

	liveness_init(&liveness, required, 100);
	return liveness;
}

static enum signal_kind blamed(const struct liveness *liveness)
{
	enum signal_kind kind = SIGNAL_KINDS;

	liveness_blame(liveness, &kind);
	return kind;
}

static void a_new_tunnel_is_not_usable_and_nothing_is_known(void **unused)
{
	struct liveness liveness = liveness_of(SIGNAL_BIT(SIGNAL_LINK));

	(void)unused;
	assert_false(liveness.usable);
	assert_int_equal(liveness.since, 100);
	for (enum signal_kind kind = 0; kind < SIGNAL_KINDS; kind++)
		assert_int_equal(liveness.signals[kind].state, STATE_UNKNOWN);
	assert_int_equal(blamed(&liveness), SIGNAL_BGP);
}

static void a_tunnel_is_usable_while_bgp_is_up_and_nothing_required_is_down(void **unused)
{
	struct liveness liveness = liveness_of(SIGNAL_BIT(SIGNAL_LINK) | SIGNAL_BIT(SIGNAL_IPSEC));

	(void)unused;
	assert_true(liveness_report(&liveness, SIGNAL_BGP, STATE_UP, "established", 200));
	assert_true(liveness.usable);
	assert_int_equal(liveness.since, 200);
	assert_true(liveness_report(&liveness, SIGNAL_IPSEC, STATE_DOWN, "SA gone", 300));
	assert_false(liveness.usable);
	assert_int_equal(liveness.flaps, 1);
	assert_int_equal(blamed(&liveness), SIGNAL_IPSEC);
	assert_true(liveness_report(&liveness, SIGNAL_IPSEC, STATE_UP, "SA installed", 400));
	assert_true(liveness.usable);
	assert_null(liveness_blame(&liveness, &(enum signal_kind){ 0 }));
	assert_int_equal(liveness.flaps, 1);
}

static void unknown_is_not_down_except_for_bgp(void **unused)
{
	struct liveness liveness = liveness_of(SIGNAL_BIT(SIGNAL_PING));

	(void)unused;
	liveness_report(&liveness, SIGNAL_BGP, STATE_UP, NULL, 200);
	assert_true(liveness_report(&liveness, SIGNAL_PING, STATE_DOWN, NULL, 300));
	assert_true(liveness_report(&liveness, SIGNAL_PING, STATE_UNKNOWN, NULL, 400));
	assert_true(liveness.usable);
	assert_true(liveness_report(&liveness, SIGNAL_BGP, STATE_UNKNOWN, NULL, 500));
	assert_false(liveness.usable);
}

static void a_signal_that_is_not_required_is_kept_but_decides_nothing(void **unused)
{
	struct liveness liveness = liveness_of(SIGNAL_BIT(SIGNAL_LINK));

	(void)unused;
	liveness_report(&liveness, SIGNAL_BGP, STATE_UP, NULL, 200);
	assert_false(liveness_report(&liveness, SIGNAL_BFD, STATE_DOWN, "no packets", 300));
	assert_true(liveness.usable);
	assert_int_equal(liveness.signals[SIGNAL_BFD].state, STATE_DOWN);
	assert_string_equal(liveness.signals[SIGNAL_BFD].reason, "no packets");
}

static void to_report_what_is_known_changes_nothing_but_the_reason(void **unused)
{
	struct liveness liveness = liveness_of(SIGNAL_BIT(SIGNAL_LINK));
	const struct signal *link = &liveness.signals[SIGNAL_LINK];

	(void)unused;
	liveness_report(&liveness, SIGNAL_BGP, STATE_UP, NULL, 100);
	liveness_report(&liveness, SIGNAL_LINK, STATE_DOWN, "interface is down", 200);
	assert_false(liveness_report(&liveness, SIGNAL_LINK, STATE_DOWN, "no such interface", 300));
	assert_int_equal(link->since, 200);
	assert_int_equal(liveness.since, 200);
	assert_int_equal(liveness.flaps, 1);
	assert_string_equal(link->reason, "no such interface");
}

static void what_is_not_required_is_not_to_blame(void **unused)
{
	struct liveness liveness = liveness_of(SIGNAL_BIT(SIGNAL_ACK));

	(void)unused;
	liveness_report(&liveness, SIGNAL_IPSEC, STATE_DOWN, "SA gone", 200);
	liveness_report(&liveness, SIGNAL_ACK, STATE_DOWN, "no answer", 300);
	assert_int_equal(blamed(&liveness), SIGNAL_ACK);
	assert_false(liveness_requires(&liveness, SIGNAL_IPSEC));
	assert_true(liveness_requires(&liveness, SIGNAL_ACK));
	assert_true(liveness_requires(&liveness, SIGNAL_BGP));
}

static void a_second_cause_is_not_a_second_flap(void **unused)
{
	struct liveness liveness = liveness_of(SIGNAL_BIT(SIGNAL_LINK) | SIGNAL_BIT(SIGNAL_ACK));

	(void)unused;
	liveness_report(&liveness, SIGNAL_BGP, STATE_UP, NULL, 200);
	assert_true(liveness_report(&liveness, SIGNAL_ACK, STATE_DOWN, NULL, 300));
	assert_false(liveness_report(&liveness, SIGNAL_LINK, STATE_DOWN, NULL, 400));
	assert_false(liveness_report(&liveness, SIGNAL_BGP, STATE_DOWN, NULL, 500));
	assert_int_equal(liveness.flaps, 1);
	assert_int_equal(liveness.since, 300);
}

static void the_lowest_layer_is_to_blame(void **unused)
{
	struct liveness liveness = liveness_of(SIGNAL_BIT(SIGNAL_LINK) | SIGNAL_BIT(SIGNAL_ACK));

	(void)unused;
	liveness_report(&liveness, SIGNAL_BGP, STATE_DOWN, "hold timer expired", 200);
	assert_int_equal(blamed(&liveness), SIGNAL_BGP);
	liveness_report(&liveness, SIGNAL_ACK, STATE_DOWN, "no answer", 300);
	assert_int_equal(blamed(&liveness), SIGNAL_ACK);
	liveness_report(&liveness, SIGNAL_LINK, STATE_DOWN, "interface is down", 400);
	assert_int_equal(blamed(&liveness), SIGNAL_LINK);
}

static void a_long_reason_is_cut(void **unused)
{
	struct liveness liveness = liveness_of(0);
	char reason[300];

	(void)unused;
	memset(reason, 'x', sizeof(reason));
	reason[sizeof(reason) - 1] = '\0';
	liveness_report(&liveness, SIGNAL_BGP, STATE_DOWN, reason, 200);
	assert_int_equal(strlen(liveness.signals[SIGNAL_BGP].reason), SIGNAL_REASON - 1);
}

static void signals_are_read_and_written_by_name(void **unused)
{
	(void)unused;
	for (enum signal_kind kind = 0; kind < SIGNAL_KINDS; kind++) {
		enum signal_kind parsed = SIGNAL_KINDS;

		assert_true(signal_kind_parse(signal_kind_name(kind), &parsed));
		assert_int_equal(parsed, kind);
	}
	assert_false(signal_kind_parse("carrier", &(enum signal_kind){ 0 }));
	assert_string_equal(signal_state_name(STATE_UNKNOWN), "unknown");
	assert_string_equal(signal_state_name(STATE_DOWN), "down");
	assert_string_equal(signal_state_name(STATE_UP), "up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_tunnel_is_not_usable_and_nothing_is_known),
		cmocka_unit_test(a_tunnel_is_usable_while_bgp_is_up_and_nothing_required_is_down),
		cmocka_unit_test(unknown_is_not_down_except_for_bgp),
		cmocka_unit_test(a_signal_that_is_not_required_is_kept_but_decides_nothing),
		cmocka_unit_test(to_report_what_is_known_changes_nothing_but_the_reason),
		cmocka_unit_test(what_is_not_required_is_not_to_blame),
		cmocka_unit_test(a_second_cause_is_not_a_second_flap),
		cmocka_unit_test(the_lowest_layer_is_to_blame),
		cmocka_unit_test(a_long_reason_is_cut),
		cmocka_unit_test(signals_are_read_and_written_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
