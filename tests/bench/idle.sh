#!/bin/bash
# idle.sh - What a thousand sessions cost that have nothing to say: CPU in percent, and memory, beside BIRD.
#
#	tests/bench/idle.sh [-d "bgpd bird"] [-t SECONDS] [SESSIONS]
#
# The peers are tests/bench/idlers.c, one process with an address for each session.  Hold time 90 s: in
# each direction and second a thirtieth of the sessions sends a KEEPALIVE.  CPU is user and system time of
# the daemon in SECONDS (60), counted from five seconds after all sessions are established.
. "$(dirname "$0")/../netns/lab.sh"

daemons="bgpd bird" seconds=60
while getopts d:t: option; do
	case $option in
	d) daemons=$OPTARG ;;
	t) seconds=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
sessions=${1:-1000}
lab_enter "$@"

address_of() { # NUMBER: the peers are 10.98.0.1 and those that follow
	echo "10.98.$(($1 >> 8)).$(($1 & 255))"
}

addresses() {
	local i
	for i in $(seq "$sessions"); do
		echo "address add $(address_of "$i")/16 dev out"
	done
}

bench_new() {
	lab_clear
	lab_number=$((lab_number + 1))
	run_dir=$lab_dir/$lab_number
	mkdir "$run_dir"
	lab_namespace gw
	lab_namespace far
	lab_link gw in 10.98.255.254/16 far out 10.98.255.253/16
	addresses | on far ip -batch -
}

bgpd_config() {
	local i
	echo '{ "asn": 65010, "router_id": "203.0.113.10", "neighbors": ['
	for i in $(seq "$sessions"); do
		printf '{ "name": "p%s", "address": "%s", "asn": 64512, "passive": true }%s\n' \
			"$i" "$(address_of "$i")" "$([ "$i" = "$sessions" ] || echo ,)"
	done
	echo '] }'
}

bird_config() {
	local i
	echo 'router id 203.0.113.10; protocol device { scan time 60; }'
	for i in $(seq "$sessions"); do
		echo "protocol bgp p$i { local as 65010; passive on; hold time 90;"
		echo "  connect delay time 1; error wait time 1, 2; error forget time 2;"
		echo "  neighbor $(address_of "$i") as 64512; ipv4 { import none; export none; }; }"
	done
}

start_daemon() { # DAEMON
	case $1 in
	bgpd)
		bgpd_config >"$run_dir/gw.json"
		LOG_LEVEL=warning start_bgpd ;;
	bird) start_bird gw gw "$(bird_config)" ;;
	esac
}

ticks() { # PID
	sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'
}

is_up() {
	grep -q ^up "$run_dir/idlers.log"
}

rest() { # SECONDS
	read -rt "$1" <> <(:)
}

run() { # DAEMON
	local pid before
	bench_new
	start_daemon "$1"
	pid=${lab_pids[$([ "$1" = bgpd ] && echo bgpd || echo gw)]}
	spawn idlers far "$BUILD/tests/idlers" -4 "$(address_of 1)" -c "$sessions" -t 10.98.255.254 -a 64512
	wait_for 300 is_up || { echo "$1: not all sessions came up"; return 1; }
	rest 5
	before=$(ticks "$pid")
	rest "$seconds"
	awk -v d="$1" -v n="$sessions" -v ticks=$(($(ticks "$pid") - before)) -v s="$seconds" \
		-v hz="$(getconf CLK_TCK)" -v kb="$(awk '/VmRSS/ {print $2}' "/proc/$pid/status")" \
		'BEGIN { printf "%-6s %8d %8.2f %8.1f\n", d, n, 100 * ticks / hz / s, kb / 1024 }'
}

printf '%-6s %8s %8s %8s\n' daemon sessions cpu_% rss_MB
for daemon in $daemons; do
	run "$daemon"
done
