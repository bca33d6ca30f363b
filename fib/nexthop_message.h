/* fib/nexthop_message.h - Egresses and chains as RTM_*NEXTHOP messages (libnl 3.7 has no API for
 * them).  Bytes only: nothing here talks to a kernel.
 *
 * Builders return a message of the caller's, without sequence number.  A set replaces what is
 * there. */
#ifndef FIB_NEXTHOP_MESSAGE_H
#define FIB_NEXTHOP_MESSAGE_H

#include <linux/nexthop.h>
#include <netlink/msg.h>

#include "fib/fib.h"
#include "fib/nexthop_id.h"

/* A group of one bucket is a pair: all of it is with one member at a time. */
#define NEXTHOP_ECMP_BUCKETS 128

struct nl_msg *nexthop_message_egress(const struct kernel_mark *mark, egress_id id,
				      const struct fib_egress *egress);
/* A blackhole can be created, but not replaced: -EEXIST is as good as success. */
struct nl_msg *nexthop_message_blackhole(const struct kernel_mark *mark, enum family family);
/* Without resilient groups a pair is its first member alone. */
struct nl_msg *nexthop_message_chain(const struct kernel_mark *mark, chain_number number,
				     const struct fib_chain *chain, bool is_resilient);
struct nl_msg *nexthop_message_remove(uint32_t id);
struct nl_msg *nexthop_message_get(uint32_t id);
struct nl_msg *nexthop_message_dump(void);
/* Asks for the buckets of a group: a kernel that knows the question has resilient groups. */
struct nl_msg *nexthop_message_dump_buckets(uint32_t id);

struct nexthop {
	uint32_t id;
	struct fib_egress way;                  /* family: the gateway's; ifindex 0: none */
	bool is_group;
	uint16_t buckets;                       /* of a resilient group, else 0 */
	struct nexthop_grp members[CHAIN_WIDTH];
	size_t member_count;
};

/* RTM_NEWNEXTHOP or RTM_DELNEXTHOP; false for any other and for nonsense. */
bool nexthop_message_parse(struct nlmsghdr *header, struct nexthop *nexthop);
/* A group as the chain that it was made from; the members go to `members`. */
void nexthop_message_to_chain(const struct kernel_mark *mark, const struct nexthop *nexthop,
			      struct fib_chain *chain, struct fib_member members[CHAIN_WIDTH]);

#endif
