/* bgpd/journal.h - What happened, for the log and the event history.
 *
 * The pure core tells the rim through this interface, once for each event; only the rim writes.  All
 * strings are borrowed for the call; those that do not belong to a kind are NULL. */
#ifndef BGPD_JOURNAL_H
#define BGPD_JOURNAL_H

#include "bgpd/base/clock.h"

enum note_level { NOTE_ERROR, NOTE_WARNING, NOTE_NOTICE, NOTE_INFO, NOTE_DEBUG };

struct note {
	enum note_level level;          /* NOTICE and above also go into the event history */
	const char *kind;               /* "role", "session", "tunnel", "failover", "fib", "budget" ... */
	const char *subject;            /* the tunnel, neighbor, group or prefix that it is about */
	const char *text;               /* a phrase: "tunnel role changed" */
	const char *from, *to, *reason;
	msec_t duration_ms;             /* < 0: none */
};

struct journal {
	void (*note)(struct journal *journal, const struct note *note, msec_t now);
};

#endif
