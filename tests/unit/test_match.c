#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/match.h"

static struct prefix_rule rule_of(const char *text)
{
	struct prefix_rule rule;
	const char *why = NULL;

	if (!prefix_rule_parse(text, &rule, &why))
		fail_msg("%s: %s", text, why);
	return rule;
}

static bool matches(const char *rule_text, const char *prefix_text)
{
	struct prefix_rule rule = rule_of(rule_text);
	struct prefix prefix;

	assert_true(prefix_parse(prefix_text, &prefix));
	return prefix_rule_matches(&rule, &prefix);
}

static void a_prefix_alone_matches_itself_alone(void **unused)
{
	(void)unused;
	assert_true(matches("10.50.0.0/16", "10.50.0.0/16"));
	assert_false(matches("10.50.0.0/16", "10.50.1.0/24"));
	assert_false(matches("10.50.0.0/16", "10.0.0.0/8"));
	assert_false(matches("10.50.0.0/16", "10.51.0.0/16"));
}

static void le_takes_what_lies_in_it_up_to_that_length(void **unused)
{
	(void)unused;
	assert_true(matches("10.50.0.0/16 le 24", "10.50.0.0/16"));
	assert_true(matches("10.50.0.0/16 le 24", "10.50.255.0/24"));
	assert_false(matches("10.50.0.0/16 le 24", "10.50.255.0/25"));
	assert_false(matches("10.50.0.0/16 le 24", "10.48.0.0/15"));
	assert_false(matches("10.50.0.0/16 le 24", "10.51.0.0/24"));
}

static void ge_takes_what_lies_in_it_from_that_length_on(void **unused)
{
	(void)unused;
	assert_false(matches("10.0.0.0/8 ge 16", "10.0.0.0/8"));
	assert_true(matches("10.0.0.0/8 ge 16", "10.1.0.0/16"));
	assert_true(matches("10.0.0.0/8 ge 16", "10.1.2.3/32"));
}

static void ge_and_le_bound_it_on_both_sides_in_either_order(void **unused)
{
	static const char *const rules[] = { "10.0.0.0/8 ge 16 le 24", "10.0.0.0/8 le 24 ge 16" };

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		assert_false(matches(rules[i], "10.0.0.0/15"));
		assert_true(matches(rules[i], "10.0.0.0/16"));
		assert_true(matches(rules[i], "10.0.0.0/24"));
		assert_false(matches(rules[i], "10.0.0.0/25"));
	}
}

static void families_do_not_mix(void **unused)
{
	(void)unused;
	assert_true(matches("::/0 le 128", "2001:db8::/32"));
	assert_false(matches("::/0 le 128", "10.0.0.0/8"));
	assert_false(matches("0.0.0.0/0 le 32", "::/0"));
}

static void rules_match_when_one_of_them_does(void **unused)
{
	struct prefix_rule list[2];
	struct prefix_rules rules = { list, 2 }, none = { NULL, 0 };
	struct prefix prefix;

	(void)unused;
	list[0] = rule_of("10.50.0.0/16");
	list[1] = rule_of("10.60.0.0/16 le 24");
	assert_true(prefix_parse("10.60.7.0/24", &prefix));
	assert_true(prefix_rules_match(&rules, &prefix));
	assert_false(prefix_rules_match(&none, &prefix));
	assert_true(prefix_parse("10.70.0.0/24", &prefix));
	assert_false(prefix_rules_match(&rules, &prefix));
}

static void what_makes_no_sense_is_refused_with_words(void **unused)
{
	static const char *const wrong[] = {
		"", "any", "10.50.0.0", "10.50.0.1/16", "10.50.0.0/33", "10.50.0.0/16 le",
		"10.50.0.0/16 24", "10.50.0.0/16 le 33", "10.50.0.0/16 le x", "10.50.0.0/16 le -1",
		"10.50.0.0/16 le 24x", "10.50.0.0/16 le 24 le 25", "10.50.0.0/16 ge 20 ge 20",
		"10.50.0.0/16 eq 24", "10.50.0.0/16 le 8", "10.50.0.0/16 ge 8",
		"10.50.0.0/16 ge 24 le 20", "10.50.0.0/16 le 4294967312", "::/0 le 129",
		"10.50.0.0/16 le 24 and much more than could ever be right in a single rule of ours",
		"1234:1234:1234:1234:1234:1234:1234:1234:1234:1234:1234:1234:1234:1234:1234:1234/64",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct prefix_rule rule;
		const char *why = NULL;

		if (prefix_rule_parse(wrong[i], &rule, &why))
			fail_msg("accepted: %s", wrong[i]);
		assert_non_null(why);
	}
}

static void expect_text(const char *text, const char *wanted)
{
	struct prefix_rule rule = rule_of(text);
	char shown[80];

	prefix_rule_format(&rule, shown, sizeof(shown));
	assert_string_equal(shown, wanted);
}

static void rules_are_written_as_they_are_read(void **unused)
{
	(void)unused;
	expect_text("10.50.0.0/16", "10.50.0.0/16");
	expect_text(" 10.50.0.0/16   le 24 ", "10.50.0.0/16 le 24");
	expect_text("10.0.0.0/8 le 24 ge 16", "10.0.0.0/8 ge 16 le 24");
	expect_text("10.0.0.0/8 ge 16", "10.0.0.0/8 ge 16");
	expect_text("10.0.0.0/8 ge 16 le 32", "10.0.0.0/8 ge 16");
	expect_text("10.0.0.0/8 ge 8 le 8", "10.0.0.0/8");
	expect_text("2001:db8::/32 le 48", "2001:db8::/32 le 48");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prefix_alone_matches_itself_alone),
		cmocka_unit_test(le_takes_what_lies_in_it_up_to_that_length),
		cmocka_unit_test(ge_takes_what_lies_in_it_from_that_length_on),
		cmocka_unit_test(ge_and_le_bound_it_on_both_sides_in_either_order),
		cmocka_unit_test(families_do_not_mix),
		cmocka_unit_test(rules_match_when_one_of_them_does),
		cmocka_unit_test(what_makes_no_sense_is_refused_with_words),
		cmocka_unit_test(rules_are_written_as_they_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
