#!/bin/bash
# The BGP daemon at the far end of the active tunnel dies without a word.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
lab_enter "$@"
failover_story killed 1 two
lab_done
