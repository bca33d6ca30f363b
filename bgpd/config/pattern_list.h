/* bgpd/config/pattern_list.h - Lists in the rules of policies -> settings: patterns and names. */
#ifndef BGPD_CONFIG_PATTERN_LIST_H
#define BGPD_CONFIG_PATTERN_LIST_H

#include "bgpd/config/value.h"

struct setting pattern_list_paths(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path);
/* Of the kind that the key's type says. */
struct setting pattern_list_communities(struct reading *reading, const struct key *key,
					struct json_object *value, const char *path);
struct setting pattern_list_names(struct reading *reading, const struct key *key,
				  struct json_object *value, const char *path);

#endif
