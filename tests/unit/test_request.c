#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/control/request.h"

/* What the daemon would answer to the line, or "" when it is a good request. */
static const char *refusal(const char *line)
{
	static char text[512];
	struct request request;
	struct json_object *error = request_parse(line, strlen(line), &request);

	*text = '\0';
	if (error)
		snprintf(text, sizeof(text), "%s", json_object_get_string(
			 json_object_object_get(json_object_object_get(error, "error"), "text")));
	request_clear(&request);
	json_object_put(error);
	return text;
}

static void a_request_carries_its_arguments(void **unused)
{
	const char *line = "{\"schema\":1,\"command\":\"show routes\","
			   "\"arguments\":{\"from\":\"tun1\",\"received\":true}}\n";
	struct request request;

	(void)unused;
	assert_null(request_parse(line, strlen(line), &request));
	assert_string_equal(request.command->name, "show routes");
	assert_false(request.command->changes);
	assert_string_equal(request_text(&request, "from"), "tun1");
	assert_null(request_text(&request, "to"));
	assert_true(request_flag(&request, "received"));
	assert_false(request_flag(&request, "filtered"));
	request_clear(&request);
}

static void what_is_built_can_be_parsed(void **unused)
{
	struct json_object *arguments = json_object_new_object(), *built;
	struct request request;
	size_t length;
	char *line;

	(void)unused;
	json_object_object_add(arguments, "name", json_object_new_string("a\nb/\"c\""));
	built = request_build("tunnel drain", arguments);
	line = request_line(built, &length);
	assert_ptr_equal(strchr(line, '\n'), line + length - 1);
	assert_null(request_parse(line, length, &request));
	assert_true(request.command->changes);
	assert_string_equal(request_text(&request, "name"), "a\nb/\"c\"");
	request_clear(&request);
	free(line);
	json_object_put(built);
}

static void arguments_may_be_left_out_when_all_are_optional(void **unused)
{
	(void)unused;
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"show neighbors\"}"), "");
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"reload\",\"arguments\":{}}\r\n"), "");
}

static void what_is_not_one_object_on_a_line_is_refused(void **unused)
{
	static const char *const lines[] = {
		"", "\n", "reload", "[]", "\"x\"", "{\"schema\":1", "{\"schema\":1}{}", "{} x",
		"{\"schema\":1,\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{}}}}}}",
		"{\"schema\":1,\"command\":\"\xff\"}",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_string_equal(refusal(lines[i]), "a request is one JSON object on a line");
}

static void a_request_says_which_schema_it_means(void **unused)
{
	(void)unused;
	assert_string_equal(refusal("{\"command\":\"reload\"}"), "\"schema\" must be 1");
	assert_string_equal(refusal("{\"schema\":2,\"command\":\"reload\"}"), "\"schema\" must be 1");
}

static void an_unknown_command_or_argument_is_named(void **unused)
{
	(void)unused;
	assert_string_equal(refusal("{\"schema\":1}"), "\"command\" is missing");
	assert_string_equal(refusal("{\"schema\":1,\"command\":7}"), "\"command\" is missing");
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"show nothing\"}"),
			    "unknown command \"show nothing\"");
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"show groups\",\"arguments\":{\"x\":\"y\"}}"),
			    "show groups has no argument \"x\"");
}

static void an_argument_of_the_wrong_kind_is_named(void **unused)
{
	(void)unused;
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"reload\",\"arguments\":[]}"),
			    "\"arguments\" must be an object");
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"tunnel drain\",\"arguments\":{}}"),
			    "tunnel drain: the name is missing");
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"tunnel drain\",\"arguments\":{\"name\":null}}"),
			    "argument \"name\" must be a string");
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"tunnel drain\","
				    "\"arguments\":{\"name\":\"tun1\\u0000x\"}}"),
			    "argument \"name\" has a NUL in it");
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"show routes\",\"arguments\":{\"filtered\":1}}"),
			    "argument \"filtered\" must be true or false");
	assert_string_equal(refusal("{\"schema\":1,\"command\":\"tunnel signal\",\"arguments\":"
				    "{\"name\":\"tun1\",\"signal\":\"ipsec\",\"state\":\"dow\"}}"),
			    "state: \"dow\" is not one of up|down|unknown");
}

static void a_request_is_bounded(void **unused)
{
	size_t length = REQUEST_MAX + 1;
	char *line = malloc(length + 1);

	(void)unused;
	memset(line, ' ', length);
	line[length] = '\0';
	memcpy(line, "{\"schema\":1,\"command\":\"reload\"}", 31);
	assert_string_equal(refusal(line), "a request has 65536 bytes at most");
	line[REQUEST_MAX] = '\0';
	assert_string_not_equal(refusal(line), "a request has 65536 bytes at most");
	free(line);
}

static void replies_are_one_line_each(void **unused)
{
	const struct request_command *command = request_find("show routes");
	struct json_object *rows = json_object_new_array(), *reply;
	size_t length;
	char *line;

	(void)unused;
	json_object_array_add(rows, json_object_new_string("10.0.0.0/8"));
	reply = request_rows(command, rows, true);
	line = request_line(reply, &length);
	assert_string_equal(line, "{\"schema\":1,\"ok\":true,\"more\":true,\"routes\":[\"10.0.0.0/8\"]}\n");
	free(line);
	json_object_put(reply);

	reply = request_error("tunnels: tun1 tun2", "no tunnel \"%s\"", "tun9");
	line = request_line(reply, &length);
	assert_string_equal(line, "{\"schema\":1,\"ok\":false,\"error\":{\"text\":\"no tunnel \\\"tun9\\\"\","
			    "\"hint\":\"tunnels: tun1 tun2\"}}\n");
	free(line);
	json_object_put(reply);
}

static void times_have_units(void **unused)
{
	static const struct { const char *text; bool is_time; uint32_t seconds; } rows[] = {
		{ "90", true, 90 }, { "90s", true, 90 }, { "5m", true, 300 }, { "1h", true, 3600 },
		{ "", false, 7 }, { "-1", false, 7 }, { "5x", false, 7 }, { "5mm", false, 7 },
		{ "m", false, 7 }, { " 5", false, 7 }, { "99999999999999999999", false, 7 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_object *arguments = json_object_new_object();
		struct request request = { .message = NULL };
		uint32_t seconds = 7;

		json_object_object_add(arguments, "for", json_object_new_string(rows[i].text));
		request.message = request_build("tunnel drill", arguments);
		assert_int_equal(request_seconds(&request, "for", &seconds), rows[i].is_time);
		assert_int_equal(seconds, rows[i].seconds);
		assert_true(request_seconds(&request, "nosuch", &seconds));
		request_clear(&request);
	}
}

static bool is_question(const char *command)
{
	return strncmp(command, "show ", 5) == 0 || strncmp(command, "what-if ", 8) == 0 ||
	       strcmp(command, "explain") == 0 || strcmp(command, "metrics") == 0;
}

static void only_showing_is_for_everybody(void **unused)
{
	(void)unused;
	for (size_t i = 0; request_at(i); i++)
		assert_int_equal(request_at(i)->changes, !is_question(request_at(i)->name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_carries_its_arguments),
		cmocka_unit_test(what_is_built_can_be_parsed),
		cmocka_unit_test(arguments_may_be_left_out_when_all_are_optional),
		cmocka_unit_test(what_is_not_one_object_on_a_line_is_refused),
		cmocka_unit_test(a_request_says_which_schema_it_means),
		cmocka_unit_test(an_unknown_command_or_argument_is_named),
		cmocka_unit_test(an_argument_of_the_wrong_kind_is_named),
		cmocka_unit_test(a_request_is_bounded),
		cmocka_unit_test(replies_are_one_line_each),
		cmocka_unit_test(times_have_units),
		cmocka_unit_test(only_showing_is_for_everybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
