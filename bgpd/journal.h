/* bgpd/journal.h - What happened, for the log and the event history.
 *
 * The pure core tells the rim through this interface, once for each event; only the rim writes.  All
 * strings are borrowed for the call; those that do not belong to a kind are NULL. */
#ifndef BGPD_JOURNAL_H
#define BGPD_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/clock.h"

enum note_level { NOTE_ERROR, NOTE_WARNING, NOTE_NOTICE, NOTE_INFO, NOTE_DEBUG };

/* What belongs to a kind beyond the names below: "far_side_ms" 412. */
struct note_detail {
	const char *name;
	const char *text;               /* NULL: the number */
	uint64_t number;
};

struct note {
	enum note_level level;          /* NOTICE and above also go into the event history */
	const char *kind;               /* "role", "session", "tunnel", "failover", "fib", "budget" ... */
	const char *subject;            /* the tunnel, neighbor, group or prefix that it is about */
	const char *text;               /* a phrase: "tunnel role changed" */
	const char *from, *to, *reason;
	msec_t duration_ms;             /* < 0: none */
	const struct note_detail *details;
	size_t detail_count;
};

struct journal {
	void (*note)(struct journal *journal, const struct note *note, msec_t now);
};

#endif
