#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/notification.h"
#include "tests/support/hex.h"

static struct notification parsed(const char *dump)
{
	struct notification notification;

	assert_true(notification_parse(hex_reader(dump), &notification));
	return notification;
}

static void a_notification_is_built_as_it_is_parsed(void **unused)
{
	static const char *const dumps[] = { "0602", "0102 1001", "06 02 03 616263", "ff ff 00" };

	(void)unused;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		struct notification notification = parsed(dumps[i]);
		uint8_t bytes[64];
		struct writer to = writer_of(bytes, sizeof(bytes));

		notification_build(&notification, &to);
		assert_hex(written(&to), dumps[i]);
	}
}

static void a_notification_without_a_subcode_is_refused(void **unused)
{
	struct notification notification;

	(void)unused;
	assert_false(notification_parse(hex_reader("06"), &notification));
	assert_false(notification_parse(hex_reader(""), &notification));
}

static void longer_data_is_cut(void **unused)
{
	uint8_t bytes[1000] = { 6, 2 };
	struct notification notification;

	(void)unused;
	assert_true(notification_parse(reader_of(bytes, sizeof(bytes)), &notification));
	assert_int_equal(notification.length, NOTIFY_DATA);
	assert_false(refuse_with(&notification, 1, 2, bytes, sizeof(bytes)));
	assert_int_equal(notification.length, NOTIFY_DATA);
}

static void errors_are_said_in_words(void **unused)
{
	static const struct {
		const char *dump, *words;
	} rows[] = {
		{ "0602", "Cease/Administrative Shutdown" },
		{ "060a", "Cease/BFD Down" },
		{ "0600", "Cease" },
		{ "0400", "Hold Timer Expired" },
		{ "0800", "Send Hold Timer Expired" },
		{ "0311", "UPDATE Message Error/17" },
		{ "030b", "UPDATE Message Error/Malformed AS_PATH" },
		{ "0307", "UPDATE Message Error/7" },
		{ "0206", "OPEN Message Error/Unacceptable Hold Time" },
		{ "0503", "Finite State Machine Error/Unexpected Message in Established State" },
		{ "0701", "ROUTE-REFRESH Message Error/Invalid Message Length" },
		{ "6300", "code 99" },
		{ "6304", "code 99/4" },
		{ "0000", "code 0" },
		{ "0609 0604", "Cease/Hard Reset (Cease/Administrative Reset)" },
		{ "0609", "Cease/Hard Reset" },
		{ "0609 0609 0602", "Cease/Hard Reset" },
	};
	char text[128];

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct notification notification = parsed(rows[i].dump);

		notification_describe(&notification, text, sizeof(text));
		assert_string_equal(text, rows[i].words);
	}
}

static void a_shutdown_says_why(void **unused)
{
	struct notification notification = notification_shutdown(CEASE_SHUTDOWN, "back at 12:00");
	char text[256];

	(void)unused;
	assert_int_equal(notification.data[0], strlen("back at 12:00"));
	notification_text(&notification, text, sizeof(text));
	assert_string_equal(text, "back at 12:00");
}

static void a_shutdown_may_be_silent(void **unused)
{
	struct notification silent = notification_shutdown(CEASE_RESET, NULL);
	struct notification empty = notification_shutdown(CEASE_RESET, "");

	(void)unused;
	assert_int_equal(silent.length, 0);
	assert_int_equal(empty.length, 0);
}

static void a_long_text_ends_between_two_characters(void **unused)
{
	char long_text[301] = "", text[300];

	(void)unused;
	for (size_t i = 0; i < 150; i++)
		strcat(long_text, "\xc3\xa9");
	struct notification notification = notification_shutdown(CEASE_SHUTDOWN, long_text);

	assert_int_equal(notification.data[0], 254);
	notification_text(&notification, text, sizeof(text));
	assert_int_equal(strlen(text), 254);
	notification_text(&notification, text, 4);
	assert_string_equal(text, "\xc3\xa9");
}

/* RFC 9003 6: the text goes to logs and terminals. */
static void what_a_terminal_would_obey_is_replaced(void **unused)
{
	static const struct {
		const char *dump, *text;
	} rows[] = {
		{ "0602 05 61 1b 5b 0a 62",    "a?[?b" },
		{ "0602 03 61 7f 62",          "a?b" },
		{ "0602 02 c2 9b",             "?" },               /* CSI as one character */
		{ "0602 02 c0 af",             "??" },              /* overlong '/' */
		{ "0602 03 ed a0 80",          "???" },             /* a surrogate */
		{ "0602 04 f4 90 80 80",       "????" },            /* past U+10FFFF */
		{ "0602 02 61 c3",             "a?" },              /* half a character */
		{ "0602 02 c3 41",             "?A" },
		{ "0602 03 e2 82 ac",          "\xe2\x82\xac" },
		{ "0602 04 f0 9f 9a a7",       "\xf0\x9f\x9a\xa7" },
		{ "0602 03 61 00 62",          "a?b" },
	};
	char text[256];

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct notification notification = parsed(rows[i].dump);

		notification_text(&notification, text, sizeof(text));
		assert_string_equal(text, rows[i].text);
	}
}

static void only_a_shutdown_has_a_text(void **unused)
{
	static const char *const dumps[] = { "0602", "0602 05 6162", "0601 02 6162", "0302 02 6162" };
	char text[256];

	(void)unused;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		struct notification notification = parsed(dumps[i]);

		notification_text(&notification, text, sizeof(text));
		assert_string_equal(text, "");
	}
}

static void a_hard_reset_passes_on_the_text_inside(void **unused)
{
	struct notification notification = parsed("0609 0602 02 6869");
	char text[256];

	(void)unused;
	notification_text(&notification, text, sizeof(text));
	assert_string_equal(text, "hi");
}

static void unknown_codes_have_no_name(void **unused)
{
	(void)unused;
	assert_string_equal(notification_code_name(NOTIFY_CEASE), "Cease");
	assert_null(notification_code_name(0));
	assert_null(notification_code_name(9));
	assert_null(notification_code_name(255));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notification_is_built_as_it_is_parsed),
		cmocka_unit_test(a_notification_without_a_subcode_is_refused),
		cmocka_unit_test(longer_data_is_cut),
		cmocka_unit_test(errors_are_said_in_words),
		cmocka_unit_test(a_shutdown_says_why),
		cmocka_unit_test(a_shutdown_may_be_silent),
		cmocka_unit_test(a_long_text_ends_between_two_characters),
		cmocka_unit_test(what_a_terminal_would_obey_is_replaced),
		cmocka_unit_test(only_a_shutdown_has_a_text),
		cmocka_unit_test(a_hard_reset_passes_on_the_text_inside),
		cmocka_unit_test(unknown_codes_have_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
