#include "tests/conformance/judge.h"
const struct scene scenes[] = { { 0 } };
const size_t scene_count = 0;
