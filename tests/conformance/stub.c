/* stub - One BGP peer that says what it is given and prints what it hears.
 *
 *	stub FROM TO 2|4 OPEN [MESSAGE...]
 *
 * Connects from one address to port 179 of the other until it gets a session, and again when it has
 * lost it.  OPEN and the messages, said once the session is up, are texts of assemble.h.  2 or 4:
 * the octets of an AS number.  A KEEPALIVE leaves each second.  Prints
 *
 *	up
 *	198.51.100.0/24 origin=igp path=65010,65001 ...    (words of decode.h)
 *	198.51.100.0/24 withdrawn
 *	down 6/2
 *
 * Ends with SIGTERM. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/conformance/peer.h"

#define PAUSE_US     100000
#define PATIENCE_MS  3000
#define KEEPALIVE_MS 1000

static struct peer peer;

static bool open_session(char **arguments)
{
	if (!peer_connect(&peer, arguments[1], arguments[2]))
		return false;
	peer_send(&peer, arguments[4]);
	return peer_wait(&peer, peer_has_keepalive, NULL, PATIENCE_MS) && peer.count[4];
}

static void run_session(char **messages)
{
	puts("up");
	peer_send(&peer, "!04;");
	while (*messages)
		peer_send(&peer, *messages++);
	while (!peer_wait(&peer, peer_has_ended, NULL, KEEPALIVE_MS))
		peer_send(&peer, "!04;");
	printf("down %u/%u\n", peer.code, peer.subcode);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "usage: stub FROM TO 2|4 OPEN [MESSAGE...]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		peer_init(&peer);
		peer.as4 = strcmp(argv[3], "4") == 0;
		peer.keeps_diary = true;
		if (open_session(argv))
			run_session(argv + 5);
		peer_close(&peer);
		usleep(PAUSE_US);
	}
}
