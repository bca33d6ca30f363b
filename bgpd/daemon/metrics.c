#include "bgpd/daemon/metrics.h"

#include <string.h>
#include <unistd.h>

#include "bgpd/daemon/resident.h"

/* What a sample is about; the views are those of one subject. */
struct sample {
	const struct neighbor_view *neighbor;
	const struct tunnel_view *tunnel;
	const struct group_view *group;
	const struct memory_view *memory;
	size_t part;                    /* of a family with several for each subject */
};

/* False: not known, so there is no sample. */
typedef bool measure(const struct sample *sample, double *value);

struct metric_family {
	const char *name, *type, *help;
	measure *measure;
	/* A label of its own: its name, and the values of its parts; NULL: one part without. */
	const char *label;
	const char *(*part)(size_t index);
};

/* ---- neighbors ---- */

static bool is_up(const struct sample *sample)
{
	return session_state(sample->neighbor->session) == SESSION_ESTABLISHED;
}

static bool neighbor_up(const struct sample *sample, double *value)
{
	*value = is_up(sample);
	return true;
}

static bool neighbor_uptime(const struct sample *sample, double *value)
{
	*value = (double)sample->neighbor->uptime_ms / 1000;
	return is_up(sample);
}

static bool neighbor_established(const struct sample *sample, double *value)
{
	*value = (double)session_counters(sample->neighbor->session)->established;
	return true;
}

static bool neighbor_hold_time(const struct sample *sample, double *value)
{
	*value = session_hold_time_s(sample->neighbor->session);
	return is_up(sample);
}

static const char *const prefix_kinds[] = { "received", "accepted", "sent", "held_back", NULL };

static const char *prefix_kind(size_t index)
{
	return prefix_kinds[index];
}

static bool neighbor_prefixes(const struct sample *sample, double *value)
{
	const uint32_t counts[] = { sample->neighbor->received, sample->neighbor->accepted,
				    sample->neighbor->sent, sample->neighbor->held_back };

	*value = counts[sample->part];
	return true;
}

static const char *const directions[] = { "received", "sent", NULL };

static const char *direction(size_t index)
{
	return directions[index];
}

static bool neighbor_messages(const struct sample *sample, double *value)
{
	const struct session_counters *counters = session_counters(sample->neighbor->session);
	const uint64_t *counts = sample->part ? counters->sent : counters->received;
	uint64_t sum = 0;

	for (size_t type = MESSAGE_OPEN; type <= MESSAGE_ROUTE_REFRESH; type++)
		sum += counts[type];
	*value = (double)sum;
	return true;
}

static bool neighbor_bytes(const struct sample *sample, double *value)
{
	const struct session_counters *counters = session_counters(sample->neighbor->session);

	*value = (double)(sample->part ? counters->bytes_sent : counters->bytes_received);
	return true;
}

static const struct metric_family neighbor_families[] = {
	{ "bgpd_neighbor_up", "gauge", "1 while the session is established.", neighbor_up, NULL, NULL },
	{ "bgpd_neighbor_uptime_seconds", "gauge", "Since the session was established.",
	  neighbor_uptime, NULL, NULL },
	{ "bgpd_neighbor_established_total", "counter", "How often the session was established.",
	  neighbor_established, NULL, NULL },
	{ "bgpd_neighbor_hold_time_seconds", "gauge", "The hold time both sides agreed on; 0: none.",
	  neighbor_hold_time, NULL, NULL },
	{ "bgpd_neighbor_prefixes", "gauge", "Prefixes of the session; held_back: over the budget.",
	  neighbor_prefixes, "kind", prefix_kind },
	{ "bgpd_neighbor_messages_total", "counter", "BGP messages.", neighbor_messages, "direction",
	  direction },
	{ "bgpd_neighbor_bytes_total", "counter", "Bytes of BGP messages.", neighbor_bytes, "direction",
	  direction },
};

/* ---- tunnels ---- */

static bool tunnel_usable(const struct sample *sample, double *value)
{
	*value = sample->tunnel->liveness->usable;
	return true;
}

static const char *role_part(size_t index)
{
	return index <= ROLE_ACTIVE ? role_name((enum role)index) : NULL;
}

static bool tunnel_role(const struct sample *sample, double *value)
{
	*value = sample->tunnel->role == (enum role)sample->part;
	return true;
}

static const char *signal_part(size_t index)
{
	return index < SIGNAL_KINDS ? signal_kind_name((enum signal_kind)index) : NULL;
}

static bool tunnel_signal(const struct sample *sample, double *value)
{
	enum signal_state state = sample->tunnel->liveness->signals[sample->part].state;

	*value = state == STATE_UP;
	return state != STATE_UNKNOWN;
}

static bool tunnel_flaps(const struct sample *sample, double *value)
{
	*value = sample->tunnel->liveness->flaps;
	return true;
}

static bool tunnel_bytes(const struct sample *sample, double *value)
{
	const struct link_counters *counters = &sample->tunnel->counters;

	*value = (double)(sample->part ? counters->tx_bytes : counters->rx_bytes);
	return true;
}

static bool tunnel_packets(const struct sample *sample, double *value)
{
	const struct link_counters *counters = &sample->tunnel->counters;

	*value = (double)(sample->part ? counters->tx_packets : counters->rx_packets);
	return true;
}

static const struct metric_family tunnel_families[] = {
	{ "bgpd_tunnel_usable", "gauge", "1 while nothing that is required speaks against the tunnel.",
	  tunnel_usable, NULL, NULL },
	{ "bgpd_tunnel_role", "gauge", "1 for the role that the tunnel has.", tunnel_role, "role",
	  role_part },
	{ "bgpd_tunnel_signal_up", "gauge", "1 up, 0 down; a signal that is unknown is left out.",
	  tunnel_signal, "signal", signal_part },
	{ "bgpd_tunnel_flaps_total", "counter", "How often the tunnel stopped being usable.",
	  tunnel_flaps, NULL, NULL },
	{ "bgpd_tunnel_bytes_total", "counter", "Bytes that the tunnel's interface counted.",
	  tunnel_bytes, "direction", direction },
	{ "bgpd_tunnel_packets_total", "counter", "Packets that the tunnel's interface counted.",
	  tunnel_packets, "direction", direction },
};

/* ---- groups ---- */

static bool group_active(const struct sample *sample, double *value)
{
	*value = (double)sample->group->active_count;
	return true;
}

static bool group_symmetric(const struct sample *sample, double *value)
{
	*value = strcmp(sample->group->symmetric, "yes") == 0;
	return strcmp(sample->group->symmetric, "undetermined") != 0;
}

static bool group_settling(const struct sample *sample, double *value)
{
	*value = sample->group->is_settling;
	return true;
}

static bool group_failovers(const struct sample *sample, double *value)
{
	*value = sample->group->failovers;
	return true;
}

static const struct metric_family group_families[] = {
	{ "bgpd_group_active_tunnels", "gauge", "Tunnels that carry our own direction.", group_active,
	  NULL, NULL },
	{ "bgpd_group_symmetric", "gauge", "1 while both directions use the same tunnel, 0 while they "
	  "do not; left out while nobody can tell.", group_symmetric, NULL, NULL },
	{ "bgpd_group_settling", "gauge", "1 while the far side has been told to move and our own "
	  "direction has not moved yet.", group_settling, NULL, NULL },
	{ "bgpd_group_failovers_total", "counter", "How often a tunnel failed that carried traffic.",
	  group_failovers, NULL, NULL },
};

/* ---- the daemon ---- */

#define OF_MEMORY(member) \
static bool memory_##member(const struct sample *sample, double *value) \
{ \
	*value = (double)sample->memory->member; \
	return true; \
}

OF_MEMORY(prefixes)
OF_MEMORY(paths)
OF_MEMORY(attribute_sets)
OF_MEMORY(chains)
OF_MEMORY(fib_pending)
OF_MEMORY(fib_divergence)
OF_MEMORY(fib_restored)

static bool process_memory(const struct sample *sample, double *value)
{
	(void)sample;
	*value = (double)resident_bytes();
	return *value > 0;
}

static const struct metric_family daemon_families[] = {
	{ "bgpd_prefixes", "gauge", "Prefixes in the routing table.", memory_prefixes, NULL, NULL },
	{ "bgpd_paths", "gauge", "Paths to them.", memory_paths, NULL, NULL },
	{ "bgpd_attribute_sets", "gauge", "Different sets of attributes that the paths share.",
	  memory_attribute_sets, NULL, NULL },
	{ "bgpd_chains", "gauge", "Chains of tunnels.", memory_chains, NULL, NULL },
	{ "bgpd_fib_pending", "gauge", "Routes that have yet to be written to the kernel.",
	  memory_fib_pending, NULL, NULL },
	{ "bgpd_fib_divergence", "gauge", "Routes that were found wrong in the kernel and are not yet "
	  "right.", memory_fib_divergence, NULL, NULL },
	{ "bgpd_fib_restored_total", "counter", "Routes that were found missing or wrong and put right.",
	  memory_fib_restored, NULL, NULL },
	{ "process_resident_memory_bytes", "gauge", "Resident memory.", process_memory, NULL, NULL },
};

/* ---- writing ---- */

/* What names a subject; each NULL or a label's value. */
struct labels {
	const char *neighbor, *tunnel, *group;
};

/* A label's value: \, " and line feeds are escaped. */
static void write_label(struct evbuffer *to, char *before, const char *name, const char *value)
{
	if (!value)
		return;
	evbuffer_add_printf(to, "%c%s=\"", *before, name);
	for (; *value; value++)
		evbuffer_add_printf(to, *value == '\n' ? "\\n" : strchr("\\\"", *value) ? "\\%c" : "%c",
				    *value);
	evbuffer_add_printf(to, "\"");
	*before = ',';
}

static void write_sample(struct evbuffer *to, const struct metric_family *family,
			 const struct labels *labels, const char *part, double value)
{
	char before = '{';

	evbuffer_add_printf(to, "%s", family->name);
	write_label(to, &before, "neighbor", labels->neighbor);
	write_label(to, &before, "tunnel", labels->tunnel);
	write_label(to, &before, "group", labels->group);
	if (family->label)
		write_label(to, &before, family->label, part);
	evbuffer_add_printf(to, "%s %.17g\n", before == ',' ? "}" : "", value);
}

static void write_samples(struct evbuffer *to, const struct metric_family *family, struct sample *sample,
			  const struct labels *labels)
{
	const char *part = NULL;
	double value;

	for (sample->part = 0; !family->part || (part = family->part(sample->part)); sample->part++) {
		if (family->measure(sample, &value))
			write_sample(to, family, labels, part, value);
		if (!family->part)
			return;
	}
}

static void write_head(struct evbuffer *to, const struct metric_family *family)
{
	evbuffer_add_printf(to, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help,
			    family->name, family->type);
}

static void write_neighbors(struct evbuffer *to, struct speaker *speaker,
			    const struct metric_family *family, msec_t now)
{
	write_head(to, family);
	for (size_t i = 0; i < speaker_neighbors(speaker); i++) {
		struct neighbor_view view = speaker_neighbor(speaker, i, now);
		struct sample sample = { .neighbor = &view };

		write_samples(to, family, &sample, &(struct labels){ .neighbor = view.params->name });
	}
}

static void write_tunnels(struct evbuffer *to, struct speaker *speaker, const struct metric_family *family)
{
	write_head(to, family);
	for (size_t i = 0; i < speaker_tunnels(speaker); i++) {
		struct tunnel_view view = speaker_tunnel(speaker, i);
		struct sample sample = { .tunnel = &view };

		write_samples(to, family, &sample, &(struct labels){ .tunnel = view.config->name,
								     .group = view.group->name });
	}
}

static void write_groups(struct evbuffer *to, struct speaker *speaker, const struct metric_family *family)
{
	write_head(to, family);
	for (size_t i = 0; i < speaker_groups(speaker); i++) {
		struct group_view view = speaker_group(speaker, i);
		struct sample sample = { .group = &view };

		write_samples(to, family, &sample, &(struct labels){ .group = view.config->name });
	}
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void metrics_write(struct evbuffer *to, struct speaker *speaker, msec_t now)
{
	struct memory_view memory = speaker_memory(speaker);
	struct sample sample = { .memory = &memory };

	evbuffer_add_printf(to, "# HELP bgpd_build_info The version of bgpd.\n"
			    "# TYPE bgpd_build_info gauge\n"
			    "bgpd_build_info{version=\"%s\"} 1\n", BGPD_VERSION);
	for (size_t i = 0; i < COUNT(neighbor_families); i++)
		write_neighbors(to, speaker, &neighbor_families[i], now);
	for (size_t i = 0; i < COUNT(tunnel_families); i++)
		write_tunnels(to, speaker, &tunnel_families[i]);
	for (size_t i = 0; i < COUNT(group_families); i++)
		write_groups(to, speaker, &group_families[i]);
	for (size_t i = 0; i < COUNT(daemon_families); i++) {
		write_head(to, &daemon_families[i]);
		write_samples(to, &daemon_families[i], &sample, &(struct labels){ 0 });
	}
}

bool metrics_is_ready(struct speaker *speaker, const char **group)
{
	for (size_t i = 0; i < speaker_groups(speaker); i++) {
		struct group_view view = speaker_group(speaker, i);

		if (view.active_count > 0)
			continue;
		*group = view.config->name;
		return false;
	}
	return true;
}
