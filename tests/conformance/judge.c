#include "tests/conformance/judge.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define SENTINEL "198.19.255.0/24"
#define SENTINEL6 "2001:db8:ff::/48"
#define CLAUSE_MAX 256
#define HASTE_MS 4000           /* a hold time of 3 s, and what it may be late */

struct play {
	struct stage *stage;
	struct peer *peer;
	size_t neighbor;
	const struct kind_facts *facts;
	char *words;                    /* what came instead */
};

static bool differ(struct play *play, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool differ(struct play *play, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(play->words, JUDGE_WORDS, format, args);
	va_end(args);
	return false;
}

static bool is_bgpd(const struct play *play)
{
	return play->stage->target == targets;
}

static bool wait_here(struct play *play, peer_condition *condition, const void *arg)
{
	return peer_wait(play->peer, condition, arg, play->stage->patience_ms);
}

/* ---- the way to where the row begins ---- */

static bool connect_peer(struct play *play)
{
	if (!peer_connect(play->peer, stage_address(play->stage, play->neighbor),
			  play->facts->is_six ? DAEMON_IPV6 : DAEMON_IPV4))
		return differ(play, "no connection");
	play->peer->as4 = play->facts->has_as4;
	if (!wait_here(play, peer_has_open, NULL) || play->peer->is_closed)
		return differ(play, "no OPEN");
	return true;
}

static bool has_ended(const struct play *play)
{
	return play->peer->count[3] || play->peer->is_closed;
}

static const char *ending(const struct peer *peer, char words[JUDGE_WORDS])
{
	if (peer->count[3])
		snprintf(words, JUDGE_WORDS, "NOTIFICATION %u/%u%s%.400s", peer->code, peer->subcode,
			 peer->data[0] ? " " : "", peer->data);
	else if (peer->is_closed)
		snprintf(words, JUDGE_WORDS, "closed");
	else
		snprintf(words, JUDGE_WORDS, "no answer");
	return words;
}

static bool reach_open_confirm(struct play *play)
{
	char words[JUDGE_WORDS];

	if (!wait_here(play, peer_has_keepalive, NULL) || has_ended(play))
		return differ(play, "%s to OPEN", ending(play->peer, words));
	return true;
}

static bool has_route(struct peer *peer, const void *prefix)
{
	return peer_words(peer, prefix);
}

/* A good route to this prefix, from this kind of peer. */
static void send_route(struct play *play, const char *nlri, bool is_six)
{
	const struct kind_facts *facts = play->facts;
	char text[512];

	if (is_six)
		snprintf(text, sizeof(text), "!02 () (%s %s 80 0e <0002 01 <" HOP6 "> 00 %s>);",
			 ORIGIN, facts->is_internal ? NO_PATH LOCAL_PREF : PATH, nlri);
	else
		snprintf(text, sizeof(text), "!02 () (%s) %s;", facts->attributes, nlri);
	peer_send(play->peer, text);
}

static bool is_heard(struct play *play, const char *prefix, bool is_six)
{
	struct peer *observer = stage_observer(play->stage, play->facts->is_internal, is_six);

	return peer_wait(observer, has_route, prefix, play->stage->patience_ms);
}

static bool prepare_route(struct play *play)
{
	char words[JUDGE_WORDS];

	if (play->facts->attributes)
		send_route(play, NET, false);
	if (play->facts->has_ipv6)
		send_route(play, NET6, true);
	if (play->facts->attributes && !is_heard(play, NET_TEXT, false))
		return differ(play, "%s to a good route", ending(play->peer, words));
	if (play->facts->has_ipv6 && !is_heard(play, NET6_TEXT, true))
		return differ(play, "%s to a good route of IPv6", ending(play->peer, words));
	return true;
}

static bool reach(struct play *play, enum stand stand)
{
	if (!connect_peer(play))
		return false;
	if (stand == OPEN_SENT)
		return true;
	peer_send(play->peer, play->facts->open);
	if (!reach_open_confirm(play) || stand == OPEN_CONFIRM)
		return !play->words[0];
	peer_send(play->peer, KEEPALIVE);
	return stand == ESTABLISHED || prepare_route(play);
}

/* ---- that the session is up ---- */

static bool has_no_route(struct peer *peer, const void *prefix)
{
	return !peer_words(peer, prefix);
}

static void withdraw_sentinel(struct play *play, bool is_six)
{
	struct peer *observer = stage_observer(play->stage, play->facts->is_internal, is_six);

	if (!peer_words(observer, is_six ? SENTINEL6 : SENTINEL))
		return;
	peer_send(play->peer, is_six ? UPDATE("", "80 0f <0002 01 30 20010db800ff>", "")
				     : UPDATE("18 c613ff", "", ""));
	peer_wait(observer, has_no_route, is_six ? SENTINEL6 : SENTINEL, play->stage->patience_ms);
}

/* And bgpd has dealt with all that was sent before. */
static bool carries(struct play *play)
{
	bool is_six = !play->facts->attributes;
	char words[JUDGE_WORDS];

	withdraw_sentinel(play, is_six);
	send_route(play, is_six ? "30 20010db800ff" : "18 c613ff", is_six);
	if (is_heard(play, is_six ? SENTINEL6 : SENTINEL, is_six))
		return true;
	return differ(play, "%s, and takes no route", ending(play->peer, words));
}

static bool stays_up(struct play *play, enum stand stand)
{
	if (stand == OPEN_SENT && !reach_open_confirm(play))
		return false;
	if (stand <= OPEN_CONFIRM)
		peer_send(play->peer, KEEPALIVE);
	return carries(play);
}

/* ---- clauses about routes ---- */

/* The words of a clause: a prefix, if the first one is one, and the rest. */
struct route_clause {
	char prefix[64], words[CLAUSE_MAX];
	bool is_six;
};

static struct route_clause parse_route_clause(const char *text)
{
	struct route_clause clause = { .prefix = NET_TEXT };
	size_t length = strcspn(text, " ");
	const char *slash = memchr(text, '/', length);

	if (slash && !memchr(text, '=', length)) {
		snprintf(clause.prefix, sizeof(clause.prefix), "%.*s", (int)length, text);
		text += length;
	}
	clause.is_six = strchr(clause.prefix, ':');
	snprintf(clause.words, sizeof(clause.words), "%s", text);
	return clause;
}

/* Whether the words have one that is this, or for "-begin" none that begins so. */
static bool fits(const char *words, const char *wanted)
{
	char padded[JUDGE_WORDS * 9], key[CLAUSE_MAX];
	bool is_none = wanted[0] == '-';

	snprintf(padded, sizeof(padded), "%s ", words);
	snprintf(key, sizeof(key), " %s%s", wanted + is_none, is_none ? "" : " ");
	return !strstr(padded, key) == is_none;
}

static bool all_fit(const char *words, const char *wanted)
{
	char copy[CLAUSE_MAX], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", wanted);
	while ((word = strsep(&rest, " ")))
		if (word[0] && !fits(words, word))
			return false;
	return true;
}

static bool judge_accepted(struct play *play, const char *text)
{
	struct route_clause clause = parse_route_clause(text);
	struct peer *observer = stage_observer(play->stage, play->facts->is_internal, clause.is_six);

	stage_refresh(play->stage, observer);
	const char *words = peer_words(observer, clause.prefix);

	if (!words)
		return differ(play, "absent");
	if (observer->complaint[0])
		return differ(play, "passed on badly: %s", observer->complaint);
	return all_fit(words, clause.words) || differ(play, "accepted%s", words);
}

static bool judge_absent(struct play *play, const char *text)
{
	struct route_clause clause = parse_route_clause(text);
	struct peer *observer = stage_observer(play->stage, play->facts->is_internal, clause.is_six);

	stage_refresh(play->stage, observer);
	const char *words = peer_words(observer, clause.prefix);

	return !words || differ(play, "accepted%s", words);
}

static bool judge_told(struct play *play, const char *text)
{
	struct route_clause clause = parse_route_clause(text);

	wait_here(play, has_route, clause.prefix);
	const char *words = peer_words(play->peer, clause.prefix);

	if (!words)
		return differ(play, "untold");
	if (play->peer->complaint[0])
		return differ(play, "told badly: %s", play->peer->complaint);
	return all_fit(words, clause.words) || differ(play, "told%s", words);
}

/* RFC 4724 2: after End-of-RIB nothing is missing. */
static bool has_heard_all(struct peer *peer, const void *afi)
{
	return peer->eor & 1u << *(const unsigned int *)afi;
}

static bool judge_untold(struct play *play, const char *text)
{
	struct route_clause clause = parse_route_clause(text);
	unsigned int afi = play->facts->attributes ? 1 : 2;

	wait_here(play, has_heard_all, &afi);
	const char *words = peer_words(play->peer, clause.prefix);

	return !words || differ(play, "told%s", words);
}

/* ---- clauses about the session ---- */

/* Data that the row does not name may be what they like. */
static bool judge_ended(struct play *play, const char *text)
{
	char words[JUDGE_WORDS], wanted[CLAUSE_MAX];

	peer_wait(play->peer, peer_has_ended, NULL,
		  play->stage->patience_ms + (play->facts == &kinds[HASTY] ? HASTE_MS : 0));
	ending(play->peer, words);
	snprintf(wanted, sizeof(wanted), "NOTIFICATION %s", text);
	size_t length = strlen(wanted);
	bool is_so = strncmp(words, wanted, length) == 0 &&
		     (!words[length] || (words[length] == ' ' && !strchr(text, ' ')));

	if (!is_so)
		return differ(play, "%s", ending(play->peer, words));
	return wait_here(play, peer_is_closed, NULL) || differ(play, "not closed behind it");
}

static bool judge_closed(struct play *play, const char *text)
{
	char words[JUDGE_WORDS];

	(void)text;
	wait_here(play, peer_has_ended, NULL);
	return (!play->peer->count[3] && play->peer->is_closed) ||
	       differ(play, "%s", ending(play->peer, words));
}

static bool judge_established(struct play *play, const char *text)
{
	(void)play, (void)text;
	return true;                    /* or stays_up would have said so */
}

static bool judge_sends(struct play *play, const char *text)
{
	char wanted[CLAUSE_MAX];
	size_t length = 0;

	for (; *text; text++)
		if (*text != ' ')
			wanted[length++] = *text;
	wanted[length] = '\0';
	return strstr(play->peer->open, wanted) || differ(play, "its OPEN is %s", play->peer->open);
}

/* ---- clauses that ask bgpctl ---- */

static void as_text(struct json_object *value, char *text, size_t size)
{
	size_t length = 0;

	if (!json_object_is_type(value, json_type_array)) {
		snprintf(text, size, "%s", value ? json_object_get_string(value) : "null");
		return;
	}
	text[0] = '\0';
	for (size_t i = 0; i < json_object_array_length(value) && length < size; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%s", i ? "," : "",
			json_object_get_string(json_object_array_get_idx(value, i)));
}

/* "KEY=VALUE", where the key may be a path with dots. */
static bool judge_value(struct play *play, struct json_object *row, const char *text)
{
	char path[CLAUSE_MAX], found[JUDGE_WORDS / 2], *rest = path, *key;
	const char *wanted = strchr(text, '=') + 1;

	snprintf(path, sizeof(path), "%.*s", (int)(wanted - 1 - text), text);
	while ((key = strsep(&rest, ".")))
		row = json_object_object_get(row, key);
	as_text(row, found, sizeof(found));
	if (wanted[0] == '*' ? strstr(found, wanted + 1) != NULL : strcmp(found, wanted) == 0)
		return true;
	return differ(play, "%.*s is %s", (int)(wanted - 1 - text), text, found);
}

/* The first row of the list of that name in the answer, "KEY=VALUE" of it. */
static bool judge_answer(struct play *play, char *answer, const char *list, const char *text)
{
	struct json_object *whole = json_tokener_parse(answer);
	struct json_object *rows = json_object_object_get(whole, list);
	bool is_there = json_object_is_type(rows, json_type_array) &&
			json_object_array_length(rows) > 0;
	bool is_so = is_there ? judge_value(play, json_object_array_get_idx(rows, 0), text)
			      : differ(play, "bgpctl says %.200s", answer);

	json_object_put(whole);
	free(answer);
	return is_so;
}

static bool judge_neighbor(struct play *play, const char *text)
{
	return !is_bgpd(play) ||
	       judge_answer(play, stage_ask(play->stage, "show neighbors %s",
					    play->stage->neighbors[play->neighbor].name),
			    "neighbors", text);
}

static bool judge_received(struct play *play, const char *text)
{
	struct route_clause clause = parse_route_clause(text);

	return !is_bgpd(play) ||
	       judge_answer(play, stage_ask(play->stage, "show routes %s from %s received",
					    clause.prefix,
					    play->stage->neighbors[play->neighbor].name),
			    "routes", clause.words + (clause.words[0] == ' '));
}

static bool judge_rejected(struct play *play, const char *text)
{
	struct route_clause clause = parse_route_clause(text);
	const char *reason = clause.words + strspn(clause.words, " ");
	char wanted[2 * CLAUSE_MAX];

	snprintf(wanted, sizeof(wanted), "%s filtered_by=*%s", clause.prefix, reason);
	return judge_received(play, wanted);
}

/* ---- all clauses ---- */

static const struct verb {
	const char *word;
	bool (*judge)(struct play *play, const char *text);
	bool is_end;                    /* the session does not live on */
} verbs[] = {
	{ "notification", judge_ended, true },
	{ "closed", judge_closed, true },
	{ "established", judge_established, false },
	{ "accepted", judge_accepted, false },
	{ "absent", judge_absent, false },
	{ "told", judge_told, false },
	{ "untold", judge_untold, false },
	{ "sends", judge_sends, false },
	{ "neighbor", judge_neighbor, false },
	{ "received", judge_received, false },
	{ "rejected", judge_rejected, false },
};

static const struct verb *find_verb(const char *clause)
{
	size_t length = strcspn(clause, " ;");

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strlen(verbs[i].word) == length && strncmp(clause, verbs[i].word, length) == 0)
			return &verbs[i];
	fprintf(stderr, "conform: no such clause: %s\n", clause);
	exit(2);
}

static bool judge_one(struct play *play, const char *clause)
{
	const struct verb *verb = find_verb(clause);
	const char *rest = clause + strlen(verb->word);

	return verb->judge(play, rest + strspn(rest, " "));
}

static bool judge_all(struct play *play, const char *expected)
{
	char copy[4 * CLAUSE_MAX], *rest = copy, *clause;
	bool is_so = true;

	snprintf(copy, sizeof(copy), "%s", expected);
	while (is_so && (clause = strsep(&rest, ";")))
		is_so = judge_one(play, clause + strspn(clause, " "));
	return is_so;
}

static bool play_row(struct play *play, const struct row *row)
{
	if (!reach(play, row->stand))
		return false;
	peer_send(play->peer, row->octets);
	if (!find_verb(row->expected)->is_end && !stays_up(play, row->stand))
		return false;
	return judge_all(play, row->expected);
}

/* ---- the rival ---- */

#define RIVAL_SENTINEL     "198.19.254.0/24"
#define RIVAL_SENTINEL_NLRI "18 c613fe"

/* It says the route anew, and behind it another one, which tells when it has been dealt with. */
static bool rival_speaks(struct play *play, const char *octets)
{
	struct peer *rival = &play->stage->standing[RIVAL];
	struct peer *observer = stage_observer(play->stage, false, false);

	peer_send(rival, UPDATE(NET RIVAL_SENTINEL_NLRI, "", ""));
	peer_wait(observer, has_no_route, RIVAL_SENTINEL, play->stage->patience_ms);
	peer_send(rival, octets);
	peer_send(rival, UPDATE("", GOOD, RIVAL_SENTINEL_NLRI));
	if (peer_wait(observer, has_route, RIVAL_SENTINEL, play->stage->patience_ms))
		return true;
	return differ(play, "takes no route of the rival");
}

static bool play_against_rival(struct play *play, const struct row *row, const char *own)
{
	struct row alone = *row;
	char *rival = strndup(row->octets, (size_t)(own - row->octets));
	bool is_so;

	alone.octets = own + 1;
	is_so = rival && rival_speaks(play, rival) && play_row(play, &alone) &&
		rival_speaks(play, rival) && judge_all(play, row->expected);
	peer_send(&play->stage->standing[RIVAL], UPDATE(NET RIVAL_SENTINEL_NLRI, "", ""));
	free(rival);
	return is_so;
}

static struct play begin_play(struct stage *stage, size_t neighbor, struct peer *peer,
			      char words[JUDGE_WORDS])
{
	words[0] = '\0';
	return (struct play){ stage, peer, neighbor, stage->neighbors[neighbor].facts, words };
}

bool judge_row(struct stage *stage, size_t neighbor, const struct row *row,
	       char words[JUDGE_WORDS])
{
	static struct peer peer;
	struct play play = begin_play(stage, neighbor, &peer, words);
	const char *own = strchr(row->octets, '@');
	bool is_so;

	peer_init(&peer);
	is_so = own ? play_against_rival(&play, row, own) : play_row(&play, row);
	judge_leave(&peer);
	stage_clear(stage);
	return is_so;
}

/* With a NOTIFICATION, so that nobody waits for our return. */
void judge_leave(struct peer *peer)
{
	if (peer->fd >= 0 && !peer->is_closed)
		peer_send(peer, NOTIFY("06", "09", "06 03"));
	peer_close(peer);
}

static char scene_words[JUDGE_WORDS];

bool judge_connect(struct stage *stage, size_t neighbor, struct peer *peer)
{
	struct play play = begin_play(stage, neighbor, peer, scene_words);

	return connect_peer(&play);
}

bool judge_establish(struct stage *stage, size_t neighbor, struct peer *peer)
{
	struct play play = begin_play(stage, neighbor, peer, scene_words);

	return reach(&play, ESTABLISHED);
}

bool judge_carries(struct stage *stage, size_t neighbor, struct peer *peer)
{
	struct play play = begin_play(stage, neighbor, peer, scene_words);

	return carries(&play);
}

const char *judge_clause(struct stage *stage, size_t neighbor, struct peer *peer,
			 const char *clause)
{
	struct play play = begin_play(stage, neighbor, peer, scene_words);

	return judge_one(&play, clause) ? NULL : scene_words;
}
