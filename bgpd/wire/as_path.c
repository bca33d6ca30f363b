#include "bgpd/wire/as_path.h"

#include <string.h>

#include "bgpd/base/text.h"

#define SEGMENT_HEAD 2          /* type, count */
#define SEGMENT_MAX  255        /* ASes in one */

struct segment {
	uint8_t type, count;
	const uint8_t *ases;            /* 4 octets each */
	struct span whole;
};

/* The next segment of a valid 4-octet path; false at the end. */
static bool next_segment(struct reader *path, struct segment *segment)
{
	const uint8_t *start = path->next;

	if (!read_left(path))
		return false;
	segment->type = read_u8(path);
	segment->count = read_u8(path);
	segment->ases = read_span(path, segment->count * 4u).bytes;
	segment->whole = (struct span){ start, (size_t)(path->next - start) };
	return !path->truncated;
}

static uint32_t as_at(const struct segment *segment, unsigned int index)
{
	struct reader as = reader_of(segment->ases + index * 4, 4);

	return read_u32(&as);
}

bool as_path_valid(struct span path, unsigned int as_size)
{
	struct reader reader = reader_of_span(path);

	while (read_left(&reader)) {
		unsigned int type = read_u8(&reader), count = read_u8(&reader);

		if ((type != AS_SET && type != AS_SEQUENCE) || count == 0)
			return false;
		if (count * as_size > read_left(&reader))
			return false;
		while (count--)
			if ((as_size == 2 ? read_u16(&reader) : read_u32(&reader)) == 0)
				return false;
	}
	return !reader.truncated;
}

struct span as_path_widen(struct span path2, struct arena *arena)
{
	/* {2, n, n x 2} becomes {2, n, n x 4}: less than twice as long. */
	uint8_t *bytes = arena_alloc(arena, path2.length * 2);
	struct writer to = writer_of(bytes, path2.length * 2);
	struct reader from = reader_of_span(path2);

	while (read_left(&from)) {
		unsigned int type = read_u8(&from), count = read_u8(&from);

		write_u8(&to, (uint8_t)type);
		write_u8(&to, (uint8_t)count);
		while (count--)
			write_u32(&to, read_u16(&from));
	}
	return (struct span){ bytes, write_length(&to) };
}

struct span as_path_without_confed(struct span path, struct arena *arena)
{
	uint8_t *bytes = arena_alloc(arena, path.length);
	struct writer to = writer_of(bytes, path.length);
	struct reader reader = reader_of_span(path);
	struct segment segment;

	while (next_segment(&reader, &segment))
		if (segment.type != AS_CONFED_SEQUENCE && segment.type != AS_CONFED_SET)
			write_span(&to, segment.whole);
	return reader.truncated ? path : (struct span){ bytes, write_length(&to) };
}

static unsigned int segment_hops(const struct segment *segment)
{
	return segment->type == AS_SEQUENCE ? segment->count : segment->type == AS_SET;
}

/* Writes the first `hops` hops of the path; a set is one hop. */
static void write_leading(struct span path, unsigned int hops, struct writer *to)
{
	struct reader reader = reader_of_span(path);
	struct segment segment;

	while (hops && next_segment(&reader, &segment)) {
		unsigned int taken = segment_hops(&segment);

		if (taken <= hops) {
			write_span(to, segment.whole);
		} else {
			taken = hops;
			write_u8(to, segment.type);
			write_u8(to, (uint8_t)taken);
			write_bytes(to, segment.ases, taken * 4);
		}
		hops -= taken;
	}
}

/* RFC 6793 4.2.3: the old speakers between here and the one that wrote AS4_PATH prepended to
 * AS_PATH only; their ASes go before it. */
struct span as_path_merge(struct span path, struct span as4_path, struct arena *arena)
{
	unsigned int hops = as_path_hops(path), as4_hops = as_path_hops(as4_path);
	size_t size = path.length + as4_path.length;

	if (hops < as4_hops)
		return path;
	uint8_t *bytes = arena_alloc(arena, size);
	struct writer to = writer_of(bytes, size);

	write_leading(path, hops - as4_hops, &to);
	write_span(&to, as4_path);
	return (struct span){ bytes, write_length(&to) };
}

unsigned int as_path_hops(struct span path)
{
	struct reader reader = reader_of_span(path);
	struct segment segment;
	unsigned int hops = 0;

	while (next_segment(&reader, &segment))
		hops += segment_hops(&segment);
	return hops;
}

uint32_t as_path_first(struct span path)
{
	struct reader reader = reader_of_span(path);
	struct segment segment;

	if (!next_segment(&reader, &segment) || segment.type != AS_SEQUENCE || !segment.count)
		return 0;
	return as_at(&segment, 0);
}

uint32_t as_path_origin(struct span path)
{
	struct reader reader = reader_of_span(path);
	struct segment segment;
	uint32_t origin = 0;

	while (next_segment(&reader, &segment))
		if (segment.type == AS_SEQUENCE && segment.count)
			origin = as_at(&segment, segment.count - 1u);
	return origin;
}

unsigned int as_path_count(struct span path, uint32_t asn)
{
	struct reader reader = reader_of_span(path);
	struct segment segment;
	unsigned int count = 0;

	while (next_segment(&reader, &segment))
		for (unsigned int i = 0; i < segment.count; i++)
			count += as_at(&segment, i) == asn;
	return count;
}

struct as_path_walk as_path_walk(struct span path)
{
	return (struct as_path_walk){ .segments = reader_of_span(path) };
}

bool as_path_next(struct as_path_walk *walk, struct as_path_hop *hop)
{
	struct segment segment;

	while (!walk->left) {
		if (!next_segment(&walk->segments, &segment))
			return false;
		if (segment.type == AS_SET) {
			*hop = (struct as_path_hop){ segment.ases, segment.count };
			return true;
		}
		walk->ases = segment.ases;
		walk->left = segment.count;
	}
	*hop = (struct as_path_hop){ walk->ases, 1 };
	walk->ases += 4;
	walk->left--;
	return true;
}

uint32_t as_path_hop_as(const struct as_path_hop *hop, unsigned int index)
{
	struct reader as = reader_of(hop->ases + index * 4, 4);

	return read_u32(&as);
}

static void write_repeated(struct writer *to, uint32_t asn, unsigned int times)
{
	while (times--)
		write_u32(to, asn);
}

/* RFC 4271 5.1.2: into the first sequence as long as it has room, else before it in a new one. */
struct span as_path_prepend(struct span path, uint32_t asn, unsigned int times, struct arena *arena)
{
	struct reader rest = reader_of_span(path);
	struct segment first;

	if (times == 0)
		return path;
	if (times > SEGMENT_MAX)
		times = SEGMENT_MAX;
	bool joins = next_segment(&rest, &first) && first.type == AS_SEQUENCE &&
		     first.count + times <= SEGMENT_MAX;
	size_t size = SEGMENT_HEAD + times * 4 + path.length;
	uint8_t *bytes = arena_alloc(arena, size);
	struct writer to = writer_of(bytes, size);

	write_u8(&to, AS_SEQUENCE);
	write_u8(&to, (uint8_t)(joins ? first.count + times : times));
	write_repeated(&to, asn, times);
	if (joins)
		path = (struct span){ path.bytes + SEGMENT_HEAD, path.length - SEGMENT_HEAD };
	write_span(&to, path);
	return (struct span){ bytes, write_length(&to) };
}

const char *as_path_format(struct span path, char *text, size_t size)
{
	struct reader reader = reader_of_span(path);
	struct text to = text_of(text, size);
	struct segment segment;
	const char *space = "";

	while (!to.cut && next_segment(&reader, &segment)) {
		const char *open = segment.type == AS_SET ? "{" : "";

		for (unsigned int i = 0; i < segment.count; i++, space = " ", open = "")
			text_add(&to, "%s%s%u", space, open, as_at(&segment, i));
		if (segment.type == AS_SET)
			text_add(&to, "}");
	}
	return text;
}

bool as_path_write_narrow(struct span path, struct writer *to)
{
	struct reader reader = reader_of_span(path);
	struct segment segment;
	bool lossy = false;

	while (next_segment(&reader, &segment)) {
		write_u8(to, segment.type);
		write_u8(to, segment.count);
		for (unsigned int i = 0; i < segment.count; i++) {
			uint32_t asn = as_at(&segment, i);

			lossy |= asn > UINT16_MAX;
			write_u16(to, asn > UINT16_MAX ? AS_TRANS : (uint16_t)asn);
		}
	}
	return lossy;
}
