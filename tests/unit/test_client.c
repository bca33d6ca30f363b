#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bgpd/control/request.h"
#include "cli/client.h"
#include "cli/output.h"

/* A daemon whose reply is already on its way when the client asks; then it hangs up. */
struct fake_daemon {
	int fd, client_fd;
	char asked[512];                /* the line that the client sent */
};

static struct fake_daemon daemon_that_says(const char *reply)
{
	struct fake_daemon fake = { .fd = -1 };
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	fake.fd = fds[0];
	fake.client_fd = fds[1];
	assert_int_equal(write(fake.fd, reply, strlen(reply)), strlen(reply));
	shutdown(fake.fd, SHUT_WR);
	return fake;
}

static void hang_up(struct fake_daemon *fake)
{
	ssize_t length = read(fake->fd, fake->asked, sizeof(fake->asked) - 1);

	fake->asked[length > 0 ? length : 0] = '\0';
	close(fake->fd);
}

static const struct command show_routes = {
	"show routes", "", "", NULL, NULL, &routes_view,
};
static const struct command drain = { "tunnel drain", "", "", NULL, NULL, NULL };

static char *on_stdout, *on_stderr;

/* Asks a daemon that says reply; what would be printed stands in on_stdout and on_stderr. */
static enum outcome ask(const struct command *command, bool is_json, const char *reply,
			struct fake_daemon *fake)
{
	struct invocation invocation = { .command = command, .is_json = is_json };
	struct json_object *request = request_build(command->name, json_object_new_object()), *error;
	size_t out_length, err_length;
	struct output output;
	enum outcome outcome;

	free(on_stdout);
	free(on_stderr);
	*fake = daemon_that_says(reply);
	output = output_of(&invocation, stdout);
	output.document.out = output.screen.out = open_memstream(&on_stdout, &out_length);
	output.complaints = open_memstream(&on_stderr, &err_length);
	outcome = client_ask(fake->client_fd, request, output_receive, &output, &error);
	output_end(&output, error);
	assert_int_equal(error == NULL, outcome == OUTCOME_DONE);
	fclose(output.screen.out);
	fclose(output.complaints);
	json_object_put(error);
	json_object_put(request);
	hang_up(fake);
	return outcome;
}

static int clear(void **unused)
{
	(void)unused;
	free(on_stdout);
	free(on_stderr);
	on_stdout = on_stderr = NULL;
	return 0;
}

static const char chunks[] =
	"{\"schema\":1,\"ok\":true,\"more\":true,\"routes\":[{\"prefix\":\"10.0.0.0/8\",\"best\":true},"
	"{\"prefix\":\"10.1.0.0/16\"}]}\n"
	"{\"schema\":1,\"ok\":true,\"more\":true,\"routes\":[]}\n"
	"{\"schema\":1,\"ok\":true,\"routes\":[{\"prefix\":\"10.2.0.0/16\"}]}\n";

static void a_request_is_one_line(void **unused)
{
	struct fake_daemon fake;

	(void)unused;
	assert_int_equal(ask(&drain, false, "{\"schema\":1,\"ok\":true}\n", &fake), OUTCOME_DONE);
	assert_string_equal(fake.asked, "{\"schema\":1,\"command\":\"tunnel drain\",\"arguments\":{}}\n");
}

static void what_was_done_is_said(void **unused)
{
	struct fake_daemon fake;

	(void)unused;
	assert_int_equal(ask(&drain, false, "{\"schema\":1,\"ok\":true,\"text\":\"tun1 drains\"}\n", &fake),
			 OUTCOME_DONE);
	assert_string_equal(on_stdout, "tun1 drains\n");
	assert_string_equal(on_stderr, "");
}

static void chunks_are_shown_as_one_table(void **unused)
{
	struct fake_daemon fake;

	(void)unused;
	assert_int_equal(ask(&show_routes, false, chunks, &fake), OUTCOME_DONE);
	assert_string_equal(on_stdout,
		"  PREFIX       NEXT HOP  NEIGHBOR     PREF  MED  AS PATH  REASON\n"
		"> 10.0.0.0/8   -         (ourselves)     -    -  ?        -\n"
		"  10.1.0.0/16  -         (ourselves)     -    -  ?        -\n"
		"  10.2.0.0/16  -         (ourselves)     -    -  ?        -\n"
		"\n"
		"> best, x not accepted, s stale; origin i igp, e egp, ? incomplete\n");
}

static void chunks_become_one_document(void **unused)
{
	struct fake_daemon fake;

	(void)unused;
	assert_int_equal(ask(&show_routes, true, chunks, &fake), OUTCOME_DONE);
	assert_string_equal(on_stdout,
		"{\"schema\":1,\"routes\":[\n"
		"{\"prefix\":\"10.0.0.0/8\",\"best\":true},\n"
		"{\"prefix\":\"10.1.0.0/16\"},\n"
		"{\"prefix\":\"10.2.0.0/16\"}\n"
		"],\"ok\":true}\n");
}

static void no_rows_are_an_empty_list_or_a_sentence(void **unused)
{
	const char *reply = "{\"schema\":1,\"ok\":true,\"routes\":[]}\n";
	struct fake_daemon fake;

	(void)unused;
	assert_int_equal(ask(&show_routes, true, reply, &fake), OUTCOME_DONE);
	assert_string_equal(on_stdout, "{\"schema\":1,\"routes\":[],\"ok\":true}\n");
	assert_int_equal(ask(&show_routes, false, reply, &fake), OUTCOME_DONE);
	assert_string_equal(on_stdout, "no routes\n");
}

static void a_refusal_goes_to_stderr_or_into_the_document(void **unused)
{
	const char *reply = "{\"schema\":1,\"ok\":false,\"error\":{\"text\":\"no tunnel\",\"hint\":\"tun1\"}}\n";
	struct fake_daemon fake;

	(void)unused;
	assert_int_equal(ask(&drain, false, reply, &fake), OUTCOME_REFUSED);
	assert_string_equal(on_stdout, "");
	assert_string_equal(on_stderr, "bgpctl: no tunnel\n        tun1\n");
	assert_int_equal(ask(&drain, true, reply, &fake), OUTCOME_REFUSED);
	assert_string_equal(on_stdout, "{\"schema\":1,\"ok\":false,\"error\":{\"text\":\"no tunnel\","
			    "\"hint\":\"tun1\"}}\n");
	assert_string_equal(on_stderr, "");
}

static void a_daemon_that_goes_away_is_unreachable(void **unused)
{
	struct fake_daemon fake;

	(void)unused;
	assert_int_equal(ask(&drain, false, "", &fake), OUTCOME_UNREACHABLE);
	assert_int_equal(ask(&drain, false, "{\"schema\":1,\"ok\":true}", &fake), OUTCOME_UNREACHABLE);
	assert_string_equal(on_stderr, "bgpctl: bgpd closed the connection before its reply ended\n"
			    "        its log tells why\n");
}

static void a_reply_that_breaks_off_is_still_a_valid_document(void **unused)
{
	struct fake_daemon fake;
	struct json_object *document;

	(void)unused;
	assert_int_equal(ask(&show_routes, true, "{\"schema\":1,\"ok\":true,\"more\":true,\"routes\":"
			     "[{\"prefix\":\"10.0.0.0/8\"}]}\n{\"schema\":1,\"ok\":tr", &fake),
			 OUTCOME_UNREACHABLE);
	document = json_tokener_parse(on_stdout);
	assert_non_null(document);
	assert_int_equal(json_object_array_length(json_object_object_get(document, "routes")), 1);
	assert_false(json_object_get_boolean(json_object_object_get(document, "ok")));
	assert_non_null(json_object_object_get(document, "error"));
	json_object_put(document);
}

static void what_is_no_json_is_refused(void **unused)
{
	struct fake_daemon fake;

	(void)unused;
	assert_int_equal(ask(&drain, false, "220 mail.example.net ESMTP\n", &fake), OUTCOME_REFUSED);
	assert_string_equal(on_stderr, "bgpctl: the daemon's reply is not a JSON object\n"
			    "        is the socket really bgpd's?\n");
	assert_int_equal(ask(&drain, true, "[]\n", &fake), OUTCOME_REFUSED);
	assert_string_equal(on_stdout, "{\"schema\":1,\"ok\":false,\"error\":{\"text\":\"the daemon's reply is "
			    "not a JSON object\",\"hint\":\"is the socket really bgpd's?\"}}\n");
}

static void a_socket_that_is_not_there_cannot_be_connected(void **unused)
{
	char longer[200];

	(void)unused;
	assert_int_equal(client_connect("/nonexistent/bgpd.sock"), -1);
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(client_connect(longer), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_one_line),
		cmocka_unit_test(what_was_done_is_said),
		cmocka_unit_test(chunks_are_shown_as_one_table),
		cmocka_unit_test(chunks_become_one_document),
		cmocka_unit_test(no_rows_are_an_empty_list_or_a_sentence),
		cmocka_unit_test(a_refusal_goes_to_stderr_or_into_the_document),
		cmocka_unit_test(a_daemon_that_goes_away_is_unreachable),
		cmocka_unit_test(a_reply_that_breaks_off_is_still_a_valid_document),
		cmocka_unit_test(what_is_no_json_is_refused),
		cmocka_unit_test(a_socket_that_is_not_there_cannot_be_connected),
	};

	return cmocka_run_group_tests(tests, NULL, clear);
}
