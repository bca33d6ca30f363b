#include "bgpd/rib/attr_set.h"

#include "bgpd/base/xalloc.h"
#include "bgpd/wire/as_path.h"

#include <stdlib.h>
#include <string.h>

enum part {
	PART_AS_PATH,
	PART_COMMUNITIES,
	PART_EXT_COMMUNITIES,
	PART_LARGE_COMMUNITIES,
	PART_CLUSTER_LIST,
	PART_UNKNOWN,
	PART_AGGREGATOR,                /* AS and id, 8 octets: rare, so not in the fixed part */
	PART_ORIGINATOR_ID,             /* 4 octets */
	PART_LINK_LOCAL,                /* 16 octets */
	PART_OTC,                       /* 4 octets */
	PART_POLICY,                    /* what is not on the wire: struct by_policy */
	PARTS
};

enum { HAS_MED = 1, HAS_LOCAL_PREF = 2, IS_ATOMIC = 4 };

/* What a policy has left behind. */
struct by_policy {
	const struct attr_set *received;        /* NULL: nothing was changed */
	uint64_t metric;                        /* without padding: compared as bytes */
};

/* What is in every set, without padding, so that it can be hashed and compared as bytes.  An AS path of
 * 2-octet ASes that fills a message takes more than 64 Ki octets here. */
struct fixed {
	uint32_t med, local_pref;
	uint32_t lengths[PARTS];
	struct address next_hop;
	uint8_t origin;
	uint8_t flags;
	uint8_t zero;
};

_Static_assert(sizeof(struct fixed) == 2 * 4 + PARTS * 4 + sizeof(struct address) + 3, "no padding");

struct attr_set {
	uint32_t refs;
	uint32_t hash;
	uint32_t neighbor_as;
	uint16_t hops;
	struct fixed fixed;
	uint8_t data[];
};

/* Attributes taken apart: what a set will be made of, or is compared with. */
struct anatomy {
	struct fixed fixed;
	struct span parts[PARTS];
	uint8_t aggregator[8], originator_id[4], otc[4];
	struct by_policy by_policy;
	size_t length;                  /* of all parts */
	uint32_t hash;
};

void attr_sets_init(struct attr_sets *sets)
{
	*sets = (struct attr_sets){ 0 };
}

void attr_sets_clear(struct attr_sets *sets)
{
	free(sets->slots);
	attr_sets_init(sets);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
	return hash ^ hash >> 29;
}

static uint64_t hash_bytes(uint64_t hash, const void *from, size_t length)
{
	const uint8_t *bytes = from;
	uint64_t word;

	for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = mix(hash, word);
	}
	word = length;
	if (length)
		memcpy(&word, bytes, length);
	return mix(hash, word ^ (uint64_t)length << 56);
}

static void put_u32(uint8_t *to, uint32_t value)
{
	struct writer writer = writer_of(to, 4);

	write_u32(&writer, value);
}

static uint32_t get_u32(const uint8_t *from)
{
	struct reader reader = reader_of(from, 4);

	return read_u32(&reader);
}

static void dissect_rare(const struct attrs *attrs, struct anatomy *to)
{
	if (attrs->has_aggregator) {
		put_u32(to->aggregator, attrs->aggregator_as);
		put_u32(to->aggregator + 4, attrs->aggregator_id);
		to->parts[PART_AGGREGATOR] = (struct span){ to->aggregator, 8 };
	}
	if (attrs->has_originator_id) {
		put_u32(to->originator_id, attrs->originator_id);
		to->parts[PART_ORIGINATOR_ID] = (struct span){ to->originator_id, 4 };
	}
	if (attrs->otc.is_there) {
		put_u32(to->otc, attrs->otc.asn);
		to->parts[PART_OTC] = (struct span){ to->otc, 4 };
	}
	if (address_is_set(&attrs->link_local))
		to->parts[PART_LINK_LOCAL] = (struct span){ attrs->link_local.bytes, 16 };
}

static void dissect_policy(const struct attrs *attrs, const struct attr_set *received,
			   struct anatomy *to)
{
	if (!received && !attrs->metric)
		return;
	to->by_policy = (struct by_policy){ received, attrs->metric };
	to->parts[PART_POLICY] = (struct span){ (const uint8_t *)&to->by_policy,
						sizeof(to->by_policy) };
}

static void dissect(const struct attrs *attrs, const struct attr_set *received, struct anatomy *to)
{
	memset(to, 0, sizeof(*to));
	to->fixed.med = attrs->has_med ? attrs->med : 0;
	to->fixed.local_pref = attrs->has_local_pref ? attrs->local_pref : 0;
	to->fixed.next_hop = attrs->next_hop;
	to->fixed.origin = attrs->origin;
	to->fixed.flags = (uint8_t)((attrs->has_med ? HAS_MED : 0) |
				    (attrs->has_local_pref ? HAS_LOCAL_PREF : 0) |
				    (attrs->atomic_aggregate ? IS_ATOMIC : 0));
	to->parts[PART_AS_PATH] = attrs->as_path;
	to->parts[PART_COMMUNITIES] = attrs->communities;
	to->parts[PART_EXT_COMMUNITIES] = attrs->ext_communities;
	to->parts[PART_LARGE_COMMUNITIES] = attrs->large_communities;
	to->parts[PART_CLUSTER_LIST] = attrs->cluster_list;
	to->parts[PART_UNKNOWN] = attrs->unknown;
	dissect_rare(attrs, to);
	dissect_policy(attrs, received, to);

	uint64_t hash = 0;
	for (size_t i = 0; i < PARTS; i++) {
		to->fixed.lengths[i] = (uint32_t)to->parts[i].length;
		to->length += to->parts[i].length;
		if (to->parts[i].length)
			hash = hash_bytes(hash, to->parts[i].bytes, to->parts[i].length);
	}
	hash = hash_bytes(hash, &to->fixed, sizeof(to->fixed));
	to->hash = (uint32_t)(hash >> 32);
}

static bool is_made_of(const struct attr_set *set, const struct anatomy *anatomy)
{
	const uint8_t *data = set->data;

	if (set->hash != anatomy->hash ||
	    memcmp(&set->fixed, &anatomy->fixed, sizeof(set->fixed)) != 0)
		return false;
	for (size_t i = 0; i < PARTS; data += anatomy->parts[i++].length)
		if (anatomy->parts[i].length &&
		    memcmp(data, anatomy->parts[i].bytes, anatomy->parts[i].length) != 0)
			return false;
	return true;
}

static struct attr_set *make(const struct attrs *attrs, const struct anatomy *anatomy)
{
	struct attr_set *set = xmalloc(sizeof(*set) + anatomy->length);
	uint8_t *data = set->data;
	unsigned int hops = as_path_hops(attrs->as_path);

	set->refs = 0;
	set->hash = anatomy->hash;
	set->fixed = anatomy->fixed;
	set->neighbor_as = as_path_first(attrs->as_path);
	set->hops = (uint16_t)(hops < UINT16_MAX ? hops : UINT16_MAX);
	for (size_t i = 0; i < PARTS; data += anatomy->parts[i++].length)
		if (anatomy->parts[i].length)
			memcpy(data, anatomy->parts[i].bytes, anatomy->parts[i].length);
	return set;
}

static void rehash(struct attr_sets *sets)
{
	size_t old_count = sets->slot_count;
	struct attr_set **old = sets->slots;

	sets->slot_count = old_count ? old_count * 2 : 64;
	sets->slots = xcalloc(sets->slot_count, sizeof(*sets->slots));
	sets->bytes += (sets->slot_count - old_count) * sizeof(*sets->slots);
	for (size_t i = 0; i < old_count; i++) {
		size_t slot = old[i] ? old[i]->hash & (sets->slot_count - 1) : 0;

		while (old[i] && sets->slots[slot])
			slot = (slot + 1) & (sets->slot_count - 1);
		if (old[i])
			sets->slots[slot] = old[i];
	}
	free(old);
}

static size_t set_bytes(const struct attr_set *set)
{
	size_t length = sizeof(*set);

	for (size_t i = 0; i < PARTS; i++)
		length += set->fixed.lengths[i];
	return length;
}

static size_t large_bytes(const struct attr_set *set)
{
	size_t bytes = set_bytes(set);

	return bytes > ATTR_SET_LARGE ? bytes : 0;
}

bool attr_sets_have_room(const struct attr_sets *sets, const struct attr_set *set)
{
	return !large_bytes(set) || sets->large_bytes <= ATTR_SETS_LARGE;
}

static const struct attr_set *intern(struct attr_sets *sets, const struct attrs *attrs,
				     const struct attr_set *received)
{
	struct anatomy anatomy;

	dissect(attrs, received, &anatomy);
	if ((sets->count + 1) * 4 > sets->slot_count * 3)
		rehash(sets);
	size_t slot = anatomy.hash & (sets->slot_count - 1);
	while (sets->slots[slot] && !is_made_of(sets->slots[slot], &anatomy))
		slot = (slot + 1) & (sets->slot_count - 1);
	if (!sets->slots[slot]) {
		sets->slots[slot] = make(attrs, &anatomy);
		if (received)
			attr_set_ref(received);
		sets->bytes += set_bytes(sets->slots[slot]);
		sets->large_bytes += large_bytes(sets->slots[slot]);
		sets->count++;
	}
	sets->slots[slot]->refs++;
	return sets->slots[slot];
}

const struct attr_set *attr_sets_intern(struct attr_sets *sets, const struct attrs *attrs)
{
	return intern(sets, attrs, NULL);
}

const struct attr_set *attr_sets_intern_changed(struct attr_sets *sets, const struct attrs *attrs,
						const struct attr_set *received)
{
	return intern(sets, attrs, received);
}

static struct attr_set *mutable_set(const struct attr_set *set)
{
	return (struct attr_set *)(uintptr_t)set;       /* only its count changes */
}

static struct by_policy by_policy(const struct attr_set *set)
{
	struct by_policy by_policy = { NULL, 0 };
	const uint8_t *data = set->data;

	for (size_t i = 0; i < PART_POLICY; i++)
		data += set->fixed.lengths[i];
	if (set->fixed.lengths[PART_POLICY])
		memcpy(&by_policy, data, sizeof(by_policy));
	return by_policy;
}

const struct attr_set *attr_set_received(const struct attr_set *set)
{
	const struct attr_set *received = by_policy(set).received;

	return received ? received : set;
}

const struct attr_set *attr_set_ref(const struct attr_set *set)
{
	mutable_set(set)->refs++;
	return set;
}

/* Open addressing without tombstones: what follows the hole moves up if it may. */
static void close_hole(struct attr_sets *sets, size_t hole)
{
	size_t mask = sets->slot_count - 1;

	sets->slots[hole] = NULL;
	for (size_t slot = (hole + 1) & mask; sets->slots[slot]; slot = (slot + 1) & mask) {
		size_t home = sets->slots[slot]->hash & mask;

		if (((slot - home) & mask) < ((slot - hole) & mask))
			continue;
		sets->slots[hole] = sets->slots[slot];
		sets->slots[slot] = NULL;
		hole = slot;
	}
}

void attr_sets_drop(struct attr_sets *sets, const struct attr_set *dropped)
{
	if (!dropped || --mutable_set(dropped)->refs)
		return;
	const struct attr_set *received = by_policy(dropped).received;
	size_t slot = dropped->hash & (sets->slot_count - 1);
	while (sets->slots[slot] != dropped)
		slot = (slot + 1) & (sets->slot_count - 1);
	close_hole(sets, slot);
	sets->count--;
	sets->bytes -= set_bytes(dropped);
	sets->large_bytes -= large_bytes(dropped);
	free(mutable_set(dropped));
	attr_sets_drop(sets, received);
}

struct attrs attr_set_view(const struct attr_set *set)
{
	const uint32_t *lengths = set->fixed.lengths;
	struct span parts[PARTS];
	const uint8_t *data = set->data;

	for (size_t i = 0; i < PARTS; data += lengths[i++])
		parts[i] = (struct span){ data, lengths[i] };
	struct attrs attrs = {
		.origin = set->fixed.origin,
		.has_med = set->fixed.flags & HAS_MED,
		.has_local_pref = set->fixed.flags & HAS_LOCAL_PREF,
		.atomic_aggregate = set->fixed.flags & IS_ATOMIC,
		.has_aggregator = lengths[PART_AGGREGATOR] > 0,
		.has_originator_id = lengths[PART_ORIGINATOR_ID] > 0,
		.med = set->fixed.med,
		.local_pref = set->fixed.local_pref,
		.next_hop = set->fixed.next_hop,
		.as_path = parts[PART_AS_PATH],
		.communities = parts[PART_COMMUNITIES],
		.ext_communities = parts[PART_EXT_COMMUNITIES],
		.large_communities = parts[PART_LARGE_COMMUNITIES],
		.cluster_list = parts[PART_CLUSTER_LIST],
		.unknown = parts[PART_UNKNOWN],
	};
	if (attrs.has_aggregator) {
		attrs.aggregator_as = get_u32(parts[PART_AGGREGATOR].bytes);
		attrs.aggregator_id = get_u32(parts[PART_AGGREGATOR].bytes + 4);
	}
	if (lengths[PART_POLICY])
		attrs.metric = (uint32_t)by_policy(set).metric;
	if (attrs.has_originator_id)
		attrs.originator_id = get_u32(parts[PART_ORIGINATOR_ID].bytes);
	if (lengths[PART_OTC])
		attrs.otc = (struct bgp_otc){ true, get_u32(parts[PART_OTC].bytes) };
	if (lengths[PART_LINK_LOCAL])
		attrs.link_local = address_ipv6(parts[PART_LINK_LOCAL].bytes);
	return attrs;
}

uint32_t attr_set_hops(const struct attr_set *set)
{
	return set->hops;
}

uint32_t attr_set_neighbor_as(const struct attr_set *set)
{
	return set->neighbor_as;
}

uint32_t attr_set_metric(const struct attr_set *set)
{
	return set->fixed.lengths[PART_POLICY] ? (uint32_t)by_policy(set).metric : 0;
}

bool attr_set_local_pref(const struct attr_set *set, uint32_t *local_pref)
{
	*local_pref = set->fixed.local_pref;
	return set->fixed.flags & HAS_LOCAL_PREF;
}

uint32_t attr_set_med(const struct attr_set *set)
{
	return set->fixed.med;
}

uint8_t attr_set_origin(const struct attr_set *set)
{
	return set->fixed.origin;
}

uint32_t attr_set_cluster_length(const struct attr_set *set)
{
	return set->fixed.lengths[PART_CLUSTER_LIST] / 4;
}

bool attr_set_originator(const struct attr_set *set, uint32_t *router_id)
{
	const uint8_t *data = set->data;

	if (!set->fixed.lengths[PART_ORIGINATOR_ID])
		return false;
	for (size_t i = 0; i < PART_ORIGINATOR_ID; i++)
		data += set->fixed.lengths[i];
	*router_id = get_u32(data);
	return true;
}

bool attr_set_has_med(const struct attr_set *set)
{
	return set->fixed.flags & HAS_MED;
}
