/* bgpd/base/pool.h - Many objects of one size, without a header for each.
 *
 * Freed objects are used again; memory goes back to the system only with pool_clear.  For what exists
 * once for each prefix or path, where malloc's own 8 to 16 bytes would be a third of the object. */
#ifndef BGPD_BASE_POOL_H
#define BGPD_BASE_POOL_H

#include <stddef.h>

struct pool_chunk;
struct pool_free;

struct pool {
	size_t size;                    /* of one object, a multiple of 8 */
	struct pool_chunk *chunks;
	struct pool_free *free;
	char *next, *end;               /* of the newest chunk */
	size_t used, bytes;             /* objects alive; memory held in all */
};

void pool_init(struct pool *pool, size_t size);
void pool_clear(struct pool *pool);
void *pool_alloc(struct pool *pool);            /* not zeroed */
void pool_release(struct pool *pool, void *object);

#endif
