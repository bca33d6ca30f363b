#include "bgpd/speaker/state.h"

void speaker_note(struct speaker *speaker, enum note_level level, const char *kind,
		  const char *subject, const char *text, const char *reason)
{
	struct note note = { .level = level, .kind = kind, .subject = subject, .text = text,
			     .reason = reason, .duration_ms = -1 };

	speaker->journal->note(speaker->journal, &note, speaker->now);
}
