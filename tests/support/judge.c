#include "tests/support/judge.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int ifindexes[JUDGE_TUNNELS + 1];

__attribute__((format(printf, 1, 0)))
static const char *vjudge_output(const char *format, va_list arguments)
{
	static char text[65536];
	char command[512];
	size_t length;
	FILE *pipe;

	vsnprintf(command, sizeof(command), format, arguments);
	pipe = popen(command, "r");
	if (!pipe)
		fail_msg("cannot run %s", command);
	length = fread(text, 1, sizeof(text) - 1, pipe);
	text[length] = '\0';
	pclose(pipe);
	return text;
}

const char *judge_output(const char *format, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, format);
	text = vjudge_output(format, arguments);
	va_end(arguments);
	return text;
}

size_t judge_number(const char *format, ...)
{
	va_list arguments;
	size_t number;

	va_start(arguments, format);
	number = strtoul(vjudge_output(format, arguments), NULL, 10);
	va_end(arguments);
	return number;
}

void judge_run(const char *format, ...)
{
	char command[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
}

void judge_expect(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("wanted: %s\nbut there is: %s", wanted, text);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool is_written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return is_written;
}

/* Root of a user namespace of our own, in which all of this is allowed. */
static bool become_root(void)
{
	char uid_map[32], gid_map[32];

	if (geteuid() == 0)
		return true;
	snprintf(uid_map, sizeof(uid_map), "0 %u 1", geteuid());
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", getegid());
	return unshare(CLONE_NEWUSER) == 0 && write_file("/proc/self/setgroups", "deny") &&
	       write_file("/proc/self/uid_map", uid_map) &&
	       write_file("/proc/self/gid_map", gid_map);
}

const char *judge_missing(void)
{
	if (system("ip -V >/dev/null 2>&1") != 0)
		return "iproute2 is not installed";
	if (!become_root())
		return "needs root, or user namespaces for everybody";
	if (unshare(CLONE_NEWNET) < 0)
		return "cannot make a network namespace";
	if (system("ip link add name tun0 type veth peer name far0 2>/dev/null") != 0)
		return "the kernel has no veth";
	return NULL;
}

static void make_tunnel(unsigned int i)
{
	judge_run("ip link add tun%u type veth peer name far%u", i, i);
	judge_run("ip link set far%u up && ip link set tun%u up", i, i);
	judge_run("ip addr add 169.254.%u.1/30 dev tun%u", i, i);
	judge_run("ip addr add fd00:%u::1/126 dev tun%u nodad", i, i);
	ifindexes[i] = (int)judge_number("ip -o link show tun%u", i);
}

void judge_new_namespace(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		fail_msg("unshare: %s", strerror(errno));
	judge_run("ip link set lo up");
	for (unsigned int i = 1; i <= JUDGE_TUNNELS; i++)
		make_tunnel(i);
}

int judge_ifindex(unsigned int tunnel)
{
	return ifindexes[tunnel];
}

static void sit_in_namespace(int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) == 0 && write(ready, "", 1) == 1)
		pause();
	_exit(1);
}

pid_t judge_other_namespace(void)
{
	int ready[2];
	pid_t child;
	char byte;

	if (pipe2(ready, O_CLOEXEC) < 0)
		fail_msg("pipe: %s", strerror(errno));
	child = fork();
	if (child == 0)
		sit_in_namespace(ready[1]);
	close(ready[1]);
	if (child < 0 || read(ready[0], &byte, 1) != 1)
		fail_msg("cannot make another namespace");
	close(ready[0]);
	return child;
}

void judge_end(pid_t process)
{
	kill(process, SIGKILL);
	waitpid(process, NULL, 0);
}
