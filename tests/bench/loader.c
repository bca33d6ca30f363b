/* tests/bench/loader.c - A peer that announces many prefixes as fast as the other side takes them.
 *
 *	loader [-4 FROM] -t TO -a AS [-n PREFIXES] [-s SHAPE] [-p PORT] [-r ROUNDS]
 *
 * Shapes: realistic (one set of attributes for 1 to 9 prefixes, lengths and AS paths as on the
 * Internet, shuffled), packed (one set for all).  All messages are built before the session opens, so
 * that what is measured is the other side.  Prints when the first UPDATE was begun and the last one
 * taken, in seconds of CLOCK_MONOTONIC, and stays until it is told to end or the session does.
 *
 * With ROUNDS it does not stop at that: in each round all prefixes are announced, then once more with
 * other attributes, then withdrawn. */
#include "bgpd/base/xalloc.h"
#include "bgpd/wire/as_path.h"
#include "bgpd/wire/message.h"
#include "bgpd/wire/open.h"
#include "bgpd/wire/update.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>


struct loader {
	const char *from, *to, *shape;
	uint32_t asn;
	uint32_t prefixes, rounds;
	uint16_t port;
	int fd;
	uint8_t *stream;
	size_t length, size;
};

static uint32_t random_state = 1;

static uint32_t next_random(uint32_t below)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)(random_state >> 4) * below >> 28);
}

static double seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void append(struct loader *loader, const struct writer *message)
{
	size_t length = write_length(message);

	if (loader->length + length > loader->size) {
		loader->size = loader->size * 2 + length + 65536;
		loader->stream = xrealloc(loader->stream, loader->size);
	}
	memcpy(loader->stream + loader->length, message->start, length);
	loader->length += length;
}

/* ---- prefixes and attributes ---- */

/* About 60 % /24, the rest /16 to /23, none twice: the number gives the place, the length its grain. */
static struct prefix make_prefix(uint32_t number)
{
	static const uint8_t lengths[] = { 24, 24, 24, 24, 24, 24, 23, 22, 22, 20 };
	uint8_t length = lengths[number % sizeof(lengths)];
	struct address address = address_ipv4((1u << 24) + (number << 8));

	/* Only what has zeros where a shorter prefix needs them may be one. */
	while (length < 24 && number & ((1u << (24 - length)) - 1))
		length++;
	return prefix_of(&address, length);
}

static uint32_t *make_order(uint32_t count, bool shuffled)
{
	uint32_t *order = xcalloc(count, sizeof(*order));

	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	for (uint32_t i = count - 1; shuffled && i > 0; i--) {
		uint32_t other = next_random(i + 1), kept = order[i];

		order[i] = order[other];
		order[other] = kept;
	}
	return order;
}

static void make_path(const struct loader *loader, uint8_t path[64], struct attrs *attrs)
{
	struct writer writer = writer_of(path, 64);
	uint32_t hops = 2 + next_random(4);

	write_u8(&writer, AS_SEQUENCE);
	write_u8(&writer, (uint8_t)(1 + hops));
	write_u32(&writer, loader->asn);
	for (uint32_t i = 0; i < hops; i++)
		write_u32(&writer, 1000 + next_random(60000));
	attrs->as_path = (struct span){ path, write_length(&writer) };
}

static const struct update_context context = { .as4 = true, .families = FAMILY_BIT(FAMILY_IPV4),
					       .max_length = MESSAGE_MAX };

static struct prefix *make_prefixes(const struct loader *loader, bool shuffled)
{
	uint32_t *order = make_order(loader->prefixes, shuffled);
	struct prefix *prefixes = xcalloc(loader->prefixes, sizeof(*prefixes));

	for (uint32_t i = 0; i < loader->prefixes; i++)
		prefixes[i] = make_prefix(order[i]);
	free(order);
	return prefixes;
}

static void announce_all(struct loader *loader, const struct prefix *prefixes, bool packed)
{
	uint8_t path[64], buffer[MESSAGE_MAX], communities[8] = { 0 };
	struct attrs attrs = { .origin = ORIGIN_IGP };

	address_parse(loader->from, &attrs.next_hop);
	make_path(loader, path, &attrs);
	for (uint32_t done = 0; done < loader->prefixes; ) {
		uint32_t count = packed ? loader->prefixes - done : 1 + next_random(9);
		struct writer writer = writer_of(buffer, sizeof(buffer));

		if (count > loader->prefixes - done)
			count = loader->prefixes - done;
		if (!packed) {
			make_path(loader, path, &attrs);
			attrs.has_med = next_random(3) == 0;
			attrs.med = next_random(100);
			memcpy(communities, path + 6, sizeof(communities));
			attrs.communities = (struct span){ communities, next_random(3) * 4 };
		}
		done += (uint32_t)update_build_announce(&context, &attrs, prefixes + done, count,
							&writer);
		append(loader, &writer);
	}
}

static void withdraw_all(struct loader *loader, const struct prefix *prefixes)
{
	uint8_t buffer[MESSAGE_MAX];

	for (uint32_t done = 0; done < loader->prefixes; ) {
		struct writer writer = writer_of(buffer, sizeof(buffer));

		done += (uint32_t)update_build_withdraw(&context, prefixes + done,
							loader->prefixes - done, &writer);
		append(loader, &writer);
	}
}

static void make_updates(struct loader *loader)
{
	bool packed = strcmp(loader->shape, "packed") == 0;
	struct prefix *prefixes = make_prefixes(loader, !packed);
	uint8_t buffer[MESSAGE_MAX];
	struct writer writer = writer_of(buffer, sizeof(buffer));

	announce_all(loader, prefixes, packed);
	update_build_end_of_rib(FAMILY_IPV4, &writer);
	append(loader, &writer);
	free(prefixes);
}

static void make_round(struct loader *loader)
{
	bool packed = strcmp(loader->shape, "packed") == 0;
	struct prefix *prefixes = make_prefixes(loader, true);

	loader->length = 0;
	announce_all(loader, prefixes, packed);
	announce_all(loader, prefixes, packed);
	withdraw_all(loader, prefixes);
	free(prefixes);
}

/* ---- the session ---- */

static int dial(const struct loader *loader)
{
	struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET };
	int fd = -1, one = 1;

	inet_pton(AF_INET, loader->from, &from.sin_addr);
	inet_pton(AF_INET, loader->to, &to.sin_addr);
	to.sin_port = htons(loader->port);
	for (int tries = 0; tries < 600; tries++) {
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (bind(fd, (struct sockaddr *)&from, sizeof(from)))
			err(1, "bind %s", loader->from);
		if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0) {
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
			return fd;
		}
		close(fd);
		poll(NULL, 0, 50);
	}
	errx(1, "cannot connect to %s", loader->to);
}

static bool send_all(int fd, const uint8_t *bytes, size_t length)
{
	while (length) {
		ssize_t sent = write(fd, bytes, length);

		if (sent < 0 && errno != EINTR)
			return false;
		bytes += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

static bool read_message(int fd, uint8_t buffer[MESSAGE_EXTENDED], struct message *message)
{
	struct notification why;
	size_t length = 0;

	while (message_frame((struct span){ buffer, length }, true, message, &why) == FRAME_INCOMPLETE) {
		size_t want = length < MESSAGE_HEADER ? MESSAGE_HEADER
						      : (size_t)buffer[16] << 8 | buffer[17];
		ssize_t got = read(fd, buffer + length, want - length);

		if (got <= 0)
			return false;
		length += (size_t)got;
	}
	return true;
}

static void send_keepalive(int fd)
{
	uint8_t bytes[MESSAGE_HEADER];
	struct writer writer = writer_of(bytes, sizeof(bytes));

	message_end(&writer, message_begin(&writer, MESSAGE_KEEPALIVE));
	send_all(fd, bytes, sizeof(bytes));
}

static bool open_session(struct loader *loader)
{
	static uint8_t buffer[MESSAGE_EXTENDED];
	struct writer writer = writer_of(buffer, sizeof(buffer));
	struct open open = { .version = 4, .asn = loader->asn, .hold_time_s = 180 };
	struct address id;
	struct message message;

	address_parse(loader->from, &id);
	open.bgp_id = address_to_ipv4(&id);
	open.capabilities.any_multiprotocol = open.capabilities.has_as4 = true;
	open.capabilities.families = FAMILY_BIT(FAMILY_IPV4);
	open.capabilities.as4 = loader->asn;
	open_build(&open, &writer);
	loader->fd = dial(loader);
	if (!send_all(loader->fd, buffer, write_length(&writer)))
		return false;
	do {
		if (!read_message(loader->fd, buffer, &message) ||
		    message.type == MESSAGE_NOTIFICATION)
			return false;
		if (message.type == MESSAGE_OPEN)
			send_keepalive(loader->fd);
	} while (message.type != MESSAGE_KEEPALIVE);
	return true;
}

/* What the other side says is read and dropped, so that it is never held up. */
static void stay(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	uint8_t dropped[65536];

	for (;;) {
		int ready = poll(&wait, 1, 20000);

		if (ready > 0 && read(fd, dropped, sizeof(dropped)) <= 0)
			return;
		if (ready == 0)
			send_keepalive(fd);
	}
}

int main(int argc, char **argv)
{
	struct loader loader = { .shape = "realistic", .prefixes = 100000, .port = 179 };
	int option;

	while ((option = getopt(argc, argv, "4:t:a:n:s:p:r:")) != -1) {
		switch (option) {
		case '4': loader.from = optarg; break;
		case 't': loader.to = optarg; break;
		case 'a': loader.asn = (uint32_t)strtoul(optarg, NULL, 10); break;
		case 'n': loader.prefixes = (uint32_t)strtoul(optarg, NULL, 10); break;
		case 's': loader.shape = optarg; break;
		case 'r': loader.rounds = (uint32_t)strtoul(optarg, NULL, 10); break;
		case 'p': loader.port = (uint16_t)strtoul(optarg, NULL, 10); break;
		default: return 2;
		}
	}
	if (!loader.from || !loader.to || !loader.asn)
		errx(2, "usage: loader -4 FROM -t TO -a AS [-n PREFIXES] [-s realistic|packed] [-p PORT] "
		     "[-r ROUNDS]");
	make_updates(&loader);
	for (int tries = 0; !open_session(&loader); tries++) {
		if (tries == 30)
			errx(1, "no session with %s", loader.to);
		close(loader.fd);
		poll(NULL, 0, 500);
	}
	printf("first %.6f\n", seconds());
	fflush(stdout);
	if (!send_all(loader.fd, loader.stream, loader.length))
		err(1, "session ended");
	for (uint32_t round = 0; round < loader.rounds; round++) {
		make_round(&loader);
		if (!send_all(loader.fd, loader.stream, loader.length))
			err(1, "session ended in round %u", round);
	}
	printf("last %.6f\n", seconds());
	fflush(stdout);
	stay(loader.fd);
	return 0;
}
