/* bgpd/daemon/vici_message.h - strongSwan's vici protocol: bytes <-> frames and their elements.
 *
 * Pure.  A frame is a length, a type, a name where the type has one, and a message: a flat run of
 * elements, of which some open and close sections and lists.  Names and values are lent spans of
 * the frame; they are text, but not terminated, and may hold any byte. */
#ifndef BGPD_DAEMON_VICI_MESSAGE_H
#define BGPD_DAEMON_VICI_MESSAGE_H

#include "bgpd/base/bytes.h"

#define VICI_FRAME_MAX  (512 * 1024)    /* bytes behind the length word, as charon itself allows */
#define VICI_LENGTH     4

enum vici_type {
	VICI_REQUEST,
	VICI_RESPONSE,
	VICI_UNKNOWN_COMMAND,
	VICI_REGISTER,
	VICI_UNREGISTER,
	VICI_CONFIRM,                   /* of a REGISTER or UNREGISTER */
	VICI_UNKNOWN_EVENT,
	VICI_EVENT,
	VICI_TYPES
};

struct vici_frame {
	enum vici_type type;
	struct span name;               /* of the command or event; empty in those that have none */
	struct span message;
};

enum vici_framing { VICI_WHOLE, VICI_PARTIAL, VICI_MALFORMED };

/* The frame that bytes begin with, and its length with the length word.  Partial: more must come.
 */
enum vici_framing vici_message_frame(struct span bytes, struct vici_frame *frame, size_t *length);
/* A request or registration without arguments. */
void vici_message_ask(struct writer *writer, enum vici_type type, const char *name);

struct vici_pair {
	const char *key, *value;        /* at most 255 and 65535 bytes */
};
void vici_message_request(struct writer *writer, const char *name, const struct vici_pair *pairs,
			  size_t count);

enum vici_kind {
	VICI_SECTION_START = 1,         /* name */
	VICI_SECTION_END,
	VICI_KEY_VALUE,                 /* name, value */
	VICI_LIST_START,                /* name */
	VICI_LIST_ITEM,                 /* value */
	VICI_LIST_END
};

struct vici_element {
	enum vici_kind kind;
	struct span name, value;
	unsigned int depth;             /* sections around it, which a start and an end are in */
};

struct vici_walk {
	struct reader left;
	unsigned int depth;
	bool is_in_list;
	bool is_malformed;              /* to be asked at the end */
};

struct vici_walk vici_message_walk(struct span message);
/* The next element; false at the end, and where the message is malformed. */
bool vici_message_next(struct vici_walk *walk, struct vici_element *element);

bool vici_message_is(struct span span, const char *text);
/* Terminated; cut where it does not fit, and for who reads it at a NUL. */
void vici_message_copy(char *to, size_t size, struct span text);

#endif
