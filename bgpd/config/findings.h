/* bgpd/config/findings.h - What is wrong with a file: collected as it comes, told from the top. */
#ifndef BGPD_CONFIG_FINDINGS_H
#define BGPD_CONFIG_FINDINGS_H

#include "bgpd/base/arena.h"
#include "bgpd/config/load.h"
#include "bgpd/config/locate.h"

struct finding;

struct findings {
	struct arena arena;
	const char *file;
	const struct locate *locate;    /* NULL while the file is not known to be JSON */
	struct finding *newest;
	size_t count;
};

void findings_init(struct findings *findings, const char *file);
void findings_clear(struct findings *findings);

/* About the value at path; `place` beside it where that is not the place. */
void findings_add(struct findings *findings, const char *path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void findings_add_at(struct findings *findings, struct place place, const char *path,
		     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Is one of the first `count` about this value, about what is in it, or about what it is in?  Then
 * what else follows from it is no news. */
bool findings_cover(const struct findings *findings, size_t count, const char *path);

void findings_tell(const struct findings *findings, load_report *report, void *arg);

#endif
