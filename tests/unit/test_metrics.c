#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/daemon/metrics.h"
#include "tests/sim/sim.h"

static char text[65536];

static const char *metrics(struct sim *sim)
{
	struct evbuffer *buffer = evbuffer_new();
	size_t length;

	metrics_write(buffer, sim->gateway, sim->now);
	length = evbuffer_get_length(buffer);
	assert_true(length < sizeof(text));
	evbuffer_remove(buffer, text, length);
	text[length] = '\0';
	evbuffer_free(buffer);
	return text;
}

static void expect_line(struct sim *sim, const char *line)
{
	const char *at = strstr(metrics(sim), line);

	if (!at || at[-1] != '\n' || at[strlen(line)] != '\n')
		fail_msg("no line %s in\n%s", line, text);
}

static void what_is_measured_is_a_line_each(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	sim_run_for(sim, SECONDS(5));
	expect_line(sim, "# TYPE bgpd_neighbor_up gauge");
	expect_line(sim, "bgpd_neighbor_up{neighbor=\"tun1\"} 1");
	expect_line(sim, "bgpd_neighbor_prefixes{neighbor=\"tun2\",kind=\"accepted\"} 1");
	expect_line(sim, "bgpd_tunnel_role{tunnel=\"tun1\",group=\"cloud\",role=\"active\"} 1");
	expect_line(sim, "bgpd_tunnel_role{tunnel=\"tun1\",group=\"cloud\",role=\"standby\"} 0");
	expect_line(sim, "bgpd_tunnel_signal_up{tunnel=\"tun1\",group=\"cloud\",signal=\"link\"} 1");
	expect_line(sim, "bgpd_group_symmetric{group=\"cloud\"} 1");
	expect_line(sim, "bgpd_group_active_tunnels{group=\"cloud\"} 1");
	expect_line(sim, "bgpd_prefixes 2");
	expect_line(sim, "bgpd_fib_divergence 0");
	assert_null(strstr(metrics(sim), "signal=\"ping\""));   /* nobody knows */
	sim_free(sim);
}

static void failovers_are_counted(void **unused)
{
	struct sim *sim = sim_with_route(2);

	(void)unused;
	expect_line(sim, "bgpd_group_failovers_total{group=\"cloud\"} 0");
	sim_say_ipsec(sim, "tun1", STATE_DOWN);
	expect_line(sim, "bgpd_group_failovers_total{group=\"cloud\"} 1");
	expect_line(sim, "bgpd_tunnel_flaps_total{tunnel=\"tun1\",group=\"cloud\"} 1");
	expect_line(sim, "bgpd_tunnel_usable{tunnel=\"tun1\",group=\"cloud\"} 0");
	expect_line(sim, "bgpd_tunnel_signal_up{tunnel=\"tun1\",group=\"cloud\",signal=\"ipsec\"} 0");
	sim_free(sim);
}

/* Exposition format: samples of a family stand together, behind its HELP and TYPE, each once. */
static void families_stand_together(void **unused)
{
	struct sim *sim = sim_with_route(3);
	char family[100] = "";

	(void)unused;
	metrics(sim);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char name[100];

		if (strncmp(line, "# HELP ", 7) == 0) {
			assert_int_equal(sscanf(line + 7, "%99s", family), 1);
			assert_true(line[strlen(line) - 1] == '.');
			continue;
		}
		assert_int_equal(sscanf(line[0] == '#' ? line + 7 : line, "%99[a-z_]", name), 1);
		assert_string_equal(name, family);
	}
	sim_free(sim);
}

static void ready_means_that_every_group_has_an_active_tunnel(void **unused)
{
	struct sim *sim = sim_with_route(1);
	const char *group = NULL;

	(void)unused;
	assert_true(metrics_is_ready(sim->gateway, &group));
	sim_link_down(sim, "tun1");
	assert_false(metrics_is_ready(sim->gateway, &group));
	assert_string_equal(group, "cloud");
	sim_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_measured_is_a_line_each),
		cmocka_unit_test(failovers_are_counted),
		cmocka_unit_test(families_stand_together),
		cmocka_unit_test(ready_means_that_every_group_has_an_active_tunnel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
