/* tests/fuzz/bfd_event.h - What may happen to a BFD session: a byte each, then its arguments. */
#ifndef TESTS_FUZZ_BFD_EVENT_H
#define TESTS_FUZZ_BFD_EVENT_H

#define BFD_EVENT_DISCRIMINATOR 7       /* ours; the peer has to know it */

enum bfd_event {
	BFD_EVENT_PACKET,               /* length, bytes */
	BFD_EVENT_TIME,                 /* a power of 2, in ms */
	BFD_EVENT_DEADLINE,             /* to the next one */
	BFD_EVENT_CHANGE,               /* interval, multiplier */
	BFD_EVENT_FORGIVE,
	BFD_EVENT_STOP,
	BFD_EVENTS
};

#endif
