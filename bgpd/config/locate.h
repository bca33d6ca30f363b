/* bgpd/config/locate.h - Path of a key -> line and column, which json-c does not keep.
 *
 * Follows the text of a JSON file by the same lenient rules as json-c (comments, single quotes,
 * trailing commas) and remembers where each value begins.  It borrows the text. */
#ifndef BGPD_CONFIG_LOCATE_H
#define BGPD_CONFIG_LOCATE_H

#include <stdbool.h>
#include <stddef.h>

struct place {
	unsigned int line, column;      /* from 1; a column is a character of UTF-8 */
};

struct spot {
	struct place key;               /* of the key; in a list, of the value */
	struct place value;
	const char *text;               /* the value as it is written */
	size_t length;
};

struct locate;

struct locate *locate_new(const char *text, size_t length);
void locate_free(struct locate *locate);                /* NULL is fine */

/* "groups[0].hold_time"; what does not exist gets the spot of the innermost parent that does. */
const struct spot *locate_path(const struct locate *locate, const char *path);
/* A key, which may be any text, in the object at path; NULL: not there as it is spelled. */
const struct spot *locate_key(const struct locate *locate, const char *path, const char *key);

/* True when the text goes on behind the first value, or cannot be followed from there on. */
bool locate_stopped(const struct locate *locate, struct place *where);

/* Keys that json-c would take without a word: the second of two that are equal, and one written
 * with escapes, which could hide that it is equal to another. */
enum locate_flaw { FLAW_DUPLICATE, FLAW_ESCAPED };
typedef void locate_visit(void *arg, enum locate_flaw flaw, const char *path, struct place key);
void locate_flaws(const struct locate *locate, locate_visit *visit, void *arg);

/* The place of a byte of the text. */
struct place locate_offset(const char *text, size_t offset);

#endif
