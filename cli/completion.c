/* cli/completion.c - completion bash|zsh, made from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "cli/local.h"
#include "cli/output.h"

static bool is_same_first(const struct command *a, const struct command *b)
{
	size_t length = strcspn(a->name, " ");

	return length == strcspn(b->name, " ") && memcmp(a->name, b->name, length) == 0;
}

static void print_second_words(const struct command *first)
{
	printf("\t\t%.*s) words=\"", (int)strcspn(first->name, " "), first->name);
	for (const struct command *c = first; c->name && is_same_first(c, first); c++)
		printf("%s%s", c == first ? "" : " ", strchr(c->name, ' ') + 1);
	printf("\" ;;\n");
}

/* Commands with the same first word stand together in the table. */
static bool is_first_of_its_kind(const struct command *commands, const struct command *command)
{
	return command == commands || !is_same_first(command, command - 1);
}

static void print_first_words(const struct command *commands)
{
	for (const struct command *c = commands; c->name; c++)
		if (is_first_of_its_kind(commands, c))
			printf("%s%.*s", c == commands ? "" : " ", (int)strcspn(c->name, " "),
			       c->name);
}

static void print_bash(const struct command *commands)
{
	printf("_bgpctl()\n{\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words=\n"
	       "\tcase $COMP_CWORD:${COMP_WORDS[1]} in\n"
	       "\t1:*) words=\"");
	print_first_words(commands);
	printf("\" ;;\n"
	       "\t2:check) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
	       "\t2:completion) words=\"bash zsh\" ;;\n"
	       "\t2:*) case ${COMP_WORDS[1]} in\n");
	for (const struct command *c = commands; c->name; c++)
		if (strchr(c->name, ' ') && is_first_of_its_kind(commands, c))
			print_second_words(c);
	printf("\t\tesac ;;\n"
	       "\t3:tunnel|3:neighbor) words=$(bgpctl show \"${COMP_WORDS[1]}s\" 2>/dev/null |\n"
	       "\t\tawk 'NR > 1 && /^[^ ]/ { print $1 }') ;;\n"
	       "\t3:import) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
	       "\tesac\n"
	       "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	       "}\n"
	       "complete -F _bgpctl bgpctl\n");
}

enum outcome completion_run(const struct invocation *invocation)
{
	const char *shell = invocation->count == 1 ? invocation->words[0] : "";

	if (strcmp(shell, "bash") != 0 && strcmp(shell, "zsh") != 0)
		return output_fail(invocation, OUTCOME_USAGE,
				   request_error(NULL, "completion is for bash or zsh"));
	if (strcmp(shell, "zsh") == 0)
		printf("autoload -U +X bashcompinit && bashcompinit\n");
	print_bash(invocation->commands);
	return OUTCOME_DONE;
}
