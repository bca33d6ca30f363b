/* fib/link_message.h - Interfaces, their addresses and counters in rtnetlink messages.  Bytes only:
 * nothing here talks to a kernel. */
#ifndef FIB_LINK_MESSAGE_H
#define FIB_LINK_MESSAGE_H

#include <netlink/msg.h>
#include <stdbool.h>

#include "bgpd/base/address.h"
#include "fib/link_watch.h"

struct nl_msg *link_message_dump(void);
struct nl_msg *link_message_dump_addresses(void);
struct nl_msg *link_message_counters(int ifindex);

struct link {
	int ifindex;
	char name[16];
	bool is_up, has_carrier;
	int lower;              /* ifindex; 0: none, or in a namespace that we do not see */
	uint32_t if_id;         /* of an XFRM interface; 0: none */
};

struct link_address {
	int ifindex;
	struct address address;
	bool is_usable;         /* not while it may turn out to be a duplicate */
};

/* False for messages of another type and for nonsense. */
bool link_message_parse(struct nlmsghdr *header, struct link *link);
bool link_message_parse_address(struct nlmsghdr *header, struct link_address *address);
bool link_message_parse_counters(struct nlmsghdr *header, struct link_counters *counters);

#endif
