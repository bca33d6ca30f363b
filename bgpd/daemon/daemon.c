#include "bgpd/daemon/daemon.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/ack_probe.h"
#include "bgpd/daemon/control_server.h"
#include "bgpd/daemon/history.h"
#include "bgpd/daemon/ipsec_watch.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/metrics_server.h"
#include "bgpd/daemon/named_links.h"
#include "bgpd/daemon/notify.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/peers.h"
#include "bgpd/daemon/privileges.h"
#include "bgpd/daemon/probes.h"
#include "bgpd/daemon/reload.h"
#include "bgpd/speaker.h"
#include "fib/link_watch.h"
#include "fib/netlink.h"
#include "fib/table_watch.h"

enum priority { PRIORITY_FIRST, PRIORITY_REST, PRIORITIES };

#define SLICE_MS      2                 /* of bulk work between two looks at the sockets */
#define SLICE_ITEMS   512
#define DISPATCH_USEC 2000              /* so long may others be served before FIRST is looked at */
#define AUDIT_S       60
#define TABLE_MESSAGES 64               /* of what others do to routes, at a time */
#define COUNT_MS      1000              /* the interfaces' counters */
#define COUNT_FAST_MS 200               /* ... while a group waits for traffic to move */
#define FLUSH_MS      10
#define GOODBYE_MS    3000              /* what is unsent then stays unsaid */
#define REMOVAL_MS    60000             /* of a million routes, where they are not to stay */
#define PULSE_MS      5                 /* between looks at how late we are, during bulk work */

struct daemon {
	struct daemon_params params;
	struct config *config;
	struct event_base *base;
	struct history *history;
	struct fib *fib;
	struct peers *peers;
	struct speaker *speaker;
	struct link_watch *links;
	struct ipsec_watch *ipsec;
	struct probes *probes;
	struct table_watch *table;
	struct answer_subject subject;
	struct control_server *control;
	struct metrics_server *metrics;
	msec_t armed;                   /* what the deadline event waits for */
	bool counts_fast;               /* the next look at the counters comes early */
	msec_t stopped;                 /* since when we are stopping; NEVER: we are not */
	msec_t pulse_at;                /* when the next pulse is due */
	struct event pulse, settle, deadline, work, link, table_event, counters, probe, audit, stopping;
	struct event *sigterm, *sigint, *sighup;
};

static void after(struct event *event, msec_t delay)
{
	struct timeval time = { .tv_sec = delay / 1000, .tv_usec = delay % 1000 * 1000 };

	event_add(event, &time);
}

static void arm(struct daemon *daemon, msec_t deadline)
{
	msec_t now = now_monotonic();

	daemon->armed = deadline;
	if (deadline == NEVER)
		event_del(&daemon->deadline);
	else
		after(&daemon->deadline, deadline > now ? deadline - now : 0);
}

static void arm_pulse(struct daemon *daemon)
{
	daemon->pulse_at = now_monotonic() + PULSE_MS;
	after(&daemon->pulse, PULSE_MS);
}

/* While there is bulk work, how late does what goes first come?  This comes as late as that. */
static void on_pulse(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	msec_t late = now_monotonic() - daemon->pulse_at;

	(void)fd;
	(void)what;
	if (late > daemon->subject.longest_delay)
		daemon->subject.longest_delay = late;
	if (speaker_has_work(daemon->speaker))
		arm_pulse(daemon);
}

static void on_settle(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	msec_t deadline = speaker_deadline(daemon->speaker);

	(void)fd;
	(void)what;
	if (speaker_has_work(daemon->speaker)) {
		if (!event_pending(&daemon->work, EV_TIMEOUT, NULL))
			after(&daemon->work, 0);
		if (!event_pending(&daemon->pulse, EV_TIMEOUT, NULL))
			arm_pulse(daemon);
	}
	if (deadline != daemon->armed)
		arm(daemon, deadline);
	if (!daemon->counts_fast && event_pending(&daemon->counters, EV_TIMEOUT, NULL) &&
	    speaker_waits_for_traffic(daemon->speaker)) {
		daemon->counts_fast = true;
		after(&daemon->counters, COUNT_FAST_MS);
	}
}

/* To be called after each call of the speaker that may have changed what it waits for.  With many
 * neighbors that takes a while to see: it is looked at once for all that one wake has brought. */
static void settle(struct daemon *daemon)
{
	event_active(&daemon->settle, 0, 0);
}

static void settle_after(void *daemon)
{
	settle(daemon);
}

/* ---- time and bulk work ---- */

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)fd;
	(void)what;
	daemon->armed = NEVER;
	speaker_tick(daemon->speaker, now_monotonic());
	settle(daemon);
}

static void on_work(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	msec_t now = now_monotonic(), end = now + SLICE_MS;

	(void)fd;
	(void)what;
	while (speaker_work(daemon->speaker, SLICE_ITEMS, now) && (now = now_monotonic()) < end)
		;
	settle(daemon);
}

static void on_counters(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < speaker_tunnels(daemon->speaker); i++) {
		const char *interface = speaker_tunnel(daemon->speaker, i).config->interface;
		struct link_counters counters;

		if (link_watch_counters(daemon->links, interface, &counters))
			speaker_counters(daemon->speaker, interface, &counters, now_monotonic());
	}
	daemon->counts_fast = speaker_waits_for_traffic(daemon->speaker);
	after(&daemon->counters, daemon->counts_fast ? COUNT_FAST_MS : COUNT_MS);
	settle(daemon);
}

/* Whether the far ends of tunnels acknowledge what we send. */
static void on_probe(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)fd;
	(void)what;
	peers_probe(daemon->peers, now_monotonic());
	after(&daemon->probe, ACK_PROBE_INTERVAL);
	settle(daemon);
}

static void look_closer(void *arg, const char *tunnel)
{
	struct daemon *daemon = arg;

	peers_suspect(daemon->peers, tunnel, now_monotonic());
}

static void on_audit(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)fd;
	(void)what;
	speaker_audit(daemon->speaker, now_monotonic());
	after(&daemon->audit, SECONDS(AUDIT_S));
	settle(daemon);
}

/* ---- links ---- */

static void link_told(void *arg, const struct link_state *link)
{
	struct daemon *daemon = arg;

	speaker_link(daemon->speaker, link, now_monotonic());
}

static void lost_track(void *arg)
{
	struct daemon *daemon = arg;

	speaker_audit(daemon->speaker, now_monotonic());
}

static void on_link(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	int error = link_watch_read(daemon->links);

	(void)fd;
	(void)what;
	if (error)
		log_text(NOTE_WARNING, "link", NULL, "cannot read link events: %s",
			 strerror(-error));
	ipsec_watch_links(daemon->ipsec);
	if (daemon->probes)
		probes_links(daemon->probes);
	settle(daemon);
}

static void unwatch_links(struct daemon *daemon)
{
	if (!daemon->links)
		return;
	event_del(&daemon->link);
	link_watch_free(daemon->links);
	daemon->links = NULL;
}

/* Watches what the configuration names, and tells the speaker how it stands now. */
static int watch_links(struct daemon *daemon)
{
	size_t count;
	const char **names = named_links_of(daemon->config, &count);
	int error;

	unwatch_links(daemon);
	daemon->links = link_watch_new(names, count, link_told, lost_track, daemon);
	error = -errno;
	free(names);
	if (!daemon->links)
		return error;
	event_assign(&daemon->link, daemon->base, link_watch_fd(daemon->links),
		     EV_READ | EV_PERSIST, on_link, daemon);
	event_priority_set(&daemon->link, PRIORITY_FIRST);
	event_add(&daemon->link, NULL);
	return link_watch_refresh(daemon->links);
}

/* ---- what others do to the kernel's table ---- */

static void table_route(void *arg, const struct fib_route *route, bool is_removal)
{
	struct daemon *daemon = arg;

	speaker_route_changed(daemon->speaker, route, is_removal, now_monotonic());
}

static void table_nexthop(void *arg)
{
	struct daemon *daemon = arg;

	speaker_chains_changed(daemon->speaker, now_monotonic());
}

static void on_table(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	int error = table_watch_read(daemon->table, TABLE_MESSAGES);

	(void)fd;
	(void)what;
	if (error)
		log_text(NOTE_WARNING, "fib", NULL, "cannot read route events: %s", strerror(-error));
	settle(daemon);
}

static int watch_table(struct daemon *daemon)
{
	const struct table_ours ours = netlink_fib_ours(daemon->fib);
	const struct table_events events = { table_route, table_nexthop, lost_track, daemon };

	daemon->table = table_watch_new(&ours, &events);
	if (!daemon->table)
		return -errno;
	event_assign(&daemon->table_event, daemon->base, table_watch_fd(daemon->table),
		     EV_READ | EV_PERSIST, on_table, daemon);
	event_priority_set(&daemon->table_event, PRIORITY_FIRST);
	event_add(&daemon->table_event, NULL);
	return 0;
}

static void unwatch_table(struct daemon *daemon)
{
	if (!daemon->table)
		return;
	event_del(&daemon->table_event);
	table_watch_free(daemon->table);
}

/* ---- security associations ---- */

static void tell_ipsec(void *arg, const char *tunnel, enum signal_state state, const char *reason)
{
	struct daemon *daemon = arg;

	ipsec_watch_tell(daemon->ipsec, tunnel, state, reason);
}

/* ---- reload ---- */

static void set_level(const struct daemon *daemon)
{
	const char *name = daemon->params.level ? daemon->params.level : daemon->config->log_level;
	enum note_level level = NOTE_NOTICE;

	log_level_parse(name, &level);
	log_set_level(level);
}

static size_t change_config(struct daemon *daemon, struct config *config)
{
	struct config *old = daemon->config;
	size_t resets;

	peers_set_keys(daemon->peers, false);
	resets = speaker_reload(daemon->speaker, config, now_monotonic());
	daemon->config = config;
	peers_set_keys(daemon->peers, true);
	watch_links(daemon);
	ipsec_watch_config(daemon->ipsec);
	probes_config(daemon->probes);
	set_level(daemon);
	config_free(old);
	settle(daemon);
	return resets;
}

static struct json_object *reload(void *arg)
{
	struct daemon *daemon = arg;
	const char *path = daemon->params.config_path, *later;
	struct json_object *reply;
	struct config *config = reload_read(path, &reply);

	if (!config) {
		history_note(daemon->history, NOTE_ERROR, "reload", NULL,
			     "%s has errors: nothing was changed", path);
		return reply;
	}
	later = reload_needs_restart(daemon->config, config);
	reply = reload_done(path, change_config(daemon, config), later);
	history_note(daemon->history, NOTE_NOTICE, "reload", NULL, "%s",
		     json_object_get_string(json_object_object_get(reply, "text")));
	return reply;
}

/* ---- signals ---- */

static void on_sighup(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	json_object_put(reload(arg));
}

/* Until every NOTIFICATION has left and the kernel's table is as it shall stay. */
static void on_stopping(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	msec_t passed = now_monotonic() - daemon->stopped;
	bool is_heard = peers_count(daemon->peers) == 0 || passed >= GOODBYE_MS;
	bool is_done = !speaker_has_work(daemon->speaker) || passed >= REMOVAL_MS;

	(void)fd;
	(void)what;
	if (is_heard && is_done)
		event_base_loopbreak(daemon->base);
	else
		after(&daemon->stopping, FLUSH_MS);
}

static void close_doors(struct daemon *daemon)
{
	probes_free(daemon->probes);
	daemon->probes = NULL;
	peers_stop_listening(daemon->peers);
	control_server_free(daemon->control);
	daemon->control = NULL;
	metrics_server_free(daemon->metrics);
	daemon->metrics = NULL;
	event_del(&daemon->counters);
	event_del(&daemon->probe);
	event_del(&daemon->audit);
	event_del(daemon->sighup);
}

/* A second signal does not wait. */
static void on_sigterm(evutil_socket_t signal, short what, void *arg)
{
	struct daemon *daemon = arg;

	(void)what;
	if (daemon->stopped != NEVER) {
		event_base_loopbreak(daemon->base);
		return;
	}
	history_note(daemon->history, NOTE_NOTICE, "daemon", NULL, "stopping upon SIG%s",
		     sigabbrev_np((int)signal));
	notify_systemd("STOPPING=1");
	close_doors(daemon);
	daemon->stopped = now_monotonic();
	speaker_stop(daemon->speaker, "bgpd stops", now_monotonic());
	after(&daemon->stopping, 0);
	settle(daemon);
}

/* ---- start and end ---- */

static struct event_base *make_base(void)
{
	const struct timeval dispatch = { .tv_usec = DISPATCH_USEC };
	struct event_config *config = event_config_new();
	struct event_base *base;

	/* The coarse clock of the kernel goes in steps of 4 ms, which is half an interval of BFD. */
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	event_config_set_max_dispatch_interval(config, &dispatch, -1, PRIORITY_REST);
	base = event_base_new_with_config(config);
	event_config_free(config);
	if (base)
		event_base_priority_init(base, PRIORITIES);
	return base;
}

static struct event *add_signal(struct daemon *daemon, int signal, event_callback_fn callback)
{
	struct event *event = evsignal_new(daemon->base, signal, callback, daemon);

	event_priority_set(event, PRIORITY_FIRST);
	event_add(event, NULL);
	return event;
}

static void make_events(struct daemon *daemon)
{
	evtimer_assign(&daemon->pulse, daemon->base, on_pulse, daemon);
	event_assign(&daemon->settle, daemon->base, -1, 0, on_settle, daemon);
	evtimer_assign(&daemon->deadline, daemon->base, on_deadline, daemon);
	evtimer_assign(&daemon->work, daemon->base, on_work, daemon);
	evtimer_assign(&daemon->counters, daemon->base, on_counters, daemon);
	evtimer_assign(&daemon->probe, daemon->base, on_probe, daemon);
	evtimer_assign(&daemon->audit, daemon->base, on_audit, daemon);
	evtimer_assign(&daemon->stopping, daemon->base, on_stopping, daemon);
	event_priority_set(&daemon->pulse, PRIORITY_FIRST);
	event_priority_set(&daemon->settle, PRIORITY_REST);
	event_priority_set(&daemon->deadline, PRIORITY_FIRST);
	event_priority_set(&daemon->probe, PRIORITY_FIRST);
	event_priority_set(&daemon->work, PRIORITY_REST);
	event_priority_set(&daemon->counters, PRIORITY_REST);
	event_priority_set(&daemon->audit, PRIORITY_REST);
	event_priority_set(&daemon->stopping, PRIORITY_REST);
	daemon->sigterm = add_signal(daemon, SIGTERM, on_sigterm);
	daemon->sigint = add_signal(daemon, SIGINT, on_sigterm);
	daemon->sighup = add_signal(daemon, SIGHUP, on_sighup);
	signal(SIGPIPE, SIG_IGN);
}

static bool open_kernel(struct daemon *daemon)
{
	const struct netlink_params params = {
		.protocol = daemon->config->fib.protocol, .groups = daemon->config->fib.groups,
	};
	char error[NETLINK_ERROR];

	if (!privileges_suffice()) {
		log_text(NOTE_ERROR, "fib", NULL,
			 "routes cannot be changed: start as root, or with CAP_NET_ADMIN");
		return false;
	}
	daemon->fib = netlink_fib_new(&params, error);
	if (!daemon->fib)
		log_text(NOTE_ERROR, "fib", NULL, "the kernel's table cannot be used: %s", error);
	return daemon->fib != NULL;
}

static bool is_ours(void *arg, const struct address *address)
{
	const struct daemon *daemon = arg;

	return daemon->links && link_watch_has_address(daemon->links, address);
}

static void make_speaker(struct daemon *daemon)
{
	daemon->peers = peers_new(daemon->base, settle_after, daemon);
	daemon->speaker = speaker_new(daemon->config, daemon->fib, peers_transport(daemon->peers),
				      history_journal(daemon->history), now_monotonic());
	peers_attach(daemon->peers, daemon->speaker);
	daemon->ipsec = ipsec_watch_new(daemon->base, PRIORITY_FIRST, daemon->speaker,
					history_journal(daemon->history),
					&(struct ipsec_watch_events){ settle_after, look_closer,
								      is_ours, daemon });
	daemon->probes = probes_new(daemon->base, PRIORITY_FIRST, daemon->speaker, settle_after,
				    daemon);
}

static bool open_control(struct daemon *daemon)
{
	const struct config *config = daemon->config;
	const char *path = daemon->params.socket ? daemon->params.socket : config->control.socket;

	daemon->subject = (struct answer_subject){
		.speaker = daemon->speaker, .fib = daemon->fib, .history = daemon->history,
		.started = now_monotonic(), .reload = reload, .tell_ipsec = tell_ipsec,
		.arg = daemon,
	};
	daemon->control = control_server_new(daemon->base, path, config->control.group,
					     &daemon->subject);
	return daemon->control != NULL;
}

static bool open_listener(struct daemon *daemon)
{
	uint16_t port = daemon->config->listen_port;

	return port == 0 || peers_listen(daemon->peers, port);
}

static bool open_metrics(struct daemon *daemon)
{
	const struct config *config = daemon->config;

	if (!address_is_set(&config->metrics.address))
		return true;
	daemon->metrics = metrics_server_new(daemon->base, &config->metrics.address,
					     config->metrics.port, daemon->speaker);
	return daemon->metrics != NULL;
}

struct daemon *daemon_new(const struct daemon_params *params, struct config *config)
{
	struct daemon *daemon = xcalloc(1, sizeof(*daemon));

	daemon->params = *params;
	daemon->config = config;
	daemon->armed = NEVER;
	daemon->stopped = NEVER;
	daemon->history = history_new();
	daemon->base = make_base();
	set_level(daemon);
	make_events(daemon);
	if (open_kernel(daemon)) {
		make_speaker(daemon);
		if (open_control(daemon) && open_listener(daemon) && open_metrics(daemon))
			return daemon;
	}
	daemon_free(daemon);
	return NULL;
}

static bool start(struct daemon *daemon)
{
	int error = privileges_drop();

	if (error) {
		log_text(NOTE_ERROR, "daemon", NULL, "cannot give up privileges: %s",
			 strerror(-error));
		return false;
	}
	error = watch_table(daemon);
	if (!error)
		error = watch_links(daemon);
	if (!error)
		error = speaker_start(daemon->speaker, now_monotonic());
	if (error) {
		log_text(NOTE_ERROR, "fib", NULL, "the kernel's table cannot be read: %s",
			 strerror(-error));
		return false;
	}
	ipsec_watch_config(daemon->ipsec);
	probes_config(daemon->probes);
	return true;
}

bool daemon_run(struct daemon *daemon)
{
	if (!start(daemon))
		return false;
	history_note(daemon->history, NOTE_NOTICE, "daemon", NULL, "bgpd %s started: %s",
		     BGPD_VERSION, daemon->fib->describe(daemon->fib));
	notify_systemd("READY=1");
	after(&daemon->counters, COUNT_MS);
	after(&daemon->probe, ACK_PROBE_INTERVAL);
	after(&daemon->audit, SECONDS(AUDIT_S));
	settle(daemon);
	event_base_dispatch(daemon->base);
	return true;
}

static void free_events(struct daemon *daemon)
{
	struct event *const events[] = { &daemon->pulse, &daemon->settle, &daemon->deadline,
					 &daemon->work, &daemon->counters, &daemon->probe,
					 &daemon->audit, &daemon->stopping };

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		event_del(events[i]);
	event_free(daemon->sigterm);
	event_free(daemon->sigint);
	event_free(daemon->sighup);
}

void daemon_free(struct daemon *daemon)
{
	if (!daemon)
		return;
	control_server_free(daemon->control);
	metrics_server_free(daemon->metrics);
	if (daemon->peers)
		peers_stop_listening(daemon->peers);
	unwatch_links(daemon);
	probes_free(daemon->probes);
	ipsec_watch_free(daemon->ipsec);
	unwatch_table(daemon);
	if (daemon->speaker)
		speaker_free(daemon->speaker);
	peers_free(daemon->peers);
	if (daemon->fib)
		netlink_fib_free(daemon->fib);
	free_events(daemon);
	event_base_free(daemon->base);
	history_free(daemon->history);
	config_free(daemon->config);
	free(daemon);
}
