/* bgpd/config/check_policy.h - The rules for policies, and for those who name one. */
#ifndef BGPD_CONFIG_CHECK_POLICY_H
#define BGPD_CONFIG_CHECK_POLICY_H

#include "bgpd/config/check_session.h"

void check_policies(struct check *check);
/* The policies that a tunnel or neighbor names are there. */
void check_policy_names(struct check *check, enum subject subject, const struct policy *import,
			const struct policy *export);

#endif
