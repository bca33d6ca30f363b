/* bgpd/daemon/now.h - The clocks; nothing below the rim reads one. */
#ifndef BGPD_DAEMON_NOW_H
#define BGPD_DAEMON_NOW_H

#include <time.h>

#include "bgpd/base/clock.h"

static inline msec_t now_of(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return SECONDS(time.tv_sec) + time.tv_nsec / 1000000;
}

/* Never steps; what the speaker is told. */
static inline msec_t now_monotonic(void)
{
	return now_of(CLOCK_MONOTONIC);
}

/* Milliseconds since 1970, for people. */
static inline msec_t now_wall(void)
{
	return now_of(CLOCK_REALTIME);
}

#endif
