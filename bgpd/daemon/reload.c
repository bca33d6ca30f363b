#include "bgpd/daemon/reload.h"

#include <string.h>

#include "bgpd/config/load.h"
#include "bgpd/daemon/log.h"

static void collect_error(void *errors, const char *line)
{
	log_text(NOTE_ERROR, "reload", NULL, "%s", line);
	json_object_array_add(errors, json_object_new_string(line));
}

struct config *reload_read(const char *path, struct json_object **refusal)
{
	struct json_object *errors = json_object_new_array();
	struct config *config = config_load(path, collect_error, errors);
	size_t count = json_object_array_length(errors);

	if (config) {
		json_object_put(errors);
		return config;
	}
	*refusal = request_error("nothing was changed", "%s: %zu error%s", path, count,
				 count == 1 ? "" : "s");
	json_object_object_add(*refusal, "errors", errors);
	return NULL;
}

static bool differs(const char *a, const char *b)
{
	return a != b && (!a || !b || strcmp(a, b) != 0);
}

const char *reload_needs_restart(const struct config *old, const struct config *new)
{
	if (old->listen_port != new->listen_port)
		return "listen_port";
	if (differs(old->control.socket, new->control.socket) ||
	    differs(old->control.group, new->control.group))
		return "control";
	if (old->metrics.port != new->metrics.port ||
	    !address_equal(&old->metrics.address, &new->metrics.address))
		return "metrics";
	if (old->fib.groups != new->fib.groups)
		return "fib.groups";
	return old->fib.protocol != new->fib.protocol ? "fib.protocol" : NULL;
}

struct json_object *reload_done(const char *path, size_t resets, const char *later)
{
	return request_done("%s reloaded, %zu session%s reset%s%s", path, resets,
			    resets == 1 ? "" : "s", later ? "; restart bgpd to change " : "",
			    later ? later : "");
}
