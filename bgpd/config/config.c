#include "bgpd/config/config.h"

#include <stdlib.h>

#include "bgpd/base/xalloc.h"

#define TABLE_MAIN 254          /* RT_TABLE_MAIN */

struct config *config_new(void)
{
	struct config *config = xcalloc(1, sizeof(*config));

	arena_init(&config->arena);
	config->fib.protocol = 186;     /* RTPROT_BGP */
	config->fib.style.table = TABLE_MAIN;
	config->fib.style.metric = 20;
	config->control.socket = "/run/bgpd/bgpd.sock";
	config->log_level = "info";
	config->listen_port = 179;
	return config;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	arena_clear(&config->arena);
	free(config);
}
