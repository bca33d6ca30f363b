#include "bgpd/wire/update.h"

#include "bgpd/wire/afi.h"
#include "bgpd/wire/attr_table.h"
#include "bgpd/wire/message.h"

/* The room that `to` and the peer leave for one message. */
static struct writer begin_message(const struct update_context *context, struct writer *to,
				   uint8_t **length_field)
{
	size_t left = write_left(to);
	struct writer message = writer_of(to->next, left < context->max_length ? left
									       : context->max_length);

	*length_field = message_begin(&message, MESSAGE_UPDATE);
	return message;
}

/* Makes the message part of `to`, unless it holds no prefix. */
static size_t end_message(struct writer *message, uint8_t *length_field, size_t prefixes,
			  struct writer *to)
{
	if (message->full || !prefixes)
		return 0;
	message_end(message, length_field);
	to->next = message->next;
	return prefixes;
}

static void write_mp_next_hop(const struct update_context *context, const struct attrs *attrs,
			      enum family family, struct writer *to)
{
	const struct address *next_hop = &attrs->next_hop;
	bool ipv4_ok = family == FAMILY_IPV4 || context->extended_next_hop & FAMILY_BIT(family);
	uint8_t *length = write_reserve(to, 1);

	if (next_hop->family == FAMILY_IPV6) {
		write_bytes(to, next_hop->bytes, 16);
		if (address_is_set(&attrs->link_local))
			write_bytes(to, attrs->link_local.bytes, 16);
	} else {
		/* RFC 4291 2.5.5.2: the IPv4-mapped form, where the peer wants 16 octets. */
		static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

		write_bytes(to, mapped, ipv4_ok ? 0 : sizeof(mapped));
		write_bytes(to, next_hop->bytes, 4);
	}
	write_close_u8(to, length);
}

static size_t attributes_length(const struct update_context *context, const struct attrs *attrs,
				struct writer scratch)
{
	const uint8_t *start = scratch.next;

	attr_table_build(context, attrs, false, &scratch);
	return scratch.full ? SIZE_MAX : (size_t)(scratch.next - start);
}

/* RFC 7606 5.1: MP_REACH_NLRI stands first, so that it can be found whatever follows it. */
static size_t write_mp_announcement(const struct update_context *context, const struct attrs *attrs,
				    const struct prefix *prefixes, size_t count,
				    struct writer *message)
{
	size_t others = attributes_length(context, attrs, *message);
	uint8_t *start = attr_begin(message, ATTR_OPTIONAL, ATTR_MP_REACH);

	write_u16(message, family_afi(prefixes[0].family));
	write_u8(message, SAFI_UNICAST);
	write_mp_next_hop(context, attrs, prefixes[0].family, message);
	write_u8(message, 0);
	if (message->full || write_left(message) < others)
		return 0;
	message->end -= others;
	size_t done = nlri_build(prefixes, count, message);

	message->end += others;
	attr_end(message, start);
	attr_table_build(context, attrs, false, message);
	return done;
}

size_t update_build_announce(const struct update_context *context, const struct attrs *attrs,
			     const struct prefix *prefixes, size_t count, struct writer *to)
{
	uint8_t *length_field, *attributes;
	struct writer message = begin_message(context, to, &length_field);
	size_t done = 0;

	if (count == 0)
		return 0;
	write_u16(&message, 0);         /* withdrawn */
	attributes = write_reserve(&message, 2);
	if (prefixes[0].family == FAMILY_IPV4 && attrs->next_hop.family == FAMILY_IPV4) {
		attr_table_build(context, attrs, true, &message);
		write_close_u16(&message, attributes);
		done = nlri_build(prefixes, count, &message);
	} else {
		done = write_mp_announcement(context, attrs, prefixes, count, &message);
		write_close_u16(&message, attributes);
	}
	return end_message(&message, length_field, done, to);
}

static size_t write_mp_withdrawal(const struct prefix *prefixes, size_t count, struct writer *message)
{
	write_u16(message, 0);          /* withdrawn */
	uint8_t *attributes = write_reserve(message, 2);
	uint8_t *start = attr_begin(message, ATTR_OPTIONAL, ATTR_MP_UNREACH);

	write_u16(message, family_afi(prefixes[0].family));
	write_u8(message, SAFI_UNICAST);
	size_t done = nlri_build(prefixes, count, message);

	attr_end(message, start);
	write_close_u16(message, attributes);
	return done;
}

static size_t write_withdrawal(const struct prefix *prefixes, size_t count, struct writer *message)
{
	uint8_t *withdrawn = write_reserve(message, 2);

	if (write_left(message) < 2)
		return 0;
	message->end -= 2;
	size_t done = nlri_build(prefixes, count, message);

	message->end += 2;
	write_close_u16(message, withdrawn);
	write_u16(message, 0);          /* attributes */
	return done;
}

/* What may have been announced in MP_REACH_NLRI is withdrawn in MP_UNREACH_NLRI. */
size_t update_build_withdraw(const struct update_context *context, const struct prefix *prefixes,
			     size_t count, struct writer *to)
{
	uint8_t *length_field;
	struct writer message = begin_message(context, to, &length_field);

	if (count == 0)
		return 0;
	bool in_mp = prefixes[0].family == FAMILY_IPV6 ||
		     context->extended_next_hop & FAMILY_BIT(FAMILY_IPV4);
	size_t done = in_mp ? write_mp_withdrawal(prefixes, count, &message)
			    : write_withdrawal(prefixes, count, &message);

	return end_message(&message, length_field, done, to);
}

void update_build_end_of_rib(enum family family, struct writer *to)
{
	uint8_t *length_field = message_begin(to, MESSAGE_UPDATE);

	write_u16(to, 0);       /* withdrawn */
	uint8_t *attributes = write_reserve(to, 2);

	if (family == FAMILY_IPV6) {
		uint8_t *start = attr_begin(to, ATTR_OPTIONAL, ATTR_MP_UNREACH);

		write_u16(to, AFI_IPV6);
		write_u8(to, SAFI_UNICAST);
		attr_end(to, start);
	}
	write_close_u16(to, attributes);
	message_end(to, length_field);
}
