/* Places of keys and values, beside json-c and by its rules. */
#include "bgpd/config/locate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bgpd/base/text.h"

static struct locate *locate_of(const char *text)
{
	return locate_new(text, strlen(text));
}

/* "2:3 key 2:9" : where the key is and where its value. */
static void expect_spot(const char *text, const char *path, const char *expected)
{
	struct locate *locate = locate_of(text);
	const struct spot *spot = locate_path(locate, path);
	char found[120];

	snprintf(found, sizeof(found), "%u:%u %.*s %u:%u", spot->key.line, spot->key.column,
		 (int)spot->length, spot->text, spot->value.line, spot->value.column);
	assert_string_equal(found, expected);
	locate_free(locate);
}

static void a_key_and_its_value_are_found_by_path(void **state)
{
	static const char text[] =
		"{\n"
		"  \"asn\": 65010,\n"
		"  \"groups\": [ { \"name\": \"a\" },\n"
		"              { \"tunnels\": [{\"name\":\n"
		"\t\"b\"}] } ]\n"
		"}\n";

	(void)state;
	expect_spot(text, "asn", "2:3 65010 2:10");
	expect_spot(text, "groups[0].name", "3:17 \"a\" 3:25");
	expect_spot(text, "groups[1].tunnels[0].name", "4:30 \"b\" 5:2");
	expect_spot(text, "groups[1].tunnels[0]", "4:29 {\"name\":\n\t\"b\"} 4:29");
}

static void what_does_not_exist_has_the_place_of_its_innermost_parent(void **state)
{
	static const char text[] = "{ \"groups\": [\n {\"name\": 1} ] }";

	(void)state;
	expect_spot(text, "groups[0].tunnels[3].inside", "2:2 {\"name\": 1} 2:2");
	expect_spot(text, "groups[7]", "1:3 [\n {\"name\": 1} ] 1:13");
	expect_spot(text, "nothing", "1:1 { \"groups\": [\n {\"name\": 1} ] } 1:1");
	expect_spot(text, "groups.name", "1:3 [\n {\"name\": 1} ] 1:13");
	expect_spot("{\"a\": {\"b\": 1}}", "a[0]", "1:2 {\"b\": 1} 1:7");
}

static void comments_quotes_and_commas_are_read_as_json_c_reads_them(void **state)
{
	(void)state;
	expect_spot("// {\n/* \"a\": 1, * / */ {'b': 2, // \"b\": 3\n 'c' : 'd\"', }", "b",
		    "2:20 2 2:25");
	expect_spot("{\"a\": \"\\\"}\", \"b\": [1, 2,],}", "b[1]", "1:23 2 1:23");
	expect_spot("{\"a\": \"// no comment\", \"b\": 5}", "b", "1:24 5 1:29");
}

static void a_column_is_a_character_not_a_byte(void **state)
{
	(void)state;
	expect_spot("{ /* gr\xc3\xbc\xc3\x9f */ \"a\": 1 }", "a", "1:14 1 1:19");
}

static void an_offset_has_a_line_and_a_column(void **state)
{
	struct place place = locate_offset("ab\n\ncd", 5);

	(void)state;
	assert_int_equal(place.line, 3);
	assert_int_equal(place.column, 2);
}

static void a_key_with_a_dot_is_found_by_its_name_alone(void **state)
{
	struct locate *locate = locate_of("{ \"a\": { \"b.c[0]\": 1 } }");

	(void)state;
	assert_int_equal(locate_key(locate, "a", "b.c[0]")->key.column, 10);
	assert_null(locate_key(locate, "a", "b"));
	locate_free(locate);
}

static void note_flaw(void *arg, enum locate_flaw flaw, const char *path, struct place key)
{
	text_add(arg, "%u:%u %s %s\n", key.line, key.column, path,
		 flaw == FLAW_DUPLICATE ? "duplicate" : "escaped");
}

static void expect_flaws(const char *json, const char *expected)
{
	struct locate *locate = locate_of(json);
	char buffer[400] = "";
	struct text text = text_of(buffer, sizeof(buffer));

	locate_flaws(locate, note_flaw, &text);
	assert_string_equal(buffer, expected);
	locate_free(locate);
}

static void keys_that_json_c_would_take_silently_are_flaws(void **state)
{
	(void)state;
	expect_flaws("{\"a\": 1, \"b\": [{\"c\": 1, \"d\": 1, 'c': 2, \"c\": 3}],\n \"a\": 4}",
		     "2:2 a duplicate\n"
		     "1:33 b[0].c duplicate\n"
		     "1:41 b[0].c duplicate\n");
	expect_flaws("{\"a\": 1, \"\\u0061\": 2}", "1:10 \\u0061 escaped\n");
	expect_flaws("{\"a\": {\"a\": [1, 1, 1]}, \"b\": {\"a\": 1}}", "");
}

static void expect_stop(const char *text, unsigned int column)
{
	struct locate *locate = locate_of(text);
	struct place where;

	assert_int_equal(locate_stopped(locate, &where), column > 0);
	if (column > 0)
		assert_int_equal(where.column, column);
	locate_free(locate);
}

static void text_behind_the_first_value_is_noticed(void **state)
{
	(void)state;
	expect_stop("{} // done\n /* really */ ", 0);
	expect_stop("{} {}", 4);
	expect_stop("{} /", 4);
	expect_stop("{} /* open", 4);
	expect_stop("", 1);
	expect_stop("{\"a\" 1}", 6);
	expect_stop("{\"a\": \"open", 12);
}

static void nesting_without_end_is_given_up(void **state)
{
	char text[5000];

	(void)state;
	memset(text, '[', sizeof(text));
	struct locate *locate = locate_new(text, sizeof(text));
	struct place where;

	assert_true(locate_stopped(locate, &where));
	locate_free(locate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_and_its_value_are_found_by_path),
		cmocka_unit_test(what_does_not_exist_has_the_place_of_its_innermost_parent),
		cmocka_unit_test(comments_quotes_and_commas_are_read_as_json_c_reads_them),
		cmocka_unit_test(a_column_is_a_character_not_a_byte),
		cmocka_unit_test(an_offset_has_a_line_and_a_column),
		cmocka_unit_test(a_key_with_a_dot_is_found_by_its_name_alone),
		cmocka_unit_test(keys_that_json_c_would_take_silently_are_flaws),
		cmocka_unit_test(text_behind_the_first_value_is_noticed),
		cmocka_unit_test(nesting_without_end_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
