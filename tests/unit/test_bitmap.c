#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/bitmap.h"

static void what_was_never_added_is_not_in_it(void **unused)
{
	struct bitmap bitmap = { 0 };

	(void)unused;
	assert_false(bitmap_has(&bitmap, 0));
	assert_false(bitmap_has(&bitmap, 1000000));
	assert_false(bitmap_remove(&bitmap, 7));
	assert_int_equal(bitmap_next(&bitmap, 0), BITMAP_END);
	bitmap_clear(&bitmap);
}

static void adding_and_removing_say_whether_something_changed(void **unused)
{
	struct bitmap bitmap = { 0 };

	(void)unused;
	assert_true(bitmap_add(&bitmap, 64));
	assert_false(bitmap_add(&bitmap, 64));
	assert_int_equal(bitmap.count, 1);
	assert_true(bitmap_remove(&bitmap, 64));
	assert_false(bitmap_remove(&bitmap, 64));
	assert_int_equal(bitmap.count, 0);
	bitmap_clear(&bitmap);
}

static void walk_goes_over_word_boundaries(void **unused)
{
	static const uint32_t numbers[] = { 0, 1, 63, 64, 127, 128, 4095, 4096, 100000 };
	struct bitmap bitmap = { 0 };
	uint32_t at = 0;

	(void)unused;
	for (size_t i = 0; i < 9; i++)
		bitmap_add(&bitmap, numbers[8 - i]);
	for (size_t i = 0; i < 9; i++) {
		at = bitmap_next(&bitmap, at);
		assert_int_equal(at, numbers[i]);
		at++;
	}
	assert_int_equal(bitmap_next(&bitmap, at), BITMAP_END);
	bitmap_clear(&bitmap);
}

static void all_below_means_below(void **unused)
{
	static const uint32_t ends[] = { 0, 1, 63, 64, 65, 128, 1000 };

	(void)unused;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct bitmap bitmap = { 0 };

		bitmap_add(&bitmap, 5);
		bitmap_add(&bitmap, 2000);
		bitmap_add_below(&bitmap, ends[i]);
		for (uint32_t n = 0; n < 2100; n++)
			assert_int_equal(bitmap_has(&bitmap, n), n < ends[i] || n == 5 || n == 2000);
		assert_int_equal(bitmap.count, ends[i] + 1 + (ends[i] <= 5));
		bitmap_clear(&bitmap);
	}
}

static void empty_keeps_its_memory(void **unused)
{
	struct bitmap bitmap = { 0 };

	(void)unused;
	bitmap_add(&bitmap, 5000);
	const uint64_t *words = bitmap.words;
	bitmap_empty(&bitmap);
	assert_int_equal(bitmap.count, 0);
	assert_false(bitmap_has(&bitmap, 5000));
	assert_ptr_equal(bitmap.words, words);
	bitmap_clear(&bitmap);
	assert_null(bitmap.words);
}

static uint32_t roll(uint64_t *seed, uint32_t sides)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % sides;
}

static void it_does_what_an_array_of_bools_does(void **unused)
{
	struct bitmap bitmap = { 0 }, other = { 0 };
	bool model[3000] = { false };
	uint64_t seed = 1;

	(void)unused;
	for (int i = 0; i < 20000; i++) {
		uint32_t n = roll(&seed, 3000);

		switch (roll(&seed, 3)) {
		case 0:
			assert_int_equal(bitmap_add(&bitmap, n), !model[n]);
			model[n] = true;
			break;
		case 1:
			assert_int_equal(bitmap_remove(&bitmap, n), model[n]);
			model[n] = false;
			break;
		case 2:
			while (n < 3000 && !model[n])
				n++;
			assert_int_equal(bitmap_next(&bitmap, n), n < 3000 ? n : BITMAP_END);
			break;
		}
	}
	bitmap_add(&other, 17);
	bitmap_add(&other, 2999);
	bitmap_add_all(&bitmap, &other);
	model[17] = model[2999] = true;
	uint32_t count = 0;
	for (uint32_t n = 0; n < 3000; n++) {
		assert_int_equal(bitmap_has(&bitmap, n), model[n]);
		count += model[n];
	}
	assert_int_equal(bitmap.count, count);
	bitmap_clear(&bitmap);
	bitmap_clear(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_never_added_is_not_in_it),
		cmocka_unit_test(adding_and_removing_say_whether_something_changed),
		cmocka_unit_test(walk_goes_over_word_boundaries),
		cmocka_unit_test(all_below_means_below),
		cmocka_unit_test(empty_keeps_its_memory),
		cmocka_unit_test(it_does_what_an_array_of_bools_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
