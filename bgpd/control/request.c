#include "bgpd/control/request.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"

#define DEPTH 4         /* a request is an object with an object in it */

#define NAME        { "name", ARGUMENT_REQUIRED, NULL }
#define ANY_NAME    { "name", ARGUMENT_OPTIONAL, NULL }
#define NO_ARGUMENT { { NULL, ARGUMENT_OPTIONAL, NULL } }

static const struct request_command commands[] = {
	{ "show neighbors",    false, "neighbors", { ANY_NAME } },
	{ "show tunnels",      false, "tunnels",   { ANY_NAME } },
	{ "show groups",       false, "groups",    NO_ARGUMENT },
	{ "show routes",       false, "routes",    {
		{ "prefix",    ARGUMENT_OPTIONAL, NULL },       /* exactly this one */
		{ "longer",    ARGUMENT_NAMED,    NULL },       /* it and what lies in it */
		{ "from",      ARGUMENT_NAMED,    NULL },       /* a neighbor: what we accepted of it */
		{ "received",  ARGUMENT_FLAG,     NULL },       /* ... and what we did not */
		{ "to",        ARGUMENT_NAMED,    NULL },       /* a neighbor: what we told it */
		{ "filtered",  ARGUMENT_FLAG,     NULL } } },   /* only what was not accepted */
	{ "show fib",          false, "fib",       { { "prefix", ARGUMENT_OPTIONAL, NULL } } },
	{ "show events",       false, "events",    NO_ARGUMENT },
	{ "show symmetry",     false, "symmetry",  NO_ARGUMENT },
	{ "show memory",       false, "memory",    NO_ARGUMENT },
	{ "show config",       false, "config",    NO_ARGUMENT },
	{ "show version",      false, "version",   NO_ARGUMENT },
	{ "metrics",           false, "metrics",   NO_ARGUMENT },
	{ "explain",           false, "explain",   { { "prefix", ARGUMENT_REQUIRED, NULL } } },
	{ "what-if tunnel",    false, "what_if",   { NAME,
		{ "state",     ARGUMENT_REQUIRED, "down" } } },
	{ "tunnel drain",      true,  NULL,        { NAME } },
	{ "tunnel resume",     true,  NULL,        { NAME } },
	{ "tunnel drill",      true,  NULL,        { NAME,
		{ "for",       ARGUMENT_NAMED,    NULL },
		{ "cut",       ARGUMENT_FLAG,     NULL } } },
	{ "tunnel pin",        true,  NULL,        { NAME } },
	{ "tunnel unpin",      true,  NULL,        { NAME } },
	{ "tunnel signal",     true,  NULL,        { NAME,
		{ "signal",    ARGUMENT_REQUIRED, "ipsec|ping|bfd|admin" },
		{ "state",     ARGUMENT_REQUIRED, "up|down|unknown" },
		{ "reason",    ARGUMENT_OPTIONAL, NULL } } },
	{ "neighbor reset",    true,  NULL,        { NAME } },
	{ "neighbor refresh",  true,  NULL,        { NAME } },
	{ "neighbor shutdown", true,  NULL,        { NAME,
		{ "text",      ARGUMENT_OPTIONAL, NULL } } },   /* told to the peer, RFC 9003 */
	{ "neighbor enable",   true,  NULL,        { NAME } },
	{ "reload",            true,  NULL,        NO_ARGUMENT },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct request_command *request_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

const struct request_command *request_at(size_t index)
{
	return index < COMMANDS ? &commands[index] : NULL;
}

static const struct request_argument *find_argument(const struct request_command *command,
						    const char *name)
{
	for (const struct request_argument *a = command->arguments; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

/* Whether value is one of "up|down|unknown". */
static bool is_choice(const char *choices, const char *value)
{
	size_t length = strlen(value);

	while (*choices) {
		size_t word = strcspn(choices, "|");

		if (word == length && memcmp(choices, value, length) == 0)
			return true;
		choices += word + (choices[word] == '|');
	}
	return false;
}

static struct json_object *check_value(const struct request_argument *argument,
				       struct json_object *value)
{
	if (argument->kind == ARGUMENT_FLAG) {
		if (json_object_is_type(value, json_type_boolean))
			return NULL;
		return request_error(NULL, "argument \"%s\" must be true or false", argument->name);
	}
	if (!json_object_is_type(value, json_type_string))
		return request_error(NULL, "argument \"%s\" must be a string", argument->name);

	const char *text = json_object_get_string(value);

	if (strlen(text) != (size_t)json_object_get_string_len(value))
		return request_error(NULL, "argument \"%s\" has a NUL in it", argument->name);
	if (argument->choices && !is_choice(argument->choices, text))
		return request_error(NULL, "%s: \"%s\" is not one of %s", argument->name, text,
				     argument->choices);
	return NULL;
}

struct json_object *request_check(const struct request_command *command,
				  struct json_object *arguments)
{
	json_object_object_foreach(arguments, name, value) {
		const struct request_argument *argument = find_argument(command, name);
		struct json_object *error;

		if (!argument)
			return request_error(NULL, "%s has no argument \"%s\"", command->name, name);
		error = check_value(argument, value);
		if (error)
			return error;
	}
	for (const struct request_argument *a = command->arguments; a->name; a++)
		if (a->kind == ARGUMENT_REQUIRED && !json_object_object_get(arguments, a->name))
			return request_error(NULL, "%s: the %s is missing", command->name, a->name);
	return NULL;
}

static struct json_object *check_message(struct json_object *message,
					 const struct request_command **command)
{
	struct json_object *value;
	const char *name;

	if (!json_object_object_get_ex(message, "schema", &value) ||
	    json_object_get_int64(value) != REQUEST_SCHEMA)
		return request_error("bgpctl and bgpd must be of one version",
				     "\"schema\" must be %d", REQUEST_SCHEMA);
	if (!json_object_object_get_ex(message, "command", &value) ||
	    !json_object_is_type(value, json_type_string))
		return request_error(NULL, "\"command\" is missing");
	name = json_object_get_string(value);
	*command = request_find(name);
	if (!*command)
		return request_error("bgpctl help lists the commands",
				     "unknown command \"%s\"", name);
	if (!json_object_object_get_ex(message, "arguments", &value))
		json_object_object_add(message, "arguments", value = json_object_new_object());
	if (!json_object_is_type(value, json_type_object))
		return request_error(NULL, "\"arguments\" must be an object");
	return request_check(*command, value);
}

/* The one object on the line and nothing behind it but white space; else NULL. */
static struct json_object *parse_object(const char *line, size_t length)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH);
	struct json_object *message;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	message = json_tokener_parse_ex(tokener, line, (int)length);
	if (message && (!json_object_is_type(message, json_type_object) ||
			json_tokener_get_parse_end(tokener) != length)) {
		json_object_put(message);
		message = NULL;
	}
	json_tokener_free(tokener);
	return message;
}

struct json_object *request_parse(const char *line, size_t length, struct request *request)
{
	struct json_object *error;

	*request = (struct request){ 0 };
	if (length > REQUEST_MAX)
		return request_error(NULL, "a request has %d bytes at most", REQUEST_MAX);
	while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		length--;
	request->message = parse_object(line, length);
	if (!request->message)
		return request_error(NULL, "a request is one JSON object on a line");
	error = check_message(request->message, &request->command);
	if (error)
		request_clear(request);
	return error;
}

void request_clear(struct request *request)
{
	json_object_put(request->message);
	*request = (struct request){ 0 };
}

static struct json_object *argument_of(const struct request *request, const char *argument)
{
	struct json_object *arguments = json_object_object_get(request->message, "arguments");

	return json_object_object_get(arguments, argument);
}

const char *request_text(const struct request *request, const char *argument)
{
	return json_object_get_string(argument_of(request, argument));
}

bool request_flag(const struct request *request, const char *argument)
{
	return json_object_get_boolean(argument_of(request, argument));
}

bool request_seconds(const struct request *request, const char *argument, uint32_t *seconds)
{
	static const struct { char unit; uint32_t seconds; } units[] = {
		{ '\0', 1 }, { 's', 1 }, { 'm', 60 }, { 'h', 3600 },
	};
	const char *text = request_text(request, argument);
	unsigned long number;
	char *end;

	if (!text)
		return true;
	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || number > UINT32_MAX / 3600)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (*end != units[i].unit || (*end && end[1]))
			continue;
		*seconds = (uint32_t)number * units[i].seconds;
		return true;
	}
	return false;
}

static struct json_object *new_message(void)
{
	struct json_object *message = json_object_new_object();

	json_object_object_add(message, "schema", json_object_new_int(REQUEST_SCHEMA));
	return message;
}

struct json_object *request_build(const char *command, struct json_object *arguments)
{
	struct json_object *message = new_message();

	json_object_object_add(message, "command", json_object_new_string(command));
	json_object_object_add(message, "arguments", arguments);
	return message;
}

struct json_object *request_ok(void)
{
	struct json_object *message = new_message();

	json_object_object_add(message, "ok", json_object_new_boolean(true));
	return message;
}

static struct json_object *format_text(const char *format, va_list values)
	__attribute__((format(printf, 1, 0)));

static struct json_object *format_text(const char *format, va_list values)
{
	struct json_object *string;
	char *text;

	if (vasprintf(&text, format, values) < 0)
		abort();
	string = json_object_new_string(text);
	free(text);
	return string;
}

struct json_object *request_done(const char *format, ...)
{
	struct json_object *message = request_ok();
	va_list values;

	va_start(values, format);
	json_object_object_add(message, "text", format_text(format, values));
	va_end(values);
	return message;
}

struct json_object *request_rows(const struct request_command *command, struct json_object *rows,
				 bool more)
{
	struct json_object *message = request_ok();

	if (more)
		json_object_object_add(message, "more", json_object_new_boolean(true));
	json_object_object_add(message, command->result, rows);
	return message;
}

struct json_object *request_error(const char *hint, const char *format, ...)
{
	struct json_object *message = new_message(), *error = json_object_new_object();
	va_list values;

	va_start(values, format);
	json_object_object_add(error, "text", format_text(format, values));
	va_end(values);
	if (hint)
		json_object_object_add(error, "hint", json_object_new_string(hint));
	json_object_object_add(message, "ok", json_object_new_boolean(false));
	json_object_object_add(message, "error", error);
	return message;
}

char *request_line(struct json_object *message, size_t *length)
{
	size_t size;
	const char *text = json_object_to_json_string_length(message, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE, &size);
	char *line = xmalloc(size + 2);

	memcpy(line, text, size);
	memcpy(line + size, "\n", 2);
	*length = size + 1;
	return line;
}
