/* Lines of charon's log: recorded ones, and some made by hand. */
#include "bgpd/daemon/vici_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/vici_message.h"
#include "tests/support/recorded.h"

#define FRAMES "tests/unit/data/vici/frames.txt"

static struct vici_silence silence;

static bool is_silence_recorded(const char *title)
{
	struct span bytes = recorded(FRAMES, title);
	struct vici_frame frame;
	size_t length;

	assert_int_equal(vici_message_frame(bytes, &frame, &length), VICI_WHOLE);
	assert_true(vici_message_is(frame.name, "log"));
	return vici_log_parse(frame.message, &silence);
}

static void a_request_that_charon_repeats_is_not_answered(void **unused)
{
	(void)unused;
	assert_true(is_silence_recorded("log retransmit"));
	assert_string_equal(silence.connection, "tun1");
	assert_string_equal(silence.text, "retransmit 1 of request with message ID 2");
	assert_true(silence.is_first);
}

static void it_is_first_repeated_once(void **unused)
{
	(void)unused;
	assert_true(is_silence_recorded("log retransmit again"));
	assert_false(silence.is_first);
}

static void other_lines_say_nothing(void **unused)
{
	(void)unused;
	assert_false(is_silence_recorded("log DPD"));
}

/* ---- lines by hand ---- */

static bool is_silence(const char *group, const char *connection, const char *text)
{
	const struct vici_pair pairs[] = {
		{ "group", group }, { "ikesa-name", connection }, { "msg", text },
	};
	uint8_t bytes[1024];
	struct writer writer = writer_of(bytes, sizeof(bytes));
	struct vici_frame frame;
	size_t length;

	vici_message_request(&writer, "log", pairs, sizeof(pairs) / sizeof(pairs[0]));
	assert_int_equal(vici_message_frame((struct span){ bytes, write_length(&writer) }, &frame,
					    &length), VICI_WHOLE);
	return vici_log_parse(frame.message, &silence);
}

static void ikev1_says_it_in_its_own_words(void **unused)
{
	(void)unused;
	assert_true(is_silence("IKE", "aws",
			       "sending retransmit 1 of request message ID 5, seq 3"));
	assert_true(silence.is_first);
	assert_true(is_silence("IKE", "aws", "retransmit 12 of request with message ID 7"));
	assert_false(silence.is_first);
}

/* What the peer repeats shows that it lives. */
static void a_line_about_the_peers_repetitions_or_of_another_group_is_none(void **unused)
{
	(void)unused;
	assert_false(is_silence("IKE", "aws", "received retransmit of request with ID 3, "
				"retransmitting response"));
	assert_false(is_silence("NET", "aws", "retransmit 1 of request with message ID 7"));
	assert_false(is_silence("IKE", "", "retransmit 1 of request with message ID 7"));
}

static void what_is_too_long_is_cut_and_what_is_cut_is_refused(void **unused)
{
	struct span bytes = recorded(FRAMES, "log retransmit");
	char endless[400];
	struct vici_frame frame;
	size_t length;

	(void)unused;
	memset(endless, 'x', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	memcpy(endless, "retransmit 1 ", strlen("retransmit 1 "));
	assert_true(is_silence("IKE", "aws", endless));
	assert_int_equal(strlen(silence.text), sizeof(silence.text) - 1);
	vici_message_frame(bytes, &frame, &length);
	for (size_t cut = 1; cut < frame.message.length; cut++)
		assert_false(vici_log_parse((struct span){ frame.message.bytes, cut }, &silence));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_that_charon_repeats_is_not_answered),
		cmocka_unit_test(it_is_first_repeated_once),
		cmocka_unit_test(other_lines_say_nothing),
		cmocka_unit_test(ikev1_says_it_in_its_own_words),
		cmocka_unit_test(a_line_about_the_peers_repetitions_or_of_another_group_is_none),
		cmocka_unit_test(what_is_too_long_is_cut_and_what_is_cut_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
