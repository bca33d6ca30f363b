#include "bgpd/daemon/ack_probe.h"

/* TCP doubles the time between its attempts, beginning with some two round trips. */
#define ROUND_TRIPS 8

static bool is_overdue(const struct ack_probe *probe, const struct conn_progress *progress,
		       msec_t now)
{
	bool is_suspected = now < probe->suspected_until;
	msec_t deadline = is_suspected ? ACK_PROBE_DEADLINE / 2 : ACK_PROBE_DEADLINE;
	uint32_t timeouts = is_suspected ? ACK_PROBE_TIMEOUTS - 1 : ACK_PROBE_TIMEOUTS;

	return now - probe->waiting_since >= deadline + ROUND_TRIPS * progress->round_trip &&
	       progress->timeouts >= timeouts;
}

static enum signal_state judge(struct ack_probe *probe, const struct conn_progress *progress,
			       msec_t now)
{
	bool has_moved = progress->acknowledged != probe->acknowledged;

	probe->acknowledged = progress->acknowledged;
	if (progress->in_flight == 0) {
		probe->waiting_since = NEVER;
		return STATE_UP;
	}
	if (has_moved || probe->waiting_since == NEVER)
		probe->waiting_since = now;
	if (has_moved)
		return STATE_UP;
	return is_overdue(probe, progress, now) ? STATE_DOWN : probe->state;
}

bool ack_probe_look(struct ack_probe *probe, conn_id conn, const struct conn_progress *progress,
		    msec_t now)
{
	enum signal_state before = probe->state;

	if (!progress)
		*probe = (struct ack_probe){ .waiting_since = NEVER };
	else if (conn != probe->conn)
		*probe = (struct ack_probe){ .conn = conn, .acknowledged = progress->acknowledged,
					     .waiting_since = NEVER };
	if (progress)
		probe->state = judge(probe, progress, now);
	return probe->state != before;
}

void ack_probe_suspect(struct ack_probe *probe, msec_t now)
{
	probe->suspected_until = now + ACK_PROBE_SUSPICION;
}

const char *ack_probe_reason(const struct ack_probe *probe)
{
	switch (probe->state) {
	case STATE_UNKNOWN:
		return "no session";
	case STATE_DOWN:
		return "KEEPALIVEs are not acknowledged";
	case STATE_UP:
		return "KEEPALIVEs are acknowledged";
	}
	return "";
}
