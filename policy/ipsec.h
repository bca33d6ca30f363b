/* policy/ipsec.h - One tunnel: what is known of its security associations -> the signal ipsec.
 *
 * Three witnesses: the kernel, which encrypts; the IKE daemon, which negotiates; and whoever tells
 * us by command, as updown hooks do.  The first of them that knows the tunnel decides: with ESP in
 * user space the kernel knows nothing, and without a daemon that we can ask only the hook does.  A
 * witness knows a tunnel once it has held an SA of it, or when it must be the one to hold it: the
 * kernel for an XFRM interface, the daemon for an SA that is called by name.  What the daemon
 * itself made and lost is lost, though, whatever a daemon that crashed before it has left behind
 * in the kernel.
 *
 * Pure and level-triggered: to say again what is known already changes nothing.  A lost SA whose
 * successor is being made is waited for during IPSEC_RETURN, so that a reauthentication that
 * breaks before it makes moves no traffic.  A daemon that is gone leaves things as they are for
 * IPSEC_SILENCE, since it may be back by then, and then takes its tunnels down. */
#ifndef POLICY_IPSEC_H
#define POLICY_IPSEC_H

#include <stdbool.h>

#include "policy/liveness.h"

#define IPSEC_RETURN  500               /* ms; longer than two round trips, most of the time */
#define IPSEC_SILENCE SECONDS(5)

enum ike_view {
	IKE_SILENT,                     /* there is no daemon, or it has not answered yet */
	IKE_WITHOUT,                    /* it has no SA for this tunnel */
	IKE_NEGOTIATING,                /* nor has it now, but one is being made */
	IKE_INSTALLED
};

struct ipsec {                          /* plain values: may be copied */
	enum ike_view ike;
	bool ike_knows, kernel_knows;
	bool ike_had;                   /* an SA, in the daemon's present life */
	bool kernel_has;
	enum signal_state told;
	char told_reason[SIGNAL_REASON];
	msec_t silent_since;            /* NEVER unless a daemon that knows the tunnel is silent */
	msec_t lost_at;                 /* NEVER unless a successor is waited for */
	enum signal_state state;        /* the signal */
	char reason[SIGNAL_REASON];
};

void ipsec_init(struct ipsec *ipsec);
/* Each is true when the signal changed. */
bool ipsec_report_ike(struct ipsec *ipsec, enum ike_view view, bool is_by_name, msec_t now);
bool ipsec_report_kernel(struct ipsec *ipsec, bool has_sa, bool is_xfrm_interface, msec_t now);
bool ipsec_report_told(struct ipsec *ipsec, enum signal_state state, const char *reason,
		       msec_t now);
/* The witness is asked no more. */
bool ipsec_dismiss_ike(struct ipsec *ipsec, msec_t now);
bool ipsec_dismiss_kernel(struct ipsec *ipsec, msec_t now);

msec_t ipsec_deadline(const struct ipsec *ipsec);
bool ipsec_tick(struct ipsec *ipsec, msec_t now);

#endif
