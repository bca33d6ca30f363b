/* fib/xfrm_watch.h - The kernel's security associations as they come and go, for any IKE daemon.
 *
 * Level-triggered: `changed` says that something may be different now.  After lost messages, and
 * when all are flushed, everything is read again.  Listens to SAs and their expiry alone: the
 * group AEVENTS has a message for each burst of packets.  The kernel's messages hold keys: they
 * are wiped as soon as they are read. */
#ifndef FIB_XFRM_WATCH_H
#define FIB_XFRM_WATCH_H

#include "policy/sa.h"

struct xfrm_watch;
typedef void xfrm_changed(void *arg);

/* NULL: the kernel has no XFRM or does not let us; errno says why.  Nothing is read yet. */
struct xfrm_watch *xfrm_watch_new(xfrm_changed *changed, void *arg);
void xfrm_watch_free(struct xfrm_watch *watch); /* NULL is fine */
int xfrm_watch_fd(const struct xfrm_watch *watch);
int xfrm_watch_read(struct xfrm_watch *watch);  /* what has come, without blocking.  0 or -errno */
int xfrm_watch_refresh(struct xfrm_watch *watch);       /* everything anew */
bool xfrm_watch_has_pair(const struct xfrm_watch *watch, const struct sa_key *key);
/* The two ends of the tunnel's pair, in any order.  False: it has none. */
bool xfrm_watch_ends(const struct xfrm_watch *watch, const struct sa_key *key,
		     struct address ends[2]);

#endif
