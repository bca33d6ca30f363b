/* cli/screen.h - Where text for people goes: colour, width and the time of day.
 *
 * Texts come from peers, too (RFC 9003 lets one write a sentence), so nothing that is printed here
 * can steer a terminal: control characters become question marks. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

enum tint { TINT_NONE, TINT_GOOD, TINT_WARN, TINT_BAD, TINT_DIM, TINT_BOLD };

struct screen {
	FILE *out;
	bool has_colour;
	size_t width;                   /* columns; 0: as long as it takes */
	time_t now;
};

/* Colour and width only on a terminal; NO_COLOR and TERM=dumb are honoured. */
struct screen screen_of(FILE *out);

void screen_text(const struct screen *screen, enum tint tint, const char *text);
void screen_spaces(const struct screen *screen, size_t count);
/* Text that began at column indent goes on below itself when the line is full. */
void screen_wrap(const struct screen *screen, enum tint tint, size_t indent, const char *text);
/* One line of a page: "  hold time       30 s".  A value that is NULL leaves the line out. */
void screen_field(const struct screen *screen, enum tint tint, const char *label, const char *value);

#endif
