/* policy/symmetry.h - Do both directions of a group use the same tunnel?
 *
 * Three witnesses for each direction: what we chose, what the far side will choose by its provider's
 * rules from what we announce, and what the interface counters show.  Counters go before predictions,
 * except where packets vanish uncounted: in a tunnel that has failed and that the far side may still
 * believe in.  While a group settles its directions differ on purpose: do not ask then. */
#ifndef POLICY_SYMMETRY_H
#define POLICY_SYMMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/provider.h"

enum symmetry_verdict { SYMMETRY_UNDETERMINED, SYMMETRY_SYMMETRIC, SYMMETRY_ASYMMETRIC };

struct symmetry_tunnel {
	const char *name;
	bool is_usable;
	bool is_active;                 /* our own direction uses it */
	bool is_believed;               /* has failed, and the far side may not know */
	bool has_prefixes;              /* some leave by it now; false for all: not known */
	unsigned int path_length;       /* ASes in what it last heard there, prepends included */
	uint32_t med;                   /* 0: none is sent, which means the same */
	uint64_t bytes_in, bytes_out;   /* a second, in the interval looked at */
};

#define SYMMETRY_NONE ((size_t)-1)      /* no single tunnel: nothing, or several */

/* Tunnels by their index. */
struct symmetry {
	enum symmetry_verdict verdict;
	size_t expected_in;             /* what the far side will choose */
	size_t observed_in, observed_out;
	char cause[400];                /* in words, always */
};

/* A verdict that there is none, while the tunnels change their roles. */
struct symmetry symmetry_unsettled(void);
struct symmetry symmetry_judge(const struct provider *provider,
			       const struct symmetry_tunnel *tunnels, size_t count);
const char *symmetry_verdict_name(enum symmetry_verdict verdict);       /* "symmetric" ... */

#endif
