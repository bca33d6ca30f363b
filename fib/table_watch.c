#include "fib/table_watch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "bgpd/base/xalloc.h"
#include "fib/nexthop_id.h"
#include "fib/nexthop_message.h"
#include "fib/notice_filter.h"
#include "fib/route_message.h"
#include "fib/rtnl_socket.h"

struct table_watch {
	struct rtnl_socket socket;
	struct table_ours ours;
	struct table_events events;
};

static void take_route(struct table_watch *watch, struct nlmsghdr *message)
{
	struct route route;
	struct fib_route told;

	if (!route_message_parse(message, &route) || route.is_cached)
		return;
	told = (struct fib_route){
		.prefix = route.prefix, .table = route.table, .metric = route.metric,
		.is_ours = route.protocol == watch->ours.protocol,
	};
	watch->events.route(watch->events.arg, &told, message->nlmsg_type == RTM_DELROUTE);
}

static void take_nexthop(struct table_watch *watch, struct nlmsghdr *message)
{
	struct nexthop nexthop;
	struct nexthop_name name;

	if (nexthop_message_parse(message, &nexthop) &&
	    nexthop_id_parse(watch->ours.nexthop_base, nexthop.id, &name))
		watch->events.nexthop(watch->events.arg);
}

static void take_message(struct table_watch *watch, struct nlmsghdr *message)
{
	switch (message->nlmsg_type) {
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		take_route(watch, message);
		break;
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		take_nexthop(watch, message);
		break;
	}
}

int table_watch_read(struct table_watch *watch, size_t messages)
{
	int left = 0;

	for (; messages; messages--) {
		left = rtnl_receive(&watch->socket);
		if (left == -ENOBUFS)
			watch->events.overrun(watch->events.arg);
		else if (left < 0)
			break;
		for (struct nlmsghdr *message = &watch->socket.received.header;
		     nlmsg_ok(message, left); message = nlmsg_next(message, &left))
			take_message(watch, message);
	}
	return left == -EAGAIN || left > 0 || left == -ENOBUFS ? 0 : left;
}

/* Filtered before it joins, so that nothing gets through in between. */
static int open_socket(struct table_watch *watch)
{
	static const int groups[] = { RTNLGRP_NEXTHOP, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE };
	struct sock_filter code[NOTICE_FILTER_MAX];
	struct sock_fprog filter = {
		.filter = code, .len = (unsigned short)notice_filter_build(&watch->ours, code),
	};
	int error = rtnl_open(&watch->socket);

	if (error)
		return error;
	if (setsockopt(table_watch_fd(watch), SOL_SOCKET, SO_ATTACH_FILTER, &filter,
		       sizeof(filter)) < 0)
		return -errno;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (nl_socket_add_membership(watch->socket.nl, groups[i]) < 0)
			return -errno;
	}
	return 0;
}

struct table_watch *table_watch_new(const struct table_ours *ours,
				    const struct table_events *events)
{
	struct table_watch *watch = xcalloc(1, sizeof(*watch));
	int error;

	watch->ours = *ours;
	watch->events = *events;
	error = open_socket(watch);
	if (!error)
		return watch;
	table_watch_free(watch);
	errno = -error;
	return NULL;
}

void table_watch_free(struct table_watch *watch)
{
	if (!watch)
		return;
	rtnl_close(&watch->socket);
	free(watch);
}

int table_watch_fd(const struct table_watch *watch)
{
	return nl_socket_get_fd(watch->socket.nl);
}
