#include "policy/path_pattern.h"

#include <string.h>

#include "bgpd/wire/as_path.h"

#define SPACES " \t_"
#define DIGITS "0123456789"
#define RANGES_MAX 64           /* in one pair of brackets */

struct parsing {
	const char *next;
	struct arena *arena;
	struct path_element *elements;  /* room for one more than may be used */
	size_t count;
	const char *why;                /* NULL until something is wrong */
};

static bool refuse(struct parsing *parsing, const char *why)
{
	parsing->why = why;
	return false;
}

static bool skip(struct parsing *parsing, char letter)
{
	bool is_there = *parsing->next == letter;

	parsing->next += is_there;
	return is_there;
}

static void skip_spaces(struct parsing *parsing, const char *spaces)
{
	parsing->next += strspn(parsing->next, spaces);
}

static bool parse_as(struct parsing *parsing, uint32_t *as)
{
	size_t digits = strspn(parsing->next, DIGITS);
	uint64_t value = 0;

	for (size_t i = 0; i < digits && value <= UINT32_MAX; i++)
		value = value * 10 + (uint64_t)(parsing->next[i] - '0');
	if (digits == 0 || value > UINT32_MAX)
		return refuse(parsing, "an AS number is a whole number up to 4294967295");
	parsing->next += digits;
	*as = (uint32_t)value;
	return true;
}

static bool parse_range(struct parsing *parsing, struct as_range *range)
{
	if (!parse_as(parsing, &range->first))
		return false;
	range->last = range->first;
	if (skip(parsing, '-') && !parse_as(parsing, &range->last))
		return false;
	return range->first <= range->last ||
	       refuse(parsing, "a range of AS numbers begins with the smaller one");
}

static bool parse_brackets(struct parsing *parsing, struct as_range ranges[RANGES_MAX],
			   uint16_t *count)
{
	*count = 0;
	for (skip_spaces(parsing, SPACES ","); !skip(parsing, ']');
	     skip_spaces(parsing, SPACES ",")) {
		if (!*parsing->next)
			return refuse(parsing, "[ needs a ] behind the last AS number");
		if (*count == RANGES_MAX)
			return refuse(parsing, "at most 64 AS numbers and ranges may stand in [ ]");
		if (!parse_range(parsing, &ranges[(*count)++]))
			return false;
	}
	return *count > 0 || refuse(parsing, "[ ] must name at least one AS number");
}

static bool parse_ases(struct parsing *parsing, struct path_element *element)
{
	struct as_range ranges[RANGES_MAX];
	uint16_t count = 1;

	if (skip(parsing, '.'))
		return true;
	if (strchr("(|", *parsing->next))
		return refuse(parsing, "one of several AS is written like [65001 65002]");
	if (skip(parsing, '[') ? !parse_brackets(parsing, ranges, &count)
			       : !parse_range(parsing, &ranges[0]))
		return false;
	struct as_range *kept = arena_alloc(parsing->arena, count * sizeof(*kept));

	memcpy(kept, ranges, count * sizeof(*kept));
	element->ranges = kept;
	element->range_count = count;
	return true;
}

static void parse_repetition(struct parsing *parsing, struct path_element element)
{
	struct path_element *to = &parsing->elements[parsing->count];

	if (skip(parsing, '+')) {       /* once, and then any number of times */
		*to++ = element;
		parsing->count++;
		element.may_be_absent = element.may_repeat = true;
	} else if (skip(parsing, '*')) {
		element.may_be_absent = element.may_repeat = true;
	} else if (skip(parsing, '?')) {
		element.may_be_absent = true;
	}
	*to = element;
	parsing->count++;
}

/* What touches must be apart: "1.10" would be read as 1, any AS, 10, and meant AS 65546. */
static bool is_apart(struct parsing *parsing)
{
	return !*parsing->next || strchr(SPACES "$", *parsing->next) ||
	       refuse(parsing, "AS numbers need a space between them, in their plain form like 65546; "
			       "only *, + or ? may follow one at once, and ^ and $ stand at the ends");
}

static bool parse_elements(struct parsing *parsing)
{
	for (skip_spaces(parsing, SPACES); *parsing->next && *parsing->next != '$';
	     skip_spaces(parsing, SPACES)) {
		struct path_element element = { 0 };

		if (parsing->count + 2 > PATH_PATTERN_PLACES)
			return refuse(parsing, "the pattern is too long: use at most 62 AS numbers");
		if (!parse_ases(parsing, &element))
			return false;
		parse_repetition(parsing, element);
		if (!is_apart(parsing))
			return false;
	}
	return true;
}

bool path_pattern_parse(const char *text, struct arena *arena, struct path_pattern *pattern,
			const char **why)
{
	struct path_element elements[PATH_PATTERN_PLACES];
	struct parsing parsing = { .next = text, .arena = arena, .elements = elements };

	*pattern = (struct path_pattern){ 0 };
	skip_spaces(&parsing, SPACES);
	if (!*parsing.next)
		refuse(&parsing, "an empty pattern matches nothing in particular: use \".*\" for any path "
				 "and \"^$\" for the empty one");
	pattern->from_start = skip(&parsing, '^');
	if (!parsing.why && parse_elements(&parsing)) {
		pattern->to_end = skip(&parsing, '$');
		skip_spaces(&parsing, SPACES);
		if (*parsing.next)
			refuse(&parsing, "nothing may follow $");
	}
	*why = parsing.why;
	if (parsing.why)
		return false;
	struct path_element *kept = arena_alloc(arena, parsing.count * sizeof(*kept));

	if (parsing.count)
		memcpy(kept, elements, parsing.count * sizeof(*kept));
	pattern->elements = kept;
	pattern->count = (uint16_t)parsing.count;
	return true;
}

/* ---- matching ---- */

/* In a set of places bit i says that the path so far leads to before element i, bit count that it
 * matches. */
#define PLACE(index) ((uint64_t)1 << (index))

static bool names(const struct path_element *element, uint32_t as)
{
	for (size_t i = 0; i < element->range_count; i++)
		if (as >= element->ranges[i].first && as <= element->ranges[i].last)
			return true;
	return element->range_count == 0;
}

static bool takes(const struct path_element *element, const struct as_path_hop *hop)
{
	for (unsigned int i = 0; i < hop->count; i++)
		if (names(element, as_path_hop_as(hop, i)))
			return true;
	return false;
}

/* What may be absent can be passed over, one behind the other. */
static uint64_t pass_over(const struct path_pattern *pattern, uint64_t places)
{
	for (unsigned int i = 0; i < pattern->count; i++)
		if (places & PLACE(i) && pattern->elements[i].may_be_absent)
			places |= PLACE(i + 1);
	return places;
}

static uint64_t step(const struct path_pattern *pattern, uint64_t from,
		     const struct as_path_hop *hop)
{
	uint64_t to = pattern->from_start ? 0 : PLACE(0);

	for (unsigned int i = 0; i < pattern->count; i++) {
		const struct path_element *element = &pattern->elements[i];

		if (from & PLACE(i) && takes(element, hop))
			to |= element->may_repeat ? PLACE(i) : PLACE(i + 1);
	}
	return pass_over(pattern, to);
}

bool path_pattern_matches(const struct path_pattern *pattern, struct span path)
{
	struct as_path_walk walk = as_path_walk(path);
	uint64_t places = pass_over(pattern, PLACE(0)), end = PLACE(pattern->count);
	struct as_path_hop hop;

	while (places && !(places & end && !pattern->to_end) && as_path_next(&walk, &hop))
		places = step(pattern, places, &hop);
	return places & end;
}
