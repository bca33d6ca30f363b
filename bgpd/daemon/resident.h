/* bgpd/daemon/resident.h - The memory that this process has, as the kernel counts it. */
#ifndef BGPD_DAEMON_RESIDENT_H
#define BGPD_DAEMON_RESIDENT_H

#include <stddef.h>

size_t resident_bytes(void);            /* 0: not known */

#endif
