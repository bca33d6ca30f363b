#!/bin/bash
# The story of test_guard_sa.sh on XFRM interfaces, where the kernel alone is asked where an SA leads.
export IKE_LINK=xfrm
exec "$(dirname "$0")/test_guard_sa.sh"
