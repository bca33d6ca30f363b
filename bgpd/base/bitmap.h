/* bgpd/base/bitmap.h - A set of small numbers: one bit for each prefix, in the order of their ids.
 *
 * Grows with the largest number that was ever in it; what was never set is not in it. */
#ifndef BGPD_BASE_BITMAP_H
#define BGPD_BASE_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bitmap {
	uint64_t *words;
	uint32_t word_count;
	uint32_t count;                 /* how many are in the set */
};

#define BITMAP_END UINT32_MAX

void bitmap_init(struct bitmap *bitmap);
void bitmap_clear(struct bitmap *bitmap);       /* frees; an empty set afterwards */
void bitmap_empty(struct bitmap *bitmap);       /* keeps its memory */
bool bitmap_add(struct bitmap *bitmap, uint32_t number);        /* true: was not in it */
bool bitmap_remove(struct bitmap *bitmap, uint32_t number);     /* true: was in it */
bool bitmap_has(const struct bitmap *bitmap, uint32_t number);
void bitmap_add_below(struct bitmap *bitmap, uint32_t end);     /* 0 .. end-1 */
void bitmap_add_all(struct bitmap *bitmap, const struct bitmap *others);
uint32_t bitmap_next(const struct bitmap *bitmap, uint32_t from);      /* >= from; BITMAP_END */

#endif
