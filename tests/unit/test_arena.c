#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/arena.h"

static int set_up(void **state)
{
	static struct arena arena;

	arena_init(&arena);
	*state = &arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_clear(*state);
	return 0;
}

static void blocks_are_zeroed_and_aligned_and_do_not_overlap(void **state)
{
	unsigned char *blocks[100];

	for (size_t i = 0; i < 100; i++) {
		blocks[i] = arena_alloc(*state, i + 1);
		assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
		for (size_t j = 0; j <= i; j++)
			assert_int_equal(blocks[i][j], 0);
		memset(blocks[i], (int)i + 1, i + 1);
	}
	for (size_t i = 0; i < 100; i++)
		for (size_t j = 0; j <= i; j++)
			assert_int_equal(blocks[i][j], i + 1);
}

static void a_block_may_be_larger_than_a_chunk(void **state)
{
	char *small = arena_strdup(*state, "small");
	char *large = arena_alloc(*state, 1000000);

	large[999999] = 'x';
	assert_string_equal(small, "small");
	assert_string_equal(arena_strdup(*state, "after"), "after");
}

static void memory_is_used_again_after_a_reset_and_zeroed_again(void **state)
{
	char *before = arena_alloc(*state, 64);

	memset(before, 'x', 64);
	arena_alloc(*state, 1000000);
	arena_reset(*state);
	char *after = arena_alloc(*state, 64);

	assert_ptr_equal(before, after);
	assert_int_equal(after[0] | after[63], 0);
}

static void an_empty_arena_may_be_reset(void **state)
{
	arena_reset(*state);
	assert_non_null(arena_alloc(*state, 0));
}

static void text_is_printed_at_its_own_length(void **state)
{
	assert_string_equal(arena_printf(*state, "%s-%d", "tun", 1), "tun-1");
	assert_int_equal(strlen(arena_printf(*state, "%5000s", "")), 5000);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(blocks_are_zeroed_and_aligned_and_do_not_overlap),
		test(a_block_may_be_larger_than_a_chunk),
		test(memory_is_used_again_after_a_reset_and_zeroed_again),
		test(an_empty_arena_may_be_reset),
		test(text_is_printed_at_its_own_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
