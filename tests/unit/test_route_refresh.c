#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/message.h"
#include "bgpd/wire/route_refresh.h"
#include "tests/support/hex.h"

#define MARKER "ffffffff ffffffff ffffffff ffffffff "

static void requests_begins_and_ends_are_read(void **unused)
{
	static const struct {
		const char *dump;
		enum family family;
		unsigned int kind;
	} rows[] = {
		{ "0001 00 01", FAMILY_IPV4, REFRESH_REQUEST },
		{ "0002 00 01", FAMILY_IPV6, REFRESH_REQUEST },
		{ "0001 01 01", FAMILY_IPV4, REFRESH_BEGIN },
		{ "0002 02 01", FAMILY_IPV6, REFRESH_END },
		{ "0001 00 80", FAMILY_NONE, REFRESH_REQUEST },
		{ "0019 00 46", FAMILY_NONE, REFRESH_REQUEST },
		{ "0001 ff 01", FAMILY_IPV4, 255 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct route_refresh refresh;
		struct notification why;

		assert_true(route_refresh_parse(hex_reader(rows[i].dump), &refresh, &why));
		assert_int_equal(refresh.family, rows[i].family);
		assert_int_equal(refresh.kind, rows[i].kind);
	}
}

static void another_length_is_answered_with_the_whole_message(void **unused)
{
	struct route_refresh refresh;
	struct notification why;

	(void)unused;
	assert_false(route_refresh_parse(hex_reader("0001 01 01 00"), &refresh, &why));
	assert_int_equal(why.code, NOTIFY_REFRESH);
	assert_int_equal(why.subcode, REFRESH_BAD_LENGTH);
	assert_hex((struct span){ why.data, why.length }, MARKER "0018 05 0001 01 01 00");
	assert_false(route_refresh_parse(hex_reader("0001 01"), &refresh, &why));
	assert_hex((struct span){ why.data, why.length }, MARKER "0016 05 0001 01");
}

static void an_endless_one_is_answered_with_its_beginning(void **unused)
{
	static const uint8_t bytes[4000];
	struct route_refresh refresh;
	struct notification why;

	(void)unused;
	assert_false(route_refresh_parse(reader_of(bytes, sizeof(bytes)), &refresh, &why));
	assert_int_equal(why.length, NOTIFY_DATA);
	assert_int_equal(why.data[16] << 8 | why.data[17], 4019);
}

static void a_refresh_is_built_whole(void **unused)
{
	uint8_t bytes[64];
	struct writer to = writer_of(bytes, sizeof(bytes));
	const struct route_refresh refresh = { FAMILY_IPV6, REFRESH_END };

	(void)unused;
	route_refresh_build(&refresh, &to);
	assert_hex(written(&to), MARKER "0017 05 0002 02 01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_begins_and_ends_are_read),
		cmocka_unit_test(another_length_is_answered_with_the_whole_message),
		cmocka_unit_test(an_endless_one_is_answered_with_its_beginning),
		cmocka_unit_test(a_refresh_is_built_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
