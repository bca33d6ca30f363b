#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/as_path.h"
#include "policy/path_pattern.h"

/* "64512 {65001 65002} 65003" as a path: the other way round than as_path_format. */
static struct span path_of(const char *text, uint8_t *bytes, size_t size)
{
	struct writer to = writer_of(bytes, size);

	while (*text) {
		bool is_set = *text == '{';
		uint8_t count = 0;

		text += is_set;
		write_u8(&to, is_set ? AS_SET : AS_SEQUENCE);
		uint8_t *field = write_reserve(&to, 1);
		while (*text && *text != '}' && *text != '{') {
			char *end;

			write_u32(&to, (uint32_t)strtoul(text, &end, 10));
			count++;
			text = end + strspn(end, " ");
		}
		*field = count;
		text += *text == '}';
		text += strspn(text, " ");
	}
	assert_false(to.full);
	return (struct span){ bytes, write_length(&to) };
}

static const struct {
	const char *pattern, *path;
	bool matches;
} cases[] = {
	{ "64512", "64512", true },
	{ "64512", "1 64512 2", true },
	{ "64512", "1 2", false },
	{ "64512", "", false },
	{ "64512 65001", "1 64512 65001 2", true },
	{ "64512 65001", "64512 1 65001", false },
	{ "64512 64512", "1 64512 64512", true },
	{ "64512 65001", "64512 64512 65001", true },   /* the first try is not the right one */

	{ "^64512", "64512 1", true },
	{ "^64512", "1 64512", false },
	{ "65001$", "1 65001", true },
	{ "65001$", "65001 1", false },
	{ "^64512$", "64512", true },
	{ "^64512$", "64512 64512", false },
	{ "^$", "", true },
	{ "^$", "1", false },
	{ "$", "1 2", true },
	{ "^", "1 2", true },

	{ "^64512 .* 65001$", "64512 65001", true },
	{ "^64512 .* 65001$", "64512 1 2 3 65001", true },
	{ "^64512 .* 65001$", "64512 1 2 3", false },
	{ "^64512 .* 65001$", "64512 65001 3", false },
	{ ".*", "", true },
	{ "^.$", "7", true },
	{ "^.$", "7 8", false },
	{ "^. .$", "7 8", true },
	{ "^.+$", "", false },
	{ "^.+$", "1 2 3", true },
	{ "^64512+$", "64512 64512 64512", true },
	{ "^64512+$", "64512 1 64512", false },
	{ "^64512+ 65001?$", "64512 64512", true },
	{ "^64512+ 65001?$", "64512 64512 65001", true },
	{ "^64512+ 65001?$", "64512 65001 65001", false },
	{ "^1* 2* 3*$", "1 1 3", true },
	{ "^1* 2* 3*$", "3 1", false },

	{ "^64512-65534$", "64512", true },
	{ "^64512-65534$", "65534", true },
	{ "^64512-65534$", "65535", false },
	{ "^[65001 65100-65200]$", "65150", true },
	{ "^[65001,65100-65200]$", "65001", true },
	{ "^[65001 65100-65200]$", "65002", false },
	{ "^[65001 65002]+$", "65002 65001 65001", true },
	{ "4294967295$", "1 4294967295", true },

	{ "_65001_", "1 65001 2", true },
	{ "^65001_", "65001 2", true },
	{ "_65001$", "2 65001", true },

	/* A set is one hop. */
	{ "^64512 65002 65003$", "64512 {65001 65002} 65003", true },
	{ "^64512 65002 65003$", "64512 {65001} 65003", false },
	{ "^64512 . 65003$", "64512 {65001 65002} 65003", true },
};

static void patterns_match_as_their_words_say(void **unused)
{
	struct arena arena;
	uint8_t bytes[256];

	(void)unused;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct path_pattern pattern;
		const char *why;

		if (!path_pattern_parse(cases[i].pattern, &arena, &pattern, &why))
			fail_msg("%s: %s", cases[i].pattern, why);
		struct span path = path_of(cases[i].path, bytes, sizeof(bytes));
		if (path_pattern_matches(&pattern, path) != cases[i].matches)
			fail_msg("\"%s\" should %smatch \"%s\"", cases[i].pattern,
				 cases[i].matches ? "" : "not ", cases[i].path);
	}
	arena_clear(&arena);
}

static void what_is_no_pattern_is_refused_with_words(void **unused)
{
	static const struct { const char *pattern, *why; } wrong[] = {
		{ "", "empty" },
		{ "  ", "empty" },
		{ "{}", "whole number" },
		{ "4294967296", "4294967295" },
		{ "99999999999999999999", "4294967295" },
		{ "1.10", "space between" },
		{ "64512.*", "space between" },
		{ ".*65001", "space between" },
		{ "64512**", "space between" },
		{ "64512 ^65001", "whole number" },
		{ "64512$ 65001", "nothing may follow" },
		{ "65200-65100", "smaller" },
		{ "[65001 65002", "]" },
		{ "[]", "at least one" },
		{ "(65001|65002)", "[65001 65002]" },
		{ "*", "whole number" },
		{ "AS64512", "whole number" },
	};
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct path_pattern pattern;
		const char *why = "(none)";

		if (path_pattern_parse(wrong[i].pattern, &arena, &pattern, &why))
			fail_msg("\"%s\" was taken", wrong[i].pattern);
		if (!strstr(why, wrong[i].why))
			fail_msg("\"%s\": %s", wrong[i].pattern, why);
	}
	arena_clear(&arena);
}

static void a_pattern_has_at_most_as_many_places_as_a_word_has_bits(void **unused)
{
	char text[3 * 64 + 1] = "";
	struct path_pattern pattern;
	struct arena arena;
	const char *why;

	(void)unused;
	arena_init(&arena);
	for (int i = 0; i < 62; i++)
		strcat(text, "1 ");
	assert_true(path_pattern_parse(text, &arena, &pattern, &why));
	strcat(text, "1+");
	assert_false(path_pattern_parse(text, &arena, &pattern, &why));
	assert_non_null(strstr(why, "too long"));
	arena_clear(&arena);
}

/* A backtracking matcher would not come back from this. */
static void a_pattern_of_many_repetitions_takes_no_longer(void **unused)
{
	static uint8_t bytes[16 * 1024];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct path_pattern pattern;
	char text[256] = "^";
	struct arena arena;
	const char *why;

	(void)unused;
	arena_init(&arena);
	for (int segment = 0; segment < 15; segment++) {
		write_u8(&to, AS_SEQUENCE);
		write_u8(&to, 250);
		for (int i = 0; i < 250; i++)
			write_u32(&to, 1);
	}
	assert_false(to.full);
	for (int i = 0; i < 30; i++)
		strcat(text, "1* .* ");
	strcat(text, "2$");
	assert_true(path_pattern_parse(text, &arena, &pattern, &why));
	assert_false(path_pattern_matches(&pattern, (struct span){ bytes, write_length(&to) }));
	arena_clear(&arena);
}

/* By trying everything, as the words of the header say it; for short paths of single ASes. */
static bool matches_here(const struct path_pattern *pattern, unsigned int place, const uint32_t *ases,
			 unsigned int left)
{
	const struct path_element *element = &pattern->elements[place];

	if (place == pattern->count)
		return left == 0 || !pattern->to_end;
	if (element->may_be_absent && matches_here(pattern, place + 1, ases, left))
		return true;
	if (left == 0 || (element->range_count && (*ases < element->ranges[0].first ||
						   *ases > element->ranges[0].last)))
		return false;
	return matches_here(pattern, element->may_repeat ? place : place + 1, ases + 1, left - 1);
}

static bool matches_somewhere(const struct path_pattern *pattern, const uint32_t *ases,
			      unsigned int count)
{
	for (unsigned int from = 0; from <= (pattern->from_start ? 0 : count); from++)
		if (matches_here(pattern, 0, ases + from, count - from))
			return true;
	return false;
}

static uint32_t roll(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 16) % sides;
}

static void random_pattern(uint32_t *seed, char *text)
{
	static const char *const ases[] = { "1", "2", "1-2", "." };
	static const char *const times[] = { "", "", "*", "+", "?" };

	strcpy(text, roll(seed, 2) ? "^" : "_");
	for (uint32_t i = roll(seed, 5); i > 0; i--) {
		strcat(text, ases[roll(seed, 4)]);
		strcat(text, times[roll(seed, 5)]);
		strcat(text, " ");
	}
	strcat(text, roll(seed, 2) ? "$" : "1?");
}

static void any_pattern_matches_what_trying_everything_finds(void **unused)
{
	uint32_t seed = 1, ases[7];
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[2 + 4 * 7];
		struct writer to = writer_of(bytes, sizeof(bytes));
		struct path_pattern pattern;
		const char *why;
		char text[64];

		random_pattern(&seed, text);
		assert_true(path_pattern_parse(text, &arena, &pattern, &why));
		unsigned int count = roll(&seed, 8);
		write_u8(&to, AS_SEQUENCE);
		write_u8(&to, (uint8_t)count);
		for (unsigned int i = 0; i < count; i++)
			write_u32(&to, ases[i] = 1 + roll(&seed, 3));
		struct span path = { bytes, count ? write_length(&to) : 0 };
		if (path_pattern_matches(&pattern, path) !=
		    matches_somewhere(&pattern, ases, count))
			fail_msg("\"%s\" in round %d", text, round);
		arena_reset(&arena);
	}
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_as_their_words_say),
		cmocka_unit_test(what_is_no_pattern_is_refused_with_words),
		cmocka_unit_test(a_pattern_has_at_most_as_many_places_as_a_word_has_bits),
		cmocka_unit_test(a_pattern_of_many_repetitions_takes_no_longer),
		cmocka_unit_test(any_pattern_matches_what_trying_everything_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
