#include "bgpd/daemon/named_links.h"

#include <string.h>

#include "bgpd/base/xalloc.h"

static size_t count_sessions(const struct config *config)
{
	size_t count = config->neighbor_count;

	for (size_t i = 0; i < config->group_count; i++)
		count += config->groups[i].tunnel_count;
	return count;
}

static void add_name(const char **names, size_t *count, const char *name)
{
	if (!name)
		return;
	for (size_t i = 0; i < *count; i++)
		if (strcmp(names[i], name) == 0)
			return;
	names[(*count)++] = name;
}

const char **named_links_of(const struct config *config, size_t *count)
{
	size_t most = count_sessions(config) + config->announce.count;
	const char **names = xcalloc(most + 1, sizeof(*names));

	*count = 0;
	for (size_t i = 0; i < config->group_count; i++)
		for (size_t k = 0; k < config->groups[i].tunnel_count; k++)
			add_name(names, count, config->groups[i].tunnels[k].interface);
	for (size_t i = 0; i < config->neighbor_count; i++)
		add_name(names, count, config->neighbors[i].session.interface);
	for (size_t i = 0; config->conditions && i < config->announce.count; i++)
		add_name(names, count, config->conditions[i].interface);
	return names;
}
