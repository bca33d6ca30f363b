/* policy/path_pattern.h - Patterns for AS paths, as in "^64512 .* 65001$".
 *
 * Like a regular expression whose letters are AS numbers:
 *
 *     64512           this AS                 ^  the path begins here (the neighbor's AS)
 *     64512-65534     one of a range          $  the path ends here (the AS that originated it)
 *     [65001 65100-65200]  one of several     _  the same as a space
 *     .               any AS
 *
 * Each but ^ and $ may be followed by * (any number of times, also none), + (at least once) or
 * ? (once or not at all).  Without ^ and $ the pattern may match anywhere in the path; "^$" matches
 * the empty one.  A set in a path is one hop, and matches when one of its members does.
 *
 * Matching takes one step for each hop of the path, with all places of the pattern in one word: its
 * time grows with the length of the path and never with what the pattern might mean. */
#ifndef POLICY_PATH_PATTERN_H
#define POLICY_PATH_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/arena.h"
#include "bgpd/base/bytes.h"

#define PATH_PATTERN_PLACES 63  /* elements of a pattern at most; one with + is two */

struct as_range {
	uint32_t first, last;
};

struct path_element {
	const struct as_range *ranges;  /* none: any AS */
	uint16_t range_count;
	bool may_be_absent, may_repeat;
};

struct path_pattern {
	const struct path_element *elements;
	uint16_t count;
	bool from_start, to_end;
};

/* What it points at lies in the arena.  On failure *why is a static text that says what is wrong and
 * what would be right. */
bool path_pattern_parse(const char *text, struct arena *arena, struct path_pattern *pattern,
			const char **why);
bool path_pattern_matches(const struct path_pattern *pattern, struct span path);

#endif
