#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/as_path.h"
#include "tests/support/hex.h"

/* 65001 4200000000, then a set of 65002 and 65003. */
#define PATH "02 02 0000fde9 fa56ea00  01 02 0000fdea 0000fdeb"

static struct arena arena;

static int set_up(void **unused)
{
	(void)unused;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	arena_clear(&arena);
	return 0;
}

static void a_path_is_whole_segments_of_known_types(void **unused)
{
	static const struct {
		const char *dump;
		unsigned int as_size;
		bool valid;
	} rows[] = {
		{ "", 4, true },
		{ PATH, 4, true },
		{ "02 01 fde9", 2, true },
		{ "02 01 fde9 01 02 fdea fdeb", 2, true },
		{ "02", 4, false },
		{ "02 01", 4, false },
		{ "02 01 0000fd", 4, false },
		{ "02 01 fde9", 4, false },
		{ "02 01 0000fde9", 2, false },          /* AS 0 */
		{ "02 02 0000fde9 0000fde9 02", 4, false },
		{ "02 00", 4, false },                   /* an empty segment */
		{ "00 01 0000fde9", 4, false },
		{ "05 01 0000fde9", 4, false },
		{ "03 01 0000fde9", 4, false },          /* RFC 5065: of a confederation */
		{ "04 01 0000fde9", 4, false },
		{ "02 02 0000fde9 00000000", 4, false }, /* RFC 7607 */
		{ "01 01 00000000", 4, false },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(as_path_valid(hex(rows[i].dump), rows[i].as_size), rows[i].valid);
}

static void questions_about_a_path_have_answers(void **unused)
{
	static const struct {
		const char *dump;
		unsigned int hops;
		uint32_t first, origin;
		const char *text;
	} rows[] = {
		{ "", 0, 0, 0, "" },
		{ "02 01 0000fde9", 1, 65001, 65001, "65001" },
		{ PATH, 3, 65001, 4200000000, "65001 4200000000 {65002 65003}" },
		{ "01 01 0000fde9", 1, 0, 0, "{65001}" },
		{ "01 01 0000fde9 02 01 0000fdea", 2, 0, 65002, "{65001} 65002" },
		{ "02 01 0000fde9 02 02 0000fdea 0000fdea", 3, 65001, 65002, "65001 65002 65002" },
	};
	char text[128];

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span path = hex(rows[i].dump);

		assert_int_equal(as_path_hops(path), rows[i].hops);
		assert_int_equal(as_path_first(path), rows[i].first);
		assert_int_equal(as_path_origin(path), rows[i].origin);
		assert_string_equal(as_path_format(path, text, sizeof(text)), rows[i].text);
	}
}

static void an_as_is_found_in_sequences_and_sets(void **unused)
{
	struct span path = hex("02 03 0000fde9 0000fde9 00000001 01 01 0000fde9");

	(void)unused;
	assert_int_equal(as_path_count(path, 65001), 3);
	assert_int_equal(as_path_count(path, 1), 1);
	assert_int_equal(as_path_count(path, 2), 0);
}

static void a_long_path_ends_with_dots(void **unused)
{
	char text[20];

	(void)unused;
	as_path_format(hex("02 04 0000fde9 0000fde9 0000fde9 0000fde9"), text, sizeof(text));
	assert_string_equal(text, "65001 65001...");
}

static void prepending_extends_the_first_sequence(void **unused)
{
	(void)unused;
	assert_hex(as_path_prepend(hex(PATH), 7, 2, &arena),
		   "02 04 00000007 00000007 0000fde9 fa56ea00  01 02 0000fdea 0000fdeb");
	assert_hex(as_path_prepend(hex(""), 7, 1, &arena), "02 01 00000007");
	assert_hex(as_path_prepend(hex(PATH), 7, 0, &arena), PATH);
}

static void prepending_to_a_set_starts_a_sequence(void **unused)
{
	(void)unused;
	assert_hex(as_path_prepend(hex("01 01 00000005"), 7, 1, &arena),
		   "02 01 00000007 01 01 00000005");
}

/* RFC 4271 5.1.2 */
static void prepending_to_a_full_segment_starts_another(void **unused)
{
	struct span full = as_path_prepend(hex(""), 5, 255, &arena);
	struct span longer = as_path_prepend(full, 7, 2, &arena);

	(void)unused;
	assert_int_equal(as_path_hops(full), 255);
	assert_int_equal(as_path_hops(longer), 257);
	assert_true(as_path_valid(longer, 4));
	assert_hex((struct span){ longer.bytes, 16 }, "02 02 00000007 00000007 02 ff 00000005");
}

static void two_octets_become_four(void **unused)
{
	(void)unused;
	assert_hex(as_path_widen(hex("02 02 fde9 5ba0 01 01 0001"), &arena),
		   "02 02 0000fde9 00005ba0 01 01 00000001");
	assert_int_equal(as_path_widen(hex(""), &arena).length, 0);
}

static void a_narrow_path_says_whether_it_lost_something(void **unused)
{
	uint8_t bytes[64];
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	assert_true(as_path_write_narrow(hex(PATH), &to));
	assert_hex(written(&to), "02 02 fde9 5ba0 01 02 fdea fdeb");
	to = writer_of(bytes, sizeof(bytes));
	assert_false(as_path_write_narrow(hex("02 01 0000ffff"), &to));
	assert_hex(written(&to), "02 01 ffff");
}

/* RFC 6793 4.2.3; 5ba0 is AS_TRANS. */
static void the_4_octet_path_replaces_the_end_of_the_path(void **unused)
{
	static const struct {
		const char *path, *as4_path, *merged;
	} rows[] = {
		/* as many hops: all of it */
		{ "02 02 00005ba0 00005ba0", "02 02 fa56ea00 fa56ea01", "02 02 fa56ea00 fa56ea01" },
		/* more: the old speakers' ASes stay before it */
		{ "02 03 0000fde9 00005ba0 00005ba0", "02 02 fa56ea00 fa56ea01",
		  "02 01 0000fde9 02 02 fa56ea00 fa56ea01" },
		/* fewer: not believed */
		{ "02 01 00005ba0", "02 02 fa56ea00 fa56ea01", "02 01 00005ba0" },
		/* a set is one hop, and stays whole */
		{ "01 02 00000001 00000002 02 01 00005ba0", "02 01 fa56ea00",
		  "01 02 00000001 00000002 02 01 fa56ea00" },
		{ "02 01 00000009 01 02 00000001 00005ba0 02 01 00005ba0",
		  "01 02 00000001 fa56ea00 02 01 fa56ea01",
		  "02 01 00000009 01 02 00000001 fa56ea00 02 01 fa56ea01" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_hex(as_path_merge(hex(rows[i].path), hex(rows[i].as4_path), &arena),
			   rows[i].merged);
}

static void segments_of_a_confederation_are_left_out(void **unused)
{
	static const char *const rows[][2] = {
		{ "03 01 0000fde9 02 01 fa56ea00", "02 01 fa56ea00" },
		{ "02 01 fa56ea00 04 02 0000fde9 0000fdea 01 01 fa56ea01",
		  "02 01 fa56ea00 01 01 fa56ea01" },
		{ "03 01 0000fde9", "" },
		{ "", "" },
		{ "03 01 0000fde9 02 02 fa56ea00", "03 01 0000fde9 02 02 fa56ea00" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_hex(as_path_without_confed(hex(rows[i][0]), &arena), rows[i][1]);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_path_is_whole_segments_of_known_types),
		test(questions_about_a_path_have_answers),
		test(an_as_is_found_in_sequences_and_sets),
		test(a_long_path_ends_with_dots),
		test(prepending_extends_the_first_sequence),
		test(prepending_to_a_set_starts_a_sequence),
		test(prepending_to_a_full_segment_starts_another),
		test(two_octets_become_four),
		test(a_narrow_path_says_whether_it_lost_something),
		test(the_4_octet_path_replaces_the_end_of_the_path),
		test(segments_of_a_confederation_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
