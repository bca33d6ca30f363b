#include "bgpd/config/load.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/config/assemble.h"
#include "bgpd/config/check.h"
#include "bgpd/config/findings.h"
#include "bgpd/config/locate.h"
#include "bgpd/config/settings.h"

#define FILE_MAX ((size_t)16 << 20)

/* ---- text -> JSON ---- */

/* json-c says where it stopped and, tersely, why. */
static void refuse_syntax(struct findings *findings, struct place place, const char *why,
			  char found)
{
	if (found == '#')
		findings_add_at(findings, place, "",
				"syntax error at '#': comments are // and /* */");
	else if (found > ' ' && found < '\177')
		findings_add_at(findings, place, "", "syntax error at '%c': %s", found, why);
	else
		findings_add_at(findings, place, "", "syntax error: %s", why);
}

/* The text ends with a NUL, which tells json-c that nothing more will come. */
static struct json_object *parse(const char *text, size_t length, struct findings *findings)
{
	struct json_tokener *tokener = json_tokener_new();
	const char *nul = memchr(text, '\0', length);

	if (nul)
		length = (size_t)(nul - text);
	json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *json = json_tokener_parse_ex(tokener, text, (int)length + 1);
	enum json_tokener_error error = json_tokener_get_error(tokener);
	size_t end = json_tokener_get_parse_end(tokener);

	if (error != json_tokener_success)
		refuse_syntax(findings, locate_offset(text, end < length ? end : length),
			      error == json_tokener_continue ? "unexpected end of data" :
							       json_tokener_error_desc(error),
			      end < length ? text[end] : '\0');
	else if (nul)
		refuse_syntax(findings, locate_offset(text, length), "a NUL byte", '\0');
	json_tokener_free(tokener);
	return json;
}

/* ---- JSON -> tree ---- */

static void add_flaw(void *arg, enum locate_flaw flaw, const char *path, struct place key)
{
	struct findings *findings = arg;

	if (flaw == FLAW_ESCAPED)
		findings_add_at(findings, key, path, "has an escape in its name: write it plainly");
	else
		findings_add_at(findings, key, path,
				"is here a second time, after line %u: keep one of the two",
				locate_path(findings->locate, path)->key.line);
}

struct checking {
	struct findings *findings;
	size_t loaded;                  /* findings before the check */
};

static void add_checked(void *arg, const char *path, const char *text)
{
	struct checking *checking = arg;

	if (!findings_cover(checking->findings, checking->loaded, path))
		findings_add(checking->findings, path, "%s", text);
}

/* "/etc/bgpd/bgpd.json" -> "/etc/bgpd/" */
static const char *folder_of(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_printf(arena, "%.*s", (int)(slash + 1 - path), path) : "";
}

static void read_tree(struct config *config, struct json_object *json, struct findings *findings)
{
	struct reading reading = {
		findings, &config->arena, folder_of(findings->file, &config->arena)
	};
	struct checking checking = { .findings = findings };

	locate_flaws(findings->locate, add_flaw, findings);
	assemble(config, settings_read(&reading, json, settings_defaults(&reading)));
	checking.loaded = findings->count;
	config_check(config, add_checked, &checking);
}

static void read_text(struct config *config, const char *text, size_t length,
		      struct findings *findings)
{
	struct json_object *json = parse(text, length, findings);
	struct locate *locate = locate_new(text, length);
	struct place where;

	if (findings->count == 0 && locate_stopped(locate, &where))
		findings_add_at(findings, where, "",
				"syntax error: nothing may follow the first value");
	findings->locate = locate;
	if (findings->count == 0)
		read_tree(config, json, findings);
	findings->locate = NULL;
	locate_free(locate);
	json_object_put(json);
}

/* What some editors put in front of UTF-8. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct config *config_load_text(const char *name, const char *text, size_t length,
				load_report *report, void *arg)
{
	struct config *config = config_new();
	struct findings findings;
	char *copy = xmalloc(length + 1);
	size_t mark = length >= 3 && memcmp(text, BYTE_ORDER_MARK, 3) == 0 ? 3 : 0;

	memcpy(copy, text, length);
	copy[length] = '\0';
	findings_init(&findings, name);
	if (length > FILE_MAX)
		findings_add(&findings, "", "is larger than %zu bytes", FILE_MAX);
	else
		read_text(config, copy + mark, length - mark, &findings);
	findings_tell(&findings, report, arg);
	if (findings.count > 0) {
		config_free(config);
		config = NULL;
	}
	findings_clear(&findings);
	free(copy);
	return config;
}

/* ---- file -> text ---- */

static void refuse_file(const char *path, const char *why, load_report *report, void *arg)
{
	char *line = xasprintf("%s: %s", path, why);

	report(arg, line);
	free(line);
}

/* All of it, at most one byte more than is allowed; NULL: errno says why. */
static char *read_file(int fd, size_t *length)
{
	size_t size = 64 * 1024;
	char *text = xmalloc(size);
	ssize_t got;

	*length = 0;
	while ((got = read(fd, text + *length, size - *length)) > 0) {
		*length += (size_t)got;
		if (*length > FILE_MAX)
			break;
		if (*length == size)
			text = xrealloc(text, size *= 2);
	}
	if (got < 0) {
		free(text);
		return NULL;
	}
	return text;
}

struct config *config_load(const char *path, load_report *report, void *arg)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct config *config = NULL;
	size_t length;
	char *text = fd < 0 ? NULL : read_file(fd, &length);

	if (text)
		config = config_load_text(path, text, length, report, arg);
	else
		refuse_file(path, strerror(errno), report, arg);
	free(text);
	if (fd >= 0)
		close(fd);
	return config;
}
