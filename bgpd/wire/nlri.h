/* bgpd/wire/nlri.h - Runs of prefixes as UPDATE carries them: {length in bits, as many bytes as
 * that needs}.  RFC 4271 4.3, RFC 4760 5, RFC 7606 5.3.  Prefixes are walked in place: a message
 * holds thousands, a table a million. */
#ifndef BGPD_WIRE_NLRI_H
#define BGPD_WIRE_NLRI_H

#include "bgpd/base/address.h"
#include "bgpd/base/bytes.h"

/* A run of prefixes of one family, checked to be walkable to its end. */
struct nlri {
	enum family family;
	struct reader prefixes;
};

/* Takes all that is left of `from`; false when a length is too long or bytes are missing. */
bool nlri_parse(struct reader from, enum family family, struct nlri *nlri);
/* The next prefix, bits behind its length cleared; false at the end. */
bool nlri_next(struct nlri *nlri, struct prefix *prefix);
bool nlri_is_empty(const struct nlri *nlri);

/* Writes as many of the prefixes as fit, and says how many.  Does not mark the writer full. */
size_t nlri_build(const struct prefix *prefixes, size_t count, struct writer *to);

#endif
