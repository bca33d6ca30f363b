/* cli/drill.c - tunnel drill: begins one, and waits for its report, which is an event.  Whoever does not
 * wait loses nothing: the daemon ends the drill, and `show events` has the report. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/output.h"
#include "cli/row.h"

#define LOOK_USEC  500000
#define AFTERWARDS 120                  /* seconds that the way back may take */

/* The newest event so far, and the report once it is there. */
struct search {
	const char *tunnel;
	int64_t newest;
	struct json_object *report;     /* owned */
};

static void look_through(void *arg, struct json_object *reply)
{
	struct search *search = arg;
	struct json_object *rows = row_at(reply, "events");

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (row_number(row, "id", 0) <= search->newest)
			continue;
		search->newest = row_number(row, "id", 0);
		if (!search->report && row_is(row, "kind", "drill") &&
		    row_is(row, "subject", search->tunnel))
			search->report = json_object_get(row);
	}
}

static enum outcome look(const struct invocation *invocation, struct search *search)
{
	struct json_object *request = request_build("show events", json_object_new_object());
	enum outcome outcome = ask(invocation, request, look_through, search);

	json_object_put(request);
	return outcome;
}

static void take_reply(void *arg, struct json_object *reply)
{
	int64_t *seconds = arg;

	*seconds = row_number(reply, "seconds", 0);
}

static enum outcome begin(const struct invocation *invocation, struct json_object *arguments,
			  int64_t *seconds)
{
	struct json_object *request = request_build(invocation->command->name,
						    json_object_get(arguments));
	enum outcome outcome = ask(invocation, request, take_reply, seconds);

	json_object_put(request);
	return outcome;
}

static void print(const struct invocation *invocation, struct json_object *report)
{
	struct invocation events = *invocation;
	struct json_object *rows = json_object_new_array(), *reply;
	struct output output;

	events.command = events.commands;
	while (strcmp(events.command->name, "show events") != 0)
		events.command++;
	json_object_array_add(rows, json_object_get(report));
	reply = request_rows(request_find("show events"), rows, false);
	output = output_of(&events, stdout);
	output_receive(&output, reply);
	output_end(&output, NULL);
	json_object_put(reply);
}

static enum outcome wait_for_report(const struct invocation *invocation, struct search *search,
				    int64_t seconds)
{
	time_t end = time(NULL) + seconds + AFTERWARDS;
	enum outcome outcome = OUTCOME_DONE;

	if (!invocation->is_json)
		printf("%s: a drill for %lld s; it ends by itself, and the report will be an event\n",
		       search->tunnel, (long long)seconds);
	fflush(stdout);
	while (outcome == OUTCOME_DONE && !search->report && time(NULL) < end) {
		usleep(LOOK_USEC);
		outcome = look(invocation, search);
	}
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (!search->report)
		return output_fail(invocation, OUTCOME_REFUSED,
				   request_error("was bgpd restarted meanwhile?",
						 "the drill has left no report"));
	print(invocation, search->report);
	return OUTCOME_DONE;
}

enum outcome drill_run(const struct invocation *invocation)
{
	struct json_object *arguments = ask_arguments(invocation);
	struct search search = { .tunnel = row_text(arguments, "name") };
	enum outcome outcome;
	int64_t seconds = 0;

	if (!arguments)
		return OUTCOME_USAGE;
	outcome = look(invocation, &search);
	json_object_put(search.report);
	search.report = NULL;
	if (outcome == OUTCOME_DONE)
		outcome = begin(invocation, arguments, &seconds);
	if (outcome == OUTCOME_DONE)
		outcome = wait_for_report(invocation, &search, seconds);
	json_object_put(search.report);
	json_object_put(arguments);
	return outcome;
}
