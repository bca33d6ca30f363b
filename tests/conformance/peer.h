/* tests/conformance/peer.h - A BGP peer whose part the test plays: one TCP connection, what came on
 * it, and the routes that the other end has announced.
 *
 * It sends nothing by itself.  All peers that are open are read whenever one is waited for, so that
 * an observer hears what happens while another peer acts. */
#ifndef CONFORMANCE_PEER_H
#define CONFORMANCE_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEER_ROUTES 64
#define PEER_IN     131072

struct peer_route {
	char prefix[64];
	char *words;                    /* of decode.h */
};

struct peer {
	int fd;                         /* -1: not open */
	bool as4;                       /* AS numbers have 4 octets */
	bool is_closed, was_reset;      /* by the other end: FIN, RST */
	bool is_deaf;                   /* nothing is read from it */
	bool keeps_diary;               /* a line on stdout for each route that comes or goes */
	unsigned int count[6];          /* messages by type */
	unsigned int eorr, borr, eor;   /* RFC 7313, RFC 4724: bits 1 << AFI that have come */
	unsigned int requests;          /* RFC 2918, the same */
	uint8_t code, subcode;          /* of the NOTIFICATION, if count[3] */
	char data[520];                 /* in hex */
	char open[1200];                /* the body of the OPEN, in hex */
	char complaint[160];            /* what it said that no speaker may say */
	struct peer_route routes[PEER_ROUTES];
	size_t route_count;
	uint8_t in[PEER_IN];
	size_t in_length;
};

void peer_init(struct peer *peer);
/* From this address to port 179 of that one; false when that fails. */
bool peer_connect(struct peer *peer, const char *from, const char *to);
int peer_listen(const char *address);           /* on port 179; a descriptor, or -1 */
bool peer_accept(struct peer *peer, int listener, int timeout_ms);
void peer_send(struct peer *peer, const char *text);    /* of assemble.h */
void peer_send_octets(struct peer *peer, const uint8_t *bytes, size_t length);
void peer_close(struct peer *peer);
void peer_reset(struct peer *peer);             /* closes with RST */

int64_t peer_now_ms(void);                      /* monotonic */
typedef bool peer_condition(struct peer *peer, const void *arg);
/* Reads all open peers until the condition holds, at most so long; says whether it does. */
bool peer_wait(struct peer *peer, peer_condition *condition, const void *arg, int timeout_ms);

bool peer_has_open(struct peer *peer, const void *unused);
bool peer_has_keepalive(struct peer *peer, const void *unused);
bool peer_has_ended(struct peer *peer, const void *unused);     /* NOTIFICATION or closed */
bool peer_is_closed(struct peer *peer, const void *unused);
const char *peer_words(const struct peer *peer, const char *prefix);   /* NULL: no such route */

#endif
