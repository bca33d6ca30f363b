/* fib/wanted_chains.h - What a chain was meant to be, where the kernel cannot hold all of it:
 * without resilient groups a pair is its active member alone.  So that list tells what was set,
 * and an audit finds no difference where there is none. */
#ifndef FIB_WANTED_CHAINS_H
#define FIB_WANTED_CHAINS_H

#include "fib/fib.h"

struct wanted_chain {
	chain_number number;
	struct fib_chain chain;
	struct fib_member members[CHAIN_WIDTH];
};

struct wanted_chains {
	struct wanted_chain *items;
	size_t count;
};

void wanted_chains_clear(struct wanted_chains *chains);
void wanted_chains_set(struct wanted_chains *chains, chain_number number,
		       const struct fib_chain *chain);
void wanted_chains_forget(struct wanted_chains *chains, enum family family, chain_number number);
/* A chain as the kernel has it becomes the wanted one, if that is what is written for it.  It then
 * borrows its members from `chains`. */
void wanted_chains_restore(const struct wanted_chains *chains, chain_number number,
			   struct fib_chain *chain);

#endif
