#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fib/chain.h"
#include "tests/support/allocations.h"
#include "tests/support/fake_fib.h"

static const struct route_style style = { .table = 254, .metric = 20 };

struct fixture {
	struct fake_fib *kernel;
	struct chains chains;
	egress_id tun1, tun2, tun3;
};

static struct fib_egress at(int ifindex)
{
	return (struct fib_egress){ FAMILY_IPV4, ifindex,
				    address_ipv4(0xa9fe0001u + ((uint32_t)ifindex << 8)) };
}

static egress_id add_tunnel(struct fixture *fixture, const char *name, size_t number)
{
	struct fib_egress place = at(11 + (int)number);
	egress_id id = chains_tunnel(&fixture->chains, name, number, &place);

	fake_fib_name(fixture->kernel, id, name);
	assert_int_equal(chains_place(&fixture->chains, id, &place), 0);
	chains_stand(&fixture->chains, id, STANDING_READY, 1);
	return id;
}

/* Three tunnels, armed and ready, on interfaces 11 to 13. */
static struct fixture *begin(struct fixture *fixture)
{
	fixture->kernel = fake_fib_new();
	chains_init(&fixture->chains, &fixture->kernel->fib);
	fixture->tun1 = add_tunnel(fixture, "tun1", 0);
	fixture->tun2 = add_tunnel(fixture, "tun2", 1);
	fixture->tun3 = add_tunnel(fixture, "tun3", 2);
	fake_fib_trace(fixture->kernel);
	return fixture;
}

static void end(struct fixture *fixture)
{
	chains_clear(&fixture->chains);
	fake_fib_free(fixture->kernel);
}

#define expect(fixture, wanted) assert_string_equal(fake_fib_trace((fixture)->kernel), wanted)

static struct chain_wish wish_of(egress_id first, egress_id second, egress_id third)
{
	struct chain_wish wish = { .members = { first, second, third }, .family = FAMILY_IPV4,
				   .style = &style };

	while (wish.count < 3 && wish.members[wish.count])
		wish.count++;
	return wish;
}

static chain_number hold(struct fixture *fixture, const struct chain_wish *wish)
{
	chain_number number = chains_find(&fixture->chains, wish);

	assert_int_not_equal(number, 0);
	chains_hold(&fixture->chains, number);
	return number;
}

static void lose_device(struct fixture *fixture, egress_id id, int ifindex)
{
	struct fib_egress nowhere = at(ifindex);

	nowhere.ifindex = 0;
	fake_fib_link_down(fixture->kernel, ifindex);
	chains_place(&fixture->chains, id, &nowhere);
}

static void regain_device(struct fixture *fixture, egress_id id, int ifindex)
{
	struct fib_egress place = at(ifindex);

	chains_place(&fixture->chains, id, &place);
}

/* ---- finding ---- */

static void same_wish_is_the_same_chain(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	chain_number number = hold(&fixture, &wish);
	assert_int_equal(hold(&fixture, &wish), number);
	assert_true(chains_serves(&fixture.chains, number, &wish));
	expect(&fixture, "chain 1 -> tun1,tun2\n");
	end(&fixture);
}

static void another_order_style_or_kind_is_another_chain(void **unused)
{
	static const struct route_style other = { .table = 254, .metric = 30 };
	struct fixture fixture;
	struct chain_wish wishes[4];

	(void)unused;
	begin(&fixture);
	for (size_t i = 0; i < 4; i++)
		wishes[i] = wish_of(fixture.tun1, fixture.tun2, 0);
	wishes[1] = wish_of(fixture.tun2, fixture.tun1, 0);
	wishes[2].style = &other;
	wishes[3].is_ecmp = true;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(hold(&fixture, &wishes[i]), i + 1);
	end(&fixture);
}

/* Else each loss of a tunnel would write all routes. */
static void chain_serves_on_when_its_tunnels_that_are_down_offer_no_more(void **unused)
{
	struct fixture fixture;
	struct chain_wish all, less;

	(void)unused;
	begin(&fixture);
	all = wish_of(fixture.tun1, fixture.tun2, fixture.tun3);
	less = wish_of(fixture.tun1, fixture.tun3, 0);
	chain_number number = hold(&fixture, &all);
	assert_false(chains_serves(&fixture.chains, number, &less));
	chains_stand(&fixture.chains, fixture.tun2, STANDING_DOWN, 1);
	assert_true(chains_serves(&fixture.chains, number, &less));
	less = wish_of(fixture.tun3, fixture.tun1, 0);
	assert_false(chains_serves(&fixture.chains, number, &less));
	end(&fixture);
}

/* ---- moving ---- */

static void best_standing_carries_and_preference_decides_within(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, fixture.tun3);
	hold(&fixture, &wish);
	expect(&fixture, "chain 1 -> tun1,tun2,tun3\n");
	chains_stand(&fixture.chains, fixture.tun1, STANDING_DOWN, 1);
	assert_int_equal(chains_move(&fixture.chains), 0);
	expect(&fixture, "chain 1 -> tun2,tun3,tun1\n");
	chains_stand(&fixture.chains, fixture.tun1, STANDING_HELD, 1);
	chains_stand(&fixture.chains, fixture.tun2, STANDING_DRAINED, 1);
	chains_move(&fixture.chains);
	expect(&fixture, "chain 1 -> tun3,tun1,tun2\n");
	chains_move(&fixture.chains);
	expect(&fixture, "");
	end(&fixture);
}

static void ecmp_takes_only_those_in_the_best_standing(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, fixture.tun3);
	wish.is_ecmp = true;
	chains_stand(&fixture.chains, fixture.tun2, STANDING_READY, 4);
	chains_stand(&fixture.chains, fixture.tun3, STANDING_HELD, 1);
	hold(&fixture, &wish);
	expect(&fixture, "chain 1 -> tun1*1+tun2*4\n");
	chains_stand(&fixture.chains, fixture.tun2, STANDING_READY, 2);
	chains_move(&fixture.chains);
	expect(&fixture, "chain 1 -> tun1*1+tun2*2\n");
	end(&fixture);
}

static void each_chain_takes_one_message_and_nothing_is_allocated(void **unused)
{
	struct fixture fixture;
	struct chain_wish wishes[3];

	(void)unused;
	begin(&fixture);
	wishes[0] = wish_of(fixture.tun1, fixture.tun2, 0);
	wishes[1] = wish_of(fixture.tun1, fixture.tun2, fixture.tun3);
	wishes[2] = wish_of(fixture.tun2, fixture.tun3, 0);
	for (size_t i = 0; i < 3; i++)
		hold(&fixture, &wishes[i]);
	fake_fib_trace(fixture.kernel);
	fixture.kernel->is_silent = true;
	size_t before = allocations();
	chains_stand(&fixture.chains, fixture.tun1, STANDING_DOWN, 1);
	chains_move(&fixture.chains);
	assert_int_equal(allocations(), before);
	assert_int_equal(fixture.chains.moves, 3 + 2);  /* all when they were made, then two */
	end(&fixture);
}

static void chain_that_the_kernel_refused_to_move_moves_at_the_next_look(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	hold(&fixture, &wish);
	fake_fib_trace(fixture.kernel);
	chains_stand(&fixture.chains, fixture.tun1, STANDING_DOWN, 1);
	fixture.kernel->fail_next = 105;        /* ENOBUFS */
	assert_int_equal(chains_move(&fixture.chains), 1);
	expect(&fixture, "");
	assert_int_equal(chains_move(&fixture.chains), 0);
	expect(&fixture, "chain 1 -> tun2,tun1\n");
	end(&fixture);
}

/* ---- devices ---- */

static void device_that_goes_needs_no_message(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	chain_number number = hold(&fixture, &wish);
	fake_fib_trace(fixture.kernel);
	lose_device(&fixture, fixture.tun1, 11);
	chains_stand(&fixture.chains, fixture.tun1, STANDING_DOWN, 1);
	chains_move(&fixture.chains);
	expect(&fixture, "");
	assert_int_equal(chains_at(&fixture.chains, number)->kernel[0].egress, fixture.tun2);
	regain_device(&fixture, fixture.tun1, 11);
	chains_move(&fixture.chains);
	expect(&fixture, "egress tun1 -> 169.254.11.1 dev 11\n"
			 "chain 1 -> tun2,tun1\n");
	assert_false(fixture.chains.any_back);
	end(&fixture);
}

/* The kernel took the group and its routes away; they have to be written, whenever it returns. */
static void chain_that_lost_all_devices_says_so_when_it_is_back(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	chain_number number = hold(&fixture, &wish);
	lose_device(&fixture, fixture.tun1, 11);
	lose_device(&fixture, fixture.tun2, 12);
	chains_move(&fixture.chains);
	assert_false(chains_at(&fixture.chains, number)->is_in_kernel);
	assert_false(fixture.chains.any_back);
	fake_fib_trace(fixture.kernel);
	regain_device(&fixture, fixture.tun2, 12);
	chains_move(&fixture.chains);
	expect(&fixture, "egress tun2 -> 169.254.12.1 dev 12\n"
			 "chain 1 -> tun2\n");
	assert_true(fixture.chains.any_back);
	assert_true(chains_at(&fixture.chains, number)->is_lost);
	end(&fixture);
}

/* A route that wanted the chain meanwhile could not be written. */
static void chain_made_without_any_device_says_so_when_it_is_there(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	lose_device(&fixture, fixture.tun1, 11);
	wish = wish_of(fixture.tun1, 0, 0);
	chain_number number = hold(&fixture, &wish);
	assert_false(chains_at(&fixture.chains, number)->is_in_kernel);
	regain_device(&fixture, fixture.tun1, 11);
	chains_move(&fixture.chains);
	assert_true(fixture.chains.any_back);
	end(&fixture);
}

static void interface_made_anew_has_another_index(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;
	struct fib_egress place = at(11);

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	hold(&fixture, &wish);
	fake_fib_trace(fixture.kernel);
	fake_fib_link_down(fixture.kernel, 11);
	place.ifindex = 99;
	chains_place(&fixture.chains, fixture.tun1, &place);
	chains_move(&fixture.chains);
	expect(&fixture, "egress tun1 -> 169.254.11.1 dev 99\n"
			 "chain 1 -> tun1,tun2\n");
	end(&fixture);
}

/* ---- leaving ---- */

static void chain_without_nets_goes_and_tunnels_stay(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	chain_number number = hold(&fixture, &wish);
	chains_sweep(&fixture.chains);
	assert_non_null(chains_at(&fixture.chains, number));
	fake_fib_trace(fixture.kernel);
	chains_release(&fixture.chains, number);
	chains_sweep(&fixture.chains);
	expect(&fixture, "chain 1 removed\n");
	assert_null(chains_at(&fixture.chains, number));
	assert_int_equal(chains_find_tunnel(&fixture.chains, 0, FAMILY_IPV4), fixture.tun1);
	end(&fixture);
}

static void gateway_goes_with_its_last_chain(void **unused)
{
	struct fixture fixture;
	struct fib_egress place = at(2);
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	egress_id id = chains_gateway(&fixture.chains, &place);
	chains_place(&fixture.chains, id, &place);
	assert_int_equal(chains_gateway(&fixture.chains, &place), id);
	wish = wish_of(id, 0, 0);
	chain_number number = hold(&fixture, &wish);
	expect(&fixture, "egress e4 -> 169.254.2.1 dev 2\n"
			 "chain 1 -> e4\n");
	chains_release(&fixture.chains, number);
	chains_sweep(&fixture.chains);
	expect(&fixture, "chain 1 removed\n"
			 "egress e4 removed\n");
	assert_null(chains_egress(&fixture.chains, id));
	end(&fixture);
}

static void retired_tunnel_serves_nobody(void **unused)
{
	struct fixture fixture;
	struct chain_wish both, one;

	(void)unused;
	begin(&fixture);
	both = wish_of(fixture.tun1, fixture.tun2, 0);
	one = wish_of(fixture.tun1, 0, 0);
	chain_number number = hold(&fixture, &both);
	chains_retire(&fixture.chains, fixture.tun2);
	assert_false(chains_serves(&fixture.chains, number, &one));
	hold(&fixture, &one);
	chains_release(&fixture.chains, number);
	fake_fib_trace(fixture.kernel);
	chains_sweep(&fixture.chains);
	expect(&fixture, "chain 1 removed\n"
			 "egress tun2 removed\n");
	end(&fixture);
}

/* ---- after a restart ---- */

static void adopt_egress(void *arg, egress_id id, const struct fib_egress *egress)
{
	chains_adopt_egress(arg, id, egress);
}

static void adopt_chain(void *arg, chain_number number, const struct fib_chain *chain)
{
	const struct fib_route route = { .prefix.family = FAMILY_IPV4, .table = 254, .metric = 20 };

	chains_adopt_chain(arg, number, chain);
	chains_adopt_style(arg, number, &route);
}

/* A new daemon on the same kernel, where chain 1 is tun2,tun1; nobody is heard of yet. */
static struct fixture *begin_again(struct fixture *fixture)
{
	struct fib_visitor visitor = { adopt_egress, adopt_chain, .arg = &fixture->chains };
	struct chain_wish wish;

	begin(fixture);
	wish = wish_of(fixture->tun1, fixture->tun2, 0);
	chains_stand(&fixture->chains, fixture->tun1, STANDING_DOWN, 1);
	hold(fixture, &wish);
	chains_clear(&fixture->chains);
	fixture->kernel->fib.list_chains(&fixture->kernel->fib, &visitor);
	fake_fib_trace(fixture->kernel);
	fixture->tun1 = chains_tunnel(&fixture->chains, "tun1", 0, &(struct fib_egress){
		at(11).family, 11, at(11).gateway });
	fixture->tun2 = chains_tunnel(&fixture->chains, "tun2", 1, &(struct fib_egress){
		at(12).family, 12, at(12).gateway });
	regain_device(fixture, fixture->tun1, 11);
	regain_device(fixture, fixture->tun2, 12);
	chains_hold(&fixture->chains, 1);       /* by an adopted net */
	return fixture;
}

static void tunnel_takes_over_what_the_kernel_has_at_its_place(void **unused)
{
	struct fixture fixture;

	(void)unused;
	begin_again(&fixture);
	expect(&fixture, "");
	assert_int_equal(fixture.tun1, 1);
	assert_int_equal(fixture.tun2, 2);
	end(&fixture);
}

static void adopted_chain_waits_for_its_active_tunnel(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin_again(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	chains_stand(&fixture.chains, fixture.tun1, STANDING_READY, 1);
	chains_heard(&fixture.chains, fixture.tun1);
	assert_int_equal(chains_find(&fixture.chains, &wish), 1);
	chains_move(&fixture.chains);
	expect(&fixture, "");
	chains_stand(&fixture.chains, fixture.tun2, STANDING_READY, 1);
	chains_heard(&fixture.chains, fixture.tun2);
	chains_move(&fixture.chains);
	expect(&fixture, "chain 1 -> tun1,tun2\n");
	end(&fixture);
}

static void chain_that_has_moved_is_patient_no_more(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin_again(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	chains_stand(&fixture.chains, fixture.tun1, STANDING_READY, 1);
	chains_stand(&fixture.chains, fixture.tun2, STANDING_READY, 1);
	chains_heard(&fixture.chains, fixture.tun2);
	chains_find(&fixture.chains, &wish);
	expect(&fixture, "chain 1 -> tun1,tun2\n");
	chains_stand(&fixture.chains, fixture.tun1, STANDING_HELD, 1);
	chains_move(&fixture.chains);
	expect(&fixture, "chain 1 -> tun2,tun1\n");
	end(&fixture);
}

static void patience_ends(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin_again(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	chains_stand(&fixture.chains, fixture.tun1, STANDING_READY, 1);
	chains_find(&fixture.chains, &wish);
	chains_lose_patience(&fixture.chains);
	chains_move(&fixture.chains);
	expect(&fixture, "chain 1 -> tun1,tun2\n");
	end(&fixture);
}

static void adopted_chain_serves_who_is_heard_first(void **unused)
{
	struct fixture fixture;
	struct chain_wish first, both;

	(void)unused;
	begin_again(&fixture);
	first = wish_of(fixture.tun1, 0, 0);
	both = wish_of(fixture.tun1, fixture.tun2, 0);
	assert_true(chains_serves(&fixture.chains, 1, &first));
	assert_false(chains_serves(&fixture.chains, 1, &both));  /* is to be taken over */
	chains_heard(&fixture.chains, fixture.tun2);
	assert_false(chains_serves(&fixture.chains, 1, &first));
	end(&fixture);
}

static void adopted_chain_serves_nobody_in_part_when_patience_has_ended(void **unused)
{
	struct fixture fixture;
	struct chain_wish first;

	(void)unused;
	begin_again(&fixture);
	first = wish_of(fixture.tun1, 0, 0);
	chains_lose_patience(&fixture.chains);
	assert_false(chains_serves(&fixture.chains, 1, &first));
	end(&fixture);
}

/* ---- repair ---- */

static size_t repair(struct fixture *fixture)
{
	struct chains found;
	struct fib_visitor visitor = { adopt_egress, adopt_chain, .arg = &found };

	chains_init(&found, &fixture->kernel->fib);
	fixture->kernel->fib.list_chains(&fixture->kernel->fib, &visitor);
	size_t wrong = chains_repair(&fixture->chains, &found);
	chains_clear(&found);
	return wrong;
}

static void repair_of_what_is_right_says_nothing(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	hold(&fixture, &wish);
	fake_fib_trace(fixture.kernel);
	assert_int_equal(repair(&fixture), 0);
	expect(&fixture, "");
	end(&fixture);
}

static void lost_nexthop_is_written_again_and_joins_its_chains(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	hold(&fixture, &wish);
	fake_fib_trace(fixture.kernel);
	fake_fib_link_down(fixture.kernel, 11);         /* and up again, unseen */
	assert_int_equal(repair(&fixture), 1);
	expect(&fixture, "egress tun1 -> 169.254.11.1 dev 11\n"
			 "chain 1 -> tun1,tun2\n");
	end(&fixture);
}

static void changed_chain_is_set_right(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	hold(&fixture, &wish);
	fake_fib_trace(fixture.kernel);
	fixture.kernel->chains[0].members[0].egress = fixture.tun3;
	assert_int_equal(repair(&fixture), 1);
	expect(&fixture, "chain 1 -> tun1,tun2\n");
	end(&fixture);
}

static void nexthop_that_the_kernel_refused_is_tried_again(void **unused)
{
	struct fixture fixture;
	struct chain_wish wish;

	(void)unused;
	begin(&fixture);
	lose_device(&fixture, fixture.tun1, 11);
	wish = wish_of(fixture.tun1, fixture.tun2, 0);
	hold(&fixture, &wish);
	fixture.kernel->fail_next = 100;                /* ENETDOWN */
	regain_device(&fixture, fixture.tun1, 11);
	fake_fib_trace(fixture.kernel);
	repair(&fixture);
	expect(&fixture, "egress tun1 -> 169.254.11.1 dev 11\n"
			 "chain 1 -> tun1,tun2\n");
	end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_wish_is_the_same_chain),
		cmocka_unit_test(another_order_style_or_kind_is_another_chain),
		cmocka_unit_test(chain_serves_on_when_its_tunnels_that_are_down_offer_no_more),
		cmocka_unit_test(best_standing_carries_and_preference_decides_within),
		cmocka_unit_test(ecmp_takes_only_those_in_the_best_standing),
		cmocka_unit_test(each_chain_takes_one_message_and_nothing_is_allocated),
		cmocka_unit_test(chain_that_the_kernel_refused_to_move_moves_at_the_next_look),
		cmocka_unit_test(device_that_goes_needs_no_message),
		cmocka_unit_test(chain_that_lost_all_devices_says_so_when_it_is_back),
		cmocka_unit_test(chain_made_without_any_device_says_so_when_it_is_there),
		cmocka_unit_test(interface_made_anew_has_another_index),
		cmocka_unit_test(chain_without_nets_goes_and_tunnels_stay),
		cmocka_unit_test(gateway_goes_with_its_last_chain),
		cmocka_unit_test(retired_tunnel_serves_nobody),
		cmocka_unit_test(tunnel_takes_over_what_the_kernel_has_at_its_place),
		cmocka_unit_test(adopted_chain_waits_for_its_active_tunnel),
		cmocka_unit_test(chain_that_has_moved_is_patient_no_more),
		cmocka_unit_test(patience_ends),
		cmocka_unit_test(adopted_chain_serves_who_is_heard_first),
		cmocka_unit_test(adopted_chain_serves_nobody_in_part_when_patience_has_ended),
		cmocka_unit_test(repair_of_what_is_right_says_nothing),
		cmocka_unit_test(lost_nexthop_is_written_again_and_joins_its_chains),
		cmocka_unit_test(changed_chain_is_set_right),
		cmocka_unit_test(nexthop_that_the_kernel_refused_is_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
