/* tests/support/hex.h - Bytes written as a packet dump: "40 01 01 00". */
#ifndef TESTS_SUPPORT_HEX_H
#define TESTS_SUPPORT_HEX_H

#include "bgpd/base/bytes.h"

struct span hex(const char *dump);      /* spaces do not count; lent until the 16th call from here */
struct reader hex_reader(const char *dump);

/* Fails the test unless the bytes are those of the dump. */
void assert_hex(struct span bytes, const char *dump);
struct span written(const struct writer *writer);

#endif
