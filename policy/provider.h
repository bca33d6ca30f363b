/* policy/provider.h - One row of facts for each kind of far end: limits, timers, how it chooses.
 *
 * Data, not code: the sources of each figure stand beside it in provider.c.  What a user says in the
 * configuration goes before what is said here. */
#ifndef POLICY_PROVIDER_H
#define POLICY_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bgpd/base/address.h"

/* How the far side chooses among equal prefixes, in its order of rules. */
enum choice {
	CHOICE_AS_PATH_THEN_MED,        /* AWS, GCP standard, generic */
	CHOICE_AS_PATH,                 /* Azure, OCI */
	CHOICE_MED,                     /* GCP legacy: AS path does not work across interfaces */
	CHOICE_ITS_OWN,                 /* IBM, Alibaba: not by BGP attributes; we follow */
};

struct provider {
	const char *name;               /* "aws-vgw": what the configuration says */
	const char *title;              /* "AWS Site-to-Site VPN on a virtual private gateway" */
	uint32_t asn;                   /* its default AS; 0: none */
	uint16_t hold_time_s, keepalive_s;
	uint32_t budget, budget_warn;   /* prefixes it takes from us; 0: unknown, no limit */
	uint8_t ttl;                    /* 1: on the link; more: multihop */
	bool we_open;                   /* the far side never opens the TCP connection */
	bool moves_by_med;              /* it announces maintenance by MED (AWS) */
	bool default_route;             /* may send 0.0.0.0/0 on purpose */
	bool shares_load;               /* it can send over several tunnels at once: ecmp */
	enum choice choice;
	const char *const *forbidden_inside;    /* prefixes as text, NULL at the end */
	const char *const *forbidden_announce;  /* what it breaks on when we announce it; NULL: nothing */
	const char *over_budget;        /* what it does: "resets the session" */
};

const struct provider *provider_find(const char *name);        /* NULL: unknown */
const struct provider *provider_at(size_t index);              /* NULL behind the last */
/* Which of forbidden_inside this inside link touches, as text; NULL: none. */
const char *provider_forbids(const struct provider *provider, const struct prefix *link);
/* The same for a prefix that we would announce. */
const char *provider_refuses(const struct provider *provider, const struct prefix *announced);

#endif
