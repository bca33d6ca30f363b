#include "bgpd/daemon/daemon.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/config/load.h"
#include "bgpd/daemon/ack_probe.h"
#include "bgpd/daemon/conn.h"
#include "bgpd/daemon/control_server.h"
#include "bgpd/daemon/history.h"
#include "bgpd/daemon/listener.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/notify.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/privileges.h"
#include "bgpd/daemon/tcp_socket.h"
#include "bgpd/speaker.h"
#include "fib/link_watch.h"
#include "fib/netlink.h"

#define BGP_PORT 179

enum priority { PRIORITY_FIRST, PRIORITY_REST, PRIORITIES };

#define SLICE_MS      2                 /* of bulk work between two looks at the sockets */
#define SLICE_ITEMS   512
#define DISPATCH_USEC 4000              /* so long may others be served before FIRST is looked at */
#define AUDIT_S       60
#define COUNT_MS      1000              /* the interfaces' counters */
#define COUNT_FAST_MS 200               /* ... while a group waits for inbound traffic to move */
#define FLUSH_MS      10
#define GOODBYE_MS    3000              /* what is unsent then stays unsaid */
#define REMOVAL_MS    60000             /* of a million routes, where they are not to stay */

struct daemon {
	struct daemon_params params;
	struct config *config;
	struct event_base *base;
	struct history *history;
	struct fib *fib;
	struct conns *conns;
	struct speaker *speaker;
	struct listener *listener;      /* NULL: listen_port is 0, or we are stopping */
	struct link_watch *links;
	struct answer_subject subject;
	struct control_server *control;
	msec_t armed;                   /* what the deadline event waits for */
	msec_t stopped;                 /* since when we are stopping; NEVER: we are not */
	struct ack_probe *probes;       /* by the speaker's index of neighbors */
	size_t probe_count;
	struct event deadline, work, link, counters, probe, audit, stopping;
	struct event *sigterm, *sigint, *sighup;
};

static void after(struct event *event, msec_t delay)
{
	struct timeval time = { .tv_sec = delay / 1000, .tv_usec = delay % 1000 * 1000 };

	event_add(event, &time);
}

/* To be called after each call of the speaker that may have changed what it waits for. */
static void settle(struct daemon *daemon)
{
	msec_t deadline = speaker_deadline(daemon->speaker), now;

	if (speaker_has_work(daemon->speaker) && !event_pending(&daemon->work, EV_TIMEOUT, NULL))
		after(&daemon->work, 0);
	if (deadline == daemon->armed)
		return;
	daemon->armed = deadline;
	now = now_monotonic();
	if (deadline == NEVER)
		event_del(&daemon->deadline);
	else
		after(&daemon->deadline, deadline > now ? deadline - now : 0);
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

static bool is_settling(struct daemon *daemon)
{
	for (size_t i = 0; i < speaker_groups(daemon->speaker); i++)
		if (speaker_group(daemon->speaker, i).is_settling)
			return true;
	return false;
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
	after(&daemon->counters, is_settling(daemon) ? COUNT_FAST_MS : COUNT_MS);
	settle(daemon);
}

static void probe_neighbor(struct daemon *daemon, size_t index, msec_t now)
{
	struct neighbor_view view = speaker_neighbor(daemon->speaker, index, now);
	struct ack_probe *probe = &daemon->probes[index];
	conn_id conn = session_conn(view.session);
	struct conn_progress progress;
	bool is_up = conn != CONN_NONE && conns_progress(daemon->conns, conn, &progress);

	if (!view.tunnel)
		return;
	if (ack_probe_look(probe, conn, is_up ? &progress : NULL, now))
		speaker_tunnel_signal(daemon->speaker, view.tunnel, SIGNAL_ACK, probe->state,
				      ack_probe_reason(probe), now);
	speaker_probe(daemon->speaker, index, now);
}

/* Whether the far ends of tunnels acknowledge what we send. */
static void on_probe(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *daemon = arg;
	size_t count = speaker_neighbors(daemon->speaker);

	(void)fd;
	(void)what;
	if (count > daemon->probe_count) {
		daemon->probes = xrealloc(daemon->probes, count * sizeof(*daemon->probes));
		memset(daemon->probes + daemon->probe_count, 0,
		       (count - daemon->probe_count) * sizeof(*daemon->probes));
		daemon->probe_count = count;
	}
	for (size_t i = 0; i < count; i++)
		probe_neighbor(daemon, i, now_monotonic());
	after(&daemon->probe, ACK_PROBE_INTERVAL);
	settle(daemon);
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

static void link_lost_track(void *arg)
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
		log_text(NOTE_WARNING, "link", NULL, "cannot read link events: %s", strerror(-error));
	settle(daemon);
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

/* The interfaces of tunnels and neighbors.  Returns how many. */
static size_t collect_interfaces(const struct config *config, const char **names)
{
	size_t count = 0;

	for (size_t i = 0; i < config->group_count; i++)
		for (size_t k = 0; k < config->groups[i].tunnel_count; k++)
			add_name(names, &count, config->groups[i].tunnels[k].interface);
	for (size_t i = 0; i < config->neighbor_count; i++)
		add_name(names, &count, config->neighbors[i].session.interface);
	return count;
}

static size_t count_sessions(const struct config *config)
{
	size_t count = config->neighbor_count;

	for (size_t i = 0; i < config->group_count; i++)
		count += config->groups[i].tunnel_count;
	return count;
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
	const char **names = xcalloc(count_sessions(daemon->config) + 1, sizeof(*names));
	struct link_watch_ours ours = netlink_fib_ours(daemon->fib);
	size_t count = collect_interfaces(daemon->config, names);
	int error;

	unwatch_links(daemon);
	daemon->links = link_watch_new(names, count, link_told, link_lost_track, daemon);
	error = daemon->links ? link_watch_table(daemon->links, &ours) : -errno;
	free(names);
	if (!daemon->links)
		return error;
	event_assign(&daemon->link, daemon->base, link_watch_fd(daemon->links), EV_READ | EV_PERSIST,
		     on_link, daemon);
	event_priority_set(&daemon->link, PRIORITY_FIRST);
	event_add(&daemon->link, NULL);
	return error ? error : link_watch_refresh(daemon->links);
}

/* ---- TCP ---- */

static void conn_connected(void *arg, conn_id conn)
{
	struct daemon *daemon = arg;

	speaker_connected(daemon->speaker, conn, now_monotonic());
	settle(daemon);
}

static void conn_closed(void *arg, conn_id conn, const char *why)
{
	struct daemon *daemon = arg;

	speaker_closed(daemon->speaker, conn, why, now_monotonic());
	settle(daemon);
}

static size_t conn_received(void *arg, conn_id conn, const uint8_t *bytes, size_t length)
{
	struct daemon *daemon = arg;
	size_t used = speaker_receive(daemon->speaker, conn, bytes, length, now_monotonic());

	settle(daemon);
	return used;
}

static void conn_drained(void *arg, conn_id conn, size_t unsent)
{
	struct daemon *daemon = arg;

	speaker_drained(daemon->speaker, conn, unsent, now_monotonic());
	settle(daemon);
}

/* A connection of a stranger is closed without a word. */
static void on_accepted(void *arg, int fd, const struct address *from, const struct address *to)
{
	struct daemon *daemon = arg;
	const struct session_params *params = speaker_neighbor_at(daemon->speaker, from);
	struct transport *transport = conns_transport(daemon->conns);
	char why[TCP_FAILURE];
	conn_id conn;

	if (!params || tcp_socket_prepare(fd, params, why)) {
		if (params)
			log_text(NOTE_ERROR, "session", params->name, "connection refused: %s", why);
		close(fd);
		return;
	}
	conn = conns_adopt(daemon->conns, fd);
	if (!speaker_accept(daemon->speaker, conn, from, to, now_monotonic()))
		transport->close(transport, conn);
	settle(daemon);
}

/* Gives the listener the keys of all neighbors that have one, or takes them away. */
static bool set_keys(struct daemon *daemon, bool given)
{
	bool all = true;

	for (size_t i = 0; daemon->listener && i < speaker_neighbors(daemon->speaker); i++) {
		const struct session_params *params =
			speaker_neighbor(daemon->speaker, i, now_monotonic()).params;
		int error;

		if (!params->password)
			continue;
		error = listener_set_key(daemon->listener, &params->address,
					 given ? params->password : NULL);
		if (!error)
			continue;
		log_text(NOTE_ERROR, "session", params->name, "cannot set the TCP MD5 key: %s",
			 strerror(-error));
		all = false;
	}
	return all;
}

/* ---- reload ---- */

static void set_level(const struct daemon *daemon)
{
	enum note_level level = NOTE_NOTICE;

	log_level_parse(daemon->params.level ? daemon->params.level : daemon->config->log_level, &level);
	log_set_level(level);
}

static void collect_error(void *errors, const char *line)
{
	log_text(NOTE_ERROR, "reload", NULL, "%s", line);
	json_object_array_add(errors, json_object_new_string(line));
}

static struct json_object *refuse_reload(struct daemon *daemon, struct json_object *errors)
{
	size_t count = json_object_array_length(errors);
	struct json_object *reply = request_error("nothing was changed", "%s: %zu error%s",
						  daemon->params.config_path, count,
						  count == 1 ? "" : "s");

	json_object_object_add(reply, "errors", errors);
	history_note(daemon->history, NOTE_ERROR, "reload", NULL, "%s: %zu errors, nothing was changed",
		     daemon->params.config_path, count);
	return reply;
}

static bool differs(const char *a, const char *b)
{
	return a != b && (!a || !b || strcmp(a, b) != 0);
}

/* What takes effect with the next start only; NULL: nothing of it differs. */
static const char *find_static_change(const struct config *old, const struct config *new)
{
	if (old->listen_port != new->listen_port)
		return "listen_port";
	if (differs(old->control.socket, new->control.socket) ||
	    differs(old->control.group, new->control.group))
		return "control";
	return old->fib.protocol != new->fib.protocol ? "fib.protocol" : NULL;
}

static size_t change_config(struct daemon *daemon, struct config *config)
{
	struct config *old = daemon->config;
	size_t resets;

	set_keys(daemon, false);
	resets = speaker_reload(daemon->speaker, config, now_monotonic());
	daemon->config = config;
	set_keys(daemon, true);
	watch_links(daemon);
	set_level(daemon);
	config_free(old);
	settle(daemon);
	return resets;
}

static struct json_object *reload(void *arg)
{
	struct daemon *daemon = arg;
	struct json_object *errors = json_object_new_array(), *reply;
	struct config *config = config_load(daemon->params.config_path, collect_error, errors);
	const char *later;
	size_t resets;

	if (!config)
		return refuse_reload(daemon, errors);
	json_object_put(errors);
	later = find_static_change(daemon->config, config);
	resets = change_config(daemon, config);
	reply = request_done("%s reloaded, %zu session%s reset%s%s", daemon->params.config_path, resets,
			     resets == 1 ? "" : "s", later ? "; restart bgpd to change " : "",
			     later ? later : "");
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
	bool is_heard = conns_count(daemon->conns) == 0 || passed >= GOODBYE_MS;
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
	listener_free(daemon->listener);
	control_server_free(daemon->control);
	daemon->listener = NULL;
	daemon->control = NULL;
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
	evtimer_assign(&daemon->deadline, daemon->base, on_deadline, daemon);
	evtimer_assign(&daemon->work, daemon->base, on_work, daemon);
	evtimer_assign(&daemon->counters, daemon->base, on_counters, daemon);
	evtimer_assign(&daemon->probe, daemon->base, on_probe, daemon);
	evtimer_assign(&daemon->audit, daemon->base, on_audit, daemon);
	evtimer_assign(&daemon->stopping, daemon->base, on_stopping, daemon);
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
	const struct netlink_params params = { .protocol = daemon->config->fib.protocol };
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

static void make_speaker(struct daemon *daemon)
{
	const struct conn_events events = { conn_connected, conn_closed, conn_received, conn_drained,
					    daemon };

	daemon->conns = conns_new(daemon->base, BGP_PORT, &events);
	daemon->speaker = speaker_new(daemon->config, daemon->fib, conns_transport(daemon->conns),
				      history_journal(daemon->history), now_monotonic());
}

static bool open_control(struct daemon *daemon)
{
	const char *path = daemon->params.socket ? daemon->params.socket : daemon->config->control.socket;

	daemon->subject = (struct answer_subject){ daemon->speaker, daemon->fib, daemon->history,
						   now_monotonic(), reload, daemon };
	daemon->control = control_server_new(daemon->base, path, daemon->config->control.group,
					     &daemon->subject);
	return daemon->control != NULL;
}

static bool open_listener(struct daemon *daemon)
{
	uint16_t port = daemon->config->listen_port;

	if (port == 0)
		return true;
	daemon->listener = listener_new(daemon->base, port, on_accepted, daemon);
	return daemon->listener && set_keys(daemon, true);
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
		if (open_control(daemon) && open_listener(daemon))
			return daemon;
	}
	daemon_free(daemon);
	return NULL;
}

static bool start(struct daemon *daemon)
{
	int error = privileges_drop();

	if (error) {
		log_text(NOTE_ERROR, "daemon", NULL, "cannot give up privileges: %s", strerror(-error));
		return false;
	}
	error = watch_links(daemon);
	if (!error)
		error = speaker_start(daemon->speaker, now_monotonic());
	if (error)
		log_text(NOTE_ERROR, "fib", NULL, "the kernel's table cannot be read: %s",
			 strerror(-error));
	return error == 0;
}

bool daemon_run(struct daemon *daemon)
{
	if (!start(daemon))
		return false;
	history_note(daemon->history, NOTE_NOTICE, "daemon", NULL, "bgpd %s started: %s", BGPD_VERSION,
		     daemon->fib->describe(daemon->fib));
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
	struct event *const timers[] = { &daemon->deadline, &daemon->work, &daemon->counters,
					 &daemon->probe, &daemon->audit, &daemon->stopping };

	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++)
		event_del(timers[i]);
	event_free(daemon->sigterm);
	event_free(daemon->sigint);
	event_free(daemon->sighup);
}

void daemon_free(struct daemon *daemon)
{
	if (!daemon)
		return;
	control_server_free(daemon->control);
	listener_free(daemon->listener);
	unwatch_links(daemon);
	if (daemon->speaker)
		speaker_free(daemon->speaker);
	conns_free(daemon->conns);
	if (daemon->fib)
		netlink_fib_free(daemon->fib);
	free_events(daemon);
	event_base_free(daemon->base);
	history_free(daemon->history);
	config_free(daemon->config);
	free(daemon->probes);
	free(daemon);
}
