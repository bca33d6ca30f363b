#include "policy/failover.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

/* A tunnel that has stayed usable for this many times its last hold starts afresh. */
#define CALM_FACTOR 10

struct tunnel {
	bool usable, drained, yields, seen;
	bool is_excused;                /* its last end was no failure */
	bool wanted;                    /* announced as active */
	bool carries;                   /* active in our own direction */
	msec_t since;                   /* of usable */
	msec_t calm;                    /* how long it was usable before it last failed */
	msec_t held_until;              /* NEVER: not held */
	msec_t hold;                    /* the last one; 0: none yet */
};

/* While wanted and carries differ the group settles. */
struct failover {
	struct failover_params params;
	struct tunnel *tunnels;
	size_t pinned, hinted;          /* params.tunnels: none */
	size_t unseen;                  /* tunnels that have not been usable yet */
	msec_t started;
	msec_t settle_until;            /* NEVER: not settling */
};

/* What speaks for and against a tunnel by itself, whoever carries traffic now. */
static enum standing grade(const struct tunnel *tunnel)
{
	if (!tunnel->usable)
		return STANDING_DOWN;
	if (tunnel->drained || tunnel->yields)
		return STANDING_DRAINED;
	return tunnel->held_until != NEVER ? STANDING_HELD : STANDING_READY;
}

static enum standing best_grade(const struct failover *failover)
{
	enum standing best = STANDING_DOWN;

	for (size_t i = 0; i < failover->params.tunnels; i++)
		if (grade(&failover->tunnels[i]) < best)
			best = grade(&failover->tunnels[i]);
	return best;
}

static bool has_grade(const struct failover *failover, size_t i, enum standing wanted)
{
	return i < failover->params.tunnels && grade(&failover->tunnels[i]) == wanted;
}

static size_t first_wanted(const struct failover *failover)
{
	size_t i = 0;

	while (i < failover->params.tunnels && !failover->tunnels[i].wanted)
		i++;
	return i;
}

/* The one to prefer among the tunnels of this grade. */
static size_t favourite(const struct failover *failover, enum standing best, bool stay)
{
	size_t i = 0;

	if (has_grade(failover, failover->pinned, best))
		return failover->pinned;
	if (has_grade(failover, failover->hinted, best))
		return failover->hinted;
	if (stay && has_grade(failover, first_wanted(failover), best))
		return first_wanted(failover);
	while (i < failover->params.tunnels && !has_grade(failover, i, best))
		i++;
	return i;
}

/* Decides who is wanted; true when that has changed.  Among drained tunnels the one in use stays:
 * a move would gain nothing.  In ecmp all of the best grade share the traffic unless one is pinned;
 * a far side that shares has no preference for us to follow. */
static bool choose(struct failover *failover, bool may_return)
{
	enum standing best = best_grade(failover);
	bool shared = failover->params.mode == MODE_ECMP &&
		      !has_grade(failover, failover->pinned, best);
	size_t first = favourite(failover, best, best == STANDING_DRAINED || !may_return);
	bool changed = false;

	for (size_t i = 0; i < failover->params.tunnels; i++) {
		struct tunnel *tunnel = &failover->tunnels[i];
		bool wanted = tunnel->usable &&
			      (shared ? has_grade(failover, i, best) : i == first);

		changed |= wanted != tunnel->wanted;
		tunnel->wanted = wanted;
		if (wanted)
			tunnel->held_until = NEVER;     /* nothing better was left */
	}
	return changed;
}

static void end_holds(struct failover *failover, msec_t now)
{
	for (size_t i = 0; i < failover->params.tunnels; i++)
		if (failover->tunnels[i].held_until <= now)
			failover->tunnels[i].held_until = NEVER;
}

static bool is_starting(const struct failover *failover, msec_t now)
{
	return failover->unseen > 0 && now - failover->started < failover->params.startup_wait;
}

static bool any_carries(const struct failover *failover)
{
	for (size_t i = 0; i < failover->params.tunnels; i++)
		if (failover->tunnels[i].carries)
			return true;
	return false;
}

static bool is_settled(const struct failover *failover)
{
	for (size_t i = 0; i < failover->params.tunnels; i++)
		if (failover->tunnels[i].carries != failover->tunnels[i].wanted)
			return false;
	return true;
}

/* A tunnel that is down carries nothing, whatever we wish; true when a carrier is lost. */
static bool lose_carriers(struct failover *failover)
{
	bool lost = false;

	for (size_t i = 0; i < failover->params.tunnels; i++) {
		struct tunnel *tunnel = &failover->tunnels[i];

		lost |= tunnel->carries && !tunnel->usable;
		tunnel->carries &= tunnel->usable;
	}
	return lost;
}

static void move(struct failover *failover)
{
	for (size_t i = 0; i < failover->params.tunnels; i++)
		failover->tunnels[i].carries = failover->tunnels[i].wanted;
	failover->settle_until = NEVER;
}

/* In follow-provider the far side moves first: its hint says that inbound traffic is there. */
static bool far_side_leads(const struct failover *failover)
{
	return failover->params.mode == MODE_FOLLOW_PROVIDER &&
	       first_wanted(failover) == failover->hinted;
}

/* Make-before-break, unless there is nothing left that could break. */
static void update(struct failover *failover, bool may_return, msec_t now)
{
	bool changed, lost;

	end_holds(failover, now);
	changed = choose(failover, may_return || failover->params.revert ||
				   is_starting(failover, now));
	lost = lose_carriers(failover);
	if (lost || !any_carries(failover) || is_settled(failover) || far_side_leads(failover))
		move(failover);
	else if (changed)
		failover->settle_until = now + failover->params.settle;
	if (failover->settle_until <= now)
		move(failover);
}

struct failover *failover_new(const struct failover_params *params, msec_t now)
{
	struct failover *failover = xcalloc(1, sizeof(*failover));

	failover->params = *params;
	failover->tunnels = xcalloc(params->tunnels, sizeof(*failover->tunnels));
	failover->pinned = failover->hinted = params->tunnels;
	failover->unseen = params->tunnels;
	failover->started = now;
	failover->settle_until = NEVER;
	for (size_t i = 0; i < params->tunnels; i++)
		failover->tunnels[i].held_until = NEVER;
	return failover;
}

struct failover *failover_copy(const struct failover *failover)
{
	size_t size = failover->params.tunnels * sizeof(*failover->tunnels);
	struct failover *copy = xmalloc(sizeof(*copy));

	*copy = *failover;
	copy->tunnels = xmalloc(size);
	memcpy(copy->tunnels, failover->tunnels, size);
	return copy;
}

void failover_free(struct failover *failover)
{
	if (failover)
		free(failover->tunnels);
	free(failover);
}

/* How long a tunnel is held that has just come back. */
static msec_t next_hold(const struct failover_params *params, const struct tunnel *tunnel)
{
	if (tunnel->hold == 0 || tunnel->calm >= CALM_FACTOR * tunnel->hold)
		return params->revert_delay;
	return sooner(2 * tunnel->hold, params->revert_delay_max);
}

static void came_up(struct failover *failover, struct tunnel *tunnel, msec_t now)
{
	if (!is_starting(failover, now)) {
		if (!tunnel->is_excused || !tunnel->hold)
			tunnel->hold = next_hold(&failover->params, tunnel);
		tunnel->held_until = now + tunnel->hold;
	}
	tunnel->is_excused = false;
	if (!tunnel->seen)
		failover->unseen--;
	tunnel->seen = true;
}

static void went_down(struct tunnel *tunnel, msec_t now)
{
	tunnel->calm = now - tunnel->since;
	tunnel->held_until = NEVER;
}

void failover_report(struct failover *failover, size_t i, bool usable, msec_t now)
{
	struct tunnel *tunnel = &failover->tunnels[i];

	if (tunnel->usable == usable)
		return;
	if (usable)
		came_up(failover, tunnel, now);
	else
		went_down(tunnel, now);
	tunnel->usable = usable;
	tunnel->since = now;
	update(failover, false, now);
}

void failover_excuse(struct failover *failover, size_t tunnel)
{
	failover->tunnels[tunnel].is_excused = true;
}

void failover_drain(struct failover *failover, size_t tunnel, msec_t now)
{
	failover->tunnels[tunnel].drained = true;
	update(failover, false, now);
}

/* A person asks for it, so traffic returns even where it would not by itself. */
void failover_resume(struct failover *failover, size_t tunnel, msec_t now)
{
	failover->tunnels[tunnel].drained = false;
	failover->tunnels[tunnel].held_until = NEVER;
	update(failover, true, now);
}

void failover_pin(struct failover *failover, size_t tunnel, msec_t now)
{
	failover->pinned = tunnel;
	failover->tunnels[tunnel].held_until = NEVER;
	update(failover, false, now);
}

void failover_unpin(struct failover *failover, msec_t now)
{
	failover->pinned = failover->params.tunnels;
	update(failover, false, now);
}

void failover_yield(struct failover *failover, size_t tunnel, bool yields, msec_t now)
{
	failover->tunnels[tunnel].yields = yields;
	update(failover, false, now);
}

void failover_hint(struct failover *failover, size_t tunnel, msec_t now)
{
	failover->hinted = tunnel;
	update(failover, false, now);
}

void failover_settled(struct failover *failover, msec_t now)
{
	failover->settle_until = now;
	update(failover, false, now);
}

void failover_tick(struct failover *failover, msec_t now)
{
	update(failover, false, now);
}

msec_t failover_deadline(const struct failover *failover)
{
	msec_t deadline = failover->settle_until;

	for (size_t i = 0; i < failover->params.tunnels; i++)
		deadline = sooner(deadline, failover->tunnels[i].held_until);
	return deadline;
}

static size_t first_carrier(const struct failover *failover)
{
	size_t i = 0;

	while (i < failover->params.tunnels && !failover->tunnels[i].carries)
		i++;
	return i;
}

/* A tunnel that is fit to carry traffic but shall not do so now stands as held where a chain would
 * take it otherwise: in front of the active one, and everywhere in ecmp. */
enum standing failover_standing(const struct failover *failover, size_t tunnel)
{
	enum standing standing = grade(&failover->tunnels[tunnel]);

	if (failover->tunnels[tunnel].carries)
		return STANDING_READY;
	if (standing == STANDING_READY &&
	    (failover->params.mode == MODE_ECMP || tunnel < first_carrier(failover)))
		return STANDING_HELD;
	return standing;
}

static const enum role role_of_spare[] = {
	[STANDING_READY] = ROLE_STANDBY,
	[STANDING_HELD] = ROLE_STANDBY,
	[STANDING_DRAINED] = ROLE_DRAINED,
	[STANDING_DOWN] = ROLE_UNUSABLE,
};

enum role failover_role(const struct failover *failover, size_t tunnel)
{
	const struct tunnel *t = &failover->tunnels[tunnel];

	return t->carries ? ROLE_ACTIVE : role_of_spare[grade(t)];
}

enum role failover_announced(const struct failover *failover, size_t tunnel)
{
	const struct tunnel *t = &failover->tunnels[tunnel];

	return t->wanted && !t->drained && !t->yields ? ROLE_ACTIVE : role_of_spare[grade(t)];
}

size_t failover_place(const struct failover *failover, size_t tunnel)
{
	const struct tunnel *tunnels = failover->tunnels;
	enum standing standing = grade(&tunnels[tunnel]);
	size_t place = 1;

	if (tunnels[tunnel].wanted)
		return 0;
	for (size_t i = 0; i < failover->params.tunnels; i++)
		if (!tunnels[i].wanted && (grade(&tunnels[i]) < standing ||
					   (i < tunnel && grade(&tunnels[i]) == standing)))
			place++;
	return place;
}

bool failover_is_settling(const struct failover *failover)
{
	return failover->settle_until != NEVER;
}

bool failover_is_drained(const struct failover *failover, size_t tunnel)
{
	return failover->tunnels[tunnel].drained;
}

bool failover_is_pinned(const struct failover *failover, size_t tunnel)
{
	return failover->pinned == tunnel;
}

msec_t failover_held_until(const struct failover *failover, size_t tunnel)
{
	return failover->tunnels[tunnel].held_until;
}

static const char *const role_names[] = {
	[ROLE_UNUSABLE] = "unusable",
	[ROLE_DRAINED] = "drained",
	[ROLE_STANDBY] = "standby",
	[ROLE_ACTIVE] = "active",
};

const char *role_name(enum role role)
{
	return role_names[role];
}

static const char *const mode_names[] = {
	[MODE_ACTIVE_STANDBY] = "active-standby",
	[MODE_FOLLOW_PROVIDER] = "follow-provider",
	[MODE_ECMP] = "ecmp",
};

const char *group_mode_name(enum group_mode mode)
{
	return mode_names[mode];
}

bool group_mode_parse(const char *text, enum group_mode *mode)
{
	for (enum group_mode m = MODE_ACTIVE_STANDBY; m <= MODE_ECMP; m++)
		if (strcmp(mode_names[m], text) == 0) {
			*mode = m;
			return true;
		}
	return false;
}
