#include "fib/xfrm_watch.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "fib/rtnl_socket.h"
#include "fib/xfrm_message.h"
#include "fib/xfrm_sas.h"

struct xfrm_watch {
	struct rtnl_socket asking, listening;
	struct xfrm_sas sas;
	bool is_stale;                  /* messages were lost, or all SAs were flushed */
	xfrm_changed *changed;
	void *arg;
	char text[RTNL_TEXT];
};

static void take_message(void *arg, struct nlmsghdr *message)
{
	struct xfrm_watch *watch = arg;
	struct xfrm_sa sa;

	switch (xfrm_message_parse(message, &sa)) {
	case XFRM_SA_THERE:
		xfrm_sas_set(&watch->sas, &sa);
		break;
	case XFRM_SA_GONE:
		xfrm_sas_remove(&watch->sas, &sa);
		break;
	case XFRM_ALL_GONE:
		watch->is_stale = true;
		break;
	case XFRM_NO_NEWS:
		break;
	}
	explicit_bzero(nlmsg_data(message), (size_t)nlmsg_datalen(message));
}

int xfrm_watch_refresh(struct xfrm_watch *watch)
{
	struct xfrm_sas before = watch->sas;
	int error;

	watch->sas = (struct xfrm_sas){ 0 };
	error = rtnl_ask(&watch->asking, xfrm_message_dump(), take_message, watch, watch->text);
	watch->is_stale = error != 0;
	if (error) {
		xfrm_sas_clear(&watch->sas);
		watch->sas = before;
		return error;
	}
	xfrm_sas_clear(&before);
	watch->changed(watch->arg);
	return 0;
}

/* Everything that waits is taken before anything is told: a rekey is several messages. */
int xfrm_watch_read(struct xfrm_watch *watch)
{
	int left;

	while ((left = rtnl_receive(&watch->listening)) >= 0 || left == -ENOBUFS) {
		watch->is_stale |= left == -ENOBUFS;
		for (struct nlmsghdr *message = &watch->listening.received.header;
		     nlmsg_ok(message, left); message = nlmsg_next(message, &left))
			take_message(watch, message);
	}
	if (watch->is_stale)
		return xfrm_watch_refresh(watch);
	watch->changed(watch->arg);
	return left == -EAGAIN ? 0 : left;
}

static int open_sockets(struct xfrm_watch *watch)
{
	static const int groups[] = { XFRMNLGRP_SA, XFRMNLGRP_EXPIRE };
	int error = rtnl_open_family(&watch->asking, NETLINK_XFRM);

	if (!error)
		error = rtnl_open_family(&watch->listening, NETLINK_XFRM);
	for (size_t i = 0; !error && i < sizeof(groups) / sizeof(groups[0]); i++)
		if (nl_socket_add_membership(watch->listening.nl, groups[i]) < 0)
			error = -errno;
	return error;
}

struct xfrm_watch *xfrm_watch_new(xfrm_changed *changed, void *arg)
{
	struct xfrm_watch *watch = xcalloc(1, sizeof(*watch));
	int error;

	watch->changed = changed;
	watch->arg = arg;
	error = open_sockets(watch);
	if (!error)
		return watch;
	xfrm_watch_free(watch);
	errno = -error;
	return NULL;
}

void xfrm_watch_free(struct xfrm_watch *watch)
{
	if (!watch)
		return;
	xfrm_sas_clear(&watch->sas);
	rtnl_close(&watch->asking);
	rtnl_close(&watch->listening);
	free(watch);
}

int xfrm_watch_fd(const struct xfrm_watch *watch)
{
	return nl_socket_get_fd(watch->listening.nl);
}

bool xfrm_watch_has_pair(const struct xfrm_watch *watch, const struct sa_key *key)
{
	return xfrm_sas_find_pair(&watch->sas, key) != NULL;
}

bool xfrm_watch_ends(const struct xfrm_watch *watch, const struct sa_key *key,
		     struct address ends[2])
{
	const struct xfrm_sa *sa = xfrm_sas_find_pair(&watch->sas, key);

	if (!sa)
		return false;
	ends[0] = sa->from;
	ends[1] = sa->to;
	return true;
}
