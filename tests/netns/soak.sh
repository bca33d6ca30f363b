#!/bin/bash
# soak - Loss by chance for a long time, on a machine that has no time to spare: nothing may move.
#
#	tests/netns/soak.sh [SECONDS] [PERCENT]         600 seconds, 1 percent in each direction
#
# A busy loop runs on each processor meanwhile.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/loss.sh"
lab_enter "$@"

seconds=${1:-600} percent=${2:-1}

keep_busy() {
	local i
	for i in $(seq "$(nproc)"); do
		spawn "busy$i" net bash -c 'while :; do :; done'
	done
}

HOLD_TIME=30
lab_new bird
start_bgpd
tunnels_up
expect "both tunnels come up" 10 both_established
expect "traffic on the first one" 5 both_use 1
keep_busy
stream_start -r 200
by_chance "$percent" "$seconds"
check "no session has ended" ctl_is '[.neighbors[].times_established] == [1, 1]' show neighbors
lab_done
