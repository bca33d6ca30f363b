#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/rib/table.h"

struct fixture {
	struct table table;
	struct attr_sets sets;
	uint64_t seed;
};

static struct fixture *begin(struct fixture *fixture)
{
	table_init(&fixture->table);
	attr_sets_init(&fixture->sets);
	fixture->seed = 3;
	return fixture;
}

static void end(struct fixture *fixture)
{
	table_clear(&fixture->table, &fixture->sets);
	assert_int_equal(fixture->sets.count, 0);
	attr_sets_clear(&fixture->sets);
}

static struct prefix numbered(uint32_t number)
{
	struct address address = address_ipv4(0x0a000000u + (number << 8));

	return prefix_of(&address, 24);
}

static struct net *add(struct fixture *fixture, const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return table_add(&fixture->table, &prefix);
}

static struct net *find(struct fixture *fixture, const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return table_find(&fixture->table, &prefix);
}

static struct route *add_route(struct fixture *fixture, struct net *net, neighbor_id neighbor)
{
	struct attrs attrs = { .has_med = true, .med = neighbor };
	struct route *route = net_add_route(&fixture->table, net);

	route->neighbor = neighbor;
	route->set = attr_sets_intern(&fixture->sets, &attrs);
	return route;
}

/* ---- nets ---- */

static void net_is_found_by_its_prefix_alone(void **unused)
{
	struct fixture fixture;

	(void)unused;
	begin(&fixture);
	assert_null(find(&fixture, "10.0.0.0/8"));
	struct net *net = add(&fixture, "10.0.0.0/8");
	assert_ptr_equal(add(&fixture, "10.0.0.0/8"), net);
	assert_ptr_equal(find(&fixture, "10.0.0.0/8"), net);
	assert_null(find(&fixture, "10.0.0.0/9"));
	assert_null(find(&fixture, "a00::/8"));          /* the same octets */
	assert_int_equal(fixture.table.count, 1);
	end(&fixture);
}

static void default_routes_of_both_families_are_two(void **unused)
{
	struct fixture fixture;

	(void)unused;
	begin(&fixture);
	assert_ptr_not_equal(add(&fixture, "0.0.0.0/0"), add(&fixture, "::/0"));
	assert_int_equal(fixture.table.count, 2);
	end(&fixture);
}

static void walk_by_ids_sees_each_net_once(void **unused)
{
	struct fixture fixture;
	bool seen[10000] = { false };

	(void)unused;
	begin(&fixture);
	for (uint32_t i = 0; i < 10000; i++) {
		struct prefix prefix = numbered(i);
		assert_int_equal(table_add(&fixture.table, &prefix)->id, i);
	}
	for (uint32_t id = 0; id < table_end(&fixture.table); id++) {
		const struct net *net = table_net(&fixture.table, id);

		assert_non_null(net);
		const uint8_t *bytes = net->prefix.bytes;
		uint32_t number = (bytes[0] - 10u) << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
		assert_false(seen[number]);
		seen[number] = true;
	}
	assert_null(table_net(&fixture.table, 10000));
	end(&fixture);
}

static void id_of_a_removed_net_is_given_again(void **unused)
{
	struct fixture fixture;

	(void)unused;
	begin(&fixture);
	add(&fixture, "10.0.0.0/8");
	struct net *net = add(&fixture, "10.1.0.0/16");
	uint32_t id = net->id;
	table_remove(&fixture.table, net);
	assert_null(table_net(&fixture.table, id));
	assert_null(find(&fixture, "10.1.0.0/16"));
	assert_int_equal(add(&fixture, "10.2.0.0/16")->id, id);
	assert_int_equal(table_end(&fixture.table), 2);
	end(&fixture);
}

static void nets_stay_where_they_are_while_the_table_grows(void **unused)
{
	struct fixture fixture;

	(void)unused;
	begin(&fixture);
	struct net *first = add(&fixture, "192.0.2.0/24");
	for (uint32_t i = 0; i < 20000; i++) {
		struct prefix prefix = numbered(i);
		table_add(&fixture.table, &prefix);
	}
	assert_ptr_equal(find(&fixture, "192.0.2.0/24"), first);
	end(&fixture);
}

/* ---- routes ---- */

static void routes_of_a_net_are_one_for_each_neighbor(void **unused)
{
	struct fixture fixture;

	(void)unused;
	begin(&fixture);
	struct net *net = add(&fixture, "10.0.0.0/8");
	struct route *one = add_route(&fixture, net, 1), *two = add_route(&fixture, net, 2);
	struct route *three = add_route(&fixture, net, 3);
	assert_ptr_equal(net_find_route(net, 1), one);
	assert_ptr_equal(net_find_route(net, 2), two);
	assert_null(net_find_route(net, 4));
	assert_ptr_equal(net->routes, three);
	net_put_first(net, one);
	assert_ptr_equal(net->routes, one);
	net_put_first(net, one);
	assert_ptr_equal(net->routes, one);
	assert_ptr_equal(one->next, three);
	net_remove_route(&fixture.table, net, three, &fixture.sets);
	assert_ptr_equal(one->next, two);
	assert_null(two->next);
	assert_int_equal(fixture.table.routes.used, 2);
	assert_int_equal(fixture.sets.count, 2);
	end(&fixture);
}

static void clearing_drops_routes_and_their_sets(void **unused)
{
	struct fixture fixture;

	(void)unused;
	begin(&fixture);
	for (uint32_t i = 0; i < 5000; i++) {
		struct prefix prefix = numbered(i);
		add_route(&fixture, table_add(&fixture.table, &prefix), (neighbor_id)(1 + i % 3));
	}
	assert_int_equal(fixture.sets.count, 3);
	end(&fixture);
	assert_int_equal(table_bytes(&fixture.table), 0);
}

/* ---- any history ---- */

static uint32_t roll(struct fixture *fixture, uint32_t sides)
{
	fixture->seed ^= fixture->seed << 13;
	fixture->seed ^= fixture->seed >> 7;
	fixture->seed ^= fixture->seed << 17;
	return (uint32_t)(fixture->seed >> 33) % sides;
}

/* Prefixes come and go, also while the hash grows, so that holes open and close everywhere. */
static void compare_with_an_array(uint64_t seed)
{
	enum { PREFIXES = 900 };
	struct fixture fixture;
	struct net *model[PREFIXES] = { NULL };
	uint32_t alive = 0;

	begin(&fixture);
	fixture.seed += seed;
	for (int i = 0; i < 10000; i++) {
		uint32_t n = roll(&fixture, PREFIXES);
		struct prefix prefix = numbered(n);

		assert_ptr_equal(table_find(&fixture.table, &prefix), model[n]);
		if (!model[n]) {
			model[n] = table_add(&fixture.table, &prefix);
			alive++;
		} else if (roll(&fixture, 2)) {
			table_remove(&fixture.table, model[n]);
			model[n] = NULL;
			alive--;
		}
		assert_int_equal(fixture.table.count, alive);
	}
	assert_true(table_end(&fixture.table) <= PREFIXES);
	for (uint32_t n = 0; n < PREFIXES; n++) {
		struct prefix prefix = numbered(n);

		assert_ptr_equal(table_find(&fixture.table, &prefix), model[n]);
		if (model[n])
			assert_ptr_equal(table_net(&fixture.table, model[n]->id), model[n]);
	}
	end(&fixture);
}

static void it_holds_what_a_plain_array_holds(void **unused)
{
	(void)unused;
	for (uint64_t seed = 0; seed < 20; seed++)
		compare_with_an_array(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(net_is_found_by_its_prefix_alone),
		cmocka_unit_test(default_routes_of_both_families_are_two),
		cmocka_unit_test(walk_by_ids_sees_each_net_once),
		cmocka_unit_test(id_of_a_removed_net_is_given_again),
		cmocka_unit_test(nets_stay_where_they_are_while_the_table_grows),
		cmocka_unit_test(routes_of_a_net_are_one_for_each_neighbor),
		cmocka_unit_test(clearing_drops_routes_and_their_sets),
		cmocka_unit_test(it_holds_what_a_plain_array_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
