/* cli/import_aws.h - AWS VPN connections -> bgpd.json, or the configuration of an IKE daemon.
 *
 * bgpd.json never holds a pre-shared key, and is written only if bgpd would accept it.  What is not
 * in AWS's file, the networks on both sides, comes with the options. */
#ifndef CLI_IMPORT_AWS_H
#define CLI_IMPORT_AWS_H

#include <stdio.h>

#include "cli/aws_vpn.h"

enum import_format { IMPORT_BGPD, IMPORT_STRONGSWAN, IMPORT_LIBRESWAN, IMPORT_LIBRESWAN_SECRETS };

struct import_options {
	const char *file;
	const char *connection;                 /* its id; NULL: all in the file */
	const char *interface;                  /* with one %d, the number of the tunnel */
	enum import_format format;
	char *const *accept, *const *announce;
	size_t accept_count, announce_count;
};

#define IMPORT_INTERFACE "ipsec%d"

/* NULL, or what is wrong and would be right, in a line or several, to be freed. */
char *import_aws(const char *text, size_t length, const struct import_options *options, FILE *out);

/* Parts of it, given connections that fit together; tunnels are numbered from 1 through all of them. */
void aws_bgpd_write(FILE *out, const struct aws_vpns *vpns, const struct import_options *options);
void aws_strongswan_write(FILE *out, const struct aws_vpns *vpns, const struct import_options *options);
void aws_libreswan_write(FILE *out, const struct aws_vpns *vpns);
void aws_libreswan_secrets_write(FILE *out, const struct aws_vpns *vpns);

/* "ipsec%d" -> "ipsec3", to be freed. */
char *import_interface(const char *pattern, size_t number);

#endif
