#include "bgpd/session/fsm.h"

#define FAIL   (DO_CLOSE_TCP | DO_DAMP)
#define REFUSE (DO_SEND_NOTIFICATION | FAIL)
#define CEASE  (DO_SEND_NOTIFICATION | DO_CLOSE_TCP)

#define OFFER  (DO_STOP_RETRY | DO_SEND_OPEN | DO_ARM_OPEN_HOLD)
#define WAIT   (DO_STOP_RETRY | DO_ARM_DELAY)
#define AGREE  (DO_SEND_KEEPALIVE | DO_ARM_HOLD | DO_ARM_KEEPALIVE)

/* A row for each pair that the RFC names; the others are `unexpected`.  Where we differ from
 * its letter:
 * - Connect, TCP down: with a DelayOpenTimer the RFC goes to Active, without to Idle, to start
 *   again after IdleHoldTime.  We take the first way, so that the peer can reach us meanwhile;
 *   and in Active as well, where a connection may be that waits for its OPEN.
 * - What is wrong with its OPEN, or a header, is told before ours is (SendNOTIFICATIONwithoutOPEN).
 * - Nor is there a reason to damp when such a one is replaced by another.
 * - A NOTIFICATION in OpenSent is counted there among the unexpected events, and bad headers in
 *   Established as well.  The first must not be answered (6.4), the second have codes of their
 *   own (6.1).
 * - Connection events of [16, 17] belong to the other machine, see collision.h. */
static const struct fsm_step steps[SESSION_STATES][FSM_EVENTS] = {
	[SESSION_IDLE] = {
		[FSM_START]             = { SESSION_CONNECT, .actions = DO_OPEN_TCP },
		[FSM_START_PASSIVE]     = { SESSION_ACTIVE, .actions = DO_NOTHING },
	},
	[SESSION_CONNECT] = {
		[FSM_START]             = { SESSION_CONNECT, .actions = DO_NOTHING },
		[FSM_START_PASSIVE]     = { SESSION_CONNECT, .actions = DO_NOTHING },
		[FSM_STOP]              = { SESSION_IDLE, .actions = DO_CLOSE_TCP },
		[FSM_RETRY_EXPIRED]     = { SESSION_CONNECT,
					    .actions = DO_CLOSE_TCP | DO_BACK_OFF | DO_OPEN_TCP },
		[FSM_DELAY_EXPIRED]     = { SESSION_OPEN_SENT, .actions = OFFER },
		[FSM_TCP_UP]            = { SESSION_OPEN_SENT, .actions = OFFER },
		[FSM_TCP_UP_DELAYED]    = { SESSION_CONNECT, .actions = WAIT },
		[FSM_TCP_DOWN]          = { SESSION_ACTIVE,
					    .actions = DO_CLOSE_TCP | DO_ARM_RETRY | DO_BACK_OFF },
		[FSM_COLLISION]         = { SESSION_IDLE, .actions = DO_CLOSE_TCP },
		[FSM_OPEN_DELAYED]      = { SESSION_OPEN_CONFIRM,
					    .actions = DO_STOP_RETRY | DO_SEND_OPEN | AGREE },
		[FSM_OPEN_ERROR]        = { SESSION_IDLE, .actions = REFUSE },
		[FSM_HEADER_ERROR]      = { SESSION_IDLE, .actions = REFUSE },
	},
	[SESSION_ACTIVE] = {
		[FSM_START]             = { SESSION_ACTIVE, .actions = DO_NOTHING },
		[FSM_START_PASSIVE]     = { SESSION_ACTIVE, .actions = DO_NOTHING },
		[FSM_STOP]              = { SESSION_IDLE, .actions = DO_CLOSE_TCP },
		[FSM_RETRY_EXPIRED]     = { SESSION_CONNECT, .actions = DO_OPEN_TCP },
		[FSM_DELAY_EXPIRED]     = { SESSION_OPEN_SENT, .actions = OFFER },
		[FSM_TCP_UP]            = { SESSION_OPEN_SENT, .actions = OFFER },
		[FSM_TCP_UP_DELAYED]    = { SESSION_ACTIVE, .actions = WAIT },
		[FSM_TCP_DOWN]          = { SESSION_ACTIVE,
					    .actions = DO_CLOSE_TCP | DO_ARM_RETRY | DO_BACK_OFF },
		[FSM_COLLISION]         = { SESSION_IDLE, .actions = DO_CLOSE_TCP },
		[FSM_OPEN_DELAYED]      = { SESSION_OPEN_CONFIRM,
					    .actions = DO_STOP_RETRY | DO_SEND_OPEN | AGREE },
		[FSM_OPEN_ERROR]        = { SESSION_IDLE, .actions = REFUSE },
		[FSM_HEADER_ERROR]      = { SESSION_IDLE, .actions = REFUSE },
	},
	[SESSION_OPEN_SENT] = {
		[FSM_START]             = { SESSION_OPEN_SENT, .actions = DO_NOTHING },
		[FSM_START_PASSIVE]     = { SESSION_OPEN_SENT, .actions = DO_NOTHING },
		[FSM_STOP]              = { SESSION_IDLE, .actions = CEASE },
		[FSM_HOLD_EXPIRED]      = { SESSION_IDLE, .actions = REFUSE },
		[FSM_TCP_UP]            = { SESSION_OPEN_SENT, .actions = DO_NOTHING },
		[FSM_TCP_UP_DELAYED]    = { SESSION_OPEN_SENT, .actions = DO_NOTHING },
		[FSM_TCP_DOWN]          = { SESSION_ACTIVE,
					    .actions = DO_CLOSE_TCP | DO_ARM_RETRY | DO_BACK_OFF },
		[FSM_COLLISION]         = { SESSION_IDLE, .actions = CEASE },
		[FSM_OPEN]              = { SESSION_OPEN_CONFIRM, .actions = AGREE },
		[FSM_OPEN_ERROR]        = { SESSION_IDLE, .actions = REFUSE },
		[FSM_HEADER_ERROR]      = { SESSION_IDLE, .actions = REFUSE },
		[FSM_NOTIFICATION]      = { SESSION_IDLE, .actions = FAIL },
	},
	[SESSION_OPEN_CONFIRM] = {
		[FSM_START]             = { SESSION_OPEN_CONFIRM, .actions = DO_NOTHING },
		[FSM_START_PASSIVE]     = { SESSION_OPEN_CONFIRM, .actions = DO_NOTHING },
		[FSM_STOP]              = { SESSION_IDLE, .actions = CEASE },
		[FSM_HOLD_EXPIRED]      = { SESSION_IDLE, .actions = REFUSE },
		[FSM_KEEPALIVE_EXPIRED] = { SESSION_OPEN_CONFIRM,
					    .actions = DO_SEND_KEEPALIVE | DO_ARM_KEEPALIVE },
		[FSM_TCP_UP]            = { SESSION_OPEN_CONFIRM, .actions = DO_NOTHING },
		[FSM_TCP_UP_DELAYED]    = { SESSION_OPEN_CONFIRM, .actions = DO_NOTHING },
		[FSM_TCP_DOWN]          = { SESSION_IDLE, .actions = FAIL },
		[FSM_COLLISION]         = { SESSION_IDLE, .actions = CEASE },
		[FSM_OPEN_ERROR]        = { SESSION_IDLE, .actions = REFUSE },
		[FSM_HEADER_ERROR]      = { SESSION_IDLE, .actions = REFUSE },
		[FSM_NOTIFICATION]      = { SESSION_IDLE, .actions = FAIL },
		[FSM_KEEPALIVE]         = { SESSION_ESTABLISHED, .actions = DO_ARM_HOLD },
	},
	[SESSION_ESTABLISHED] = {
		[FSM_START]             = { SESSION_ESTABLISHED, .actions = DO_NOTHING },
		[FSM_START_PASSIVE]     = { SESSION_ESTABLISHED, .actions = DO_NOTHING },
		[FSM_STOP]              = { SESSION_IDLE, .actions = CEASE },
		[FSM_HOLD_EXPIRED]      = { SESSION_IDLE, .actions = REFUSE },
		[FSM_KEEPALIVE_EXPIRED] = { SESSION_ESTABLISHED,
					    .actions = DO_SEND_KEEPALIVE | DO_ARM_KEEPALIVE },
		[FSM_SEND_HOLD_EXPIRED] = { SESSION_IDLE, .actions = REFUSE },
		[FSM_TCP_UP]            = { SESSION_ESTABLISHED, .actions = DO_NOTHING },
		[FSM_TCP_UP_DELAYED]    = { SESSION_ESTABLISHED, .actions = DO_NOTHING },
		[FSM_TCP_DOWN]          = { SESSION_IDLE, .actions = FAIL },
		[FSM_COLLISION]         = { SESSION_IDLE, .actions = CEASE },
		[FSM_PEER_RESTARTED]    = { SESSION_IDLE, .actions = DO_CLOSE_TCP },
		[FSM_HEADER_ERROR]      = { SESSION_IDLE, .actions = REFUSE },
		[FSM_NOTIFICATION]      = { SESSION_IDLE, .actions = FAIL },
		[FSM_KEEPALIVE]         = { SESSION_ESTABLISHED, .actions = DO_ARM_HOLD },
		[FSM_UPDATE]            = { SESSION_ESTABLISHED,
					    .actions = DO_ARM_HOLD | DO_DELIVER },
		[FSM_REFRESH]           = { SESSION_ESTABLISHED, .actions = DO_DELIVER },
		[FSM_MESSAGE_ERROR]     = { SESSION_IDLE, .actions = REFUSE },
	},
};

static bool is_message(enum fsm_event event)
{
	return event >= FSM_OPEN;
}

/* The RFC's "any other event".  RFC 6608 4: the subcodes are about messages; another event that
 * comes out of turn is our own fault, and unspecific. */
static struct fsm_step unexpected(enum session_state state, enum fsm_event event)
{
	static const uint8_t subcodes[SESSION_STATES] = {
		[SESSION_OPEN_SENT]    = FSM_IN_OPEN_SENT,
		[SESSION_OPEN_CONFIRM] = FSM_IN_OPEN_CONFIRM,
		[SESSION_ESTABLISHED]  = FSM_IN_ESTABLISHED,
	};

	if (state == SESSION_IDLE)
		return (struct fsm_step){ SESSION_IDLE, .actions = DO_NOTHING };
	if (state < SESSION_OPEN_SENT)
		return (struct fsm_step){ SESSION_IDLE, .actions = FAIL };
	return (struct fsm_step){
		.next = SESSION_IDLE,
		.unexpected = true,
		.subcode = is_message(event) ? subcodes[state] : FSM_UNSPECIFIC,
		.actions = REFUSE,
	};
}

struct fsm_step fsm_step(enum session_state state, enum fsm_event event)
{
	struct fsm_step step = steps[state][event];

	return step.actions ? step : unexpected(state, event);
}
