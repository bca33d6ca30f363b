#include "tests/conformance/decode.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { AFI_IPV4 = 1, AFI_IPV6 = 2 };

struct bytes {
	const uint8_t *next;
	size_t left;
};

struct words {
	char text[DECODE_WORDS];
	size_t length;
};

/* What the attributes of a message amount to. */
struct paths {
	struct decoded *decoded;
	struct words words;             /* but for the next hop, which differs by family */
	char next_hop[INET_ADDRSTRLEN + 16];
	unsigned int last_code;
	struct {
		unsigned int afi;
		char next_hop[2 * INET6_ADDRSTRLEN + 16];
		struct bytes prefixes;
	} reach, unreach;
};

static void complain(struct decoded *decoded, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void add(struct words *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(struct decoded *decoded, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!decoded->complaint[0])
		vsnprintf(decoded->complaint, sizeof(decoded->complaint), format, args);
	va_end(args);
}

static void add(struct words *words, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(words->text + words->length, sizeof(words->text) - words->length, format,
			   args);
	va_end(args);
	if (length > 0 && words->length + (size_t)length < sizeof(words->text))
		words->length += (size_t)length;
}

static struct bytes take(struct bytes *from, size_t length)
{
	struct bytes taken = { from->next, length < from->left ? length : from->left };

	from->next += taken.left;
	from->left -= taken.left;
	return taken;
}

static uint32_t number(struct bytes *from, size_t size)
{
	struct bytes bytes = take(from, size);
	uint32_t value = 0;

	for (size_t i = 0; i < bytes.left; i++)
		value = value << 8 | bytes.next[i];
	return value;
}

static const char *address(struct bytes bytes, char text[INET6_ADDRSTRLEN])
{
	text[0] = '\0';
	inet_ntop(bytes.left == 16 ? AF_INET6 : AF_INET, bytes.next, text, INET6_ADDRSTRLEN);
	return text;
}

/* ---- attributes ---- */

static void path(struct words *words, const char *name, struct bytes value, size_t as_size)
{
	const char *comma = "";

	add(words, " %s=", name);
	while (value.left) {
		unsigned int type = number(&value, 1), count = number(&value, 1);

		add(words, "%s%s", comma, type == 1 ? "{" : "");
		comma = "";
		while (count-- && value.left) {
			add(words, "%s%u", comma, number(&value, as_size));
			comma = ",";
		}
		add(words, "%s", type == 1 ? "}" : "");
	}
}

/* Numbers of 2 or 4 octets, `count` of them joined by colons make one, commas stand between. */
static void tuples(struct words *words, const char *name, struct bytes value, size_t size,
		   size_t count)
{
	const char *comma = "";

	add(words, " %s=", name);
	for (; value.left; comma = ",")
		for (size_t i = 0; i < count; i++)
			add(words, "%s%u", i ? ":" : comma, number(&value, size));
}

static void hex_runs(struct words *words, struct bytes value, size_t size)
{
	for (size_t i = 0; i < value.left; i++)
		add(words, "%s%02x", i && size && i % size == 0 ? "," : "", value.next[i]);
}

static void addresses(struct words *words, const char *name, struct bytes value)
{
	char text[INET6_ADDRSTRLEN];
	const char *comma = "";

	add(words, " %s=", name);
	for (; value.left; comma = ",")
		add(words, "%s%s", comma, address(take(&value, 4), text));
}

static void aggregator(struct words *words, const char *name, struct bytes value, size_t as_size)
{
	char text[INET6_ADDRSTRLEN];
	uint32_t asn = number(&value, as_size);

	add(words, " %s=%u,%s", name, asn, address(value, text));
}

static void reach(struct paths *paths, struct bytes value)
{
	char text[INET6_ADDRSTRLEN], second[INET6_ADDRSTRLEN];

	paths->reach.afi = number(&value, 2);
	number(&value, 1);
	struct bytes next_hop = take(&value, number(&value, 1));
	struct bytes global = take(&next_hop, next_hop.left > 16 ? 16 : next_hop.left);

	snprintf(paths->reach.next_hop, sizeof(paths->reach.next_hop), " nexthop=%s%s%s",
		 address(global, text), next_hop.left ? "," : "",
		 next_hop.left ? address(next_hop, second) : "");
	number(&value, 1);
	paths->reach.prefixes = value;
}

static void unreach(struct paths *paths, struct bytes value)
{
	paths->unreach.afi = number(&value, 2);
	number(&value, 1);
	paths->unreach.prefixes = value;
}

static void value_of(struct paths *paths, unsigned int flags, unsigned int code, struct bytes value)
{
	static const char *const origins[] = { "igp", "egp", "incomplete" };
	size_t as_size = paths->decoded->as4 ? 4 : 2;
	struct words *words = &paths->words;
	char text[INET6_ADDRSTRLEN];

	switch (code) {
	case 1: add(words, " origin=%s", origins[number(&value, 1) % 3]); break;
	case 2: path(words, "path", value, as_size); break;
	case 3: snprintf(paths->next_hop, sizeof(paths->next_hop), " nexthop=%s",
			 address(value, text)); break;
	case 4: add(words, " med=%u", number(&value, 4)); break;
	case 5: add(words, " lp=%u", number(&value, 4)); break;
	case 6: add(words, " atomic"); break;
	case 7: aggregator(words, "aggregator", value, as_size); break;
	case 8: tuples(words, "communities", value, 2, 2); break;
	case 9: addresses(words, "originator", value); break;
	case 10: addresses(words, "clusters", value); break;
	case 14: reach(paths, value); break;
	case 15: unreach(paths, value); break;
	case 16: add(words, " ext="); hex_runs(words, value, 8); break;
	case 17: path(words, "as4path", value, 4); break;
	case 18: aggregator(words, "as4aggregator", value, 4); break;
	case 32: tuples(words, "large", value, 4, 3); break;
	default: add(words, " attr%u=%02x:", code, flags); hex_runs(words, value, 0);
	}
}

enum { WELL_KNOWN = 0x40, OPTIONAL = 0x80, OPTIONAL_TRANSITIVE = 0xc0, EXTENDED = 0x10 };

/* RFC 4271 4.3 and 5, and where the other attributes come from: flags, length (0: see unit). */
static const struct shape {
	uint8_t flags, length, unit;
} shapes[33] = {
	[1] = { WELL_KNOWN, 1, 1 },           [2] = { WELL_KNOWN, 0, 2 },
	[3] = { WELL_KNOWN, 4, 1 },           [4] = { OPTIONAL, 4, 1 },
	[5] = { WELL_KNOWN, 4, 1 },           [6] = { WELL_KNOWN, 0, 255 },
	[7] = { OPTIONAL_TRANSITIVE, 0, 2 },  [8] = { OPTIONAL_TRANSITIVE, 0, 4 },
	[9] = { OPTIONAL, 4, 1 },             [10] = { OPTIONAL, 0, 4 },
	[14] = { OPTIONAL, 0, 1 },            [15] = { OPTIONAL, 0, 1 },
	[16] = { OPTIONAL_TRANSITIVE, 0, 8 }, [17] = { OPTIONAL_TRANSITIVE, 0, 2 },
	[18] = { OPTIONAL_TRANSITIVE, 8, 1 }, [32] = { OPTIONAL_TRANSITIVE, 0, 12 },
};

static void check_shape(struct decoded *decoded, unsigned int flags, unsigned int code,
			size_t length)
{
	const struct shape *shape = code < 33 ? &shapes[code] : &shapes[0];

	if (flags & 0x0f)
		complain(decoded, "attribute %u has unused flag bits %02x", code, flags);
	if (!shape->flags)
		return;
	/* RFC 4271 4.3: Partial belongs to optional transitive ones alone. */
	unsigned int meant = flags & (shape->flags == OPTIONAL_TRANSITIVE ? 0xc0u : 0xe0u);

	if (meant != shape->flags)
		complain(decoded, "attribute %u has flags %02x", code, flags);
	if ((shape->length && length != shape->length) || length % shape->unit)
		complain(decoded, "attribute %u has length %zu", code, length);
}

/* RFC 4271 5: in ascending order, if they can; RFC 7606 5.1 wants the NLRI attributes first. */
static void check_order(struct paths *paths, unsigned int code)
{
	bool is_mp = code == 14 || code == 15;

	if (code == paths->last_code)
		complain(paths->decoded, "attribute %u twice", code);
	if (code < paths->last_code && !is_mp)
		add(&paths->words, " disorder%u", code);
	if (!is_mp)
		paths->last_code = code;
}

static void attributes(struct paths *paths, struct bytes bytes)
{
	while (bytes.left) {
		unsigned int flags = number(&bytes, 1), code = number(&bytes, 1);
		size_t length = number(&bytes, flags & EXTENDED ? 2 : 1);
		struct bytes value = take(&bytes, length);

		if (value.left < length)
			complain(paths->decoded, "attribute %u is cut off", code);
		check_shape(paths->decoded, flags, code, length);
		check_order(paths, code);
		/* RFC 4271 4.3 allows it to longer ones only. */
		if (flags & EXTENDED && length < 256)
			add(&paths->words, " long%u", code);
		value_of(paths, flags, code, value);
	}
}

/* ---- prefixes ---- */

/* False at the end. */
static bool next_prefix(struct decoded *decoded, struct bytes *prefixes, unsigned int afi,
			char text[64])
{
	size_t size = afi == AFI_IPV6 ? 16 : 4;
	uint8_t full[16] = { 0 };
	char address_text[INET6_ADDRSTRLEN];

	if (!prefixes->left)
		return false;
	unsigned int bits = number(prefixes, 1);
	struct bytes bytes = take(prefixes, (bits + 7) / 8);

	if (bytes.left > size || bytes.left < (bits + 7) / 8) {
		complain(decoded, "a prefix of %u bits", bits);
		return false;
	}
	memcpy(full, bytes.next, bytes.left);
	snprintf(text, 64, "%s/%u", address((struct bytes){ full, size }, address_text), bits);
	return true;
}

static void withdraw_all(struct decoded *decoded, struct bytes prefixes, unsigned int afi)
{
	char prefix[64];

	while (next_prefix(decoded, &prefixes, afi, prefix))
		decoded->withdraw(decoded->arg, prefix);
}

static void announce_all(struct paths *paths, struct bytes prefixes, unsigned int afi,
			 const char *next_hop)
{
	char prefix[64], words[DECODE_WORDS + 128];

	snprintf(words, sizeof(words), "%s%s", paths->words.text, next_hop);
	while (next_prefix(paths->decoded, &prefixes, afi, prefix))
		paths->decoded->route(paths->decoded->arg, prefix, words);
}

/* RFC 4724 2 */
static void tell_end_of_rib(struct decoded *decoded, const struct paths *paths, size_t attributes,
			    size_t rest)
{
	if (attributes == 0 && rest == 0)
		decoded->end_of_rib(decoded->arg, AFI_IPV4);
	if (attributes == 6 && paths->unreach.afi && !paths->unreach.prefixes.left)
		decoded->end_of_rib(decoded->arg, paths->unreach.afi);
}

void decode_update(const uint8_t *body, size_t length, struct decoded *decoded)
{
	struct paths paths = { .decoded = decoded };
	struct bytes bytes = { body, length };
	struct bytes withdrawn = take(&bytes, number(&bytes, 2));
	struct bytes attrs = take(&bytes, number(&bytes, 2));

	decoded->complaint[0] = '\0';
	attributes(&paths, attrs);
	withdraw_all(decoded, withdrawn, AFI_IPV4);
	withdraw_all(decoded, paths.unreach.prefixes, paths.unreach.afi);
	announce_all(&paths, bytes, AFI_IPV4, paths.next_hop);
	announce_all(&paths, paths.reach.prefixes, paths.reach.afi, paths.reach.next_hop);
	tell_end_of_rib(decoded, &paths, attrs.left, withdrawn.left + bytes.left);
}
