#include "policy/symmetry.h"

#include <stdio.h>

/* Less than this in a second is keepalives and probes, not traffic. */
#define QUIET_BYTES 20000

/* One tunnel has a direction to itself when at most this share of it is elsewhere. */
#define STRAY_PERCENT 5

/* One direction, as the counters show it. */
enum flow { FLOW_QUIET, FLOW_SINGLE, FLOW_SPREAD };

struct direction {
	enum flow flow;
	size_t tunnel;                  /* the busiest one; SYMMETRY_NONE when quiet */
};

static uint64_t bytes_in(const struct symmetry_tunnel *tunnel)
{
	return tunnel->bytes_in;
}

static uint64_t bytes_out(const struct symmetry_tunnel *tunnel)
{
	return tunnel->bytes_out;
}

static struct direction observe(const struct symmetry_tunnel *tunnels, size_t count,
				uint64_t (*bytes)(const struct symmetry_tunnel *))
{
	struct direction direction = { FLOW_QUIET, SYMMETRY_NONE };
	uint64_t total = 0, most = 0;

	for (size_t i = 0; i < count; i++) {
		total += bytes(&tunnels[i]);
		if (bytes(&tunnels[i]) > most) {
			most = bytes(&tunnels[i]);
			direction.tunnel = i;
		}
	}
	if (total < QUIET_BYTES)
		return (struct direction){ FLOW_QUIET, SYMMETRY_NONE };
	direction.flow = total - most <= total / 100 * STRAY_PERCENT ? FLOW_SINGLE : FLOW_SPREAD;
	return direction;
}

/* Below zero: the far side prefers a; zero: nothing that we announce tells them apart. */
static int64_t prefer(enum choice choice, const struct symmetry_tunnel *a,
		      const struct symmetry_tunnel *b)
{
	int64_t by_path = (int64_t)a->path_length - (int64_t)b->path_length;
	int64_t by_med = (int64_t)a->med - (int64_t)b->med;

	switch (choice) {
	case CHOICE_AS_PATH_THEN_MED:
		return by_path ? by_path : by_med;
	case CHOICE_AS_PATH:
		return by_path;
	case CHOICE_MED:
		return by_med;
	case CHOICE_ITS_OWN:
		break;
	}
	return 0;
}

/* The usable tunnel that beats all others; SYMMETRY_NONE where several share the first place. */
static size_t expect(enum choice choice, const struct symmetry_tunnel *tunnels, size_t count)
{
	size_t best = SYMMETRY_NONE;
	bool tied = false;

	for (size_t i = 0; i < count; i++) {
		int64_t order;

		if (!tunnels[i].is_usable)
			continue;
		order = best == SYMMETRY_NONE ? -1 : prefer(choice, &tunnels[i], &tunnels[best]);
		if (order < 0)
			best = i;
		tied = order == 0 || (tied && order > 0);
	}
	return tied ? SYMMETRY_NONE : best;
}

static size_t count_active(const struct symmetry_tunnel *tunnels, size_t count, size_t *first)
{
	size_t active = 0;

	*first = SYMMETRY_NONE;
	for (size_t i = count; i-- > 0;)
		if (tunnels[i].is_active) {
			active++;
			*first = i;
		}
	return active;
}

/* A tunnel that has failed and that the far side may choose all the same: none that is usable is better
 * announced.  SYMMETRY_NONE: there is none. */
static size_t find_believed(enum choice choice, const struct symmetry_tunnel *tunnels, size_t count,
			    size_t expected)
{
	for (size_t i = 0; i < count; i++)
		if (tunnels[i].is_believed && !tunnels[i].is_usable &&
		    (expected == SYMMETRY_NONE ||
		     prefer(choice, &tunnels[i], &tunnels[expected]) <= 0))
			return i;
	return SYMMETRY_NONE;
}

static size_t find_stray(const struct symmetry_tunnel *tunnels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tunnels[i].has_prefixes && !tunnels[i].is_active)
			return i;
	return SYMMETRY_NONE;
}

/* Why traffic comes by `in` and not by `out`, and what would settle it. */
static void blame(struct symmetry *symmetry, enum choice choice,
		  const struct symmetry_tunnel *in, const struct symmetry_tunnel *out)
{
	int64_t order = prefer(choice, in, out);
	char *cause = symmetry->cause;
	size_t size = sizeof(symmetry->cause);

	if (choice == CHOICE_ITS_OWN)
		snprintf(cause, size, "traffic leaves by %s and returns by %s, which the far side chooses "
			 "by rules of its own: list %s first", out->name, in->name, in->name);
	else if (order < 0 && choice != CHOICE_MED && in->path_length != out->path_length)
		snprintf(cause, size, "traffic leaves by %s, but %s is announced with the shorter AS path "
			 "(%u against %u): prepend more on %s", out->name, in->name, in->path_length,
			 out->path_length, in->name);
	else if (order < 0)
		snprintf(cause, size, "traffic leaves by %s, but %s is announced with the lower MED "
			 "(%u against %u): raise that of %s", out->name, in->name, in->med, out->med,
			 in->name);
	else if (order == 0)
		snprintf(cause, size, "traffic leaves by %s and returns by %s, and both are announced "
			 "alike: %s on %s would settle it", out->name, in->name,
			 choice == CHOICE_MED ? "a higher MED" : "a prepend", in->name);
	else
		snprintf(cause, size, "traffic leaves by %s and returns by %s, though %s is announced with "
			 "the better attributes: look for static routes, a preference of its own or more "
			 "specific prefixes at the far side. Longer prefixes on %s would settle it, or "
			 "\"symmetry\": \"follow-inbound\"", out->name, in->name, out->name, out->name);
}

static void compare(struct symmetry *symmetry, enum choice choice,
		    const struct symmetry_tunnel *tunnels, size_t in, size_t out, bool seen)
{
	const char *name = tunnels[out].name;

	if (in == out) {
		symmetry->verdict = SYMMETRY_SYMMETRIC;
		snprintf(symmetry->cause, sizeof(symmetry->cause), "both directions use %s%s",
			 name, seen ? "" : ", by what is announced; no traffic shows it yet");
		return;
	}
	symmetry->verdict = SYMMETRY_ASYMMETRIC;
	if (tunnels[out].is_active)
		blame(symmetry, choice, &tunnels[in], &tunnels[out]);
	else
		snprintf(symmetry->cause, sizeof(symmetry->cause), "traffic leaves by %s, which is "
			 "not the active tunnel, and returns by %s: let the far side offer every "
			 "prefix on every tunnel", name, tunnels[in].name);
}

static void leave_open(struct symmetry *symmetry, const char *cause)
{
	symmetry->verdict = SYMMETRY_UNDETERMINED;
	snprintf(symmetry->cause, sizeof(symmetry->cause), "%s", cause);
}

static void leave_open_for_strays(struct symmetry *symmetry, const char *name)
{
	symmetry->verdict = SYMMETRY_UNDETERMINED;
	snprintf(symmetry->cause, sizeof(symmetry->cause), "some prefixes leave by %s, as the active "
		 "tunnel does not offer them, and no traffic shows by which they return", name);
}

static void leave_open_for_believed(struct symmetry *symmetry, const char *name)
{
	symmetry->verdict = SYMMETRY_UNDETERMINED;
	snprintf(symmetry->cause, sizeof(symmetry->cause), "the far side may still send by %s, which "
		 "has failed, until its dead peer detection or its hold timer ends", name);
}

static void report_spread(struct symmetry *symmetry, const struct symmetry_tunnel *tunnels,
			  const struct direction *in, const struct direction *out)
{
	char *cause = symmetry->cause;
	size_t size = sizeof(symmetry->cause);

	symmetry->verdict = SYMMETRY_ASYMMETRIC;
	if (in->flow == FLOW_SPREAD)
		snprintf(cause, size, "traffic returns by several tunnels, mostly %s: the far side "
			 "shares the load or has more specific prefixes", tunnels[in->tunnel].name);
	else
		snprintf(cause, size, "traffic leaves by several tunnels, mostly %s: not every prefix "
			 "is offered by all", tunnels[out->tunnel].name);
}

static bool is_spread(const struct direction *in, const struct direction *out)
{
	return in->flow == FLOW_SPREAD && out->flow == FLOW_SPREAD;
}

#define BOTH_SPREAD "both directions are spread over several tunnels: counters cannot tell whether " \
		    "each flow returns by its own"

static void judge_single(struct symmetry *symmetry, enum choice choice,
			 const struct symmetry_tunnel *tunnels, size_t count, size_t active,
			 const struct direction *in, const struct direction *out)
{
	size_t returns_by = in->flow == FLOW_QUIET ? symmetry->expected_in : in->tunnel;
	size_t leaves_by = out->flow == FLOW_QUIET ? active : out->tunnel;
	size_t stray = find_stray(tunnels, count);

	if (is_spread(in, out))
		leave_open(symmetry, BOTH_SPREAD);
	else if (in->flow == FLOW_SPREAD || out->flow == FLOW_SPREAD)
		report_spread(symmetry, tunnels, in, out);
	else if (returns_by == SYMMETRY_NONE)
		leave_open(symmetry, choice == CHOICE_ITS_OWN ?
			   "the far side chooses by rules of its own, and no traffic shows it yet" :
			   "all tunnels are announced alike, and no traffic shows what the far side took");
	else if (stray != SYMMETRY_NONE && out->flow == FLOW_QUIET)
		leave_open_for_strays(symmetry, tunnels[stray].name);
	else
		compare(symmetry, choice, tunnels, returns_by, leaves_by, in->flow != FLOW_QUIET);
}

/* ecmp: each flow may take any of them, in each direction. */
static void judge_shared(struct symmetry *symmetry, const struct symmetry_tunnel *tunnels,
			 const struct direction *in, const struct direction *out)
{
	if (in->flow != FLOW_SINGLE || out->flow != FLOW_SPREAD) {
		leave_open(symmetry, is_spread(in, out) ? BOTH_SPREAD :
			   "several tunnels share the traffic: a flow may return by another");
		return;
	}
	symmetry->verdict = SYMMETRY_ASYMMETRIC;
	snprintf(symmetry->cause, sizeof(symmetry->cause), "traffic leaves by several tunnels and "
		 "returns by %s alone: let the far side share the load (multipath), or use "
		 "\"active-standby\"", tunnels[in->tunnel].name);
}

/* What goes into a tunnel that has failed is not counted here.  A far side that sends by one tunnel at a
 * time shows by any traffic that it is not that one. */
static bool may_vanish(const struct provider *provider, const struct symmetry_tunnel *believed,
		       const struct symmetry_tunnel *active, const struct direction *in)
{
	return in->flow == FLOW_QUIET ||
	       (provider->shares_load && prefer(provider->choice, believed, active) == 0);
}

struct symmetry symmetry_unsettled(void)
{
	struct symmetry symmetry = { .expected_in = SYMMETRY_NONE, .observed_in = SYMMETRY_NONE,
				     .observed_out = SYMMETRY_NONE };

	leave_open(&symmetry, "the tunnels change their roles");
	return symmetry;
}

struct symmetry symmetry_judge(const struct provider *provider,
			       const struct symmetry_tunnel *tunnels, size_t count)
{
	enum choice choice = provider->choice;
	struct direction in = observe(tunnels, count, bytes_in);
	struct direction out = observe(tunnels, count, bytes_out);
	struct symmetry symmetry = {
		.expected_in = expect(choice, tunnels, count),
		.observed_in = in.flow == FLOW_SINGLE ? in.tunnel : SYMMETRY_NONE,
		.observed_out = out.flow == FLOW_SINGLE ? out.tunnel : SYMMETRY_NONE,
	};
	size_t first, active = count_active(tunnels, count, &first);
	size_t believed = find_believed(choice, tunnels, count, symmetry.expected_in);

	if (active == 0)
		leave_open(&symmetry, "no tunnel carries traffic");
	else if (believed != SYMMETRY_NONE &&
		 may_vanish(provider, &tunnels[believed], &tunnels[first], &in))
		leave_open_for_believed(&symmetry, tunnels[believed].name);
	else if (active > 1)
		judge_shared(&symmetry, tunnels, &in, &out);
	else
		judge_single(&symmetry, choice, tunnels, count, first, &in, &out);
	return symmetry;
}

static const char *const verdict_names[] = {
	[SYMMETRY_UNDETERMINED] = "undetermined",
	[SYMMETRY_SYMMETRIC] = "symmetric",
	[SYMMETRY_ASYMMETRIC] = "asymmetric",
};

const char *symmetry_verdict_name(enum symmetry_verdict verdict)
{
	return verdict_names[verdict];
}
