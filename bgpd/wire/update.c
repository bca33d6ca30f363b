#include "bgpd/wire/update.h"

#include "bgpd/wire/as_path.h"
#include "bgpd/wire/attr_table.h"

struct parse {
	const struct update_context *context;
	struct arena *arena;
	struct update *update;
	struct reader attributes;       /* the whole field */
	struct attr_found found;
	struct writer unknown;          /* what becomes attrs.unknown */
	uint32_t seen[8];               /* a bit for each attribute code */
	unsigned int seen_count;
};

static bool is_seen(const struct parse *parse, unsigned int code)
{
	return parse->seen[code / 32] >> code % 32 & 1;
}

static void mark_seen(struct parse *parse, unsigned int code)
{
	parse->seen[code / 32] |= UINT32_C(1) << code % 32;
	parse->seen_count++;
}

/* One attribute as it lies in the message. */
struct raw {
	unsigned int flags, code;
	struct reader value;
	struct span bytes;
};

static struct raw next_raw(struct reader *attributes)
{
	const uint8_t *start = attributes->next;
	struct raw raw = { .flags = read_u8(attributes) };

	raw.code = read_u8(attributes);
	raw.value = read_slice(attributes, raw.flags & ATTR_EXTENDED ? read_u16(attributes)
								     : read_u8(attributes));
	raw.bytes = (struct span){ start, (size_t)(attributes->next - start) };
	return raw;
}

static struct span find_bytes(struct reader attributes, unsigned int code)
{
	while (read_left(&attributes)) {
		struct raw raw = next_raw(&attributes);

		if (raw.code == code)
			return raw.bytes;
	}
	return (struct span){ NULL, 0 };
}

static void reset(struct update *update, unsigned int subcode)
{
	refuse(&update->error, NOTIFY_UPDATE, subcode);
	update->verdict = UPDATE_RESET;
}

static void note_flaw(struct update *update, unsigned int code, const struct attr_fault *fault,
		      struct span bytes)
{
	if (update->flaw_count < UPDATE_FLAWS)
		update->flaws[update->flaw_count] = (struct update_flaw){
			.code = (uint8_t)code,
			.discarded = fault->cost == COST_DISCARD,
			.reason = fault->reason,
			.bytes = bytes,
		};
	update->flaw_count++;
}

/* RFC 7606 3 (h): of several faults the strongest remedy counts.  Whatever is not just discarded
 * may yet come to a NOTIFICATION, so the first such fault is kept for it. */
static void judge(struct update *update, unsigned int code, struct attr_fault fault,
		  struct span bytes)
{
	enum update_verdict verdict = fault.cost == COST_RESET ? UPDATE_RESET : UPDATE_AS_WITHDRAW;

	note_flaw(update, code, &fault, bytes);
	if (fault.cost <= COST_DISCARD || update->verdict >= verdict)
		return;
	update->verdict = verdict;
	refuse_with(&update->error, NOTIFY_UPDATE, fault.subcode, bytes.bytes, bytes.length);
}

/* RFC 7606 3 (g) */
static struct attr_fault repeated(unsigned int code)
{
	if (code == ATTR_MP_REACH || code == ATTR_MP_UNREACH)
		return (struct attr_fault){ COST_RESET, UPDATE_MALFORMED_ATTRIBUTES, "repeated" };
	return (struct attr_fault){ COST_DISCARD, 0, "repeated" };
}

/* Room for all attributes there are, at one octet more each for a 2-octet length. */
static void prepare_unknown(struct parse *parse)
{
	size_t size = 2 * read_left(&parse->attributes);

	if (!parse->unknown.start)
		parse->unknown = writer_of(arena_alloc(parse->arena, size), size);
}

/* RFC 4271 5 and 6.3: pass on, marked as partial, what is transitive; drop what is not. */
static struct attr_fault keep_unknown(struct parse *parse, const struct raw *raw)
{
	struct reader value = raw->value;

	if (!(raw->flags & ATTR_OPTIONAL))
		return (struct attr_fault){ COST_RESET, UPDATE_UNKNOWN_WELL_KNOWN,
					    "well-known, but not to us" };
	if (raw->flags & ATTR_TRANSITIVE) {
		prepare_unknown(parse);
		write_u8(&parse->unknown, ATTR_OPTIONAL | ATTR_TRANSITIVE | ATTR_PARTIAL);
		write_u8(&parse->unknown, (uint8_t)raw->code);
		write_u16(&parse->unknown, (uint16_t)read_left(&value));
		write_span(&parse->unknown, read_span(&value, read_left(&value)));
	}
	return (struct attr_fault){ COST_NOTHING, 0, NULL };
}

/* RFC 7606 4: an attribute that overruns the others hides them, but not the NLRI field.  Where the
 * prefixes were in it, nothing is left to withdraw: 3 (j). */
static struct attr_fault overrun(unsigned int code)
{
	bool hides_prefixes = code == ATTR_MP_REACH || code == ATTR_MP_UNREACH;

	return (struct attr_fault){ hides_prefixes ? COST_RESET : COST_WITHDRAW, UPDATE_BAD_LENGTH,
				    "overruns the path attributes" };
}

static struct attr_fault parse_known_or_not(struct parse *parse, const struct raw *raw)
{
	struct attr_reading reading = { parse->context, parse->arena, &parse->found };
	const struct attr_kind *kind = attr_table_find(raw->code);

	if (is_seen(parse, raw->code))
		return repeated(raw->code);
	mark_seen(parse, raw->code);
	return kind ? attr_table_parse(kind, raw->flags, raw->value, &reading)
		    : keep_unknown(parse, raw);
}

static void parse_attribute(struct parse *parse, struct reader *attributes)
{
	struct raw raw = next_raw(attributes);
	struct attr_fault fault = raw.value.truncated ? overrun(raw.code)
						      : parse_known_or_not(parse, &raw);

	if (fault.reason)
		judge(parse->update, raw.code, fault, raw.bytes);
}

/* RFC 6793 4.2.3 */
static void merge_as4(struct parse *parse)
{
	struct attr_found *found = &parse->found;
	struct attrs *attrs = &found->attrs;

	if (attrs->has_aggregator && attrs->aggregator_as != AS_TRANS)
		return;         /* an old speaker aggregated: what is 4-octet was said before that */
	if (attrs->has_aggregator && found->has_as4_aggregator) {
		attrs->aggregator_as = found->as4_aggregator_as;
		attrs->aggregator_id = found->as4_aggregator_id;
	}
	if (found->as4_path.length)
		attrs->as_path = as_path_merge(attrs->as_path, found->as4_path, parse->arena);
}

static void require(struct parse *parse, enum attr_code code)
{
	static const struct attr_fault missing = { COST_WITHDRAW, UPDATE_MISSING_WELL_KNOWN, "missing" };
	struct span nowhere = { NULL, 0 };

	if (!is_seen(parse, code))
		judge(parse->update, code, missing, nowhere);
}

/* RFC 4271 6.3: syntactically a host address; whether it can be reached is not asked here. */
static bool is_host(const struct address *address)
{
	bool class_e = address->family == FAMILY_IPV4 && address->bytes[0] >= 240;

	return address_is_set(address) && !address_is_zero(address) && !class_e &&
	       !address_is_multicast(address) && !address_is_loopback(address);
}

static void check_next_hop(struct parse *parse, const struct nlri *announced, enum attr_code code,
			   const struct address *next_hop)
{
	static const struct attr_fault bad = { COST_WITHDRAW, UPDATE_BAD_NEXT_HOP,
					       "next hop is not a host address" };

	if (!nlri_is_empty(announced) && address_is_set(next_hop) && !is_host(next_hop))
		judge(parse->update, code, bad, find_bytes(parse->attributes, code));
}

/* RFC 7606 3 (d), and RFC 4760 3: NEXT_HOP belongs to the NLRI field alone. */
static void check_announcement(struct parse *parse)
{
	struct update *update = parse->update;
	bool announces = !nlri_is_empty(&update->announced);

	if (announces || is_seen(parse, ATTR_MP_REACH)) {
		require(parse, ATTR_ORIGIN);
		require(parse, ATTR_AS_PATH);
	}
	if (announces)
		require(parse, ATTR_NEXT_HOP);
	check_next_hop(parse, &update->announced, ATTR_NEXT_HOP, &update->attrs.next_hop);
	check_next_hop(parse, &update->mp_announced, ATTR_MP_REACH, &update->mp_next_hop);

	/* RFC 7606 5.2: with no prefixes in sight we cannot be sure to have found them. */
	if (update->verdict == UPDATE_AS_WITHDRAW && !announces && !is_seen(parse, ATTR_MP_REACH))
		update->verdict = UPDATE_RESET;
}

static void parse_attributes(struct parse *parse, struct reader attributes)
{
	struct update *update = parse->update;

	parse->attributes = attributes;
	while (read_left(&attributes) && update->verdict != UPDATE_RESET)
		parse_attribute(parse, &attributes);
	merge_as4(parse);
	update->attrs = parse->found.attrs;
	update->attrs.unknown = (struct span){ parse->unknown.start, write_length(&parse->unknown) };
	update->mp_announced = parse->found.mp_announced;
	update->mp_withdrawn = parse->found.mp_withdrawn;
	update->mp_next_hop = parse->found.mp_next_hop;
	update->mp_link_local = parse->found.mp_link_local;
	if (update->verdict != UPDATE_RESET)
		check_announcement(parse);
}

/* RFC 4724 2: nothing at all, or nothing but a MP_UNREACH_NLRI without prefixes. */
static enum family end_of_rib(const struct parse *parse)
{
	const struct update *update = parse->update;
	bool ipv4 = parse->context->families & FAMILY_BIT(FAMILY_IPV4);

	if (update->flaw_count || !nlri_is_empty(&update->withdrawn) ||
	    !nlri_is_empty(&update->announced))
		return FAMILY_NONE;
	if (parse->seen_count == 0)
		return ipv4 ? FAMILY_IPV4 : FAMILY_NONE;
	if (parse->seen_count == 1 && is_seen(parse, ATTR_MP_UNREACH) &&
	    nlri_is_empty(&update->mp_withdrawn))
		return update->mp_withdrawn.family;
	return FAMILY_NONE;
}

/* RFC 4760 8: IPv4 prefixes, too, mean something only where the session carries IPv4. */
static void ignore_ipv4_unless_negotiated(struct parse *parse)
{
	if (parse->context->families & FAMILY_BIT(FAMILY_IPV4))
		return;
	parse->update->withdrawn.prefixes = reader_of(NULL, 0);
	parse->update->announced.prefixes = reader_of(NULL, 0);
}

void update_parse(struct reader body, const struct update_context *context, struct arena *arena,
		  struct update *update)
{
	struct parse parse = { .context = context, .arena = arena, .update = update };
	struct reader withdrawn = read_slice(&body, read_u16(&body));
	struct reader attributes = read_slice(&body, read_u16(&body));

	*update = (struct update){ .verdict = UPDATE_FINE };
	if (body.truncated) {
		reset(update, UPDATE_MALFORMED_ATTRIBUTES);
		return;
	}
	if (!nlri_parse(withdrawn, FAMILY_IPV4, &update->withdrawn) ||
	    !nlri_parse(body, FAMILY_IPV4, &update->announced)) {
		reset(update, UPDATE_BAD_NETWORK);
		return;
	}
	parse_attributes(&parse, attributes);
	update->end_of_rib = end_of_rib(&parse);
	ignore_ipv4_unless_negotiated(&parse);
}

const char *update_attr_name(unsigned int code)
{
	return attr_table_name(code);
}
