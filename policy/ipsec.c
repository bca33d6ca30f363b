#include "policy/ipsec.h"

#include <stdio.h>

struct verdict {
	enum signal_state state;
	const char *reason;
};

void ipsec_init(struct ipsec *ipsec)
{
	*ipsec = (struct ipsec){ .silent_since = NEVER, .lost_at = NEVER };
}

static struct verdict ask_kernel(const struct ipsec *ipsec)
{
	if (ipsec->kernel_has)
		return (struct verdict){ STATE_UP, "the kernel has a security association" };
	return (struct verdict){ STATE_DOWN, "the kernel has no security association" };
}

static struct verdict ask_ike(const struct ipsec *ipsec, msec_t now)
{
	switch (ipsec->ike) {
	case IKE_SILENT:
		if (now < ipsec->silent_since + IPSEC_SILENCE)
			return (struct verdict){ ipsec->state, ipsec->reason };
		return (struct verdict){ STATE_DOWN, "the IKE daemon does not answer" };
	case IKE_WITHOUT:
		return (struct verdict){ STATE_DOWN, "the IKE daemon has no CHILD_SA for it" };
	case IKE_NEGOTIATING:
		return (struct verdict){ STATE_DOWN, "a security association is being negotiated" };
	case IKE_INSTALLED:
		break;
	}
	return (struct verdict){ STATE_UP, "CHILD_SA is installed" };
}

static bool is_left_behind(const struct ipsec *ipsec)
{
	return ipsec->kernel_has && ipsec->ike_had && ipsec->ike != IKE_INSTALLED;
}

static struct verdict ask_all(const struct ipsec *ipsec, msec_t now)
{
	if (ipsec->kernel_knows && !is_left_behind(ipsec))
		return ask_kernel(ipsec);
	if (ipsec->ike_knows)
		return ask_ike(ipsec, now);
	return (struct verdict){ ipsec->told, ipsec->told_reason };
}

/* IKE_INSTALLED beside a kernel that has nothing: the daemon's next answer will tell. */
static bool may_return(const struct ipsec *ipsec)
{
	return ipsec->ike == IKE_NEGOTIATING || ipsec->ike == IKE_INSTALLED;
}

static bool is_waited_for(struct ipsec *ipsec, enum signal_state verdict, msec_t now)
{
	if (ipsec->state != STATE_UP || verdict != STATE_DOWN || !may_return(ipsec)) {
		ipsec->lost_at = NEVER;
		return false;
	}
	if (ipsec->lost_at == NEVER)
		ipsec->lost_at = now;
	if (now < ipsec->lost_at + IPSEC_RETURN)
		return true;
	ipsec->lost_at = NEVER;
	return false;
}

static bool judge(struct ipsec *ipsec, msec_t now)
{
	struct verdict verdict = ask_all(ipsec, now);

	if (is_waited_for(ipsec, verdict.state, now) || verdict.state == ipsec->state)
		return false;
	ipsec->state = verdict.state;
	snprintf(ipsec->reason, sizeof(ipsec->reason), "%s", verdict.reason);
	return true;
}

bool ipsec_report_ike(struct ipsec *ipsec, enum ike_view view, bool is_by_name, msec_t now)
{
	ipsec->ike = view;
	if (view == IKE_INSTALLED || (is_by_name && view != IKE_SILENT))
		ipsec->ike_knows = true;
	ipsec->ike_had = view != IKE_SILENT && (ipsec->ike_had || view == IKE_INSTALLED);
	if (view != IKE_SILENT || !ipsec->ike_knows)
		ipsec->silent_since = NEVER;
	else if (ipsec->silent_since == NEVER)
		ipsec->silent_since = now;
	return judge(ipsec, now);
}

bool ipsec_report_kernel(struct ipsec *ipsec, bool has_sa, bool is_xfrm_interface, msec_t now)
{
	ipsec->kernel_has = has_sa;
	ipsec->kernel_knows |= has_sa || is_xfrm_interface;
	return judge(ipsec, now);
}

bool ipsec_report_told(struct ipsec *ipsec, enum signal_state state, const char *reason,
		       msec_t now)
{
	ipsec->told = state;
	snprintf(ipsec->told_reason, sizeof(ipsec->told_reason), "%s", reason);
	return judge(ipsec, now);
}

bool ipsec_dismiss_ike(struct ipsec *ipsec, msec_t now)
{
	ipsec->ike = IKE_SILENT;
	ipsec->ike_knows = ipsec->ike_had = false;
	ipsec->silent_since = NEVER;
	return judge(ipsec, now);
}

bool ipsec_dismiss_kernel(struct ipsec *ipsec, msec_t now)
{
	ipsec->kernel_has = false;
	ipsec->kernel_knows = false;
	return judge(ipsec, now);
}

msec_t ipsec_deadline(const struct ipsec *ipsec)
{
	if (ipsec->lost_at != NEVER)
		return ipsec->lost_at + IPSEC_RETURN;
	if (ipsec->silent_since != NEVER && !ipsec->kernel_knows && ipsec->state != STATE_DOWN)
		return ipsec->silent_since + IPSEC_SILENCE;
	return NEVER;
}

bool ipsec_tick(struct ipsec *ipsec, msec_t now)
{
	return judge(ipsec, now);
}
