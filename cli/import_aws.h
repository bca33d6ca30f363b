/* cli/import_aws.h - AWS's customer gateway file -> bgpd.json, or what an IKE daemon reads.
 *
 * bgpd.json never holds a pre-shared key, and is written only if bgpd would accept it; an accept
 * list that was not given is left to the user. */
#ifndef CLI_IMPORT_AWS_H
#define CLI_IMPORT_AWS_H

#include <stdio.h>

#include "cli/aws_bgpd.h"

enum import_format { IMPORT_BGPD, IMPORT_STRONGSWAN, IMPORT_LIBRESWAN, IMPORT_LIBRESWAN_SECRETS };

struct import_options {
	const char *file;
	const char *connection;                 /* its id; NULL: all in the file */
	enum import_format format;
	const char *updown;                     /* for Libreswan: the path of its hook */
	struct aws_networks networks;
};

/* NULL, or what is wrong and would be right, in a line or several, to be freed. */
char *import_aws(const char *text, size_t length, const struct import_options *options, FILE *out);

#endif
