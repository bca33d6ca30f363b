#include "bgpd/wire/bgp_role.h"

enum leak { LEAK_NEVER, LEAK_WITH_OTC, LEAK_UNLESS_THEIRS };

/* RFC 9234 4.2 table 2, and 5. */
static const struct {
	const char *name;
	enum bgp_role counterpart;
	enum leak leak;                 /* a route that comes with OTC */
	bool marks_received;
	bool keeps_back;                /* a route that has OTC */
	bool marks_sent;
} roles[BGP_ROLES] = {
	[BGP_ROLE_NONE]      = { "none",      BGP_ROLE_NONE,      LEAK_NEVER,    false, false, false },
	[BGP_ROLE_PROVIDER]  = { "provider",  BGP_ROLE_CUSTOMER,  LEAK_WITH_OTC, false, false, true },
	[BGP_ROLE_RS]        = { "rs",        BGP_ROLE_RS_CLIENT, LEAK_WITH_OTC, false, false, true },
	[BGP_ROLE_RS_CLIENT] = { "rs-client", BGP_ROLE_RS,        LEAK_NEVER,    true,  true,  false },
	[BGP_ROLE_CUSTOMER]  = { "customer",  BGP_ROLE_PROVIDER,  LEAK_NEVER,    true,  true,  false },
	[BGP_ROLE_PEER]      = { "peer",      BGP_ROLE_PEER,      LEAK_UNLESS_THEIRS, true, true, true },
};

const char *bgp_role_name(unsigned int role)
{
	return role < BGP_ROLES ? roles[role].name : "unknown";
}

bool bgp_role_fits(enum bgp_role ours, unsigned int theirs)
{
	return theirs == (unsigned int)roles[ours].counterpart;
}

bool bgp_role_sees_leak(enum bgp_role ours, struct bgp_otc otc, uint32_t neighbor_asn)
{
	switch (roles[ours].leak) {
	case LEAK_NEVER:
		return false;
	case LEAK_WITH_OTC:
		return otc.is_there;
	case LEAK_UNLESS_THEIRS:
		return otc.is_there && otc.asn != neighbor_asn;
	}
	return false;
}

bool bgp_role_marks_received(enum bgp_role ours)
{
	return roles[ours].marks_received;
}

bool bgp_role_keeps_back(enum bgp_role ours, struct bgp_otc otc)
{
	return roles[ours].keeps_back && otc.is_there;
}

bool bgp_role_marks_sent(enum bgp_role ours)
{
	return roles[ours].marks_sent;
}
