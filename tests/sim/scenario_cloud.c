#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bgpd/wire/notification.h"
#include "policy/steering.h"
#include "tests/sim/sim.h"

#define THEIRS "10.50.0.0/16"
#define RATE   1000000                  /* bytes a second, each way */

/* A verdict may be late by two looks at the counters. */
#define BLINK SECONDS(3)

/* ---- events: one breaks something, one mends it ---- */

static void nothing(struct sim *sim)
{
	(void)sim;
}

static void lose_link(struct sim *sim)
{
	sim_link_down(sim, "tun1");
}

static void regain_link(struct sim *sim)
{
	sim_link_up(sim, "tun1");
}

static void lose_link_of_standby(struct sim *sim)
{
	sim_link_down(sim, "tun2");
}

static void regain_link_of_standby(struct sim *sim)
{
	sim_link_up(sim, "tun2");
}

static void delete_sa(struct sim *sim)
{
	cloud_delete_sa(sim, 0);
}

static void install_sa(struct sim *sim)
{
	cloud_install_sa(sim, 0);
}

/* The signal ack, as the daemon gives it: after some 3 seconds without an acknowledgement. */
static void say_ack(struct sim *sim, const char *tunnel, enum signal_state state)
{
	speaker_tunnel_signal(sim->gateway, tunnel, SIGNAL_ACK, state, "", sim->now);
	sim_settle(sim);
}

static void notice_silence(struct sim *sim)
{
	sim_run_for(sim, SECONDS(3));
	say_ack(sim, "tun1", STATE_DOWN);
}

static void silence(struct sim *sim)
{
	sim_silence(sim, "tun1");
	notice_silence(sim);
}

static void silence_inbound(struct sim *sim)
{
	sim_silence_towards(sim, "tun1", GATEWAY);
	notice_silence(sim);
}

static void silence_outbound(struct sim *sim)
{
	sim_silence_towards(sim, "tun1", PEER);
	notice_silence(sim);
}

/* The session that is left, if one is, is acknowledged again; a new one begins without a verdict. */
static void mend(struct sim *sim)
{
	sim_mend(sim, "tun1");
	say_ack(sim, "tun1", STATE_UP);
}

static void shut_session(struct sim *sim)
{
	const struct notification cease = { .code = NOTIFY_CEASE, .subcode = CEASE_SHUTDOWN };

	session_stop(sim_peer(sim, "tun1")->session, &cease, sim->now);
	sim_settle(sim);
}

static void enable_session(struct sim *sim)
{
	session_start(sim_peer(sim, "tun1")->session, sim->now);
	sim_settle(sim);
}

static void drain(struct sim *sim)
{
	speaker_tunnel_drain(sim->gateway, "tun1", sim->now);
}

static void resume(struct sim *sim)
{
	speaker_tunnel_resume(sim->gateway, "tun1", sim->now);
}

static void pin(struct sim *sim)
{
	speaker_tunnel_pin(sim->gateway, "tun2", sim->now);
}

static void unpin(struct sim *sim)
{
	speaker_tunnel_unpin(sim->gateway, "tun2", sim->now);
}

/* Traffic is led away first; then the endpoint is gone for a minute, and comes back as a new one. */
static void replace_endpoint(struct sim *sim)
{
	cloud_begin_maintenance(sim, 0);
	sim_run_for(sim, SECONDS(30));
	cloud_delete_sa(sim, 0);
	sim_crash(sim, "tun1");
	sim_run_for(sim, SECONDS(60));
	sim_revive(sim, "tun1");
	cloud_install_sa(sim, 0);
}

static void end_maintenance(struct sim *sim)
{
	cloud_end_maintenance(sim, 0);
}

static void prefer_the_second(struct sim *sim)
{
	cloud_prefer(sim, 1);
}

static void prefer_the_first(struct sim *sim)
{
	cloud_prefer(sim, 0);
}

static void restart_far_side(struct sim *sim)
{
	for (size_t i = 0; i < 2; i++)
		sim_crash(sim, sim->peers[i].name);
	sim_run_for(sim, SECONDS(5));
	for (size_t i = 0; i < 2; i++)
		sim_revive(sim, sim->peers[i].name);
}

static void reset_session(struct sim *sim)
{
	sim_reset(sim, "tun1");
}

static void kill_and_restart(struct sim *sim)
{
	sim_kill(sim);
	sim_run_for(sim, SECONDS(2));
	sim_restart(sim);
}

static void stop_and_restart(struct sim *sim)
{
	sim_stop(sim);
	sim_run_for(sim, SECONDS(2));
	sim_restart(sim);
}

static void announce_too_many(struct sim *sim)
{
	sim_be_quiet(sim, true);
	while (sim->plan.announce_count < 290) {
		char rule[PREFIX_TEXT];

		snprintf(rule, sizeof(rule), "10.61.%zu.0/24", sim->plan.announce_count % 256);
		plan_announce(&sim->plan, rule);
	}
	sim_reload(sim);
}

static void announce_as_before(struct sim *sim)
{
	sim->plan.announce_count = 1;
	sim_reload(sim);
	sim_be_quiet(sim, false);
}

static void lose_both(struct sim *sim)
{
	cloud_delete_sa(sim, 0);
	sim_run_for(sim, SECONDS(1));
	cloud_delete_sa(sim, 1);
}

static void regain_both(struct sim *sim)
{
	cloud_install_sa(sim, 1);
	sim_run_for(sim, SECONDS(20));
	cloud_install_sa(sim, 0);
}

static void withdraw_on_one(struct sim *sim)
{
	sim_withdraw(sim, "tun1", THEIRS);
}

struct event {
	const char *name;
	void (*begin)(struct sim *sim), (*end)(struct sim *sim);
	bool fails;                     /* the tunnel that has the traffic */
	bool says_med;                  /* only for who has a MED to say it with */
};

static const struct event events[] = {
	{ "nothing", nothing, nothing, false, false },
	{ "link", lose_link, regain_link, true, false },
	{ "link of the standby", lose_link_of_standby, regain_link_of_standby, false, false },
	{ "SA", delete_sa, install_sa, true, false },
	{ "silence", silence, mend, true, false },
	{ "silence inbound", silence_inbound, mend, true, false },
	{ "silence outbound", silence_outbound, mend, true, false },
	{ "cease", shut_session, enable_session, true, false },
	{ "reset", reset_session, nothing, true, false },
	{ "drain", drain, resume, false, false },
	{ "pin", pin, unpin, false, false },
	{ "maintenance", replace_endpoint, end_maintenance, false, true },
	{ "preference", prefer_the_second, prefer_the_first, false, true },
	{ "far side restarts", restart_far_side, nothing, false, false },
	{ "killed", kill_and_restart, nothing, false, false },
	{ "restarted", stop_and_restart, nothing, false, false },
	{ "too many prefixes", announce_too_many, announce_as_before, false, false },
	{ "both SAs", lose_both, regain_both, false, false },
	{ "withdrawn on one tunnel", withdraw_on_one, cloud_announce, false, false },
};

/* ---- what must hold ---- */

struct story {
	struct sim *sim;
	const char *provider, *event, *phase;
	enum group_mode mode;
	bool has_traffic;
	msec_t wrong_since;             /* the verdict is not what is so; NEVER: it is */
	unsigned int faults;
};

static bool is_one(unsigned int bits)
{
	return bits && !(bits & (bits - 1));
}

static void blame(struct story *story, const char *what)
{
	struct sim *sim = story->sim;
	struct group_view view = speaker_group(sim->gateway, 0);

	story->faults++;
	print_error("%s %s %s, %s, %s: %d s: %s: ours %x theirs %x, verdict %s: %s\n", story->provider,
		    group_mode_name(story->mode), story->has_traffic ? "busy" : "quiet", story->event,
		    story->phase, (int)((sim->now - sim->origin) / 1000), what,
		    sim_carriers(sim, THEIRS), cloud_sends_by(sim), view.symmetric, view.cause);
}

/* No verdict says what is not so. */
static bool is_untrue(struct sim *sim)
{
	struct group_view view = speaker_group(sim->gateway, 0);
	unsigned int ours = sim_carriers(sim, THEIRS), theirs = cloud_sends_by(sim);

	if (view.is_settling)
		return false;
	if (strcmp(view.symmetric, "yes") == 0)
		return ours && theirs && ours != theirs;
	if (strcmp(view.symmetric, "no") == 0)
		return is_one(ours) && ours == theirs;
	return false;
}

static void watch(struct story *story)
{
	struct sim *sim = story->sim;

	if (!is_untrue(sim)) {
		story->wrong_since = NEVER;
		return;
	}
	if (story->wrong_since == NEVER)
		story->wrong_since = sim->now;
	if (sim->now - story->wrong_since == BLINK)
		blame(story, "an untrue verdict");
}

static void pass_time(struct story *story, msec_t time)
{
	for (msec_t t = 0; t < time; t += SECONDS(1)) {
		sim_run_for(story->sim, SECONDS(1));
		watch(story);
	}
}

/* Where they cannot agree, and what is said then; NULL: of any provider. */
static const struct dissent {
	const char *event, *provider;
	const char *busy, *quiet;
} dissents[] = {
	{ "withdrawn on one tunnel", "alibaba", "offer every prefix on every tunnel", "by rules of its own" },
	{ "withdrawn on one tunnel", "ibm", "offer every prefix on every tunnel", "by rules of its own" },
	{ "withdrawn on one tunnel", NULL, "offer every prefix on every tunnel", "some prefixes leave by tun2" },
	{ "maintenance", "aws-tgw", "returns by tun2 alone", "several tunnels share the traffic" },
	{ "drain", "alibaba", "by rules of its own", "by rules of its own" },
	{ "drain", "ibm", "by rules of its own", "by rules of its own" },
	{ "pin", "alibaba", "by rules of its own", "by rules of its own" },
	{ "pin", "ibm", "by rules of its own", "by rules of its own" },
};

static const struct dissent *find_dissent(const struct story *story)
{
	for (size_t i = 0; i < sizeof(dissents) / sizeof(dissents[0]); i++)
		if (strcmp(dissents[i].event, story->event) == 0 &&
		    (!dissents[i].provider || strcmp(dissents[i].provider, story->provider) == 0))
			return &dissents[i];
	return NULL;
}

/* Both directions agree, or it is said why they do not. */
static void judge(struct story *story)
{
	struct sim *sim = story->sim;
	struct group_view view = speaker_group(sim->gateway, 0);
	unsigned int ours = sim_carriers(sim, THEIRS), theirs = cloud_sends_by(sim);
	const struct dissent *dissent = find_dissent(story);
	bool may_share = story->mode == MODE_ECMP;

	if (ours == theirs && (may_share || !ours || is_one(ours)))
		return;
	if (!dissent || strcmp(story->phase, "broken") != 0 || strcmp(view.symmetric, "yes") == 0)
		blame(story, "both directions do not agree");
	else if (!strstr(view.cause, story->has_traffic ? dissent->busy : dissent->quiet) &&
		 !(may_share && (strstr(view.cause, "several tunnels share the traffic") ||
				 strstr(view.cause, "the far side shares the load"))))
		blame(story, "it is not said why they do not");
}

/* What is heard on the other tunnel goes before what may be left of the one that has failed. */
static void judge_haste(struct story *story, const struct event *event)
{
	if (!event->fails || provider_find(story->provider)->choice == CHOICE_ITS_OWN)
		return;
	pass_time(story, SECONDS(1));
	if (sim_carriers(story->sim, THEIRS) != cloud_sends_by(story->sim))
		blame(story, "the far side has not followed at once");
}

static unsigned int tell(const char *provider, enum group_mode mode, bool has_traffic,
			 const struct event *event)
{
	struct sim *sim = sim_new(2);
	struct story story = { .sim = sim, .provider = provider, .event = event->name, .mode = mode,
			       .has_traffic = has_traffic, .wrong_since = NEVER };

	cloud_become(sim, provider, mode);
	if (has_traffic)
		sim_send_traffic(sim, THEIRS, RATE);
	cloud_announce(sim);
	sim_start(sim);
	story.phase = "before";
	pass_time(&story, SECONDS(60));
	judge(&story);
	story.phase = "broken";
	event->begin(sim);
	judge_haste(&story, event);
	pass_time(&story, SECONDS(300));
	judge(&story);
	story.phase = "mended";
	event->end(sim);
	pass_time(&story, SECONDS(600));
	judge(&story);
	if (sim->cloud.idle_drops || sim->cloud.limit_resets)
		blame(&story, "the cloud had to drop it");
	sim_free(sim);
	return story.faults;
}

static bool fits(const struct event *event, const char *provider)
{
	return !event->says_med || strncmp(provider, "aws", 3) == 0;
}

static unsigned int tell_all_of(const char *provider, enum group_mode mode)
{
	unsigned int faults = 0;

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		for (int traffic = 0; traffic <= 1 && fits(&events[i], provider); traffic++)
			faults += tell(provider, mode, traffic, &events[i]);
	return faults;
}

static void both_directions_agree_or_it_is_said_why(void **unused)
{
	unsigned int faults = 0;
	const char *name;

	(void)unused;
	for (size_t i = 0; (name = cloud_name_at(i)); i++)
		for (enum group_mode mode = MODE_ACTIVE_STANDBY; mode <= MODE_ECMP; mode++)
			if (!steering_refuse(provider_find(name), mode))
				faults += tell_all_of(name, mode);
	assert_int_equal(faults, 0);
}

/* What the first rescue said is still believed when the tunnel that said it fails as well. */
static void a_second_failure_is_rescued_too(void **unused)
{
	static const char *const providers[] = { "aws-vgw", "gcp-legacy", "gcp-standard", "generic" };

	(void)unused;
	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
		struct sim *sim = sim_new(3);

		cloud_become(sim, providers[i], MODE_ACTIVE_STANDBY);
		cloud_announce(sim);
		sim_start(sim);
		for (size_t tunnel = 0; tunnel < 2; tunnel++) {
			sim_silence(sim, sim->peers[tunnel].name);
			sim_run_for(sim, SECONDS(3));
			say_ack(sim, sim->peers[tunnel].name, STATE_DOWN);
			sim_run_for(sim, SECONDS(5));
			assert_int_equal(sim_carriers(sim, THEIRS), 2u << tunnel);
			assert_int_equal(cloud_sends_by(sim), 2u << tunnel);
		}
		sim_free(sim);
	}
}

/* ---- the far side itself: what it enforces is enforced ---- */

static struct sim *sim_of_cloud(const char *provider, enum group_mode mode)
{
	struct sim *sim = sim_new(2);

	cloud_become(sim, provider, mode);
	cloud_announce(sim);
	return sim;
}

static void announce_over_the_limit(struct sim *sim)
{
	for (unsigned int i = 0; i < 120; i++) {
		char rule[PREFIX_TEXT];

		snprintf(rule, sizeof(rule), "10.62.%u.0/24", i);
		plan_announce(&sim->plan, rule);
	}
}

static void a_session_over_the_limit_is_reset_again_and_again(void **unused)
{
	struct sim *sim = sim_of_cloud("aws-vgw", MODE_ACTIVE_STANDBY);

	(void)unused;
	announce_over_the_limit(sim);
	sim->plan.group.budget = 0;
	sim_start(sim);
	sim_run_for(sim, SECONDS(600));
	assert_true(sim->cloud.limit_resets > 10);
	sim_free(sim);
}

static void the_budget_stays_below_the_limit(void **unused)
{
	struct sim *sim = sim_of_cloud("aws-vgw", MODE_ACTIVE_STANDBY);

	(void)unused;
	announce_over_the_limit(sim);
	sim_start(sim);
	sim_run_for(sim, SECONDS(600));
	assert_int_equal(sim->cloud.limit_resets, 0);
	assert_int_equal(sim_peer(sim, "tun1")->hearing_count, 100);
	assert_int_equal(sim_neighbor(sim, "tun1").held_back, 21);
	sim_free(sim);
}

/* A third of its hold time, as RFC 4271 10 suggests, is as long as it waits. */
static void keepalives_as_others_send_them_let_a_tunnel_idle(void **unused)
{
	struct sim *sim = sim_of_cloud("aws-vgw", MODE_ACTIVE_STANDBY);

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		sim->plan.tunnels[i].session.keepalive_s = 0;
		sim->plan.tunnels[i].session.hold_time_s = 40;
		sim_peer(sim, sim->peers[i].name)->params.hold_time_s = 40;
	}
	sim_start(sim);
	sim_run_for(sim, SECONDS(600));
	assert_true(sim->cloud.idle_drops > 0);
	sim_free(sim);
}

/* Over 250 of them GCP leaves out the longest without a word, which is why we warn there. */
static void what_gcp_leaves_out_it_does_not_send_to(void **unused)
{
	struct sim *sim = sim_of_cloud("gcp-standard", MODE_ACTIVE_STANDBY);
	struct address left_out = address_ipv4(0x0a3d1001), covered = address_ipv4(0x0a3c0001);

	(void)unused;
	plan_announce(&sim->plan, "10.61.16.0/28");
	for (unsigned int i = 0; i < 250; i++) {
		char rule[PREFIX_TEXT];

		snprintf(rule, sizeof(rule), "10.62.%u.0/24", i);
		plan_announce(&sim->plan, rule);
	}
	sim_start(sim);
	assert_string_not_equal(sim_hears(sim, "tun1", "10.61.16.0/28"), "");
	assert_int_equal(cloud_choice(sim, &left_out), 0);
	assert_int_equal(cloud_choice(sim, &covered), 1);
	assert_true(sim->plan.group.budget_warn <= 250);
	sim_free(sim);
}

/* ---- flapping ---- */

#define FLAPS 100

static unsigned int count_role_changes(const struct sim *sim)
{
	unsigned int count = 0;

	for (const char *at = sim->trace; at && (at = strstr(at, "-> active\n")); at++)
		count++;
	return count;
}

static struct sim *sim_before_flaps(const char *provider)
{
	struct sim *sim = sim_of_cloud(provider, MODE_ACTIVE_STANDBY);

	sim_start(sim);
	sim_send_traffic(sim, THEIRS, RATE);
	sim_run_for(sim, SECONDS(60));
	sim_forget(sim);
	sim->cloud.moves = sim->chain_messages = 0;
	return sim;
}

static void expect_calm(struct sim *sim)
{
	sim_run_for(sim, SECONDS(700));
	assert_int_equal(sim_carriers(sim, THEIRS), 1);
	assert_int_equal(cloud_sends_by(sim), 1);
	sim_free(sim);
}

/* Each comes before the delay of the one before is over. */
static void flap_steadily(const char *provider, void (*lose)(struct sim *sim),
			  void (*regain)(struct sim *sim))
{
	struct sim *sim = sim_before_flaps(provider);

	for (int i = 0; i < FLAPS; i++) {
		lose(sim);
		sim_run_for(sim, SECONDS(3));
		regain(sim);
		sim_run_for(sim, SECONDS(3));
	}
	assert_int_equal(sim_carriers(sim, THEIRS), 2);
	assert_int_equal(count_role_changes(sim), 1);
	assert_int_equal(sim->cloud.moves, 1);
	expect_calm(sim);
}

static void a_hundred_flaps_move_the_traffic_once(void **unused)
{
	const char *name;

	(void)unused;
	for (size_t i = 0; (name = cloud_name_at(i)); i++) {
		if (steering_refuse(provider_find(name), MODE_ACTIVE_STANDBY))
			continue;
		flap_steadily(name, delete_sa, install_sa);
		flap_steadily(name, lose_link, regain_link);
		flap_steadily(name, shut_session, enable_session);
	}
}

/* The delays are 30, 60, 120 and 240 s, and what is left of ten minutes is shorter than the next. */
#define RETURNS_ALLOWED 4

/* Now and then one that stays for a while, as long as a delay or longer. */
static void flap_at_random(const char *provider, uint64_t seed)
{
	struct sim *sim = sim_before_flaps(provider);
	msec_t end = sim->now + SECONDS(600);

	sim->seed = seed;
	for (int i = 0; i < FLAPS && sim->now < end; i++) {
		delete_sa(sim);
		sim_run_for(sim, sim_roll(sim, 2000));
		install_sa(sim);
		sim_run_for(sim, sim_roll(sim, 20) ? sim_roll(sim, 4000) : sim_roll(sim, 200000));
	}
	assert_in_range(count_role_changes(sim), 1, 2 * RETURNS_ALLOWED + 1);
	assert_in_range(sim->cloud.moves, 1, 2 * RETURNS_ALLOWED + 1);
	expect_calm(sim);
}

static void flaps_at_random_move_it_no_more_than_the_delays_allow(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		flap_at_random("aws-vgw", seed * 0x9E3779B97F4A7C15u);
		flap_at_random("azure", seed * 0x9E3779B97F4A7C15u);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_agree_or_it_is_said_why),
		cmocka_unit_test(a_second_failure_is_rescued_too),
		cmocka_unit_test(a_session_over_the_limit_is_reset_again_and_again),
		cmocka_unit_test(the_budget_stays_below_the_limit),
		cmocka_unit_test(keepalives_as_others_send_them_let_a_tunnel_idle),
		cmocka_unit_test(what_gcp_leaves_out_it_does_not_send_to),
		cmocka_unit_test(a_hundred_flaps_move_the_traffic_once),
		cmocka_unit_test(flaps_at_random_move_it_no_more_than_the_delays_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
