#include "tests/sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/base/text.h"
#include "bgpd/base/xalloc.h"

static void write_line(struct sim *sim, const char *text, size_t length)
{
	char time[32];
	msec_t at = sim->now - sim->origin;
	size_t size = (size_t)snprintf(time, sizeof(time), "%d.%03d ", (int)(at / 1000),
				       (int)(at % 1000));

	if (sim->trace_length + size + length + 2 > sim->trace_size) {
		sim->trace_size = 2 * (sim->trace_size + size + length + 2);
		sim->trace = xrealloc(sim->trace, sim->trace_size);
	}
	memcpy(sim->trace + sim->trace_length, time, size);
	memcpy(sim->trace + sim->trace_length + size, text, length);
	sim->trace_length += size + length + 1;
	memcpy(sim->trace + sim->trace_length - 1, "\n", 2);
}

void sim_take_kernel_trace(struct sim *sim)
{
	const char *line = fake_fib_trace(sim->kernel);

	while (*line) {
		size_t length = strcspn(line, "\n");
		char text[200];

		snprintf(text, sizeof(text), "fib %.*s", (int)length, line);
		write_line(sim, text, strlen(text));
		line += length + 1;
	}
}

void sim_trace(struct sim *sim, const char *format, ...)
{
	char text[400];
	va_list arguments;

	if (sim->is_quiet)
		return;
	sim_take_kernel_trace(sim);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	write_line(sim, text, strlen(text));
}

void sim_forget(struct sim *sim)
{
	sim_take_kernel_trace(sim);
	sim->trace_length = 0;
	if (sim->trace)
		sim->trace[0] = '\0';
}

void sim_check(struct sim *sim, const char *wanted, const char *file, int line)
{
	sim_take_kernel_trace(sim);
	const char *trace = sim->trace ? sim->trace : "";

	if (strcmp(trace, wanted) != 0) {
		fprintf(stderr, "got:\n%swanted:\n%s", trace, wanted);
		_fail(file, line);
	}
	sim_forget(sim);
}

static struct sim *sim_of_journal(struct journal *journal)
{
	return (struct sim *)((char *)journal - offsetof(struct sim, journal));
}

static bool is_record(const struct note *note)
{
	return note->detail_count > 0;
}

static void keep_record(struct sim *sim, const struct note *note)
{
	struct text text = text_of(sim->record, sizeof(sim->record));
	msec_t at = sim->now - sim->origin;

	text_add(&text, "%d.%03d %s %s", (int)(at / 1000), (int)(at % 1000), note->kind,
		 note->subject);
	if (note->to)
		text_add(&text, " %s -> %s", note->from, note->to);
	if (note->duration_ms >= 0)
		text_add(&text, " %d ms", (int)note->duration_ms);
	text_add(&text, ": %s", note->reason ? note->reason : note->text);
	for (size_t i = 0; i < note->detail_count; i++) {
		const struct note_detail *detail = &note->details[i];

		text_add(&text, ", %s ", detail->name);
		if (detail->text)
			text_add(&text, "%s", detail->text);
		else
			text_add(&text, "%u", (unsigned int)detail->number);
	}
}

const char *sim_record(struct sim *sim)
{
	static char record[sizeof(sim->record)];

	memcpy(record, sim->record, sizeof(record));
	sim->record[0] = '\0';
	return record;
}

void sim_note(struct journal *journal, const struct note *note, msec_t now)
{
	struct sim *sim = sim_of_journal(journal);

	(void)now;
	if (note->level > NOTE_NOTICE)
		return;
	if (is_record(note))
		keep_record(sim, note);
	else if (strcmp(note->kind, "session") == 0)
		sim_trace(sim, "%s %s%s%s", note->subject, strcmp(note->to, "established") == 0
			  ? "session established" : "session down", note->reason ? ": " : "",
			  note->reason ? note->reason : "");
	else if (strcmp(note->kind, "role") == 0)
		sim_trace(sim, "%s role %s -> %s", note->subject, note->from, note->to);
	else
		sim_trace(sim, "%s %s: %s%s%s", note->kind, note->subject ? note->subject : "-",
			  note->text, note->reason ? ": " : "", note->reason ? note->reason : "");
}

void sim_be_quiet(struct sim *sim, bool is_quiet)
{
	sim_forget(sim);
	sim->is_quiet = sim->kernel->is_silent = is_quiet;
}
