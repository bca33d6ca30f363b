/* tests/conformance/stage.h - Two network namespaces with a link between them: in one the daemon
 * that is looked at, in the other we, with as many addresses as there are rows.
 *
 * The daemon stands at 10.0.0.1 and 2001:db8::1 and passes everything on to everybody.  Four
 * observers hear what becomes of a route, by address family and by whether they are internal: what
 * an external peer announces is seen at the internal observer with its attributes as they came,
 * what an internal peer announces at the external one.  A feeder announces routes for the peers of
 * the rows to hear.  A rival of AS 65001, as most peers of the rows are, with an identifier and an
 * address below theirs, announces what a row asks it to. */
#ifndef CONFORMANCE_STAGE_H
#define CONFORMANCE_STAGE_H

#include <stdio.h>
#include <sys/types.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/peer.h"

#define DAEMON_IPV4 "10.0.0.1"
#define DAEMON_IPV6 "2001:db8::1"

struct neighbor_setup {
	char name[24];
	char address[48];
	const struct kind_facts *facts;
};

enum { OBSERVERS = 4, FEEDER = 4, RIVAL = 5, STANDING = 6 };       /* neighbors before those of the rows */

struct target;

struct stage {
	const struct target *target;
	struct neighbor_setup *neighbors;       /* the standing ones, then one for each row */
	size_t neighbor_count;
	char dir[64];
	pid_t holder;                           /* holds the daemon's namespace */
	pid_t daemons[2];
	char version[80];
	struct peer standing[STANDING];
	int patience_ms;                        /* how long a thing may take that must come */
};

/* A speaker that the same can be tried on; its configuration is made of the stage's list. */
struct target {
	const char *name;
	const char *(*start)(struct stage *stage);      /* NULL: it runs; else why not */
	const char *version_command;                    /* one line */
};

extern const struct target targets[];
extern const size_t target_count;

/* Ends the program, as skipped, where namespaces cannot be had. */
void stage_enter(char **argv);

/* NULL, or why not. */
const char *stage_raise(struct stage *stage, const struct target *target);
bool stage_strike(struct stage *stage);         /* whether the daemon ended in order */

/* The n-th of the standing or of the rows' neighbors. */
const char *stage_address(const struct stage *stage, size_t neighbor);
struct peer *stage_observer(struct stage *stage, bool hears_internal, bool is_six);
/* Waits until the observers have forgotten the routes of the last row. */
void stage_clear(struct stage *stage);
/* What the observer has after this is all that the daemon has to say at this moment. */
void stage_refresh(struct stage *stage, struct peer *observer);
/* What bgpctl says, to be freed; the stage's daemon must be bgpd. */
char *stage_ask(struct stage *stage, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For targets: a process in the daemon's namespace, a file in the stage's folder. */
pid_t stage_spawn(struct stage *stage, const char *log, const char *const argv[]);
FILE *stage_file(struct stage *stage, const char *name, char path[128]);

#endif
