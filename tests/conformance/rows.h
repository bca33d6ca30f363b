/* tests/conformance/rows.h - The tables, each in a file of its own; rows.c puts them in order. */
#ifndef CONFORMANCE_ROWS_H
#define CONFORMANCE_ROWS_H

#include "tests/conformance/row.h"

extern const struct chapter chapter_header, chapter_open, chapter_capability, chapter_fsm,
	chapter_update, chapter_errors, chapter_wide_as, chapter_multiprotocol, chapter_refresh,
	chapter_restart, chapter_cease, chapter_communities, chapter_internal, chapter_told,
	chapter_decision, chapter_role;

#endif
