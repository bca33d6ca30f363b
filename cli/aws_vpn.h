/* cli/aws_vpn.h - AWS CustomerGatewayConfiguration -> the VPN connections it describes.
 *
 * The text is the XML itself, or JSON with that XML in strings (describe-vpn-connections, also
 * when it has been escaped twice).  It comes from a download, so nothing in it is trusted: no
 * DOCTYPE, no entities, every text bounded, every value parsed.  It holds pre-shared keys. */
#ifndef CLI_AWS_VPN_H
#define CLI_AWS_VPN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/address.h"

#define AWS_TEXT 128

struct aws_end {
	struct address outside, inside;
	uint32_t inside_length;                 /* 30, or 126 */
	uint32_t asn, hold_time_s;              /* 0: the file has none */
};

struct aws_tunnel {
	struct aws_end customer, aws;
	uint32_t ike_lifetime_s, esp_lifetime_s, dpd_interval_s;
	char key[AWS_TEXT];
};

struct aws_vpn {
	char id[AWS_TEXT];
	char vpn_gateway[AWS_TEXT];             /* empty: a transit gateway or Cloud WAN */
	struct aws_tunnel *tunnels;             /* in the file's order; once checked, at least one */
	size_t tunnel_count;
};

struct aws_vpns {
	struct aws_vpn *vpns;
	size_t count;
};

/* At least one connection; or false, and *error to be freed, when the text is not that. */
bool aws_vpn_read(const char *text, size_t length, struct aws_vpns *vpns, char **error);
/* NULL, or what it lacks for bgpd, to be freed: a connection may be routed statically. */
char *aws_vpn_check(const struct aws_vpn *vpn);
void aws_vpn_clear(struct aws_vpns *vpns);

#endif
