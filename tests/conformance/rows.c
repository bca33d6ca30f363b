#include "tests/conformance/rows.h"

const struct chapter *const chapters[] = {
	&chapter_header, &chapter_open, &chapter_capability, &chapter_fsm, &chapter_update,
	&chapter_errors, &chapter_wide_as, &chapter_multiprotocol, &chapter_refresh,
	&chapter_restart, &chapter_cease, &chapter_communities, &chapter_internal, &chapter_told,
	&chapter_decision, &chapter_role,
};
const size_t chapter_count = sizeof(chapters) / sizeof(chapters[0]);
