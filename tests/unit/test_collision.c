#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "bgpd/session/collision.h"

#define HERE { 0x0a000001, 65001 }

static const struct collision_side here = HERE;

/* by_rank: the verdict where both connections are in OpenConfirm. */
static void expect_for_all_states(const struct collision_side *remote, enum collision by_rank)
{
	for (int ours = 0; ours < SESSION_STATES; ours++) {
		for (int theirs = 0; theirs < SESSION_STATES; theirs++) {
			enum collision wanted = by_rank;

			if (ours < SESSION_OPEN_CONFIRM || theirs < SESSION_OPEN_CONFIRM)
				wanted = COLLISION_NONE;
			else if (ours == SESSION_ESTABLISHED)
				wanted = COLLISION_CLOSE_THEIRS;
			else if (theirs == SESSION_ESTABLISHED)
				wanted = COLLISION_CLOSE_OURS;
			assert_int_equal(collision_resolve(&here, remote, (enum session_state)ours,
							   (enum session_state)theirs), wanted);
		}
	}
}

static void the_higher_identifier_keeps_the_connection_it_opened(void **unused)
{
	(void)unused;
	for (uint32_t asn = 65000; asn <= 65002; asn++) {       /* whatever the AS is */
		expect_for_all_states(&(struct collision_side){ 0x0a000000, asn },
				      COLLISION_CLOSE_THEIRS);
		expect_for_all_states(&(struct collision_side){ 0x0a000002, asn },
				      COLLISION_CLOSE_OURS);
	}
}

static void identifiers_compare_without_sign(void **unused)
{
	(void)unused;
	expect_for_all_states(&(struct collision_side){ 0xc0000201, 65000 }, COLLISION_CLOSE_OURS);
}

/* RFC 6286 2.3 */
static void between_equal_identifiers_the_higher_as_decides(void **unused)
{
	(void)unused;
	expect_for_all_states(&(struct collision_side){ 0x0a000001, 65000 },
			      COLLISION_CLOSE_THEIRS);
	expect_for_all_states(&(struct collision_side){ 0x0a000001, 4200000000 },
			      COLLISION_CLOSE_OURS);
}

/* What is ours here is theirs there. */
static enum collision seen_from_the_other_end(enum collision verdict)
{
	return verdict == COLLISION_CLOSE_OURS   ? COLLISION_CLOSE_THEIRS :
	       verdict == COLLISION_CLOSE_THEIRS ? COLLISION_CLOSE_OURS : COLLISION_NONE;
}

static void both_ends_close_the_same_connection(void **unused)
{
	static const struct collision_side sides[] = {
		HERE, { 0x0a000001, 65000 }, { 0x0a000002, 65001 }, { 0xffffffff, 1 },
		{ 1, 0xffffffff },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		for (size_t k = 0; k < sizeof(sides) / sizeof(sides[0]); k++) {
			if (i == k)
				continue;
			enum collision a = collision_resolve(&sides[i], &sides[k],
							     SESSION_OPEN_CONFIRM,
							     SESSION_OPEN_CONFIRM);
			enum collision b = collision_resolve(&sides[k], &sides[i],
							     SESSION_OPEN_CONFIRM,
							     SESSION_OPEN_CONFIRM);

			assert_int_not_equal(a, COLLISION_NONE);
			assert_int_equal(a, seen_from_the_other_end(b));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_higher_identifier_keeps_the_connection_it_opened),
		cmocka_unit_test(identifiers_compare_without_sign),
		cmocka_unit_test(between_equal_identifiers_the_higher_as_decides),
		cmocka_unit_test(both_ends_close_the_same_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
