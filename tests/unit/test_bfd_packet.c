#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/bfd/packet.h"
#include "tests/support/hex.h"

/* Up, Poll, multiplier 3; discriminators 0a0b0c0d and 01020304; 50 ms, 100 ms, no echo. */
#define GOOD "20e0 03 18 0a0b0c0d 01020304 0000c350 000186a0 00000000"

static const char *verdict(const char *dump, struct bfd_packet *packet)
{
	struct span bytes = hex(dump);

	return packet_parse(bytes.bytes, bytes.length, packet);
}

static void every_field_is_read(void **unused)
{
	struct bfd_packet packet;

	(void)unused;
	assert_null(verdict(GOOD, &packet));
	assert_int_equal(packet.version, 1);
	assert_int_equal(packet.diagnostic, BFD_NO_DIAGNOSTIC);
	assert_int_equal(packet.state, BFD_UP);
	assert_true(packet.poll);
	assert_false(packet.final || packet.demand || packet.multipoint);
	assert_int_equal(packet.multiplier, 3);
	assert_int_equal(packet.my_discriminator, 0x0a0b0c0d);
	assert_int_equal(packet.your_discriminator, 0x01020304);
	assert_int_equal(packet.desired_tx_us, 50000);
	assert_int_equal(packet.required_rx_us, 100000);
	assert_int_equal(packet.required_echo_us, 0);
}

static void each_flag_is_one_bit(void **unused)
{
	static const struct { const char *dump; size_t flag; } rows[] = {
		{ "2060 03 18 00000001 00000002 00000001 00000001 00000000", offsetof(struct bfd_packet, poll) },
		{ "2050 03 18 00000001 00000002 00000001 00000001 00000000", offsetof(struct bfd_packet, final) },
		{ "2048 03 18 00000001 00000002 00000001 00000001 00000000", offsetof(struct bfd_packet, is_independent) },
		{ "2042 03 18 00000001 00000002 00000001 00000001 00000000", offsetof(struct bfd_packet, demand) },
	};
	struct bfd_packet packet;

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(verdict(rows[i].dump, &packet));
		assert_int_equal(packet.state, BFD_DOWN);
		assert_int_equal(packet.poll + packet.final + packet.is_independent + packet.demand, 1);
		assert_true(((const char *)&packet)[rows[i].flag]);
	}
}

/* RFC 5880 6.8.6, a row for each reason to discard. */
static void what_is_wrong_is_discarded(void **unused)
{
	static const struct { const char *dump, *why; } rows[] = {
		{ "", "it is shorter than a packet" },
		{ "20c0 03 18 00000001 00000002 00000001 00000001 000000", "it is shorter than a packet" },
		{ "00c0 03 18 00000001 00000002 00000001 00000001 00000000", "its version is not 1" },
		{ "40c0 03 18 00000001 00000002 00000001 00000001 00000000", "its version is not 1" },
		{ "20c0 03 17 00000001 00000002 00000001 00000001 00000000",
		  "its length is less than that of a packet" },
		{ "20c0 03 19 00000001 00000002 00000001 00000001 00000000",
		  "its length is more than has come" },
		{ "20c0 00 18 00000001 00000002 00000001 00000001 00000000", "its Detect Mult is 0" },
		{ "20c1 03 18 00000001 00000002 00000001 00000001 00000000",
		  "its Multipoint bit is set" },
		{ "20c0 03 18 00000000 00000002 00000001 00000001 00000000",
		  "its My Discriminator is 0" },
		{ "20c0 03 18 00000001 00000000 00000001 00000001 00000000",
		  "its Your Discriminator is 0 though it is not Down" },
		{ "2080 03 18 00000001 00000000 00000001 00000001 00000000",
		  "its Your Discriminator is 0 though it is not Down" },
		{ "20c4 03 1c 00000001 00000002 00000001 00000001 00000000 01040000",
		  "it has an authentication section, and none is in use" },
	};
	struct bfd_packet packet;

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(verdict(rows[i].dump, &packet), rows[i].why);
}

static void who_is_down_need_not_know_us(void **unused)
{
	struct bfd_packet packet;

	(void)unused;
	assert_null(verdict("2040 03 18 00000001 00000000 000f4240 0000c350 00000000", &packet));
	assert_int_equal(packet.state, BFD_DOWN);
	assert_null(verdict("2700 03 18 00000001 00000000 000f4240 0000c350 00000000", &packet));
	assert_int_equal(packet.state, BFD_ADMIN_DOWN);
	assert_int_equal(packet.diagnostic, BFD_ADMINISTRATIVE);
}

static void what_follows_a_packet_does_not_matter(void **unused)
{
	struct bfd_packet packet;

	(void)unused;
	assert_null(verdict(GOOD "ffff", &packet));
}

static void what_is_built_is_what_was_read(void **unused)
{
	struct bfd_packet packet;
	uint8_t bytes[BFD_PACKET];

	(void)unused;
	assert_null(verdict(GOOD, &packet));
	packet_build(&packet, bytes);
	assert_hex((struct span){ bytes, sizeof(bytes) }, GOOD);
	assert_null(verdict("235a 05 18 00000001 00000002 00000001 00000001 00000000", &packet));
	packet_build(&packet, bytes);
	assert_hex((struct span){ bytes, sizeof(bytes) },
		   "235a 05 18 00000001 00000002 00000001 00000001 00000000");
}

static void diagnostics_have_names(void **unused)
{
	(void)unused;
	assert_string_equal(packet_diagnostic_name(BFD_TIME_EXPIRED), "control detection time expired");
	assert_string_equal(packet_diagnostic_name(31), "unknown diagnostic");
	assert_string_equal(packet_state_name(BFD_ADMIN_DOWN), "admindown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(each_flag_is_one_bit),
		cmocka_unit_test(what_is_wrong_is_discarded),
		cmocka_unit_test(who_is_down_need_not_know_us),
		cmocka_unit_test(what_follows_a_packet_does_not_matter),
		cmocka_unit_test(what_is_built_is_what_was_read),
		cmocka_unit_test(diagnostics_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
