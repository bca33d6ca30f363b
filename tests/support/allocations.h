/* tests/support/allocations.h - Counts allocations, for code that promises to make none. */
#ifndef TESTS_SUPPORT_ALLOCATIONS_H
#define TESTS_SUPPORT_ALLOCATIONS_H

#include <stddef.h>

size_t allocations(void);               /* so far, in the whole program */

#endif
