/* bgpd/wire/open.h - OPEN.  RFC 4271 4.2 and 6.2, RFC 5492, RFC 6286 (identifier), RFC 6793 (AS),
 * RFC 7607 (AS 0), RFC 9072 (extended optional parameters length). */
#ifndef BGPD_WIRE_OPEN_H
#define BGPD_WIRE_OPEN_H

#include "bgpd/wire/capability.h"

struct open {
	uint8_t version;
	uint32_t asn;                   /* of the AS4 capability where there is one */
	uint16_t hold_time_s;           /* 0, or 3 and more */
	uint32_t bgp_id;                /* host order */
	struct capabilities capabilities;
};

/* What we can check without knowing the peer: version, AS 0, hold time, identifier 0, parameters. */
bool open_parse(struct reader body, struct open *open, struct notification *why);

/* A whole message, header included.  The 2-octet field holds AS_TRANS where the AS needs four. */
void open_build(const struct open *open, struct writer *to);

#endif
