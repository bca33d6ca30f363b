/* bgpd/wire/message.h - The header of a BGP message and how messages are cut from a stream.
 *
 * RFC 4271 4.1 and 6.1, RFC 8654 (extended messages). */
#ifndef BGPD_WIRE_MESSAGE_H
#define BGPD_WIRE_MESSAGE_H

#include "bgpd/base/bytes.h"
#include "bgpd/wire/notification.h"

#define MESSAGE_HEADER   19
#define MESSAGE_MAX      4096
#define MESSAGE_EXTENDED 65535

#define MESSAGE_TYPE_OFFSET 18          /* in the header */

enum message_type {
	MESSAGE_OPEN = 1,
	MESSAGE_UPDATE,
	MESSAGE_NOTIFICATION,
	MESSAGE_KEEPALIVE,
	MESSAGE_ROUTE_REFRESH,
};

enum framing { FRAME_WHOLE, FRAME_INCOMPLETE, FRAME_BAD };

struct message {
	uint8_t type;                   /* enum message_type */
	struct reader body;
	size_t length;                  /* of the whole message: what the stream advances by */
};

/* Cuts the first message from a stream.  FRAME_BAD fills *why with the NOTIFICATION to answer with.
 * extended_ok: UPDATE, NOTIFICATION and ROUTE-REFRESH may be up to 65535 bytes long. */
enum framing message_frame(struct span stream, bool extended_ok, struct message *message,
			   struct notification *why);

/* Starts a message: writes the header and returns its length field for message_end. */
uint8_t *message_begin(struct writer *to, enum message_type type);
void message_end(struct writer *to, uint8_t *length_field);

const char *message_type_name(enum message_type type);

#endif
