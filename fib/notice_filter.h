/* fib/notice_filter.h - A filter in the kernel for a socket that listens to route changes: of a
 * million of them it lets those through that others make. */
#ifndef FIB_NOTICE_FILTER_H
#define FIB_NOTICE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#include "fib/table_watch.h"

#define NOTICE_FILTER_MAX 16

/* Fills `code`; returns its length.  Messages other than of routes and nexthops pass. */
size_t notice_filter_build(const struct table_ours *ours, struct sock_filter code[NOTICE_FILTER_MAX]);

#endif
