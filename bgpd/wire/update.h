/* bgpd/wire/update.h - UPDATE: withdrawn prefixes, attributes, announced prefixes.
 *
 * RFC 4271 4.3 and 6.3, RFC 4760, RFC 7606 (what a malformed attribute costs), RFC 6793, RFC 4724
 * (End-of-RIB), RFC 8950.  Parsing copies nothing that it can borrow: prefixes are walked in place. */
#ifndef BGPD_WIRE_UPDATE_H
#define BGPD_WIRE_UPDATE_H

#include "bgpd/wire/attrs.h"
#include "bgpd/wire/nlri.h"
#include "bgpd/wire/notification.h"
#include "bgpd/wire/update_context.h"

enum update_verdict {
	UPDATE_FINE,
	UPDATE_AS_WITHDRAW,             /* RFC 7606 2: all announced prefixes count as withdrawn */
	UPDATE_RESET,                   /* answer with .error and close */
};

/* One attribute that was not as it should be, for the log and the counters. */
struct update_flaw {
	uint8_t code;                   /* attribute */
	bool discarded;                 /* only the attribute was dropped; else see the verdict */
	const char *reason;             /* a static text: "length is not a multiple of 4" */
	struct span bytes;              /* the attribute as received, flags included */
};
#define UPDATE_FLAWS 8                  /* kept of one message; more are only counted */

struct update {
	struct nlri withdrawn;          /* IPv4, RFC 4271 */
	struct nlri announced;
	struct nlri mp_withdrawn;       /* RFC 4760 */
	struct nlri mp_announced;
	struct attrs attrs;             /* meaningless unless something is announced and the verdict is fine */
	struct address mp_next_hop, mp_link_local;      /* of mp_announced; attrs.next_hop is of announced */
	enum family end_of_rib;         /* the message is an End-of-RIB marker of this family */
	enum update_verdict verdict;
	struct notification error;      /* with UPDATE_RESET */
	struct update_flaw flaws[UPDATE_FLAWS];
	size_t flaw_count;
};

void update_parse(struct reader body, const struct update_context *context, struct arena *arena,
		  struct update *update);

const char *update_attr_name(unsigned int code);        /* "AS_PATH"; NULL when we know none */

/* Building.  One UPDATE with these attributes and as many of the prefixes as fit into max_length and
 * into `to`; returns how many went in.  With room for a whole message that is at least 1, unless the
 * attributes alone are too long: then 0, and nothing is written.  All prefixes are of one family; IPv6
 * ones, and IPv4 ones with an IPv6 next hop, go into MP_REACH_NLRI.  attrs->as_path is written as it
 * is: prepend first. */
size_t update_build_announce(const struct update_context *context, const struct attrs *attrs,
			     const struct prefix *prefixes, size_t count, struct writer *to);
size_t update_build_withdraw(const struct update_context *context, const struct prefix *prefixes,
			     size_t count, struct writer *to);
void update_build_end_of_rib(enum family family, struct writer *to);

#endif
