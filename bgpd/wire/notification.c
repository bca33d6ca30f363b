#include "bgpd/wire/notification.h"

#include <stdio.h>
#include <string.h>

#define SUBCODES 12

/* IANA "BGP Error (Notification) Codes" and their subcodes.  Subcode 0 is "unspecific" wherever
 * it has no name of its own, and is not worth a word. */
static const struct notify_kind {
	const char *name;
	const char *subcodes[SUBCODES];
} kinds[] = {
	[NOTIFY_HEADER] = { "Message Header Error", {
		[HEADER_NOT_SYNCHRONIZED] = "Connection Not Synchronized",
		[HEADER_BAD_LENGTH]       = "Bad Message Length",
		[HEADER_BAD_TYPE]         = "Bad Message Type",
	} },
	[NOTIFY_OPEN] = { "OPEN Message Error", {
		[OPEN_BAD_VERSION]    = "Unsupported Version Number",
		[OPEN_BAD_PEER_AS]    = "Bad Peer AS",
		[OPEN_BAD_ID]         = "Bad BGP Identifier",
		[OPEN_BAD_PARAMETER]  = "Unsupported Optional Parameter",
		[OPEN_BAD_HOLD_TIME]  = "Unacceptable Hold Time",
		[OPEN_BAD_CAPABILITY] = "Unsupported Capability",
		[OPEN_ROLE_MISMATCH]  = "Role Mismatch",
	} },
	[NOTIFY_UPDATE] = { "UPDATE Message Error", {
		[UPDATE_MALFORMED_ATTRIBUTES] = "Malformed Attribute List",
		[UPDATE_UNKNOWN_WELL_KNOWN]   = "Unrecognized Well-known Attribute",
		[UPDATE_MISSING_WELL_KNOWN]   = "Missing Well-known Attribute",
		[UPDATE_BAD_FLAGS]            = "Attribute Flags Error",
		[UPDATE_BAD_LENGTH]           = "Attribute Length Error",
		[UPDATE_BAD_ORIGIN]           = "Invalid ORIGIN Attribute",
		[UPDATE_BAD_NEXT_HOP]         = "Invalid NEXT_HOP Attribute",
		[UPDATE_BAD_OPTIONAL]         = "Optional Attribute Error",
		[UPDATE_BAD_NETWORK]          = "Invalid Network Field",
		[UPDATE_BAD_AS_PATH]          = "Malformed AS_PATH",
	} },
	[NOTIFY_HOLD_TIMER] = { "Hold Timer Expired", { NULL } },
	[NOTIFY_FSM] = { "Finite State Machine Error", {
		[FSM_IN_OPEN_SENT]    = "Unexpected Message in OpenSent State",
		[FSM_IN_OPEN_CONFIRM] = "Unexpected Message in OpenConfirm State",
		[FSM_IN_ESTABLISHED]  = "Unexpected Message in Established State",
	} },
	[NOTIFY_CEASE] = { "Cease", {
		[CEASE_MAX_PREFIXES]  = "Maximum Number of Prefixes Reached",
		[CEASE_SHUTDOWN]      = "Administrative Shutdown",
		[CEASE_DECONFIGURED]  = "Peer De-configured",
		[CEASE_RESET]         = "Administrative Reset",
		[CEASE_REJECTED]      = "Connection Rejected",
		[CEASE_CONFIG_CHANGE] = "Other Configuration Change",
		[CEASE_COLLISION]     = "Connection Collision Resolution",
		[CEASE_NO_RESOURCES]  = "Out of Resources",
		[CEASE_HARD_RESET]    = "Hard Reset",
		[CEASE_BFD_DOWN]      = "BFD Down",
	} },
	[NOTIFY_REFRESH] = { "ROUTE-REFRESH Message Error", {
		[REFRESH_BAD_LENGTH] = "Invalid Message Length",
	} },
	[NOTIFY_SEND_HOLD_TIMER] = { "Send Hold Timer Expired", { NULL } },
};

static const char *subcode_name(unsigned int code, unsigned int subcode)
{
	return notification_code_name(code) && subcode < SUBCODES ? kinds[code].subcodes[subcode]
								  : NULL;
}

static void fill(struct notification *notification, unsigned int code, unsigned int subcode,
		 const void *data, size_t length)
{
	*notification = (struct notification){
		.code = (uint8_t)code,
		.subcode = (uint8_t)subcode,
		.length = (uint16_t)(length < NOTIFY_DATA ? length : NOTIFY_DATA),
	};
	if (data)
		memcpy(notification->data, data, notification->length);
}

bool refuse(struct notification *why, unsigned int code, unsigned int subcode)
{
	fill(why, code, subcode, NULL, 0);
	return false;
}

bool refuse_with(struct notification *why, unsigned int code, unsigned int subcode,
		 const void *data, size_t length)
{
	fill(why, code, subcode, data, length);
	return false;
}

bool notification_parse(struct reader body, struct notification *notification)
{
	unsigned int code = read_u8(&body);
	unsigned int subcode = read_u8(&body);

	fill(notification, code, subcode, body.next, read_left(&body));
	return !body.truncated;
}

void notification_build(const struct notification *notification, struct writer *to)
{
	write_u8(to, notification->code);
	write_u8(to, notification->subcode);
	write_bytes(to, notification->data, notification->length);
}

/* The length of the well-formed UTF-8 character that `bytes` begins with, or 0: overlong forms,
 * surrogates and what lies past U+10FFFF would let a peer hide text (RFC 9003 6, RFC 3629 4). */
static size_t utf8_length(const uint8_t *bytes, size_t left)
{
	uint8_t first = bytes[0];
	size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 :
			first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;

	if (length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	if ((first == 0xe0 && bytes[1] < 0xa0) || (first == 0xed && bytes[1] >= 0xa0) ||
	    (first == 0xf0 && bytes[1] < 0x90) || (first == 0xf4 && bytes[1] >= 0x90))
		return 0;
	return length;
}

static bool is_control(const uint8_t *bytes)
{
	return bytes[0] < 0x20 || bytes[0] == 0x7f || (bytes[0] == 0xc2 && bytes[1] < 0xa0);
}

/* Copies whole characters as long as they fit, with '?' for what must not reach a terminal. */
static void copy_printable(const uint8_t *from, size_t length, char *text, size_t size)
{
	size_t used = 0;

	for (size_t at = 0; at < length;) {
		size_t taken = utf8_length(from + at, length - at);
		bool printable = taken && !is_control(from + at);
		size_t needed = printable ? taken : 1;

		if (used + needed >= size)
			break;
		memcpy(text + used, printable ? (const void *)(from + at) : "?", needed);
		used += needed;
		at += taken ? taken : 1;
	}
	if (size)
		text[used] = '\0';
}

struct notification notification_shutdown(unsigned int subcode, const char *text)
{
	struct notification notification = { .code = NOTIFY_CEASE, .subcode = (uint8_t)subcode };
	char clean[UINT8_MAX + 1] = "";

	copy_printable((const uint8_t *)text, text ? strlen(text) : 0, clean, sizeof(clean));
	size_t length = strlen(clean);

	if (length) {
		notification.length = (uint16_t)(length + 1);
		notification.data[0] = (uint8_t)length;
		memcpy(notification.data + 1, clean, length);
	}
	return notification;
}

/* RFC 8538 3.1: the data of a Hard Reset is the NOTIFICATION that was meant. */
static bool unwrap(const struct notification *notification, struct notification *inner)
{
	return notification->code == NOTIFY_CEASE && notification->subcode == CEASE_HARD_RESET &&
	       notification_parse(reader_of(notification->data, notification->length), inner) &&
	       !(inner->code == NOTIFY_CEASE && inner->subcode == CEASE_HARD_RESET);
}

void notification_text(const struct notification *notification, char *text, size_t size)
{
	struct notification inner;

	if (unwrap(notification, &inner)) {
		notification_text(&inner, text, size);
		return;
	}
	struct reader data = reader_of(notification->data, notification->length);
	struct span said = read_span(&data, read_u8(&data));
	bool may_speak = notification->code == NOTIFY_CEASE &&
			 (notification->subcode == CEASE_SHUTDOWN ||
			  notification->subcode == CEASE_RESET);

	copy_printable(said.bytes, may_speak ? said.length : 0, text, size);
}

const char *notification_code_name(unsigned int code)
{
	return code < sizeof(kinds) / sizeof(kinds[0]) ? kinds[code].name : NULL;
}

void notification_describe(const struct notification *notification, char *text, size_t size)
{
	const char *code = notification_code_name(notification->code);
	const char *subcode = subcode_name(notification->code, notification->subcode);
	struct notification inner;
	char code_text[16], subcode_text[16];

	if (unwrap(notification, &inner)) {
		char meant[96];

		notification_describe(&inner, meant, sizeof(meant));
		snprintf(text, size, "%s/%s (%s)", code, subcode, meant);
		return;
	}
	snprintf(code_text, sizeof(code_text), "code %u", notification->code);
	snprintf(subcode_text, sizeof(subcode_text), "%u", notification->subcode);
	if (notification->subcode || subcode)
		snprintf(text, size, "%s/%s", code ? code : code_text,
			 subcode ? subcode : subcode_text);
	else
		snprintf(text, size, "%s", code ? code : code_text);
}
