#include "bgpd/daemon/ack_probe.h"

/* A path with a good estimate: a probe after two round trips and 200 ms, then 1, 2 and 4 times one round
 * trip and 200 ms, and one for the last answer. */
#define ROUND_TRIPS 10

/* What the last attempt gets where it is not the third one. */
#define ANSWER_TIME 300

static bool is_overdue(const struct ack_probe *probe, const struct conn_progress *progress,
		       msec_t now)
{
	msec_t waited = now - probe->waiting_since, tried = now - probe->tried_at;
	msec_t part = now < probe->suspected_until ? 2 : 1;
	msec_t patience = ACK_PROBE_PATIENCE + ROUND_TRIPS * progress->round_trip;

	if (progress->timeouts >= (part == 2 ? ACK_PROBE_TIMEOUTS - 1 : ACK_PROBE_TIMEOUTS))
		return waited >= ACK_PROBE_DEADLINE / part && tried >= progress->round_trip;
	return progress->timeouts && waited >= patience / part &&
	       tried >= ANSWER_TIME + progress->round_trip;
}

static enum signal_state judge(struct ack_probe *probe, const struct conn_progress *progress,
			       msec_t now)
{
	bool has_moved = progress->acknowledged != probe->acknowledged;

	probe->acknowledged = progress->acknowledged;
	if (progress->timeouts != probe->timeouts)
		probe->tried_at = now;
	probe->timeouts = progress->timeouts;
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
