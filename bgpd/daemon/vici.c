#include "bgpd/daemon/vici.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bgpd/base/clock.h"
#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/vici_message.h"
#include "bgpd/daemon/vici_sa.h"

#define FIRST_PAUSE   100               /* ms; charon restarts in less than a second */
#define LONGEST_PAUSE SECONDS(1)        /* what it does before we are back is not seen */
#define ASK_ROOM 512                    /* for all that is asked at once */

/* Events of charon that may change the list; older ones do not know all of them. */
static const char *const changes[] = {
	"ike-updown", "ike-rekey", "ike-update", "child-updown", "child-rekey",
};

/* Asked and not answered yet.  Answers come in the order of the questions. */
struct question {
	STAILQ_ENTRY(question) next;
	char child[];                   /* that is to be initiated; empty: a list */
};

struct vici {
	struct event_base *base;
	int priority;
	char *path;
	struct vici_events events;
	struct bufferevent *stream;     /* NULL: waiting to connect again */
	struct event again;
	msec_t pause;
	STAILQ_HEAD(, question) questions;
	bool is_listing, wants_list;
	bool has_told_gone;
};

/* ---- asking ---- */

static void remember(struct vici *vici, const char *child)
{
	size_t size = strlen(child) + 1;
	struct question *question = xcalloc(1, sizeof(*question) + size);

	memcpy(question->child, child, size);
	STAILQ_INSERT_TAIL(&vici->questions, question, next);
}

static void begin_list(struct vici *vici, struct writer *writer)
{
	remember(vici, "");
	vici->is_listing = true;
	vici->wants_list = false;
	vici_message_ask(writer, VICI_REQUEST, "list-sas");
	vici->events.listing(vici->events.arg);
}

static void send_all(struct vici *vici, const struct writer *writer)
{
	bufferevent_write(vici->stream, writer->start, write_length(writer));
}

/* First the registrations, so that nothing is missed between them and the list. */
static void open_dialogue(struct vici *vici)
{
	uint8_t bytes[ASK_ROOM];
	struct writer writer = writer_of(bytes, sizeof(bytes));

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		vici_message_ask(&writer, VICI_REGISTER, changes[i]);
	vici_message_ask(&writer, VICI_REGISTER, "list-sa");
	vici_message_ask(&writer, VICI_REGISTER, "log");
	begin_list(vici, &writer);
	send_all(vici, &writer);
}

void vici_look(struct vici *vici)
{
	uint8_t bytes[ASK_ROOM];
	struct writer writer = writer_of(bytes, sizeof(bytes));

	vici->wants_list = true;
	if (!vici->stream || vici->is_listing)
		return;
	begin_list(vici, &writer);
	send_all(vici, &writer);
}

bool vici_is_looking(const struct vici *vici)
{
	return vici->is_listing;
}

/* Without a timeout charon answers at once, and says only whether it can try. */
void vici_initiate(struct vici *vici, const char *child)
{
	const struct vici_pair pairs[] = { { "child", child }, { "timeout", "-1" } };
	uint8_t bytes[ASK_ROOM];
	struct writer writer = writer_of(bytes, sizeof(bytes));

	if (!vici->stream)
		return;
	remember(vici, child);
	vici_message_request(&writer, "initiate", pairs, sizeof(pairs) / sizeof(pairs[0]));
	send_all(vici, &writer);
}

/* ---- the end of a connection ---- */

static void forget_questions(struct vici *vici)
{
	struct question *question;

	while ((question = STAILQ_FIRST(&vici->questions))) {
		STAILQ_REMOVE_HEAD(&vici->questions, next);
		free(question);
	}
}

static void pause_before_next(struct vici *vici)
{
	struct timeval pause = { vici->pause / 1000, vici->pause % 1000 * 1000 };

	event_add(&vici->again, &pause);
	vici->pause = sooner(vici->pause * 2, LONGEST_PAUSE);
}

/* To be followed by nothing that uses the stream. */
static void lose(struct vici *vici, const char *why)
{
	if (vici->stream)
		bufferevent_free(vici->stream);
	vici->stream = NULL;
	vici->is_listing = false;
	forget_questions(vici);
	pause_before_next(vici);
	if (vici->has_told_gone)
		return;
	vici->has_told_gone = true;
	vici->events.gone(vici->events.arg, why);
}

/* ---- answers ---- */

static void end_list(struct vici *vici)
{
	vici->is_listing = false;
	vici->has_told_gone = false;
	vici->pause = FIRST_PAUSE;
	vici->events.complete(vici->events.arg);
	if (vici->wants_list)
		vici_look(vici);
}

/* success = no, errmsg = ... */
static void hear_refusal(struct vici *vici, const char *child, struct span message)
{
	struct vici_walk walk = vici_message_walk(message);
	struct vici_element element;
	bool is_refused = false;
	char why[128] = "";

	while (vici_message_next(&walk, &element)) {
		if (vici_message_is(element.name, "success"))
			is_refused = !vici_message_is(element.value, "yes");
		else if (vici_message_is(element.name, "errmsg"))
			vici_message_copy(why, sizeof(why), element.value);
	}
	if (is_refused)
		vici->events.refused(vici->events.arg, child, why);
}

static bool take_answer(struct vici *vici, struct span message)
{
	struct question *question = STAILQ_FIRST(&vici->questions);

	if (!question)
		return false;
	STAILQ_REMOVE_HEAD(&vici->questions, next);
	if (question->child[0])
		hear_refusal(vici, question->child, message);
	else
		end_list(vici);
	free(question);
	return true;
}

static bool take_event(struct vici *vici, const struct vici_frame *frame)
{
	struct vici_silence silence;

	if (vici_message_is(frame->name, "list-sa"))
		return vici_sa_parse(frame->message, vici->events.listed, vici->events.arg);
	if (!vici_message_is(frame->name, "log"))
		vici_look(vici);
	else if (vici_log_parse(frame->message, &silence))
		vici->events.silent(vici->events.arg, &silence);
	return true;
}

/* False: this is no charon that we understand. */
static bool take_frame(struct vici *vici, const struct vici_frame *frame)
{
	switch (frame->type) {
	case VICI_EVENT:
		return take_event(vici, frame);
	case VICI_RESPONSE:
		return take_answer(vici, frame->message);
	case VICI_CONFIRM:
	case VICI_UNKNOWN_EVENT:
		return true;
	case VICI_REQUEST:
	case VICI_REGISTER:
	case VICI_UNREGISTER:
	case VICI_UNKNOWN_COMMAND:
	case VICI_TYPES:
		break;
	}
	return false;
}

/* One frame of those that have come. */
static enum vici_framing take_next(struct vici *vici, struct evbuffer *input)
{
	uint32_t size = 0;
	struct vici_frame frame;
	size_t length;

	if (evbuffer_copyout(input, &size, sizeof(size)) < VICI_LENGTH)
		return VICI_PARTIAL;
	/* What is not all there yet is not made contiguous either. */
	size_t whole = VICI_LENGTH + (size_t)ntohl(size), there = evbuffer_get_length(input);
	struct span bytes = { NULL, whole < there ? whole : there };
	if (whole <= VICI_LENGTH + VICI_FRAME_MAX && whole > there)
		return VICI_PARTIAL;
	bytes.bytes = evbuffer_pullup(input, (ssize_t)bytes.length);
	enum vici_framing framing = vici_message_frame(bytes, &frame, &length);
	if (framing == VICI_WHOLE && !take_frame(vici, &frame))
		return VICI_MALFORMED;
	if (framing == VICI_WHOLE)
		evbuffer_drain(input, length);
	return framing;
}

static void on_read(struct bufferevent *stream, void *arg)
{
	struct evbuffer *input = bufferevent_get_input(stream);
	struct vici *vici = arg;
	enum vici_framing framing;

	while ((framing = take_next(vici, input)) == VICI_WHOLE)
		;
	if (framing == VICI_MALFORMED)
		lose(vici, "its answer is not understood");
}

static void on_event(struct bufferevent *stream, short what, void *arg)
{
	(void)stream;
	lose(arg, what & BEV_EVENT_ERROR ? strerror(errno) : "connection closed");
}

/* ---- connecting ---- */

/* On a unix socket this is done at once, or fails at once.  -errno. */
static int open_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error = 0;

	if (fd < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		error = -errno;
		close(fd);
	}
	return error ? error : fd;
}

static void connect_now(evutil_socket_t unused, short what, void *arg)
{
	struct vici *vici = arg;
	int fd = open_socket(vici->path);

	(void)unused;
	(void)what;
	if (fd < 0) {
		lose(vici, strerror(-fd));
		return;
	}
	vici->stream = bufferevent_socket_new(vici->base, fd, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(vici->stream, on_read, NULL, on_event, vici);
	bufferevent_priority_set(vici->stream, vici->priority);
	bufferevent_enable(vici->stream, EV_READ | EV_WRITE);
	open_dialogue(vici);
}

/* The first attempt too comes from the event loop, as all that is told. */
struct vici *vici_new(struct event_base *base, int priority, const char *path,
		      const struct vici_events *events)
{
	static const struct timeval at_once;
	struct vici *vici = xcalloc(1, sizeof(*vici));

	vici->base = base;
	vici->priority = priority;
	vici->path = xstrdup(path);
	vici->events = *events;
	vici->pause = FIRST_PAUSE;
	STAILQ_INIT(&vici->questions);
	evtimer_assign(&vici->again, base, connect_now, vici);
	event_priority_set(&vici->again, priority);
	event_add(&vici->again, &at_once);
	return vici;
}

void vici_free(struct vici *vici)
{
	if (!vici)
		return;
	event_del(&vici->again);
	if (vici->stream)
		bufferevent_free(vici->stream);
	forget_questions(vici);
	free(vici->path);
	free(vici);
}

const char *vici_path(const struct vici *vici)
{
	return vici->path;
}
