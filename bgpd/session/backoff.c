#include "bgpd/session/backoff.h"

void backoff_init(struct backoff *backoff, msec_t ceiling)
{
	backoff->ceiling = ceiling > BACKOFF_LEAST ? ceiling : BACKOFF_LEAST;
	backoff_reset(backoff);
}

void backoff_reset(struct backoff *backoff)
{
	backoff->delay = BACKOFF_LEAST;
}

void backoff_grow(struct backoff *backoff)
{
	backoff->delay = sooner(backoff->delay * 2, backoff->ceiling);
}

msec_t backoff_jitter(msec_t delay, uint32_t random)
{
	return delay * (768 + random % 257) / 1024;
}
