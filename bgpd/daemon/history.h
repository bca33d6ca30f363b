/* bgpd/daemon/history.h - The last events, for `show events`; and the journal of the speaker.
 *
 * Each note goes to the log; those of NOTICE and above are kept, the oldest of HISTORY_EVENTS is
 * forgotten for a new one.  What an entry keeps of each text is bounded. */
#ifndef BGPD_DAEMON_HISTORY_H
#define BGPD_DAEMON_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "bgpd/journal.h"

#define HISTORY_EVENTS 1024

struct history;

struct history *history_new(void);
void history_free(struct history *history);
struct journal *history_journal(struct history *history);
/* An event of the rim's own, which has no states. */
void history_note(struct history *history, enum note_level level, const char *kind,
		  const char *subject, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

struct history_event {
	uint64_t id;                    /* 1, 2, 3 ...: since the start of the daemon */
	msec_t wall;                    /* since 1970 */
	struct note note;
};

/* Oldest first, 0 to history_count - 1; lent until the next note. */
size_t history_count(const struct history *history);
const struct history_event *history_at(const struct history *history, size_t index);

#endif
