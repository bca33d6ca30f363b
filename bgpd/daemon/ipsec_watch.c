#include "bgpd/daemon/ipsec_watch.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/now.h"
#include "bgpd/daemon/vici.h"
#include "fib/xfrm_watch.h"
#include "policy/initiation.h"
#include "policy/ipsec.h"

/* An IKE daemon, shared by all tunnels that name its socket. */
struct charon {
	struct ipsec_watch *watch;
	struct vici *vici;
	bool looks_twice;               /* the present list is to confirm the one before */
	bool is_there;
	struct charon *next;
};

struct watched {                        /* a tunnel; at the speaker's own index */
	const struct tunnel_config *config;
	struct charon *charon;          /* NULL: none is asked */
	struct ipsec ipsec;
	struct initiation initiation;
	enum ike_view seen;             /* in the present list */
	char connection[SA_NAME];       /* to which its child belonged */
	struct address far;             /* where it leads, as the daemon says */
};

struct ipsec_watch {
	struct event_base *base;
	int priority;
	struct speaker *speaker;
	struct journal *journal;
	struct ipsec_watch_events events;
	struct watched *watched;
	size_t count;
	struct charon *charons;
	struct xfrm_watch *xfrm;        /* NULL: nobody wants it, or there is none */
	struct event kernel, deadline;
};

/* ---- the speaker is told ---- */

/* While the daemon is being asked, its answer is waited for. */
static msec_t deadline_of(const struct watched *watched)
{
	msec_t deadline = ipsec_deadline(&watched->ipsec);

	if (watched->charon && !vici_is_looking(watched->charon->vici))
		deadline = sooner(deadline, initiation_deadline(&watched->initiation));
	return deadline;
}

static void arm(struct ipsec_watch *watch)
{
	msec_t deadline = NEVER, now = now_monotonic();

	for (size_t i = 0; i < watch->count; i++)
		deadline = sooner(deadline, deadline_of(&watch->watched[i]));
	if (deadline == NEVER) {
		event_del(&watch->deadline);
		return;
	}
	msec_t left = deadline > now ? deadline - now : 0;
	struct timeval time = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };
	event_add(&watch->deadline, &time);
}

static struct sa_key key_of(const struct ipsec_watch *watch, const struct watched *watched)
{
	size_t index = (size_t)(watched - watch->watched);

	return (struct sa_key){ .name = watched->config->ipsec,
				.if_id = speaker_tunnel(watch->speaker, index).link.if_id,
				.outside = watched->config->outside };
}

/* The kernel's SAs have two ends: the far one is not ours. */
static struct address far_end_in_kernel(const struct ipsec_watch *watch, const struct sa_key *key)
{
	struct address ends[2];

	if (!watch->xfrm || !xfrm_watch_ends(watch->xfrm, key, ends))
		return (struct address){ 0 };
	for (size_t i = 0; i < 2; i++)
		if (watch->events.is_ours(watch->events.arg, &ends[i]))
			return ends[1 - i];
	return (struct address){ 0 };
}

static void tell_outside(const struct ipsec_watch *watch, const struct watched *watched)
{
	const struct sa_key key = key_of(watch, watched);
	struct address far = watched->far;

	if (!address_is_set(&far) && watched->config->watches_xfrm)
		far = far_end_in_kernel(watch, &key);
	if (address_is_set(&far))
		speaker_outside(watch->speaker, watched->config->name, &far, now_monotonic());
}

static void tell(struct ipsec_watch *watch)
{
	for (size_t i = 0; i < watch->count; i++) {
		const struct watched *watched = &watch->watched[i];
		struct tunnel_view view = speaker_tunnel(watch->speaker, i);

		tell_outside(watch, watched);
		if (view.liveness->signals[SIGNAL_IPSEC].state != watched->ipsec.state)
			speaker_tunnel_signal(watch->speaker, watched->config->name, SIGNAL_IPSEC,
					      watched->ipsec.state, watched->ipsec.reason,
					      now_monotonic());
	}
	arm(watch);
	watch->events.settle(watch->events.arg);
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct ipsec_watch *watch = arg;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < watch->count; i++) {
		struct watched *watched = &watch->watched[i];

		ipsec_tick(&watched->ipsec, now_monotonic());
		if (now_monotonic() >= initiation_deadline(&watched->initiation))
			vici_look(watched->charon->vici);
	}
	tell(watch);
}

static void note(const struct ipsec_watch *watch, enum note_level level,
		 const struct watched *watched, const char *text, const char *reason,
		 msec_t duration)
{
	const struct note note = { .level = level, .kind = "ipsec",
				   .subject = watched->config->name, .text = text,
				   .reason = reason, .duration_ms = duration };

	watch->journal->note(watch->journal, &note, now_monotonic());
}

/* ---- an SA that is missing ---- */

/* What the operator has taken out of use stays as he has left it. */
static bool is_wanted(const struct ipsec_watch *watch, const struct watched *watched)
{
	struct tunnel_view view = speaker_tunnel(watch->speaker, (size_t)(watched - watch->watched));

	return !view.is_drained &&
	       view.liveness->signals[SIGNAL_ADMIN].state != STATE_DOWN;
}

/* The first attempt and its outcome are told to people, the ones between to the log. */
static enum note_level level_of_attempt(const struct watched *watched, enum note_level first)
{
	return watched->initiation.attempts == 1 ? first : NOTE_INFO;
}

static void initiate(struct ipsec_watch *watch, struct watched *watched)
{
	struct initiation *initiation = &watched->initiation;
	unsigned int attempts = initiation->attempts;
	msec_t now = now_monotonic(), missing = now - initiation->missing_since;

	if (!watched->config->initiates)
		return;
	if (initiation_see(initiation, watched->seen, is_wanted(watch, watched), now)) {
		note(watch, level_of_attempt(watched, NOTE_NOTICE), watched,
		     "the IKE daemon is asked to initiate the CHILD_SA", watched->config->ipsec,
		     -1);
		vici_initiate(watched->charon->vici, watched->config->ipsec);
	} else if (attempts > 0 && watched->seen == IKE_INSTALLED) {
		note(watch, NOTE_NOTICE, watched, "the CHILD_SA is there again",
		     watched->config->ipsec, missing);
	}
}

static void initiation_refused(void *arg, const char *child, const char *why)
{
	const struct charon *charon = arg;
	struct ipsec_watch *watch = charon->watch;

	for (size_t i = 0; i < watch->count; i++) {
		struct watched *watched = &watch->watched[i];

		if (watched->charon == charon && watched->config->initiates &&
		    strcmp(watched->config->ipsec, child) == 0)
			note(watch, level_of_attempt(watched, NOTE_WARNING), watched,
			     "the IKE daemon does not initiate the CHILD_SA", why, -1);
	}
}

/* ---- IKE daemons ---- */

static void list_begins(void *arg)
{
	const struct charon *charon = arg;

	for (size_t i = 0; i < charon->watch->count; i++)
		if (charon->watch->watched[i].charon == charon)
			charon->watch->watched[i].seen = IKE_WITHOUT;
}

/* While an SA is negotiated its child has no name yet: the connection, or where it leads, tells that
 * it is the successor of the one we had. */
static enum ike_view view_of(const struct watched *watched, const struct sa *sa,
			     const struct sa_key *key)
{
	bool serves = sa_serves(sa, key);
	bool succeeds = watched->connection[0] ?
			strcmp(watched->connection, sa->connection) == 0 :
			address_is_set(&key->outside) && address_equal(&key->outside, &sa->far);

	if (serves && sa->state == SA_INSTALLED)
		return IKE_INSTALLED;
	if ((serves || succeeds) && sa->state == SA_NEGOTIATING)
		return IKE_NEGOTIATING;
	return IKE_WITHOUT;
}

static void listed(void *arg, const struct sa *sa)
{
	const struct charon *charon = arg;
	struct ipsec_watch *watch = charon->watch;

	for (size_t i = 0; i < watch->count; i++) {
		struct watched *watched = &watch->watched[i];

		if (watched->charon != charon)
			continue;
		struct sa_key key = key_of(watch, watched);
		enum ike_view view = view_of(watched, sa, &key);
		if (view == IKE_INSTALLED) {
			memcpy(watched->connection, sa->connection, sizeof(watched->connection));
			watched->far = sa->far;
		}
		if (view > watched->seen)
			watched->seen = view;
	}
}

static bool misses_one(const struct charon *charon)
{
	for (size_t i = 0; i < charon->watch->count; i++) {
		const struct watched *watched = &charon->watch->watched[i];

		if (watched->charon == charon && watched->ipsec.ike == IKE_INSTALLED &&
		    watched->seen != IKE_INSTALLED)
			return true;
	}
	return false;
}

/* A list is no snapshot: while an IKE_SA is replaced, its children move from one that has been
 * listed already to one that has not, or the other way.  What is missing is looked for once more.
 */
static void list_ends(void *arg)
{
	struct charon *charon = arg;
	struct ipsec_watch *watch = charon->watch;

	if (!charon->is_there)
		log_text(NOTE_INFO, "ipsec", vici_path(charon->vici), "the IKE daemon answers");
	charon->is_there = true;
	if (!charon->looks_twice && misses_one(charon)) {
		charon->looks_twice = true;
		vici_look(charon->vici);
		return;
	}
	charon->looks_twice = false;
	for (size_t i = 0; i < watch->count; i++) {
		struct watched *watched = &watch->watched[i];

		if (watched->charon != charon)
			continue;
		ipsec_report_ike(&watched->ipsec, watched->seen, watched->config->ipsec,
				 now_monotonic());
		initiate(watch, watched);
	}
	tell(watch);
}

/* An early warning of what dead peer detection may find later.  Never itself a down: of rekeys and
 * of packets that are lost now and then it says nothing. */
static void peer_is_silent(void *arg, const struct vici_silence *silence)
{
	const struct charon *charon = arg;
	struct ipsec_watch *watch = charon->watch;

	for (size_t i = 0; i < watch->count; i++) {
		const struct watched *watched = &watch->watched[i];

		if (watched->charon != charon || watched->ipsec.state != STATE_UP ||
		    strcmp(watched->connection, silence->connection) != 0)
			continue;
		note(watch, silence->is_first ? NOTE_NOTICE : NOTE_INFO, watched,
		     "IKE gets no answer", silence->text, -1);
		watch->events.suspect(watch->events.arg, watched->config->name);
	}
}

static void charon_gone(void *arg, const char *why)
{
	struct charon *charon = arg;
	struct ipsec_watch *watch = charon->watch;

	log_text(charon->is_there ? NOTE_WARNING : NOTE_DEBUG, "ipsec", vici_path(charon->vici),
		 "the IKE daemon does not answer: %s", why);
	charon->is_there = charon->looks_twice = false;
	for (size_t i = 0; i < watch->count; i++) {
		struct watched *watched = &watch->watched[i];

		if (watched->charon != charon)
			continue;
		ipsec_report_ike(&watched->ipsec, IKE_SILENT, watched->config->ipsec,
				 now_monotonic());
		initiation_see(&watched->initiation, IKE_SILENT, false, now_monotonic());
	}
	tell(watch);
}

static struct charon *charon_at(struct ipsec_watch *watch, const char *path)
{
	struct charon *charon;

	for (charon = watch->charons; charon; charon = charon->next)
		if (strcmp(vici_path(charon->vici), path) == 0)
			return charon;
	charon = xcalloc(1, sizeof(*charon));
	charon->watch = watch;
	charon->vici = vici_new(watch->base, watch->priority, path,
				&(struct vici_events){ list_begins, listed, list_ends, charon_gone,
						       peer_is_silent, initiation_refused, charon });
	charon->next = watch->charons;
	watch->charons = charon;
	return charon;
}

static bool is_asked(const struct ipsec_watch *watch, const struct charon *charon)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->watched[i].charon == charon)
			return true;
	return false;
}

static void free_charons_without_tunnels(struct ipsec_watch *watch)
{
	struct charon **at = &watch->charons;

	while (*at) {
		struct charon *charon = *at;

		if (is_asked(watch, charon)) {
			at = &charon->next;
			continue;
		}
		*at = charon->next;
		vici_free(charon->vici);
		free(charon);
	}
}

/* ---- the kernel ---- */

/* What the kernel has lost the daemon may know better: a successor, or why. */
static void judge_kernel(struct ipsec_watch *watch, struct watched *watched)
{
	struct sa_key key = key_of(watch, watched);
	bool has_pair = xfrm_watch_has_pair(watch->xfrm, &key);

	if (watched->charon && watched->ipsec.kernel_has && !has_pair)
		vici_look(watched->charon->vici);
	ipsec_report_kernel(&watched->ipsec, has_pair, key.if_id != 0, now_monotonic());
}

static void kernel_changed(void *arg)
{
	struct ipsec_watch *watch = arg;

	for (size_t i = 0; i < watch->count; i++)
		if (watch->watched[i].config->watches_xfrm)
			judge_kernel(watch, &watch->watched[i]);
	tell(watch);
}

void ipsec_watch_links(struct ipsec_watch *watch)
{
	if (watch->xfrm)
		kernel_changed(watch);
}

static void on_kernel(evutil_socket_t fd, short what, void *arg)
{
	struct ipsec_watch *watch = arg;
	int error = xfrm_watch_read(watch->xfrm);

	(void)fd;
	(void)what;
	if (error)
		log_text(NOTE_WARNING, "ipsec", "kernel",
			 "cannot read the kernel's security associations: %s", strerror(-error));
}

static bool wants_kernel(const struct ipsec_watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->watched[i].config->watches_xfrm)
			return true;
	return false;
}

static void close_kernel(struct ipsec_watch *watch)
{
	if (!watch->xfrm)
		return;
	event_del(&watch->kernel);
	xfrm_watch_free(watch->xfrm);
	watch->xfrm = NULL;
}

static void open_kernel(struct ipsec_watch *watch)
{
	watch->xfrm = xfrm_watch_new(kernel_changed, watch);
	int error = watch->xfrm ? xfrm_watch_refresh(watch->xfrm) : -errno;

	if (error) {
		log_text(NOTE_INFO, "ipsec", "kernel",
			 "the kernel's security associations cannot be watched: %s",
			 strerror(-error));
		xfrm_watch_free(watch->xfrm);
		watch->xfrm = NULL;
		return;
	}
	event_assign(&watch->kernel, watch->base, xfrm_watch_fd(watch->xfrm), EV_READ | EV_PERSIST,
		     on_kernel, watch);
	event_priority_set(&watch->kernel, watch->priority);
	event_add(&watch->kernel, NULL);
}

/* ---- what is watched ---- */

static const struct watched *find_watched(const struct watched *watched, size_t count,
					  const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(watched[i].config->name, name) == 0)
			return &watched[i];
	return NULL;
}

/* Takes over what is known of a tunnel as far as the same witnesses are asked. */
static struct watched watch_tunnel(struct ipsec_watch *watch, const struct tunnel_config *config,
				   const struct watched *before)
{
	struct watched watched = { .config = config };

	ipsec_init(&watched.ipsec);
	initiation_init(&watched.initiation);
	if (before)
		watched = *before;
	watched.config = config;
	watched.charon = config->vici ? charon_at(watch, config->vici) : NULL;
	if (before && before->charon != watched.charon)
		ipsec_dismiss_ike(&watched.ipsec, now_monotonic());
	if (!config->initiates)
		initiation_init(&watched.initiation);
	if (!config->watches_xfrm)
		ipsec_dismiss_kernel(&watched.ipsec, now_monotonic());
	return watched;
}

void ipsec_watch_config(struct ipsec_watch *watch)
{
	size_t count = speaker_tunnels(watch->speaker), old_count = watch->count;
	struct watched *watched = xcalloc(count + 1, sizeof(*watched)), *old = watch->watched;

	for (size_t i = 0; i < count; i++) {
		const struct tunnel_config *config = speaker_tunnel(watch->speaker, i).config;
		const struct watched *before = find_watched(old, old_count, config->name);

		watched[i] = watch_tunnel(watch, config, before);
	}
	watch->watched = watched;
	watch->count = count;
	free(old);
	free_charons_without_tunnels(watch);
	for (struct charon *charon = watch->charons; charon; charon = charon->next)
		vici_look(charon->vici);
	if (!wants_kernel(watch))
		close_kernel(watch);
	else if (!watch->xfrm)
		open_kernel(watch);
	else
		kernel_changed(watch);
	tell(watch);
}

void ipsec_watch_tell(struct ipsec_watch *watch, const char *tunnel, enum signal_state state,
		      const char *reason)
{
	for (size_t i = 0; i < watch->count; i++)
		if (strcmp(watch->watched[i].config->name, tunnel) == 0)
			ipsec_report_told(&watch->watched[i].ipsec, state, reason, now_monotonic());
	tell(watch);
}

struct ipsec_watch *ipsec_watch_new(struct event_base *base, int priority, struct speaker *speaker,
				    struct journal *journal,
				    const struct ipsec_watch_events *events)
{
	struct ipsec_watch *watch = xcalloc(1, sizeof(*watch));

	watch->base = base;
	watch->priority = priority;
	watch->speaker = speaker;
	watch->journal = journal;
	watch->events = *events;
	evtimer_assign(&watch->deadline, base, on_deadline, watch);
	event_priority_set(&watch->deadline, priority);
	return watch;
}

void ipsec_watch_free(struct ipsec_watch *watch)
{
	if (!watch)
		return;
	watch->count = 0;
	free_charons_without_tunnels(watch);
	close_kernel(watch);
	event_del(&watch->deadline);
	free(watch->watched);
	free(watch);
}
