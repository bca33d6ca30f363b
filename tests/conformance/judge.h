/* tests/conformance/judge.h - Plays a row on a stage, and says what came of it. */
#ifndef CONFORMANCE_JUDGE_H
#define CONFORMANCE_JUDGE_H

#include "tests/conformance/stage.h"

#define JUDGE_WORDS 512

/* True: all as the row expects.  Else `words` has what came instead, as short as can be. */
bool judge_row(struct stage *stage, size_t neighbor, const struct row *row,
	       char words[JUDGE_WORDS]);

/* For scenes: the parts of it.  Each false, or NULL, when it did not come about. */
bool judge_connect(struct stage *stage, size_t neighbor, struct peer *peer);
bool judge_establish(struct stage *stage, size_t neighbor, struct peer *peer);
/* The session carries a route from the peer to an observer, and takes it back. */
bool judge_carries(struct stage *stage, size_t neighbor, struct peer *peer);
void judge_leave(struct peer *peer);
/* As a clause: NULL, or what came instead. */
const char *judge_clause(struct stage *stage, size_t neighbor, struct peer *peer,
			 const char *clause);

#endif
