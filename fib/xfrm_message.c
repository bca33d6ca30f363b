#include "fib/xfrm_message.h"

#include <arpa/inet.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "fib/netlink_message.h"

struct nl_msg *xfrm_message_dump(void)
{
	struct nl_msg *message = netlink_message_new(XFRM_MSG_GETSA, NLM_F_DUMP, "", 0);

	nla_put_u8(message, XFRMA_PROTO, IPPROTO_ESP);
	return message;
}

static struct address parse_address(const xfrm_address_t *address, uint16_t af)
{
	switch (netlink_family_parse((uint8_t)af)) {
	case FAMILY_IPV4:
		return address_ipv4(ntohl(address->a4));
	case FAMILY_IPV6:
		return address_ipv6((const uint8_t *)address->a6);
	case FAMILY_NONE:
	case FAMILY_COUNT:
		break;
	}
	return (struct address){ 0 };
}

/* One for which an SPI was allocated, or that waits for the IKE daemon, has no algorithm yet. */
static bool is_larval(struct nlattr *const attributes[XFRMA_MAX + 1])
{
	return !attributes[XFRMA_ALG_AEAD] && !attributes[XFRMA_ALG_CRYPT] &&
	       !attributes[XFRMA_ALG_AUTH] && !attributes[XFRMA_ALG_AUTH_TRUNC];
}

static struct xfrm_sa sa_of(const struct xfrm_usersa_info *info,
			    struct nlattr *const attributes[XFRMA_MAX + 1])
{
	return (struct xfrm_sa){
		.from = parse_address(&info->saddr, info->family),
		.to = parse_address(&info->id.daddr, info->family),
		.spi = ntohl(info->id.spi),
		.if_id = netlink_get_u32(attributes[XFRMA_IF_ID]),
	};
}

static enum xfrm_news parse_there(struct nlmsghdr *header, struct xfrm_sa *sa)
{
	struct nlattr *attributes[XFRMA_MAX + 1];
	struct xfrm_usersa_info info;

	if (nlmsg_parse(header, sizeof(info), attributes, XFRMA_MAX, NULL) < 0)
		return XFRM_NO_NEWS;
	memcpy(&info, nlmsg_data(header), sizeof(info));
	if (info.id.proto != IPPROTO_ESP || is_larval(attributes))
		return XFRM_NO_NEWS;
	*sa = sa_of(&info, attributes);
	return XFRM_SA_THERE;
}

static enum xfrm_news parse_deleted(struct nlmsghdr *header, struct xfrm_sa *sa)
{
	struct nlattr *attributes[XFRMA_MAX + 1];
	struct xfrm_usersa_id id;

	if (nlmsg_parse(header, sizeof(id), attributes, XFRMA_MAX, NULL) < 0)
		return XFRM_NO_NEWS;
	memcpy(&id, nlmsg_data(header), sizeof(id));
	if (id.proto != IPPROTO_ESP)
		return XFRM_NO_NEWS;
	*sa = (struct xfrm_sa){ .to = parse_address(&id.daddr, id.family), .spi = ntohl(id.spi) };
	return XFRM_SA_GONE;
}

/* Of a hard limit nothing else is said; a soft one asks for a successor. */
static enum xfrm_news parse_expired(struct nlmsghdr *header, struct xfrm_sa *sa)
{
	struct nlattr *attributes[XFRMA_MAX + 1];
	struct xfrm_user_expire expire;

	if (nlmsg_parse(header, sizeof(expire), attributes, XFRMA_MAX, NULL) < 0)
		return XFRM_NO_NEWS;
	memcpy(&expire, nlmsg_data(header), sizeof(expire));
	if (!expire.hard || expire.state.id.proto != IPPROTO_ESP)
		return XFRM_NO_NEWS;
	*sa = sa_of(&expire.state, attributes);
	return XFRM_SA_GONE;
}

enum xfrm_news xfrm_message_parse(struct nlmsghdr *header, struct xfrm_sa *sa)
{
	switch (header->nlmsg_type) {
	case XFRM_MSG_NEWSA:
	case XFRM_MSG_UPDSA:
		return parse_there(header, sa);
	case XFRM_MSG_DELSA:
		return parse_deleted(header, sa);
	case XFRM_MSG_EXPIRE:
		return parse_expired(header, sa);
	case XFRM_MSG_FLUSHSA:
		return XFRM_ALL_GONE;
	}
	return XFRM_NO_NEWS;
}
