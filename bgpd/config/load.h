/* bgpd/config/load.h - A file with JSON and comments -> the tree, or every error of it at once. */
#ifndef BGPD_CONFIG_LOAD_H
#define BGPD_CONFIG_LOAD_H

#include "bgpd/config/config.h"

/* One finding, ready to be printed: "bgpd.json:14:19: groups[0].hold_time: 2 is too short: ...". */
typedef void load_report(void *arg, const char *line);

/* NULL when there was an error; the tree has passed config_check, too. */
struct config *config_load(const char *path, load_report *report, void *arg);
/* The same from memory; name stands for the file in messages.  What fuzzing and tests use. */
struct config *config_load_text(const char *name, const char *text, size_t length,
				load_report *report, void *arg);

#endif
