/* tests/fuzz/fuzz_control.c - Whatever comes on the control socket, a request a line, to a gateway with
 * routes: each is answered by lines that are JSON, of which the last says that it is, and nothing does
 * harm to a terminal.
 *
 *	make fuzz && build-fuzz/tests/fuzz/make_corpus control corpus &&
 *	build-fuzz/tests/fuzz/fuzz_control corpus */
#include <stdlib.h>
#include <string.h>

#include "bgpd/daemon/answer.h"
#include "bgpd/daemon/log.h"
#include "bgpd/daemon/now.h"
#include "tests/fuzz/world.h"

#define ANSWER_MOST 1000                /* lines */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct world world;

static void check_line(struct json_object *message)
{
	size_t length;
	char *line = request_line(message, &length);
	struct json_object *again = json_tokener_parse(line);

	expect(length > 1 && line[length - 1] == '\n' && strlen(line) == length);
	for (size_t i = 0; i + 1 < length; i++)
		expect((unsigned char)line[i] >= ' ');
	expect(json_object_get_int(json_object_object_get(again, "schema")) == REQUEST_SCHEMA);
	expect(json_object_is_type(json_object_object_get(again, "ok"), json_type_boolean));
	json_object_put(again);
	free(line);
	json_object_put(message);
}

static void ask(const struct answer_subject *subject, const char *line, size_t length)
{
	struct request request;
	struct answer answer;
	struct json_object *error = request_parse(line, length, &request);
	unsigned int lines = 0;

	if (error) {
		check_line(error);
		return;
	}
	answer_init(&answer, subject, &request);
	for (bool more = true; more; lines++) {
		expect(lines < ANSWER_MOST);
		check_line(answer_next(&answer, &more));
	}
	answer_clear(&answer);
}

static struct json_object *reload(void *arg)
{
	(void)arg;
	world_reload(&world, 1);
	return request_done("reloaded");
}

static void tell_ipsec(void *arg, const char *tunnel, enum signal_state state, const char *reason)
{
	(void)arg;
	speaker_tunnel_signal(world.gateway, tunnel, SIGNAL_IPSEC, state, reason, world.now);
}

/* Sessions with all but one, some routes, one of them refused. */
static void fill(void)
{
	for (enum world_peer peer = WORLD_TUN1; peer < WORLD_MATE; peer++) {
		world_establish(&world, peer, 4 | 32);
		for (unsigned int number = 0; number < 32; number += 3)
			world_announce(&world, peer, number, number * 7 + peer);
	}
	world_settle(&world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *next = (const char *)data, *end = next + size;
	struct answer_subject subject = { .reload = reload, .tell_ipsec = tell_ipsec };
	struct history *history = history_new();

	log_set_level(NOTE_ERROR);
	world_begin(&world);
	world.now = now_monotonic();            /* answers look at the clock themselves */
	fill();
	subject.speaker = world.gateway;
	subject.fib = &world.kernel->fib;
	subject.history = history;
	history_note(history, NOTE_NOTICE, "daemon", NULL, "started");
	while (next < end) {
		const char *newline = memchr(next, '\n', (size_t)(end - next));
		size_t length = (size_t)((newline ? newline : end) - next);
		char *line = malloc(length + 1);        /* as libevent lends it: with a NUL behind it */

		memcpy(line, next, length);
		line[length] = '\0';
		ask(&subject, line, length);
		free(line);
		next += length + 1;
		world.now = now_monotonic();
		world_settle(&world);
	}
	world_end(&world);
	history_free(history);
	return 0;
}
