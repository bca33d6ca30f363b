#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/plain.h"

static void assert_plain(const char *text, const char *expected)
{
	char plain[64];

	assert_string_equal(plain_copy(text, plain, sizeof(plain)), expected);
}

static void text_stays_as_it_is(void **unused)
{
	(void)unused;
	assert_plain("", "");
	assert_plain("maintenance until 18:00", "maintenance until 18:00");
	assert_plain("f\xC3\xBCr \xE2\x82\xAC 5 \xF0\x9F\x98\x80", "f\xC3\xBCr \xE2\x82\xAC 5 \xF0\x9F\x98\x80");
}

static void control_characters_become_question_marks(void **unused)
{
	(void)unused;
	assert_plain("a\nb\tc\x1B[31m", "a?b?c?[31m");
	assert_plain("del\x7F", "del?");
	assert_plain("next line\xC2\x85", "next line??");       /* U+0085: each of its bytes */
}

static void what_is_not_utf8_becomes_question_marks(void **unused)
{
	(void)unused;
	assert_plain("\xFF", "?");
	assert_plain("cut \xE2\x82", "cut ??");
	assert_plain("\x80 alone", "? alone");
	assert_plain("overlong \xC0\xAF", "overlong ??");
	assert_plain("surrogate \xED\xA0\x80", "surrogate ???");
	assert_plain("beyond \xF4\x90\x80\x80", "beyond ????");
}

static void a_character_is_never_cut_in_two(void **unused)
{
	char plain[4];

	(void)unused;
	assert_string_equal(plain_copy("ab\xC3\xBC", plain, sizeof(plain)), "ab");
	assert_string_equal(plain_copy("a\xC3\xBC" "b", plain, sizeof(plain)), "a\xC3\xBC");
	assert_string_equal(plain_copy("abcd", plain, sizeof(plain)), "abc");
}

static void times_are_utc_with_milliseconds(void **unused)
{
	char text[PLAIN_TIME];

	(void)unused;
	assert_string_equal(plain_time(0, text), "1970-01-01T00:00:00.000Z");
	assert_string_equal(plain_time(1714564800123, text), "2024-05-01T12:00:00.123Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_as_it_is),
		cmocka_unit_test(control_characters_become_question_marks),
		cmocka_unit_test(what_is_not_utf8_becomes_question_marks),
		cmocka_unit_test(a_character_is_never_cut_in_two),
		cmocka_unit_test(times_are_utc_with_milliseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
