/* tests/fuzz/fuzz_bfd.c - Whatever a peer sends and whenever: what must stay true of a BFD session.
 *
 * The first two bytes of the input are the parameters, the rest is a list of things that happen
 * (bfd_event.h).  After each of them:
 * - a packet that was discarded has changed nothing;
 * - each packet that we send is one that we would take, says our state, and never asks and answers;
 * - a path is alive while the session is up, and AdminDown is for good;
 * - no deadline is left behind.
 *
 *	make fuzz && mkdir corpus && build-fuzz/tests/fuzz/make_corpus bfd corpus
 *	build-fuzz/tests/fuzz/fuzz_bfd corpus */
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/bytes.h"
#include "bgpd/bfd/bfd.h"
#include "tests/fuzz/bfd_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
	if (!claim)
		abort();
}

static struct bfd_params read_params(struct reader *events)
{
	return (struct bfd_params){
		.interval_ms = 10 + 235 * read_u8(events),
		.multiplier = (uint8_t)(1 + read_u8(events) % 255),
	};
}

static void take_packet(struct bfd *bfd, struct reader *events, msec_t now)
{
	size_t length = read_u8(events);
	struct span packet = read_span(events, length);
	struct bfd before;

	memcpy(&before, bfd, sizeof(before));
	if (bfd_receive(bfd, packet.bytes, packet.length, now))
		expect(memcmp(&before, bfd, sizeof(before)) == 0);
}

static void send_all(struct bfd *bfd, uint32_t random, msec_t now)
{
	uint8_t bytes[BFD_PACKET];
	struct bfd_packet packet;

	for (int count = 0; bfd_send(bfd, bytes, random, now); count++) {
		expect(count < 2);      /* an answer, and what was due */
		expect(!packet_parse(bytes, sizeof(bytes), &packet));
		expect(packet.state == bfd->state && !(packet.poll && packet.final));
	}
}

static void expect_sound(const struct bfd *bfd, bool is_stopped, msec_t now)
{
	char text[BFD_REASON];
	const char *reason = bfd_reason(bfd, text);

	expect(*reason && strlen(reason) < sizeof(text));
	expect((bfd->state == BFD_ADMIN_DOWN) == is_stopped);
	expect(bfd->state != BFD_UP || (bfd->verdict == BFD_ALIVE && !bfd_is_silent(bfd)));
	expect(bfd_deadline(bfd) > now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader events = reader_of(data, size);
	struct bfd_params params = read_params(&events);
	bool is_stopped = false;
	msec_t now = 1000;
	struct bfd bfd;

	bfd_init(&bfd, &params, BFD_EVENT_DISCRIMINATOR, now);
	while (read_left(&events)) {
		switch ((enum bfd_event)(read_u8(&events) % BFD_EVENTS)) {
		case BFD_EVENT_PACKET:
			take_packet(&bfd, &events, now);
			break;
		case BFD_EVENT_TIME:
			now += (msec_t)1 << read_u8(&events) % 24;
			break;
		case BFD_EVENT_DEADLINE:
			now = bfd_deadline(&bfd) == NEVER ? now : bfd_deadline(&bfd);
			break;
		case BFD_EVENT_CHANGE:
			params = read_params(&events);
			bfd_change(&bfd, &params, now);
			break;
		case BFD_EVENT_FORGIVE:
			bfd_forgive(&bfd);
			break;
		case BFD_EVENT_STOP:
			is_stopped = true;
			bfd_stop(&bfd, now);
			break;
		case BFD_EVENTS:
			break;
		}
		bfd_tick(&bfd, now);
		send_all(&bfd, (uint32_t)read_left(&events) * 2654435761u, now);
		expect_sound(&bfd, is_stopped, now);
	}
	return 0;
}
