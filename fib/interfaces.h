/* fib/interfaces.h - A picture of all interfaces of the namespace and their addresses, kept up
 * by messages.  All, because any may be the lower one of a watched one, or be renamed to it. */
#ifndef FIB_INTERFACES_H
#define FIB_INTERFACES_H

#include "fib/link_message.h"

struct interface {
	struct link link;
	struct address *addresses;      /* usable ones, in the order in which they came */
	size_t address_count;
};

struct interfaces {
	struct interface *items;        /* by ifindex */
	size_t count;
};

void interfaces_clear(struct interfaces *interfaces);
struct interface *interfaces_find(const struct interfaces *interfaces, int ifindex);
void interfaces_set(struct interfaces *interfaces, const struct link *link);
void interfaces_remove(struct interfaces *interfaces, int ifindex);
/* True: the interface has another set of addresses now. */
bool interfaces_set_address(struct interfaces *interfaces, const struct link_address *address);
bool interfaces_remove_address(struct interfaces *interfaces, const struct link_address *address);
bool interfaces_have_address(const struct interfaces *interfaces, const struct address *address);

#endif
