/* bgpd/base/xalloc.h - Allocation that succeeds or ends the process.
 *
 * Whatever a peer controls has a bound of its own (message size, prefix limit), so memory that
 * runs out means that the machine is out of it, and a restart is the cure. */
#ifndef BGPD_BASE_XALLOC_H
#define BGPD_BASE_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);       /* zeroed */
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
