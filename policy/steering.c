#include "policy/steering.h"

/* A route that is offered by every tunnel is wanted on one of them, told apart by local preference;
 * where the far side decides, or where all share, the preference is the same and the chain of the
 * group sorts them. */
#define LOCAL_PREF_ACTIVE  200
#define LOCAL_PREF_STANDBY 100

/* A place further back makes no difference that anybody could see, and paths stay short. */
#define PLACE_MAX 9

/* What an announcement looks like by role; the second figure counts for each place.  A drained
 * tunnel is behind any standby, as far as the far side looks at all (RFC 8326 if it knows it). */
static const struct {
	uint8_t prepend, prepend_step;
	uint16_t med, med_step;
	bool graceful_shutdown;
} outward[] = {
	[ROLE_ACTIVE]   = { 0, 0, 100, 0, false },
	[ROLE_STANDBY]  = { 2, 1, 100, 100, false },            /* 3, 4 ... and 200, 300 ... */
	[ROLE_DRAINED]  = { 5, 1, 2000, 0, true },
	[ROLE_UNUSABLE] = { 5, 1, 2000, 0, false },
};

/* What the far side looks at, and how often more our AS stands in every path: where the path is all
 * that counts, a rescue is a path without that. */
static const struct { bool as_path, med; uint8_t spare; } looks_at[] = {
	[CHOICE_AS_PATH_THEN_MED] = { true, true, 0 },
	[CHOICE_AS_PATH] = { true, false, 1 },
	[CHOICE_MED] = { false, true, 0 },
	[CHOICE_ITS_OWN] = { false, false, 0 },
};

/* RFC 8326 3: what is being shut down gets the lowest preference, 0. */
static uint32_t local_pref(enum group_mode mode, enum role role, size_t place,
			   const struct steering_params *params)
{
	if (role != ROLE_ACTIVE && role != ROLE_STANDBY)
		return 0;
	if (params->has_local_pref)
		return params->local_pref;
	if (mode != MODE_ACTIVE_STANDBY)
		return LOCAL_PREF_STANDBY;
	if (role == ROLE_ACTIVE)
		return LOCAL_PREF_ACTIVE;
	return LOCAL_PREF_STANDBY - (place > 0 ? (uint32_t)place - 1 : 0);
}

struct steering steering_for(const struct provider *provider, enum group_mode mode, enum role role,
			     size_t place, const struct steering_params *params)
{
	size_t step = place < PLACE_MAX ? place : PLACE_MAX;
	bool has_med = looks_at[provider->choice].med || params->has_med;
	struct steering steering = {
		.local_pref = local_pref(mode, role, step, params),
		.sends_med = has_med,
		.graceful_shutdown = outward[role].graceful_shutdown,
	};

	if (has_med)
		steering.med = outward[role].med + (uint32_t)step * outward[role].med_step;
	if (looks_at[provider->choice].as_path)
		steering.prepend = (uint8_t)(outward[role].prepend + step * outward[role].prepend_step);
	if (role == ROLE_STANDBY && params->has_med)
		steering.med = params->med;
	if (role == ROLE_STANDBY && params->has_prepend)
		steering.prepend = params->prepend;
	steering.prepend = (uint8_t)(steering.prepend + looks_at[provider->choice].spare);
	return steering;
}

void steering_rescue(struct steering *steering, uint32_t held_med)
{
	steering->prepend = 0;
	if (steering->sends_med && steering->med >= held_med)
		steering->med = held_med ? held_med - 1 : 0;
}

const char *steering_refuse(const struct provider *provider, enum group_mode mode)
{
	if (mode == MODE_ACTIVE_STANDBY && provider->choice == CHOICE_ITS_OWN)
		return "this provider chooses the tunnel by rules of its own and cannot be steered by "
		       "what is announced: use \"follow-provider\" and list the tunnel first that it prefers";
	if (mode == MODE_ECMP && !provider->shares_load)
		return "this provider sends by one tunnel at a time, so that half of the flows would "
		       "return by another than they left: use \"follow-provider\"";
	return NULL;
}
