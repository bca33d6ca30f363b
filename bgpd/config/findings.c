#include "bgpd/config/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

#define TEXT_SIZE 400

struct finding {
	struct finding *older;
	size_t order;
	struct place place;
	const char *path, *text;
};

void findings_init(struct findings *findings, const char *file)
{
	*findings = (struct findings){ .file = file };
	arena_init(&findings->arena);
}

void findings_clear(struct findings *findings)
{
	arena_clear(&findings->arena);
}

/* The text may quote the file, which may hold anything, and goes to terminals and logs. */
static char *printable(char *text)
{
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == '\177')
			*c = '?';
	return text;
}

static void __attribute__((format(printf, 4, 0)))
add(struct findings *findings, struct place place, const char *path, const char *format,
    va_list args)
{
	struct finding *finding = arena_alloc(&findings->arena, sizeof(*finding));
	char text[TEXT_SIZE];

	vsnprintf(text, sizeof(text), format, args);
	finding->older = findings->newest;
	finding->order = findings->count++;
	finding->place = place;
	finding->path = printable(arena_strdup(&findings->arena, path));
	finding->text = printable(arena_strdup(&findings->arena, text));
	findings->newest = finding;
}

void findings_add(struct findings *findings, const char *path, const char *format, ...)
{
	struct place start = { 1, 1 };
	va_list args;

	va_start(args, format);
	add(findings, findings->locate ? locate_path(findings->locate, path)->value : start, path,
	    format, args);
	va_end(args);
}

void findings_add_at(struct findings *findings, struct place place, const char *path,
		     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(findings, place, path, format, args);
	va_end(args);
}

static bool lies_in(const char *path, const char *outer)
{
	size_t length = strlen(outer);

	return strncmp(path, outer, length) == 0 &&
	       (length == 0 || !path[length] || strchr(".[", path[length]));
}

bool findings_cover(const struct findings *findings, size_t count, const char *path)
{
	for (const struct finding *f = findings->newest; f; f = f->older)
		if (f->order < count && (lies_in(f->path, path) || lies_in(path, f->path)))
			return true;
	return false;
}

static int compare_places(const void *a, const void *b)
{
	const struct finding *one = *(const struct finding *const *)a;
	const struct finding *other = *(const struct finding *const *)b;

	if (one->place.line != other->place.line)
		return one->place.line < other->place.line ? -1 : 1;
	if (one->place.column != other->place.column)
		return one->place.column < other->place.column ? -1 : 1;
	return one->order < other->order ? -1 : 1;
}

static void tell(const struct findings *findings, const struct finding *finding,
		 load_report *report, void *arg)
{
	char *line = xasprintf("%s:%u:%u: %s%s%s", findings->file, finding->place.line,
			       finding->place.column, finding->path, *finding->path ? ": " : "",
			       finding->text);

	report(arg, line);
	free(line);
}

void findings_tell(const struct findings *findings, load_report *report, void *arg)
{
	const struct finding **sorted = xcalloc(findings->count + 1, sizeof(*sorted));
	size_t count = 0;

	for (const struct finding *f = findings->newest; f; f = f->older)
		sorted[count++] = f;
	qsort(sorted, count, sizeof(*sorted), compare_places);
	for (size_t i = 0; i < count; i++)
		tell(findings, sorted[i], report, arg);
	free(sorted);
}
