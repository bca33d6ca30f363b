/* policy/community.h - Communities of all three kinds, as operators write them, and patterns of them.
 *
 *     RFC 1997        65010:100, 65010:*, *:100, no-export and the other well-known names
 *     RFC 8092        65010:1:2, 65010:*:2 (large)
 *     RFC 4360        rt:65010:100, soo:198.51.100.1:7, rt:65010:*, or 16 digits as in
 *                     0x030c000000000008 (extended)
 *
 * A pattern is the bytes of a community and a mask of those that count, so that one function matches
 * any kind. */
#ifndef POLICY_COMMUNITY_H
#define POLICY_COMMUNITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/arena.h"
#include "bgpd/wire/attrs.h"

enum community_kind { COMMUNITY_PLAIN, COMMUNITY_LARGE, COMMUNITY_EXTENDED, COMMUNITY_KINDS };

#define COMMUNITY_SIZE_MAX 12

struct community_pattern {
	const char *text;               /* as it is written: the caller's */
	uint8_t value[COMMUNITY_SIZE_MAX], mask[COMMUNITY_SIZE_MAX];
};

struct community_patterns {
	const struct community_pattern *patterns;
	size_t count;
};

/* On failure *why is a static text that says what would be right. */
bool community_parse(enum community_kind kind, const char *text, struct community_pattern *pattern,
		     const char **why);
/* No * in it: it can be added, too. */
bool community_is_whole(enum community_kind kind, const struct community_pattern *pattern);

/* Is one of these in the attributes? */
bool community_is_in(enum community_kind kind, const struct attrs *attrs,
		     const struct community_patterns *patterns);
/* Each once: what is there already is not added again. */
void community_add(enum community_kind kind, struct attrs *attrs,
		   const struct community_patterns *added, struct arena *arena);
void community_remove(enum community_kind kind, struct attrs *attrs,
		      const struct community_patterns *removed, struct arena *arena);

#endif
