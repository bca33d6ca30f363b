#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/message.h"
#include "tests/support/hex.h"

#define MARKER "ffffffff ffffffff ffffffff ffffffff "

static void a_keepalive_is_cut_from_a_stream(void **unused)
{
	struct span stream = hex(MARKER "0013 04 " MARKER "0013 04");
	struct message message;
	struct notification why;

	(void)unused;
	assert_int_equal(message_frame(stream, false, &message, &why), FRAME_WHOLE);
	assert_int_equal(message.type, MESSAGE_KEEPALIVE);
	assert_int_equal(message.length, 19);
	assert_int_equal(read_left(&message.body), 0);
}

static void a_message_waits_for_its_last_byte(void **unused)
{
	struct span stream = hex(MARKER "0017 02 0000 0000");
	struct message message;
	struct notification why;

	(void)unused;
	for (size_t length = 0; length < stream.length; length++)
		assert_int_equal(message_frame((struct span){ stream.bytes, length }, false,
					       &message, &why), FRAME_INCOMPLETE);
	assert_int_equal(message_frame(stream, false, &message, &why), FRAME_WHOLE);
	assert_int_equal(read_left(&message.body), 4);
}

/* RFC 4271 6.1, and the lengths of RFC 8654. */
static void a_bad_header_is_answered_with_the_field_that_is_wrong(void **unused)
{
	static const struct {
		const char *header;
		bool extended_ok;
		enum header_error subcode;
		const char *data;
	} rows[] = {
		{ "fffffffe ffffffff ffffffff ffffffff 0013 04", false, HEADER_NOT_SYNCHRONIZED, "" },
		{ "00000000 00000000 00000000 00000000 0013 04", false, HEADER_NOT_SYNCHRONIZED, "" },
		{ MARKER "0012 04", false, HEADER_BAD_LENGTH, "0012" },
		{ MARKER "0000 02", false, HEADER_BAD_LENGTH, "0000" },
		{ MARKER "1001 02", false, HEADER_BAD_LENGTH, "1001" },
		{ MARKER "0014 04", false, HEADER_BAD_LENGTH, "0014" },
		{ MARKER "001c 01", false, HEADER_BAD_LENGTH, "001c" },
		{ MARKER "0016 02", false, HEADER_BAD_LENGTH, "0016" },
		{ MARKER "0014 03", false, HEADER_BAD_LENGTH, "0014" },
		{ MARKER "1001 01", true,  HEADER_BAD_LENGTH, "1001" },
		{ MARKER "0013 00", false, HEADER_BAD_TYPE, "00" },
		{ MARKER "0013 06", false, HEADER_BAD_TYPE, "06" },
		{ MARKER "0013 ff", true,  HEADER_BAD_TYPE, "ff" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct message message;
		struct notification why;

		assert_int_equal(message_frame(hex(rows[i].header), rows[i].extended_ok, &message,
					       &why), FRAME_BAD);
		assert_int_equal(why.code, NOTIFY_HEADER);
		assert_int_equal(why.subcode, rows[i].subcode);
		assert_hex((struct span){ why.data, why.length }, rows[i].data);
	}
}

static void a_long_update_needs_extended_messages(void **unused)
{
	static uint8_t bytes[MESSAGE_EXTENDED];
	struct span header = hex(MARKER "ffff 02");
	struct span stream = { bytes, sizeof(bytes) };
	struct message message;
	struct notification why;

	(void)unused;
	memcpy(bytes, header.bytes, header.length);
	assert_int_equal(message_frame(stream, false, &message, &why), FRAME_BAD);
	assert_int_equal(message_frame(stream, true, &message, &why), FRAME_WHOLE);
	assert_int_equal(read_left(&message.body), MESSAGE_EXTENDED - MESSAGE_HEADER);
}

static void what_is_built_can_be_cut_again(void **unused)
{
	uint8_t bytes[64];
	struct writer to = writer_of(bytes, sizeof(bytes));
	uint8_t *length = message_begin(&to, MESSAGE_NOTIFICATION);
	struct message message;
	struct notification why;

	(void)unused;
	write_u16(&to, 0x0602);
	message_end(&to, length);
	assert_hex(written(&to), MARKER "0015 03 0602");
	assert_int_equal(message_frame(written(&to), false, &message, &why), FRAME_WHOLE);
	assert_int_equal(read_u16(&message.body), 0x0602);
}

static void a_message_without_room_marks_the_writer_full(void **unused)
{
	uint8_t bytes[17];
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	message_end(&to, message_begin(&to, MESSAGE_KEEPALIVE));
	assert_true(to.full);
}

static void types_have_names(void **unused)
{
	(void)unused;
	assert_string_equal(message_type_name(MESSAGE_ROUTE_REFRESH), "ROUTE-REFRESH");
	assert_string_equal(message_type_name((enum message_type)77), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_keepalive_is_cut_from_a_stream),
		cmocka_unit_test(a_message_waits_for_its_last_byte),
		cmocka_unit_test(a_bad_header_is_answered_with_the_field_that_is_wrong),
		cmocka_unit_test(a_long_update_needs_extended_messages),
		cmocka_unit_test(what_is_built_can_be_cut_again),
		cmocka_unit_test(a_message_without_room_marks_the_writer_full),
		cmocka_unit_test(types_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
