/* fib/netlink_message.h - What our netlink messages share: how they start, and addresses in them,
 * which are in network byte order on both sides and so are copied as they are. */
#ifndef FIB_NETLINK_MESSAGE_H
#define FIB_NETLINK_MESSAGE_H

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "bgpd/base/address.h"

/* A request with its fixed head and room for the attributes of anything that we send. */
struct nl_msg *netlink_message_new(uint16_t type, int flags, const void *head, size_t length);

uint8_t netlink_family(enum family family);             /* AF_INET, AF_INET6, AF_UNSPEC */
enum family netlink_family_parse(uint8_t af);           /* FAMILY_NONE for all others */
void netlink_put_address(struct nl_msg *message, int attribute, const struct address *address);
/* Family none where the attribute is missing or too short. */
struct address netlink_get_address(const struct nlattr *attribute, enum family family);
uint32_t netlink_get_u32(const struct nlattr *attribute);       /* 0 where it is missing */

#endif
