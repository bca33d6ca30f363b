/* bgpd/session/negotiate.h - Our OPEN and the peer's OPEN -> what both agree upon, or why not.
 *
 * RFC 4271 4.2 and 6.2, RFC 4760 8, RFC 5492, RFC 6286 2.2, RFC 9234 4.2.
 * Pure. */
#ifndef BGPD_SESSION_NEGOTIATE_H
#define BGPD_SESSION_NEGOTIATE_H

#include "bgpd/session/session.h"

struct agreement {
	struct open peer;               /* as it came */
	/* What both sides can do.  Of graceful restart: the peer's times and flags, for the
	 * families that both have. */
	struct capabilities common;
	uint16_t hold_time_s;           /* 0: neither hold timer nor keepalives */
	uint16_t keepalive_s;
};

/* RFC 4724 3.  is_restarting: the R bit, we have restarted.  has_forwarded: the F bit, what the peer may
 * have kept of our routes was forwarded all the time. */
struct open negotiate_offer(const struct session_params *params, bool is_restarting,
			    bool has_forwarded);
bool negotiate_open(const struct session_params *params, const struct open *peer,
		    struct agreement *agreement, struct notification *why);

#endif
