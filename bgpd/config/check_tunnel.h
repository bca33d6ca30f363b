/* bgpd/config/check_tunnel.h - The rules for one tunnel: link, peer, provider, other tunnels. */
#ifndef BGPD_CONFIG_CHECK_TUNNEL_H
#define BGPD_CONFIG_CHECK_TUNNEL_H

#include "bgpd/config/check_session.h"

/* The one whose turn it is: check->group, check->tunnel. */
void check_tunnel(struct check *check);

#endif
