#include "bgpd/daemon/control_server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/control_socket.h"
#include "bgpd/daemon/log.h"

#define CLIENTS_MAX  64
#define UNSENT_LOW   65536              /* a long reply goes on when no more than this waits */

static const struct timeval idle_most = { .tv_sec = 600 }, unsent_most = { .tv_sec = 30 };
static const struct timeval breath = { .tv_sec = 1 };

struct client {
	LIST_ENTRY(client) all;
	struct control_server *server;
	struct bufferevent *stream;
	bool is_trusted;
	bool is_leaving;                /* says nothing any more; gone when all is sent */
	bool is_answered;               /* no reply is under way */
	struct answer answer;
};

struct control_server {
	const char *path, *group_name;
	gid_t group;
	const struct answer_subject *subject;
	struct event_base *base;
	struct event readable, resume;
	int fd;
	size_t client_count;
	LIST_HEAD(, client) clients;
};

static void client_free(struct client *client)
{
	LIST_REMOVE(client, all);
	client->server->client_count--;
	if (!client->is_answered)
		answer_clear(&client->answer);
	bufferevent_free(client->stream);
	free(client);
}

static void send_line(struct client *client, struct json_object *message)
{
	size_t length;
	char *line = request_line(message, &length);

	bufferevent_write(client->stream, line, length);
	free(line);
	json_object_put(message);
}

static void go_on(struct client *client)
{
	bool more;

	send_line(client, answer_next(&client->answer, &more));
	if (more)
		return;
	answer_clear(&client->answer);
	client->is_answered = true;
}

static struct json_object *refuse_change(const struct client *client, const char *command)
{
	const char *group = client->server->group_name;

	return request_error("\"control\" names the group whose members may change things",
			     "%s is for root%s%s", command, group ? " and group " : "",
			     group ? group : "");
}

static void begin(struct client *client, const char *line, size_t length)
{
	struct request request;
	struct json_object *error = request_parse(line, length, &request);

	if (!error && request.command->changes && !client->is_trusted) {
		error = refuse_change(client, request.command->name);
		request_clear(&request);
	}
	if (error) {
		send_line(client, error);
		return;
	}
	answer_init(&client->answer, client->server->subject, &request);
	client->is_answered = false;
	go_on(client);
}

/* A line that is longer than any request: where the next one begins cannot be told. */
static void refuse_long(struct client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->stream);

	send_line(client, request_error(NULL, "a request has %d bytes at most", REQUEST_MAX));
	evbuffer_drain(input, evbuffer_get_length(input));
	bufferevent_disable(client->stream, EV_READ);
	client->is_leaving = true;
}

static size_t unsent(const struct client *client)
{
	return evbuffer_get_length(bufferevent_get_output(client->stream));
}

/* One request after the other: the next one is looked at when the reply to this one has left. */
static void read_requests(struct client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->stream);
	size_t length;
	char *line;

	while (client->is_answered && unsent(client) <= UNSENT_LOW) {
		line = evbuffer_readln(input, &length, EVBUFFER_EOL_LF);
		if (!line) {
			if (evbuffer_get_length(input) >= REQUEST_MAX)
				refuse_long(client);
			return;
		}
		begin(client, line, length);
		free(line);
	}
}

static void on_read(struct bufferevent *stream, void *arg)
{
	(void)stream;
	read_requests(arg);
}

static void on_drained(struct bufferevent *stream, void *arg)
{
	struct client *client = arg;

	(void)stream;
	if (!client->is_answered)
		go_on(client);
	else
		read_requests(client);
	if (client->is_leaving && client->is_answered && unsent(client) == 0)
		client_free(client);
}

/* `echo ... | socat` closes its side at once and still wants the reply. */
static void on_end(struct bufferevent *stream, short what, void *arg)
{
	struct client *client = arg;

	(void)stream;
	client->is_leaving = true;
	if (!(what & BEV_EVENT_EOF) || (client->is_answered && unsent(client) == 0))
		client_free(client);
}

static void greet(struct control_server *server, int fd)
{
	struct client *client = xcalloc(1, sizeof(*client));

	client->server = server;
	client->is_answered = true;
	client->is_trusted = control_socket_trusts(fd, server->group);
	client->stream = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
	LIST_INSERT_HEAD(&server->clients, client, all);
	server->client_count++;
	bufferevent_setcb(client->stream, on_read, on_drained, on_end, client);
	bufferevent_setwatermark(client->stream, EV_READ, 0, REQUEST_MAX);
	bufferevent_setwatermark(client->stream, EV_WRITE, UNSENT_LOW, 0);
	bufferevent_set_timeouts(client->stream, &idle_most, &unsent_most);
	bufferevent_enable(client->stream, EV_READ | EV_WRITE);
}

static void turn_away(int fd)
{
	struct json_object *message = request_error(NULL, "too many clients");
	size_t length;
	char *line = request_line(message, &length);

	send(fd, line, length, MSG_NOSIGNAL);
	free(line);
	json_object_put(message);
	close(fd);
}

static void on_connection(evutil_socket_t listening, short what, void *arg)
{
	struct control_server *server = arg;
	int fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)what;
	if (fd >= 0 && server->client_count < CLIENTS_MAX) {
		greet(server, fd);
	} else if (fd >= 0) {
		turn_away(fd);
	} else if (errno == EMFILE || errno == ENFILE) {
		event_del(&server->readable);
		event_add(&server->resume, &breath);
	}
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
	struct control_server *server = arg;

	(void)fd;
	(void)what;
	event_add(&server->readable, NULL);
}

static int open_socket(const char *path, const char *group_name, gid_t *group)
{
	char why[CONTROL_FAILURE];
	int fd;

	*group = CONTROL_NO_GROUP;
	if (group_name && !control_socket_group(group_name, group)) {
		log_text(NOTE_ERROR, "control", path, "there is no group \"%s\"", group_name);
		return -1;
	}
	fd = control_socket_open(path, *group, why);
	if (fd < 0)
		log_text(NOTE_ERROR, "control", path, "no control socket: %s", why);
	return fd;
}

struct control_server *control_server_new(struct event_base *base, const char *path,
					  const char *group, const struct answer_subject *subject)
{
	struct control_server *server;
	gid_t gid;
	int fd = open_socket(path, group, &gid);

	if (fd < 0)
		return NULL;
	server = xcalloc(1, sizeof(*server));
	server->path = path;
	server->group_name = group;
	server->group = gid;
	server->subject = subject;
	server->base = base;
	server->fd = fd;
	event_assign(&server->readable, base, fd, EV_READ | EV_PERSIST, on_connection, server);
	evtimer_assign(&server->resume, base, on_resume, server);
	event_add(&server->readable, NULL);
	return server;
}

void control_server_free(struct control_server *server)
{
	if (!server)
		return;
	while (!LIST_EMPTY(&server->clients))
		client_free(LIST_FIRST(&server->clients));
	event_del(&server->readable);
	event_del(&server->resume);
	close(server->fd);
	unlink(server->path);
	free(server);
}
