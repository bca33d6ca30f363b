#!/bin/bash
# The table is full of routes of somebody else's when bgpd starts, a thousand of them in the place of
# ours: they stay, which is told once, and ours take their places as they go.
. "$(dirname "$0")/lab.sh"
. "$(dirname "$0")/faults.sh"
lab_enter "$@"

# The lines of a batch for the first N prefixes, and 50,000 others.
foreign_routes() { # add|del N
	awk -v what="$1" -v n="$2" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "route %s 10.%d.%d.%d/28 via 203.0.113.1 metric 20\n", what, 128 + i / 4096, i / 16 % 256, i % 16 * 16
		for (i = 0; what == "add" && i < 50000; i++)
			printf "route add 100.%d.%d.%d/32 dev wan\n", 64 + i / 65536, i / 256 % 256, i % 256 }'
}

foreign_count() {
	on gw ip route show root $BULK/9 | grep -c "via 203.0.113.1"
}

ours_are() { # N
	[ "$(on gw ip -4 route show proto 186 root $BULK/9 | grep -c nhid)" = "$1" ]
}

HOLD_TIME=30
faults_new 20000
foreign_routes add 1000 >"$run_dir/batch"
on gw ip -batch "$run_dir/batch"
start_bgpd
tunnels_up
expect "all others are installed" 30 ours_are 19000
expect "a thousand are in another's place" 5 ctl_is '.memory.fib_divergence == 1000' show memory
first=10.$((128 + 1000 / 4096)).$((1000 / 16 % 256)).$((1000 % 16 * 16))/28
on gw ip route del $first proto 186
expect "one of ours that is deleted is back" 2 ours_are 19000
check "the routes of others are all there still" test "$(foreign_count)" = 1000
check "that is told, and not a thousand times" test "$(grep -c "somebody else's" "$run_dir/bgpd.log")" -le 20
foreign_routes del 1000 >"$run_dir/batch"
on gw ip -batch "$run_dir/batch"
expect "once they are gone ours are there" 5 ours_are 20000
expect "and nothing differs" 5 kernel_is_right
lab_done
