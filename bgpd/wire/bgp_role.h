/* bgpd/wire/bgp_role.h - RFC 9234: what we are to a neighbor of another AS, and which routes may
 * therefore pass between us.
 *
 * A route that went down or sideways once (to a customer, a peer, or a client of a route server) must
 * not go up or sideways again.  The attribute OTC, "only to customer", says that it did, by the AS that
 * saw it first.  Pure. */
#ifndef BGPD_WIRE_BGP_ROLE_H
#define BGPD_WIRE_BGP_ROLE_H

#include <stdbool.h>
#include <stdint.h>

/* One more than on the wire; 0: nothing is said. */
enum bgp_role {
	BGP_ROLE_NONE,
	BGP_ROLE_PROVIDER,
	BGP_ROLE_RS,
	BGP_ROLE_RS_CLIENT,
	BGP_ROLE_CUSTOMER,
	BGP_ROLE_PEER,
	BGP_ROLES
};

const char *bgp_role_name(unsigned int role);           /* "rs-client"; "unknown" beyond the last */
/* Ours and what the neighbor says that it is. */
bool bgp_role_fits(enum bgp_role ours, unsigned int theirs);

struct bgp_otc {
	bool is_there;
	uint32_t asn;
};

/* Of a route from the neighbor. */
bool bgp_role_sees_leak(enum bgp_role ours, struct bgp_otc otc, uint32_t neighbor_asn);
bool bgp_role_marks_received(enum bgp_role ours);       /* one without OTC gets the neighbor's AS */
/* Of a route to the neighbor. */
bool bgp_role_keeps_back(enum bgp_role ours, struct bgp_otc otc);
bool bgp_role_marks_sent(enum bgp_role ours);           /* one without OTC gets our AS */

#endif
