/* cli/groups.c - show groups, show symmetry: do both directions take the same tunnel? */
#include "bgpd/base/xalloc.h"
#include "cli/row.h"
#include "cli/view.h"

static enum tint active_tint(struct json_object *row)
{
	struct json_object *active = row_at(row, "active");

	if (!json_object_is_type(active, json_type_array))
		return TINT_NONE;
	return json_object_array_length(active) > 0 ? TINT_GOOD : TINT_BAD;
}

static char *show_active(const struct screen *screen, struct json_object *row, const char *key)
{
	char *active = columns_list_of(screen, row, key);

	return active ? active : xstrdup("none");
}

static enum tint symmetry_tint(struct json_object *row)
{
	if (row_is(row, "symmetric", "yes"))
		return TINT_GOOD;
	return row_is(row, "symmetric", "no") ? TINT_BAD : TINT_WARN;
}

static char *why_asymmetric(const struct screen *screen, struct json_object *row)
{
	const char *cause = row_text_or(row, "cause", "");

	(void)screen;
	return *cause ? xstrdup(cause) : NULL;
}

#define SYMMETRY_COLUMNS \
	{ "ACTIVE",       "active",       show_active, false, active_tint }, \
	{ "SYMMETRIC",    "symmetric",    NULL,        false, symmetry_tint }, \
	{ "EXPECTED IN",  "expected_in",  NULL,        false, NULL }, \
	{ "OBSERVED IN",  "observed_in",  NULL,        false, NULL }, \
	{ "OBSERVED OUT", "observed_out", NULL,        false, NULL }, \
	{ NULL,           NULL,           NULL,        false, NULL }

static const struct column group_columns[] = {
	{ "GROUP",        "name",         NULL,        false, NULL },
	{ "PROVIDER",     "provider",     NULL,        false, NULL },
	{ "MODE",         "mode",         NULL,        false, NULL },
	SYMMETRY_COLUMNS
};

static const struct column symmetry_columns[] = {
	{ "GROUP",        "group",        NULL,        false, NULL },
	SYMMETRY_COLUMNS
};

const struct view groups_view = {
	.table = { group_columns, why_asymmetric },
	.none = "no groups are configured",
};

const struct view symmetry_view = {
	.table = { symmetry_columns, why_asymmetric },
	.legend = "expected: by the far side's rules, of what we announce; observed: by the counters",
	.none = "no groups are configured",
};
