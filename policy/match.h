/* policy/match.h - Prefix rules: "10.50.0.0/16", "10.50.0.0/16 le 24", "10.0.0.0/8 ge 16 le 24".
 *
 * Without le and ge a rule matches its prefix alone; "le N" matches the prefix and what lies in it up
 * to length N; "ge N" what lies in it from length N on (up to le, or to the family's bits). */
#ifndef POLICY_MATCH_H
#define POLICY_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "bgpd/base/address.h"

struct prefix_rule {
	struct prefix prefix;
	uint8_t min_length, max_length;
};

struct prefix_rules {
	const struct prefix_rule *rules;
	size_t count;
};

/* On failure *why is a static text that says what is wrong and what would be right. */
bool prefix_rule_parse(const char *text, struct prefix_rule *rule, const char **why);
void prefix_rule_format(const struct prefix_rule *rule, char *text, size_t size);
bool prefix_rule_matches(const struct prefix_rule *rule, const struct prefix *prefix);
bool prefix_rules_match(const struct prefix_rules *rules, const struct prefix *prefix);

#endif
