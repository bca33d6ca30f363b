#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/provider.h"

static void every_row_is_found_by_its_name(void **unused)
{
	static const char *const names[] = {
		"aws-vgw", "aws-tgw", "azure", "azure-private", "gcp-legacy", "gcp-standard",
		"alibaba", "oci", "ibm", "huawei", "generic",
	};
	size_t count = sizeof(names) / sizeof(names[0]);

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(provider_at(i)->name, names[i]);
		assert_ptr_equal(provider_find(names[i]), provider_at(i));
	}
	assert_null(provider_at(count));
	assert_null(provider_find("aws"));
}

static void every_row_is_complete_and_can_be_configured(void **unused)
{
	const struct provider *provider;

	(void)unused;
	for (size_t i = 0; (provider = provider_at(i)); i++) {
		assert_non_null(provider->title);
		assert_non_null(provider->over_budget);
		assert_true(provider->hold_time_s >= 3);
		assert_true(provider->keepalive_s > 0);
		assert_true(3 * provider->keepalive_s <= provider->hold_time_s);
		assert_true(provider->ttl >= 1);
		if (provider->budget)
			assert_true(provider->budget_warn < provider->budget);
	}
}

static void every_forbidden_range_is_a_prefix(void **unused)
{
	const struct provider *provider;
	struct prefix prefix;

	(void)unused;
	for (size_t i = 0; (provider = provider_at(i)); i++)
		for (const char *const *text = provider->forbidden_inside; *text; text++)
			assert_true(prefix_parse(*text, &prefix));
}

static void aws_keepalives_stay_below_the_ten_seconds_of_idle_tunnels(void **unused)
{
	(void)unused;
	assert_true(provider_find("aws-vgw")->keepalive_s < 10);
	assert_true(provider_find("aws-tgw")->keepalive_s < 10);
}

static const char *forbids(const char *name, const char *link)
{
	struct prefix prefix;

	assert_true(prefix_parse(link, &prefix));
	return provider_forbids(provider_find(name), &prefix);
}

static void reserved_inside_links_are_named(void **unused)
{
	(void)unused;
	assert_string_equal(forbids("aws-vgw", "169.254.5.0/30"), "169.254.5.0/30");
	assert_string_equal(forbids("aws-vgw", "169.254.169.254/31"), "169.254.169.252/30");
	assert_string_equal(forbids("oci", "169.254.19.252/30"), "169.254.16.0/22");
	assert_string_equal(forbids("oci", "169.254.200.0/22"), "169.254.200.0/23");
	assert_null(forbids("aws-vgw", "169.254.10.0/30"));
	assert_null(forbids("aws-vgw", "fd00::/126"));
	assert_null(forbids("oci", "169.254.20.0/30"));
	assert_null(forbids("generic", "169.254.0.0/30"));
}

static void alibaba_reserves_one_block_more_than_aws(void **unused)
{
	(void)unused;
	assert_null(forbids("aws-vgw", "169.254.6.0/30"));
	assert_non_null(forbids("alibaba", "169.254.6.0/30"));
}

static void azure_takes_21_and_22_of_the_link_local_range_only(void **unused)
{
	char link[PREFIX_TEXT];

	(void)unused;
	for (unsigned int third = 0; third < 256; third++) {
		struct address address = address_ipv4(0xA9FE0000u | third << 8);
		struct prefix prefix = prefix_of(&address, 30);

		prefix_format(&prefix, link);
		assert_int_equal(!forbids("azure", link), third == 21 || third == 22);
	}
	assert_null(forbids("azure-private", "169.254.30.0/30"));
}

static const char *refuses(const char *name, const char *announced)
{
	struct prefix prefix;

	assert_true(prefix_parse(announced, &prefix));
	return provider_refuses(provider_find(name), &prefix);
}

static void what_alibaba_breaks_on_is_named_whether_inside_or_around_it(void **unused)
{
	(void)unused;
	assert_string_equal(refuses("alibaba", "100.64.0.0/10"), "100.64.0.0/10");
	assert_non_null(refuses("alibaba", "100.100.0.0/16"));
	assert_non_null(refuses("alibaba", "0.0.0.0/0"));
	assert_null(refuses("alibaba", "10.60.0.0/16"));
	assert_null(refuses("aws-vgw", "100.64.0.0/10"));
}

static void only_azure_with_apipa_waits_for_us_to_connect(void **unused)
{
	const struct provider *provider;

	(void)unused;
	for (size_t i = 0; (provider = provider_at(i)); i++)
		assert_int_equal(provider->we_open, strcmp(provider->name, "azure") == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_found_by_its_name),
		cmocka_unit_test(every_row_is_complete_and_can_be_configured),
		cmocka_unit_test(every_forbidden_range_is_a_prefix),
		cmocka_unit_test(aws_keepalives_stay_below_the_ten_seconds_of_idle_tunnels),
		cmocka_unit_test(reserved_inside_links_are_named),
		cmocka_unit_test(alibaba_reserves_one_block_more_than_aws),
		cmocka_unit_test(azure_takes_21_and_22_of_the_link_local_range_only),
		cmocka_unit_test(what_alibaba_breaks_on_is_named_whether_inside_or_around_it),
		cmocka_unit_test(only_azure_with_apipa_waits_for_us_to_connect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
