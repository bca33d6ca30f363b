/* tests/netns/probe.c - A numbered stream of packets in each direction: what was lost, for how long.
 *
 *	probe [-r RATE] [-n TARGETS [-s STRIDE]] [-d SECONDS] [-b LOCAL] ADDRESS
 *
 * Sends RATE packets a second (1000; 0: none) to ADDRESS (IPv4 or IPv6), UDP port 7007, and counts
 * those that come from a probe at the other end.  Each end judges what it receives, so that the two
 * directions are judged apart.  With -n the packets go in turn to ADDRESS, ADDRESS + STRIDE ... as
 * into many prefixes.
 *
 * A line of JSON for each SIGUSR1 says what came since the last SIGUSR2, and one at the end (SIGTERM,
 * or after -d SECONDS) what came in all:
 *
 *	lost, duplicates, reordered    packets, by their numbers
 *	outage_ms   longest time for which the packets to one target were lost, by the sender's clock: a
 *	            program that waits for the processor does not make an outage
 *	gap_ms      longest time between two packets, by our own clock
 *	silent_ms   time since the last packet
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT		7007
#define MAGIC		0x70726f62u
#define MAX_TARGETS	256
#define REMEMBERED	65536			/* numbers, to tell a duplicate from a late one */
#define SECOND		1000000000ll		/* ns */
#define SILENCE		(SECOND / 10)		/* so long without a packet is an outage that lasts */
#define LINGER		(SECOND / 2)		/* for what is still on its way at the end */

struct packet {
	uint32_t magic;
	uint32_t is_end;			/* number is how many there were */
	uint64_t number;
	int64_t sent;				/* CLOCK_MONOTONIC, which is one for all namespaces */
	uint64_t targets;
};

struct tally {
	const char *what;
	int64_t since;
	int64_t sent, received, lost, duplicates, reordered;
	int64_t outage, gap;
};

struct probe {
	int fd;
	struct sockaddr_storage to;
	long rate, targets, stride, seconds;
	uint64_t number;			/* of the next packet to send */
	int64_t next_send;

	uint64_t expected;			/* number that comes next */
	uint64_t remembered[REMEMBERED];	/* number + 1 */
	int64_t last_sent[MAX_TARGETS];		/* sender's time of the last packet to each target */
	uint64_t last_number[MAX_TARGETS];
	uint64_t their_targets;
	int64_t last_arrival;			/* 0: nothing came yet */
	bool peer_ended;

	struct tally total, window;
};

static volatile sig_atomic_t asked, marked, stopped;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		asked = 1;
	else if (number == SIGUSR2)
		marked = 1;
	else
		stopped = 1;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void raise_to(int64_t *maximum, int64_t value)
{
	if (value > *maximum)
		*maximum = value;
}

/* An outage or a gap that lasts at this moment has to be seen, too. */
static void tally_ongoing(const struct probe *probe, struct tally *tally)
{
	int64_t at = now();

	if (!probe->last_arrival || probe->peer_ended)
		return;
	raise_to(&tally->gap, at - probe->last_arrival);
	for (uint64_t target = 0; target < probe->their_targets; target++)
		if (probe->last_sent[target] && at - probe->last_sent[target] > SILENCE)
			raise_to(&tally->outage, at - probe->last_sent[target]);
}

static void tally_print(const struct probe *probe, struct tally *tally)
{
	tally_ongoing(probe, tally);
	printf("{\"what\": \"%s\", \"seconds\": %.3f, \"sent\": %lld, \"received\": %lld, "
	       "\"lost\": %lld, \"duplicates\": %lld, \"reordered\": %lld, "
	       "\"outage_ms\": %.3f, \"gap_ms\": %.3f, \"silent_ms\": %.3f}\n",
	       tally->what, (double)(now() - tally->since) / SECOND, (long long)tally->sent,
	       (long long)tally->received, (long long)(tally->lost > 0 ? tally->lost : 0),
	       (long long)tally->duplicates, (long long)tally->reordered,
	       (double)tally->outage / 1e6, (double)tally->gap / 1e6,
	       (double)(now() - (probe->last_arrival ? probe->last_arrival : tally->since)) / 1e6);
	fflush(stdout);
}

static void window_begin(struct probe *probe)
{
	probe->window = (struct tally){ .what = "window", .since = now() };
}

static void count_in_order(struct probe *probe, struct tally *tally, const struct packet *packet,
			   int64_t arrival)
{
	uint64_t target = packet->number % packet->targets;

	tally->received++;
	tally->lost += (int64_t)(packet->number - probe->expected);
	raise_to(&tally->gap, arrival - probe->last_arrival);
	if (probe->last_sent[target] &&
	    packet->number > probe->last_number[target] + packet->targets)
		raise_to(&tally->outage, packet->sent - probe->last_sent[target]);
}

static void count_late(const struct probe *probe, struct tally *tally, const struct packet *packet)
{
	if (probe->remembered[packet->number % REMEMBERED] == packet->number + 1) {
		tally->duplicates++;
		return;
	}
	tally->received++;
	tally->reordered++;
	tally->lost--;
}

static void receive_end(struct probe *probe, const struct packet *packet)
{
	if (probe->peer_ended)
		return;
	probe->peer_ended = true;
	if (!probe->last_arrival || packet->number <= probe->expected)
		return;
	probe->total.lost += (int64_t)(packet->number - probe->expected);
	probe->window.lost += (int64_t)(packet->number - probe->expected);
}

static void receive_packet(struct probe *probe, const struct packet *packet)
{
	int64_t arrival = now();

	if (!probe->last_arrival) {
		probe->expected = packet->number;
		probe->last_arrival = arrival;
		probe->their_targets = packet->targets;
	}
	if (packet->number < probe->expected) {
		count_late(probe, &probe->total, packet);
		count_late(probe, &probe->window, packet);
	} else {
		uint64_t target = packet->number % packet->targets;

		count_in_order(probe, &probe->total, packet, arrival);
		count_in_order(probe, &probe->window, packet, arrival);
		probe->expected = packet->number + 1;
		probe->last_sent[target] = packet->sent;
		probe->last_number[target] = packet->number;
		probe->last_arrival = arrival;
	}
	probe->remembered[packet->number % REMEMBERED] = packet->number + 1;
}

static void receive_all(struct probe *probe)
{
	struct packet packet;
	ssize_t length;

	while ((length = recv(probe->fd, &packet, sizeof(packet), MSG_DONTWAIT)) >= 0) {
		if (length != (ssize_t)sizeof(packet) || packet.magic != MAGIC ||
		    packet.targets < 1 || packet.targets > MAX_TARGETS)
			continue;
		if (packet.is_end)
			receive_end(probe, &packet);
		else
			receive_packet(probe, &packet);
	}
}

/* The address so many further on: in its last four bytes, also of IPv6. */
static void advance(struct sockaddr_storage *to, uint32_t offset)
{
	uint8_t *bytes = to->ss_family == AF_INET6 ? ((struct sockaddr_in6 *)to)->sin6_addr.s6_addr + 12
						   : (uint8_t *)&((struct sockaddr_in *)to)->sin_addr;
	uint32_t tail;

	memcpy(&tail, bytes, sizeof(tail));
	tail = htonl(ntohl(tail) + offset);
	memcpy(bytes, &tail, sizeof(tail));
}

static void send_one(struct probe *probe, const struct packet *packet)
{
	struct sockaddr_storage to = probe->to;
	uint64_t target = packet->number % packet->targets;

	advance(&to, (uint32_t)target * (uint32_t)probe->stride);
	/* No route is an outage like any other: the number is used up and will be missed. */
	(void)!sendto(probe->fd, packet, sizeof(*packet), MSG_DONTWAIT, (struct sockaddr *)&to,
		      sizeof(to));
}

static void send_due(struct probe *probe)
{
	struct packet packet = { .magic = MAGIC, .targets = (uint64_t)probe->targets };

	while (probe->rate && probe->next_send <= now()) {
		packet.number = probe->number++;
		packet.sent = now();
		send_one(probe, &packet);
		probe->total.sent++;
		probe->window.sent++;
		probe->next_send += SECOND / probe->rate;
	}
}

static void send_end(struct probe *probe)
{
	struct packet packet = { .magic = MAGIC, .targets = (uint64_t)probe->targets,
				 .is_end = 1, .number = probe->number };

	for (int i = 0; i < 3; i++)
		send_one(probe, &packet);
}

/* Signals arrive only while it waits, so that none is missed between a look and the wait. */
static void wait_until(struct probe *probe, int64_t deadline)
{
	struct pollfd pollfd = { .fd = probe->fd, .events = POLLIN };
	int64_t left = deadline - now();
	struct timespec timeout = { 0 };
	sigset_t none;

	sigemptyset(&none);
	if (left > 0)
		timeout = (struct timespec){ left / SECOND, left % SECOND };
	if (ppoll(&pollfd, 1, &timeout, &none) < 0 && errno != EINTR)
		die("poll");
	receive_all(probe);
	if (marked)
		window_begin(probe);
	if (asked)
		tally_print(probe, &probe->window);
	marked = asked = 0;
}

static void run(struct probe *probe)
{
	int64_t start = now();
	int64_t end = probe->seconds ? start + probe->seconds * SECOND : INT64_MAX;

	probe->next_send = start;
	while (!stopped && now() < end) {
		int64_t wake = probe->rate ? probe->next_send : start + 3600 * SECOND;

		wait_until(probe, wake < end ? wake : end);
		send_due(probe);
	}
	send_end(probe);
	end = now() + LINGER;
	while (!probe->peer_ended && now() < end)
		wait_until(probe, end);
	tally_print(probe, &probe->total);
}

static bool parse_address(const char *text, struct sockaddr_storage *address)
{
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)address;

	*address = (struct sockaddr_storage){ .ss_family = strchr(text, ':') ? AF_INET6 : AF_INET };
	if (address->ss_family == AF_INET6) {
		ipv6->sin6_port = htons(PORT);
		return inet_pton(AF_INET6, text, &ipv6->sin6_addr) == 1;
	}
	ipv4->sin_port = htons(PORT);
	return inet_pton(AF_INET, text, &ipv4->sin_addr) == 1;
}

static int open_socket(const char *local)
{
	struct sockaddr_storage address;
	int fd, size = 4 << 20;

	if (!parse_address(local, &address))
		die(local);
	fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("probe");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGUSR1, SIGUSR2, SIGTERM, SIGINT };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], &action, NULL);
		sigaddset(&blocked, numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, NULL);
}

static void usage(void)
{
	fputs("usage: probe [-r RATE] [-n TARGETS [-s STRIDE]] [-d SECONDS] [-b LOCAL] ADDRESS\n",
	      stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	static struct probe probe = { .rate = 1000, .targets = 1, .stride = 1 };
	const char *local = NULL;
	int option;

	while ((option = getopt(argc, argv, "r:n:s:d:b:")) >= 0)
		switch (option) {
		case 'r': probe.rate = strtol(optarg, NULL, 10); break;
		case 'n': probe.targets = strtol(optarg, NULL, 10); break;
		case 's': probe.stride = strtol(optarg, NULL, 10); break;
		case 'd': probe.seconds = strtol(optarg, NULL, 10); break;
		case 'b': local = optarg; break;
		default: usage();
		}
	if (optind + 1 != argc || !parse_address(argv[optind], &probe.to))
		usage();
	if (probe.rate < 0 || probe.rate > 1000000 || probe.targets < 1 ||
	    probe.targets > MAX_TARGETS || probe.seconds < 0)
		usage();
	catch_signals();
	if (!local)
		local = probe.to.ss_family == AF_INET6 ? "::" : "0.0.0.0";
	probe.fd = open_socket(local);
	probe.total = (struct tally){ .what = "total", .since = now() };
	window_begin(&probe);
	tally_print(&probe, &probe.window);     /* signals are welcome from here */
	run(&probe);
	return 0;
}
