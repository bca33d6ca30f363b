/* cli/import.c - import aws FILE ...: its options and its file; import_aws.c does the rest. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "cli/import_aws.h"
#include "cli/interface_name.h"
#include "cli/local.h"
#include "cli/output.h"

#define FILE_MAX (16 << 20)     /* describe-vpn-connections of a whole account is far below */

/* Prefixes as they come on the command line, in any number of pieces. */
struct prefix_list {
	char **items;
	size_t count;
};

struct words {
	char *const *next;
	size_t left;
	struct prefix_list accept, announce;
	struct import_options options;
};

static bool is_option(const char *word)
{
	return strncmp(word, "--", 2) == 0;
}

/* The words behind an option, up to the next one. */
static bool take_prefixes(struct words *words, struct prefix_list *list)
{
	size_t before = list->count;

	while (words->left > 0 && !is_option(words->next[0])) {
		list->items = xrealloc(list->items, (list->count + 1) * sizeof(*list->items));
		list->items[list->count++] = words->next[0];
		words->next++;
		words->left--;
	}
	return list->count > before;
}

static bool take_value(struct words *words, const char **value)
{
	if (words->left == 0)
		return false;
	*value = words->next[0];
	words->next++;
	words->left--;
	return true;
}

static bool take_format(struct words *words)
{
	static const struct format {
		const char *name;
		enum import_format format;
	} formats[] = {
		{ "strongswan",        IMPORT_STRONGSWAN },
		{ "libreswan",         IMPORT_LIBRESWAN },
		{ "libreswan-secrets", IMPORT_LIBRESWAN_SECRETS },
	};
	const char *name;

	if (!take_value(words, &name))
		return false;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0) {
			words->options.format = formats[i].format;
			return true;
		}
	return false;
}

/* Takes an option with its value, or the file; false if it is neither. */
static bool take_one(struct words *words)
{
	const char *word = words->next[0];

	if (!is_option(word))
		return !words->options.file && take_value(words, &words->options.file);
	words->next++;
	words->left--;
	if (strcmp(word, "--accept") == 0)
		return take_prefixes(words, &words->accept);
	if (strcmp(word, "--announce") == 0)
		return take_prefixes(words, &words->announce);
	if (strcmp(word, "--ipsec") == 0)
		return take_format(words);
	if (strcmp(word, "--interface") == 0)
		return take_value(words, &words->options.networks.interface);
	return strcmp(word, "--connection") == 0 && take_value(words, &words->options.connection);
}

/* All that was read; NULL and errno. */
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
		fprintf(stderr, "bgpctl: warning: %s holds pre-shared keys and can be read by "
			"others: chmod 600 %s\n", file, file);
}

static char *read_file(const char *file, size_t *length)
{
	bool is_stdin = strcmp(file, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(file, "re");
	char *text;

	if (!in)
		return NULL;
	if (is_stdin)
		return read_stream(in, length);
	warn_of_mode(file, in);
	text = read_stream(in, length);
	fclose(in);
	return text;
}

static void remind(const struct import_options *options)
{
	if (options->format == IMPORT_BGPD && options->networks.accept_count == 0)
		fprintf(stderr, "bgpctl: note: without --accept no network is named that may be "
			"learned: bgpd wants \"accept\" filled in\n");
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
		remind(options);
		return OUTCOME_DONE;
	}
	error = request_error(NULL, "%s: %s", options->file, problem);
	free(problem);
	return output_fail(invocation, OUTCOME_REFUSED, error);
}

/* word: what could not be understood; NULL: there is no file. */
static enum outcome fail_usage(const struct invocation *invocation, const char *word)
{
	const char *hint = "bgpctl import aws FILE, then options; bgpctl help import aws tells more";

	return output_fail(invocation, OUTCOME_USAGE,
			   word ? request_error(hint, "what is \"%s\", or what follows it?", word) :
				  request_error(hint, "import aws needs a file"));
}

static enum outcome import_words(const struct invocation *invocation, struct words *words)
{
	while (words->left > 0) {
		const char *word = words->next[0];

		if (!take_one(words))
			return fail_usage(invocation, word);
	}
	if (!words->options.file)
		return fail_usage(invocation, NULL);
	words->options.networks.accept = words->accept.items;
	words->options.networks.accept_count = words->accept.count;
	words->options.networks.announce = words->announce.items;
	words->options.networks.announce_count = words->announce.count;
	return import_file(invocation, &words->options);
}

/* The hook is installed beside us: PREFIX/sbin/bgpctl, PREFIX/lib/tunnel-bgpd/updown. */
static const char *updown_path(void)
{
	static const char hook[] = "/lib/tunnel-bgpd/updown";
	static char path[PATH_MAX + sizeof(hook)];
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
	char *slash;

	path[length > 0 ? length : 0] = '\0';
	for (int folders = 0; folders < 2; folders++)
		if ((slash = strrchr(path, '/')))
			*slash = '\0';
	return strcat(path, hook);
}

enum outcome import_aws_run(const struct invocation *invocation)
{
	struct words words = {
		.next = invocation->words,
		.left = invocation->count,
		.options.networks.interface = INTERFACE_NAME_PATTERN,
		.options.updown = updown_path(),
	};
	enum outcome outcome = import_words(invocation, &words);

	free(words.accept.items);
	free(words.announce.items);
	return outcome;
}
