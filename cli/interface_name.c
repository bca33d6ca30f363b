#include "cli/interface_name.h"

#include <string.h>

#include "bgpd/base/xalloc.h"

#define LONGEST 15              /* of a Linux interface's name */

bool interface_name_is_pattern(const char *text)
{
	const char *place = strstr(text, "%d");

	return place && strchr(text, '%') == place && !strchr(place + 1, '%') &&
	       strlen(text) <= LONGEST && !strpbrk(text, "/ \t\n");
}

char *interface_name(const char *pattern, size_t number)
{
	const char *place = strstr(pattern, "%d");

	return xasprintf("%.*s%zu%s", (int)(place - pattern), pattern, number, place + 2);
}
