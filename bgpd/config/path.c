#include "bgpd/config/path.h"

const char *path_key(struct arena *arena, const char *object, const char *key)
{
	return arena_printf(arena, "%s%s%s", object, *object ? "." : "", key);
}

const char *path_element(struct arena *arena, const char *list, size_t index)
{
	return arena_printf(arena, "%s[%zu]", list, index);
}
