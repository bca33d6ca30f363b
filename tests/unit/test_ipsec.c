/* The signal ipsec of one tunnel, from what kernel, IKE daemon and hook say. */
#include "policy/ipsec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct ipsec ipsec;

static int set_up(void **unused)
{
	(void)unused;
	ipsec_init(&ipsec);
	return 0;
}

static void ike_says(enum ike_view view, msec_t now)
{
	ipsec_report_ike(&ipsec, view, true, now);
}

static void kernel_says(bool has_sa, msec_t now)
{
	ipsec_report_kernel(&ipsec, has_sa, true, now);
}

static void a_tunnel_of_which_nobody_knows_is_unknown(void **unused)
{
	(void)unused;
	assert_int_equal(ipsec.state, STATE_UNKNOWN);
	assert_false(ipsec_report_ike(&ipsec, IKE_SILENT, true, 100));
	assert_false(ipsec_report_ike(&ipsec, IKE_WITHOUT, false, 100));
	assert_false(ipsec_report_kernel(&ipsec, false, false, 100));
	assert_int_equal(ipsec.state, STATE_UNKNOWN);
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
}

static void a_daemon_that_is_asked_by_name_knows_the_tunnel_at_once(void **unused)
{
	(void)unused;
	assert_true(ipsec_report_ike(&ipsec, IKE_WITHOUT, true, 100));
	assert_int_equal(ipsec.state, STATE_DOWN);
	assert_true(ipsec_report_ike(&ipsec, IKE_INSTALLED, true, 200));
	assert_int_equal(ipsec.state, STATE_UP);
}

static void one_that_is_not_knows_it_once_it_has_had_an_sa(void **unused)
{
	(void)unused;
	assert_true(ipsec_report_ike(&ipsec, IKE_INSTALLED, false, 100));
	assert_int_equal(ipsec.state, STATE_UP);
	assert_true(ipsec_report_ike(&ipsec, IKE_WITHOUT, false, 200));
	assert_int_equal(ipsec.state, STATE_DOWN);
}

static void so_does_the_kernel_unless_the_interface_is_its_own(void **unused)
{
	struct ipsec vti;

	(void)unused;
	assert_true(ipsec_report_kernel(&ipsec, false, true, 100));
	assert_int_equal(ipsec.state, STATE_DOWN);
	ipsec_init(&vti);
	assert_false(ipsec_report_kernel(&vti, false, false, 100));
	assert_true(ipsec_report_kernel(&vti, true, false, 100));
	assert_int_equal(vti.state, STATE_UP);
	assert_true(ipsec_report_kernel(&vti, false, false, 200));
	assert_int_equal(vti.state, STATE_DOWN);
}

static void a_lost_sa_is_down_at_once(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	assert_true(ipsec_report_ike(&ipsec, IKE_WITHOUT, true, 200));
	assert_int_equal(ipsec.state, STATE_DOWN);
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
}

static void to_say_it_again_changes_nothing(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	assert_false(ipsec_report_ike(&ipsec, IKE_INSTALLED, true, 200));
	ike_says(IKE_WITHOUT, 300);
	assert_false(ipsec_report_ike(&ipsec, IKE_WITHOUT, true, 400));
	assert_false(ipsec_tick(&ipsec, 5000));
}

/* strongSwan deletes before it negotiates anew, unless told otherwise (make_before_break). */
static void a_reauthentication_is_not_a_down(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	assert_false(ipsec_report_ike(&ipsec, IKE_NEGOTIATING, true, 1000));
	assert_int_equal(ipsec_deadline(&ipsec), 1000 + IPSEC_RETURN);
	assert_false(ipsec_report_ike(&ipsec, IKE_INSTALLED, true, 1100));
	assert_int_equal(ipsec.state, STATE_UP);
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
	assert_false(ipsec_tick(&ipsec, 5000));
}

static void a_successor_that_does_not_come_is(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	ike_says(IKE_NEGOTIATING, 1000);
	assert_false(ipsec_report_ike(&ipsec, IKE_NEGOTIATING, true, 1000 + IPSEC_RETURN - 1));
	assert_true(ipsec_tick(&ipsec, 1000 + IPSEC_RETURN));
	assert_int_equal(ipsec.state, STATE_DOWN);
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
}

static void a_successor_that_is_given_up_is_down_at_once(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	ike_says(IKE_NEGOTIATING, 1000);
	assert_true(ipsec_report_ike(&ipsec, IKE_WITHOUT, true, 1010));
	assert_int_equal(ipsec.state, STATE_DOWN);
}

static void the_first_sa_of_all_is_not_waited_for(void **unused)
{
	(void)unused;
	assert_true(ipsec_report_ike(&ipsec, IKE_NEGOTIATING, true, 100));
	assert_int_equal(ipsec.state, STATE_DOWN);
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
}

static void a_daemon_that_is_back_soon_was_never_gone(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	assert_false(ipsec_report_ike(&ipsec, IKE_SILENT, true, 1000));
	assert_int_equal(ipsec_deadline(&ipsec), 1000 + IPSEC_SILENCE);
	assert_false(ipsec_report_ike(&ipsec, IKE_SILENT, true, 2000));
	assert_int_equal(ipsec_deadline(&ipsec), 1000 + IPSEC_SILENCE);
	assert_false(ipsec_report_ike(&ipsec, IKE_INSTALLED, true, 3000));
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
}

static void one_that_stays_away_takes_its_tunnels_down(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	ike_says(IKE_SILENT, 1000);
	assert_true(ipsec_tick(&ipsec, 1000 + IPSEC_SILENCE));
	assert_int_equal(ipsec.state, STATE_DOWN);
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
}

static void its_silence_does_not_bring_a_dead_tunnel_to_life(void **unused)
{
	(void)unused;
	ike_says(IKE_WITHOUT, 100);
	assert_false(ipsec_report_ike(&ipsec, IKE_SILENT, true, 1000));
	assert_int_equal(ipsec.state, STATE_DOWN);
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
}

/* The daemon may die; the kernel goes on encrypting. */
static void the_kernel_outlives_the_daemon(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	kernel_says(true, 100);
	ike_says(IKE_SILENT, 1000);
	assert_int_equal(ipsec_deadline(&ipsec), NEVER);
	assert_false(ipsec_tick(&ipsec, 1000 + IPSEC_SILENCE));
	assert_false(ipsec_report_ike(&ipsec, IKE_WITHOUT, true, 60000));
	assert_int_equal(ipsec.state, STATE_UP);
}

/* A daemon that crashed leaves its SAs in the kernel; the next one makes its own beside them. */
static void what_a_crashed_daemon_left_behind_does_not_hide_the_loss_of_the_next_one(void **unused)
{
	(void)unused;
	kernel_says(true, 100);
	ike_says(IKE_SILENT, 100);
	ike_says(IKE_WITHOUT, 200);
	assert_int_equal(ipsec.state, STATE_UP);
	ike_says(IKE_INSTALLED, 300);
	assert_true(ipsec_report_ike(&ipsec, IKE_WITHOUT, true, 400));
	assert_int_equal(ipsec.state, STATE_DOWN);
}

/* "ip xfrm state flush": the daemon does not notice. */
static void an_sa_that_only_the_daemon_believes_in_is_down_before_long(void **unused)
{
	(void)unused;
	ike_says(IKE_INSTALLED, 100);
	kernel_says(true, 100);
	kernel_says(false, 1000);
	assert_int_equal(ipsec.state, STATE_UP);
	assert_true(ipsec_tick(&ipsec, 1000 + IPSEC_RETURN));
	assert_int_equal(ipsec.state, STATE_DOWN);
}

static void without_a_daemon_the_kernels_loss_is_down_at_once(void **unused)
{
	(void)unused;
	kernel_says(true, 100);
	assert_true(ipsec_report_kernel(&ipsec, false, true, 1000));
	assert_int_equal(ipsec.state, STATE_DOWN);
}

/* The hook of an old SA that dies says "down"; those who see better say what is true. */
static void a_hook_is_believed_only_where_nobody_else_knows(void **unused)
{
	(void)unused;
	assert_true(ipsec_report_told(&ipsec, STATE_UP, "up-client", 100));
	assert_string_equal(ipsec.reason, "up-client");
	ike_says(IKE_INSTALLED, 200);
	assert_false(ipsec_report_told(&ipsec, STATE_DOWN, "down-client", 300));
	assert_int_equal(ipsec.state, STATE_UP);
	assert_true(ipsec_dismiss_ike(&ipsec, 400));
	assert_int_equal(ipsec.state, STATE_DOWN);
	assert_string_equal(ipsec.reason, "down-client");
}

static void a_copy_stands_on_its_own(void **unused)
{
	struct ipsec copy;

	(void)unused;
	ipsec_report_told(&ipsec, STATE_UP, "up-client", 100);
	copy = ipsec;
	ipsec_report_told(&ipsec, STATE_DOWN, "down-client", 200);
	assert_string_equal(ipsec.reason, "down-client");
	assert_string_equal(copy.reason, "up-client");
}

static void a_kernel_that_is_asked_no_more_says_nothing(void **unused)
{
	(void)unused;
	kernel_says(false, 100);
	assert_true(ipsec_dismiss_kernel(&ipsec, 200));
	assert_int_equal(ipsec.state, STATE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_tunnel_of_which_nobody_knows_is_unknown, set_up),
		cmocka_unit_test_setup(a_daemon_that_is_asked_by_name_knows_the_tunnel_at_once, set_up),
		cmocka_unit_test_setup(one_that_is_not_knows_it_once_it_has_had_an_sa, set_up),
		cmocka_unit_test_setup(so_does_the_kernel_unless_the_interface_is_its_own, set_up),
		cmocka_unit_test_setup(a_lost_sa_is_down_at_once, set_up),
		cmocka_unit_test_setup(to_say_it_again_changes_nothing, set_up),
		cmocka_unit_test_setup(a_reauthentication_is_not_a_down, set_up),
		cmocka_unit_test_setup(a_successor_that_does_not_come_is, set_up),
		cmocka_unit_test_setup(a_successor_that_is_given_up_is_down_at_once, set_up),
		cmocka_unit_test_setup(the_first_sa_of_all_is_not_waited_for, set_up),
		cmocka_unit_test_setup(a_daemon_that_is_back_soon_was_never_gone, set_up),
		cmocka_unit_test_setup(one_that_stays_away_takes_its_tunnels_down, set_up),
		cmocka_unit_test_setup(its_silence_does_not_bring_a_dead_tunnel_to_life, set_up),
		cmocka_unit_test_setup(the_kernel_outlives_the_daemon, set_up),
		cmocka_unit_test_setup(
			what_a_crashed_daemon_left_behind_does_not_hide_the_loss_of_the_next_one, set_up),
		cmocka_unit_test_setup(an_sa_that_only_the_daemon_believes_in_is_down_before_long, set_up),
		cmocka_unit_test_setup(without_a_daemon_the_kernels_loss_is_down_at_once, set_up),
		cmocka_unit_test_setup(a_hook_is_believed_only_where_nobody_else_knows, set_up),
		cmocka_unit_test_setup(a_copy_stands_on_its_own, set_up),
		cmocka_unit_test_setup(a_kernel_that_is_asked_no_more_says_nothing, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
