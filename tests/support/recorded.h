/* tests/support/recorded.h - Bytes of the real thing: a file of hex dumps, each below "# its title". */
#ifndef TESTS_SUPPORT_RECORDED_H
#define TESTS_SUPPORT_RECORDED_H

#include "bgpd/base/bytes.h"

/* Fails the test when there is none.  Lent as hex() lends. */
struct span recorded(const char *path, const char *title);

#endif
