/* The client of vici against a charon that this test plays, on a real socket. */
#include "bgpd/daemon/vici.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "bgpd/base/xalloc.h"
#include "bgpd/daemon/vici_message.h"
#include "tests/support/recorded.h"

#define FRAMES "tests/unit/data/vici/frames.txt"

struct world {
	struct event_base *base;
	struct vici *vici;
	char folder[32], path[64];
	int listener, charon;           /* -1: not there */
	char told[512];
};

static void say(struct world *world, const char *text)
{
	size_t length = strlen(world->told);

	snprintf(world->told + length, sizeof(world->told) - length, "%s ", text);
	event_base_loopbreak(world->base);
}

static void listing(void *arg)
{
	say(arg, "listing");
}

static void listed(void *arg, const struct sa *sa)
{
	if (sa->child[0])
		say(arg, sa->child);
}

static void complete(void *arg)
{
	say(arg, "complete");
}

static void gone(void *arg, const char *why)
{
	(void)why;
	say(arg, "gone");
}

static void silent(void *arg, const struct vici_silence *silence)
{
	say(arg, "silent");
	say(arg, silence->connection);
}

static void refused(void *arg, const char *child, const char *why)
{
	say(arg, child);
	say(arg, why);
}

static void start_listening(struct world *world)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", world->path);
	world->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(world->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(world->listener, 1), 0);
}

static int open_world(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));
	const struct vici_events events = { listing, listed, complete, gone, silent, refused,
					     world };

	strcpy(world->folder, "/tmp/test_vici.XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	snprintf(world->path, sizeof(world->path), "%s/charon.vici", world->folder);
	world->listener = world->charon = -1;
	world->base = event_base_new();
	world->vici = vici_new(world->base, 0, world->path, &events);
	*state = world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	vici_free(world->vici);
	event_base_free(world->base);
	close(world->listener);
	close(world->charon);
	unlink(world->path);
	rmdir(world->folder);
	free(world);
	return 0;
}

/* Until this, and nothing but this, has been told since the last time. */
static void expect_told(struct world *world, const char *text)
{
	while (strlen(world->told) < strlen(text))
		assert_int_equal(event_base_loop(world->base, EVLOOP_ONCE), 0);
	assert_string_equal(world->told, text);
	world->told[0] = '\0';
}

/* ---- charon ---- */

static void charon_says(struct world *world, const char *title)
{
	struct span frame = recorded(FRAMES, title);

	assert_int_equal(write(world->charon, frame.bytes, frame.length), frame.length);
}

static void take(struct world *world, uint8_t *bytes, size_t length)
{
	while (recv(world->charon, bytes, length, MSG_PEEK | MSG_DONTWAIT) < (ssize_t)length)
		assert_int_equal(event_base_loop(world->base, EVLOOP_NONBLOCK), 0);
	assert_int_equal(recv(world->charon, bytes, length, 0), length);
}

static void charon_hears(struct world *world, const char *name)
{
	uint8_t bytes[128];
	struct vici_frame frame;
	size_t length;

	take(world, bytes, VICI_LENGTH);
	take(world, bytes + VICI_LENGTH, bytes[3]);
	assert_int_equal(vici_message_frame((struct span){ bytes, VICI_LENGTH + (size_t)bytes[3] },
					    &frame, &length), VICI_WHOLE);
	assert_true(vici_message_is(frame.name, name));
}

static void charon_hears_nothing(struct world *world)
{
	uint8_t byte;

	event_base_loop(world->base, EVLOOP_NONBLOCK);
	assert_int_equal(recv(world->charon, &byte, 1, MSG_DONTWAIT), -1);
}

/* Connects, registers, asks. */
static void begin(struct world *world)
{
	static const char *const events[] = { "ike-updown", "ike-rekey", "ike-update",
					      "child-updown", "child-rekey", "list-sa", "log" };

	expect_told(world, "listing ");
	world->charon = accept(world->listener, NULL, NULL);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		charon_hears(world, events[i]);
		charon_says(world, i == 2 ? "unknown event" : "confirm");
	}
	charon_hears(world, "list-sas");
}

static void list_one(struct world *world)
{
	charon_says(world, "list-sa");
	charon_says(world, "list-sas response");
	expect_told(world, "tun1 complete ");
}

static void end_charon(struct world *world)
{
	close(world->listener);
	close(world->charon);
	world->listener = world->charon = -1;
	unlink(world->path);
}

/* ---- tests ---- */

static void the_first_list_comes_by_itself_and_from_an_older_charon_too(void **state)
{
	struct world *world = *state;

	start_listening(world);
	begin(world);
	list_one(world);
	charon_hears_nothing(world);
}

static void whatever_has_happened_is_looked_up(void **state)
{
	struct world *world = *state;

	start_listening(world);
	begin(world);
	list_one(world);
	charon_says(world, "child-updown terminated");
	expect_told(world, "listing ");
	charon_hears(world, "list-sas");
	charon_says(world, "list-sas response");
	expect_told(world, "complete ");
}

/* Three events during one list make one more, which begins after they were told. */
static void there_is_one_list_at_a_time_and_the_last_one_is_newer_than_the_last_event(void **state)
{
	struct world *world = *state;

	start_listening(world);
	begin(world);
	charon_says(world, "ike-updown terminated");
	charon_says(world, "child-updown terminated");
	charon_says(world, "ike-updown initiated");
	charon_hears_nothing(world);
	charon_says(world, "list-sas response");
	expect_told(world, "complete listing ");
	charon_hears(world, "list-sas");
	charon_says(world, "list-sas response");
	expect_told(world, "complete ");
	charon_hears_nothing(world);
}

static void a_peer_that_does_not_answer_is_told_and_needs_no_look(void **state)
{
	struct world *world = *state;

	start_listening(world);
	begin(world);
	list_one(world);
	charon_says(world, "log DPD");
	charon_says(world, "log retransmit");
	expect_told(world, "silent tun1 ");
	charon_hears_nothing(world);
}

/* Answers come in the order of the questions, whatever they were. */
static void a_child_is_initiated_before_and_after_lists(void **state)
{
	struct world *world = *state;

	start_listening(world);
	begin(world);
	vici_initiate(world->vici, "child1");
	vici_initiate(world->vici, "nosuch");
	charon_hears(world, "initiate");
	charon_hears(world, "initiate");
	charon_says(world, "list-sas response");
	expect_told(world, "complete ");
	vici_look(world->vici);
	assert_true(vici_is_looking(world->vici));
	charon_says(world, "initiate response");
	charon_says(world, "initiate refused");
	charon_says(world, "list-sa");
	charon_says(world, "list-sas response");
	expect_told(world, "listing nosuch CHILD_SA config 'nosuch' not found tun1 complete ");
	assert_false(vici_is_looking(world->vici));
}

static void what_was_asked_of_a_daemon_that_ended_is_forgotten(void **state)
{
	struct world *world = *state;

	vici_initiate(world->vici, "too early");
	start_listening(world);
	begin(world);
	vici_initiate(world->vici, "child1");
	charon_hears(world, "initiate");
	end_charon(world);
	expect_told(world, "gone ");
	start_listening(world);
	begin(world);
	list_one(world);
}

static void a_frame_may_come_byte_by_byte(void **state)
{
	struct span frame = recorded(FRAMES, "list-sa");
	struct world *world = *state;

	start_listening(world);
	begin(world);
	for (size_t i = 0; i < frame.length; i++) {
		assert_int_equal(write(world->charon, frame.bytes + i, 1), 1);
		event_base_loop(world->base, EVLOOP_NONBLOCK);
	}
	charon_says(world, "list-sas response");
	expect_told(world, "tun1 complete ");
}

static void a_daemon_that_was_never_there_is_gone_once_and_found_when_it_comes(void **state)
{
	struct world *world = *state;

	expect_told(world, "gone ");
	event_base_loop(world->base, EVLOOP_ONCE);      /* tries again, in vain */
	assert_string_equal(world->told, "");
	start_listening(world);
	begin(world);
	list_one(world);
}

static void a_daemon_that_ends_is_gone_and_may_come_back(void **state)
{
	struct world *world = *state;

	start_listening(world);
	begin(world);
	list_one(world);
	end_charon(world);
	expect_told(world, "gone ");
	start_listening(world);
	begin(world);
	list_one(world);
	end_charon(world);
	expect_told(world, "gone ");
}

static void one_that_speaks_another_language_is_left(void **state)
{
	struct world *world = *state;

	start_listening(world);
	begin(world);
	assert_int_equal(write(world->charon, "HTTP/1.1 200 OK", 15), 15);
	expect_told(world, "gone ");
}

static void an_answer_that_was_not_asked_for_is_no_charons(void **state)
{
	struct world *world = *state;

	start_listening(world);
	begin(world);
	list_one(world);
	charon_says(world, "list-sas response");
	expect_told(world, "gone ");
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
	const struct CMUnitTest tests[] = {
		STORY(the_first_list_comes_by_itself_and_from_an_older_charon_too),
		STORY(whatever_has_happened_is_looked_up),
		STORY(there_is_one_list_at_a_time_and_the_last_one_is_newer_than_the_last_event),
		STORY(a_peer_that_does_not_answer_is_told_and_needs_no_look),
		STORY(a_child_is_initiated_before_and_after_lists),
		STORY(what_was_asked_of_a_daemon_that_ended_is_forgotten),
		STORY(a_frame_may_come_byte_by_byte),
		STORY(a_daemon_that_was_never_there_is_gone_once_and_found_when_it_comes),
		STORY(a_daemon_that_ends_is_gone_and_may_come_back),
		STORY(one_that_speaks_another_language_is_left),
		STORY(an_answer_that_was_not_asked_for_is_no_charons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
