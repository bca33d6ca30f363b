#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/row.h"

#define COMMAND(name) { name, "", "", NULL, NULL, NULL }

static const struct command commands[] = {
	COMMAND("show neighbors"), COMMAND("show routes"), COMMAND("tunnel drain"), COMMAND("reload"),
	COMMAND("check"), COMMAND("completion"), { NULL, NULL, NULL, NULL, NULL, NULL },
};

#define MAX_WORDS 8

/* Splits a line as a shell would; the words live until the next call. */
static size_t split(const char *line, char *words[MAX_WORDS])
{
	static char copy[256];
	size_t count = 0;

	strcpy(copy, line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	return count;
}

static void expect_command(const char *line, const char *name, size_t words_used)
{
	char *words[MAX_WORDS];
	const struct command *found = NULL;
	size_t used = 0, count = split(line, words);

	assert_int_equal(command_find(commands, words, count, &found, &used), 1);
	assert_string_equal(found->name, name);
	assert_int_equal(used, words_used);
}

static size_t meanings(const char *line)
{
	char *words[MAX_WORDS];
	const struct command *found;
	size_t used, count = split(line, words);

	return command_find(commands, words, count, &found, &used);
}

static void words_may_be_abbreviated(void **unused)
{
	(void)unused;
	expect_command("show neighbors", "show neighbors", 2);
	expect_command("sh nei tun1", "show neighbors", 2);
	expect_command("s r 10.0.0.0/8", "show routes", 2);
	expect_command("r", "reload", 1);
	expect_command("ch bgpd.json", "check", 1);
	expect_command("tunnel", "tunnel drain", 1);
}

static void what_is_ambiguous_or_unknown_is_not_guessed(void **unused)
{
	(void)unused;
	assert_int_equal(meanings("show"), 2);
	assert_int_equal(meanings("c x"), 2);
	assert_int_equal(meanings("shows routes"), 0);
	assert_int_equal(meanings("show routesx"), 0);
	assert_int_equal(meanings("reloads"), 0);
	assert_int_equal(meanings(""), 6);
}

/* The request's arguments as JSON, or the error in words. */
static const char *arguments(const char *command, const char *line)
{
	static char text[256];
	char *words[MAX_WORDS];
	struct json_object *error, *given;
	size_t count = split(line, words);

	given = command_arguments(request_find(command), words, count, &error);
	snprintf(text, sizeof(text), "%s", given ? json_object_to_json_string_ext(given,
		 JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE) : row_text(error, "error.text"));
	json_object_put(given);
	json_object_put(error);
	return text;
}

static void arguments_are_known_by_place_or_by_name(void **unused)
{
	(void)unused;
	assert_string_equal(arguments("show routes", ""), "{}");
	assert_string_equal(arguments("show routes", "10.0.0.0/8"), "{\"prefix\":\"10.0.0.0/8\"}");
	assert_string_equal(arguments("show routes", "longer 10.0.0.0/8 from tun1 received"),
			    "{\"longer\":\"10.0.0.0/8\",\"from\":\"tun1\",\"received\":true}");
	assert_string_equal(arguments("show routes", "filtered to tun2"),
			    "{\"filtered\":true,\"to\":\"tun2\"}");
	assert_string_equal(arguments("tunnel drill", "tun1 --for 30s --cut"),
			    "{\"name\":\"tun1\",\"for\":\"30s\",\"cut\":true}");
	assert_string_equal(arguments("tunnel signal", "tun1 ipsec down updown"),
			    "{\"name\":\"tun1\",\"signal\":\"ipsec\",\"state\":\"down\",\"reason\":\"updown\"}");
}

static void words_that_are_no_argument_are_named(void **unused)
{
	(void)unused;
	assert_string_equal(arguments("show groups", "aws"), "what is \"aws\"?");
	assert_string_equal(arguments("show routes", "10.0.0.0/8 longest"), "what is \"longest\"?");
	assert_string_equal(arguments("show routes", "from"), "from of what?");
	assert_string_equal(arguments("tunnel drain", ""), "tunnel drain: the name is missing");
	assert_string_equal(arguments("tunnel signal", "tun1 bgp down"),
			    "signal: \"bgp\" is not one of ipsec|ping|bfd|admin");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_may_be_abbreviated),
		cmocka_unit_test(what_is_ambiguous_or_unknown_is_not_guessed),
		cmocka_unit_test(arguments_are_known_by_place_or_by_name),
		cmocka_unit_test(words_that_are_no_argument_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
