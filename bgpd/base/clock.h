/* bgpd/base/clock.h - Time is an argument: nothing below the rim reads a clock.
 *
 * A msec_t is milliseconds of a monotonic clock with an arbitrary start; only differences mean
 * anything.  A deadline that is not set is NEVER. */
#ifndef BGPD_BASE_CLOCK_H
#define BGPD_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t msec_t;

#define NEVER      INT64_MAX
#define SECONDS(n) ((msec_t)(n) * 1000)

static inline msec_t sooner(msec_t a, msec_t b)
{
	return a < b ? a : b;
}

static inline msec_t later(msec_t a, msec_t b)
{
	return a > b ? a : b;
}

/* Being late ourselves is never evidence.  Who waits for a sign of life, wanted to look at `due` and
 * comes to it more than `slack` later, because the machine was stopped or the processor taken away,
 * has not listened meanwhile, or nobody has: he reads what has come, and begins his wait anew. */
static inline bool was_late(msec_t due, msec_t now, msec_t slack)
{
	return now - due > slack;
}

#endif
