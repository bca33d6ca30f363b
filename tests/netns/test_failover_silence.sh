#!/bin/bash
# Nothing passes the active tunnel any more, and nothing says so: only timers can tell.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
lab_enter "$@"
failover_story silence 5
lab_done
