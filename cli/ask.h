/* cli/ask.h - A command whose answer comes from the daemon. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "cli/command.h"

command_run ask_run;                    /* prints the reply */
command_run drill_run;                  /* and, in drill.c, the report that follows */

/* Puts the request.  Unless the daemon could do it, says why not. */
enum outcome ask(const struct invocation *invocation, struct json_object *request,
		 client_receive *receive, void *arg);
/* The arguments that the words are; NULL: they are none, which has been said. */
struct json_object *ask_arguments(const struct invocation *invocation);

#endif
