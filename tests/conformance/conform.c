/* conform - Plays the rules of the RFCs against a BGP daemon over real connections, a row each.
 *
 *	conform [--against bgpd|bird|frr] [--only TEXT] [--compare]
 *
 * Says TAP; the exit status is 0 when all is well, 77 where there are no namespaces to be had.
 * --only plays the rows whose rule or name has that text.  --compare plays bgpd, BIRD and FRR one
 * after the other and prints tests/conformance/COMPARISON.md.  The programs are build/bin/bgpd and
 * build/bin/bgpctl, or what BGPD and BGPCTL in the environment name. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/conformance/judge.h"

#define TARGETS 3

struct options {
	const char *only;
	size_t against;
	bool compares;
};

/* A row or a scene, and what came of it with each target. */
struct trial {
	const char *chapter, *rule, *name;
	const struct row *row;          /* NULL: */
	const struct scene *scene;
	bool is_played, is_so[TARGETS];
	char words[TARGETS][JUDGE_WORDS];
};

static struct trial *trials;
static size_t trial_count;

/* In the order of the stage's neighbors. */
static void list_trials(const struct options *options)
{
	size_t count = scene_count;

	for (size_t c = 0; c < chapter_count; c++)
		count += chapters[c]->count;
	trials = calloc(count, sizeof(*trials));
	if (!trials)
		exit(1);
	for (size_t c = 0; c < chapter_count; c++)
		for (size_t i = 0; i < chapters[c]->count; i++) {
			const struct row *row = &chapters[c]->rows[i];

			trials[trial_count++] = (struct trial){
				.chapter = chapters[c]->title, .rule = row->rule, .name = row->name, .row = row };
		}
	for (size_t i = 0; i < scene_count; i++)
		trials[trial_count++] = (struct trial){
			.chapter = "Scenes of several connections", .rule = scenes[i].rule,
			.name = scenes[i].name, .scene = &scenes[i] };
	for (struct trial *trial = trials; trial < trials + trial_count; trial++)
		trial->is_played = !options->only || strstr(trial->rule, options->only) ||
				   strstr(trial->name, options->only);
}

static void play(struct stage *stage, struct trial *trial, size_t target, size_t neighbor)
{
	char *words = trial->words[target];

	if (trial->row) {
		trial->is_so[target] = judge_row(stage, neighbor, trial->row, words);
		return;
	}
	const char *wrong = scene_play(trial->scene, stage, neighbor);

	snprintf(words, JUDGE_WORDS, "%s", wrong ? wrong : "");
	trial->is_so[target] = !wrong;
}

static void report(const struct trial *trial, size_t target, size_t number, FILE *to)
{
	fprintf(to, "%s %zu - RFC %s: %s\n", trial->is_so[target] ? "ok" : "not ok", number,
		trial->rule, trial->name);
	if (!trial->is_so[target])
		fprintf(to, "# came: %s\n", trial->words[target]);
	fflush(to);
}

/* The number of rows that were not as they must be, or -1. */
static int play_all(size_t target, char version[80], FILE *to)
{
	static struct stage stage;
	const char *why = stage_raise(&stage, &targets[target]);
	size_t number = 0;
	int failed = why ? -1 : 0;

	if (why)
		fprintf(to, "not ok - %s runs\n# %s\n", targets[target].name, why);
	for (size_t i = 0; !why && i < trial_count; i++) {
		if (!trials[i].is_played)
			continue;
		play(&stage, &trials[i], target, STANDING + i);
		report(&trials[i], target, ++number, to);
		failed += !trials[i].is_so[target];
	}
	snprintf(version, 80, "%s", stage.version);
	if (!stage_strike(&stage) && !why) {
		fprintf(to, "not ok %zu - %s ends in order\n", ++number, targets[target].name);
		failed++;
	}
	fprintf(to, "# %s: %zu rows, %d not as they must be\n", version, number, failed);
	return failed;
}

/* ---- the comparison ---- */

/* In one chapter, or with NULL in all. */
static size_t count_rows(const char *chapter)
{
	size_t count = 0;

	for (size_t i = 0; i < trial_count; i++)
		count += !chapter || strcmp(trials[i].chapter, chapter) == 0;
	return count;
}

static size_t count_good(const char *chapter, size_t target)
{
	size_t count = 0;

	for (size_t i = 0; i < trial_count; i++)
		count += trials[i].is_so[target] &&
			 (!chapter || strcmp(trials[i].chapter, chapter) == 0);
	return count;
}

static void print_counts(const char *title, const char *chapter)
{
	printf("| %s | %zu", title, count_rows(chapter));
	for (size_t t = 0; t < TARGETS; t++)
		printf(" | %zu", count_good(chapter, t));
	printf(" |\n");
}

static void print_summary(char versions[TARGETS][80])
{
	const char *chapter = "";

	printf("## Rows as asked\n\n| chapter | rows");
	for (size_t t = 0; t < TARGETS; t++)
		printf(" | %s", versions[t]);
	printf(" |\n| --- | ---: | ---: | ---: | ---: |\n");
	for (size_t i = 0; i < trial_count; i++) {
		if (strcmp(chapter, trials[i].chapter) != 0)
			print_counts(trials[i].chapter, trials[i].chapter);
		chapter = trials[i].chapter;
	}
	print_counts("all", NULL);
}

static void print_head(char versions[TARGETS][80])
{
	char day[16];
	time_t now = time(NULL);

	strftime(day, sizeof(day), "%Y-%m-%d", gmtime(&now));
	printf("# What three daemons do with the same octets\n\n"
	       "Written by `make compare-conformance` on %s: each row of tests/conformance, played\n"
	       "against each daemon over a real connection, without any policy. \"as asked\" is what the\n"
	       "row asks for; else the cell has what came instead.\n\n"
	       "Not all that differs is wrong. The rows are ours: where an RFC leaves a choice, they have\n"
	       "the one we made. BIRD and FRR run with their defaults, but for the options that a row is\n"
	       "about. BIRD differs mostly in which code it gives for a broken length, in AS 0 (RFC 7607)\n"
	       "and in the first AS of a path, which it compares when it is told to; FRR where a malformed\n"
	       "attribute costs it the session instead of the route (RFC 7606). What an operator does is\n"
	       "not tried on others, and what bgpctl shows is asked of bgpd alone.\n\n", day);
	print_summary(versions);
}

/* A bar would end the cell. */
static void print_cell(const struct trial *trial, size_t target)
{
	printf(" | ");
	if (trial->is_so[target]) {
		printf("as asked");
		return;
	}
	for (const char *at = trial->words[target]; *at && at < trial->words[target] + 160; at++)
		printf("%s%c", *at == '|' ? "\\" : "", *at);
}

static void print_comparison(char versions[TARGETS][80])
{
	const char *chapter = "";

	print_head(versions);
	for (const struct trial *trial = trials; trial < trials + trial_count; trial++) {
		if (strcmp(chapter, trial->chapter) != 0)
			printf("\n## %s\n\n| RFC | rule | bgpd | BIRD | FRR |\n"
			       "| --- | --- | --- | --- | --- |\n", trial->chapter);
		chapter = trial->chapter;
		printf("| %s | %s", trial->rule, trial->name);
		for (size_t t = 0; t < TARGETS; t++)
			print_cell(trial, t);
		printf(" |\n");
	}
}

static int compare(void)
{
	char versions[TARGETS][80];
	bool have_all = true;

	for (size_t t = 0; t < TARGETS; t++)
		have_all &= play_all(t, versions[t], stderr) >= 0;
	if (have_all)
		print_comparison(versions);
	return have_all ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- options ---- */

static void leave_with_usage(void)
{
	fprintf(stderr, "usage: conform [--against bgpd|bird|frr] [--only TEXT] [--compare]\n");
	exit(2);
}

static size_t find_target(const char *name)
{
	for (size_t i = 0; i < target_count; i++)
		if (strcmp(targets[i].name, name) == 0)
			return i;
	leave_with_usage();
	return 0;
}

static struct options parse_options(int argc, char **argv)
{
	static const struct option known[] = {
		{ "against", required_argument, NULL, 'a' }, { "only", required_argument, NULL, 'o' },
		{ "compare", no_argument, NULL, 'c' }, { NULL, 0, NULL, 0 },
	};
	struct options options = { NULL, 0, false };
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'a': options.against = find_target(optarg); break;
		case 'o': options.only = optarg; break;
		case 'c': options.compares = true; break;
		default: leave_with_usage();
		}
	}
	return options;
}

int main(int argc, char **argv)
{
	struct options options = parse_options(argc, argv);
	char version[80];

	stage_enter(argv);
	list_trials(&options);
	if (options.compares)
		return compare();
	return play_all(options.against, version, stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
