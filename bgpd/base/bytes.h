/* bgpd/base/bytes.h - Bounds-checked reading and writing of network byte order.
 *
 * A reader borrows bytes.  A read past the end yields zero and marks the reader truncated for
 * good, so a parser reads every field first and asks once at the end.  A writer likewise drops
 * what does not fit and marks itself full: a builder writes all, then asks once. */
#ifndef BGPD_BASE_BYTES_H
#define BGPD_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run of bytes that somebody else owns. */
struct span {
	const uint8_t *bytes;
	size_t length;
};

struct reader {
	const uint8_t *next, *end;
	bool truncated;
};

struct reader reader_of(const void *bytes, size_t length);
struct reader reader_of_span(struct span span);
uint8_t read_u8(struct reader *reader);
uint16_t read_u16(struct reader *reader);
uint32_t read_u32(struct reader *reader);
void read_bytes(struct reader *reader, void *to, size_t length);        /* zeros where truncated */
struct reader read_slice(struct reader *reader, size_t length);         /* truncation is inherited */
struct span read_span(struct reader *reader, size_t length);            /* empty where truncated */
size_t read_left(const struct reader *reader);
bool read_all(const struct reader *reader);     /* nothing left and nothing was truncated */

struct writer {
	uint8_t *start, *next, *end;
	bool full;
};

struct writer writer_of(void *bytes, size_t size);
void write_u8(struct writer *writer, uint8_t value);
void write_u16(struct writer *writer, uint16_t value);
void write_u32(struct writer *writer, uint32_t value);
void write_bytes(struct writer *writer, const void *bytes, size_t length);
void write_span(struct writer *writer, struct span span);
size_t write_length(const struct writer *writer);       /* bytes written so far */
size_t write_left(const struct writer *writer);

/* A length field that is known only once what it counts is written: reserve it, write, close. */
uint8_t *write_reserve(struct writer *writer, size_t length);   /* NULL when full */
void write_close_u8(struct writer *writer, uint8_t *field);     /* bytes since the field */
void write_close_u16(struct writer *writer, uint8_t *field);

#endif
