/* tests/bench/route_watch.c - When the kernel has its Nth new IPv4 route, by its own notifications.
 *
 *	route_watch N [SECONDS]
 *
 * Prints "ready", then "last T", T in seconds of CLOCK_MONOTONIC.  Local and broadcast routes, which
 * come with addresses, do not count.  Exit status 1: not all came within SECONDS (600), or the
 * kernel dropped some for want of room, and then what was measured means nothing.  It looks each
 * millisecond, which is what the time may be wrong by. */
#include <err.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOM    (1 << 29)
#define LOOK_MS 1               /* woken by each route it would slow down who writes them */

static double seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int subscribe(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_ROUTE };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), room = ROOM;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "rtnetlink");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return fd;
}

static bool is_new_route(const struct nlmsghdr *message)
{
	const struct rtmsg *route = NLMSG_DATA(message);

	return message->nlmsg_type == RTM_NEWROUTE && route->rtm_type == RTN_UNICAST;
}

/* How many new routes have come.  Does not wait. */
static uint32_t take(int fd)
{
	static _Alignas(struct nlmsghdr) char received[65536];
	ssize_t got = recv(fd, received, sizeof(received), MSG_DONTWAIT);
	uint32_t count = 0;

	if (got < 0 && errno != EAGAIN)
		err(1, "route notifications");
	for (ssize_t at = 0; at < got; ) {
		const struct nlmsghdr *message = (const void *)(received + at);

		count += is_new_route(message);
		at += NLMSG_ALIGN((ssize_t)message->nlmsg_len);
	}
	return count;
}

int main(int argc, char **argv)
{
	uint32_t wanted = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0, count = 0, more;
	double end = seconds() + (argc > 2 ? strtod(argv[2], NULL) : 600);
	int fd = subscribe();

	if (!wanted)
		errx(2, "usage: route_watch N [SECONDS]");
	puts("ready");
	fflush(stdout);
	while (count < wanted) {
		count += more = take(fd);
		if (more)
			continue;
		if (seconds() > end)
			errx(1, "%u of %u routes came", count, wanted);
		poll(NULL, 0, LOOK_MS);
	}
	printf("last %.6f\n", seconds());
	return 0;
}
