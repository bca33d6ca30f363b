#include "cli/aws_vpn.h"

#include <ctype.h>
#include <expat.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

#define PATH_MAX_TEXT 256
#define TUNNELS_MAX   64        /* AWS gives two */
#define JSON_DEPTH    8         /* how deep a connection may lie in what surrounds it */

#define ROOT   "vpn_connection"
#define TUNNEL ROOT "/ipsec_tunnel"

struct reading {
	XML_Parser parser;
	struct aws_vpn *vpn;
	char path[PATH_MAX_TEXT];               /* of the element we are in */
	char text[AWS_TEXT];                    /* in it so far */
	size_t length;
	char *error;
};

static void fail(struct reading *reading, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct reading *reading, const char *format, ...)
{
	va_list values;
	char *what;

	if (reading->error)
		return;
	va_start(values, format);
	if (vasprintf(&what, format, values) < 0)
		abort();
	va_end(values);
	reading->error = xasprintf("line %lu of the XML: %s",
				   (unsigned long)XML_GetCurrentLineNumber(reading->parser), what);
	free(what);
	XML_StopParser(reading->parser, XML_FALSE);
}

static bool set_address(void *field, const char *text)
{
	return address_parse(text, field);
}

static bool set_number(void *field, const char *text)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	value = strtoull(text, &end, 10);
	*(uint32_t *)field = (uint32_t)value;
	return *end == '\0' && value <= UINT32_MAX;
}

/* Ids end up in names, so they have no more than what AWS puts in them. */
static bool set_id(void *field, const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			return false;
	strcpy(field, text);
	return true;
}

/* Keys are written between quotes: AWS allows letters, digits, dot and underscore. */
static bool set_key(void *field, const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isgraph((unsigned char)*c) || strchr("\"\\", *c))
			return false;
	strcpy(field, text);
	return *text != '\0';
}

/* One row for each element that is read; all others are ignored. */
static const struct leaf {
	const char *path;
	size_t offset;                          /* in struct aws_tunnel or, of the root, aws_vpn */
	bool (*set)(void *field, const char *text);
	bool is_secret;
} leaves[] = {
#define OF_VPN(element, field, set) \
	{ ROOT "/" element, offsetof(struct aws_vpn, field), set, false }
#define OF_TUNNEL(element, field, set) \
	{ TUNNEL "/" element, offsetof(struct aws_tunnel, field), set, false }
#define OF_END(element, end) \
	OF_TUNNEL(element "/tunnel_outside_address/ip_address",  end.outside,       set_address), \
	OF_TUNNEL(element "/tunnel_inside_address/ip_address",   end.inside,        set_address), \
	OF_TUNNEL(element "/tunnel_inside_address/network_cidr", end.inside_length, set_number), \
	OF_TUNNEL(element "/bgp/asn",                            end.asn,           set_number), \
	OF_TUNNEL(element "/bgp/hold_time",                      end.hold_time_s,   set_number)
	OF_VPN("vpn_gateway_id", vpn_gateway, set_id),
	OF_END("customer_gateway", customer),
	OF_END("vpn_gateway", aws),
	OF_TUNNEL("ike/lifetime",                       ike_lifetime_s, set_number),
	OF_TUNNEL("ipsec/lifetime",                     esp_lifetime_s, set_number),
	OF_TUNNEL("ipsec/dead_peer_detection/interval", dpd_interval_s, set_number),
	{ TUNNEL "/ike/pre_shared_key", offsetof(struct aws_tunnel, key), set_key, true },
};

static const struct leaf *find_leaf(const char *path)
{
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		if (strcmp(leaves[i].path, path) == 0)
			return &leaves[i];
	return NULL;
}

static void *field_of(const struct reading *reading, const struct leaf *leaf)
{
	struct aws_vpn *vpn = reading->vpn;
	bool is_of_tunnel = strncmp(leaf->path, TUNNEL "/", strlen(TUNNEL "/")) == 0;
	char *base = is_of_tunnel ? (char *)&vpn->tunnels[vpn->tunnel_count - 1] : (char *)vpn;

	return base + leaf->offset;
}

static void add_tunnel(struct reading *reading)
{
	struct aws_vpn *vpn = reading->vpn;

	if (vpn->tunnel_count == TUNNELS_MAX) {
		fail(reading, "more than %d tunnels", TUNNELS_MAX);
		return;
	}
	vpn->tunnels = xrealloc(vpn->tunnels, (vpn->tunnel_count + 1) * sizeof(*vpn->tunnels));
	vpn->tunnels[vpn->tunnel_count++] = (struct aws_tunnel){
		.ike_lifetime_s = 28800, .esp_lifetime_s = 3600, .dpd_interval_s = 10,
	};
}

/* Cuts white space off both ends, in place. */
static char *trim(char *text)
{
	size_t length = strlen(text);

	while (length > 0 && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text + strspn(text, " \t\r\n");
}

static void take_root(struct reading *reading, const char **attributes)
{
	char id[AWS_TEXT] = "";

	for (; attributes[0]; attributes += 2)
		if (strcmp(attributes[0], "id") == 0)
			snprintf(id, sizeof(id), "%s", attributes[1]);
	if (!*trim(id) || !set_id(reading->vpn->id, trim(id)))
		fail(reading, "vpn_connection has no id such as \"vpn-0a1b2c3d4e5f60718\"");
}

static void start_element(void *arg, const char *name, const char **attributes)
{
	struct reading *reading = arg;
	size_t length = strlen(reading->path);

	if (length + strlen(name) + 2 > sizeof(reading->path)) {
		fail(reading, "elements are nested too deep");
		return;
	}
	if (length > 0)
		strcat(reading->path, "/");
	strcat(reading->path, name);
	reading->length = 0;
	if (strcmp(reading->path, ROOT) == 0)
		take_root(reading, attributes);
	else if (length == 0)
		fail(reading, "<%s> is not a CustomerGatewayConfiguration: that begins with "
		     "<" ROOT ">", name);
	else if (strcmp(reading->path, TUNNEL) == 0)
		add_tunnel(reading);
}

static void take_text(void *arg, const char *text, int length)
{
	struct reading *reading = arg;

	if (!find_leaf(reading->path))
		return;
	if (reading->length + (size_t)length >= sizeof(reading->text)) {
		fail(reading, "%s is too long", reading->path);
		return;
	}
	memcpy(reading->text + reading->length, text, (size_t)length);
	reading->length += (size_t)length;
}

static void end_element(void *arg, const char *name)
{
	struct reading *reading = arg;
	const struct leaf *leaf = find_leaf(reading->path);
	char *slash = strrchr(reading->path, '/');

	(void)name;
	reading->text[reading->length] = '\0';
	if (leaf && !leaf->set(field_of(reading, leaf), trim(reading->text)))
		fail(reading, "%s: %s", reading->path,
		     leaf->is_secret ? "this key cannot be used" : "not a value that belongs here");
	reading->length = 0;
	*(slash ? slash : reading->path) = '\0';
}

/* Nothing that AWS writes needs one, and entities make parsers grow or read files. */
static void refuse_doctype(void *arg, const char *name, const char *system_id,
			   const char *public_id, int has_internal_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	fail(arg, "a DOCTYPE is not accepted");
}

static const char *missing_in(const struct aws_tunnel *tunnel)
{
	if (!address_is_set(&tunnel->customer.outside) || !address_is_set(&tunnel->aws.outside))
		return "tunnel_outside_address";
	if (!address_is_set(&tunnel->customer.inside) || !address_is_set(&tunnel->aws.inside))
		return "tunnel_inside_address";
	if (tunnel->customer.inside_length == 0 ||
	    tunnel->customer.inside_length > family_bits(tunnel->customer.inside.family))
		return "network_cidr";
	if (tunnel->customer.asn == 0 || tunnel->aws.asn == 0)
		return "bgp/asn";
	return *tunnel->key ? NULL : "ike/pre_shared_key";
}

static bool is_static(const struct aws_vpn *vpn)
{
	for (size_t i = 0; i < vpn->tunnel_count; i++)
		if (vpn->tunnels[i].aws.asn || vpn->tunnels[i].customer.asn)
			return false;
	return true;
}

char *aws_vpn_check(const struct aws_vpn *vpn)
{
	if (vpn->tunnel_count == 0)
		return xasprintf("%s has no ipsec_tunnel", vpn->id);
	if (is_static(vpn))
		return xasprintf("%s is routed statically: bgpd needs a connection with dynamic "
				 "(BGP) routing, and AWS cannot change one into the other", vpn->id);
	for (size_t i = 0; i < vpn->tunnel_count; i++) {
		const char *missing = missing_in(&vpn->tunnels[i]);

		if (missing)
			return xasprintf("%s: tunnel %zu has no %s that can be used", vpn->id,
					 i + 1, missing);
	}
	return NULL;
}

static char *parse_xml(struct aws_vpn *vpn, const char *text, size_t length)
{
	struct reading reading = { .parser = XML_ParserCreate(NULL), .vpn = vpn };

	XML_SetUserData(reading.parser, &reading);
	XML_SetElementHandler(reading.parser, start_element, end_element);
	XML_SetCharacterDataHandler(reading.parser, take_text);
	XML_SetStartDoctypeDeclHandler(reading.parser, refuse_doctype);
	if (XML_Parse(reading.parser, text, (int)length, XML_TRUE) == XML_STATUS_ERROR)
		fail(&reading, "%s", XML_ErrorString(XML_GetErrorCode(reading.parser)));
	XML_ParserFree(reading.parser);
	return reading.error;
}

/* One level of backslash escapes, in place: tools that escape twice leave "\n" and "\/" between the
 * tags.  No value that AWS writes has a backslash in it. */
static size_t unescape(char *text, size_t length)
{
	size_t kept = 0;

	for (size_t i = 0; i < length; i++) {
		if (text[i] != '\\' || i + 1 == length)
			text[kept++] = text[i];
		else if (text[++i] == 'n')
			text[kept++] = '\n';
		else
			text[kept++] = text[i] == 't' || text[i] == 'r' ? ' ' : text[i];
	}
	return kept;
}

static char *add_xml(struct aws_vpns *vpns, const char *xml, size_t length)
{
	struct aws_vpn *vpn;
	char *copy = xmalloc(length + 1), *error;

	vpns->vpns = xrealloc(vpns->vpns, (vpns->count + 1) * sizeof(*vpns->vpns));
	vpn = &vpns->vpns[vpns->count++];
	*vpn = (struct aws_vpn){ 0 };
	memcpy(copy, xml, length);
	error = parse_xml(vpn, copy, unescape(copy, length));
	free(copy);
	return error;
}

/* Connections that were deleted are still listed for a while, mostly without their XML. */
static bool is_deleted(struct json_object *connection)
{
	const char *state = json_object_get_string(json_object_object_get(connection, "State"));

	return state && strncmp(state, "delet", strlen("delet")) == 0;
}

static char *add_json(struct aws_vpns *vpns, struct json_object *value, int depth)
{
	char *error = NULL;
	struct json_object *xml;

	if (json_object_is_type(value, json_type_array) && depth > 0)
		for (size_t i = 0; i < json_object_array_length(value) && !error; i++)
			error = add_json(vpns, json_object_array_get_idx(value, i), depth - 1);
	if (json_object_is_type(value, json_type_string) && depth == JSON_DEPTH)
		return add_xml(vpns, json_object_get_string(value),
			       (size_t)json_object_get_string_len(value));
	if (!json_object_is_type(value, json_type_object) || depth == 0)
		return error;
	if (!json_object_object_get_ex(value, "CustomerGatewayConfiguration", &xml)) {
		json_object_object_foreach(value, key, member) {
			(void)key;
			if (!error && !json_object_is_type(member, json_type_string))
				error = add_json(vpns, member, depth - 1);
		}
		return error;
	}
	if (is_deleted(value) || !json_object_is_type(xml, json_type_string))
		return NULL;
	return add_xml(vpns, json_object_get_string(xml), (size_t)json_object_get_string_len(xml));
}

static char *read_json(struct aws_vpns *vpns, const char *text, size_t length)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *value = json_tokener_parse_ex(tokener, text, (int)length);
	enum json_tokener_error problem = json_tokener_get_error(tokener);
	char *error;

	json_tokener_free(tokener);
	if (!value)
		return xasprintf("not JSON: %s", json_tokener_error_desc(problem));
	error = add_json(vpns, value, JSON_DEPTH);
	json_object_put(value);
	if (!error && vpns->count == 0)
		error = xstrdup("no VPN connection in it has a CustomerGatewayConfiguration");
	return error;
}

bool aws_vpn_read(const char *text, size_t length, struct aws_vpns *vpns, char **error)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t at = length >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;

	*vpns = (struct aws_vpns){ 0 };
	while (at < length && isspace((unsigned char)text[at]))
		at++;
	if (at == length)
		*error = xstrdup("the file is empty");
	else if (text[at] == '<')
		*error = add_xml(vpns, text + at, length - at);
	else
		*error = read_json(vpns, text + at, length - at);
	if (*error)
		aws_vpn_clear(vpns);
	return !*error;
}

void aws_vpn_clear(struct aws_vpns *vpns)
{
	for (size_t i = 0; i < vpns->count; i++)
		free(vpns->vpns[i].tunnels);
	free(vpns->vpns);
	*vpns = (struct aws_vpns){ 0 };
}
