/* tests/fuzz/fuzz_config.c - Any bytes as bgpd.json: a tree that is right, or printable errors.
 *
 *	make fuzz && mkdir corpus && cp contrib/bgpd.json.example corpus &&
 *	build-fuzz/tests/fuzz/fuzz_config corpus */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/config/check.h"
#include "bgpd/config/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
	if (!claim)
		abort();
}

/* "fuzz:LINE:COLUMN: ...", of which nothing does harm to a terminal. */
static void look_at_line(void *arg, const char *line)
{
	unsigned int row, column;
	size_t *lines = arg;

	(*lines)++;
	expect(sscanf(line, "fuzz:%u:%u: ", &row, &column) == 2 && row > 0 && column > 0);
	for (; *line; line++)
		expect((unsigned char)*line >= ' ' && *line != '\177');
}

static void refuse_finding(void *arg, const char *path, const char *text)
{
	(void)arg;
	fprintf(stderr, "%s: %s\n", path, text);
	abort();
}

static void look_at_session(const struct session_params *session)
{
	expect(session->name && *session->name);
	expect(session->address.family == FAMILY_IPV4 || session->address.family == FAMILY_IPV6);
	expect(session->asn != 0 && session->local_asn != 0 && session->router_id != 0);
	expect(session->hold_time_s != 1 && session->hold_time_s != 2);
	expect(session->connect_retry_s > 0 && session->ttl > 0 && session->families != 0);
	expect(session->restart_time_s > 0 && session->restart_time_s <= 4095);
	expect(!session->password || (*session->password && strlen(session->password) <= 80));
}

static void look_at_rules(const struct prefix_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		expect(prefix_rules_match(rules, &rules->rules[i].prefix) ||
		       rules->rules[i].min_length > rules->rules[i].prefix.length);
}

static void look_at_group(const struct group_config *group)
{
	expect(group->name && group->provider && group->accept.count > 0);
	expect(group->tunnel_count > 0 && group->tunnel_count <= GROUP_TUNNELS);
	expect(group->failover.tunnels == group->tunnel_count);
	expect(group->failover.revert_delay <= group->failover.revert_delay_max);
	look_at_rules(&group->accept);
	look_at_rules(&group->announce);
	for (size_t i = 0; i < group->tunnel_count; i++) {
		look_at_session(&group->tunnels[i].session);
		expect(group->tunnels[i].interface && group->tunnels[i].weight > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t lines = 0;
	struct config *config = config_load_text("fuzz", (const char *)data, size, look_at_line, &lines);

	expect((config == NULL) == (lines > 0));
	if (!config)
		return 0;
	config_check(config, refuse_finding, NULL);
	for (size_t i = 0; i < config->group_count; i++)
		look_at_group(&config->groups[i]);
	for (size_t i = 0; i < config->neighbor_count; i++)
		look_at_session(&config->neighbors[i].session);
	config_free(config);
	return 0;
}
