#include "cli/import_aws.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/config/load.h"
#include "cli/aws_ipsec.h"
#include "cli/interface_name.h"

static char *check_pattern(const struct import_options *options)
{
	const char *pattern = options->networks.interface;

	if (!interface_name_is_pattern(pattern))
		return xasprintf("--interface %s: a name with one %%d in it, such as %s", pattern,
				 INTERFACE_NAME_PATTERN);
	if (options->format == IMPORT_LIBRESWAN && strcmp(pattern, INTERFACE_NAME_PATTERN) != 0)
		return xstrdup("--interface: Libreswan names its interfaces itself, ipsec1, ipsec2 ...");
	return NULL;
}

/* Leaves only the connection with that id. */
static char *choose(struct aws_vpns *vpns, const char *id)
{
	for (size_t i = 0; i < vpns->count; i++) {
		struct aws_vpn chosen = vpns->vpns[i];

		if (strcmp(chosen.id, id) != 0)
			continue;
		vpns->vpns[i] = vpns->vpns[0];
		for (size_t j = 1; j < vpns->count; j++)
			free(vpns->vpns[j].tunnels);
		vpns->vpns[0] = chosen;
		vpns->count = 1;
		return NULL;
	}
	return xasprintf("no connection %s is in the file; the first is %s", id, vpns->vpns[0].id);
}

/* bgpd runs on one customer gateway, so all tunnels must be of one. */
static char *check_customer(const struct aws_vpns *vpns)
{
	const struct aws_end *first = &vpns->vpns[0].tunnels[0].customer;

	for (size_t i = 0; i < vpns->count; i++) {
		const struct aws_vpn *vpn = &vpns->vpns[i];

		for (size_t j = 0; j < vpn->tunnel_count; j++) {
			const struct aws_end *customer = &vpn->tunnels[j].customer;

			if (customer->asn != first->asn ||
			    !address_equal(&customer->outside, &first->outside))
				return xasprintf("%s and %s are for different customer gateways: "
						 "choose one with --connection ID",
						 vpns->vpns[0].id, vpn->id);
		}
	}
	return NULL;
}

struct place {
	const struct aws_vpn *vpn;
	size_t tunnel;
};

static struct prefix link_at(struct place place)
{
	const struct aws_end *customer = &place.vpn->tunnels[place.tunnel].customer;

	return prefix_of(&customer->inside, customer->inside_length);
}

static bool next_place(const struct aws_vpns *vpns, struct place *place)
{
	if (++place->tunnel < place->vpn->tunnel_count)
		return true;
	place->tunnel = 0;
	return ++place->vpn < vpns->vpns + vpns->count;
}

static char *tell_duplicate(struct place a, struct place b)
{
	struct prefix link = link_at(a);
	char text[PREFIX_TEXT];

	return xasprintf("%s tunnel %zu and %s tunnel %zu have the same inside link %s: give one "
			 "another link in AWS, or import them with --connection and run one in a VRF "
			 "of its own", a.vpn->id, a.tunnel + 1, b.vpn->id, b.tunnel + 1,
			 prefix_format(&link, text));
}

/* Transit gateways allow the same inside link in two connections; one host cannot have it twice. */
static char *check_links(const struct aws_vpns *vpns)
{
	struct place a = { vpns->vpns, 0 };

	do {
		struct prefix link = link_at(a);
		struct place b = a;

		while (next_place(vpns, &b)) {
			struct prefix other = link_at(b);

			if (prefix_equal(&link, &other))
				return tell_duplicate(a, b);
		}
	} while (next_place(vpns, &a));
	return NULL;
}

static void collect_finding(void *arg, const char *line)
{
	char **findings = arg, *longer = xasprintf("%s%s%s", *findings ? *findings : "",
						   *findings ? "\n" : "", line);

	free(*findings);
	*findings = longer;
}

/* What bgpd would not accept, or NULL; a list that only the user can know may still be missing. */
static char *check_bgpd(const struct aws_vpns *vpns, const struct aws_networks *networks)
{
	static char stand_in[] = "10.0.0.0/8 le 24";
	static char *const stand_ins[] = { stand_in };
	struct aws_networks complete = *networks;
	char *text = NULL, *findings = NULL;
	size_t length;
	FILE *memory = open_memstream(&text, &length);

	if (complete.accept_count == 0) {
		complete.accept = stand_ins;
		complete.accept_count = 1;
	}
	aws_bgpd_write(memory, vpns, &complete);
	fclose(memory);
	config_free(config_load_text("bgpd.json", text, length, collect_finding, &findings));
	free(text);
	return findings;
}

/* What bgpd would not accept is not written at all. */
static char *write_bgpd(FILE *out, const struct aws_vpns *vpns, const struct aws_networks *networks)
{
	char *findings = check_bgpd(vpns, networks), *error;

	if (!findings) {
		aws_bgpd_write(out, vpns, networks);
		return NULL;
	}
	error = xasprintf("bgpd would not accept what this gives:\n%s", findings);
	free(findings);
	return error;
}

static char *write_format(FILE *out, const struct aws_vpns *vpns,
			  const struct import_options *options)
{
	switch (options->format) {
	case IMPORT_BGPD:
		return write_bgpd(out, vpns, &options->networks);
	case IMPORT_STRONGSWAN:
		aws_ipsec_strongswan(out, vpns, options->networks.interface);
		break;
	case IMPORT_LIBRESWAN:
		aws_ipsec_libreswan(out, vpns, options->updown);
		break;
	case IMPORT_LIBRESWAN_SECRETS:
		aws_ipsec_libreswan_secrets(out, vpns);
		break;
	}
	return NULL;
}

char *import_aws(const char *text, size_t length, const struct import_options *options, FILE *out)
{
	struct aws_vpns vpns;
	char *error = check_pattern(options);

	if (error || !aws_vpn_read(text, length, &vpns, &error))
		return error;
	if (options->connection)
		error = choose(&vpns, options->connection);
	for (size_t i = 0; i < vpns.count && !error; i++)
		error = aws_vpn_check(&vpns.vpns[i]);
	if (!error)
		error = check_customer(&vpns);
	if (!error)
		error = check_links(&vpns);
	if (!error)
		error = write_format(out, &vpns, options);
	aws_vpn_clear(&vpns);
	return error;
}
