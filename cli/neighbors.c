/* cli/neighbors.c - show neighbors: the view that people look at every day. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "cli/row.h"
#include "cli/units.h"
#include "cli/view.h"

static bool is_established(struct json_object *row)
{
	return row_is(row, "state", "established");
}

static char *show_state(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	return xstrdup(row_flag(row, "shutdown") ? "shut down" : row_text_or(row, key, "-"));
}

static enum tint state_tint(struct json_object *row)
{
	if (is_established(row))
		return TINT_GOOD;
	return row_flag(row, "shutdown") ? TINT_DIM : TINT_BAD;
}

/* What only an Established session has. */
static char *show_uptime(const struct screen *screen, struct json_object *row, const char *key)
{
	return is_established(row) ? columns_seconds_of(screen, row, key) : NULL;
}

static char *show_prefixes(const struct screen *screen, struct json_object *row, const char *key)
{
	return is_established(row) ? columns_count_of(screen, row, key) : NULL;
}

static char *show_timers(const struct screen *screen, struct json_object *row, const char *key)
{
	(void)screen;
	if (!is_established(row) || !row_at(row, key))
		return NULL;
	return xasprintf("%" PRId64 "/%" PRId64, row_number(row, key, 0),
			 row_number(row, "keepalive_s", 0));
}

/* "hold timer expired (sent 4/0)", "connection refused" */
static char *describe_error(struct json_object *row)
{
	const char *text = row_text(row, "last_error.text");
	int64_t code = row_number(row, "last_error.code", 0);

	if (!text)
		return NULL;
	if (code == 0)
		return xstrdup(text);
	return xasprintf("%s (%s %" PRId64 "/%" PRId64 ")", text,
			 row_flag(row, "last_error.sent") ? "sent" : "received", code,
			 row_number(row, "last_error.subcode", 0));
}

/* The same with its time in front: "12m04s ago: hold timer expired (sent 4/0)". */
static char *describe_last_error(const struct screen *screen, struct json_object *row)
{
	const char *when = row_text(row, "last_error.when");
	int64_t age = when ? units_age(when, screen->now) : -1;
	char *error = describe_error(row), *ago, *line;

	if (!error || age < 0)
		return error;
	ago = units_seconds(age);
	line = xasprintf("%s ago: %s", ago, error);
	free(ago);
	free(error);
	return line;
}

static char *why_down(const struct screen *screen, struct json_object *row)
{
	return is_established(row) ? NULL : describe_last_error(screen, row);
}

static const struct column columns[] = {
	{ "NEIGHBOR",  "name",              NULL,          false, NULL },
	{ "ADDRESS",   "address",           NULL,          false, NULL },
	{ "AS",        "asn",               NULL,          true,  NULL },
	{ "STATE",     "state",             show_state,    false, state_tint },
	{ "UPTIME",    "uptime_s",          show_uptime,   true,  NULL },
	{ "HOLD/KEEP", "hold_time_s",       show_timers,   true,  NULL },
	{ "RECEIVED",  "prefixes_received", show_prefixes, true,  NULL },
	{ "ACCEPTED",  "prefixes_accepted", show_prefixes, true,  NULL },
	{ "SENT",      "prefixes_sent",     show_prefixes, true,  NULL },
	{ "ROLE",      "role",              NULL,          false, view_role_tint },
	{ NULL,        NULL,                NULL,          false, NULL },
};

static void print_field(const struct screen *screen, const char *label, char *value)
{
	screen_field(screen, TINT_NONE, label, value);
	free(value);
}

static void print_head(const struct screen *screen, struct json_object *row)
{
	const char *router_id = row_text(row, "router_id"), *local_asn = row_text(row, "local_asn");

	screen_text(screen, TINT_BOLD, row_text_or(row, "name", "-"));
	putc('\n', screen->out);
	print_field(screen, "neighbor", xasprintf("%s, AS %s%s%s", row_text_or(row, "address", "-"),
						  row_text_or(row, "asn", "-"),
						  router_id ? ", router id " : "",
						  router_id ? router_id : ""));
	if (local_asn)
		print_field(screen, "local side",
			    xasprintf("%s, AS %s", row_text_or(row, "local_address", "any address"),
				      local_asn));
}

static void print_tunnel(const struct screen *screen, struct json_object *row)
{
	const char *tunnel = row_text(row, "tunnel");

	if (tunnel)
		print_field(screen, "tunnel", xasprintf("%s of %s, %s", tunnel,
							row_text_or(row, "group", "-"),
							row_text_or(row, "role", "no role")));
}

static void print_state(const struct screen *screen, struct json_object *row)
{
	char *state = show_state(screen, row, "state");
	char *uptime = show_uptime(screen, row, "uptime_s");
	char *line = uptime ? xasprintf("%s for %s", state, uptime) : xstrdup(state);
	int64_t times = row_number(row, "times_established", -1);

	screen_field(screen, state_tint(row), "state", line);
	free(line);
	free(uptime);
	free(state);
	if (times >= 0)
		print_field(screen, "established", xasprintf("%" PRId64 " time%s", times,
							     times == 1 ? "" : "s"));
	if (is_established(row))
		print_field(screen, "timers",
			    xasprintf("hold %" PRId64 " s, keepalive %" PRId64 " s%s",
				      row_number(row, "hold_time_s", 0),
				      row_number(row, "keepalive_s", 0),
				      row_flag(row, "peer_keepalive_slow") ?
				      "; the peer's come slower than a third of the hold time" : ""));
}

static void print_counters(const struct screen *screen, struct json_object *row)
{
	char *in = units_count(row_number(row, "prefixes_received", 0));
	char *accepted = units_count(row_number(row, "prefixes_accepted", 0));
	char *out = units_count(row_number(row, "prefixes_sent", 0));
	char *heard = units_count(row_number(row, "messages_received", 0));
	char *said = units_count(row_number(row, "messages_sent", 0));
	int64_t budget = row_number(row, "budget", 0);
	int64_t held = row_number(row, "prefixes_held_back", 0);

	if (is_established(row))
		print_field(screen, "prefixes", xasprintf("%s received, %s accepted, %s sent", in,
							  accepted, out));
	if (budget > 0)
		print_field(screen, "budget", xasprintf("%" PRId64 " prefixes out, %" PRId64
							" held back", budget, held));
	print_field(screen, "messages", xasprintf("%s received, %s sent", heard, said));
	if (row_number(row, "flaws", 0) > 0)
		print_field(screen, "flawed attributes", columns_count_of(screen, row, "flaws"));
	free(in);
	free(accepted);
	free(out);
	free(heard);
	free(said);
}

static void print_page(const struct screen *screen, struct json_object *row)
{
	char *capabilities = row_join(row, "capabilities", ", ");
	char *error = describe_last_error(screen, row);

	print_head(screen, row);
	print_tunnel(screen, row);
	print_state(screen, row);
	print_counters(screen, row);
	screen_field(screen, TINT_NONE, "capabilities", capabilities);
	screen_field(screen, is_established(row) ? TINT_NONE : TINT_BAD, "last error",
		     error ? error : "none");
	free(capabilities);
	free(error);
}

const struct view neighbors_view = {
	.table = { columns, why_down },
	.page = print_page,
	.none = "no neighbors are configured",
};
