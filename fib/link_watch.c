#include "fib/link_watch.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bgpd/base/xalloc.h"
#include "fib/interfaces.h"
#include "fib/link_message.h"
#include "fib/rtnl_socket.h"

#define REFRESH_TRIES 10

struct watched {
	struct link_state told;
	bool is_told;
	bool was_down;                  /* seen since the last look */
	const struct interface *now;    /* valid during report */
};

struct link_watch {
	struct rtnl_socket asking, listening;
	struct interfaces interfaces;
	struct watched *watched;        /* by name */
	size_t watched_count;
	bool is_stale;                  /* the picture is not whole: to be read anew, not told */
	bool wants_resync;
	link_changed *changed;
	link_resync *resync;
	void *arg;
	char text[RTNL_TEXT];
};

/* ---- what the kernel has ---- */

static int compare_names(const void *a, const void *b)
{
	const struct watched *one = a, *other = b;

	return strcmp(one->told.name, other->told.name);
}

static struct watched *find_watched(const struct link_watch *watch, const char *name)
{
	struct watched key = { .is_told = false };

	snprintf(key.told.name, sizeof(key.told.name), "%s", name);
	return bsearch(&key, watch->watched, watch->watched_count, sizeof(key), compare_names);
}

static bool is_running(const struct link *link)
{
	return link->is_up && link->has_carrier;
}

static void take_link(struct link_watch *watch, const struct link *link, bool is_gone)
{
	struct watched *watched = find_watched(watch, link->name);
	const struct interface *before = interfaces_find(&watch->interfaces, link->ifindex);
	bool runs = !is_gone && is_running(link);

	if (watched && !runs)
		watched->was_down = true;
	if (!watched && before && is_running(&before->link) != runs)
		watch->wants_resync = true;
	if (is_gone)
		interfaces_remove(&watch->interfaces, link->ifindex);
	else
		interfaces_set(&watch->interfaces, link);
}

static void take_address(struct link_watch *watch, const struct link_address *address, bool is_gone)
{
	if (is_gone ? interfaces_remove_address(&watch->interfaces, address)
		    : interfaces_set_address(&watch->interfaces, address))
		watch->wants_resync = true;
}

static void take_message(void *arg, struct nlmsghdr *message)
{
	struct link_watch *watch = arg;
	struct link_address address;
	struct link link;

	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		if (link_message_parse(message, &link))
			take_link(watch, &link, message->nlmsg_type == RTM_DELLINK);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		if (link_message_parse_address(message, &address))
			take_address(watch, &address, message->nlmsg_type == RTM_DELADDR);
		break;
	}
}

/* ---- what is told ---- */

static bool lower_is_up(const struct link_watch *watch, const struct link *link)
{
	const struct interface *lower;

	if (!link->lower)
		return true;
	lower = interfaces_find(&watch->interfaces, link->lower);
	return lower && is_running(&lower->link);
}

/* Cleared first, padding too: states are compared as bytes. */
static void make_state(const struct link_watch *watch, const struct watched *watched,
		       struct link_state *state)
{
	const struct interface *now = watched->now;

	memset(state, 0, sizeof(*state));
	memcpy(state->name, watched->told.name, sizeof(state->name));
	if (!now)
		return;
	state->ifindex = now->link.ifindex;
	state->is_up = now->link.is_up;
	state->has_carrier = now->link.has_carrier;
	state->lower_is_up = lower_is_up(watch, &now->link);
	state->if_id = now->link.if_id;
	state->address_count = (uint8_t)(now->address_count < LINK_ADDRESSES ? now->address_count
									     : LINK_ADDRESSES);
	if (now->address_count)
		memcpy(state->addresses, now->addresses,
		       state->address_count * sizeof(*now->addresses));
}

static void report_one(struct link_watch *watch, struct watched *watched)
{
	struct link_state state;
	bool has_blinked;

	make_state(watch, watched, &state);
	has_blinked = watched->was_down && state.is_up && state.has_carrier;
	watch->wants_resync |= has_blinked && watched->is_told;
	watched->was_down = false;
	if (watched->is_told && memcmp(&state, &watched->told, sizeof(state)) == 0)
		return;
	watched->told = state;
	watched->is_told = true;
	watch->changed(watch->arg, &state);
}

static void report(struct link_watch *watch)
{
	for (size_t i = 0; i < watch->watched_count; i++)
		watch->watched[i].now = NULL;
	for (size_t i = 0; i < watch->interfaces.count; i++) {
		const struct interface *interface = &watch->interfaces.items[i];
		struct watched *watched = find_watched(watch, interface->link.name);

		if (watched)
			watched->now = interface;
	}
	for (size_t i = 0; i < watch->watched_count; i++)
		report_one(watch, &watch->watched[i]);
	if (watch->wants_resync) {
		watch->wants_resync = false;
		if (watch->resync)
			watch->resync(watch->arg);
	}
}

/* ---- reading ---- */

static int read_all_links(struct link_watch *watch)
{
	bool wants_resync = watch->wants_resync;
	int error;

	interfaces_clear(&watch->interfaces);
	error = rtnl_ask(&watch->asking, link_message_dump(), take_message, watch, watch->text);
	if (!error)
		error = rtnl_ask(&watch->asking, link_message_dump_addresses(), take_message, watch,
				 watch->text);
	watch->wants_resync = wants_resync;     /* what is read from the start is no change */
	return error;
}

int link_watch_refresh(struct link_watch *watch)
{
	int error, tries = 0;

	do
		error = read_all_links(watch);
	while (error == -EAGAIN && ++tries < REFRESH_TRIES);
	watch->is_stale = error != 0;
	if (!error)
		report(watch);
	return error;
}

/* Everything that waits is taken before anything is told, so that what is told is true at the end.
 * After an overrun the messages that are left are older than those that were lost. */
int link_watch_read(struct link_watch *watch)
{
	int left;

	while ((left = rtnl_receive(&watch->listening)) >= 0 || left == -ENOBUFS) {
		if (left == -ENOBUFS)
			watch->is_stale = watch->wants_resync = true;
		for (struct nlmsghdr *message = &watch->listening.received.header;
		     nlmsg_ok(message, left); message = nlmsg_next(message, &left))
			take_message(watch, message);
	}
	if (watch->is_stale)
		return link_watch_refresh(watch);
	report(watch);
	return left == -EAGAIN ? 0 : left;
}

bool link_watch_has_address(const struct link_watch *watch, const struct address *address)
{
	return interfaces_have_address(&watch->interfaces, address);
}

static void take_counters(void *arg, struct nlmsghdr *message)
{
	link_message_parse_counters(message, arg);
}

bool link_watch_counters(struct link_watch *watch, const char *name,
			 struct link_counters *counters)
{
	const struct watched *watched = find_watched(watch, name);

	if (!watched || !watched->told.ifindex)
		return false;
	return rtnl_ask(&watch->asking, link_message_counters(watched->told.ifindex), take_counters,
			counters, watch->text) == 0;
}

/* ---- start ---- */

static int join(struct link_watch *watch, const int *groups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (nl_socket_add_membership(watch->listening.nl, groups[i]) < 0)
			return -errno;
	}
	return 0;
}

static int open_sockets(struct link_watch *watch)
{
	static const int groups[] = { RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR };
	int error = rtnl_open(&watch->asking);

	if (!error)
		error = rtnl_open(&watch->listening);
	return error ? error : join(watch, groups, sizeof(groups) / sizeof(groups[0]));
}

/* Sorted, and each name once: two tunnels may share an interface. */
static void take_names(struct link_watch *watch, const char *const *names, size_t count)
{
	struct watched *watched = xcalloc(count, sizeof(*watched));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		snprintf(watched[i].told.name, sizeof(watched[i].told.name), "%s", names[i]);
	qsort(watched, count, sizeof(*watched), compare_names);
	for (size_t i = 0; i < count; i++) {
		if (!kept || compare_names(&watched[kept - 1], &watched[i]) != 0)
			watched[kept++] = watched[i];
	}
	watch->watched = watched;
	watch->watched_count = kept;
}

struct link_watch *link_watch_new(const char *const *names, size_t count, link_changed *changed,
				  link_resync *resync, void *arg)
{
	struct link_watch *watch = xcalloc(1, sizeof(*watch));
	int error;

	watch->changed = changed;
	watch->resync = resync;
	watch->arg = arg;
	watch->is_stale = true;
	take_names(watch, names, count);
	error = open_sockets(watch);
	if (error) {
		link_watch_free(watch);
		errno = -error;
		return NULL;
	}
	return watch;
}

void link_watch_free(struct link_watch *watch)
{
	if (!watch)
		return;
	interfaces_clear(&watch->interfaces);
	free(watch->watched);
	rtnl_close(&watch->asking);
	rtnl_close(&watch->listening);
	free(watch);
}

int link_watch_fd(const struct link_watch *watch)
{
	return nl_socket_get_fd(watch->listening.nl);
}
