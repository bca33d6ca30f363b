#include "tests/support/allocations.h"

#ifdef __has_feature
#define HAS_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#else
#define HAS_ASAN 0
#endif

static size_t count;

#if HAS_ASAN

/* sanitizer/allocator_interface.h, which not every gcc brings along. */
int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void *, size_t),
					      void (*freed)(const volatile void *));

static void allocated(const volatile void *memory, size_t size)
{
	(void)memory, (void)size;
	count++;
}

static void freed(const volatile void *memory)
{
	(void)memory;
}

static void __attribute__((constructor)) watch(void)
{
	__sanitizer_install_malloc_and_free_hooks(allocated, freed);
}

#else

#include <stdlib.h>

/* glibc's own names for what stands behind malloc. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t members, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
	count++;
	return __libc_malloc(size);
}

void *calloc(size_t members, size_t size)
{
	count++;
	return __libc_calloc(members, size);
}

void *realloc(void *memory, size_t size)
{
	count++;
	return __libc_realloc(memory, size);
}

#endif

size_t allocations(void)
{
	return count;
}
