#include "bgpd/base/bitmap.h"

#include "bgpd/base/xalloc.h"

#include <stdlib.h>
#include <string.h>

void bitmap_init(struct bitmap *bitmap)
{
	*bitmap = (struct bitmap){ 0 };
}

void bitmap_clear(struct bitmap *bitmap)
{
	free(bitmap->words);
	bitmap_init(bitmap);
}

void bitmap_empty(struct bitmap *bitmap)
{
	if (bitmap->count)
		memset(bitmap->words, 0, bitmap->word_count * sizeof(*bitmap->words));
	bitmap->count = 0;
}

static void grow(struct bitmap *bitmap, uint32_t words)
{
	uint32_t size = bitmap->word_count ? bitmap->word_count : 4;

	while (size < words)
		size *= 2;
	if (size == bitmap->word_count)
		return;
	bitmap->words = xrealloc(bitmap->words, size * sizeof(*bitmap->words));
	memset(bitmap->words + bitmap->word_count, 0,
	       (size - bitmap->word_count) * sizeof(*bitmap->words));
	bitmap->word_count = size;
}

bool bitmap_add(struct bitmap *bitmap, uint32_t number)
{
	uint64_t bit = (uint64_t)1 << number % 64;

	if (number / 64 >= bitmap->word_count)
		grow(bitmap, number / 64 + 1);
	if (bitmap->words[number / 64] & bit)
		return false;
	bitmap->words[number / 64] |= bit;
	bitmap->count++;
	return true;
}

bool bitmap_remove(struct bitmap *bitmap, uint32_t number)
{
	if (!bitmap_has(bitmap, number))
		return false;
	bitmap->words[number / 64] &= ~((uint64_t)1 << number % 64);
	bitmap->count--;
	return true;
}

bool bitmap_has(const struct bitmap *bitmap, uint32_t number)
{
	return number / 64 < bitmap->word_count && bitmap->words[number / 64] >> number % 64 & 1;
}

static void fill_word(struct bitmap *bitmap, uint32_t index, uint64_t bits)
{
	uint64_t added = bits & ~bitmap->words[index];

	bitmap->words[index] |= bits;
	bitmap->count += (uint32_t)__builtin_popcountll(added);
}

void bitmap_add_below(struct bitmap *bitmap, uint32_t end)
{
	if (end)
		grow(bitmap, (end - 1) / 64 + 1);
	for (uint32_t index = 0; index < end / 64; index++)
		fill_word(bitmap, index, UINT64_MAX);
	if (end % 64)
		fill_word(bitmap, end / 64, ((uint64_t)1 << end % 64) - 1);
}

void bitmap_add_all(struct bitmap *bitmap, const struct bitmap *others)
{
	for (uint32_t number = bitmap_next(others, 0); number != BITMAP_END;
	     number = bitmap_next(others, number + 1))
		bitmap_add(bitmap, number);
}

uint32_t bitmap_next(const struct bitmap *bitmap, uint32_t from)
{
	uint32_t index = from / 64;

	if (!bitmap->count || index >= bitmap->word_count)
		return BITMAP_END;
	uint64_t word = bitmap->words[index] & UINT64_MAX << from % 64;
	while (!word) {
		if (++index == bitmap->word_count)
			return BITMAP_END;
		word = bitmap->words[index];
	}
	return index * 64 + (uint32_t)__builtin_ctzll(word);
}
