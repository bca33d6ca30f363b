/* Security associations as the kernel tells of them, recorded; and who has a pair. */
#include "fib/xfrm_message.h"

#include <linux/xfrm.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "fib/xfrm_sas.h"
#include "tests/support/recorded.h"

static const struct address here = { FAMILY_IPV4, { 10, 99, 1, 1 } };
static const struct address there = { FAMILY_IPV4, { 10, 99, 1, 2 } };

static struct nlmsghdr *message(const char *title)
{
	static union {
		struct nlmsghdr header;
		uint8_t bytes[4096];
	} aligned;
	struct span bytes = recorded("tests/unit/data/xfrm/events.txt", title);

	memcpy(aligned.bytes, bytes.bytes, bytes.length);
	assert_int_equal(aligned.header.nlmsg_len, bytes.length);
	return &aligned.header;
}

static enum xfrm_news news(const char *title, struct xfrm_sa *sa)
{
	memset(sa, 0, sizeof(*sa));
	return xfrm_message_parse(message(title), sa);
}

/* ---- messages ---- */

static void a_new_sa_has_its_ends_its_spi_and_its_interface_id(void **unused)
{
	struct xfrm_sa sa;

	(void)unused;
	assert_int_equal(news("NEWSA out", &sa), XFRM_SA_THERE);
	assert_true(address_equal(&sa.from, &here) && address_equal(&sa.to, &there));
	assert_int_equal(sa.spi, 0xc0000002);
	assert_int_equal(sa.if_id, 1);
	assert_int_equal(news("UPDSA out", &sa), XFRM_SA_THERE);
	assert_int_equal(sa.spi, 0xc0000002);
}

static void ipv6_is_told_in_full(void **unused)
{
	char from[ADDRESS_TEXT], to[ADDRESS_TEXT];
	struct xfrm_sa sa;

	(void)unused;
	assert_int_equal(news("NEWSA IPv6", &sa), XFRM_SA_THERE);
	assert_string_equal(address_format(&sa.from, from), "fd00::1");
	assert_string_equal(address_format(&sa.to, to), "fd00::2");
	assert_int_equal(sa.if_id, 2);
}

static void an_sa_goes_when_it_is_deleted_or_its_time_is_over(void **unused)
{
	struct xfrm_sa sa;

	(void)unused;
	assert_int_equal(news("DELSA out", &sa), XFRM_SA_GONE);
	assert_true(address_equal(&sa.to, &there));
	assert_int_equal(sa.spi, 0xc0000002);
	assert_int_equal(news("EXPIRE hard", &sa), XFRM_SA_GONE);
	assert_int_equal(sa.spi, 0xc0000003);
	assert_int_equal(news("FLUSHSA", &sa), XFRM_ALL_GONE);
}

static void what_is_not_about_an_sa_that_works_is_no_news(void **unused)
{
	static const char *const titles[] = { "EXPIRE soft", "ACQUIRE", "NEWPOLICY", "UPDPOLICY",
					      "DELPOLICY" };
	struct xfrm_sa sa;

	(void)unused;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		assert_int_equal(news(titles[i], &sa), XFRM_NO_NEWS);
}

static void a_message_cut_short_is_no_news(void **unused)
{
	static const char *const titles[] = { "NEWSA out", "DELSA out", "EXPIRE hard" };
	struct xfrm_sa sa;

	(void)unused;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		struct nlmsghdr *header = message(titles[i]);

		header->nlmsg_len = NLMSG_HDRLEN + 20;
		assert_int_equal(xfrm_message_parse(header, &sa), XFRM_NO_NEWS);
	}
}

/* As an SPI that is allocated, or one for which the IKE daemon is asked: without an algorithm. */
static void a_larval_sa_does_not_count(void **unused)
{
	struct nlmsghdr *header = message("NEWSA out");
	struct xfrm_sa sa;

	(void)unused;
	header->nlmsg_len = NLMSG_LENGTH(sizeof(struct xfrm_usersa_info));
	assert_int_equal(xfrm_message_parse(header, &sa), XFRM_NO_NEWS);
}

static void the_dump_asks_for_esp_and_has_no_fixed_head(void **unused)
{
	struct nl_msg *dump = xfrm_message_dump();
	struct nlmsghdr *header = nlmsg_hdr(dump);
	struct nlattr *attribute = nlmsg_attrdata(header, 0);

	(void)unused;
	assert_int_equal(header->nlmsg_type, XFRM_MSG_GETSA);
	assert_int_equal(header->nlmsg_flags & NLM_F_DUMP, NLM_F_DUMP);
	assert_int_equal(nla_type(attribute), XFRMA_PROTO);
	assert_int_equal(nla_get_u8(attribute), 50);
	nlmsg_free(dump);
}

/* ---- who has a pair ---- */

static struct xfrm_sas sas;

static int clear(void **unused)
{
	(void)unused;
	xfrm_sas_clear(&sas);
	return 0;
}

static void add(const struct address *from, const struct address *to, uint32_t spi, uint32_t if_id)
{
	const struct xfrm_sa sa = { *from, *to, spi, if_id };

	xfrm_sas_set(&sas, &sa);
}

static void take_away(const struct address *to, uint32_t spi)
{
	const struct xfrm_sa sa = { .to = *to, .spi = spi };

	xfrm_sas_remove(&sas, &sa);
}

static const struct sa_key by_id = { .if_id = 1 };
static const struct sa_key by_address = { .outside = { FAMILY_IPV4, { 10, 99, 1, 2 } } };

static void a_pair_is_one_for_each_direction(void **unused)
{
	(void)unused;
	assert_null(xfrm_sas_find_pair(&sas, &by_id));
	add(&there, &here, 1, 1);
	assert_null(xfrm_sas_find_pair(&sas, &by_id));
	add(&here, &there, 2, 1);
	assert_non_null(xfrm_sas_find_pair(&sas, &by_id));
	take_away(&there, 2);
	assert_null(xfrm_sas_find_pair(&sas, &by_id));
}

static void both_of_a_pair_have_the_same_interface_id(void **unused)
{
	(void)unused;
	add(&there, &here, 1, 1);
	add(&here, &there, 2, 2);
	assert_null(xfrm_sas_find_pair(&sas, &by_id));
}

static void a_rekey_is_never_without_a_pair(void **unused)
{
	(void)unused;
	add(&there, &here, 1, 0);
	add(&here, &there, 2, 0);
	add(&there, &here, 3, 0);               /* new in, new out, old out goes, old in later */
	add(&here, &there, 4, 0);
	assert_non_null(xfrm_sas_find_pair(&sas, &by_address));
	take_away(&there, 2);
	assert_non_null(xfrm_sas_find_pair(&sas, &by_address));
	take_away(&here, 1);
	assert_non_null(xfrm_sas_find_pair(&sas, &by_address));
	take_away(&there, 4);
	assert_null(xfrm_sas_find_pair(&sas, &by_address));
}

static void an_spi_names_an_sa_only_together_with_its_destination(void **unused)
{
	(void)unused;
	add(&there, &here, 7, 1);
	add(&here, &there, 7, 1);
	assert_int_equal(sas.count, 2);
	add(&here, &there, 7, 1);
	assert_int_equal(sas.count, 2);
	take_away(&there, 8);
	assert_non_null(xfrm_sas_find_pair(&sas, &by_id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_sa_has_its_ends_its_spi_and_its_interface_id),
		cmocka_unit_test(ipv6_is_told_in_full),
		cmocka_unit_test(an_sa_goes_when_it_is_deleted_or_its_time_is_over),
		cmocka_unit_test(what_is_not_about_an_sa_that_works_is_no_news),
		cmocka_unit_test(a_message_cut_short_is_no_news),
		cmocka_unit_test(a_larval_sa_does_not_count),
		cmocka_unit_test(the_dump_asks_for_esp_and_has_no_fixed_head),
		cmocka_unit_test_setup_teardown(a_pair_is_one_for_each_direction, clear, clear),
		cmocka_unit_test_setup_teardown(both_of_a_pair_have_the_same_interface_id, clear, clear),
		cmocka_unit_test_setup_teardown(a_rekey_is_never_without_a_pair, clear, clear),
		cmocka_unit_test_setup_teardown(an_spi_names_an_sa_only_together_with_its_destination,
						clear, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
