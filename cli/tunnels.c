/* cli/tunnels.c - show tunnels: which one carries traffic, and the evidence about each. */
#include <inttypes.h>
#include <stdlib.h>

#include "bgpd/base/xalloc.h"
#include "cli/row.h"
#include "cli/units.h"
#include "cli/view.h"

static const char *const signal_names[] = {
	"link", "ipsec", "ack", "ping", "bfd", "bgp", "admin", "peer",
};

#define SIGNALS (sizeof(signal_names) / sizeof(signal_names[0]))

static struct json_object *signal_of(struct json_object *row, const char *name)
{
	return row_at(row_at(row, "signals"), name);
}

enum tint view_role_tint(struct json_object *row)
{
	if (row_is(row, "role", "active"))
		return TINT_GOOD;
	if (row_is(row, "role", "drained"))
		return TINT_WARN;
	return row_is(row, "role", "unusable") ? TINT_BAD : TINT_NONE;
}

static enum tint usable_tint(struct json_object *row)
{
	return row_flag(row, "usable") ? TINT_NONE : TINT_BAD;
}

/* "active, pinned", "standby, held 23s" after a flap, "standby > active" while the far side has
 * been told and we have yet to move. */
static char *show_role(const struct screen *screen, struct json_object *row, const char *key)
{
	const char *role = row_text(row, key), *announced = row_text(row, "announced");
	bool is_settling = role && announced && !row_is(row, "announced", role);
	char *held = columns_seconds_of(screen, row, "held_s"), *text = NULL;

	if (role)
		text = xasprintf("%s%s%s%s%s%s", role,
				 is_settling ? " > " : "", is_settling ? announced : "",
				 row_flag(row, "pinned") ? ", pinned" : "",
				 held ? ", held " : "", held ? held : "");
	free(held);
	return text;
}

/* "link ipsec !ack bgp": the legend says how to read it. */
static char *show_signals(const struct screen *screen, struct json_object *row, const char *key)
{
	char *line = NULL;

	(void)screen;
	(void)key;
	for (size_t i = 0; i < SIGNALS; i++) {
		struct json_object *signal = signal_of(row, signal_names[i]);
		char *longer;

		if (!signal || row_is(signal, "state", "unknown"))
			continue;
		longer = xasprintf("%s%s%s%s", line ? line : "", line ? " " : "",
				   row_is(signal, "state", "up") ? "" : "!", signal_names[i]);
		free(line);
		line = longer;
	}
	return line;
}

/* "ack down for 12s: no acknowledgement for 2.0 s" */
static char *describe_signal(const struct screen *screen, struct json_object *signal,
			     const char *name)
{
	const char *reason = row_text_or(signal, "reason", "");
	char *since = columns_seconds_of(screen, signal, "since_s");
	char *line = xasprintf("%s%s%s%s%s%s%s", name, *name ? " " : "",
			       row_text_or(signal, "state", "unknown"),
			       since ? " for " : "", since ? since : "",
			       *reason ? ": " : "", reason);

	free(since);
	return line;
}

/* The first required signal that is down is the one to look at. */
static char *why_unusable(const struct screen *screen, struct json_object *row)
{
	if (row_flag(row, "usable"))
		return NULL;
	for (size_t i = 0; i < SIGNALS; i++) {
		struct json_object *signal = signal_of(row, signal_names[i]);

		if (row_flag(signal, "required") && row_is(signal, "state", "down"))
			return describe_signal(screen, signal, signal_names[i]);
	}
	return NULL;
}

static const struct column columns[] = {
	{ "TUNNEL",    "name",      NULL,               false, NULL },
	{ "GROUP",     "group",     NULL,               false, NULL },
	{ "INTERFACE", "interface", NULL,               false, NULL },
	{ "ROLE",      "role",      show_role,          false, view_role_tint },
	{ "SINCE",     "since_s",   columns_seconds_of, true,  NULL },
	{ "USABLE",    "usable",    columns_yes_no,     false, usable_tint },
	{ "RX",        "rx_bytes",  columns_bytes_of,   true,  NULL },
	{ "TX",        "tx_bytes",  columns_bytes_of,   true,  NULL },
	{ "FLAPS",     "flaps",     columns_count_of,   true,  NULL },
	{ "SIGNALS",   "signals",   show_signals,       false, NULL },
	{ NULL,        NULL,        NULL,               false, NULL },
};

static void print_field(const struct screen *screen, enum tint tint, const char *label, char *value)
{
	screen_field(screen, tint, label, value);
	free(value);
}

static void print_link(const struct screen *screen, struct json_object *row)
{
	const char *inside = row_text(row, "inside"), *peer = row_text(row, "peer");
	char *rx = columns_bytes_of(screen, row, "rx_bytes");
	char *tx = columns_bytes_of(screen, row, "tx_bytes");

	screen_field(screen, TINT_NONE, "group", row_text(row, "group"));
	screen_field(screen, TINT_NONE, "interface", row_text(row, "interface"));
	if (inside && peer)
		print_field(screen, TINT_NONE, "inside link",
			    xasprintf("%s, peer %s", inside, peer));
	print_field(screen, TINT_NONE, "traffic", xasprintf("%s received, %s sent", rx ? rx : "-",
							    tx ? tx : "-"));
	free(rx);
	free(tx);
}

static void print_standing(const struct screen *screen, struct json_object *row)
{
	print_field(screen, view_role_tint(row), "role", show_role(screen, row, "role"));
	print_field(screen, TINT_NONE, "since", columns_seconds_of(screen, row, "since_s"));
	print_field(screen, usable_tint(row), "usable", columns_yes_no(screen, row, "usable"));
	print_field(screen, TINT_NONE, "flaps", columns_count_of(screen, row, "flaps"));
}

static void print_page(const struct screen *screen, struct json_object *row)
{
	screen_text(screen, TINT_BOLD, row_text_or(row, "name", "-"));
	putc('\n', screen->out);
	print_link(screen, row);
	print_standing(screen, row);
	for (size_t i = 0; i < SIGNALS; i++) {
		struct json_object *signal = signal_of(row, signal_names[i]);
		enum tint tint = row_is(signal, "state", "down") ? TINT_BAD :
				 row_is(signal, "state", "up") ? TINT_GOOD : TINT_DIM;

		if (signal)
			print_field(screen, tint, signal_names[i],
				    describe_signal(screen, signal, ""));
	}
}

const struct view tunnels_view = {
	.table = { columns, why_unusable },
	.page = print_page,
	.legend = "signals: name up, !name down, left out when unknown",
	.none = "no tunnels are configured",
};
