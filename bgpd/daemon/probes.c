#include "bgpd/daemon/probes.h"

#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/bfd_probe.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/ping_probe.h"

struct probed {                         /* a tunnel */
	struct probes *probes;
	size_t index;                   /* the speaker's */
	const struct tunnel_config *config;
	struct bfd_probe *bfd;          /* NULL: not spoken */
	struct ping_probe *ping;        /* NULL: not sent */
};

struct probes {
	struct event_base *base;
	int priority;
	struct speaker *speaker;
	void (*settle)(void *arg);
	void *arg;
	struct probed **tunnels;        /* by the speaker's index; each stays where it is */
	size_t count;
	uint32_t numbers;               /* given so far */
};

/* ---- the speaker is told ---- */

static void report(struct probed *probed, enum signal_kind kind, enum signal_state state,
		   const char *reason)
{
	struct probes *probes = probed->probes;
	const struct liveness *liveness =
		speaker_tunnel(probes->speaker, probed->index).liveness;
	const struct signal *known = &liveness->signals[kind];

	if (known->state == state && strcmp(known->reason, reason) == 0)
		return;
	speaker_tunnel_signal(probes->speaker, probed->config->name, kind, state, reason,
			      now_monotonic());
	probes->settle(probes->arg);
}

/* A session that was established after BFD had failed, with a peer that has been silent since: the
 * path is alive, and BFD was turned off there without a word. */
static bool has_come_without_bfd(const struct probed *probed, const struct bfd *bfd)
{
	struct tunnel_view view = speaker_tunnel(probed->probes->speaker, probed->index);
	const struct signal *bgp = &view.liveness->signals[SIGNAL_BGP];

	return bfd->verdict == BFD_FAILED && bfd_is_silent(bfd) && bgp->state == STATE_UP &&
	       bgp->since >= bfd->failed_at;
}

static void bfd_told(void *arg)
{
	static const enum signal_state states[] = {
		[BFD_UNKNOWN] = STATE_UNKNOWN, [BFD_ALIVE] = STATE_UP, [BFD_FAILED] = STATE_DOWN,
	};
	struct probed *probed = arg;
	struct bfd *bfd = bfd_probe_session(probed->bfd);
	char text[BFD_REASON];

	if (has_come_without_bfd(probed, bfd))
		bfd_forgive(bfd);
	report(probed, SIGNAL_BFD, states[bfd->verdict], bfd_reason(bfd, text));
}

static void ping_told(void *arg)
{
	struct probed *probed = arg;
	const struct ping *ping = ping_probe_state(probed->ping);
	char text[SIGNAL_REASON];

	report(probed, SIGNAL_PING, ping->state, ping_reason(ping, text));
}

/* ---- what is probed ---- */

static bool same_ends(const struct tunnel_config *a, const struct tunnel_config *b)
{
	return strcmp(a->interface, b->interface) == 0 && address_equal(&a->inside, &b->inside) &&
	       address_equal(&a->session.address, &b->session.address);
}

static bool same_ping(const struct tunnel_config *a, const struct tunnel_config *b)
{
	return a->ping.interval_ms == b->ping.interval_ms && a->ping.lost == b->ping.lost &&
	       a->ping.of == b->ping.of && address_equal(&a->ping_target, &b->ping_target);
}

/* What is no longer probed is no longer known. */
static void drop(struct probed *probed, bool drops_bfd, bool drops_ping)
{
	if (probed->bfd && drops_bfd) {
		bfd_probe_stop(probed->bfd);
		bfd_probe_free(probed->bfd);
		probed->bfd = NULL;
		report(probed, SIGNAL_BFD, STATE_UNKNOWN, "");
	}
	if (probed->ping && drops_ping) {
		ping_probe_free(probed->ping);
		probed->ping = NULL;
		report(probed, SIGNAL_PING, STATE_UNKNOWN, "");
	}
}

static void follow_bfd(struct probed *probed)
{
	struct probes *probes = probed->probes;

	if (probed->bfd)
		bfd_probe_config(probed->bfd, probed->config);
	else if (probed->config->bfd.interval_ms)
		probed->bfd = bfd_probe_new(probes->base, probes->priority, probed->config,
					    probes->numbers++, bfd_told, probed);
}

static void follow_ping(struct probed *probed)
{
	struct probes *probes = probed->probes;

	if (probed->ping)
		ping_probe_config(probed->ping, probed->config);
	else if (probed->config->ping.interval_ms)
		probed->ping = ping_probe_new(probes->base, probes->priority, probed->config,
					      probes->numbers++, ping_told, probed);
}

static void place(struct probed *probed)
{
	struct tunnel_view view = speaker_tunnel(probed->probes->speaker, probed->index);
	bool is_up = view.liveness->signals[SIGNAL_LINK].state == STATE_UP;
	int ifindex = is_up ? view.link.ifindex : 0;

	if (probed->bfd)
		bfd_probe_place(probed->bfd, ifindex);
	if (probed->ping)
		ping_probe_place(probed->ping, ifindex);
}

/* The tunnel of that name, taken out of those there were. */
static struct probed *take(struct probed **old, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		struct probed *probed = old[i];

		if (!probed || strcmp(probed->config->name, name) != 0)
			continue;
		old[i] = NULL;
		return probed;
	}
	return NULL;
}

static void probed_free(struct probed *probed)
{
	if (!probed)
		return;
	bfd_probe_free(probed->bfd);
	ping_probe_free(probed->ping);
	free(probed);
}

static struct probed *probed_new(struct probes *probes)
{
	struct probed *probed = xcalloc(1, sizeof(*probed));

	probed->probes = probes;
	return probed;
}

static void renew(struct probed *probed, const struct tunnel_config *config, size_t index)
{
	const struct tunnel_config *before = probed->config ? probed->config : config;
	bool is_elsewhere = !same_ends(before, config);

	probed->index = index;
	drop(probed, is_elsewhere || !config->bfd.interval_ms, is_elsewhere || !same_ping(before, config));
	probed->config = config;
	follow_bfd(probed);
	follow_ping(probed);
	place(probed);
}

void probes_config(struct probes *probes)
{
	size_t count = speaker_tunnels(probes->speaker), old_count = probes->count;
	struct probed **old = probes->tunnels;

	probes->tunnels = xcalloc(count + 1, sizeof(struct probed *));
	probes->count = count;
	for (size_t i = 0; i < count; i++) {
		const struct tunnel_config *config = speaker_tunnel(probes->speaker, i).config;
		struct probed *before = take(old, old_count, config->name);

		probes->tunnels[i] = before ? before : probed_new(probes);
		renew(probes->tunnels[i], config, i);
	}
	for (size_t i = 0; i < old_count; i++) {
		if (old[i] && old[i]->bfd)
			bfd_probe_stop(old[i]->bfd);
		probed_free(old[i]);
	}
	free(old);
}

void probes_links(struct probes *probes)
{
	for (size_t i = 0; i < probes->count; i++)
		place(probes->tunnels[i]);
}

/* ---- the beginning and the end ---- */

struct probes *probes_new(struct event_base *base, int priority, struct speaker *speaker,
			  void (*settle)(void *arg), void *arg)
{
	struct probes *probes = xcalloc(1, sizeof(*probes));

	probes->base = base;
	probes->priority = priority;
	probes->speaker = speaker;
	probes->settle = settle;
	probes->arg = arg;
	return probes;
}

void probes_free(struct probes *probes)
{
	if (!probes)
		return;
	for (size_t i = 0; i < probes->count; i++)
		probed_free(probes->tunnels[i]);
	free(probes->tunnels);
	free(probes);
}
