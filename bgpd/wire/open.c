#include "bgpd/wire/open.h"

#include "bgpd/wire/as_path.h"
#include "bgpd/wire/message.h"

#define VERSION                4
#define PARAMETER_CAPABILITIES 2        /* RFC 5492 4 */
#define PARAMETERS_EXTENDED    255      /* RFC 9072 2: in place of a type */

static bool parse_parameters(struct reader parameters, bool extended, struct capabilities *to,
			     struct notification *why)
{
	while (read_left(&parameters)) {
		unsigned int type = read_u8(&parameters);
		size_t length = extended ? read_u16(&parameters) : read_u8(&parameters);
		struct reader value = read_slice(&parameters, length);

		if (value.truncated)
			return refuse(why, NOTIFY_OPEN, OPEN_UNSPECIFIC);
		if (type != PARAMETER_CAPABILITIES)
			return refuse(why, NOTIFY_OPEN, OPEN_BAD_PARAMETER);
		if (!capabilities_parse(value, to, why))
			return false;
	}
	return true;
}

/* RFC 9072 2: a first parameter of type 255 says that 2-octet lengths follow; what the 1-octet
 * length said then means nothing, unless it is zero. */
static bool parse_options(struct reader body, struct capabilities *to, struct notification *why)
{
	size_t length = read_u8(&body);
	bool extended = length && read_left(&body) && *body.next == PARAMETERS_EXTENDED;

	if (extended) {
		read_u8(&body);
		length = read_u16(&body);
	}
	struct reader parameters = read_slice(&body, length);

	if (!read_all(&body) || parameters.truncated)
		return refuse(why, NOTIFY_OPEN, OPEN_UNSPECIFIC);
	return parse_parameters(parameters, extended, to, why);
}

bool open_parse(struct reader body, struct open *open, struct notification *why)
{
	static const uint8_t highest_version[] = { 0, VERSION };
	uint16_t as2;

	*open = (struct open){ .version = read_u8(&body) };
	as2 = read_u16(&body);
	open->hold_time_s = read_u16(&body);
	open->bgp_id = read_u32(&body);

	if (open->version != VERSION)
		return refuse_with(why, NOTIFY_OPEN, OPEN_BAD_VERSION, highest_version,
				   sizeof(highest_version));
	if (!parse_options(body, &open->capabilities, why))
		return false;
	open->asn = open->capabilities.has_as4 ? open->capabilities.as4 : as2;
	if (as2 == 0 || open->asn == 0)         /* RFC 7607 2 */
		return refuse(why, NOTIFY_OPEN, OPEN_BAD_PEER_AS);
	if (open->hold_time_s == 1 || open->hold_time_s == 2)
		return refuse(why, NOTIFY_OPEN, OPEN_BAD_HOLD_TIME);
	if (open->bgp_id == 0)                  /* RFC 6286 2.1: any other value will do */
		return refuse(why, NOTIFY_OPEN, OPEN_BAD_ID);
	return true;
}

/* All capabilities go into one parameter (RFC 5492 4), none at all for a peer that knows none. */
static void build_options(const struct open *open, struct writer *to)
{
	struct capabilities capabilities = open->capabilities;
	uint8_t *options = write_reserve(to, 1);
	struct writer before = *to;

	capabilities.as4 = open->asn;
	write_u8(to, PARAMETER_CAPABILITIES);
	uint8_t *length = write_reserve(to, 1);
	const uint8_t *start = to->next;

	capabilities_build(&capabilities, to);
	if (to->next == start && !to->full)
		*to = before;
	else
		write_close_u8(to, length);
	write_close_u8(to, options);
}

void open_build(const struct open *open, struct writer *to)
{
	uint8_t *length = message_begin(to, MESSAGE_OPEN);

	write_u8(to, VERSION);
	write_u16(to, open->asn > UINT16_MAX ? AS_TRANS : (uint16_t)open->asn);
	write_u16(to, open->hold_time_s);
	write_u32(to, open->bgp_id);
	build_options(open, to);
	message_end(to, length);
}
