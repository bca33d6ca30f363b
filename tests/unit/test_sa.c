/* Which security association serves which tunnel. */
#include "policy/sa.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct address far = { FAMILY_IPV4, { 198, 51, 100, 44 } };
static const struct address other = { FAMILY_IPV4, { 198, 51, 100, 20 } };

static void a_name_is_that_of_the_child_or_of_the_connection(void **unused)
{
	const struct sa_key child = { .name = "Tunnel1" }, connection = { .name = "aws" };
	const struct sa_key longer = { .name = "Tunnel12" };
	const struct sa sa = { SA_INSTALLED, "aws", "Tunnel1", 0, far };

	(void)unused;
	assert_true(sa_serves(&sa, &child));
	assert_true(sa_serves(&sa, &connection));
	assert_false(sa_serves(&sa, &longer));
}

static void where_both_have_names_nothing_else_counts(void **unused)
{
	const struct sa_key key = { .name = "Tunnel2", .if_id = 7, .outside = far };
	const struct sa sa = { SA_INSTALLED, "aws", "Tunnel1", 7, far };

	(void)unused;
	assert_false(sa_serves(&sa, &key));
}

static void the_kernels_are_told_by_the_interface_id(void **unused)
{
	const struct sa_key key = { .name = "Tunnel1", .if_id = 7, .outside = far };
	const struct sa same = { SA_INSTALLED, "", "", 7, other };
	const struct sa another = { SA_INSTALLED, "", "", 8, far };
	const struct sa none = { SA_INSTALLED, "", "", 0, far };

	(void)unused;
	assert_true(sa_serves(&same, &key));
	assert_false(sa_serves(&another, &key));
	assert_false(sa_serves(&none, &key));
}

static void without_an_id_the_outer_address_tells(void **unused)
{
	const struct sa_key key = { .outside = far }, nothing = { .name = NULL };
	const struct sa here = { SA_INSTALLED, "", "", 0, far };
	const struct sa there = { SA_INSTALLED, "", "", 0, other };
	const struct sa nowhere = { .state = SA_INSTALLED };

	(void)unused;
	assert_true(sa_serves(&here, &key));
	assert_false(sa_serves(&there, &key));
	assert_false(sa_serves(&nowhere, &nothing));
	assert_false(sa_serves(&here, &nothing));
}

static void an_sa_of_some_interface_does_not_serve_a_tunnel_without_an_id(void **unused)
{
	const struct sa_key key = { .outside = far };
	const struct sa sa = { SA_INSTALLED, "", "", 7, far };

	(void)unused;
	assert_false(sa_serves(&sa, &key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_that_of_the_child_or_of_the_connection),
		cmocka_unit_test(where_both_have_names_nothing_else_counts),
		cmocka_unit_test(the_kernels_are_told_by_the_interface_id),
		cmocka_unit_test(without_an_id_the_outer_address_tells),
		cmocka_unit_test(an_sa_of_some_interface_does_not_serve_a_tunnel_without_an_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
