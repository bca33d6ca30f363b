#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/address.h"

static struct address address(const char *text)
{
	struct address parsed;

	assert_true(address_parse(text, &parsed));
	return parsed;
}

static struct prefix prefix(const char *text)
{
	struct prefix parsed;

	assert_true(prefix_parse(text, &parsed));
	return parsed;
}

static void values_have_no_padding(void **unused)
{
	(void)unused;
	assert_int_equal(sizeof(struct address), 17);
	assert_int_equal(sizeof(struct prefix), 18);
}

static void addresses_are_printed_as_they_are_read(void **unused)
{
	static const char *const texts[] = {
		"0.0.0.0", "169.254.10.1", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:192.0.2.1",
	};
	char text[ADDRESS_TEXT];

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct address parsed = address(texts[i]);

		assert_string_equal(address_format(&parsed, text), texts[i]);
	}
}

static void what_is_not_an_address_is_refused(void **unused)
{
	static const char *const texts[] = {
		"", "1.2.3", "1.2.3.256", "1.2.3.4.5", " 1.2.3.4", "1.2.3.4 ", ":::", "fe80::1%eth0",
		"10.0.0.0/8", "host",
	};
	struct address parsed;

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(address_parse(texts[i], &parsed));
}

static void an_ipv4_address_is_a_number_and_back(void **unused)
{
	struct address loopback = address_ipv4(0x7f000001), parsed = address("127.0.0.1");

	(void)unused;
	assert_true(address_equal(&loopback, &parsed));
	assert_int_equal(address_to_ipv4(&parsed), 0x7f000001);
}

static void ipv4_comes_before_ipv6_and_low_before_high(void **unused)
{
	static const char *const ascending[] = { "1.0.0.0", "10.0.0.0", "200.0.0.0", "::1", "fe80::" };

	(void)unused;
	for (size_t i = 0; i < 5; i++)
		for (size_t j = 0; j < 5; j++) {
			struct address a = address(ascending[i]), b = address(ascending[j]);
			int order = address_compare(&a, &b);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
}

static void addresses_know_what_they_are_for(void **unused)
{
	static const struct {
		const char *text;
		bool link_local, multicast, loopback, zero;
	} rows[] = {
		{ "169.254.1.1",   true,  false, false, false },
		{ "169.253.1.1",   false, false, false, false },
		{ "fe80::1",       true,  false, false, false },
		{ "febf::1",       true,  false, false, false },
		{ "fec0::1",       false, false, false, false },
		{ "224.0.0.1",     false, true,  false, false },
		{ "239.1.1.1",     false, true,  false, false },
		{ "240.0.0.1",     false, false, false, false },
		{ "ff02::1",       false, true,  false, false },
		{ "127.1.2.3",     false, false, true,  false },
		{ "::1",           false, false, true,  false },
		{ "0.0.0.0",       false, false, false, true },
		{ "::",            false, false, false, true },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct address parsed = address(rows[i].text);

		assert_int_equal(address_is_link_local(&parsed), rows[i].link_local);
		assert_int_equal(address_is_multicast(&parsed), rows[i].multicast);
		assert_int_equal(address_is_loopback(&parsed), rows[i].loopback);
		assert_int_equal(address_is_zero(&parsed), rows[i].zero);
		assert_true(address_is_set(&parsed));
	}
}

static void no_address_is_zero_but_not_set(void **unused)
{
	struct address none = { .family = FAMILY_NONE };
	char text[ADDRESS_TEXT];

	(void)unused;
	assert_false(address_is_set(&none));
	assert_true(address_is_zero(&none));
	assert_string_equal(address_format(&none, text), "none");
}

static void prefixes_are_printed_as_they_are_read(void **unused)
{
	static const char *const texts[] = {
		"0.0.0.0/0", "10.0.0.0/8", "10.50.128.0/17", "192.0.2.1/32",
		"::/0", "2001:db8::/32", "2001:db8::1/128", "fe80::/10",
	};
	char text[PREFIX_TEXT];

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct prefix parsed = prefix(texts[i]);

		assert_string_equal(prefix_format(&parsed, text), texts[i]);
	}
}

static void what_is_not_a_prefix_is_refused(void **unused)
{
	static const char *const texts[] = {
		"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
		"10.0.0.0/08", "10.0.0.0/8 ", "10.0.0.0/8x", "/8", "::/129", "10.0.0.1/8", "2001:db8::1/64",
		"10.0.0.0/4294967304",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc/64",
	};
	struct prefix parsed;

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(prefix_parse(texts[i], &parsed));
}

static void an_address_brings_its_prefix(void **unused)
{
	struct address inside, wanted = address("169.254.10.2");
	struct prefix link, wanted_link = prefix("169.254.10.0/30");

	(void)unused;
	assert_true(prefix_parse_with_address("169.254.10.2/30", &inside, &link));
	assert_true(address_equal(&inside, &wanted));
	assert_true(prefix_equal(&link, &wanted_link));
	assert_false(prefix_parse_with_address("169.254.10.2", &inside, &link));
}

static void host_bits_are_masked(void **unused)
{
	struct address ipv4 = address("255.255.255.255");
	struct address ipv6 = address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	char text[PREFIX_TEXT];

	(void)unused;
	for (unsigned int length = 0; length <= 128; length++) {
		struct prefix narrow = prefix_of(&ipv6, length), again;

		prefix_format(&narrow, text);
		assert_true(prefix_parse(text, &again));
		assert_true(prefix_equal(&narrow, &again));
		assert_int_equal(narrow.length, length);
	}
	struct prefix odd = prefix_of(&ipv4, 9), host = prefix_host(&ipv4);

	assert_string_equal(prefix_format(&odd, text), "255.128.0.0/9");
	assert_string_equal(prefix_format(&host, text), "255.255.255.255/32");
}

static void a_prefix_contains_itself_and_what_is_longer(void **unused)
{
	static const struct {
		const char *outer, *inner;
		bool contains;
	} rows[] = {
		{ "10.0.0.0/8",    "10.0.0.0/8",      true },
		{ "10.0.0.0/8",    "10.50.0.0/16",    true },
		{ "10.50.0.0/16",  "10.0.0.0/8",      false },
		{ "10.0.0.0/8",    "11.0.0.0/16",     false },
		{ "0.0.0.0/0",     "192.0.2.1/32",    true },
		{ "0.0.0.0/0",     "2001:db8::/32",   false },
		{ "10.0.0.0/9",    "10.128.0.0/16",   false },
		{ "10.128.0.0/9",  "10.200.0.0/16",   true },
		{ "2001:db8::/33", "2001:db8:8000::/48", false },
		{ "2001:db8::/32", "2001:db8::1/128", true },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prefix outer = prefix(rows[i].outer), inner = prefix(rows[i].inner);
		struct address first = prefix_address(&inner);

		assert_int_equal(prefix_contains(&outer, &inner), rows[i].contains);
		if (inner.length >= outer.length)
			assert_int_equal(prefix_contains_address(&outer, &first), rows[i].contains);
	}
}

static void prefixes_sort_by_family_value_and_length(void **unused)
{
	static const char *const ascending[] = {
		"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16", "200.0.0.0/8", "::/0", "::/1",
	};

	(void)unused;
	for (size_t i = 0; i < 7; i++)
		for (size_t j = 0; j < 7; j++) {
			struct prefix a = prefix(ascending[i]), b = prefix(ascending[j]);
			int order = prefix_compare(&a, &b);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
			assert_int_equal(prefix_equal(&a, &b), i == j);
		}
}

/* A table of 2^16 buckets must not see more than a few of 2^16 neighbouring prefixes in one. */
static void neighbouring_prefixes_spread_over_a_hash_table(void **unused)
{
	static unsigned char low[65536], high[65536];

	(void)unused;
	for (uint32_t i = 0; i < 65536; i++) {
		struct address network = address_ipv4(0x0a000000 + (i << 8));
		struct prefix route = prefix_of(&network, 24);
		uint32_t hash = prefix_hash(&route);

		assert_true(++low[hash & 0xffff] < 16);
		assert_true(++high[hash >> 16] < 16);
	}
}

static void the_length_counts_in_a_hash(void **unused)
{
	struct prefix a = prefix("10.0.0.0/8"), b = prefix("10.0.0.0/9"), c = prefix("10.0.0.0/8");

	(void)unused;
	assert_int_not_equal(prefix_hash(&a), prefix_hash(&b));
	assert_int_equal(prefix_hash(&a), prefix_hash(&c));
}

static void families_have_names_and_widths(void **unused)
{
	(void)unused;
	assert_string_equal(family_name(FAMILY_IPV4), "ipv4");
	assert_string_equal(family_name(FAMILY_IPV6), "ipv6");
	assert_string_equal(family_name(FAMILY_NONE), "none");
	assert_int_equal(family_bits(FAMILY_IPV4), 32);
	assert_int_equal(family_bits(FAMILY_IPV6), 128);
	assert_int_equal(family_bits(FAMILY_NONE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_have_no_padding),
		cmocka_unit_test(addresses_are_printed_as_they_are_read),
		cmocka_unit_test(what_is_not_an_address_is_refused),
		cmocka_unit_test(an_ipv4_address_is_a_number_and_back),
		cmocka_unit_test(ipv4_comes_before_ipv6_and_low_before_high),
		cmocka_unit_test(addresses_know_what_they_are_for),
		cmocka_unit_test(no_address_is_zero_but_not_set),
		cmocka_unit_test(prefixes_are_printed_as_they_are_read),
		cmocka_unit_test(what_is_not_a_prefix_is_refused),
		cmocka_unit_test(an_address_brings_its_prefix),
		cmocka_unit_test(host_bits_are_masked),
		cmocka_unit_test(a_prefix_contains_itself_and_what_is_longer),
		cmocka_unit_test(prefixes_sort_by_family_value_and_length),
		cmocka_unit_test(neighbouring_prefixes_spread_over_a_hash_table),
		cmocka_unit_test(the_length_counts_in_a_hash),
		cmocka_unit_test(families_have_names_and_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
