/* bgpd/wire/notification.h - NOTIFICATION: error codes and subcodes, as numbers and as words.
 *
 * RFC 4271 4.5 and 6, RFC 4486 (Cease subcodes), RFC 6608 (FSM subcodes), RFC 7313 5, RFC 8538,
 * RFC 9003 (shutdown communication), RFC 9687 (send hold timer). */
#ifndef BGPD_WIRE_NOTIFICATION_H
#define BGPD_WIRE_NOTIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/bytes.h"

enum notify_code {
	NOTIFY_NONE = 0,
	NOTIFY_HEADER = 1,
	NOTIFY_OPEN = 2,
	NOTIFY_UPDATE = 3,
	NOTIFY_HOLD_TIMER = 4,
	NOTIFY_FSM = 5,
	NOTIFY_CEASE = 6,
	NOTIFY_REFRESH = 7,
	NOTIFY_SEND_HOLD_TIMER = 8,
};

enum header_error { HEADER_NOT_SYNCHRONIZED = 1, HEADER_BAD_LENGTH, HEADER_BAD_TYPE };

enum open_error {
	OPEN_UNSPECIFIC,
	OPEN_BAD_VERSION,
	OPEN_BAD_PEER_AS,
	OPEN_BAD_ID,
	OPEN_BAD_PARAMETER,
	OPEN_BAD_HOLD_TIME = 6,
	OPEN_BAD_CAPABILITY,
	OPEN_ROLE_MISMATCH = 11,
};

enum update_error {
	UPDATE_UNSPECIFIC,
	UPDATE_MALFORMED_ATTRIBUTES,
	UPDATE_UNKNOWN_WELL_KNOWN,
	UPDATE_MISSING_WELL_KNOWN,
	UPDATE_BAD_FLAGS,
	UPDATE_BAD_LENGTH,
	UPDATE_BAD_ORIGIN,
	UPDATE_BAD_NEXT_HOP = 8,
	UPDATE_BAD_OPTIONAL,
	UPDATE_BAD_NETWORK,
	UPDATE_BAD_AS_PATH,
};

enum fsm_error { FSM_UNSPECIFIC, FSM_IN_OPEN_SENT, FSM_IN_OPEN_CONFIRM, FSM_IN_ESTABLISHED };

enum cease_error {
	CEASE_UNSPECIFIC,
	CEASE_MAX_PREFIXES,
	CEASE_SHUTDOWN,
	CEASE_DECONFIGURED,
	CEASE_RESET,
	CEASE_REJECTED,
	CEASE_CONFIG_CHANGE,
	CEASE_COLLISION,
	CEASE_NO_RESOURCES,
	CEASE_HARD_RESET,
	CEASE_BFD_DOWN,
};

enum refresh_error { REFRESH_BAD_LENGTH = 1 };

#define NOTIFY_DATA 256         /* bytes of data kept and sent; longer data is cut */

struct notification {
	uint8_t code, subcode;
	uint16_t length;
	uint8_t data[NOTIFY_DATA];
};

/* Fills *why and returns false, so that a parser can say `return refuse(...)`. */
bool refuse(struct notification *why, unsigned int code, unsigned int subcode);
bool refuse_with(struct notification *why, unsigned int code, unsigned int subcode,
		 const void *data, size_t length);

/* The body of a message, RFC 4271 4.5.  A body that is too short is refused. */
bool notification_parse(struct reader body, struct notification *notification);
void notification_build(const struct notification *notification, struct writer *to);

/* RFC 9003: Cease/2 and Cease/4 may carry a text of at most 255 bytes. */
struct notification notification_shutdown(unsigned int subcode, const char *text);
/* Copies that text, control characters replaced by '?'.  Empty when there is none. */
void notification_text(const struct notification *notification, char *text, size_t size);

const char *notification_code_name(unsigned int code);  /* "Cease"; "code 99" is left to callers: NULL */
/* "Cease/Administrative Shutdown", "Hold Timer Expired", "UPDATE Message Error/17": always words. */
void notification_describe(const struct notification *notification, char *text, size_t size);

#endif
