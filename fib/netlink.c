#include "fib/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "fib/listing.h"
#include "fib/nexthop_id.h"
#include "fib/nexthop_message.h"
#include "fib/resolve.h"
#include "fib/route_batch.h"
#include "fib/route_message.h"
#include "fib/rtnl_socket.h"
#include "fib/wanted_chains.h"
#include "fib/ways.h"

#define COMPAT_MODE "/proc/sys/net/ipv4/nexthop_compat_mode"

_Static_assert(sizeof(((struct fib *)0)->error) == RTNL_TEXT, "texts are passed on as they are");

struct netlink_fib {
	struct fib fib;                         /* first: what the caller holds */
	struct kernel_mark mark;
	enum fib_groups groups;                 /* not FIB_GROUPS_AUTOMATIC */
	bool is_resilient;
	struct rtnl_socket asking;              /* egresses, chains, questions */
	struct rtnl_socket writing;             /* routes */
	struct listing looking;
	struct route_batch batch;
	struct wanted_chains wanted;            /* only without resilient groups */
	struct ways ways;                       /* only without any */
	char description[64];
};

static struct netlink_fib *netlink_of(struct fib *fib)
{
	return (struct netlink_fib *)fib;
}

static int netlink_ask(struct netlink_fib *netlink, struct nl_msg *message)
{
	return rtnl_ask(&netlink->asking, message, NULL, NULL, netlink->fib.error);
}

/* ---- egresses and chains ---- */

static int netlink_set_egress(struct fib *fib, egress_id id, const struct fib_egress *egress)
{
	struct netlink_fib *netlink = netlink_of(fib);

	return netlink_ask(netlink, nexthop_message_egress(&netlink->mark, id, egress));
}

static int netlink_remove(struct netlink_fib *netlink, uint32_t id)
{
	int error = netlink_ask(netlink, nexthop_message_remove(id));

	return error == -ENOENT ? 0 : error;
}

static int netlink_remove_egress(struct fib *fib, egress_id id, enum family family)
{
	struct netlink_fib *netlink = netlink_of(fib);

	return netlink_remove(netlink, nexthop_id_egress(netlink->mark.nexthop_base, family, id));
}

static int write_chain(struct netlink_fib *netlink, chain_number number,
		       const struct fib_chain *chain)
{
	return netlink_ask(netlink, nexthop_message_chain(&netlink->mark, number, chain,
							  netlink->is_resilient));
}

static bool has_egress(struct netlink_fib *netlink, const struct fib_member *member,
		       enum family family)
{
	return netlink_ask(netlink, nexthop_message_get(nexthop_id_egress(
		netlink->mark.nexthop_base, family, member->egress))) == 0;
}

/* A member whose device has just gone, which nobody has told us yet, must not keep the others from
 * taking over: the chain is written without it. */
static int write_what_is_left(struct netlink_fib *netlink, chain_number number,
			      const struct fib_chain *chain)
{
	struct fib_member members[CHAIN_WIDTH];
	struct fib_chain left = *chain;
	char refusal[RTNL_TEXT];

	memcpy(refusal, netlink->fib.error, sizeof(refusal));
	left.members = members;
	left.count = 0;
	for (size_t i = 0; i < chain->count; i++) {
		if (has_egress(netlink, &chain->members[i], chain->family))
			members[left.count++] = chain->members[i];
	}
	if (left.count && left.count < chain->count)
		return write_chain(netlink, number, &left);
	memcpy(netlink->fib.error, refusal, sizeof(refusal));
	return -EINVAL;
}

static int write_blackhole(struct netlink_fib *netlink, enum family family)
{
	int error = netlink_ask(netlink, nexthop_message_blackhole(&netlink->mark, family));

	return error == -EEXIST ? 0 : error;
}

static int netlink_set_chain(struct fib *fib, chain_number number, const struct fib_chain *chain)
{
	struct netlink_fib *netlink = netlink_of(fib);
	int error = 0;

	if (chain->count > CHAIN_WIDTH) {
		snprintf(fib->error, sizeof(fib->error), "a chain has at most %d members",
			 CHAIN_WIDTH);
		return -EINVAL;
	}
	if (!chain->count)
		error = write_blackhole(netlink, chain->family);
	if (!error)
		error = write_chain(netlink, number, chain);
	if (error == -EINVAL && chain->count > 1)
		error = write_what_is_left(netlink, number, chain);
	if (!error && !netlink->is_resilient)
		wanted_chains_set(&netlink->wanted, number, chain);
	return error;
}

static int netlink_remove_chain(struct fib *fib, chain_number number, enum family family)
{
	struct netlink_fib *netlink = netlink_of(fib);

	wanted_chains_forget(&netlink->wanted, family, number);
	return netlink_remove(netlink, nexthop_id_chain(netlink->mark.nexthop_base, family,
							number));
}

/* ---- routes ---- */

static int netlink_set_route(struct fib *fib, const struct fib_route *route)
{
	struct netlink_fib *netlink = netlink_of(fib);

	route_batch_add(&netlink->batch, route, false, route_message_set(&netlink->mark, route));
	return 0;
}

static int netlink_remove_route(struct fib *fib, const struct fib_route *route)
{
	struct netlink_fib *netlink = netlink_of(fib);

	route_batch_add(&netlink->batch, route, true, route_message_remove(&netlink->mark, route));
	return 0;
}

static int netlink_flush(struct fib *fib, fib_failed *failed, void *arg)
{
	struct netlink_fib *netlink = netlink_of(fib);
	int error;

	route_batch_send(&netlink->batch);
	error = route_batch_report(&netlink->batch, failed, arg);
	if (error)
		snprintf(fib->error, sizeof(fib->error), "answers of the kernel were lost: %s",
			 strerror(-error));
	return error;
}

/* ---- asking ---- */

static int netlink_list_chains(struct fib *fib, const struct fib_visitor *visitor)
{
	struct netlink_fib *netlink = netlink_of(fib);

	return listing_nexthops(&netlink->asking, &netlink->mark, &netlink->wanted, visitor,
				fib->error);
}

static int netlink_list_routes(struct fib *fib, const struct fib_visitor *visitor, uint32_t table,
			       bool from_start, size_t items)
{
	struct netlink_fib *netlink = netlink_of(fib);

	if (from_start)
		netlink->looking.table = table;
	return listing_routes(&netlink->looking, &netlink->mark, visitor, from_start, items,
			      fib->error);
}

static int netlink_resolve(struct fib *fib, const struct address *address, const char *interface,
			   uint32_t table, struct fib_egress *egress)
{
	struct netlink_fib *netlink = netlink_of(fib);

	if (interface) {
		*egress = (struct fib_egress){ .family = address->family,
					       .ifindex = (int)if_nametoindex(interface) };
		return egress->ifindex ? 0 : -ENETUNREACH;
	}
	return resolve_address(&netlink->asking, &netlink->mark, address, table, egress,
			       fib->error);
}

/* ---- without nexthop objects ---- */

static int plain_set_egress(struct fib *fib, egress_id id, const struct fib_egress *egress)
{
	ways_set_egress(&netlink_of(fib)->ways, id, egress);
	return 0;
}

static int plain_remove_egress(struct fib *fib, egress_id id, enum family family)
{
	ways_remove_egress(&netlink_of(fib)->ways, id, family);
	return 0;
}

static int plain_set_chain(struct fib *fib, chain_number number, const struct fib_chain *chain)
{
	ways_set_chain(&netlink_of(fib)->ways, number, chain);
	return 0;
}

static int plain_remove_chain(struct fib *fib, chain_number number, enum family family)
{
	ways_remove_chain(&netlink_of(fib)->ways, number, family);
	return 0;
}

static int plain_set_route(struct fib *fib, const struct fib_route *route)
{
	struct netlink_fib *netlink = netlink_of(fib);

	if (route->kind != FIB_CHAIN)
		return netlink_set_route(fib, route);
	ways_set_route(&netlink->ways, &netlink->mark, &netlink->batch, route);
	return 0;
}

static int plain_remove_route(struct fib *fib, const struct fib_route *route)
{
	struct netlink_fib *netlink = netlink_of(fib);

	ways_remove_route(&netlink->mark, &netlink->batch, route);
	return 0;
}

static int plain_list_chains(struct fib *fib, const struct fib_visitor *visitor)
{
	ways_list(&netlink_of(fib)->ways, visitor);
	return 0;
}

/* What chains there are is told by the routes. */
static int adopt_ways(struct netlink_fib *netlink)
{
	const struct fib_visitor nobody = { .arg = NULL };
	int error;

	netlink->looking.ways = &netlink->ways;
	netlink->ways.is_adopting = true;
	error = netlink_list_routes(&netlink->fib, &nobody, 0, true, SIZE_MAX);
	netlink->ways.is_adopting = false;
	return error;
}

/* ---- start ---- */

/* /proc/sys/net is that of our own network namespace.  A failure costs time, not correctness. */
static char set_compat_mode(void)
{
	int fd = open(COMPAT_MODE, O_WRONLY | O_CLOEXEC);
	char mode = '?';

	if (fd >= 0) {
		(void)!write(fd, "0", 1);
		close(fd);
	}
	fd = open(COMPAT_MODE, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (read(fd, &mode, 1) != 1)
			mode = '?';
		close(fd);
	}
	return mode;
}

static const char *netlink_describe(struct fib *fib)
{
	return netlink_of(fib)->description;
}

static void describe(struct netlink_fib *netlink, char compat_mode)
{
	static const char *const texts[] = {
		[FIB_GROUPS_RESILIENT] = "resilient groups",
		[FIB_GROUPS_MULTIPATH] = "multipath groups",
		[FIB_GROUPS_NONE] = "no groups",
	};

	snprintf(netlink->description, sizeof(netlink->description), "%s, nexthop_compat_mode %c",
		 texts[netlink->groups], compat_mode);
}

/* To remove what cannot be there tells, without changing anything, whether we may and whether the
 * kernel knows nexthop objects (5.3). */
static int look_at_kernel(struct netlink_fib *netlink, enum fib_groups *best)
{
	uint32_t nothing = nexthop_id_chain(netlink->mark.nexthop_base, FAMILY_IPV4, 0);
	int error = netlink_remove(netlink, nothing);

	*best = FIB_GROUPS_NONE;
	if (error)
		return error == -EOPNOTSUPP ? 0 : error;
	error = netlink_ask(netlink, nexthop_message_dump_buckets(nothing));
	*best = error == -EOPNOTSUPP ? FIB_GROUPS_MULTIPATH : FIB_GROUPS_RESILIENT;
	return 0;
}

static int choose_groups(struct netlink_fib *netlink, enum fib_groups wanted, enum fib_groups best)
{
	static const char *const needs[] = {
		[FIB_GROUPS_RESILIENT] = "the kernel has no resilient groups: Linux 5.13 or newer is needed",
		[FIB_GROUPS_MULTIPATH] = "the kernel has no nexthop groups: Linux 5.3 or newer is needed",
	};

	netlink->groups = wanted == FIB_GROUPS_AUTOMATIC ? best : wanted;
	if (netlink->groups < best) {
		snprintf(netlink->fib.error, sizeof(netlink->fib.error), "%s",
			 needs[netlink->groups]);
		return -EOPNOTSUPP;
	}
	netlink->is_resilient = netlink->groups == FIB_GROUPS_RESILIENT;
	netlink->fib.holds_standbys = netlink->groups != FIB_GROUPS_MULTIPATH;
	netlink->fib.moves_routes = netlink->groups != FIB_GROUPS_NONE;
	return 0;
}

/* What an earlier run has left of another kind cannot be changed into ours. */
static int clear_others(struct netlink_fib *netlink, enum fib_groups best)
{
	static const enum listing_groups others[] = {
		[FIB_GROUPS_RESILIENT] = LISTING_MULTIPATH,
		[FIB_GROUPS_MULTIPATH] = LISTING_RESILIENT,
		[FIB_GROUPS_NONE] = LISTING_ALL,
	};
	int error = 0;

	if (netlink->groups != FIB_GROUPS_NONE)
		error = listing_remove_ways(&netlink->asking, &netlink->mark, &netlink->batch,
					    netlink->fib.error);
	if (!error && best != FIB_GROUPS_NONE)
		error = listing_remove_groups(&netlink->asking, &netlink->mark,
					      others[netlink->groups], netlink->fib.error);
	return error;
}

static void use_ways(struct netlink_fib *netlink)
{
	struct fib *fib = &netlink->fib;

	fib->set_egress = plain_set_egress;
	fib->remove_egress = plain_remove_egress;
	fib->set_chain = plain_set_chain;
	fib->remove_chain = plain_remove_chain;
	fib->set_route = plain_set_route;
	fib->remove_route = plain_remove_route;
	fib->list_chains = plain_list_chains;
}

static int prepare(struct netlink_fib *netlink, enum fib_groups wanted)
{
	enum fib_groups best;
	int error = look_at_kernel(netlink, &best);

	if (!error)
		error = choose_groups(netlink, wanted, best);
	if (!error)
		error = clear_others(netlink, best);
	if (!error && netlink->groups == FIB_GROUPS_NONE) {
		use_ways(netlink);
		error = adopt_ways(netlink);
	}
	return error;
}

static int open_sockets(struct netlink_fib *netlink)
{
	int error = rtnl_open(&netlink->asking);

	if (!error)
		error = rtnl_open(&netlink->writing);
	if (error)
		snprintf(netlink->fib.error, sizeof(netlink->fib.error), "netlink socket: %s",
			 strerror(-error));
	return error;
}

static const struct fib netlink_operations = {
	.set_egress = netlink_set_egress,
	.remove_egress = netlink_remove_egress,
	.set_chain = netlink_set_chain,
	.remove_chain = netlink_remove_chain,
	.set_route = netlink_set_route,
	.remove_route = netlink_remove_route,
	.flush = netlink_flush,
	.list_chains = netlink_list_chains,
	.list_routes = netlink_list_routes,
	.resolve = netlink_resolve,
	.describe = netlink_describe,
};

static void release(struct netlink_fib *netlink)
{
	route_batch_clear(&netlink->batch);
	rtnl_close(&netlink->asking);
	rtnl_close(&netlink->writing);
	listing_clear(&netlink->looking);
	wanted_chains_clear(&netlink->wanted);
	ways_clear(&netlink->ways);
	free(netlink);
}

struct fib *netlink_fib_new(const struct netlink_params *params, char error[NETLINK_ERROR])
{
	struct netlink_fib *netlink = xcalloc(1, sizeof(*netlink));

	netlink->fib = netlink_operations;
	netlink->looking.family = FAMILY_COUNT;
	netlink->mark = (struct kernel_mark){
		.protocol = params->protocol,
		.nexthop_base = params->nexthop_base ? params->nexthop_base : NETLINK_NEXTHOP_BASE,
	};
	route_batch_init(&netlink->batch, &netlink->writing);
	if (open_sockets(netlink) || prepare(netlink, params->groups)) {
		snprintf(error, NETLINK_ERROR, "%s", netlink->fib.error);
		release(netlink);
		return NULL;
	}
	describe(netlink, set_compat_mode());
	return &netlink->fib;
}

static void note_family(void *arg, chain_number number, const struct fib_chain *chain)
{
	(void)number;
	((bool *)arg)[chain->family] = true;
}

/* A caller that took its chains away wants nothing left behind. */
static void remove_idle_blackholes(struct netlink_fib *netlink)
{
	bool has_chain[FAMILY_COUNT] = { false };
	struct fib_visitor visitor = { .chain = note_family, .arg = has_chain };

	if (netlink_list_chains(&netlink->fib, &visitor) != 0)
		return;
	for (enum family family = FAMILY_IPV4; family < FAMILY_COUNT; family++) {
		if (!has_chain[family])
			netlink_remove_egress(&netlink->fib, NEXTHOP_BLACKHOLE, family);
	}
}

void netlink_fib_free(struct fib *fib)
{
	if (!fib)
		return;
	remove_idle_blackholes(netlink_of(fib));
	release(netlink_of(fib));
}

struct table_ours netlink_fib_ours(const struct fib *fib)
{
	const struct netlink_fib *netlink = (const struct netlink_fib *)fib;

	return (struct table_ours){
		.protocol = netlink->mark.protocol,
		.nexthop_base = netlink->mark.nexthop_base,
		.ports = { rtnl_port(&netlink->asking), rtnl_port(&netlink->writing) },
	};
}
