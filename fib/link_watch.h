/* fib/link_watch.h - Interfaces, their addresses and counters, as events.
 *
 * Level-triggered: an event says what is true now.  After lost messages (ENOBUFS) everything is
 * read again.  The lower device (IFLA_LINK) counts: an XFRM interface stays up when its uplink
 * goes. */
#ifndef FIB_LINK_WATCH_H
#define FIB_LINK_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/address.h"

#define LINK_ADDRESSES 16

struct link_state {
	char name[16];
	int ifindex;                    /* 0: there is no such interface */
	bool is_up;                     /* IFF_UP */
	bool has_carrier;               /* IFF_RUNNING, or operstate unknown as tunnels have it */
	bool lower_is_up;               /* true where there is no lower device */
	uint32_t if_id;                 /* what an XFRM interface shares with its SAs; 0: none */
	struct address addresses[LINK_ADDRESSES];
	uint8_t address_count;          /* those that fit */
};

struct link_counters {
	uint64_t rx_bytes, tx_bytes, rx_packets, tx_packets;
};

struct link_watch;
typedef void link_changed(void *arg, const struct link_state *link);
/* Nexthops or routes may have gone without a word: messages were lost, a watched link was down between
 * two reads, another interface, perhaps an uplink, went down or up, or an address that may be the
 * preferred source of routes came or went. */
typedef void link_resync(void *arg);

/* Watches the named interfaces, which need not exist.  names are copied.  NULL: no socket, errno
 * says why.  Nothing is read yet: link_watch_refresh tells the first states. */
struct link_watch *link_watch_new(const char *const *names, size_t count, link_changed *changed,
				  link_resync *resync, void *arg);
void link_watch_free(struct link_watch *watch);

int link_watch_fd(const struct link_watch *watch);
/* Reads what has come, without blocking; calls changed for what differs from before.
 * 0 or -errno. */
int link_watch_read(struct link_watch *watch);
/* Reads everything anew; at start, after an overrun and for audits. */
int link_watch_refresh(struct link_watch *watch);
bool link_watch_has_address(const struct link_watch *watch, const struct address *address);
bool link_watch_counters(struct link_watch *watch, const char *name,
			 struct link_counters *counters);

#endif
