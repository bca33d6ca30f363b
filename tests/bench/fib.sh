#!/bin/bash
# fib.sh - From the first byte of the first UPDATE to the last route in the kernel.
#
#	tests/bench/fib.sh [-w "limit bare bgpd bird frr"] [-s "packed realistic"] [-r RUNS] [PREFIXES...]
#
# Beside BIRD and FRR stand two bounds (tests/bench/bare.c): "limit" has all its netlink messages ready
# and only writes, "bare" reads UPDATEs and writes routes with nothing in between.  The end is the
# kernel's own notification of the last route, for all alike; of RUNS (3) runs the best one counts.
# "held" is the longest time for which the kernel kept a bound in one send, which no writer can cut
# short, and for bgpd the longest by which its loop was late: the least of the runs, too.
. "$(dirname "$0")/../netns/lab.sh"
. "$(dirname "$0")/load.sh"

writers="limit bare bgpd bird frr" shapes=packed runs=3
while getopts w:s:r: option; do
	case $option in
	w) writers=$OPTARG ;;
	s) shapes=$OPTARG ;;
	r) runs=$OPTARG ;;
	*) exit 2 ;;
	esac
done
sizes=${*:$OPTIND}
lab_enter "$@"

start_writer() { # WRITER
	case $1 in
	limit | bare)
		on gw ip nexthop add id 1 via 10.99.1.1 dev in1
		spawn gw gw "$BUILD/tests/bare" 10.99.1.2 65010 1 \
			"$([ "$1" = limit ] && echo limit || echo speaker)" ;;
	*) start_daemon "$1" 1 1 ;;
	esac
}

is_ready() {
	grep -q ready "$run_dir/watch.log"
}

has_ended() {
	grep -q ^last "$run_dir/watch.log" || ! is_running watch
}

began() { # WRITER
	cat "$run_dir/loader.1.out" "$run_dir/gw.log" 2>/dev/null | awk -v limit="$1" '
		/^first/ && (limit != "limit" || seen++) { print $2; exit }'
}

# Adds a line to $times: milliseconds, or why there are none.
measure() { # WRITER SHAPE N
	bench_new 1
	start_writer "$1"
	spawn watch gw "$BUILD/tests/route_watch" "$3"
	wait_for 5 is_ready
	start_loader 1 "$2" "$3"
	wait_for 300 has_ended
	awk -v first="$(began "$1")" '/^last/ { print ($2 - first) * 1000; next } !/^ready/' \
		"$run_dir/watch.log" >>"$times"
	held "$1" >>"$lab_dir/held"
}

held() { # WRITER
	case $1 in
	limit | bare) wait_for 2 grep -q ^longest "$run_dir/gw.log" && awk '/^longest/ { print $2 }' "$run_dir/gw.log" ;;
	bgpd) ctl show memory | jq .memory.loop_delay_max_ms ;;
	esac
}

best() { # WRITER SHAPE N
	local run
	times=$lab_dir/times
	: >"$times"
	: >"$lab_dir/held"
	for ((run = 0; run < runs; run++)); do
		measure "$@"
	done
	grep -v '^[0-9.]*$' "$times" >&2
	ms=$(grep '^[0-9.]*$' "$times" | sort -g | head -n 1)
	least_held=$(sort -g "$lab_dir/held" | head -n 1)
}

printf '%-10s %8s  %-6s %10s %8s %8s %8s\n' shape prefixes writer ms "x bare" "x bird" "held ms"
for shape in $shapes; do
	for size in ${sizes:-1000 10000 100000 1000000}; do
		declare -A best=() held=()
		for writer in $writers; do
			best "$writer" "$shape" "$size"
			best[$writer]=${ms:-nan}
			held[$writer]=${least_held:--}
		done
		for writer in $writers; do
			awk -v shape="$shape" -v n="$size" -v writer="$writer" -v ms="${best[$writer]}" \
				-v bare="${best[bare]:-nan}" -v bird="${best[bird]:-nan}" \
				-v held="${held[$writer]}" 'BEGIN {
				printf "%-10s %8d  %-6s %10.1f %8.2f %8.2f %8s\n", shape, n, writer, ms,
					ms / bare, ms / bird, held }'
		done
	done
done
