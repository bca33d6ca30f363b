#include "cli/aws_bgpd.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>

#include "cli/interface_name.h"

static void write_string(FILE *out, const char *text)
{
	struct json_object *string = json_object_new_string(text);

	fputs(json_object_to_json_string_ext(string, JSON_C_TO_STRING_NOSLASHESCAPE), out);
	json_object_put(string);
}

static void write_list(FILE *out, const char *indent, const char *key, char *const *items,
		       size_t count)
{
	fprintf(out, "%s\"%s\": [", indent, key);
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ", " : "", out);
		write_string(out, items[i]);
	}
	fputs("],\n", out);
}

static void write_tunnel(FILE *out, const struct aws_tunnel *tunnel, const char *pattern,
			 size_t number, bool is_last)
{
	char inside[ADDRESS_TEXT], peer[ADDRESS_TEXT], outside[ADDRESS_TEXT];
	char *interface = interface_name(pattern, number);

	fprintf(out, "        { \"name\": \"tun%zu\", \"interface\": ", number);
	write_string(out, interface);
	fprintf(out, ", \"inside\": \"%s/%" PRIu32 "\",\n",
		address_format(&tunnel->customer.inside, inside), tunnel->customer.inside_length);
	fprintf(out, "          \"peer\": \"%s\", \"peer_asn\": %" PRIu32 ", \"outside\": \"%s\"",
		address_format(&tunnel->aws.inside, peer), tunnel->aws.asn,
		address_format(&tunnel->aws.outside, outside));
	if (tunnel->customer.hold_time_s)
		fprintf(out, ", \"hold_time\": %" PRIu32, tunnel->customer.hold_time_s);
	fprintf(out, " }%s\n", is_last ? "" : ",");
	free(interface);
}

/* In real exports of transit gateways the virtual private gateway is there, but empty. */
static const char *provider_of(const struct aws_vpn *vpn)
{
	return *vpn->vpn_gateway ? "aws-vgw" : "aws-tgw";
}

static void write_group(FILE *out, const struct aws_vpn *vpn, const struct aws_networks *networks,
			size_t *number, bool is_last)
{
	fprintf(out, "    {\n"
		"      \"name\": \"%s\",\n"
		"      \"provider\": \"%s\",\n"
		"      \"mode\": \"active-standby\",      // the order of the tunnels is the preference\n",
		vpn->id, provider_of(vpn));
	fprintf(out, "      // The networks behind AWS that may be learned here.%s\n",
		networks->accept_count ? "" : "  AWS's file does not say them:\n"
		"      // name them (bgpctl import aws FILE --accept PREFIX...), or bgpd refuses this file.");
	write_list(out, "      ", "accept", networks->accept, networks->accept_count);
	fputs("      \"tunnels\": [\n", out);
	for (size_t i = 0; i < vpn->tunnel_count; i++)
		write_tunnel(out, &vpn->tunnels[i], networks->interface, (*number)++,
			     i + 1 == vpn->tunnel_count);
	fprintf(out, "      ]\n    }%s\n", is_last ? "" : ",");
}

void aws_bgpd_write(FILE *out, const struct aws_vpns *vpns, const struct aws_networks *networks)
{
	const struct aws_end *customer = &vpns->vpns[0].tunnels[0].customer;
	bool is_ipv4 = customer->outside.family == FAMILY_IPV4;
	char router_id[ADDRESS_TEXT];
	size_t number = 1;

	address_format(is_ipv4 ? &customer->outside : &customer->inside, router_id);
	fprintf(out, "// From AWS's customer gateway configuration by bgpctl import aws.\n"
		"// No keys are in here: those are the IKE daemon's (bgpctl import aws --ipsec ...).\n"
		"{\n"
		"  \"asn\": %" PRIu32 ",\n"
		"  \"router_id\": \"%s\",      // %s\n", customer->asn, router_id,
		is_ipv4 ? "the customer gateway's outside address" : "the first tunnel's inside address");
	fprintf(out, "  // The networks here that the far side is told.%s\n",
		networks->announce_count ? "" : "  AWS's file does not say them:\n"
		"  // until they are named (bgpctl import aws FILE --announce PREFIX...) nothing is announced.");
	write_list(out, "  ", "announce", networks->announce, networks->announce_count);
	fputs("  \"groups\": [\n", out);
	for (size_t i = 0; i < vpns->count; i++)
		write_group(out, &vpns->vpns[i], networks, &number, i + 1 == vpns->count);
	fputs("  ]\n}\n", out);
}
