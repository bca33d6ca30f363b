/* bgpd/config/settings.h - One JSON object -> the settings in it, one for each key.
 *
 * What an object does not say is looked for in its parents: a tunnel's hold_time in its group, and
 * in the end among the defaults of the rows. */
#ifndef BGPD_CONFIG_SETTINGS_H
#define BGPD_CONFIG_SETTINGS_H

#include "bgpd/config/value.h"

struct settings {
	const struct settings *parent;  /* NULL: none */
	const char *path;
	struct setting at[KEYS];
};

/* Those that the rows name as defaults. */
struct settings *settings_defaults(struct reading *reading);
/* Of the whole file. */
struct settings *settings_read(struct reading *reading, struct json_object *top,
			       const struct settings *defaults);

/* NULL: neither here nor in a parent. */
const struct setting *settings_find(const struct settings *settings, enum key_id id);
/* The number of a setting, or what the caller has where there is none. */
uint64_t settings_number(const struct settings *settings, enum key_id id, uint64_t otherwise);
const char *settings_text(const struct settings *settings, enum key_id id);     /* or NULL */

#endif
