#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/attrs.h"
#include "tests/support/hex.h"

static void a_community_is_added_once(void **unused)
{
	struct attrs attrs = { .communities = hex("fde90064") };
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	attrs_add_community(&attrs, COMMUNITY_GRACEFUL_SHUTDOWN, &arena);
	attrs_add_community(&attrs, COMMUNITY_GRACEFUL_SHUTDOWN, &arena);
	assert_hex(attrs.communities, "fde90064 ffff0000");
	assert_true(attrs_has_community(&attrs, COMMUNITY_GRACEFUL_SHUTDOWN));
	assert_false(attrs_has_community(&attrs, COMMUNITY_NO_EXPORT));
	arena_clear(&arena);
}

static void a_community_is_removed_wherever_it_stands(void **unused)
{
	struct attrs attrs = { .communities = hex("ffff0000 fde90064 ffff0000") };
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	attrs_remove_community(&attrs, COMMUNITY_NO_EXPORT, &arena);
	assert_int_equal(attrs.communities.length, 12);
	attrs_remove_community(&attrs, COMMUNITY_GRACEFUL_SHUTDOWN, &arena);
	assert_hex(attrs.communities, "fde90064");
	attrs_remove_community(&attrs, 0xfde90064, &arena);
	assert_int_equal(attrs.communities.length, 0);
	arena_clear(&arena);
}

/* Attribute sets are shared: a change is made to a copy. */
static void the_lent_communities_are_not_touched(void **unused)
{
	struct span lent = hex("fde90064");
	struct attrs attrs = { .communities = lent };
	struct arena arena;

	(void)unused;
	arena_init(&arena);
	attrs_add_community(&attrs, COMMUNITY_NO_EXPORT, &arena);
	attrs_remove_community(&attrs, 0xfde90064, &arena);
	assert_hex(lent, "fde90064");
	assert_hex(attrs.communities, "ffffff01");
	arena_clear(&arena);
}

static void communities_are_said_as_operators_write_them(void **unused)
{
	char text[128];

	(void)unused;
	assert_string_equal(communities_format(hex("fde90064 ffffff01 ffff0000"), text, sizeof(text)),
			    "65001:100 no-export graceful-shutdown");
	assert_string_equal(communities_format(hex("ffffff02 ffffff03 ffff029a"), text, sizeof(text)),
			    "no-advertise no-export-subconfed blackhole");
	assert_string_equal(communities_format(hex(""), text, sizeof(text)), "");
	assert_string_equal(communities_format(hex("fde90064 fde90065"), text, 16), "65001:100...");
}

static void large_communities_have_three_parts(void **unused)
{
	char text[128];

	(void)unused;
	large_communities_format(hex("0000fde9 00000001 00000002 ffffffff 00000000 00000003"), text,
				 sizeof(text));
	assert_string_equal(text, "65001:1:2 4294967295:0:3");
}

static void extended_communities_say_what_they_are_when_it_is_known(void **unused)
{
	char text[256];

	(void)unused;
	ext_communities_format(hex("0002fde900000064 0102c63364010007 0203fa56ea000064"
				   "030c000000000008"), text, sizeof(text));
	assert_string_equal(text, "rt:65001:100 rt:198.51.100.1:7 soo:4200000000:100 "
				  "0x030c000000000008");
}

static void origins_have_names(void **unused)
{
	(void)unused;
	assert_string_equal(origin_name(ORIGIN_IGP), "igp");
	assert_string_equal(origin_name(ORIGIN_EGP), "egp");
	assert_string_equal(origin_name(ORIGIN_INCOMPLETE), "incomplete");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_community_is_added_once),
		cmocka_unit_test(a_community_is_removed_wherever_it_stands),
		cmocka_unit_test(the_lent_communities_are_not_touched),
		cmocka_unit_test(communities_are_said_as_operators_write_them),
		cmocka_unit_test(large_communities_have_three_parts),
		cmocka_unit_test(extended_communities_say_what_they_are_when_it_is_known),
		cmocka_unit_test(origins_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
