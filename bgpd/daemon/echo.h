/* bgpd/daemon/echo.h - ICMP echoes: bytes of the one that leaves, and of the answer that comes.
 *
 * RFC 792, RFC 4443 4.1.  The checksum of ICMPv6 is the kernel's to make and to check. */
#ifndef BGPD_DAEMON_ECHO_H
#define BGPD_DAEMON_ECHO_H

#include "bgpd/base/address.h"

#define ECHO_SIZE 16

void echo_build(enum family family, uint16_t identifier, uint16_t sequence, uint8_t bytes[ECHO_SIZE]);
/* As a raw socket gives it: with an IPv4 header, without an IPv6 one.  False: no answer to us. */
bool echo_parse_answer(enum family family, uint16_t identifier, const uint8_t *bytes, size_t length,
		       uint16_t *sequence);

#endif
