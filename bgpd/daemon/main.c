/* bgpd - a BGP-4 speaker that keeps traffic on the tunnel that works.  See bgpd(8). */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bgpd/config/load.h"
#include "bgpd/daemon/daemon.h"
#include "bgpd/daemon/log.h"

#define DEFAULT_CONFIG "/etc/bgpd/bgpd.json"

enum { EXIT_USAGE = 2 };

struct options {
	struct daemon_params daemon;
	bool only_checks;
};

static const char usage[] =
	"usage: bgpd [-nVh] [-f FILE] [-s SOCKET] [-l LEVEL]\n"
	"\n"
	"  -f FILE    configuration (" DEFAULT_CONFIG ")\n"
	"  -s SOCKET  control socket (/run/bgpd/bgpd.sock)\n"
	"  -l LEVEL   error, warning, notice, info or debug\n"
	"  -n         check the configuration, print every error, and exit 0 or 1\n"
	"  -V         print the version\n"
	"  -h         print this\n";

static void leave(FILE *to, const char *text, int status)
{
	fputs(text, to);
	exit(status);
}

static const char *check_level(const char *level)
{
	enum note_level ignored;

	if (!log_level_parse(level, &ignored))
		leave(stderr, "bgpd: LEVEL is one of error, warning, notice, info, debug\n",
		      EXIT_USAGE);
	return level;
}

static struct options parse_options(int argc, char **argv)
{
	struct options options = { .daemon.config_path = DEFAULT_CONFIG };
	int option;

	while ((option = getopt(argc, argv, "f:s:l:nVh")) != -1) {
		switch (option) {
		case 'f': options.daemon.config_path = optarg; break;
		case 's': options.daemon.socket = optarg; break;
		case 'l': options.daemon.level = check_level(optarg); break;
		case 'n': options.only_checks = true; break;
		case 'V': leave(stdout, "bgpd " BGPD_VERSION "\n", EXIT_SUCCESS); break;
		case 'h': leave(stdout, usage, EXIT_SUCCESS); break;
		default: leave(stderr, usage, EXIT_USAGE);
		}
	}
	if (optind < argc)
		leave(stderr, usage, EXIT_USAGE);
	return options;
}

static void print_error(void *arg, const char *line)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
}

/* A session takes a descriptor; the soft limit of 1024 is for programs that use select(2). */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	struct options options = parse_options(argc, argv);
	struct config *config = config_load(options.daemon.config_path, print_error, NULL);
	struct daemon *daemon;
	bool has_run;

	if (!config)
		return EXIT_FAILURE;
	if (options.only_checks) {
		config_free(config);
		return EXIT_SUCCESS;
	}
	raise_descriptor_limit();
	daemon = daemon_new(&options.daemon, config);
	has_run = daemon && daemon_run(daemon);
	daemon_free(daemon);
	libevent_global_shutdown();
	return has_run ? EXIT_SUCCESS : EXIT_FAILURE;
}
