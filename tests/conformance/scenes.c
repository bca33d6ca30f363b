/* tests/conformance/scenes.c - What takes more than octets and an answer: several connections to
 * one neighbor, pieces of messages, time, and what the operator does. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/conformance/assemble.h"
#include "tests/conformance/judge.h"

#define USUAL_OPEN OPEN("fde9", "005a", ID_PEER, CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER)))
#define TRY(what, otherwise) do { if (!(what)) return otherwise; } while (0)

/* The peers of the scene that is played; the first is the one that the scene is about. */
static struct peer first, second, called;
static int listener = -1;

static bool wait_for(struct stage *stage, struct peer *peer, peer_condition *condition)
{
	return peer_wait(peer, condition, NULL, stage->patience_ms);
}

static bool is_told(struct peer *peer, unsigned int code, unsigned int subcode)
{
	return peer->count[3] && peer->code == code && peer->subcode == subcode;
}

static bool never(struct peer *peer, const void *unused)
{
	(void)peer, (void)unused;
	return false;
}

static void pass(int ms)
{
	peer_wait(&first, never, NULL, ms);
}

/* Once all that was sent before is dealt with. */
static const char *ends_with(struct stage *stage, size_t neighbor, struct peer *peer,
			     const char *clause)
{
	TRY(judge_carries(stage, neighbor, peer), "takes no route");
	return judge_clause(stage, neighbor, peer, clause);
}

/* ---- pieces ---- */

static const char *octet_by_octet(struct stage *stage, size_t neighbor)
{
	static struct octets octets;

	TRY(judge_connect(stage, neighbor, &first), "no OPEN");
	assemble(USUAL_OPEN KEEPALIVE ROUTE(GOOD), &octets);
	for (size_t i = 0; i < octets.length; i++) {
		peer_send_octets(&first, octets.bytes + i, 1);
		usleep(200);
	}
	return ends_with(stage, neighbor, &first, "accepted path=65001");
}

/* Each split of the octets in two, the halves a moment apart. */
static const char *split_anywhere(struct stage *stage, size_t neighbor)
{
	static struct octets octets;

	TRY(judge_establish(stage, neighbor, &first), "not established");
	assemble(ROUTE(GOOD) KEEPALIVE, &octets);
	for (size_t split = 1; split < octets.length; split++) {
		peer_send_octets(&first, octets.bytes, split);
		usleep(300);
		peer_send_octets(&first, octets.bytes + split, octets.length - split);
	}
	return ends_with(stage, neighbor, &first, "accepted path=65001");
}

static const char *many_in_one(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	peer_send(&first, "{" ROUTE(GOOD) UPDATE(NET, "", "") KEEPALIVE "}*1000" ROUTE(GOOD));
	return ends_with(stage, neighbor, &first, "accepted path=65001");
}

static const char *cut_within_a_message(struct stage *stage, size_t neighbor, bool by_reset)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	peer_send(&first, MARKER "0040 02 0000 0010 4001");
	if (by_reset)
		peer_reset(&first);
	else
		peer_close(&first);
	stage_clear(stage);
	/* It rests for a second or so; then it listens again. */
	for (int i = 0; i < 200; i++) {
		peer_init(&second);
		if (judge_establish(stage, neighbor, &second))
			return NULL;
		peer_close(&second);
		usleep(20000);
	}
	return "no session afterwards";
}

static const char *end_within_a_message(struct stage *stage, size_t neighbor)
{
	return cut_within_a_message(stage, neighbor, false);
}

static const char *reset_within_a_message(struct stage *stage, size_t neighbor)
{
	return cut_within_a_message(stage, neighbor, true);
}

/* ---- two connections ---- */

static const char *second_while_established(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	TRY(peer_connect(&second, stage_address(stage, neighbor), DAEMON_IPV4), "no connection");
	peer_send(&second, USUAL_OPEN);
	TRY(wait_for(stage, &second, peer_has_ended), "the second connection lives on");
	TRY(is_told(&second, 6, 7) || (!second.count[3] && second.is_closed),
	    "another NOTIFICATION than 6/7");
	TRY(!first.count[3] && !first.is_closed, "the first connection was ended");
	peer_send(&first, ROUTE(GOOD));
	return ends_with(stage, neighbor, &first, "accepted path=65001");
}

static const char *second_of_one_that_restarts(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	TRY(judge_establish(stage, neighbor, &second), "the second connection is not taken");
	TRY(wait_for(stage, &first, peer_is_closed), "the first connection lives on");
	peer_send(&second, ROUTE(GOOD));
	return ends_with(stage, neighbor, &second, "accepted path=65001");
}

/* Our OPEN on one connection, none yet on the other: nothing collides. */
static const char *second_while_opening(struct stage *stage, size_t neighbor)
{
	TRY(judge_connect(stage, neighbor, &first), "no OPEN");
	TRY(judge_establish(stage, neighbor, &second), "the second connection is not taken");
	return judge_carries(stage, neighbor, &second) ? NULL : "takes no route";
}

/* bgpd has called, and we call it: both have had OPEN, and one of them must end. */
static const char *collide(struct stage *stage, size_t neighbor)
{
	listener = peer_listen(stage_address(stage, neighbor));
	TRY(listener >= 0, "cannot listen");
	TRY(peer_accept(&called, listener, 10000), "is not called");
	called.as4 = true;
	TRY(wait_for(stage, &called, peer_has_open), "no OPEN on the call");
	TRY(judge_connect(stage, neighbor, &first), "no OPEN on our call");
	peer_send(&called, stage->neighbors[neighbor].facts->open);
	peer_send(&first, stage->neighbors[neighbor].facts->open);
	return NULL;
}

static const char *settle_collision(struct stage *stage, size_t neighbor, struct peer *winner,
				    struct peer *loser)
{
	const char *wrong = collide(stage, neighbor);

	if (wrong)
		return wrong;
	TRY(wait_for(stage, loser, peer_has_ended), "the other connection lives on");
	TRY(is_told(loser, 6, 7), "it is not told 6/7");
	TRY(wait_for(stage, winner, peer_has_keepalive) && winner->count[4],
	    "this connection does not live on");
	peer_send(winner, KEEPALIVE);
	return judge_carries(stage, neighbor, winner) ? NULL : "takes no route";
}

static const char *higher_identifier_wins(struct stage *stage, size_t neighbor)
{
	return settle_collision(stage, neighbor, &first, &called);
}

static const char *lower_identifier_loses(struct stage *stage, size_t neighbor)
{
	return settle_collision(stage, neighbor, &called, &first);
}

static const char *call(struct stage *stage, size_t neighbor)
{
	listener = peer_listen(stage_address(stage, neighbor));
	TRY(listener >= 0, "cannot listen");
	TRY(peer_accept(&called, listener, 10000), "is not called");
	called.as4 = true;
	TRY(wait_for(stage, &called, peer_has_open) && called.count[1], "no OPEN");
	peer_send(&called, USUAL_OPEN KEEPALIVE);
	return judge_carries(stage, neighbor, &called) ? NULL : "takes no route";
}

/* ---- strangers ---- */

static const char *stranger(struct stage *stage, size_t neighbor)
{
	(void)neighbor;
	if (!peer_connect(&first, "10.0.0.2", DAEMON_IPV4))
		return NULL;            /* not even TCP */
	peer_send(&first, USUAL_OPEN);
	TRY(wait_for(stage, &first, peer_is_closed), "the connection lives on");
	TRY(!first.count[1] && !first.count[3] && !first.in_length, "it says something");
	return NULL;
}

static const char *flood_of_strangers(struct stage *stage, size_t neighbor)
{
	for (int i = 0; i < 300; i++) {
		peer_init(&second);
		if (peer_connect(&second, "10.0.0.2", DAEMON_IPV4))
			peer_reset(&second);
	}
	TRY(judge_establish(stage, neighbor, &first), "not established");
	return judge_carries(stage, neighbor, &first) ? NULL : "takes no route";
}

/* ---- who does not listen ---- */

static bool has_heard_all(struct peer *peer, const void *unused)
{
	(void)unused;
	return peer->eor & 1u << 1;
}

static long resident_kib(const struct stage *stage)
{
	char path[64], line[128];
	long kib = 0;
	FILE *from;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)stage->daemons[0]);
	from = fopen(path, "r");
	while (from && fgets(line, sizeof(line), from))
		sscanf(line, "VmRSS: %ld", &kib);
	if (from)
		fclose(from);
	return kib;
}

/* Each request is worth 10 kB of answers. */
static const char *peer_that_never_reads(struct stage *stage, size_t neighbor)
{
	long before;

	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(wait_for(stage, &first, has_heard_all), "no End-of-RIB");
	before = resident_kib(stage);
	first.is_deaf = true;
	peer_send(&first, "{" REFRESH("0001", "00", "01") "}*2000");
	TRY(judge_carries(stage, RIVAL, &stage->standing[RIVAL]), "others are held up");
	peer_send(&stage->standing[RIVAL], UPDATE("18 c613ff", "", ""));
	TRY(resident_kib(stage) - before < 4096, "it grows");
	return NULL;
}

/* ---- time ---- */

static bool has_keepalives(struct peer *peer, const void *wanted)
{
	return peer->count[4] >= *(const unsigned int *)wanted || peer->is_closed;
}

/* A hold time of 3 s: one a second, and by jitter (RFC 4271 10) a quarter less at the most. */
static const char *keepalives_in_time(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	int64_t began = peer_now_ms();
	unsigned int before = first.count[4];

	for (unsigned int wanted = before + 1; wanted <= before + 4; wanted++) {
		TRY(peer_wait(&first, has_keepalives, &wanted, 3000) && !first.is_closed, "too few");
		peer_send(&first, KEEPALIVE);
	}
	TRY(peer_now_ms() - began >= 3 * 750, "more than one a second");
	return NULL;
}

static const char *updates_count_as_keepalives(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	for (int i = 0; i < 5; i++) {
		pass(900);
		peer_send(&first, ROUTE(GOOD));
	}
	TRY(!first.is_closed, "closed");
	return ends_with(stage, neighbor, &first, "accepted path=65001");
}

static const char *no_keepalives_without_hold_time(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	pass(1500);
	TRY(first.count[4] == 1, "KEEPALIVEs all the same");
	return judge_carries(stage, neighbor, &first) ? NULL : "takes no route";
}

/* ---- refresh ---- */

static bool has_end_of_refresh(struct peer *peer, const void *unused)
{
	(void)unused;
	return peer->eorr & 1u << 1;
}

static const char *refresh_brings_all_again(struct stage *stage, size_t neighbor)
{
	unsigned int before;

	TRY(judge_establish(stage, neighbor, &first), "not established");
	wait_for(stage, &first, has_heard_all);
	before = first.count[2];
	peer_send(&first, REFRESH("0001", "00", "01"));
	TRY(wait_for(stage, &first, has_end_of_refresh), "no end of the refresh");
	TRY(first.borr & 1u << 1, "no begin of the refresh");
	TRY(first.count[2] > before, "nothing is said again");
	return NULL;
}

static bool has_more_updates(struct peer *peer, const void *before)
{
	return peer->count[2] > *(const unsigned int *)before;
}

/* RFC 7313 3: marks are for those who offered to understand them. */
static const char *refresh_without_marks(struct stage *stage, size_t neighbor)
{
	unsigned int before;

	TRY(judge_establish(stage, neighbor, &first), "not established");
	wait_for(stage, &first, has_heard_all);
	before = first.count[2];
	peer_send(&first, REFRESH("0001", "00", "01"));
	TRY(peer_wait(&first, has_more_updates, &before, stage->patience_ms), "nothing is said again");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	TRY(first.count[5] == 0, "it is marked");
	return NULL;
}

/* ---- restart ---- */

/* bgpctl can tell; others have a moment. */
static void wait_until_down(struct stage *stage, size_t neighbor)
{
	if (stage->target != targets) {
		pass(50);
		return;
	}
	for (int64_t end = peer_now_ms() + stage->patience_ms; peer_now_ms() < end; pass(5))
		if (judge_clause(stage, neighbor, &first, "neighbor state=established"))
			return;
}

static bool observed(struct stage *stage, const char *prefix)
{
	struct peer *observer = stage_observer(stage, false, false);

	stage_refresh(stage, observer);
	return peer_words(observer, prefix);
}

static const char *come_back(struct stage *stage, size_t neighbor, const char *open)
{
	for (int i = 0; i < 250; i++) {
		peer_init(&second);
		if (judge_connect(stage, neighbor, &second)) {
			peer_send(&second, open);
			if (wait_for(stage, &second, peer_has_keepalive) && second.count[4]) {
				peer_send(&second, KEEPALIVE);
				return NULL;
			}
		}
		peer_close(&second);
		usleep(20000);
	}
	return "no session afterwards";
}

#define RESTARTED(flags) OPEN("fde9", "005a", ID_PEER, CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER) \
	"40 <8010 0001 01 " flags " 0002 01 " flags ">"))

static const char *restart(struct stage *stage, size_t neighbor, const char *flags_open)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	peer_send(&first, UPDATE("", GOOD, "18 c61200 18 c61201") END_OF_RIB);
	TRY(!ends_with(stage, neighbor, &first, "accepted 198.18.1.0/24"), "takes no route");
	peer_reset(&first);
	wait_until_down(stage, neighbor);
	TRY(observed(stage, "198.18.1.0/24"), "the route went with the connection");
	return come_back(stage, neighbor, flags_open);
}

static const char *restart_that_keeps(struct stage *stage, size_t neighbor)
{
	const char *wrong = restart(stage, neighbor, RESTARTED("80"));

	if (wrong)
		return wrong;
	TRY(observed(stage, NET_TEXT), "the route went with the new session");
	peer_send(&second, ROUTE(GOOD) END_OF_RIB UPDATE("", "80 0f <0002 01>", ""));
	TRY(!ends_with(stage, neighbor, &second, "absent 198.18.1.0/24"),
	    "what is not said again stays");
	return ends_with(stage, neighbor, &second, "accepted");
}

static const char *restart_that_kept_nothing(struct stage *stage, size_t neighbor)
{
	const char *wrong = restart(stage, neighbor, RESTARTED("00"));

	if (wrong)
		return wrong;
	TRY(judge_carries(stage, neighbor, &second), "takes no route");
	return ends_with(stage, neighbor, &second, "absent 198.18.1.0/24");
}

static const char *cease_is_no_restart(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	peer_send(&first, NOTIFY("06", "02", ""));
	TRY(wait_for(stage, &first, peer_is_closed), "not closed");
	peer_close(&first);
	stage_clear(stage);
	TRY(!observed(stage, "198.19.255.0/24"), "the route stays");
	return NULL;
}

/* The session of a neighbor whose NOTIFICATION is a restart (RFC 8538) ends with this one. */
static const char *notify(struct stage *stage, size_t neighbor, const char *notification)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	peer_send(&first, notification);
	TRY(wait_for(stage, &first, peer_is_closed), "not closed");
	peer_close(&first);
	return NULL;
}

static const char *notification_is_a_restart(struct stage *stage, size_t neighbor)
{
	const char *wrong = notify(stage, neighbor, NOTIFY("06", "04", ""));

	if (wrong)
		return wrong;
	TRY(observed(stage, "198.19.255.0/24"), "the route went with the session");
	wrong = come_back(stage, neighbor, RESTARTED("80"));
	if (wrong)
		return wrong;
	peer_send(&second, END_OF_RIB);
	return ends_with(stage, neighbor, &second, "accepted 198.19.255.0/24");
}

static const char *hard_reset_is_none(struct stage *stage, size_t neighbor)
{
	const char *wrong = notify(stage, neighbor, NOTIFY("06", "09", "06 04"));

	if (wrong)
		return wrong;
	TRY(!observed(stage, "198.19.255.0/24"), "the route stays");
	return NULL;
}

static const char *silence_is_a_restart(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	TRY(peer_wait(&first, peer_has_ended, NULL, stage->patience_ms + 4000), "the hold timer rests");
	TRY(is_told(&first, 4, 0), "another NOTIFICATION than 4/0");
	peer_close(&first);
	TRY(observed(stage, "198.19.255.0/24"), "the route went with the session");
	return come_back(stage, neighbor, RESTARTED("00"));
}

static bool has_lost(struct peer *peer, const void *prefix)
{
	return !peer_words(peer, prefix);
}

static const char *restart_that_takes_too_long(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	peer_reset(&first);
	TRY(peer_wait(stage_observer(stage, false, false), has_lost, "198.19.255.0/24",
		      stage->patience_ms + 1000), "the route stays for good");
	return NULL;
}

static bool has_both_ends(struct peer *peer, const void *unused)
{
	(void)unused;
	return (peer->eor & 6u) == 6u;
}

static const char *end_of_rib_is_told(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(wait_for(stage, &first, has_both_ends), "not for both families");
	TRY(peer_words(&first, "198.51.100.0/24"), "before the routes");
	return NULL;
}

/* ---- no policy ---- */

static const char *nothing_is_taken(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	/* What follows is answered when the route has been dealt with. */
	peer_send(&first, ROUTE(GOOD) REFRESH("0001", "00", "01"));
	TRY(wait_for(stage, &first, has_end_of_refresh), "no answer to a request");
	TRY(!judge_clause(stage, neighbor, &first, "absent"), "the route is passed on");
	return judge_clause(stage, neighbor, &first, "received accepted=false");
}

static const char *nothing_is_told(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(wait_for(stage, &first, has_both_ends), "no End-of-RIB");
	TRY(first.route_count == 0, "routes are told");
	return NULL;
}

static const char *routes_go_with_the_session(struct stage *stage, size_t neighbor)
{
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	peer_close(&first);
	wait_until_down(stage, neighbor);
	TRY(!observed(stage, "198.19.255.0/24"), "the route stays");
	return NULL;
}

/* ---- the operator ---- */

static const char *operate(struct stage *stage, size_t neighbor, const char *verb,
			   unsigned int subcode)
{
	if (stage->target != targets)
		return "not tried: it is bgpctl that asks for it";
	TRY(judge_establish(stage, neighbor, &first), "not established");
	free(stage_ask(stage, "neighbor %s %s", verb, stage->neighbors[neighbor].name));
	TRY(wait_for(stage, &first, peer_has_ended), "nothing happens");
	return is_told(&first, 6, subcode) ? NULL : "another NOTIFICATION";
}

static const char *shutdown_is_told(struct stage *stage, size_t neighbor)
{
	return operate(stage, neighbor, "shutdown", 2);
}

static const char *shutdown_says_why(struct stage *stage, size_t neighbor)
{
	if (stage->target != targets)
		return "not tried: it is bgpctl that asks for it";
	TRY(judge_establish(stage, neighbor, &first), "not established");
	free(stage_ask(stage, "neighbor shutdown %s 'bye now'", stage->neighbors[neighbor].name));
	TRY(wait_for(stage, &first, peer_has_ended), "nothing happens");
	TRY(is_told(&first, 6, 2), "another NOTIFICATION");
	return strcmp(first.data, "07627965206e6f77") == 0 ? NULL : "in other words";
}

static const char *reset_is_told(struct stage *stage, size_t neighbor)
{
	return operate(stage, neighbor, "reset", 4);
}

static const char *shutdown_is_hard(struct stage *stage, size_t neighbor)
{
	if (stage->target != targets)
		return "not tried: it is bgpctl that asks for it";
	TRY(judge_connect(stage, neighbor, &first), "no OPEN");
	peer_send(&first, OPEN("fde9", "005a", ID_PEER, CAPABILITIES(CAP_USUAL CAP_AS4(AS_PEER)
		"40 <4010 0001 01 80>")));
	TRY(wait_for(stage, &first, peer_has_keepalive), "no KEEPALIVE");
	peer_send(&first, KEEPALIVE);
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	free(stage_ask(stage, "neighbor shutdown %s", stage->neighbors[neighbor].name));
	TRY(wait_for(stage, &first, peer_has_ended), "nothing happens");
	TRY(is_told(&first, 6, 9), "no Hard Reset");
	return strncmp(first.data, "0602", 4) == 0 ? NULL : "it does not say what was meant";
}

static bool is_asked_for_both(struct peer *peer, const void *unused)
{
	(void)unused;
	return peer->requests == (1u << 1 | 1u << 2);
}

static const char *operator_asks_for_a_refresh(struct stage *stage, size_t neighbor)
{
	if (stage->target != targets)
		return "not tried: it is bgpctl that asks for it";
	TRY(judge_establish(stage, neighbor, &first), "not established");
	TRY(judge_carries(stage, neighbor, &first), "takes no route");
	free(stage_ask(stage, "neighbor refresh %s", stage->neighbors[neighbor].name));
	TRY(wait_for(stage, &first, is_asked_for_both), "not asked for both families");
	return NULL;
}

/* ---- all of them ---- */

const struct scene scenes[] = {
	{ "4271 4.1", "a session octet by octet", EBGP, octet_by_octet },
	{ "4271 4.1", "a message may be split anywhere", EBGP, split_anywhere },
	{ "4271 4.1", "three thousand messages in one go", EBGP, many_in_one },
	{ "4271 8.2.2", "the connection ends within a message, and the next session comes up",
	  EBGP, end_within_a_message },
	{ "4271 8.2.2", "the connection is reset within a message, and the next session comes up",
	  EBGP, reset_within_a_message },

	{ "4271 6.8", "a second connection is refused while the session is up",
	  EBGP, second_while_established },
	{ "4724 4.2", "but not that of a peer which can restart: it takes the place of the first",
	  RESTARTER, second_of_one_that_restarts },
	{ "4271 6.8", "a second connection is taken as long as the first has said no OPEN",
	  EBGP, second_while_opening },
	{ "4271 6.8", "of two connections that of the higher identifier stays, the peer's",
	  CALLED, higher_identifier_wins },
	{ "4271 6.8", "of two connections that of the higher identifier stays, ours",
	  CALLED_LOWER, lower_identifier_loses },
	{ "4271 8.2.2", "bgpd connects by itself", CALLED, call },
	{ "4271 8.2.2", "a stranger's connection is closed without a word", EBGP, stranger },
	{ "4271 8.2.2", "a flood of strangers does not disturb", EBGP, flood_of_strangers },

	{ "4271 6", "a peer that never reads holds up nobody, and costs no memory",
	  EXTENDED, peer_that_never_reads },
	{ "4271 4.4", "KEEPALIVEs leave each third of the hold time", HASTY, keepalives_in_time },
	{ "4271 8.2.2", "UPDATEs count as KEEPALIVEs", HASTY, updates_count_as_keepalives },
	{ "4271 4.2", "with a hold time of 0 there are no KEEPALIVEs",
	  TIMELESS, no_keepalives_without_hold_time },

	{ "7313 4", "a request brings all again, between begin and end",
	  EBGP, refresh_brings_all_again },
	{ "2918 4", "without marks for a peer that does not know them",
	  IPV4_ONLY, refresh_without_marks },

	{ "4724 4.2", "routes outlive the restart of a peer, until it has said what is left of them",
	  RESTARTER, restart_that_keeps },
	{ "4724 4.2", "they do not if it says that it forgot them",
	  RESTARTER, restart_that_kept_nothing },
	{ "4724 4.2", "nor longer than the peer asked for", BRIEF, restart_that_takes_too_long },
	{ "4724 2", "End-of-RIB is told behind the routes, for each family",
	  RESTARTER, end_of_rib_is_told },
	{ "4724 4", "a Cease is no restart", RESTARTER, cease_is_no_restart },
	{ "8538 4", "it is one where both say so", NOTIFIER, notification_is_a_restart },
	{ "8538 4", "but not a Hard Reset", NOTIFIER, hard_reset_is_none },
	{ "8538 4.1", "silence is one where both say so", HASTY_NOTIFIER, silence_is_a_restart },
	{ "4271 3.2", "otherwise routes go with the session", EBGP, routes_go_with_the_session },

	{ "8212 3", "without an import policy nothing is taken", SILENT, nothing_is_taken },
	{ "8212 3", "without an export policy nothing is told", SILENT, nothing_is_told },

	{ "4486 4", "a shutdown by the operator is told", EBGP, shutdown_is_told },
	{ "9003 2", "with what he wrote", EBGP, shutdown_says_why },
	{ "4486 4", "a reset by the operator is told", EBGP, reset_is_told },
	{ "8538 4", "a shutdown is a Hard Reset where a NOTIFICATION would mean a restart",
	  EBGP, shutdown_is_hard },
	{ "2918 4", "the operator may ask for a refresh", EBGP, operator_asks_for_a_refresh },
};
const size_t scene_count = sizeof(scenes) / sizeof(scenes[0]);

/* Begins with peers that are new, and leaves none behind. */
const char *scene_play(const struct scene *scene, struct stage *stage, size_t neighbor)
{
	const char *wrong;

	peer_init(&first);
	peer_init(&second);
	peer_init(&called);
	listener = -1;
	wrong = scene->play(stage, neighbor);
	if (listener >= 0)
		close(listener);
	judge_leave(&first);
	judge_leave(&second);
	judge_leave(&called);
	stage_clear(stage);
	return wrong;
}
