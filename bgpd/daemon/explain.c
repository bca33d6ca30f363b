#include "bgpd/daemon/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bgpd/base/text.h"
#include "bgpd/daemon/fill.h"

#define SENTENCE 800
#define NAMES    600                    /* of the tunnels of a group */
#define ALL      SIZE_MAX

static const char *const when_down_texts[] = {
	[WHEN_DOWN_UNREACHABLE] = "unreachable",
	[WHEN_DOWN_BLACKHOLE] = "blackhole",
	[WHEN_DOWN_REMOVE] = "remove",
};

static void add_sentence(struct json_object *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_sentence(struct json_object *list, const char *format, ...)
{
	char text[SENTENCE];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	json_object_array_add(list, json_object_new_string(text));
}

/* ---- the candidates and the kernel ---- */

static void add_candidate(void *rows, const struct route_view *view)
{
	json_object_array_add(rows, report_route(view));
}

/* All that neighbors told of the longest prefix that covers this one; *prefix is that one then. */
static struct json_object *find_candidates(struct speaker *speaker, struct prefix *prefix, msec_t now)
{
	struct route_query query = { .has_prefix = true, .received = true };
	struct address address = prefix_address(prefix);
	struct json_object *rows = json_object_new_array();

	for (int length = prefix->length; length >= 0; length--) {
		uint32_t cursor = 0;

		query.prefix = prefix_of(&address, (unsigned int)length);
		speaker_routes(speaker, &query, &cursor, ALL, add_candidate, rows, now);
		if (json_object_array_length(rows) == 0)
			continue;
		*prefix = query.prefix;
		break;
	}
	return rows;
}

/* The routes of ours that cover the prefix; the longest one, or of two the one with the lower metric,
 * decides. */
struct kernel {
	struct json_object *rows;
	struct fib_view chosen;
	bool is_found;
};

static void see_fib(void *arg, const struct fib_view *view)
{
	struct kernel *kernel = arg;
	bool is_as_long = kernel->is_found && view->prefix.length == kernel->chosen.prefix.length;

	json_object_array_add(kernel->rows, report_fib(view));
	if (view->is_installed &&
	    (!kernel->is_found || (is_as_long && view->metric < kernel->chosen.metric))) {
		kernel->chosen = *view;
		kernel->is_found = true;
	}
}

static struct kernel look_at_kernel(struct speaker *speaker, const struct prefix *covered)
{
	struct kernel kernel = { .rows = json_object_new_array() };
	struct address address = prefix_address(covered);

	for (int length = covered->length; length >= 0; length--) {
		struct prefix prefix = prefix_of(&address, (unsigned int)length);
		uint32_t cursor = 0;

		speaker_fib(speaker, &prefix, &cursor, ALL, see_fib, &kernel);
	}
	return kernel;
}

/* ---- what comes next ---- */

static msec_t seconds_left(msec_t until, msec_t now)
{
	return until > now ? (until - now + 999) / 1000 : 0;
}

static void tell_hold(struct json_object *next, const struct tunnel_view *tunnel, msec_t now)
{
	const char *name = tunnel->config->name;
	const struct signal *peer = &tunnel->liveness->signals[SIGNAL_PEER];
	enum signal_kind kind;
	const struct signal *blame = liveness_blame(tunnel->liveness, &kind);

	if (blame)
		add_sentence(next, "%s is not usable until %s is up: %s", name,
			     signal_kind_name(kind), blame->reason);
	else if (tunnel->drill_ends != NEVER)
		add_sentence(next, "%s is out by a drill, which ends in %lld s", name,
			     (long long)seconds_left(tunnel->drill_ends, now));
	else if (tunnel->is_drained)
		add_sentence(next, "%s stays out until bgpctl tunnel resume %s", name, name);
	else if (peer->state == STATE_DOWN && tunnel->role != ROLE_ACTIVE)
		add_sentence(next, "%s stays out while its peer %s", name, peer->reason);
	else if (tunnel->held_until != NEVER)
		add_sentence(next, "%s has come back and is held for %lld s more", name,
			     (long long)seconds_left(tunnel->held_until, now));
	if (tunnel->is_pinned)
		add_sentence(next, "%s is pinned until bgpctl tunnel unpin %s", name, name);
	if (tunnel->announced == ROLE_ACTIVE && tunnel->role != ROLE_ACTIVE)
		add_sentence(next, "the far side has been told to use %s: our own direction follows "
			     "when inbound traffic is there, or after settle", name);
}

/* "tun2 and tun3"; "" none. */
static const char *join_carriers(const struct what_if_view *view, char names[NAMES])
{
	struct text text = text_of(names, NAMES);

	for (size_t i = 0; i < view->tunnel_count; i++)
		if (view->tunnels[i].then == ROLE_ACTIVE)
			text_add(&text, "%s%s", text.length ? " and " : "", view->tunnels[i].name);
	return names;
}

/* Which prefixes would be left alone is what-if's to tell; here is who takes over. */
static void tell_successor(struct json_object *next, struct speaker *speaker, const char *active,
			   msec_t now)
{
	struct what_if_view view;
	char names[NAMES];

	if (!speaker_what_if(speaker, active, now, &view))
		return;
	if (*join_carriers(&view, names))
		add_sentence(next, "if %s fails, %s carries what it offers as well", active, names);
	else
		add_sentence(next, "if %s fails, no tunnel is left: %s", active,
			     when_down_texts[view.group->when_down]);
}

static struct json_object *tell_next(struct speaker *speaker, const struct group_view *group,
				     msec_t now)
{
	struct json_object *next = json_object_new_array();

	for (size_t i = 0; i < speaker_tunnels(speaker); i++) {
		struct tunnel_view tunnel = speaker_tunnel(speaker, i);

		if (tunnel.group == group->config)
			tell_hold(next, &tunnel, now);
	}
	for (size_t i = 0; i < group->active_count; i++)
		tell_successor(next, speaker, group->active[i], now);
	return next;
}

/* ---- the group ---- */

/* The group of a tunnel that is a candidate's neighbor, else one that accepts such a prefix. */
static bool is_concerned(const struct group_config *group, struct json_object *candidates,
			 const struct prefix *prefix)
{
	for (size_t i = 0; i < json_object_array_length(candidates); i++) {
		struct json_object *row = json_object_array_get_idx(candidates, i);
		const char *neighbor = json_object_get_string(json_object_object_get(row, "neighbor"));

		for (size_t t = 0; neighbor && t < group->tunnel_count; t++)
			if (strcmp(group->tunnels[t].name, neighbor) == 0)
				return true;
	}
	return json_object_array_length(candidates) == 0 &&
	       prefix_rules_match(&group->accept, prefix);
}

static bool find_group(struct speaker *speaker, struct json_object *candidates,
		       const struct prefix *prefix, struct group_view *found)
{
	for (size_t i = 0; i < speaker_groups(speaker); i++) {
		*found = speaker_group(speaker, i);
		if (is_concerned(found->config, candidates, prefix))
			return true;
	}
	return false;
}

/* Why the active tunnel is that one: who was asked, in this order. */
static const char *tell_why(struct speaker *speaker, const struct group_view *group)
{
	static const char *const by_mode[] = {
		[MODE_ACTIVE_STANDBY] = "active-standby: the first in the group's order that is usable, "
					"and neither held, drained nor avoided by the far side",
		[MODE_FOLLOW_PROVIDER] = "follow-provider: the usable one that the far side prefers by its "
					 "MED, else the first in the group's order",
		[MODE_ECMP] = "ecmp: all that are usable, and neither held nor drained",
	};

	if (group->active_count == 0)
		return "no tunnel of the group is usable";
	for (size_t i = 0; i < speaker_tunnels(speaker); i++) {
		struct tunnel_view tunnel = speaker_tunnel(speaker, i);

		if (tunnel.group == group->config && tunnel.is_pinned && tunnel.role == ROLE_ACTIVE)
			return "it is pinned";
		if (tunnel.group == group->config && tunnel.is_followed && tunnel.role == ROLE_ACTIVE)
			return "inbound traffic arrives there";
	}
	return by_mode[group->config->failover.mode];
}

static void add_group(struct json_object *row, struct speaker *speaker,
		      const struct group_view *group, struct report_time time)
{
	struct json_object *tunnels = json_object_new_array();

	fill_text(row, "why", tell_why(speaker, group));
	fill_with(row, "group", report_group(group));
	for (size_t i = 0; i < speaker_tunnels(speaker); i++) {
		struct tunnel_view tunnel = speaker_tunnel(speaker, i);

		if (tunnel.group == group->config)
			json_object_array_add(tunnels, report_tunnel(&tunnel, time));
	}
	fill_with(row, "tunnels", tunnels);
	fill_with(row, "next", tell_next(speaker, group, time.now));
}

/* ---- together ---- */

static void tell_kernel(const struct kernel *kernel, char text[SENTENCE])
{
	char prefix[PREFIX_TEXT];
	const struct fib_view *chosen = &kernel->chosen;

	if (!kernel->is_found) {
		snprintf(text, SENTENCE, "no route of ours leads there: other routes of the kernel decide");
		return;
	}
	prefix_format(&chosen->prefix, prefix);
	if (chosen->active)
		snprintf(text, SENTENCE, "%s leaves by %s", prefix, chosen->active);
	else if (strcmp(chosen->kind, "chain") == 0)
		snprintf(text, SENTENCE, "%s has a chain that no tunnel carries now", prefix);
	else
		snprintf(text, SENTENCE, "%s is kept in the box (%s): no tunnel carries it", prefix,
			 chosen->kind);
}

struct json_object *explain_prefix(struct speaker *speaker, const char *asked,
				   const struct prefix *prefix, struct report_time time)
{
	struct prefix found = *prefix;
	struct json_object *row = json_object_new_object();
	struct json_object *candidates = find_candidates(speaker, &found, time.now);
	struct kernel kernel = look_at_kernel(speaker, prefix);
	struct group_view group;
	char text[SENTENCE];

	tell_kernel(&kernel, text);
	fill_text(row, "asked", asked);
	if (json_object_array_length(candidates) > 0)
		fill_prefix(row, "prefix", &found);
	else
		fill_text(row, "prefix", NULL);
	fill_text(row, "text", text);
	fill_with(row, "candidates", candidates);
	fill_with(row, "kernel", kernel.rows);
	if (find_group(speaker, candidates, &found, &group))
		add_group(row, speaker, &group, time);
	return row;
}

/* ---- what if ---- */

static struct json_object *report_then(const struct what_if_tunnel *tunnel)
{
	struct json_object *row = json_object_new_object();
	const struct steering *now = &tunnel->says_now, *then = &tunnel->says_then;

	fill_text(row, "name", tunnel->name);
	fill_text(row, "role_now", role_name(tunnel->now));
	fill_text(row, "role_then", role_name(tunnel->then));
	fill_with(row, "med_now", now->sends_med ? json_object_new_uint64(now->med) : NULL);
	fill_with(row, "med_then", then->sends_med ? json_object_new_uint64(then->med) : NULL);
	fill_number(row, "prepend_now", now->prepend);
	fill_number(row, "prepend_then", then->prepend);
	return row;
}

static void tell_then(const struct what_if_view *view, char text[SENTENCE])
{
	char carriers[NAMES];
	struct text sentence = text_of(text, SENTENCE);

	text_add(&sentence, "without %s ", view->tunnel->name);
	if (*join_carriers(view, carriers))
		text_add(&sentence, "the traffic of %s leaves by %s", view->group->name, carriers);
	else
		text_add(&sentence, "no tunnel of %s is left", view->group->name);
}

struct json_object *explain_what_if(const struct what_if_view *view)
{
	struct json_object *row = json_object_new_object();
	struct json_object *examples = json_object_new_array(), *tunnels = json_object_new_array();
	char text[SENTENCE], prefix[PREFIX_TEXT];

	tell_then(view, text);
	for (size_t i = 0; i < view->example_count; i++)
		json_object_array_add(examples, json_object_new_string(
					      prefix_format(&view->examples[i], prefix)));
	for (size_t i = 0; i < view->tunnel_count; i++)
		json_object_array_add(tunnels, report_then(&view->tunnels[i]));
	fill_text(row, "tunnel", view->tunnel->name);
	fill_text(row, "group", view->group->name);
	fill_text(row, "text", text);
	fill_number(row, "prefixes_offered", view->offered);
	fill_number(row, "prefixes_moved", view->moved);
	fill_number(row, "prefixes_lost", view->lost);
	fill_with(row, "examples", examples);
	fill_text(row, "when_down", when_down_texts[view->group->when_down]);
	fill_with(row, "tunnels", tunnels);
	return row;
}
