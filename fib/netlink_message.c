#include "fib/netlink_message.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MESSAGE_SIZE 512

struct nl_msg *netlink_message_new(uint16_t type, int flags, const void *head, size_t length)
{
	struct nl_msg *message = nlmsg_alloc_size(MESSAGE_SIZE);

	if (!message)
		abort();
	nlmsg_put(message, NL_AUTO_PORT, 0, type, 0, NLM_F_REQUEST | flags);
	memcpy(nlmsg_reserve(message, length, NLMSG_ALIGNTO), head, length);
	return message;
}

uint8_t netlink_family(enum family family)
{
	static const uint8_t families[FAMILY_COUNT] = {
		[FAMILY_IPV4] = AF_INET, [FAMILY_IPV6] = AF_INET6,
	};

	return family < FAMILY_COUNT ? families[family] : AF_UNSPEC;
}

enum family netlink_family_parse(uint8_t af)
{
	if (af == AF_INET)
		return FAMILY_IPV4;
	return af == AF_INET6 ? FAMILY_IPV6 : FAMILY_NONE;
}

void netlink_put_address(struct nl_msg *message, int attribute, const struct address *address)
{
	nla_put(message, attribute, (int)family_bits(address->family) / 8, address->bytes);
}

struct address netlink_get_address(const struct nlattr *attribute, enum family family)
{
	struct address address = { .family = (uint8_t)family };
	size_t length = family_bits(family) / 8;

	if (!attribute || !length || (size_t)nla_len(attribute) < length)
		return (struct address){ .family = FAMILY_NONE };
	memcpy(address.bytes, nla_data(attribute), length);
	return address;
}

uint32_t netlink_get_u32(const struct nlattr *attribute)
{
	bool is_there = attribute && nla_len(attribute) >= (int)sizeof(uint32_t);

	return is_there ? nla_get_u32(attribute) : 0;
}
