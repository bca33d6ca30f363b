/* cli/aws_ipsec.h - AWS VPN connections -> configuration of strongSwan or Libreswan.
 *
 * The algorithms in AWS's XML are the weakest that it takes (SHA-1, group 2), whatever the
 * connection allows; offered are stronger ones, which every connection takes unless its options
 * were narrowed. */
#ifndef CLI_AWS_IPSEC_H
#define CLI_AWS_IPSEC_H

#include <stdio.h>

#include "cli/aws_vpn.h"

/* With the keys; interface is a pattern of names. */
void aws_ipsec_strongswan(FILE *out, const struct aws_vpns *vpns, const char *interface);
/* updown is the path of contrib/updown, as it is installed. */
void aws_ipsec_libreswan(FILE *out, const struct aws_vpns *vpns, const char *updown);
void aws_ipsec_libreswan_secrets(FILE *out, const struct aws_vpns *vpns);

#endif
