/* cli/client.h - One request to the daemon, one reply of one or more lines. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <json-c/json.h>

/* What bgpctl exits with. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_REFUSED,                /* or failed */
	OUTCOME_USAGE,
	OUTCOME_UNREACHABLE,            /* the daemon: not there, or gone before its reply ended */
};

int client_connect(const char *path);   /* a file descriptor, or -1 and errno */

/* Each line of a reply that is ok, as it comes; lent for the call. */
typedef void client_receive(void *arg, struct json_object *reply);

/* Sends the request, hands out the reply and closes fd.  Unless that is OUTCOME_DONE, *error is an
 * error reply that says why, for the caller to put. */
enum outcome client_ask(int fd, struct json_object *request, client_receive *receive, void *arg,
			struct json_object **error);

#endif
