#include "cli/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "cli/output.h"
#include "cli/row.h"

static enum outcome fail_unreachable(const struct invocation *invocation, int error)
{
	const char *hint = "is bgpd running?  -s names another socket";

	if (error == EACCES)
		hint = "be root, or a member of the socket's group";
	return output_fail(invocation, OUTCOME_UNREACHABLE,
			   request_error(hint, "%s: %s", invocation->socket, strerror(error)));
}

struct json_object *ask_arguments(const struct invocation *invocation)
{
	struct json_object *error, *arguments;
	char *hint;

	arguments = command_arguments(request_find(invocation->command->name), invocation->words,
				      invocation->count, &error);
	if (arguments)
		return arguments;
	hint = xasprintf("usage: bgpctl %s %s", invocation->command->name,
			 invocation->command->synopsis);
	json_object_object_add(row_at(error, "error"), "hint", json_object_new_string(hint));
	free(hint);
	output_fail(invocation, OUTCOME_USAGE, error);
	return NULL;
}

enum outcome ask(const struct invocation *invocation, struct json_object *request,
		 client_receive *receive, void *arg)
{
	struct json_object *error = NULL;
	int fd = client_connect(invocation->socket);
	enum outcome outcome;

	if (fd < 0)
		return fail_unreachable(invocation, errno);
	outcome = client_ask(fd, request, receive, arg, &error);
	return outcome == OUTCOME_DONE ? outcome : output_fail(invocation, outcome, error);
}

enum outcome ask_run(const struct invocation *invocation)
{
	struct output output = output_of(invocation, stdout);
	struct json_object *error, *arguments = ask_arguments(invocation), *request;
	enum outcome outcome;
	int fd;

	if (!arguments)
		return OUTCOME_USAGE;
	fd = client_connect(invocation->socket);
	if (fd < 0) {
		json_object_put(arguments);
		return fail_unreachable(invocation, errno);
	}
	output.wants_pages = row_at(arguments, "name") != NULL;
	request = request_build(invocation->command->name, arguments);
	outcome = client_ask(fd, request, output_receive, &output, &error);
	output_end(&output, error);
	json_object_put(error);
	json_object_put(request);
	return outcome;
}
