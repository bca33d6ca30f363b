/* bgpd/base/arena.h - Memory that lives as long as the handling of one message, or one config.
 *
 * Blocks are handed out in order and freed all together.  arena_reset keeps the first chunk, so
 * that a parser which resets its arena for each message does not allocate at all. */
#ifndef BGPD_BASE_ARENA_H
#define BGPD_BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;     /* newest first */
};

void arena_init(struct arena *arena);
void arena_clear(struct arena *arena);                          /* frees everything */
void arena_reset(struct arena *arena);                          /* all blocks die, memory is kept */
void *arena_alloc(struct arena *arena, size_t size);            /* zeroed, aligned for any type */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
