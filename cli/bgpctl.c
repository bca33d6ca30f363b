/* cli/bgpctl.c - The table of commands, each with its help, and the way to them. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/local.h"
#include "cli/output.h"

static command_run help_run;

static const struct command commands[] = {
	{ "show neighbors", "[NAME]", "sessions, what they carry, and why one is down",
	  "With NAME: its capabilities, timers, counters and last error.", ask_run, &neighbors_view },
	{ "show tunnels", "[NAME]", "which tunnel carries traffic, and the evidence about each",
	  "With NAME: each signal, since when, and why.", ask_run, &tunnels_view },
	{ "show groups", "", "active tunnels, and whether both directions use the same one",
	  NULL, ask_run, &groups_view },
	{ "show routes", "[PREFIX] [longer PREFIX] [from NAME [received]] [to NAME] [filtered]",
	  "routes, which is best, and the reason",
	  "PREFIX            routes to exactly this prefix\n"
	  "longer PREFIX     to this prefix and all that lies in it\n"
	  "from NAME         what the neighbor told us and we accepted; received: all it told us\n"
	  "to NAME           what we tell the neighbor\n"
	  "filtered          only what was not accepted, and why", ask_run, &routes_view },
	{ "show fib", "[PREFIX]", "our routes in the kernel and the tunnel they use now",
	  NULL, ask_run, &fib_view },
	{ "show events", "", "what happened, when, and how long it took", NULL, ask_run, &events_view },
	{ "show symmetry", "", "what the far side will choose, against what we chose",
	  NULL, ask_run, &symmetry_view },
	{ "show memory", "", "what the routing tables hold", NULL, ask_run, &memory_view },
	{ "show config", "", "the configuration in force", NULL, ask_run, &config_view },
	{ "show version", "", "versions, and what the kernel offers", NULL, ask_run, &version_view },
	{ "explain", "PREFIX", "why traffic to a prefix or an address goes where it goes",
	  "Every path and why it is chosen or not, the chain in the kernel, which tunnel is active and\n"
	  "why, whether both directions agree, and what comes next.", ask_run, &explain_view },
	{ "what-if tunnel", "NAME down", "what would happen if a tunnel failed now",
	  "Who takes over, which prefixes are left without a path, what the far side is told.",
	  ask_run, &what_if_view },
	{ "metrics", "", "what is measured, as Prometheus reads it",
	  "The same as GET /metrics, where \"metrics\" has a \"listen\".", ask_run, &metrics_view },
	{ "tunnel drain", "NAME", "move traffic off a tunnel, both directions",
	  "Until tunnel resume.  The session stays up.", ask_run, NULL },
	{ "tunnel resume", "NAME", "end a drain, or a hold after a flap", NULL, ask_run, NULL },
	{ "tunnel drill", "NAME [for TIME] [cut]", "take a tunnel out for a time, and see what happens",
	  "for TIME    30, 90s, 5m: how long; 30 s if not said, an hour at most\n"
	  "cut         as if it had failed, instead of drained\n"
	  "It comes back by itself.  Tells how long each direction took to leave and to return,\n"
	  "what was lost, and what the counters showed.", drill_run, NULL },
	{ "tunnel pin", "NAME", "prefer this tunnel to all others of its group", NULL, ask_run, NULL },
	{ "tunnel unpin", "NAME", "return to the order of the configuration", NULL, ask_run, NULL },
	{ "tunnel signal", "NAME ipsec|ping|bfd|admin up|down|unknown [REASON]",
	  "report evidence about a tunnel, for hooks",
	  "An IKE daemon's updown hook calls this:  bgpctl tunnel signal tun1 ipsec down updown",
	  ask_run, NULL },
	{ "neighbor reset", "NAME", "close the session and open it again", NULL, ask_run, NULL },
	{ "neighbor refresh", "NAME", "ask for all routes again (RFC 2918)", NULL, ask_run, NULL },
	{ "neighbor shutdown", "NAME [TEXT]", "close the session until enable",
	  "TEXT is told to the peer (RFC 9003).", ask_run, NULL },
	{ "neighbor enable", "NAME", "open the session again", NULL, ask_run, NULL },
	{ "reload", "", "read the configuration again; what did not change is not disturbed",
	  "A file with an error changes nothing.", ask_run, NULL },
	{ "check", "FILE", "every error of a configuration file",
	  "Exits with 0 or 1.  Needs no daemon.", check_run, NULL },
	{ "import aws", "FILE [--connection ID] [--accept PREFIX...] [--announce PREFIX...]\n"
	  "    [--interface PATTERN] [--ipsec strongswan|libreswan|libreswan-secrets]",
	  "AWS customer gateway file -> bgpd.json, or IPsec configuration",
	  "FILE is CustomerGatewayConfiguration, as XML or in the JSON of describe-vpn-connections;\n"
	  "- reads it from standard input.\n"
	  "--connection ID   which one, when the file has several customer gateways\n"
	  "--accept          what may be learned: 10.50.0.0/16 \"10.51.0.0/16 le 24\"\n"
	  "--announce        what the far side is told\n"
	  "--interface       names of the tunnels' interfaces, default ipsec%d\n"
	  "--ipsec           writes the IKE daemon's configuration instead; it holds the keys",
	  import_aws_run, NULL },
	{ "completion", "bash|zsh", "completion for a shell",
	  "For this shell only:  . <(bgpctl completion bash)", completion_run, NULL },
	{ "help", "[COMMAND]", "this, or more about one command", NULL, help_run, NULL },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

static const char *usage = "bgpctl [-s SOCKET] [--json] COMMAND ...";

static void print_command(const struct command *command)
{
	const char *line = command->help;

	printf("bgpctl %s %s\n    %s\n", command->name, command->synopsis, command->summary);
	while (line && *line) {
		size_t length = strcspn(line, "\n");

		printf("    %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static void print_list(char *const *words, size_t count)
{
	for (const struct command *command = commands; command->name; command++)
		if (command_matches(command, words, count))
			printf("  %-18s %s\n", command->name, command->summary);
}

static enum outcome help_run(const struct invocation *invocation)
{
	const struct command *command;
	size_t used, matches = command_find(commands, invocation->words, invocation->count,
					    &command, &used);

	if (matches == 0)
		return output_fail(invocation, OUTCOME_USAGE,
				   request_error("bgpctl help lists them", "no such command"));
	if (matches == 1) {
		print_command(command);
		return OUTCOME_DONE;
	}
	if (invocation->count == 0)
		printf("%s\n\n", usage);
	print_list(invocation->words, invocation->count);
	if (invocation->count == 0)
		printf("\n"
		       "  -s SOCKET   the daemon's socket, default " REQUEST_SOCKET "\n"
		       "  --json      answer in JSON\n"
		       "  -V          version\n\n"
		       "Commands may be abbreviated: bgpctl sh nei.\n"
		       "More: bgpctl help COMMAND, bgpctl(8).\n");
	return OUTCOME_DONE;
}

static enum outcome fail_usage(const struct invocation *invocation, size_t matches)
{
	char *const *words = invocation->words;
	const char *second = invocation->count > 1 ? words[1] : "";

	if (matches == 0)
		return output_fail(invocation, OUTCOME_USAGE,
				   request_error("bgpctl help lists the commands",
						 "unknown command \"%s%s%s\"", words[0],
						 *second ? " " : "", second));
	if (!invocation->is_json)
		print_list(words, invocation->count);
	return output_fail(invocation, OUTCOME_USAGE,
			   request_error(NULL, "\"%s\" can mean %zu commands", words[0], matches));
}

/* --json may stand anywhere; it is taken out of the words. */
static size_t take_json(char **words, size_t count, bool *is_json)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], "--json") == 0)
			*is_json = true;
		else
			words[kept++] = words[i];
	}
	return kept;
}

/* -s, -V and -h stand before the command.  Returns the index of the command's first word, 0 when
 * there is nothing left to do, negative on wrong usage. */
static int read_options(int argc, char **argv, struct invocation *invocation)
{
	static const struct option options[] = {
		{ "socket",  required_argument, NULL, 's' },
		{ "help",    no_argument,       NULL, 'h' },
		{ "version", no_argument,       NULL, 'V' },
		{ NULL,      0,                 NULL, 0 },
	};

	for (int option; (option = getopt_long(argc, argv, "+s:hV", options, NULL)) != -1;) {
		switch (option) {
		case 's':
			invocation->socket = optarg;
			break;
		case 'V':
			printf("bgpctl " BGPD_VERSION "\n");
			return 0;
		case 'h':
			help_run(invocation);
			return 0;
		default:
			fprintf(stderr, "usage: %s\n", usage);
			return -1;
		}
	}
	return optind;
}

/* A full disk must not pass for a written file. */
static int finish(enum outcome outcome)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return (int)outcome;
	fprintf(stderr, "bgpctl: standard output: %s\n", strerror(errno));
	return OUTCOME_REFUSED;
}

int main(int argc, char **argv)
{
	struct invocation invocation = { .commands = commands, .socket = REQUEST_SOCKET };
	size_t count = take_json(argv, (size_t)argc, &invocation.is_json), used = 0, matches;
	int first = read_options((int)count, argv, &invocation);

	if (first <= 0)
		return first < 0 ? OUTCOME_USAGE : OUTCOME_DONE;
	invocation.words = argv + first;
	invocation.count = count - (size_t)first;
	if (invocation.count == 0) {
		help_run(&invocation);
		return OUTCOME_USAGE;
	}
	matches = command_find(commands, invocation.words, invocation.count, &invocation.command,
			       &used);
	if (matches != 1) {
		invocation.command = NULL;
		return finish(fail_usage(&invocation, matches));
	}
	invocation.words += used;
	invocation.count -= used;
	return finish(invocation.command->run(&invocation));
}
