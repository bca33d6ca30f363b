#include "bgpd/daemon/metrics_server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/metrics.h"
#include "bgpd/daemon/now.h"

#define REQUEST_MOST 8192               /* bytes of a request's head; it has no body */
#define IDLE_S       30

struct metrics_server {
	struct evhttp *http;
	struct speaker *speaker;
};

static void answer(struct evhttp_request *request, int code, const char *type,
		   struct evbuffer *body)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);

	evhttp_add_header(headers, "Content-Type", type);
	evhttp_send_reply(request, code, NULL, body);
	evbuffer_free(body);
}

static void on_metrics(struct evhttp_request *request, void *arg)
{
	struct metrics_server *server = arg;
	struct evbuffer *body = evbuffer_new();

	metrics_write(body, server->speaker, now_monotonic());
	answer(request, HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", body);
}

static void on_health(struct evhttp_request *request, void *arg)
{
	struct evbuffer *body = evbuffer_new();

	(void)arg;
	evbuffer_add_printf(body, "ok\n");
	answer(request, HTTP_OK, "text/plain", body);
}

static void on_ready(struct evhttp_request *request, void *arg)
{
	struct metrics_server *server = arg;
	struct evbuffer *body = evbuffer_new();
	const char *group = NULL;
	bool is_ready = metrics_is_ready(server->speaker, &group);

	if (is_ready)
		evbuffer_add_printf(body, "ready\n");
	else
		evbuffer_add_printf(body, "no tunnel of %s carries traffic\n", group);
	answer(request, is_ready ? HTTP_OK : HTTP_SERVUNAVAIL, "text/plain", body);
}

struct metrics_server *metrics_server_new(struct event_base *base, const struct address *address,
					  uint16_t port, struct speaker *speaker)
{
	struct metrics_server *server = xcalloc(1, sizeof(*server));
	char text[ADDRESS_TEXT];

	server->speaker = speaker;
	server->http = evhttp_new(base);
	evhttp_set_allowed_methods(server->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(server->http, REQUEST_MOST);
	evhttp_set_max_body_size(server->http, 0);
	evhttp_set_timeout(server->http, IDLE_S);
	evhttp_set_cb(server->http, "/metrics", on_metrics, server);
	evhttp_set_cb(server->http, "/healthz", on_health, server);
	evhttp_set_cb(server->http, "/readyz", on_ready, server);
	if (evhttp_bind_socket(server->http, address_format(address, text), port) == 0)
		return server;
	log_text(NOTE_ERROR, "metrics", text, "cannot listen on port %u: %s", port, strerror(errno));
	metrics_server_free(server);
	return NULL;
}

void metrics_server_free(struct metrics_server *server)
{
	if (!server)
		return;
	evhttp_free(server->http);
	free(server);
}
