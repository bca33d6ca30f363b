/* bgpd/session/fsm.h - State x event -> next state + actions, for one connection.
 *
 * RFC 4271 8.2.2 as a table, with RFC 6608 (what an unexpected message is answered with), RFC 9687
 * (send hold timer) and RFC 4724 5 (a restarted peer).  The table knows no peer, no time and no bytes:
 * session.c turns what happens into events and performs the actions.  DelayOpen (8.1.3) makes events
 * of their own: while its timer runs, a connection is there in Connect or Active.
 *
 * Two machines serve one peer.  The first is ours: it opens connections and listens.  The second is
 * there while a connection lasts that the peer opened, and begins in Active. */
#ifndef BGPD_SESSION_FSM_H
#define BGPD_SESSION_FSM_H

#include <stdbool.h>
#include <stdint.h>

#include "bgpd/wire/notification.h"

enum session_state {
	SESSION_IDLE,
	SESSION_CONNECT,
	SESSION_ACTIVE,
	SESSION_OPEN_SENT,
	SESSION_OPEN_CONFIRM,
	SESSION_ESTABLISHED,
	SESSION_STATES
};

/* In brackets the events of RFC 4271 8.1. */
enum fsm_event {
	FSM_START,                      /* [1, 3, 6, 13] */
	FSM_START_PASSIVE,              /* [4, 5, 7] */
	FSM_STOP,                       /* [2, 8] by an operator, or because the caller says so */
	FSM_RETRY_EXPIRED,              /* [9] ConnectRetryTimer */
	FSM_DELAY_EXPIRED,              /* [12] DelayOpenTimer */
	FSM_HOLD_EXPIRED,               /* [10] */
	FSM_KEEPALIVE_EXPIRED,          /* [11] KeepaliveTimer: time to send one */
	FSM_SEND_HOLD_EXPIRED,          /* [29] RFC 9687 */
	FSM_TCP_UP,                     /* [16, 17] this connection is there */
	FSM_TCP_UP_DELAYED,             /* [16, 17] and our OPEN is to wait */
	FSM_TCP_DOWN,                   /* [18] it failed, or the peer closed it */
	FSM_COLLISION,                  /* [23] it lost against the other one */
	FSM_PEER_RESTARTED,             /* RFC 4724 5: a new connection takes its place */
	FSM_OPEN,                       /* [19] and acceptable */
	FSM_OPEN_DELAYED,               /* [20] the same, while ours waits */
	FSM_OPEN_ERROR,                 /* [22] */
	FSM_HEADER_ERROR,               /* [21] */
	FSM_NOTIFICATION,               /* [24, 25] */
	FSM_KEEPALIVE,                  /* [26] */
	FSM_UPDATE,                     /* [27] */
	FSM_REFRESH,                    /* RFC 2918 */
	FSM_MESSAGE_ERROR,              /* [28] in an UPDATE or a ROUTE-REFRESH */
	FSM_EVENTS
};

/* Performed lowest bit first: a NOTIFICATION leaves before its connection closes, and what may end
 * in another event comes last. */
enum fsm_action {
	DO_NOTHING           = 1 << 0,
	DO_SEND_NOTIFICATION = 1 << 1,
	DO_CLOSE_TCP         = 1 << 2,  /* and stop all timers of the connection */
	DO_STOP_RETRY        = 1 << 3,  /* ConnectRetryTimer and DelayOpenTimer */
	DO_ARM_RETRY         = 1 << 4,
	DO_ARM_DELAY         = 1 << 5,
	DO_BACK_OFF          = 1 << 6,  /* the next ConnectRetry is longer */
	DO_SEND_OPEN         = 1 << 7,
	DO_SEND_KEEPALIVE    = 1 << 8,
	DO_ARM_OPEN_HOLD     = 1 << 9,  /* hold timer with the large value of OpenSent */
	DO_ARM_HOLD          = 1 << 10, /* with the negotiated one */
	DO_ARM_KEEPALIVE     = 1 << 11,
	DO_OPEN_TCP          = 1 << 12, /* and arm ConnectRetry */
	DO_DELIVER           = 1 << 13, /* the message goes to the caller */
	DO_DAMP              = 1 << 14, /* peer oscillation damping: rest in Idle, then start */
};

struct fsm_step {
	uint8_t next;                   /* enum session_state */
	bool unexpected;                /* the NOTIFICATION is FSM Error with this subcode: */
	uint8_t subcode;                /* enum fsm_error */
	uint16_t actions;               /* enum fsm_action */
};

struct fsm_step fsm_step(enum session_state state, enum fsm_event event);

#endif
