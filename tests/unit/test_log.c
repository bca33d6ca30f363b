#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/log.h"

static void assert_line(const struct note *note, const char *expected)
{
	char line[512];
	size_t length = log_format(note, line, sizeof(line));

	assert_string_equal(line, expected);
	assert_int_equal(length, strlen(expected));
}

static void an_event_is_one_line_of_keys_and_values(void **unused)
{
	const struct note note = {
		.level = NOTE_NOTICE, .kind = "role", .subject = "tun2", .from = "standby",
		.to = "active", .reason = "tun1 hold timer expired", .text = "tunnel role changed",
		.duration_ms = 12,
	};

	(void)unused;
	assert_line(&note, "level=notice kind=role subject=tun2 from=standby to=active "
		    "reason=\"tun1 hold timer expired\" duration_ms=12 text=\"tunnel role changed\"");
}

static void details_stand_before_the_text(void **unused)
{
	const struct note_detail details[] = {
		{ "first_signal", "ipsec", 0 }, { "far_side_ms", NULL, 412 },
	};
	const struct note note = { .level = NOTE_NOTICE, .kind = "failover", .text = "moved",
				   .duration_ms = 0, .details = details, .detail_count = 2 };

	(void)unused;
	assert_line(&note, "level=notice kind=failover duration_ms=0 first_signal=ipsec "
		    "far_side_ms=412 text=moved");
}

static void what_does_not_belong_to_an_event_is_left_out(void **unused)
{
	const struct note note = { .level = NOTE_ERROR, .kind = "fib", .text = "refused",
				   .duration_ms = -1 };

	(void)unused;
	assert_line(&note, "level=error kind=fib text=refused");
}

static void a_value_cannot_forge_a_key_or_a_line(void **unused)
{
	const struct note note = { .level = NOTE_INFO, .kind = "session", .subject = "a=b",
				   .reason = "\"quoted\"\nlevel=error", .text = "", .duration_ms = -1 };

	(void)unused;
	assert_line(&note, "level=info kind=session subject=\"a=b\" "
		    "reason=\"\\\"quoted\\\"?level=error\" text=\"\"");
}

static void a_line_that_is_too_long_is_cut(void **unused)
{
	const struct note note = { .level = NOTE_DEBUG, .kind = "session", .text = "abcdef",
				   .duration_ms = -1 };
	char line[32];

	(void)unused;
	assert_int_equal(log_format(&note, line, sizeof(line)), sizeof(line) - 1);
	assert_string_equal(line, "level=debug kind=session text=a");
}

static void levels_have_names(void **unused)
{
	enum note_level level;

	(void)unused;
	for (enum note_level each = NOTE_ERROR; each <= NOTE_DEBUG; each++) {
		assert_true(log_level_parse(log_level_name(each), &level));
		assert_int_equal(level, each);
	}
	assert_false(log_level_parse("loud", &level));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_one_line_of_keys_and_values),
		cmocka_unit_test(details_stand_before_the_text),
		cmocka_unit_test(what_does_not_belong_to_an_event_is_left_out),
		cmocka_unit_test(a_value_cannot_forge_a_key_or_a_line),
		cmocka_unit_test(a_line_that_is_too_long_is_cut),
		cmocka_unit_test(levels_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
