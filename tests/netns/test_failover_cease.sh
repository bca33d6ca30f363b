#!/bin/bash
# The far side shuts the session of the active tunnel down with a Cease.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/failover.sh"
lab_enter "$@"
failover_story cease 1
lab_done
