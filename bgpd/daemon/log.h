/* bgpd/daemon/log.h - One line in logfmt on stderr for each event.
 *
 *   level=notice kind=role subject=tun2 from=standby to=active reason="tun1 is down" text=...
 *
 * The time stands in front, unless stderr is systemd's journal, which has a clock of its own and
 * takes the priority as "<5>" instead.  Secrets are never handed to it. */
#ifndef BGPD_DAEMON_LOG_H
#define BGPD_DAEMON_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "bgpd/journal.h"

bool log_level_parse(const char *text, enum note_level *level);
const char *log_level_name(enum note_level level);

/* Nothing above this level is written; NOTE_NOTICE before the first call. */
void log_set_level(enum note_level level);
void log_note(const struct note *note);
/* An event of the rim's own, which has no states. */
void log_text(enum note_level level, const char *kind, const char *subject, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The line without time and newline, cut at size.  Returns its length. */
size_t log_format(const struct note *note, char *line, size_t size);

#endif
