#include "bgpd/base/pool.h"

#include "bgpd/base/xalloc.h"

#include <stdlib.h>

#define CHUNK_BYTES ((size_t)256 * 1024)

struct pool_chunk {
	struct pool_chunk *older;
	char objects[];
};

struct pool_free {
	struct pool_free *next;
};

void pool_init(struct pool *pool, size_t size)
{
	*pool = (struct pool){ .size = (size + 7) / 8 * 8 };
}

void pool_clear(struct pool *pool)
{
	for (struct pool_chunk *chunk = pool->chunks, *older; chunk; chunk = older) {
		older = chunk->older;
		free(chunk);
	}
	pool_init(pool, pool->size);
}

/* The first chunk is small: most daemons hold a handful of routes. */
static void add_chunk(struct pool *pool)
{
	size_t bytes = pool->chunks ? CHUNK_BYTES : CHUNK_BYTES / 64;
	struct pool_chunk *chunk = xmalloc(sizeof(*chunk) + bytes);

	chunk->older = pool->chunks;
	pool->chunks = chunk;
	pool->next = chunk->objects;
	pool->end = chunk->objects + bytes / pool->size * pool->size;
	pool->bytes += sizeof(*chunk) + bytes;
}

void *pool_alloc(struct pool *pool)
{
	struct pool_free *object = pool->free;

	pool->used++;
	if (object) {
		pool->free = object->next;
		return object;
	}
	if (pool->next == pool->end)
		add_chunk(pool);
	pool->next += pool->size;
	return pool->next - pool->size;
}

void pool_release(struct pool *pool, void *object)
{
	struct pool_free *freed = object;

	freed->next = pool->free;
	pool->free = freed;
	pool->used--;
}
