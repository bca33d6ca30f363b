/* fib/foreign.h - Does a route of somebody else's lead to a prefix, or into it?
 *
 * For announcements that are to be made only while we have a way to what they promise.  Like guard it
 * is shown all routes that are not ours by each look of the audit, and says when a look is due. */
#ifndef FIB_FOREIGN_H
#define FIB_FOREIGN_H

#include "fib/fib.h"

struct foreign_point {
	struct prefix prefix;
	bool is_there;                  /* as the last look found */
	bool is_found;                  /* in the look that is under way */
	bool is_wanted;
};

struct foreign {
	struct foreign_point *points;
	size_t count, size;
	uint32_t table;                 /* routes in it count, and those in main */
	bool needs_look;
	bool has_changed;               /* a look has found another answer than the one before */
};

void foreign_init(struct foreign *foreign);
void foreign_clear(struct foreign *foreign);

/* Is there a way to the prefix, which is watched from now on?  False until a look has been taken.  What
 * is not asked for between begin and end is forgotten. */
void foreign_ask_begin(struct foreign *foreign, uint32_t table);
bool foreign_leads_to(struct foreign *foreign, const struct prefix *prefix);
void foreign_ask_end(struct foreign *foreign);

/* A look at all routes of others. */
void foreign_look_begin(struct foreign *foreign);
void foreign_see(struct foreign *foreign, const struct fib_route *route);
void foreign_look_end(struct foreign *foreign);

/* A change of a route to this prefix may change an answer. */
bool foreign_concerns(const struct foreign *foreign, const struct prefix *prefix);

#endif
