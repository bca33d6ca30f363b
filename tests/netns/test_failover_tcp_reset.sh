#!/bin/bash
# The active tunnel's TCP connection is reset and new ones are refused; packets still pass.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
lab_enter "$@"
failover_story tcp_reset 1
lab_done
