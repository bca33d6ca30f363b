#include "policy/initiation.h"

void initiation_init(struct initiation *initiation)
{
	*initiation = (struct initiation){ .due = NEVER };
	backoff_init(&initiation->pause, INITIATION_CEILING);
}

static void begin(struct initiation *initiation, msec_t now)
{
	if (initiation->attempts == 0)
		initiation->missing_since = now;
	initiation->due = now + initiation->pause.delay;
}

static bool ask(struct initiation *initiation, msec_t now)
{
	initiation->attempts++;
	backoff_grow(&initiation->pause);
	initiation->due = now + initiation->pause.delay;
	return true;
}

bool initiation_see(struct initiation *initiation, enum ike_view view, bool is_wanted, msec_t now)
{
	switch (view) {
	case IKE_INSTALLED:
		initiation_init(initiation);
		return false;
	case IKE_SILENT:
		initiation->due = NEVER;
		return false;
	case IKE_NEGOTIATING:
		initiation->due = now + initiation->pause.delay;
		return false;
	case IKE_WITHOUT:
		break;
	}
	if (initiation->due == NEVER)
		begin(initiation, now);
	if (!is_wanted)
		initiation->due = now + initiation->pause.delay;
	return now >= initiation->due && ask(initiation, now);
}

msec_t initiation_deadline(const struct initiation *initiation)
{
	return initiation->due;
}
