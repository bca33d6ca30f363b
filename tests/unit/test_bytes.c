#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/bytes.h"
#include "tests/support/hex.h"

static void numbers_are_read_in_network_order(void **unused)
{
	struct reader reader = hex_reader("01 0203 04050607 0809");
	uint8_t rest[2];

	(void)unused;
	assert_int_equal(read_u8(&reader), 0x01);
	assert_int_equal(read_u16(&reader), 0x0203);
	assert_int_equal(read_u32(&reader), 0x04050607);
	read_bytes(&reader, rest, sizeof(rest));
	assert_int_equal(rest[1], 0x09);
	assert_true(read_all(&reader));
}

static void a_read_past_the_end_yields_zero_and_is_remembered(void **unused)
{
	struct reader reader = hex_reader("01 02 03");
	uint8_t to[2] = { 7, 7 };

	(void)unused;
	assert_int_equal(read_u32(&reader), 0);
	assert_true(reader.truncated);
	assert_int_equal(read_left(&reader), 0);
	assert_int_equal(read_u8(&reader), 0);
	read_bytes(&reader, to, sizeof(to));
	assert_int_equal(to[0] + to[1], 0);
	assert_int_equal(read_span(&reader, 1).length, 0);
	assert_false(read_all(&reader));
}

static void bytes_left_over_are_noticed(void **unused)
{
	struct reader reader = hex_reader("01 02");

	(void)unused;
	read_u8(&reader);
	assert_false(read_all(&reader));
	assert_int_equal(read_left(&reader), 1);
}

static void a_slice_has_an_end_of_its_own(void **unused)
{
	struct reader reader = hex_reader("01 02 03");
	struct reader slice = read_slice(&reader, 2);

	(void)unused;
	assert_int_equal(read_u16(&slice), 0x0102);
	assert_true(read_all(&slice));
	read_u8(&slice);
	assert_true(slice.truncated);
	assert_false(reader.truncated);
	assert_int_equal(read_u8(&reader), 3);
}

static void a_slice_inherits_truncation(void **unused)
{
	struct reader reader = hex_reader("01 02");
	struct reader longer = read_slice(&reader, 3);
	struct reader after = read_slice(&reader, 0);

	(void)unused;
	assert_true(longer.truncated);
	assert_true(reader.truncated);
	assert_true(after.truncated);
	assert_int_equal(read_left(&longer), 0);
}

static void nothing_can_be_read_from_nowhere(void **unused)
{
	struct reader reader = reader_of(NULL, 0);

	(void)unused;
	assert_true(read_all(&reader));
	assert_int_equal(read_u8(&reader), 0);
	assert_true(reader.truncated);
}

static void numbers_are_written_in_network_order(void **unused)
{
	uint8_t bytes[16];
	struct writer writer = writer_of(bytes, sizeof(bytes));

	(void)unused;
	write_u8(&writer, 1);
	write_u16(&writer, 0x0203);
	write_u32(&writer, 0x04050607);
	write_bytes(&writer, "\x08", 1);
	write_span(&writer, hex("09"));
	write_span(&writer, (struct span){ NULL, 0 });
	assert_hex(written(&writer), "01 0203 04050607 08 09");
	assert_int_equal(write_left(&writer), 7);
	assert_false(writer.full);
}

static void what_does_not_fit_is_dropped_and_remembered(void **unused)
{
	uint8_t bytes[4] = { 0, 0, 0, 0xee };
	struct writer writer = writer_of(bytes, 3);

	(void)unused;
	write_u16(&writer, 1);
	write_u16(&writer, 2);
	assert_true(writer.full);
	write_u8(&writer, 3);
	assert_int_equal(write_length(&writer), 2);
	assert_null(write_reserve(&writer, 1));
	assert_int_equal(bytes[3], 0xee);
}

static void a_length_is_filled_in_when_it_is_known(void **unused)
{
	uint8_t bytes[16];
	struct writer writer = writer_of(bytes, sizeof(bytes));
	uint8_t *wide = write_reserve(&writer, 2);
	uint8_t *narrow = write_reserve(&writer, 1);

	(void)unused;
	write_u32(&writer, 0);
	write_close_u8(&writer, narrow);
	write_close_u16(&writer, wide);
	assert_hex(written(&writer), "0005 04 00000000");
}

static void a_length_that_its_field_cannot_hold_marks_the_writer_full(void **unused)
{
	uint8_t bytes[300] = { 0 };
	struct writer writer = writer_of(bytes, sizeof(bytes));
	uint8_t *length = write_reserve(&writer, 1);

	(void)unused;
	write_bytes(&writer, bytes + 1, 256);
	write_close_u8(&writer, length);
	assert_true(writer.full);
}

static void a_length_that_was_not_reserved_is_not_closed(void **unused)
{
	uint8_t bytes[1];
	struct writer writer = writer_of(bytes, sizeof(bytes));

	(void)unused;
	write_close_u16(&writer, write_reserve(&writer, 2));
	assert_true(writer.full);
	assert_int_equal(write_length(&writer), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_in_network_order),
		cmocka_unit_test(a_read_past_the_end_yields_zero_and_is_remembered),
		cmocka_unit_test(bytes_left_over_are_noticed),
		cmocka_unit_test(a_slice_has_an_end_of_its_own),
		cmocka_unit_test(a_slice_inherits_truncation),
		cmocka_unit_test(nothing_can_be_read_from_nowhere),
		cmocka_unit_test(numbers_are_written_in_network_order),
		cmocka_unit_test(what_does_not_fit_is_dropped_and_remembered),
		cmocka_unit_test(a_length_is_filled_in_when_it_is_known),
		cmocka_unit_test(a_length_that_its_field_cannot_hold_marks_the_writer_full),
		cmocka_unit_test(a_length_that_was_not_reserved_is_not_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
