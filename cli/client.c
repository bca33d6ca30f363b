#include "cli/client.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bgpd/control/request.h"

int client_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, error;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Who refuses us may say so and close before it has read: what can be read afterwards decides. */
static void send_request(int fd, struct json_object *request)
{
	size_t length, sent = 0;
	char *line = request_line(request, &length);

	while (sent < length) {
		ssize_t taken = send(fd, line + sent, length - sent, MSG_NOSIGNAL);

		if (taken < 0 && errno == EINTR)
			continue;
		if (taken < 0)
			break;
		sent += (size_t)taken;
	}
	free(line);
}

static bool is_true(struct json_object *reply, const char *key)
{
	return json_object_get_boolean(json_object_object_get(reply, key));
}

/* One line of the reply; sets *more when another one follows. */
static enum outcome take_line(const char *line, client_receive *receive, void *arg, bool *more,
			      struct json_object **error)
{
	struct json_object *reply = json_tokener_parse(line);

	*more = false;
	if (!json_object_is_type(reply, json_type_object)) {
		json_object_put(reply);
		*error = request_error("is the socket really bgpd's?",
				       "the daemon's reply is not a JSON object");
		return OUTCOME_REFUSED;
	}
	if (!is_true(reply, "ok")) {
		*error = reply;
		return OUTCOME_REFUSED;
	}
	*more = is_true(reply, "more");
	receive(arg, reply);
	json_object_put(reply);
	return OUTCOME_DONE;
}

enum outcome client_ask(int fd, struct json_object *request, client_receive *receive, void *arg,
			struct json_object **error)
{
	enum outcome outcome = OUTCOME_DONE;
	bool more = true, is_whole = true;
	FILE *in = fdopen(fd, "r");
	char *line = NULL;
	size_t room = 0;

	*error = NULL;
	send_request(fd, request);
	while (outcome == OUTCOME_DONE && more) {
		ssize_t length = getline(&line, &room, in);

		is_whole = length > 0 && line[length - 1] == '\n';
		if (!is_whole)
			break;
		outcome = take_line(line, receive, arg, &more, error);
	}
	if (!is_whole) {
		*error = request_error("its log tells why",
				       "bgpd closed the connection before its reply ended");
		outcome = OUTCOME_UNREACHABLE;
	}
	free(line);
	fclose(in);
	return outcome;
}
