#include "cli/aws_ipsec.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/interface_name.h"

#define TUNNEL_MTU 1436         /* 1500 less the most that ESP adds, also in UDP, as AWS reckons */

typedef void write_tunnel(FILE *out, const struct aws_tunnel *tunnel, size_t number,
			  const void *arg);

static void for_each_tunnel(FILE *out, const struct aws_vpns *vpns, write_tunnel *write,
			    const void *arg)
{
	size_t number = 1;

	for (size_t i = 0; i < vpns->count; i++)
		for (size_t j = 0; j < vpns->vpns[i].tunnel_count; j++)
			write(out, &vpns->vpns[i].tunnels[j], number++, arg);
}

/* All of a family: which traffic goes into a tunnel is for the routing table to say. */
static const char *selector(const struct aws_tunnel *tunnel)
{
	return tunnel->customer.inside.family == FAMILY_IPV6 ? "::/0" : "0.0.0.0/0";
}

static void strongswan_interface(FILE *out, const struct aws_tunnel *tunnel, size_t number,
				 const void *arg)
{
	char inside[ADDRESS_TEXT], *interface = interface_name(arg, number);

	fprintf(out, "#   ip link add %s type xfrm dev eth0 if_id %zu\n", interface, number);
	fprintf(out, "#   ip address add %s/%" PRIu32 " dev %s\n",
		address_format(&tunnel->customer.inside, inside), tunnel->customer.inside_length,
		interface);
	fprintf(out, "#   ip link set %s up mtu %d\n", interface, TUNNEL_MTU);
	free(interface);
}

static void strongswan_child(FILE *out, const struct aws_tunnel *tunnel, size_t number)
{
	fprintf(out, "        children {\n"
		"            tun%zu {\n"
		"                local_ts = %s\n"
		"                remote_ts = %s\n"
		"                esp_proposals = aes256gcm16-modp2048,aes128gcm16-modp2048,"
		"aes256-sha256-modp2048\n"
		"                rekey_time = %" PRIu32 "s\n"
		"                life_time = %" PRIu32 "s\n"
		"                start_action = start\n"
		"                close_action = start\n"
		"                dpd_action = restart\n"
		"            }\n"
		"        }\n", number, selector(tunnel), selector(tunnel),
		tunnel->esp_lifetime_s / 10 * 9, tunnel->esp_lifetime_s);
}

static void strongswan_connection(FILE *out, const struct aws_tunnel *tunnel, size_t number,
				  const void *arg)
{
	char here[ADDRESS_TEXT], there[ADDRESS_TEXT];

	(void)arg;
	address_format(&tunnel->customer.outside, here);
	address_format(&tunnel->aws.outside, there);
	fprintf(out, "    tun%zu {\n"
		"        version = 2\n"
		"        remote_addrs = %s\n"
		"        mobike = no\n"
		"        proposals = aes256-sha256-modp2048,aes128-sha256-modp2048\n"
		"        rekey_time = %" PRIu32 "s\n"
		"        dpd_delay = %" PRIu32 "s\n"
		"        keyingtries = 0\n"
		"        if_id_in = %zu\n"
		"        if_id_out = %zu\n", number, there, tunnel->ike_lifetime_s / 10 * 9,
		tunnel->dpd_interval_s, number, number);
	fprintf(out, "        local {\n"
		"            auth = psk\n"
		"            id = %s\n"
		"        }\n"
		"        remote {\n"
		"            auth = psk\n"
		"            id = %s\n"
		"        }\n", here, there);
	strongswan_child(out, tunnel, number);
	fputs("    }\n", out);
}

static void strongswan_secret(FILE *out, const struct aws_tunnel *tunnel, size_t number,
			      const void *arg)
{
	char here[ADDRESS_TEXT], there[ADDRESS_TEXT];

	(void)arg;
	fprintf(out, "    ike-tun%zu {\n"
		"        id-1 = %s\n"
		"        id-2 = %s\n"
		"        secret = \"%s\"\n"
		"    }\n", number, address_format(&tunnel->customer.outside, here),
		address_format(&tunnel->aws.outside, there), tunnel->key);
}

void aws_ipsec_strongswan(FILE *out, const struct aws_vpns *vpns, const char *interface)
{
	fputs("# swanctl.conf from AWS's customer gateway configuration by bgpctl import aws.\n"
	      "# It holds pre-shared keys: keep its mode at 0600.\n"
	      "#\n"
	      "# The interfaces, before strongSwan starts (eth0: the way to the Internet):\n", out);
	for_each_tunnel(out, vpns, strongswan_interface, interface);
	fputs("# In strongswan.conf: charon.install_routes = no, since bgpd sets the routes.\n"
	      "\nconnections {\n", out);
	for_each_tunnel(out, vpns, strongswan_connection, NULL);
	fputs("}\n\nsecrets {\n", out);
	for_each_tunnel(out, vpns, strongswan_secret, NULL);
	fputs("}\n", out);
}

/* Two tunnels have the same selectors: overlapip.  The interface gets its address from the hook,
 * since interface-ip is newer than Debian 12's Libreswan. */
static void libreswan_connection(FILE *out, const struct aws_tunnel *tunnel, size_t number,
				 const void *updown)
{
	char here[ADDRESS_TEXT], there[ADDRESS_TEXT], inside[ADDRESS_TEXT];

	fprintf(out, "\nconn tun%zu\n"
		"\tauto=start\n"
		"\tauthby=secret\n"
		"\tikev2=insist\n"
		"\tleft=%%defaultroute\n"
		"\tleftid=%s\n"
		"\tright=%s\n", number, address_format(&tunnel->customer.outside, here),
		address_format(&tunnel->aws.outside, there));
	fprintf(out, "\tleftsubnet=%s\n"
		"\trightsubnet=%s\n"
		"\toverlapip=yes\n"
		"\tipsec-interface=%zu\n"
		"\tleftupdown=\"%s -a %s/%" PRIu32 " -m %d\"\n", selector(tunnel),
		selector(tunnel), number, (const char *)updown,
		address_format(&tunnel->customer.inside, inside), tunnel->customer.inside_length,
		TUNNEL_MTU);
	fprintf(out, "\tike=aes256-sha2_256;modp2048,aes128-sha2_256;modp2048\n"
		"\tesp=aes_gcm256;modp2048,aes_gcm128;modp2048,aes256-sha2_256;modp2048\n"
		"\tpfs=yes\n"
		"\tikelifetime=%" PRIu32 "s\n"
		"\tsalifetime=%" PRIu32 "s\n"
		"\tdpddelay=%" PRIu32 "\n"
		"\tdpdtimeout=%" PRIu32 "\n"
		"\tdpdaction=restart\n"
		"\tkeyingtries=%%forever\n", tunnel->ike_lifetime_s, tunnel->esp_lifetime_s,
		tunnel->dpd_interval_s, 3 * tunnel->dpd_interval_s);
}

void aws_ipsec_libreswan(FILE *out, const struct aws_vpns *vpns, const char *updown)
{
	fputs("# For /etc/ipsec.d/*.conf, from AWS's customer gateway configuration by bgpctl import\n"
	      "# aws.  --ipsec libreswan-secrets writes the keys, for /etc/ipsec.d/*.secrets.\n"
	      "# Libreswan makes the interfaces ipsec1, ipsec2 ... itself; leftupdown gives them their\n"
	      "# addresses, and sets no route: the routes are bgpd's.\n", out);
	for_each_tunnel(out, vpns, libreswan_connection, updown);
}

static void libreswan_secret(FILE *out, const struct aws_tunnel *tunnel, size_t number,
			     const void *arg)
{
	char here[ADDRESS_TEXT], there[ADDRESS_TEXT];

	(void)number;
	(void)arg;
	fprintf(out, "%s %s : PSK \"%s\"\n", address_format(&tunnel->customer.outside, here),
		address_format(&tunnel->aws.outside, there), tunnel->key);
}

void aws_ipsec_libreswan_secrets(FILE *out, const struct aws_vpns *vpns)
{
	fputs("# For /etc/ipsec.d/*.secrets.  It holds pre-shared keys: keep its mode at 0600.\n",
	      out);
	for_each_tunnel(out, vpns, libreswan_secret, NULL);
}
