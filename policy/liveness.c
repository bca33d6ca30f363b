#include "policy/liveness.h"

#include <stdio.h>
#include <string.h>

static const char *const kind_names[SIGNAL_KINDS] = {
	[SIGNAL_LINK] = "link",
	[SIGNAL_IPSEC] = "ipsec",
	[SIGNAL_ACK] = "ack",
	[SIGNAL_PING] = "ping",
	[SIGNAL_BFD] = "bfd",
	[SIGNAL_BGP] = "bgp",
	[SIGNAL_ADMIN] = "admin",
	[SIGNAL_PEER] = "peer",
};

static const char *const state_names[] = {
	[STATE_UNKNOWN] = "unknown",
	[STATE_DOWN] = "down",
	[STATE_UP] = "up",
};

/* A session that is not Established carries nothing, so for bgp unknown is not enough. */
static bool speaks_against(const struct liveness *liveness, enum signal_kind kind)
{
	enum signal_state state = liveness->signals[kind].state;

	if (kind == SIGNAL_BGP)
		return state != STATE_UP;
	return (liveness->required & SIGNAL_BIT(kind)) && state == STATE_DOWN;
}

/* In the order of enum signal_kind, which goes from cause to effect: a dead link also ends the
 * session, and it is the link that people want to hear of. */
static const struct signal *first_against(const struct liveness *liveness, enum signal_kind *kind)
{
	for (enum signal_kind k = 0; k < SIGNAL_KINDS; k++)
		if (speaks_against(liveness, k)) {
			*kind = k;
			return &liveness->signals[k];
		}
	return NULL;
}

void liveness_init(struct liveness *liveness, uint32_t required, msec_t now)
{
	*liveness = (struct liveness){ .required = required, .since = now };
	for (enum signal_kind kind = 0; kind < SIGNAL_KINDS; kind++)
		liveness->signals[kind].since = now;
}

static bool judge(struct liveness *liveness, msec_t now)
{
	enum signal_kind kind;
	bool usable = !first_against(liveness, &kind);

	if (usable == liveness->usable)
		return false;
	liveness->usable = usable;
	liveness->since = now;
	if (!usable)
		liveness->flaps++;
	return true;
}

bool liveness_report(struct liveness *liveness, enum signal_kind kind, enum signal_state state,
		     const char *reason, msec_t now)
{
	struct signal *signal = &liveness->signals[kind];

	snprintf(signal->reason, sizeof(signal->reason), "%s", reason ? reason : "");
	if (signal->state == state)
		return false;
	signal->state = state;
	signal->since = now;
	return judge(liveness, now);
}

bool liveness_requires(const struct liveness *liveness, enum signal_kind kind)
{
	return kind == SIGNAL_BGP || (liveness->required & SIGNAL_BIT(kind));
}

void liveness_excuse(struct liveness *liveness)
{
	liveness->flaps--;
}

bool liveness_require(struct liveness *liveness, uint32_t required, msec_t now)
{
	liveness->required = required;
	return judge(liveness, now);
}

const struct signal *liveness_blame(const struct liveness *liveness, enum signal_kind *kind)
{
	return first_against(liveness, kind);
}

const char *signal_kind_name(enum signal_kind kind)
{
	return kind_names[kind];
}

const char *signal_state_name(enum signal_state state)
{
	return state_names[state];
}

bool signal_kind_parse(const char *text, enum signal_kind *kind)
{
	for (enum signal_kind k = 0; k < SIGNAL_KINDS; k++)
		if (strcmp(kind_names[k], text) == 0) {
			*kind = k;
			return true;
		}
	return false;
}
