/* bgpd/session/backoff.h - A delay that doubles with each failure, up to a ceiling, with jitter.
 *
 * RFC 4271 10: timers are multiplied by a random factor of 0.75 to 1.0, so that speakers which lost
 * each other at one moment do not all come back at one moment. */
#ifndef BGPD_SESSION_BACKOFF_H
#define BGPD_SESSION_BACKOFF_H

#include <stdint.h>

#include "bgpd/base/clock.h"

#define BACKOFF_LEAST SECONDS(1)

struct backoff {
	msec_t delay;                   /* the next one, before jitter */
	msec_t ceiling;
};

void backoff_init(struct backoff *backoff, msec_t ceiling);
void backoff_reset(struct backoff *backoff);
void backoff_grow(struct backoff *backoff);

msec_t backoff_jitter(msec_t delay, uint32_t random);

#endif
