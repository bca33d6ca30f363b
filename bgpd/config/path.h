/* bgpd/config/path.h - How a value is named: "groups[0].tunnels[1].inside".  The root is "". */
#ifndef BGPD_CONFIG_PATH_H
#define BGPD_CONFIG_PATH_H

#include "bgpd/base/arena.h"

const char *path_key(struct arena *arena, const char *object, const char *key);
const char *path_element(struct arena *arena, const char *list, size_t index);

#endif
