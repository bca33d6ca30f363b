#include "bgpd/wire/attr_table.h"

#include <string.h>

#include "bgpd/wire/afi.h"
#include "bgpd/wire/as_path.h"
#include "bgpd/wire/notification.h"

#define WELL_KNOWN          ATTR_TRANSITIVE
#define OPTIONAL            ATTR_OPTIONAL
#define OPTIONAL_TRANSITIVE (ATTR_OPTIONAL | ATTR_TRANSITIVE)

/* Where an attribute has a meaning.  Elsewhere it is dropped unread: RFC 7606 7.5, 7.9 and 7.10;
 * RFC 6793 4.1. */
enum scope { EVERYWHERE, INTERNAL, AS2_SESSION };

struct attr_writing {
	const struct update_context *context;
	const struct attrs *attrs;
	bool with_next_hop;
	bool needs_as4_path;            /* set by build_as_path for build_as4_path */
	struct writer *to;
};

/* Each returns why the value is malformed, or NULL.  Lengths that the row states are right. */
typedef const char *attr_parse(struct reader value, struct attr_reading *reading);
typedef void attr_build(struct attr_writing *writing);

static uint8_t *begin(struct attr_writing *writing, unsigned int flags, unsigned int code)
{
	return attr_begin(writing->to, flags, code);
}

static void build_u32(struct attr_writing *writing, unsigned int flags, unsigned int code,
		      uint32_t value)
{
	uint8_t *start = begin(writing, flags, code);

	write_u32(writing->to, value);
	attr_end(writing->to, start);
}

static void build_span(struct attr_writing *writing, unsigned int flags, unsigned int code,
		       struct span value)
{
	if (value.length == 0)
		return;
	uint8_t *start = begin(writing, flags, code);

	write_span(writing->to, value);
	attr_end(writing->to, start);
}

static struct span rest_of(struct reader value)
{
	return read_span(&value, read_left(&value));
}

static const char *parse_origin(struct reader value, struct attr_reading *reading)
{
	unsigned int origin = read_u8(&value);

	if (origin > ORIGIN_INCOMPLETE)
		return "value is not 0, 1 or 2";
	reading->found->attrs.origin = (uint8_t)origin;
	return NULL;
}

static void build_origin(struct attr_writing *writing)
{
	uint8_t *start = begin(writing, WELL_KNOWN, ATTR_ORIGIN);

	write_u8(writing->to, writing->attrs->origin);
	attr_end(writing->to, start);
}

/* What an old speaker calls its neighbour. */
static uint32_t neighbour_as(const struct update_context *context)
{
	return !context->as4 && context->peer_as > UINT16_MAX ? AS_TRANS : context->peer_as;
}

static const char *parse_as_path(struct reader value, struct attr_reading *reading)
{
	const struct update_context *context = reading->context;
	struct span path = rest_of(value);

	if (!as_path_valid(path, context->as4 ? 4 : 2))
		return "segments are malformed, of a confederation, or hold AS 0";
	if (!context->as4)
		path = as_path_widen(path, reading->arena);
	/* RFC 4271 6.3; RFC 7606 3 (e) makes it cost the routes only. */
	if (!context->ibgp && context->peer_as && as_path_first(path) != neighbour_as(context))
		return "first AS is not the neighbour's";
	reading->found->attrs.as_path = path;
	return NULL;
}

static void build_as_path(struct attr_writing *writing)
{
	uint8_t *start = begin(writing, WELL_KNOWN, ATTR_AS_PATH);

	if (writing->context->as4)
		write_span(writing->to, writing->attrs->as_path);
	else
		writing->needs_as4_path = as_path_write_narrow(writing->attrs->as_path, writing->to);
	attr_end(writing->to, start);
}

static const char *parse_next_hop(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.next_hop = address_ipv4(read_u32(&value));
	return NULL;
}

static void build_next_hop(struct attr_writing *writing)
{
	if (writing->with_next_hop)
		build_u32(writing, WELL_KNOWN, ATTR_NEXT_HOP,
			  address_to_ipv4(&writing->attrs->next_hop));
}

static const char *parse_med(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.has_med = true;
	reading->found->attrs.med = read_u32(&value);
	return NULL;
}

static void build_med(struct attr_writing *writing)
{
	if (writing->attrs->has_med)
		build_u32(writing, OPTIONAL, ATTR_MED, writing->attrs->med);
}

static const char *parse_local_pref(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.has_local_pref = true;
	reading->found->attrs.local_pref = read_u32(&value);
	return NULL;
}

/* RFC 4271 5.1.5: always told to internal peers, never to others. */
static void build_local_pref(struct attr_writing *writing)
{
	const struct attrs *attrs = writing->attrs;

	if (writing->context->ibgp)
		build_u32(writing, WELL_KNOWN, ATTR_LOCAL_PREF,
			  attrs->has_local_pref ? attrs->local_pref : LOCAL_PREF_DEFAULT);
}

static const char *parse_atomic_aggregate(struct reader value, struct attr_reading *reading)
{
	if (read_left(&value))
		return "length is not 0";
	reading->found->attrs.atomic_aggregate = true;
	return NULL;
}

static void build_atomic_aggregate(struct attr_writing *writing)
{
	if (writing->attrs->atomic_aggregate)
		attr_end(writing->to, begin(writing, WELL_KNOWN, ATTR_ATOMIC_AGGREGATE));
}

static const char *parse_aggregator(struct reader value, struct attr_reading *reading)
{
	uint32_t asn = reading->context->as4 ? read_u32(&value) : read_u16(&value);
	uint32_t id = read_u32(&value);

	if (!read_all(&value))
		return "length does not fit an AS and an address";
	if (asn == 0)
		return "AS is 0";
	reading->found->attrs.has_aggregator = true;
	reading->found->attrs.aggregator_as = asn;
	reading->found->attrs.aggregator_id = id;
	return NULL;
}

static void build_aggregator(struct attr_writing *writing)
{
	const struct attrs *attrs = writing->attrs;
	uint32_t asn = attrs->aggregator_as;

	if (!attrs->has_aggregator)
		return;
	uint8_t *start = begin(writing, OPTIONAL_TRANSITIVE, ATTR_AGGREGATOR);

	if (writing->context->as4)
		write_u32(writing->to, asn);
	else
		write_u16(writing->to, asn > UINT16_MAX ? AS_TRANS : (uint16_t)asn);
	write_u32(writing->to, attrs->aggregator_id);
	attr_end(writing->to, start);
}

static const char *parse_communities(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.communities = rest_of(value);
	return NULL;
}

static void build_communities(struct attr_writing *writing)
{
	build_span(writing, OPTIONAL_TRANSITIVE, ATTR_COMMUNITIES, writing->attrs->communities);
}

static const char *parse_originator_id(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.has_originator_id = true;
	reading->found->attrs.originator_id = read_u32(&value);
	return NULL;
}

static void build_originator_id(struct attr_writing *writing)
{
	if (writing->context->ibgp && writing->attrs->has_originator_id)
		build_u32(writing, OPTIONAL, ATTR_ORIGINATOR_ID, writing->attrs->originator_id);
}

static const char *parse_cluster_list(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.cluster_list = rest_of(value);
	return NULL;
}

static void build_cluster_list(struct attr_writing *writing)
{
	if (writing->context->ibgp)
		build_span(writing, OPTIONAL, ATTR_CLUSTER_LIST, writing->attrs->cluster_list);
}

/* RFC 4760 3 and RFC 2545 3: one address, or a global and a link-local one.  Speakers without a
 * global address put zeros there. */
static bool parse_mp_next_hop(struct reader value, enum family family, struct attr_reading *reading)
{
	struct attr_found *found = reading->found;
	bool other_family_ok = reading->context->extended_next_hop & FAMILY_BIT(family);
	size_t length = read_left(&value);
	uint8_t bytes[16];

	if (length == 4) {
		found->mp_next_hop = address_ipv4(read_u32(&value));
		return family == FAMILY_IPV4 || other_family_ok;
	}
	if (length != 16 && length != 32)
		return false;
	read_bytes(&value, bytes, sizeof(bytes));
	found->mp_next_hop = address_ipv6(bytes);
	if (length == 32) {
		read_bytes(&value, bytes, sizeof(bytes));
		struct address second = address_ipv6(bytes);

		if (address_is_link_local(&second))
			found->mp_link_local = second;
		if (address_is_link_local(&second) && address_is_zero(&found->mp_next_hop))
			found->mp_next_hop = second;
	}
	return family == FAMILY_IPV6 || other_family_ok;
}

/* Whether the session speaks the family; what was not negotiated is ignored (RFC 4760 6). */
static bool is_negotiated(enum family family, const struct attr_reading *reading)
{
	return family != FAMILY_NONE && reading->context->families & FAMILY_BIT(family);
}

static enum family read_family(struct reader *value)
{
	unsigned int afi = read_u16(value);

	return family_of_afi(afi, read_u8(value));
}

static const char *parse_mp_reach(struct reader value, struct attr_reading *reading)
{
	enum family family = read_family(&value);
	struct reader next_hop = read_slice(&value, read_u8(&value));

	read_u8(&value);        /* reserved */
	if (value.truncated)
		return "too short";
	if (!is_negotiated(family, reading))
		return NULL;
	if (!parse_mp_next_hop(next_hop, family, reading))
		return "next hop length does not fit the family";
	if (!nlri_parse(value, family, &reading->found->mp_announced))
		return "prefixes are malformed";
	return NULL;
}

static const char *parse_mp_unreach(struct reader value, struct attr_reading *reading)
{
	enum family family = read_family(&value);

	if (value.truncated)
		return "too short";
	if (!is_negotiated(family, reading))
		return NULL;
	if (!nlri_parse(value, family, &reading->found->mp_withdrawn))
		return "prefixes are malformed";
	return NULL;
}

static const char *parse_ext_communities(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.ext_communities = rest_of(value);
	return NULL;
}

static void build_ext_communities(struct attr_writing *writing)
{
	build_span(writing, OPTIONAL_TRANSITIVE, ATTR_EXT_COMMUNITIES,
		   writing->attrs->ext_communities);
}

static const char *parse_as4_path(struct reader value, struct attr_reading *reading)
{
	struct span path = as_path_without_confed(rest_of(value), reading->arena);

	if (!path.length || !as_path_valid(path, 4))
		return "segments are malformed, all of a confederation, or hold AS 0";
	reading->found->as4_path = path;
	return NULL;
}

static void build_as4_path(struct attr_writing *writing)
{
	if (writing->needs_as4_path)
		build_span(writing, OPTIONAL_TRANSITIVE, ATTR_AS4_PATH, writing->attrs->as_path);
}

static const char *parse_as4_aggregator(struct reader value, struct attr_reading *reading)
{
	uint32_t asn = read_u32(&value);

	if (asn == 0)
		return "AS is 0";
	reading->found->has_as4_aggregator = true;
	reading->found->as4_aggregator_as = asn;
	reading->found->as4_aggregator_id = read_u32(&value);
	return NULL;
}

static void build_as4_aggregator(struct attr_writing *writing)
{
	const struct attrs *attrs = writing->attrs;

	if (writing->context->as4 || !attrs->has_aggregator || attrs->aggregator_as <= UINT16_MAX)
		return;
	uint8_t *start = begin(writing, OPTIONAL_TRANSITIVE, ATTR_AS4_AGGREGATOR);

	write_u32(writing->to, attrs->aggregator_as);
	write_u32(writing->to, attrs->aggregator_id);
	attr_end(writing->to, start);
}

static const char *parse_large_communities(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.large_communities = rest_of(value);
	return NULL;
}

static void build_large_communities(struct attr_writing *writing)
{
	build_span(writing, OPTIONAL_TRANSITIVE, ATTR_LARGE_COMMUNITIES,
		   writing->attrs->large_communities);
}

static const char *parse_otc(struct reader value, struct attr_reading *reading)
{
	reading->found->attrs.otc = (struct bgp_otc){ true, read_u32(&value) };
	return NULL;
}

static void build_otc(struct attr_writing *writing)
{
	if (writing->attrs->otc.is_there)
		build_u32(writing, OPTIONAL_TRANSITIVE, ATTR_OTC, writing->attrs->otc.asn);
}

#define EXACTLY(n) .length = (n), .length_rule = "length is not " #n
#define UNITS(n)   .unit = (n), .length_rule = "length is zero or not a multiple of " #n
#define ANY_LENGTH .length_rule = NULL

struct attr_kind {
	const char *name;
	uint8_t flags;                  /* OPTIONAL and TRANSITIVE as they must be */
	enum attr_cost malformed;       /* RFC 7606 7; 6793 6 for 17 and 18; 8092 5; 9234 5 */
	uint8_t subcode;                /* of a malformed value; a wrong length has its own */
	enum scope scope;
	attr_parse *parse;
	attr_build *build;
	uint8_t length, unit;           /* exactly, or some of these; neither: parse() looks */
	const char *length_rule;
};

static const struct attr_kind kinds[] = {
	[ATTR_ORIGIN] = {
		"ORIGIN", WELL_KNOWN, COST_WITHDRAW, UPDATE_BAD_ORIGIN, EVERYWHERE,
		parse_origin, build_origin, EXACTLY(1) },
	[ATTR_AS_PATH] = {
		"AS_PATH", WELL_KNOWN, COST_WITHDRAW, UPDATE_BAD_AS_PATH, EVERYWHERE,
		parse_as_path, build_as_path, ANY_LENGTH },
	[ATTR_NEXT_HOP] = {
		"NEXT_HOP", WELL_KNOWN, COST_WITHDRAW, UPDATE_BAD_NEXT_HOP, EVERYWHERE,
		parse_next_hop, build_next_hop, EXACTLY(4) },
	[ATTR_MED] = {
		"MULTI_EXIT_DISC", OPTIONAL, COST_WITHDRAW, UPDATE_BAD_OPTIONAL, EVERYWHERE,
		parse_med, build_med, EXACTLY(4) },
	[ATTR_LOCAL_PREF] = {
		"LOCAL_PREF", WELL_KNOWN, COST_WITHDRAW, UPDATE_BAD_LENGTH, INTERNAL,
		parse_local_pref, build_local_pref, EXACTLY(4) },
	[ATTR_ATOMIC_AGGREGATE] = {
		"ATOMIC_AGGREGATE", WELL_KNOWN, COST_DISCARD, UPDATE_BAD_LENGTH, EVERYWHERE,
		parse_atomic_aggregate, build_atomic_aggregate, ANY_LENGTH },
	[ATTR_AGGREGATOR] = {
		"AGGREGATOR", OPTIONAL_TRANSITIVE, COST_DISCARD, UPDATE_BAD_OPTIONAL, EVERYWHERE,
		parse_aggregator, build_aggregator, ANY_LENGTH },
	[ATTR_COMMUNITIES] = {
		"COMMUNITIES", OPTIONAL_TRANSITIVE, COST_WITHDRAW, UPDATE_BAD_OPTIONAL, EVERYWHERE,
		parse_communities, build_communities, UNITS(4) },
	[ATTR_ORIGINATOR_ID] = {
		"ORIGINATOR_ID", OPTIONAL, COST_WITHDRAW, UPDATE_BAD_OPTIONAL, INTERNAL,
		parse_originator_id, build_originator_id, EXACTLY(4) },
	[ATTR_CLUSTER_LIST] = {
		"CLUSTER_LIST", OPTIONAL, COST_WITHDRAW, UPDATE_BAD_OPTIONAL, INTERNAL,
		parse_cluster_list, build_cluster_list, UNITS(4) },
	[ATTR_MP_REACH] = {
		"MP_REACH_NLRI", OPTIONAL, COST_RESET, UPDATE_BAD_OPTIONAL, EVERYWHERE,
		parse_mp_reach, NULL, ANY_LENGTH },
	[ATTR_MP_UNREACH] = {
		"MP_UNREACH_NLRI", OPTIONAL, COST_RESET, UPDATE_BAD_OPTIONAL, EVERYWHERE,
		parse_mp_unreach, NULL, ANY_LENGTH },
	[ATTR_EXT_COMMUNITIES] = {
		"EXTENDED_COMMUNITIES", OPTIONAL_TRANSITIVE, COST_WITHDRAW, UPDATE_BAD_OPTIONAL,
		EVERYWHERE, parse_ext_communities, build_ext_communities, UNITS(8) },
	[ATTR_AS4_PATH] = {
		"AS4_PATH", OPTIONAL_TRANSITIVE, COST_DISCARD, UPDATE_BAD_OPTIONAL, AS2_SESSION,
		parse_as4_path, build_as4_path, ANY_LENGTH },
	[ATTR_AS4_AGGREGATOR] = {
		"AS4_AGGREGATOR", OPTIONAL_TRANSITIVE, COST_DISCARD, UPDATE_BAD_OPTIONAL,
		AS2_SESSION, parse_as4_aggregator, build_as4_aggregator, EXACTLY(8) },
	[ATTR_LARGE_COMMUNITIES] = {
		"LARGE_COMMUNITY", OPTIONAL_TRANSITIVE, COST_WITHDRAW, UPDATE_BAD_OPTIONAL,
		EVERYWHERE, parse_large_communities, build_large_communities, UNITS(12) },
	[ATTR_OTC] = {
		"ONLY_TO_CUSTOMER", OPTIONAL_TRANSITIVE, COST_WITHDRAW, UPDATE_BAD_OPTIONAL,
		EVERYWHERE, parse_otc, build_otc, EXACTLY(4) },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const struct attr_kind *attr_table_find(unsigned int code)
{
	return code < KINDS && kinds[code].name ? &kinds[code] : NULL;
}

const char *attr_table_name(unsigned int code)
{
	const struct attr_kind *kind = attr_table_find(code);

	return kind ? kind->name : NULL;
}

static const char *out_of_scope(enum scope scope, const struct update_context *context)
{
	switch (scope) {
	case EVERYWHERE:
		return NULL;
	case INTERNAL:
		return context->ibgp ? NULL : "not from an external peer";
	case AS2_SESSION:
		return context->as4 ? "not from a peer with 4-octet AS numbers" : NULL;
	}
	return NULL;
}

static bool length_is_right(const struct attr_kind *kind, size_t length)
{
	if (kind->unit)
		return length && length % kind->unit == 0;
	return !kind->length || length == kind->length;
}

static struct attr_fault parse_value(const struct attr_kind *kind, struct reader value,
				     struct attr_reading *reading)
{
	if (!length_is_right(kind, read_left(&value)))
		return (struct attr_fault){ kind->malformed, UPDATE_BAD_LENGTH, kind->length_rule };
	const char *reason = kind->parse(value, reading);

	if (reason)
		return (struct attr_fault){ kind->malformed, kind->subcode, reason };
	return (struct attr_fault){ COST_NOTHING, 0, NULL };
}

struct attr_fault attr_table_parse(const struct attr_kind *kind, unsigned int flags,
				   struct reader value, struct attr_reading *reading)
{
	const char *reason = out_of_scope(kind->scope, reading->context);

	if (reason)
		return (struct attr_fault){ COST_DISCARD, kind->subcode, reason };
	struct attr_fault fault = parse_value(kind, value, reading);

	/* RFC 7606 3 (c), and (h): the strongest remedy counts. */
	if ((flags & (ATTR_OPTIONAL | ATTR_TRANSITIVE)) != kind->flags && fault.cost < COST_WITHDRAW)
		return (struct attr_fault){ COST_WITHDRAW, UPDATE_BAD_FLAGS, "wrong flags" };
	return fault;
}

/* Four octets of head, of which attr_end takes one back: RFC 4271 4.3 allows the extended length
 * only to attributes that need it. */
uint8_t *attr_begin(struct writer *to, unsigned int flags, unsigned int code)
{
	uint8_t *start = write_reserve(to, 4);

	if (start) {
		start[0] = (uint8_t)(flags & ~(unsigned int)ATTR_EXTENDED);
		start[1] = (uint8_t)code;
	}
	return start;
}

void attr_end(struct writer *to, uint8_t *start)
{
	if (!start)
		return;
	size_t length = (size_t)(to->next - start) - 4;

	if (length > UINT8_MAX) {
		start[0] |= ATTR_EXTENDED;
		write_close_u16(to, start + 2);
	} else {
		memmove(start + 3, start + 4, length);
		start[2] = (uint8_t)length;
		to->next--;
	}
}

/* What attrs->unknown holds of one code. */
static void build_unknown(struct span unknown, unsigned int code, struct writer *to)
{
	struct reader reader = reader_of_span(unknown);

	while (read_left(&reader)) {
		unsigned int flags = read_u8(&reader), found = read_u8(&reader);
		struct span value = read_span(&reader, read_u16(&reader));

		if (found != code)
			continue;
		uint8_t *start = attr_begin(to, flags, code);

		write_span(to, value);
		attr_end(to, start);
	}
}

void attr_table_build(const struct update_context *context, const struct attrs *attrs,
		      bool with_next_hop, struct writer *to)
{
	struct attr_writing writing = {
		.context = context, .attrs = attrs, .with_next_hop = with_next_hop, .to = to,
	};
	unsigned int codes = attrs->unknown.length ? UINT8_MAX + 1 : KINDS;

	for (unsigned int code = 0; code < codes; code++) {
		const struct attr_kind *kind = attr_table_find(code);

		if (!kind)
			build_unknown(attrs->unknown, code, to);
		else if (kind->build)
			kind->build(&writing);
	}
}
