#include "cli/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LABEL_WIDTH 20
#define NARROWEST   16          /* below that, wrapping reads worse than a long line */

static const char *const codes[] = {
	[TINT_NONE] = "",
	[TINT_GOOD] = "\033[32m",
	[TINT_WARN] = "\033[33m",
	[TINT_BAD]  = "\033[31m",
	[TINT_DIM]  = "\033[2m",
	[TINT_BOLD] = "\033[1m",
};

static bool wants_colour(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

struct screen screen_of(FILE *out)
{
	struct screen screen = { .out = out, .now = time(NULL) };
	struct winsize size;

	if (!isatty(fileno(out)))
		return screen;
	screen.has_colour = wants_colour();
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
		screen.width = size.ws_col;
	return screen;
}

/* C0, DEL, and C1 as UTF-8 writes it (0xC2 0x80 to 0x9F). */
static size_t control_length(const char *text)
{
	unsigned char first = (unsigned char)text[0], second = (unsigned char)text[1];

	if (first < 0x20 || first == 0x7f)
		return 1;
	return first == 0xc2 && second >= 0x80 && second < 0xa0 ? 2 : 0;
}

static void put_safely(FILE *out, const char *text, size_t length)
{
	const char *end = text + length;

	while (text < end) {
		size_t control = control_length(text);

		putc(control ? '?' : *text, out);
		text += control ? control : 1;
	}
}

static void put_tinted(const struct screen *screen, enum tint tint, const char *text, size_t length)
{
	bool is_tinted = screen->has_colour && tint != TINT_NONE;

	if (is_tinted)
		fputs(codes[tint], screen->out);
	put_safely(screen->out, text, length);
	if (is_tinted)
		fputs("\033[0m", screen->out);
}

void screen_text(const struct screen *screen, enum tint tint, const char *text)
{
	put_tinted(screen, tint, text, strlen(text));
}

void screen_spaces(const struct screen *screen, size_t count)
{
	fprintf(screen->out, "%*s", (int)count, "");
}

/* How much of text goes on a line of width: up to its last space that fits, or its first word. */
static size_t line_length(const char *text, size_t width)
{
	size_t length = strlen(text), fit = width;

	if (length <= width)
		return length;
	while (fit > 0 && text[fit] != ' ')
		fit--;
	return fit ? fit : strcspn(text, " ");
}

void screen_wrap(const struct screen *screen, enum tint tint, size_t indent, const char *text)
{
	size_t width = screen->width > indent + NARROWEST ? screen->width - indent : 0;

	while (width) {
		size_t length = line_length(text, width);

		put_tinted(screen, tint, text, length);
		text += length;
		text += strspn(text, " ");
		if (!*text)
			return;
		putc('\n', screen->out);
		screen_spaces(screen, indent);
	}
	screen_text(screen, tint, text);
}

void screen_field(const struct screen *screen, enum tint tint, const char *label, const char *value)
{
	if (!value)
		return;
	fprintf(screen->out, "  %-*s", LABEL_WIDTH, label);
	screen_wrap(screen, tint, LABEL_WIDTH + 2, value);
	putc('\n', screen->out);
}
