#include "tests/conformance/assemble.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MARKER 16

struct source {
	const char *whole, *next;
	struct octets *to;
};

static void assemble_until(struct source *source, char end);

_Noreturn static void fail(const struct source *source, const char *why)
{
	fprintf(stderr, "conform: %s at \"%.30s\" in \"%s\"\n", why, source->next, source->whole);
	exit(2);
}

static void put(struct source *source, unsigned int octet)
{
	if (source->to->length == ASSEMBLE_MAX)
		fail(source, "too long");
	source->to->bytes[source->to->length++] = (uint8_t)octet;
}

static unsigned int hex_digit(struct source *source)
{
	const char digits[] = "0123456789abcdef";
	const char *at = *source->next ? strchr(digits, tolower((unsigned char)*source->next)) : NULL;

	if (!at)
		fail(source, "not a hex digit");
	source->next++;
	return (unsigned int)(at - digits);
}

static void put_octet(struct source *source)
{
	unsigned int high = hex_digit(source);

	put(source, high << 4 | hex_digit(source));
}

static void set_length(struct source *source, size_t field, size_t size, size_t length)
{
	if (length >> 8 * size)
		fail(source, "too long for its length field");
	for (size_t i = 0; i < size; i++)
		source->to->bytes[field + i] = (uint8_t)(length >> 8 * (size - 1 - i));
}

static void put_counted(struct source *source, size_t size, char end)
{
	size_t field = source->to->length;

	for (size_t i = 0; i < size; i++)
		put(source, 0);
	assemble_until(source, end);
	set_length(source, field, size, source->to->length - field - size);
}

static void put_message(struct source *source)
{
	size_t start = source->to->length;

	for (int i = 0; i < MESSAGE_MARKER; i++)
		put(source, 0xff);
	put(source, 0);
	put(source, 0);
	put_octet(source);
	assemble_until(source, ';');
	set_length(source, start + MESSAGE_MARKER, 2, source->to->length - start);
}

static void put_repeated(struct source *source)
{
	size_t start = source->to->length, length;
	char *end;

	assemble_until(source, '}');
	if (*source->next != '*')
		fail(source, "no * behind }");
	length = source->to->length - start;
	for (long times = strtol(source->next + 1, &end, 10); times > 1; times--)
		for (size_t i = 0; i < length; i++)
			put(source, source->to->bytes[start + i]);
	source->next = end;
}

/* Up to this character, which is used up, or the end of the text. */
static void assemble_until(struct source *source, char end)
{
	while (*source->next != end) {
		char c = *source->next;

		if (c == ' ' || c == '(' || c == '<' || c == '{' || c == '!')
			source->next++;
		switch (c) {
		case ' ': break;
		case '(': put_counted(source, 2, ')'); break;
		case '<': put_counted(source, 1, '>'); break;
		case '{': put_repeated(source); break;
		case '!': put_message(source); break;
		default: put_octet(source);
		}
	}
	if (end)
		source->next++;
}

void assemble(const char *text, struct octets *to)
{
	struct source source = { text, text, to };

	to->length = 0;
	assemble_until(&source, '\0');
}
