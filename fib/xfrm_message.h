/* fib/xfrm_message.h - Security associations in the kernel's XFRM messages.  Bytes only: nothing
 * here talks to a kernel.  What stands in them of keys is not looked at. */
#ifndef FIB_XFRM_MESSAGE_H
#define FIB_XFRM_MESSAGE_H

#include <netlink/msg.h>
#include <stdint.h>

#include "bgpd/base/address.h"

struct xfrm_sa {                        /* ESP, one direction */
	struct address from, to;
	uint32_t spi;                   /* names it together with `to` */
	uint32_t if_id;                 /* 0: none */
};

enum xfrm_news {
	XFRM_NO_NEWS,
	XFRM_SA_THERE,
	XFRM_SA_GONE,
	XFRM_ALL_GONE                   /* flushed: nothing is said of each */
};

struct nl_msg *xfrm_message_dump(void);
enum xfrm_news xfrm_message_parse(struct nlmsghdr *header, struct xfrm_sa *sa);

#endif
