#!/bin/bash
# The active tunnel's interface goes down.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
lab_enter "$@"
failover_story link_down 1
lab_done
