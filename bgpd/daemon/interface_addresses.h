/* bgpd/daemon/interface_addresses.h - What other addresses the interface has that has this one. */
#ifndef BGPD_DAEMON_INTERFACE_ADDRESSES_H
#define BGPD_DAEMON_INTERFACE_ADDRESSES_H

#include "bgpd/base/address.h"

/* In the kernel's order, loopback addresses left out, at most `max`; returns how many.  0 when no
 * interface has the address, or the kernel cannot be asked. */
size_t interface_addresses_beside(const struct address *one, struct address *others, size_t max);

#endif
