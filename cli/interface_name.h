/* cli/interface_name.h - Names of interfaces by a pattern with one %d in it: ipsec%d -> ipsec3. */
#ifndef CLI_INTERFACE_NAME_H
#define CLI_INTERFACE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define INTERFACE_NAME_PATTERN "ipsec%d"        /* as Libreswan names them */

bool interface_name_is_pattern(const char *text);
char *interface_name(const char *pattern, size_t number);       /* to be freed */

#endif
