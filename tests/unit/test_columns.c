#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/xalloc.h"
#include "cli/columns.h"
#include "cli/row.h"
#include "cli/units.h"

static char *below(const struct screen *screen, struct json_object *row)
{
	const char *text = row_text(row, "below");

	(void)screen;
	return text ? xstrdup(text) : NULL;
}

static enum tint tint(struct json_object *row)
{
	return row_flag(row, "good") ? TINT_GOOD : TINT_NONE;
}

static const struct column columns[] = {
	{ "NAME",  "name",  NULL,             false, tint },
	{ "COUNT", "count", columns_count_of, true,  NULL },
	{ "WHY",   "why",   NULL,             false, NULL },
	{ NULL,    NULL,    NULL,             false, NULL },
};

static const struct table table = { columns, below };

/* Each batch, a JSON array of rows, as text on a screen of width columns. */
static void expect_table(const char *const *batches, bool has_colour, size_t width,
			 const char *expected)
{
	char *text = NULL;
	size_t length;
	struct screen screen = { open_memstream(&text, &length), has_colour, width, 0 };
	struct columns *shown = columns_new(&table, &screen);

	for (; *batches; batches++) {
		struct json_object *rows = json_tokener_parse(*batches);

		for (size_t i = 0; i < json_object_array_length(rows); i++)
			columns_add(shown, json_object_array_get_idx(rows, i));
		columns_flush(shown);
		json_object_put(rows);
	}
	columns_free(shown);
	fclose(screen.out);
	assert_string_equal(text, expected);
	free(text);
}

static void numbers_are_right_aligned_and_what_is_unknown_is_a_dash(void **unused)
{
	const char *const batches[] = {
		"[{\"name\":\"tun1\",\"count\":1204311,\"why\":\"up\"},{\"name\":\"core\",\"count\":7},"
		"{\"name\":null,\"why\":\"gone\"}]", NULL,
	};

	(void)unused;
	expect_table(batches, false, 0,
		     "NAME      COUNT  WHY\n"
		     "tun1  1,204,311  up\n"
		     "core          7  -\n"
		     "-             -  gone\n");
}

static void an_empty_table_has_no_titles(void **unused)
{
	const char *const batches[] = { "[]", NULL };

	(void)unused;
	expect_table(batches, false, 0, "");
}

static void a_later_piece_keeps_the_widths_of_the_earlier(void **unused)
{
	const char *const batches[] = {
		"[{\"name\":\"frankfurt\",\"count\":1,\"why\":\"a\"}]",
		"[{\"name\":\"x\",\"count\":123456,\"why\":\"b\"}]", NULL,
	};

	(void)unused;
	expect_table(batches, false, 0,
		     "NAME       COUNT  WHY\n"
		     "frankfurt      1  a\n"
		     "x          123,456  b\n");
}

static void a_remark_stands_right_under_its_row(void **unused)
{
	const char *const batches[] = {
		"[{\"name\":\"tun1\",\"count\":1,\"why\":\"-\",\"below\":\"hold timer expired\"},"
		"{\"name\":\"tun2\",\"count\":2,\"why\":\"-\"}]", NULL,
	};

	(void)unused;
	expect_table(batches, false, 0,
		     "NAME  COUNT  WHY\n"
		     "tun1      1  -\n"
		     "      hold timer expired\n"
		     "tun2      2  -\n");
}

static void a_long_last_column_goes_on_below_itself(void **unused)
{
	const char *const batches[] = {
		"[{\"name\":\"tun1\",\"count\":1,\"why\":\"no acknowledgement of two keepalives\"}]", NULL,
	};

	(void)unused;
	expect_table(batches, false, 35,
		     "NAME  COUNT  WHY\n"
		     "tun1      1  no acknowledgement of\n"
		     "             two keepalives\n");
	expect_table(batches, false, 20,
		     "NAME  COUNT  WHY\n"
		     "tun1      1  no acknowledgement of two keepalives\n");
}

static void colour_does_not_disturb_the_alignment(void **unused)
{
	const char *const batches[] = {
		"[{\"name\":\"t\",\"good\":true,\"count\":1,\"why\":\"a\"}]", NULL,
	};

	(void)unused;
	expect_table(batches, true, 0,
		     "\033[1mNAME\033[0m  \033[1mCOUNT\033[0m  \033[1mWHY\033[0m\n"
		     "\033[32mt\033[0m         1  a\n");
}

static void a_peer_cannot_steer_the_terminal(void **unused)
{
	const char *const batches[] = {
		"[{\"name\":\"t\",\"count\":1,\"why\":\"\\u001b[2Jx\\r\\n\\u009b1m\\u007f \\u00fc\"}]", NULL,
	};

	(void)unused;
	expect_table(batches, false, 0,
		     "NAME  COUNT  WHY\n"
		     "t         1  ?[2Jx???1m? \xc3\xbc\n");
}

static void expect_text(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void counts_have_separators(void **unused)
{
	(void)unused;
	expect_text(units_count(0), "0");
	expect_text(units_count(999), "999");
	expect_text(units_count(1000), "1,000");
	expect_text(units_count(12345678), "12,345,678");
	expect_text(units_count(-1000), "-1,000");
	expect_text(units_count(-100), "-100");
	expect_text(units_count(INT64_MAX), "9,223,372,036,854,775,807");
}

static void bytes_are_human_readable(void **unused)
{
	(void)unused;
	expect_text(units_bytes(0), "0 B");
	expect_text(units_bytes(999), "999 B");
	expect_text(units_bytes(1000), "1.0 kB");
	expect_text(units_bytes(999949), "999.9 kB");
	expect_text(units_bytes(999950), "1.0 MB");
	expect_text(units_bytes(1234567890), "1.2 GB");
	expect_text(units_bytes(INT64_MAX), "9.2 EB");
}

static void durations_have_two_units(void **unused)
{
	(void)unused;
	expect_text(units_seconds(0), "0s");
	expect_text(units_seconds(59), "59s");
	expect_text(units_seconds(724), "12m04s");
	expect_text(units_seconds(11520), "3h12m");
	expect_text(units_seconds(457200), "5d07h");
	expect_text(units_milliseconds(412), "412 ms");
	expect_text(units_milliseconds(3240), "3.2 s");
	expect_text(units_milliseconds(724000), "12m04s");
}

static void times_are_shown_where_the_reader_is(void **unused)
{
	(void)unused;
	setenv("TZ", "XXX-9", 1);
	tzset();
	expect_text(units_time("2024-05-01T18:00:00.123Z"), "2024-05-02 03:00:00.123");
	expect_text(units_time("2024-05-01T18:00:00Z"), "2024-05-02 03:00:00");
	expect_text(units_time("yesterday"), "yesterday");
	assert_int_equal(units_age("1970-01-01T00:01:40.5Z", 160), 60);
	assert_int_equal(units_age("1970-01-01T00:01:40Z", 90), 0);
	assert_int_equal(units_age("yesterday", 160), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_right_aligned_and_what_is_unknown_is_a_dash),
		cmocka_unit_test(an_empty_table_has_no_titles),
		cmocka_unit_test(a_later_piece_keeps_the_widths_of_the_earlier),
		cmocka_unit_test(a_remark_stands_right_under_its_row),
		cmocka_unit_test(a_long_last_column_goes_on_below_itself),
		cmocka_unit_test(colour_does_not_disturb_the_alignment),
		cmocka_unit_test(a_peer_cannot_steer_the_terminal),
		cmocka_unit_test(counts_have_separators),
		cmocka_unit_test(bytes_are_human_readable),
		cmocka_unit_test(durations_have_two_units),
		cmocka_unit_test(times_are_shown_where_the_reader_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
