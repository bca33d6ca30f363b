/* cli/command.h - Words on the command line -> a command and its arguments.
 *
 * Words of a command's name may be abbreviated as long as they mean one command: "sh nei".  Names of
 * arguments may be written as options: "for 30s" and "--for 30s" are the same. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "bgpd/control/request.h"
#include "cli/client.h"
#include "cli/view.h"

struct command;

/* What a command has to work with. */
struct invocation {
	const struct command *commands; /* all there are, up to the one without a name */
	const struct command *command;  /* this one; NULL: none was understood */
	const char *socket;
	bool is_json;
	char **words;                   /* behind the command's name */
	size_t count;
};

typedef enum outcome command_run(const struct invocation *invocation);

struct command {
	const char *name;               /* one word or two */
	const char *synopsis;           /* its arguments: "[NAME]"; "" */
	const char *summary;            /* a line without a full stop */
	const char *help;               /* more lines; NULL */
	command_run *run;
	const struct view *view;        /* of the reply; NULL: its text */
};

/* How many commands the words can mean; *found is the first of them and *used the words of its name.
 * A name of two words is also meant by its first alone. */
size_t command_find(const struct command *commands, char *const *words, size_t count,
		    const struct command **found, size_t *used);
/* Whether the words, of which there may be too few, can mean this command. */
bool command_matches(const struct command *command, char *const *words, size_t count);

/* The arguments of a request, or NULL and in *error why the words are not that. */
struct json_object *command_arguments(const struct request_command *request, char *const *words,
				      size_t count, struct json_object **error);

#endif
