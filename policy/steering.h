/* policy/steering.h - Role x provider -> local preference in, prepend and MED out, in one row.
 *
 * One place sets both directions, so that traffic returns by the tunnel it left by.  A provider that
 * looks at the AS path gets prepends, one that looks at MED gets MED, AWS gets both. */
#ifndef POLICY_STEERING_H
#define POLICY_STEERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/failover.h"
#include "policy/provider.h"

struct steering {
	uint32_t local_pref;            /* in: of what this tunnel's peer announces */
	bool sends_med;
	uint32_t med;                   /* out */
	uint8_t prepend;                /* out: our AS this many times more */
	bool graceful_shutdown;         /* out: RFC 8326 community */
};

/* What the user said for one tunnel: prepend (more than on an active one) and med are those of its role
 * standby, local_pref that of active and standby alike.  A drained tunnel is steered away from, whatever the user said. */
struct steering_params {
	bool has_prepend, has_med, has_local_pref;
	uint8_t prepend;
	uint32_t med, local_pref;
};

/* place: 0 for the active tunnel, 1 for the first standby, and so on (failover_place). */
struct steering steering_for(const struct provider *provider, enum group_mode mode, enum role role,
			     size_t place, const struct steering_params *params);

/* For the active tunnel while the far side may still hold what a tunnel that has failed announced as
 * the active one, until its hold timer or by graceful restart (RFC 4724 4.2): with a lower MED than that,
 * or a shorter path where MED does not count, it wins at once.  So does the next one if it fails too. */
void steering_rescue(struct steering *steering, uint32_t held_med);

/* NULL when the mode can work on the provider, else why not and what works instead. */
const char *steering_refuse(const struct provider *provider, enum group_mode mode);

#endif
