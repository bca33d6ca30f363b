/* bgpd/base/clock.h - Time is an argument: nothing below the rim reads a clock.
 *
 * A msec_t is milliseconds of a monotonic clock with an arbitrary start; only differences mean
 * anything.  A deadline that is not set is NEVER. */
#ifndef BGPD_BASE_CLOCK_H
#define BGPD_BASE_CLOCK_H

#include <stdint.h>

typedef int64_t msec_t;

#define NEVER      INT64_MAX
#define SECONDS(n) ((msec_t)(n) * 1000)

static inline msec_t sooner(msec_t a, msec_t b)
{
	return a < b ? a : b;
}

#endif
