/* bgpd/config/assemble.h - The settings of a file -> the tree, with every default filled in.
 *
 * A default comes from the innermost place that has one: the tunnel, its group, fib, the rows of
 * keys.c, and for what they leave open the provider.  What is missing or wrong in the file is unset
 * (zero) in the tree, so that the rest can be checked all the same. */
#ifndef BGPD_CONFIG_ASSEMBLE_H
#define BGPD_CONFIG_ASSEMBLE_H

#include "bgpd/config/config.h"
#include "bgpd/config/settings.h"

void assemble(struct config *config, const struct settings *top);

#endif
