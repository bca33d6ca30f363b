/* cli/check.c - check FILE: every error of a configuration, found by the same code as in bgpd. */
#include "bgpd/config/load.h"
#include "cli/local.h"
#include "cli/output.h"

struct findings {
	const struct invocation *invocation;
	struct json_object *lines;
};

static void take_finding(void *arg, const char *line)
{
	struct findings *findings = arg;

	json_object_array_add(findings->lines, json_object_new_string(line));
	if (!findings->invocation->is_json)
		fprintf(stderr, "%s\n", line);
}

enum outcome check_run(const struct invocation *invocation)
{
	struct findings findings = { invocation, json_object_new_array() };
	const char *file = invocation->count == 1 ? invocation->words[0] : NULL;
	struct json_object *error = NULL, *reply;
	struct output output;
	struct config *config;

	if (!file)
		return output_fail(invocation, OUTCOME_USAGE,
				   request_error("bgpctl check FILE", "check takes one file"));
	config = config_load(file, take_finding, &findings);
	if (!config)
		error = request_error(NULL, "%s: errors: %zu", file,
				      json_object_array_length(findings.lines));
	reply = config ? request_done("%s: no errors", file) : request_ok();
	json_object_object_add(reply, "findings", findings.lines);
	output = output_of(invocation, stdout);
	output_receive(&output, reply);
	output_end(&output, error);
	config_free(config);
	json_object_put(reply);
	json_object_put(error);
	return config ? OUTCOME_DONE : OUTCOME_REFUSED;
}
