#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/as_path.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/update.h"
#include "tests/support/hex.h"

#define MARKER "ffffffff ffffffff ffffffff ffffffff "

#define ORIGIN    "40 01 01 00 "
#define AS_PATH   "40 02 06 02 01 0000fde9 "
#define AS_PATH_2 "40 02 04 02 01 fde9 "
#define NEXT_HOP  "40 03 04 a9fe0a01 "
#define NLRI      "10 0a32 "                            /* 10.50.0.0/16 */
#define REACH_6   "80 0e 1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8 "
#define UNREACH_6 "80 0f 08 0002 01 20 20010db8 "

#define IPV4 FAMILY_BIT(FAMILY_IPV4)
#define IPV6 FAMILY_BIT(FAMILY_IPV6)

static const struct update_context external = {
	.as4 = true, .families = IPV4 | IPV6, .peer_as = 65001, .max_length = MESSAGE_MAX,
};
static const struct update_context internal = {
	.as4 = true, .ibgp = true, .families = IPV4 | IPV6, .peer_as = 65001,
	.max_length = MESSAGE_MAX,
};
static const struct update_context external_2 = {
	.families = IPV4 | IPV6, .peer_as = 65001, .max_length = MESSAGE_MAX,
};

static struct arena arena;

static int set_up(void **unused)
{
	(void)unused;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	arena_clear(&arena);
	return 0;
}

static struct update parsed(const struct update_context *context, const char *withdrawn,
			    const char *attributes, const char *nlri)
{
	static uint8_t bytes[MESSAGE_EXTENDED];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct span parts[] = { hex(withdrawn), hex(attributes), hex(nlri) };
	struct update update;

	write_u16(&to, (uint16_t)parts[0].length);
	write_span(&to, parts[0]);
	write_u16(&to, (uint16_t)parts[1].length);
	write_span(&to, parts[1]);
	write_span(&to, parts[2]);
	update_parse(reader_of(bytes, write_length(&to)), context, &arena, &update);
	return update;
}

/* "10.0.0.0/8 10.50.0.0/16" */
static const char *listed(struct nlri nlri)
{
	char *list = arena_strdup(&arena, ""), text[PREFIX_TEXT];
	struct prefix prefix;

	while (nlri_next(&nlri, &prefix))
		list = arena_printf(&arena, "%s%s%s", list, *list ? " " : "",
				    prefix_format(&prefix, text));
	return list;
}

static const char *printed(const struct address *address)
{
	char text[ADDRESS_TEXT];

	return arena_strdup(&arena, address_format(address, text));
}

static void an_announcement_is_read(void **unused)
{
	struct update update = parsed(&external, "", ORIGIN AS_PATH NEXT_HOP, NLRI "08 0a 00");

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_int_equal(update.flaw_count, 0);
	assert_int_equal(update.end_of_rib, FAMILY_NONE);
	assert_string_equal(listed(update.announced), "10.50.0.0/16 10.0.0.0/8 0.0.0.0/0");
	assert_string_equal(printed(&update.attrs.next_hop), "169.254.10.1");
	assert_hex(update.attrs.as_path, "02 01 0000fde9");
}

static void every_attribute_is_read(void **unused)
{
	struct update update = parsed(&internal, "",
		"40 01 01 02  40 02 06 02 01 0000fde9  40 03 04 a9fe0a01  80 04 04 00000032"
		"40 05 04 000000c8  40 06 00  c0 07 08 fa56ea00 c0000201  c0 08 08 fde90064 ffffff01"
		"80 09 04 c0000202  80 0a 04 c0000203  c0 10 08 0002fde900000064"
		"c0 20 0c 0000fde90000000100000002  c0 23 04 0000fdea", NLRI);

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_int_equal(update.flaw_count, 0);
	assert_int_equal(update.attrs.origin, ORIGIN_INCOMPLETE);
	assert_true(update.attrs.has_med && update.attrs.med == 50);
	assert_true(update.attrs.has_local_pref && update.attrs.local_pref == 200);
	assert_true(update.attrs.atomic_aggregate);
	assert_true(update.attrs.has_aggregator);
	assert_int_equal(update.attrs.aggregator_as, 4200000000);
	assert_int_equal(update.attrs.aggregator_id, 0xc0000201);
	assert_hex(update.attrs.communities, "fde90064 ffffff01");
	assert_true(update.attrs.has_originator_id);
	assert_int_equal(update.attrs.originator_id, 0xc0000202);
	assert_hex(update.attrs.cluster_list, "c0000203");
	assert_hex(update.attrs.ext_communities, "0002fde900000064");
	assert_hex(update.attrs.large_communities, "0000fde90000000100000002");
	assert_true(update.attrs.otc.is_there);
	assert_int_equal(update.attrs.otc.asn, 65002);
}

static void withdrawals_need_no_attributes(void **unused)
{
	struct update update = parsed(&external, NLRI "20 c0000201", "", "");

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_int_equal(update.end_of_rib, FAMILY_NONE);
	assert_string_equal(listed(update.withdrawn), "10.50.0.0/16 192.0.2.1/32");
}

static void host_bits_of_a_prefix_are_masked(void **unused)
{
	struct update update = parsed(&external, "", ORIGIN AS_PATH NEXT_HOP, "09 0aff 14 0a32ff");

	(void)unused;
	assert_string_equal(listed(update.announced), "10.128.0.0/9 10.50.240.0/20");
}

static void ipv6_is_announced_and_withdrawn_in_attributes(void **unused)
{
	struct update update = parsed(&external, "", REACH_6 UNREACH_6 ORIGIN AS_PATH, "");

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_string_equal(listed(update.mp_announced), "2001:db8::/32");
	assert_string_equal(listed(update.mp_withdrawn), "2001:db8::/32");
	assert_string_equal(printed(&update.mp_next_hop), "2001:db8::1");
	assert_false(address_is_set(&update.mp_link_local));
}

#define GLOBAL "20010db8000000000000000000000001"
#define LINK   "fe800000000000000000000000000001"
#define ZERO   "00000000000000000000000000000000"

static void an_ipv6_next_hop_may_have_a_link_local_beside_it(void **unused)
{
	static const struct {
		const char *addresses, *next_hop, *link_local;
	} rows[] = {
		{ GLOBAL LINK, "2001:db8::1", "fe80::1" },
		{ GLOBAL ZERO, "2001:db8::1", "none" },
		{ ZERO LINK,   "fe80::1",     "fe80::1" },      /* no global address at all */
		{ LINK LINK,   "fe80::1",     "fe80::1" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *reach = arena_printf(&arena, "80 0e 2a 0002 01 20 %s 00 20 20010db8",
						 rows[i].addresses);
		struct update update = parsed(&external, "",
					      arena_printf(&arena, ORIGIN AS_PATH "%s", reach), "");

		assert_int_equal(update.verdict, UPDATE_FINE);
		assert_string_equal(printed(&update.mp_next_hop), rows[i].next_hop);
		assert_string_equal(printed(&update.mp_link_local), rows[i].link_local);
	}
}

/* RFC 8950, and RFC 4760 3 for IPv4 in MP_REACH_NLRI. */
static void ipv4_with_an_ipv6_next_hop_must_be_negotiated(void **unused)
{
	const char *ipv4_in_mp = ORIGIN AS_PATH "80 0e 0c 0001 01 04 a9fe0a01 00 10 0a32";
	const char *ipv6_hop = ORIGIN AS_PATH "80 0e 18 0001 01 10 " GLOBAL " 00 10 0a32";
	struct update_context extended = external;
	struct update update;

	(void)unused;
	update = parsed(&external, "", ipv4_in_mp, "");
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_string_equal(printed(&update.mp_next_hop), "169.254.10.1");
	assert_string_equal(listed(update.mp_announced), "10.50.0.0/16");

	update = parsed(&external, "", ipv6_hop, "");
	assert_int_equal(update.verdict, UPDATE_RESET);

	extended.extended_next_hop = IPV4;
	update = parsed(&extended, "", ipv6_hop, "");
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_string_equal(printed(&update.mp_next_hop), "2001:db8::1");
}

static void families_that_were_not_negotiated_are_ignored(void **unused)
{
	struct update_context only_ipv4 = external, only_ipv6 = external;
	struct update update;

	(void)unused;
	only_ipv4.families = IPV4;
	update = parsed(&only_ipv4, "", REACH_6 UNREACH_6 ORIGIN AS_PATH, "");
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_string_equal(listed(update.mp_announced), "");
	assert_string_equal(listed(update.mp_withdrawn), "");

	only_ipv6.families = IPV6;
	update = parsed(&only_ipv6, NLRI, ORIGIN AS_PATH NEXT_HOP, NLRI);
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_string_equal(listed(update.announced), "");
	assert_string_equal(listed(update.withdrawn), "");

	/* A VPN family, whose next hop and prefixes look quite different. */
	update = parsed(&external, "", "80 0e 0b 0001 80 05 0102030405 00 ff" ORIGIN AS_PATH, "");
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_string_equal(listed(update.mp_announced), "");
}

static void an_end_of_rib_is_told_from_other_empty_messages(void **unused)
{
	static const struct {
		const char *attributes;
		uint8_t families;
		enum family end_of_rib;
	} rows[] = {
		{ "", IPV4 | IPV6, FAMILY_IPV4 },
		{ "", IPV6, FAMILY_NONE },
		{ "80 0f 03 0002 01", IPV4 | IPV6, FAMILY_IPV6 },
		{ "90 0f 0003 0002 01", IPV4 | IPV6, FAMILY_IPV6 },
		{ "80 0f 03 0001 01", IPV4 | IPV6, FAMILY_IPV4 },
		{ "80 0f 03 0002 01", IPV4, FAMILY_NONE },
		{ "80 0f 03 0002 80", IPV4 | IPV6, FAMILY_NONE },
		{ UNREACH_6, IPV4 | IPV6, FAMILY_NONE },
		{ "80 0f 03 0002 01" ORIGIN, IPV4 | IPV6, FAMILY_NONE },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct update_context context = external;

		context.families = rows[i].families;
		struct update update = parsed(&context, "", rows[i].attributes, "");

		assert_int_equal(update.verdict, UPDATE_FINE);
		assert_int_equal(update.end_of_rib, rows[i].end_of_rib);
	}
}

enum outcome { FINE, DISCARD, WITHDRAW, RESET };

struct malformed {
	const char *what;
	enum outcome outcome;
	unsigned int code;              /* of the flaw */
	const char *attributes;
};

static const struct malformed from_external_peers[] = {
	/* RFC 7606 3 (d): missing */
	{ "no ORIGIN", WITHDRAW, ATTR_ORIGIN, AS_PATH NEXT_HOP },
	{ "no AS_PATH", WITHDRAW, ATTR_AS_PATH, ORIGIN NEXT_HOP },
	{ "no NEXT_HOP", WITHDRAW, ATTR_NEXT_HOP, ORIGIN AS_PATH },

	/* 7.1 */
	{ "ORIGIN of length 0", WITHDRAW, ATTR_ORIGIN, "40 01 00" AS_PATH NEXT_HOP },
	{ "ORIGIN of length 2", WITHDRAW, ATTR_ORIGIN, "40 01 02 0000" AS_PATH NEXT_HOP },
	{ "ORIGIN 3", WITHDRAW, ATTR_ORIGIN, "40 01 01 03" AS_PATH NEXT_HOP },

	/* 7.2, RFC 5065, RFC 7607, RFC 4271 6.3 */
	{ "unknown segment", WITHDRAW, ATTR_AS_PATH, ORIGIN "40 02 06 05 01 0000fde9" NEXT_HOP },
	{ "empty segment", WITHDRAW, ATTR_AS_PATH,
	  ORIGIN "40 02 08 02 01 0000fde9 02 00" NEXT_HOP },
	{ "segment too long", WITHDRAW, ATTR_AS_PATH, ORIGIN "40 02 06 02 02 0000fde9" NEXT_HOP },
	{ "segment of 1 byte", WITHDRAW, ATTR_AS_PATH, ORIGIN "40 02 07 02 01 0000fde9 02" NEXT_HOP },
	{ "confederation", WITHDRAW, ATTR_AS_PATH, ORIGIN "40 02 06 03 01 0000fde9" NEXT_HOP },
	{ "AS 0", WITHDRAW, ATTR_AS_PATH, ORIGIN "40 02 0a 02 02 0000fde9 00000000" NEXT_HOP },
	{ "another AS first", WITHDRAW, ATTR_AS_PATH, ORIGIN "40 02 06 02 01 0000fdea" NEXT_HOP },
	{ "a set first", WITHDRAW, ATTR_AS_PATH, ORIGIN "40 02 06 01 01 0000fde9" NEXT_HOP },
	{ "empty path", WITHDRAW, ATTR_AS_PATH, ORIGIN "40 02 00" NEXT_HOP },

	/* 7.3, RFC 4271 6.3 */
	{ "NEXT_HOP of length 3", WITHDRAW, ATTR_NEXT_HOP, ORIGIN AS_PATH "40 03 03 a9fe0a" },
	{ "NEXT_HOP of length 16", WITHDRAW, ATTR_NEXT_HOP, ORIGIN AS_PATH "40 03 10 " GLOBAL },
	{ "NEXT_HOP 0.0.0.0", WITHDRAW, ATTR_NEXT_HOP, ORIGIN AS_PATH "40 03 04 00000000" },
	{ "NEXT_HOP 127.0.0.1", WITHDRAW, ATTR_NEXT_HOP, ORIGIN AS_PATH "40 03 04 7f000001" },
	{ "NEXT_HOP 224.0.0.5", WITHDRAW, ATTR_NEXT_HOP, ORIGIN AS_PATH "40 03 04 e0000005" },
	{ "NEXT_HOP 240.0.0.1", WITHDRAW, ATTR_NEXT_HOP, ORIGIN AS_PATH "40 03 04 f0000001" },
	{ "NEXT_HOP broadcast", WITHDRAW, ATTR_NEXT_HOP, ORIGIN AS_PATH "40 03 04 ffffffff" },

	/* 7.4 */
	{ "MED of length 3", WITHDRAW, ATTR_MED, ORIGIN AS_PATH NEXT_HOP "80 04 03 000000" },
	{ "MED of length 0", WITHDRAW, ATTR_MED, ORIGIN AS_PATH NEXT_HOP "80 04 00" },

	/* 7.5, 7.9, 7.10: not the business of an external peer, however they look */
	{ "LOCAL_PREF", DISCARD, ATTR_LOCAL_PREF, ORIGIN AS_PATH NEXT_HOP "40 05 04 00000064" },
	{ "LOCAL_PREF of length 1", DISCARD, ATTR_LOCAL_PREF, ORIGIN AS_PATH NEXT_HOP "c0 05 01 00" },
	{ "ORIGINATOR_ID", DISCARD, ATTR_ORIGINATOR_ID, ORIGIN AS_PATH NEXT_HOP "80 09 04 c0000201" },
	{ "CLUSTER_LIST", DISCARD, ATTR_CLUSTER_LIST, ORIGIN AS_PATH NEXT_HOP "80 0a 04 c0000201" },

	/* 7.6, 7.7, RFC 7607 */
	{ "ATOMIC_AGGREGATE of length 1", DISCARD, ATTR_ATOMIC_AGGREGATE,
	  ORIGIN AS_PATH NEXT_HOP "40 06 01 00" },
	{ "AGGREGATOR of length 6", DISCARD, ATTR_AGGREGATOR,
	  ORIGIN AS_PATH NEXT_HOP "c0 07 06 fde9 c0000201" },
	{ "AGGREGATOR of length 9", DISCARD, ATTR_AGGREGATOR,
	  ORIGIN AS_PATH NEXT_HOP "c0 07 09 0000fde9 c0000201 00" },
	{ "AGGREGATOR with AS 0", DISCARD, ATTR_AGGREGATOR,
	  ORIGIN AS_PATH NEXT_HOP "c0 07 08 00000000 c0000201" },

	/* 7.8, 7.14, RFC 8092 5 */
	{ "COMMUNITIES of length 5", WITHDRAW, ATTR_COMMUNITIES,
	  ORIGIN AS_PATH NEXT_HOP "c0 08 05 0000000000" },
	{ "COMMUNITIES of length 0", WITHDRAW, ATTR_COMMUNITIES, ORIGIN AS_PATH NEXT_HOP "c0 08 00" },
	{ "EXTENDED_COMMUNITIES of length 4", WITHDRAW, ATTR_EXT_COMMUNITIES,
	  ORIGIN AS_PATH NEXT_HOP "c0 10 04 00000000" },
	{ "EXTENDED_COMMUNITIES of length 0", WITHDRAW, ATTR_EXT_COMMUNITIES,
	  ORIGIN AS_PATH NEXT_HOP "c0 10 00" },
	{ "LARGE_COMMUNITY of length 8", WITHDRAW, ATTR_LARGE_COMMUNITIES,
	  ORIGIN AS_PATH NEXT_HOP "c0 20 08 0000000000000000" },
	{ "LARGE_COMMUNITY of length 0", WITHDRAW, ATTR_LARGE_COMMUNITIES,
	  ORIGIN AS_PATH NEXT_HOP "c0 20 00" },

	/* RFC 9234 5 */
	{ "ONLY_TO_CUSTOMER of length 3", WITHDRAW, ATTR_OTC,
	  ORIGIN AS_PATH NEXT_HOP "c0 23 03 00fdea" },
	{ "ONLY_TO_CUSTOMER that is not transitive", WITHDRAW, ATTR_OTC,
	  ORIGIN AS_PATH NEXT_HOP "80 23 04 0000fdea" },

	/* RFC 6793 4.1: a peer with 4-octet AS numbers has no use for these */
	{ "AS4_PATH", DISCARD, ATTR_AS4_PATH, ORIGIN AS_PATH NEXT_HOP "c0 11 06 02 01 0000fde9" },
	{ "AS4_AGGREGATOR", DISCARD, ATTR_AS4_AGGREGATOR,
	  ORIGIN AS_PATH NEXT_HOP "c0 12 08 0000fde9 c0000201" },

	/* 3 (c): flags */
	{ "optional ORIGIN", WITHDRAW, ATTR_ORIGIN, "c0 01 01 00" AS_PATH NEXT_HOP },
	{ "non-transitive ORIGIN", WITHDRAW, ATTR_ORIGIN, "00 01 01 00" AS_PATH NEXT_HOP },
	{ "transitive MED", WITHDRAW, ATTR_MED, ORIGIN AS_PATH NEXT_HOP "c0 04 04 00000000" },
	{ "well-known COMMUNITIES", WITHDRAW, ATTR_COMMUNITIES,
	  ORIGIN AS_PATH NEXT_HOP "40 08 04 00000000" },
	{ "non-transitive AGGREGATOR", WITHDRAW, ATTR_AGGREGATOR,
	  ORIGIN AS_PATH NEXT_HOP "80 07 08 0000fde9 c0000201" },
	{ "transitive MP_UNREACH_NLRI", WITHDRAW, ATTR_MP_UNREACH,
	  ORIGIN AS_PATH NEXT_HOP "c0 0f 03 0002 01" },
	{ "partial COMMUNITIES", FINE, 0, ORIGIN AS_PATH NEXT_HOP "e0 08 04 00000000" },
	{ "unused flag bits", FINE, 0, "4f 01 01 00" AS_PATH NEXT_HOP },
	{ "extended length", FINE, 0, "50 01 0001 00" AS_PATH NEXT_HOP },

	/* 3 (g): repeated */
	{ "two MEDs", DISCARD, ATTR_MED,
	  ORIGIN AS_PATH NEXT_HOP "80 04 04 00000001 80 04 04 00000002" },
	{ "a second ORIGIN, malformed", DISCARD, ATTR_ORIGIN, ORIGIN AS_PATH NEXT_HOP "40 01 01 09" },
	{ "two unknown ones", DISCARD, 200, ORIGIN AS_PATH NEXT_HOP "c0 c8 01 00 c0 c8 01 00" },
	{ "two MP_REACH_NLRI", RESET, ATTR_MP_REACH, ORIGIN AS_PATH NEXT_HOP REACH_6 REACH_6 },
	{ "two MP_UNREACH_NLRI", RESET, ATTR_MP_UNREACH,
	  ORIGIN AS_PATH NEXT_HOP UNREACH_6 UNREACH_6 },

	/* 4: overruns */
	{ "value overruns", WITHDRAW, ATTR_MED, ORIGIN AS_PATH NEXT_HOP "80 04 05 00000000" },
	{ "extended length overruns", WITHDRAW, ATTR_MED, ORIGIN AS_PATH NEXT_HOP "90 04 0005 00000000" },
	{ "no length", WITHDRAW, ATTR_MED, ORIGIN AS_PATH NEXT_HOP "80 04" },
	{ "half a length", WITHDRAW, ATTR_MED, ORIGIN AS_PATH NEXT_HOP "90 04 00" },
	{ "no code", WITHDRAW, 0, ORIGIN AS_PATH NEXT_HOP "80" },
	{ "MP_REACH_NLRI overruns", RESET, ATTR_MP_REACH, ORIGIN AS_PATH NEXT_HOP "80 0e 09 0002 01" },

	/* 7.11, 7.12, 5.3 */
	{ "MP next hop of length 4", RESET, ATTR_MP_REACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0e 0e 0002 01 04 a9fe0a01 00 20 20010db8" },
	{ "MP next hop of length 0", RESET, ATTR_MP_REACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0e 0a 0002 01 00 00 20 20010db8" },
	{ "MP next hop overruns", RESET, ATTR_MP_REACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0e 08 0002 01 10 20010db8" },
	{ "MP_REACH_NLRI without reserved byte", RESET, ATTR_MP_REACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0e 14 0002 01 10 " GLOBAL },
	{ "MP_REACH_NLRI of length 0", RESET, ATTR_MP_REACH, ORIGIN AS_PATH NEXT_HOP "80 0e 00" },
	{ "IPv6 prefix of 129 bits", RESET, ATTR_MP_REACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0e 27 0002 01 10 " GLOBAL "00 81" GLOBAL "00" },
	{ "IPv6 prefix cut short", RESET, ATTR_MP_REACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0e 18 0002 01 10 " GLOBAL "00 20 2001" },
	{ "withdrawn IPv6 prefix cut short", RESET, ATTR_MP_UNREACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0f 06 0002 01 20 2001" },
	{ "withdrawn IPv6 prefix of 129 bits", RESET, ATTR_MP_UNREACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0f 15 0002 01 81" GLOBAL "00" },
	{ "MP_UNREACH_NLRI of length 2", RESET, ATTR_MP_UNREACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0f 02 0002" },
	{ "MP next hop ::", WITHDRAW, ATTR_MP_REACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0e 1a 0002 01 10 " ZERO "00 20 20010db8" },
	{ "MP next hop ff02::1", WITHDRAW, ATTR_MP_REACH,
	  ORIGIN AS_PATH NEXT_HOP "80 0e 1a 0002 01 10 ff020000000000000000000000000001 00 20 20010db8" },

	/* RFC 4271 6.3 and 5: unknown attributes */
	{ "unknown well-known", RESET, 200, ORIGIN AS_PATH NEXT_HOP "40 c8 01 00" },
	{ "unknown optional transitive", FINE, 0, ORIGIN AS_PATH NEXT_HOP "c0 c8 01 00" },
	{ "unknown optional non-transitive", FINE, 0, ORIGIN AS_PATH NEXT_HOP "80 c8 01 00" },

	/* 3 (h): the strongest remedy */
	{ "a discard, then a withdraw", WITHDRAW, ATTR_ATOMIC_AGGREGATE,
	  ORIGIN AS_PATH NEXT_HOP "40 06 01 00 c0 08 00" },
	{ "a withdraw, then a reset", RESET, ATTR_COMMUNITIES,
	  ORIGIN AS_PATH NEXT_HOP "c0 08 00 40 c8 01 00" },
};

static const struct malformed from_internal_peers[] = {
	{ "nothing", FINE, 0, ORIGIN "40 02 00" NEXT_HOP "40 05 04 00000064" },
	{ "another AS first", FINE, 0, ORIGIN "40 02 06 02 01 0000fdea" NEXT_HOP },
	{ "LOCAL_PREF of length 5", WITHDRAW, ATTR_LOCAL_PREF,
	  ORIGIN AS_PATH NEXT_HOP "40 05 05 0000000064" },
	{ "optional LOCAL_PREF", WITHDRAW, ATTR_LOCAL_PREF,
	  ORIGIN AS_PATH NEXT_HOP "c0 05 04 00000064" },
	{ "ORIGINATOR_ID of length 3", WITHDRAW, ATTR_ORIGINATOR_ID,
	  ORIGIN AS_PATH NEXT_HOP "80 09 03 c00002" },
	{ "CLUSTER_LIST of length 0", WITHDRAW, ATTR_CLUSTER_LIST, ORIGIN AS_PATH NEXT_HOP "80 0a 00" },
	{ "CLUSTER_LIST of length 6", WITHDRAW, ATTR_CLUSTER_LIST,
	  ORIGIN AS_PATH NEXT_HOP "80 0a 06 c00002010000" },
};

static const struct malformed from_old_speakers[] = {
	{ "2-octet path", FINE, 0, ORIGIN AS_PATH_2 NEXT_HOP },
	{ "4-octet path", WITHDRAW, ATTR_AS_PATH, ORIGIN AS_PATH NEXT_HOP },
	{ "AGGREGATOR of length 6", FINE, 0, ORIGIN AS_PATH_2 NEXT_HOP "c0 07 06 fde9 c0000201" },
	{ "AGGREGATOR of length 8", DISCARD, ATTR_AGGREGATOR,
	  ORIGIN AS_PATH_2 NEXT_HOP "c0 07 08 0000fde9 c0000201" },
	{ "AS4_PATH", FINE, 0, ORIGIN AS_PATH_2 NEXT_HOP "c0 11 06 02 01 0000fde9" },
	{ "empty AS4_PATH", DISCARD, ATTR_AS4_PATH, ORIGIN AS_PATH_2 NEXT_HOP "c0 11 00" },
	{ "AS4_PATH with AS 0", DISCARD, ATTR_AS4_PATH,
	  ORIGIN AS_PATH_2 NEXT_HOP "c0 11 06 02 01 00000000" },
	{ "AS4_PATH of a confederation", DISCARD, ATTR_AS4_PATH,
	  ORIGIN AS_PATH_2 NEXT_HOP "c0 11 06 03 01 0000fde9" },
	{ "AS4_PATH through a confederation", FINE, 0,
	  ORIGIN AS_PATH_2 NEXT_HOP "c0 11 0c 03 01 0000fde9 02 01 0000fde9" },
	{ "AS4_AGGREGATOR of length 6", DISCARD, ATTR_AS4_AGGREGATOR,
	  ORIGIN AS_PATH_2 NEXT_HOP "c0 12 06 fde9 c0000201" },
	{ "AS4_AGGREGATOR with AS 0", DISCARD, ATTR_AS4_AGGREGATOR,
	  ORIGIN AS_PATH_2 NEXT_HOP "c0 12 08 00000000 c0000201" },
};

static enum outcome outcome_of(const struct update *update)
{
	switch (update->verdict) {
	case UPDATE_AS_WITHDRAW:
		return WITHDRAW;
	case UPDATE_RESET:
		return RESET;
	case UPDATE_FINE:
		break;
	}
	return update->flaw_count ? DISCARD : FINE;
}

static void expect_row(const struct update_context *context, const struct malformed *row)
{
	struct update update = parsed(context, "", row->attributes, NLRI);
	enum outcome outcome = outcome_of(&update);

	if (outcome != row->outcome)
		print_error("%s: outcome %d, not %d\n", row->what, outcome, row->outcome);
	assert_int_equal(outcome, row->outcome);
	if (outcome == FINE)
		return;
	assert_int_equal(update.flaws[0].code, row->code);
	assert_non_null(update.flaws[0].reason);
	if (outcome == DISCARD)
		assert_true(update.flaws[0].discarded);
	if (outcome != RESET)
		assert_string_equal(listed(update.announced), "10.50.0.0/16");
}

#define expect_rows(context, rows) \
	for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++) \
		expect_row(context, &(rows)[i])

static void a_malformed_attribute_costs_what_rfc_7606_says(void **unused)
{
	(void)unused;
	expect_rows(&external, from_external_peers);
}

static void internal_peers_have_attributes_of_their_own(void **unused)
{
	(void)unused;
	expect_rows(&internal, from_internal_peers);
}

static void old_speakers_have_attributes_of_their_own(void **unused)
{
	(void)unused;
	expect_rows(&external_2, from_old_speakers);
}

static void what_was_discarded_leaves_no_trace(void **unused)
{
	struct update update = parsed(&external, "", ORIGIN AS_PATH NEXT_HOP
				      "40 05 04 000000c8 40 06 01 00 c0 07 06 fde9 c0000201"
				      "80 09 04 c0000201 80 0a 04 c0000201 c0 11 06 02 01 00000007", NLRI);

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_int_equal(update.flaw_count, 6);
	assert_false(update.attrs.has_local_pref || update.attrs.atomic_aggregate);
	assert_false(update.attrs.has_aggregator || update.attrs.has_originator_id);
	assert_int_equal(update.attrs.cluster_list.length, 0);
	assert_hex(update.attrs.as_path, "02 01 0000fde9");
}

static void the_first_of_two_counts(void **unused)
{
	struct update update = parsed(&external, "", ORIGIN AS_PATH NEXT_HOP
				      "80 04 04 00000001 80 04 04 00000002", NLRI);

	(void)unused;
	assert_int_equal(update.attrs.med, 1);
	assert_hex(update.flaws[0].bytes, "80 04 04 00000002");
}

static void more_flaws_than_are_kept_are_counted(void **unused)
{
	struct update update = parsed(&external, "", ORIGIN ORIGIN ORIGIN ORIGIN ORIGIN ORIGIN
				      ORIGIN ORIGIN ORIGIN ORIGIN AS_PATH NEXT_HOP, NLRI);

	(void)unused;
	assert_int_equal(update.flaw_count, 9);
	assert_int_equal(update.flaws[UPDATE_FLAWS - 1].code, ATTR_ORIGIN);
}

static void next_hop_is_ignored_where_only_mp_announces(void **unused)
{
	struct update update = parsed(&external, "", REACH_6 ORIGIN AS_PATH "40 03 04 00000000", "");

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_FINE);
}

static void prefixes_of_wrong_flags_are_known_to_be_withdrawn(void **unused)
{
	struct update update = parsed(&external, "", "c0 0e 1a 0002 01 10 " GLOBAL "00 20 20010db8"
				      ORIGIN AS_PATH, "");

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_AS_WITHDRAW);
	assert_string_equal(listed(update.mp_announced), "2001:db8::/32");
}

/* RFC 7606 5.2 */
static void a_withdraw_without_prefixes_becomes_a_reset(void **unused)
{
	struct update update = parsed(&external, "", "40 01 01 05" AS_PATH NEXT_HOP, "");

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_RESET);
	assert_int_equal(update.error.code, NOTIFY_UPDATE);
	assert_int_equal(update.error.subcode, UPDATE_BAD_ORIGIN);
	assert_hex((struct span){ update.error.data, update.error.length }, "40 01 01 05");

	update = parsed(&external, NLRI, "40 01 01 05", "");
	assert_int_equal(update.verdict, UPDATE_RESET);
	update = parsed(&external, NLRI, "40 06 01 00", "");
	assert_int_equal(update.verdict, UPDATE_FINE);
}

static void a_reset_says_which_attribute_and_why(void **unused)
{
	static const struct {
		const char *attributes;
		enum update_error subcode;
		const char *data;
	} rows[] = {
		{ "40 c8 01 00", UPDATE_UNKNOWN_WELL_KNOWN, "40 c8 01 00" },
		{ "80 0e 00", UPDATE_BAD_OPTIONAL, "80 0e 00" },
		{ UNREACH_6 UNREACH_6, UPDATE_MALFORMED_ATTRIBUTES, UNREACH_6 },
		{ "80 0f 09 0002", UPDATE_BAD_LENGTH, "80 0f 09 0002" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct update update = parsed(&external, "", rows[i].attributes, NLRI);

		assert_int_equal(update.verdict, UPDATE_RESET);
		assert_int_equal(update.error.code, NOTIFY_UPDATE);
		assert_int_equal(update.error.subcode, rows[i].subcode);
		assert_hex((struct span){ update.error.data, update.error.length }, rows[i].data);
	}
}

/* RFC 4271 6.3 */
static void fields_that_overrun_the_message_reset_the_session(void **unused)
{
	static const struct {
		const char *body;
		enum update_error subcode;
	} rows[] = {
		{ "", UPDATE_MALFORMED_ATTRIBUTES },
		{ "0000", UPDATE_MALFORMED_ATTRIBUTES },
		{ "0001", UPDATE_MALFORMED_ATTRIBUTES },
		{ "0003 10 0a32", UPDATE_MALFORMED_ATTRIBUTES },
		{ "ffff 0000", UPDATE_MALFORMED_ATTRIBUTES },
		{ "0000 0001", UPDATE_MALFORMED_ATTRIBUTES },
		{ "0000 0000 21 0a32000000", UPDATE_BAD_NETWORK },
		{ "0000 0000 10 0a", UPDATE_BAD_NETWORK },
		{ "0000 0000 08", UPDATE_BAD_NETWORK },
		{ "0006 21 0a32000000 0000", UPDATE_BAD_NETWORK },
		{ "0002 10 0a 0000", UPDATE_BAD_NETWORK },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct update update;

		update_parse(hex_reader(rows[i].body), &external, &arena, &update);
		assert_int_equal(update.verdict, UPDATE_RESET);
		assert_int_equal(update.error.code, NOTIFY_UPDATE);
		assert_int_equal(update.error.subcode, rows[i].subcode);
		assert_int_equal(update.end_of_rib, FAMILY_NONE);
	}
}

static void unknown_transitive_attributes_are_kept_and_marked_partial(void **unused)
{
	struct update update = parsed(&external, "", "c0 c8 02 0102 80 c9 01 00" ORIGIN AS_PATH NEXT_HOP
				      "d0 ca 0001 03 c0 00 00", NLRI);

	(void)unused;
	assert_int_equal(update.verdict, UPDATE_FINE);
	assert_hex(update.attrs.unknown, "e0 c8 0002 0102 e0 ca 0001 03 e0 00 0000");
}

/* RFC 6793 4.2.3; 5ba0 is AS_TRANS. */
static void what_old_speakers_could_not_say_is_put_back(void **unused)
{
	static const struct {
		const char *attributes, *as_path;
		uint32_t aggregator;
	} rows[] = {
		{ "40 02 06 02 02 fde9 5ba0 c0 11 0a 02 02 0000fde9 fa56ea00",
		  "02 02 0000fde9 fa56ea00", 0 },
		{ "40 02 06 02 02 fde9 5ba0 c0 11 06 02 01 fa56ea00",
		  "02 01 0000fde9 02 01 fa56ea00", 0 },
		{ "40 02 06 02 02 fde9 5ba0 c0 07 06 5ba0 c0000201 c0 11 06 02 01 fa56ea00"
		  "c0 12 08 fa56ea00 c0000201", "02 01 0000fde9 02 01 fa56ea00", 4200000000 },
		/* An old speaker aggregated after those were written. */
		{ "40 02 06 02 02 fde9 5ba0 c0 07 06 fde9 c0000201 c0 11 06 02 01 fa56ea00"
		  "c0 12 08 fa56ea00 c0000201", "02 02 0000fde9 00005ba0", 65001 },
		/* Before the attribute that it belongs to, and without one. */
		{ "c0 11 06 02 01 fa56ea00 40 02 06 02 02 fde9 5ba0 c0 12 08 fa56ea00 c0000201",
		  "02 01 0000fde9 02 01 fa56ea00", 0 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *all = arena_printf(&arena, ORIGIN NEXT_HOP "%s", rows[i].attributes);
		struct update update = parsed(&external_2, "", all, NLRI);

		assert_int_equal(update.verdict, UPDATE_FINE);
		assert_hex(update.attrs.as_path, rows[i].as_path);
		assert_int_equal(update.attrs.aggregator_as, rows[i].aggregator);
	}
}

static void an_old_speaker_calls_a_large_as_by_another_number(void **unused)
{
	struct update_context context = external_2;
	struct update update;

	(void)unused;
	context.peer_as = 4200000000;
	update = parsed(&context, "", ORIGIN "40 02 04 02 01 5ba0" NEXT_HOP, NLRI);
	assert_int_equal(update.verdict, UPDATE_FINE);
	update = parsed(&context, "", ORIGIN AS_PATH_2 NEXT_HOP, NLRI);
	assert_int_equal(update.verdict, UPDATE_AS_WITHDRAW);
}

static void the_first_as_is_checked_only_where_the_peer_as_is_given(void **unused)
{
	struct update_context context = external;
	struct update update;

	(void)unused;
	context.peer_as = 0;
	update = parsed(&context, "", ORIGIN "40 02 06 02 01 0000fdea" NEXT_HOP, NLRI);
	assert_int_equal(update.verdict, UPDATE_FINE);
}

static struct prefix prefix_from(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static struct attrs attrs_by(const char *next_hop)
{
	struct attrs attrs = { .as_path = hex("02 01 0000fde9") };

	assert_true(address_parse(next_hop, &attrs.next_hop));
	return attrs;
}

static struct attrs rich_attrs(void)
{
	struct attrs attrs = attrs_by("169.254.10.1");

	attrs.has_med = attrs.has_local_pref = attrs.atomic_aggregate = true;
	attrs.has_aggregator = attrs.has_originator_id = true;
	attrs.med = 50;
	attrs.local_pref = 200;
	attrs.aggregator_as = 4200000000;
	attrs.aggregator_id = attrs.originator_id = 0xc0000201;
	attrs.as_path = hex("02 02 0000fde9 fa56ea00");
	attrs.communities = hex("fde90064");
	attrs.ext_communities = hex("0002fde900000064");
	attrs.large_communities = hex("0000fde90000000100000002");
	attrs.otc = (struct bgp_otc){ true, 65002 };
	attrs.cluster_list = hex("c0000203");
	attrs.unknown = hex("e0 c8 0001 07 e0 14 0001 08");
	return attrs;
}

static const struct prefix *one_prefix(const char *text)
{
	static struct prefix prefix;

	prefix = prefix_from(text);
	return &prefix;
}

static void expect_built(const struct update_context *context, const struct attrs *attrs,
			 const char *prefix, const char *dump)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	assert_int_equal(update_build_announce(context, attrs, one_prefix(prefix), 1, &to), 1);
	assert_hex(written(&to), arena_printf(&arena, MARKER "%04zx 02 %s", write_length(&to), dump));
}

static void external_peers_get_attributes_in_ascending_order(void **unused)
{
	struct attrs attrs = rich_attrs();

	(void)unused;
	expect_built(&external, &attrs, "10.50.0.0/16", "0000 005d"
		     "40 01 01 00  40 02 0a 02 02 0000fde9 fa56ea00  40 03 04 a9fe0a01"
		     "80 04 04 00000032  40 06 00  c0 07 08 fa56ea00 c0000201  c0 08 04 fde90064"
		     "c0 10 08 0002fde900000064  e0 14 01 08  c0 20 0c 0000fde90000000100000002"
		     "c0 23 04 0000fdea  e0 c8 01 07  10 0a32");
}

static void internal_peers_get_local_pref_and_reflection(void **unused)
{
	struct attrs attrs = rich_attrs(), plain = attrs_by("169.254.10.1");

	(void)unused;
	expect_built(&internal, &attrs, "10.50.0.0/16", "0000 0072"
		     "40 01 01 00  40 02 0a 02 02 0000fde9 fa56ea00  40 03 04 a9fe0a01"
		     "80 04 04 00000032  40 05 04 000000c8  40 06 00  c0 07 08 fa56ea00 c0000201"
		     "c0 08 04 fde90064  80 09 04 c0000201  80 0a 04 c0000203"
		     "c0 10 08 0002fde900000064  e0 14 01 08  c0 20 0c 0000fde90000000100000002"
		     "c0 23 04 0000fdea  e0 c8 01 07  10 0a32");
	expect_built(&internal, &plain, "10.50.0.0/16", "0000 001b" ORIGIN AS_PATH NEXT_HOP
		     "40 05 04 00000064  10 0a32");
}

static void old_speakers_get_the_large_numbers_apart(void **unused)
{
	struct attrs attrs = attrs_by("169.254.10.1"), small = attrs;

	(void)unused;
	attrs.as_path = hex("02 02 0000fde9 fa56ea00");
	attrs.has_aggregator = true;
	attrs.aggregator_as = 4200000000;
	attrs.aggregator_id = 0xc0000201;
	expect_built(&external_2, &attrs, "10.50.0.0/16", "0000 0035"
		     "40 01 01 00  40 02 06 02 02 fde9 5ba0  40 03 04 a9fe0a01"
		     "c0 07 06 5ba0 c0000201  c0 11 0a 02 02 0000fde9 fa56ea00"
		     "c0 12 08 fa56ea00 c0000201  10 0a32");
	small.has_aggregator = true;
	small.aggregator_as = 65001;
	expect_built(&external_2, &small, "10.50.0.0/16", "0000 001b" ORIGIN AS_PATH_2 NEXT_HOP
		     "c0 07 06 fde9 00000000  10 0a32");
}

/* RFC 7606 5.1 */
static void ipv6_goes_into_the_first_attribute(void **unused)
{
	struct attrs attrs = attrs_by("2001:db8::1");

	(void)unused;
	expect_built(&external, &attrs, "2001:db8::/32", "0000 002a" REACH_6 ORIGIN AS_PATH);
	assert_true(address_parse("fe80::1", &attrs.link_local));
	expect_built(&external, &attrs, "2001:db8::/32", "0000 003a"
		     "80 0e 2a 0002 01 20" GLOBAL LINK "00 20 20010db8" ORIGIN AS_PATH);
}

static void ipv4_with_an_ipv6_next_hop_goes_there_too(void **unused)
{
	struct attrs attrs = attrs_by("2001:db8::1");

	(void)unused;
	expect_built(&external, &attrs, "10.50.0.0/16", "0000 0028"
		     "80 0e 18 0001 01 10" GLOBAL "00 10 0a32" ORIGIN AS_PATH);
}

static void ipv6_with_an_ipv4_next_hop_says_it_in_16_octets(void **unused)
{
	struct attrs attrs = attrs_by("192.0.2.1");

	(void)unused;
	expect_built(&external, &attrs, "2001:db8::/32", "0000 002a"
		     "80 0e 1a 0002 01 10 00000000000000000000ffffc0000201 00 20 20010db8" ORIGIN AS_PATH);
}

static void a_long_attribute_has_an_extended_length(void **unused)
{
	struct attrs attrs = attrs_by("169.254.10.1");
	static uint8_t communities[260];
	uint8_t bytes[MESSAGE_MAX];
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	attrs.communities = (struct span){ communities, sizeof(communities) };
	assert_int_equal(update_build_announce(&external, &attrs, one_prefix("10.0.0.0/8"), 1, &to), 1);
	assert_hex((struct span){ bytes + 43, 4 }, "d0 08 0104");
}

static size_t fill_prefixes(struct prefix *prefixes, size_t count, enum family family)
{
	for (size_t i = 0; i < count; i++) {
		struct address address = { .family = (uint8_t)family,
					   .bytes = { 0x20, (uint8_t)(i >> 8), (uint8_t)i } };

		prefixes[i] = prefix_of(&address, 24);
	}
	return count;
}

static void as_many_prefixes_go_into_a_message_as_fit(void **unused)
{
	static struct prefix prefixes[2000];
	static uint8_t bytes[3 * MESSAGE_MAX];
	static const struct {
		enum family family;
		const char *next_hop;
		size_t first;           /* (4096 - what is not prefixes) / 4 */
	} rows[] = {
		{ FAMILY_IPV4, "169.254.10.1", (4096 - 23 - 20) / 4 },
		{ FAMILY_IPV6, "2001:db8::1",  (4096 - 23 - 4 - 21 - 13) / 4 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t count = fill_prefixes(prefixes, 2000, rows[i].family);
		struct attrs attrs = attrs_by(rows[i].next_hop);
		struct writer to = writer_of(bytes, sizeof(bytes));
		size_t first = update_build_announce(&external, &attrs, prefixes, count, &to);

		assert_int_equal(first, rows[i].first);
		assert_true(write_length(&to) <= MESSAGE_MAX && write_length(&to) > MESSAGE_MAX - 4);
		size_t second = update_build_announce(&external, &attrs, prefixes + first,
						      count - first, &to);

		assert_int_equal(first + second, count);
	}
}

static void an_extended_message_holds_more(void **unused)
{
	static struct prefix prefixes[20000];
	static uint8_t bytes[MESSAGE_EXTENDED];
	struct update_context context = external;
	struct attrs attrs = attrs_by("169.254.10.1");
	struct writer to = writer_of(bytes, sizeof(bytes));
	size_t count = fill_prefixes(prefixes, 20000, FAMILY_IPV4);

	(void)unused;
	context.max_length = MESSAGE_EXTENDED;
	assert_int_equal(update_build_announce(&context, &attrs, prefixes, count, &to),
			 (MESSAGE_EXTENDED - 23 - 20) / 4);
	to = writer_of(bytes, sizeof(bytes));
	assert_int_equal(update_build_withdraw(&context, prefixes, count, &to),
			 (MESSAGE_EXTENDED - 23) / 4);
}

static void attributes_that_fill_a_message_leave_nothing_written(void **unused)
{
	static uint8_t communities[4096], bytes[2 * MESSAGE_MAX];
	static const char *const next_hops[] = { "169.254.10.1", "2001:db8::1" };

	(void)unused;
	for (size_t length = 3900; length <= sizeof(communities); length += 4)
		for (size_t i = 0; i < 2; i++) {
			struct attrs attrs = attrs_by(next_hops[i]);
			struct writer to = writer_of(bytes, sizeof(bytes));

			attrs.communities = (struct span){ communities, length };
			size_t done = update_build_announce(&external, &attrs, one_prefix("10.50.0.0/16"),
							    1, &to);

			assert_true(write_length(&to) <= MESSAGE_MAX);
			assert_int_equal(done, write_length(&to) > 0);
			assert_false(to.full);
		}
}

static void a_message_ends_where_the_writer_ends(void **unused)
{
	static struct prefix prefixes[100];
	static uint8_t bytes[400];
	struct attrs attrs = attrs_by("169.254.10.1");
	size_t count = fill_prefixes(prefixes, 100, FAMILY_IPV4);

	(void)unused;
	for (size_t size = 0; size < sizeof(bytes); size++) {
		struct writer to = writer_of(bytes, size);
		size_t done = update_build_announce(&external, &attrs, prefixes, count, &to);

		assert_int_equal(done, size < 47 ? 0 : (size - 43) / 4);
		to = writer_of(bytes, size);
		done = update_build_withdraw(&external, prefixes, count, &to);
		assert_int_equal(done, size < 27 ? 0 : size < 423 ? (size - 23) / 4 : 100);
	}
}

static void nothing_is_written_about_no_prefix(void **unused)
{
	uint8_t bytes[100];
	struct attrs attrs = attrs_by("169.254.10.1");
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	assert_int_equal(update_build_announce(&external, &attrs, NULL, 0, &to), 0);
	assert_int_equal(update_build_withdraw(&external, NULL, 0, &to), 0);
	assert_int_equal(write_length(&to), 0);
}

static void a_withdrawal_goes_where_the_announcement_went(void **unused)
{
	uint8_t bytes[100];
	struct writer to = writer_of(bytes, sizeof(bytes));
	struct update_context extended = external;

	(void)unused;
	assert_int_equal(update_build_withdraw(&external, one_prefix("10.50.0.0/16"), 1, &to), 1);
	assert_hex(written(&to), MARKER "001a 02 0003 10 0a32 0000");
	to = writer_of(bytes, sizeof(bytes));
	assert_int_equal(update_build_withdraw(&external, one_prefix("2001:db8::/32"), 1, &to), 1);
	assert_hex(written(&to), MARKER "0022 02 0000 000b" UNREACH_6);
	extended.extended_next_hop = IPV4;
	to = writer_of(bytes, sizeof(bytes));
	assert_int_equal(update_build_withdraw(&extended, one_prefix("10.50.0.0/16"), 1, &to), 1);
	assert_hex(written(&to), MARKER "0020 02 0000 0009 80 0f 06 0001 01 10 0a32");
}

static void an_end_of_rib_is_built_for_each_family(void **unused)
{
	uint8_t bytes[100];
	struct writer to = writer_of(bytes, sizeof(bytes));

	(void)unused;
	update_build_end_of_rib(FAMILY_IPV4, &to);
	assert_hex(written(&to), MARKER "0017 02 0000 0000");
	to = writer_of(bytes, sizeof(bytes));
	update_build_end_of_rib(FAMILY_IPV6, &to);
	assert_hex(written(&to), MARKER "001d 02 0000 0006 80 0f 03 0002 01");
}

static void what_is_built_is_parsed_as_it_was_meant(void **unused)
{
	static const struct update_context *const contexts[] = { &external, &internal, &external_2 };

	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		uint8_t bytes[MESSAGE_MAX];
		struct writer to = writer_of(bytes, sizeof(bytes));
		struct attrs attrs = rich_attrs();
		struct update update;

		update_build_announce(contexts[i], &attrs, one_prefix("10.50.0.0/16"), 1, &to);
		update_parse(reader_of(bytes + MESSAGE_HEADER, write_length(&to) - MESSAGE_HEADER),
			     contexts[i], &arena, &update);
		assert_int_equal(update.verdict, UPDATE_FINE);
		assert_int_equal(update.flaw_count, 0);
		assert_string_equal(listed(update.announced), "10.50.0.0/16");
		assert_hex(update.attrs.as_path, "02 02 0000fde9 fa56ea00");
		assert_int_equal(update.attrs.aggregator_as, 4200000000);
		assert_int_equal(update.attrs.local_pref, contexts[i]->ibgp ? 200 : 0);
		assert_hex(update.attrs.unknown, "e0 14 0001 08 e0 c8 0001 07");
	}
}

static void attributes_have_names(void **unused)
{
	(void)unused;
	assert_string_equal(update_attr_name(ATTR_AS_PATH), "AS_PATH");
	assert_string_equal(update_attr_name(ATTR_LARGE_COMMUNITIES), "LARGE_COMMUNITY");
	assert_null(update_attr_name(0));
	assert_null(update_attr_name(11));
	assert_null(update_attr_name(255));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_announcement_is_read),
		test(every_attribute_is_read),
		test(withdrawals_need_no_attributes),
		test(host_bits_of_a_prefix_are_masked),
		test(ipv6_is_announced_and_withdrawn_in_attributes),
		test(an_ipv6_next_hop_may_have_a_link_local_beside_it),
		test(ipv4_with_an_ipv6_next_hop_must_be_negotiated),
		test(families_that_were_not_negotiated_are_ignored),
		test(an_end_of_rib_is_told_from_other_empty_messages),
		test(a_malformed_attribute_costs_what_rfc_7606_says),
		test(internal_peers_have_attributes_of_their_own),
		test(old_speakers_have_attributes_of_their_own),
		test(what_was_discarded_leaves_no_trace),
		test(the_first_of_two_counts),
		test(more_flaws_than_are_kept_are_counted),
		test(next_hop_is_ignored_where_only_mp_announces),
		test(prefixes_of_wrong_flags_are_known_to_be_withdrawn),
		test(a_withdraw_without_prefixes_becomes_a_reset),
		test(a_reset_says_which_attribute_and_why),
		test(fields_that_overrun_the_message_reset_the_session),
		test(unknown_transitive_attributes_are_kept_and_marked_partial),
		test(what_old_speakers_could_not_say_is_put_back),
		test(an_old_speaker_calls_a_large_as_by_another_number),
		test(the_first_as_is_checked_only_where_the_peer_as_is_given),
		test(external_peers_get_attributes_in_ascending_order),
		test(internal_peers_get_local_pref_and_reflection),
		test(old_speakers_get_the_large_numbers_apart),
		test(ipv6_goes_into_the_first_attribute),
		test(ipv4_with_an_ipv6_next_hop_goes_there_too),
		test(ipv6_with_an_ipv4_next_hop_says_it_in_16_octets),
		test(a_long_attribute_has_an_extended_length),
		test(as_many_prefixes_go_into_a_message_as_fit),
		test(an_extended_message_holds_more),
		test(attributes_that_fill_a_message_leave_nothing_written),
		test(a_message_ends_where_the_writer_ends),
		test(nothing_is_written_about_no_prefix),
		test(a_withdrawal_goes_where_the_announcement_went),
		test(an_end_of_rib_is_built_for_each_family),
		test(what_is_built_is_parsed_as_it_was_meant),
		test(attributes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
