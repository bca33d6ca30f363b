#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fib/foreign.h"

#define MAIN 254

static struct prefix prefix_of_text(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static bool ask(struct foreign *foreign, const char *text)
{
	struct prefix prefix = prefix_of_text(text);

	return foreign_leads_to(foreign, &prefix);
}

/* A look that finds one route, or with NULL none. */
static void look(struct foreign *foreign, const char *text, uint32_t table)
{
	struct fib_route route = { .table = table };

	foreign_look_begin(foreign);
	if (text) {
		route.prefix = prefix_of_text(text);
		foreign_see(foreign, &route);
	}
	foreign_look_end(foreign);
}

static void nothing_is_known_before_a_look(void **unused)
{
	struct foreign foreign;

	(void)unused;
	foreign_init(&foreign);
	assert_false(foreign.needs_look);
	assert_false(ask(&foreign, "10.61.0.0/16"));
	assert_true(foreign.needs_look);
	look(&foreign, "10.61.0.0/16", MAIN);
	assert_false(foreign.needs_look);
	assert_true(foreign.has_changed);
	assert_true(ask(&foreign, "10.61.0.0/16"));
	assert_false(foreign.needs_look);
	foreign_clear(&foreign);
}

static void what_leads_there_or_into_it_counts_in_our_table_and_in_main(void **unused)
{
	static const struct { const char *route; uint32_t table; bool counts; } cases[] = {
		{ "10.61.0.0/16", MAIN, true }, { "10.61.7.0/24", MAIN, true },
		{ "10.61.7.0/24", 100, true },  { "10.61.7.0/24", 101, false },
		{ "10.61.7.1/32", 255, false }, { "10.0.0.0/8", MAIN, false },
		{ "10.62.0.0/16", MAIN, false },
	};
	struct foreign foreign;

	(void)unused;
	foreign_init(&foreign);
	foreign_ask_begin(&foreign, 100);
	ask(&foreign, "10.61.0.0/16");
	foreign_ask_end(&foreign);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		look(&foreign, cases[i].route, cases[i].table);
		assert_int_equal(ask(&foreign, "10.61.0.0/16"), cases[i].counts);
	}
	foreign_clear(&foreign);
}

static void an_answer_that_is_the_same_is_no_change(void **unused)
{
	struct foreign foreign;

	(void)unused;
	foreign_init(&foreign);
	ask(&foreign, "10.61.0.0/16");
	look(&foreign, NULL, MAIN);
	assert_false(foreign.has_changed);
	look(&foreign, "10.61.0.0/16", MAIN);
	assert_true(foreign.has_changed);
	foreign.has_changed = false;
	look(&foreign, "10.61.1.0/24", MAIN);
	assert_false(foreign.has_changed);
	look(&foreign, NULL, MAIN);
	assert_true(foreign.has_changed);
	foreign_clear(&foreign);
}

static void what_nobody_asks_for_any_more_is_forgotten(void **unused)
{
	struct prefix other = prefix_of_text("10.62.1.0/24");
	struct foreign foreign;

	(void)unused;
	foreign_init(&foreign);
	ask(&foreign, "10.61.0.0/16");
	ask(&foreign, "10.62.0.0/16");
	assert_true(foreign_concerns(&foreign, &other));
	foreign_ask_begin(&foreign, MAIN);
	ask(&foreign, "10.61.0.0/16");
	foreign_ask_end(&foreign);
	assert_int_equal(foreign.count, 1);
	assert_false(foreign_concerns(&foreign, &other));
	foreign_clear(&foreign);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_before_a_look),
		cmocka_unit_test(what_leads_there_or_into_it_counts_in_our_table_and_in_main),
		cmocka_unit_test(an_answer_that_is_the_same_is_no_change),
		cmocka_unit_test(what_nobody_asks_for_any_more_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
