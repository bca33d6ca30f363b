/* bgpd/bfd/packet.h - BFD Control packets, RFC 5880 4.1.
 *
 * Without authentication, which is refused (RFC 5880 6.8.6: a packet with the A bit is discarded
 * where none is in use).  Intervals are microseconds, as on the wire. */
#ifndef BGPD_BFD_PACKET_H
#define BGPD_BFD_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BFD_PACKET 24                   /* bytes of one that we send */

enum bfd_state { BFD_ADMIN_DOWN, BFD_DOWN, BFD_INIT, BFD_UP, BFD_STATES };

enum bfd_diagnostic {
	BFD_NO_DIAGNOSTIC,
	BFD_TIME_EXPIRED,
	BFD_ECHO_FAILED,
	BFD_NEIGHBOR_DOWN,
	BFD_PLANE_RESET,
	BFD_PATH_DOWN,
	BFD_CONCATENATED_DOWN,
	BFD_ADMINISTRATIVE,
	BFD_REVERSE_DOWN,
	BFD_MISCONNECTED,
};

struct bfd_packet {
	uint8_t version;                /* 1 */
	uint8_t diagnostic;             /* enum bfd_diagnostic, or one that we do not know */
	uint8_t state;                  /* enum bfd_state */
	bool poll, final, is_independent, has_authentication, demand, multipoint;
	uint8_t multiplier;
	uint8_t length;
	uint32_t my_discriminator, your_discriminator;
	uint32_t desired_tx_us, required_rx_us, required_echo_us;
};

/* NULL, or why the packet is to be discarded (RFC 5880 6.8.6, as far as the packet alone tells). */
const char *packet_parse(const uint8_t *bytes, size_t length, struct bfd_packet *packet);
/* Version and length are filled in. */
void packet_build(const struct bfd_packet *packet, uint8_t bytes[BFD_PACKET]);

const char *packet_diagnostic_name(uint8_t diagnostic); /* in the words of RFC 5880 4.1 */
const char *packet_state_name(enum bfd_state state);

#endif
