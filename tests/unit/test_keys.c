/* The rows of bgpd.json's keys, and what is printed from them. */
#include "bgpd/config/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/config/reference.h"
#include "bgpd/config/settings.h"
#include "policy/failover.h"
#include "policy/liveness.h"

static void no_object_has_two_keys_of_one_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < KEYS; i++)
		for (size_t j = 0; j < i; j++)
			if (keys[i].objects & keys[j].objects)
				assert_string_not_equal(keys[i].name, keys[j].name);
}

static void each_key_is_explained_and_has_a_default_unless_it_is_required(void **state)
{
	(void)state;
	for (size_t i = 0; i < KEYS; i++) {
		const struct key *key = &keys[i];
		bool is_object = key->type == TYPE_OBJECT || key->type == TYPE_LIST;

		assert_non_null(key->name);
		assert_int_equal(key->help[strlen(key->help) - 1], '.');
		assert_int_equal(key->required & ~key->objects, 0);
		if (!key->required && !is_object && i != KEY_SCHEMA)
			assert_true(key->fallback || key->otherwise);
	}
}

static void each_default_would_be_taken_from_a_file_too(void **state)
{
	struct findings findings;
	struct arena arena;
	struct locate *locate = locate_new("{}", 2);
	struct reading reading = { &findings, &arena, "" };

	(void)state;
	arena_init(&arena);
	findings_init(&findings, "defaults");
	findings.locate = locate;
	const struct settings *defaults = settings_defaults(&reading);

	for (size_t i = 0; i < KEYS; i++)
		assert_int_equal(defaults->at[i].is_given, keys[i].fallback != NULL);
	assert_int_equal(findings.count, 0);
	assert_int_equal(defaults->at[KEY_REVERT_DELAY].number, 30);
	findings_clear(&findings);
	locate_free(locate);
	arena_clear(&arena);
}

static void words_mean_what_they_mean_elsewhere(void **state)
{
	(void)state;
	for (const struct key_choice *choice = keys[KEY_MODE].choices; choice->name; choice++)
		assert_string_equal(choice->name, group_mode_name((enum group_mode)choice->value));
	for (const struct key_choice *choice = keys[KEY_REQUIRED_SIGNALS].choices; choice->name; choice++) {
		enum signal_kind kind;

		assert_true(signal_kind_parse(choice->name, &kind));
		assert_int_equal(SIGNAL_BIT(kind), choice->value);
	}
}

static void expect_allowed(enum key_id id, const char *expected)
{
	char text[256];

	assert_true(key_allows(&keys[id], text, sizeof(text)));
	assert_string_equal(text, expected);
}

static void a_range_is_said_in_words(void **state)
{
	char text[256];

	(void)state;
	expect_allowed(KEY_HOLD_TIME, "0, or 3 to 65535 seconds");
	expect_allowed(KEY_ASN, "1 to 4294967295, except 23456");
	expect_allowed(KEY_TTL, "1 to 255");
	expect_allowed(KEY_WHEN_DOWN, "unreachable, blackhole or remove");
	expect_allowed(KEY_PROVIDER, "aws-vgw, aws-tgw, azure, azure-private, gcp-legacy, gcp-standard, "
				     "alibaba, oci, ibm, huawei or generic");
	assert_false(key_allows(&keys[KEY_OUTSIDE], text, sizeof(text)));
}

static void a_key_is_found_where_it_belongs(void **state)
{
	(void)state;
	assert_int_equal(key_find(OBJECT_TOP, "asn"), KEY_ASN);
	assert_int_equal(key_find(OBJECT_NEIGHBOR, "asn"), KEY_NEIGHBOR_ASN);
	assert_int_equal(key_find(OBJECT_GROUP, "asn"), KEYS);
	assert_int_equal(key_homes("asn"), OBJECT_BIT(OBJECT_TOP) | OBJECT_BIT(OBJECT_NEIGHBOR));
	assert_int_equal(key_homes("as"), 0);
}

static void a_misspelt_key_is_recognised_and_a_strange_one_is_not(void **state)
{
	(void)state;
	assert_string_equal(key_nearest(OBJECT_GROUP, "holdtime"), "hold_time");
	assert_string_equal(key_nearest(OBJECT_GROUP, "revert-delay"), "revert_delay");
	assert_string_equal(key_nearest(OBJECT_TUNNEL, "peer_as"), "peer_asn");
	assert_string_equal(key_nearest(OBJECT_TOP, "neighbours"), "neighbors");
	assert_string_equal(key_nearest(OBJECT_NEIGHBOR, "Address"), "address");
	assert_null(key_nearest(OBJECT_TOP, "logging_of_all"));
	assert_null(key_nearest(OBJECT_TOP, ""));
	assert_null(key_nearest(OBJECT_TOP, "a_name_that_is_much_longer_than_any_of_our_own"));
}

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t size = 1 << 20;
	char *text = xcalloc(size, 1);

	if (!file)
		fail_msg("%s is missing: the tests run in the root of the tree", path);
	assert_true(fread(text, 1, size - 1, file) < size - 1);
	fclose(file);
	return text;
}

static void the_schema_is_the_one_that_the_rows_print(void **state)
{
	char *committed = read_whole("contrib/bgpd.schema.json"), *printed = reference_schema();

	(void)state;
	if (strcmp(committed, printed) != 0)
		fail_msg("keys.c has changed: make reference");
	free(committed);
	free(printed);
}

static void the_manual_is_the_one_that_the_rows_print(void **state)
{
	char *committed = read_whole("bgpd/bgpd.json.5"), *printed = reference_manual(committed);

	(void)state;
	assert_non_null(printed);
	if (strcmp(committed, printed) != 0)
		fail_msg("keys.c has changed: make reference");
	free(committed);
	free(printed);
}

static void a_page_without_a_list_of_keys_is_no_manual(void **state)
{
	(void)state;
	assert_null(reference_manual(".Dd today\n"));
	assert_null(reference_manual(REFERENCE_BEGIN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_object_has_two_keys_of_one_name),
		cmocka_unit_test(each_key_is_explained_and_has_a_default_unless_it_is_required),
		cmocka_unit_test(each_default_would_be_taken_from_a_file_too),
		cmocka_unit_test(words_mean_what_they_mean_elsewhere),
		cmocka_unit_test(a_range_is_said_in_words),
		cmocka_unit_test(a_key_is_found_where_it_belongs),
		cmocka_unit_test(a_misspelt_key_is_recognised_and_a_strange_one_is_not),
		cmocka_unit_test(the_schema_is_the_one_that_the_rows_print),
		cmocka_unit_test(the_manual_is_the_one_that_the_rows_print),
		cmocka_unit_test(a_page_without_a_list_of_keys_is_no_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
