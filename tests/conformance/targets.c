/* tests/conformance/targets.c - bgpd, BIRD and FRR, each told of all neighbors and of no policy. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/conformance/stage.h"

/* ---- bgpd ---- */

static void write_bgpd_policy(const struct kind_facts *facts, FILE *to)
{
	if (!facts->has_no_policy)
		fprintf(to, ", \"import\": \"any\", \"export\": \"any\"");
	if (facts->role)
		fprintf(to, ", \"role\": \"%s\", \"strict_role\": %s", facts->role,
			facts->is_strict ? "true" : "false");
}

static void write_bgpd(const struct stage *stage, FILE *to)
{
	fprintf(to, "{ \"asn\": %u, \"router_id\": \"%s\", \"neighbors\": [\n", LOCAL_ASN, DAEMON_IPV4);
	for (size_t i = 0; i < stage->neighbor_count; i++) {
		const struct neighbor_setup *n = &stage->neighbors[i];

		fprintf(to, "  { \"name\": \"%s\", \"address\": \"%s\", \"asn\": %u,"
			" \"families\": [\"ipv4\", \"ipv6\"], \"passive\": %s%s",
			n->name, n->address, n->facts->asn, n->facts->is_called ? "false" : "true",
			n->facts->settings ? n->facts->settings : "");
		write_bgpd_policy(n->facts, to);
		fprintf(to, " },\n");
	}
	fprintf(to, "] }\n");
}

static const char *start_bgpd(struct stage *stage)
{
	char config[128], socket[128], *program = getenv("BGPD");
	FILE *to = stage_file(stage, "bgpd.json", config);

	if (!to)
		return "cannot write the configuration";
	write_bgpd(stage, to);
	fclose(to);
	snprintf(socket, sizeof(socket), "%s/bgpd.sock", stage->dir);
	stage->daemons[0] = stage_spawn(stage, "bgpd.log", (const char *[]){
		program ? program : "build/bin/bgpd", "-f", config, "-s", socket, "-l", "debug", NULL });
	return NULL;
}

/* ---- BIRD ---- */

#define BIRD_LIMIT "ipv4 { import all; export all; import limit 2 action "

static void write_bird_policy(const struct kind_facts *facts, FILE *to)
{
	if (facts == &kinds[LIMITED])
		fprintf(to, BIRD_LIMIT "restart; }; ");
	if (facts == &kinds[CUTTING])
		fprintf(to, BIRD_LIMIT "block; }; ");
	if (facts->has_no_policy)
		fprintf(to, "ipv4 { import none; export none; }; ");
	if (facts == &kinds[NEXT6])
		fprintf(to, "ipv4 { import all; export all; extended next hop on; }; ");
	if (facts->role)
		fprintf(to, "local role %s; require roles %s; ", facts->role,
			facts->is_strict ? "on" : "off");
}

static void write_bird(const struct stage *stage, FILE *to)
{
	fprintf(to, "router id %s;\nprotocol device { }\ntemplate bgp any {\n"
		"  local as %u; direct; hold time 90; graceful restart on; enable extended messages on;\n"
		"  ipv4 { import all; export all; }; ipv6 { import all; export all; }; }\n",
		DAEMON_IPV4, LOCAL_ASN);
	for (size_t i = 0; i < stage->neighbor_count; i++) {
		const struct neighbor_setup *n = &stage->neighbors[i];

		fprintf(to, "protocol bgp t_%s from any { neighbor %s as %u; %s", n->name, n->address,
			n->facts->asn,
			n->facts->is_called ? "connect delay time 1; " : "passive on; ");
		write_bird_policy(n->facts, to);
		fprintf(to, "}\n");
	}
}

static const char *start_bird(struct stage *stage)
{
	char config[128], socket[128];
	FILE *to = stage_file(stage, "bird.conf", config);

	if (!to)
		return "cannot write the configuration";
	write_bird(stage, to);
	fclose(to);
	snprintf(socket, sizeof(socket), "%s/bird.ctl", stage->dir);
	stage->daemons[0] = stage_spawn(stage, "bird.log", (const char *[]){
		"/usr/sbin/bird", "-f", "-c", config, "-s", socket, NULL });
	return NULL;
}

/* ---- FRR ---- */

static void write_frr_family(const struct stage *stage, const char *family, FILE *to)
{
	fprintf(to, " address-family %s unicast\n", family);
	for (size_t i = 0; i < stage->neighbor_count; i++) {
		const struct neighbor_setup *n = &stage->neighbors[i];

		fprintf(to, "  neighbor %s activate\n", n->address);
		if (n->facts == &kinds[LIMITED])
			fprintf(to, "  neighbor %s maximum-prefix 2\n", n->address);
		if (n->facts->has_no_policy)
			fprintf(to, "  neighbor %s route-map NONE in\n  neighbor %s route-map NONE out\n",
				n->address, n->address);
	}
	fprintf(to, " exit-address-family\n");
}

static void write_frr(const struct stage *stage, FILE *to)
{
	fprintf(to, "router bgp %u\n bgp router-id %s\n no bgp ebgp-requires-policy\n"
		" no bgp default ipv4-unicast\n no bgp network import-check\n coalesce-time 0\n"
		" bgp graceful-restart\n timers bgp 30 90\n", LOCAL_ASN, DAEMON_IPV4);
	for (size_t i = 0; i < stage->neighbor_count; i++) {
		const struct neighbor_setup *n = &stage->neighbors[i];

		fprintf(to, " neighbor %s remote-as %u\n neighbor %s advertisement-interval 0\n",
			n->address, n->facts->asn, n->address);
		fprintf(to, " neighbor %s %s\n", n->address,
			n->facts->is_called ? "timers connect 1" : "passive");
		if (n->facts == &kinds[NEXT6])
			fprintf(to, " neighbor %s capability extended-nexthop\n", n->address);
		if (n->facts->role)
			fprintf(to, " neighbor %s local-role %s%s\n", n->address, n->facts->role,
				n->facts->is_strict ? " strict-mode" : "");
	}
	write_frr_family(stage, "ipv4", to);
	write_frr_family(stage, "ipv6", to);
	fprintf(to, "!\nroute-map NONE deny 10\n");
}

static const char *start_frr(struct stage *stage)
{
	char config[128], empty[128], zserv[128], pid[128], *vty = stage->dir;
	FILE *to = stage_file(stage, "bgpd.conf", config), *none;

	none = stage_file(stage, "zebra.conf", empty);
	if (!to || !none)
		return "cannot write the configuration";
	write_frr(stage, to);
	fclose(to);
	fclose(none);
	if (chmod(stage->dir, 0777))
		return "cannot open the folder to FRR";
	snprintf(zserv, sizeof(zserv), "%s/zserv.api", stage->dir);
	snprintf(pid, sizeof(pid), "%s/zebra.pid", stage->dir);
	stage->daemons[1] = stage_spawn(stage, "zebra.log", (const char *[]){
		"/usr/lib/frr/zebra", "--vty_socket", vty, "-z", zserv, "-i", pid, "-f", empty, "-A",
		"127.0.0.1", NULL });
	for (int i = 0; i < 250 && access(zserv, F_OK); i++)
		usleep(20000);
	snprintf(pid, sizeof(pid), "%s/bgpd.pid", stage->dir);
	stage->daemons[0] = stage_spawn(stage, "frr.log", (const char *[]){
		"/usr/lib/frr/bgpd", "--vty_socket", vty, "-z", zserv, "-i", pid, "-f", config, "-A",
		"127.0.0.1", NULL });
	return NULL;
}

const struct target targets[] = {
	{ "bgpd", start_bgpd, "${BGPD:-build/bin/bgpd} -V" },
	{ "bird", start_bird, "/usr/sbin/bird --version 2>&1" },
	{ "frr", start_frr, "/usr/lib/frr/bgpd --version | sed 's/bgpd version/FRR/'" },
};
const size_t target_count = sizeof(targets) / sizeof(targets[0]);
