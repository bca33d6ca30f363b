/* tests/bench/idlers.c - Many peers that have nothing to say: a session from each of so many addresses.
 *
 *	idlers -4 FIRST -c COUNT -t TO -a AS
 *
 * Says "up" when all are established, and then sends KEEPALIVEs, until it is told to end.  The addresses
 * follow each other from FIRST on and must be this machine's. */
#include "bgpd/base/xalloc.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/open.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HOLD_TIME_S   90
#define KEEPALIVE_S   30
#define AT_ONCE       50                /* connections that are being opened */

struct idler {
	uint8_t unread[MESSAGE_MAX];
	size_t length;
	time_t told;                    /* when it last sent a KEEPALIVE */
	bool is_up;
};

struct idlers {
	uint32_t first, asn;
	struct sockaddr_in to;
	struct idler *idlers;
	struct pollfd *wait;            /* of each; fd -1: no connection */
	size_t count, up;
};

static time_t seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static void hang_up(struct idlers *all, size_t i)
{
	close(all->wait[i].fd);
	all->wait[i].fd = -1;
	all->up -= all->idlers[i].is_up;
	all->idlers[i] = (struct idler){ .length = 0 };
}

static void say(struct idlers *all, size_t i, const struct writer *message)
{
	if (write(all->wait[i].fd, message->start, write_length(message)) < 0)
		hang_up(all, i);
}

static void say_keepalive(struct idlers *all, size_t i)
{
	uint8_t bytes[MESSAGE_HEADER];
	struct writer writer = writer_of(bytes, sizeof(bytes));

	message_end(&writer, message_begin(&writer, MESSAGE_KEEPALIVE));
	all->idlers[i].told = seconds();
	say(all, i, &writer);
}

static void say_open(struct idlers *all, size_t i)
{
	uint8_t bytes[MESSAGE_MAX];
	struct writer writer = writer_of(bytes, sizeof(bytes));
	struct open open = { .version = 4, .asn = all->asn, .hold_time_s = HOLD_TIME_S,
			     .bgp_id = all->first + (uint32_t)i };

	open.capabilities.any_multiprotocol = open.capabilities.has_as4 = true;
	open.capabilities.families = FAMILY_BIT(FAMILY_IPV4);
	open.capabilities.as4 = all->asn;
	open_build(&open, &writer);
	say(all, i, &writer);
}

static void dial(struct idlers *all, size_t i)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(all->first + (uint32_t)i) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&from, sizeof(from)))
		err(1, "bind %s", inet_ntoa(from.sin_addr));
	if (connect(fd, (struct sockaddr *)&all->to, sizeof(all->to))) {
		close(fd);
		return;
	}
	all->wait[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
	say_open(all, i);
}

static void take(struct idlers *all, size_t i, const struct message *message)
{
	struct idler *idler = &all->idlers[i];

	if (message->type == MESSAGE_NOTIFICATION) {
		hang_up(all, i);
	} else if (message->type == MESSAGE_OPEN) {
		say_keepalive(all, i);
	} else if (message->type == MESSAGE_KEEPALIVE && !idler->is_up) {
		idler->is_up = true;
		if (++all->up == all->count) {
			puts("up");
			fflush(stdout);
		}
	}
}

static void hear(struct idlers *all, size_t i)
{
	struct idler *idler = &all->idlers[i];
	ssize_t got = read(all->wait[i].fd, idler->unread + idler->length,
			   sizeof(idler->unread) - idler->length);
	struct message message;
	struct notification why;

	if (got <= 0) {
		hang_up(all, i);
		return;
	}
	idler->length += (size_t)got;
	while (message_frame((struct span){ idler->unread, idler->length }, false, &message, &why) ==
	       FRAME_WHOLE) {
		take(all, i, &message);
		if (all->wait[i].fd < 0)
			return;
		idler->length -= message.length;
		memmove(idler->unread, idler->unread + message.length, idler->length);
	}
}

static void look_at_all(struct idlers *all)
{
	time_t now = seconds();
	unsigned int opening = 0;

	for (size_t i = 0; i < all->count; i++)
		opening += all->wait[i].fd >= 0 && !all->idlers[i].is_up;
	for (size_t i = 0; i < all->count; i++) {
		if (all->wait[i].fd < 0 && opening < AT_ONCE) {
			dial(all, i);
			opening++;
		} else if (all->idlers[i].is_up && now - all->idlers[i].told >= KEEPALIVE_S) {
			say_keepalive(all, i);
		}
	}
}

int main(int argc, char **argv)
{
	struct idlers all = { .to = { .sin_family = AF_INET, .sin_port = htons(179) } };
	struct in_addr first = { 0 };
	int option;

	while ((option = getopt(argc, argv, "4:c:t:a:")) != -1) {
		switch (option) {
		case '4': inet_pton(AF_INET, optarg, &first); break;
		case 'c': all.count = strtoul(optarg, NULL, 10); break;
		case 't': inet_pton(AF_INET, optarg, &all.to.sin_addr); break;
		case 'a': all.asn = (uint32_t)strtoul(optarg, NULL, 10); break;
		default: return 2;
		}
	}
	if (!first.s_addr || !all.to.sin_addr.s_addr || !all.count || !all.asn)
		errx(2, "usage: idlers -4 FIRST -c COUNT -t TO -a AS");
	all.first = ntohl(first.s_addr);
	all.idlers = xcalloc(all.count, sizeof(*all.idlers));
	all.wait = xcalloc(all.count, sizeof(*all.wait));
	for (size_t i = 0; i < all.count; i++)
		all.wait[i].fd = -1;
	for (;;) {
		look_at_all(&all);
		poll(all.wait, all.count, 100);
		for (size_t i = 0; i < all.count; i++)
			if (all.wait[i].fd >= 0 && all.wait[i].revents)
				hear(&all, i);
	}
}
