/* tests/netns/fib_kernel.c - fib/netlink.c against the real kernel, with iproute2 as judge. */
#include "fib/netlink.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fib/route_batch.h"
#include "fib/route_message.h"
#include "tests/support/judge.h"

#define MAIN   254
#define METRIC 20

static struct fib *kernel;              /* of the running test */

static uint32_t chain_id(chain_number number, enum family family)
{
	return NETLINK_NEXTHOP_BASE | 0x4000u | (family == FAMILY_IPV6 ? 0x8000u : 0) | number;
}

static uint32_t egress_nexthop(egress_id id, enum family family)
{
	return NETLINK_NEXTHOP_BASE | (family == FAMILY_IPV6 ? 0x8000u : 0) | id;
}

/* The tunnel that has the one bucket of a pair. */
static egress_id carrier_in(chain_number number, enum family family)
{
	const char *text = judge_output("ip nexthop bucket show id %u", chain_id(number, family));
	const char *found = strstr(text, "nhid ");

	return found ? (egress_id)(strtoul(found + 5, NULL, 10) - egress_nexthop(0, family)) : 0;
}

static void expect_carrier(chain_number number, enum family family, egress_id wanted)
{
	assert_int_equal(carrier_in(number, family), wanted);
}

static size_t count_routes(enum family family)
{
	return judge_number("ip -%d route show proto 186 | wc -l", family == FAMILY_IPV6 ? 6 : 4);
}

/* ---- what is written ---- */

static struct address address_from(const char *text)
{
	struct address address;

	assert_true(address_parse(text, &address));
	return address;
}

static struct prefix prefix_from(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static struct fib_egress egress_of(unsigned int tunnel, enum family family)
{
	char gateway[ADDRESS_TEXT];

	snprintf(gateway, sizeof(gateway), family == FAMILY_IPV6 ? "fd00:%u::2" : "169.254.%u.2",
		 tunnel);
	return (struct fib_egress){ .family = (uint8_t)family, .ifindex = judge_ifindex(tunnel),
				    .gateway = address_from(gateway) };
}

static void set_egresses(enum family family)
{
	for (unsigned int i = 1; i <= 4; i++) {
		struct fib_egress egress = egress_of(i, family);

		if (kernel->set_egress(kernel, (egress_id)i, &egress))
			fail_msg("tun%u: %s", i, kernel->error);
	}
}

/* "1,2": a pair.  "1*3+2": ecmp.  "": nothing. */
static int set_chain(chain_number number, enum family family, const char *text)
{
	struct fib_member members[CHAIN_WIDTH];
	struct fib_chain chain = { .family = (uint8_t)family, .members = members,
				   .is_ecmp = strchr(text, '+') };

	while (*text) {
		struct fib_member *member = &members[chain.count++];
		char *end;

		*member = (struct fib_member){ .egress = (egress_id)strtoul(text, &end, 10),
					       .weight = 1 };
		if (*end == '*')
			member->weight = (uint8_t)strtoul(end + 1, &end, 10);
		text = *end ? end + 1 : end;
	}
	return kernel->set_chain(kernel, number, &chain);
}

static void expect_chain_set(chain_number number, enum family family, const char *text)
{
	if (set_chain(number, family, text))
		fail_msg("chain %u -> %s: %s", number, text, kernel->error);
}

static struct fib_route route_to(const char *prefix, chain_number chain)
{
	return (struct fib_route){ .prefix = prefix_from(prefix), .table = MAIN, .metric = METRIC,
				   .kind = FIB_CHAIN, .chain = chain };
}

struct failures {
	size_t count;
	struct fib_route last;
	int error;
	char text[128];
	bool seen[32];                          /* by the second byte of the prefix */
};

static void note_failure(void *arg, const struct fib_route *route, int error, const char *text)
{
	struct failures *failures = arg;

	failures->count++;
	failures->last = *route;
	failures->error = error;
	failures->seen[route->prefix.bytes[1] % 32] = true;
	snprintf(failures->text, sizeof(failures->text), "%s", text);
}

static struct failures flush(void)
{
	struct failures failures = { .count = 0 };

	assert_int_equal(kernel->flush(kernel, note_failure, &failures), 0);
	return failures;
}

static void flush_well(void)
{
	struct failures failures = flush();

	if (failures.count)
		fail_msg("%zu routes failed: %s", failures.count, failures.text);
}

static void set_route(const struct fib_route *route)
{
	assert_int_equal(kernel->set_route(kernel, route), 0);
}

static void write_route(const char *prefix, chain_number chain)
{
	struct fib_route route = route_to(prefix, chain);

	set_route(&route);
	flush_well();
}

/* ---- a namespace for each test ---- */

static int make_kernel_with(enum fib_groups groups)
{
	struct netlink_params params = { .protocol = 186, .groups = groups };
	char error[NETLINK_ERROR];

	judge_new_namespace();
	kernel = netlink_fib_new(&params, error);
	if (!kernel)
		print_error("%s\n", error);
	return kernel ? 0 : -1;
}

static int make_kernel(void **state)
{
	(void)state;
	return make_kernel_with(FIB_GROUPS_AUTOMATIC);
}

static int make_old_kernel(void **state)
{
	(void)state;
	return make_kernel_with(FIB_GROUPS_MULTIPATH);
}

static int make_ancient_kernel(void **state)
{
	(void)state;
	return make_kernel_with(FIB_GROUPS_NONE);
}

static int free_kernel(void **state)
{
	(void)state;
	netlink_fib_free(kernel);
	kernel = NULL;
	return 0;
}

static const char *const networks[FAMILY_COUNT] = {
	[FAMILY_IPV4] = "10.50.0.0/16", [FAMILY_IPV6] = "2001:db8:50::/48",
};
static const char *const hosts[FAMILY_COUNT] = {
	[FAMILY_IPV4] = "10.50.0.1", [FAMILY_IPV6] = "2001:db8:50::1",
};

#define FOR_EACH_FAMILY(family) \
	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++)

/* ---- chains ---- */

static void says_what_it_uses(void **unused)
{
	judge_expect(kernel->describe(kernel), "resilient groups, nexthop_compat_mode 0");
	judge_expect(judge_output("cat /proc/sys/net/ipv4/nexthop_compat_mode"), "0");
	(void)unused;
}

static void the_next_member_takes_over_whenever_a_device_goes(void **unused)
{
	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "3,1,4,2");
		write_route(networks[family], 1);
	}
	FOR_EACH_FAMILY(family)
		expect_carrier(1, family, 3);
	judge_run("ip link set tun3 down");
	FOR_EACH_FAMILY(family)
		expect_carrier(1, family, 1);
	judge_run("ip link del tun1");
	FOR_EACH_FAMILY(family)
		expect_carrier(1, family, 4);
	judge_run("ip link set far4 down");           /* carrier loss */
	for (int tries = 0; tries < 100 && carrier_in(1, FAMILY_IPV6) == 4; tries++)
		poll(NULL, 0, 20);              /* the kernel tells it later */
	FOR_EACH_FAMILY(family) {
		expect_carrier(1, family, 2);
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun2");
	}
	(void)unused;
}

static void whichever_members_are_gone_the_first_of_the_others_carries(void **unused)
{
	for (unsigned int gone = 0; gone < 15; gone++) {
		egress_id first = 0;

		set_egresses(FAMILY_IPV4);
		expect_chain_set(1, FAMILY_IPV4, "1,2,3,4");
		for (unsigned int i = 4; i >= 1; i--) {
			if (gone & 1u << i >> 1)
				kernel->remove_egress(kernel, (egress_id)i, FAMILY_IPV4);
			else
				first = (egress_id)i;
		}
		expect_carrier(1, FAMILY_IPV4, first);
	}
	(void)unused;
}

static void one_message_moves_every_route(void **unused)
{
	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(7, family, "1,2");
		write_route(networks[family], 7);
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun1");
		expect_chain_set(7, family, "2,1");
		expect_carrier(7, family, 2);
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun2");
	}
	(void)unused;
}

static void expect_dropped(const char *host)
{
	judge_expect(judge_output("ip route get %s 2>&1; true", host), "RTNETLINK answers");
}

static void an_empty_chain_drops_and_comes_back(void **unused)
{
	FOR_EACH_FAMILY(family) {
		expect_chain_set(1, family, "");
		write_route(networks[family], 1);
		expect_dropped(hosts[family]);
		set_egresses(family);
		expect_chain_set(1, family, "2,1");
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun2");
		expect_chain_set(1, family, "");
		expect_dropped(hosts[family]);
		assert_int_equal(count_routes(family), 1);
	}
	(void)unused;
}

static void who_takes_all_chains_away_leaves_nothing_behind(void **unused)
{
	FOR_EACH_FAMILY(family) {
		expect_chain_set(1, family, "");
		expect_chain_set(2, family, "");
	}
	kernel->remove_chain(kernel, 1, FAMILY_IPV4);
	kernel->remove_chain(kernel, 1, FAMILY_IPV6);
	kernel->remove_chain(kernel, 2, FAMILY_IPV6);
	netlink_fib_free(kernel);
	kernel = NULL;
	assert_int_equal(judge_number("ip nexthop | grep -c blackhole"), 1);    /* of chain 2 */
	assert_int_equal(judge_number("ip nexthop | wc -l"), 2);
	(void)unused;
}

static void a_member_that_has_gone_does_not_keep_the_others_from_taking_over(void **unused)
{
	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2,3");
	judge_run("ip link set tun2 down");
	expect_chain_set(1, FAMILY_IPV4, "2,3,1");
	expect_carrier(1, FAMILY_IPV4, 3);
	(void)unused;
}

static void a_chain_without_any_living_member_is_refused(void **unused)
{
	assert_int_equal(set_chain(1, FAMILY_IPV4, "1,2"), -EINVAL);
	judge_expect(kernel->error, "Invalid nexthop id");
	(void)unused;
}

static void an_egress_on_a_device_that_is_down_is_refused(void **unused)
{
	struct fib_egress egress = egress_of(1, FAMILY_IPV4);

	judge_run("ip link set tun1 down");
	assert_int_equal(kernel->set_egress(kernel, 1, &egress), -ENETDOWN);
	(void)unused;
}

static void an_egress_may_have_no_gateway_or_one_of_the_other_family(void **unused)
{
	struct fib_egress bare = { .family = FAMILY_IPV4, .ifindex = judge_ifindex(1) };
	struct fib_egress other = { .family = FAMILY_IPV4, .ifindex = judge_ifindex(2),
				    .gateway = address_from("fe80::2") };

	assert_int_equal(kernel->set_egress(kernel, 1, &bare), 0);
	assert_int_equal(kernel->set_egress(kernel, 2, &other), 0);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	write_route("10.50.0.0/16", 1);
	judge_expect(judge_output("ip route get 10.50.0.1"), "10.50.0.1 dev tun1");
	expect_chain_set(1, FAMILY_IPV4, "2,1");
	judge_expect(judge_output("ip route get 10.50.0.1"), "via inet6 fe80::2 dev tun2");
	(void)unused;
}

static void ecmp_shares_the_buckets_by_weight(void **unused)
{
	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1*3+2*1");
	assert_int_equal(judge_number("ip nexthop bucket show id %u | grep -c 'nhid %u '",
				      chain_id(1, FAMILY_IPV4), egress_nexthop(1, FAMILY_IPV4)),
			 96);
	(void)unused;
}

/* ---- routes ---- */

static void a_foreign_route_stays_and_is_told(void **unused)
{
	struct failures failures;
	struct fib_route route = route_to("10.50.0.0/16", 1);

	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	judge_run("ip route add 10.50.0.0/16 via 169.254.4.2 metric 20 proto static");
	set_route(&route);
	failures = flush();
	assert_int_equal(failures.count, 1);
	assert_int_equal(failures.error, -EEXIST);
	judge_expect(failures.text, "not ours");
	kernel->remove_route(kernel, &route);
	flush_well();
	judge_expect(judge_output("ip route show 10.50.0.0/16"),
		     "via 169.254.4.2 dev tun4 proto static");
	(void)unused;
}

static void a_foreign_route_of_ipv6_stays_and_is_told(void **unused)
{
	struct failures failures;
	struct fib_route route = route_to("2001:db8:50::/48", 1);

	set_egresses(FAMILY_IPV6);
	expect_chain_set(1, FAMILY_IPV6, "1,2");
	judge_run("ip -6 route add 2001:db8:50::/48 via fd00:4::2 metric 20 proto static");
	set_route(&route);
	failures = flush();
	assert_int_equal(failures.count, 1);
	assert_int_equal(failures.error, -EEXIST);
	kernel->remove_route(kernel, &route);
	flush_well();
	judge_expect(judge_output("ip -6 route show 2001:db8:50::/48"),
		     "via fd00:4::2 dev tun4 proto static");
	(void)unused;
}

static void a_route_of_ours_is_replaced_in_place(void **unused)
{
	FOR_EACH_FAMILY(family) {
		struct fib_route route = route_to(networks[family], 1);
		int ip = family == FAMILY_IPV6 ? 6 : 4;

		set_egresses(family);
		expect_chain_set(1, family, "1,2");
		expect_chain_set(2, family, "3,4");
		set_route(&route);
		flush_well();
		route.is_ours = true;
		route.chain = 2;
		set_route(&route);
		flush_well();
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun3");
		route.kind = FIB_UNREACHABLE;
		set_route(&route);
		flush_well();
		judge_expect(judge_output("ip -%d route show proto 186", ip), "unreachable");
		assert_int_equal(count_routes(family), 1);
	}
	(void)unused;
}

static void a_route_that_is_gone_already_is_removed_without_complaint(void **unused)
{
	FOR_EACH_FAMILY(family) {
		struct fib_route route = route_to(networks[family], 1);

		kernel->remove_route(kernel, &route);
		flush_well();
		assert_int_equal(kernel->remove_chain(kernel, 1, family), 0);
		assert_int_equal(kernel->remove_egress(kernel, 1, family), 0);
	}
	(void)unused;
}

static void each_route_that_fails_in_a_batch_is_told(void **unused)
{
	struct failures failures;

	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	for (unsigned int i = 0; i < 32; i++) {
		char text[PREFIX_TEXT];
		struct fib_route route;

		snprintf(text, sizeof(text), "10.%u.0.0/16", i);
		route = route_to(text, i % 3 ? 1 : 99);
		set_route(&route);
	}
	failures = flush();
	assert_int_equal(failures.count, 11);
	for (unsigned int i = 0; i < 32; i++)
		assert_int_equal(failures.seen[i], i % 3 == 0);
	judge_expect(failures.text, "exist");
	assert_int_equal(count_routes(FAMILY_IPV4), 21);
	(void)unused;
}

static struct fib_route numbered_route(unsigned int i, enum family family, chain_number chain)
{
	struct fib_route route = { .table = MAIN, .metric = METRIC, .chain = chain };
	struct address address = address_ipv4(10u << 24 | i << 8);

	if (family == FAMILY_IPV6) {
		address = address_from("2001:db8::");
		address.bytes[6] = (uint8_t)(i >> 8);
		address.bytes[7] = (uint8_t)i;
	}
	route.prefix = prefix_of(&address, family == FAMILY_IPV6 ? 64 : 24);
	return route;
}

static int list_all(const struct fib_visitor *visitor)
{
	int more = kernel->list_routes(kernel, visitor, 0, true, 100);

	while (more == 1)
		more = kernel->list_routes(kernel, visitor, 0, false, 100);
	return more;
}

static void count_route(void *arg, const struct fib_route *route)
{
	*(size_t *)arg += route->kind == FIB_CHAIN && route->chain == 1;
}

static void ten_thousand_routes_go_in_come_back_and_go(void **unused)
{
	size_t count = 0;
	struct fib_visitor visitor = { .route = count_route, .arg = &count };

	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "1,2");
		for (unsigned int i = 0; i < 10000; i++) {
			struct fib_route route = numbered_route(i, family, 1);

			set_route(&route);
		}
	}
	flush_well();
	assert_int_equal(list_all(&visitor), 0);
	assert_int_equal(count, 20000);
	assert_int_equal(kernel->list_routes(kernel, &visitor, MAIN, true, 1), 1);
	assert_in_range(count, 20001, 21000);
	assert_int_equal(list_all(&visitor), 0);        /* anew, from the middle of the last look */
	assert_in_range(count, 40001, 41000);
	FOR_EACH_FAMILY(family) {
		for (unsigned int i = 0; i < 10000; i++) {
			struct fib_route route = numbered_route(i, family, 1);

			kernel->remove_route(kernel, &route);
		}
	}
	flush_well();
	assert_int_equal(count_routes(FAMILY_IPV4), 0);
	assert_int_equal(count_routes(FAMILY_IPV6), 0);
	(void)unused;
}

static void ten_thousand_failures_are_all_told(void **unused)
{
	for (unsigned int i = 0; i < 10000; i++) {
		struct fib_route route = numbered_route(i, FAMILY_IPV4, 99);

		set_route(&route);
	}
	assert_int_equal(flush().count, 10000);
	assert_int_equal(flush().count, 0);
	(void)unused;
}

static void fill_batch(struct route_batch *batch, chain_number chain, unsigned int first)
{
	struct kernel_mark mark = { .protocol = 186, .nexthop_base = NETLINK_NEXTHOP_BASE };

	for (unsigned int i = first; i < first + ROUTE_BATCH; i++) {
		struct fib_route route = numbered_route(i, FAMILY_IPV4, chain);

		route_batch_add(batch, &route, false, route_message_set(&mark, &route));
	}
}

/* ENOBUFS: what became of the routes is not known, but nothing hangs and nothing is mixed up. */
static void answers_that_are_lost_are_told_and_the_next_batch_is_sound(void **unused)
{
	static struct route_batch batch;
	static struct rtnl_socket socket;
	int small = 1;

	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	assert_int_equal(rtnl_open(&socket), 0);
	assert_int_equal(setsockopt(nl_socket_get_fd(socket.nl), SOL_SOCKET, SO_RCVBUF, &small,
				    sizeof(small)), 0);
	route_batch_init(&batch, &socket);
	fill_batch(&batch, 99, 0);
	route_batch_send(&batch);
	assert_int_equal(route_batch_report(&batch, NULL, NULL), -ENOBUFS);
	fill_batch(&batch, 1, 1000);
	route_batch_send(&batch);
	assert_int_equal(route_batch_report(&batch, NULL, NULL), 0);
	assert_int_equal(count_routes(FAMILY_IPV4), ROUTE_BATCH);
	route_batch_clear(&batch);
	rtnl_close(&socket);
	(void)unused;
}

static void a_chain_moves_before_the_routes_that_wait(void **unused)
{
	struct fib_route route = route_to("10.50.0.0/16", 1);

	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	set_route(&route);
	expect_chain_set(1, FAMILY_IPV4, "2,1");
	expect_carrier(1, FAMILY_IPV4, 2);
	assert_int_equal(count_routes(FAMILY_IPV4), 0);
	flush_well();
	assert_int_equal(count_routes(FAMILY_IPV4), 1);
	(void)unused;
}

/* ---- list ---- */

struct table {
	struct fib_route routes[16];
	size_t route_count;
	struct fib_egress egresses[FAMILY_COUNT][8];
	struct fib_chain chains[FAMILY_COUNT][8];
	struct fib_member members[FAMILY_COUNT][8][CHAIN_WIDTH];
	size_t others;
};

static void keep_egress(void *arg, egress_id id, const struct fib_egress *egress)
{
	struct table *table = arg;

	if (id < 8)
		table->egresses[egress->family][id] = *egress;
	else
		table->others++;
}

static void keep_chain(void *arg, chain_number number, const struct fib_chain *chain)
{
	struct table *table = arg;
	struct fib_member *members;

	if (number >= 8) {
		table->others++;
		return;
	}
	members = table->members[chain->family][number];
	memcpy(members, chain->members, chain->count * sizeof(*members));
	table->chains[chain->family][number] = *chain;
	table->chains[chain->family][number].members = members;
}

static void keep_route(void *arg, const struct fib_route *route)
{
	struct table *table = arg;

	if (table->route_count < 16)
		table->routes[table->route_count++] = *route;
	else
		table->others++;
}

static void list_into(struct table *table)
{
	struct fib_visitor visitor = { .egress = keep_egress, .chain = keep_chain,
				       .route = keep_route, .arg = table };

	memset(table, 0, sizeof(*table));
	if (kernel->list_chains(kernel, &visitor) || list_all(&visitor))
		fail_msg("list: %s", kernel->error);
}

static void expect_members(const struct fib_chain *chain, bool is_ecmp, const char *wanted)
{
	char text[64] = "";

	assert_int_equal(chain->is_ecmp, is_ecmp);
	for (size_t i = 0; i < chain->count; i++) {
		size_t end = strlen(text);

		snprintf(text + end, sizeof(text) - end, is_ecmp ? "%u*%u " : "%u ",
			 chain->members[i].egress, chain->members[i].weight);
	}
	assert_string_equal(text, wanted);
}

static void expect_egress(const struct fib_egress *found, const struct fib_egress *wanted)
{
	assert_int_equal(found->family, wanted->family);
	assert_int_equal(found->ifindex, wanted->ifindex);
	assert_true(address_equal(&found->gateway, &wanted->gateway));
}

static void list_tells_egresses_and_chains_as_they_were_set(void **unused)
{
	static struct table table;
	struct fib_egress bare = { .family = FAMILY_IPV4, .ifindex = judge_ifindex(1) };
	struct fib_egress other = { .family = FAMILY_IPV4, .ifindex = judge_ifindex(2),
				    .gateway = address_from("fe80::2") };

	judge_run("ip nexthop add id 7 via 169.254.1.2 dev tun1");
	judge_run("ip nexthop add id 8 group 7");
	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "3,1,4,2");
		expect_chain_set(2, family, "1*200+2*100");
		expect_chain_set(3, family, "");
		expect_chain_set(4, family, "2");
	}
	kernel->set_egress(kernel, 5, &bare);
	kernel->set_egress(kernel, 6, &other);
	list_into(&table);
	FOR_EACH_FAMILY(family) {
		struct fib_egress wanted = egress_of(3, family);

		expect_egress(&table.egresses[family][3], &wanted);
		expect_members(&table.chains[family][1], false, "3 1 4 2 ");
		expect_members(&table.chains[family][2], true, "1*200 2*100 ");
		expect_members(&table.chains[family][3], false, "");
		expect_members(&table.chains[family][4], false, "2 ");
	}
	expect_egress(&table.egresses[FAMILY_IPV4][5], &bare);
	expect_egress(&table.egresses[FAMILY_IPV4][6], &other);
	assert_int_equal(table.others, 0);
	(void)unused;
}

static const struct fib_route *find_route(const struct table *table, const struct fib_route *like)
{
	static const struct fib_route nothing;
	char text[PREFIX_TEXT];

	for (size_t i = 0; i < table->route_count; i++) {
		const struct fib_route *route = &table->routes[i];

		if (prefix_equal(&route->prefix, &like->prefix) && route->table == like->table &&
		    route->metric == like->metric)
			return route;
	}
	print_error("%s is not listed\n", prefix_format(&like->prefix, text));
	return &nothing;
}

static void expect_listed(const struct table *table, const struct fib_route *wanted)
{
	const struct fib_route *found = find_route(table, wanted);

	assert_true(found->is_ours);
	assert_int_equal(found->kind, wanted->kind);
	assert_int_equal(found->chain, wanted->chain);
	assert_int_equal(found->mtu, wanted->mtu);
	assert_int_equal(found->advmss, wanted->advmss);
	assert_true(address_equal(&found->preferred_source, &wanted->preferred_source));
	assert_int_equal(found->via.ifindex, wanted->via.ifindex);
	assert_true(address_equal(&found->via.gateway, &wanted->via.gateway));
}

static void list_tells_routes_as_they_were_set(void **unused)
{
	static struct table table;
	struct fib_route routes[] = {
		route_to("10.1.0.0/16", 1), route_to("2001:db8:1::/48", 1),
		route_to("0.0.0.0/0", 1), route_to("::/0", 1),
		route_to("10.2.0.0/16", 1), route_to("2001:db8:2::/48", 1),
		route_to("10.3.0.0/16", 0), route_to("2001:db8:3::/48", 0),
		route_to("10.4.0.0/16", 0), route_to("10.1.0.0/16", 0),
		route_to("192.0.2.1/32", 0), route_to("192.0.2.2/32", 0),
		route_to("2001:db8::2/128", 0),
	};
	size_t count = sizeof(routes) / sizeof(routes[0]);

	routes[4].preferred_source = address_from("169.254.1.1");
	routes[4].mtu = 1400;
	routes[4].advmss = 1360;
	routes[5].preferred_source = address_from("fd00:1::1");
	routes[5].mtu = 1400;
	routes[4].table = 1000;
	routes[5].table = 100;
	routes[6].kind = routes[7].kind = FIB_UNREACHABLE;
	routes[8].kind = FIB_BLACKHOLE;
	routes[9].kind = FIB_UNREACHABLE;       /* beside the first, at a worse metric */
	routes[9].metric = 4096;
	for (size_t i = 10; i < count; i++)
		routes[i].kind = FIB_PIN;
	routes[10].via = egress_of(4, FAMILY_IPV4);
	routes[11].via = (struct fib_egress){ .family = FAMILY_IPV4, .ifindex = judge_ifindex(4) };
	routes[12].via = egress_of(4, FAMILY_IPV6);
	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "1,2");
	}
	judge_run("ip route add 10.9.0.0/16 via 169.254.1.2 proto static");
	for (size_t i = 0; i < count; i++)
		set_route(&routes[i]);
	flush_well();
	list_into(&table);
	assert_int_equal(table.route_count, count);
	for (size_t i = 0; i < count; i++)
		expect_listed(&table, &routes[i]);
	(void)unused;
}

/* ---- kernels without resilient groups ---- */

static void without_resilient_groups_a_pair_is_its_active_member(void **unused)
{
	static struct table table;

	judge_expect(kernel->describe(kernel), "multipath groups");
	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "1,2");
		write_route(networks[family], 1);
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun1");
		expect_chain_set(1, family, "2,1");
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun2");
		expect_chain_set(1, family, "");
		expect_chain_set(1, family, "3,1");
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun3");
		expect_chain_set(2, family, "1*3+2*1");
	}
	list_into(&table);
	expect_members(&table.chains[FAMILY_IPV4][1], false, "3 1 ");
	expect_members(&table.chains[FAMILY_IPV6][2], true, "1*3 2*1 ");
	(void)unused;
}

static void without_resilient_groups_a_change_by_others_is_seen(void **unused)
{
	static struct table table;

	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	judge_run("ip nexthop replace id %u group %u", chain_id(1, FAMILY_IPV4),
	    egress_nexthop(4, FAMILY_IPV4));
	list_into(&table);
	expect_members(&table.chains[FAMILY_IPV4][1], false, "4 ");
	(void)unused;
}

/* ---- kernels without nexthop objects ---- */

static struct fib_route written_route(enum family family, chain_number chain)
{
	struct fib_route route = route_to(networks[family], chain);

	set_route(&route);
	flush_well();
	route.is_ours = true;
	return route;
}

static void without_any_groups_the_next_member_stands_by(void **unused)
{
	judge_expect(kernel->describe(kernel), "no groups");
	assert_false(kernel->moves_routes);
	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "1,2,3");
		written_route(family, 1);
		assert_int_equal(count_routes(family), 2);
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun1");
	}
	assert_int_equal(judge_number("ip nexthop show | wc -l"), 0);
	judge_run("ip link set tun1 down");
	FOR_EACH_FAMILY(family)
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun2");
	(void)unused;
}

static void without_any_groups_a_route_follows_its_chain_when_it_is_set_again(void **unused)
{
	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "1,2");
		struct fib_route route = written_route(family, 1);

		expect_chain_set(1, family, "2,1");
		set_route(&route);
		flush_well();
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun2");
		assert_int_equal(count_routes(family), 2);
		expect_chain_set(1, family, "3");
		set_route(&route);
		flush_well();
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun3");
		assert_int_equal(count_routes(family), 1);
		assert_int_equal(kernel->remove_route(kernel, &route), 0);
		flush_well();
		assert_int_equal(count_routes(family), 0);
	}
	(void)unused;
}

static void without_any_groups_ecmp_is_a_route_of_several_ways(void **unused)
{
	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "1*3+2*1");
		struct fib_route route = written_route(family, 1);
		const char *shown = judge_output("ip -%d route show proto 186",
						 family == FAMILY_IPV6 ? 6 : 4);

		judge_expect(shown, "dev tun1 weight 3");
		judge_expect(shown, "dev tun2 weight 1");
		expect_chain_set(1, family, "2*1");
		set_route(&route);
		flush_well();
		judge_expect(judge_output("ip route get %s", hosts[family]), "dev tun2");
	}
	(void)unused;
}

static const struct fib_route *find_listed(const struct table *table, const char *prefix)
{
	const struct prefix wanted = prefix_from(prefix);

	for (size_t i = 0; i < table->route_count; i++)
		if (prefix_equal(&table->routes[i].prefix, &wanted))
			return &table->routes[i];
	fail_msg("%s is not listed", prefix);
	return NULL;
}

static void expect_led(const struct table *table, const char *prefix, bool is_ecmp, const char *members)
{
	const struct fib_route *route = find_listed(table, prefix);

	assert_int_equal(route->kind, FIB_CHAIN);
	assert_in_range(route->chain, 1, 7);
	expect_members(&table->chains[route->prefix.family][route->chain], is_ecmp, members);
}

static void without_any_groups_the_next_run_finds_the_chains_in_the_routes(void **unused)
{
	const struct netlink_params params = { .protocol = 186, .groups = FIB_GROUPS_NONE };
	static struct table table;
	char error[NETLINK_ERROR];
	struct fib_route pin = { .prefix = prefix_from("198.51.100.1/32"), .table = MAIN,
				 .metric = METRIC, .kind = FIB_PIN,
				 .via = egress_of(4, FAMILY_IPV4) };

	FOR_EACH_FAMILY(family) {
		set_egresses(family);
		expect_chain_set(1, family, "1,2");
		written_route(family, 1);
	}
	expect_chain_set(2, FAMILY_IPV4, "1*3+2*1");
	write_route("10.51.0.0/16", 2);
	expect_chain_set(3, FAMILY_IPV4, "2");
	write_route("10.52.0.0/16", 3);
	set_route(&pin);
	flush_well();
	netlink_fib_free(kernel);
	kernel = netlink_fib_new(&params, error);
	assert_non_null(kernel);
	list_into(&table);
	assert_int_equal(table.route_count, 5);
	expect_led(&table, networks[FAMILY_IPV4], false, "1 2 ");
	expect_led(&table, networks[FAMILY_IPV6], false, "1 2 ");
	expect_led(&table, "10.51.0.0/16", true, "1*3 2*1 ");
	expect_led(&table, "10.52.0.0/16", false, "2 ");
	assert_int_equal(find_listed(&table, "198.51.100.1/32")->kind, FIB_PIN);
	(void)unused;
}

static void without_any_groups_a_change_by_others_is_seen(void **unused)
{
	static struct table table;

	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	written_route(FAMILY_IPV4, 1);
	list_into(&table);
	assert_int_equal(find_listed(&table, networks[FAMILY_IPV4])->chain, 1);
	judge_run("ip route del 10.50.0.0/16 metric %u", METRIC + 5001);
	list_into(&table);
	assert_int_equal(table.route_count, 1);
	assert_int_equal(table.routes[0].chain, 0);
	(void)unused;
}

struct foreign {
	struct fib_route routes[64];
	size_t count;
};

static void keep_foreign(void *arg, const struct fib_route *route)
{
	struct foreign *foreign = arg;

	assert_in_range(foreign->count, 0, 63);
	foreign->routes[foreign->count++] = *route;
}

static void expect_foreign(const struct foreign *foreign, const char *text, uint32_t table,
			   enum fib_kind kind, unsigned int tunnel)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	for (size_t i = 0; i < foreign->count; i++) {
		const struct fib_route *route = &foreign->routes[i];

		if (!prefix_equal(&route->prefix, &prefix) || route->table != table)
			continue;
		assert_int_equal(route->kind, kind);
		assert_int_equal(route->via.ifindex, tunnel ? judge_ifindex(tunnel) : 0);
		return;
	}
	fail_msg("%s was not visited", text);
}

static void routes_of_others_are_visited_with_the_way_they_lead(void **unused)
{
	static struct foreign foreign;
	struct fib_visitor visitor = { .foreign = keep_foreign, .arg = &foreign };

	foreign.count = 0;
	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	write_route("10.50.0.0/16", 1);
	judge_run("ip route add default via 169.254.4.2");
	judge_run("ip route add unreachable 192.0.2.128/25 table 1000");
	judge_run("ip nexthop add id 7 via 169.254.3.2 dev tun3 && ip nexthop add id 8 group 7");
	judge_run("ip route add 203.0.113.0/24 nhid 8");
	judge_run("ip -6 route add 2001:db8::/32 nexthop via fd00:4::2 nexthop via fd00:3::2");
	assert_int_equal(list_all(&visitor), 0);
	expect_foreign(&foreign, "0.0.0.0/0", 254, FIB_PIN, 4);
	expect_foreign(&foreign, "192.0.2.128/25", 1000, FIB_UNREACHABLE, 0);
	expect_foreign(&foreign, "203.0.113.0/24", 254, FIB_PIN, 3);
	expect_foreign(&foreign, "2001:db8::/32", 254, FIB_PIN, 4);
	for (size_t i = 0; i < foreign.count; i++)
		assert_true(foreign.routes[i].prefix.bytes[1] != 50);
	foreign.count = 0;
	assert_int_equal(kernel->list_routes(kernel, &visitor, 1000, true, 100), 0);
	assert_int_equal(foreign.count, 1);
	assert_int_equal(kernel->list_routes(kernel, &visitor, 1001, true, 100), 0);
	assert_int_equal(foreign.count, 1);
	(void)unused;
}

/* ---- resolve ---- */

static void expect_way(const char *to, uint32_t table, int ifindex, const char *gateway)
{
	struct address address = address_from(to);
	struct address wanted = { .family = FAMILY_NONE };
	struct fib_egress egress = { .ifindex = 0 };

	if (kernel->resolve(kernel, &address, NULL, table, &egress))
		fail_msg("%s in table %u: %s", to, table, kernel->error);
	if (gateway)
		wanted = address_from(gateway);
	assert_int_equal(egress.ifindex, ifindex);
	assert_true(address_equal(&egress.gateway, &wanted));
}

static void expect_no_way(const char *to, uint32_t table)
{
	struct address address = address_from(to);
	struct fib_egress egress;

	assert_int_equal(kernel->resolve(kernel, &address, NULL, table, &egress), -ENETUNREACH);
}

static void resolve_finds_the_way_as_the_kernel_does(void **unused)
{
	judge_run("ip route add 192.0.2.0/24 via 169.254.4.2");
	judge_run("ip route add unreachable 192.0.2.128/25");
	judge_run("ip nexthop add id 7 via 169.254.3.2 dev tun3");
	judge_run("ip route add 203.0.113.0/24 nhid 7");
	judge_run("ip route add default via 169.254.1.2 table 1000");
	judge_run("ip -4 route add default via inet6 fe80::9 dev tun2 table 1001");
	judge_run("ip -6 route add 2001:db8::/32 via fd00:4::2");
	expect_way("169.254.1.2", 0, judge_ifindex(1), NULL);
	expect_way("192.0.2.1", MAIN, judge_ifindex(4), "169.254.4.2");
	expect_no_way("192.0.2.129", MAIN);
	expect_no_way("198.51.100.1", MAIN);
	expect_way("203.0.113.1", MAIN, judge_ifindex(3), "169.254.3.2");
	expect_way("198.51.100.1", 1000, judge_ifindex(1), "169.254.1.2");
	expect_way("198.51.100.1", 1001, judge_ifindex(2), "fe80::9");
	expect_way("2001:db8::1", 0, judge_ifindex(4), "fd00:4::2");
	expect_way("fd00:2::2", 0, judge_ifindex(2), NULL);
	expect_no_way("2001:db9::1", 0);
	(void)unused;
}

static void resolve_looks_through_routes_of_ours(void **unused)
{
	struct fib_route pin = route_to("192.0.2.1/32", 0);
	struct fib_route closed = route_to("192.0.2.0/25", 0);

	set_egresses(FAMILY_IPV4);
	expect_chain_set(1, FAMILY_IPV4, "1,2");
	judge_run("ip route add default via 169.254.4.2");
	judge_run("ip nexthop add id 7 via 169.254.3.2 dev tun3");
	judge_run("ip route add 203.0.113.0/24 nhid 7");
	write_route("192.0.0.0/8", 1);
	write_route("203.0.113.0/25", 1);
	pin.kind = FIB_PIN;
	pin.via = egress_of(3, FAMILY_IPV4);
	set_route(&pin);
	closed.kind = FIB_UNREACHABLE;
	set_route(&closed);
	flush_well();
	expect_way("192.0.2.1", MAIN, judge_ifindex(4), "169.254.4.2");
	expect_way("192.0.2.2", MAIN, judge_ifindex(4), "169.254.4.2");
	expect_way("192.0.3.1", MAIN, judge_ifindex(4), "169.254.4.2");
	expect_way("203.0.113.1", MAIN, judge_ifindex(3), "169.254.3.2");
	judge_run("ip route del default");
	expect_no_way("192.0.2.1", MAIN);
	(void)unused;
}

/* ---- permission ---- */

static int try_without_capabilities(void)
{
	struct netlink_params params = { .protocol = 186 };
	cap_t none = cap_init();
	char error[NETLINK_ERROR];

	if (cap_set_proc(none) < 0 || netlink_fib_new(&params, error))
		return 1;
	cap_free(none);
	return strstr(error, "CAP_NET_ADMIN") ? 0 : 2;
}

static void without_permission_it_says_what_is_missing(void **unused)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(try_without_capabilities());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	(void)unused;
}

#define TEST(name)     cmocka_unit_test_setup_teardown(name, make_kernel, free_kernel)
#define TEST_OLD(name) cmocka_unit_test_setup_teardown(name, make_old_kernel, free_kernel)
#define TEST_ANCIENT(name) cmocka_unit_test_setup_teardown(name, make_ancient_kernel, free_kernel)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(says_what_it_uses),
		TEST(the_next_member_takes_over_whenever_a_device_goes),
		TEST(whichever_members_are_gone_the_first_of_the_others_carries),
		TEST(one_message_moves_every_route),
		TEST(an_empty_chain_drops_and_comes_back),
		TEST(who_takes_all_chains_away_leaves_nothing_behind),
		TEST(a_member_that_has_gone_does_not_keep_the_others_from_taking_over),
		TEST(a_chain_without_any_living_member_is_refused),
		TEST(an_egress_on_a_device_that_is_down_is_refused),
		TEST(an_egress_may_have_no_gateway_or_one_of_the_other_family),
		TEST(ecmp_shares_the_buckets_by_weight),
		TEST(a_foreign_route_stays_and_is_told),
		TEST(a_foreign_route_of_ipv6_stays_and_is_told),
		TEST(a_route_of_ours_is_replaced_in_place),
		TEST(a_route_that_is_gone_already_is_removed_without_complaint),
		TEST(each_route_that_fails_in_a_batch_is_told),
		TEST(ten_thousand_routes_go_in_come_back_and_go),
		TEST(ten_thousand_failures_are_all_told),
		TEST(answers_that_are_lost_are_told_and_the_next_batch_is_sound),
		TEST(a_chain_moves_before_the_routes_that_wait),
		TEST(list_tells_egresses_and_chains_as_they_were_set),
		TEST(list_tells_routes_as_they_were_set),
		TEST(routes_of_others_are_visited_with_the_way_they_lead),
		TEST_OLD(without_resilient_groups_a_pair_is_its_active_member),
		TEST_OLD(without_resilient_groups_a_change_by_others_is_seen),
		TEST_ANCIENT(without_any_groups_the_next_member_stands_by),
		TEST_ANCIENT(without_any_groups_a_route_follows_its_chain_when_it_is_set_again),
		TEST_ANCIENT(without_any_groups_ecmp_is_a_route_of_several_ways),
		TEST_ANCIENT(without_any_groups_the_next_run_finds_the_chains_in_the_routes),
		TEST_ANCIENT(without_any_groups_a_change_by_others_is_seen),
		TEST(resolve_finds_the_way_as_the_kernel_does),
		TEST(resolve_looks_through_routes_of_ours),
		TEST(without_permission_it_says_what_is_missing),
	};
	const char *missing = judge_missing();

	if (missing) {
		printf("1..0 # SKIP %s\n", missing);
		return JUDGE_SKIP;
	}
	return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
