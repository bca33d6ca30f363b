/* bgpd/daemon/answer.h - A request of the control socket -> its reply, piece by piece.
 *
 * The routes of a table are told a piece at a time, as the client takes them, so that neither
 * memory nor other work waits for a slow one. */
#ifndef BGPD_DAEMON_ANSWER_H
#define BGPD_DAEMON_ANSWER_H

#include "bgpd/control/request.h"
#include "bgpd/daemon/history.h"
#include "bgpd/speaker.h"

/* What requests are about. */
struct answer_subject {
	struct speaker *speaker;
	struct fib *fib;
	const struct history *history;
	msec_t started;
	msec_t longest_delay;           /* by bulk work, of what goes before it; since the start */
	/* Reads the file anew: the reply. */
	struct json_object *(*reload)(void *arg);
	/* What an updown hook or an operator knows of a tunnel's security association. */
	void (*tell_ipsec)(void *arg, const char *tunnel, enum signal_state state,
			   const char *reason);
	void *arg;
};

struct answer {
	const struct answer_subject *subject;
	struct request request;
	uint32_t cursor;                /* in a table */
};

/* Takes the request; the subject is borrowed. */
void answer_init(struct answer *answer, const struct answer_subject *subject,
		 struct request *request);
void answer_clear(struct answer *answer);
/* The next line of the reply, owned by the caller; *more: another one follows. */
struct json_object *answer_next(struct answer *answer, bool *more);

#endif
