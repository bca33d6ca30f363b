/* tests/support/judge.h - A network namespace for a test, with tunnels in it, and iproute2 as
 * judge: what we say that we wrote is what `ip` must show.
 *
 * tun1 .. tun4 are veth pairs whose far ends far1 .. far4 lie in the same namespace; tunN has
 * 169.254.N.1/30 and fd00:N::1/126.  Runs as root, or as anybody where user namespaces are
 * allowed. */
#ifndef TESTS_SUPPORT_JUDGE_H
#define TESTS_SUPPORT_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define JUDGE_SKIP    77                /* exit status where a test cannot run */
#define JUDGE_TUNNELS 4

/* NULL, or why tests cannot run here. */
const char *judge_missing(void);
void judge_new_namespace(void);         /* for this process and its children from now on */
int judge_ifindex(unsigned int tunnel);

/* A process that sits in another new namespace, for `ip link set ... netns PID`, until it is
 * ended. */
pid_t judge_other_namespace(void);
void judge_end(pid_t process);

/* Each fails the test when the command fails, or the text is not part of what is there. */
void judge_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
void judge_expect(const char *text, const char *wanted);

/* What a command prints, valid until the next call. */
const char *judge_output(const char *format, ...) __attribute__((format(printf, 1, 2)));
size_t judge_number(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
