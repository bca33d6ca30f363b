#include "bgpd/daemon/plain.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* How many bytes follow a first byte of UTF-8 (RFC 3629 4), and the least value they may encode. */
struct lead {
	uint8_t mask, value, follow;
	uint32_t least;
};

static const struct lead leads[] = {
	{ 0x80, 0x00, 0, 0x20 },        /* control characters are below */
	{ 0xE0, 0xC0, 1, 0x80 },
	{ 0xF0, 0xE0, 2, 0x800 },
	{ 0xF8, 0xF0, 3, 0x10000 },
};

static uint32_t decode(const uint8_t *text, const struct lead *lead)
{
	uint32_t code = text[0] & (uint8_t)~lead->mask;

	for (size_t i = 1; i <= lead->follow; i++) {
		if ((text[i] & 0xC0) != 0x80)           /* also the NUL at the end */
			return 0;
		code = code << 6 | (text[i] & 0x3F);
	}
	return code;
}

static bool is_shown(uint32_t code)
{
	bool surrogate = code >= 0xD800 && code <= 0xDFFF;
	bool control = code >= 0x7F && code < 0xA0;

	return !surrogate && !control && code <= 0x10FFFF;
}

/* Length of the character at text; 0: it cannot be shown. */
static size_t measure(const uint8_t *text)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		const struct lead *lead = &leads[i];
		uint32_t code;

		if ((text[0] & lead->mask) != lead->value)
			continue;
		code = decode(text, lead);
		return code >= lead->least && is_shown(code) ? lead->follow + 1u : 0;
	}
	return 0;
}

char *plain_copy(const char *text, char *to, size_t size)
{
	const uint8_t *from = (const uint8_t *)text;
	size_t length = 0;

	while (*from) {
		size_t step = measure(from);

		if (length + (step ? step : 1) >= size)
			break;
		if (step)
			memcpy(to + length, from, step);
		else
			to[length] = '?';
		step = step ? step : 1;
		length += step;
		from += step;
	}
	to[length] = '\0';
	return to;
}

char *plain_time(msec_t wall, char to[PLAIN_TIME])
{
	time_t seconds = (time_t)(wall / 1000);
	char date[24];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(to, PLAIN_TIME, "%s.%03uZ", date, (unsigned int)(wall % 1000));
	return to;
}
