#include "cli/units.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

char *units_count(int64_t count)
{
	char digits[24], grouped[32];
	size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRId64, count), at = 0;

	for (size_t i = 0; i < length; i++) {
		grouped[at++] = digits[i];
		if (digits[i] != '-' && i + 1 < length && (length - i - 1) % 3 == 0)
			grouped[at++] = ',';
	}
	grouped[at] = '\0';
	return xstrdup(grouped);
}

char *units_bytes(int64_t bytes)
{
	static const char *const names[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	double value = (double)bytes;
	size_t unit = 0;

	/* 999.95 and more would be printed as "1000.0". */
	while (value >= 999.95 && unit + 1 < sizeof(names) / sizeof(names[0])) {
		value /= 1000;
		unit++;
	}
	return xasprintf(unit ? "%.1f %s" : "%.0f %s", value, names[unit]);
}

char *units_seconds(int64_t seconds)
{
	if (seconds < MINUTE)
		return xasprintf("%" PRId64 "s", seconds);
	if (seconds < HOUR)
		return xasprintf("%" PRId64 "m%02" PRId64 "s", seconds / MINUTE, seconds % MINUTE);
	if (seconds < DAY)
		return xasprintf("%" PRId64 "h%02" PRId64 "m", seconds / HOUR, seconds % HOUR / MINUTE);
	return xasprintf("%" PRId64 "d%02" PRId64 "h", seconds / DAY, seconds % DAY / HOUR);
}

char *units_milliseconds(int64_t milliseconds)
{
	if (milliseconds < 1000)
		return xasprintf("%" PRId64 " ms", milliseconds);
	if (milliseconds < MINUTE * 1000)
		return xasprintf("%.1f s", (double)milliseconds / 1000);
	return units_seconds(milliseconds / 1000);
}

/* RFC 3339 in UTC; fraction: ".123", to where Z is. */
static time_t parse_time(const char *utc, const char **fraction)
{
	struct tm tm = { 0 };

	*fraction = strptime(utc, "%Y-%m-%dT%H:%M:%S", &tm);
	return *fraction && (**fraction == '.' || **fraction == 'Z') ? timegm(&tm) : (time_t)-1;
}

char *units_time(const char *utc)
{
	const char *fraction;
	time_t at = parse_time(utc, &fraction);
	struct tm tm;
	char text[32];

	if (at == (time_t)-1 || !localtime_r(&at, &tm))
		return xstrdup(utc);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	return xasprintf("%s%.*s", text, (int)strcspn(fraction, "Z"), fraction);
}

int64_t units_age(const char *utc, time_t now)
{
	const char *fraction;
	time_t at = parse_time(utc, &fraction);

	if (at == (time_t)-1)
		return -1;
	return at < now ? (int64_t)(now - at) : 0;
}
