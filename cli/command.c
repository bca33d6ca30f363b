#include "cli/command.h"

#include <string.h>

/* How many words a name has: one or two. */
static size_t name_words(const char *name)
{
	return strchr(name, ' ') ? 2 : 1;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool abbreviates(const char *word, const char *name, size_t length)
{
	size_t typed = strlen(word);

	return typed > 0 && typed <= length && memcmp(word, name, typed) == 0;
}

bool command_matches(const struct command *command, char *const *words, size_t count)
{
	size_t first = strcspn(command->name, " ");
	const char *second = command->name + first + (command->name[first] == ' ');

	if (count > 0 && !abbreviates(words[0], command->name, first))
		return false;
	return count < 2 || !*second || abbreviates(words[1], second, strlen(second));
}

size_t command_find(const struct command *commands, char *const *words, size_t count,
		    const struct command **found, size_t *used)
{
	size_t matches = 0;

	for (const struct command *command = commands; command->name; command++) {
		if (!command_matches(command, words, count))
			continue;
		if (matches++ == 0) {
			*found = command;
			*used = smaller(name_words(command->name), count);
		}
	}
	return matches;
}

static const struct request_argument *named_argument(const struct request_command *request,
						     const char *word)
{
	size_t dashes = strncmp(word, "--", 2) == 0 ? 2 : 0;

	for (const struct request_argument *a = request->arguments; a->name; a++)
		if (a->kind >= ARGUMENT_NAMED && strcmp(a->name, word + dashes) == 0)
			return a;
	return NULL;
}

/* The next one that is known by its place. */
static const struct request_argument *next_argument(const struct request_command *request,
						    struct json_object *given)
{
	for (const struct request_argument *a = request->arguments; a->name; a++)
		if (a->kind < ARGUMENT_NAMED && !json_object_object_get(given, a->name))
			return a;
	return NULL;
}

/* Takes one argument off words; returns how many words that was, 0 and *error if it is none. */
static size_t take_argument(const struct request_command *request, char *const *words, size_t count,
			    struct json_object *given, struct json_object **error)
{
	const struct request_argument *named = named_argument(request, words[0]);
	const struct request_argument *argument = named ? named : next_argument(request, given);
	size_t used = named && named->kind == ARGUMENT_NAMED ? 2 : 1;

	if (!argument)
		*error = request_error(NULL, "what is \"%s\"?", words[0]);
	else if (used > count)
		*error = request_error(NULL, "%s of what?", words[0]);
	else
		json_object_object_add(given, argument->name, argument->kind == ARGUMENT_FLAG ?
				       json_object_new_boolean(true) :
				       json_object_new_string(words[used - 1]));
	return *error ? 0 : used;
}

struct json_object *command_arguments(const struct request_command *request, char *const *words,
				      size_t count, struct json_object **error)
{
	struct json_object *given = json_object_new_object();

	*error = NULL;
	while (count > 0 && !*error) {
		size_t used = take_argument(request, words, count, given, error);

		words += used;
		count -= used;
	}
	if (!*error)
		*error = request_check(request, given);
	if (*error) {
		json_object_put(given);
		return NULL;
	}
	return given;
}
