/* cli/units.h - Numbers as people read them.  Each returns a string to be freed. */
#ifndef CLI_UNITS_H
#define CLI_UNITS_H

#include <stdint.h>
#include <time.h>

char *units_count(int64_t count);               /* "1,204,311" */
char *units_bytes(int64_t bytes);               /* "512 B", "1.2 MB" */
char *units_seconds(int64_t seconds);           /* "42s", "12m04s", "3h12m", "5d07h" */
char *units_milliseconds(int64_t milliseconds); /* "412 ms", "3.2 s", "12m04s" */
char *units_time(const char *utc);              /* "2024-05-01T12:00:00.123Z" in local time */
/* Seconds from then to now; -1 when utc is no time of day. */
int64_t units_age(const char *utc, time_t now);

#endif
