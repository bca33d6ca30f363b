/* tests/support/sync_lab.h - The kernel's table as it should be and as it is: sync and audit on a
 * fake kernel, with two tunnels, "tun1" on interface 11 and "tun2" on 12, armed and ready. */
#ifndef TESTS_SUPPORT_SYNC_LAB_H
#define TESTS_SUPPORT_SYNC_LAB_H

#include "fib/audit.h"
#include "tests/support/fake_fib.h"

struct sync_lab {
	struct journal journal;         /* the first: journal -> lab */
	struct fake_fib *kernel;
	struct table table;
	struct attr_sets sets;
	struct guard guard;
	struct foreign foreign;
	struct sync sync;
	struct audit audit;
	egress_id tun1, tun2;
	char notes[2000];               /* "10.0.0.0/8: the text of a note\n" ... */
	unsigned int chain_messages;
	int (*set_chain)(struct fib *fib, chain_number number, const struct fib_chain *chain);
};

extern const struct route_style sync_lab_style;         /* table 254, metric 20 */

void sync_lab_begin(struct sync_lab *lab);
void sync_lab_end(struct sync_lab *lab);
void sync_lab_restart(struct sync_lab *lab);            /* finds what the last one left */

void sync_lab_work(struct sync_lab *lab);               /* until nothing is left to be done */
void sync_lab_audit(struct sync_lab *lab);
/* What the kernel was told since the last call, after all work is done. */
const char *sync_lab_trace(struct sync_lab *lab);
const char *sync_lab_notes(struct sync_lab *lab);       /* since the last call */

/* The prefix should leave by these egresses; 0 stands for none. */
void sync_lab_want(struct sync_lab *lab, const char *prefix, egress_id first, egress_id second);
void sync_lab_want_pair(struct sync_lab *lab, const char *prefix);      /* tun1, tun2 */
void sync_lab_want_styled(struct sync_lab *lab, const char *prefix,
			  const struct route_style *style);
/* Of fixed routes this unreachable one alone, metric 10020; "": none. */
void sync_lab_want_fixed(struct sync_lab *lab, const char *prefix);

void sync_lab_stand(struct sync_lab *lab, egress_id id, enum standing standing);
void sync_lab_lose_device(struct sync_lab *lab, egress_id id, int ifindex);
void sync_lab_regain_device(struct sync_lab *lab, egress_id id, int ifindex);

#endif
