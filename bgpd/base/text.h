/* bgpd/base/text.h - Text put together in a buffer of fixed size.
 *
 * A piece that does not fit is left out whole, with all that follows, and "..." stands at the end:
 * half a number would be read as another number. */
#ifndef BGPD_BASE_TEXT_H
#define BGPD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *start;
	size_t size, length;
	bool cut;
};

struct text text_of(char *buffer, size_t size);         /* starts empty */
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
