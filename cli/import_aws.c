#include "cli/import_aws.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/config/load.h"
#include "cli/local.h"
#include "cli/output.h"

#define FILE_MAX (16 << 20)     /* describe-vpn-connections of a whole account is far below */
#define NAME_MAX_LENGTH 15      /* of a Linux interface */

char *import_interface(const char *pattern, size_t number)
{
	const char *place = strstr(pattern, "%d");

	return xasprintf("%.*s%zu%s", (int)(place - pattern), pattern, number, place + 2);
}

static char *check_pattern(const struct import_options *options)
{
	const char *place = strstr(options->interface, "%d");

	if (!place || strchr(place + 1, '%') || strchr(options->interface, '%') != place ||
	    strlen(options->interface) > NAME_MAX_LENGTH || strpbrk(options->interface, "/ \t\n"))
		return xasprintf("--interface %s: a name with one %%d in it, such as %s",
				 options->interface, IMPORT_INTERFACE);
	if (options->format == IMPORT_LIBRESWAN && strcmp(options->interface, IMPORT_INTERFACE) != 0)
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
				return xasprintf("%s and %s are for different customer gateways: choose one "
						 "with --connection ID", vpns->vpns[0].id, vpn->id);
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

/* Transit gateways allow the same inside link in two connections; one host cannot have it twice. */
static char *check_links(const struct aws_vpns *vpns)
{
	struct place a = { vpns->vpns, 0 };
	char text[PREFIX_TEXT];

	do {
		struct prefix link = link_at(a);
		struct place b = a;

		while (next_place(vpns, &b)) {
			struct prefix other = link_at(b);

			if (prefix_equal(&link, &other))
				return xasprintf("%s tunnel %zu and %s tunnel %zu have the same inside link %s: "
						 "give one another link in AWS, or import them with --connection "
						 "and run one in a VRF of its own", a.vpn->id, a.tunnel + 1,
						 b.vpn->id, b.tunnel + 1, prefix_format(&link, text));
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

/* Whether bgpd would accept it; what only the user can know and did not say is not held against it. */
static char *check_bgpd(const struct aws_vpns *vpns, const struct import_options *options)
{
	static char stand_in[] = "10.0.0.0/8 le 24";
	static char *const stand_ins[] = { stand_in };
	struct import_options complete = *options;
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
static char *write_bgpd(FILE *out, const struct aws_vpns *vpns, const struct import_options *options)
{
	char *findings = check_bgpd(vpns, options), *error;

	if (!findings) {
		aws_bgpd_write(out, vpns, options);
		return NULL;
	}
	error = xasprintf("bgpd would not accept what this gives:\n%s", findings);
	free(findings);
	return error;
}

static char *write_format(FILE *out, const struct aws_vpns *vpns, const struct import_options *options)
{
	switch (options->format) {
	case IMPORT_BGPD:
		return write_bgpd(out, vpns, options);
	case IMPORT_STRONGSWAN:
		aws_strongswan_write(out, vpns, options);
		break;
	case IMPORT_LIBRESWAN:
		aws_libreswan_write(out, vpns);
		break;
	case IMPORT_LIBRESWAN_SECRETS:
		aws_libreswan_secrets_write(out, vpns);
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

/* ---- the command ---- */

static const struct format {
	const char *name;
	enum import_format format;
} formats[] = {
	{ "strongswan",        IMPORT_STRONGSWAN },
	{ "libreswan",         IMPORT_LIBRESWAN },
	{ "libreswan-secrets", IMPORT_LIBRESWAN_SECRETS },
};

static bool set_format(struct import_options *options, const char *name)
{
	for (size_t i = 0; name && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0) {
			options->format = formats[i].format;
			return true;
		}
	return false;
}

/* The words behind an option, up to the next one. */
static size_t take_words(char *const *words, size_t count, char *const **list, size_t *list_count)
{
	size_t taken = 0;

	while (taken < count && strncmp(words[taken], "--", 2) != 0)
		taken++;
	*list = words;
	*list_count = taken;
	return taken;
}

/* Takes the option or the file that words begin with; returns how many words, 0 if it is neither. */
static size_t take_option(char *const *words, size_t count, struct import_options *options)
{
	const char *value = count > 1 ? words[1] : NULL;

	if (strcmp(words[0], "--accept") == 0)
		return 1 + take_words(words + 1, count - 1, &options->accept, &options->accept_count);
	if (strcmp(words[0], "--announce") == 0)
		return 1 + take_words(words + 1, count - 1, &options->announce, &options->announce_count);
	if (strcmp(words[0], "--ipsec") == 0)
		return set_format(options, value) ? 2 : 0;
	if (strcmp(words[0], "--interface") == 0 && value) {
		options->interface = value;
		return 2;
	}
	if (strcmp(words[0], "--connection") == 0 && value) {
		options->connection = value;
		return 2;
	}
	if (strncmp(words[0], "--", 2) == 0 || options->file)
		return 0;
	options->file = words[0];
	return 1;
}

/* The file, to be freed; NULL and errno. */
static char *read_stream(FILE *in, size_t *length)
{
	char *text = xmalloc(FILE_MAX + 1);

	*length = fread(text, 1, FILE_MAX + 1, in);
	if (!ferror(in) && *length <= FILE_MAX)
		return text;
	errno = ferror(in) ? errno : EFBIG;
	free(text);
	return NULL;
}

static void warn_of_mode(const char *file, FILE *in)
{
	struct stat stat;

	if (fstat(fileno(in), &stat) == 0 && S_ISREG(stat.st_mode) &&
	    (stat.st_mode & (S_IRGRP | S_IROTH)))
		fprintf(stderr, "bgpctl: warning: %s holds pre-shared keys and can be read by others: "
			"chmod 600 %s\n", file, file);
}

static char *read_file(const char *file, size_t *length)
{
	bool is_stdin = strcmp(file, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(file, "re");
	char *text;

	if (!in)
		return NULL;
	warn_of_mode(file, in);
	text = read_stream(in, length);
	if (!is_stdin)
		fclose(in);
	return text;
}

static enum outcome import_file(const struct invocation *invocation,
				const struct import_options *options)
{
	size_t length = 0;
	char *text = read_file(options->file, &length), *problem;
	struct json_object *error;

	if (!text)
		return output_fail(invocation, OUTCOME_REFUSED,
				   request_error(NULL, "%s: %s", options->file, strerror(errno)));
	problem = import_aws(text, length, options, stdout);
	explicit_bzero(text, length);
	free(text);
	if (!problem) {
		if (options->format == IMPORT_BGPD && options->accept_count == 0)
			fprintf(stderr, "bgpctl: note: without --accept bgpd.json names no network that may be "
				"learned: bgpd wants \"accept\" filled in\n");
		return OUTCOME_DONE;
	}
	error = request_error(NULL, "%s: %s", options->file, problem);
	free(problem);
	return output_fail(invocation, OUTCOME_REFUSED, error);
}

enum outcome import_aws_run(const struct invocation *invocation)
{
	struct import_options options = { .interface = IMPORT_INTERFACE };
	char *const *words = invocation->words;

	for (size_t count = invocation->count; count > 0;) {
		size_t taken = take_option(words, count, &options);

		if (taken == 0)
			return output_fail(invocation, OUTCOME_USAGE,
					   request_error("bgpctl help import aws", "what is \"%s\"?", words[0]));
		words += taken;
		count -= taken;
	}
	if (!options.file)
		return output_fail(invocation, OUTCOME_USAGE,
				   request_error("the file goes first: bgpctl import aws FILE --accept ...",
						 "import aws needs a file"));
	return import_file(invocation, &options);
}
