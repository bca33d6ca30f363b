#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/history.h"
#include "bgpd/daemon/log.h"

static int quiet(void **state)
{
	log_set_level(NOTE_ERROR);
	*state = history_new();
	return 0;
}

static int forget_all(void **state)
{
	history_free(*state);
	return 0;
}

static void tell(struct history *history, enum note_level level, const char *text)
{
	struct journal *journal = history_journal(history);
	const struct note note = { .level = level, .kind = "role", .text = text, .duration_ms = -1 };

	journal->note(journal, &note, 0);
}

static void notices_and_worse_are_kept_in_order(void **state)
{
	struct history *history = *state;

	tell(history, NOTE_NOTICE, "first");
	tell(history, NOTE_INFO, "not worth keeping");
	tell(history, NOTE_WARNING, "second");
	assert_int_equal(history_count(history), 2);
	assert_string_equal(history_at(history, 0)->note.text, "first");
	assert_string_equal(history_at(history, 1)->note.text, "second");
	assert_int_equal(history_at(history, 1)->id, 2);
}

static void texts_are_copied(void **state)
{
	struct history *history = *state;
	char text[] = "borrowed";

	tell(history, NOTE_NOTICE, text);
	text[0] = 'B';
	assert_string_equal(history_at(history, 0)->note.text, "borrowed");
	assert_null(history_at(history, 0)->note.reason);
}

static void details_are_copied(void **state)
{
	struct history *history = *state;
	struct journal *journal = history_journal(history);
	char signal[] = "ipsec";
	const struct note_detail details[] = {
		{ "first_signal", signal, 0 }, { "far_side_ms", NULL, 412 },
	};
	const struct note note = { .level = NOTE_NOTICE, .kind = "failover", .duration_ms = 0,
				   .details = details, .detail_count = 2 };
	const struct note *kept = &history_at(history, 0)->note;

	journal->note(journal, &note, 0);
	signal[0] = 'I';
	assert_int_equal(kept->detail_count, 2);
	assert_string_equal(kept->details[0].text, "ipsec");
	assert_string_equal(kept->details[1].name, "far_side_ms");
	assert_null(kept->details[1].text);
	assert_int_equal(kept->details[1].number, 412);
}

static void a_full_history_forgets_the_oldest(void **state)
{
	struct history *history = *state;
	char text[16];

	for (int i = 1; i <= HISTORY_EVENTS + 5; i++) {
		snprintf(text, sizeof(text), "%d", i);
		tell(history, NOTE_NOTICE, text);
	}
	assert_int_equal(history_count(history), HISTORY_EVENTS);
	assert_string_equal(history_at(history, 0)->note.text, "6");
	assert_int_equal(history_at(history, 0)->id, 6);
	assert_string_equal(history_at(history, HISTORY_EVENTS - 1)->note.text, "1029");
}

static void a_text_of_a_peer_is_bounded_and_made_safe(void **state)
{
	struct history *history = *state;
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[0] = '\n';
	tell(history, NOTE_NOTICE, text);
	assert_int_equal(strlen(history_at(history, 0)->note.text), 255);
	assert_int_equal(history_at(history, 0)->note.text[0], '?');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(notices_and_worse_are_kept_in_order, quiet, forget_all),
		cmocka_unit_test_setup_teardown(texts_are_copied, quiet, forget_all),
		cmocka_unit_test_setup_teardown(details_are_copied, quiet, forget_all),
		cmocka_unit_test_setup_teardown(a_full_history_forgets_the_oldest, quiet, forget_all),
		cmocka_unit_test_setup_teardown(a_text_of_a_peer_is_bounded_and_made_safe, quiet,
						forget_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
