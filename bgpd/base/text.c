#include "bgpd/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char ellipsis[] = "...";

struct text text_of(char *buffer, size_t size)
{
	if (size)
		buffer[0] = '\0';
	return (struct text){ .start = buffer, .size = size };
}

/* Room for the ellipsis is always kept, since the next piece may be the one that does not fit. */
static void cut(struct text *text)
{
	text->cut = true;
	if (text->length < text->size)
		snprintf(text->start + text->length, text->size - text->length, "%s", ellipsis);
}

void text_add(struct text *text, const char *format, ...)
{
	size_t left = text->size - text->length;
	va_list args;

	if (text->cut || !text->size)
		return;
	va_start(args, format);
	int length = vsnprintf(text->start + text->length, left, format, args);
	va_end(args);

	if (length < 0 || (size_t)length + sizeof(ellipsis) > left)
		cut(text);
	else
		text->length += (size_t)length;
}
