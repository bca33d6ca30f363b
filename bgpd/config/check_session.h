/* bgpd/config/check_session.h - What the rules of check.c share: how to blame a key, and the rules
 * for any session, whether a tunnel's or a neighbor's. */
#ifndef BGPD_CONFIG_CHECK_SESSION_H
#define BGPD_CONFIG_CHECK_SESSION_H

#include "bgpd/config/check.h"

#define CHECK_TEXT 320

/* Where the check is: a rule speaks of the group, tunnel or neighbor whose turn it is. */
struct check {
	const struct config *config;
	check_report *report;
	void *arg;
	size_t findings;
	size_t group, tunnel, neighbor;
};

enum subject { OF_ALL, OF_GROUP, OF_TUNNEL, OF_NEIGHBOR };

/* Reports "groups[0].tunnels[1].KEY" and the text. */
void blame(struct check *check, enum subject subject, const char *key, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

const char *name_or_unknown(const char *name);  /* what is missing has a finding of its own */
bool same_text(const char *a, const char *b);   /* both are there and equal */

/* Timers, who connects, and whether the address under that key can be a peer's. */
void check_session(struct check *check, enum subject subject, const char *key,
		   const struct session_params *session);
/* Against one that stands before it in the file; what says what that is, "tunnel" or "neighbor". */
void check_twin(struct check *check, enum subject subject, const char *key,
		const struct session_params *session, const struct session_params *earlier,
		const char *what);

#endif
