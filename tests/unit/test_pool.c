#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/pool.h"

static void objects_do_not_overlap(void **unused)
{
	struct pool pool;
	unsigned char *objects[5000];

	(void)unused;
	pool_init(&pool, 24);
	for (size_t i = 0; i < 5000; i++) {
		objects[i] = pool_alloc(&pool);
		assert_int_equal((uintptr_t)objects[i] % 8, 0);
		memset(objects[i], (int)(i % 251), 24);
	}
	for (size_t i = 0; i < 5000; i++)
		for (size_t b = 0; b < 24; b++)
			assert_int_equal(objects[i][b], i % 251);
	assert_int_equal(pool.used, 5000);
	pool_clear(&pool);
}

static void released_object_is_the_next_one_given(void **unused)
{
	struct pool pool;

	(void)unused;
	pool_init(&pool, 16);
	void *first = pool_alloc(&pool), *second = pool_alloc(&pool);
	pool_release(&pool, first);
	pool_release(&pool, second);
	assert_ptr_equal(pool_alloc(&pool), second);
	assert_ptr_equal(pool_alloc(&pool), first);
	pool_clear(&pool);
}

static void come_and_go_needs_no_more_memory(void **unused)
{
	struct pool pool;
	void *objects[1000];

	(void)unused;
	pool_init(&pool, 40);
	for (size_t i = 0; i < 1000; i++)
		objects[i] = pool_alloc(&pool);
	size_t bytes = pool.bytes;
	for (int round = 0; round < 100; round++) {
		for (size_t i = 0; i < 1000; i++)
			pool_release(&pool, objects[i]);
		for (size_t i = 0; i < 1000; i++)
			objects[i] = pool_alloc(&pool);
	}
	assert_int_equal(pool.bytes, bytes);
	assert_int_equal(pool.used, 1000);
	pool_clear(&pool);
}

static void size_is_rounded_up_so_that_pointers_fit(void **unused)
{
	struct pool pool;

	(void)unused;
	pool_init(&pool, 1);
	assert_int_equal(pool.size, 8);
	pool_release(&pool, pool_alloc(&pool));
	pool_clear(&pool);
}

static void few_objects_take_little_and_a_cleared_pool_nothing(void **unused)
{
	struct pool pool;

	(void)unused;
	pool_init(&pool, 24);
	assert_int_equal(pool.bytes, 0);
	pool_alloc(&pool);
	assert_true(pool.bytes < 5000);
	pool_clear(&pool);
	assert_int_equal(pool.bytes, 0);
	assert_int_equal(pool.used, 0);
	pool_alloc(&pool);              /* a cleared pool can be used again */
	pool_clear(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_do_not_overlap),
		cmocka_unit_test(released_object_is_the_next_one_given),
		cmocka_unit_test(come_and_go_needs_no_more_memory),
		cmocka_unit_test(size_is_rounded_up_so_that_pointers_fit),
		cmocka_unit_test(few_objects_take_little_and_a_cleared_pool_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
