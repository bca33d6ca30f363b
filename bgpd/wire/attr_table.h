/* bgpd/wire/attr_table.h - One row for each path attribute code.  Internal to wire/.
 *
 * All that is particular to one attribute stands in its row: name, flags, length, what a malformed
 * one costs (RFC 7606 7), where it has a meaning, and how it is read and written.  To learn a new
 * attribute, add a row. */
#ifndef BGPD_WIRE_ATTR_TABLE_H
#define BGPD_WIRE_ATTR_TABLE_H

#include "bgpd/wire/attrs.h"
#include "bgpd/wire/nlri.h"
#include "bgpd/wire/update_context.h"

/* RFC 4271 4.3 */
enum attr_flag {
	ATTR_OPTIONAL = 0x80,
	ATTR_TRANSITIVE = 0x40,
	ATTR_PARTIAL = 0x20,
	ATTR_EXTENDED = 0x10,
};

/* RFC 7606 2, the weakest first. */
enum attr_cost { COST_NOTHING, COST_DISCARD, COST_WITHDRAW, COST_RESET };

/* What is wrong with an attribute: reason is NULL when nothing is. */
struct attr_fault {
	enum attr_cost cost;
	uint8_t subcode;                /* enum update_error, where it comes to a NOTIFICATION */
	const char *reason;             /* static text */
};

/* What the attributes of one UPDATE said. */
struct attr_found {
	struct attrs attrs;
	struct nlri mp_announced, mp_withdrawn;
	struct address mp_next_hop, mp_link_local;
	struct span as4_path;           /* RFC 6793: to be merged once all is read */
	bool has_as4_aggregator;
	uint32_t as4_aggregator_as, as4_aggregator_id;
};

struct attr_reading {
	const struct update_context *context;
	struct arena *arena;
	struct attr_found *found;
};

struct attr_kind;

const struct attr_kind *attr_table_find(unsigned int code);     /* NULL: one that we do not know */
const char *attr_table_name(unsigned int code);                 /* likewise */

/* Reads an attribute into reading->found.  What costs something is not kept, except that a
 * MP_REACH_NLRI or MP_UNREACH_NLRI which can be read is: its prefixes are needed to withdraw them. */
struct attr_fault attr_table_parse(const struct attr_kind *kind, unsigned int flags,
				   struct reader value, struct attr_reading *reading);

/* Writes all attributes in ascending order, RFC 4271 5, without MP_REACH_NLRI and MP_UNREACH_NLRI;
 * NEXT_HOP only where it is wanted. */
void attr_table_build(const struct update_context *context, const struct attrs *attrs,
		      bool with_next_hop, struct writer *to);

/* One attribute whose length is not known yet: begin, write the value, end. */
uint8_t *attr_begin(struct writer *to, unsigned int flags, unsigned int code);
void attr_end(struct writer *to, uint8_t *start);

#endif
