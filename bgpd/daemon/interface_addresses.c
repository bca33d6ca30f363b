#include "bgpd/daemon/interface_addresses.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "bgpd/daemon/tcp_socket.h"

static struct address address_of(const struct ifaddrs *entry)
{
	struct sockaddr_storage storage = { 0 };
	size_t size;

	if (!entry->ifa_addr)
		return (struct address){ 0 };
	if (entry->ifa_addr->sa_family == AF_INET6)
		size = sizeof(struct sockaddr_in6);
	else if (entry->ifa_addr->sa_family == AF_INET)
		size = sizeof(struct sockaddr_in);
	else
		return (struct address){ 0 };
	memcpy(&storage, entry->ifa_addr, size);
	return tcp_socket_address(&storage);
}

static const char *interface_of(const struct ifaddrs *list, const struct address *one)
{
	for (; list; list = list->ifa_next) {
		struct address address = address_of(list);

		if (address_equal(&address, one))
			return list->ifa_name;
	}
	return NULL;
}

size_t interface_addresses_beside(const struct address *one, struct address *others, size_t max)
{
	struct ifaddrs *list;
	const char *name;
	size_t count = 0;

	if (getifaddrs(&list))
		return 0;
	name = interface_of(list, one);
	for (const struct ifaddrs *entry = list; name && entry && count < max; entry = entry->ifa_next) {
		struct address address = address_of(entry);

		if (address_is_set(&address) && strcmp(entry->ifa_name, name) == 0 &&
		    !address_equal(&address, one) && !address_is_loopback(&address))
			others[count++] = address;
	}
	freeifaddrs(list);
	return count;
}
