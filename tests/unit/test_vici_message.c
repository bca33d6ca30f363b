/* Frames and elements of vici, made by hand and recorded from strongSwan. */
#include "bgpd/daemon/vici_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/text.h"
#include "tests/support/hex.h"
#include "tests/support/recorded.h"

#define FRAMES "tests/unit/data/vici/frames.txt"

static enum vici_framing framing_of(struct span bytes)
{
	struct vici_frame frame;
	size_t length;

	return vici_message_frame(bytes, &frame, &length);
}

static struct vici_frame whole(struct span bytes)
{
	struct vici_frame frame;
	size_t length = 0;

	assert_int_equal(vici_message_frame(bytes, &frame, &length), VICI_WHOLE);
	assert_int_equal(length, bytes.length);
	return frame;
}

/* Elements as text: "a{ k=v l[ i ] } ". */
static const char *told(struct span message, bool *is_malformed)
{
	static char buffer[4096];
	static const struct { const char *before, *between, *after; } forms[] = {
		[VICI_SECTION_START] = { "", "{", "" }, [VICI_SECTION_END] = { "}", "", "" },
		[VICI_KEY_VALUE] = { "", "=", "" }, [VICI_LIST_START] = { "", "[", "" },
		[VICI_LIST_ITEM] = { "", "", "" }, [VICI_LIST_END] = { "]", "", "" },
	};
	struct text text = text_of(buffer, sizeof(buffer));
	struct vici_walk walk = vici_message_walk(message);
	struct vici_element e;

	while (vici_message_next(&walk, &e))
		text_add(&text, "%s%.*s%s%.*s%s ", forms[e.kind].before, (int)e.name.length,
			 (const char *)e.name.bytes, forms[e.kind].between, (int)e.value.length,
			 (const char *)e.value.bytes, forms[e.kind].after);
	*is_malformed = walk.is_malformed;
	return buffer;
}

static const char *well_formed(struct span message)
{
	bool is_malformed;
	const char *text = told(message, &is_malformed);

	assert_false(is_malformed);
	return text;
}

static bool malformed(const char *dump)
{
	bool is_malformed;

	told(hex(dump), &is_malformed);
	return is_malformed;
}

/* ---- frames ---- */

static void what_we_ask_is_what_charon_was_asked(void **unused)
{
	uint8_t bytes[64];
	struct writer writer = writer_of(bytes, sizeof(bytes));
	struct span list = recorded(FRAMES, "request list-sas");

	(void)unused;
	vici_message_ask(&writer, VICI_REQUEST, "list-sas");
	assert_int_equal(write_length(&writer), list.length);
	assert_memory_equal(bytes, list.bytes, list.length);
	writer = writer_of(bytes, sizeof(bytes));
	struct span reg = recorded(FRAMES, "register list-sa");
	vici_message_ask(&writer, VICI_REGISTER, "list-sa");
	assert_int_equal(write_length(&writer), reg.length);
	assert_memory_equal(bytes, reg.bytes, reg.length);
}

static void a_request_may_have_arguments(void **unused)
{
	const struct vici_pair pairs[] = { { "child", "child1" }, { "timeout", "-1" } };
	struct span initiate = recorded(FRAMES, "request initiate");
	uint8_t bytes[64];
	struct writer writer = writer_of(bytes, sizeof(bytes));

	(void)unused;
	vici_message_request(&writer, "initiate", pairs, 2);
	assert_int_equal(write_length(&writer), initiate.length);
	assert_memory_equal(bytes, initiate.bytes, initiate.length);
}

static void answers_and_events_are_told_apart(void **unused)
{
	struct vici_frame event = whole(recorded(FRAMES, "ike-updown terminated"));

	(void)unused;
	assert_int_equal(whole(recorded(FRAMES, "confirm")).type, VICI_CONFIRM);
	assert_int_equal(whole(recorded(FRAMES, "unknown command")).type, VICI_UNKNOWN_COMMAND);
	assert_int_equal(whole(recorded(FRAMES, "unknown event")).type, VICI_UNKNOWN_EVENT);
	assert_int_equal(whole(recorded(FRAMES, "list-sas response")).type, VICI_RESPONSE);
	assert_int_equal(event.type, VICI_EVENT);
	assert_true(vici_message_is(event.name, "ike-updown"));
	assert_false(vici_message_is(event.name, "ike-updow"));
	assert_false(vici_message_is(event.name, "ike-updown2"));
}

static void a_frame_that_is_not_all_there_is_partial_at_every_byte(void **unused)
{
	struct span frame = recorded(FRAMES, "list-sa");

	(void)unused;
	for (size_t length = 0; length < frame.length; length++)
		assert_int_equal(framing_of((struct span){ frame.bytes, length }), VICI_PARTIAL);
}

static void a_frame_of_no_bytes_or_of_too_many_or_of_no_type_is_refused(void **unused)
{
	(void)unused;
	assert_int_equal(framing_of(hex("00 00 00 00")), VICI_MALFORMED);
	assert_int_equal(framing_of(hex("00 08 00 01 01")), VICI_MALFORMED);
	assert_int_equal(framing_of(hex("00 08 00 00 01")), VICI_PARTIAL);
	assert_int_equal(framing_of(hex("00 00 00 01 08")), VICI_MALFORMED);
}

static void a_name_longer_than_its_frame_is_refused(void **unused)
{
	(void)unused;
	assert_int_equal(framing_of(hex("00 00 00 01 07")), VICI_MALFORMED);
	assert_int_equal(framing_of(hex("00 00 00 04 07 03 61 62 63")), VICI_MALFORMED);
}

/* ---- elements ---- */

static void sections_lists_and_values_are_read_in_order(void **unused)
{
	struct span message = hex("01 01 61 03 01 6b 00 01 76 04 01 6c 05 00 01 69 05 00 00 06 02");

	(void)unused;
	assert_string_equal(well_formed(message), "a{ k=v l[ i  ] } ");
}

static void a_recorded_list_has_its_children_and_selectors(void **unused)
{
	const char *text = well_formed(whole(recorded(FRAMES, "list-sa")).message);

	(void)unused;
	assert_memory_equal(text, "tun1{ uniqueid=1 version=2 state=ESTABLISHED ", 45);
	assert_non_null(strstr(text, " child-sas{ tun1-1{ name=tun1 uniqueid=1 reqid=1 state=INSTALLED "));
	assert_non_null(strstr(text, " remote-ts[ 0.0.0.0/0 ] } } } "));
}

static void every_recorded_event_is_well_formed(void **unused)
{
	static const char *const titles[] = {
		"child-rekey", "ike-rekey", "ike-updown terminated", "child-updown terminated",
		"ike-updown initiated", "child-updown initiated", "ike-updown DPD",
		"child-updown DPD",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		well_formed(whole(recorded(FRAMES, titles[i])).message);
}

static void the_depth_of_an_element_counts_the_sections_around_it(void **unused)
{
	struct vici_walk walk = vici_message_walk(hex("01 01 61 01 01 62 03 01 6b 00 00 02 02"));
	static const unsigned int depths[] = { 1, 2, 2, 2, 1 };
	struct vici_element element;

	(void)unused;
	for (size_t i = 0; i < 5; i++) {
		assert_true(vici_message_next(&walk, &element));
		assert_int_equal(element.depth, depths[i]);
	}
	assert_false(vici_message_next(&walk, &element));
	assert_false(walk.is_malformed);
}

static void what_does_not_nest_is_malformed(void **unused)
{
	(void)unused;
	assert_true(malformed("02"));                           /* an end of nothing */
	assert_true(malformed("01 01 61"));                     /* no end */
	assert_true(malformed("05 00 01 69"));                  /* an item of no list */
	assert_true(malformed("06"));
	assert_true(malformed("04 01 6c"));
	assert_true(malformed("04 01 6c 03 01 6b 00 00 06"));   /* a pair in a list */
	assert_true(malformed("04 01 6c 04 01 6d 06 06"));
	assert_true(malformed("01 01 61 04 01 6c 02 06"));
	assert_true(malformed("00"));
	assert_true(malformed("07"));
}

static void an_element_cut_short_is_malformed_at_every_byte(void **unused)
{
	const struct span whole_one = hex("03 02 6b 6b 00 02 76 76");

	(void)unused;
	for (size_t length = 1; length < whole_one.length; length++) {
		bool is_malformed;

		told((struct span){ whole_one.bytes, length }, &is_malformed);
		assert_true(is_malformed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_ask_is_what_charon_was_asked),
		cmocka_unit_test(a_request_may_have_arguments),
		cmocka_unit_test(answers_and_events_are_told_apart),
		cmocka_unit_test(a_frame_that_is_not_all_there_is_partial_at_every_byte),
		cmocka_unit_test(a_frame_of_no_bytes_or_of_too_many_or_of_no_type_is_refused),
		cmocka_unit_test(a_name_longer_than_its_frame_is_refused),
		cmocka_unit_test(sections_lists_and_values_are_read_in_order),
		cmocka_unit_test(a_recorded_list_has_its_children_and_selectors),
		cmocka_unit_test(every_recorded_event_is_well_formed),
		cmocka_unit_test(the_depth_of_an_element_counts_the_sections_around_it),
		cmocka_unit_test(what_does_not_nest_is_malformed),
		cmocka_unit_test(an_element_cut_short_is_malformed_at_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
