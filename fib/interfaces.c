#include "fib/interfaces.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

void interfaces_clear(struct interfaces *interfaces)
{
	for (size_t i = 0; i < interfaces->count; i++)
		free(interfaces->items[i].addresses);
	free(interfaces->items);
	*interfaces = (struct interfaces){ .items = NULL };
}

/* Where the interface is, or would have to be put. */
static size_t find_place(const struct interfaces *interfaces, int ifindex)
{
	size_t low = 0, high = interfaces->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (interfaces->items[middle].link.ifindex < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct interface *interfaces_find(const struct interfaces *interfaces, int ifindex)
{
	size_t place = find_place(interfaces, ifindex);

	if (place == interfaces->count || interfaces->items[place].link.ifindex != ifindex)
		return NULL;
	return &interfaces->items[place];
}

static struct interface *add_interface(struct interfaces *interfaces, int ifindex)
{
	size_t place = find_place(interfaces, ifindex);
	struct interface *item;

	interfaces->items = xrealloc(interfaces->items, (interfaces->count + 1) * sizeof(*item));
	item = &interfaces->items[place];
	memmove(item + 1, item, (interfaces->count++ - place) * sizeof(*item));
	*item = (struct interface){ .link.ifindex = ifindex };
	return item;
}

void interfaces_set(struct interfaces *interfaces, const struct link *link)
{
	struct interface *item = interfaces_find(interfaces, link->ifindex);

	if (!item)
		item = add_interface(interfaces, link->ifindex);
	item->link = *link;
}

void interfaces_remove(struct interfaces *interfaces, int ifindex)
{
	struct interface *item = interfaces_find(interfaces, ifindex);

	if (!item)
		return;
	free(item->addresses);
	memmove(item, item + 1,
		(size_t)(interfaces->items + interfaces->count - item - 1) * sizeof(*item));
	interfaces->count--;
}

static struct address *find_address(const struct interface *item, const struct address *address)
{
	for (size_t i = 0; i < item->address_count; i++) {
		if (address_equal(&item->addresses[i], address))
			return &item->addresses[i];
	}
	return NULL;
}

bool interfaces_remove_address(struct interfaces *interfaces, const struct link_address *address)
{
	struct interface *item = interfaces_find(interfaces, address->ifindex);
	struct address *found = item ? find_address(item, &address->address) : NULL;

	if (!found)
		return false;
	memmove(found, found + 1,
		(size_t)(item->addresses + item->address_count - found - 1) * sizeof(*found));
	item->address_count--;
	return true;
}

bool interfaces_set_address(struct interfaces *interfaces, const struct link_address *address)
{
	struct interface *item = interfaces_find(interfaces, address->ifindex);

	if (!address->is_usable)
		return interfaces_remove_address(interfaces, address);
	if (!item || find_address(item, &address->address))
		return false;
	item->addresses = xrealloc(item->addresses,
				   (item->address_count + 1) * sizeof(*item->addresses));
	item->addresses[item->address_count++] = address->address;
	return true;
}

bool interfaces_have_address(const struct interfaces *interfaces, const struct address *address)
{
	for (size_t i = 0; i < interfaces->count; i++)
		if (find_address(&interfaces->items[i], address))
			return true;
	return false;
}
