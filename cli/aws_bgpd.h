/* cli/aws_bgpd.h - AWS VPN connections -> a bgpd.json with comments, without keys.
 *
 * The connections must be checked and of one customer gateway.  Their tunnels are numbered from 1
 * through all of them, tun1, tun2 ..., here and in what cli/aws_ipsec.h writes. */
#ifndef CLI_AWS_BGPD_H
#define CLI_AWS_BGPD_H

#include <stdio.h>

#include "cli/aws_vpn.h"

/* What AWS's file does not say. */
struct aws_networks {
	const char *interface;                  /* pattern of their names */
	char *const *accept, *const *announce;  /* prefixes as bgpd.json has them */
	size_t accept_count, announce_count;
};

void aws_bgpd_write(FILE *out, const struct aws_vpns *vpns, const struct aws_networks *networks);

#endif
