#include "bgpd/wire/nlri.h"

#include <string.h>

static size_t bytes_for(unsigned int bits)
{
	return (bits + 7) / 8;
}

bool nlri_parse(struct reader from, enum family family, struct nlri *nlri)
{
	unsigned int max = family_bits(family);
	const uint8_t *at = from.next;

	*nlri = (struct nlri){ .family = family, .prefixes = from };
	while (at < from.end) {
		unsigned int length = *at++;

		if (length > max || bytes_for(length) > (size_t)(from.end - at))
			return false;
		at += bytes_for(length);
	}
	return !from.truncated;
}

bool nlri_next(struct nlri *nlri, struct prefix *prefix)
{
	const uint8_t *at = nlri->prefixes.next;

	if (at == nlri->prefixes.end)
		return false;
	unsigned int length = *at++;
	size_t size = bytes_for(length);

	*prefix = (struct prefix){ .family = (uint8_t)nlri->family, .length = (uint8_t)length };
	memcpy(prefix->bytes, at, size);
	if (length % 8)
		prefix->bytes[size - 1] &= (uint8_t)(0xff00 >> length % 8);
	nlri->prefixes.next = at + size;
	return true;
}

bool nlri_is_empty(const struct nlri *nlri)
{
	return read_left(&nlri->prefixes) == 0;
}

size_t nlri_build(const struct prefix *prefixes, size_t count, struct writer *to)
{
	uint8_t *at = to->next;
	size_t done;

	for (done = 0; done < count; done++) {
		size_t size = bytes_for(prefixes[done].length);

		if (size + 1 > (size_t)(to->end - at))
			break;
		*at++ = prefixes[done].length;
		memcpy(at, prefixes[done].bytes, size);
		at += size;
	}
	to->next = at;
	return done;
}
