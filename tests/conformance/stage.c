#include "tests/conformance/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_SKIPPED 77
#define AFI_IPV4_BIT (1u << 1)
#define AFI_IPV6_BIT (1u << 2)

/* ---- namespaces ---- */

void stage_enter(char **argv)
{
	char program[] = "unshare", options[] = "-Urnm", *again[64] = { program, options };

	if (geteuid() != 0) {
		for (int i = 0; argv[i] && i < 60; i++)
			again[2 + i] = argv[i];
		execvp(program, again);
	} else if (unshare(CLONE_NEWNET) == 0) {
		return;
	}
	printf("# SKIP conform: needs root, or user namespaces for everybody\n");
	exit(EXIT_SKIPPED);
}

static bool command(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool command(const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	return system(line) == 0;
}

/* All that we start ends with us, however we end. */
static pid_t fork_bound(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
	}
	return pid;
}

static void hold_namespace(struct stage *stage)
{
	int ready[2];
	char byte;

	if (pipe(ready))
		exit(1);
	stage->holder = fork_bound();
	if (stage->holder == 0) {
		if (unshare(CLONE_NEWNET) == 0)
			close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	while (read(ready[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(ready[0]);
}

static bool join_namespace(const struct stage *stage)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)stage->holder);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && setns(fd, CLONE_NEWNET) == 0;
}

/* execv changes nothing, whatever its prototype says. */
pid_t stage_spawn(struct stage *stage, const char *log, const char *const argv[])
{
	pid_t pid = fork_bound();
	char path[128];

	if (pid)
		return pid;
	snprintf(path, sizeof(path), "%s/%s", stage->dir, log);
	if (!freopen("/dev/null", "r", stdin) || !freopen(path, "a", stdout) ||
	    !join_namespace(stage))
		_exit(126);
	dup2(STDOUT_FILENO, STDERR_FILENO);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static bool there(struct stage *stage, const char *line)
{
	pid_t pid = stage_spawn(stage, "there.log",
				(const char *[]){ "/bin/sh", "-c", line, NULL });
	int status = 1;

	waitpid(pid, &status, 0);
	return status == 0;
}

/* 10.1.0.0/16 is ours as a whole; IPv6 has no neighbor discovery for such a range. */
static void add_addresses(const struct stage *stage)
{
	char path[128];
	FILE *batch;

	snprintf(path, sizeof(path), "%s/addresses", stage->dir);
	batch = fopen(path, "w");
	for (size_t i = 0; batch && i < stage->neighbor_count; i++)
		if (stage->neighbors[i].facts->is_six)
			fprintf(batch, "addr add %s/64 dev h0 nodad\n", stage->neighbors[i].address);
	if (!batch || fclose(batch) || !command("ip -batch %s", path))
		fprintf(stderr, "conform: cannot add the addresses\n");
}

static bool build_link(struct stage *stage)
{
	bool is_built;

	hold_namespace(stage);
	is_built = command("ip link set lo up && ip link add h0 type veth peer name d0 netns %d &&"
			   "ip addr add 10.0.0.2/8 dev h0 && ip addr add 2001:db8::2/64 dev h0 nodad &&"
			   "ip link set h0 up && ip route add local 10.1.0.0/16 dev lo",
			   (int)stage->holder) &&
		   there(stage, "ip link set lo up && ip addr add " DAEMON_IPV4 "/8 dev d0 &&"
				"ip addr add " DAEMON_IPV6 "/64 dev d0 nodad && ip link set d0 up");
	if (is_built)
		add_addresses(stage);
	return is_built;
}

FILE *stage_file(struct stage *stage, const char *name, char path[128])
{
	snprintf(path, 128, "%s/%s", stage->dir, name);
	return fopen(path, "w");
}

/* ---- who is there ---- */

const char *stage_address(const struct stage *stage, size_t neighbor)
{
	return stage->neighbors[neighbor].address;
}

#define SILENT_OPEN(as2, as4) \
	OPEN(as2, "0000", "0a000101", CAPABILITIES(CAP_USUAL CAP_EXTENDED CAP_AS4(as4)))

static const struct kind_facts standing[STANDING] = {
	{ .name = "internal", .asn = LOCAL_ASN, .open = SILENT_OPEN("fdf2", AS_US),
	  .is_internal = true },
	{ .name = "external", .asn = 65009, .open = SILENT_OPEN("fdf1", "0000fdf1") },
	{ .name = "internal6", .asn = LOCAL_ASN, .open = SILENT_OPEN("fdf2", AS_US),
	  .is_internal = true, .is_six = true },
	{ .name = "external6", .asn = 65009, .open = SILENT_OPEN("fdf1", "0000fdf1"),
	  .is_six = true },
	{ .name = "feeder", .asn = 65003, .open = SILENT_OPEN("fdeb", "0000fdeb") },
	{ .name = "rival", .asn = 65001, .open = SILENT_OPEN("fde9", AS_PEER),
	  .attributes = GOOD },
};

#define FED "40 01 <01> 40 02 <02 03 0000fdeb 0000fdec fa56ea02> 40 03 <0a000002> "
#define FED_MED "80 04 <00000007> "
#define FED_AGGREGATOR "c0 07 <fa56ea02 0a000009> "
#define FED_COMMUNITIES "c0 08 <fdeb 0001 fdeb 0002> "
#define FED_NO_EXPORT "c0 08 <ffffff01> "
#define FED_NO_ADVERTISE "c0 08 <ffffff02> "
#define FED_NO_SUBCONFED "c0 08 <ffffff03> "
#define FED_EXTENDED "c0 10 <0002fde900000001 4002fde900000002> "
#define FED_LARGE "c0 20 <0000fdeb 00000001 00000002> "
#define FED_BULK "d0 20 ({0000fdeb 00000001 00000002}*600) "      /* more than 4096 octets */
#define FED_OTC "c0 23 <0000fdeb> "
#define FED_UNKNOWN "c0 63 <0102> 80 64 <0304> "

/* What the peers of the rows are told of; see rows_told.c. */
static const char *const fed[] = {
	UPDATE("", FED FED_MED FED_AGGREGATOR FED_COMMUNITIES FED_EXTENDED FED_LARGE FED_UNKNOWN
	       "40 06 <>", "18 c63364"),                        /* 198.51.100.0/24 */
	UPDATE("", FED FED_NO_EXPORT, "18 c63365"),             /* .101 */
	UPDATE("", FED FED_NO_ADVERTISE, "18 c63366"),
	UPDATE("", FED FED_NO_SUBCONFED, "18 c63367"),
	UPDATE("", ORIGIN "40 02 <02 01 0000fdeb 01 02 0000fdec 0000fded> 40 03 <0a000002>",
	       "18 c63368"),
	UPDATE("", FED FED_BULK, "18 c6336a"),
	UPDATE("", FED FED_OTC, "18 c6336b"),
	UPDATE("", ORIGIN "50 02 (02 ff {0000fdeb}*255) 40 03 <0a000002>", "18 c63369"),
};

static void name_neighbor(struct neighbor_setup *neighbor, size_t index)
{
	snprintf(neighbor->name, sizeof(neighbor->name), "%s%zu", neighbor->facts->name, index);
	if (neighbor->facts->is_six)
		snprintf(neighbor->address, sizeof(neighbor->address), "2001:db8::1:%zx", index + 1);
	else
		snprintf(neighbor->address, sizeof(neighbor->address), "10.1.%zu.%zu", index / 200,
			 index % 200 + 1);
}

/* One for each row, in the order of the chapters, then of the scenes. */
static void list_neighbors(struct stage *stage)
{
	size_t count = STANDING;

	for (size_t c = 0; c < chapter_count; c++)
		count += chapters[c]->count;
	stage->neighbors = calloc(count + scene_count, sizeof(*stage->neighbors));
	if (!stage->neighbors)
		exit(1);
	for (size_t i = 0; i < STANDING; i++)
		stage->neighbors[i].facts = &standing[i];
	stage->neighbor_count = STANDING;
	for (size_t c = 0; c < chapter_count; c++)
		for (size_t i = 0; i < chapters[c]->count; i++)
			stage->neighbors[stage->neighbor_count++].facts =
				&kinds[chapters[c]->rows[i].kind];
	for (size_t i = 0; i < scene_count; i++)
		stage->neighbors[stage->neighbor_count++].facts = &kinds[scenes[i].kind];
	for (size_t i = 0; i < stage->neighbor_count; i++)
		name_neighbor(&stage->neighbors[i], i);
}

/* ---- what is heard ---- */

struct peer *stage_observer(struct stage *stage, bool hears_internal, bool is_six)
{
	return &stage->standing[2 * is_six + hears_internal];
}

static bool has_end_of_refresh(struct peer *peer, const void *bit)
{
	return peer->eorr & *(const unsigned int *)bit;
}

void stage_refresh(struct stage *stage, struct peer *observer)
{
	bool is_six = (observer - stage->standing) & 2;
	unsigned int bit = is_six ? AFI_IPV6_BIT : AFI_IPV4_BIT;

	observer->eorr = 0;
	peer_send(observer, is_six ? REFRESH("0002", "00", "01") : REFRESH("0001", "00", "01"));
	peer_wait(observer, has_end_of_refresh, &bit, stage->patience_ms);
}

/* Routes of the rows are in 198.18.0.0/15 and 2001:db8::/32. */
static bool has_forgotten(struct peer *peer, const void *unused)
{
	(void)unused;
	for (size_t i = 0; i < peer->route_count; i++)
		if (strncmp(peer->routes[i].prefix, "198.1", 5) == 0 ||
		    strncmp(peer->routes[i].prefix, "2001:", 5) == 0)
			return false;
	return true;
}

void stage_clear(struct stage *stage)
{
	for (size_t i = 0; i < OBSERVERS; i++) {
		if (!peer_wait(&stage->standing[i], has_forgotten, NULL, stage->patience_ms))
			fprintf(stderr, "# observer %zu still has routes\n", i);
		stage->standing[i].complaint[0] = '\0';
	}
}

static bool has_been_fed(struct peer *peer, const void *unused)
{
	(void)unused;
	return peer_words(peer, "198.51.105.0/24");
}

/* A daemon may listen before it is ready to talk. */
static bool take_place(struct stage *stage, size_t place)
{
	struct peer *peer = &stage->standing[place];
	const char *daemon = standing[place].is_six ? DAEMON_IPV6 : DAEMON_IPV4;

	for (int i = 0; i < 250; i++) {
		peer_init(peer);
		if (peer_connect(peer, stage_address(stage, place), daemon)) {
			peer_send(peer, standing[place].open);
			if (peer_wait(peer, peer_has_keepalive, NULL, 5000) && peer->count[4])
				break;
			peer_close(peer);
		}
		usleep(20000);
	}
	if (peer->fd >= 0)
		peer_send(peer, KEEPALIVE);
	return peer->fd >= 0;
}

static bool take_places(struct stage *stage)
{
	for (size_t i = 0; i < STANDING; i++)
		if (!take_place(stage, i))
			return false;
	for (size_t i = 0; i < sizeof(fed) / sizeof(fed[0]); i++)
		peer_send(&stage->standing[FEEDER], fed[i]);
	return peer_wait(&stage->standing[0], has_been_fed, NULL, 5000);
}

/* ---- the daemon ---- */

static void ask_version(struct stage *stage)
{
	FILE *answer = popen(stage->target->version_command, "r");

	if (!answer)
		return;
	if (!fgets(stage->version, sizeof(stage->version), answer))
		stage->version[0] = '\0';
	stage->version[strcspn(stage->version, "\n")] = '\0';
	pclose(answer);
}

const char *stage_raise(struct stage *stage, const struct target *target)
{
	const char *why;

	*stage = (struct stage){ .target = target };
	stage->patience_ms = target == targets ? 5000 : 1500;
	strcpy(stage->dir, "/tmp/conform-XXXXXX");
	if (!mkdtemp(stage->dir) || chmod(stage->dir, 0755))
		return "no folder for temporary files";
	list_neighbors(stage);
	if (!build_link(stage))
		return "no link between two namespaces";
	ask_version(stage);
	why = target->start(stage);
	if (!why && !take_places(stage))
		return "the observers' sessions do not come up";
	return why;
}

/* Whether it ended as it should. */
static bool end_process(pid_t pid, int signal)
{
	int status = 0;

	if (pid <= 0)
		return true;
	kill(pid, signal);
	waitpid(pid, &status, 0);
	return status == 0;
}

bool stage_strike(struct stage *stage)
{
	bool is_orderly;

	for (size_t i = 0; i < STANDING; i++)
		peer_close(&stage->standing[i]);
	is_orderly = end_process(stage->daemons[0], SIGTERM);
	end_process(stage->daemons[1], SIGTERM);
	if (!is_orderly)
		command("tail -n 40 %s/%s.log | sed 's/^/# /' >&2", stage->dir, stage->target->name);
	command("ip link del h0 2>/dev/null; ip route flush table local dev lo 2>/dev/null;"
		"ip link set lo down; rm -rf %s", stage->dir);
	end_process(stage->holder, SIGKILL);
	free(stage->neighbors);
	return is_orderly;
}

char *stage_ask(struct stage *stage, const char *format, ...)
{
	char question[256], line[512], *answer = NULL;
	size_t size = 0;
	va_list args;
	FILE *from;

	va_start(args, format);
	vsnprintf(question, sizeof(question), format, args);
	va_end(args);
	snprintf(line, sizeof(line), "%s -s %s/bgpd.sock --json %s 2>&1",
		 getenv("BGPCTL") ? getenv("BGPCTL") : "build/bin/bgpctl", stage->dir, question);
	from = popen(line, "r");
	if (!from)
		exit(1);
	if (getdelim(&answer, &size, '\0', from) < 0) {
		free(answer);
		answer = strdup("");
	}
	pclose(from);
	return answer;
}
