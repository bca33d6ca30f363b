/* What the kernel says when it refuses. */
#include "fib/rtnl_socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A NLMSG_ERROR with an extended ack: with the request that it answers, or its header alone. */
static struct nl_msg *answer(int error, const char *said, size_t said_length, bool is_capped)
{
	static const uint8_t request[20];
	struct nl_msg *message = nlmsg_alloc();
	struct nlmsgerr head = { .error = error, .msg.nlmsg_len = NLMSG_HDRLEN + sizeof(request) };

	assert_non_null(message);
	nlmsg_put(message, 0, 1, NLMSG_ERROR, 0,
		  (said ? NLM_F_ACK_TLVS : 0) | (is_capped ? NLM_F_CAPPED : 0));
	nlmsg_append(message, &head, sizeof(head), NLMSG_ALIGNTO);
	if (!is_capped)
		nlmsg_append(message, (void *)(uintptr_t)request, sizeof(request), NLMSG_ALIGNTO);
	if (said)
		nla_put(message, NLMSGERR_ATTR_MSG, (int)said_length, said);
	return message;
}

static void expect_answer(struct nl_msg *message, int error, const char *wanted)
{
	char text[RTNL_TEXT];

	assert_int_equal(rtnl_error(nlmsg_hdr(message), text), error);
	if (!strstr(text, wanted))
		fail_msg("wanted: %s\nbut it says: %s", wanted, text);
	nlmsg_free(message);
}

static void the_words_of_the_kernel_are_passed_on(void **unused)
{
	static const char said[] = "Nexthop has invalid gateway";

	expect_answer(answer(-ENETUNREACH, said, sizeof(said), true), -ENETUNREACH, said);
	expect_answer(answer(-ENETUNREACH, said, sizeof(said), false), -ENETUNREACH, said);
	(void)unused;
}

static void without_words_the_error_is_named(void **unused)
{
	expect_answer(answer(-ENOENT, NULL, 0, true), -ENOENT, strerror(ENOENT));
	expect_answer(answer(0, NULL, 0, true), 0, "");
	(void)unused;
}

static void words_without_an_end_are_not_read(void **unused)
{
	expect_answer(answer(-EINVAL, "abc", 3, true), -EINVAL, strerror(EINVAL));
	expect_answer(answer(-EINVAL, "", 0, true), -EINVAL, strerror(EINVAL));
	(void)unused;
}

static void a_missing_permission_is_explained(void **unused)
{
	expect_answer(answer(-EPERM, NULL, 0, true), -EPERM, "CAP_NET_ADMIN");
	(void)unused;
}

static void an_answer_without_an_errno_is_an_error(void **unused)
{
	expect_answer(answer(INT32_MIN, NULL, 0, true), -EPROTO, "without an errno");
	expect_answer(answer(EBUSY, NULL, 0, true), -EPROTO, "without an errno");
	(void)unused;
}

static void an_answer_that_is_too_short_is_an_error(void **unused)
{
	struct nlmsghdr header = { .nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = NLMSG_ERROR };
	char text[RTNL_TEXT];

	assert_int_equal(rtnl_error(&header, text), -EPROTO);
	(void)unused;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_of_the_kernel_are_passed_on),
		cmocka_unit_test(without_words_the_error_is_named),
		cmocka_unit_test(words_without_an_end_are_not_read),
		cmocka_unit_test(a_missing_permission_is_explained),
		cmocka_unit_test(an_answer_without_an_errno_is_an_error),
		cmocka_unit_test(an_answer_that_is_too_short_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
