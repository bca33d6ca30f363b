/* bgpd/config/assemble_policy.h - The settings of policies -> the policies of the tree. */
#ifndef BGPD_CONFIG_ASSEMBLE_POLICY_H
#define BGPD_CONFIG_ASSEMBLE_POLICY_H

#include "bgpd/config/config.h"
#include "bgpd/config/settings.h"

void assemble_policies(struct config *config, const struct setting *policies);  /* NULL: none */

/* The policy that a key names: one of the tree's, or built in.  For a name that nothing has, one
 * without rules that is in no list, so that the check can tell. */
const struct policy *assemble_policy(struct config *config, const struct settings *settings,
				     enum key_id id, const struct policy *otherwise);

#endif
