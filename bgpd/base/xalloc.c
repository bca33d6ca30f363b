#include "bgpd/base/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_die(void *block)
{
	if (!block) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return block;
}

/* malloc(0) may return NULL, which must not look like a failure. */
static size_t at_least_one(size_t size)
{
	return size ? size : 1;
}

void *xmalloc(size_t size)
{
	return or_die(malloc(at_least_one(size)));
}

void *xcalloc(size_t count, size_t size)
{
	return or_die(calloc(at_least_one(count), at_least_one(size)));
}

void *xrealloc(void *old, size_t size)
{
	return or_die(realloc(old, at_least_one(size)));
}

char *xstrdup(const char *text)
{
	return or_die(strdup(text));
}

char *xasprintf(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	int length = vasprintf(&text, format, args);
	va_end(args);
	return or_die(length < 0 ? NULL : text);
}
