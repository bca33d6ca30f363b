#!/bin/bash
# bgpd is killed at a random moment of a load, twenty times, and each time the next one takes over what is
# there; and with 100,000 routes in place a restart deletes none, and loses no packet.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
lab_enter "$@"

# As long as the load takes, so that the moment may be any of it.
LOAD_MS=120

# The same moments each time: SEED decides.
moment_of() { # SEED
	awk -v seed="$1" -v load=$LOAD_MS 'BEGIN { srand(seed); printf "%.3f\n", rand() * load / 1000 }'
}

killed_in_load() { # SEED
	rm -f "$run_dir/bgpd.log"
	start_bgpd
	wait_for 10 grep -q "session is established" "$run_dir/bgpd.log"
	sleep "$(moment_of "$1")"
	reap bgpd KILL
}

HOLD_TIME=30
faults_new 20000
check "20,000 prefixes on both tunnels" faults_up
reap bgpd KILL
for seed in {1..20}; do
	on gw ip route flush proto 186 2>/dev/null
	on gw ip nexthop flush proto 186 >"$run_dir/flush.log" 2>&1
	killed_in_load "$seed"
	left=$(kernel_has | grep -c /28)
	start_bgpd
	wait_for 10 both_established
	expect "killed with $left routes written, the next one completes them" 20 kernel_is_right
	check "of 20,000 none is missing" learned 20000
	reap bgpd KILL
done

# A leftover goes when both far ends have told all that they have: from then on a restart is over.
leave_something() {
	on gw ip route add unreachable 100.127.0.0/28 proto 186
}

has_swept() {
	! on gw ip route show 100.127.0.0/28 | grep -q .
}

faults_new 100000
check "100,000 prefixes on both tunnels" faults_up
faults_stream
for way in TERM KILL; do
	stream_mark
	watch_kernel monitor_$way
	reap bgpd $way
	leave_something
	start_bgpd
	expect "after SIG$way and a restart both far ends are heard to the end" 60 has_swept
	expect "all is as it should be" 30 kernel_is_right
	check "of 100,000 none is missing" learned 100000
	reap monitor_$way
	check "the monitor saw the leftover go" grep -q "^Deleted unreachable 100.127" "$run_dir/monitor_$way.log"
	check "no route was deleted" test -z "$(grep "^Deleted 10\." "$run_dir/monitor_$way.log")"
	check "nor written again" test "$(grep -c "^10.*/28" "$run_dir/monitor_$way.log")" = 0
	faults_lost "no packet was lost" 0
done
lab_done
