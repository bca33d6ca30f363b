#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "bgpd/session/fsm.h"

/* RFC 4271 8.2.2 read state by state.  A cell is the next state ('.': the same), what is done, in
 * the order in which it is done, and for the RFC's "any other event" the FSM Error subcode.
 *
 *	N send NOTIFICATION   X close TCP        R start ConnectRetry  w start DelayOpen
 *	r stop these two      B back off         P send OPEN           K send KEEPALIVE
 *	L hold timer, large value                H restart hold timer  T restart keepalive timer
 *	O open a connection   D deliver          d damp */
static const struct row {
	enum fsm_event event;
	const char *cells[SESSION_STATES];
} table[] = {
	/*                        Idle  Connect  Active  OpenSent  OpenConfirm  Established */
	{ FSM_START,             { "CO", ".",     ".",    ".",      ".",      "." } },
	{ FSM_START_PASSIVE,     { "A",  ".",     ".",    ".",      ".",      "." } },
	{ FSM_STOP,              { ".",  "IX",    "IX",   "INX",    "INX",    "INX" } },
	{ FSM_RETRY_EXPIRED,     { ".",  ".XBO",  "CO",   "INXd0",  "INXd0",  "INXd0" } },
	{ FSM_DELAY_EXPIRED,     { ".",  "SrPL",  "SrPL", "INXd0",  "INXd0",  "INXd0" } },
	{ FSM_HOLD_EXPIRED,      { ".",  "IXd",   "IXd",  "INXd",   "INXd",   "INXd" } },
	{ FSM_KEEPALIVE_EXPIRED, { ".",  "IXd",   "IXd",  "INXd0",  ".KT",    ".KT" } },
	{ FSM_SEND_HOLD_EXPIRED, { ".",  "IXd",   "IXd",  "INXd0",  "INXd0",  "INXd" } },
	{ FSM_TCP_UP,            { ".",  "SrPL",  "SrPL", ".",      ".",      "." } },
	{ FSM_TCP_UP_DELAYED,    { ".",  ".rw",   ".rw",  ".",      ".",      "." } },
	{ FSM_TCP_DOWN,          { ".",  "AXRB",  ".XRB", "AXRB",   "IXd",    "IXd" } },
	{ FSM_COLLISION,         { ".",  "IX",    "IX",   "INX",    "INX",    "INX" } },
	{ FSM_PEER_RESTARTED,    { ".",  "IXd",   "IXd",  "INXd0",  "INXd0",  "IX" } },
	{ FSM_OPEN,              { ".",  "IXd",   "IXd",  "OKHT",   "INXd2",  "INXd3" } },
	{ FSM_OPEN_DELAYED,      { ".",  "OrPKHT", "OrPKHT", "INXd1", "INXd2", "INXd3" } },
	{ FSM_OPEN_ERROR,        { ".",  "INXd",  "INXd",  "INXd",   "INXd",   "INXd3" } },
	{ FSM_HEADER_ERROR,      { ".",  "INXd",  "INXd",  "INXd",   "INXd",   "INXd" } },
	{ FSM_NOTIFICATION,      { ".",  "IXd",   "IXd",  "IXd",    "IXd",    "IXd" } },
	{ FSM_KEEPALIVE,         { ".",  "IXd",   "IXd",  "INXd1",  "EH",     ".H" } },
	{ FSM_UPDATE,            { ".",  "IXd",   "IXd",  "INXd1",  "INXd2",  ".HD" } },
	{ FSM_REFRESH,           { ".",  "IXd",   "IXd",  "INXd1",  "INXd2",  ".D" } },
	{ FSM_MESSAGE_ERROR,     { ".",  "IXd",   "IXd",  "INXd1",  "INXd2",  "INXd" } },
};

static const struct letter {
	enum fsm_action action;
	char letter;
} letters[] = {
	{ DO_SEND_NOTIFICATION, 'N' }, { DO_CLOSE_TCP, 'X' }, { DO_STOP_RETRY, 'r' },
	{ DO_ARM_RETRY, 'R' }, { DO_ARM_DELAY, 'w' }, { DO_BACK_OFF, 'B' }, { DO_SEND_OPEN, 'P' },
	{ DO_SEND_KEEPALIVE, 'K' }, { DO_ARM_OPEN_HOLD, 'L' }, { DO_ARM_HOLD, 'H' },
	{ DO_ARM_KEEPALIVE, 'T' }, { DO_OPEN_TCP, 'O' }, { DO_DELIVER, 'D' }, { DO_DAMP, 'd' },
};

static void spell(enum session_state state, struct fsm_step step, char text[32])
{
	*text++ = step.next == state ? '.' : "ICASOE"[step.next];
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (step.actions & letters[i].action)
			*text++ = letters[i].letter;
	if (step.unexpected)
		*text++ = (char)('0' + step.subcode);
	*text = '\0';
}

static void each_state_answers_each_event_as_the_rfc_says(void **unused)
{
	char wanted[64], got[64], spelled[32];

	(void)unused;
	assert_int_equal(sizeof(table) / sizeof(table[0]), FSM_EVENTS);
	for (size_t i = 0; i < FSM_EVENTS; i++) {
		for (int state = 0; state < SESSION_STATES; state++) {
			enum fsm_event event = table[i].event;

			spell((enum session_state)state, fsm_step((enum session_state)state, event),
			      spelled);
			snprintf(got, sizeof(got), "event %u in state %d: %s", event, state,
				 spelled);
			snprintf(wanted, sizeof(wanted), "event %u in state %d: %s", event, state,
				 table[i].cells[state]);
			assert_string_equal(got, wanted);
		}
	}
}

/* A NOTIFICATION must leave before its connection closes, and a connection be closed before the
 * next one is opened; what may call the machine again comes last of all. */
static void actions_are_numbered_in_the_order_of_their_effects(void **unused)
{
	(void)unused;
	assert_true(DO_SEND_NOTIFICATION < DO_CLOSE_TCP);
	assert_true(DO_CLOSE_TCP < DO_ARM_RETRY && DO_CLOSE_TCP < DO_OPEN_TCP);
	assert_true(DO_ARM_RETRY < DO_BACK_OFF && DO_STOP_RETRY < DO_ARM_DELAY);
	assert_true(DO_ARM_HOLD < DO_DELIVER && DO_ARM_KEEPALIVE < DO_DELIVER);
	assert_true(DO_OPEN_TCP < DO_DELIVER && DO_DELIVER < DO_DAMP);
}

static void leaving_for_idle_always_closes_the_connection(void **unused)
{
	(void)unused;
	for (int state = SESSION_CONNECT; state < SESSION_STATES; state++) {
		for (int event = 0; event < FSM_EVENTS; event++) {
			struct fsm_step step = fsm_step((enum session_state)state,
							(enum fsm_event)event);

			if (step.next == SESSION_IDLE)
				assert_true(step.actions & DO_CLOSE_TCP);
			if (step.actions & DO_SEND_NOTIFICATION)
				assert_int_equal(step.next, SESSION_IDLE);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_answers_each_event_as_the_rfc_says),
		cmocka_unit_test(actions_are_numbered_in_the_order_of_their_effects),
		cmocka_unit_test(leaving_for_idle_always_closes_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
