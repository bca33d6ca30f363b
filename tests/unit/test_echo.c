#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/echo.h"
#include "tests/support/hex.h"

#define V4_HEADER "45c0 0024 0000 0000 4001 0000 a9fe0a01 a9fe0a02 "
#define PAYLOAD   "62677064 70696e67"

static void a_request_has_the_checksum_of_its_family(void **unused)
{
	uint8_t bytes[ECHO_SIZE];

	(void)unused;
	echo_build(FAMILY_IPV4, 0x1234, 5, bytes);
	assert_hex((struct span){ bytes, sizeof(bytes) }, "0800 342a 1234 0005 " PAYLOAD);
	echo_build(FAMILY_IPV6, 0x1234, 5, bytes);      /* the kernel's to make */
	assert_hex((struct span){ bytes, sizeof(bytes) }, "8000 0000 1234 0005 " PAYLOAD);
}

static bool answers(enum family family, const char *dump, uint16_t *sequence)
{
	struct span bytes = hex(dump);

	return echo_parse_answer(family, 0x1234, bytes.bytes, bytes.length, sequence);
}

static void an_answer_is_to_us_and_has_a_number(void **unused)
{
	uint16_t sequence;

	(void)unused;
	assert_true(answers(FAMILY_IPV4, V4_HEADER "0000 0000 1234 0007 " PAYLOAD, &sequence));
	assert_int_equal(sequence, 7);
	assert_true(answers(FAMILY_IPV6, "8100 0000 1234 0008 " PAYLOAD, &sequence));
	assert_int_equal(sequence, 8);
}

static void what_is_none_is_none(void **unused)
{
	uint16_t sequence;

	(void)unused;
	assert_false(answers(FAMILY_IPV4, V4_HEADER "0800 0000 1234 0007 " PAYLOAD, &sequence));
	assert_false(answers(FAMILY_IPV4, V4_HEADER "0000 0000 1235 0007 " PAYLOAD, &sequence));
	assert_false(answers(FAMILY_IPV4, V4_HEADER "0000 0000 1234 00", &sequence));
	assert_false(answers(FAMILY_IPV4, "4f", &sequence));
	assert_false(answers(FAMILY_IPV4, "40", &sequence));
	assert_false(answers(FAMILY_IPV4, "", &sequence));
	assert_false(answers(FAMILY_IPV6, "8101 0000 1234 0008 " PAYLOAD, &sequence));
	assert_false(answers(FAMILY_IPV6, "8000 0000 1234 0008 " PAYLOAD, &sequence));
	assert_false(answers(FAMILY_IPV6, "", &sequence));
}

static void options_of_the_header_are_skipped(void **unused)
{
	uint16_t sequence;

	(void)unused;
	assert_true(answers(FAMILY_IPV4, "46c0 0028 0000 0000 4001 0000 a9fe0a01 a9fe0a02 94040000 "
					 "0000 0000 1234 0009 " PAYLOAD, &sequence));
	assert_int_equal(sequence, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_has_the_checksum_of_its_family),
		cmocka_unit_test(an_answer_is_to_us_and_has_a_number),
		cmocka_unit_test(what_is_none_is_none),
		cmocka_unit_test(options_of_the_header_are_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
