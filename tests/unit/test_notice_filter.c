/* Which of the kernel's notices get through: the filter is run here by a machine of five
 * instructions. */
#include "fib/notice_filter.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct table_ours ours = {
	.protocol = 186, .ports = { 0x11223344, 0x80000001 },
};

struct notice {
	struct nlmsghdr header;
	struct rtmsg route;
};

static uint32_t load(const struct sock_filter *step, const uint8_t *bytes)
{
	uint32_t word;
	uint16_t half;

	assert_true(step->k + 4 <= sizeof(struct notice));
	memcpy(&word, bytes + step->k, sizeof(word));
	memcpy(&half, bytes + step->k, sizeof(half));
	if (BPF_SIZE(step->code) == BPF_B)
		return bytes[step->k];
	return BPF_SIZE(step->code) == BPF_H ? ntohs(half) : ntohl(word);
}

static bool passes(const struct notice *notice)
{
	struct sock_filter code[NOTICE_FILTER_MAX];
	size_t length = notice_filter_build(&ours, code), at = 0;
	uint32_t value = 0;

	assert_in_range(length, 1, NOTICE_FILTER_MAX);
	for (;;) {
		const struct sock_filter *step = &code[at++];

		assert_true(at <= length);
		if (BPF_CLASS(step->code) == BPF_RET)
			return step->k;
		if (BPF_CLASS(step->code) == BPF_LD)
			value = load(step, (const uint8_t *)notice);
		else
			at += value == step->k ? step->jt : step->jf;
	}
}

static bool passes_as(uint16_t type, uint8_t protocol, uint32_t port)
{
	struct notice notice = {
		.header = { .nlmsg_len = sizeof(notice), .nlmsg_type = type, .nlmsg_pid = port },
		.route = { .rtm_family = AF_INET, .rtm_protocol = protocol },
	};

	return passes(&notice);
}

static void what_is_no_route_passes(void **unused)
{
	assert_true(passes_as(RTM_NEWLINK, 0, 0));
	assert_true(passes_as(RTM_DELLINK, 0, 0));
	assert_true(passes_as(RTM_NEWADDR, 0, 1234));
	assert_true(passes_as(RTM_DELADDR, 0, 0x11223344));
	assert_true(passes_as(NLMSG_ERROR, 0, 0));
	(void)unused;
}

static void a_route_of_ours_that_others_remove_passes(void **unused)
{
	assert_true(passes_as(RTM_DELROUTE, 186, 1234));
	assert_true(passes_as(RTM_DELROUTE, 186, 0));   /* by the kernel itself */
	assert_false(passes_as(RTM_NEWROUTE, 186, 1234));
	(void)unused;
}

static void routes_of_others_pass(void **unused)
{
	assert_true(passes_as(RTM_DELROUTE, RTPROT_STATIC, 1234));
	assert_true(passes_as(RTM_NEWROUTE, RTPROT_STATIC, 1234));
	assert_true(passes_as(RTM_NEWROUTE, RTPROT_KERNEL, 0));
	(void)unused;
}

static void what_we_do_ourselves_does_not_pass(void **unused)
{
	assert_false(passes_as(RTM_DELROUTE, 186, 0x11223344));
	assert_false(passes_as(RTM_DELROUTE, 186, 0x80000001));
	assert_false(passes_as(RTM_DELNEXTHOP, 0, 0x11223344));
	assert_false(passes_as(RTM_NEWNEXTHOP, 0, 0x80000001));
	(void)unused;
}

static void nexthops_that_others_change_pass(void **unused)
{
	assert_true(passes_as(RTM_NEWNEXTHOP, 0, 1234));
	assert_true(passes_as(RTM_DELNEXTHOP, 0, 1234));
	(void)unused;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_route_passes),
		cmocka_unit_test(a_route_of_ours_that_others_remove_passes),
		cmocka_unit_test(routes_of_others_pass),
		cmocka_unit_test(what_we_do_ourselves_does_not_pass),
		cmocka_unit_test(nexthops_that_others_change_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
