/* tests/conformance/decode.h - What an UPDATE says, as words.  Written anew from the RFCs, so that
 * bgpd's decoder has no part in its own test; it knows only what a correct speaker sends, and
 * complains of everything else.
 *
 * The attributes of a route are words separated by a space:
 *
 *	origin=igp path=65001,65002,{7,8} nexthop=10.0.0.2 med=5 lp=100 atomic
 *	aggregator=65001,10.0.0.9 communities=65001:1,65535:65281 ext=0002fde900000001
 *	large=65001:1:2 originator=10.0.0.9 clusters=10.0.0.8 as4path=... as4aggregator=...
 *	attr99=e0:0102
 *	long2 disorder2                 attribute 2 has an extended length without need, or is out of
 *	                                order: neither is forbidden */
#ifndef CONFORMANCE_DECODE_H
#define CONFORMANCE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECODE_WORDS 4096

struct decoded {
	bool as4;                       /* in: AS numbers have 4 octets on this session */
	void *arg;
	void (*route)(void *arg, const char *prefix, const char *words);
	void (*withdraw)(void *arg, const char *prefix);
	void (*end_of_rib)(void *arg, unsigned int afi);
	char complaint[160];            /* out: "" when it is as it should be */
};

void decode_update(const uint8_t *body, size_t length, struct decoded *decoded);

#endif
