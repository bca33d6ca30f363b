#include "policy/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX (PREFIX_TEXT + 1)

/* The next word of a rule, "" at its end; a word too long to be right is cut and fails later. */
static const char *next_word(const char *text, char word[WORD_MAX])
{
	size_t length;

	text += strspn(text, " \t");
	length = strcspn(text, " \t");
	snprintf(word, WORD_MAX, "%.*s", (int)(length < WORD_MAX ? length : WORD_MAX), text);
	return text + length;
}

static bool parse_length(const char *word, unsigned int bits, uint8_t *length)
{
	size_t digits = strspn(word, "0123456789");
	unsigned long value = strtoul(word, NULL, 10);

	if (digits == 0 || word[digits] != '\0' || value > bits)
		return false;
	*length = (uint8_t)value;
	return true;
}

static bool reject(const char **why, const char *text)
{
	*why = text;
	return false;
}

static bool parse_bounds(const char *text, struct prefix_rule *rule, const char **why)
{
	unsigned int bits = family_bits(rule->prefix.family);
	bool has_ge = false, has_le = false;
	char word[WORD_MAX], number[WORD_MAX];

	for (text = next_word(text, word); *word; text = next_word(text, word)) {
		bool is_ge = strcmp(word, "ge") == 0;
		bool *has = is_ge ? &has_ge : &has_le;

		if ((!is_ge && strcmp(word, "le") != 0) || *has)
			return reject(why, "after the prefix come \"ge N\" and \"le N\", each at most once");
		*has = true;
		text = next_word(text, number);
		if (!parse_length(number, bits, is_ge ? &rule->min_length : &rule->max_length))
			return reject(why, "\"ge\" and \"le\" need a length of at most 32 (IPv4) or 128 (IPv6)");
	}
	if (has_ge && !has_le)
		rule->max_length = (uint8_t)bits;
	return true;
}

bool prefix_rule_parse(const char *text, struct prefix_rule *rule, const char **why)
{
	char word[WORD_MAX];

	text = next_word(text, word);
	if (!prefix_parse(word, &rule->prefix))
		return reject(why, "not a prefix: write its first address and its length, like 10.50.0.0/16");
	rule->min_length = rule->max_length = rule->prefix.length;
	if (!parse_bounds(text, rule, why))
		return false;
	if (rule->min_length < rule->prefix.length || rule->min_length > rule->max_length)
		return reject(why, "matches nothing: lengths must rise from the prefix's own to ge to le");
	return true;
}

/* Says le and ge only where they are needed, so that equal rules read alike. */
void prefix_rule_format(const struct prefix_rule *rule, char *text, size_t size)
{
	unsigned int bits = family_bits(rule->prefix.family);
	bool has_ge = rule->min_length > rule->prefix.length;
	bool has_le = has_ge ? rule->max_length < bits : rule->max_length > rule->prefix.length;
	char prefix[PREFIX_TEXT], ge[8] = "", le[8] = "";

	if (has_ge)
		snprintf(ge, sizeof(ge), " ge %u", rule->min_length);
	if (has_le)
		snprintf(le, sizeof(le), " le %u", rule->max_length);
	snprintf(text, size, "%s%s%s", prefix_format(&rule->prefix, prefix), ge, le);
}

bool prefix_rule_matches(const struct prefix_rule *rule, const struct prefix *prefix)
{
	return prefix->length >= rule->min_length && prefix->length <= rule->max_length &&
	       prefix_contains(&rule->prefix, prefix);
}

bool prefix_rules_match(const struct prefix_rules *rules, const struct prefix *prefix)
{
	for (size_t i = 0; i < rules->count; i++)
		if (prefix_rule_matches(&rules->rules[i], prefix))
			return true;
	return false;
}
