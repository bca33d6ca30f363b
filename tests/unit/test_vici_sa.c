/* Security associations in recorded events list-sa, and in some made by hand. */
#include "bgpd/daemon/vici_sa.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/vici_message.h"
#include "tests/support/recorded.h"

struct seen {
	struct sa sas[8];
	size_t count;
};

static void see(void *arg, const struct sa *sa)
{
	struct seen *seen = arg;

	assert_true(seen->count < 8);
	seen->sas[seen->count++] = *sa;
}

static struct seen seen_in(struct span message)
{
	struct seen seen = { .count = 0 };

	assert_true(vici_sa_parse(message, see, &seen));
	return seen;
}

/* ---- a message by hand ---- */

static uint8_t bytes[8192];
static struct writer message;

static void name(uint8_t kind, const char *text)
{
	write_u8(&message, kind);
	write_u8(&message, (uint8_t)strlen(text));
	write_bytes(&message, text, strlen(text));
}

static void pair(const char *key, const char *value)
{
	name(VICI_KEY_VALUE, key);
	write_u16(&message, (uint16_t)strlen(value));
	write_bytes(&message, value, strlen(value));
}

static void end(int sections)
{
	while (sections--)
		write_u8(&message, VICI_SECTION_END);
}

static void ike(const char *connection, const char *state)
{
	message = writer_of(bytes, sizeof(bytes));
	name(VICI_SECTION_START, connection);
	pair("state", state);
	pair("remote-host", "198.51.100.44");
	name(VICI_SECTION_START, "child-sas");
}

static void child(const char *child_name, const char *state)
{
	name(VICI_SECTION_START, child_name);
	pair("name", child_name);
	pair("state", state);
	end(1);
}

static struct seen made(void)
{
	end(2);
	return seen_in((struct span){ bytes, write_length(&message) });
}

static enum sa_state child_state(const char *state)
{
	ike("aws", "ESTABLISHED");
	child("Tunnel1", state);
	return made().sas[0].state;
}

/* ---- tests ---- */

static void a_recorded_list_tells_the_child_and_its_far_end(void **unused)
{
	struct span frame = recorded("tests/unit/data/vici/frames.txt", "list-sa");
	struct vici_frame event;
	char far[ADDRESS_TEXT];
	size_t length;

	(void)unused;
	assert_int_equal(vici_message_frame(frame, &event, &length), VICI_WHOLE);
	struct seen seen = seen_in(event.message);
	assert_int_equal(seen.count, 2);
	assert_string_equal(seen.sas[0].connection, "tun1");
	assert_string_equal(seen.sas[0].child, "tun1");
	assert_int_equal(seen.sas[0].state, SA_INSTALLED);
	assert_string_equal(address_format(&seen.sas[0].far, far), "10.99.1.2");
	assert_int_equal(seen.sas[0].if_id, 0);
	assert_string_equal(seen.sas[1].child, "");
	assert_int_equal(seen.sas[1].state, SA_USELESS);
}

static void a_child_counts_while_its_successor_is_made_but_not_afterwards(void **unused)
{
	(void)unused;
	assert_int_equal(child_state("INSTALLED"), SA_INSTALLED);
	assert_int_equal(child_state("REKEYING"), SA_INSTALLED);
	assert_int_equal(child_state("UPDATING"), SA_INSTALLED);
	assert_int_equal(child_state("INSTALLING"), SA_NEGOTIATING);
	assert_int_equal(child_state("REKEYED"), SA_USELESS);
	assert_int_equal(child_state("DELETING"), SA_USELESS);
	assert_int_equal(child_state("INSTALLED2"), SA_USELESS);
	assert_int_equal(child_state(""), SA_USELESS);
}

static void each_child_is_told_and_keeps_its_state_to_itself(void **unused)
{
	(void)unused;
	ike("aws", "ESTABLISHED");
	child("old", "DELETING");
	child("new", "INSTALLED");
	struct seen seen = made();
	assert_int_equal(seen.count, 3);
	assert_string_equal(seen.sas[0].child, "old");
	assert_int_equal(seen.sas[0].state, SA_USELESS);
	assert_string_equal(seen.sas[1].child, "new");
	assert_int_equal(seen.sas[1].state, SA_INSTALLED);
}

static void an_ike_sa_that_connects_is_negotiating(void **unused)
{
	(void)unused;
	ike("aws", "CONNECTING");
	struct seen seen = made();
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.sas[0].state, SA_NEGOTIATING);
	assert_string_equal(seen.sas[0].connection, "aws");
}

static void an_interface_id_is_hexadecimal_and_may_be_the_childs_own(void **unused)
{
	(void)unused;
	ike("aws", "ESTABLISHED");
	name(VICI_SECTION_START, "c-1");
	pair("name", "c");
	pair("state", "INSTALLED");
	pair("if-id-in", "00000099");
	pair("if-id-out", "0000001f");
	end(1);
	assert_int_equal(made().sas[0].if_id, 0x1f);
}

static void nonsense_in_values_is_no_evidence(void **unused)
{
	char endless[1000];

	(void)unused;
	memset(endless, 'x', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	ike("aws", "ESTABLISHED");
	name(VICI_SECTION_START, "c-1");
	pair("name", endless);
	pair("remote-host", endless);
	pair("if-id-out", endless);
	pair("state", endless);
	end(1);
	struct seen seen = made();
	assert_int_equal(seen.sas[0].state, SA_USELESS);
	assert_int_equal(seen.sas[0].if_id, 0);
	assert_int_equal(strlen(seen.sas[0].child), SA_NAME - 1);
}

static void a_message_cut_anywhere_is_refused(void **unused)
{
	struct seen seen = { .count = 0 };

	(void)unused;
	ike("aws", "ESTABLISHED");
	child("Tunnel1", "INSTALLED");
	made();
	for (size_t length = 1; length < write_length(&message); length++) {
		seen.count = 0;
		assert_false(vici_sa_parse((struct span){ bytes, length }, see, &seen));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recorded_list_tells_the_child_and_its_far_end),
		cmocka_unit_test(a_child_counts_while_its_successor_is_made_but_not_afterwards),
		cmocka_unit_test(each_child_is_told_and_keeps_its_state_to_itself),
		cmocka_unit_test(an_ike_sa_that_connects_is_negotiating),
		cmocka_unit_test(an_interface_id_is_hexadecimal_and_may_be_the_childs_own),
		cmocka_unit_test(nonsense_in_values_is_no_evidence),
		cmocka_unit_test(a_message_cut_anywhere_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
