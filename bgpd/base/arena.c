#include "bgpd/base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

#define CHUNK_SIZE  ((size_t)16 * 1024)
#define ALIGNMENT   _Alignof(max_align_t)

struct arena_chunk {
	struct arena_chunk *older;
	size_t size, used;
	_Alignas(max_align_t) unsigned char bytes[];
};

static struct arena_chunk *add_chunk(struct arena *arena, size_t at_least)
{
	size_t size = at_least > CHUNK_SIZE ? at_least : CHUNK_SIZE;
	struct arena_chunk *chunk = xmalloc(sizeof(*chunk) + size);

	chunk->older = arena->chunks;
	chunk->size = size;
	chunk->used = 0;
	arena->chunks = chunk;
	return chunk;
}

static struct arena_chunk *drop_newest(struct arena *arena)
{
	struct arena_chunk *newest = arena->chunks;

	arena->chunks = newest->older;
	free(newest);
	return arena->chunks;
}

void arena_init(struct arena *arena)
{
	arena->chunks = NULL;
}

void arena_clear(struct arena *arena)
{
	while (arena->chunks)
		drop_newest(arena);
}

void arena_reset(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	while (chunk && chunk->older)
		chunk = drop_newest(arena);
	if (chunk)
		chunk->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunks;
	size_t padded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

	if (!chunk || chunk->size - chunk->used < padded)
		chunk = add_chunk(arena, padded);
	void *block = chunk->bytes + chunk->used;

	chunk->used += padded;
	return memset(block, 0, size);
}

char *arena_strdup(struct arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_alloc(arena, size), text, size);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	size_t size = length < 0 ? 1 : (size_t)length + 1;
	char *text = arena_alloc(arena, size);

	vsnprintf(text, size, format, again);
	va_end(again);
	va_end(args);
	return text;
}
