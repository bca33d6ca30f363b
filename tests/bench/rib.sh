#!/bin/bash
# rib.sh - A full table from one peer and from ten: time, CPU and peak memory, beside BIRD and FRR.
#
#	tests/bench/rib.sh [-d "bgpd bird frr"] [-s "realistic packed"] [-p "1 10"] [-k "0 1"] [PREFIXES]
#
# The peers are tests/bench/loader.c, which has all its messages ready before it opens the session.
# With -k 1 what is learned also goes into the kernel.  Time is from the first UPDATE until the daemon
# has been idle for as long as a clock tick can show; CPU is user and system time of the daemon, the
# kernel's share of writing routes included; memory is the peak of its resident set.
. "$(dirname "$0")/../netns/lab.sh"

daemons="bgpd bird frr" shapes="realistic packed" peers="1" kernels="0 1"
while getopts d:s:p:k: option; do
	case $option in
	d) daemons=$OPTARG ;;
	s) shapes=$OPTARG ;;
	p) peers=$OPTARG ;;
	k) kernels=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
prefixes=${1:-1000000}
lab_enter "$@"
LOADER=${LOADER:-$BUILD/tests/loader}

# One veth pair for each peer: 10.99.N.1 is the peer, 10.99.N.2 the daemon under test.
bench_new() { # PEERS
	local i
	lab_clear
	lab_number=$((lab_number + 1))
	run_dir=$lab_dir/$lab_number
	mkdir "$run_dir"
	lab_namespace gw
	lab_namespace far
	for i in $(seq "$1"); do
		lab_link gw "in$i" "10.99.$i.2/24" far "out$i" "10.99.$i.1/24"
	done
}

bgpd_config() { # PEERS KERNEL
	local i accept='"0.0.0.0/0 ge 8 le 32"'
	[ "$2" = 1 ] || accept='"192.0.2.0/24"'
	cat <<-X
	{ "asn": 65010, "router_id": "203.0.113.10", "announce": [], "groups": [
	  { "name": "bench", "provider": "generic", "mode": "active-standby", "accept": [$accept],
	    "hold_time": 180, "tunnels": [
	X
	for i in $(seq "$1"); do
		printf '{ "name": "t%s", "interface": "in%s", "inside": "10.99.%s.2/30", ' "$i" "$i" "$i"
		printf '"peer": "10.99.%s.1", "peer_asn": 64512 }%s\n' "$i" "$([ "$i" = "$1" ] || echo ,)"
	done
	echo '] } ] }'
}

bird_config() { # PEERS KERNEL
	local i
	cat <<-X
	router id 203.0.113.10;
	protocol device { scan time 60; }
	protocol kernel { ipv4 { import none; export $([ "$2" = 1 ] && echo all || echo none); }; }
	X
	for i in $(seq "$1"); do
		echo "protocol bgp t$i { local as 65010; passive on; neighbor 10.99.$i.1 as 64512;"
		echo "  ipv4 { import all; export none; }; }"
	done
}

frr_config() { # PEERS KERNEL
	local i
	cat <<-X
	router bgp 65010
	 bgp router-id 203.0.113.10
	 no bgp ebgp-requires-policy
	 no bgp network import-check
	X
	for i in $(seq "$1"); do
		echo " neighbor 10.99.$i.1 remote-as 64512"
		echo " neighbor 10.99.$i.1 passive"
	done
}

start_daemon() { # DAEMON PEERS KERNEL
	case $1 in
	bgpd)
		bgpd_config "$2" "$3" >"$run_dir/gw.json"
		LOG_LEVEL=warning start_bgpd ;;
	bird) start_bird gw gw "$(bird_config "$2" "$3")" ;;
	frr) start_frr gw gw "$(frr_config "$2" "$3")" ;;
	esac
}

# The processes whose work counts: zebra is a part of FRR that writes routes.
processes() { # DAEMON
	case $1 in
	bgpd) echo "${lab_pids[bgpd]}" ;;
	bird) echo "${lab_pids[gw]}" ;;
	frr) echo "${lab_pids[gw]} ${lab_pids[gw.zebra]}" ;;
	esac
}

ticks() { # PID...
	local pid sum=0
	for pid in "$@"; do
		sum=$((sum + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{print $12 + $13}')))
	done
	echo $sum
}

peak_kb() { # PID...
	local pid sum=0
	for pid in "$@"; do
		sum=$((sum + $(awk '/VmHWM/ {print $2}' "/proc/$pid/status")))
	done
	echo $sum
}

has_sent_all() { # PEERS
	[ "$(cat "$run_dir"/loader.*.out 2>/dev/null | grep -c ^last)" = "$1" ]
}

# Idle: no tick in 0.3 s.  Prints when it was last seen busy.
wait_idle() { # PID...
	local before=-1 busy
	busy=$(awk '{print $1}' /proc/uptime)
	while [ "$(ticks "$@")" != "$before" ]; do
		before=$(ticks "$@")
		busy=$(awk '{print $1}' /proc/uptime)
		read -rt 0.3 <> <(:)
	done
	echo "$busy"
}

run() { # DAEMON SHAPE PEERS KERNEL
	local i pids first last started
	bench_new "$3"
	start_daemon "$1" "$3" "$4"
	# shellcheck disable=SC2046
	set -- "$1" "$2" "$3" "$4" $(processes "$1")
	pids=("${@:5}")
	started=$(ticks "${pids[@]}")
	for i in $(seq "$3"); do
		on far "$LOADER" -4 "10.99.$i.1" -t "10.99.$i.2" -a 64512 -n "$prefixes" -s "$2" \
			>"$run_dir/loader.$i.out" 2>&1 &
		lab_pids[loader$i]=$!
	done
	wait_for 300 has_sent_all "$3" || { echo "$1: $(cat "$run_dir"/loader.*.out)"; return 1; }
	last=$(wait_idle "${pids[@]}")
	first=$(awk '/^first/ {print $2}' "$run_dir"/loader.*.out | sort -n | head -1)
	awk -v d="$1" -v s="$2" -v p="$3" -v k="$4" -v first="$first" -v last="$last" \
		-v ticks=$(($(ticks "${pids[@]}") - started)) -v hz="$(getconf CLK_TCK)" \
		-v kb="$(peak_kb "${pids[@]}")" \
		'BEGIN { printf "%-6s %-10s %5d %-7s %8.2f %8.2f %9.1f\n", d, s, p,
			k ? "yes" : "no", last - first, ticks / hz, kb / 1024 }'
}

printf '# %d prefixes from each peer\n' "$prefixes"
printf '%-6s %-10s %5s %-7s %8s %8s %9s\n' daemon shape peers kernel time_s cpu_s peak_MB
for shape in $shapes; do
	for count in $peers; do
		for kernel in $kernels; do
			for daemon in $daemons; do
				run "$daemon" "$shape" "$count" "$kernel"
			done
		done
	done
done
