#include "bgpd/daemon/history.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/plain.h"

#define TEXT_KEPT 256

struct history {
	struct journal journal;
	uint64_t noted;                 /* so many, ever: the id of the newest */
	struct history_event events[HISTORY_EVENTS];    /* event n at (n - 1) % HISTORY_EVENTS */
};

static const char *keep(const char *text)
{
	char kept[TEXT_KEPT];

	return text ? xstrdup(plain_copy(text, kept, sizeof(kept))) : NULL;
}

/* The texts are ours and const only to those who read them. */
static void forget(struct note *note)
{
	const char *texts[] = { note->kind, note->subject, note->text, note->from, note->to,
				note->reason };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free((void *)(uintptr_t)texts[i]);
	for (size_t i = 0; i < note->detail_count; i++) {
		free((void *)(uintptr_t)note->details[i].name);
		free((void *)(uintptr_t)note->details[i].text);
	}
	free((void *)(uintptr_t)note->details);
	*note = (struct note){ 0 };
}

static const struct note_detail *keep_details(const struct note *note)
{
	struct note_detail *kept = xcalloc(note->detail_count, sizeof(*kept));

	for (size_t i = 0; i < note->detail_count; i++) {
		const struct note_detail *detail = &note->details[i];

		kept[i] = (struct note_detail){ keep(detail->name), keep(detail->text),
						detail->number };
	}
	return kept;
}

static void remember(struct history *history, const struct note *note)
{
	struct history_event *event = &history->events[history->noted % HISTORY_EVENTS];

	forget(&event->note);
	event->id = ++history->noted;
	event->wall = now_wall();
	event->note = *note;
	event->note.kind = keep(note->kind);
	event->note.subject = keep(note->subject);
	event->note.text = keep(note->text);
	event->note.from = keep(note->from);
	event->note.to = keep(note->to);
	event->note.reason = keep(note->reason);
	event->note.details = note->detail_count ? keep_details(note) : NULL;
}

/* The journal is the first member of the history. */
static void note_event(struct journal *journal, const struct note *note, msec_t now)
{
	(void)now;
	log_note(note);
	if (note->level <= NOTE_NOTICE)
		remember((struct history *)journal, note);
}

struct history *history_new(void)
{
	struct history *history = xcalloc(1, sizeof(*history));

	history->journal.note = note_event;
	return history;
}

void history_free(struct history *history)
{
	if (!history)
		return;
	for (size_t i = 0; i < HISTORY_EVENTS; i++)
		forget(&history->events[i].note);
	free(history);
}

struct journal *history_journal(struct history *history)
{
	return &history->journal;
}

void history_note(struct history *history, enum note_level level, const char *kind,
		  const char *subject, const char *format, ...)
{
	struct note note = { .level = level, .kind = kind, .subject = subject, .duration_ms = -1 };
	char text[TEXT_KEPT];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	note.text = text;
	note_event(&history->journal, &note, 0);
}

size_t history_count(const struct history *history)
{
	return history->noted < HISTORY_EVENTS ? (size_t)history->noted : HISTORY_EVENTS;
}

const struct history_event *history_at(const struct history *history, size_t index)
{
	uint64_t oldest = history->noted - history_count(history);

	return &history->events[(oldest + index) % HISTORY_EVENTS];
}
