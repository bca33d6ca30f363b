#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bgpd/session/backoff.h"

static void it_doubles_from_a_second_to_the_ceiling_and_begins_anew(void **unused)
{
	static const msec_t delays[] = { 1000, 2000, 4000, 8000, 10000, 10000 };
	struct backoff backoff;

	(void)unused;
	backoff_init(&backoff, SECONDS(10));
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		assert_int_equal(backoff.delay, delays[i]);
		backoff_grow(&backoff);
	}
	backoff_reset(&backoff);
	assert_int_equal(backoff.delay, 1000);
}

static void a_ceiling_below_a_second_is_a_second(void **unused)
{
	struct backoff backoff;

	(void)unused;
	backoff_init(&backoff, 0);
	backoff_grow(&backoff);
	assert_int_equal(backoff.delay, 1000);
}

/* RFC 4271 10 */
static void jitter_takes_off_a_quarter_at_most(void **unused)
{
	(void)unused;
	for (uint32_t random = 0; random < 1000; random++) {
		assert_in_range(backoff_jitter(4000, random), 3000, 4000);
		assert_in_range(backoff_jitter(4000, UINT32_MAX - random), 3000, 4000);
	}
	assert_int_equal(backoff_jitter(4000, 0), 3000);
	assert_int_equal(backoff_jitter(4000, 256), 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_doubles_from_a_second_to_the_ceiling_and_begins_anew),
		cmocka_unit_test(a_ceiling_below_a_second_is_a_second),
		cmocka_unit_test(jitter_takes_off_a_quarter_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
