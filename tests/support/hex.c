#include "tests/support/hex.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENT     16
#define LONGEST  8192

static unsigned int digit(char c)
{
	assert_true(isxdigit((unsigned char)c));
	return (unsigned int)(isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10);
}

struct span hex(const char *dump)
{
	static uint8_t lent[LENT][LONGEST];
	static unsigned int turn;
	uint8_t *bytes = lent[turn++ % LENT];
	size_t digits = 0;

	for (; *dump; dump++) {
		if (*dump == ' ')
			continue;
		assert_true(digits / 2 < LONGEST);
		uint8_t *byte = &bytes[digits / 2];

		*byte = (uint8_t)((digits % 2 ? *byte * 16u : 0) + digit(*dump));
		digits++;
	}
	assert_int_equal(digits % 2, 0);
	return (struct span){ bytes, digits / 2 };
}

struct reader hex_reader(const char *dump)
{
	return reader_of_span(hex(dump));
}

void assert_hex(struct span bytes, const char *dump)
{
	struct span wanted = hex(dump);

	if (bytes.length != wanted.length)
		print_error("%zu bytes instead of %zu\n", bytes.length, wanted.length);
	assert_memory_equal(bytes.bytes, wanted.bytes,
			    bytes.length < wanted.length ? bytes.length : wanted.length);
	assert_int_equal(bytes.length, wanted.length);
}

struct span written(const struct writer *writer)
{
	return (struct span){ writer->start, write_length(writer) };
}
