#include "bgpd/daemon/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/daemon/now.h"
#include "bgpd/daemon/plain.h"

#define LINE_MAX_BYTES 1536

static enum note_level log_level = NOTE_NOTICE;

static const struct {
	const char *name;
	int priority;                   /* as in syslog(3) */
} levels[] = {
	[NOTE_ERROR]   = { "error", 3 },
	[NOTE_WARNING] = { "warning", 4 },
	[NOTE_NOTICE]  = { "notice", 5 },
	[NOTE_INFO]    = { "info", 6 },
	[NOTE_DEBUG]   = { "debug", 7 },
};

#define LEVELS (sizeof(levels) / sizeof(levels[0]))

bool log_level_parse(const char *text, enum note_level *level)
{
	for (size_t i = 0; i < LEVELS; i++) {
		if (strcmp(text, levels[i].name) == 0) {
			*level = (enum note_level)i;
			return true;
		}
	}
	return false;
}

const char *log_level_name(enum note_level level)
{
	return levels[level].name;
}

void log_set_level(enum note_level level)
{
	log_level = level;
}

struct line {
	char *text;
	size_t length, size;
};

static void put(struct line *line, const char *text, size_t length)
{
	size_t room = line->size - 1 - line->length;

	if (length > room)
		length = room;
	memcpy(line->text + line->length, text, length);
	line->length += length;
	line->text[line->length] = '\0';
}

static void put_quoted(struct line *line, const char *text)
{
	put(line, "\"", 1);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			put(line, "\\", 1);
		put(line, text, 1);
	}
	put(line, "\"", 1);
}

/* Nothing at all for a value that is not there. */
static void put_pair(struct line *line, const char *key, const char *value)
{
	char plain[512];

	if (!value)
		return;
	plain_copy(value, plain, sizeof(plain));
	if (line->length > 0)
		put(line, " ", 1);
	put(line, key, strlen(key));
	put(line, "=", 1);
	if (*plain == '\0' || strpbrk(plain, " =\"\\"))
		put_quoted(line, plain);
	else
		put(line, plain, strlen(plain));
}

static void put_detail(struct line *line, const struct note_detail *detail)
{
	char number[24];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)detail->number);
	put_pair(line, detail->name, detail->text ? detail->text : number);
}

size_t log_format(const struct note *note, char *text, size_t size)
{
	struct line line = { .text = text, .size = size };
	char duration[24];

	text[0] = '\0';
	snprintf(duration, sizeof(duration), "%lld", (long long)note->duration_ms);
	put_pair(&line, "level", log_level_name(note->level));
	put_pair(&line, "kind", note->kind);
	put_pair(&line, "subject", note->subject);
	put_pair(&line, "from", note->from);
	put_pair(&line, "to", note->to);
	put_pair(&line, "reason", note->reason);
	put_pair(&line, "duration_ms", note->duration_ms < 0 ? NULL : duration);
	for (size_t i = 0; i < note->detail_count; i++)
		put_detail(&line, &note->details[i]);
	put_pair(&line, "text", note->text);
	return line.length;
}

/* The line's head: what systemd.exec(5) says about JOURNAL_STREAM decides which. */
static size_t put_head(enum note_level level, char *text, size_t size)
{
	char time[PLAIN_TIME];
	int length;

	if (getenv("JOURNAL_STREAM"))
		length = snprintf(text, size, "<%d>", levels[level].priority);
	else
		length = snprintf(text, size, "time=%s ", plain_time(now_wall(), time));
	return (size_t)length;
}

void log_note(const struct note *note)
{
	char text[LINE_MAX_BYTES];
	size_t length;
	ssize_t written;

	if (note->level > log_level)
		return;
	length = put_head(note->level, text, sizeof(text));
	length += log_format(note, text + length, sizeof(text) - length - 1);
	text[length++] = '\n';
	written = write(STDERR_FILENO, text, length);   /* nowhere to complain */
	(void)written;
}

void log_text(enum note_level level, const char *kind, const char *subject, const char *format, ...)
{
	struct note note = { .level = level, .kind = kind, .subject = subject, .duration_ms = -1 };
	char text[512];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	note.text = text;
	log_note(&note);
}
