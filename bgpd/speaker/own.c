#include "bgpd/speaker/own.h"

#include "bgpd/base/xalloc.h"
#include "bgpd/speaker/attend.h"
#include "bgpd/speaker/learn.h"
#include "bgpd/speaker/roles.h"

#include <stdlib.h>
#include <string.h>

/* ---- from one config to the next ---- */

/* A rule with le or ge says what may be passed on; its own prefix is ours to announce if it matches. */
static bool originates(const struct prefix_rule *rule)
{
	return prefix_rule_matches(rule, &rule->prefix);
}

static struct own *find_own(struct own *own, size_t count, const struct prefix *prefix)
{
	for (size_t i = 0; i < count; i++)
		if (prefix_equal(&own[i].rule.prefix, prefix))
			return &own[i];
	return NULL;
}

static bool same_interface(const struct own *own, const struct announce_condition *condition)
{
	return own->condition.interface && condition->interface &&
	       strcmp(own->condition.interface, condition->interface) == 0;
}

static void inherit(struct own *own, struct own *before, const struct own *all, size_t count)
{
	for (size_t i = 0; i < count; i++)      /* another prefix may have hung on that interface */
		if (same_interface(&all[i], &own->condition))
			own->link_is_up = all[i].link_is_up;
	if (!before)
		return;
	own->is_announced = before->is_announced;
	if (own->condition.when != ANNOUNCE_AGGREGATE || !before->aggregate)
		return;
	aggregate_clear(own->aggregate);
	*own->aggregate = *before->aggregate;
	own->aggregate->has_changed = true;
	*before->aggregate = (struct aggregate){ 0 };
}

static struct own make_own(const struct prefix_rule *rule, const struct announce_condition *condition)
{
	struct own own = { .rule = *rule };

	if (condition)
		own.condition = *condition;
	if (own.condition.when == ANNOUNCE_AGGREGATE) {
		own.aggregate = xcalloc(1, sizeof(*own.aggregate));
		aggregate_init(own.aggregate, &rule->prefix);
	}
	return own;
}

static void free_own(struct own *own, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (own[i].aggregate)
			aggregate_clear(own[i].aggregate);
		free(own[i].aggregate);
	}
	free(own);
}

static void keep_rules(struct speaker *speaker)
{
	size_t always = 0, aggregates = 0;

	free(speaker->own_always);
	free(speaker->aggregates);
	speaker->own_always = xcalloc(speaker->own_count + 1, sizeof(*speaker->own_always));
	speaker->aggregates = xcalloc(speaker->own_count + 1, sizeof(struct aggregate *));
	for (size_t i = 0; i < speaker->own_count; i++) {
		const struct own *own = &speaker->own[i];

		if (own->condition.when == ANNOUNCE_ALWAYS)
			speaker->own_always[always++] = own->rule;
		if (own->aggregate) {
			own->aggregate->summary_only = own->condition.summary_only;
			speaker->aggregates[aggregates++] = own->aggregate;
		}
	}
	speaker->own_always_count = always;
	speaker->aggregate_count = aggregates;
}

static bool is_in(const struct config *config, const struct prefix *prefix)
{
	for (size_t i = 0; i < config->announce.count; i++)
		if (prefix_equal(&config->announce.rules[i].prefix, prefix))
			return true;
	return false;
}

void own_part_with(struct speaker *speaker, const struct config *config)
{
	for (size_t i = 0; i < speaker->own_count; i++) {
		struct own *own = &speaker->own[i];

		if (!own->is_announced || is_in(config, &own->rule.prefix))
			continue;
		own->is_announced = false;
		learn_forget_own(speaker, &own->rule.prefix);
	}
}

void own_build(struct speaker *speaker)
{
	const struct config *config = speaker->config;
	struct own *before = speaker->own;
	size_t before_count = speaker->own_count;

	speaker->own = xcalloc(config->announce.count + 1, sizeof(*speaker->own));
	speaker->own_count = config->announce.count;
	for (size_t i = 0; i < speaker->own_count; i++) {
		const struct prefix_rule *rule = &config->announce.rules[i];
		struct own *own = &speaker->own[i];

		*own = make_own(rule, config->conditions ? &config->conditions[i] : NULL);
		inherit(own, find_own(before, before_count, &rule->prefix), before, before_count);
	}
	keep_rules(speaker);
	free_own(before, before_count);
}

void own_clear(struct speaker *speaker)
{
	free_own(speaker->own, speaker->own_count);
	free(speaker->own_always);
	free(speaker->aggregates);
}

struct prefix_rules own_always(const struct speaker *speaker)
{
	return (struct prefix_rules){ speaker->own_always, speaker->own_always_count };
}

/* ---- conditions ---- */

static bool holds(struct speaker *speaker, const struct own *own)
{
	switch (own->condition.when) {
	case ANNOUNCE_ALWAYS:
		return originates(&own->rule);
	case ANNOUNCE_WITH_ROUTE:
		return foreign_leads_to(&speaker->foreign, &own->rule.prefix);
	case ANNOUNCE_WITH_INTERFACE:
		return own->link_is_up;
	case ANNOUNCE_AGGREGATE:
		return aggregate_has_any(own->aggregate);
	}
	return false;
}

/* What is announced in its place must be taken back. */
static void hide_contributors(struct speaker *speaker, const struct aggregate *aggregate)
{
	for (uint32_t id = bitmap_next(&speaker->exporters, 0); id != BITMAP_END;
	     id = bitmap_next(&speaker->exporters, id + 1)) {
		bitmap_add_all(&speaker->neighbors[id]->pending, &aggregate->nets);
		attend_stir(speaker, speaker->neighbors[id]);
	}
}

static struct attrs attrs_of(const struct speaker *speaker, const struct own *own)
{
	if (own->aggregate)
		return aggregate_attrs(own->aggregate, speaker->config->asn,
				       speaker->config->router_id);
	return (struct attrs){ .origin = ORIGIN_IGP };
}

static void tell_change(struct speaker *speaker, const struct own *own, bool is_announced)
{
	static const char *const reasons[] = {
		[ANNOUNCE_WITH_ROUTE] = "route",
		[ANNOUNCE_WITH_INTERFACE] = "interface",
		[ANNOUNCE_AGGREGATE] = "aggregate",
	};
	char prefix[PREFIX_TEXT];

	if (own->condition.when != ANNOUNCE_ALWAYS)
		speaker_note(speaker, NOTE_NOTICE, "announce",
			     prefix_format(&own->rule.prefix, prefix),
			     is_announced ? "prefix is announced" : "prefix is not announced any more",
			     reasons[own->condition.when]);
}

static void settle_one(struct speaker *speaker, struct own *own, bool should)
{
	bool is_news = own->is_announced != should;

	if (should) {
		struct attrs attrs = attrs_of(speaker, own);

		learn_own(speaker, &own->rule.prefix, &attrs);
	} else if (is_news) {
		learn_forget_own(speaker, &own->rule.prefix);
	}
	own->is_announced = should;
	if (own->aggregate) {
		own->aggregate->has_changed = false;
		own->aggregate->is_active = should;
		if (is_news && should && own->aggregate->summary_only)
			hide_contributors(speaker, own->aggregate);
	}
	if (is_news)
		tell_change(speaker, own, should);
}

void own_settle(struct speaker *speaker)
{
	bool guards_change = false;

	foreign_ask_begin(&speaker->foreign, speaker->config->fib.style.table);
	for (size_t i = 0; i < speaker->own_count; i++) {
		struct own *own = &speaker->own[i];
		bool was_announced = own->is_announced;

		settle_one(speaker, own, holds(speaker, own));
		guards_change |= own->aggregate && was_announced != own->is_announced;
	}
	foreign_ask_end(&speaker->foreign);
	speaker->foreign.has_changed = false;
	if (guards_change)
		roles_guard(speaker);
}

bool own_has_changed(const struct speaker *speaker)
{
	for (size_t i = 0; i < speaker->aggregate_count; i++)
		if (speaker->aggregates[i]->has_changed)
			return true;
	return speaker->foreign.has_changed;
}

void own_link(struct speaker *speaker, const struct link_state *link)
{
	bool is_up = link->ifindex && link->is_up && link->has_carrier && link->lower_is_up;
	bool changes = false;

	for (size_t i = 0; i < speaker->own_count; i++) {
		struct own *own = &speaker->own[i];

		if (!own->condition.interface || strcmp(own->condition.interface, link->name) != 0)
			continue;
		changes |= own->link_is_up != is_up;
		own->link_is_up = is_up;
	}
	/* The kernel drops the routes of a device that goes without a word. */
	speaker->foreign.needs_look |= speaker->foreign.count > 0;
	if (changes && speaker->is_started && !speaker->is_stopping)
		own_settle(speaker);
}
