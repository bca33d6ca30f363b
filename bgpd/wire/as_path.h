/* bgpd/wire/as_path.h - AS_PATH in its 4-octet encoding: length, neighbour AS, loops, prepending.
 *
 * RFC 4271 4.3 b and 9.1.2.2 a, RFC 6793 4.2.3 (merging AS4_PATH), RFC 7607 (AS 0), RFC 5065 and
 * RFC 7606 7.2 (confederation segments from outside are malformed).  A path is a span of segments
 * {type, count, count x 4 octets}; inside the program it is always 4-octet. */
#ifndef BGPD_WIRE_AS_PATH_H
#define BGPD_WIRE_AS_PATH_H

#include <stdbool.h>

#include "bgpd/base/arena.h"
#include "bgpd/base/bytes.h"

enum { AS_SET = 1, AS_SEQUENCE = 2, AS_CONFED_SEQUENCE = 3, AS_CONFED_SET = 4 };

#define AS_TRANS 23456          /* RFC 6793 9: stands for an AS that 2 octets cannot say */

/* Segments whole and not empty, types 1 or 2, no AS 0. as_size is 2 or 4 octets. */
bool as_path_valid(struct span path, unsigned int as_size);
struct span as_path_widen(struct span path2, struct arena *arena);      /* 2 to 4 octets each */
/* RFC 6793 6: AS4_PATH from within a confederation: its segments do not count.  What is no path stays. */
struct span as_path_without_confed(struct span path, struct arena *arena);
struct span as_path_merge(struct span path, struct span as4_path, struct arena *arena);
unsigned int as_path_hops(struct span path);            /* a set counts as one */
uint32_t as_path_first(struct span path);               /* the neighbour's AS; 0: empty or a set first */
uint32_t as_path_origin(struct span path);              /* last AS of the last sequence; 0: none */
unsigned int as_path_count(struct span path, uint32_t asn);     /* how often it occurs: loops */

/* A path hop by hop: an AS of a sequence, or a set as a whole. */
struct as_path_hop {
	const uint8_t *ases;            /* for as_path_hop_as */
	unsigned int count;             /* 1 in a sequence */
};
struct as_path_walk {
	struct reader segments;
	const uint8_t *ases;            /* left of the present sequence */
	unsigned int left;
};
struct as_path_walk as_path_walk(struct span path);
bool as_path_next(struct as_path_walk *walk, struct as_path_hop *hop);  /* false at the end */
uint32_t as_path_hop_as(const struct as_path_hop *hop, unsigned int index);

/* At most 255 times: one segment. */
struct span as_path_prepend(struct span path, uint32_t asn, unsigned int times, struct arena *arena);
/* "65001 65002 {65003 65004}"; a longer text ends with "...". Returns text. */
const char *as_path_format(struct span path, char *text, size_t size);
/* Writes the path for a peer that has 2-octet ASes only; true when an AS4_PATH must go with it. */
bool as_path_write_narrow(struct span path, struct writer *to);

#endif
