/* tests/bench/bare.c - What a BGP speaker cannot be quicker than: reads UPDATEs and writes routes, and
 * nothing in between.
 *
 *	bare ADDRESS AS NEXTHOP speaker|limit
 *
 * Takes one session on port 179 of ADDRESS and writes each prefix of it as a route by the kernel's
 * nexthop object NEXTHOP, a hundred messages in a send.  "speaker" writes as it reads; no routing
 * table, no policy.  "limit" first reads all to End-of-RIB and has all its messages ready, so that
 * what is left is the kernel's own time; prints "first T" then, in seconds of CLOCK_MONOTONIC.
 * At the end both print "longest T", milliseconds: for so long the kernel kept one send. */
#include "bgpd/base/arena.h"
#include "bgpd/base/xalloc.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/open.h"
#include "bgpd/wire/update.h"

#include <arpa/inet.h>
#include <err.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 100               /* routes in a send */

struct route_request {
	struct nlmsghdr header;
	struct rtmsg route;
	struct rtattr to;
	uint8_t destination[4];
	struct rtattr by;
	uint32_t nexthop;
};

struct bare {
	int peer, kernel;
	uint32_t nexthop;
	bool is_speaker;                /* else all is read before anything is written */
	struct route_request *requests;
	size_t count, size;
	double longest;                 /* seconds of one send and its answer */
};

static double seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- the kernel ---- */

static int open_kernel(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "rtnetlink");
	return fd;
}

static void set_route(struct route_request *request, const struct prefix *prefix, uint32_t nexthop)
{
	*request = (struct route_request){
		.header = { .nlmsg_len = sizeof(*request), .nlmsg_type = RTM_NEWROUTE,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE },
		.route = { .rtm_family = AF_INET, .rtm_dst_len = prefix->length,
			   .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
			   .rtm_type = RTN_UNICAST },
		.to = { RTA_LENGTH(4), RTA_DST },
		.by = { RTA_LENGTH(4), RTA_NH_ID },
		.nexthop = nexthop,
	};
	memcpy(request->destination, prefix->bytes, sizeof(request->destination));
}

static void read_answer(int kernel)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr answer;
		char rest[4096];
	} received;

	if (recv(kernel, &received, sizeof(received), 0) < 0)
		err(1, "rtnetlink");
	if (received.header.nlmsg_type == NLMSG_ERROR && received.answer.error)
		errx(1, "route refused: %s", strerror(-received.answer.error));
}

static void write_routes(struct bare *bare, struct route_request *requests, size_t count)
{
	for (size_t done = 0; done < count; done += BATCH) {
		size_t now = count - done < BATCH ? count - done : BATCH;
		double started = seconds();

		requests[done + now - 1].header.nlmsg_flags |= NLM_F_ACK;
		if (send(bare->kernel, requests + done, now * sizeof(*requests), 0) < 0)
			err(1, "rtnetlink");
		read_answer(bare->kernel);
		if (seconds() - started > bare->longest)
			bare->longest = seconds() - started;
	}
}

static void add_routes(struct bare *bare, struct nlri prefixes)
{
	struct prefix prefix;

	while (nlri_next(&prefixes, &prefix)) {
		if (bare->count == bare->size) {
			bare->size = bare->size * 2 + 1024;
			bare->requests = xrealloc(bare->requests,
						  bare->size * sizeof(*bare->requests));
		}
		set_route(&bare->requests[bare->count++], &prefix, bare->nexthop);
	}
}

/* ---- the session ---- */

static int accept_peer(const char *address)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(179) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, fd;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (inet_pton(AF_INET, address, &at.sin_addr) != 1 ||
	    bind(listener, (struct sockaddr *)&at, sizeof(at)) || listen(listener, 1))
		err(1, "%s", address);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		err(1, "accept");
	close(listener);
	return fd;
}

static void greet(int fd, const char *address, uint32_t asn)
{
	static uint8_t bytes[MESSAGE_MAX];
	struct writer writer = writer_of(bytes, sizeof(bytes));
	struct open open = { .version = 4, .asn = asn, .hold_time_s = 180 };
	struct address id;

	address_parse(address, &id);
	open.bgp_id = address_to_ipv4(&id);
	open.capabilities.any_multiprotocol = open.capabilities.has_as4 = true;
	open.capabilities.families = FAMILY_BIT(FAMILY_IPV4);
	open.capabilities.as4 = asn;
	open_build(&open, &writer);
	message_end(&writer, message_begin(&writer, MESSAGE_KEEPALIVE));
	if (write(fd, bytes, write_length(&writer)) < 0)
		err(1, "peer");
}

/* False at End-of-RIB. */
static bool take_update(struct bare *bare, struct reader body, struct arena *arena)
{
	struct update_context context = { .as4 = true, .families = FAMILY_BIT(FAMILY_IPV4),
					  .max_length = MESSAGE_MAX };
	struct update update;

	update_parse(body, &context, arena, &update);
	add_routes(bare, update.announced);
	arena_reset(arena);
	if (bare->is_speaker && bare->count >= BATCH) {
		write_routes(bare, bare->requests, bare->count);
		bare->count = 0;
	}
	return update.end_of_rib != FAMILY_IPV4;
}

static void take_all(struct bare *bare)
{
	static uint8_t buffer[1 << 18];
	struct arena arena;
	struct notification why;
	struct message message;
	size_t length = 0;
	bool is_loading = true;

	arena_init(&arena);
	while (is_loading) {
		ssize_t got = read(bare->peer, buffer + length, sizeof(buffer) - length);
		struct span rest = { buffer, length + (size_t)got };

		if (got <= 0)
			errx(1, "the peer went away");
		while (is_loading && message_frame(rest, false, &message, &why) == FRAME_WHOLE) {
			if (message.type == MESSAGE_UPDATE)
				is_loading = take_update(bare, message.body, &arena);
			rest = (struct span){ rest.bytes + message.length,
					      rest.length - message.length };
		}
		memmove(buffer, rest.bytes, rest.length);
		length = rest.length;
	}
	arena_clear(&arena);
}

int main(int argc, char **argv)
{
	struct bare bare = { 0 };

	if (argc != 5 || (strcmp(argv[4], "speaker") && strcmp(argv[4], "limit")))
		errx(2, "usage: bare ADDRESS AS NEXTHOP speaker|limit");
	bare.nexthop = (uint32_t)strtoul(argv[3], NULL, 10);
	bare.is_speaker = strcmp(argv[4], "speaker") == 0;
	bare.kernel = open_kernel();
	bare.peer = accept_peer(argv[1]);
	greet(bare.peer, argv[1], (uint32_t)strtoul(argv[2], NULL, 10));
	take_all(&bare);
	if (!bare.is_speaker)
		printf("first %.6f\n", seconds());
	fflush(stdout);
	write_routes(&bare, bare.requests, bare.count);
	printf("longest %.1f\n", bare.longest * 1000);
	fflush(stdout);
	pause();
	return 0;
}
