#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/capability.h"
#include "tests/support/hex.h"

#define IPV4 FAMILY_BIT(FAMILY_IPV4)
#define IPV6 FAMILY_BIT(FAMILY_IPV6)

#define ALL_OF_THEM \
	"01 04 0001 00 01  01 04 0002 00 01  02 00  05 06 0001 0001 0002  06 00 " \
	"09 01 02  40 0a c078 0001 01 80 0002 01 00  41 04 fa56ea00  46 00"

static struct capabilities parsed(const char *dump)
{
	struct capabilities set = { .families = 0 };
	struct notification why;

	assert_true(capabilities_parse(hex_reader(dump), &set, &why));
	return set;
}

static void all_that_we_know_is_read(void **unused)
{
	struct capabilities set = parsed(ALL_OF_THEM);

	(void)unused;
	assert_true(set.any_multiprotocol);
	assert_int_equal(set.families, IPV4 | IPV6);
	assert_true(set.route_refresh && set.enhanced_refresh && set.extended_message);
	assert_int_equal(set.extended_next_hop, IPV4);
	assert_int_equal(set.role, BGP_ROLE_RS_CLIENT);
	assert_true(set.graceful_restart && set.restarting && set.notification_restart);
	assert_int_equal(set.restart_time_s, 120);
	assert_int_equal(set.restart_families, IPV4 | IPV6);
	assert_int_equal(set.forwarding_kept, IPV4);
	assert_true(set.has_as4);
	assert_int_equal(set.as4, 4200000000);
}

/* RFC 9234 4.2 */
static void roles_that_differ_are_noticed(void **unused)
{
	(void)unused;
	assert_false(parsed("09 01 00  09 01 00").has_several_roles);
	assert_true(parsed("09 01 00  09 01 03").has_several_roles);
	assert_true(parsed("09 01 ff  09 01 03").has_several_roles);
	assert_int_equal(parsed("09 01 ff").role, 256);
}

static void what_is_built_is_what_was_parsed(void **unused)
{
	static const char *const dumps[] = {
		"", "01 04 0001 00 01", "02 00  41 04 0000fde9",
		ALL_OF_THEM, "40 02 0fff", "40 06 4000 0002 01 80",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		struct capabilities set = parsed(dumps[i]);
		uint8_t bytes[256];
		struct writer to = writer_of(bytes, sizeof(bytes));

		capabilities_build(&set, &to);
		assert_hex(written(&to), dumps[i]);
	}
}

static void the_unknown_is_skipped(void **unused)
{
	struct capabilities set = parsed("80 03 010203  49 00  02 00  ff 01 00");

	(void)unused;
	assert_true(set.route_refresh);
	assert_false(set.any_multiprotocol);
}

static void a_family_that_we_do_not_know_still_says_multiprotocol(void **unused)
{
	struct capabilities set = parsed("01 04 0019 00 46  01 04 0001 00 80");

	(void)unused;
	assert_true(set.any_multiprotocol);
	assert_int_equal(set.families, 0);
}

static void the_last_of_two_wins(void **unused)
{
	struct capabilities set = parsed("41 04 00000001  41 04 00000002"
					 "40 06 8078 0001 01 80  40 06 000a 0002 01 00");

	(void)unused;
	assert_int_equal(set.as4, 2);
	assert_int_equal(set.restart_time_s, 10);
	assert_false(set.restarting);
	assert_int_equal(set.restart_families, IPV6);
	assert_int_equal(set.forwarding_kept, 0);
}

static void families_add_up_over_parameters(void **unused)
{
	struct capabilities set = parsed("01 04 0001 00 01");
	struct notification why;

	(void)unused;
	assert_true(capabilities_parse(hex_reader("01 04 0002 00 01"), &set, &why));
	assert_int_equal(set.families, IPV4 | IPV6);
}

static void an_extended_next_hop_is_of_the_other_family(void **unused)
{
	struct capabilities set = parsed("05 12 0001 0001 0001  0001 0080 0002  0002 0001 0001");

	(void)unused;
	assert_int_equal(set.extended_next_hop, IPV6);
}

static void what_we_know_must_be_well_formed(void **unused)
{
	static const char *const dumps[] = {
		"01", "01 04", "01 04 000100", "01 03 000100", "01 05 0001000100", "02 01 00",
		"05 05 0001000100", "06 01 00", "40 01 00", "40 05 0000 000101", "41 03 000001",
		"41 05 0000000001", "46 02 0000", "80 02 00",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		struct capabilities set = { .families = 0 };
		struct notification why;

		assert_false(capabilities_parse(hex_reader(dumps[i]), &set, &why));
		assert_int_equal(why.code, NOTIFY_OPEN);
		assert_int_equal(why.subcode, OPEN_UNSPECIFIC);
	}
}

static void capabilities_have_names(void **unused)
{
	struct capabilities set = parsed("01 04 0002 00 01  02 00  41 04 00000001");
	const char *names[CAPABILITY_NAMES_MAX];

	(void)unused;
	assert_int_equal(capabilities_names(&set, names, CAPABILITY_NAMES_MAX), 3);
	assert_string_equal(names[0], "ipv6");
	assert_string_equal(names[1], "route-refresh");
	assert_string_equal(names[2], "as4");
	assert_int_equal(capabilities_names(&set, names, 2), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_we_know_is_read),
		cmocka_unit_test(roles_that_differ_are_noticed),
		cmocka_unit_test(what_is_built_is_what_was_parsed),
		cmocka_unit_test(the_unknown_is_skipped),
		cmocka_unit_test(a_family_that_we_do_not_know_still_says_multiprotocol),
		cmocka_unit_test(the_last_of_two_wins),
		cmocka_unit_test(families_add_up_over_parameters),
		cmocka_unit_test(an_extended_next_hop_is_of_the_other_family),
		cmocka_unit_test(what_we_know_must_be_well_formed),
		cmocka_unit_test(capabilities_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
