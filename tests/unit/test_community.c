#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/community.h"

static struct community_pattern pattern_of(enum community_kind kind, const char *text)
{
	struct community_pattern pattern;
	const char *why;

	if (!community_parse(kind, text, &pattern, &why))
		fail_msg("%s: %s", text, why);
	return pattern;
}

static const struct {
	enum community_kind kind;
	const char *pattern, *community;
	bool matches;
} matches[] = {
	{ COMMUNITY_PLAIN, "65010:100", "65010:100", true },
	{ COMMUNITY_PLAIN, "65010:100", "65010:101", false },
	{ COMMUNITY_PLAIN, "65010:*", "65010:7", true },
	{ COMMUNITY_PLAIN, "65010:*", "65011:7", false },
	{ COMMUNITY_PLAIN, "*:666", "1:666", true },
	{ COMMUNITY_PLAIN, "*:*", "0:0", true },
	{ COMMUNITY_PLAIN, "no-export", "65535:65281", true },
	{ COMMUNITY_PLAIN, "graceful-shutdown", "65535:0", true },
	{ COMMUNITY_LARGE, "65010:1:2", "65010:1:2", true },
	{ COMMUNITY_LARGE, "65010:1:2", "65010:2:1", false },
	{ COMMUNITY_LARGE, "65010:*:2", "65010:4294967295:2", true },
	{ COMMUNITY_LARGE, "4200000000:0:*", "4200000000:0:9", true },
	{ COMMUNITY_EXTENDED, "rt:65010:100", "0x0002fdf200000064", true },
	{ COMMUNITY_EXTENDED, "rt:4200000000:100", "0x0202fa56ea000064", true },
	{ COMMUNITY_EXTENDED, "rt:198.51.100.1:7", "0x0102c63364010007", true },
	{ COMMUNITY_EXTENDED, "soo:65010:100", "0x0003fdf200000064", true },
	{ COMMUNITY_EXTENDED, "rt:65010:100", "soo:65010:100", false },
	{ COMMUNITY_EXTENDED, "rt:65010:*", "rt:65010:5", true },
};

static void patterns_match_the_communities_they_stand_for(void **unused)
{
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		enum community_kind kind = matches[i].kind;
		struct community_pattern wanted = pattern_of(kind, matches[i].pattern);
		struct community_pattern there = pattern_of(kind, matches[i].community);
		struct community_patterns patterns = { &wanted, 1 }, added = { &there, 1 };
		struct attrs attrs = { .origin = ORIGIN_IGP };

		community_add(kind, &attrs, &added, &arena);
		if (community_is_in(kind, &attrs, &patterns) != matches[i].matches)
			fail_msg("%s should %smatch %s", matches[i].pattern,
				 matches[i].matches ? "" : "not ", matches[i].community);
	}
	arena_clear(&arena);
}

static void what_is_no_community_is_refused(void **unused)
{
	static const struct { enum community_kind kind; const char *text; } wrong[] = {
		{ COMMUNITY_PLAIN, "" }, { COMMUNITY_PLAIN, "65010" }, { COMMUNITY_PLAIN, "65536:1" },
		{ COMMUNITY_PLAIN, "1:65536" }, { COMMUNITY_PLAIN, "1:2:3" }, { COMMUNITY_PLAIN, "1:" },
		{ COMMUNITY_PLAIN, "no-exports" }, { COMMUNITY_PLAIN, "1:-1" },
		{ COMMUNITY_PLAIN, "1: 1" }, { COMMUNITY_PLAIN, "*" },
		{ COMMUNITY_LARGE, "1:2" }, { COMMUNITY_LARGE, "1:2:3:4" },
		{ COMMUNITY_LARGE, "4294967296:1:1" },
		{ COMMUNITY_EXTENDED, "rt:1" }, { COMMUNITY_EXTENDED, "xx:1:2" },
		{ COMMUNITY_EXTENDED, "rt:*:2" }, { COMMUNITY_EXTENDED, "0x1234" },
		{ COMMUNITY_EXTENDED, "rt:4200000000:65536" },
		{ COMMUNITY_EXTENDED, "0x000200000000000g" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct community_pattern pattern;
		const char *why = NULL;

		if (community_parse(wrong[i].kind, wrong[i].text, &pattern, &why))
			fail_msg("\"%s\" was taken", wrong[i].text);
		assert_non_null(why);
	}
}

static void only_whole_communities_can_be_added(void **unused)
{
	struct community_pattern whole = pattern_of(COMMUNITY_PLAIN, "65010:0");
	struct community_pattern half = pattern_of(COMMUNITY_PLAIN, "65010:*");
	struct community_pattern large = pattern_of(COMMUNITY_LARGE, "65010:*:1");
	struct community_pattern extended = pattern_of(COMMUNITY_EXTENDED, "rt:65010:1");

	(void)unused;
	assert_true(community_is_whole(COMMUNITY_PLAIN, &whole));
	assert_false(community_is_whole(COMMUNITY_PLAIN, &half));
	assert_false(community_is_whole(COMMUNITY_LARGE, &large));
	assert_true(community_is_whole(COMMUNITY_EXTENDED, &extended));
}

static const char *shown(const struct attrs *attrs)
{
	static char text[256];

	return communities_format(attrs->communities, text, sizeof(text));
}

static void a_community_is_added_once_and_removed_by_pattern(void **unused)
{
	struct community_pattern list[] = {
		pattern_of(COMMUNITY_PLAIN, "65010:1"), pattern_of(COMMUNITY_PLAIN, "65010:2"),
		pattern_of(COMMUNITY_PLAIN, "65020:1"), pattern_of(COMMUNITY_PLAIN, "65010:1"),
	};
	struct community_pattern ours = pattern_of(COMMUNITY_PLAIN, "65010:*");
	struct community_patterns added = { list, 4 }, removed = { &ours, 1 };
	struct attrs attrs = { .origin = ORIGIN_IGP };
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	community_add(COMMUNITY_PLAIN, &attrs, &added, &arena);
	assert_string_equal(shown(&attrs), "65010:1 65010:2 65020:1");
	community_add(COMMUNITY_PLAIN, &attrs, &added, &arena);
	assert_string_equal(shown(&attrs), "65010:1 65010:2 65020:1");
	community_remove(COMMUNITY_PLAIN, &attrs, &removed, &arena);
	assert_string_equal(shown(&attrs), "65020:1");
	community_remove(COMMUNITY_PLAIN, &attrs, &removed, &arena);
	assert_string_equal(shown(&attrs), "65020:1");
	arena_clear(&arena);
}

static void an_attribute_never_grows_beyond_its_length_field(void **unused)
{
	static uint8_t bytes[65532];
	struct community_pattern one = pattern_of(COMMUNITY_PLAIN, "65010:1");
	struct community_pattern other = pattern_of(COMMUNITY_PLAIN, "65010:2");
	struct community_patterns first = { &one, 1 }, second = { &other, 1 };
	struct attrs attrs = { .communities = { bytes, sizeof(bytes) - 4 } };
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	community_add(COMMUNITY_PLAIN, &attrs, &first, &arena);
	assert_int_equal(attrs.communities.length, sizeof(bytes));
	community_add(COMMUNITY_PLAIN, &attrs, &second, &arena);
	assert_int_equal(attrs.communities.length, sizeof(bytes));
	arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_the_communities_they_stand_for),
		cmocka_unit_test(what_is_no_community_is_refused),
		cmocka_unit_test(only_whole_communities_can_be_added),
		cmocka_unit_test(a_community_is_added_once_and_removed_by_pattern),
		cmocka_unit_test(an_attribute_never_grows_beyond_its_length_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
