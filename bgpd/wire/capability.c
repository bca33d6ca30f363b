#include "bgpd/wire/capability.h"

#include "bgpd/wire/afi.h"

#define RESTART_STATE        0x8000     /* RFC 4724 3: R */
#define RESTART_NOTIFICATION 0x4000     /* RFC 8538 2: N */
#define RESTART_TIME         0x0fff
#define FORWARDING_KEPT      0x80       /* RFC 4724 3: F */

static const enum family families[] = { FAMILY_IPV4, FAMILY_IPV6 };
#define FAMILIES (sizeof(families) / sizeof(families[0]))

static uint8_t bit_of(enum family family)
{
	return (uint8_t)(family == FAMILY_NONE ? 0 : FAMILY_BIT(family));
}

/* RFC 4760 8 */
static void parse_multiprotocol(struct reader *value, struct capabilities *to)
{
	unsigned int afi = read_u16(value);

	read_u8(value);         /* reserved */
	to->families |= bit_of(family_of_afi(afi, read_u8(value)));
	to->any_multiprotocol = true;
}

/* RFC 8950 4: {NLRI AFI, NLRI SAFI in 2 octets, next hop AFI} for each family. */
static void parse_extended_next_hop(struct reader *value, struct capabilities *to)
{
	while (read_left(value)) {
		unsigned int afi = read_u16(value), safi = read_u16(value);
		unsigned int next_hop_afi = read_u16(value);

		if (family_of_afi(next_hop_afi, SAFI_UNICAST) && next_hop_afi != afi)
			to->extended_next_hop |= bit_of(family_of_afi(afi, safi));
	}
}

/* RFC 4724 3.  It is said as a whole: a second one replaces the first. */
static void parse_graceful_restart(struct reader *value, struct capabilities *to)
{
	unsigned int head = read_u16(value);

	to->graceful_restart = true;
	to->restarting = head & RESTART_STATE;
	to->notification_restart = head & RESTART_NOTIFICATION;
	to->restart_time_s = head & RESTART_TIME;
	to->restart_families = to->forwarding_kept = 0;
	while (read_left(value)) {
		unsigned int afi = read_u16(value), safi = read_u8(value), flags = read_u8(value);
		uint8_t bit = bit_of(family_of_afi(afi, safi));

		to->restart_families |= bit;
		if (flags & FORWARDING_KEPT)
			to->forwarding_kept |= bit;
	}
}

/* RFC 9234 4.1 */
static void parse_role(struct reader *value, struct capabilities *to)
{
	uint16_t role = (uint16_t)(read_u8(value) + 1u);

	to->has_several_roles |= to->role && to->role != role;
	to->role = role;
}

static void parse_one(unsigned int code, struct reader *value, struct capabilities *to)
{
	switch (code) {
	case CAPABILITY_MULTIPROTOCOL:
		parse_multiprotocol(value, to);
		break;
	case CAPABILITY_ROUTE_REFRESH:
		to->route_refresh = true;
		break;
	case CAPABILITY_EXTENDED_NEXT_HOP:
		parse_extended_next_hop(value, to);
		break;
	case CAPABILITY_EXTENDED_MESSAGE:
		to->extended_message = true;
		break;
	case CAPABILITY_ROLE:
		parse_role(value, to);
		break;
	case CAPABILITY_GRACEFUL_RESTART:
		parse_graceful_restart(value, to);
		break;
	case CAPABILITY_AS4:
		to->has_as4 = true;
		to->as4 = read_u32(value);
		break;
	case CAPABILITY_ENHANCED_REFRESH:
		to->enhanced_refresh = true;
		break;
	default:
		read_span(value, read_left(value));
	}
}

bool capabilities_parse(struct reader value, struct capabilities *to, struct notification *why)
{
	while (read_left(&value)) {
		unsigned int code = read_u8(&value);
		struct reader one = read_slice(&value, read_u8(&value));

		/* RFC 4271 6.2: recognized but malformed is "unspecific". */
		if (one.truncated)
			return refuse(why, NOTIFY_OPEN, OPEN_UNSPECIFIC);
		parse_one(code, &one, to);
		if (!read_all(&one))
			return refuse(why, NOTIFY_OPEN, OPEN_UNSPECIFIC);
	}
	return true;
}

static void build_flag(bool wanted, enum capability_code code, struct writer *to)
{
	if (!wanted)
		return;
	write_u8(to, (uint8_t)code);
	write_u8(to, 0);
}

static void build_multiprotocol(uint8_t wanted, struct writer *to)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		if (!(wanted & bit_of(families[i])))
			continue;
		write_u8(to, CAPABILITY_MULTIPROTOCOL);
		write_u8(to, 4);
		write_u16(to, family_afi(families[i]));
		write_u8(to, 0);
		write_u8(to, SAFI_UNICAST);
	}
}

static void build_extended_next_hop(uint8_t wanted, struct writer *to)
{
	if (!wanted)
		return;
	write_u8(to, CAPABILITY_EXTENDED_NEXT_HOP);
	uint8_t *length = write_reserve(to, 1);

	for (size_t i = 0; i < FAMILIES; i++) {
		if (!(wanted & bit_of(families[i])))
			continue;
		write_u16(to, family_afi(families[i]));
		write_u16(to, SAFI_UNICAST);
		write_u16(to, families[i] == FAMILY_IPV4 ? AFI_IPV6 : AFI_IPV4);
	}
	write_close_u8(to, length);
}

static void build_role(unsigned int role, struct writer *to)
{
	if (!role)
		return;
	write_u8(to, CAPABILITY_ROLE);
	write_u8(to, 1);
	write_u8(to, (uint8_t)(role - 1));
}

static void build_graceful_restart(const struct capabilities *from, struct writer *to)
{
	if (!from->graceful_restart)
		return;
	write_u8(to, CAPABILITY_GRACEFUL_RESTART);
	uint8_t *length = write_reserve(to, 1);

	write_u16(to, (uint16_t)((from->restarting ? RESTART_STATE : 0) |
				 (from->notification_restart ? RESTART_NOTIFICATION : 0) |
				 (from->restart_time_s & RESTART_TIME)));
	for (size_t i = 0; i < FAMILIES; i++) {
		if (!(from->restart_families & bit_of(families[i])))
			continue;
		write_u16(to, family_afi(families[i]));
		write_u8(to, SAFI_UNICAST);
		write_u8(to, from->forwarding_kept & bit_of(families[i]) ? FORWARDING_KEPT : 0);
	}
	write_close_u8(to, length);
}

static void build_as4(const struct capabilities *from, struct writer *to)
{
	if (!from->has_as4)
		return;
	write_u8(to, CAPABILITY_AS4);
	write_u8(to, 4);
	write_u32(to, from->as4);
}

void capabilities_build(const struct capabilities *from, struct writer *to)
{
	build_multiprotocol(from->families, to);
	build_flag(from->route_refresh, CAPABILITY_ROUTE_REFRESH, to);
	build_extended_next_hop(from->extended_next_hop, to);
	build_flag(from->extended_message, CAPABILITY_EXTENDED_MESSAGE, to);
	build_role(from->role, to);
	build_graceful_restart(from, to);
	build_as4(from, to);
	build_flag(from->enhanced_refresh, CAPABILITY_ENHANCED_REFRESH, to);
}

size_t capabilities_names(const struct capabilities *set, const char *names[], size_t size)
{
	const struct {
		bool has;
		const char *name;
	} all[] = {
		{ set->families & FAMILY_BIT(FAMILY_IPV4), "ipv4" },
		{ set->families & FAMILY_BIT(FAMILY_IPV6), "ipv6" },
		{ set->route_refresh,                      "route-refresh" },
		{ set->extended_next_hop,                  "extended-next-hop" },
		{ set->extended_message,                   "extended-message" },
		{ set->role,                               "role" },
		{ set->graceful_restart,                   "graceful-restart" },
		{ set->notification_restart,               "notification-restart" },
		{ set->has_as4,                            "as4" },
		{ set->enhanced_refresh,                   "enhanced-refresh" },
	};
	size_t count = 0;

	_Static_assert(sizeof(all) / sizeof(all[0]) <= CAPABILITY_NAMES_MAX, "grow the maximum");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && count < size; i++)
		if (all[i].has)
			names[count++] = all[i].name;
	return count;
}
