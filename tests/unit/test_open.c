#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/as_path.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/open.h"
#include "tests/support/hex.h"

/* Version 4, AS 65001, hold time 90, identifier 192.0.2.1. */
#define HEAD "04 fde9 005a c0000201 "

static struct open parsed(const char *dump)
{
	struct open open;
	struct notification why;

	assert_true(open_parse(hex_reader(dump), &open, &why));
	return open;
}

static void an_open_without_parameters_is_enough(void **unused)
{
	struct open open = parsed(HEAD "00");

	(void)unused;
	assert_int_equal(open.version, 4);
	assert_int_equal(open.asn, 65001);
	assert_int_equal(open.hold_time_s, 90);
	assert_int_equal(open.bgp_id, 0xc0000201);
	assert_false(open.capabilities.any_multiprotocol);
}

static void capabilities_come_in_one_parameter_or_in_many(void **unused)
{
	struct open one = parsed(HEAD "0a 02 08 0104 0001 00 01 0200");
	struct open many = parsed(HEAD "0c 02 06 0104 0001 00 01 02 02 0200");

	(void)unused;
	assert_true(one.capabilities.route_refresh && many.capabilities.route_refresh);
	assert_int_equal(one.capabilities.families, FAMILY_BIT(FAMILY_IPV4));
	assert_int_equal(many.capabilities.families, FAMILY_BIT(FAMILY_IPV4));
}

static void the_4_octet_as_wins(void **unused)
{
	struct open trans = parsed("04 5ba0 005a c0000201 08 02 06 41 04 fa56ea00");
	struct open different = parsed(HEAD "08 02 06 41 04 0000fdea");

	(void)unused;
	assert_int_equal(trans.asn, 4200000000);
	assert_int_equal(different.asn, 65002);
}

static void parameters_may_have_extended_lengths(void **unused)
{
	struct open open = parsed(HEAD "ff ff 000b 02 0008 0104 0002 00 01 0200");
	struct open length_is_ignored = parsed(HEAD "01 ff 000b 02 0008 0104 0002 00 01 0200");
	struct open empty = parsed(HEAD "ff ff 0000");

	(void)unused;
	assert_true(open.capabilities.route_refresh);
	assert_true(length_is_ignored.capabilities.route_refresh);
	assert_false(empty.capabilities.route_refresh);
}

static void more_than_255_bytes_of_parameters_can_be_read(void **unused)
{
	uint8_t bytes[600];
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	write_span(&to, hex(HEAD "ff ff 0207 02 0204"));
	for (unsigned int i = 0; i < 0x204 / 6; i++)
		write_span(&to, hex("c8 04 01020304"));
	struct open open;
	struct notification why;

	assert_true(open_parse(reader_of(bytes, write_length(&to)), &open, &why));
}

static void what_cannot_be_accepted_is_refused_by_its_name(void **unused)
{
	static const struct {
		const char *dump;
		enum open_error subcode;
		const char *data;
	} rows[] = {
		{ "03 fde9 005a c0000201 00", OPEN_BAD_VERSION, "0004" },
		{ "05 fde9 005a c0000201 00", OPEN_BAD_VERSION, "0004" },
		{ "04 0000 005a c0000201 00", OPEN_BAD_PEER_AS, "" },
		{ "04 0000 005a c0000201 08 02 06 41 04 0000fdea", OPEN_BAD_PEER_AS, "" },
		{ HEAD "08 02 06 41 04 00000000", OPEN_BAD_PEER_AS, "" },
		{ "04 fde9 0001 c0000201 00", OPEN_BAD_HOLD_TIME, "" },
		{ "04 fde9 0002 c0000201 00", OPEN_BAD_HOLD_TIME, "" },
		{ "04 fde9 005a 00000000 00", OPEN_BAD_ID, "" },
		{ HEAD "02 01 00", OPEN_BAD_PARAMETER, "" },
		{ HEAD "04 03 02 0000", OPEN_BAD_PARAMETER, "" },
		{ HEAD "01 02", OPEN_UNSPECIFIC, "" },
		{ HEAD "02 02 01", OPEN_UNSPECIFIC, "" },
		{ HEAD "04 02 02 02", OPEN_UNSPECIFIC, "" },
		{ HEAD "00 00", OPEN_UNSPECIFIC, "" },
		{ HEAD "04 02 02 02 01", OPEN_UNSPECIFIC, "" },
		{ HEAD "ff ff", OPEN_UNSPECIFIC, "" },
		{ HEAD "ff ff 0004 02 0002 02", OPEN_UNSPECIFIC, "" },
		{ HEAD "ff ff 0005 02 0003 0200", OPEN_UNSPECIFIC, "" },
		{ "04 fde9 005a c000", OPEN_UNSPECIFIC, "" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct open open;
		struct notification why;

		assert_false(open_parse(hex_reader(rows[i].dump), &open, &why));
		assert_int_equal(why.code, NOTIFY_OPEN);
		assert_int_equal(why.subcode, rows[i].subcode);
		assert_hex((struct span){ why.data, why.length }, rows[i].data);
	}
}

static void a_hold_time_of_0_or_3_is_accepted(void **unused)
{
	(void)unused;
	assert_int_equal(parsed("04 fde9 0000 c0000201 00").hold_time_s, 0);
	assert_int_equal(parsed("04 fde9 0003 c0000201 00").hold_time_s, 3);
}

static void any_identifier_but_0_is_accepted(void **unused)
{
	(void)unused;
	assert_int_equal(parsed("04 fde9 0000 e0000001 00").bgp_id, 0xe0000001);
	assert_int_equal(parsed("04 fde9 0000 00000001 00").bgp_id, 1);
}

static void an_open_is_built_whole(void **unused)
{
	const struct open open = {
		.asn = 4200000000, .hold_time_s = 90, .bgp_id = 0xc0000201,
		.capabilities = { .families = FAMILY_BIT(FAMILY_IPV4), .has_as4 = true },
	};
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	open_build(&open, &to);
	assert_hex(written(&to), "ffffffff ffffffff ffffffff ffffffff 002b 01"
				 "04 5ba0 005a c0000201 0e 02 0c 0104 0001 00 01 4104 fa56ea00");
}

static void an_open_without_capabilities_has_no_parameter(void **unused)
{
	const struct open open = { .asn = 65001, .hold_time_s = 90, .bgp_id = 0xc0000201 };
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	open_build(&open, &to);
	assert_hex(written(&to), "ffffffff ffffffff ffffffff ffffffff 001d 01" HEAD "00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_without_parameters_is_enough),
		cmocka_unit_test(capabilities_come_in_one_parameter_or_in_many),
		cmocka_unit_test(the_4_octet_as_wins),
		cmocka_unit_test(parameters_may_have_extended_lengths),
		cmocka_unit_test(more_than_255_bytes_of_parameters_can_be_read),
		cmocka_unit_test(what_cannot_be_accepted_is_refused_by_its_name),
		cmocka_unit_test(a_hold_time_of_0_or_3_is_accepted),
		cmocka_unit_test(any_identifier_but_0_is_accepted),
		cmocka_unit_test(an_open_is_built_whole),
		cmocka_unit_test(an_open_without_capabilities_has_no_parameter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
