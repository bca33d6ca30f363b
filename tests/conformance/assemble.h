/* tests/conformance/assemble.h - Messages written by hand, close to the RFC's diagrams.
 *
 *	fd e9 0a000001          octets; spaces do not count
 *	< ... >                 the same behind a length of one octet
 *	( ... )                 behind a length of two octets
 *	{ ... }*300             repeated
 *	!02 ... ;               a message of type 2: marker, length, type, body
 *
 * So the length fields are right unless a test writes them itself, and nothing of bgpd's own
 * encoders has a part in its test. */
#ifndef CONFORMANCE_ASSEMBLE_H
#define CONFORMANCE_ASSEMBLE_H

#include <stddef.h>
#include <stdint.h>

#define ASSEMBLE_MAX 262144

struct octets {
	size_t length;
	uint8_t bytes[ASSEMBLE_MAX];
};

/* Ends the program on text that is not of this form. */
void assemble(const char *text, struct octets *to);

#endif
