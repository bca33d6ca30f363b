#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/text.h"

static void text_is_cut_between_its_pieces(void **unused)
{
	char buffer[12];
	struct text text = text_of(buffer, sizeof(buffer));

	(void)unused;
	text_add(&text, "%d", 65001);
	text_add(&text, " %d", 65002);
	text_add(&text, " %d", 1);
	assert_string_equal(buffer, "65001...");
	assert_true(text.cut);
}

static void text_fits_any_buffer(void **unused)
{
	char buffer[16];

	(void)unused;
	for (size_t size = 0; size < sizeof(buffer); size++) {
		memset(buffer, 'x', sizeof(buffer));
		struct text text = text_of(buffer, size);

		text_add(&text, "%s", "a longer text");
		text_add(&text, "%s", "and more");
		assert_int_equal(buffer[size], 'x');
		assert_true(size == 0 || strlen(buffer) < size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_between_its_pieces),
		cmocka_unit_test(text_fits_any_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
