#include "bgpd/base/bytes.h"

#include <string.h>

struct reader reader_of(const void *bytes, size_t length)
{
	static const uint8_t nothing[1];
	const uint8_t *start = bytes ? bytes : nothing;

	return (struct reader){ .next = start, .end = start + (bytes ? length : 0) };
}

struct reader reader_of_span(struct span span)
{
	return reader_of(span.bytes, span.length);
}

/* The next `length` bytes, or NULL.  After the first failure nothing is read any more, else a
 * shorter field behind the missing one would be taken from the wrong place. */
static const uint8_t *take(struct reader *reader, size_t length)
{
	const uint8_t *taken = reader->next;

	if (length > read_left(reader)) {
		reader->truncated = true;
		reader->next = reader->end;
		return NULL;
	}
	reader->next += length;
	return taken;
}

uint8_t read_u8(struct reader *reader)
{
	const uint8_t *b = take(reader, 1);

	return b ? b[0] : 0;
}

uint16_t read_u16(struct reader *reader)
{
	const uint8_t *b = take(reader, 2);

	return (uint16_t)(b ? b[0] << 8 | b[1] : 0);
}

uint32_t read_u32(struct reader *reader)
{
	const uint8_t *b = take(reader, 4);

	return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}

void read_bytes(struct reader *reader, void *to, size_t length)
{
	const uint8_t *b = take(reader, length);

	if (length == 0)
		return;
	if (b)
		memcpy(to, b, length);
	else
		memset(to, 0, length);
}

struct reader read_slice(struct reader *reader, size_t length)
{
	const uint8_t *b = take(reader, length);

	return (struct reader){
		.next = b ? b : reader->end,
		.end = b ? b + length : reader->end,
		.truncated = reader->truncated,
	};
}

struct span read_span(struct reader *reader, size_t length)
{
	const uint8_t *b = take(reader, length);

	return (struct span){ .bytes = b ? b : reader->end, .length = b ? length : 0 };
}

size_t read_left(const struct reader *reader)
{
	return (size_t)(reader->end - reader->next);
}

bool read_all(const struct reader *reader)
{
	return !reader->truncated && reader->next == reader->end;
}

struct writer writer_of(void *bytes, size_t size)
{
	uint8_t *start = bytes;

	return (struct writer){ .start = start, .next = start, .end = start + size };
}

uint8_t *write_reserve(struct writer *writer, size_t length)
{
	uint8_t *reserved = writer->next;

	if (writer->full || length > write_left(writer)) {
		writer->full = true;
		return NULL;
	}
	writer->next += length;
	return reserved;
}

void write_u8(struct writer *writer, uint8_t value)
{
	uint8_t *b = write_reserve(writer, 1);

	if (b)
		b[0] = value;
}

void write_u16(struct writer *writer, uint16_t value)
{
	uint8_t *b = write_reserve(writer, 2);

	if (!b)
		return;
	b[0] = (uint8_t)(value >> 8);
	b[1] = (uint8_t)value;
}

void write_u32(struct writer *writer, uint32_t value)
{
	uint8_t *b = write_reserve(writer, 4);

	if (!b)
		return;
	b[0] = (uint8_t)(value >> 24);
	b[1] = (uint8_t)(value >> 16);
	b[2] = (uint8_t)(value >> 8);
	b[3] = (uint8_t)value;
}

void write_bytes(struct writer *writer, const void *bytes, size_t length)
{
	uint8_t *b = write_reserve(writer, length);

	if (b && length)
		memcpy(b, bytes, length);
}

void write_span(struct writer *writer, struct span span)
{
	write_bytes(writer, span.bytes, span.length);
}

size_t write_length(const struct writer *writer)
{
	return (size_t)(writer->next - writer->start);
}

size_t write_left(const struct writer *writer)
{
	return (size_t)(writer->end - writer->next);
}

void write_close_u8(struct writer *writer, uint8_t *field)
{
	if (!field)
		return;
	size_t length = (size_t)(writer->next - field) - 1;

	if (length > UINT8_MAX)
		writer->full = true;
	field[0] = (uint8_t)length;
}

void write_close_u16(struct writer *writer, uint8_t *field)
{
	if (!field)
		return;
	size_t length = (size_t)(writer->next - field) - 2;

	if (length > UINT16_MAX)
		writer->full = true;
	field[0] = (uint8_t)(length >> 8);
	field[1] = (uint8_t)length;
}
