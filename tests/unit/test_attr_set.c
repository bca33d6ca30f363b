#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/rib/attr_set.h"

static const uint8_t path[] = { 2, 2, 0, 0, 0xfd, 0xe9, 0, 0, 0xfd, 0xea };  /* 65001 65002 */
static const uint8_t communities[] = { 0xfd, 0xe9, 0, 100 };

static struct attrs some_attrs(void)
{
	return (struct attrs){
		.origin = ORIGIN_EGP,
		.has_med = true, .med = 50,
		.next_hop = address_ipv4(0xa9fe0a01),
		.as_path = { path, sizeof(path) },
		.communities = { communities, sizeof(communities) },
	};
}

static struct attrs full_attrs(void)
{
	static const uint8_t bytes[16] = { 0xfe, 0x80, [15] = 9 };
	struct attrs attrs = some_attrs();

	attrs.has_local_pref = attrs.atomic_aggregate = true;
	attrs.has_aggregator = attrs.has_originator_id = true;
	attrs.local_pref = 200;
	attrs.aggregator_as = 65003;
	attrs.aggregator_id = 0x0a000001;
	attrs.originator_id = 0x0a000002;
	attrs.otc = (struct bgp_otc){ true, 65004 };
	attrs.link_local = address_ipv6(bytes);
	attrs.ext_communities = (struct span){ bytes, 8 };
	attrs.large_communities = (struct span){ bytes, 12 };
	attrs.cluster_list = (struct span){ bytes, 4 };
	attrs.unknown = (struct span){ bytes, 7 };
	return attrs;
}

static void assert_span_equal(struct span a, struct span b)
{
	assert_int_equal(a.length, b.length);
	assert_memory_equal(a.bytes, b.bytes, a.length);
}

static void assert_attrs_equal(const struct attrs *a, const struct attrs *b)
{
	assert_int_equal(a->origin, b->origin);
	assert_int_equal(a->has_med, b->has_med);
	assert_int_equal(a->med, b->med);
	assert_int_equal(a->has_local_pref, b->has_local_pref);
	assert_int_equal(a->local_pref, b->local_pref);
	assert_int_equal(a->atomic_aggregate, b->atomic_aggregate);
	assert_int_equal(a->has_aggregator, b->has_aggregator);
	assert_int_equal(a->aggregator_as, b->aggregator_as);
	assert_int_equal(a->aggregator_id, b->aggregator_id);
	assert_int_equal(a->has_originator_id, b->has_originator_id);
	assert_int_equal(a->originator_id, b->originator_id);
	assert_int_equal(a->otc.is_there, b->otc.is_there);
	assert_int_equal(a->otc.asn, b->otc.asn);
	assert_true(address_equal(&a->next_hop, &b->next_hop));
	assert_true(address_equal(&a->link_local, &b->link_local));
	assert_span_equal(a->as_path, b->as_path);
	assert_span_equal(a->communities, b->communities);
	assert_span_equal(a->ext_communities, b->ext_communities);
	assert_span_equal(a->large_communities, b->large_communities);
	assert_span_equal(a->cluster_list, b->cluster_list);
	assert_span_equal(a->unknown, b->unknown);
}

static void set_shows_what_went_in(void **unused)
{
	struct attr_sets sets;
	struct attrs full = full_attrs(), none = { .origin = ORIGIN_IGP };

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *set = attr_sets_intern(&sets, &full);
	const struct attr_set *empty = attr_sets_intern(&sets, &none);
	struct attrs view = attr_set_view(set), nothing = attr_set_view(empty);
	assert_attrs_equal(&view, &full);
	assert_attrs_equal(&nothing, &none);
	attr_sets_drop(&sets, set);
	attr_sets_drop(&sets, empty);
	attr_sets_clear(&sets);
}

/* The parser's buffers are gone by then. */
static void set_lives_on_its_own_memory(void **unused)
{
	struct attr_sets sets;
	uint8_t *copy = malloc(sizeof(path));
	struct attrs attrs = some_attrs();

	(void)unused;
	attr_sets_init(&sets);
	assert_non_null(copy);
	memcpy(copy, path, sizeof(path));
	attrs.as_path.bytes = copy;
	const struct attr_set *set = attr_sets_intern(&sets, &attrs);
	memset(copy, 0xee, sizeof(path));
	free(copy);
	assert_span_equal(attr_set_view(set).as_path, (struct span){ path, sizeof(path) });
	attr_sets_drop(&sets, set);
	attr_sets_clear(&sets);
}

static void equal_attributes_are_one_set(void **unused)
{
	struct attr_sets sets;
	struct attrs attrs = full_attrs();

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *first = attr_sets_intern(&sets, &attrs);
	const struct attr_set *second = attr_sets_intern(&sets, &attrs);
	assert_ptr_equal(first, second);
	assert_int_equal(sets.count, 1);
	attr_sets_drop(&sets, first);
	assert_int_equal(sets.count, 1);
	attr_sets_drop(&sets, attr_set_ref(second));
	attr_sets_drop(&sets, second);
	assert_int_equal(sets.count, 0);
	attr_sets_drop(&sets, NULL);
	attr_sets_clear(&sets);
}

/* What is said not to be there does not count, whatever its field holds. */
static void absent_values_do_not_matter(void **unused)
{
	struct attr_sets sets;
	struct attrs attrs = { .med = 7, .local_pref = 8, .aggregator_as = 9, .originator_id = 10 };
	struct attrs plain = { .med = 0 };

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *set = attr_sets_intern(&sets, &attrs);
	assert_ptr_equal(attr_sets_intern(&sets, &plain), set);
	attr_sets_drop(&sets, set);
	attr_sets_drop(&sets, set);
	attr_sets_clear(&sets);
}

static void any_difference_makes_another_set(void **unused)
{
	struct attr_sets sets;
	struct attrs variants[14];
	const struct attr_set *made[14];

	(void)unused;
	for (size_t i = 0; i < 14; i++)
		variants[i] = full_attrs();
	variants[1].origin = ORIGIN_IGP;
	variants[2].has_med = false;
	variants[3].med = 51;
	variants[4].local_pref = 201;
	variants[5].atomic_aggregate = false;
	variants[6].aggregator_as++;
	variants[7].originator_id++;
	variants[8].next_hop.bytes[3]++;
	variants[9].link_local.bytes[15]++;
	variants[10].as_path.length = 6;
	variants[11].communities.length = 0;
	variants[12].unknown.length = 6;
	/* The same octets, but as another attribute. */
	variants[13].cluster_list.length = 0;
	variants[13].unknown.length = 7;
	attr_sets_init(&sets);
	for (size_t i = 0; i < 14; i++)
		made[i] = attr_sets_intern(&sets, &variants[i]);
	assert_int_equal(sets.count, 14);
	for (size_t i = 0; i < 14; i++)
		attr_sets_drop(&sets, made[i]);
	attr_sets_clear(&sets);
}

static void decision_figures_are_at_hand(void **unused)
{
	static const uint8_t with_set[] = { 1, 2, 0, 0, 0, 1, 0, 0, 0, 2, 2, 1, 0, 0, 0, 3 };
	struct attr_sets sets;
	struct attrs attrs = some_attrs(), other = { .as_path = { with_set, sizeof(with_set) } };

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *set = attr_sets_intern(&sets, &attrs);
	const struct attr_set *begins_with_set = attr_sets_intern(&sets, &other);
	assert_int_equal(attr_set_hops(set), 2);
	assert_int_equal(attr_set_neighbor_as(set), 65001);
	assert_int_equal(attr_set_med(set), 50);
	assert_int_equal(attr_set_hops(begins_with_set), 2);
	assert_int_equal(attr_set_neighbor_as(begins_with_set), 0);
	assert_int_equal(attr_set_med(begins_with_set), 0);
	attr_sets_drop(&sets, set);
	attr_sets_drop(&sets, begins_with_set);
	attr_sets_clear(&sets);
}

/* RFC 6793: a path of 2-octet ASes that fills an extended message becomes twice as long. */
static void reflection_is_at_hand(void **unused)
{
	struct attr_sets sets;
	struct attrs full = full_attrs(), plain = some_attrs();
	uint32_t id = 0;

	(void)unused;
	attr_sets_init(&sets);
	full.origin = ORIGIN_INCOMPLETE;
	const struct attr_set *reflected = attr_sets_intern(&sets, &full);
	const struct attr_set *direct = attr_sets_intern(&sets, &plain);
	assert_true(attr_set_originator(reflected, &id));
	assert_int_equal(id, 0x0a000002);
	assert_int_equal(attr_set_cluster_length(reflected), 1);
	assert_int_equal(attr_set_origin(reflected), ORIGIN_INCOMPLETE);
	assert_false(attr_set_originator(direct, &id));
	assert_int_equal(attr_set_cluster_length(direct), 0);
	attr_sets_drop(&sets, reflected);
	attr_sets_drop(&sets, direct);
	attr_sets_clear(&sets);
}

static void path_longer_than_a_message_is_kept_whole(void **unused)
{
	enum { SEGMENTS = 100, SEGMENT = 2 + 255 * 4 };
	struct attr_sets sets;
	uint8_t *bytes = calloc(SEGMENTS, SEGMENT);
	struct attrs attrs = { .as_path = { bytes, (size_t)SEGMENTS * SEGMENT },
			       .communities = { communities, sizeof(communities) } };

	(void)unused;
	attr_sets_init(&sets);
	assert_non_null(bytes);
	for (size_t i = 0; i < SEGMENTS; i++) {
		bytes[i * SEGMENT] = 2;
		bytes[i * SEGMENT + 1] = 255;
		memset(bytes + i * SEGMENT + 2, 1 + (int)i, SEGMENT - 2);
	}
	const struct attr_set *set = attr_sets_intern(&sets, &attrs);
	struct attrs view = attr_set_view(set);
	assert_attrs_equal(&view, &attrs);
	assert_int_equal(attr_set_hops(set), 25500);
	attr_sets_drop(&sets, set);
	assert_int_equal(sets.bytes, sets.slot_count * sizeof(*sets.slots));
	attr_sets_clear(&sets);
	free(bytes);
}

static uint32_t roll(uint64_t *seed, uint32_t sides)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % sides;
}

/* MEDs stand for sets; the model counts how often each one is held.  Holes open and close. */
static void memory_returns_after_any_history(void **unused)
{
	enum { KINDS = 600 };
	struct attr_sets sets;
	const struct attr_set *held[KINDS] = { NULL };
	unsigned int counts[KINDS] = { 0 };
	uint64_t seed = 7;
	size_t alive = 0;

	(void)unused;
	attr_sets_init(&sets);
	for (int i = 0; i < 30000; i++) {
		uint32_t kind = roll(&seed, KINDS);
		struct attrs attrs = some_attrs();

		attrs.med = kind;
		if (roll(&seed, 100) < 52) {
			const struct attr_set *set = attr_sets_intern(&sets, &attrs);

			assert_true(!counts[kind] || set == held[kind]);
			assert_int_equal(attr_set_med(set), kind);
			held[kind] = set;
			alive += counts[kind]++ == 0;
		} else if (counts[kind]) {
			attr_sets_drop(&sets, held[kind]);
			alive -= --counts[kind] == 0;
		}
		assert_int_equal(sets.count, alive);
	}
	for (size_t kind = 0; kind < KINDS; kind++)
		while (counts[kind]--)
			attr_sets_drop(&sets, held[kind]);
	assert_int_equal(sets.count, 0);
	assert_int_equal(sets.bytes, sets.slot_count * sizeof(*sets.slots));
	attr_sets_clear(&sets);
	assert_int_equal(sets.bytes, 0);
}

/* ---- what a policy has changed ---- */

static void changed_set_keeps_what_was_received(void **unused)
{
	struct attrs attrs = some_attrs();
	struct attr_sets sets;
	uint32_t local_pref;

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *received = attr_sets_intern(&sets, &attrs);
	attrs.has_local_pref = true;
	attrs.local_pref = 150;
	attrs.metric = 30;
	const struct attr_set *changed = attr_sets_intern_changed(&sets, &attrs, received);
	attr_sets_drop(&sets, received);
	assert_int_equal(sets.count, 2);
	assert_true(attr_set_local_pref(changed, &local_pref));
	assert_int_equal(local_pref, 150);
	assert_int_equal(attr_set_metric(changed), 30);
	assert_int_equal(attr_set_view(changed).metric, 30);
	assert_ptr_equal(attr_set_received(changed), received);
	assert_ptr_equal(attr_set_received(received), received);
	assert_false(attr_set_local_pref(received, &local_pref));
	assert_int_equal(attr_set_metric(received), 0);
	attr_sets_drop(&sets, changed);
	assert_int_equal(sets.count, 0);
	attr_sets_clear(&sets);
}

/* The same values, but not the same story. */
static void what_came_so_and_what_was_made_so_are_two_sets(void **unused)
{
	struct attrs attrs = some_attrs();
	struct attr_sets sets;

	(void)unused;
	attr_sets_init(&sets);
	const struct attr_set *received = attr_sets_intern(&sets, &attrs);
	const struct attr_set *changed = attr_sets_intern_changed(&sets, &attrs, received);
	const struct attr_set *again = attr_sets_intern_changed(&sets, &attrs, received);
	assert_ptr_not_equal(changed, received);
	assert_ptr_equal(changed, again);
	attr_sets_drop(&sets, received);
	attr_sets_drop(&sets, changed);
	attr_sets_drop(&sets, again);
	assert_int_equal(sets.count, 0);
	attr_sets_clear(&sets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_shows_what_went_in),
		cmocka_unit_test(set_lives_on_its_own_memory),
		cmocka_unit_test(equal_attributes_are_one_set),
		cmocka_unit_test(absent_values_do_not_matter),
		cmocka_unit_test(any_difference_makes_another_set),
		cmocka_unit_test(decision_figures_are_at_hand),
		cmocka_unit_test(reflection_is_at_hand),
		cmocka_unit_test(path_longer_than_a_message_is_kept_whole),
		cmocka_unit_test(memory_returns_after_any_history),
		cmocka_unit_test(changed_set_keeps_what_was_received),
		cmocka_unit_test(what_came_so_and_what_was_made_so_are_two_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
